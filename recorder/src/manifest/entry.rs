//! What the lines of a manifest say.
//!
//! In and out: plain values, as JSON.
//! Never: a signature or a hash of another line; those are the chain's.

use bedside_config::SealingSuite;
use bedside_signaling_api::recorder::Mode;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The version of the format.
pub(crate) const VERSION: u8 = 1;

/// One line, without what chains it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Entry {
    /// The first.
    Begin(Begin),
    /// A part.
    Part(Part),
    /// Media that is missing by the recorder's own fault.
    Gap(Gap),
    /// The last.
    End(End),
}

/// What is recorded, and how it is sealed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Begin {
    /// Version of the format.
    pub v: u8,
    /// The recording.
    pub recording: Uuid,
    /// The visit.
    pub visit: Uuid,
    /// How the parts are sealed.
    pub suite: SealingSuite,
    /// What is made of the visit's media.
    pub mode: Mode,
    /// The public key that signs these lines (Ed25519), in hex.
    pub signer: String,
    /// Fingerprints of the public keys it is sealed to.
    pub recipients: Vec<String>,
    /// Whether the recording has a key of its own, sealed to these.
    pub shreddable: bool,
    /// The public half of that key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub own: Option<String>,
    /// SHA-256 in hex of that key's sealed private half, which is an object beside the parts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub own_sha256: Option<String>,
    /// When the recording's clock stood at zero (Unix time).
    pub at_ms: i64,
}

/// A sealed part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// Its epoch.
    pub epoch: u32,
    /// Its number in it.
    pub n: u32,
    /// Where it begins.
    pub from_ms: u64,
    /// Where it ends.
    pub to_ms: u64,
    /// Its name.
    pub object: String,
    /// Its length in bytes.
    pub len: u64,
    /// SHA-256 of its bytes, in hex.
    pub sha256: String,
    /// Whether the epoch ends with it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub last: bool,
    /// Media known to be missing in it, over all streams.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub missing_ms: u64,
    /// It was found on the disk after a crash that took its line: its times are not known here,
    /// only inside it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub found: bool,
}

/// Media that is missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    /// Where it begins.
    pub from_ms: u64,
    /// Where it ends.
    pub to_ms: u64,
    /// Why.
    pub why: Why,
}

/// Why media is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// The disk was full, or the spool as large as it may be.
    DiskFull,
    /// The disk could not be written.
    Disk,
    /// The recorder did not keep up.
    TooSlow,
    /// The recorder started anew.
    Restarted,
    /// A part on the disk is not what had been written: the disk did not keep it.
    Damaged,
}

/// The end of a recording.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct End {
    /// It did not end by a wish: a crash left it open, and it was closed afterwards. What came
    /// after the last part is not known.
    pub aborted: bool,
    /// How many parts there are.
    pub parts: u32,
    /// Their size together.
    pub bytes: u64,
    /// How many epochs there are.
    pub epochs: u32,
    /// Where the last part ends.
    pub duration_ms: u64,
    /// Media known to be missing.
    pub missing_ms: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
const fn is_false(value: &bool) -> bool {
    !*value
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
const fn is_zero(value: &u64) -> bool {
    *value == 0
}
