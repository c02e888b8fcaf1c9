//! Every purpose has a text in every language that any purpose has.

use super::{ConsentTexts, FALLBACK};
use bedside_signaling_api::policy::Purpose;
use std::collections::BTreeSet;

#[test]
fn every_purpose_speaks_every_language() {
    let texts = ConsentTexts::built_in();
    let languages: BTreeSet<&String> =
        texts.0.texts_by_purpose.values().flat_map(|t| t.keys()).collect();
    assert!(languages.iter().any(|language| *language == FALLBACK));
    for purpose in Purpose::ALL {
        for language in &languages {
            let text = texts.text(purpose, language);
            assert_eq!(&&text.language, language, "{purpose:?}");
            assert!(!text.text.trim().is_empty() && !text.version.is_empty());
        }
    }
}

#[test]
fn a_region_falls_back_to_its_language_and_a_stranger_to_english() {
    let texts = ConsentTexts::built_in();
    assert_eq!(texts.text(Purpose::Recording, "de-AT").language, "de");
    assert_eq!(texts.text(Purpose::Recording, "DE").language, "de");
    assert_eq!(texts.text(Purpose::Recording, "tlh").language, "en");
}
