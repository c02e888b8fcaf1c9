//! How an estimate grows and falls: additive and multiplicative growth, a fall to what arrived.
//!
//! In: arrivals, how the line is used, what probes found. Out: the estimate.
//! Never: looks at delays itself.

use super::Arrival;
use super::trend::Usage;
use bedside_sfu_api::Bitrate;
use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// What arrives is counted over this time.
const ACKED_OVER: Duration = Duration::from_millis(500);
const ACKED_OVER_MIN: Duration = Duration::from_millis(150);
/// Growth a second, in thousandths, while the capacity is not known.
const GROWTH_PERMILLE: u64 = 80;
/// What is left of what arrived when the line is over-used, in percent.
const FALL_PERCENT: u64 = 85;
/// The estimate is no more than so much of what arrived, and a little.
const ACKED_TIMES_PERCENT: u64 = 150;
const ACKED_MORE: Bitrate = Bitrate::kbps(10);
/// Bits of a packet, of which one a round trip is added near a known capacity.
const PACKET_BITS: u64 = 8 * 1_200;
/// What a reply takes beside the round trip (`rtt_ + 100 ms`).
const REPLY: Duration = Duration::from_millis(100);
/// A known capacity holds between these shares of it, in percent.
const KNOWN_FROM_PERCENT: u64 = 70;
const KNOWN_TO_PERCENT: u64 = 120;

/// The estimate and what it grows by.
#[derive(Debug)]
pub(super) struct Growth {
    estimate: Bitrate,
    arrivals: VecDeque<(Instant, usize)>,
    capacity: Option<Bitrate>,
    round_trip: Duration,
    grown_at: Option<Instant>,
    fallen_at: Option<Instant>,
}

impl Growth {
    pub(super) const fn new(first: Bitrate) -> Self {
        Self {
            estimate: first,
            arrivals: VecDeque::new(),
            capacity: None,
            round_trip: Duration::from_millis(200),
            grown_at: None,
            fallen_at: None,
        }
    }

    pub(super) const fn estimate(&self) -> Bitrate {
        self.estimate
    }

    pub(super) fn handle_arrival(&mut self, arrival: Arrival) {
        self.arrivals.push_back((arrival.arrived, arrival.bytes));
        let latest = arrival.arrived;
        while self.arrivals.front().is_some_and(|(at, _)| *at + ACKED_OVER < latest) {
            self.arrivals.pop_front();
        }
    }

    pub(super) const fn handle_round_trip(&mut self, round_trip: Duration) {
        self.round_trip = round_trip;
    }

    /// `has_room` says that less is sent than could be: then nothing is learnt by growing.
    pub(super) fn handle_usage(&mut self, now: Instant, usage: Usage, has_room: bool) {
        let passed = self.grown_at.map_or(Duration::ZERO, |at| now.saturating_duration_since(at));
        self.grown_at = Some(now);
        let acked = self.acked();
        match usage {
            Usage::Under => {}
            Usage::Over => self.fall(now, acked),
            Usage::Normal if has_room => {}
            Usage::Normal => self.grow(passed.min(Duration::from_secs(1)), acked),
        }
    }

    fn fall(&mut self, now: Instant, acked: Bitrate) {
        let is_soon = self.fallen_at.is_some_and(|at| now < at + self.round_trip);
        let target = acked.percent(FALL_PERCENT);
        if is_soon && acked.as_bps() * 2 > self.estimate.as_bps() {
            return;
        }
        self.fallen_at = Some(now);
        self.capacity = Some(acked);
        self.estimate = self.estimate.min(target);
    }

    fn grow(&mut self, passed: Duration, acked: Bitrate) {
        let millis = u64::try_from(passed.as_millis()).unwrap_or_default();
        let known = self.capacity.filter(|capacity| {
            let from = capacity.percent(KNOWN_FROM_PERCENT);
            (from..capacity.percent(KNOWN_TO_PERCENT)).contains(&acked)
        });
        self.capacity = known;
        let more = if known.is_some() {
            let reply = (self.round_trip + REPLY).as_millis();
            PACKET_BITS * millis / u64::try_from(reply).unwrap_or(u64::MAX).max(1)
        } else {
            self.estimate.as_bps() * GROWTH_PERMILLE * millis / 1_000_000
        };
        let most = acked.percent(ACKED_TIMES_PERCENT) + ACKED_MORE;
        if self.estimate < most {
            self.estimate = (self.estimate + Bitrate::bps(more)).min(most);
        }
    }

    pub(super) fn handle_probe(&mut self, found: Bitrate) {
        self.estimate = self.estimate.max(found);
    }

    /// So many packets in a hundred are lost: half of that less, but no less than what arrives.
    pub(super) fn handle_loss(&mut self, percent: u64) {
        let less = self.estimate.percent(100 - percent.min(100) / 2);
        let arrives = self.acked().percent(FALL_PERCENT);
        self.estimate = less.max(arrives).min(self.estimate);
    }

    pub(super) fn keep_above(&mut self, least: Bitrate) {
        self.estimate = self.estimate.max(least);
    }

    fn acked(&self) -> Bitrate {
        let (Some(first), Some(last)) = (self.arrivals.front(), self.arrivals.back()) else {
            return Bitrate::ZERO;
        };
        // Shortly after the beginning there is less to look back on.
        let span = last.0.saturating_duration_since(first.0).clamp(ACKED_OVER_MIN, ACKED_OVER);
        // From the first to the last, the first has passed before.
        let bytes: usize = self.arrivals.iter().skip(1).map(|(_, bytes)| bytes).sum();
        let millis = u64::try_from(span.as_millis()).unwrap_or(1);
        Bitrate::bps(8_000 * u64::try_from(bytes).unwrap_or_default() / millis)
    }
}
