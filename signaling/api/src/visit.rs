//! REST bodies about visits.
//!
//! In: what a scheduling system asks for. Out: what it gets back.
//! Never: a clinical word; a visit here is a time, a length and who is expected.

use crate::person::{Authority, Relationship};
use crate::policy::RecordedAs;
use crate::recording::Recording;
use crate::role::Role;
use garde::Validate;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;
use uuid::Uuid;

/// Most people planned for one visit: a lesson, a conference about a case.
pub const PARTICIPANTS_MAX: usize = 100;
/// Shortest visit, in minutes.
pub const DURATION_MINUTES_MIN: u16 = 5;
/// Longest visit, in minutes.
pub const DURATION_MINUTES_MAX: u16 = 480;
/// Longest display name, in characters.
pub const NAME_CHARS_MAX: usize = 80;
/// Most visits on one page of a list.
pub const PAGE_MAX: u16 = 200;
/// Longest name of a queue, a partner or a policy, in characters.
pub const WORD_CHARS_MAX: usize = 64;
/// Longest reference of a scheduling system, in characters.
pub const REFERENCE_CHARS_MAX: usize = 255;
/// Most visits of one series: a weekly visit for a year.
pub const SERIES_MAX: u16 = 53;
/// Most segments of one visit.
pub const SEGMENTS_MAX: usize = 8;
/// Most other organisations in one visit.
pub const PARTNERS_MAX: usize = 4;

/// A visit to be scheduled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewVisit {
    /// When it starts (RFC 3339). Left out: now.
    #[garde(skip)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "2026-12-01T09:30:00Z")]
    pub starts_at: Option<Timestamp>,
    /// How long it is planned to take.
    #[garde(range(min = DURATION_MINUTES_MIN, max = DURATION_MINUTES_MAX))]
    #[schema(minimum = 5, maximum = 480, example = 30)]
    pub duration_minutes: u16,
    /// Who is expected.
    #[garde(length(min = 1, max = PARTICIPANTS_MAX), dive)]
    #[schema(min_items = 1, max_items = 100)]
    pub participants: Vec<NewParticipant>,
    /// It cannot wait: it goes before the others of its queue.
    #[garde(skip)]
    #[serde(default)]
    pub urgent: bool,
    /// The queue it waits in: a clinician's or a team's.
    #[garde(inner(length(chars, min = 1, max = WORD_CHARS_MAX), custom(word)))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "palliative-team", min_length = 1, max_length = 64)]
    pub queue: Option<String>,
    /// The profile of rules it is held under (`GET /v1/policies`). Left out: the tenant's usual.
    #[garde(inner(length(chars, min = 1, max = WORD_CHARS_MAX), custom(word)))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "us-all-party", min_length = 1, max_length = 64)]
    pub policy: Option<String>,
    /// What is made of its media, if it is recorded. Left out: what the profile says.
    #[garde(skip)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recorded_as: Option<RecordedAs>,
    /// What the scheduling system calls it; comes back in every answer and notice. Not for a
    /// name or a diagnosis.
    #[garde(inner(length(chars, min = 1, max = REFERENCE_CHARS_MAX), custom(printable)))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 255)]
    pub reference: Option<String>,
    /// Other organisations of this server that send people of their own, by tenant.
    #[garde(length(max = PARTNERS_MAX), inner(length(chars, min = 1, max = WORD_CHARS_MAX)))]
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 4)]
    pub partners: Vec<String>,
    /// Parts of the visit, one after another, each with its own staff.
    #[garde(length(max = SEGMENTS_MAX), dive)]
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 8)]
    pub segments: Vec<Segment>,
    /// More visits like this one, at the same hour.
    #[garde(dive)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repeat: Option<Repeat>,
}

impl NewVisit {
    /// A visit of these people that begins at once, with nothing else said of it.
    #[must_use]
    pub const fn of(duration_minutes: u16, participants: Vec<NewParticipant>) -> Self {
        Self {
            starts_at: None,
            duration_minutes,
            participants,
            urgent: false,
            queue: None,
            policy: None,
            recorded_as: None,
            reference: None,
            partners: Vec::new(),
            segments: Vec::new(),
            repeat: None,
        }
    }
}

/// One part of a visit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Segment {
    /// What it is.
    #[garde(skip)]
    pub kind: SegmentKind,
    /// How long it is planned to take.
    #[garde(range(min = 1, max = DURATION_MINUTES_MAX))]
    #[schema(minimum = 1, maximum = 480)]
    pub minutes: u16,
    /// The roles that lead it.
    #[garde(length(min = 1, max = 4))]
    #[schema(min_items = 1, max_items = 4)]
    pub led_by: Vec<Role>,
}

