//! The sign languages that are known by name.
//!
//! In: a language tag, or a part of one. Out: whether hands speak it, and its one code.
//! Never: a list of all there are; one that is not here is written `sgn-` and its code.

/// What every tag of a sign language may begin with (RFC 5646, 3.1.7).
const PREFIX: &str = "sgn-";

/// Code (ISO 639-3), and what stood behind `sgn-` before there were codes (RFC 5646, redundant
/// tags); empty where nothing did.
const KNOWN: [(&str, &str); 48] = [
    ("aed", ""),
    ("ase", "us"),
    ("asf", ""),
    ("asq", ""),
    ("bfi", "gb"),
    ("bzs", "br"),
    ("cse", ""),
    ("csc", ""),
    ("csg", ""),
    ("csl", ""),
    ("csn", "co"),
    ("dse", "nl"),
    ("dsl", "dk"),
    ("esl", ""),
    ("fcs", ""),
    ("fse", ""),
    ("fsl", "fr"),
    ("fss", ""),
    ("gsg", "de"),
    ("gss", "gr"),
    ("hks", ""),
    ("hsh", ""),
    ("icl", ""),
    ("ils", ""),
    ("ins", ""),
    ("isg", "ie"),
    ("ise", "it"),
    ("isr", ""),
    ("jos", ""),
    ("jsl", "jp"),
    ("kvk", ""),
    ("mfs", "mx"),
    ("nsl", "no"),
    ("nzs", ""),
    ("prl", ""),
    ("psr", "pt"),
    ("pso", ""),
    ("rsl", ""),
    ("sfb", "be-fr"),
    ("sfs", "za"),
    ("sgg", "ch-de"),
    ("ssp", "es"),
    ("ssr", ""),
    ("svk", ""),
    ("swl", "se"),
    ("tsm", ""),
    ("tss", ""),
    ("vgt", "be-nl"),
];

/// The one code of a tag in lower case that begins with `sgn-`; `None` of any other, and of one
/// that names a language nobody here knows.
pub(super) fn code(tag: &str) -> Option<&'static str> {
    let rest = tag.strip_prefix(PREFIX).filter(|rest| !rest.is_empty())?;
    let first = rest.split('-').next().unwrap_or_default();
    let found = KNOWN.iter().find(|(code, before)| *code == first || *before == rest);
    found.map(|(code, _)| *code)
}

/// Whether a tag in lower case says `sgn-`, whatever follows.
pub(super) fn says_so(tag: &str) -> bool {
    tag.starts_with(PREFIX)
}

/// Whether a language, by its code, is spoken with the hands.
pub(super) fn is_signed(code: &str) -> bool {
    says_so(code) || KNOWN.iter().any(|(known, _)| *known == code)
}

#[cfg(test)]
mod tests {
    use super::{KNOWN, code, is_signed};
    use std::collections::BTreeSet;

    #[test]
    fn each_is_there_once_and_is_a_code() {
        let codes: BTreeSet<&str> = KNOWN.iter().map(|(code, _)| *code).collect();
        assert_eq!(codes.len(), KNOWN.len());
        assert!(codes.iter().all(|code| code.len() == 3));
        let before = || KNOWN.iter().map(|(_, before)| *before).filter(|before| !before.is_empty());
        assert_eq!(before().collect::<BTreeSet<_>>().len(), before().count());
    }

    #[test]
    fn a_tag_of_old_has_the_code_of_today() {
        assert_eq!(code("sgn-us"), Some("ase"));
        assert_eq!(code("sgn-be-nl"), Some("vgt"));
        assert_eq!(code("sgn-gsg"), Some("gsg"));
        assert_eq!(code("sgn-gsg-at"), Some("gsg"));
        assert_eq!((code("de"), code("sgn-xyz"), code("sgn-")), (None, None, None));
        assert!(is_signed("bfi") && is_signed("sgn-xyz"));
        assert!(!is_signed("de") && !is_signed("sg"));
    }
}
