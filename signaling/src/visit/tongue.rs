//! A language as it is heard.
//!
//! In: a tag (BCP 47). Out: its primary language, by which two tags are of one tongue.
//! Never: a script or a region; who understands German hears Austrians too.

use serde::{Deserialize, Serialize};

/// A language as it is heard: the primary subtag, in lower case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Tongue(String);

impl Tongue {
    /// The tongue of a tag.
    #[must_use]
    pub fn of(tag: &str) -> Self {
        Self(tag.split('-').next().unwrap_or_default().to_ascii_lowercase())
    }

    /// As pages are told it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
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
}
