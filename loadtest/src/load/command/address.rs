//! Where a server is, and whether it is on this machine.
//!
//! In: what was typed. Out: an address to connect to.
//! Never: an address that is not this machine's, unless told so.

use std::net::{SocketAddr, ToSocketAddrs as _, UdpSocket};

/// Why there is nothing to test.
#[derive(Debug, thiserror::Error)]
pub enum AddressFault {
    /// Not the address of a server.
    #[error("`{0}` is no address of a server; it looks like http://127.0.0.1:8080")]
    NoUrl(String),
    /// TLS is for the proxy before the server.
    #[error("`{0}` is encrypted; give the address of the server itself, behind its proxy")]
    Encrypted(String),
    /// The name has no address.
    #[error("`{0}` has no address")]
    NoAddress(String, #[source] std::io::Error),
    /// Somebody else's, as far as this program can know.
    #[error(
        "{0} is not this machine; a load test is for your own servers only. If it is yours, add \
         --beyond-this-machine"
    )]
    Beyond(SocketAddr),
}

/// The address of a server.
pub(super) fn server(url: &str, is_beyond_fine: bool) -> Result<SocketAddr, AddressFault> {
    if url.starts_with("https://") || url.starts_with("wss://") {
        return Err(AddressFault::Encrypted(url.to_owned()));
    }
    let bare = url.strip_prefix("http://").or_else(|| url.strip_prefix("ws://")).unwrap_or(url);
    let host = bare.trim_end_matches('/');
    if host.is_empty() || host.contains('/') {
        return Err(AddressFault::NoUrl(url.to_owned()));
    }
    let has_port = host.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok());
    if !has_port {
        return Err(AddressFault::NoUrl(url.to_owned()));
    }
    let found = host.to_socket_addrs();
    let found = found.map_err(|source| AddressFault::NoAddress(host.to_owned(), source))?;
    // `localhost` is both, and what is listened on is mostly the older.
    let address = found.min_by_key(SocketAddr::is_ipv6);
    let address = address.ok_or_else(|| AddressFault::NoUrl(url.to_owned()))?;
    if is_beyond_fine || is_here(address) {
        return Ok(address);
    }
    Err(AddressFault::Beyond(address))
}

/// Whether this machine, in its own network namespace, has this address: only then one can listen
/// on it.
fn is_here(address: SocketAddr) -> bool {
    address.ip().is_loopback() || UdpSocket::bind((address.ip(), 0)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_is_fine_and_others_have_to_be_meant() {
        for url in ["http://127.0.0.1:8080", "http://127.0.0.1:8080/", "127.0.0.1:8080"] {
            let found = server(url, false).unwrap();
            assert_eq!(found.to_string(), "127.0.0.1:8080", "{url}");
        }
        let elsewhere = "http://203.0.113.7:80";
        assert!(matches!(server(elsewhere, false), Err(AddressFault::Beyond(_))));
        assert_eq!(server(elsewhere, true).unwrap().to_string(), "203.0.113.7:80");
    }

    #[test]
    fn what_is_no_server_is_told_so() {
        for url in ["", "http://", "http://127.0.0.1", "http://127.0.0.1:80/v1", "127.0.0.1:x"] {
            assert!(matches!(server(url, false), Err(AddressFault::NoUrl(_))), "{url}");
        }
        let encrypted = server("https://127.0.0.1:8443", false);
        assert!(matches!(encrypted, Err(AddressFault::Encrypted(_))));
    }
}
