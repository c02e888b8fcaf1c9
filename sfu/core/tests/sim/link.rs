//! One direction of somebody's line: rate, delay, a drop-tail buffer, random loss and reordering.
//!
//! In: datagrams with the time they are put in. Out: the same, when they come out.
//! Never: real time.

use crate::chance::Chance;
use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// What a line is like.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Line {
    pub(crate) kbps: u64,
    pub(crate) delay: Duration,
    pub(crate) buffer_bytes: usize,
    pub(crate) loss_permille: u64,
    /// So many go a way that is up to a tenth of a second longer.
    pub(crate) astray_permille: u64,
}

impl Line {
    pub(crate) const GOOD: Self = Self {
        kbps: 20_000,
        delay: Duration::from_millis(20),
        buffer_bytes: 200_000,
        loss_permille: 0,
        astray_permille: 0,
    };
}

/// IP and UDP headers count on the line too.
const HEADERS: usize = 28;

#[derive(Debug)]
pub(crate) struct Link<T> {
    pub(crate) line: Line,
    chance: Chance,
    free_at: Instant,
    in_flight: VecDeque<(Instant, T)>,
}

impl<T> Link<T> {
    pub(crate) fn new(now: Instant, line: Line, seed: u64) -> Self {
        Self { line, chance: Chance::new(seed), free_at: now, in_flight: VecDeque::new() }
    }

    pub(crate) fn put(&mut self, now: Instant, bytes: usize, item: T) {
        let start = self.free_at.max(now);
        let per_byte = 8_000_000 / self.line.kbps; // nanoseconds
        let queued = (start - now).as_nanos() / u128::from(per_byte.max(1));
        let full = queued + u128::try_from(bytes).unwrap()
            > u128::try_from(self.line.buffer_bytes).unwrap();
        if full || self.chance.permille(self.line.loss_permille) {
            return;
        }
        let on_wire = u64::try_from(bytes + HEADERS).unwrap() * per_byte;
        self.free_at = start + Duration::from_nanos(on_wire);
        let mut at = self.free_at + self.line.delay;
        if self.line.astray_permille > 0 && self.chance.permille(self.line.astray_permille) {
            at += Duration::from_millis(self.chance.next() % 100);
        }
        let place = self.in_flight.partition_point(|(other, _)| *other <= at);
        self.in_flight.insert(place, (at, item));
    }

    pub(crate) fn next_at(&self) -> Option<Instant> {
        self.in_flight.front().map(|(at, _)| *at)
    }

    pub(crate) fn take(&mut self, now: Instant) -> Option<T> {
        if self.next_at()? > now {
            return None;
        }
        self.in_flight.pop_front().map(|(_, item)| item)
    }
}
