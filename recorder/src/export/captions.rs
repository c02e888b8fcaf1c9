//! What was said in writing, as files that players show (WebVTT), one a language.
//!
//! In: captions as they come. Out: files.
//! Never: markup that somebody typed taken for markup.

use super::listing::CaptionFile;
use super::{ExportFault, clock};
use crate::draft::Draft;
use crate::film::captions::reading_ms;
use crate::open::Moment;
use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;
use uuid::Uuid;

/// Letters of a language in a file's name. The longest that anybody registers have half as many.
const LANGUAGE_LETTERS_MAX: usize = 35;

#[derive(Debug)]
struct Line {
    at_ms: u64,
    participant: Uuid,
    text: String,
}

/// Captions by their language.
#[derive(Debug)]
pub(super) struct Captions {
    label_by_person: BTreeMap<Uuid, String>,
    lines_by_language: BTreeMap<String, Vec<Line>>,
}

impl Captions {
    pub(super) const fn new(label_by_person: BTreeMap<Uuid, String>) -> Self {
        Self { label_by_person, lines_by_language: BTreeMap::new() }
    }

    pub(super) fn push(&mut self, at_ms: u64, participant: Uuid, language: String, text: String) {
        let lines = self.lines_by_language.entry(plain(&language)).or_default();
        lines.push(Line { at_ms, participant, text });
    }

    /// Writes a file for each language.
    pub(super) fn write(self, folder: &Path) -> Result<Vec<CaptionFile>, ExportFault> {
        let Self { label_by_person, lines_by_language } = self;
        let mut files = Vec::new();
        for (language, lines) in lines_by_language {
            let file = format!("captions.{language}.vtt");
            let draft = Draft::begin(&folder.join(&file))?;
            let count = lines.len();
            draft.file().write_all(vtt(lines, &label_by_person).as_bytes())?;
            draft.finish()?;
            files.push(CaptionFile { language, file, lines: count });
        }
        Ok(files)
    }
}

/// A language that can stand in a file's name.
fn plain(language: &str) -> String {
    let plain = |letter: &char| letter.is_ascii_alphanumeric() || *letter == '-';
    let plain: String = language.chars().filter(plain).take(LANGUAGE_LETTERS_MAX).collect();
    if plain.is_empty() { "und".to_owned() } else { plain }
}

fn vtt(mut lines: Vec<Line>, label_by_person: &BTreeMap<Uuid, String>) -> String {
    lines.sort_by_key(|line| line.at_ms);
    let starts: Vec<u64> = lines.iter().map(|line| line.at_ms).collect();
    let nexts = starts.iter().skip(1).copied().chain([u64::MAX]);
    let mut text = "WEBVTT\n".to_owned();
    for (line, next_ms) in lines.iter().zip(nexts) {
        let until_ms = line.at_ms.saturating_add(reading_ms(&line.text));
        let until_ms = until_ms.min(next_ms).max(line.at_ms.saturating_add(1));
        let (from, to) = (clock(Moment(line.at_ms)), clock(Moment(until_ms)));
        let voice = match label_by_person.get(&line.participant).filter(|label| !label.is_empty()) {
            Some(label) => format!("<v {}>", escaped(label)),
            None => String::new(),
        };
        text.push_str(&format!("\n{from} --> {to}\n{voice}{}\n", escaped(&line.text)));
    }
    text
}

/// Text without meaning to WebVTT; an empty line would end the cue.
fn escaped(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::{Line, plain, vtt};
    use std::collections::BTreeMap;
    use uuid::Uuid;

    #[test]
    fn captions_follow_each_other_and_say_who_speaks() {
        let anna = Uuid::now_v7();
        let line = |at_ms, participant, text: &str| Line { at_ms, participant, text: text.into() };
        let lines = vec![
            line(5_000, Uuid::nil(), "later"),
            line(1_000, anna, "a < b\n\n& c"),
            line(1_500, anna, "next"),
        ];
        let text = vtt(lines, &BTreeMap::from([(anna, "Anna".to_owned())]));
        let wanted = "WEBVTT\n\n00:00:01.000 --> 00:00:01.500\n<v Anna>a &lt; b &amp; c\n\n\
                      00:00:01.500 --> 00:00:03.500\n<v Anna>next\n\n\
                      00:00:05.000 --> 00:00:07.000\nlater\n";
        assert_eq!(text, wanted);
    }

    #[test]
    fn a_language_leads_nowhere() {
        assert_eq!(plain("pt-BR"), "pt-BR");
        assert_eq!(plain("../../x"), "x");
        assert_eq!(plain("/"), "und");
    }
}
