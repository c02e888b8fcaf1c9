//! What has happened in a visit: one line of the append-only log.
//!
//! In: decisions. Out: JSON in the store, where it is audit trail and recovery source at once.
//! Never: changed or taken back; a stored line is read by every later version.

use super::attend::AttendEvent;
use super::interpreting::InterpretEvent;
use super::lesson::LessonEvent;
use bedside_signaling_api::person::{Apart, Authority, Method, Outcome, Relationship};
use bedside_signaling_api::policy::{Gate, Policy, Purpose};
use bedside_signaling_api::recorder::{RecordingFailure, Summary};
use bedside_signaling_api::recording::RestReason;
use bedside_signaling_api::role::Role;
use bedside_signaling_api::visit::Segment;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// One thing that has happened. `by` is the member of staff who did it; `None` stands for the
/// scheduling system or for a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum VisitEvent {
    /// The visit was planned; always the first line.
    Scheduled {
        /// When it starts.
        starts_at: Timestamp,
        /// How long it is planned to take.
        duration_minutes: u16,
        /// Who is expected.
        participants: Vec<Expected>,
        /// What else was planned.
        #[serde(default)]
        plan: Plan,
    },
    /// It was moved.
    Rescheduled {
        /// When it starts now.
        starts_at: Timestamp,
        /// How long it is planned to take now.
        duration_minutes: u16,
    },
    /// It waits in another queue.
    Transferred {
        /// Which.
        queue: String,
    },
    /// It may take longer.
    Extended {
        /// By how much.
        minutes: u16,
        /// Who did it.
        by: Option<Uuid>,
    },
    /// Somebody more is expected.
    Invited {
        /// Who.
        participant: Expected,
        /// Who asked them.
        by: Option<Uuid>,
    },
    /// Somebody is expected no more, and has not been in.
    Uninvited {
        /// Who.
        participant: Uuid,
    },
    /// What is written of somebody was put right.
    Amended {
        /// Who.
        participant: Uuid,
        /// Their language (BCP 47).
        language: String,
        /// What the others see.
        display_name: String,
    },
    /// Somebody got a new link; the earlier one opens nothing any more.
    LinkRenewed {
        /// Who.
        participant: Uuid,
    },
    /// The first person has come.
    Opened,
    /// A person has opened their link and waits in the lobby.
    Arrived {
        /// Who.
        participant: Uuid,
    },
    /// A person was let in.
    Admitted {
        /// Who.
        participant: Uuid,
        /// The member of staff who did it; `None` when the role alone opens the door.
        by: Option<Uuid>,
    },
    /// A waiting person was sent away.
    Declined {
        /// Who.
        participant: Uuid,
        /// Who did it.
        by: Option<Uuid>,
    },
    /// A person was taken out for good.
    Removed {
        /// Who.
        participant: Uuid,
        /// Who did it.
        by: Option<Uuid>,
    },
    /// A person has left by their own will.
    Left {
        /// Who.
        participant: Uuid,
    },
    /// A person's connection was gone for longer than the grace time.
    Lost {
        /// Who.
        participant: Uuid,
    },
    /// A person let in earlier is back.
    Returned {
        /// Who.
        participant: Uuid,
    },
    /// Somebody waits longer than they should.
    WaitBreached {
        /// Who.
        participant: Uuid,
    },
    /// Staff is in the visit for the first time.
    WentLive,
    /// A gate was passed. What the person stated is not here.
    Checked {
        /// Who passed it.
        participant: Uuid,
        /// Which.
        gate: Gate,
        /// How.
        method: Method,
        /// The member of staff who saw to it; `None` when the person did.
        by: Option<Uuid>,
    },
    /// A gate was tried and not passed.
    CheckFailed {
        /// Who tried.
        participant: Uuid,
        /// Which.
        gate: Gate,
        /// How.
        method: Method,
    },
    /// Staff went on without something the policy asks for.
    Deviated {
        /// Whose.
        participant: Uuid,
        /// Which gate.
        gate: Gate,
        /// Why, in staff's words. For the audit only.
        reason: String,
        /// Who decided it.
        by: Option<Uuid>,
    },
    /// A person has agreed.
    ConsentGiven {
        /// Who.
        participant: Uuid,
        /// To what.
        purpose: Purpose,
        /// Which text they were shown.
        version: String,
        /// In which language.
        language: String,
        /// Who said it for them: a proxy, or staff who heard it; `None` when they did.
        by: Option<Uuid>,
    },
    /// A person has not agreed.
    ConsentRefused {
        /// Who.
        participant: Uuid,
        /// To what.
        purpose: Purpose,
    },
    /// A person agrees no longer.
    ConsentWithdrawn {
        /// Who.
        participant: Uuid,
        /// To what.
        purpose: Purpose,
    },
    /// Some of staff confer; the others neither hear nor see them.
    SidebarOpened {
        /// Who.
        members: Vec<Uuid>,
        /// Who began it.
        by: Uuid,
    },
    /// They are back with the others.
    SidebarClosed {
        /// Who ended it; `None` when too few were left.
        by: Option<Uuid>,
    },
    /// A person is out of the room's media for a while.
    SetApart {
        /// Who.
        participant: Uuid,
        /// Why.
        why: Apart,
        /// Who did it.
        by: Uuid,
    },
    /// They are back with the others.
    BroughtBack {
        /// Who.
        participant: Uuid,
        /// Who did it.
        by: Uuid,
    },
    /// A member of staff asks another to lead.
    HandOverOffered {
        /// Who leads now.
        from: Uuid,
        /// Who is asked.
        to: Uuid,
    },
    /// Somebody else leads now.
    HandedOver {
        /// Who leads now.
        to: Uuid,
    },
    /// A part of the visit has begun; the one before it has ended.
    SegmentStarted {
        /// Its place in the plan, from zero.
        segment: u16,
        /// Who began it.
        by: Option<Uuid>,
    },
    /// The recording is to go on, from its beginning or after a rest. Nothing is recorded until
    /// a part of it is on a disk.
    RecordingAsked {
        /// Which; a new id begins another recording.
        recording: Uuid,
        /// Who wished it; `None` when what it rested for has passed.
        by: Option<Uuid>,
    },
    /// Its first part is on a disk.
    RecordingStarted {
        /// Which.
        recording: Uuid,
    },
    /// Nobody is recorded from this moment on.
    RecordingPaused {
        /// Which.
        recording: Uuid,
        /// Why.
        why: RestReason,
        /// Who wished it, where it was a wish.
        by: Option<Uuid>,
    },
    /// It is being recorded again after a rest, or without the fault there was.
    RecordingResumed {
        /// Which.
        recording: Uuid,
    },
    /// It is over; what waits is still being stored.
    RecordingStopped {
        /// Which.
        recording: Uuid,
        /// Who ended it; `None` when the visit did.
        by: Option<Uuid>,
    },
    /// Something is wrong with it.
    RecordingFailed {
        /// Which.
        recording: Uuid,
        /// What.
        why: RecordingFailure,
        /// Whether it is over by that.
        over: bool,
    },
    /// It is whole and in the store; also after the visit's end.
    RecordingSealed {
        /// Which.
        recording: Uuid,
        /// What it is.
        summary: Summary,
    },
    /// The planned end has passed, and the visit goes on.
    Overran,
    /// The patient has not come in time.
    NoShowProposed,
    /// It was no no-show: the patient came, or staff says so.
    NoShowDismissed {
        /// Who said so; `None` when the patient came.
        by: Option<Uuid>,
    },
    /// The patient did not come.
    NoShowConfirmed {
        /// Who confirmed it.
        by: Option<Uuid>,
    },
    /// The visit is over.
    Ended {
        /// Who ended it; `None` when it was abandoned and time ended it, or by the scheduling
        /// system.
        by: Option<Uuid>,
        /// How it ended, if anybody said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        outcome: Option<Outcome>,
    },
    /// The visit will not take place.
    Cancelled,
    /// Something of recorded education; in the log it stands like all others.
    #[serde(untagged)]
    Lesson(LessonEvent),
    /// Something of interpretation; in the log it stands like all others.
    #[serde(untagged)]
    Interpret(InterpretEvent),
    /// Something staff did for people beside the talk; in the log it stands like all others.
    #[serde(untagged)]
    Attend(AttendEvent),
}

