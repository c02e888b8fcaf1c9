//! What was said in writing, as lines that come and go.
//!
//! In: captions, each with its moment. Out: the samples of a text track, without holes between.
//! Never: two lines at once: the next one takes the place of the one before.

use shiguredo_mp4::LanguageCode;

/// Shortest time a line stays.
const LINE_MS_MIN: u64 = 2_000;

/// Longest time a line stays.
const LINE_MS_MAX: u64 = 8_000;

/// Time to read a letter: about 17 letters a second, as broadcasters have it.
const LETTER_MS: u64 = 60;

/// Longest line, in bytes; a sample of the text track states its length in two bytes.
const LINE_BYTES_MAX: usize = 2_000;

/// Two-letter codes of languages (ISO 639-1) and the three-letter ones MP4 wants (ISO 639-2).
const LANGUAGES: [(&str, &str); 30] = [
    ("ar", "ara"),
    ("bg", "bul"),
    ("cs", "ces"),
    ("da", "dan"),
    ("de", "deu"),
    ("el", "ell"),
    ("en", "eng"),
    ("es", "spa"),
    ("fa", "fas"),
    ("fi", "fin"),
    ("fr", "fra"),
    ("he", "heb"),
    ("hi", "hin"),
    ("hr", "hrv"),
    ("hu", "hun"),
    ("it", "ita"),
    ("ja", "jpn"),
    ("ko", "kor"),
    ("nl", "nld"),
    ("no", "nor"),
    ("pl", "pol"),
    ("pt", "por"),
    ("ro", "ron"),
    ("ru", "rus"),
    ("sr", "srp"),
    ("sv", "swe"),
    ("tr", "tur"),
    ("uk", "ukr"),
    ("vi", "vie"),
    ("zh", "zho"),
];

/// Something said in writing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caption {
    /// Its moment in the film.
    pub at_ms: u64,
    /// Its language (BCP 47).
    pub language: String,
    /// What is shown; with who said it in front, if that is to be seen.
    pub text: String,
}

/// One sample of the text track.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Shown {
    /// How long.
    pub(super) ms: u64,
    /// Length and text; a text of no length where nothing is shown.
    pub(super) sample: Vec<u8>,
}

/// The language of a track: the one all lines have, else that there are several.
pub(super) fn language(captions: &[Caption]) -> LanguageCode {
    let mut codes: Vec<&str> =
        captions.iter().map(|caption| three_letters(&caption.language)).collect();
    codes.sort_unstable();
    codes.dedup();
    let code = match codes.as_slice() {
        [] => "und",
        [one] => one,
        _ => "mul",
    };
    LanguageCode::from_ascii(code).unwrap_or(LanguageCode::UNDEFINED)
}

fn three_letters(tag: &str) -> &str {
    let primary = tag.split(['-', '_']).next().unwrap_or_default();
    let known = LANGUAGES.iter().find(|(two, _)| primary.eq_ignore_ascii_case(two));
    match known {
        Some((_, three)) => three,
        None if primary.len() == 3 && primary.bytes().all(|byte| byte.is_ascii_lowercase()) => {
            primary
        }
        None => "und",
    }
}

/// How long it takes to read a line.
pub(crate) fn reading_ms(text: &str) -> u64 {
    let letters = text.chars().count() as u64;
    (letters * LETTER_MS).clamp(LINE_MS_MIN, LINE_MS_MAX)
}

/// Lines and the pauses between them, from the film's beginning on.
pub(super) fn timed(mut captions: Vec<Caption>) -> Vec<Shown> {
    captions.retain(|caption| !caption.text.trim().is_empty());
    captions.sort_by_key(|caption| caption.at_ms);
    let mut shown = Vec::new();
    let mut until = 0;
    let mut rest = captions.into_iter().peekable();
    while let Some(caption) = rest.next() {
        let begin = caption.at_ms.max(until);
        if begin > until {
            shown.push(Shown { ms: begin - until, sample: vec![0, 0] });
        }
        let wanted = reading_ms(&caption.text);
        let next = rest.peek().map_or(u64::MAX, |next| next.at_ms);
        until = (begin + wanted).min(next).max(begin + 1);
        shown.push(Shown { ms: until - begin, sample: sample(caption.text.trim()) });
    }
    if !shown.is_empty() {
        shown.push(Shown { ms: 1, sample: vec![0, 0] });
    }
    shown
}

fn sample(text: &str) -> Vec<u8> {
    let text = text.get(..text.floor_char_boundary(LINE_BYTES_MAX)).unwrap_or_default();
    let len = u16::try_from(text.len()).unwrap_or_default();
    [&len.to_be_bytes(), text.as_bytes()].concat()
}

#[cfg(test)]
mod tests;
