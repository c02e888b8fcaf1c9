//! Walks through a recording in the order of its clock.
//!
//! In: an open recording. Out: who is there, frames, captions, gaps and pauses, one after another.
//! Never: more than two parts in memory; a picture whose decoder would have to know one that is
//! missing.

use super::Recording;
use super::part::{self, Head, Read};
use super::warning::Warning;
use crate::manifest::Part;
use crate::take::Frame;
use crate::take::note::{Gap, Happened};
use bedside_sfu_api::Source;
use bedside_signaling_api::recorder::Labelled;
use std::collections::{BTreeSet, VecDeque};
use uuid::Uuid;

/// Between two epochs, nothing recorded for longer than this was meant so: a pause, or nobody who
/// had agreed. Shorter is the change from one to the other.
const PAUSE_MS_MIN: u64 = 2_000;

/// What comes next.
#[derive(Debug, Clone)]
pub enum Event {
    /// From here on these people are there, and nobody else.
    People {
        /// When.
        at_ms: u64,
        /// In which epoch.
        epoch: u32,
        /// Who.
        people: Vec<Labelled>,
    },
    /// A frame.
    Frame(Frame),
    /// Something said in writing.
    Caption {
        /// When.
        at_ms: u64,
        /// Who said it, or for whom it is written.
        participant: Uuid,
        /// Its language.
        language: String,
        /// It.
        text: String,
    },
    /// Something is missing of a track.
    Gap(Gap),
    /// Nothing was recorded between these moments, and nothing was to be.
    Paused {
        /// From then on.
        from_ms: u64,
        /// Until here.
        to_ms: u64,
    },
    /// Everything before this moment has come.
    Mark(u64),
}

/// A walk through a recording.
#[derive(Debug)]
pub struct Reading<'a> {
    recording: &'a Recording,
    parts: std::slice::Iter<'a, Part>,
    /// The epoch that runs, and what its first part said.
    epoch: Option<(u32, Head)>,
    /// The part of it that comes next.
    next_n: u32,
    /// Tracks of which a picture is missing: they wait for one that needs none before it.
    broken: BTreeSet<u8>,
    /// Frames that one of the next part may come before.
    held: Vec<Frame>,
    events: VecDeque<Event>,
    /// Until when everything has come.
    clock_ms: u64,
    /// The last epoch that was told to have no beginning.
    headless: Option<u32>,
    warnings: Vec<Warning>,
}

impl<'a> Reading<'a> {
    pub(super) fn new(recording: &'a Recording, from_ms: u64) -> Self {
        let parts = recording.parts();
        // The epoch's first part is always read: it says who is in it.
        let first = parts.partition_point(|part| part.to_ms < from_ms && !part.found);
        let mut reading = Self {
            recording,
            parts: parts.get(first..).unwrap_or_default().iter(),
            epoch: None,
            next_n: 0,
            broken: BTreeSet::new(),
            held: Vec::new(),
            events: VecDeque::new(),
            clock_ms: 0,
            headless: None,
            warnings: Vec::new(),
        };
        if let Some(part) = parts.get(first).filter(|part| part.n > 0) {
            reading.begin_inside(part);
        }
        reading
    }

    /// What is wrong with what has been read; each is told once.
    pub fn take_warnings(&mut self) -> Vec<Warning> {
        std::mem::take(&mut self.warnings)
    }

    /// Begins with a part in the middle of its epoch.
    fn begin_inside(&mut self, part: &Part) {
        let recording = self.recording;
        let first = recording.firsts().find(|first| first.epoch == part.epoch);
        let head = first.and_then(|first| part::read(recording, first, &mut Vec::new()));
        if let Some(Read { head, .. }) = head {
            self.clock_ms = part.from_ms;
            self.enter(part.epoch, part.from_ms, head);
            self.next_n = part.n;
            self.break_pictures();
        }
    }

    fn enter(&mut self, epoch: u32, at_ms: u64, head: Head) {
        let people = head.people.clone();
        self.events.push_back(Event::People { at_ms, epoch, people });
        self.broken.clear();
        self.epoch = Some((epoch, head));
    }

    /// Every picture waits for one that needs none before it.
    fn break_pictures(&mut self) {
        if let Some((_, head)) = &self.epoch {
            let pictures = head.track_by_number.iter();
            let pictures = pictures.filter(|(_, (name, _))| name.1 != Source::Microphone);
            self.broken = pictures.map(|(number, _)| *number).collect();
        }
    }

