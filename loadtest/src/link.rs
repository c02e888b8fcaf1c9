//! One direction of somebody's line: a drop-tail buffer, a rate, a way with its delay, jitter,
//! loss and reordering.
//!
//! In: packets with the time they are put in, and what the line is like from now on.
//! Out: the packets that arrive, each when it does.
//! Never: reads a clock or rolls other dice than its seed's; the same calls give the same line.

pub mod chance;
mod loss;
mod trace;

pub use loss::Loss;
pub use trace::{Trace, TraceError};

use bedside_sfu_api::Bitrate;
use chance::Chance;
use loss::Dice;
use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// What IPv4 and UDP add to a datagram on the wire; they take up the line too.
pub const HEADERS_BYTES: usize = 28;
/// The buffer of a line nobody said more about: what a home router has, a second at 500 kbit/s.
pub const BUFFER_BYTES: usize = 64 * 1_024;

/// Least time by which a reordered packet is late: the packets of one picture overtake it.
const REORDERED_BY_MIN: Duration = Duration::from_millis(4);
/// How much later than that it may be, in nanoseconds. Longer would be a loss to any receiver.
const REORDERED_BY_SPREAD_NANOS: u64 = 20_000_000;

/// What a line is like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Profile {
    /// How fast it sends; nothing: without limit, and so without a queue.
    pub rate: Option<Bitrate>,
    /// What may wait. A packet that still fits gets in; an idle line takes any.
    pub buffer_bytes: usize,
    /// One way, after the queue.
    pub delay: Duration,
    /// Mean of an exponential on top of the delay; packets stay in order.
    pub jitter: Duration,
    /// Lost after the queue: a lost packet used the line.
    pub loss: Loss,
    /// So many packets in a thousand are overtaken by later ones.
    pub reorder_permille: u16,
    /// An outage: what is put in or sent is gone. What has already been sent arrives.
    pub down: bool,
}

impl Default for Profile {
    /// A perfect line.
    fn default() -> Self {
        Self {
            rate: None,
            buffer_bytes: BUFFER_BYTES,
            delay: Duration::ZERO,
            jitter: Duration::ZERO,
            loss: Loss::None,
            reorder_permille: 0,
            down: false,
        }
    }
}

/// What became of the packets.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counters {
    /// Arrived and taken.
    pub taken: u64,
    /// Did not fit into the buffer.
    pub dropped_full: u64,
    /// Lost on the way or in an outage.
    pub lost: u64,
}

/// The line.
#[derive(Debug, Clone)]
pub struct Link<T> {
    profile: Profile,
    chance: Chance,
    dice: Dice,
    waiting: VecDeque<Packet<T>>,
    /// Of all that waits but the first.
    behind_first: Work,
    /// What was left to send of the first at `first_at`.
    first: Work,
    first_at: Option<Instant>,
    /// By arrival.
    flying: VecDeque<Flight<T>>,
    /// The latest arrival of a packet that keeps its place; none behind it may be earlier.
    in_order_at: Option<Instant>,
    counters: Counters,
}

#[derive(Debug, Clone)]
struct Packet<T> {
    work: Work,
    item: T,
}

#[derive(Debug, Clone)]
struct Flight<T> {
    at: Instant,
    item: T,
}

/// Something to send, in bits times 10^9: a nanosecond at one bit a second. Whole numbers, so that
/// a change of rate in the middle of a packet costs no bit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Work(u128);

impl Work {
    const BYTE: u128 = 8_000_000_000;

    fn bytes(bytes: usize) -> Self {
        Self(u128::try_from(bytes).unwrap_or(u128::MAX).saturating_mul(Self::BYTE))
    }

    /// What a line of this rate sends in that time; without a rate, all there may be.
    fn done(rate: Option<Bitrate>, within: Duration) -> Self {
        rate.map_or(Self(u128::MAX), |rate| {
            Self(u128::from(rate.as_bps()).saturating_mul(within.as_nanos()))
        })
    }

    fn minus(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }

    fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// Rounded up.
    fn as_bytes(self) -> usize {
        usize::try_from(self.0.div_ceil(Self::BYTE)).unwrap_or(usize::MAX)
    }

    /// How long it takes, rounded up; nothing where it would never end.
    fn takes(self, rate: Option<Bitrate>) -> Option<Duration> {
        let Some(rate) = rate else { return Some(Duration::ZERO) };
        if self == Self::default() {
            return Some(Duration::ZERO);
        }
        let bps = u128::from(rate.as_bps());
        let nanos = (bps > 0).then(|| self.0.div_ceil(bps))?;
        Some(Duration::from_nanos(u64::try_from(nanos).ok()?))
    }
}

impl<T> Link<T> {
    /// An idle line.
    #[must_use]
    pub const fn new(profile: Profile, seed: u64) -> Self {
        Self {
            profile,
            chance: Chance::new(seed),
            dice: Dice::new(),
            waiting: VecDeque::new(),
            behind_first: Work(0),
            first: Work(0),
            first_at: None,
            flying: VecDeque::new(),
            in_order_at: None,
            counters: Counters { taken: 0, dropped_full: 0, lost: 0 },
        }
    }

