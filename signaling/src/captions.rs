//! Captions (WebVTT): whether a text is such that every browser shows it.
//!
//! In: bytes somebody sent. Out: the text, or the line that is wrong.
//! Never: changes a word; a text that hides something behind a mark no browser understands is
//! refused, not mended.

/// What is wrong with captions, and in which line, from one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Wrong {
    /// The line.
    pub(crate) line: usize,
    /// What is wrong there.
    pub(crate) what: &'static str,
}

/// The text, where it is WebVTT with at least one caption, each with an end after its start.
pub(crate) fn read(bytes: &[u8]) -> Result<&str, Wrong> {
    let wrong = |line, what| Wrong { line, what };
    let text = std::str::from_utf8(bytes).map_err(|_| wrong(1, "is not UTF-8"))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut lines = text.lines();
    let first = lines.next().unwrap_or_default();
    if first != "WEBVTT" && !first.starts_with("WEBVTT ") && !first.starts_with("WEBVTT\t") {
        return Err(wrong(1, "has to be WEBVTT"));
    }
    if text.contains('\0') {
        return Err(wrong(1, "must not hold NUL"));
    }
    let mut cues = 0_u32;
    for (line, text) in (2..).zip(lines) {
        let Some((start, rest)) = text.split_once("-->") else { continue };
        let end = rest.split_whitespace().next().unwrap_or_default();
        let start = milliseconds(start.trim()).ok_or(wrong(line, "has no start time"))?;
        let end = milliseconds(end).ok_or(wrong(line, "has no end time"))?;
        if end <= start {
            return Err(wrong(line, "ends before it starts"));
        }
        cues = cues.saturating_add(1);
    }
    if cues == 0 { Err(wrong(1, "holds no caption")) } else { Ok(text) }
}

/// `[hh:]mm:ss.ttt` in milliseconds.
fn milliseconds(text: &str) -> Option<u64> {
    let (whole, fraction) = text.split_once('.')?;
    let mut parts = whole.rsplit(':');
    let (seconds, minutes) = (parts.next()?, parts.next()?);
    let hours = parts.next().unwrap_or("00");
    let digits =
        |text: &str, count| text.len() == count && text.bytes().all(|b| b.is_ascii_digit());
    if parts.next().is_some() || !digits(seconds, 2) || !digits(minutes, 2) || !digits(fraction, 3)
    {
        return None;
    }
    if hours.len() < 2 || !digits(hours, hours.len()) {
        return None;
    }
    let number = |text: &str| text.parse::<u64>().ok();
    let (seconds, minutes) = (number(seconds)?, number(minutes)?);
    if seconds > 59 || minutes > 59 {
        return None;
    }
    let seconds = number(hours)?.checked_mul(3_600)?.checked_add(minutes * 60 + seconds)?;
    seconds.checked_mul(1_000)?.checked_add(number(fraction)?)
}

#[cfg(test)]
mod tests {
    use super::{Wrong, milliseconds, read};
    use proptest::prelude::*;

    const GOOD: &str = "WEBVTT - the pump\n\nNOTE a note\n\n1\n00:00.000 --> 00:02.500 line:0\n\
                        Hello.\n\n00:59:59.999 --> 1000:00:00.000\nLong.\n";

    #[test]
    fn captions_are_taken_as_they_are() {
        assert_eq!(read(GOOD.as_bytes()), Ok(GOOD));
        assert_eq!(read(format!("\u{feff}{GOOD}").as_bytes()), Ok(GOOD), "a mark is no text");
        assert_eq!(milliseconds("01:02:03.004"), Some(3_723_004));
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        let wrong = |text: &[u8]| read(text).unwrap_err();
        let at = |line, what| Wrong { line, what };
        assert_eq!(wrong(b""), at(1, "has to be WEBVTT"));
        assert_eq!(wrong(b"WEBVTTX\n"), at(1, "has to be WEBVTT"));
        assert_eq!(wrong(b"1\n00:00:01,000 --> 00:00:02,000\n"), at(1, "has to be WEBVTT"));
        assert_eq!(wrong(b"WEBVTT\n\xff"), at(1, "is not UTF-8"));
        assert_eq!(wrong(b"WEBVTT\n\nnothing"), at(1, "holds no caption"));
        for start in
            ["1:00.000", "00:60.000", "60:00.000", "00:01,000", "00:01.00", "x", "", "-00:01.000"]
        {
            let text = format!("WEBVTT\n\n{start} --> 99:00:00.000\n");
            assert_eq!(wrong(text.as_bytes()), at(3, "has no start time"), "{start}");
        }
        assert_eq!(wrong(b"WEBVTT\n\n00:01.000 -->\n"), at(3, "has no end time"));
        let backwards = b"WEBVTT\n\n00:02.000 --> 00:01.000\n";
        assert_eq!(wrong(backwards), at(3, "ends before it starts"));
    }

    proptest! {
        #[test]
        fn no_text_is_too_much(bytes in prop::collection::vec(any::<u8>(), 0..400), head in any::<bool>()) {
            let mut text = if head { b"WEBVTT\n\n00:0".to_vec() } else { Vec::new() };
            text.extend(bytes);
            let _taken_or_not = read(&text);
        }
    }
}
