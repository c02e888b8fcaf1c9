//! What somebody wants of a visit.
//!
//! In: a wish of a page, of the scheduling system or of the clock, already understood. Out: a
//! value for `Visit::decide`.
//! Never: free text but a reason, and never what a person stated; that is kept beside the log.

use super::attend::Attend;
use super::interpreting::Interpret;
use super::lesson::Teach;
use super::{Expected, RecorderWord};
use bedside_signaling_api::person::{Apart, Method, Outcome};
use bedside_signaling_api::policy::{Gate, Purpose};
use jiff::Timestamp;
use uuid::Uuid;

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// A person of the visit; what they may do is in the table of roles.
    Person(Uuid),
    /// The scheduling system, for staff.
    Desk,
}

impl By {
    /// The person, where it is one.
    #[must_use]
    pub const fn person(self) -> Option<Uuid> {
        match self {
            Self::Person(id) => Some(id),
            Self::Desk => None,
        }
    }
}

/// Something staff goes on without, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skip {
    /// What.
    pub gate: Gate,
    /// Why, in staff's words.
    pub reason: String,
}

/// Whom and what staff saw when they let somebody in; compared with what is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// The name.
    pub display_name: String,
    /// The start of the visit.
    pub starts_at: Timestamp,
}

/// Which visit staff saw when they moved it to another queue; compared with what is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// Whom, and when.
    pub shown: Shown,
    /// In which queue.
    pub queue: Option<String>,
}

/// What somebody wants of a visit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// A person has opened their link.
    Open {
        /// Who.
        participant: Uuid,
    },
    /// Staff lets a waiting person in.
    Admit {
        /// Who asks.
        by: By,
        /// Who is meant.
        participant: Uuid,
        /// Whom and what they saw; `None` compares nothing.
        shown: Option<Shown>,
        /// What they go on without.
        skip: Vec<Skip>,
    },
    /// Staff sends a waiting person away.
    Decline {
        /// Who asks.
        by: By,
        /// Who is meant.
        participant: Uuid,
    },
    /// Staff takes a person out for good.
    Remove {
        /// Who asks.
        by: By,
        /// Who is meant.
        participant: Uuid,
    },
    /// A person leaves.
    Leave {
        /// Who.
        participant: Uuid,
    },
    /// A person's connection was gone for longer than the grace time.
    Lose {
        /// Who.
        participant: Uuid,
    },
    /// Staff ends the visit for all.
    End {
        /// Who asks.
        by: By,
        /// How it ended.
        outcome: Option<Outcome>,
        /// What they go on without, and whose.
        skip: Vec<(Uuid, Skip)>,
    },
    /// The scheduling system calls the visit off.
    Cancel,
    /// The visit is moved, before anybody but those who wait has come.
    Reschedule {
        /// When it starts.
        starts_at: Timestamp,
        /// How long it is planned to take.
        duration_minutes: u16,
    },
    /// The visit is to wait in another queue.
    Transfer {
        /// Which.
        queue: String,
        /// The visit as staff saw it.
        seen: Seen,
    },
    /// The visit may take longer.
    Extend {
        /// Who asks.
        by: By,
        /// By how much.
        minutes: u16,
    },
    /// Somebody more is to come.
    Invite {
        /// Who asks.
        by: By,
        /// Who is to come.
        expected: Expected,
    },
    /// Somebody who has not been in is expected no more.
    Uninvite {
        /// Who.
        participant: Uuid,
    },
    /// What is written of somebody is put right.
    Amend {
        /// Who.
        participant: Uuid,
        /// Their language (BCP 47).
        language: String,
        /// What the others see.
        display_name: String,
    },
    /// Somebody gets a new link.
    RenewLink {
        /// Who asks.
        by: By,
        /// Who is meant.
        participant: Uuid,
    },
    /// A gate was tried. `passed` was found out by whoever compared.
    Check {
        /// Who asks: the person themselves, or staff.
        by: By,
        /// Whose gate.
        participant: Uuid,
        /// Which.
        gate: Gate,
        /// How.
        method: Method,
        /// Whether it was passed.
        passed: bool,
    },
    /// Staff goes on without something.
    Deviate {
        /// Who asks.
        by: By,
        /// Whose.
        participant: Uuid,
        /// What, and why.
        skip: Skip,
    },
    /// A person agrees or does not.
    Consent {
        /// Who says it: the person, their proxy, or staff who heard it.
        by: By,
        /// Whose consent it is.
        participant: Uuid,
        /// To what.
        purpose: Purpose,
        /// What they say.
        answer: Answer,
    },
    /// Some of staff want to confer.
    OpenSidebar {
        /// Who asks; one of the members.
        by: Uuid,
        /// Who, with or without the one who asks.
        with: Vec<Uuid>,
    },
    /// They have conferred.
    CloseSidebar {
        /// Who asks.
        by: Uuid,
    },
    /// A person is to leave the room's media for a while.
    SetApart {
        /// Who asks.
        by: Uuid,
        /// Who is meant.
        participant: Uuid,
        /// Why; not for want of consent, which is no command.
        why: Apart,
    },
    /// They are to come back.
    BringBack {
        /// Who asks.
        by: Uuid,
        /// Who is meant.
        participant: Uuid,
    },
    /// Somebody else is to lead.
    OfferHandOver {
        /// Who asks.
        by: Uuid,
        /// Who is asked.
        to: Uuid,
    },
    /// They do.
    AcceptHandOver {
        /// Who accepts.
        by: Uuid,
    },
    /// A part of the visit begins.
    StartSegment {
        /// Who asks.
        by: By,
        /// Its place in the plan, from zero.
        segment: u16,
    },
    /// Something of recorded education.
    Teach(Teach),
    /// Something of interpretation.
    Interpret(Interpret),
    /// Something staff does for people beside the talk.
    Attend(Attend),
    /// The patient did not come.
    ConfirmNoShow {
        /// Who says so.
        by: By,
    },
    /// It was no no-show.
    DismissNoShow {
        /// Who says so.
        by: By,
    },
    /// The visit is to be recorded, or to go on being recorded.
    StartRecording {
        /// Who asks.
        by: By,
        /// The id of the recording, should this begin one.
        recording: Uuid,
    },
    /// Nobody is to be recorded for a while.
    PauseRecording {
        /// Who asks.
        by: By,
    },
    /// The recording is to go on.
    ResumeRecording {
        /// Who asks.
        by: By,
    },
    /// The recording is to end.
    StopRecording {
        /// Who asks.
        by: By,
    },
    /// The recorder says what has become of a recording.
    Recorded {
        /// Which.
        recording: Uuid,
        /// What.
        word: RecorderWord,
    },
    /// Time has passed: whatever is due at this moment (`Visit::wakes_at`).
    Wake,
}

/// What a person says when they are asked to agree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Yes, to this text.
    Give {
        /// Which text.
        version: String,
        /// In which language it was shown.
        language: String,
    },
    /// No.
    Refuse,
    /// No longer.
    Withdraw,
}
