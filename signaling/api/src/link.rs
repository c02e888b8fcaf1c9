//! Redeeming a personal link.
//!
//! In: what stood behind the `#` of the link. Out: a session, and enough to show the person
//! that they are in the right place.
//! Never: anything about the others in the visit.

use crate::role::Role;
use garde::Validate;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;
use uuid::Uuid;

/// What the page sends when the person presses the button. A GET redeems nothing, so that a
/// mail scanner which follows links uses none up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct Redeem {
    /// `id.secret`, the part of the link behind the `#`.
    // Not checked here: whatever is not a link opens nothing, with one and the same answer.
    #[garde(skip)]
    #[schema(example = "0192f0c1….kT9…")]
    pub link: String,
}

/// A redeemed link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema, TS)]
pub struct Session {
    /// Secret of this device; the first message on the WebSocket carries it.
    pub session: String,
    /// The person's id in the visit.
    pub participant: Uuid,
    /// The part they play.
    pub role: Role,
    /// Their name as the others see it.
    pub display_name: String,
    /// Their language (BCP 47).
    pub language: String,
    /// When the visit starts (RFC 3339).
    #[ts(type = "string")]
    pub starts_at: Timestamp,
    /// When it is planned to end (RFC 3339).
    #[ts(type = "string")]
    pub ends_at: Timestamp,
}
