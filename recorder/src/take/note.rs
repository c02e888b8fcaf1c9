//! What stands in a part beside the media, as JSON in Matroska's tags.
//!
//! In: what a recording is and what happened in it. Out: texts; and from such texts the same again
//! for whoever opened the part.
//! Never: stands anywhere but inside a sealed part: it has names and words of people in it.

use crate::composite::FILM;
use bedside_sfu_api::{ParticipantId, Source};
use serde::{Deserialize, Serialize};
use std::str::FromStr;
use uuid::Uuid;

/// Tag of an epoch's first part: who its people are.
pub const PEOPLE: &str = "BEDSIDE_PEOPLE";
/// Tag at the end of a part: what happened in it.
pub const EVENTS: &str = "BEDSIDE_EVENTS";

/// Somebody who is recorded in an epoch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonNote {
    /// Their id in the visit.
    pub participant: Uuid,
    /// What stands under their picture.
    pub label: String,
}

/// Something that happened in a part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Happened {
    /// Media is missing.
    Gap(Gap),
    /// A sender's report, as it came, so that everything can be dated once more.
    Report(Report),
    /// The way to the recorder was full, and packets were left out.
    Missed {
        /// How many.
        packets: u64,
        /// When it was noticed, in milliseconds of the recording.
        at_ms: u64,
    },
    /// A line for people's eyes.
    Caption {
        /// Who said it, or for whom it is written.
        participant: Uuid,
        /// Its language (BCP 47).
        language: String,
        /// What is said.
        text: String,
        /// When, in milliseconds of the recording.
        at_ms: u64,
    },
    /// More happened than a part has room for.
    More {
        /// How much more.
        count: u64,
    },
}

/// Media that is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    /// Of which track.
    pub track: TrackName,
    /// From then on, in milliseconds of the recording.
    pub from_ms: u64,
    /// Up to here.
    pub to_ms: u64,
    /// Why.
    pub why: Why,
}

/// Why media is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// Packets were lost on the way and not repeated in time.
    Loss,
    /// What came was not of its codec.
    Malformed,
    /// A picture was larger than any worth keeping.
    TooLarge,
    /// The sender's stream or an epoch began, and a whole picture was waited for.
    Beginning,
}

/// A sender's report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// Of which track.
    pub track: TrackName,
    /// Which stream of it.
    pub ssrc: u32,
    /// When it came, in milliseconds of the recording.
    pub arrival_ms: u64,
    /// The sender's clock, as in RFC 3550 section 6.4.1.
    pub ntp: u64,
    /// The same moment in the stream's timestamps.
    pub timestamp: u32,
    /// What that moment was dated here: with it, frames' times lead back to timestamps.
    pub dated_ms: u64,
}

/// A track's name: `<participant>/<microphone|camera|screen>`; `film/…` where it is everybody's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct TrackName(pub ParticipantId, pub Source);

/// In place of a person's id, where the track is everybody's.
const FILM_NAME: &str = "film";

const SOURCE_NAMES: [(Source, &str); 3] =
    [(Source::Microphone, "microphone"), (Source::Camera, "camera"), (Source::Screen, "screen")];

impl std::fmt::Display for TrackName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let name = SOURCE_NAMES.iter().find(|&&(source, _)| source == self.1);
        let name = name.map_or("", |&(_, name)| name);
        if self.0 == FILM {
            write!(f, "{FILM_NAME}/{name}")
        } else {
            write!(f, "{}/{name}", self.0)
        }
    }
}

impl From<TrackName> for String {
    fn from(name: TrackName) -> Self {
        name.to_string()
    }
}

/// A text that is no track's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is no name of a track")]
pub struct NoTrackName;

impl FromStr for TrackName {
    type Err = NoTrackName;

    fn from_str(text: &str) -> Result<Self, NoTrackName> {
        let (participant, wanted) = text.split_once('/').ok_or(NoTrackName)?;
        let participant = match participant {
            FILM_NAME => FILM,
            id => ParticipantId(id.parse().map_err(|_| NoTrackName)?),
        };
        let source = SOURCE_NAMES.iter().find(|&&(_, name)| name == wanted);
        source.map(|&(source, _)| Self(participant, source)).ok_or(NoTrackName)
    }
}

impl TryFrom<String> for TrackName {
    type Error = NoTrackName;

    fn try_from(text: String) -> Result<Self, NoTrackName> {
        text.parse()
    }
}

/// The text of a note.
#[must_use]
pub fn text<T: Serialize + ?Sized>(note: &T) -> String {
    serde_json::to_string(note).expect("plain structs with text keys become JSON")
}
