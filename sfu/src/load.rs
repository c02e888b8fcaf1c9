//! How long a media thread rests between two rounds, so that one round carries many packets.
//!
//! In: how many datagrams each round had, and when. Out: a rest of at most half a millisecond.
//! Never: rests at a low rate; a single voice is forwarded at once.

use std::time::{Duration, Instant};

/// Datagrams a second from which resting pays: measured, a wake-up costs more than the packet
/// below 20,000 a second, and resting saves 40 to 50 %.
const RESTS_ABOVE: u32 = 2_000;
/// The rest. Longer saves more, and is added to the way of each packet.
const REST: Duration = Duration::from_micros(500);
/// How often the rate is judged.
const WINDOW: Duration = Duration::from_millis(100);

/// The rate of one thread.
#[derive(Debug)]
pub(crate) struct Load {
    window_at: Instant,
    datagrams: u32,
    rests: bool,
}

impl Load {
    pub(crate) const fn new(now: Instant) -> Self {
        Self { window_at: now, datagrams: 0, rests: false }
    }

    /// A round that began at `now` received so many datagrams. How long to rest after it.
    pub(crate) fn handle_round(&mut self, now: Instant, datagrams: usize) -> Duration {
        self.datagrams =
            self.datagrams.saturating_add(u32::try_from(datagrams).unwrap_or(u32::MAX));
        let passed = now.saturating_duration_since(self.window_at);
        if passed >= WINDOW {
            let expected = f64::from(RESTS_ABOVE) * passed.as_secs_f64();
            self.rests = f64::from(self.datagrams) > expected;
            self.datagrams = 0;
            self.window_at = now;
        }
        if self.rests { REST } else { Duration::ZERO }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rests(per_round: usize) -> bool {
        let start = Instant::now();
        let mut load = Load::new(start);
        let rounds = (1..=300_u32)
            .map(|ms| load.handle_round(start + Duration::from_millis(1) * ms, per_round));
        rounds.last().unwrap() == REST
    }

    #[test]
    fn rests_under_load_only() {
        assert!(!rests(0));
        assert!(!rests(1));
        assert!(rests(3));
    }

    #[test]
    fn stops_resting_when_the_load_is_gone() {
        let start = Instant::now();
        let mut load = Load::new(start);
        for ms in 1..=200_u32 {
            load.handle_round(start + Duration::from_millis(1) * ms, 10);
        }
        assert_eq!(load.handle_round(start + Duration::from_millis(400), 0), Duration::ZERO);
    }
}
