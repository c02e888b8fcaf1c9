//! Which bytes of a file a browser asks for (RFC 9110 section 14).
//!
//! In: a `Range` header, the length there is. Out: the bytes to send, or that there are none.
//! Never: several ranges at once; such a request gets the whole file, as it may.

use std::ops::Range;

/// What is to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// All there is (200).
    Whole,
    /// These bytes (206).
    Part(Range<u64>),
    /// Nothing there is (416).
    Nowhere,
}

/// What a header asks of a file of so many bytes.
pub(crate) fn wanted(header: Option<&str>, len: u64) -> Wanted {
    let range = header.and_then(|header| header.strip_prefix("bytes="));
    let Some((first, last)) = range.and_then(|range| range.split_once('-')) else {
        return Wanted::Whole;
    };
    let part = match (first.parse::<u64>(), last.parse::<u64>()) {
        (Ok(first), Ok(last)) if first <= last => first..last.saturating_add(1).min(len),
        (Ok(first), Err(_)) if last.is_empty() => first..len,
        (Err(_), Ok(tail)) if first.is_empty() => len.saturating_sub(tail)..len,
        (Ok(_) | Err(_), Ok(_) | Err(_)) => return Wanted::Whole,
    };
    if part.is_empty() { Wanted::Nowhere } else { Wanted::Part(part) }
}

#[cfg(test)]
mod tests {
    use super::{Wanted, wanted};

    #[test]
    fn ranges_are_read_as_browsers_write_them() {
        let cases = [
            (None, Wanted::Whole),
            (Some("bytes=0-"), Wanted::Part(0..100)),
            (Some("bytes=10-19"), Wanted::Part(10..20)),
            (Some("bytes=90-500"), Wanted::Part(90..100)),
            (Some("bytes=-5"), Wanted::Part(95..100)),
            (Some("bytes=-500"), Wanted::Part(0..100)),
            (Some("bytes=100-"), Wanted::Nowhere),
            (Some("bytes=-0"), Wanted::Nowhere),
            (Some("bytes=5-2"), Wanted::Whole),
            (Some("bytes=0-1,5-6"), Wanted::Whole),
            (Some("lines=1-2"), Wanted::Whole),
            (Some("bytes=x-y"), Wanted::Whole),
            (Some("bytes=18446744073709551615-18446744073709551615"), Wanted::Nowhere),
        ];
        for (header, expected) in cases {
            assert_eq!(wanted(header, 100), expected, "{header:?}");
        }
        assert_eq!(wanted(Some("bytes=0-"), 0), Wanted::Nowhere);
    }
}
