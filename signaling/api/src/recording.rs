//! The words about the recording of a visit that goes on: who is taken, since when, why not.
//!
//! In: what staff want of it. Out: how it stands, for pages and for scheduling systems.
//! Never: a picture or a sound; what was recorded is behind keys this server does not have.

use crate::recorder::RecordingFailure;
use garde::Validate;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;
use uuid::Uuid;

/// What staff want of the recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RecordingAction {
    /// Begin one; after a stop, another one.
    Start,
    /// Take nobody for a while.
    Pause,
    /// Go on.
    Resume,
    /// End it.
    Stop,
}

/// How the recording stands.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, TS, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum RecordingState {
    /// Nothing is recorded.
    #[default]
    Off,
    /// It was asked for, and nothing is on a disk yet.
    Starting,
    /// The visit is being recorded: what was said is sealed and on a disk.
    On,
    /// It goes on later; nobody is recorded now.
    Paused,
    /// It did not begin, or ended by a fault. The visit is not affected.
    Failed,
}

/// Why a recording rests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RestReason {
    /// Staff paused it.
    Staff,
    /// Somebody in the visit has not agreed to it.
    Consent,
    /// Nobody who could be recorded is with the others: they confer, are apart or have gone.
    Apart,
    /// Something is wrong with the recorder or its disk; it goes on by itself.
    Failure,
}

impl RestReason {
    /// The name on the wire and in the store.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Staff => "staff",
            Self::Consent => "consent",
            Self::Apart => "apart",
            Self::Failure => "failure",
        }
    }
}

/// The present or the last recording of a visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Recording {
    /// Its id (UUID version 7).
    pub id: Uuid,
    /// How it stands; `off` once it was stopped.
    pub state: RecordingState,
    /// Since when.
    pub since: Timestamp,
    /// Why it rests.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<RestReason>,
    /// What is wrong with it. While it is `on`, nothing is missing yet: the parts wait on this
    /// server, or some media could not be taken, which the recording says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<RecordingFailure>,
}

/// A wish for the recording of a visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordVisit {
    /// What.
    #[garde(skip)]
    pub action: RecordingAction,
}
