//! Proves the estimator on a line of one queue: rate, buffer, delay, loss.

use super::super::history::{Arrived, Report};
use super::*;

/// A line of one queue, and the packets its receiver has not told of yet.
struct Line {
    kbps: u64,
    delay: Duration,
    free_at: Instant,
    reported: Vec<Arrived>,
    lost: usize,
    lost_before: usize,
    /// Every so many packets one is lost after the queue; zero loses none.
    loses_every: usize,
    sent: usize,
    /// Mean of an exponential jitter behind the queue that leaves the order.
    jitter: Duration,
    chance: u64,
    arrived_until: Instant,
    /// Most time a packet may wait; beyond, it is lost in front of the queue.
    buffer: Duration,
}

impl Line {
    fn new(start: Instant, kbps: u64) -> Self {
        Self {
            kbps,
            delay: Duration::from_millis(20),
            free_at: start,
            reported: Vec::new(),
            lost: 0,
            lost_before: 0,
            loses_every: 0,
            sent: 0,
            jitter: Duration::ZERO,
            chance: 1,
            arrived_until: start,
            buffer: Duration::from_secs(1),
        }
    }

    fn send(&mut self, now: Instant, bytes: usize) {
        self.sent += 1;
        let begins = self.free_at.max(now);
        let full = begins - now > self.buffer;
        if !full {
            self.free_at = begins + super::super::time_of(bytes, Bitrate::kbps(self.kbps));
        }
        if full || (self.loses_every > 0 && self.sent.is_multiple_of(self.loses_every)) {
            self.lost += 1;
            self.lost_before += bytes;
            return;
        }
        let lost_before = std::mem::take(&mut self.lost_before);
        let at = (self.free_at + self.delay + self.jitter()).max(self.arrived_until);
        self.arrived_until = at;
        self.reported.push(Arrived { sent: now, at, bytes, beside: 0, lost_before });
    }

    fn jitter(&mut self) -> Duration {
        self.chance = self.chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let unit = f64::from(u32::try_from(self.chance >> 32).unwrap()) / f64::from(u32::MAX);
        self.jitter.mul_f64(-unit.max(1e-9).ln())
    }

    /// What has arrived by now.
    fn report(&mut self, now: Instant) -> Report {
        let losses = std::mem::take(&mut self.lost);
        let (arrived, later) = self.reported.iter().partition(|arrived| arrived.at <= now);
        self.reported = later;
        Report { arrived, losses, ..Report::default() }
    }
}

/// Sends voices and pictures of `kbps` for a time, with feedback every 100 ms.
fn talk(estimator: &mut Estimator, line: &mut Line, start: Instant, ms: u64, kbps: u64) -> Instant {
    let at = |ms: u64| start + Duration::from_millis(ms);
    let frame = usize::try_from(kbps * 33 / 8).unwrap();
    for now in 0..ms {
        if now % 20 == 0 {
            line.send(at(now), 148);
        }
        if now % 33 == 0 {
            let whole = frame / 1_200;
            (0..whole).for_each(|_| line.send(at(now), 1_200));
            line.send(at(now), frame % 1_200 + 60);
        }
        if now % 100 == 99 {
            let report = line.report(at(now));
            estimator.handle_report(at(now), &report);
        }
    }
    at(ms)
}

fn near(estimator: &Estimator, kbps: u64) -> bool {
    let estimate = estimator.estimate().as_bps() / 1_000;
    estimate * 100 >= kbps * 90 && estimate * 100 <= kbps * 110
}

#[test]
fn a_full_line_tells_what_it_carries_and_a_cut_is_seen_within_half_a_second() {
    let start = crate::some_instant();
    for kbps in [100, 250, 500, 1_000, 2_000, 5_000] {
        let (mut estimator, mut line) = (Estimator::default(), Line::new(start, kbps));
        let now = talk(&mut estimator, &mut line, start, 3_000, kbps);
        assert!(near(&estimator, kbps), "{kbps}: {}", estimator.estimate());
        if kbps < 500 {
            continue; // a third of it would not hold a voice
        }
        line.kbps = kbps / 3;
        talk(&mut estimator, &mut line, now, 1_000, kbps / 3);
        assert!(near(&estimator, kbps / 3), "{kbps} cut: {}", estimator.estimate());
    }
}

#[test]
fn loss_of_the_lines_own_is_told_and_not_given_way_to() {
    let start = crate::some_instant();
    let (mut estimator, mut line) = (Estimator::default(), Line::new(start, 1_000));
    line.loses_every = 10;
    talk(&mut estimator, &mut line, start, 10_000, 850);
    assert!(near(&estimator, 1_000), "{}", estimator.estimate());
    let loss = estimator.loss_permille();
    assert!((60..=140).contains(&loss), "{loss}");
    // Before the line's nature is known a loss beside a queue is its fullness.
    let known = start + Duration::from_secs(3);
    assert!(estimator.overflowed_at().is_none_or(|at| at < known));
}

#[test]
fn a_small_buffer_that_overflows_is_no_loss_of_the_lines_own() {
    let start = crate::some_instant();
    let (mut estimator, mut line) = (Estimator::default(), Line::new(start, 300));
    line.buffer = Duration::from_millis(60);
    talk(&mut estimator, &mut line, start, 5_000, 600);
    assert!(near(&estimator, 300), "{}", estimator.estimate());
    assert!(estimator.overflowed_at().is_some());
    assert!(estimator.loss_permille() < 20, "{}", estimator.loss_permille());
}

#[test]
fn a_longer_path_is_no_queue() {
    let start = crate::some_instant();
    let (mut estimator, mut line) = (Estimator::default(), Line::new(start, 5_000));
    let now = talk(&mut estimator, &mut line, start, 5_000, 1_500);
    let before = estimator.estimate();
    line.delay = Duration::from_millis(150);
    talk(&mut estimator, &mut line, now, 5_000, 1_500);
    assert!(estimator.queue() < Duration::from_millis(30), "{:?}", estimator.queue());
    assert!(estimator.estimate() >= before.percent(50), "{before} → {}", estimator.estimate());
}

#[test]
fn jitter_is_no_fullness() {
    let start = crate::some_instant();
    for seed in 1..=20 {
        let (mut estimator, mut line) = (Estimator::default(), Line::new(start, 3_000));
        line.jitter = Duration::from_millis(30);
        line.chance = seed;
        let mut now = talk(&mut estimator, &mut line, start, 5_000, 1_000);
        for _ in 0..40 {
            now = talk(&mut estimator, &mut line, now, 500, 1_500);
            assert!(
                estimator.estimate() > Bitrate::kbps(1_700),
                "{seed}: {}",
                estimator.estimate()
            );
        }
    }
}

#[test]
fn a_new_path_starts_modestly() {
    let start = crate::some_instant();
    let (mut estimator, mut line) = (Estimator::default(), Line::new(start, 5_000));
    talk(&mut estimator, &mut line, start, 2_000, 2_000);
    assert!(estimator.estimate() > START);
    estimator.restart();
    assert_eq!((estimator.estimate(), estimator.queue()), (START, Duration::ZERO));
}
