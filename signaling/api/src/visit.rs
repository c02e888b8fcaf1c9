//! REST bodies about visits.
//!
//! In: what a scheduling system asks for. Out: what it gets back.
//! Never: a clinical word; a visit here is a time, a length and who is expected.

use crate::role::Role;
use garde::Validate;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// Most people planned for one visit.
pub const PARTICIPANTS_MAX: usize = 16;
/// Shortest visit, in minutes.
pub const DURATION_MINUTES_MIN: u16 = 5;
/// Longest visit, in minutes.
pub const DURATION_MINUTES_MAX: u16 = 480;
/// Longest display name, in characters.
pub const NAME_CHARS_MAX: usize = 80;
/// Most visits on one page of a list.
pub const PAGE_MAX: u16 = 200;

/// A visit to be scheduled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewVisit {
    /// When it starts (RFC 3339).
    #[garde(skip)]
    #[schema(example = "2026-12-01T09:30:00Z")]
    pub starts_at: Timestamp,
    /// How long it is planned to take.
    #[garde(range(min = DURATION_MINUTES_MIN, max = DURATION_MINUTES_MAX))]
    #[schema(minimum = 5, maximum = 480, example = 30)]
    pub duration_minutes: u16,
    /// Who is expected.
    #[garde(length(min = 1, max = PARTICIPANTS_MAX), dive)]
    #[schema(min_items = 1, max_items = 16)]
    pub participants: Vec<NewParticipant>,
}

/// Somebody expected in a visit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewParticipant {
    /// The part they play.
    #[garde(skip)]
    pub role: Role,
    /// Their language (BCP 47).
    #[garde(length(chars, min = 2, max = 35), pattern(r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$"))]
    #[serde(default = "english")]
    #[schema(example = "en", min_length = 2, max_length = 35, default = "en")]
    pub language: String,
    /// What the others in the visit see.
    #[garde(length(chars, min = 1, max = NAME_CHARS_MAX), custom(printable))]
    #[schema(example = "Maria", min_length = 1, max_length = 80)]
    pub display_name: String,
}

fn english() -> String {
    "en".to_owned()
}

fn printable(name: &str, _: &()) -> garde::Result {
    if name.chars().any(char::is_control) {
        return Err(garde::Error::new("must not hold control characters"));
    }
    if name.trim().is_empty() {
        return Err(garde::Error::new("must not be blank"));
    }
    Ok(())
}

/// Where a visit is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum VisitState {
    /// Nobody has come yet.
    Scheduled,
    /// Somebody waits; no staff has let anybody in.
    Open,
    /// Staff is in the visit.
    Live,
    /// It is over.
    Ended,
    /// It will not take place.
    Cancelled,
}

impl VisitState {
    /// The name used on the wire and in the store.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Scheduled => "scheduled",
            Self::Open => "open",
            Self::Live => "live",
            Self::Ended => "ended",
            Self::Cancelled => "cancelled",
        }
    }
}

/// A visit as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Visit {
    /// Its id (UUID version 7).
    pub id: Uuid,
    /// Where it is in its life.
    pub state: VisitState,
    /// When it starts.
    pub starts_at: Timestamp,
    /// When it is planned to end.
    pub ends_at: Timestamp,
    /// How long it is planned to take.
    pub duration_minutes: u16,
    /// When it was scheduled.
    pub created_at: Timestamp,
    /// Who is expected.
    pub participants: Vec<Participant>,
}

/// Somebody expected in a visit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Participant {
    /// Their id in this visit.
    pub id: Uuid,
    /// The part they play.
    pub role: Role,
    /// Their language (BCP 47).
    pub language: String,
    /// What the others see.
    pub display_name: String,
    /// The personal link. Only in the answer that creates the visit. The secret is behind
    /// the `#`, which browsers never send to a server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "https://visits.example.org/j#0192f0c1….kT9…")]
    pub link: Option<String>,
}

/// One page of visits, newest scheduled first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct VisitPage {
    /// The visits.
    pub data: Vec<Visit>,
    /// Give it as `cursor` to get the next page; absent on the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}
