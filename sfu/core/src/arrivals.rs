//! How a publisher's voice arrives: loss, jitter and queue of their line (RFC 3550 section 6.4.1,
//! A.8).
//!
//! In: sequence numbers and timestamps as they come. Out: one second's loss and jitter, and how
//! late the voice is.
//! Never: looks at pictures; a client leaves layers out, and that is no loss.

use crate::steady::Least;
use std::time::{Duration, Instant};

/// Ticks of the audio clock in a millisecond (RFC 7587).
const TICKS_PER_MS: f64 = 48.0;
/// A travel time that changes by more than this at once is of another clock.
const CLOCK_STEP_MS: f64 = 8_000.0;
/// How far back the shortest travel is remembered.
const MEMORY: Duration = Duration::from_secs(30);
/// A step in the sequence numbers that is a new beginning and no loss.
const LEAP: u64 = 3_000;

/// One stream.
#[derive(Debug)]
pub(crate) struct Arrivals {
    newest: Option<u64>,
    timestamp: Option<u32>,
    ticks: i64,
    travel: Option<f64>,
    /// The shortest travel of the last half minute, in milliseconds on two clocks.
    shortest: Least<i64>,
    late_ms: i64,
    jitter_ms: f64,
    expected: u64,
    received: u64,
    epoch: Option<Instant>,
}

impl Default for Arrivals {
    fn default() -> Self {
        Self {
            newest: None,
            timestamp: None,
            ticks: 0,
            travel: None,
            shortest: Least::new(MEMORY),
            late_ms: 0,
            jitter_ms: 0.0,
            expected: 0,
            received: 0,
            epoch: None,
        }
    }
}

impl Arrivals {
    /// A packet has arrived.
    pub(crate) fn handle(&mut self, now: Instant, seq: u64, timestamp: u32) {
        let epoch = *self.epoch.get_or_insert(now);
        let newest = self.newest.unwrap_or(seq.wrapping_sub(1));
        let step = seq.saturating_sub(newest);
        if step > LEAP || seq.saturating_add(LEAP) < newest {
            *self = Self { newest: Some(seq), ..Self::default() };
            return;
        }
        self.received += 1;
        self.expected += step;
        self.newest = Some(seq.max(newest));
        let arrived = now.saturating_duration_since(epoch).as_secs_f64() * 1_000.0;
        // RTP timestamps begin anywhere and wrap; the steps between them are what counts.
        let before = self.timestamp.replace(timestamp).unwrap_or(timestamp);
        self.ticks += i64::from(timestamp.wrapping_sub(before).cast_signed());
        let travel = arrived - ticks_to_ms(self.ticks);
        if self.travel.is_some_and(|before| (travel - before).abs() > CLOCK_STEP_MS) {
            self.shortest = Least::new(MEMORY);
        }
        if let Some(before) = self.travel.filter(|_| step == 1) {
            let deviation = (travel - before).abs();
            // A pause in the talk (DTX) or a new clock is no jitter.
            if deviation < 500.0 {
                self.jitter_ms += (deviation - self.jitter_ms) / 16.0;
            }
        }
        self.travel = Some(travel);
        let whole = whole(travel);
        self.late_ms = whole - self.shortest.handle(now, whole);
    }

    /// How long the newest packet waited in front of the line.
    pub(crate) fn queue(&self) -> Duration {
        Duration::from_millis(u64::try_from(self.late_ms).unwrap_or_default())
    }

    /// Loss in thousandths since the last call, and jitter in milliseconds.
    pub(crate) fn take(&mut self) -> (u16, u16) {
        let lost = self.expected.saturating_sub(self.received);
        let permille = (lost * 1_000).checked_div(self.expected).unwrap_or(0);
        (self.expected, self.received) = (0, 0);
        (u16::try_from(permille).unwrap_or(1_000), rounded(self.jitter_ms))
    }
}

#[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
fn ticks_to_ms(ticks: i64) -> f64 {
    ticks as f64 / TICKS_PER_MS
}

#[expect(clippy::cast_possible_truncation, reason = "saturates")]
const fn whole(ms: f64) -> i64 {
    ms as i64
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "saturates; never negative"
)]
fn rounded(ms: f64) -> u16 {
    ms.round() as u16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_what_did_not_come_and_forgives_what_came_late() {
        let start = crate::some_instant();
        let mut arrivals = Arrivals::default();
        for (n, seq) in [10_u64, 11, 13, 12, 14, 16, 17, 18, 19].into_iter().enumerate() {
            let at = start + Duration::from_millis(20) * u32::try_from(n).unwrap();
            arrivals.handle(at, seq, u32::try_from(seq).unwrap() * 960);
        }
        assert_eq!(arrivals.take().0, 100, "one of ten");
        arrivals.handle(start, 20, 20 * 960);
        assert_eq!(arrivals.take().0, 0);
        let ms = |ms: u64| start + Duration::from_millis(ms);
        let mut wraps = Arrivals::default();
        (0..50_u32).for_each(|n| {
            let timestamp = (u32::MAX - 20 * 960).wrapping_add(n * 960);
            wraps.handle(ms(u64::from(n) * 20), u64::from(n), timestamp);
        });
        assert_eq!(wraps.queue(), Duration::ZERO, "over the wrap of the timestamps");
        arrivals.handle(start, 1 << 20, 0);
        assert_eq!(arrivals.take().0, 0, "a new beginning");
    }
}
