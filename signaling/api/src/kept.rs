//! REST bodies about recordings that are kept: where each stands, for how long, what it is sealed
//! to.
//!
//! In: holds, and public keys. Out: recordings with the hash that names what is in them.
//! Never: a name of a person; anything of what was said or seen; a private key.

use crate::recorder::{Mode, RecordingFailure, Summary};
use crate::visit::printable;
use garde::Validate;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// Longest reason of a hold, in characters.
pub const HOLD_REASON_CHARS_MAX: usize = 200;
/// Most public keys of one tenant in use. Every part is sealed to each of them, which makes it
/// about a hundred bytes longer a key.
pub const RECORDING_KEYS_MAX: usize = 16;
/// Fewest public keys: a lost private key must not be every recording lost.
pub const RECORDING_KEYS_MIN: usize = 2;
/// Longest label of a public key, in characters.
pub const RECORDING_KEY_LABEL_CHARS_MAX: usize = 80;
/// Longest text of a public key, in characters; the longest that is understood has about a
/// hundred.
pub const RECORDING_KEY_CHARS_MAX: usize = 200;

/// Where a recording stands.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum KeptState {
    /// It was asked for, and nothing is sealed yet.
    Asked,
    /// What is said and shown is being sealed.
    Recording,
    /// Nobody is taken for the moment.
    Paused,
    /// It is over; what waits in the server is on its way to the store.
    Closing,
    /// It is whole, signed and stored.
    Sealed,
    /// It is over by a failure; what there is was kept.
    Failed,
    /// Its own key was destroyed: nobody can read it any more.
    Shredded,
    /// Nothing of it is left but this.
    Erased,
}

impl KeptState {
    /// Every state.
    pub const ALL: [Self; 8] = [
        Self::Asked,
        Self::Recording,
        Self::Paused,
        Self::Closing,
        Self::Sealed,
        Self::Failed,
        Self::Shredded,
        Self::Erased,
    ];

    /// The name used on the wire and in the store.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Recording => "recording",
            Self::Paused => "paused",
            Self::Closing => "closing",
            Self::Sealed => "sealed",
            Self::Failed => "failed",
            Self::Shredded => "shredded",
            Self::Erased => "erased",
        }
    }

    /// Whether it is still being made, in a visit that goes on.
    #[must_use]
    pub const fn is_live(self) -> bool {
        match self {
            Self::Asked | Self::Recording | Self::Paused => true,
            Self::Closing | Self::Sealed | Self::Failed | Self::Shredded | Self::Erased => false,
        }
    }
}

/// What was asked for and is not done yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RecordingWish {
    /// That its own key is destroyed.
    Shred,
    /// That all of it is removed.
    Erase,
}

impl RecordingWish {
    /// Every wish.
    pub const ALL: [Self; 2] = [Self::Shred, Self::Erase];

    /// The name used on the wire and in the store.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Shred => "shred",
            Self::Erase => "erase",
        }
    }
}

/// A recording.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct KeptRecording {
    /// Its id.
    pub id: Uuid,
    /// The visit; its own rows may be gone by now.
    pub visit: Uuid,
    /// Where it stands.
    pub state: KeptState,
    /// What was made of the visit's media.
    pub mode: Mode,
    /// When it was asked for.
    pub asked_at: Timestamp,
    /// Since when something is sealed; absent: nothing is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub begun_at: Option<Timestamp>,
    /// When it was over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
    /// What is wrong with it now, or what ended it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<RecordingFailure>,
    /// What it is, once it is sealed. It stays when the recording is erased.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<Summary>,
    /// When it is erased by itself; absent while the visit goes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keep_until: Option<Timestamp>,
    /// Why it is not erased, whoever asks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hold: Option<RecordingHold>,
    /// What was asked for and is not done yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wish: Option<RecordingWish>,
    /// When it was erased.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub erased_at: Option<Timestamp>,
    /// How many objects were removed then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub erased_objects: Option<u32>,
    /// What there is of it, as its manifest says: the manifest, the recording's own key where it
    /// has one, the sealed parts in their order. Only where one recording is read, and absent
    /// while the recorder cannot be asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub objects: Option<Vec<RecordingObject>>,
}

/// One of the files a recording is made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RecordingObject {
    /// Its name within the recording.
    #[schema(example = "00000-000004.age")]
    pub name: String,
    /// Its size.
    #[schema(example = 409_600)]
    pub bytes: u64,
    /// Its SHA-256, in hex; also its `ETag`.
    pub sha256: String,
}

/// One page of recordings, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RecordingPage {
    /// The recordings.
    pub data: Vec<KeptRecording>,
    /// Give it as `cursor` to get the next page; absent on the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// Why a recording is not to be erased.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRecordingHold {
    /// Why, in words of the clinic: a case number, no names.
    #[garde(length(chars, min = 1, max = HOLD_REASON_CHARS_MAX), custom(printable))]
    #[schema(example = "case 4711", min_length = 1, max_length = 200)]
    pub reason: String,
}

/// Why a recording is not erased, whoever asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RecordingHold {
    /// Why.
    pub reason: String,
    /// The key or client that placed it.
    pub by: Uuid,
    /// Since when.
    pub since: Timestamp,
}

/// The public keys a tenant's recordings are to be sealed to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRecordingKeys {
    /// At least two, or none: then those of the server's settings count.
    #[garde(length(max = RECORDING_KEYS_MAX), custom(enough), dive)]
    #[schema(max_items = 16)]
    pub keys: Vec<NewRecordingKey>,
}

/// A public key that recordings are to be sealed to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRecordingKey {
    /// What you call it: who has the private key, and where.
    #[garde(length(chars, min = 1, max = RECORDING_KEY_LABEL_CHARS_MAX), custom(printable))]
    #[schema(example = "records office, safe", min_length = 1, max_length = 80)]
    pub label: String,
    /// Its text, as `bedside recording keygen` prints it: `age1…`, or `bedside-p256:…` where
    /// recordings are sealed by AES-256-GCM.
    #[garde(length(chars, min = 1, max = RECORDING_KEY_CHARS_MAX), ascii)]
    #[schema(
        example = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p",
        min_length = 1,
        max_length = 200
    )]
    pub key: String,
}

/// One key alone is refused, and so is one key twice.
fn enough(keys: &[NewRecordingKey], _context: &()) -> garde::Result {
    let different =
        |key: &NewRecordingKey| keys.iter().filter(|other| other.key == key.key).count() == 1;
    if !keys.iter().all(different) {
        return Err(garde::Error::new("holds the same key twice"));
    }
    if !keys.is_empty() && keys.len() < RECORDING_KEYS_MIN {
        return Err(garde::Error::new("holds one key; name two or more, or none"));
    }
    Ok(())
}

/// Which public keys a tenant's recordings are sealed to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RecordingKeySource {
    /// The tenant's own.
    Own,
    /// Those of the server's settings.
    Server,
    /// None, so nothing is recorded.
    None,
}

/// A public key that recordings are or were sealed to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RecordingKey {
    /// Its id.
    pub id: Uuid,
    /// What you call it.
    pub label: String,
    /// Its text.
    pub key: String,
    /// Since when recordings are sealed to it.
    pub made_at: Timestamp,
    /// Since when they are not any more; absent: they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked_at: Option<Timestamp>,
}

/// The public keys of a tenant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RecordingKeys {
    /// Which keys recordings that begin now are sealed to.
    pub source: RecordingKeySource,
    /// The tenant's own, those in use first, of either the newest first; at most a hundred.
    pub keys: Vec<RecordingKey>,
}
