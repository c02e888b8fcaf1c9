//! The line's queue, seen from the travel times of packets.
//!
//! In: when each packet left by our clock, and arrived by the receiver's. Out: how long it waited.
//! Never: needs the two clocks to agree; only differences are looked at.

use crate::steady::Least;
use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// How far back the shortest travel time is remembered: it is the empty line's. Longer knows an
/// empty line for longer, shorter follows clocks that drift and paths that change.
const MEMORY: Duration = Duration::from_secs(30);
/// Over how long the shortest waiting is the standing queue (the idea of CoDel, RFC 8289): jitter
/// leaves some packet undelayed in it, a queue none.
const STANDING_OVER: Duration = Duration::from_millis(300);

/// A wait as long as this that has not changed by more than that for so long is no queue: what is
/// sent never matches a line so well. The path has become longer.
const FLAT_FROM: Duration = Duration::from_millis(15);
const FLAT_WITHIN: Duration = Duration::from_millis(4);
const FLAT_FOR: Duration = Duration::from_secs(1);

/// Arrival minus departure in microseconds, on two clocks.
type Travel = i128;

/// Arrivals so close together are remembered as one.
const TOGETHER: Duration = Duration::from_millis(20);

/// The waiting times of a moment.
#[derive(Debug)]
struct Waits {
    from: Instant,
    least: Duration,
    most: Duration,
}

/// Memory of travel times.
#[derive(Debug)]
pub(crate) struct Delay {
    /// Rising values, oldest first: the front is the smallest.
    shortest: VecDeque<(Instant, Travel)>,
    /// Waiting times of the last arrivals, by moments; and that of the newest.
    waits: VecDeque<Waits>,
    newest: Duration,
    /// The least of the very last.
    least: Least<Duration>,
    standing: Duration,
}

impl Default for Delay {
    fn default() -> Self {
        Self {
            shortest: VecDeque::new(),
            waits: VecDeque::new(),
            newest: Duration::ZERO,
            least: Least::new(STANDING_OVER),
            standing: Duration::ZERO,
        }
    }
}

impl Delay {
    /// A packet arrived. How long it waited in the line.
    pub(crate) fn handle_arrival(&mut self, sent: Instant, arrived: Instant) -> Duration {
        let travel = micros(sent, arrived);
        while self.shortest.back().is_some_and(|&(_, last)| last >= travel) {
            self.shortest.pop_back();
        }
        self.shortest.push_back((sent, travel));
        while self.shortest.front().is_some_and(|&(at, _)| sent > at + MEMORY) {
            self.shortest.pop_front();
        }
        let wait = self.beyond_shortest(travel);
        self.standing = self.least.handle(sent, wait);
        self.newest = wait;
        self.note(sent, wait);
        wait
    }

    fn note(&mut self, sent: Instant, wait: Duration) {
        match self.waits.back_mut().filter(|waits| sent < waits.from + TOGETHER) {
            Some(waits) => {
                waits.least = waits.least.min(wait);
                waits.most = waits.most.max(wait);
            }
            None => {
                self.waits.push_back(Waits { from: sent, least: wait, most: wait });
            }
        }
        while self.waits.front().is_some_and(|waits| sent > waits.from + FLAT_FOR) {
            self.waits.pop_front();
        }
    }

    /// How long the line was still busy with an earlier packet, which arrived at `arrived`, when
    /// one that left at `sent` came to it.
    pub(crate) fn busy_before(&self, arrived: Instant, sent: Instant) -> Duration {
        self.beyond_shortest(micros(sent, arrived))
    }

    /// The queue that does not go away.
    pub(crate) const fn standing(&self) -> Duration {
        self.standing
    }

    /// Whether the path has become longer, and no queue stands.
    pub(crate) fn is_longer(&self) -> bool {
        let (Some(first), Some(last)) = (self.waits.front(), self.waits.back()) else {
            return false;
        };
        let waits = || self.waits.iter();
        if self.standing <= FLAT_FROM || waits().any(|waits| waits.least <= FLAT_FROM) {
            return false;
        }
        let least = waits().map(|waits| waits.least).min().unwrap_or_default();
        let most = waits().map(|waits| waits.most).max().unwrap_or_default();
        let long = last.from.saturating_duration_since(first.from) * 10 > FLAT_FOR * 9;
        long && most.saturating_sub(least) < FLAT_WITHIN
    }

    /// The queue the newest packet met.
    pub(crate) const fn newest(&self) -> Duration {
        self.newest
    }

    /// The path is another one; nothing known of the old one counts.
    pub(crate) fn reset(&mut self) {
        *self = Self::default();
    }

    fn beyond_shortest(&self, travel: Travel) -> Duration {
        let shortest = self.shortest.front().map_or(travel, |&(_, shortest)| shortest);
        Duration::from_micros(u64::try_from(travel - shortest).unwrap_or_default())
    }
}

fn micros(from: Instant, to: Instant) -> Travel {
    let magnitude =
        |duration: Duration| Travel::try_from(duration.as_micros()).unwrap_or(Travel::MAX);
    match to.checked_duration_since(from) {
        Some(after) => magnitude(after),
        None => -magnitude(from.duration_since(to)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_queue_stands_out_of_jitter_whatever_the_clocks() {
        let start = crate::some_instant();
        let ms = Duration::from_millis;
        for offset in [0, 3_600_000] {
            let mut delay = Delay::default();
            // The receiver's clock is an hour behind or not; the line takes 20 ms.
            let arrived = |at: u64, wait: u64| start + ms(3_600_020 - offset + at + wait);
            for n in 0..30 {
                let jitter = if n % 3 == 0 { 0 } else { 35 };
                delay.handle_arrival(start + ms(20 * n), arrived(20 * n, jitter));
            }
            assert_eq!(delay.standing(), ms(0));
            for n in 30..60 {
                delay.handle_arrival(start + ms(20 * n), arrived(20 * n, 80 + n % 3));
            }
            assert_eq!(delay.standing(), ms(80));
            assert_eq!(delay.busy_before(arrived(1_200, 50), start + ms(1_210)), ms(40));
            delay.reset();
            assert_eq!(delay.handle_arrival(start + ms(9_000), arrived(9_000, 300)), ms(0));
        }
    }
}
