//! When something was said, on one clock for the whole recording.
//!
//! A sender's timestamps count from anywhere at about the right rate; its reports (RFC 3550
//! section 6.4.1) say what its own clock showed at one of them. Voice and pictures of one sender
//! share that clock, so they are dated by it and stay together exactly. Between senders no clock
//! can be believed: each sender's is set by the shortest way its packets took of late, and follows
//! so slowly that nobody hears it.
//!
//! In: timestamps and reports as they come. Out: microseconds of the recording.
//! Never: asks a clock; trusts a sender's to be right, to run true, or to go on.

mod least;
mod line;

use bedside_sfu_api::{Kind, Source};
use line::Line;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// How fast a sender's clock is followed, in microseconds a second. Clocks of devices run up to
/// 100 µs a second wrong, ten times less; a thousandth faster or slower cannot be heard.
const SLEW_US_PER_SECOND: i64 = 1_000;
/// Nothing arrives before it was sent: packets this much earlier than their date show that the
/// date was wrong, mostly because the first ones had stood in a queue. Then it is set right at
/// once, since following would take minutes; below, what people would see is less than the leap.
const EARLY_US_MAX: i64 = 80_000;
/// A report that differs by no more from the one before is one that was not measured well, and
/// counts a quarter; one that differs by more tells of a clock that was set or of samples that
/// were lost, and counts whole.
const REPORT_NOISE_US: i64 = 20_000;
/// A first report that puts a stream further away than this from where it arrives is of another
/// clock than the reports of its sender's other streams.
const CLOCK_STEP_US: i64 = 2_000_000;
/// Timestamps that leap this far from where they arrive have begun anew. The longest queues of
/// home lines hold five seconds.
const LEAP_US: i64 = 8_000_000;
/// Streams of one sender that are remembered: three sources with three layers each, and a few of
/// a connection before.
const LINES_MAX: usize = 12;
/// From 1900, where senders' clocks begin (RFC 5905), in the upper half seconds.
const NTP_FRACTIONS_PER_SECOND: u64 = 1 << 32;

/// The recording's clock beside the process's.
#[derive(Debug, Clone, Copy)]
pub struct Timeline {
    origin: Instant,
    from_us: i64,
}

impl Timeline {
    /// At this instant the recording is so old.
    #[must_use]
    pub fn new(now: Instant, from_ms: u64) -> Self {
        let from_us = i64::try_from(from_ms).unwrap_or(i64::MAX / 1_000).saturating_mul(1_000);
        Self { origin: now, from_us }
    }

    /// How old the recording is at an instant, in microseconds.
    #[must_use]
    pub fn us(&self, at: Instant) -> i64 {
        let whole = |span: Duration| i64::try_from(span.as_micros()).unwrap_or(i64::MAX);
        let after = whole(at.saturating_duration_since(self.origin));
        let before = whole(self.origin.saturating_duration_since(at));
        self.from_us.saturating_add(after).saturating_sub(before)
    }

    /// The same in milliseconds.
    #[must_use]
    pub fn ms(&self, at: Instant) -> u64 {
        u64::try_from(self.us(at) / 1_000).unwrap_or_default()
    }
}

/// One stream of a sender.
pub(crate) type Key = (Source, u32);

/// The clock of one sender.
#[derive(Debug, Default)]
pub(crate) struct SenderClock {
    line_by_key: BTreeMap<Key, Line>,
    /// From the sender's clock to the recording's. While there is no report, the sender's clock
    /// is the recording's own.
    offset_us: i64,
    /// When the offset was last moved.
    followed_us: i64,
}

impl SenderClock {
    /// A packet has come. What its timestamp is in ticks that do not wrap.
    pub(crate) fn handle_packet(&mut self, key: Key, at_us: i64, timestamp: u32) -> i64 {
        let offset_us = self.offset_us;
        let line = self.line(key, at_us, timestamp);
        let ticks = line.ticks(timestamp);
        line.newest(timestamp, ticks, at_us);
        let late_us = line.late_us(at_us, ticks).saturating_sub(offset_us);
        if late_us.saturating_abs() > LEAP_US {
            line.begin_anew(late_us);
        } else {
            line.travelled(at_us, late_us.saturating_add(offset_us));
            if !line.is_reported() {
                line.follow(at_us, offset_us);
            }
        }
        self.follow(at_us);
        ticks
    }

