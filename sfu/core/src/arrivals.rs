//! How a publisher's voice arrives: loss, jitter and queue of their line (RFC 3550 section 6.4.1,
//! A.8).
//!
//! In: sequence numbers and timestamps as they come. Out: one second's loss and jitter, and how
//! late the voice is.
//! Never: looks at pictures; a client leaves layers out, and that is no loss.

use crate::packet::Codec;
use crate::travel::Travel;
use std::time::{Duration, Instant};

/// A step in the sequence numbers that is a new beginning and no loss.
const LEAP: u64 = 3_000;

/// One stream.
#[derive(Debug)]
pub(crate) struct Arrivals {
    newest: Option<u64>,
    travel: Travel,
    travel_ms: Option<f64>,
    jitter_ms: f64,
    expected: u64,
    received: u64,
}

impl Default for Arrivals {
    fn default() -> Self {
        Self {
            newest: None,
            travel: Travel::new(Codec::Opus.clock_rate()),
            travel_ms: None,
            jitter_ms: 0.0,
            expected: 0,
            received: 0,
        }
    }
}

impl Arrivals {
    /// A packet has arrived.
    pub(crate) fn handle(&mut self, now: Instant, seq: u64, timestamp: u32) {
        let newest = self.newest.unwrap_or(seq.wrapping_sub(1));
        let step = seq.saturating_sub(newest);
        if step > LEAP || seq.saturating_add(LEAP) < newest {
            *self = Self { newest: Some(seq), ..Self::default() };
            self.travel.handle(now, timestamp);
            return;
        }
        self.received += 1;
        self.expected += step;
        self.newest = Some(seq.max(newest));
        let travel = self.travel.handle(now, timestamp);
        if let Some(before) = self.travel_ms.filter(|_| step == 1) {
            let deviation = (travel - before).abs();
            // A pause in the talk (DTX) or a new clock is no jitter.
            if deviation < 500.0 {
                self.jitter_ms += (deviation - self.jitter_ms) / 16.0;
            }
        }
        self.travel_ms = Some(travel);
    }

    /// How long the newest packet waited in front of the line.
    pub(crate) fn queue(&self) -> Duration {
        self.travel.late()
    }

    /// Loss in thousandths since the last call, and jitter in milliseconds.
    pub(crate) fn take(&mut self) -> (u16, u16) {
        let lost = self.expected.saturating_sub(self.received);
        let permille = (lost * 1_000).checked_div(self.expected).unwrap_or(0);
        (self.expected, self.received) = (0, 0);
        (u16::try_from(permille).unwrap_or(1_000), rounded(self.jitter_ms))
    }
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
