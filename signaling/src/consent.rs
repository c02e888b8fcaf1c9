//! What people are asked to agree to, in their own language.
//!
//! In: a purpose and a language. Out: a text with its version.
//! Never: a text changed under its version; a language guessed where the person's own is there.

#[cfg(test)]
mod tests;

use bedside_signaling_api::policy::Purpose;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The texts that come with the product. A new wording is a new version.
const BUILT_IN: &str = include_str!("consent/texts.json");
/// The language of those whose own is not there.
const FALLBACK: &str = "en";

/// A text somebody is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsentText {
    /// Which wording.
    pub version: String,
    /// In which language (BCP 47).
    pub language: String,
    /// The text.
    pub text: String,
}

/// Every text. Clones share them.
#[derive(Debug, Clone)]
pub struct ConsentTexts(Arc<Written>);

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    version: String,
    #[serde(rename = "texts")]
    texts_by_purpose: BTreeMap<Purpose, BTreeMap<String, String>>,
}

impl ConsentTexts {
    /// The texts that come with the product.
    ///
    /// # Panics
    /// Never; a test reads the same file.
    #[must_use]
    pub fn built_in() -> Self {
        let written = serde_json::from_str(BUILT_IN).expect("the file is read by a test");
        Self(Arc::new(written))
    }

    /// Whether there is such a text: that version, in that language.
    #[must_use]
    pub fn has(&self, purpose: Purpose, version: &str, language: &str) -> bool {
        let text = self.text(purpose, language);
        text.version == version && text.language == language
    }

    /// The text for somebody of that language: theirs, that of its first part (`pt` for
    /// `pt-BR`), or English.
    #[must_use]
    pub fn text(&self, purpose: Purpose, language: &str) -> ConsentText {
        let wanted = language.to_ascii_lowercase();
        let base = wanted.split('-').next().unwrap_or_default();
        let text_by_language = self.0.texts_by_purpose.get(&purpose);
        let of = |language: &str| {
            let text = text_by_language?.get(language)?;
            Some((language.to_owned(), text.clone()))
        };
        let found = of(&wanted).or_else(|| of(base)).or_else(|| of(FALLBACK));
        let (language, text) = found.unwrap_or_default();
        ConsentText { version: self.0.version.clone(), language, text }
    }
}
