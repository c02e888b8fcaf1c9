//! REST bodies of what a scheduling system does with a visit, and of what it reads of one.
//!
//! In: wishes for staff. Out: what happened, who agreed, who waits.
//! Never: a clinical word; what people stated is in one answer only, which its own scope guards.

use crate::care::{ReadyMade, TEXT_CHARS_MAX};
use crate::person::{Method, Outcome};
use crate::policy::{Gate, Policy, Purpose};
use crate::role::Role;
use crate::tutorial::Watched;
use crate::visit::{
    DURATION_MINUTES_MAX, DURATION_MINUTES_MIN, NAME_CHARS_MAX, WORD_CHARS_MAX, printable, word,
};
use garde::Validate;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// A visit is to be moved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Reschedule {
    /// When it starts (RFC 3339).
    #[garde(skip)]
    #[schema(example = "2026-12-02T09:30:00Z")]
    pub starts_at: Timestamp,
    /// How long it is planned to take. Left out: as long as before.
    #[garde(inner(range(min = DURATION_MINUTES_MIN, max = DURATION_MINUTES_MAX)))]
    #[serde(default)]
    #[schema(minimum = 5, maximum = 480, example = 30)]
    pub duration_minutes: Option<u16>,
}

/// A visit may take longer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Extend {
    /// By how much.
    #[garde(range(min = 1, max = DURATION_MINUTES_MAX))]
    #[schema(minimum = 1, maximum = 480, example = 15)]
    pub minutes: u16,
}

/// A visit is to end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EndVisit {
    /// How it ended.
    #[garde(skip)]
    #[serde(default)]
    pub outcome: Option<Outcome>,
}

/// Whether a patient's absence is a no-show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SettleNoShow {
    /// Whether it is.
    #[garde(skip)]
    pub confirmed: bool,
}

/// Somebody who waits is to be let in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Admission {
    /// The name staff saw; another than the one that is there is refused.
    #[garde(length(chars, min = 1, max = NAME_CHARS_MAX))]
    #[schema(min_length = 1, max_length = 80)]
    pub display_name: String,
    /// The start staff saw (RFC 3339).
    #[garde(skip)]
    pub starts_at: Timestamp,
}

/// A visit is to wait in another queue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Transfer {
    /// The queue it is to wait in.
    #[garde(length(chars, min = 1, max = WORD_CHARS_MAX), custom(word))]
    #[schema(example = "night-team", min_length = 1, max_length = 64)]
    pub queue: String,
    /// The name of somebody in the visit that staff saw; where nobody there has it, it is refused.
    #[garde(length(chars, min = 1, max = NAME_CHARS_MAX))]
    #[schema(min_length = 1, max_length = 80)]
    pub display_name: String,
    /// The start staff saw (RFC 3339).
    #[garde(skip)]
    pub starts_at: Timestamp,
    /// The queue staff saw it in. Left out: in none.
    #[garde(inner(length(chars, min = 1, max = WORD_CHARS_MAX)))]
    #[serde(default)]
    #[schema(example = "palliative-team", min_length = 1, max_length = 64)]
    pub from: Option<String>,
}

/// Something to be read by people who wait: a ready-made sentence, or a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewMessage {
    /// The sentence, which each person reads in their own language.
    #[garde(inner(custom(sensible)))]
    #[serde(default)]
    pub ready: Option<ReadyMade>,
    /// The text, which everybody reads as it is written. Not for anything about health.
    #[garde(inner(length(chars, min = 1, max = TEXT_CHARS_MAX), custom(printable)))]
    #[serde(default)]
    #[schema(min_length = 1, max_length = 2000)]
    pub text: Option<String>,
}

fn sensible(ready: &ReadyMade, _: &()) -> garde::Result {
    if ready.is_sensible() {
        return Ok(());
    }
    Err(garde::Error::new("says more minutes than the longest visit has, or none"))
}

/// How far a message has come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Written {
    /// Visits it was written into.
    pub visits: u32,
    /// People who wait there and can read it.
    pub people: u32,
    /// Visits with somebody waiting that it could not be written into just now.
    pub missed: u32,
}

impl Written {
    /// One visit more, in which so many people wait.
    pub fn count(&mut self, people: usize) {
        let people = u32::try_from(people).unwrap_or(u32::MAX);
        self.visits = self.visits.saturating_add(u32::from(people > 0));
        self.people = self.people.saturating_add(people);
    }
}

