//! API keys, and what a caller of the API may do, by name.
//!
//! In and out: keys as they are asked for and listed; scopes as they stand in requests, answers,
//! the command line and the store.
//! Never: a tenant; a key sees and makes keys of its own tenant only.

use crate::visit::printable;
use garde::Validate;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// What a caller may do. A caller sees its own tenant only, whatever its scopes.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
pub enum Scope {
    /// See visits and how good they were.
    #[serde(rename = "visits:read")]
    VisitsRead,
    /// Schedule, change and cancel visits.
    #[serde(rename = "visits:write")]
    VisitsWrite,
    /// See webhooks and what was delivered to them.
    #[serde(rename = "webhooks:read")]
    WebhooksRead,
    /// Make, change and remove webhooks, and have events sent again.
    #[serde(rename = "webhooks:write")]
    WebhooksWrite,
    /// See who did what, and who looked.
    #[serde(rename = "audit:read")]
    AuditRead,
    /// Make, list, rotate and revoke keys and clients that may do no more than this one.
    #[serde(rename = "keys:write")]
    KeysWrite,
    /// See recordings, which stay sealed to whoever holds the clinic's key.
    #[serde(rename = "recordings:read")]
    RecordingsRead,
    /// Hold recordings, and have them shredded and erased.
    #[serde(rename = "recordings:write")]
    RecordingsWrite,
    /// See recorded education.
    #[serde(rename = "tutorials:read")]
    TutorialsRead,
    /// Make, fill and delete recorded education.
    #[serde(rename = "tutorials:write")]
    TutorialsWrite,
    /// Everything, and what only an administrator does.
    #[serde(rename = "admin")]
    Admin,
}

impl Scope {
    /// Every scope.
    pub const ALL: [Self; 11] = [
        Self::VisitsRead,
        Self::VisitsWrite,
        Self::WebhooksRead,
        Self::WebhooksWrite,
        Self::AuditRead,
        Self::KeysWrite,
        Self::RecordingsRead,
        Self::RecordingsWrite,
        Self::TutorialsRead,
        Self::TutorialsWrite,
        Self::Admin,
    ];

    /// The name used by the API, the command line and the store.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::VisitsRead => "visits:read",
            Self::VisitsWrite => "visits:write",
            Self::WebhooksRead => "webhooks:read",
            Self::WebhooksWrite => "webhooks:write",
            Self::AuditRead => "audit:read",
            Self::KeysWrite => "keys:write",
            Self::RecordingsRead => "recordings:read",
            Self::RecordingsWrite => "recordings:write",
            Self::TutorialsRead => "tutorials:read",
            Self::TutorialsWrite => "tutorials:write",
            Self::Admin => "admin",
        }
    }

    /// The scope of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.name() == name)
    }
}

/// Longest name of a key, in characters.
pub const KEY_NAME_CHARS_MAX: usize = 80;
/// Longest time for which a rotated key's former secret works: 30 days. Longer would be two keys.
pub const OVERLAP_SECONDS_MAX: u32 = 30 * 24 * 60 * 60;
/// For how long it works when nothing is said: one day, enough to change a setting in working
/// hours.
pub const OVERLAP_SECONDS_DEFAULT: u32 = 24 * 60 * 60;

/// An API key to be made, for the caller's own tenant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewKey {
    /// What you call it.
    #[garde(length(chars, min = 1, max = KEY_NAME_CHARS_MAX), custom(printable))]
    #[schema(example = "scheduling", min_length = 1, max_length = 80)]
    pub name: String,
    /// What it may do; nothing that the caller may not do.
    #[garde(length(min = 1, max = Scope::ALL.len()))]
    #[schema(min_items = 1, max_items = 11)]
    pub scopes: Vec<Scope>,
    /// When it stops working by itself (RFC 3339). Left out: never.
    #[garde(skip)]
    #[serde(default)]
    pub expires_at: Option<Timestamp>,
}

/// How a key is rotated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RotateKey {
    /// For how many seconds the present secret still works. Zero: it ends at once.
    #[garde(range(max = OVERLAP_SECONDS_MAX))]
    #[serde(default = "overlap_default")]
    #[schema(default = 86400, maximum = 2592000)]
    pub overlap_seconds: u32,
}

const fn overlap_default() -> u32 {
    OVERLAP_SECONDS_DEFAULT
}

/// An API key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Key {
    /// Its id (UUID version 7); no secret.
    pub id: Uuid,
    /// What you call it.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it stops working by itself; absent: never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    /// When it was last used, to about a minute; absent: never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_used_at: Option<Timestamp>,
    /// Until when the secret it had before its last rotation works; absent: none does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub former_until: Option<Timestamp>,
    /// The key itself, for the `Authorization` header. Only in the answer that makes or rotates
    /// it; it is not kept and cannot be shown again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "vk_0192f0c1…_kT9…")]
    pub text: Option<String>,
}

/// A tenant's keys that were not revoked, oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct KeyList {
    /// The keys, without their secrets. At most 500.
    pub data: Vec<Key>,
}
