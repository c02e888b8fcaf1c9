//! Lines that come and go.

use super::{Caption, language, timed};
use shiguredo_mp4::LanguageCode;

fn caption(at_ms: u64, language: &str, text: &str) -> Caption {
    Caption { at_ms, language: language.to_owned(), text: text.to_owned() }
}

#[test]
fn lines_fill_the_time_without_holes() {
    let lines = vec![
        caption(9_000, "en", "Second."),
        caption(1_000, "en", "First."),
        caption(10_000, "en", "Third, which comes soon."),
        caption(50_000, "en", "  "),
    ];
    let shown = timed(lines);
    let times: Vec<(u64, usize)> =
        shown.iter().map(|line| (line.ms, line.sample.len() - 2)).collect();
    assert_eq!(times, [(1_000, 0), (2_000, 6), (6_000, 0), (1_000, 7), (2_000, 24), (1, 0)]);
    assert_eq!(shown[1].sample, [&[0, 6], "First.".as_bytes()].concat());
    assert!(timed(Vec::new()).is_empty());
}

#[test]
fn a_long_line_ends_at_a_letter() {
    let shown = timed(vec![caption(0, "de", &"ü".repeat(3_000))]);
    assert_eq!(shown[0].ms, super::LINE_MS_MAX);
    let (len, text) = shown[0].sample.split_first_chunk::<2>().expect("a length");
    assert_eq!(usize::from(u16::from_be_bytes(*len)), text.len());
    assert!(std::str::from_utf8(text).is_ok_and(|text| text.chars().all(|letter| letter == 'ü')));
}

#[test]
fn two_lines_of_one_moment_are_both_seen() {
    let shown = timed(vec![caption(500, "en", "One."), caption(500, "en", "Two.")]);
    assert_eq!(shown.len(), 4);
    assert!(shown.iter().all(|line| line.ms > 0));
}

#[test]
fn a_track_has_the_language_of_its_lines() {
    let code = |tags: &[&str]| {
        let captions: Vec<Caption> = tags.iter().map(|tag| caption(0, tag, "x")).collect();
        language(&captions)
    };
    let of = |code| LanguageCode::from_ascii(code).expect("three letters");
    assert_eq!(code(&["de-AT", "DE"]), of("deu"));
    assert_eq!(code(&["en", "tr"]), of("mul"));
    assert_eq!(code(&["yue"]), of("yue"));
    assert_eq!(code(&["x", "tlh-🖖"]).to_string().len(), 3);
    assert_eq!(code(&[]), LanguageCode::UNDEFINED);
}
