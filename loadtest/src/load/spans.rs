//! Times from a microsecond to a minute, counted and not kept: a histogram whose steps are three
//! hundredths of what they hold.
//!
//! In: durations. Out: how many, and what a share of them stayed below.
//! Never: grows with what it counts.

use std::time::Duration;

/// Steps from one power of two to the next.
const STEPS: u64 = 32;
/// Longer than so many microseconds (a little over an hour) is counted as that.
const LONGEST_MICROS: u64 = (1 << 32) - 1;

/// Durations.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Spans {
    counts: Vec<u64>,
    total: u64,
}

/// The step of a number of microseconds: itself below 64, then by power of two and the five bits
/// behind the first.
fn step(micros: u64) -> usize {
    let micros = micros.min(LONGEST_MICROS);
    let doublings = u64::from(micros.max(1).ilog2()).saturating_sub(5);
    let step = doublings * STEPS + (micros >> doublings);
    usize::try_from(step).unwrap_or(usize::MAX)
}

/// The most microseconds a step holds.
fn most(step: usize) -> u64 {
    let step = u64::try_from(step).unwrap_or_default();
    let doublings = (step / STEPS).saturating_sub(1);
    let first = (step - doublings * STEPS) << doublings;
    first + (1 << doublings) - 1
}

impl Spans {
    pub(crate) fn add(&mut self, span: Duration) {
        let place = step(u64::try_from(span.as_micros()).unwrap_or(u64::MAX));
        if self.counts.len() <= place {
            self.counts.resize(place + 1, 0);
        }
        if let Some(count) = self.counts.get_mut(place) {
            *count += 1;
        }
        self.total += 1;
    }

    /// Adds what another has counted.
    pub(crate) fn merge(&mut self, other: &Self) {
        if self.counts.len() < other.counts.len() {
            self.counts.resize(other.counts.len(), 0);
        }
        for (count, more) in self.counts.iter_mut().zip(&other.counts) {
            *count += more;
        }
        self.total += other.total;
    }

    /// So many of a thousand took no longer than this, in milliseconds.
    pub(crate) fn ms(&self, permille: u64) -> Option<f64> {
        let wanted = (self.total * permille).div_ceil(1_000).max(1);
        let mut seen = 0;
        let place = self.counts.iter().position(|count| {
            seen += count;
            seen >= wanted
        })?;
        let micros = u32::try_from(most(place)).unwrap_or(u32::MAX);
        Some(f64::from(micros) / 1_000.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn shares_are_found() {
        let mut spans = Spans::default();
        assert_eq!((spans.ms(500), spans.total), (None, 0));
        (1..=1_000).for_each(|micros| spans.add(Duration::from_micros(micros)));
        let near = |permille, ms: f64| {
            let found = spans.ms(permille).unwrap();
            assert!((found - ms).abs() <= 0.033 * ms, "{permille}: {found}");
        };
        near(500, 0.5);
        near(990, 0.99);
        near(1_000, 1.0);
        spans.add(Duration::MAX);
        assert!(spans.ms(1_000).unwrap() > 4_000_000.0);
    }

    proptest! {
        #[test]
        fn a_span_is_in_a_step_that_is_hardly_longer(micros in 0..LONGEST_MICROS / 2) {
            let most = most(step(micros));
            prop_assert!(micros <= most && most <= micros + micros / 32 + 1, "{most}");
            prop_assert!(step(most) == step(micros) && step(most + 1) > step(micros));
        }

        #[test]
        fn two_together_are_as_one(a in proptest::collection::vec(0_u64..99_999, 0..50),
                                   b in proptest::collection::vec(0_u64..99_999, 0..50)) {
            let of = |micros: &[u64]| {
                let mut spans = Spans::default();
                micros.iter().for_each(|micros| spans.add(Duration::from_micros(*micros)));
                spans
            };
            let mut both = of(&a);
            both.merge(&of(&b));
            let all = of(&[a, b].concat());
            prop_assert_eq!(both.total, all.total);
            prop_assert_eq!(both.ms(500), all.ms(500));
        }
    }
}
