//! REST bodies about the audit log.
//!
//! In: rows and checkpoints. Out: what a privacy officer or a collector reads.
//! Never: a name; people and keys are keyed hashes, each tenant's by itself.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// Most entries, or checkpoints, on one page.
pub const AUDIT_PAGE_MAX: u16 = 200;

/// One entry of a tenant's audit log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AuditEntry {
    /// Its place in the log, from one and without a gap.
    #[schema(example = 1042)]
    pub seq: u64,
    /// When.
    pub at: Timestamp,
    /// What was done: the name of an event of a visit, `link_opened` for a personal link,
    /// `message_written` for words to those who wait, or `read` or `list` for a look at records.
    #[schema(example = "admitted")]
    pub verb: String,
    /// Who did it.
    pub actor: AuditActor,
    /// Whom it was done to, where it was a person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<AuditPerson>,
    /// The visit it was about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visit: Option<Uuid>,
    /// How it went: `done` or `not_found`.
    #[schema(example = "done")]
    pub outcome: String,
    /// What was looked at: `visit`, `visits`, `quality`, `audit` and so on; of a recording also its
    /// id, and of what became of it how many objects there were and the hash that names them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "quality")]
    pub detail: Option<String>,
    /// Hash of the entry, in base64url; the hash of the next one is made over it.
    #[schema(example = "pZGm1Av0IEBKARczz7exkNYsZb8LzaMrV7J32a2fFG4")]
    pub hash: String,
}

/// Who did something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AuditActor {
    /// `key` (an API key), `person` (somebody in the visit), `clock` or `operator`.
    #[schema(example = "key")]
    pub kind: String,
    /// The keyed hash of the key's or the person's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "Y2FwYWJpbGl0eS1oYXNoIQ")]
    pub hash: Option<String>,
    /// The id itself, as long as that key, or that person in the visit, is known here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<Uuid>,
}

/// Somebody something was done to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AuditPerson {
    /// The keyed hash of their id.
    #[schema(example = "Zb1rX4VtV0eG6mQ0n2pC9w")]
    pub hash: String,
    /// The id itself, as long as they are known here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<Uuid>,
}

/// One page of entries, oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AuditPage {
    /// The entries.
    pub data: Vec<AuditEntry>,
    /// Give it as `cursor` to get the next page; absent on the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// A signed statement that the log had come so far.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AuditCheckpoint {
    /// Place of the last entry it vouches for.
    #[schema(example = 2000)]
    pub seq: u64,
    /// When it was signed.
    pub at: Timestamp,
    /// A JWS (RFC 7515, compact, `EdDSA`). Keep it elsewhere: `bedside audit verify
    /// --checkpoint` then finds also that the end of the log was cut off.
    #[schema(example = "eyJhbGciOiJFZERTQSJ9.eyJ0ZW5hbnQiOiJjbGluaWMifQ.c2lnbmF0dXJl")]
    pub jws: String,
}

/// One page of checkpoints, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AuditCheckpoints {
    /// The checkpoints.
    pub data: Vec<AuditCheckpoint>,
    /// What their signatures are checked with.
    pub key: AuditKey,
    /// Give it as `cursor` to get the next page; absent on the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// The public key of the checkpoints, as a JWK (RFC 8037).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AuditKey {
    /// Always `OKP`.
    #[schema(example = "OKP")]
    pub kty: String,
    /// Always `Ed25519`.
    #[schema(example = "Ed25519")]
    pub crv: String,
    /// Always `EdDSA`.
    #[schema(example = "EdDSA")]
    pub alg: String,
    /// Names the key; it stands in the header of each checkpoint.
    #[schema(example = "Yt0m1o3c4kE")]
    pub kid: String,
    /// The key.
    #[schema(example = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo")]
    pub x: String,
}