impl VisitEvent {
    /// The name it has in the store (`event`).
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Scheduled { .. } => "scheduled",
            Self::Rescheduled { .. } => "rescheduled",
            Self::Transferred { .. } => "transferred",
            Self::Extended { .. } => "extended",
            Self::Invited { .. } => "invited",
            Self::Uninvited { .. } => "uninvited",
            Self::Amended { .. } => "amended",
            Self::LinkRenewed { .. } => "link_renewed",
            Self::Opened => "opened",
            Self::Arrived { .. } => "arrived",
            Self::Admitted { .. } => "admitted",
            Self::Declined { .. } => "declined",
            Self::Removed { .. } => "removed",
            Self::Left { .. } => "left",
            Self::Lost { .. } => "lost",
            Self::Returned { .. } => "returned",
            Self::WaitBreached { .. } => "wait_breached",
            Self::WentLive => "went_live",
            Self::Checked { .. } => "checked",
            Self::CheckFailed { .. } => "check_failed",
            Self::Deviated { .. } => "deviated",
            Self::ConsentGiven { .. } => "consent_given",
            Self::ConsentRefused { .. } => "consent_refused",
            Self::ConsentWithdrawn { .. } => "consent_withdrawn",
            Self::SidebarOpened { .. } => "sidebar_opened",
            Self::SidebarClosed { .. } => "sidebar_closed",
            Self::SetApart { .. } => "set_apart",
            Self::BroughtBack { .. } => "brought_back",
            Self::HandOverOffered { .. } => "hand_over_offered",
            Self::HandedOver { .. } => "handed_over",
            Self::SegmentStarted { .. } => "segment_started",
            Self::RecordingAsked { .. } => "recording_asked",
            Self::RecordingStarted { .. } => "recording_started",
            Self::RecordingPaused { .. } => "recording_paused",
            Self::RecordingResumed { .. } => "recording_resumed",
            Self::RecordingStopped { .. } => "recording_stopped",
            Self::RecordingFailed { .. } => "recording_failed",
            Self::RecordingSealed { .. } => "recording_sealed",
            Self::Overran => "overran",
            Self::NoShowProposed => "no_show_proposed",
            Self::NoShowDismissed { .. } => "no_show_dismissed",
            Self::NoShowConfirmed { .. } => "no_show_confirmed",
            Self::Ended { .. } => "ended",
            Self::Cancelled => "cancelled",
            Self::Lesson(event) => event.name(),
            Self::Interpret(event) => event.name(),
            Self::Attend(event) => event.name(),
        }
    }
}