    /// From now on it is like this. What waits goes on at the new rate, in the middle of a packet
    /// too; what flies arrives when it would have.
    pub fn set(&mut self, now: Instant, profile: Profile) {
        self.send_until(now);
        if let Some(since) = self.first_at {
            let within = now.saturating_duration_since(since);
            self.first = self.first.minus(Work::done(self.profile.rate, within));
            self.first_at = Some(now.max(since));
        }
        self.profile = profile;
        self.send_until(now);
    }

    /// What it is like.
    #[must_use]
    pub const fn profile(&self) -> Profile {
        self.profile
    }

    /// Somebody sends a packet of so many bytes, headers included.
    pub fn put(&mut self, now: Instant, wire_bytes: usize, item: T) {
        self.send_until(now);
        if self.profile.down {
            self.counters.lost += 1;
            return;
        }
        let queued = self.queue_bytes(now);
        let is_idle = self.waiting.is_empty();
        if !is_idle && queued.saturating_add(wire_bytes) > self.profile.buffer_bytes {
            self.counters.dropped_full += 1;
            return;
        }
        let work = Work::bytes(wire_bytes);
        if is_idle {
            self.first = work;
            self.first_at = Some(now);
        } else {
            self.behind_first = self.behind_first.plus(work);
        }
        self.waiting.push_back(Packet { work, item });
        self.send_until(now);
    }

    /// The next packet that has arrived by now.
    pub fn take(&mut self, now: Instant) -> Option<T> {
        self.send_until(now);
        if self.flying.front()?.at > now {
            return None;
        }
        let flight = self.flying.pop_front()?;
        self.counters.taken += 1;
        Some(flight.item)
    }

    /// When to look next: nothing arrives before. What is sent until then may yet be lost or late,
    /// so that there may be nothing to take then; the time has moved on after the look.
    #[must_use]
    pub fn next_at(&self) -> Option<Instant> {
        let arrives = self.flying.front().map(|flight| flight.at);
        let sent = self.first_sent_at().map(|at| at + self.profile.delay);
        match (arrives, sent) {
            (Some(arrives), Some(sent)) => Some(arrives.min(sent)),
            (one, other) => one.or(other),
        }
    }

    /// How long a packet put in now would wait; for ever on a line that stands still.
    #[must_use]
    pub fn queue_delay(&self, now: Instant) -> Duration {
        self.queued(now).takes(self.profile.rate).unwrap_or(Duration::MAX)
    }

    /// What waits, the rest of the packet being sent included.
    #[must_use]
    pub fn queue_bytes(&self, now: Instant) -> usize {
        self.queued(now).as_bytes()
    }

    /// What became of the packets so far.
    #[must_use]
    pub const fn counters(&self) -> Counters {
        self.counters
    }

    fn queued(&self, now: Instant) -> Work {
        let Some(since) = self.first_at else { return Work::default() };
        let within = now.saturating_duration_since(since);
        self.first.plus(self.behind_first).minus(Work::done(self.profile.rate, within))
    }

    fn first_sent_at(&self) -> Option<Instant> {
        self.first_at?.checked_add(self.first.takes(self.profile.rate)?)
    }

    /// Sends what the line has sent by now.
    fn send_until(&mut self, now: Instant) {
        while let Some(at) = self.first_sent_at().filter(|at| *at <= now)
            && let Some(packet) = self.waiting.pop_front()
        {
            self.first = self.waiting.front().map_or(Work::default(), |next| next.work);
            self.behind_first = self.behind_first.minus(self.first);
            self.first_at = (!self.waiting.is_empty()).then_some(at);
            self.fly(at, packet.item);
        }
    }

    fn fly(&mut self, sent_at: Instant, item: T) {
        let Profile { delay, jitter, loss, reorder_permille, down, .. } = self.profile;
        if self.dice.is_lost(loss, &mut self.chance) || down {
            self.counters.lost += 1;
            return;
        }
        let jitter = if jitter.is_zero() { jitter } else { self.chance.exponential(jitter) };
        let in_turn = sent_at + delay + jitter;
        let in_turn = self.in_order_at.map_or(in_turn, |before| before.max(in_turn));
        let at = if reorder_permille > 0 && self.chance.happens(reorder_permille.into(), 1_000) {
            let more = Duration::from_nanos(self.chance.below(REORDERED_BY_SPREAD_NANOS));
            in_turn + REORDERED_BY_MIN + more
        } else {
            self.in_order_at = Some(in_turn);
            in_turn
        };
        let place = self.flying.partition_point(|flight| flight.at <= at);
        self.flying.insert(place, Flight { at, item });
    }
}

/// Whether a datagram is RTP, and neither RTCP (RFC 5761) nor DTLS nor STUN.
pub(crate) fn is_rtp(datagram: &[u8]) -> bool {
    let Some([first, second]) = datagram.first_chunk::<2>() else { return false };
    first >> 6 == 2 && !(192..=223).contains(second)
}

#[cfg(test)]
mod tests;
