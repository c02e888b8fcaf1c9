//! What is told of what happens in a visit.
//!
//! In: an event. Out: the type of the message and what it is about.
//! Never: a name, a text, a birth date, an outcome; and nothing of an event that this list does
//! not know, because there is none: the compiler asks for a line here.

use crate::visit::{AttendEvent, InterpretEvent, LessonEvent, VisitEvent};
use bedside_signaling_api::policy::Gate;
use bedside_signaling_api::webhook::{MessageFacts, WebhookType};
use uuid::Uuid;

/// How every message's id begins.
pub(crate) const MESSAGE_PREFIX: &str = "msg_";

/// The id of a message as receivers see it.
pub(crate) fn message_id(id: Uuid) -> String {
    format!("{MESSAGE_PREFIX}{}", id.simple())
}

/// The id that a receiver sent back.
pub(crate) fn message_uuid(text: &str) -> Option<Uuid> {
    Uuid::try_parse(text.strip_prefix(MESSAGE_PREFIX)?).ok()
}

/// What is told of an event, but for which visit and when.
pub(crate) fn of(event: &VisitEvent) -> (WebhookType, MessageFacts) {
    (kind(event), facts(event))
}

fn kind(event: &VisitEvent) -> WebhookType {
    match event {
        VisitEvent::Scheduled { .. } => WebhookType::VisitCreated,
        VisitEvent::Rescheduled { .. } => WebhookType::VisitRescheduled,
        VisitEvent::Transferred { .. } => WebhookType::VisitTransferred,
        VisitEvent::Extended { .. } => WebhookType::VisitExtended,
        VisitEvent::Invited { .. } => WebhookType::ParticipantInvited,
        VisitEvent::Uninvited { .. } => WebhookType::ParticipantUninvited,
        VisitEvent::Amended { .. } => WebhookType::ParticipantAmended,
        VisitEvent::LinkRenewed { .. } => WebhookType::ParticipantLinkRenewed,
        VisitEvent::Opened => WebhookType::VisitOpened,
        VisitEvent::Arrived { .. } => WebhookType::ParticipantWaiting,
        VisitEvent::Admitted { .. } => WebhookType::ParticipantAdmitted,
        VisitEvent::Declined { .. } => WebhookType::ParticipantDeclined,
        VisitEvent::Removed { .. } => WebhookType::ParticipantRemoved,
        VisitEvent::Left { .. } => WebhookType::ParticipantLeft,
        VisitEvent::Lost { .. } => WebhookType::ParticipantLost,
        VisitEvent::Returned { .. } => WebhookType::ParticipantReturned,
        VisitEvent::WaitBreached { .. } => WebhookType::WaitBreached,
        VisitEvent::WentLive => WebhookType::VisitStarted,
        VisitEvent::Checked { gate: Gate::Identity, .. } => WebhookType::IdentityVerified,
        VisitEvent::Checked { .. } => WebhookType::CheckPassed,
        VisitEvent::CheckFailed { .. } => WebhookType::CheckFailed,
        VisitEvent::Deviated { .. } => WebhookType::CheckSkipped,
        VisitEvent::ConsentGiven { .. } => WebhookType::ConsentGranted,
        VisitEvent::ConsentRefused { .. } => WebhookType::ConsentRefused,
        VisitEvent::ConsentWithdrawn { .. } => WebhookType::ConsentWithdrawn,
        VisitEvent::SidebarOpened { .. } => WebhookType::SidebarOpened,
        VisitEvent::SidebarClosed { .. } => WebhookType::SidebarClosed,
        VisitEvent::SetApart { .. } => WebhookType::ParticipantSetApart,
        VisitEvent::BroughtBack { .. } => WebhookType::ParticipantBroughtBack,
        VisitEvent::HandOverOffered { .. } => WebhookType::HandoverOffered,
        VisitEvent::HandedOver { .. } => WebhookType::HandoverAccepted,
        VisitEvent::SegmentStarted { .. } => WebhookType::SegmentStarted,
        VisitEvent::RecordingAsked { .. } => WebhookType::RecordingAsked,
        VisitEvent::RecordingStarted { .. } => WebhookType::RecordingStarted,
        VisitEvent::RecordingPaused { .. } => WebhookType::RecordingPaused,
        VisitEvent::RecordingResumed { .. } => WebhookType::RecordingResumed,
        VisitEvent::RecordingStopped { .. } => WebhookType::RecordingStopped,
        VisitEvent::RecordingFailed { .. } => WebhookType::RecordingFailed,
        VisitEvent::RecordingSealed { .. } => WebhookType::RecordingSealed,
        VisitEvent::Overran => WebhookType::VisitOverran,
        VisitEvent::NoShowProposed => WebhookType::VisitNoShowProposed,
        VisitEvent::NoShowDismissed { .. } => WebhookType::VisitNoShowDismissed,
        VisitEvent::NoShowConfirmed { .. } => WebhookType::VisitNoShow,
        VisitEvent::Ended { .. } => WebhookType::VisitEnded,
        VisitEvent::Cancelled => WebhookType::VisitCancelled,
        VisitEvent::Lesson(event) => kind_of_lesson(event),
        VisitEvent::Interpret(event) => kind_of_interpretation(event),
        VisitEvent::Attend(event) => kind_of_attendance(event),
    }
}

