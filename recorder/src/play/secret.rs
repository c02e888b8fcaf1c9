//! What only whoever was shown the link knows.
//!
//! In: the system's chance. Out: a text for the link; whether somebody has it.
//! Never: compared in a time that says how much of it was right.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::rand;
use std::fmt;

use crate::hash;

/// Bytes of chance. Nobody guesses one in 2^128.
const BYTES: usize = 16;

/// The system has no chance to give.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the system's randomness fails")]
pub struct NoChance;

/// A secret for a link.
pub struct Secret(String);

impl Secret {
    /// A new one.
    ///
    /// # Errors
    /// The system's randomness fails.
    pub fn fresh() -> Result<Self, NoChance> {
        let mut bytes = [0; BYTES];
        rand::fill(&mut bytes).map_err(|_| NoChance)?;
        Ok(Self(hash::hex(&bytes)))
    }

    /// For the link, and for nothing else.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.0
    }

    /// Whether this is it.
    #[must_use]
    pub fn is(&self, given: &str) -> bool {
        verify_slices_are_equal(given.as_bytes(), self.0.as_bytes()).is_ok()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

#[cfg(test)]
mod tests {
    use super::Secret;

    #[test]
    fn only_the_whole_secret_is_it() {
        let (secret, other) = (Secret::fresh().expect("chance"), Secret::fresh().expect("chance"));
        assert!(secret.is(secret.text()));
        assert_eq!(secret.text().len(), 32);
        for wrong in ["", other.text(), &secret.text()[1..], &secret.text().to_uppercase()[..8]] {
            assert!(!secret.is(wrong), "{wrong}");
        }
        assert_eq!(format!("{secret:?}"), "Secret");
    }
}
