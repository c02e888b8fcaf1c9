//! One recording in the making, as one film: packets of those who agreed go in, plaintext parts of
//! a Matroska file with one picture and one sound come out, to be sealed.
//!
//! It speaks like `Taker`, but a part comes later than its media: the film waits for frames of
//! the same moment and is made on a thread of its own. So whoever rests or ends it has to ask
//! again (`is_resting`), or wait (`finish`).
//!
//! In: packets and captions with the time they come; who may be recorded. Out: parts, wishes for
//! whole pictures, and whether the film keeps up.
//! Never: waits for the film, but in `finish`; keeps a packet of somebody not named.

use super::epoch::{Epoch, Named};
use super::frames::{Frames, Heard};
use super::note::Happened;
use super::{Frame, Start};
use crate::composite::{Composed, Composite, CompositeFault, HOLD_MS};
use crate::dating::Timeline;
use crate::film::Plan;
use crate::part::PlainPart;
use bedside_sfu_api::{ParticipantId, RoomId, Source, Tapped, Turn};
use bedside_signaling_api::recorder::Labelled;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::{Duration, Instant};

/// How often the film is told how late it is, and asked what it has made.
const TICK: Duration = Duration::from_millis(100);

/// Whether a film that is made live keeps up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keeping {
    /// Pictures are missing in it.
    TooSlow,
    /// It keeps up again.
    KeepsUp,
    /// It has ended: an encoder failed. Nothing more comes.
    Ended,
}

/// A recording in the making, as one film.
#[derive(Debug)]
pub struct FilmTaker {
    start: Start,
    timeline: Timeline,
    frames: Frames,
    composite: Composite,
    /// People of turns that have been asked, and of the one that is being written.
    people_by_turn: BTreeMap<Turn, Vec<Labelled>>,
    epoch: Option<Epoch>,
    next_epoch: u32,
    /// Up to where the film has come, in milliseconds of the recording.
    made_ms: u64,
    told_at: Instant,
    has_ended: bool,
    parts: VecDeque<PlainPart>,
    wishes: BTreeSet<(ParticipantId, Source)>,
    keeping: VecDeque<Keeping>,
}

impl FilmTaker {
    /// Of nobody yet, on these cores.
    ///
    /// # Errors
    /// The film's thread or an encoder does not start.
    pub fn new(
        now: Instant,
        start: Start,
        plan: Plan,
        cores: &[usize],
    ) -> Result<Self, CompositeFault> {
        let timeline = Timeline::new(now, start.from_ms);
        Ok(Self {
            start,
            timeline,
            frames: Frames::new(RoomId(start.visit), timeline),
            composite: Composite::new(plan, cores)?,
            people_by_turn: BTreeMap::new(),
            epoch: None,
            next_epoch: start.first_epoch,
            made_ms: start.from_ms,
            told_at: now,
            has_ended: false,
            parts: VecDeque::new(),
            wishes: BTreeSet::new(),
            keeping: VecDeque::new(),
        })
    }

    /// Things that came and were not to be recorded.
    #[must_use]
    pub const fn refused(&self) -> u64 {
        self.frames.refused()
    }

    /// These people are in the film from now on, and nobody else.
    pub fn allow(&mut self, now: Instant, turn: Turn, people: &[Labelled]) {
        self.frames.rest(now);
        self.feed(now);
        self.frames.allow(turn, people.iter().map(|labelled| ParticipantId(labelled.participant)));
        self.people_by_turn.insert(turn, people.to_vec());
        self.composite.allow(turn, self.timeline.ms(now), people);
    }

    /// Nobody is in the film from now on. What came before is still made.
    pub fn rest(&mut self, now: Instant) {
        self.frames.rest(now);
        self.feed(now);
        self.composite.rest(self.timeline.ms(now));
    }

    /// Whether everything that was asked is in parts, and nobody is in the film.
    #[must_use]
    pub fn is_resting(&self) -> bool {
        self.people_by_turn.is_empty() && self.epoch.is_none()
    }

    /// Something was taken in the visit.
    pub fn handle_tapped(&mut self, now: Instant, tapped: Tapped) {
        self.frames.handle_tapped(now, tapped);
        self.feed(now);
    }

    /// A line for people's eyes, such as a caption.
    pub fn handle_say(
        &mut self,
        now: Instant,
        participant: ParticipantId,
        language: String,
        text: String,
    ) {
        let (participant, at_ms) = (participant.0, self.timeline.ms(now));
        self.note(Happened::Caption { participant, language, text, at_ms });
    }

