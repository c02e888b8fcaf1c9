//! Pictures at the line's pace.
//!
//! In: packets to send, the pace, what left besides. Out: the packet that may go now, and when
//! the next may.
//! Never: sees a voice; voices go past it, and what they take is taken from the pictures.

use super::time_of;
use crate::packet::{Numbers, Packet};
use bedside_sfu_api::Bitrate;
use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// Packets this close together go together. Longer wakes the thread less often, shorter is
/// gentler to small buffers.
const TOGETHER: Duration = Duration::from_millis(5);
/// A picture that waited this long is old; a keyframe later is better.
const AGE_MAX: Duration = Duration::from_millis(600);
/// How soon a full line is looked at again.
const LOOK_AGAIN: Duration = Duration::from_millis(20);
/// Most the sending may be behind: what a voice took is not asked back for ever.
const BEHIND_MAX: Duration = Duration::from_millis(200);

/// A packet that waits.
#[derive(Debug, Clone)]
pub(crate) struct Paced {
    /// The receive slot it is for.
    pub(crate) slot: usize,
    pub(crate) packet: Packet,
    pub(crate) numbers: Numbers,
}

/// What waits for one receiver.
#[derive(Debug)]
pub(super) struct Pacer {
    waiting: VecDeque<(Instant, Paced)>,
    /// What left so far keeps the line busy until then, at the pace.
    busy_until: Instant,
    pace: Bitrate,
    /// When a full line is looked at again.
    wait_until: Option<Instant>,
}

impl Pacer {
    pub(super) const fn new(now: Instant) -> Self {
        Self {
            waiting: VecDeque::new(),
            busy_until: now,
            pace: super::estimate::START,
            wait_until: None,
        }
    }

    /// Something has left, of whatever kind.
    pub(super) fn handle_departure(&mut self, now: Instant, bytes: usize) {
        let busy = self.busy_until.max(now) + time_of(bytes, self.pace);
        self.busy_until = busy.min(now + BEHIND_MAX);
    }

    pub(super) fn queue(&mut self, now: Instant, paced: Paced) {
        self.waiting.push_back((now, paced));
    }

    /// Whether nothing waits.
    pub(super) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Whether a packet may go now at this pace.
    pub(super) fn lets_go(&mut self, now: Instant, pace: Bitrate) -> bool {
        self.pace = pace;
        self.wait_until = None;
        self.busy_until <= now + TOGETHER
    }

    /// The packet that has waited the longest.
    pub(super) fn poll(&mut self) -> Option<Paced> {
        self.waiting.pop_front().map(|(_, paced)| paced)
    }

    /// The line is full at the moment; nothing goes.
    pub(super) fn wait(&mut self, now: Instant) {
        self.wait_until = Some(now + LOOK_AGAIN);
    }

    pub(super) fn poll_timeout(&self) -> Option<Instant> {
        self.waiting.front()?;
        let paced = self.busy_until.checked_sub(TOGETHER).unwrap_or(self.busy_until);
        Some(self.wait_until.unwrap_or(paced))
    }

    /// Throws away what waits for a slot. The least sequence number thrown away.
    pub(super) fn flush(&mut self, slot: usize) -> Option<u64> {
        let of_slot = self.waiting.iter().filter(|(_, paced)| paced.slot == slot);
        let first = of_slot.map(|(_, paced)| paced.numbers.seq).min();
        self.waiting.retain(|(_, paced)| paced.slot != slot);
        first
    }

    /// A slot with a packet that has waited too long.
    pub(super) fn overdue(&self, now: Instant) -> Option<usize> {
        let (queued, paced) = self.waiting.front()?;
        (now > *queued + AGE_MAX).then_some(paced.slot)
    }
}
