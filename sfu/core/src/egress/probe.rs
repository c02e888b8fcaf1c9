//! When to look whether a line carries more than is known: short trains of packets.
//!
//! In: what is known, what the next useful step needs. Out: the size of a train to send now.
//! Never: looks for more than would be used, or on a line so thin that a train would be in a
//! voice's way.

use super::{LINE_MIN, bytes_in, time_of};
use bedside_sfu_api::Bitrate;
use std::time::{Duration, Instant};

/// What a train fills of the line, and its least and greatest size: enough packets to measure
/// by, few enough to wait for.
const TRAIN: Duration = Duration::from_millis(30);
const TRAIN_MIN: usize = 3_600;
const TRAIN_MAX: usize = 18_000;
/// A train on a line whose queue is longer than this would measure the queue.
const QUEUE_MAX: Duration = Duration::from_millis(30);
/// How long after a train the next may follow: at once when one found room, else this, doubling.
const AFTER_SUCCESS: Duration = Duration::from_millis(150);
const AFTER_FAILURE: Duration = Duration::from_secs(1);
const AFTER_FAILURE_MAX: Duration = Duration::from_secs(6);
/// How often, on a line too thin for trains, two packets of a voice go together to measure it.
const TWINS_EVERY: Duration = Duration::from_millis(1_500);
/// How much more than before must be known for a train to have found room.
const FOUND_PERCENT: u64 = 107;

/// Looks for room.
#[derive(Debug)]
pub(super) struct Probe {
    next_at: Instant,
    wait: Duration,
    /// The estimate when the last train left, until its outcome is known.
    before: Option<(Bitrate, Instant)>,
    twins_at: Instant,
}

impl Probe {
    pub(super) const fn new(now: Instant) -> Self {
        Self { next_at: now, wait: AFTER_FAILURE, before: None, twins_at: now }
    }

    /// A report has come and the estimate is now this.
    pub(super) fn handle_report(&mut self, now: Instant, estimate: Bitrate) {
        let Some((before, _)) = self.before else { return };
        if estimate > before.percent(FOUND_PERCENT) {
            self.before = None;
            self.wait = AFTER_FAILURE;
            self.next_at = now + AFTER_SUCCESS;
        }
    }

    /// Whether the next packet of a voice should wait for the one after it.
    pub(super) fn poll_twins(&mut self, now: Instant, estimate: Bitrate, queue: Duration) -> bool {
        let due = estimate < LINE_MIN && queue < QUEUE_MAX && now >= self.twins_at;
        if due {
            self.twins_at = now + TWINS_EVERY;
        }
        due
    }

    /// The size of the train to send now.
    pub(super) fn poll(
        &mut self,
        now: Instant,
        estimate: Bitrate,
        needed: Bitrate,
        queue: Duration,
    ) -> Option<usize> {
        if needed <= estimate || estimate < LINE_MIN || queue > QUEUE_MAX || now < self.next_at {
            return None;
        }
        if self.before.is_some() {
            self.wait = (self.wait * 2).min(AFTER_FAILURE_MAX);
        }
        let train = bytes_in(estimate, TRAIN).clamp(TRAIN_MIN, TRAIN_MAX);
        self.before = Some((estimate, now));
        self.next_at = now + self.wait + time_of(train, estimate);
        Some(train)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks_less_and_less_often_in_vain_and_never_on_a_thin_line() {
        let (start, kbps) = (crate::some_instant(), Bitrate::kbps);
        let mut probe = Probe::new(start);
        let mut trains = Vec::new();
        for tick in 0..600_u64 {
            let now = start + Duration::from_millis(100) * u32::try_from(tick).unwrap();
            if probe.poll(now, kbps(500), kbps(900), Duration::ZERO).is_some() {
                trains.push(tick / 10);
            }
            probe.handle_report(now, kbps(500));
        }
        assert_eq!(trains, [0, 1, 3, 7, 13, 19, 25, 31, 37, 43, 50, 56]);
        let mut thin = Probe::new(start);
        assert_eq!(thin.poll(start, kbps(199), kbps(900), Duration::ZERO), None);
        assert_eq!(thin.poll(start, kbps(900), kbps(900), Duration::ZERO), None);
        assert_eq!(thin.poll(start, kbps(900), kbps(901), Duration::from_millis(31)), None);
        assert!(thin.poll(start, kbps(900), kbps(901), Duration::ZERO).is_some());
    }
}
