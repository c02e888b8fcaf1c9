//! One recording in the making: packets of those who agreed go in, plaintext parts of a Matroska
//! file come out, to be sealed.
//!
//! A stretch with the same people and tracks is an *epoch*, a file of its own. It comes in parts
//! that are one after the other the file: the header in the first, then clusters, so that each
//! part can be sealed and stored as soon as it is there. What a file needs to know of a track is
//! known only with its first frame; the first part stays open for a while, so whoever begins to
//! speak or to be seen in that time costs no further epoch.
//!
//! In: packets, reports and captions with the time they come; who may be recorded. Out: parts, and
//! wishes for whole pictures.
//! Never: reads a clock; keeps a packet of another turn, another room or of somebody not named;
//! writes anything down.

mod epoch;
pub mod filmed;
pub mod frames;
mod lane;
pub mod note;
mod part;
mod picture;
mod voice;

use bedside_sfu_api::{Codec, ParticipantId, RoomId, Source, Tapped, Turn};
use bedside_signaling_api::recorder::Labelled;
use epoch::{Epoch, Named};
use frames::{Frames, Heard};
use jiff::Timestamp;
use note::Happened;
use std::collections::VecDeque;
use std::time::{Duration, Instant};
use uuid::Uuid;

use crate::dating::Timeline;
use crate::part::PlainPart;

/// With what a recording begins, or goes on after the recorder had to start anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Start {
    /// The visit; the id of its room.
    pub visit: Uuid,
    /// The recording.
    pub recording: Uuid,
    /// The wall clock now. It is read this once and only written down; from here on the recording
    /// has its own.
    pub at: Timestamp,
    /// How long a part is.
    pub part: Duration,
    /// The number of the first epoch.
    pub first_epoch: u32,
    /// How old the recording is already, in milliseconds.
    pub from_ms: u64,
}

/// A frame of somebody's track.
#[derive(Clone, PartialEq, Eq)]
pub struct Frame {
    /// Whose, and which of theirs.
    pub track: (ParticipantId, Source),
    /// How it is encoded.
    pub codec: Codec,
    /// When it was said or seen, in milliseconds of the recording; rising within a track.
    pub at_ms: u64,
    /// Whether a decoder can begin with it. The first of a track always is such a one, and so is
    /// the first after something was lost.
    pub key: bool,
    /// The frame as a container holds it: H.264 with a length of four bytes before each unit, the
    /// parameter sets among them; AV1 as units with sizes and no temporal delimiter.
    pub data: Vec<u8>,
}

impl std::fmt::Debug for Frame {
    /// Without what it holds, which is nobody's to read in a log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Frame")
            .field("track", &self.track)
            .field("codec", &self.codec)
            .field("at_ms", &self.at_ms)
            .field("key", &self.key)
            .field("bytes", &self.data.len())
            .finish()
    }
}

/// A recording in the making, as tracks.
#[derive(Debug)]
pub struct Taker {
    start: Start,
    timeline: Timeline,
    frames: Frames,
    people: Vec<Labelled>,
    epoch: Option<Epoch>,
    next_epoch: u32,
    parts: VecDeque<PlainPart>,
}

impl Taker {
    /// Of nobody yet.
    #[must_use]
    pub fn new(now: Instant, start: Start) -> Self {
        let timeline = Timeline::new(now, start.from_ms);
        Self {
            start,
            timeline,
            frames: Frames::new(RoomId(start.visit), timeline),
            people: Vec::new(),
            epoch: None,
            next_epoch: start.first_epoch,
            parts: VecDeque::new(),
        }
    }

    /// Things that came and were not to be recorded: of another turn, of another room, of somebody
    /// not named, or no media of their kind.
    #[must_use]
    pub const fn refused(&self) -> u64 {
        self.frames.refused()
    }

    /// These people are recorded from now on, and nobody else. Ends the epoch that runs, with all
    /// that came before, and begins another.
    pub fn allow(&mut self, now: Instant, turn: Turn, people: &[Labelled]) {
        self.rest(now);
        self.frames.allow(turn, people.iter().map(|labelled| ParticipantId(labelled.participant)));
        self.people = people.to_vec();
        self.begin(now, turn);
    }

    /// Nobody is recorded from now on. Ends the epoch that runs, with all that came before.
    pub fn rest(&mut self, now: Instant) {
        self.frames.rest(now);
        self.take(now);
        self.close(now);
        self.people.clear();
    }

    /// Something was taken in the visit.
    pub fn handle_tapped(&mut self, now: Instant, tapped: Tapped) {
        self.frames.handle_tapped(now, tapped);
        self.take(now);
        self.cut_if_due(now);
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
        self.with_epoch(|epoch| {
            epoch.note(Happened::Caption { participant, language, text, at_ms });
        });
        self.cut_if_due(now);
    }

    /// Time has passed.
    pub fn handle_timeout(&mut self, now: Instant) {
        self.frames.handle_timeout(now);
        self.take(now);
        self.cut_if_due(now);
    }

    /// When `handle_timeout` has something to do.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Instant> {
        let due = self.epoch.as_ref().map(Epoch::due);
        self.frames.poll_timeout().into_iter().chain(due).min()
    }

    /// The next part to seal.
    pub fn poll_part(&mut self) -> Option<PlainPart> {
        self.parts.pop_front()
    }

    /// A whole picture is needed of this track.
    pub fn poll_refresh(&mut self) -> Option<(ParticipantId, Source)> {
        self.frames.poll_refresh()
    }

    /// Takes in what has become of the packets.
    fn take(&mut self, now: Instant) {
        while let Some(heard) = self.frames.poll() {
            match heard {
                Heard::Frame(frame) => self.take_frame(now, frame),
                Heard::Gap(gap) => self.with_epoch(|epoch| epoch.missing(gap)),
                Heard::Report(report) => {
                    self.with_epoch(|epoch| epoch.note(Happened::Report(report)));
                }
                Heard::Missed(packets) => {
                    let at_ms = self.timeline.ms(now);
                    self.with_epoch(|epoch| epoch.note(Happened::Missed { packets, at_ms }));
                }
            }
        }
    }

    fn with_epoch(&mut self, change: impl FnOnce(&mut Epoch)) {
        if let Some(epoch) = &mut self.epoch {
            change(epoch);
        }
    }

    fn take_frame(&mut self, now: Instant, frame: Frame) {
        let Some(epoch) = &mut self.epoch else { return };
        let track = frame.track;
        let Some(frame) = epoch.take(frame) else { return };
        // A track that the header does not name: another epoch, for which every picture has to
        // begin anew; this one does.
        let turn = epoch.turn();
        self.close(now);
        self.begin(now, turn);
        self.frames.begin_anew(now, track);
        self.with_epoch(|epoch| {
            epoch.take(frame);
        });
    }

    fn begin(&mut self, now: Instant, turn: Turn) {
        let number = self.next_epoch;
        self.next_epoch = number.saturating_add(1);
        let named = Named { number, turn, people: self.people.clone() };
        self.epoch = Some(Epoch::new(self.start, named, (now, self.timeline.ms(now))));
    }

    fn close(&mut self, now: Instant) {
        if let Some(mut epoch) = self.epoch.take() {
            self.parts.push_back(epoch.cut((now, self.timeline.ms(now)), true));
        }
    }

    fn cut_if_due(&mut self, now: Instant) {
        let to = (now, self.timeline.ms(now));
        if let Some(epoch) = self.epoch.as_mut().filter(|epoch| epoch.is_due(now)) {
            self.parts.push_back(epoch.cut(to, false));
        }
    }
}

#[cfg(test)]
mod tests;
