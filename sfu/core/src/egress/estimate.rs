//! What the line carries, estimated from how packets came through it.
//!
//! In: one report of the receiver at a time. Out: the estimate, the queue, the loss.
//! Never: takes loss for fullness when nothing waited: home lines lose packets of their own, and
//! giving way to that helps nobody. Never a floor above what a voice needs.
//!
//! Three signs, the surest first. A packet that came to the line while it was still busy with the
//! one before shows by their distance what the line carries (packet-pair dispersion). A run that
//! arrived as fast as it was sent shows that the line carries at least that. A queue that stands
//! although neither told brakes by what was acknowledged.

use super::delay::Delay;
use super::history::{Arrived, Report};
use super::{LINE_MIN, time_of};
use bedside_sfu_api::Bitrate;
use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// What a line is taken to carry before anything is known: the lowest layer and its voice. The
/// first packets tell more within a round trip.
pub(crate) const START: Bitrate = Bitrate::kbps(300);
/// Least the estimate can fall to: half a voice. A higher floor would be a lie on thin lines.
const LEAST: Bitrate = Bitrate::kbps(15);
/// Most it can rise to.
const MOST: Bitrate = Bitrate::kbps(30_000);
/// How long the line must still have been busy for a pair to count. Below, the feedback's steps
/// of 250 µs and the receiver's own delays blur it.
const BUSY_MIN: Duration = Duration::from_millis(1);
/// Pairs are looked at this far back; only as far as needed on a slow line.
const PAIRS_OVER: Duration = Duration::from_millis(250);
const PAIRS_OVER_MAX: Duration = Duration::from_millis(900);
/// Least pairs that make a measure, and how many do if they took less than a time: a few that
/// agree by chance come by quickly.
const PAIRS_MIN: usize = 3;
const PAIRS_ENOUGH: usize = 6;
const PAIRS_TIME: Duration = Duration::from_millis(70);
const PAIRS_TIME_MIN: Duration = Duration::from_millis(6);
/// Share of the pairs and of their bytes, in percent, whose own rate must agree with the whole,
/// and how closely: jitter makes pairs that disagree wildly, a line ones that agree.
const AGREE_PERCENT: usize = 65;
const AGREE_CLOSELY_PERCENT: usize = 85;
const AGREE_FACTOR: f64 = 1.35;
/// Packets of a run, and the least length it is taken to have: a shorter one is blurred by the
/// feedback's steps.
const RUN_PACKETS: usize = 5;
const RUN_MIN: Duration = Duration::from_millis(4);
/// Two packets that left this close together came to the line as one.
const TWINS_WITHIN: Duration = Duration::from_millis(1);
/// How far apart twins are taken to arrive at the least, how much more than known they can show,
/// in percent, and up to what estimate they count: where trains may go, they tell better.
const TWINS_APART_MIN: Duration = Duration::from_micros(500);
const TWINS_PERCENT: f64 = 160.0;
/// Pairs that show so many times what arrives belie a queue that stands.
const BELIES_FACTOR: f64 = 2.5;
/// A standing queue beyond this brakes even if no pair told why.
const STANDING_MAX: Duration = Duration::from_millis(100);
/// What is left of the acknowledged rate then.
const BRAKE_PERCENT: u64 = 90;
/// How often.
const BRAKE_EVERY: Duration = Duration::from_millis(300);
/// A queue that stands this long, however little is sent, is no queue but a longer path.
const LONGER_PATH_AFTER: Duration = Duration::from_millis(2_500);
/// Window of the acknowledged rate.
const ACKED_OVER: Duration = Duration::from_millis(500);
/// Arrivals so close together are remembered as one.
const ACKED_TOGETHER: Duration = Duration::from_millis(10);
/// Most packets in it, whatever times a receiver tells.
const ACKED_MAX: usize = 1_500;
/// A receiver's clock that goes back by more than this has been set.
const CLOCK_STEP: Duration = Duration::from_secs(1);
/// A queue above this, and above the time of so many bytes, makes the loss beside it the line's
/// fullness, not its nature.
const FULL_QUEUE: Duration = Duration::from_millis(25);
const FULL_BYTES: usize = 1_200;
/// And only if more of a report is lost than this, beyond twice what the line loses by nature.
const OVERFLOW_LOSS: f64 = 0.1;
/// Weight of a packet in the smoothed loss.
const LOSS_WEIGHT: f64 = 0.01;