/// What a part of a visit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SegmentKind {
    /// With a clinician.
    Consultation,
    /// A pharmacist explains medicines.
    Counselling,
    /// With a social worker.
    SocialWork,
    /// For teaching.
    Education,
    /// Anything else.
    Other,
}

/// More visits like this one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Repeat {
    /// Days from one to the next.
    #[garde(range(min = 1, max = 366))]
    #[schema(minimum = 1, maximum = 366, example = 7)]
    pub every_days: u16,
    /// How many in all, with the first.
    #[garde(range(min = 2, max = SERIES_MAX))]
    #[schema(minimum = 2, maximum = 53, example = 6)]
    pub count: u16,
    /// The time zone in which the hour stays the same (IANA). Left out: UTC.
    #[garde(inner(length(chars, min = 1, max = WORD_CHARS_MAX)))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "Europe/Berlin", min_length = 1, max_length = 64)]
    pub time_zone: Option<String>,
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
    /// How they are related to the patient.
    #[garde(skip)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relationship: Option<Relationship>,
    /// What their word for the patient stands on; for a proxy.
    #[garde(skip)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authority: Option<Authority>,
    /// They need an interpreter into their language.
    #[garde(skip)]
    #[serde(default, skip_serializing_if = "is_false")]
    pub interpreter_needed: bool,
    /// What tells that it is them: asked of them at the identity check and kept as a keyed hash
    /// only.
    #[garde(dive)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identifiers: Option<Identifiers>,
}

/// Two things only the right person is likely to know. What is written is compared without
/// regard to case, spaces and punctuation.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Identifiers {
    /// Date of birth (RFC 3339 full-date).
    #[garde(length(chars, min = 10, max = 10), pattern(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"))]
    #[schema(example = "1941-03-02", min_length = 10, max_length = 10)]
    pub birth_date: String,
    /// A second one: a postal code, a family name, a number of the clinic.
    #[garde(length(chars, min = 2, max = WORD_CHARS_MAX))]
    #[schema(example = "24103", min_length = 2, max_length = 64)]
    pub second: String,
}

impl std::fmt::Debug for Identifiers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Identifiers").finish_non_exhaustive()
    }
}

fn english() -> String {
    "en".to_owned()
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
const fn is_false(value: &bool) -> bool {
    !*value
}

pub(crate) fn word(name: &str, _: &()) -> garde::Result {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "-_.".contains(letter);
    if name.chars().all(plain) {
        return Ok(());
    }
    Err(garde::Error::new("takes letters, digits, `-`, `_` and `.` only"))
}

pub(crate) fn printable(name: &str, _: &()) -> garde::Result {
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
    /// The patient has not come; staff is to say whether it is a no-show.
    NoShowProposed,
    /// It is over.
    Ended,
    /// It will not take place.
    Cancelled,
    /// The patient did not come, as a person has confirmed.
    NoShow,
}

impl VisitState {
    /// Every state.
    pub const ALL: [Self; 7] = [
        Self::Scheduled,
        Self::Open,
        Self::Live,
        Self::NoShowProposed,
        Self::Ended,
        Self::Cancelled,
        Self::NoShow,
    ];

    /// The name used on the wire and in the store.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Scheduled => "scheduled",
            Self::Open => "open",
            Self::Live => "live",
            Self::NoShowProposed => "no_show_proposed",
            Self::Ended => "ended",
            Self::Cancelled => "cancelled",
            Self::NoShow => "no_show",
        }
    }

    /// Whether nobody can come in any more.
    #[must_use]
    pub const fn is_over(self) -> bool {
        match self {
            Self::Ended | Self::Cancelled | Self::NoShow => true,
            Self::Scheduled | Self::Open | Self::Live | Self::NoShowProposed => false,
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
    /// Whether it goes before the others of its queue.
    pub urgent: bool,
    /// The queue it waits in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queue: Option<String>,
    /// Name of the profile of rules it is held under.
    pub policy: String,
    /// What the scheduling system calls it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// The series it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub series: Option<Uuid>,
    /// The visit it follows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub follows: Option<Uuid>,
    /// Other organisations that send people of their own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub partners: Vec<String>,
    /// Its parts, one after another.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub segments: Vec<Segment>,
    /// The present or the last recording of it; absent where there never was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recording: Option<Recording>,
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
    /// What the others see; absent for the people of another organisation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// The organisation that sends them, where it is not the visit's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partner: Option<String>,
    /// How they are related to the patient.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relationship: Option<Relationship>,
    /// What a proxy's word stands on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authority: Option<Authority>,
    /// They need an interpreter into their language.
    #[serde(default, skip_serializing_if = "is_false")]
    pub interpreter_needed: bool,
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
