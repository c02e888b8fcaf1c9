//! How often one socket may speak: a token bucket.
//!
//! In: the time of each message. Out: whether it is taken.
//! Never: a clock; the caller has one.

use std::time::{Duration, Instant};

/// Messages that may come at once. A page that opens, offers and lays itself out for a full
/// visit says about a dozen; whoever leads the largest visit lets a hundred in.
pub(super) const BURST: u32 = 120;
/// Messages a second in the long run. More lets a window be dragged larger without a refusal;
/// less keeps a broken page from costing others their turn.
pub(super) const PER_SECOND: u32 = 10;

const COST: Duration = Duration::from_millis(1_000 / PER_SECOND as u64);

/// One socket's bucket. It is kept as the time at which it is full again, so that there is
/// nothing to count and nothing to round.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bucket {
    full_at: Instant,
}

impl Bucket {
    /// A full bucket.
    pub(super) const fn full(now: Instant) -> Self {
        Self { full_at: now }
    }

    /// Takes one token, if there is one.
    pub(super) fn take(&mut self, now: Instant) -> bool {
        let full_at = self.full_at.max(now) + COST;
        let taken = full_at.duration_since(now) <= COST * BURST;
        if taken {
            self.full_at = full_at;
        }
        taken
    }
}

#[cfg(test)]
mod tests {
    use super::{BURST, Bucket, PER_SECOND};
    use proptest::prelude::*;
    use std::time::{Duration, Instant};

    #[test]
    fn a_burst_is_taken_and_the_next_is_not() {
        let now = Instant::now();
        let mut bucket = Bucket::full(now);
        let taken = (0..1_000).filter(|_| bucket.take(now)).count();
        assert_eq!(taken, BURST as usize);
        assert!(bucket.take(now + Duration::from_secs(1)));
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn never_more_than_burst_and_rate(steps in prop::collection::vec(0..400_u64, 1..400)) {
            let start = Instant::now();
            let (mut bucket, mut now, mut taken) = (Bucket::full(start), start, 0_u64);
            for millis in steps {
                now += Duration::from_millis(millis);
                taken += u64::from(bucket.take(now));
                let millis = now.duration_since(start).as_millis();
                let most = u128::from(BURST) + millis * u128::from(PER_SECOND) / 1_000;
                prop_assert!(u128::from(taken) <= most, "{} of {}", taken, most);
            }
        }

        #[test]
        fn a_person_at_a_person_s_pace_is_never_refused(
            steps in prop::collection::vec(100..2_000_u64, 1..400)
        ) {
            let mut now = Instant::now();
            let mut bucket = Bucket::full(now);
            for millis in steps {
                now += Duration::from_millis(millis);
                prop_assert!(bucket.take(now));
            }
        }
    }
}
