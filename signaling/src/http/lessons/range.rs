//! Which piece of a file a request asks for (RFC 9110, section 14).
//!
//! In: the `Range` header and the size of the file. Out: one piece, or all of it.
//! Never: several pieces; whoever asks for them gets all, which the RFC allows.

/// What is to be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// All of it.
    Whole,
    /// From this byte to before that one.
    Piece {
        /// The first byte.
        from: u64,
        /// The byte behind the last.
        to: u64,
    },
    /// The file has no such piece.
    Nowhere,
}

/// The piece of a file of `all` bytes.
pub(super) fn part(header: Option<&str>, all: u64) -> Part {
    let asked = header.and_then(|header| header.trim().strip_prefix("bytes="));
    let Some((first, last)) = asked.and_then(|asked| asked.split_once('-')) else {
        return Part::Whole;
    };
    let number = |text: &str| {
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| text.parse::<u64>().unwrap_or(u64::MAX))
    };
    let (from, to) = match (number(first), number(last)) {
        (Some(from), Some(last)) if last < from => return Part::Whole,
        (Some(from), Some(last)) => (from, last.saturating_add(1).min(all)),
        (Some(from), None) if last.is_empty() => (from, all),
        (None, Some(length)) if first.is_empty() => (all.saturating_sub(length), all),
        (_, _) => return Part::Whole,
    };
    if from < to { Part::Piece { from, to } } else { Part::Nowhere }
}

#[cfg(test)]
mod tests {
    use super::{Part, part};

    #[test]
    fn one_piece_is_understood_and_anything_else_is_all_of_it() {
        let piece = |from, to| Part::Piece { from, to };
        for (header, wanted) in [
            ("bytes=0-", piece(0, 10)),
            ("bytes=0-0", piece(0, 1)),
            ("bytes=3-5", piece(3, 6)),
            ("bytes=3-99", piece(3, 10)),
            ("bytes=-4", piece(6, 10)),
            ("bytes=-40", piece(0, 10)),
            ("bytes=10-", Part::Nowhere),
            ("bytes=-0", Part::Nowhere),
            ("bytes=99999999999999999999999-", Part::Nowhere),
            ("bytes=5-3", Part::Whole),
            ("bytes=0-1,4-5", Part::Whole),
            ("bytes=+1-2", Part::Whole),
            ("bytes=-", Part::Whole),
            ("items=0-1", Part::Whole),
            ("", Part::Whole),
        ] {
            assert_eq!(part(Some(header), 10), wanted, "{header}");
        }
        assert_eq!(part(None, 10), Part::Whole);
    }
}
