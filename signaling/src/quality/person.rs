//! One person's record: the last quarter of an hour by the second, what is older folded.
//!
//! In: what the media plane measures and gives, what the page reports, when the person comes and
//! goes; each with its time. Out: what lasts, at any time.
//! Never: a clock; more than `SERIES_SECONDS_MAX` seconds.

#[cfg(test)]
mod tests;

use super::kept::Kept;
use super::ladder::{self, Change, Ladder, ms_between};
use super::lately::Recent;
use super::second::{FeltSecond, Picture, Second};
use bedside_sfu_api::{QualitySample, VoiceWorth};
use bedside_signaling_api::quality::SERIES_SECONDS_MAX;
use bedside_signaling_api::socket::{Delivery, Felt, Sound};
use jiff::Timestamp;
use std::collections::VecDeque;

/// Reports closer to each other than this are one page's too many. A little under a second, so
/// that a page that means one a second is not cut by its timer's jitter.
const FELT_EVERY_MS: u64 = 900;
/// How far a clock may have been set back before what it had measured is folded away.
const CLOCK_BACK_SECONDS: i64 = 5;
/// How long after a second its score is final enough for metrics: two reports of a page.
const SCORED_AFTER_SECONDS: usize = 10;
/// How old a round trip may be and still be somebody's.
const NEARBY_SECONDS: i64 = 5;
/// From how long on nothing heard of somebody is an interruption; a shorter silence is one of the
/// pauses any line has, and the scores tell of it.
const UNHEARD_MIN_MS: u32 = 2_000;
/// Milliseconds of sound a packet from which on a voice counts as thin.
const THIN_PACKET_MS: u8 = 40;

/// One person's record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Person {
    kept: Kept,
    seconds: VecDeque<Second>,
    ladder: Ladder,
    picture: Option<Picture>,
    voice: Sound,
    is_signing: bool,
    felt_at: Option<Timestamp>,
    /// Let in, and without media so far.
    awaited_since: Option<Timestamp>,
    /// Media was lost and is not back.
    lost_since: Option<Timestamp>,
    recent: Recent,
}

impl Person {
    /// Goes on with what lasted of an earlier record, or begins a new one.
    pub(super) fn new(kept: Kept) -> Self {
        Self {
            kept,
            seconds: VecDeque::new(),
            ladder: Ladder::default(),
            picture: None,
            voice: Sound::Plain,
            is_signing: false,
            felt_at: None,
            awaited_since: None,
            lost_since: None,
            recent: Recent::default(),
        }
    }

    /// One second was measured. Returns the second whose score is final now, if one is.
    pub(super) fn handle_sample(
        &mut self,
        at: Timestamp,
        sample: &QualitySample,
        far_ms: Option<u16>,
    ) -> Option<&Second> {
        let number = self.number(at.as_second())?;
        if self.seconds.len() >= SERIES_SECONDS_MAX
            && let Some(oldest) = self.seconds.pop_front()
        {
            self.kept.fold(&oldest);
        }
        self.seconds.push_back(Second {
            far_ms,
            voice: self.voice,
            signing: self.is_signing,
            picture: self.picture,
            ..Second::measured(number, sample)
        });
        let scored = self.seconds.len().checked_sub(SCORED_AFTER_SECONDS.saturating_add(1))?;
        self.seconds.get(scored)
    }

    /// Which second a sample of now is. Two that came close together are two seconds; a third
    /// is none.
    fn number(&mut self, now: i64) -> Option<i64> {
        let Some(last) = self.seconds.back().map(|second| second.at) else { return Some(now) };
        if last.saturating_sub(now) > CLOCK_BACK_SECONDS {
            std::mem::take(&mut self.seconds).iter().for_each(|second| self.kept.fold(second));
            return Some(now);
        }
        let next = last.saturating_add(1);
        (next <= now.saturating_add(1)).then_some(next.max(now))
    }

    /// The page has reported, and the report was checked. One that comes too soon is let go.
    pub(super) fn handle_felt(&mut self, at: Timestamp, felt: &Felt) {
        let too_soon = |last| at >= last && ms_between(last, at) < FELT_EVERY_MS;
        if self.felt_at.is_some_and(too_soon) {
            return;
        }
        self.felt_at = Some(at);
        let span = i64::from(felt.span_ms.div_ceil(1_000));
        let last = at.as_second();
        let first = last.saturating_sub(span).saturating_add(1);
        let felt = &self.frozen_or_as_felt(first, felt);
        self.kept.reports.add(felt);
        self.recent.add_report(at, felt);
        let each = FeltSecond::of(felt);
        let mut freezes = u16::try_from(felt.freezes).unwrap_or(u16::MAX);
        let covered = self.seconds.iter_mut().rev();
        // A sample may be numbered one second ahead of the clock.
        for second in covered.take_while(|second| second.at >= first) {
            second.felt = Some(FeltSecond { freezes, ..each });
            freezes = 0;
        }
    }

