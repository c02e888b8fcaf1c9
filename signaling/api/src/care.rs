//! What pages and the visit say to each other beside media: checks, consents, chat.
//!
//! In and out: parts of the messages in `socket`.
//! Never: an answer's content sent back to anybody; staff see whether, and read what people
//! stated by the API.

use crate::person::{Method, Relationship};
use crate::policy::{Gate, Need, Point, Purpose};
use crate::role::Role;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;
use uuid::Uuid;

/// Longest text of one chat line or of a reason, in characters.
pub const TEXT_CHARS_MAX: usize = 2_000;
/// Latest that a ready-made sentence can say somebody is, in minutes: as long as the longest visit.
pub const LATE_MINUTES_MAX: u16 = 480;
/// Longest statement of where somebody is or of a telephone number, in characters.
pub const STATEMENT_CHARS_MAX: usize = 200;

/// Whom and what staff saw when they let somebody in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Shown {
    /// The name.
    pub display_name: String,
    /// The start of the visit (RFC 3339).
    #[ts(type = "string")]
    pub starts_at: Timestamp,
}

/// Something staff goes on without.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Skip {
    /// What.
    pub gate: Gate,
    /// Why, in staff's words.
    pub reason: String,
}

/// Something staff goes on without, and whose it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct SkipOf {
    /// Whose.
    pub participant: Uuid,
    /// What.
    pub gate: Gate,
    /// Why, in staff's words.
    pub reason: String,
}

/// What is shown or said at a gate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "gate", rename_all = "snake_case", deny_unknown_fields)]
pub enum Evidence {
    /// Two things only the right person is likely to know.
    TwoIdentifiers {
        /// Date of birth.
        birth_date: String,
        /// The second one.
        second: String,
    },
    /// A one-time code that the scheduling system has sent.
    OneTimeCode {
        /// Its digits.
        code: String,
    },
    /// Staff has looked or asked; for another person only.
    ByStaff {
        /// What was checked.
        checked: Gate,
        /// By looking (a face, a document) or by asking.
        looked: bool,
        /// Whether it was as it should be.
        passed: bool,
    },
    /// Where the person is.
    Location {
        /// In their words.
        place: String,
    },
    /// Under which number they can be called back.
    Callback {
        /// The number.
        number: String,
    },
    /// Whether anybody is with them who should not hear.
    Privacy {
        /// They are alone, or only with whom they want.
        alone: bool,
    },
    /// How the device check went.
    Device {
        /// The camera gives a picture.
        camera: bool,
        /// The microphone gives sound.
        microphone: bool,
        /// The server can be reached for media.
        line: bool,
    },
}

/// What a person says when they are asked to agree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "say", rename_all = "snake_case", deny_unknown_fields)]
pub enum ConsentAnswer {
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

/// Something a person is asked to agree to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ConsentAsk {
    /// To what.
    pub purpose: Purpose,
    /// How much it is needed.
    pub need: Need,
    /// Which text.
    pub version: String,
    /// The language of the text (BCP 47): the person's own where there is one in it.
    pub language: String,
    /// The text.
    pub text: String,
    /// What they said; `null` while they have said nothing.
    pub agreed: Option<bool>,
}

/// Something that has to be checked of a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct GateAsk {
    /// What.
    pub gate: Gate,
    /// How much it is needed.
    pub need: Need,
    /// When.
    pub point: Point,
    /// How it can be passed, by the person themselves.
    pub by: Vec<Method>,
    /// Whether it is passed, or gone on without.
    pub through: bool,
    /// How often it was tried and not passed since it last was.
    pub failures: u32,
}

/// What of a person is checked and agreed, for staff.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Readiness {
    /// What is passed.
    pub passed: Vec<Gate>,
    /// What staff has gone on without.
    pub skipped: Vec<Gate>,
    /// What was tried and not passed.
    pub failed: Vec<Gate>,
    /// What is still needed before they can be let in.
    pub before_admission: Vec<Gate>,
    /// What is still needed before the visit can end.
    pub before_end: Vec<Gate>,
    /// What they have agreed to.
    pub agreed: Vec<Purpose>,
    /// What they have said no to.
    pub refused: Vec<Purpose>,
    /// Since when they wait (RFC 3339).
    #[ts(type = "string | null")]
    pub waiting_since: Option<Timestamp>,
    /// They wait longer than they should.
    pub waits_too_long: bool,
    /// They need an interpreter into their language.
    pub interpreter_needed: bool,
}

/// To whom somebody writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "to", rename_all = "snake_case", deny_unknown_fields)]
pub enum ChatTo {
    /// To everybody who is in the visit, and in the same circle.
    Everybody,
    /// To staff; the only way for somebody who waits.
    Staff,
    /// From staff to one person, also one who waits.
    Person {
        /// Who.
        participant: Uuid,
    },
    /// From staff to everybody who waits in this visit; staff reads it too.
    Waiting,
}

/// A ready-made sentence for people who wait. It travels as its code: each page says it in the
/// language of whoever reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS, ToSchema)]
#[serde(tag = "code", rename_all = "snake_case", deny_unknown_fields)]
pub enum ReadyMade {
    /// Whoever they wait for comes later.
    Late {
        /// By about how many minutes.
        #[schema(minimum = 1, maximum = 480)]
        minutes: u16,
    },
    /// It is their turn soon.
    Soon,
    /// It takes longer than planned.
    Longer,
    /// Somebody else will see them.
    Another,
    /// Something technical is being mended.
    Trouble,
    /// Whoever cannot wait is to call.
    Call,
}

impl ReadyMade {
    /// Whether the sentence says something a person can believe.
    #[must_use]
    pub const fn is_sensible(self) -> bool {
        match self {
            Self::Late { minutes } => minutes >= 1 && minutes <= LATE_MINUTES_MAX,
            Self::Soon | Self::Longer | Self::Another | Self::Trouble | Self::Call => true,
        }
    }
}

/// One line of the chat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ChatLine {
    /// Its id (UUID version 7).
    pub id: Uuid,
    /// Who wrote it; all zeros for staff at the desk, who is nobody of the visit.
    pub from: Uuid,
    /// The part they play in the visit; `null` for the desk.
    #[serde(default)]
    pub role: Option<Role>,
    /// To whom.
    pub to: ChatTo,
    /// When (RFC 3339).
    #[ts(type = "string")]
    pub at: Timestamp,
    /// What; empty where it is ready-made.
    pub text: String,
    /// What, as a ready-made sentence.
    #[serde(default)]
    pub ready: Option<ReadyMade>,
}

/// Somebody who is asked to come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Invitation {
    /// The part they play.
    pub role: Role,
    /// Their language (BCP 47).
    pub language: String,
    /// What the others see.
    pub display_name: String,
    /// How they are related to the patient.
    #[serde(default)]
    pub relationship: Option<Relationship>,
}
