//! What a caller of the API may do, by name.
//!
//! In and out: scopes as they stand in requests, answers, the command line and the store.
//! Never: whose key it is; a tenant is no scope.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

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
    /// Everything, and what only an administrator does.
    #[serde(rename = "admin")]
    Admin,
}

impl Scope {
    /// Every scope.
    pub const ALL: [Self; 8] = [
        Self::VisitsRead,
        Self::VisitsWrite,
        Self::WebhooksRead,
        Self::WebhooksWrite,
        Self::AuditRead,
        Self::KeysWrite,
        Self::RecordingsRead,
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
            Self::Admin => "admin",
        }
    }

    /// The scope of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.name() == name)
    }
}
