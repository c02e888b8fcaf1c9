//! The way to one receiver: what the line carries, what waits to be sent, what may go now.
//!
//! In: what left, what the receiver says became of it, pictures to send, time. Out: the estimate
//! and the budget made of it, pictures at the line's pace, trains that look for room.
//! Never: holds a voice back; what it says of pictures is said to pictures only.

mod delay;
mod estimate;
mod history;
mod pacer;
mod probe;

use crate::packet::{Departure, Fate, LineId};
use crate::steady::Least;
use bedside_sfu_api::Bitrate;
use estimate::Estimator;
use history::{History, Report};
pub(crate) use pacer::Paced;
use pacer::Pacer;
use probe::Probe;
use std::time::{Duration, Instant};

/// No train, and no other padding, below this: a voice with its headers is a third of it.
const LINE_MIN: Bitrate = Bitrate::kbps(200);
/// Share of the estimate that is spent, in percent. The rest lets bursts and errors drain.
const SPENT_PERCENT: u64 = 94;
/// A standing queue beyond this is drained: by one percent of the line for each 10 ms, and at most
/// so many.
const STANDING_FROM: Duration = Duration::from_millis(50);
const DRAINS_PERCENT_MAX: u64 = 20;
/// A queue from which pictures are held back, and until which. Between them nothing changes.
const HOLD_FROM: Duration = Duration::from_millis(180);
const HOLD_UNTIL: Duration = Duration::from_millis(60);
/// No feedback for this long, beyond the round trip, and the line is taken to be down: pictures
/// wait, voices go on.
const SILENT_AFTER: Duration = Duration::from_millis(700);
/// After a silence as long as this the line may be another one.
const FORGET_AFTER: Duration = Duration::from_millis(2_500);
/// Room under way beyond the round trip and the wait for the next report; a line that stalls stops
/// pictures after this much.
const UNDER_WAY_SLACK: Duration = Duration::from_millis(60);
/// How often reports come until that was measured, and at most.
const REPORTS_EVERY: Duration = Duration::from_millis(100);
const REPORTS_EVERY_MAX: Duration = Duration::from_millis(300);
/// Least room under way: two packets, enough to measure a line with.
const UNDER_WAY_LEAST: usize = 2_600;
/// A receiver to whom nothing has left for this long cannot tell that the line is free again, so
/// one packet may go whatever is known.
const KNOCK_AFTER: Duration = Duration::from_millis(500);
/// A report that tells of a queue below this doubles the trust in an unknown line.
const TRUST_BELOW: Duration = Duration::from_millis(60);
/// How long pictures wait for the first that is told of the line.
const WORDS_FIRST: Duration = Duration::from_millis(400);
/// Round trip taken before the first was measured.
const RTT_UNTIL_TOLD: Duration = Duration::from_millis(100);
/// Over how long the shortest round trip is looked for that is told of a line as it is now. Less
/// than `travel` remembers: of a queue that stands, this knows first.
const ROUND_TRIP_OVER: Duration = Duration::from_secs(20);
/// Over how long a line that overflowed is sent to gently.
const GENTLE_FOR: Duration = Duration::from_secs(10);

/// What is known of the way to a receiver.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Reading {
    /// What the line carries, all headers counted.
    pub(crate) estimate: Bitrate,
    /// What may be spent on everything.
    pub(crate) budget: Bitrate,
    /// The queue the newest packet met.
    pub(crate) queue: Duration,
    /// Loss of the line's own, in thousandths, and the mean length of its bursts in tenths.
    pub(crate) loss_permille: u16,
    pub(crate) burst_tenths: u16,
    /// The path's round trip, without its queue; it holds the wait for the next feedback.
    pub(crate) rtt: Option<Duration>,
    /// Pictures are held back: the line is full, or silent.
    pub(crate) held: bool,
    /// Nothing is heard of the line.
    pub(crate) silent: bool,
}

/// The way to one receiver.
#[derive(Debug)]
pub(crate) struct Egress {
    history: History,
    report: Report,
    estimator: Estimator,
    pacer: Pacer,
    probe: Probe,
    rtt: Option<Duration>,
    round_trips: Least<Duration>,
    round_trip: Option<Duration>,
    reported_at: Option<Instant>,
    reports_every: Duration,
    queue_holds: bool,
    silent: bool,
    second: Second,
    /// When the first packet left, and the last, of those that feedback tells of.
    began_at: Option<Instant>,
    left_at: Option<Instant>,
    /// Nothing has left for so long that nothing can be told: the next packet goes to find out.
    knocks: bool,
    /// Room under way that a line unknown so far is trusted with.
    trust: usize,
}

