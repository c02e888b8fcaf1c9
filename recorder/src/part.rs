//! One part of a recording on its way from the muxer to the seal, and what binds it to its place.
//!
//! In: what the muxer made. Out: the same, wiped from memory when it is dropped.
//! Never: plaintext that outlives its sealing.

use serde::{Deserialize, Serialize};
use std::fmt;
use uuid::Uuid;
use zeroize::Zeroizing;

/// A part before it is sealed.
pub struct PlainPart {
    /// Which stretch between two changes of who is recorded, from 0.
    pub epoch: u32,
    /// Which part of the epoch, from 0; the parts of an epoch joined are one Matroska file.
    pub n: u32,
    /// The turn its people were named in.
    pub turn: u64,
    /// Where it begins on the recording's clock, in milliseconds.
    pub from_ms: u64,
    /// Where it ends.
    pub to_ms: u64,
    /// Whether the epoch ends with it.
    pub last_of_epoch: bool,
    /// The bytes of Matroska.
    pub plain: Zeroizing<Vec<u8>>,
    /// Media known to be missing in it, in milliseconds over all streams.
    pub missing_ms: u64,
}

impl fmt::Debug for PlainPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PlainPart")
            .field("epoch", &self.epoch)
            .field("n", &self.n)
            .field("turn", &self.turn)
            .field("from_ms", &self.from_ms)
            .field("to_ms", &self.to_ms)
            .field("last_of_epoch", &self.last_of_epoch)
            .field("bytes", &self.plain.len())
            .field("missing_ms", &self.missing_ms)
            .finish()
    }
}

/// Where a part belongs; written inside what is sealed (tag `BEDSIDE_PART`), so that a part cannot
/// pass for another one, whoever rewrites the manifest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Binding {
    /// The visit.
    pub visit: Uuid,
    /// The recording.
    pub recording: Uuid,
    /// The epoch.
    pub epoch: u32,
    /// The number in it.
    pub n: u32,
    /// Where it begins.
    pub from_ms: u64,
}
