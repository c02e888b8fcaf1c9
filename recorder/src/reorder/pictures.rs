//! The packets of a picture's stream, by their numbers.
//!
//! In: packets. Out: all of them in order, each hole named.
//! Never: the same number twice.

use super::{HOLD, Held, Step};
use std::collections::VecDeque;
use std::time::Instant;

/// Packets that may stand behind a missing one: more than a sender of pictures of 720 lines sends
/// while it is waited for. More would only be memory.
const RING: u64 = 1_024;

/// A stream's packets from the next expected one on.
#[derive(Debug, Default)]
pub(crate) struct Pictures {
    /// The number at the front of `waiting`.
    next: Option<u64>,
    /// A packet or a hole for each number.
    waiting: VecDeque<Option<Held>>,
    /// Since when the front is a hole with something behind it.
    since: Option<Instant>,
    ready: VecDeque<Step>,
}

impl Pictures {
    /// A packet has come.
    pub(crate) fn handle(&mut self, packet: Held) {
        let next = *self.next.get_or_insert(packet.seq);
        let Some(ahead) = packet.seq.checked_sub(next) else {
            // Late, or there twice; unless the sender counts from elsewhere now.
            if next - packet.seq > RING {
                self.leap(packet, 1);
            }
            return;
        };
        if ahead >= RING {
            self.flush();
            let lost = packet.seq.saturating_sub(self.next.unwrap_or(next));
            self.leap(packet, lost);
            return;
        }
        let index = usize::try_from(ahead).unwrap_or(usize::MAX);
        while self.waiting.len() <= index {
            self.waiting.push_back(None);
        }
        if let Some(place) = self.waiting.get_mut(index) {
            place.get_or_insert(packet);
        }
        self.release();
    }

    /// Time has passed.
    pub(crate) fn handle_timeout(&mut self, now: Instant) {
        while self.poll_timeout().is_some_and(|at| at <= now) {
            self.give_up();
        }
    }

    /// Nothing is waited for any more.
    pub(crate) fn flush(&mut self) {
        while !self.waiting.is_empty() {
            self.give_up();
        }
    }

    /// When the front is given up.
    pub(crate) fn poll_timeout(&self) -> Option<Instant> {
        self.since.map(|since| since + HOLD)
    }

    /// What comes next.
    pub(crate) fn poll(&mut self) -> Option<Step> {
        self.ready.pop_front()
    }

    /// Goes on with a packet that does not follow.
    fn leap(&mut self, packet: Held, lost: u64) {
        self.flush();
        self.ready.push_back(Step::Lost(lost));
        self.next = Some(packet.seq.saturating_add(1));
        self.ready.push_back(Step::Packet(packet));
    }

    /// Lets go what stands at the front.
    fn release(&mut self) {
        while let Some(front) = self.waiting.front_mut() {
            let Some(packet) = front.take() else { break };
            self.waiting.pop_front();
            self.next = Some(packet.seq.saturating_add(1));
            self.ready.push_back(Step::Packet(packet));
        }
        self.since = self.waiting.iter().flatten().map(|packet| packet.arrival).min();
    }

    /// Gives up what is missing at the front.
    fn give_up(&mut self) {
        let holes = self.waiting.iter().take_while(|place| place.is_none()).count();
        self.waiting.drain(..holes);
        let lost = u64::try_from(holes).unwrap_or(u64::MAX);
        self.next = self.next.map(|next| next.saturating_add(lost));
        if lost > 0 {
            self.ready.push_back(Step::Lost(lost));
        }
        self.release();
    }
}
