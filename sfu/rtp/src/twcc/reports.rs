//! What a receiver's reports say became of the packets that left.
//!
//! In: reports, and the number of the packet that left last. Out: the fate of each packet, with its
//! whole number and the receiver's whole clock.
//! Never: believes a report of what never left, or more than `FATES_MAX` fates of one.

use crate::moment::Micros;
use crate::rtcp::{Feedback, Statuses, TICK_MICROS, TICKS_PER_REFERENCE};

use crate::seq::extend;

/// Most fates taken from one report; one covers 250 ms at most, at ten thousand packets a second.
const FATES_MAX: usize = 2_500;
/// Most packets between two reports that are taken for lost.
const SKIPPED_MAX: u64 = 100;
/// The time of reports begins anew after so many steps of 64 ms: twelve days.
const REFERENCES: i64 = 1 << 24;

/// What became of a packet that left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fate {
    /// Its transport-wide number, extended beyond 16 bits.
    pub number: u64,
    /// When it arrived, by the receiver's clock, whose beginning means nothing; `None` if it did
    /// not.
    pub arrived: Option<Micros>,
}

/// The reports of one receiver.
#[derive(Debug, Clone, Default)]
pub struct Reports {
    /// The newest number that one told of.
    newest: u64,
    /// The number of the last.
    number: Option<u8>,
    /// The time of the last, with its turns.
    reference: Option<i64>,
}

impl Reports {
    /// Reads a report; `left` is the whole number of the packet that left last. Before the fates it
    /// tells come those of packets that no report told of although no report is missing: some
    /// clients begin a report with the first packet that came.
    pub fn read<'a>(&mut self, left: u64, feedback: &Feedback<'a>) -> Fates<'a> {
        let reference = self.reference(feedback.reference);
        let first = extend(left, feedback.base);
        let follows = self.number.is_some_and(|before| before.wrapping_add(1) == feedback.number);
        self.number = Some(feedback.number);
        let told = u64::from(feedback.count).min(u64::try_from(FATES_MAX).unwrap_or(u64::MAX));
        let skipped = self.newest + 1..first.min(left + 1);
        let some = follows && skipped.end.saturating_sub(skipped.start) <= SKIPPED_MAX;
        if told > 0 && first <= left {
            self.newest = self.newest.max((first + told - 1).min(left));
        }
        Fates {
            skipped: if some { skipped } else { 0..0 },
            statuses: feedback.statuses().take(FATES_MAX),
            number: first,
            left,
            ticks: reference * TICKS_PER_REFERENCE,
        }
    }

    /// The time with its turns, as near to the last as can be. It begins a turn late, so that no
    /// step leads before the beginning.
    fn reference(&mut self, low: u32) -> i64 {
        let low = i64::from(low);
        let last = self.reference.unwrap_or(REFERENCES + low);
        let turn = last - last.rem_euclid(REFERENCES);
        let near = [turn - REFERENCES, turn, turn + REFERENCES].map(|turn| turn + low);
        let near = near.into_iter().min_by_key(|time| time.abs_diff(last)).unwrap_or(last);
        *self.reference.insert(near.max(low))
    }
}

/// What a report says, packet by packet.
#[derive(Debug, Clone)]
pub struct Fates<'a> {
    skipped: std::ops::Range<u64>,
    statuses: std::iter::Take<Statuses<'a>>,
    number: u64,
    left: u64,
    ticks: i64,
}

impl Iterator for Fates<'_> {
    type Item = Fate;

    fn next(&mut self) -> Option<Fate> {
        if let Some(number) = self.skipped.next() {
            return Some(Fate { number, arrived: None });
        }
        let (_, step) = self.statuses.next()?;
        let number = self.number;
        if number > self.left {
            return None;
        }
        self.number += 1;
        let arrived = step.map(|step| {
            self.ticks = self.ticks.saturating_add(i64::from(step));
            let ticks = u64::try_from(self.ticks).unwrap_or(0);
            Micros(ticks.saturating_mul(TICK_MICROS))
        });
        Some(Fate { number, arrived })
    }
}
