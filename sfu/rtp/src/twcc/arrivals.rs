//! What has arrived of a sender, until it is told of it.
//!
//! In: transport-wide numbers and when they came. Out: reports of them, when the caller asks.
//! Never: more than `SPAN_MAX` numbers; a leap beyond is a new beginning.

use crate::bytes::low_16;
use crate::moment::Micros;
use crate::rtcp::write::{self, FeedbackHead};
use crate::seq::extend;
use std::collections::VecDeque;

/// Most numbers between the oldest kept and the newest: a quarter of a second at eight thousand
/// packets a second. 32 KiB if somebody fills it.
const SPAN_MAX: u64 = 2_048;
/// Most arrivals one report tells of. With the longest steps, and all numbers there can be, it
/// stays under 1,200 bytes.
const TOLD_MAX: usize = 250;
/// How many numbers already told of are kept. One that comes late after all is told of with those
/// after it, so that the sender does not take it for lost.
const LATE_MAX: u64 = 128;

/// What has arrived of a sender.
#[derive(Debug, Default)]
pub struct Arrivals {
    /// Number of the first kept.
    first: u64,
    /// When each came, from the first on to the newest; the newest is always there.
    at: VecDeque<Option<Micros>>,
    /// The next to tell of.
    next: u64,
    /// Reports so far, in eight bits.
    reports: u8,
}

impl Arrivals {
    /// A packet has arrived.
    pub fn handle(&mut self, number: u16, at: Micros) {
        let Some(newest) = self.newest() else {
            self.begin(u64::from(number) + (1 << 16), at);
            return;
        };
        let number = extend(newest, number);
        if number.abs_diff(newest) >= SPAN_MAX {
            self.begin(number, at);
        } else if number < self.first {
            // So late that nobody waits for it.
        } else {
            for _ in newest..number {
                self.at.push_back(None);
            }
            if let Some(slot) = self.slot(number)
                && slot.is_none()
            {
                *slot = Some(at);
                self.next = self.next.min(number);
            }
            self.forget();
        }
    }

    /// Appends a report of what has arrived since the last one, lost ones between. Whether there
    /// was anything to tell; there may be more, for a datagram of its own.
    pub fn poll_feedback(&mut self, sender: u32, media: u32, out: &mut Vec<u8>) -> bool {
        let Some(newest) = self.newest() else { return false };
        let base = self.next;
        if base > newest {
            return false;
        }
        let skipped = usize::try_from(base - self.first).unwrap_or(usize::MAX);
        let told = self.at.iter().skip(skipped);
        let came = told.clone().zip(1_usize..).filter(|(at, _)| at.is_some());
        let length = came.take(TOLD_MAX).last().map_or(0, |(_, length)| length);
        let head = FeedbackHead { sender, media, base: low_16(base), number: self.reports };
        let count = write::feedback(out, &head, told.take(length).copied());
        self.reports = self.reports.wrapping_add(1);
        self.next = base + u64::from(count);
        self.forget();
        true
    }

    fn newest(&self) -> Option<u64> {
        let length = u64::try_from(self.at.len()).ok()?;
        (self.first + length).checked_sub(1).filter(|_| length > 0)
    }

    fn begin(&mut self, number: u64, at: Micros) {
        self.at.clear();
        self.at.push_back(Some(at));
        (self.first, self.next) = (number, number);
    }

    fn slot(&mut self, number: u64) -> Option<&mut Option<Micros>> {
        self.at.get_mut(usize::try_from(number.checked_sub(self.first)?).ok()?)
    }

    /// Lets go of what was told of long ago, and of what is too much.
    fn forget(&mut self) {
        let Some(newest) = self.newest() else { return };
        let told = self.next.saturating_sub(LATE_MAX).min(newest);
        let first = told.max((newest + 1).saturating_sub(SPAN_MAX)).max(self.first);
        let gone = usize::try_from(first - self.first).unwrap_or(usize::MAX);
        self.at.drain(..gone.min(self.at.len()));
        self.first = first;
        self.next = self.next.max(first);
    }
}
