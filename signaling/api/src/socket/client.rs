//! What a page says.
//!
//! In: JSON with its kind in `t`. Out: the same, typed.
//! Never: an unknown field taken in silence.

use super::{Felt, Sources, View};
use crate::attend::Topic;
use crate::care::{ChatTo, ConsentAnswer, Evidence, Invitation, ReadyMade, Shown, Skip, SkipOf};
use crate::interpreting::{Direction, InterpretingMode};
use crate::person::{Apart, Outcome};
use crate::policy::Purpose;
use crate::recording::RecordingAction;
use crate::tutorial::Audience;
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use uuid::Uuid;

/// What a client says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "t", rename_all = "snake_case", deny_unknown_fields)]
pub enum ClientMessage {
    /// The first message: who this is. Answered by `welcome`, or by `refused` and the end.
    Hello {
        /// From the redeemed link.
        session: String,
    },
    /// The client's session description (SDP): its own send lines and its receive slots.
    /// Allowed once admitted. Answered by `answer` or `refused`; by `media_lost` when the media
    /// plane fails first; not at all when a later one comes first, which replaces it.
    Offer {
        /// Counts this page's offers; whatever is said about this one carries the number too.
        number: u32,
        /// SDP.
        sdp: String,
        /// What is switched on.
        sources: Sources,
    },
    /// The client looks for another way to the server on the connection it has, because its network
    /// changed or nothing comes any more (RFC 8445 section 9). Answered by `ice_restarted`; by
    /// `media_lost` when the server holds that connection no more.
    RestartIce {
        /// Number of the offer whose connection it is.
        number: u32,
        /// The client's new user name fragment (`a=ice-ufrag`).
        ufrag: String,
        /// And its password (`a=ice-pwd`).
        password: String,
    },
    /// What the person has switched on has changed.
    Switch {
        /// What is on now.
        sources: Sources,
    },
    /// What the page shows, and how large; pictures not named are not shown. It stays in
    /// force over a new offer of the same page.
    Show {
        /// The pictures.
        views: Vec<View>,
        /// Whether the person has chosen to spend little data.
        #[serde(default)]
        data_saver: bool,
    },
    /// What the person has heard and seen since the last such message, as their browser counts
    /// it; about every five seconds while media flows. Not answered.
    Felt {
        /// The counts.
        felt: Felt,
    },
    /// Staff lets a waiting person in. Refused with `mismatch` when what they saw is not what is
    /// there, and with `gate_closed` while something has to be checked first.
    Admit {
        /// Who.
        participant: Uuid,
        /// Whom and what they saw as they did it; left out, nothing is compared.
        #[serde(default)]
        shown: Option<Shown>,
        /// What they go on without, and why.
        #[serde(default)]
        skip: Vec<Skip>,
    },
    /// Staff sends a waiting person away.
    Decline {
        /// Who.
        participant: Uuid,
    },
    /// Staff takes a person out of the visit.
    Remove {
        /// Who.
        participant: Uuid,
    },
    /// The person leaves.
    Leave,
    /// Staff ends the visit for all.
    End {
        /// How it ended.
        #[serde(default)]
        outcome: Option<Outcome>,
        /// What they go on without, whose, and why.
        #[serde(default)]
        skip: Vec<SkipOf>,
    },
    /// A gate is tried: by the person themselves, or by staff for them.
    Check {
        /// Whose gate; left out, one's own.
        #[serde(default)]
        participant: Option<Uuid>,
        /// What is shown or said.
        evidence: Evidence,
    },
    /// Staff goes on without something the visit's rules ask for.
    Deviate {
        /// Whose, what, and why.
        skip: SkipOf,
    },
    /// The person agrees or does not.
    Consent {
        /// Whose consent; left out, one's own.
        #[serde(default)]
        participant: Option<Uuid>,
        /// To what.
        purpose: Purpose,
        /// What they say.
        answer: ConsentAnswer,
    },
    /// Writes to somebody.
    Chat {
        /// To whom.
        to: ChatTo,
        /// What; empty where it is ready-made.
        text: String,
        /// A ready-made sentence instead, for those who wait.
        #[serde(default)]
        #[ts(optional)]
        ready: Option<ReadyMade>,
    },
    /// Writes down what is said, for those who are together with the writer. Refused with
    /// `captions_not_agreed` while somebody who is asked has not agreed.
    Caption {
        /// The language it is written in (BCP 47).
        language: String,
        /// Number of the line: another than that of the line before begins a new one.
        number: u32,
        /// The whole line so far; empty takes it back.
        text: String,
        /// Whether it is finished; a finished line is not changed any more.
        #[serde(default)]
        done: bool,
    },
    /// Staff confers with some, apart from the others.
    Sidebar {
        /// With whom.
        with: Vec<Uuid>,
    },
    /// They have conferred.
    CloseSidebar,
    /// Staff takes a person out of the room's media for a while.
    SetApart {
        /// Who.
        participant: Uuid,
        /// Why: `hold` or `confidential`.
        why: Apart,
    },
    /// And back.
    BringBack {
        /// Who.
        participant: Uuid,
    },
    /// Staff asks somebody more to come. Answered by `invited`.
    Invite {
        /// Who.
        person: Invitation,
    },
    /// Staff gives somebody a new link; the earlier one opens nothing any more. Answered by
    /// `invited`.
    RenewLink {
        /// Who.
        participant: Uuid,
    },
    /// Staff asks somebody else to lead.
    OfferHandOver {
        /// Who.
        to: Uuid,
    },
    /// They do.
    AcceptHandOver,
    /// Staff prolongs the visit.
    Extend {
        /// By how much.
        minutes: u16,
    },
    /// A part of the visit begins.
    StartSegment {
        /// Its place in the plan, from zero.
        segment: u16,
    },
    /// Staff says whether the patient's absence is a no-show.
    SettleNoShow {
        /// Whether it is.
        confirmed: bool,
    },
    /// Staff starts, pauses, resumes or stops the recording. What becomes of it is told by
    /// `recording`.
    Record {
        /// What.
        action: RecordingAction,
    },
    /// Staff plays a tutorial from its beginning; one that plays is replaced.
    StartLesson {
        /// Which.
        tutorial: Uuid,
        /// To whom.
        to: Audience,
    },
    /// Staff lets the tutorial go on or rest, at this place.
    SteerLesson {
        /// Whether it runs.
        playing: bool,
        /// From where on, in milliseconds.
        position_ms: u32,
    },
    /// Staff takes the tutorial away.
    StopLesson,
    /// Staff says what people may watch while they wait; the whole list.
    OfferLessons {
        /// The tutorials.
        tutorials: Vec<Uuid>,
    },
    /// The page has played this much of a film to its person.
    Watched {
        /// The tutorial.
        tutorial: Uuid,
        /// The language of the film.
        language: String,
        /// How much of it, in percent.
        percent: u8,
    },
    /// The person chooses what to listen to, instead of what `hearing` says they do. For an
    /// interpreter this is relay; their own channel is refused.
    Listen {
        /// The language of a channel; `null` is the floor.
        language: Option<String>,
    },
    /// Staff or an interpreter says how the visit is interpreted.
    SetInterpreting {
        /// How.
        mode: InterpretingMode,
    },
    /// An interpreter works this way from now on; sent with the two languages changed over to
    /// turn round. Where a partner speaks into that channel, the interpreter rests.
    SetDirection {
        /// Which way; `null` gives the channel up.
        direction: Option<Direction>,
    },
    /// The interpreter who speaks into a channel asks another to take it over.
    OfferChannel {
        /// Whom.
        to: Uuid,
    },
    /// An interpreter takes over the channel they were offered, or their partner's at once.
    TakeChannel,
    /// No picture is to be sent to a person or from them, or again. Staff says it of anybody who
    /// is not staff; a person brings back their own pictures.
    SetVoiceOnly {
        /// Whose.
        participant: Uuid,
        /// Whether only voices go.
        on: bool,
    },
    /// A topic of the counselling has been spoken of.
    CoverTopic {
        /// Which.
        topic: Topic,
    },
    /// Staff asks for a still picture of somebody's camera, as sharp as it can be. Answered by
    /// `still`.
    AskStill {
        /// Whose.
        participant: Uuid,
    },
    /// The person does not want that picture. Who does sends it by
    /// `PUT /v1/stills/{participant}/{still}`.
    RefuseStill {
        /// Which.
        still: Uuid,
    },
    /// Asks what the server's clock says; answered by `clock`.
    Clock {
        /// Any number of the page's own, given back with the answer.
        #[ts(type = "number")]
        sent: u64,
    },
    /// Proves that the way is open; answered by `pong`. A client sends one every five seconds.
    Ping,
}

