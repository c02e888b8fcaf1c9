//! The packets of a voice's stream, by their timestamps: what was recovered from redundancy has
//! no number of its own.
//!
//! In: packets. Out: all of them in order, each loss named; silence is none.
//! Never: the same moment twice.

use super::{HOLD, Held, Step};
use crate::depacketise::opus_samples;
use std::collections::{BTreeMap, VecDeque};
use std::time::Instant;

/// Packets that may wait: five seconds of 20 ms, more than is waited for.
const WAITING_MAX: usize = 256;
/// A step back by more than this, in ticks of 48 kHz, is no late packet but a sender that counts
/// from elsewhere: ten seconds.
const LEAP_TICKS: i64 = 480_000;
/// What a packet is taken to sound that does not say it: 20 ms.
const USUAL_TICKS: u32 = 960;

/// A voice's packets after the last that was let go.
#[derive(Debug, Default)]
pub(crate) struct Voices {
    waiting_by_ticks: BTreeMap<i64, Held>,
    last: Option<Last>,
    ready: VecDeque<Step>,
}

/// What was let go last.
#[derive(Debug, Clone, Copy)]
struct Last {
    seq: u64,
    ticks: i64,
    /// Where the next one begins if there is no pause.
    end: i64,
}

impl Voices {
    /// A packet has come.
    pub(crate) fn handle(&mut self, packet: Held) {
        if let Some(last) = self.last
            && packet.ticks <= last.ticks
        {
            if last.ticks.saturating_sub(packet.ticks) <= LEAP_TICKS {
                return;
            }
            self.flush();
            self.last = None;
        }
        self.waiting_by_ticks.entry(packet.ticks).or_insert(packet);
        self.release();
        if self.waiting_by_ticks.len() > WAITING_MAX {
            self.give_up();
        }
    }

    /// Time has passed.
    pub(crate) fn handle_timeout(&mut self, now: Instant) {
        while self.poll_timeout().is_some_and(|at| at <= now) {
            self.give_up();
        }
    }

    /// Nothing is waited for any more.
    pub(crate) fn flush(&mut self) {
        while !self.waiting_by_ticks.is_empty() {
            self.give_up();
        }
    }

    /// When the first is let go, whatever is missing before it.
    pub(crate) fn poll_timeout(&self) -> Option<Instant> {
        let since = self.waiting_by_ticks.values().map(|packet| packet.arrival).min();
        since.map(|since| since + HOLD)
    }

    /// What comes next.
    pub(crate) fn poll(&mut self) -> Option<Step> {
        self.ready.pop_front()
    }

    fn release(&mut self) {
        while let Some((_, packet)) = self.waiting_by_ticks.first_key_value() {
            // The next in time; or in number, and then what lies between was silence.
            let follows = self.last.is_none_or(|last| {
                packet.ticks <= last.end || packet.seq == last.seq.saturating_add(1)
            });
            if !follows {
                return;
            }
            self.let_go();
        }
    }

    fn give_up(&mut self) {
        if let (Some(last), Some((_, packet))) =
            (self.last, self.waiting_by_ticks.first_key_value())
        {
            let lost = lost_between(last, packet);
            if lost > 0 {
                self.ready.push_back(Step::Lost(lost));
            }
        }
        self.let_go();
        self.release();
    }

    fn let_go(&mut self) {
        let Some((ticks, packet)) = self.waiting_by_ticks.pop_first() else { return };
        let sounds = i64::from(opus_samples(&packet.payload).unwrap_or(USUAL_TICKS));
        let seq = self.last.map_or(packet.seq, |last| last.seq.max(packet.seq));
        self.last = Some(Last { seq, ticks, end: ticks.saturating_add(sounds) });
        self.ready.push_back(Step::Packet(packet));
    }
}

/// How many packets are missing between two: no more than the numbers say, nor than fit into the
/// time. Numbers alone count what was recovered as lost, time alone counts silence.
fn lost_between(last: Last, packet: &Held) -> u64 {
    let numbers = packet.seq.saturating_sub(last.seq).saturating_sub(1);
    let each = last.end.saturating_sub(last.ticks).max(1);
    let fit = packet.ticks.saturating_sub(last.end).saturating_add(each - 1) / each;
    numbers.min(u64::try_from(fit).unwrap_or_default())
}
