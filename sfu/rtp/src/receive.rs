//! One stream as it comes in.
//!
//! In: its packets' numbers and times, its sender's reports. Out: whether a packet is new, what is
//! told of the stream (RFC 3550 section 6.4.1), which numbers to ask for again.
//! Never: holds a packet, or waits for one.

mod gaps;
mod repair;
mod report;
#[cfg(test)]
mod tests;

use crate::moment::{Micros, Ntp};
use crate::rtcp::{Block, SenderReport};
use crate::seq::extend;
use crate::window::{Seen, Window};
use gaps::Gaps;
pub use repair::{Repaired, unwrap};
use report::Reception;
use std::time::Duration;

/// A leap as far as this is a new beginning, and no loss.
const LEAP: u64 = 3_000;

/// What a packet is to its stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrival {
    /// It was not here before.
    New,
    /// It was, perhaps by way of a retransmission; or it is too old to know.
    Known,
}

/// One moment by a sender's two clocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dated {
    /// By its own.
    pub ntp: Ntp,
    /// By the stream's.
    pub timestamp: u32,
    /// When the report of it came.
    pub at: Micros,
}

/// A stream that comes in.
#[derive(Debug)]
pub struct Incoming {
    ssrc: u32,
    reception: Reception,
    known: Window,
    /// `None`: what is lost is not asked for, as of voices.
    gaps: Option<Gaps>,
    dated: Option<Dated>,
}

impl Incoming {
    /// A stream of that clock rate in hertz; `repairs` if what is lost may be asked for again.
    #[must_use]
    pub fn new(ssrc: u32, clock_rate: u32, repairs: bool) -> Self {
        Self {
            ssrc,
            reception: Reception::new(clock_rate),
            known: Window::default(),
            gaps: repairs.then(Gaps::default),
            dated: None,
        }
    }

    /// The stream.
    #[must_use]
    pub const fn ssrc(&self) -> u32 {
        self.ssrc
    }

    /// A packet came; `index` is its sequence number, extended as it was when opened.
    pub fn handle_packet(&mut self, now: Micros, index: u64, timestamp: u32) -> Arrival {
        let newest = self.known.newest();
        self.reception.handle(now, index, timestamp);
        match newest {
            Some(newest) if index.saturating_sub(newest) > LEAP => {
                self.gaps.iter_mut().for_each(Gaps::clear);
            }
            Some(newest) => {
                let gaps = self.gaps.iter_mut();
                gaps.for_each(|gaps| gaps.handle(now, newest, index));
            }
            None => {}
        }
        self.arrival(index)
    }

    /// A packet came by way of a retransmission. Its number extended, if it was not here before.
    pub fn handle_repair(&mut self, seq: u16) -> Option<u64> {
        let newest = self.known.newest()?;
        let index = extend(newest, seq);
        // A sender repeats what it sent; what it did not send yet is no repetition.
        if index > newest {
            return None;
        }
        self.gaps.iter_mut().for_each(|gaps| gaps.close(index));
        (self.arrival(index) == Arrival::New).then_some(index)
    }

    fn arrival(&mut self, index: u64) -> Arrival {
        let seen = self.known.look(index);
        self.known.mark(index);
        if seen == Seen::New { Arrival::New } else { Arrival::Known }
    }

    /// A report of its sender came.
    pub fn handle_report(&mut self, now: Micros, report: &SenderReport) {
        self.dated = Some(Dated { ntp: report.ntp, timestamp: report.timestamp, at: now });
    }

    /// The moment of the last report of its sender.
    #[must_use]
    pub const fn dated(&self) -> Option<Dated> {
        self.dated
    }

    /// What to tell its sender; the share of loss is since the last call. None before a packet.
    pub fn report(&mut self, now: Micros) -> Option<Block> {
        self.reception.report(now, self.ssrc, self.dated)
    }

    /// Appends the numbers to ask for now, in ascending order.
    pub fn poll_lost(&mut self, now: Micros, rtt: Duration, out: &mut Vec<u16>) {
        self.gaps.iter_mut().for_each(|gaps| gaps.poll(now, rtt, out));
    }

    /// When `poll_lost` has something to do, if nothing else comes.
    #[must_use]
    pub fn poll_timeout(&self, rtt: Duration) -> Option<Micros> {
        self.gaps.as_ref().and_then(|gaps| gaps.due(rtt))
    }
}
