//! What the two ends of a connection know each other by (RFC 8445 section 5.3).
//!
//! In: a user name fragment and a password. Out: the same, if they are such.
//! Never: shows a password in a log.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Lengths of a user name fragment (RFC 8839 section 5.4).
const UFRAG_CHARS: std::ops::RangeInclusive<usize> = 4..=256;
/// Lengths of a password; the shortest holds 128 bits.
const PASSWORD_CHARS: std::ops::RangeInclusive<usize> = 22..=256;

/// One end's credentials for connectivity checks.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Said")]
pub struct IceCredentials {
    ufrag: String,
    password: String,
}

impl IceCredentials {
    /// `None` for what cannot stand in a session description.
    #[must_use]
    pub fn new(ufrag: String, password: String) -> Option<Self> {
        let is_ice = |text: &str| {
            text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/'))
        };
        let fits = UFRAG_CHARS.contains(&ufrag.len()) && PASSWORD_CHARS.contains(&password.len());
        (fits && is_ice(&ufrag) && is_ice(&password)).then_some(Self { ufrag, password })
    }

    /// The user name fragment.
    #[must_use]
    pub fn ufrag(&self) -> &str {
        &self.ufrag
    }

    /// The password.
    #[must_use]
    pub fn password(&self) -> &str {
        &self.password
    }
}

impl fmt::Debug for IceCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IceCredentials").field("ufrag", &self.ufrag).finish_non_exhaustive()
    }
}

/// The same, before it was looked at.
#[derive(Deserialize)]
struct Said {
    ufrag: String,
    password: String,
}

impl TryFrom<Said> for IceCredentials {
    type Error = &'static str;

    fn try_from(said: Said) -> Result<Self, Self::Error> {
        Self::new(said.ufrag, said.password).ok_or("no ICE credentials (RFC 8839 section 5.4)")
    }
}

#[cfg(test)]
mod tests {
    use super::IceCredentials;

    const PASSWORD: &str = "w1aebgL2jUZoyNuPd+aMrrnL";

    fn of(ufrag: &str, password: &str) -> Option<IceCredentials> {
        IceCredentials::new(ufrag.to_owned(), password.to_owned())
    }

    #[test]
    fn what_would_break_out_of_a_line_is_none() {
        assert!(of("aB+/", PASSWORD).is_some());
        assert!(of(&"a".repeat(256), &"b".repeat(256)).is_some());
        let too_long = "a".repeat(257);
        for (ufrag, password) in [
            ("abc", PASSWORD),
            (&too_long, PASSWORD),
            ("ab\r\nm=", PASSWORD),
            ("ab cd", PASSWORD),
            ("ab:cd", PASSWORD),
            ("äöü", PASSWORD),
            ("abcd", "w1aebgL2jUZoyNuPd+aMr"),
            ("abcd", &too_long),
            ("abcd", "w1aebgL2jUZoyNuPd+aMrrnL\n"),
        ] {
            assert_eq!(of(ufrag, password), None, "{ufrag:?} {password:?}");
        }
    }

    #[test]
    fn a_password_is_in_no_log() {
        let shown = format!("{:?}", of("abcd", PASSWORD).unwrap());
        assert!(shown.contains("abcd") && !shown.contains(PASSWORD), "{shown}");
    }
}
