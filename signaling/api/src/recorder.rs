//! The words between the visit service and the recorder.
//!
//! In: what the visit service has decided about a recording (`RecorderCommand`). Out: what has
//! become of it on the disk and in the store (`RecorderEvent`).
//! Never: a name but inside `Labelled`, which goes into the sealed part and nowhere else; never a
//! private key.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;
use uuid::Uuid;

/// What the visit service asks of the recorder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RecorderCommand {
    /// Take these people from now on. The first of a recording makes it; each later one ends the
    /// epoch that runs and begins another. Also goes on with a recording a crash left open.
    Record(Box<Take>),
    /// Take nobody from now on: what comes after this moment is in no part. The recording stays
    /// open.
    Pause {
        /// The recording.
        recording: Uuid,
    },
    /// The recording is over; its manifest is to be closed.
    Stop {
        /// The recording.
        recording: Uuid,
    },
    /// A line for people's eyes, such as a caption: it is kept, sealed, with the media of that
    /// moment.
    Say {
        /// The recording.
        recording: Uuid,
        /// Who said it, or for whom it is written.
        participant: Uuid,
        /// Its language (BCP 47).
        language: String,
        /// What is said.
        text: String,
    },
    /// Destroy the recording's own key, which makes its parts unreadable for everybody.
    Shred {
        /// The recording.
        recording: Uuid,
    },
    /// Remove every object of the recording.
    Erase {
        /// The recording.
        recording: Uuid,
    },
}

/// Who is recorded, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Take {
    /// The recording. One visit may have several, one after another.
    pub recording: Uuid,
    /// The visit; the id of its room.
    pub visit: Uuid,
    /// The number the media plane is told with the same people.
    pub turn: u64,
    /// Whose media may be taken.
    pub people: Vec<Labelled>,
    /// What is made of it. Counts when the recording is made.
    pub mode: Mode,
    /// How pictures are put into one, in `Mode::Composite`. Counts when the recording is made.
    pub layout: Layout,
    /// Public keys it is sealed to. Counts when the recording is made.
    pub recipients: Vec<String>,
}

/// Somebody who is recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Labelled {
    /// Their id in the visit.
    pub participant: Uuid,
    /// What stands under their picture; sealed.
    pub label: String,
}

/// What is made of a visit's media.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, TS, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Everybody's streams as they came; a film is made of them by whoever holds the key.
    #[default]
    Tracks,
    /// One film, mixed while the visit goes on.
    Composite,
}

/// How several pictures are put into one.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, TS, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Layout {
    /// Whoever speaks is large, the others small beside.
    #[default]
    Speaker,
    /// All of one size.
    Grid,
}

/// What has become of a recording.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RecorderEvent {
    /// The first part of this turn is on the disk, sealed. Until then nothing is being recorded.
    Durable {
        /// The recording.
        recording: Uuid,
        /// The turn.
        turn: u64,
    },
    /// Nobody is taken any more, and all that was taken is on the disk.
    Rested {
        /// The recording.
        recording: Uuid,
    },
    /// Something is wrong. The visit is not; the recorder goes on trying unless it says not.
    Failed {
        /// The recording.
        recording: Uuid,
        /// What.
        failure: RecordingFailure,
        /// Whether the recording is over by it.
        over: bool,
    },
    /// What had failed works again.
    Recovered {
        /// The recording.
        recording: Uuid,
    },
    /// The manifest is closed and everything is in the store.
    Sealed {
        /// The recording.
        recording: Uuid,
        /// What it is.
        summary: Summary,
    },
    /// The recording's own key is destroyed.
    Shredded {
        /// The recording.
        recording: Uuid,
    },
    /// No object of the recording is left.
    Erased {
        /// The recording.
        recording: Uuid,
        /// How many there were.
        objects: u32,
    },
}

/// What went wrong with a recording. Code words: no path, address or name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RecordingFailure {
    /// No part was on the disk in time after it was asked for.
    NotStarted,
    /// The disk of the spool is full, or the spool as large as it may be.
    DiskFull,
    /// The spool cannot be written.
    Disk,
    /// The store does not take the parts; they wait in the spool.
    Store,
    /// The recorder does not keep up; parts of the media are missing, and the recording says which.
    TooSlow,
    /// A public key cannot be used.
    Keys,
    /// The recorder had to start anew.
    Restarted,
}

impl RecordingFailure {
    /// The name on the wire and in the store.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::NotStarted => "not_started",
            Self::DiskFull => "disk_full",
            Self::Disk => "disk",
            Self::Store => "store",
            Self::TooSlow => "too_slow",
            Self::Keys => "keys",
            Self::Restarted => "restarted",
        }
    }
}

impl RecorderEvent {
    /// The recording it is about.
    #[must_use]
    pub const fn recording(&self) -> Uuid {
        match self {
            Self::Durable { recording, .. }
            | Self::Rested { recording }
            | Self::Failed { recording, .. }
            | Self::Recovered { recording }
            | Self::Sealed { recording, .. }
            | Self::Shredded { recording }
            | Self::Erased { recording, .. } => *recording,
        }
    }
}

/// A closed recording, as its manifest says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Summary {
    /// Sealed parts.
    pub parts: u32,
    /// Their size together, in bytes.
    pub bytes: u64,
    /// Stretches between changes of who is recorded.
    pub epochs: u32,
    /// From the first to the last moment, pauses included, in milliseconds.
    pub duration_ms: u64,
    /// SHA-256 of the manifest's last line, in hex: it names every part before it.
    pub head: String,
    /// The public key that signed the manifest (Ed25519, 32 bytes), in hex.
    pub signer: String,
    /// It did not end by a wish: a crash left it open, and it was closed afterwards.
    pub aborted: bool,
    /// Media known to be missing, in milliseconds over all streams: loss on the way that repair
    /// did not mend, and what the recorder could not take.
    pub missing_ms: u64,
}
