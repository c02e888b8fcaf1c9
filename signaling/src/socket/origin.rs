//! Whether a page may open a socket here.
//!
//! In: the request's `Origin` and `Host`, and where the service is known to be. Out: yes or no.
//! Never: the only guard; without a session's secret an open socket says nothing.

/// Whether the request comes from a page of ours, or from no page at all.
pub(super) fn is_ours(origin: Option<&str>, host: Option<&str>, public_url: &str) -> bool {
    let Some(origin) = origin else { return true };
    let Some((scheme, authority)) = origin.split_once("://") else { return false };
    if !matches!(scheme, "http" | "https") {
        return false;
    }
    let same_host = host.is_some_and(|host| host.eq_ignore_ascii_case(authority));
    same_host || root(public_url).is_some_and(|ours| ours.eq_ignore_ascii_case(origin))
}

/// The origin of a URL: everything before its path.
fn root(url: &str) -> Option<&str> {
    let authority = url.find("://")?.checked_add("://".len())?;
    let path = url.get(authority..)?.find('/').unwrap_or(url.len() - authority);
    url.get(..authority + path)
}

#[cfg(test)]
mod tests {
    use super::is_ours;

    #[test]
    fn our_pages_and_pageless_software_come_in() {
        let ours = "https://visits.example.org/care";
        assert!(is_ours(None, Some("10.0.0.1:8080"), ours));
        assert!(is_ours(Some("https://visits.example.org"), Some("10.0.0.1:8080"), ours));
        assert!(is_ours(Some("http://localhost:8080"), Some("LOCALHOST:8080"), ""));
    }

    #[test]
    fn other_pages_stay_out() {
        let ours = "https://visits.example.org";
        for origin in [
            "null",
            "",
            "https://visits.example.org.evil.example",
            "https://evil.example",
            "http://visits.example.org",
            "file://visits.example.org",
            "https://visits.example.org:444",
            "not readable",
        ] {
            assert!(!is_ours(Some(origin), Some("localhost:8080"), ours), "{origin}");
        }
        assert!(!is_ours(Some("https://evil.example"), None, ""));
    }
}