/// Two packets, the second of which waited for the first.
#[derive(Debug, Clone, Copy)]
struct Pair {
    at: Instant,
    bytes: usize,
    apart: Duration,
}

impl Pair {
    fn rate(self) -> f64 {
        bits_per_second(self.bytes, self.apart)
    }
}

/// The estimator.
#[derive(Debug)]
pub(crate) struct Estimator {
    delay: Delay,
    pairs: VecDeque<Pair>,
    run: VecDeque<Arrived>,
    /// When the first and the last of those came that came together, and how much that was.
    acked: VecDeque<(Instant, Instant, usize)>,
    last: Option<Arrived>,
    /// The most that a run, and twins, of the report showed.
    proved: Option<f64>,
    twins: Option<f64>,
    estimate: f64,
    /// When pairs last told.
    told_at: Option<Instant>,
    braked_at: Option<Instant>,
    standing_since: Option<Instant>,
    /// Loss while nothing waited, and mean length of its bursts.
    loss: f64,
    burst: f64,
    /// Mean deviation of the travel time (RFC 3550 section 6.4.1), in milliseconds.
    jitter_ms: f64,
    waited: Duration,
    /// When packets were last lost to a full queue.
    overflowed_at: Option<Instant>,
}

impl Default for Estimator {
    fn default() -> Self {
        Self {
            delay: Delay::default(),
            pairs: VecDeque::new(),
            run: VecDeque::new(),
            acked: VecDeque::new(),
            last: None,
            proved: None,
            twins: None,
            estimate: to_f64(START),
            told_at: None,
            braked_at: None,
            standing_since: None,
            loss: 0.0,
            burst: 1.0,
            jitter_ms: 0.0,
            waited: Duration::ZERO,
            overflowed_at: None,
        }
    }
}

impl Estimator {
    /// The receiver has told what became of packets.
    pub(crate) fn handle_report(&mut self, now: Instant, report: &Report) {
        for arrived in &report.arrived {
            self.handle_arrival(*arrived);
        }
        self.weigh_losses(now, report);
        if report.arrived.is_empty() {
            return;
        }
        if let Some(line) = self.by_pairs() {
            self.told_at = Some(now);
            self.follow(line);
        } else if let Some(least) = self.proved {
            self.estimate = self.estimate.max(least);
        }
        self.proved = None;
        if let Some(twins) = self.twins.take()
            && self.estimate < to_f64(LINE_MIN)
        {
            let least = twins.min(self.estimate * TWINS_PERCENT / 100.0);
            self.estimate = self.estimate.max(least);
        }
        self.brake(now);
        self.estimate = self.estimate.clamp(to_f64(LEAST), to_f64(MOST));
    }

    /// The path is another one. What is known of the old one's queue is of no use; its rate is a
    /// start, if it was modest.
    pub(crate) fn restart(&mut self) {
        let estimate = self.estimate.min(to_f64(START));
        *self = Self { estimate, loss: self.loss, burst: self.burst, ..Self::default() };
    }

    /// What the line carries, all headers counted.
    pub(crate) fn estimate(&self) -> Bitrate {
        to_rate(self.estimate)
    }

    /// The queue the newest packet met.
    pub(crate) fn queue(&self) -> Duration {
        self.delay.newest()
    }

    /// The queue that does not go away.
    pub(crate) fn standing(&self) -> Duration {
        self.delay.standing()
    }

    /// Loss of the line's own, in thousandths.
    pub(crate) fn loss_permille(&self) -> u16 {
        to_u16(self.loss * 1_000.0)
    }

    /// Mean length of its bursts, in tenths of a packet.
    pub(crate) fn burst_tenths(&self) -> u16 {
        to_u16(self.burst * 10.0)
    }

    /// Mean deviation of the travel time, in milliseconds.
    pub(crate) fn jitter_ms(&self) -> u16 {
        to_u16(self.jitter_ms)
    }

    /// When packets were last lost to a full queue.
    pub(crate) const fn overflowed_at(&self) -> Option<Instant> {
        self.overflowed_at
    }

