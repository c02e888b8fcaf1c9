//! How long a voice is held back so that late packets still make it: NetEq's delay manager.
//!
//! In: arrivals of packets with their place on the sender's clock. Out: the delay to aim for.
//! Never: looks at lost packets; the buffer sees to those.
//!
//! Two delays are weighed, and the longer is aimed for: the one that nearly every packet in order
//! makes (`UnderrunOptimizer`), and the one at which waiting longer for packets out of order,
//! copies of lost ones among them, costs more than it saves (`ReorderOptimizer`).

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// Lateness is counted in steps of this length, up to so many.
const STEP_MS: f64 = 20.0;
const STEPS: usize = 100;
/// The share of packets that has to be in time (`UnderrunOptimizer`).
const QUANTILE: f64 = 0.95;
/// How fast what was is forgotten; at the beginning it weighs less.
const FORGET: f64 = 0.983;
const FORGET_START_WEIGHT: f64 = 2.0;
/// How fast the lateness of packets out of order is forgotten.
const REORDERED_FORGET: f64 = 0.9993;
/// Milliseconds worth waiting for one more packet of a hundred.
const MS_A_PERCENT: f64 = 20.0;
/// The latest packet of each such span counts.
const RESAMPLE: Duration = Duration::from_millis(500);
/// Lateness is against the earliest packet of this span of the sender's clock: 2 s.
const HISTORY_TICKS: u64 = 96_000;
/// What is aimed for before anything was measured (`kStartDelayMs`).
const START_MS: f64 = 80.0;
const TICKS_A_MS: f64 = 48.0;

/// The delay to aim for.
#[derive(Debug)]
pub(super) struct Target {
    /// Zero of all arrivals.
    epoch: Option<Instant>,
    /// Packets by position, with what they would have had to leave at, in milliseconds, to take no
    /// time at all.
    history: VecDeque<(u64, f64)>,
    earliest_ms: f64,
    latest_ms: f64,
    newest: u64,
    latest: Option<(Instant, f64)>,
    steps: [f64; STEPS],
    added: f64,
    /// Lateness of packets out of order; those in order count as not late.
    reordered: [f64; STEPS],
    reordered_added: f64,
    delay_ms: f64,
}

impl Target {
    pub(super) const fn new() -> Self {
        Self {
            epoch: None,
            history: VecDeque::new(),
            earliest_ms: 0.0,
            latest_ms: 0.0,
            newest: 0,
            latest: None,
            steps: [0.0; STEPS],
            added: 0.0,
            reordered: [0.0; STEPS],
            reordered_added: 0.0,
            delay_ms: START_MS,
        }
    }

    /// The delay, in milliseconds.
    pub(super) fn delay_ms(&self) -> f64 {
        self.delay_ms.max(self.worth_waiting() + STEP_MS)
    }

    /// How much later than the earliest packet the latest of the last two seconds was.
    pub(super) fn spread_ms(&self) -> f64 {
        self.latest_ms - self.earliest_ms
    }

    /// How much later than the earliest packet this position is, if it is played now.
    pub(super) fn lateness_ms(&self, now: Instant, position: u64) -> f64 {
        (self.left_at(now, position) - self.earliest_ms).max(0.0)
    }

    /// A packet of this position, in ticks, has come.
    pub(super) fn handle_packet(&mut self, now: Instant, position: u64) {
        self.epoch.get_or_insert(now);
        if position <= self.newest {
            return;
        }
        self.newest = position;
        let left_at = self.left_at(now, position);
        self.history.push_back((position, left_at));
        while self.history.front().is_some_and(|(at, _)| at + HISTORY_TICKS < position) {
            self.history.pop_front();
        }
        let times = || self.history.iter().map(|(_, left_at)| *left_at);
        self.earliest_ms = times().fold(f64::INFINITY, f64::min);
        self.latest_ms = times().fold(f64::NEG_INFINITY, f64::max);
        self.resample(now, left_at - self.earliest_ms);
        self.weigh_order(0.0);
    }

    /// A packet of this position has come after later ones, or the copy of one that was lost.
    pub(super) fn handle_reordered(&mut self, now: Instant, position: u64) {
        self.weigh_order(self.lateness_ms(now, position));
    }