impl ClientMessage {
    /// The kind on the wire (`t`).
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Hello { .. } => "hello",
            Self::Offer { .. } => "offer",
            Self::RestartIce { .. } => "restart_ice",
            Self::Switch { .. } => "switch",
            Self::Show { .. } => "show",
            Self::Felt { .. } => "felt",
            Self::Admit { .. } => "admit",
            Self::Decline { .. } => "decline",
            Self::Remove { .. } => "remove",
            Self::Leave => "leave",
            Self::End { .. } => "end",
            Self::Check { .. } => "check",
            Self::Deviate { .. } => "deviate",
            Self::Consent { .. } => "consent",
            Self::Chat { .. } => "chat",
            Self::Caption { .. } => "caption",
            Self::Sidebar { .. } => "sidebar",
            Self::CloseSidebar => "close_sidebar",
            Self::SetApart { .. } => "set_apart",
            Self::BringBack { .. } => "bring_back",
            Self::Invite { .. } => "invite",
            Self::RenewLink { .. } => "renew_link",
            Self::OfferHandOver { .. } => "offer_hand_over",
            Self::AcceptHandOver => "accept_hand_over",
            Self::Extend { .. } => "extend",
            Self::StartSegment { .. } => "start_segment",
            Self::SettleNoShow { .. } => "settle_no_show",
            Self::Record { .. } => "record",
            Self::StartLesson { .. } => "start_lesson",
            Self::SteerLesson { .. } => "steer_lesson",
            Self::StopLesson => "stop_lesson",
            Self::OfferLessons { .. } => "offer_lessons",
            Self::Watched { .. } => "watched",
            Self::Listen { .. } => "listen",
            Self::SetInterpreting { .. } => "set_interpreting",
            Self::SetDirection { .. } => "set_direction",
            Self::OfferChannel { .. } => "offer_channel",
            Self::TakeChannel => "take_channel",
            Self::SetVoiceOnly { .. } => "set_voice_only",
            Self::CoverTopic { .. } => "cover_topic",
            Self::AskStill { .. } => "ask_still",
            Self::RefuseStill { .. } => "refuse_still",
            Self::Clock { .. } => "clock",
            Self::Ping => "ping",
        }
    }
}
