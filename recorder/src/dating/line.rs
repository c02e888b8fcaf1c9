//! One stream's timestamps beside its sender's clock.
//!
//! In: timestamps, where its clock says they belong, how long packets took. Out: moments of the
//! sender's clock.
//! Never: takes a wrap of the timestamps for a leap.

use super::least::Least;
use super::slew_us;

/// How far back the shortest way is remembered. Longer outlasts a queue that stands, shorter
/// notices sooner that the sender's clock has fallen behind.
const MEMORY_US: i64 = 30_000_000;

/// One stream.
#[derive(Debug)]
pub(super) struct Line {
    rate: i64,
    /// The newest timestamp, and the same in ticks that do not wrap.
    timestamp: u32,
    ticks: i64,
    newest_us: i64,
    /// From the stream's time to the sender's clock.
    base_us: i64,
    is_reported: bool,
    /// The shortest way since the last report; it counts when the next one agrees.
    recent_us: Option<i64>,
    /// When its own place was last moved, while no report has said it.
    followed_us: i64,
    least: Least,
}

impl Line {
    /// A stream whose first timestamp seems to have been sent at that moment.
    pub(super) const fn new(rate: i64, timestamp: u32, sent_us: i64, at_us: i64) -> Self {
        Self {
            rate,
            timestamp,
            ticks: 0,
            newest_us: at_us,
            base_us: sent_us,
            is_reported: false,
            recent_us: None,
            followed_us: at_us,
            least: Least::new(MEMORY_US),
        }
    }

    /// Timestamps wrap; the step from the newest is what counts.
    pub(super) fn ticks(&self, timestamp: u32) -> i64 {
        let step = timestamp.wrapping_sub(self.timestamp).cast_signed();
        self.ticks.saturating_add(i64::from(step))
    }

    /// A packet of these ticks has come.
    pub(super) const fn newest(&mut self, timestamp: u32, ticks: i64, at_us: i64) {
        self.timestamp = timestamp;
        self.ticks = ticks;
        self.newest_us = at_us;
    }

    /// When the last packet came.
    pub(super) const fn newest_us(&self) -> i64 {
        self.newest_us
    }

    /// When something of these ticks was sent, on the sender's clock.
    pub(super) const fn sent_us(&self, ticks: i64) -> i64 {
        self.base_us.saturating_add(ticks.saturating_mul(1_000_000) / self.rate)
    }

    /// How long it was under way, on two clocks.
    pub(super) const fn late_us(&self, at_us: i64, ticks: i64) -> i64 {
        at_us.saturating_sub(self.sent_us(ticks))
    }

    /// Whether a report has said where it belongs.
    pub(super) const fn is_reported(&self) -> bool {
        self.is_reported
    }

    pub(super) const fn reported(&mut self) {
        self.is_reported = true;
    }

    /// Its place on the sender's clock is another.
    pub(super) const fn shift(&mut self, by_us: i64) {
        self.base_us = self.base_us.saturating_add(by_us);
    }

    /// Ways are measured from another place.
    pub(super) fn shift_travels(&mut self, by_us: i64) {
        self.least.shift(by_us.saturating_neg());
        self.recent_us = self.recent_us.map(|recent| recent.saturating_sub(by_us));
    }

    /// A packet took so long.
    pub(super) fn travelled(&mut self, at_us: i64, late_us: i64) {
        self.recent_us = Some(self.recent_us.map_or(late_us, |recent| recent.min(late_us)));
        if !self.is_reported {
            self.least.handle(at_us, late_us);
        }
    }

    /// The shortest way since the last report.
    pub(super) const fn recent_us(&self) -> Option<i64> {
        self.recent_us
    }

    /// The report that came now agrees with what came since the last one.
    pub(super) fn believe(&mut self, at_us: i64) {
        if let Some(recent_us) = self.recent_us.take() {
            self.least.handle(at_us, recent_us);
        }
    }

    /// What came since the last report was measured wrongly.
    pub(super) const fn forget_recent(&mut self) {
        self.recent_us = None;
    }

    /// All of it was.
    pub(super) fn forget_travels(&mut self) {
        self.recent_us = None;
        self.least.clear();
    }

    /// The shortest way of late.
    pub(super) fn shortest_us(&self, at_us: i64) -> Option<i64> {
        self.least.value(at_us)
    }

    /// The timestamps have begun anew: what arrives now is as late as it ever is.
    pub(super) fn begin_anew(&mut self, late_us: i64) {
        self.shift(late_us);
        self.forget_travels();
        self.is_reported = false;
    }

    /// While no report says where it belongs: as if its fastest packet had come the shortest way.
    pub(super) fn follow(&mut self, at_us: i64, offset_us: i64) {
        let Some(shortest_us) = self.least.value(at_us) else { return };
        let apart_us = shortest_us.saturating_sub(offset_us);
        let step_us = slew_us(at_us.saturating_sub(self.followed_us));
        if apart_us >= 0 && step_us <= 0 {
            return;
        }
        // Nothing arrives before it was sent, so an earlier one is believed at once.
        let by_us = apart_us.min(step_us.max(0));
        self.followed_us = at_us;
        self.shift(by_us);
        self.shift_travels(by_us);
    }
}
