//! Where a call goes, taken from its URL, and which addresses of that host may be called.
//!
//! In: the text of a URL; the addresses its host resolved to; what the operator allows.
//! Out: host, port and path; the addresses that may be called.
//! Never: a name looked up; a URL with a user name, which would be a secret in a list.

use super::OutwardError;
use super::public::is_public;
use bedside_config::Allow;
use hyper::Uri;
use hyper::http::uri::{PathAndQuery, Scheme};
use std::net::SocketAddr;

/// Longest URL, in bytes. Those of real receivers have some hundred.
pub(crate) const URL_BYTES_MAX: usize = 2048;

/// Where a call goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Target {
    /// A name, or an address without brackets.
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) tls: bool,
    /// What the `Host` header says.
    pub(super) authority: String,
    pub(super) path: PathAndQuery,
}

impl Target {
    /// Takes a URL apart.
    pub(crate) fn parse(url: &str) -> Result<Self, OutwardError> {
        let wrong = OutwardError::Url;
        if url.len() > URL_BYTES_MAX {
            return Err(wrong("it is longer than 2048 bytes"));
        }
        if url.contains('#') {
            return Err(wrong("it has a `#`"));
        }
        let uri: Uri = url.parse().map_err(|_invalid| wrong("it is no URL"))?;
        let parts = uri.into_parts();
        let tls = match parts.scheme {
            Some(scheme) if scheme == Scheme::HTTPS => true,
            Some(scheme) if scheme == Scheme::HTTP => false,
            Some(_) | None => return Err(wrong("it does not begin with https://")),
        };
        let authority = parts.authority.ok_or(wrong("it has no host"))?;
        if authority.as_str().contains('@') {
            return Err(wrong("it holds a user name"));
        }
        let host = authority.host().trim_start_matches('[').trim_end_matches(']');
        if host.is_empty() {
            return Err(wrong("it has no host"));
        }
        let usual = if tls { 443 } else { 80 };
        let port = match authority.as_str().rsplit_once(':') {
            Some((_, port)) if !port.ends_with(']') => port.parse().unwrap_or_default(),
            Some(_) | None => usual,
        };
        if port == 0 {
            return Err(wrong("it has a port that is not one"));
        }
        Ok(Self {
            host: host.to_owned(),
            port,
            tls,
            authority: authority.as_str().to_owned(),
            path: parts.path_and_query.unwrap_or(PathAndQuery::from_static("/")),
        })
    }

    /// Those of the addresses that may be called, in their order.
    ///
    /// Some networks answer with private addresses beside public ones; the call then goes to
    /// the public ones only.
    pub(super) fn open(
        &self,
        addresses: impl Iterator<Item = SocketAddr>,
        allow: &[Allow],
    ) -> Result<Vec<SocketAddr>, OutwardError> {
        let named = allow.iter().any(|entry| entry.names(&self.host));
        let mut refused = None;
        let mut open = Vec::new();
        for address in addresses {
            let ip = address.ip().to_canonical();
            let allowed = named || allow.iter().any(|entry| entry.holds(ip));
            if allowed || (self.tls && is_public(ip)) {
                open.push(address);
            } else if is_public(ip) {
                refused = Some(OutwardError::NotTls);
            } else {
                refused = refused.or(Some(OutwardError::Private));
            }
        }
        if open.is_empty() {
            return Err(refused.unwrap_or(OutwardError::NoAddress));
        }
        Ok(open)
    }
}

#[cfg(test)]
mod tests {
    use super::Target;
    use crate::outward::OutwardError;
    use bedside_config::Allow;
    use std::net::SocketAddr;

    fn open(url: &str, addresses: &[&str], allow: &[&str]) -> Result<Vec<String>, String> {
        let allow: Vec<_> = allow.iter().map(|text| Allow::parse(text).unwrap()).collect();
        let target = Target::parse(url).unwrap();
        let addresses = addresses.iter().map(|ip| SocketAddr::new(ip.parse().unwrap(), 443));
        let open = target.open(addresses, &allow).map_err(|error| error.code().to_owned())?;
        Ok(open.iter().map(|address| address.ip().to_string()).collect())
    }

    #[test]
    fn public_addresses_are_called_over_tls_only() {
        assert_eq!(open("https://a.org/x", &["8.8.8.8"], &[]).unwrap(), ["8.8.8.8"]);
        assert_eq!(open("http://a.org/x", &["8.8.8.8"], &[]).unwrap_err(), "not_https");
    }

    #[test]
    fn private_addresses_are_left_out_or_refused() {
        let mixed = ["10.0.0.1", "8.8.8.8", "::1", "::ffff:127.0.0.1"];
        assert_eq!(open("https://a.org", &mixed, &[]).unwrap(), ["8.8.8.8"]);
        assert_eq!(
            open("https://a.org", &["10.0.0.1", "::1"], &[]).unwrap_err(),
            "private_address"
        );
        assert_eq!(open("https://a.org", &[], &[]).unwrap_err(), "no_address");
    }

    #[test]
    fn what_the_operator_names_is_called_by_any_scheme() {
        for url in ["http://hooks.internal/x", "https://hooks.internal/x"] {
            assert_eq!(open(url, &["10.0.0.1"], &["hooks.internal"]).unwrap(), ["10.0.0.1"]);
            assert_eq!(open(url, &["10.0.0.1"], &["10.0.0.0/8"]).unwrap(), ["10.0.0.1"]);
            assert_eq!(
                open(url, &["10.0.0.1"], &["other.internal"]).unwrap_err(),
                "private_address"
            );
        }
        // An IPv4 address in the dress of IPv6 is the same machine.
        assert_eq!(open("http://h", &["::ffff:10.0.0.1"], &["10.0.0.1"]).unwrap().len(), 1);
    }

    #[test]
    fn a_url_is_taken_apart() {
        let target = Target::parse("https://Hooks.example.org:8443/in?x=1").unwrap();
        assert_eq!(
            (target.host.as_str(), target.port, target.tls),
            ("Hooks.example.org", 8443, true)
        );
        assert_eq!(target.authority, "Hooks.example.org:8443");
        assert_eq!(target.path.as_str(), "/in?x=1");
        let target = Target::parse("http://[::1]").unwrap();
        assert_eq!((target.host.as_str(), target.port, target.tls), ("::1", 80, false));
        assert_eq!(target.path.as_str(), "/");
    }

    #[test]
    fn what_is_no_url_to_call_is_told() {
        let long = format!("https://a.org/{}", "x".repeat(2048));
        for url in [
            "",
            "a.org",
            "/x",
            "ftp://a.org",
            "https://",
            "https:///x",
            "https://user:secret@a.org",
            "https://a.org/#x",
            "https://a.org:0/",
            "https://a.org:99999/",
            "https://a b.org",
            "file:///etc/passwd",
            &long,
        ] {
            let error = Target::parse(url).unwrap_err();
            assert!(matches!(error, OutwardError::Url(_)), "{url}: {error}");
        }
    }
}
