//! A client's offer, kept as long as its connection: it is read again when the client looks for
//! another way.
//!
//! In: the text. Out: its lines, in their order.
//! Never: keeps a line twice; sections of an offer are nearly alike, and a large one has thirty.

use std::collections::HashMap;

/// The offer.
#[derive(Debug)]
pub(super) struct Offer {
    /// Each line once, one behind the other, and where each ends.
    text: Box<str>,
    ends: Box<[u32]>,
    /// Which line comes where.
    order: Box<[u16]>,
}

impl Offer {
    /// `None` if it has more lines than any offer.
    pub(super) fn keep(offer: &str) -> Option<Self> {
        let (mut text, mut ends, mut order) = (String::new(), Vec::new(), Vec::new());
        let mut number_by_line: HashMap<&str, u16> = HashMap::new();
        for line in offer.lines() {
            let next = u16::try_from(ends.len()).ok()?;
            let number = *number_by_line.entry(line).or_insert(next);
            if number == next {
                text.push_str(line);
                ends.push(u32::try_from(text.len()).ok()?);
            }
            order.push(number);
        }
        Some(Self { text: text.into(), ends: ends.into(), order: order.into() })
    }

    /// Its lines.
    pub(super) fn lines(&self) -> impl Iterator<Item = &str> {
        self.order.iter().map(|number| self.line(usize::from(*number)).unwrap_or_default())
    }

    fn line(&self, number: usize) -> Option<&str> {
        let start = number.checked_sub(1).map_or(Some(0), |before| self.ends.get(before).copied());
        let range = start?..*self.ends.get(number)?;
        self.text.get(usize::try_from(range.start).ok()?..usize::try_from(range.end).ok()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_said_often_is_kept_once() {
        let offer = "m=audio\r\na=mid:0\r\na=rtcp-mux\r\n".to_owned()
            + &"m=video\r\na=rtcp-mux\r\na=rtpmap:96 VP8/90000\r\n".repeat(30);
        let kept = Offer::keep(&offer).unwrap();
        assert_eq!(kept.lines().collect::<Vec<_>>(), offer.lines().collect::<Vec<_>>());
        assert!(kept.text.len() < 60, "{}", kept.text);
    }

    proptest! {
        #[test]
        fn any_text_is_kept_as_it_is(words in proptest::collection::vec("[a-cé\r]{0,3}", 0..60)) {
            let text = words.join("\n");
            let kept = Offer::keep(&text).unwrap();
            prop_assert_eq!(kept.lines().collect::<Vec<_>>(), text.lines().collect::<Vec<_>>());
        }
    }
}