impl VisitEvent {
    /// The one person it is about, where it is about one.
    #[must_use]
    pub const fn participant(&self) -> Option<Uuid> {
        match self {
            Self::Invited { participant, .. } => Some(participant.id),
            Self::Uninvited { participant }
            | Self::Amended { participant, .. }
            | Self::LinkRenewed { participant }
            | Self::Arrived { participant }
            | Self::Admitted { participant, .. }
            | Self::Declined { participant, .. }
            | Self::Removed { participant, .. }
            | Self::Left { participant }
            | Self::Lost { participant }
            | Self::Returned { participant }
            | Self::WaitBreached { participant }
            | Self::Checked { participant, .. }
            | Self::CheckFailed { participant, .. }
            | Self::Deviated { participant, .. }
            | Self::ConsentGiven { participant, .. }
            | Self::ConsentRefused { participant, .. }
            | Self::ConsentWithdrawn { participant, .. }
            | Self::SetApart { participant, .. }
            | Self::BroughtBack { participant, .. } => Some(*participant),
            Self::HandOverOffered { to, .. } | Self::HandedOver { to } => Some(*to),
            Self::Lesson(event) => event.participant(),
            Self::Interpret(event) => event.participant(),
            Self::Attend(event) => event.participant(),
            Self::Scheduled { .. }
            | Self::Rescheduled { .. }
            | Self::Transferred { .. }
            | Self::Extended { .. }
            | Self::Opened
            | Self::WentLive
            | Self::SidebarOpened { .. }
            | Self::SidebarClosed { .. }
            | Self::SegmentStarted { .. }
            | Self::RecordingAsked { .. }
            | Self::RecordingStarted { .. }
            | Self::RecordingPaused { .. }
            | Self::RecordingResumed { .. }
            | Self::RecordingStopped { .. }
            | Self::RecordingFailed { .. }
            | Self::RecordingSealed { .. }
            | Self::Overran
            | Self::NoShowProposed
            | Self::NoShowDismissed { .. }
            | Self::NoShowConfirmed { .. }
            | Self::Ended { .. }
            | Self::Cancelled => None,
        }
    }
}

