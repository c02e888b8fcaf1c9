//! The sign languages that are known by name.
//!
//! In: a language tag, or a part of one. Out: whether hands speak it, its one code, its name.
//! Never: a list of all there are; one that is not here is written `sgn-` and its code.

/// What every tag of a sign language may begin with (RFC 5646, 3.1.7).
const PREFIX: &str = "sgn-";

/// Code (ISO 639-3); what stood behind `sgn-` before there were codes (RFC 5646, redundant tags),
/// empty where nothing did; its name, as those write it who sign it. Browsers know no names of
/// sign languages.
const KNOWN: [(&str, &str, &str); 48] = [
    ("aed", "", "Lengua de Señas Argentina (LSA)"),
    ("ase", "us", "American Sign Language (ASL)"),
    ("asf", "", "Auslan"),
    ("asq", "", "Österreichische Gebärdensprache (ÖGS)"),
    ("bfi", "gb", "British Sign Language (BSL)"),
    ("bzs", "br", "Língua Brasileira de Sinais (Libras)"),
    ("cse", "", "Český znakový jazyk"),
    ("csc", "", "Llengua de signes catalana (LSC)"),
    ("csg", "", "Lengua de Señas Chilena"),
    ("csl", "", "中国手语"),
    ("csn", "co", "Lengua de Señas Colombiana"),
    ("dse", "nl", "Nederlandse Gebarentaal (NGT)"),
    ("dsl", "dk", "Dansk tegnsprog"),
    ("esl", "", "لغة الإشارة المصرية"),
    ("fcs", "", "Langue des signes québécoise (LSQ)"),
    ("fse", "", "Suomalainen viittomakieli"),
    ("fsl", "fr", "Langue des signes française (LSF)"),
    ("fss", "", "Finlandssvenskt teckenspråk"),
    ("gsg", "de", "Deutsche Gebärdensprache (DGS)"),
    ("gss", "gr", "Ελληνική Νοηματική Γλώσσα"),
    ("hks", "", "香港手語"),
    ("hsh", "", "Magyar jelnyelv"),
    ("icl", "", "Íslenskt táknmál"),
    ("ils", "", "International Sign"),
    ("ins", "", "Indo-Pakistani Sign Language"),
    ("isg", "ie", "Irish Sign Language (ISL)"),
    ("ise", "it", "Lingua dei segni italiana (LIS)"),
    ("isr", "", "שפת הסימנים הישראלית"),
    ("jos", "", "لغة الإشارة الأردنية"),
    ("jsl", "jp", "日本手話"),
    ("kvk", "", "한국 수어"),
    ("mfs", "mx", "Lengua de Señas Mexicana (LSM)"),
    ("nsl", "no", "Norsk tegnspråk"),
    ("nzs", "", "New Zealand Sign Language (NZSL)"),
    ("prl", "", "Lengua de Señas Peruana (LSP)"),
    ("psr", "pt", "Língua Gestual Portuguesa (LGP)"),
    ("pso", "", "Polski język migowy (PJM)"),
    ("rsl", "", "Русский жестовый язык"),
    ("sfb", "be-fr", "Langue des signes de Belgique francophone (LSFB)"),
    ("sfs", "za", "South African Sign Language (SASL)"),
    ("sgg", "ch-de", "Deutschschweizer Gebärdensprache (DSGS)"),
    ("ssp", "es", "Lengua de signos española (LSE)"),
    ("ssr", "", "Langue des signes suisse romande"),
    ("svk", "", "Slovenský posunkový jazyk"),
    ("swl", "se", "Svenskt teckenspråk"),
    ("tsm", "", "Türk İşaret Dili (TİD)"),
    ("tss", "", "臺灣手語"),
    ("vgt", "be-nl", "Vlaamse Gebarentaal (VGT)"),
];

/// The one code of a tag in lower case that begins with `sgn-`; `None` of any other, and of one
/// that names a language nobody here knows.
pub(super) fn code(tag: &str) -> Option<&'static str> {
    let rest = tag.strip_prefix(PREFIX).filter(|rest| !rest.is_empty())?;
    let first = rest.split('-').next().unwrap_or_default();
    let found = KNOWN.iter().find(|(code, before, _)| *code == first || *before == rest);
    found.map(|(code, ..)| *code)
}

/// Whether a tag in lower case says `sgn-`, whatever follows.
pub(super) fn says_so(tag: &str) -> bool {
    tag.starts_with(PREFIX)
}

/// Whether a language, by its code, is spoken with the hands.
pub(super) fn is_signed(code: &str) -> bool {
    says_so(code) || name(code).is_some()
}

/// What a language, by its code, is called; `None` of one that is not known here.
pub(super) fn name(code: &str) -> Option<&'static str> {
    KNOWN.iter().find(|(known, ..)| *known == code).map(|(.., name)| *name)
}

#[cfg(test)]
mod tests {
    use super::{KNOWN, code, is_signed, name};
    use std::collections::BTreeSet;

    #[test]
    fn each_is_there_once_and_is_a_code() {
        let codes: BTreeSet<&str> = KNOWN.iter().map(|(code, ..)| *code).collect();
        assert_eq!(codes.len(), KNOWN.len());
        assert!(codes.iter().all(|code| code.len() == 3));
        let before =
            || KNOWN.iter().map(|(_, before, _)| *before).filter(|before| !before.is_empty());
        assert_eq!(before().collect::<BTreeSet<_>>().len(), before().count());
        let names: BTreeSet<&str> = KNOWN.iter().map(|(.., name)| *name).collect();
        assert_eq!(names.len(), KNOWN.len());
        assert_eq!(name("bfi"), Some("British Sign Language (BSL)"));
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
