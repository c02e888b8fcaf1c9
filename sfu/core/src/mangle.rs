//! Offers as no client makes them, for tests.
//!
//! In: a real offer. Out: the same with lines dropped, doubled, cut, lengthened, moved or with other
//! numbers, as chance has it.
//! Never: judges what is to become of it.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

/// A real offer, mangled.
pub(crate) fn mangled(offer: &'static str) -> impl Strategy<Value = String> {
    vec((any::<Index>(), 0_u8..6, any::<u8>()), 1..12).prop_map(move |edits| {
        let mut lines: Vec<String> = offer.lines().map(str::to_owned).collect();
        for (index, kind, byte) in edits {
            let at = index.index(lines.len());
            let line = lines[at].clone();
            match kind {
                0 => drop(lines.remove(at)),
                1 => lines.insert(at, line),
                2 => lines[at] = line.chars().take(usize::from(byte) % 20).collect(),
                3 => lines[at] = format!("{line}{}", char::from(byte)),
                4 => {
                    let other = usize::from(byte) % lines.len();
                    lines.swap(at, other);
                }
                _ => lines[at] = line.replace(|c: char| c.is_ascii_digit(), &byte.to_string()),
            }
        }
        lines.join("\r\n")
    })
}