    /// Time has passed.
    pub fn handle_timeout(&mut self, now: Instant) {
        self.frames.handle_timeout(now);
        self.feed(now);
        self.told_at = now;
        self.composite.handle_now(self.timeline.ms(now));
        while let Some(composed) = self.composite.poll() {
            self.take(now, composed);
        }
        if !self.has_ended && !self.composite.is_alive() {
            self.has_ended = true;
            self.keeping.push_back(Keeping::Ended);
        }
        if let Some(epoch) = self.epoch.as_mut().filter(|epoch| epoch.is_due(now)) {
            self.parts.push_back(epoch.cut((now, self.made_ms), false));
        }
    }

    /// When `handle_timeout` has something to do.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Instant> {
        let tick = (!self.is_resting()).then(|| self.told_at + TICK);
        self.frames.poll_timeout().into_iter().chain(tick).min()
    }

    /// The next part to seal.
    pub fn poll_part(&mut self) -> Option<PlainPart> {
        self.parts.pop_front()
    }

    /// A whole picture is needed of this track.
    pub fn poll_refresh(&mut self) -> Option<(ParticipantId, Source)> {
        self.frames.poll_refresh().or_else(|| self.wishes.pop_first())
    }

    /// Whether the film keeps up, whenever that changes.
    pub fn poll_keeping(&mut self) -> Option<Keeping> {
        self.keeping.pop_front()
    }

    /// Ends the recording: waits for what is still being made, and gives the last parts.
    #[must_use]
    pub fn finish(mut self, now: Instant) -> Vec<PlainPart> {
        self.rest(now);
        for composed in self.composite.finish() {
            self.take(now, composed);
        }
        self.close(now);
        self.parts.into()
    }

    /// Gives the film what has become of the packets.
    fn feed(&mut self, now: Instant) {
        while let Some(heard) = self.frames.poll() {
            match heard {
                Heard::Frame(frame) => self.composite.handle_frame(frame),
                Heard::Gap(gap) => {
                    if let Some(epoch) = &mut self.epoch {
                        epoch.missing(gap);
                    }
                }
                // The film's own clock is the recording's: there is nothing to date once more.
                Heard::Report(_) => {}
                Heard::Missed(packets) => {
                    self.note(Happened::Missed { packets, at_ms: self.timeline.ms(now) });
                }
            }
        }
    }

    fn note(&mut self, happened: Happened) {
        if let Some(epoch) = &mut self.epoch {
            epoch.note(happened);
        }
    }

    fn take(&mut self, now: Instant, composed: Composed) {
        match composed {
            Composed::Frame(turn, frame) => self.take_frame(now, turn, frame),
            Composed::Rested(turn) => {
                self.people_by_turn.retain(|other, _| *other > turn);
                self.close(now);
            }
            Composed::Refresh(participant, source) => {
                self.wishes.insert((participant, source));
            }
            Composed::TooSlow => self.keeping.push_back(Keeping::TooSlow),
            Composed::KeepsUp => self.keeping.push_back(Keeping::KeepsUp),
        }
    }

    /// A frame of the film; the first of a turn begins an epoch.
    fn take_frame(&mut self, now: Instant, turn: Turn, frame: Frame) {
        self.made_ms = self.made_ms.max(frame.at_ms);
        if self.epoch.as_ref().is_none_or(|epoch| epoch.turn() != turn) {
            self.close(now);
            self.people_by_turn.retain(|other, _| *other >= turn);
            let people = self.people_by_turn.get(&turn).cloned().unwrap_or_default();
            let number = self.next_epoch;
            self.next_epoch = number.saturating_add(1);
            // It began when the turn did; its first part is due by that, not by when it came.
            let began = now.checked_sub(Duration::from_millis(HOLD_MS)).unwrap_or(now);
            let named = Named { number, turn, people };
            self.epoch = Some(Epoch::new(self.start, named, (began, frame.at_ms)));
        }
        // Both streams begin within the first part, so no frame comes back.
        if let Some(epoch) = &mut self.epoch {
            epoch.take(frame);
        }
    }

    fn close(&mut self, now: Instant) {
        if let Some(mut epoch) = self.epoch.take() {
            self.parts.push_back(epoch.cut((now, self.made_ms), true));
        }
    }
}

#[cfg(test)]
mod tests;
