//! Chance that a seed decides (SplitMix64, which its authors gave to everybody).
//!
//! In: a seed. Out: numbers, the same for the same seed on every machine; no floating point.
//! Never: the system's randomness.

use std::time::Duration;

/// A stream of numbers.
#[derive(Debug, Clone)]
pub struct Chance(u64);

impl Chance {
    /// The stream of this seed.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number, any of 64 bits.
    pub const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Below `bound`, or zero where there is nothing below it.
    pub const fn below(&mut self, bound: u64) -> u64 {
        // The bias of the remainder is less than one in 2^64 / bound.
        match self.next().checked_rem(bound) {
            Some(number) => number,
            None => 0,
        }
    }

    /// True `times` times in `of`.
    pub const fn happens(&mut self, times: u64, of: u64) -> bool {
        self.below(of) < times
    }

    /// Exponentially distributed around `mean`, by von Neumann's way: comparisons only, so that no
    /// logarithm of some machine's library gives another run.
    pub fn exponential(&mut self, mean: Duration) -> Duration {
        let mut whole = 0_u32;
        loop {
            let first = self.next();
            let (mut last, mut falling) = (first, 1_u32);
            loop {
                let number = self.next();
                if number >= last {
                    break;
                }
                last = number;
                falling = falling.saturating_add(1);
            }
            if falling % 2 == 1 {
                return mean.saturating_mul(whole).saturating_add(share(mean, first));
            }
            whole = whole.saturating_add(1);
        }
    }
}

/// So many 2^64ths of a duration.
fn share(of: Duration, parts: u64) -> Duration {
    let parts = u128::from(parts >> 32);
    let nanos = of.as_nanos().saturating_mul(parts) >> 32;
    Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_is_a_stream() {
        let take = |seed| {
            let mut chance = Chance::new(seed);
            (0..8).map(|_| chance.next()).collect::<Vec<_>>()
        };
        assert_eq!(take(7), take(7));
        assert_ne!(take(7), take(8));
    }

    #[test]
    fn shares_come_as_often_as_asked() {
        let mut chance = Chance::new(1);
        let hits = (0..100_000).filter(|_| chance.happens(3, 100)).count();
        assert!((2_800..3_200).contains(&hits), "{hits}");
        assert!((0..1_000).all(|_| chance.below(5) < 5));
        assert_eq!(chance.below(0), 0);
        assert!(!chance.happens(0, 1_000) && chance.happens(1_000, 1_000));
    }

    #[test]
    fn the_exponential_has_its_mean_and_its_tail() {
        let mut chance = Chance::new(1);
        let mean = Duration::from_millis(10);
        let draws: Vec<_> = (0..100_000).map(|_| chance.exponential(mean)).collect();
        let found = draws.iter().sum::<Duration>() / 100_000;
        assert!((9_800..10_200).contains(&found.as_micros()), "{found:?}");
        // One in e^3 is longer than three means.
        let long = draws.iter().filter(|draw| **draw > mean * 3).count();
        assert!((4_700..5_300).contains(&long), "{long}");
        assert_eq!(chance.exponential(Duration::ZERO), Duration::ZERO);
    }
}