    /// What arrives, over the last half second.
    pub(crate) fn acknowledged(&self) -> Bitrate {
        let (Some(first), Some(last)) = (self.acked.front(), self.acked.back()) else {
            return Bitrate::ZERO;
        };
        let bytes = self.acked.iter().skip(1).map(|(.., bytes)| bytes).sum();
        let span = last.1.saturating_duration_since(first.1).max(ACKED_OVER / 2);
        to_rate(bits_per_second(bytes, span))
    }

    fn handle_arrival(&mut self, arrived: Arrived) {
        if self.last.is_some_and(|last| last.at > arrived.at + CLOCK_STEP) {
            // The receiver's clock has stepped back; nothing told by the former one compares.
            self.forget_queue();
            self.run.clear();
            self.acked.clear();
            self.last = None;
        }
        let waited = self.delay.handle_arrival(arrived.sent, arrived.at);
        let deviation = waited.abs_diff(self.waited).as_secs_f64() * 1_000.0;
        self.jitter_ms += (deviation - self.jitter_ms) / 16.0;
        self.waited = waited;
        match self.acked.back_mut().filter(|(first, ..)| arrived.at < *first + ACKED_TOGETHER) {
            Some((_, last, bytes)) => {
                *last = arrived.at.max(*last);
                *bytes += arrived.bytes;
            }
            None => self.acked.push_back((arrived.at, arrived.at, arrived.bytes)),
        }
        while self.acked.len() > ACKED_MAX
            || self.acked.front().is_some_and(|&(_, last, _)| arrived.at > last + ACKED_OVER)
        {
            self.acked.pop_front();
        }
        let Some(last) = self.last.filter(|last| last.at <= arrived.at) else {
            // Overtaken on the way, or the first.
            self.last.get_or_insert(arrived);
            return;
        };
        let apart = arrived.at.saturating_duration_since(last.at);
        let busy = self.delay.busy_before(last.at, arrived.sent) > BUSY_MIN;
        // Where one was lost in between, nobody knows whether it has used the line.
        if busy && arrived.lost_before == 0 {
            let bytes = arrived.bytes + arrived.beside;
            self.pairs.push_back(Pair { at: arrived.at, bytes, apart });
        }
        let close = arrived.sent.saturating_duration_since(last.sent) < TWINS_WITHIN;
        if close && arrived.lost_before == 0 {
            self.twins = Some(bits_per_second(arrived.bytes, apart.max(TWINS_APART_MIN)));
        }
        while self.pairs.len() > ACKED_MAX
            || self.pairs.front().is_some_and(|pair| arrived.at > pair.at + PAIRS_OVER_MAX)
        {
            self.pairs.pop_front();
        }
        self.run.push_back(arrived);
        if self.run.len() > RUN_PACKETS {
            self.run.pop_front();
        }
        if let Some(least) = self.by_run() {
            self.proved = Some(self.proved.map_or(least, |proved| proved.max(least)));
        }
        self.last = Some(arrived);
    }

    /// What the line carries by the newest pairs, if they agree: the very newest if they agree
    /// closely, else those of a while.
    fn by_pairs(&self) -> Option<f64> {
        let newest = self.last?.at;
        let pairs = || self.pairs.iter().rev().copied();
        let recent = || pairs().take_while(|pair| newest <= pair.at + PAIRS_OVER);
        agreed(pairs().take(PAIRS_ENOUGH), AGREE_CLOSELY_PERCENT)
            .or_else(|| agreed(recent(), AGREE_PERCENT))
            .or_else(|| agreed(pairs().take(PAIRS_MIN), AGREE_CLOSELY_PERCENT))
    }

    /// What the line carries at least: a run arrived that fast.
    fn by_run(&self) -> Option<f64> {
        if self.run.len() < RUN_PACKETS {
            return None;
        }
        let (first, last) = (self.run.front()?, self.run.back()?);
        let took = last.at.checked_duration_since(first.at)?;
        let sent_in = last.sent.checked_duration_since(first.sent)?;
        let bytes = self.run.iter().skip(1).map(|arrived| arrived.bytes).sum();
        Some(bits_per_second(bytes, took.max(sent_in).max(RUN_MIN)))
    }

    /// Goes towards what the pairs say: down at once if a queue stands, else by and by.
    fn follow(&mut self, line: f64) {
        let weight = if line > self.estimate {
            0.5
        } else if self.is_full() {
            1.0
        } else {
            0.2
        };
        // A line that seems to have become three times as fast is believed in steps.
        let line = line.min(self.estimate * 3.0);
        self.estimate += weight * (line - self.estimate);
    }