/// Counts of one second.
#[derive(Debug, Default)]
struct Second {
    bytes: usize,
    arrived: usize,
    lost: usize,
}

impl Egress {
    pub(crate) fn new(now: Instant) -> Self {
        Self {
            history: History::default(),
            report: Report::default(),
            estimator: Estimator::default(),
            pacer: Pacer::new(now),
            probe: Probe::new(now),
            rtt: None,
            round_trips: Least::new(ROUND_TRIP_OVER),
            round_trip: None,
            reported_at: None,
            reports_every: REPORTS_EVERY,
            queue_holds: false,
            silent: false,
            second: Second::default(),
            began_at: None,
            left_at: None,
            knocks: false,
            trust: UNDER_WAY_LEAST,
        }
    }

    /// A packet has left.
    pub(crate) fn handle_departure(&mut self, now: Instant, departure: Departure) {
        self.began_at.get_or_insert(now);
        self.left_at = Some(now);
        self.history.handle_departure(now, departure);
        self.second.bytes += departure.bytes;
        self.pacer.handle_departure(now, departure.bytes);
    }

    /// The receiver has told of packets.
    pub(crate) fn handle_fates(&mut self, now: Instant, fates: &[Fate]) {
        if self.history.waiting_since().is_some_and(|since| now > since + FORGET_AFTER)
            && self.reported_at.is_some_and(|at| now > at + FORGET_AFTER)
        {
            self.restart(now);
        }
        if let Some(before) = self.reported_at.replace(now) {
            let every = now.saturating_duration_since(before).min(REPORTS_EVERY_MAX);
            self.reports_every = (self.reports_every * 7 + every) / 8;
        }
        self.history.handle_fates(now, fates, &mut self.report);
        let Report { arrived, losses, rtt, .. } = &self.report;
        self.estimator.handle_report(now, &self.report);
        self.second.arrived += arrived.len();
        self.second.lost += losses;
        if let Some(rtt) = *rtt {
            // Slowly up, at once down: the shortest is the path's, the rest is queue.
            let grown = self.rtt.unwrap_or(rtt) + Duration::from_micros(500);
            self.rtt = Some(grown.min(rtt));
            self.round_trip = Some(self.round_trips.handle(now, rtt));
        }
        if self.estimator.queue() < TRUST_BELOW && !arrived.is_empty() {
            self.trust = self.trust.saturating_mul(2);
        }
        self.probe.handle_report(now, self.estimator.estimate());
        self.look(now);
    }

    /// Media packets that were lost, by the receiver's last words.
    pub(crate) fn lost(&self) -> &[(LineId, u16)] {
        &self.report.lost
    }

    /// The receiver is reached another way.
    pub(crate) fn restart(&mut self, now: Instant) {
        self.estimator.restart();
        self.probe = Probe::new(now);
        self.rtt = None;
        self.trust = UNDER_WAY_LEAST;
    }

    /// The shortest round trip of late, with the queues that stand; `None` before any was told.
    pub(crate) const fn round_trip(&self) -> Option<Duration> {
        self.round_trip
    }

    /// What is known.
    pub(crate) fn reading(&self) -> Reading {
        let estimate = self.estimator.estimate();
        let loss_permille = self.estimator.loss_permille();
        let kept = 1_000 - u64::from(loss_permille.min(1_000));
        let standing = self.estimator.standing().saturating_sub(STANDING_FROM);
        let drains = u64::try_from(standing.as_millis() / 10).unwrap_or(u64::MAX);
        let spent = estimate.percent(SPENT_PERCENT - drains.min(DRAINS_PERCENT_MAX));
        Reading {
            estimate,
            budget: Bitrate::bps(spent.as_bps() * kept / 1_000),
            queue: self.estimator.queue(),
            loss_permille,
            burst_tenths: self.estimator.burst_tenths(),
            rtt: self.rtt,
            held: (self.queue_holds || self.silent) && !self.knocks,
            silent: self.silent,
        }
    }

    /// The last second: loss in thousandths, jitter in milliseconds, what was sent.
    pub(crate) fn take_second(&mut self) -> (u16, u16, Bitrate) {
        let Second { bytes, arrived, lost } = std::mem::take(&mut self.second);
        let permille = (lost * 1_000).checked_div(arrived + lost).unwrap_or(0);
        let bits = 8 * u64::try_from(bytes).unwrap_or(u64::MAX / 8);
        let loss = u16::try_from(permille).unwrap_or(1_000);
        (loss, self.estimator.jitter_ms(), Bitrate::bps(bits))
    }

