//! A language as it is heard, or seen.
//!
//! In: a tag (BCP 47). Out: its primary language, by which two tags are of one tongue.
//! Never: a script or a region; who understands German hears Austrians too.

use super::signed;
use serde::{Deserialize, Serialize};

/// A language as it is heard, or seen: the primary subtag, in lower case; of a sign language its
/// own code, however the tag was written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Tongue(String);

impl Tongue {
    /// The tongue of a tag.
    #[must_use]
    pub fn of(tag: &str) -> Self {
        let tag = tag.to_ascii_lowercase();
        match signed::code(&tag) {
            Some(code) => Self(code.to_owned()),
            None if signed::says_so(&tag) => Self(tag),
            None => Self(tag.split('-').next().unwrap_or_default().to_owned()),
        }
    }

    /// As pages are told it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What a sign language is called, in writing, by those who sign it.
    #[must_use]
    pub fn signed_name(&self) -> Option<&'static str> {
        signed::name(&self.0)
    }

    /// Whether it is spoken with the hands.
    #[must_use]
    pub fn is_signed(&self) -> bool {
        signed::is_signed(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::Tongue;

    #[test]
    fn a_tongue_is_the_same_in_every_country_and_script() {
        assert_eq!(Tongue::of("de-AT"), Tongue::of("DE"));
        assert_eq!(Tongue::of("zh-Hans"), Tongue::of("zh-Hant-TW"));
        assert_ne!(Tongue::of("de"), Tongue::of("den"));
        assert_eq!(Tongue::of("pt-BR").as_str(), "pt");
    }

    #[test]
    fn a_sign_language_is_the_same_however_it_is_written() {
        for tag in ["ase", "ASE-US", "sgn-ase", "sgn-US", "sgn-ase-US"] {
            assert_eq!(Tongue::of(tag).as_str(), "ase", "{tag}");
        }
        assert_ne!(Tongue::of("sgn-US"), Tongue::of("sgn-GB"));
        assert!(Tongue::of("sgn-DE").is_signed() && !Tongue::of("de").is_signed());
        let unknown = Tongue::of("sgn-xyz");
        assert!(unknown.is_signed());
        assert_eq!(Tongue::of(unknown.as_str()), unknown);
    }
}
