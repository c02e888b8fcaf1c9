//! Whom the server may call although the open internet cannot reach them: one entry of a list.
//!
//! In: the text of a host, an address or a range. Out: whether a host or an address is meant by
//! it. Never: a name looked up; that is for whoever makes the call.

use crate::range::Range;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::net::IpAddr;

/// One entry: `hooks.clinic.internal`, `10.1.2.3`, `10.1.0.0/16` or `fd00::/8`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Allow {
    /// A host by its name, in small letters; whatever it resolves to.
    Host(String),
    /// Addresses.
    Range(Range),
}

impl Allow {
    /// Reads one entry.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let host = || is_name(text).then(|| Self::Host(text.to_ascii_lowercase()));
        Range::parse(text).map(Self::Range).or_else(host)
    }

    /// Whether this host is meant by its name.
    #[must_use]
    pub fn names(&self, host: &str) -> bool {
        match self {
            Self::Host(name) => name.eq_ignore_ascii_case(host),
            Self::Range(_) => false,
        }
    }

    /// Whether this address is meant by its number.
    #[must_use]
    pub const fn holds(&self, address: IpAddr) -> bool {
        match self {
            Self::Host(_) => false,
            Self::Range(range) => range.holds(address),
        }
    }
}

/// Whether it can be a host's name: labels of letters, digits and hyphens. One without a letter
/// is a broken address, not a name.
fn is_name(text: &str) -> bool {
    let plain = |label: &str| {
        !label.is_empty() && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
    };
    text.split('.').all(plain) && text.chars().any(|c| c.is_ascii_alphabetic())
}

impl TryFrom<String> for Allow {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or("no host, address or range")
    }
}

impl From<Allow> for String {
    fn from(allow: Allow) -> Self {
        allow.to_string()
    }
}

impl fmt::Display for Allow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Host(name) => f.write_str(name),
            Self::Range(range) => range.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Allow;

    #[test]
    fn a_name_is_meant_in_any_case_and_only_itself() {
        let host = Allow::parse("Hooks.Clinic.internal").expect("a name");
        assert!(host.names("hooks.clinic.INTERNAL"));
        assert!(!host.names("clinic.internal"));
        assert!(!host.names("a.hooks.clinic.internal"));
        assert!(!host.holds("127.0.0.1".parse().expect("an address")));
    }

    #[test]
    fn an_address_is_meant_by_number_only() {
        let range = Allow::parse("127.0.0.0/8").expect("a range");
        assert!(range.holds("127.0.0.9".parse().expect("an address")));
        assert!(!range.names("127.0.0.0/8"));
    }

    #[test]
    fn what_is_neither_is_not_taken() {
        for text in
            ["", "10.0.0.0/33", "10.0.0/8", "300.1.1.1", "a b", "a..b", "*.b.org", "b.org/8"]
        {
            assert_eq!(Allow::parse(text), None, "{text}");
        }
    }
}