    fn weigh_order(&mut self, late: f64) {
        self.reordered_added += 1.0;
        let start = 1.0 - FORGET_START_WEIGHT / (self.reordered_added + 1.0);
        let forget = REORDERED_FORGET.min(start).max(0.0);
        let mut below = STEP_MS;
        let mut found = false;
        for step in &mut self.reordered {
            *step *= forget;
            if !found && late < below {
                *step += 1.0 - forget;
                found = true;
            }
            below += STEP_MS;
        }
    }

    /// The delay at which waiting longer costs more than it saves.
    fn worth_waiting(&self) -> f64 {
        let mut missed: f64 = 1.0;
        let (mut best, mut least) = (0.0, f64::INFINITY);
        let mut delay = 0.0;
        for step in &self.reordered {
            missed -= step;
            let cost = delay + 100.0 * MS_A_PERCENT * missed;
            if cost < least {
                (best, least) = (delay, cost);
            }
            delay += STEP_MS;
        }
        best
    }

    fn left_at(&self, now: Instant, position: u64) -> f64 {
        let passed = self.epoch.map_or(Duration::ZERO, |at| now.saturating_duration_since(at));
        // Positions begin at 2^32 ticks; the difference of two is what matters.
        let ticks = f64::from(u32::try_from(position & 0xffff_ffff).unwrap_or(u32::MAX));
        let rounds = f64::from(u32::try_from(position >> 32).unwrap_or(u32::MAX)) * 4_294_967_296.0;
        passed.as_secs_f64() * 1_000.0 - (rounds + ticks) / TICKS_A_MS
    }

    fn resample(&mut self, now: Instant, late: f64) {
        let (since, latest) = self.latest.get_or_insert((now, 0.0));
        *latest = latest.max(late);
        if now.saturating_duration_since(*since) < RESAMPLE {
            return;
        }
        let latest = *latest;
        self.latest = Some((now, 0.0));
        self.add(latest);
    }

    fn add(&mut self, late: f64) {
        // At the beginning the newest weighs more: there is little else.
        self.added += 1.0;
        let forget = FORGET.min(1.0 - FORGET_START_WEIGHT / (self.added + 1.0)).max(0.0);
        let mut below = STEP_MS;
        let mut found = false;
        for step in &mut self.steps {
            *step *= forget;
            if !found && late < below {
                *step += 1.0 - forget;
                found = true;
            }
            below += STEP_MS;
        }
        if let (false, Some(last)) = (found, self.steps.last_mut()) {
            *last += 1.0 - forget;
        }
        self.delay_ms = self.quantile();
    }

    fn quantile(&self) -> f64 {
        let total: f64 = self.steps.iter().sum();
        let mut sum = 0.0;
        let mut delay = 0.0;
        for step in &self.steps {
            delay += STEP_MS;
            sum += step;
            if sum >= QUANTILE * total {
                break;
            }
        }
        delay
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::some_instant;

    /// Packets of 20 ms, each late by what `late` says of its number.
    fn after(seconds: u32, late: impl Fn(u32) -> u32) -> f64 {
        let (mut target, start) = (Target::new(), some_instant());
        let mut last = start;
        for number in 0..50 * seconds {
            let at = start + Duration::from_millis(u64::from(20 * number + late(number)));
            last = last.max(at);
            target.handle_packet(last, u64::from(number) * 960);
        }
        target.delay_ms()
    }

    #[test]
    fn a_steady_line_needs_a_frame() {
        assert!((after(5, |_| 0) - 20.0).abs() < 0.1);
    }

    #[test]
    fn a_wavering_line_needs_as_much_as_it_wavers() {
        let delay = after(20, |number| if number % 10 == 9 { 70 } else { 0 });
        assert!((60.0..=100.0).contains(&delay), "{delay}");
    }

    #[test]
    fn what_was_is_forgotten_in_time() {
        let burst = |number: u32| if number < 500 && number.is_multiple_of(20) { 150 } else { 0 };
        assert!(after(10, burst) >= 140.0);
        assert!(after(60, burst) <= 40.0, "{}", after(60, burst));
    }
}
