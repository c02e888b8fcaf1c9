//! What a receiver tells of arrivals (draft-holmer-rmcat-transport-wide-cc-extensions-01), and what a
//! sender tells of its clocks (RFC 3550 section 6.4.1).
//!
//! In: numbers with their times of arrival. Out: reports, not yet sealed.
//! Never: a report longer than a datagram; what does not fit comes with the next.

use super::rtp::extended;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// Packets a report tells of at most; twice what arrives between two at 2 Mbit/s.
const TOLD_MAX: usize = 400;
/// Arrivals that wait to be told of; more are forgotten, the oldest first.
const WAITING_MAX: usize = 4_000;
/// The units of a report: of its beginning, and of the steps from packet to packet.
const REFERENCE: Duration = Duration::from_millis(64);
const STEP: Duration = Duration::from_micros(250);
/// Symbols in a chunk of two bits each.
const CHUNK: usize = 7;

/// Arrivals to be told of.
#[derive(Debug)]
pub(super) struct Arrivals {
    epoch: Instant,
    newest: u64,
    next: Option<u64>,
    at_by_number: BTreeMap<u64, Instant>,
    count: u8,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Symbol {
    Missing = 0,
    Small = 1,
    Large = 2,
}

impl Arrivals {
    pub(super) const fn new(epoch: Instant) -> Self {
        Self { epoch, newest: 0, next: None, at_by_number: BTreeMap::new(), count: 0 }
    }

    /// Whether there is nothing to tell.
    pub(super) fn is_empty(&self) -> bool {
        self.at_by_number.is_empty()
    }

    /// A packet has arrived.
    pub(super) fn push(&mut self, at: Instant, number: u16) {
        let number = extended(self.newest, number);
        self.newest = self.newest.max(number);
        if self.next.is_none_or(|next| number >= next) {
            self.at_by_number.insert(number, at);
        }
        if self.at_by_number.len() > WAITING_MAX {
            self.at_by_number.pop_first();
        }
    }

    /// The report of what has arrived since the last.
    pub(super) fn report(&mut self, ours: u32, theirs: u32) -> Option<Vec<u8>> {
        let (first, first_at) = self.at_by_number.first_key_value().map(|(n, at)| (*n, *at))?;
        let base = self.next.unwrap_or(first);
        let last = self.newest.min(base + u64::try_from(TOLD_MAX).unwrap_or_default() - 1);
        let since = first_at.saturating_duration_since(self.epoch);
        let reference = since.as_nanos() / REFERENCE.as_nanos();
        let mut clock = i64::try_from(reference * (REFERENCE.as_nanos() / STEP.as_nanos())).ok()?;
        let (mut symbols, mut steps) = (Vec::new(), Vec::new());
        for number in base..=last {
            let Some(at) = self.at_by_number.remove(&number) else {
                symbols.push(Symbol::Missing);
                continue;
            };
            let since = at.saturating_duration_since(self.epoch).as_nanos() / STEP.as_nanos();
            let ticks = i64::try_from(since).ok()?;
            let step = ticks - clock;
            clock = ticks;
            if let Ok(small) = u8::try_from(step) {
                symbols.push(Symbol::Small);
                steps.push(small);
            } else {
                let large =
                    i16::try_from(step).unwrap_or(if step < 0 { i16::MIN } else { i16::MAX });
                symbols.push(Symbol::Large);
                steps.extend(large.to_be_bytes());
            }
        }
        self.next = Some(last + 1);
        let mut report = Vec::with_capacity(28 + symbols.len() * 2);
        report.extend([0, 0, 0, 0]);
        report.extend(ours.to_be_bytes());
        report.extend(theirs.to_be_bytes());
        report.extend(low_16(base).to_be_bytes());
        report.extend(u16::try_from(symbols.len()).ok()?.to_be_bytes());
        let [_, reference @ ..] = u32::try_from(reference & 0xff_ffff).ok()?.to_be_bytes();
        report.extend(reference);
        report.push(self.count);
        self.count = self.count.wrapping_add(1);
        write_symbols(&mut report, &symbols);
        report.extend(steps);
        Some(closed(report, 0x8f, 205))
    }
}

fn write_symbols(report: &mut Vec<u8>, symbols: &[Symbol]) {
    if symbols.iter().all(|symbol| *symbol == Symbol::Small) {
        // A run of one kind.
        let run = 1 << 13 | u16::try_from(symbols.len()).unwrap_or_default();
        report.extend(run.to_be_bytes());
        return;
    }
    for chunk in symbols.chunks(CHUNK) {
        let bits = (0..CHUNK).fold(0b11_u16, |bits, at| {
            bits << 2 | chunk.get(at).map_or(0, |symbol| *symbol as u16)
        });
        report.extend(bits.to_be_bytes());
    }
}

/// What a sender says of its clocks: a moment by both, and what was sent until then.
pub(super) fn sender_report(ssrc: u32, ntp: u64, timestamp: u32, sent: (u32, u32)) -> Vec<u8> {
    let mut report = vec![0; 4];
    report.extend(ssrc.to_be_bytes());
    report.extend(ntp.to_be_bytes());
    report.extend(timestamp.to_be_bytes());
    report.extend(sent.0.to_be_bytes());
    report.extend(sent.1.to_be_bytes());
    closed(report, 0x80, 200)
}

/// Whether reports, read from behind the head of the first, ask for a keyframe (RFC 4585 section
/// 6.3.1, RFC 5104 section 4.3.1).
pub(super) fn wants_keyframe(head: [u8; 4], body: &[u8]) -> bool {
    let asks = |first: u8, kind: u8| kind == 206 && matches!(first & 0x1f, 1 | 4);
    let [first, kind, high, low] = head;
    if asks(first, kind) {
        return true;
    }
    // The sender's number of the first was in the clear and is not in the body.
    let mut at = (4 * usize::from(u16::from_be_bytes([high, low]))).saturating_sub(4);
    while let Some([first, kind, high, low]) = body.get(at..).and_then(<[u8]>::first_chunk::<4>) {
        if asks(*first, *kind) {
            return true;
        }
        at += 4 + 4 * usize::from(u16::from_be_bytes([*high, *low]));
    }
    false
}

/// With its head, in whole words.
fn closed(mut report: Vec<u8>, first: u8, kind: u8) -> Vec<u8> {
    let padding = report.len().next_multiple_of(4) - report.len();
    report.resize(report.len() + padding, 0);
    if padding > 0
        && let Some(last) = report.last_mut()
    {
        *last = u8::try_from(padding).unwrap_or_default();
    }
    let words = u16::try_from(report.len() / 4 - 1).unwrap_or_default().to_be_bytes();
    let padded = if padding > 0 { 0x20 } else { 0 };
    for (byte, of) in report.iter_mut().zip([first | padded, kind].into_iter().chain(words)) {
        *byte = of;
    }
    report
}

fn low_16(number: u64) -> u16 {
    u16::try_from(number & 0xffff).unwrap_or_default()
}

#[cfg(test)]
mod tests;