    fn brake(&mut self, now: Instant) {
        if self.delay.is_longer() {
            self.forget_queue();
        }
        let standing = self.delay.standing();
        if standing < STANDING_MAX {
            self.standing_since = None;
            return;
        }
        let since = *self.standing_since.get_or_insert(now);
        if now > since + LONGER_PATH_AFTER || self.is_belied() {
            self.forget_queue();
        } else if [self.braked_at, self.told_at, Some(since)]
            .into_iter()
            .flatten()
            .all(|at| now > at + BRAKE_EVERY)
        {
            self.braked_at = Some(now);
            let acknowledged = to_f64(self.acknowledged().percent(BRAKE_PERCENT));
            self.estimate = self.estimate.min(acknowledged.max(to_f64(LEAST)));
        }
    }

    fn forget_queue(&mut self) {
        self.delay.reset();
        self.pairs.clear();
        self.standing_since = None;
    }

    /// Whether packets that came close together show that no queue is there.
    fn is_belied(&self) -> bool {
        let acknowledged = to_f64(self.acknowledged());
        let fast = |pair: &&Pair| pair.rate() > BELIES_FACTOR * acknowledged;
        self.pairs.iter().filter(fast).count() >= PAIRS_MIN && self.by_pairs().is_none()
    }

    /// Whether the newest packet met a queue, and not just the packet before it.
    fn is_full(&self) -> bool {
        self.delay.newest() > FULL_QUEUE.max(time_of(FULL_BYTES, self.estimate()))
    }

    fn weigh_losses(&mut self, now: Instant, report: &Report) {
        let told = report.losses + report.arrived.len();
        let unusual = OVERFLOW_LOSS + 2.0 * self.loss;
        if self.is_full() && report.losses > 0 && to_ratio(report.losses, told) > unusual {
            self.overflowed_at = Some(now);
            return;
        }
        let mut bursts = 0;
        for arrived in &report.arrived {
            self.loss -= LOSS_WEIGHT * self.loss;
            bursts += usize::from(arrived.lost_before > 0);
        }
        for _ in 0..report.losses {
            self.loss += LOSS_WEIGHT * (1.0 - self.loss);
        }
        if bursts > 0 {
            let length = to_ratio(report.losses, bursts);
            self.burst += 0.1 * (length - self.burst);
        }
    }
}

/// The rate of pairs that agree with each other.
fn agreed(pairs: impl Iterator<Item = Pair> + Clone, percent: usize) -> Option<f64> {
    let apart: Duration = pairs.clone().map(|pair| pair.apart).sum();
    let (least, time) =
        if apart < PAIRS_TIME { (PAIRS_ENOUGH, PAIRS_TIME_MIN) } else { (PAIRS_MIN, PAIRS_TIME) };
    let all = pairs.clone().count();
    if all < least || apart < time {
        return None;
    }
    let bytes: usize = pairs.clone().map(|pair| pair.bytes).sum();
    let rate = bits_per_second(bytes, apart);
    let agrees = |pair: &Pair| {
        let own = pair.rate();
        own < rate * AGREE_FACTOR && own * AGREE_FACTOR > rate
    };
    let agreeing: usize = pairs.clone().filter(agrees).map(|pair| pair.bytes).sum();
    let count = pairs.filter(agrees).count();
    let most = agreeing * 100 >= bytes * percent && count * 100 >= all * percent;
    most.then_some(rate)
}

#[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
fn bits_per_second(bytes: usize, span: Duration) -> f64 {
    8.0 * bytes as f64 / span.as_secs_f64().max(1e-6)
}

#[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
fn to_ratio(part: usize, whole: usize) -> f64 {
    part as f64 / whole as f64
}

#[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
fn to_f64(rate: Bitrate) -> f64 {
    rate.as_bps() as f64
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "saturates; never negative"
)]
fn to_rate(bps: f64) -> Bitrate {
    Bitrate::bps(bps.max(0.0) as u64)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "saturates; never negative"
)]
fn to_u16(value: f64) -> u16 {
    value.max(0.0) as u16
}

#[cfg(test)]
mod tests;