    fn step(&mut self, part: &Part) {
        let is_same = self.epoch.as_ref().is_some_and(|(epoch, _)| *epoch == part.epoch);
        if !is_same {
            self.leave();
        }
        let read = part::read(self.recording, part, &mut self.warnings);
        if !is_same && !self.begin(part, read.as_ref()) {
            return;
        }
        if part.n != self.next_n || read.is_none() {
            self.break_pictures();
        }
        self.next_n = part.n.saturating_add(1);
        let Some(read) = read else {
            self.let_go();
            self.mark(part.to_ms);
            return;
        };
        let is_whole = read.whole;
        self.take(read);
        if !is_whole {
            self.break_pictures();
        }
    }

    /// The epoch before is over.
    fn leave(&mut self) {
        self.let_go();
        self.epoch = None;
    }

    /// Nothing of the next part comes before what is held.
    fn let_go(&mut self) {
        let held = std::mem::take(&mut self.held);
        let last = held.last().map_or(0, |frame| frame.at_ms);
        self.events.extend(held.into_iter().map(Event::Frame));
        self.mark(last);
    }

    /// Begins an epoch with its first part; false if that cannot be used.
    fn begin(&mut self, part: &Part, read: Option<&Read>) -> bool {
        let Some(read) = read.filter(|_| part.n == 0) else {
            if self.headless.replace(part.epoch) != Some(part.epoch) {
                self.warnings.push(Warning::Headless(part.epoch));
            }
            return false;
        };
        if read.from_ms >= self.clock_ms.saturating_add(PAUSE_MS_MIN) {
            let (from_ms, to_ms) = (self.clock_ms, read.from_ms);
            self.events.push_back(Event::Paused { from_ms, to_ms });
            self.clock_ms = to_ms;
        }
        let at_ms = read.from_ms.max(self.clock_ms);
        self.enter(part.epoch, at_ms, read.head.clone());
        self.next_n = 0;
        true
    }

    /// Takes in what is in a part.
    fn take(&mut self, read: Read) {
        let Some((_, head)) = &self.epoch else { return };
        let mut frames = Vec::new();
        for numbered in read.frames {
            let number = numbered.track;
            let Some((name, track)) = head.track_by_number.get(&number) else { continue };
            if numbered.key {
                self.broken.remove(&number);
            }
            if !self.broken.contains(&number) {
                frames.push(numbered.named(*name, track.codec));
            }
        }
        for happened in read.happened {
            match happened {
                Happened::Caption { participant, language, text, at_ms } => {
                    self.events.push_back(Event::Caption { at_ms, participant, language, text });
                }
                Happened::Gap(gap) => self.events.push_back(Event::Gap(gap)),
                Happened::Report(_) | Happened::Missed { .. } | Happened::More { .. } => {}
            }
        }
        let first = frames.iter().map(|frame| frame.at_ms).min().unwrap_or(read.from_ms);
        self.held.append(&mut frames);
        self.held.sort_by_key(|frame| frame.at_ms);
        let ready = self.held.partition_point(|frame| frame.at_ms < first);
        let later = self.held.split_off(ready);
        let sure = std::mem::replace(&mut self.held, later);
        self.events.extend(sure.into_iter().map(Event::Frame));
        self.mark(first);
    }

    fn mark(&mut self, at_ms: u64) {
        if at_ms > self.clock_ms {
            self.clock_ms = at_ms;
            self.events.push_back(Event::Mark(at_ms));
        }
    }
}

impl Iterator for Reading<'_> {
    type Item = Event;

    fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.events.pop_front() {
                return Some(event);
            }
            match self.parts.next() {
                Some(part) => self.step(part),
                None if self.held.is_empty() => return None,
                None => self.leave(),
            }
        }
    }
}

/// The tracks of a recording's people, as its epochs say.
pub(crate) fn heads(recording: &Recording) -> Vec<(u32, Head)> {
    let first = |first: &Part| {
        let read = part::read(recording, first, &mut Vec::new())?;
        Some((first.epoch, read.head))
    };
    recording.firsts().filter_map(first).collect()
}

#[cfg(test)]
mod tests;