/// What is written of somebody is put right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Amend {
    /// Their language (BCP 47).
    #[garde(inner(
        length(chars, min = 2, max = 35),
        pattern(r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$")
    ))]
    #[serde(default)]
    #[schema(example = "de", min_length = 2, max_length = 35)]
    pub language: Option<String>,
    /// What the others see.
    #[garde(inner(length(chars, min = 1, max = NAME_CHARS_MAX), custom(crate::visit::printable)))]
    #[serde(default)]
    #[schema(example = "Maria", min_length = 1, max_length = 80)]
    pub display_name: Option<String>,
}

/// A one-time code, for the scheduling system to send to the person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Code {
    /// The digits. In this answer only.
    #[schema(example = "493 027")]
    pub code: String,
    /// When it stops working by itself.
    pub expires_at: Timestamp,
}

/// What has happened in a visit, in order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Timeline {
    /// The lines.
    pub data: Vec<TimelineLine>,
}

/// One thing that has happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TimelineLine {
    /// Its place, from one.
    pub seq: u64,
    /// When.
    pub at: Timestamp,
    /// What, in a code word; new words may come.
    #[schema(example = "admitted")]
    pub event: String,
    /// Whom it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub participant: Option<Uuid>,
    /// The member of staff who did it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<Uuid>,
    /// The gate or the purpose it is about, or why somebody is apart or a recording rests or
    /// fails.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// How a gate was passed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<Method>,
    /// Why staff went on without something, in their words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// How the visit ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
    /// The queue it waits in from then on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queue: Option<String>,
    /// Which recording it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recording: Option<Uuid>,
    /// What was watched of a tutorial.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub watched: Option<Watched>,
}

/// Who has agreed to what, as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Consents {
    /// One entry a person and purpose that was answered.
    pub data: Vec<ConsentEntry>,
}

/// What one person said to one purpose last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ConsentEntry {
    /// Who.
    pub participant: Uuid,
    /// To what.
    pub purpose: Purpose,
    /// What they said.
    pub decision: ConsentDecision,
    /// When.
    pub at: Timestamp,
    /// Which text they were shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// In which language.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Who said it for them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<Uuid>,
}

/// What somebody said when they were asked to agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ConsentDecision {
    /// Yes.
    Given,
    /// No.
    Refused,
    /// Yes, and later no.
    Withdrawn,
}

/// What people stated, while it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Statements {
    /// One entry a person and gate.
    pub data: Vec<StatementEntry>,
}

/// What one person stated at one gate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StatementEntry {
    /// Who.
    pub participant: Uuid,
    /// At which gate.
    pub gate: Gate,
    /// What.
    pub value: String,
    /// When.
    pub at: Timestamp,
}

/// The chat, where the policy keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Chat {
    /// The lines, oldest first.
    pub data: Vec<ChatEntry>,
}

/// One line of the chat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ChatEntry {
    /// Its id (UUID version 7).
    pub id: Uuid,
    /// Who wrote it; all zeros for staff at the desk.
    pub from: Uuid,
    /// The part they played in the visit; absent for the desk.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// To whom: `everybody`, `staff`, `person` or `waiting`.
    pub to: String,
    /// The person, where it was to one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub participant: Option<Uuid>,
    /// When.
    pub at: Timestamp,
    /// What; empty where it is ready-made.
    pub text: String,
    /// What, as a ready-made sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ready: Option<ReadyMade>,
}

/// A queue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Queue {
    /// Visits in which staff and somebody they let in are together.
    pub being_seen: u32,
    /// Those who wait, the next one first.
    pub data: Vec<QueueEntry>,
}

/// A visit in which somebody waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct QueueEntry {
    /// The visit.
    pub visit: Uuid,
    /// From one; one is next.
    pub position: u32,
    /// How long it is likely to take, in minutes; absent where nothing tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wait_minutes: Option<u32>,
    /// Since when they wait.
    pub waiting_since: Timestamp,
    /// Whether it goes before the others.
    pub urgent: bool,
}

/// The profiles of rules that visits can be held under.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Policies {
    /// The profiles.
    pub data: Vec<Policy>,
}
