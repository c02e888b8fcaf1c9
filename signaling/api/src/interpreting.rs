//! Interpretation on the WebSocket: channels, who speaks into them, who is heard how loud.
//!
//! In and out: parts of the messages of `visit.v1`. Languages are primary subtags of BCP 47 in
//! lower case (`de`, not `de-AT`): what is heard is a tongue, however it would be written.
//! Never: sound; the media plane carries it, and a page sets its own volume.

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
    /// Who speaks into it; `null` while nobody does, and the floor is heard as it is.
    pub active: Option<Uuid>,
    /// Interpreters into this language who rest, and can take over.
    pub passive: Vec<Uuid>,
}