const fn kind_of_lesson(event: &LessonEvent) -> WebhookType {
    match event {
        LessonEvent::Started { .. } => WebhookType::LessonStarted,
        LessonEvent::Steered { .. } => WebhookType::LessonChanged,
        LessonEvent::Ended => WebhookType::LessonEnded,
        LessonEvent::Stopped { .. } => WebhookType::LessonStopped,
        LessonEvent::Offered { .. } => WebhookType::LessonOffered,
        LessonEvent::Watched { .. } => WebhookType::TutorialWatched,
    }
}

const fn kind_of_interpretation(event: &InterpretEvent) -> WebhookType {
    match event {
        InterpretEvent::ModeSet { .. } => WebhookType::InterpretingChanged,
        InterpretEvent::DirectionSet { .. } => WebhookType::InterpreterTurned,
        InterpretEvent::Offered { .. } => WebhookType::ChannelOffered,
        InterpretEvent::Taken { .. } => WebhookType::ChannelTaken,
        InterpretEvent::ListeningChosen { .. } => WebhookType::ListeningChosen,
    }
}

const fn kind_of_attendance(event: &AttendEvent) -> WebhookType {
    match event {
        AttendEvent::VoiceOnlySet { .. } => WebhookType::ModalityChanged,
        AttendEvent::TopicCovered { .. } => WebhookType::TopicCovered,
        AttendEvent::StillGiven { .. } => WebhookType::StillGiven,
        AttendEvent::ExperienceTold { .. } => WebhookType::ExperienceTold,
    }
}

