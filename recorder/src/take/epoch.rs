//! A stretch of a recording with the same people and tracks: one Matroska file in parts.
//!
//! In: frames and what happened. Out: parts.
//! Never: a block of a track that the header does not name, or that a decoder cannot begin with.

use super::note::{Gap, Happened, PEOPLE, PersonNote, TrackName, text};
use super::part::Part;
use super::{Frame, Start};
use crate::binding::TAG as PART;
use crate::depacketise::describe;
use crate::matroska::{NUMBER_MAX, Track, write};
use crate::part::{Binding, PlainPart};
use bedside_sfu_api::{Codec, ParticipantId, Source, Turn};
use bedside_signaling_api::recorder::Labelled;
use jiff::Timestamp;
use std::time::{Duration, Instant};

/// Longest first part of an epoch. Staff are told within three seconds that a recording runs, and
/// are so by a first part on the disk, which may be slow: half the time is left to it. Shorter would
/// make more epochs of people who come one after the other.
const FIRST_PART_MAX: Duration = Duration::from_millis(1_500);
/// Where Matroska's dates begin, in seconds of Unix time: 2001-01-01.
const DATES_BEGIN: i64 = 978_307_200;

/// What an epoch is called, and whose it is.
#[derive(Debug)]
pub(super) struct Named {
    pub(super) number: u32,
    pub(super) turn: Turn,
    pub(super) people: Vec<Labelled>,
}

/// An epoch that is being written.
#[derive(Debug)]
pub(super) struct Epoch {
    start: Start,
    named: Named,
    declared: Vec<Declared>,
    /// The number of the open part. The header can take another track while it is the first.
    n: u32,
    part: Part,
}

/// A track of the epoch.
#[derive(Debug)]
struct Declared {
    of: (ParticipantId, Source),
    codec: Codec,
    track: Track,
}

impl Epoch {
    pub(super) const fn new(start: Start, named: Named, (now, from_ms): (Instant, u64)) -> Self {
        Self { start, named, declared: Vec::new(), n: 0, part: Part::new(now, from_ms) }
    }

    pub(super) const fn turn(&self) -> Turn {
        self.named.turn
    }

    /// When the open part is to be closed.
    pub(super) fn due(&self) -> Instant {
        let first = if self.n == 0 { FIRST_PART_MAX } else { Duration::MAX };
        self.part.began() + self.start.part.min(first)
    }

    pub(super) fn is_due(&self, now: Instant) -> bool {
        self.part.is_full() || self.due() <= now
    }

    /// A frame. Given back if its track needs another epoch.
    pub(super) fn take(&mut self, frame: Frame) -> Option<Frame> {
        let known =
            |declared: &&Declared| declared.of == frame.track && declared.codec == frame.codec;
        if let Some(declared) = self.declared.iter().find(known) {
            self.part.take(declared.track.number, frame);
            return None;
        }
        // Nobody could show it without the whole picture it builds on.
        if !frame.key {
            return None;
        }
        if self.n > 0 {
            return Some(frame);
        }
        if let Some(track) = self.declare(&frame) {
            self.part.take(track, frame);
        }
        None
    }

    /// Gives the frame's track a number. `None` if there are too many, or it is nothing that a
    /// decoder can begin with.
    fn declare(&mut self, frame: &Frame) -> Option<u8> {
        let (shape, private) = describe(frame.codec, &frame.data)?;
        let number = u8::try_from(self.declared.len()).ok()?.checked_add(1)?;
        if number > NUMBER_MAX {
            return None;
        }
        let name = TrackName(frame.track.0, frame.track.1).to_string();
        let uid = uid(&self.start, self.named.number, number);
        let track = Track { number, uid, codec: frame.codec, name, shape, private };
        self.declared.push(Declared { of: frame.track, codec: frame.codec, track });
        Some(number)
    }

    pub(super) fn missing(&mut self, gap: Gap) {
        self.part.missing(gap);
    }

    pub(super) fn note(&mut self, happened: Happened) {
        self.part.note(happened);
    }

    /// Closes the open part and begins the next.
    pub(super) fn cut(&mut self, (now, now_ms): (Instant, u64), last: bool) -> PlainPart {
        let part = std::mem::replace(&mut self.part, Part::new(now, now_ms));
        let (n, from_ms, missing_ms) = (self.n, part.began_ms(), part.missing_ms());
        self.n = n.saturating_add(1);
        let mut plain = Vec::new();
        let Start { visit, recording, .. } = self.start;
        let which = text(&Binding { visit, recording, epoch: self.named.number, n, from_ms });
        if n == 0 {
            let tracks: Vec<Track> = self.declared.iter().map(|d| d.track.clone()).collect();
            write::header(&mut plain, date_ns(self.start.at, self.start.from_ms), &tracks);
            let people = text(&people(&self.named.people));
            write::tags(&mut plain, &[(PART, &which), (PEOPLE, &people)]);
        } else {
            write::tags(&mut plain, &[(PART, &which)]);
        }
        part.write(&mut plain);
        PlainPart {
            epoch: self.named.number,
            n,
            turn: self.named.turn.0,
            from_ms,
            to_ms: now_ms,
            last_of_epoch: last,
            plain: plain.into(),
            missing_ms,
        }
    }
}

fn people(people: &[Labelled]) -> Vec<PersonNote> {
    let note = |labelled: &Labelled| PersonNote {
        participant: labelled.participant,
        label: labelled.label.clone(),
    };
    people.iter().map(note).collect()
}

/// A number of the track that no other of the recording has, and that is not zero.
fn uid(start: &Start, epoch: u32, number: u8) -> u64 {
    let (high, _) = start.recording.as_u64_pair();
    let place = u64::from(epoch) << 8 | u64::from(number);
    (high ^ place.rotate_left(24)).max(1)
}

/// The wall clock at the recording's beginning, as Matroska has it.
fn date_ns(at: Timestamp, from_ms: u64) -> i64 {
    let ns = at.as_nanosecond() - i128::from(DATES_BEGIN) * 1_000_000_000;
    i64::try_from(ns - i128::from(from_ms) * 1_000_000).unwrap_or_default()
}
