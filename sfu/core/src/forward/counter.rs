//! A counter that goes on without holes for what was left out.
//!
//! In: a growing input counter, with late and missing values. Out: the output counter.
//! Never: gives two inputs the same output, or fills a hole that the network made. Inputs stay
//! below 2^48, so that nothing here can overflow.

use std::collections::VecDeque;

/// How many changes of shift are remembered. A late packet from before them is left out; at one
/// left-out frame in two this is about four seconds, longer than any retransmission takes.
const SPANS_MAX: usize = 64;

/// From `since` on, an input is shifted, or was left out.
#[derive(Debug, Clone, Copy)]
struct Span {
    since: u64,
    /// Output minus input, wrapping; `None` where inputs were left out.
    shift: Option<u64>,
}

/// The counter.
#[derive(Debug, Default)]
pub(super) struct Counter {
    /// The newest.
    newest: Option<Span>,
    /// Those before it, oldest first.
    earlier: VecDeque<Span>,
    newest_input: u64,
    newest_output: u64,
}

impl Counter {
    /// From now on `input` follows the newest output; older inputs are gone.
    pub(super) fn begin(&mut self, input: u64) {
        self.earlier.clear();
        let shift = (self.newest_output + 1).wrapping_sub(input);
        self.newest = Some(Span { since: input, shift: Some(shift) });
        self.newest_input = input;
    }

    /// The output of an input, or `None` if it was left out or is too old.
    pub(super) fn output(&mut self, input: u64) -> Option<u64> {
        let newest = self.newest.filter(|span| span.since <= input);
        let earlier = || self.earlier.iter().rev().find(|span| span.since <= input).copied();
        let span = newest.or_else(earlier)?;
        let output = input.wrapping_add(span.shift?);
        self.newest_input = self.newest_input.max(input);
        self.newest_output = self.newest_output.max(output);
        Some(output)
    }

    /// Leaves an input out, so that the next one takes its place. Only the newest can be:
    /// what came after an older one has its number already.
    pub(super) fn leave_out(&mut self, input: u64) {
        let Some(Span { since, shift: Some(shift) }) = self.newest else { return };
        if input < since || input < self.newest_input {
            return;
        }
        self.newest_input = input;
        if since < input {
            self.earlier.push_back(Span { since, shift: Some(shift) });
        }
        if self.earlier.back().is_none_or(|span| span.shift.is_some()) {
            self.earlier.push_back(Span { since: input, shift: None });
        }
        self.newest = Some(Span { since: input + 1, shift: Some(shift.wrapping_sub(1)) });
        while self.earlier.len() >= SPANS_MAX {
            self.earlier.pop_front();
        }
    }

    /// Outputs from this one on were not used after all; the next beginning takes them.
    pub(super) fn rewind(&mut self, first: u64) {
        self.forget();
        self.newest_output = self.newest_output.min(first.saturating_sub(1));
    }

    /// An output of its own, between two beginnings.
    pub(super) fn fill(&mut self) -> u64 {
        self.forget();
        self.newest_output += 1;
        self.newest_output
    }

    fn forget(&mut self) {
        self.newest = None;
        self.earlier.clear();
    }

    /// The newest input seen.
    pub(super) const fn newest_input(&self) -> u64 {
        self.newest_input
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    #[test]
    fn leaves_no_hole_for_what_was_left_out_but_one_for_what_was_lost() {
        let mut counter = Counter::default();
        counter.begin(1_000);
        assert_eq!(counter.output(1_000), Some(1));
        counter.leave_out(1_001);
        counter.leave_out(1_002);
        assert_eq!(counter.output(1_003), Some(2));
        assert_eq!(counter.output(1_005), Some(4)); // 1,004 is late
        assert_eq!(counter.output(1_004), Some(3));
        assert_eq!(counter.output(1_001), None);
        assert_eq!(counter.output(999), None);
        counter.begin(7);
        assert_eq!(counter.output(7), Some(5));
        assert_eq!(counter.output(1_006), Some(1_004));
    }

    proptest! {
        /// In order, each input is either sent or left out: outputs are 1, 2, 3, … . Replayed in
        /// any order afterwards, an input gets the very number it had, and none is used twice.
        #[test]
        fn outputs_are_dense_and_stable(
            start in 0_u64..1 << 40,
            sent in proptest::collection::vec(any::<bool>(), 1..200),
        ) {
            let mut counter = Counter::default();
            counter.begin(start);
            let mut given = BTreeMap::new();
            let mut next = 1;
            for (input, &send) in (start..).zip(&sent) {
                if send {
                    prop_assert_eq!(counter.output(input), Some(next));
                    given.insert(input, next);
                    next += 1;
                } else {
                    counter.leave_out(input);
                }
            }
            let inputs: Vec<_> = (start..).zip(&sent).collect();
            for (input, &send) in inputs.into_iter().rev() {
                let again = counter.output(input);
                if send {
                    prop_assert!(again.is_none() || again == given.get(&input).copied());
                } else {
                    prop_assert_eq!(again, None);
                }
            }
        }
    }
}
