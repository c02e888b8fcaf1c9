//! How a stream arrives: loss and jitter (RFC 3550 appendices A.3 and A.8).
//!
//! In: numbers, timestamps, moments. Out: the block of a report.
//! Never: counts a retransmission; what is told is how the line does.

use super::{Dated, LEAP};
use crate::bytes::low_32;
use crate::moment::{Micros, sixteenths};
use crate::rtcp::Block;

/// A step of a stream's clock against ours beyond this, in seconds, is a new clock and no jitter.
const STEP_SECONDS_MAX: u32 = 5;

/// What has come of a stream.
#[derive(Debug)]
pub(super) struct Reception {
    clock_rate: u32,
    span: Option<Span>,
    /// Sixteen times the jitter, as the RFC keeps it.
    jitter: u64,
    /// The last packet's moment less its timestamp, by the stream's clock.
    travel: Option<u32>,
}

/// From the first packet to the newest.
#[derive(Debug)]
struct Span {
    first: u64,
    newest: u64,
    received: u64,
    /// As of the last report.
    expected_before: u64,
    received_before: u64,
}

impl Span {
    const fn new(index: u64) -> Self {
        Self { first: index, newest: index, received: 0, expected_before: 0, received_before: 0 }
    }

    const fn expected(&self) -> u64 {
        self.newest - self.first + 1
    }
}

impl Reception {
    pub(super) const fn new(clock_rate: u32) -> Self {
        Self { clock_rate, span: None, jitter: 0, travel: None }
    }

    /// A packet of the stream itself came.
    pub(super) fn handle(&mut self, now: Micros, index: u64, timestamp: u32) {
        let span = self.span.get_or_insert(Span::new(index));
        if index.saturating_sub(span.newest) > LEAP {
            *span = Span::new(index);
            self.travel = None;
        }
        let newer = index >= span.newest;
        // One from before the first widens the span, else it would count for one that was lost.
        span.first = span.first.min(index);
        span.newest = span.newest.max(index);
        span.received += 1;
        if newer {
            self.step(now, timestamp);
        }
    }

    fn step(&mut self, now: Micros, timestamp: u32) {
        let ticks = u128::from(now.0) * u128::from(self.clock_rate) / 1_000_000;
        let ticks = u64::try_from(ticks & u128::from(u64::MAX)).unwrap_or(0);
        let travel = low_32(ticks).wrapping_sub(timestamp);
        if let Some(before) = self.travel.replace(travel) {
            let step = travel.wrapping_sub(before).cast_signed().unsigned_abs();
            if step < self.clock_rate.saturating_mul(STEP_SECONDS_MAX) {
                self.jitter = self.jitter + u64::from(step) - ((self.jitter + 8) >> 4);
            }
        }
    }

    pub(super) fn report(&mut self, now: Micros, ssrc: u32, dated: Option<Dated>) -> Option<Block> {
        let span = self.span.as_mut()?;
        let expected = span.expected() - span.expected_before.min(span.expected());
        let received = span.received - span.received_before;
        span.expected_before = span.expected();
        span.received_before = span.received;
        let share = (expected.saturating_sub(received) << 8).checked_div(expected).unwrap_or(0);
        let signed = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
        let lost = signed(span.expected()).saturating_sub(signed(span.received));
        Some(Block {
            ssrc,
            fraction_lost: u8::try_from(share).unwrap_or(u8::MAX),
            lost: i32::try_from(lost.clamp(-0x80_0000, 0x7f_ffff)).unwrap_or(0),
            newest: low_32(span.newest),
            jitter: low_32(self.jitter >> 4),
            last_report: dated.map_or(0, |dated| dated.ntp.middle()),
            since_report: dated.map_or(0, |dated| sixteenths(now.since(dated.at))),
        })
    }
}
