//! Interpretation on the WebSocket: channels, who speaks into them, who is heard how loud.
//!
//! In and out: parts of the messages of `visit.v1`. Languages are primary subtags of BCP 47 in
//! lower case (`de`, not `de-AT`): what is heard is a tongue, however it would be written. A sign
//! language is its own code (`ase`, not `sgn-US`).
//! Never: sound; the media plane carries it, and a page sets its own volume.

use crate::quality::{Measure, Verdict};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use uuid::Uuid;

/// How a visit is interpreted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum InterpretingMode {
    /// Interpreters speak in turn with the others, and everybody hears everybody.
    #[default]
    Consecutive,
    /// Interpreters speak while the others do, each into one language channel.
    Simultaneous,
}

/// How loud somebody is to be heard. A page moves between them by a ramp, never by a jump.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Not at all; the server does not send it.
    Silent,
    /// Under an interpreter's voice: 18 dB less.
    Ducked,
    /// As it is.
    Full,
}

/// How loud one person is to be heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Heard {
    /// Who.
    pub participant: Uuid,
    /// How loud.
    pub level: Level,
}

/// What an interpreter does at the moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Direction {
    /// The language they listen for.
    pub from: String,
    /// The language they speak; its channel is theirs, or their partner's.
    pub into: String,
}

/// A language one can listen to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Channel {
    /// Which.
    pub language: String,
    /// It is spoken with the hands: nothing is lowered under it.
    pub signed: bool,
    /// Who speaks into it; `null` while nobody does, and the floor is heard as it is.
    pub active: Option<Uuid>,
    /// Whose it is, while their connection is gone. They have it again when they are back, unless
    /// somebody takes it over.
    pub awaited: Option<Uuid>,
    /// Interpreters into this language who rest, and can take over.
    pub passive: Vec<Uuid>,
}

/// A sign language that somebody in the visit uses. Browsers know no names of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SignLanguage {
    /// Its code, as in `channels`.
    pub language: String,
    /// What those call it, in writing, who sign it.
    pub name: String,
}

/// How long an interpreter has had a channel in this visit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Worked {
    /// Until they last paused; while they work, zero.
    pub seconds: u32,
    /// While they work: as if they had begun then and gone on since (RFC 3339).
    #[ts(type = "string | null")]
    pub since: Option<Timestamp>,
}

/// How an interpreter's line keeps the four standards, over its last minute.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct StandardsNow {
    /// Whose line.
    pub interpreter: Uuid,
    /// The four, in their order.
    pub standards: Vec<StandardNow>,
}

/// One standard, over the last minute of a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct StandardNow {
    /// Its number.
    pub number: u8,
    /// Whether it is kept.
    pub verdict: Verdict,
    /// What of it is not.
    pub not_met: Vec<Measure>,
}