/// Every field that is told is named here, and none is told because it is there.
fn facts(event: &VisitEvent) -> MessageFacts {
    let mut facts =
        MessageFacts { participant: event.participant(), by: by(event), ..MessageFacts::default() };
    match event {
        VisitEvent::Checked { gate, method, .. } | VisitEvent::CheckFailed { gate, method, .. } => {
            (facts.gate, facts.method) = (Some(*gate), Some(*method));
        }
        VisitEvent::Deviated { gate, .. } => facts.gate = Some(*gate),
        VisitEvent::ConsentGiven { purpose, .. }
        | VisitEvent::ConsentRefused { purpose, .. }
        | VisitEvent::ConsentWithdrawn { purpose, .. } => facts.purpose = Some(*purpose),
        VisitEvent::SidebarOpened { members, .. } => facts.members.clone_from(members),
        VisitEvent::SetApart { why, .. } => facts.why = Some(*why),
        VisitEvent::SegmentStarted { segment, .. } => facts.segment = Some(*segment),
        VisitEvent::RecordingPaused { recording, why, .. } => {
            (facts.recording, facts.rests) = (Some(*recording), Some(*why));
        }
        VisitEvent::RecordingFailed { recording, why, over } => {
            facts.recording = Some(*recording);
            (facts.failure, facts.over) = (Some(*why), Some(*over));
        }
        VisitEvent::RecordingAsked { recording, .. }
        | VisitEvent::RecordingStarted { recording }
        | VisitEvent::RecordingResumed { recording }
        | VisitEvent::RecordingStopped { recording, .. }
        | VisitEvent::RecordingSealed { recording, .. } => facts.recording = Some(*recording),
        VisitEvent::Lesson(event) => {
            (facts.tutorial, facts.percent) = (event.tutorial(), event.percent());
        }
        VisitEvent::Scheduled { .. }
        | VisitEvent::Rescheduled { .. }
        | VisitEvent::Transferred { .. }
        | VisitEvent::Extended { .. }
        | VisitEvent::Invited { .. }
        | VisitEvent::Uninvited { .. }
        | VisitEvent::Amended { .. }
        | VisitEvent::LinkRenewed { .. }
        | VisitEvent::Opened
        | VisitEvent::Arrived { .. }
        | VisitEvent::Admitted { .. }
        | VisitEvent::Declined { .. }
        | VisitEvent::Removed { .. }
        | VisitEvent::Left { .. }
        | VisitEvent::Lost { .. }
        | VisitEvent::Returned { .. }
        | VisitEvent::WaitBreached { .. }
        | VisitEvent::WentLive
        | VisitEvent::SidebarClosed { .. }
        | VisitEvent::BroughtBack { .. }
        | VisitEvent::HandOverOffered { .. }
        | VisitEvent::HandedOver { .. }
        | VisitEvent::Overran
        | VisitEvent::NoShowProposed
        | VisitEvent::NoShowDismissed { .. }
        | VisitEvent::NoShowConfirmed { .. }
        | VisitEvent::Ended { .. }
        | VisitEvent::Cancelled
        | VisitEvent::Attend(_)
        | VisitEvent::Interpret(_) => {}
    }
    facts
}

/// The participant who did it.
const fn by(event: &VisitEvent) -> Option<Uuid> {
    match event {
        VisitEvent::Extended { by, .. }
        | VisitEvent::Invited { by, .. }
        | VisitEvent::Admitted { by, .. }
        | VisitEvent::Declined { by, .. }
        | VisitEvent::Removed { by, .. }
        | VisitEvent::Checked { by, .. }
        | VisitEvent::Deviated { by, .. }
        | VisitEvent::ConsentGiven { by, .. }
        | VisitEvent::SidebarClosed { by }
        | VisitEvent::SegmentStarted { by, .. }
        | VisitEvent::NoShowDismissed { by }
        | VisitEvent::NoShowConfirmed { by }
        | VisitEvent::RecordingAsked { by, .. }
        | VisitEvent::RecordingPaused { by, .. }
        | VisitEvent::RecordingStopped { by, .. }
        | VisitEvent::Ended { by, .. } => *by,
        VisitEvent::SidebarOpened { by, .. }
        | VisitEvent::SetApart { by, .. }
        | VisitEvent::BroughtBack { by, .. }
        | VisitEvent::HandOverOffered { from: by, .. } => Some(*by),
        VisitEvent::Lesson(event) => event.by(),
        VisitEvent::Interpret(event) => event.by(),
        VisitEvent::Attend(event) => event.by(),
        VisitEvent::Scheduled { .. }
        | VisitEvent::Rescheduled { .. }
        | VisitEvent::Transferred { .. }
        | VisitEvent::Uninvited { .. }
        | VisitEvent::Amended { .. }
        | VisitEvent::LinkRenewed { .. }
        | VisitEvent::Opened
        | VisitEvent::Arrived { .. }
        | VisitEvent::Left { .. }
        | VisitEvent::Lost { .. }
        | VisitEvent::Returned { .. }
        | VisitEvent::WaitBreached { .. }
        | VisitEvent::WentLive
        | VisitEvent::CheckFailed { .. }
        | VisitEvent::ConsentRefused { .. }
        | VisitEvent::ConsentWithdrawn { .. }
        | VisitEvent::HandedOver { .. }
        | VisitEvent::RecordingStarted { .. }
        | VisitEvent::RecordingResumed { .. }
        | VisitEvent::RecordingFailed { .. }
        | VisitEvent::RecordingSealed { .. }
        | VisitEvent::Overran
        | VisitEvent::NoShowProposed
        | VisitEvent::Cancelled => None,
    }
}

#[cfg(test)]
pub(crate) mod tests;
