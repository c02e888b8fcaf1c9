//! Corrects the estimate of the WebRTC library: a brake for a standing queue, a kick for a
//! frozen estimate.
//!
//! In: a raw sample of the path every 100 ms. Out: the budget to spend, and what to tell the
//! estimator.
//! Never: smooths; a late cut costs voices.

use crate::packet::PathSample;
use bedside_sfu_api::Bitrate;
use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// What to spend before the first estimate: the lowest layer of three others and their voices.
pub(crate) const INITIAL_BUDGET: Bitrate = Bitrate::kbps(600);
/// Round trip time above its minimum that counts as a standing queue. A full drop-tail buffer
/// shows the delay gradient nothing; this sees it. Lower brakes for jitter already.
const QUEUE_MAX: Duration = Duration::from_millis(120);
/// How far back the minimum of the round trip time is remembered; a change of path shows in it.
const RTT_MEMORY: Duration = Duration::from_secs(30);
/// How long the brake holds.
const DRAIN_FOR: Duration = Duration::from_millis(500);
/// What is left of the budget while a queue drains.
const DRAIN_PERCENT: u64 = 60;
/// An estimate that has not moved for this long at a low round trip time is frozen: measured at
/// 0 % loss for over a minute; a reset to itself frees it.
const FROZEN_AFTER: Duration = Duration::from_secs(6);

/// What a sample means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Reading {
    /// What may be sent in all, audio included.
    pub(crate) budget: Bitrate,
    /// Whether a queue stands in the way.
    pub(crate) draining: bool,
    /// The rate to restart the estimator at, if it is frozen.
    pub(crate) restart: Option<Bitrate>,
}

/// Memory of one path.
#[derive(Debug, Default)]
pub(crate) struct Guard {
    /// Rising values, oldest first: the front is the minimum.
    rtts: VecDeque<(Instant, Duration)>,
    drain_until: Option<Instant>,
    unmoved: Option<(Instant, Bitrate)>,
}

impl Guard {
    /// Judges a sample.
    pub(crate) fn handle_sample(&mut self, sample: PathSample) -> Reading {
        let now = sample.at;
        if let Some(rtt) = sample.rtt
            && rtt.saturating_sub(self.lowest_rtt(now, rtt)) > QUEUE_MAX
        {
            self.drain_until = Some(now + DRAIN_FOR);
        }
        let draining = self.drain_until.is_some_and(|until| now < until);
        let estimate = sample.estimate.unwrap_or(INITIAL_BUDGET);
        let restart = if draining { None } else { self.frozen(now, estimate) };
        let budget = if draining { estimate.percent(DRAIN_PERCENT) } else { estimate };
        Reading { budget, draining, restart }
    }

    fn lowest_rtt(&mut self, now: Instant, rtt: Duration) -> Duration {
        while self.rtts.back().is_some_and(|&(_, last)| last >= rtt) {
            self.rtts.pop_back();
        }
        self.rtts.push_back((now, rtt));
        while self.rtts.front().is_some_and(|&(at, _)| now > at + RTT_MEMORY) {
            self.rtts.pop_front();
        }
        self.rtts.front().map_or(rtt, |&(_, lowest)| lowest)
    }

    fn frozen(&mut self, now: Instant, estimate: Bitrate) -> Option<Bitrate> {
        match self.unmoved {
            Some((since, value)) if value == estimate => {
                if now < since + FROZEN_AFTER {
                    return None;
                }
                self.unmoved = Some((now, estimate));
                Some(estimate)
            }
            Some(_) | None => {
                self.unmoved = Some((now, estimate));
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(at: Instant, kbps: u64, rtt_ms: u64) -> PathSample {
        let rtt = Some(Duration::from_millis(rtt_ms));
        PathSample { at, estimate: Some(Bitrate::kbps(kbps)), rtt }
    }

    #[test]
    fn a_standing_queue_brakes_and_lets_go() {
        let (mut guard, start) = (Guard::default(), crate::some_instant());
        let ms = Duration::from_millis;
        assert_eq!(guard.handle_sample(sample(start, 900, 40)).budget, Bitrate::kbps(900));
        assert!(!guard.handle_sample(sample(start + ms(100), 901, 160)).draining);
        let braked = guard.handle_sample(sample(start + ms(200), 902, 161));
        assert_eq!((braked.budget, braked.draining), (Bitrate::bps(541_200), true));
        assert!(guard.handle_sample(sample(start + ms(600), 903, 50)).draining);
        assert!(!guard.handle_sample(sample(start + ms(701), 904, 50)).draining);
    }

    #[test]
    fn a_longer_path_is_no_queue_for_ever() {
        let (mut guard, start) = (Guard::default(), crate::some_instant());
        guard.handle_sample(sample(start, 900, 20));
        let mut last = None;
        for tick in 1..400_u32 {
            let at = start + Duration::from_millis(100) * tick;
            last = Some(guard.handle_sample(sample(at, 900 + u64::from(tick), 300)));
        }
        assert!(!last.unwrap().draining);
    }

    #[test]
    fn a_frozen_estimate_is_kicked_and_a_moving_one_is_not() {
        let (mut guard, start) = (Guard::default(), crate::some_instant());
        let kicks = (0..130_u32).filter(|tick| {
            let at = start + Duration::from_millis(100) * *tick;
            guard.handle_sample(sample(at, 699, 30)).restart.is_some()
        });
        assert_eq!(kicks.collect::<Vec<_>>(), [60, 120]);
        let mut guard = Guard::default();
        assert!((0..130_u32).all(|tick| {
            let at = start + Duration::from_millis(100) * tick;
            guard.handle_sample(sample(at, 699 + u64::from(tick % 2), 30)).restart.is_none()
        }));
    }
}
