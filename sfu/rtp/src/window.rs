//! Which numbers have been seen, as far back as it matters (RFC 3711 section 3.3.2).
//!
//! In: numbers. Out: whether one is new.
//! Never: says `New` of a number it has seen, or of one too old to know.

/// Numbers remembered, in words of 64 bits. Two seconds of the highest layer: a retransmission
/// that comes later than that repairs nothing.
const WORDS: u64 = 16;

/// What is known of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Seen {
    /// It was not seen before.
    New,
    /// It was.
    Before,
    /// It is too old to know.
    TooOld,
}

/// The newest number, and the last of those before it: 960 at least.
#[derive(Debug, Clone, Default)]
pub(crate) struct Window {
    newest: Option<u64>,
    words: [u64; WORDS as usize],
}

#[expect(clippy::cast_possible_truncation, reason = "less than WORDS")]
const fn slot(number: u64) -> usize {
    (number / 64 % WORDS) as usize
}

const fn bit(number: u64) -> u64 {
    1 << (number % 64)
}

impl Window {
    /// The newest number seen.
    pub(crate) const fn newest(&self) -> Option<u64> {
        self.newest
    }

    /// Whether a number was seen.
    pub(crate) fn look(&self, number: u64) -> Seen {
        let Some(newest) = self.newest else { return Seen::New };
        if number > newest {
            Seen::New
        } else if newest / 64 - number / 64 >= WORDS {
            Seen::TooOld
        } else if self.words.get(slot(number)).is_some_and(|word| word & bit(number) != 0) {
            Seen::Before
        } else {
            Seen::New
        }
    }

    /// A number is seen now.
    pub(crate) fn mark(&mut self, number: u64) {
        if let Some(newest) = self.newest.filter(|newest| *newest < number) {
            let first = (newest / 64 + 1).max((number / 64).saturating_sub(WORDS - 1));
            for word in first..=number / 64 {
                if let Some(word) = self.words.get_mut(slot(word.saturating_mul(64))) {
                    *word = 0;
                }
            }
        }
        if self.look(number) != Seen::TooOld {
            self.newest = self.newest.max(Some(number));
            if let Some(word) = self.words.get_mut(slot(number)) {
                *word |= bit(number);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        /// Against a set that forgets nothing.
        #[test]
        fn it_knows_what_a_set_knows(
            start in 0_u64..1 << 49,
            steps in proptest::collection::vec((-1_200_i64..1_400, 0_u8..40), 1..300),
        ) {
            let (mut window, mut set, mut at) = (Window::default(), BTreeSet::new(), start);
            for (step, leap) in steps {
                at = at.saturating_add_signed(if leap == 0 { step } else { step / 100 + 3 });
                let newest = set.last().copied();
                match window.look(at) {
                    Seen::New => prop_assert!(!set.contains(&at)),
                    Seen::Before => prop_assert!(set.contains(&at)),
                    Seen::TooOld => prop_assert!(newest.is_some_and(|newest| at + 960 < newest)),
                }
                if window.look(at) != Seen::TooOld {
                    set.insert(at);
                }
                window.mark(at);
                prop_assert_eq!(window.newest(), set.last().copied());
                prop_assert!(window.look(at) != Seen::New);
            }
        }
    }
}
