//! Corrects the estimate of the WebRTC library: a brake for a standing queue, a kick for a
//! frozen estimate, a new start for one that fell so low that no picture fits any more.
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
/// A queue is gone after this much braking; a round trip that is still long is a longer path (a
/// telephone that has moved from one network to another), and becomes the new measure.
const BRAKES_FOR_MAX: Duration = Duration::from_secs(3);
/// How long the brake holds.
const DRAIN_FOR: Duration = Duration::from_millis(500);
/// What is left of the budget while a queue drains.
const DRAIN_PERCENT: u64 = 60;
/// An estimate that has not moved for this long at a low round trip time is frozen: measured at
/// 0 % loss for over a minute; a reset to itself frees it.
const FROZEN_AFTER: Duration = Duration::from_secs(6);

/// What a starved estimate starts again at: the lowest layer, a voice, and room to grow.
const REVIVE_AT: Bitrate = Bitrate::kbps(300);
/// How long a viewer is left without any picture before the first new start. While only voices
/// flow the estimate falls to little more than they need, and nothing would ever raise it.
const REVIVE_AFTER: Duration = Duration::from_millis(300);
/// Each further new start waits twice as long, up to this: on a line that really is that thin it
/// costs the voices a moment each time.
const REVIVE_AFTER_MAX: Duration = Duration::from_secs(30);

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
    braking_since: Option<Instant>,
    unmoved: Option<(Instant, Bitrate)>,
    starved_since: Option<Instant>,
    /// How often it was started anew since pictures last flowed for a while, and when.
    revivals: u32,
    fed_since: Option<Instant>,
}

impl Guard {
    /// Judges a sample. `starved` says that pictures are wanted and none fits the budget.
    pub(crate) fn handle_sample(&mut self, sample: PathSample, starved: bool) -> Reading {
        let now = sample.at;
        if let Some(rtt) = sample.rtt
            && rtt.saturating_sub(self.lowest_rtt(now, rtt)) > QUEUE_MAX
        {
            self.drain_until = Some(now + DRAIN_FOR);
        }
        let draining = self.brakes(now);
        let estimate = sample.estimate.unwrap_or(INITIAL_BUDGET);
        if draining {
            return Reading { budget: estimate.percent(DRAIN_PERCENT), draining, restart: None };
        }
        if estimate < REVIVE_AT && self.revives(now, starved) {
            return Reading { budget: REVIVE_AT, draining, restart: Some(REVIVE_AT) };
        }
        Reading { budget: estimate, draining, restart: self.frozen(now, estimate) }
    }

    fn brakes(&mut self, now: Instant) -> bool {
        if self.drain_until.is_none_or(|until| now >= until) {
            self.braking_since = None;
            return false;
        }
        let since = *self.braking_since.get_or_insert(now);
        if now > since + BRAKES_FOR_MAX {
            self.rtts.clear();
            self.drain_until = None;
        }
        true
    }

    /// Whether it is time to start a starved estimate anew.
    fn revives(&mut self, now: Instant, starved: bool) -> bool {
        if !starved {
            self.starved_since = None;
            let fed = *self.fed_since.get_or_insert(now);
            if now > fed + REVIVE_AFTER_MAX {
                self.revivals = 0;
            }
            return false;
        }
        self.fed_since = None;
        let since = *self.starved_since.get_or_insert(now);
        let patience = REVIVE_AFTER.saturating_mul(1 << self.revivals.min(16));
        if now < since + patience.min(REVIVE_AFTER_MAX) {
            return false;
        }
        self.revivals = self.revivals.saturating_add(1);
        self.starved_since = Some(now);
        true
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
        assert_eq!(guard.handle_sample(sample(start, 900, 40), false).budget, Bitrate::kbps(900));
        assert!(!guard.handle_sample(sample(start + ms(100), 901, 160), false).draining);
        let braked = guard.handle_sample(sample(start + ms(200), 902, 161), false);
        assert_eq!((braked.budget, braked.draining), (Bitrate::bps(541_200), true));
        assert!(guard.handle_sample(sample(start + ms(600), 903, 50), false).draining);
        assert!(!guard.handle_sample(sample(start + ms(701), 904, 50), false).draining);
    }

    #[test]
    fn a_longer_path_is_no_queue_for_ever() {
        let (mut guard, start) = (Guard::default(), crate::some_instant());
        guard.handle_sample(sample(start, 900, 20), false);
        let braked = (1..400_u32).filter(|tick| {
            let at = start + Duration::from_millis(100) * *tick;
            guard.handle_sample(sample(at, 900 + u64::from(*tick), 300), false).draining
        });
        let braked: Vec<_> = braked.collect();
        assert_eq!(braked, (1..=32).collect::<Vec<_>>(), "three seconds, and never again");
    }

    #[test]
    fn a_frozen_estimate_is_kicked_and_a_moving_one_is_not() {
        let (mut guard, start) = (Guard::default(), crate::some_instant());
        let kicks = (0..130_u32).filter(|tick| {
            let at = start + Duration::from_millis(100) * *tick;
            guard.handle_sample(sample(at, 699, 30), false).restart.is_some()
        });
        assert_eq!(kicks.collect::<Vec<_>>(), [60, 120]);
        let mut guard = Guard::default();
        assert!((0..130_u32).all(|tick| {
            let at = start + Duration::from_millis(100) * tick;
            guard.handle_sample(sample(at, 699 + u64::from(tick % 2), 30), false).restart.is_none()
        }));
    }

    #[test]
    fn a_starved_estimate_starts_anew_and_less_and_less_often() {
        let (mut guard, start) = (Guard::default(), crate::some_instant());
        let at = |tick: u32| start + Duration::from_millis(100) * tick;
        let wakes = |guard: &mut Guard, ticks: std::ops::Range<u32>, starved| -> Vec<u32> {
            let wakes = |tick: &u32| {
                let kbps = 70 + u64::from(tick % 2);
                guard.handle_sample(sample(at(*tick), kbps, 30), starved).restart == Some(REVIVE_AT)
            };
            ticks.filter(wakes).collect()
        };
        assert_eq!(wakes(&mut guard, 0..100, true), [3, 9, 21, 45, 93]);
        assert_eq!(wakes(&mut guard, 100..402, false), []);
        assert_eq!(wakes(&mut guard, 402..412, true), [405, 411]);
    }
}