    /// A report has come.
    pub(crate) fn handle_report(&mut self, key: Key, at_us: i64, ntp: u64, timestamp: u32) {
        let known = self.line_by_key.values().any(Line::is_reported);
        let offset_us = self.offset_us;
        let line = self.line(key, at_us, timestamp);
        let ticks = line.ticks(timestamp);
        let change_us = microseconds(ntp).saturating_sub(line.sent_us(ticks));
        let said = weigh(line, change_us, offset_us, known);
        let first = !line.is_reported();
        line.reported();
        match said {
            Said::Noise => line.shift(change_us / 4),
            Said::Stream if first => {
                line.shift(change_us);
                line.forget_travels();
            }
            Said::Stream => {
                line.forget_recent();
                line.shift(change_us);
            }
            Said::Clock => self.set(change_us),
        }
        if let Some(line) = self.line_by_key.get_mut(&key) {
            line.believe(at_us);
        }
        self.follow(at_us);
    }

    /// When something of these ticks was sent, in microseconds of the recording. `None` of a
    /// stream nothing is known of.
    pub(crate) fn date_us(&self, key: Key, ticks: i64) -> Option<i64> {
        let line = self.line_by_key.get(&key)?;
        Some(line.sent_us(ticks).saturating_add(self.offset_us))
    }

    /// The same of a timestamp as it stands in a report.
    pub(crate) fn date_of_us(&self, key: Key, timestamp: u32) -> Option<i64> {
        self.date_us(key, self.line_by_key.get(&key)?.ticks(timestamp))
    }

    /// The sender's clock shows something else from now on; what is said keeps its date.
    fn set(&mut self, change_us: i64) {
        for line in self.line_by_key.values_mut() {
            line.shift(change_us);
            line.shift_travels(change_us);
        }
        self.offset_us = self.offset_us.saturating_sub(change_us);
    }

    /// Moves towards the shortest way of late.
    fn follow(&mut self, at_us: i64) {
        let shortest = |line: &Line| line.shortest_us(at_us);
        let reported = self.line_by_key.values().filter(|line| line.is_reported());
        let Some(wanted_us) = reported.filter_map(shortest).min() else {
            self.followed_us = at_us;
            return;
        };
        let apart_us = wanted_us.saturating_sub(self.offset_us);
        let step_us = slew_us(at_us.saturating_sub(self.followed_us));
        if apart_us < -EARLY_US_MAX {
            self.offset_us = wanted_us;
        } else if step_us > 0 {
            self.offset_us = self.offset_us.saturating_add(apart_us.clamp(-step_us, step_us));
        } else {
            return;
        }
        self.followed_us = at_us;
    }

    /// The stream's line; a new one is dated by when it arrives.
    fn line(&mut self, key: Key, at_us: i64, timestamp: u32) -> &mut Line {
        if !self.line_by_key.contains_key(&key) && self.line_by_key.len() >= LINES_MAX {
            let stalest = self.line_by_key.iter().min_by_key(|(_, line)| line.newest_us());
            if let Some(stalest) = stalest.map(|(&key, _)| key) {
                self.line_by_key.remove(&stalest);
            }
        }
        let sent_us = at_us.saturating_sub(self.offset_us);
        self.line_by_key
            .entry(key)
            .or_insert_with(|| Line::new(clock_rate(key.0), timestamp, sent_us, at_us))
    }
}

/// What a report tells that the one before did not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Said {
    /// Nothing: it was measured a little earlier or later.
    Noise,
    /// The stream's timestamps stand elsewhere on its sender's clock than was thought.
    Stream,
    /// The sender's clock was set, or only now becomes known.
    Clock,
}

/// Judges a report by what has arrived since the one before.
fn weigh(line: &Line, change_us: i64, offset_us: i64, known: bool) -> Said {
    if !known {
        return Said::Clock;
    }
    let late_us = line.recent_us().map(|recent| recent.saturating_sub(offset_us));
    let then_us = |late: i64| late.saturating_sub(change_us).saturating_abs();
    if !line.is_reported() {
        let other = late_us.is_some_and(|late| then_us(late) > CLOCK_STEP_US);
        return if other { Said::Clock } else { Said::Stream };
    }
    if change_us.saturating_abs() <= REPORT_NOISE_US {
        return Said::Noise;
    }
    // If what came lately fits where it was thought to be, it is not the stream that moved.
    match late_us {
        Some(late) if late.saturating_abs() < then_us(late) => Said::Clock,
        Some(_) | None => Said::Stream,
    }
}

/// How far a clock may be moved in such a time.
const fn slew_us(elapsed_us: i64) -> i64 {
    elapsed_us.saturating_mul(SLEW_US_PER_SECOND) / 1_000_000
}

const fn clock_rate(source: Source) -> i64 {
    match source.kind() {
        Kind::Audio => 48_000,
        Kind::Video => 90_000,
    }
}

/// A sender's clock in microseconds.
fn microseconds(ntp: u64) -> i64 {
    let seconds = ntp / NTP_FRACTIONS_PER_SECOND;
    let fraction = (ntp % NTP_FRACTIONS_PER_SECOND) * 1_000_000 / NTP_FRACTIONS_PER_SECOND;
    i64::try_from(seconds * 1_000_000 + fraction).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests;