    /// A page that saw no frame at all names no picture, and browsers count a freeze only when
    /// it is over. Where the server gave a moving picture all the while, it stood still all the
    /// while. Of several pictures the page tells of the largest that moved, so one that stands
    /// beside another that moves is not seen here.
    fn frozen_or_as_felt(&self, first: i64, felt: &Felt) -> Felt {
        let mut held = self.seconds.iter().rev().take_while(|second| second.at >= first).peekable();
        let moving = |second: &Second| second.picture.is_some_and(|picture| picture.must_move());
        let frozen = felt.frames_per_second.is_none() && held.peek().is_some() && held.all(moving);
        if !frozen {
            return *felt;
        }
        Felt { frames_per_second: Some(0), frozen_ms: felt.span_ms, ..*felt }
    }

    /// What the person is given from now on. Returns what has changed on the ladder.
    pub(super) fn handle_delivered(
        &mut self,
        at: Timestamp,
        deliveries: &[Delivery],
        sound: Sound,
    ) -> Vec<Change> {
        self.picture = ladder::chief(deliveries);
        self.ladder.handle_delivered(&mut self.kept.trail, at, deliveries, sound)
    }

    /// How the person's own voice is asked for from now on.
    pub(super) fn handle_voice_wanted(&mut self, voice: VoiceWorth) {
        self.voice = match (voice.redundant, voice.packet_ms >= THIN_PACKET_MS) {
            (true, _) => Sound::Protected,
            (false, true) => Sound::Thin,
            (false, false) => Sound::Plain,
        };
    }

    /// Whether somebody signs on the person's screen.
    pub(super) fn handle_shown(&mut self, is_signing: bool) {
        self.is_signing = is_signing;
        self.kept.is_signing |= is_signing;
    }

    /// The person may have media from now on.
    pub(super) fn handle_let_in(&mut self, at: Timestamp) {
        self.awaited_since = Some(at);
    }

    /// Media can flow.
    pub(super) fn handle_connected(&mut self, at: Timestamp) {
        self.find_again(at);
        if let Some(since) = self.awaited_since.take() {
            let took = u32::try_from(ms_between(since, at)).unwrap_or(u32::MAX);
            self.kept.setup_ms = self.kept.setup_ms.or(Some(took));
        }
    }

    /// The media connection has ended as it was meant to; another may come.
    pub(super) fn handle_ended(&mut self, at: Timestamp) {
        self.ladder.close(&mut self.kept.trail, at);
        self.picture = None;
        self.voice = Sound::Plain;
    }

    /// The media connection is gone and was not meant to go.
    pub(super) fn handle_interrupted(&mut self, at: Timestamp) {
        self.handle_ended(at);
        self.kept.interruptions = self.kept.interruptions.saturating_add(1);
        self.lost_since = self.lost_since.or(Some(at));
    }

    /// The person was reached again another way, on the same connection. One who changed it while
    /// the former way still worked was not interrupted.
    pub(super) fn handle_reached(&mut self, unheard_ms: u32) {
        if unheard_ms < UNHEARD_MIN_MS {
            return;
        }
        self.kept.interruptions = self.kept.interruptions.saturating_add(1);
        self.kept.interrupted_ms = self.kept.interrupted_ms.saturating_add(unheard_ms.into());
    }

    /// The person is gone, or is waited for no longer.
    pub(super) fn handle_gone(&mut self, at: Timestamp) {
        self.handle_ended(at);
        self.find_again(at);
        self.awaited_since = None;
    }

    fn find_again(&mut self, at: Timestamp) {
        if let Some(since) = self.lost_since.take() {
            self.recent.add_loss(since, at);
            let lost = ms_between(since, at);
            self.kept.interrupted_ms = self.kept.interrupted_ms.saturating_add(lost);
        }
    }

    /// Half of the person's round trip, if it was measured a moment ago.
    pub(super) fn way_ms(&self, now: Timestamp) -> Option<u16> {
        let last = self.seconds.back()?;
        let is_near = now.as_second().saturating_sub(last.at) <= NEARBY_SECONDS;
        last.rtt_ms().filter(|_| is_near).map(|rtt| rtt / 2)
    }

    /// The seconds still held.
    pub(super) const fn seconds(&self) -> &VecDeque<Second> {
        &self.seconds
    }

    /// Reports and losses of the last minute.
    pub(super) const fn recent(&self) -> &Recent {
        &self.recent
    }

    /// Since when media is lost and not back.
    pub(super) const fn lost_since(&self) -> Option<Timestamp> {
        self.lost_since
    }

    /// What was folded so far; without the seconds still held.
    pub(super) const fn folded(&self) -> &Kept {
        &self.kept
    }

    /// All that lasts, as if the record ended now.
    pub(super) fn lasting(&self, now: Timestamp) -> Kept {
        let mut end = self.clone();
        end.ladder.settle(&mut end.kept.trail, now);
        end.find_again(now);
        end.seconds.iter().for_each(|second| end.kept.fold(second));
        end.kept
    }
}
