//! Live captions: from whoever writes them to those who are together with them.
//!
//! In: a line as it is being written, the circles. Out: the line to each who may read it; finished,
//! to a recording of everybody.
//! Never: kept here, logged or counted; a line to whoever came after it was begun, or so shortly
//! before that it may be of what was said until then.

use super::lesson::unix_ms;
use super::live::Live;
use super::wishes::is_language;
use crate::clock;
use crate::quota::{Limit, Quota};
use crate::role::may;
use crate::visit::{Circle, Refusal};
use bedside_signaling_api::caption::{
    CAPTION_CHARS_MAX, CAPTIONS_AT_ONCE, CAPTIONS_PER_SECOND, CaptionLine,
};
use bedside_signaling_api::recorder::RecorderCommand;
use bedside_signaling_api::socket::{Capability, RefusalCode, ServerMessage};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use tokio::time::Instant;
use uuid::Uuid;

const LIMIT: Limit = Limit { burst: CAPTIONS_AT_ONCE, per_second: CAPTIONS_PER_SECOND };

/// A line as its writer sends it.
#[derive(Debug)]
pub(super) struct Draft {
    pub(super) language: String,
    pub(super) number: u32,
    pub(super) text: String,
    pub(super) done: bool,
}

/// What is known of those who write, but for their words.
#[derive(Debug)]
pub(super) struct Captions {
    quota: Quota<Uuid>,
    line_by_writer: BTreeMap<Uuid, Line>,
    /// Since when a writer and a reader are in one circle.
    since_by_pair: BTreeMap<(Uuid, Uuid), Instant>,
    /// The recording that takes everybody, and since when.
    recorded: Option<(Uuid, Instant)>,
}

/// The line somebody writes.
#[derive(Debug, Clone, Copy)]
struct Line {
    number: u32,
    begun_at: Instant,
    done: bool,
}

impl Captions {
    pub(super) const fn new() -> Self {
        Self {
            quota: Quota::new(LIMIT),
            line_by_writer: BTreeMap::new(),
            since_by_pair: BTreeMap::new(),
            recorded: None,
        }
    }

    /// Takes in who is with whom. Two who move from one circle into another together stay together.
    fn arrange(&mut self, circles: &[(Uuid, Circle)], writers: &BTreeSet<Uuid>, now: Instant) {
        let known = std::mem::take(&mut self.since_by_pair);
        for (writer, own) in circles.iter().filter(|(id, _)| writers.contains(id)) {
            for (reader, _) in circles.iter().filter(|(_, circle)| circle == own) {
                let pair = (*writer, *reader);
                self.since_by_pair.insert(pair, known.get(&pair).copied().unwrap_or(now));
            }
        }
    }

    /// Takes in which recording takes everybody.
    fn record(&mut self, recording: Option<Uuid>, now: Instant) {
        let since = |id| match self.recorded {
            Some((known, since)) if known == id => since,
            Some(_) | None => now,
        };
        self.recorded = recording.map(|id| (id, since(id)));
    }

    /// Takes one sending of a line; when that line was begun.
    fn write(
        &mut self,
        writer: Uuid,
        (number, done): (u32, bool),
        now: Instant,
    ) -> Result<Instant, RefusalCode> {
        self.quota.take(writer, now.into_std()).map_err(|_| RefusalCode::TooMany)?;
        let same = self.line_by_writer.get(&writer).filter(|line| line.number == number);
        if same.is_some_and(|line| line.done) {
            return Err(RefusalCode::NotNow);
        }
        let begun_at = same.map_or(now, |line| line.begun_at);
        self.line_by_writer.insert(writer, Line { number, begun_at, done });
        Ok(begun_at)
    }

    /// Whether a line begun then is for this reader.
    fn is_for(&self, (writer, reader): (Uuid, Uuid), begun_at: Instant, lag: Duration) -> bool {
        let since = self.since_by_pair.get(&(writer, reader));
        writer == reader || since.is_some_and(|since| *since + lag <= begun_at)
    }

    /// The recording that keeps a line begun then.
    fn kept_in(&self, begun_at: Instant, lag: Duration) -> Option<Uuid> {
        let recorded = self.recorded.filter(|(_, since)| *since + lag <= begun_at);
        recorded.map(|(recording, _)| recording)
    }
}

impl Live {
    pub(super) fn caption(&mut self, from: Uuid, draft: Draft) -> Result<(), RefusalCode> {
        let Draft { language, number, text, done } = draft;
        if !is_language(&language) || !fits(&text) {
            return Err(RefusalCode::BadMessage);
        }
        let readers = self.visit.caption_readers(from).map_err(Refusal::code)?;
        self.note_company();
        let begun_at = self.captions.write(from, (number, done), Instant::now())?;
        let lag = self.rooms.limits.catch_up;
        let at_ms = unix_ms(clock::now());
        let line = CaptionLine { from, language, number, text, done, at_ms };
        for reader in readers {
            if self.captions.is_for((from, reader), begun_at, lag) {
                self.say(reader, ServerMessage::Caption { line: line.clone() });
            }
        }
        if done && !line.text.is_empty() {
            self.keep_caption(line, begun_at);
        }
        Ok(())
    }

    /// Takes in who is together with those who write, and whether all of them are recorded.
    pub(super) fn note_company(&mut self) {
        let seats = self.visit.seats().iter();
        let writers =
            seats.filter(|seat| may(seat.role, Capability::Caption)).map(|seat| seat.id).collect();
        let now = Instant::now();
        self.captions.arrange(&self.visit.circles(), &writers, now);
        self.captions.record(self.visit.recording_of_captions(), now);
    }

    /// A finished line goes into the recording, sealed as everything in it. What is written in a
    /// sidebar does not: nothing of a sidebar is recorded.
    fn keep_caption(&mut self, line: CaptionLine, begun_at: Instant) {
        let main = |(id, circle): (Uuid, Circle)| id == line.from && circle == Circle::Main;
        let in_common = self.visit.circles().into_iter().any(main);
        let recording = self.captions.kept_in(begun_at, self.rooms.limits.catch_up);
        if let (true, Some(recording), Some(taking)) = (in_common, recording, &mut self.taking) {
            let CaptionLine { from: participant, language, text, .. } = line;
            let say = RecorderCommand::Say { recording, participant, language, text };
            // A recorder that is behind gets the media first; the visit does not wait for it.
            if taking.owed.offer(say).is_err() {
                tracing::warn!(visit = %self.id, %recording, "a caption was left out");
            }
        }
    }
}

/// One line, and not too long a one; an empty one takes back what was there.
fn fits(text: &str) -> bool {
    text.chars().count() <= CAPTION_CHARS_MAX && !text.chars().any(char::is_control)
}

#[cfg(test)]
mod tests;
