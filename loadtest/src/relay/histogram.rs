//! How long things took, in milliseconds, without keeping each of them.
//!
//! In: durations. Out: how many, the longest, and the one that a share of them stayed below.
//! Never: grows with what it counts.

use std::time::Duration;

/// Longer than this is counted as this long; a line that holds a packet for longer is broken.
const LONGEST_MS: usize = 10_000;

/// Durations by the millisecond.
#[derive(Debug, Clone)]
pub(super) struct Histogram {
    /// How many lasted so many whole milliseconds.
    counts: Vec<u32>,
    total: u64,
    longest: Duration,
}

impl Histogram {
    pub(super) fn new() -> Self {
        Self { counts: vec![0; LONGEST_MS + 1], total: 0, longest: Duration::ZERO }
    }

    pub(super) fn add(&mut self, took: Duration) {
        let ms = usize::try_from(took.as_millis()).unwrap_or(LONGEST_MS).min(LONGEST_MS);
        if let Some(count) = self.counts.get_mut(ms) {
            *count = count.saturating_add(1);
        }
        self.total += 1;
        self.longest = self.longest.max(took);
    }

    /// So many percent took no more milliseconds than this.
    pub(super) fn percentile_ms(&self, percent: u64) -> usize {
        let wanted = (self.total * percent).div_ceil(100);
        let mut seen = 0;
        let below = |count: &u32| {
            seen += u64::from(*count);
            seen >= wanted
        };
        self.counts.iter().position(below).unwrap_or(LONGEST_MS)
    }

    pub(super) fn longest_ms(&self) -> usize {
        usize::try_from(self.longest.as_millis()).unwrap_or(LONGEST_MS).min(LONGEST_MS)
    }

    /// Begins anew.
    pub(super) fn clear(&mut self) {
        self.counts.fill(0);
        self.total = 0;
        self.longest = Duration::ZERO;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_and_the_longest_are_found() {
        let mut histogram = Histogram::new();
        assert_eq!((histogram.percentile_ms(95), histogram.longest_ms()), (0, 0));
        (1..=100).for_each(|ms| histogram.add(Duration::from_millis(ms)));
        assert_eq!([50, 95, 100].map(|percent| histogram.percentile_ms(percent)), [50, 95, 100]);
        histogram.add(Duration::MAX);
        assert_eq!(
            (histogram.longest_ms(), histogram.percentile_ms(100)),
            (LONGEST_MS, LONGEST_MS)
        );
        histogram.clear();
        assert_eq!((histogram.percentile_ms(50), histogram.longest_ms()), (0, 0));
    }
}
