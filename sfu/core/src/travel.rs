//! How long the packets of a stream are under way, from the timestamps they bear.
//!
//! Sender and server have two clocks, so a travel time alone means nothing; what means something
//! is how much longer it is than the shortest of late.
//!
//! In: timestamps as packets come. Out: travel times, how late the newest is, and when something
//! of a timestamp would have come at the earliest.
//! Never: takes a wrap of the timestamps for a leap.

use crate::steady::Least;
use std::time::{Duration, Instant};

/// A travel time that changes by more than this at once is of another clock. The longest queues
/// of home lines hold five seconds.
const CLOCK_STEP_MS: f64 = 8_000.0;
/// How far back the shortest travel is remembered. Longer outlasts a queue that stands, shorter
/// forgives a sender whose clock paused.
const MEMORY: Duration = Duration::from_secs(30);

/// The clock of one stream beside ours.
#[derive(Debug)]
pub(crate) struct Travel {
    ticks_per_ms: f64,
    epoch: Option<Instant>,
    newest: Newest,
    /// The shortest travel of the last half minute, in milliseconds on two clocks.
    shortest: Least<i64>,
    least_ms: i64,
}

/// The packet that came last.
#[derive(Debug, Default, Clone, Copy)]
struct Newest {
    timestamp: u32,
    /// Ticks from the first packet's timestamp to this one's.
    ticks: i64,
    travel_ms: f64,
}

impl Travel {
    /// Of a stream whose timestamps count at this rate, in hertz.
    pub(crate) fn new(clock_rate: u32) -> Self {
        Self {
            ticks_per_ms: f64::from(clock_rate) / 1_000.0,
            epoch: None,
            newest: Newest::default(),
            shortest: Least::new(MEMORY),
            least_ms: 0,
        }
    }

    /// A packet has come. Its travel time in milliseconds, on two clocks.
    pub(crate) fn handle(&mut self, now: Instant, timestamp: u32) -> f64 {
        let begins = self.epoch.is_none();
        let epoch = *self.epoch.get_or_insert(now);
        let ticks = if begins { 0 } else { self.ticks_of(timestamp) };
        let arrived = now.saturating_duration_since(epoch).as_secs_f64() * 1_000.0;
        let travel_ms = arrived - self.millis(ticks);
        if !begins && (travel_ms - self.newest.travel_ms).abs() > CLOCK_STEP_MS {
            self.shortest = Least::new(MEMORY);
        }
        self.newest = Newest { timestamp, ticks, travel_ms };
        self.least_ms = self.shortest.handle(now, whole(travel_ms));
        travel_ms
    }

    /// How long the newest packet waited in front of the line.
    pub(crate) fn late(&self) -> Duration {
        let late_ms = whole(self.newest.travel_ms) - self.least_ms;
        Duration::from_millis(u64::try_from(late_ms).unwrap_or_default())
    }

    /// When something of this timestamp would have come at the earliest: had it waited nowhere.
    /// `None` before the first packet.
    pub(crate) fn earliest(&self, timestamp: u32) -> Option<Instant> {
        let epoch = self.epoch?;
        let millis = whole(self.millis(self.ticks_of(timestamp))).saturating_add(self.least_ms);
        // Before the first packet came nothing of the stream did.
        let after = Duration::from_millis(u64::try_from(millis).unwrap_or_default());
        Some(epoch.checked_add(after).unwrap_or(epoch))
    }

    /// RTP timestamps begin anywhere and wrap; the steps between them are what counts.
    fn ticks_of(&self, timestamp: u32) -> i64 {
        let step = timestamp.wrapping_sub(self.newest.timestamp).cast_signed();
        self.newest.ticks.saturating_add(i64::from(step))
    }

    #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
    fn millis(&self, ticks: i64) -> f64 {
        ticks as f64 / self.ticks_per_ms
    }
}

#[expect(clippy::cast_possible_truncation, reason = "saturates")]
const fn whole(ms: f64) -> i64 {
    ms as i64
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const MS: Duration = Duration::from_millis(1);

    #[test]
    fn what_waited_is_told_from_what_was_sent_just_now() {
        let start = crate::some_instant();
        let mut travel = Travel::new(48_000);
        for n in 0..10_u32 {
            travel.handle(start + MS * (20 * n), 960 * n);
        }
        assert_eq!(travel.late(), Duration::ZERO);
        // A second of words comes at once, out of a queue: the last of them is the newest.
        let burst = start + MS * 1_200;
        for n in 10..60_u32 {
            travel.handle(burst, 960 * n);
        }
        assert_eq!(travel.late(), MS * 20);
        assert_eq!(travel.earliest(960 * 10), Some(start + MS * 200));
        assert_eq!(travel.earliest(960 * 59), Some(start + MS * 1_180));
    }

    #[test]
    fn another_clock_begins_anew() {
        let start = crate::some_instant();
        let mut travel = Travel::new(90_000);
        travel.handle(start, 5);
        assert_eq!(travel.earliest(5), Some(start));
        let later = start + MS * 40;
        travel.handle(later, 0x7000_0000);
        assert_eq!((travel.late(), travel.earliest(0x7000_0000)), (Duration::ZERO, Some(later)));
    }

    proptest! {
        /// Whatever waits, loses its order or wraps: nothing is dated after it came, and, while
        /// the shortest way is as short as ever, nothing before it could have come.
        #[test]
        fn nothing_is_dated_later_than_it_came(
            first in any::<u32>(),
            waits in proptest::collection::vec(0_u64..3_000, 1..200),
        ) {
            let start = crate::some_instant();
            let mut travel = Travel::new(48_000);
            travel.handle(start, first);
            let mut sent: Vec<(u64, u32)> = (1_u32..)
                .zip(&waits)
                .map(|(n, wait)| (u64::from(n) * 20 + wait, n))
                .collect();
            sent.sort_unstable();
            for (at, n) in sent {
                let timestamp = first.wrapping_add(n * 960);
                let came = start + Duration::from_millis(at);
                travel.handle(came, timestamp);
                let earliest = travel.earliest(timestamp).unwrap();
                prop_assert!(earliest <= came);
                prop_assert_eq!(earliest, start + MS * (20 * n));
            }
        }
    }
}