    /// A picture's packet is to be sent when the line has room. It is given back if that is now.
    pub(crate) fn offer(&mut self, now: Instant, paced: Paced) -> Option<Paced> {
        if self.pacer.is_empty() && self.lets_go(now) {
            return Some(paced);
        }
        self.pacer.queue(now, paced);
        None
    }

    /// The next packet of a picture that waited and may go now.
    pub(crate) fn poll_paced(&mut self, now: Instant) -> Option<Paced> {
        self.lets_go(now).then(|| self.pacer.poll())?
    }

    fn lets_go(&mut self, now: Instant) -> bool {
        if self.is_full(now) {
            self.pacer.wait(now);
            return false;
        }
        let pace = self.pace(now);
        self.pacer.lets_go(now, pace)
    }

    /// Throws away what waits for a slot. The sequence number of the first thrown away.
    pub(crate) fn flush(&mut self, slot: usize) -> Option<u64> {
        self.pacer.flush(slot)
    }

    /// A slot whose pictures have waited so long that they are better begun anew.
    pub(crate) fn overdue(&self, now: Instant) -> Option<usize> {
        self.pacer.overdue(now)
    }

    /// The size of a train to send now, if it is time to look for room for `needed` in all.
    pub(crate) fn poll_train(&mut self, now: Instant, needed: Bitrate) -> Option<usize> {
        if self.is_full(now) || self.reported_at.is_none() {
            return None;
        }
        self.probe.poll(now, self.estimator.estimate(), needed, self.estimator.queue())
    }

    /// Whether the next packet of a voice should wait for the one after it, to measure a line too
    /// thin for trains.
    pub(crate) fn poll_twins(&mut self, now: Instant) -> bool {
        self.probe.poll_twins(now, self.estimator.estimate(), self.estimator.queue())
    }

    /// When something may go, or has to be looked at again.
    pub(crate) fn poll_timeout(&self) -> Option<Instant> {
        self.pacer.poll_timeout()
    }

    /// Time has come to `now`.
    pub(crate) fn handle_timeout(&mut self, now: Instant) {
        self.look(now);
    }

    fn look(&mut self, now: Instant) {
        let queue = self.estimator.queue();
        if queue > HOLD_FROM {
            self.queue_holds = true;
        } else if queue < HOLD_UNTIL {
            self.queue_holds = false;
        }
        let patience = self.rtt.unwrap_or(RTT_UNTIL_TOLD) + SILENT_AFTER;
        self.knocks = self.left_at.is_some_and(|at| now > at + KNOCK_AFTER);
        self.silent = self.history.waiting_since().is_some_and(|since| now > since + patience);
    }

    /// Whether pictures have to wait.
    fn is_full(&self, now: Instant) -> bool {
        let span = self.rtt.unwrap_or(RTT_UNTIL_TOLD) + self.reports_every * 2 + UNDER_WAY_SLACK;
        let room = match self.reported_at {
            Some(_) => {
                let known = bytes_in(self.estimator.estimate(), span);
                known.min(self.trust).max(UNDER_WAY_LEAST)
            }
            // The first words tell what a picture would do to the line; without any, a picture
            // has to tell itself.
            None if self.began_at.is_some_and(|at| now < at + WORDS_FIRST) => 0,
            None => UNDER_WAY_LEAST,
        };
        let knocks = self.left_at.is_some_and(|at| now > at + KNOCK_AFTER);
        !knocks && (self.queue_holds || self.silent || self.history.under_way() > room)
    }

    /// The pace of pictures: a little above what they may spend, so that a burst does not wait.
    /// A line that overflowed lately has no room for bursts.
    fn pace(&self, now: Instant) -> Bitrate {
        let overflowed = self.estimator.overflowed_at();
        let gentle = overflowed.is_some_and(|at| now < at + GENTLE_FOR);
        self.estimator.estimate().percent(if gentle { 100 } else { 140 })
    }
}

/// How many bytes flow in a time.
pub(crate) fn bytes_in(rate: Bitrate, span: Duration) -> usize {
    let bits = u128::from(rate.as_bps()) * span.as_micros() / 1_000_000;
    usize::try_from(bits / 8).unwrap_or(usize::MAX)
}

/// How long bytes take.
pub(crate) fn time_of(bytes: usize, rate: Bitrate) -> Duration {
    let bits = 8 * u64::try_from(bytes).unwrap_or(u64::MAX / 8);
    Duration::from_micros(bits.saturating_mul(1_000_000) / rate.as_bps().max(1))
}