impl VisitEvent {
    /// The member of staff who did it, where one did.
    #[must_use]
    pub const fn by(&self) -> Option<Uuid> {
        match self {
            Self::Extended { by, .. }
            | Self::Invited { by, .. }
            | Self::Admitted { by, .. }
            | Self::Declined { by, .. }
            | Self::Removed { by, .. }
            | Self::Checked { by, .. }
            | Self::Deviated { by, .. }
            | Self::ConsentGiven { by, .. }
            | Self::SidebarClosed { by }
            | Self::SegmentStarted { by, .. }
            | Self::NoShowDismissed { by }
            | Self::NoShowConfirmed { by }
            | Self::RecordingAsked { by, .. }
            | Self::RecordingPaused { by, .. }
            | Self::RecordingStopped { by, .. }
            | Self::Ended { by, .. } => *by,
            Self::SidebarOpened { by, .. }
            | Self::SetApart { by, .. }
            | Self::BroughtBack { by, .. } => Some(*by),
            Self::HandOverOffered { from, .. } => Some(*from),
            Self::Lesson(event) => event.by(),
            Self::Interpret(event) => event.by(),
            Self::Attend(event) => event.by(),
            Self::Scheduled { .. }
            | Self::Rescheduled { .. }
            | Self::Transferred { .. }
            | Self::Uninvited { .. }
            | Self::Amended { .. }
            | Self::LinkRenewed { .. }
            | Self::Opened
            | Self::Arrived { .. }
            | Self::Left { .. }
            | Self::Lost { .. }
            | Self::Returned { .. }
            | Self::WaitBreached { .. }
            | Self::WentLive
            | Self::CheckFailed { .. }
            | Self::ConsentRefused { .. }
            | Self::ConsentWithdrawn { .. }
            | Self::HandedOver { .. }
            | Self::RecordingStarted { .. }
            | Self::RecordingResumed { .. }
            | Self::RecordingFailed { .. }
            | Self::RecordingSealed { .. }
            | Self::Overran
            | Self::NoShowProposed
            | Self::Cancelled => None,
        }
    }

    /// The code word of the gate or purpose it is about, or why somebody is apart or a recording
    /// rests or fails.
    #[must_use]
    pub const fn about(&self) -> Option<&'static str> {
        if let Self::Checked { gate, .. }
        | Self::CheckFailed { gate, .. }
        | Self::Deviated { gate, .. } = self
        {
            return Some(gate.name());
        }
        if let Self::ConsentGiven { purpose, .. }
        | Self::ConsentRefused { purpose, .. }
        | Self::ConsentWithdrawn { purpose, .. } = self
        {
            return Some(purpose.name());
        }
        if let Self::Attend(event) = self {
            return event.about();
        }
        if let Self::RecordingPaused { why, .. } = self {
            return Some(why.name());
        }
        if let Self::RecordingFailed { why, .. } = self {
            return Some(why.name());
        }
        if let Self::SetApart { why, .. } = self { Some(why.name()) } else { None }
    }

    /// The recording it is about, where it is about one.
    #[must_use]
    pub const fn recording(&self) -> Option<Uuid> {
        if let Self::RecordingAsked { recording, .. }
        | Self::RecordingStarted { recording }
        | Self::RecordingPaused { recording, .. }
        | Self::RecordingResumed { recording }
        | Self::RecordingStopped { recording, .. }
        | Self::RecordingFailed { recording, .. }
        | Self::RecordingSealed { recording, .. } = self
        {
            Some(*recording)
        } else {
            None
        }
    }

    /// Whether nothing of the visit comes after it but what becomes of its recordings.
    #[must_use]
    pub const fn is_last(&self) -> bool {
        matches!(self, Self::Ended { .. } | Self::Cancelled | Self::NoShowConfirmed { .. })
    }
}

/// What was planned beside time and people.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Plan {
    /// It goes before the others of its queue.
    pub urgent: bool,
    /// The queue it waits in.
    pub queue: Option<String>,
    /// The rules it is held under, as they were when it was planned.
    pub policy: Policy,
    /// Its parts, one after another.
    pub segments: Vec<Segment>,
}

/// Somebody planned for a visit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expected {
    /// Their id in this visit.
    pub id: Uuid,
    /// The part they play.
    pub role: Role,
    /// Their language (BCP 47).
    pub language: String,
    /// What the others see.
    pub display_name: String,
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
    #[serde(default)]
    pub interpreter_needed: bool,
}
