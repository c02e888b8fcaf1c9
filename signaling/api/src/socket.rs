//! The messages of the WebSocket, subprotocol `visit.v1`: one JSON object a text frame,
//! its kind in `t`.
//!
//! In: `ClientMessage`. Out: `ServerMessage`. The TypeScript twins are generated from here.
//! Never: the media itself. An unknown `t` from the server is to be ignored by clients.

use crate::care::{
    ChatLine, ChatTo, ConsentAnswer, ConsentAsk, Evidence, GateAsk, Invitation, Readiness, Shown,
    Skip, SkipOf,
};
use crate::person::{Apart, Outcome, Relationship};
use crate::policy::Purpose;
use crate::role::Role;
use crate::visit::SegmentKind;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;
use uuid::Uuid;

/// Name of the subprotocol.
pub const SUBPROTOCOL: &str = "visit.v1";
/// Longest message a client may send, in bytes. An offer with every slot is about half of it.
pub const MESSAGE_BYTES_MAX: usize = 64 * 1024;

/// Where a track comes from.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// Voice.
    Microphone,
    /// Face.
    Camera,
    /// Screen.
    Screen,
}

/// What somebody has switched on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Sources {
    /// Voice.
    pub microphone: bool,
    /// Face.
    pub camera: bool,
    /// Screen.
    pub screen: bool,
}

/// One picture on the person's own screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct View {
    /// Whose.
    pub participant: Uuid,
    /// Camera or screen.
    pub source: Source,
    /// How tall it is drawn, in device pixels; zero pauses it.
    pub height: u16,
    /// The person has put it before the others.
    #[serde(default)]
    pub pinned: bool,
    /// Somebody signs in it: frame rate goes before resolution.
    #[serde(default)]
    pub signing: bool,
}

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
        /// What.
        text: String,
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
            Self::Ping => "ping",
        }
    }
}

/// Where this person stands. After every one but `early`, `waiting` and `admitted` the server closes
/// the socket, and the client does not come back by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// In the right place; staff will let them in.
    Waiting,
    /// In the visit.
    Admitted,
    /// Staff has sent them away.
    Declined,
    /// Staff has taken them out.
    Removed,
    /// They have left; the link still works.
    Left,
    /// The visit is over.
    Ended,
    /// The visit was cancelled.
    Cancelled,
    /// Before the door opens; the client may stay, and waits by itself once it does.
    Early,
    /// The visit went by without them.
    Missed,
    /// The same link was opened on another device or tab, which now has the seat.
    Replaced,
}

/// What this person may do beyond their own microphone and camera.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Capability {
    /// Send voice.
    Speak,
    /// Send a face.
    ShowFace,
    /// Send a screen.
    ShareScreen,
    /// Hear the others.
    Hear,
    /// See the others.
    See,
    /// Write live captions.
    Caption,
    /// Let people in, or send them away.
    Admit,
    /// Take people out.
    Remove,
    /// Ask more people to come.
    Invite,
    /// Confer apart, and set people apart for a while.
    Sidebar,
    /// Start and stop the recording.
    Record,
    /// Prolong the visit and go on to its next part.
    Extend,
    /// Let somebody else lead.
    HandOver,
    /// End the visit for all.
    End,
}

/// Somebody in the visit, as another may see them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Person {
    /// Their id.
    pub participant: Uuid,
    /// Their name.
    pub display_name: String,
    /// The part they play.
    pub role: Role,
    /// Their language (BCP 47).
    pub language: String,
    /// Where they are.
    pub presence: Presence,
    /// What they have switched on.
    pub sources: Sources,
    /// How they are related to the patient.
    pub relationship: Option<Relationship>,
    /// Whether they lead the visit.
    pub leads: bool,
    /// Why they are out of the room's media, if they are.
    pub apart: Option<Apart>,
    /// Whether they confer apart from the others.
    pub in_sidebar: bool,
    /// What of them is checked and agreed; told to staff only.
    pub readiness: Option<Readiness>,
}

/// Where somebody is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Presence {
    /// Expected, not here.
    Expected,
    /// In the lobby.
    Waiting,
    /// In the visit.
    Here,
    /// In the visit, but their connection is gone at the moment.
    Reconnecting,
}

/// A receive slot and what plays there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Slot {
    /// The media line of the client's own offer (`a=mid`).
    pub mid: String,
    /// Who plays there; `null` when the slot is free.
    pub bound: Option<Bound>,
}

/// What plays in a slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Bound {
    /// Whose.
    pub participant: Uuid,
    /// What.
    pub source: Source,
}

/// What this person is given of one picture, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Delivery {
    /// Whose picture.
    pub participant: Uuid,
    /// Camera or screen.
    pub source: Source,
    /// The layer that fits the size shown; zero is the smallest.
    pub wanted: u8,
    /// The layer sent; `null` while it is paused.
    pub given: Option<u8>,
    /// How much it moves.
    pub motion: Motion,
    /// Why given differs from wanted.
    pub cause: Cause,
}

/// How many of a picture's frames are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Motion {
    /// A new picture every few seconds.
    Still,
    /// A few frames a second.
    Slow,
    /// Half of the frames.
    Half,
    /// All frames.
    Full,
}

/// How the voices are sent to this person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Sound {
    /// As they come.
    Plain,
    /// Each with copies of earlier words, because the line loses packets.
    Protected,
    /// In fewer, longer packets, because the line is very thin.
    Thin,
}

/// What is worth sending of one simulcast layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
pub struct LayerWorth {
    /// Whether anybody watches it; the client pauses it if not.
    pub watched: bool,
    /// The most kilobits a second it should take; `null` leaves it to the client.
    pub kbps_max: Option<u32>,
}

/// What a person's browser counts of what they heard and saw, since the last such message.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct Felt {
    /// Milliseconds the counts are of.
    pub span_ms: u32,
    /// Samples of sound played, of all voices.
    #[ts(type = "number")]
    pub samples: u64,
    /// Of them, made up because the real ones were missing (`concealedSamples` without
    /// `silentConcealedSamples`).
    #[ts(type = "number")]
    pub concealed: u64,
    /// Mean time a sound waits in the jitter buffer, in milliseconds.
    pub jitter_buffer_ms: u32,
    /// Times a picture stood still.
    pub freezes: u32,
    /// Milliseconds pictures stood still in all.
    pub frozen_ms: u32,
    /// Frames a second of the best picture shown; `null` when none is.
    pub frames_per_second: Option<u32>,
    /// Its height in pixels; `null` when none is shown.
    pub height: Option<u32>,
    /// Kilobits a second the browser thinks its own line carries upwards; `null` if it does
    /// not say.
    pub up_kbps: Option<u32>,
    /// What holds the person's own picture back, if anything.
    pub limited: Limited,
}

/// What holds back the picture a person sends (`qualityLimitationReason`).
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, TS, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Limited {
    /// Nothing.
    #[default]
    None,
    /// Their line upwards.
    Line,
    /// Their device.
    Device,
}

/// Why a picture is what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// It is what was wanted, or will be in a moment.
    AsWanted,
    /// This person's line does not carry more.
    YourLine,
    /// The other side sends no more.
    TheirSide,
    /// The page does not show it.
    NotShown,
    /// This person has chosen to spend little data.
    DataSaver,
    /// The server has no room for more.
    TheServer,
}

/// Why something was not done. A page makes a sentence of it in the person's language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum RefusalCode {
    /// The message is not one of `visit.v1`.
    BadMessage,
    /// The session is unknown or over; the link has to be opened again.
    BadSession,
    /// This role may not do that.
    NotAllowed,
    /// Not before staff has let the person in.
    NotAdmitted,
    /// Nobody of that id waits or is here.
    NoSuchPerson,
    /// The visit is over or was cancelled.
    VisitOver,
    /// The offer is not one this server can answer.
    BadOffer,
    /// As many people as may be are in the visit.
    RoomFull,
    /// This server holds as many people as it may; try again in a moment.
    ServerFull,
    /// The door is not open yet, or closed again.
    DoorClosed,
    /// Whom or what was shown is not what is there; look again.
    Mismatch,
    /// Something has to be checked first, or gone on without for a reason.
    GateClosed,
    /// The person has not agreed to the video visit yet.
    ConsentMissing,
    /// Too many wrong tries; staff has to check it.
    TooManyTries,
    /// As many people are expected as may be.
    VisitFull,
    /// It does not fit what goes on at the moment.
    NotNow,
    /// More messages in a short time than a person can mean.
    TooMany,
    /// The server could not do it; it has been logged, and trying again may work.
    Fault,
}

/// What the server says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "t", rename_all = "snake_case")]
pub enum ServerMessage {
    /// Answer to `hello`: the whole picture. Also after a reconnect.
    Welcome {
        /// The person's own id.
        you: Uuid,
        /// The part they play.
        role: Role,
        /// Where they stand.
        standing: Standing,
        /// What they may do.
        can: Vec<Capability>,
        /// When the visit starts (RFC 3339).
        #[ts(type = "string")]
        starts_at: Timestamp,
        /// When it is planned to end (RFC 3339).
        #[ts(type = "string")]
        ends_at: Timestamp,
        /// When the door opens to those who are not staff (RFC 3339).
        #[ts(type = "string")]
        opens_at: Timestamp,
        /// How many receive slots of each kind the offer is to hold.
        slots: SlotCount,
        /// Whether the server still holds this page's media connection. When it does not, an
        /// admitted client offers.
        media_up: bool,
    },
    /// Where the person stands has changed.
    Standing {
        /// Where they stand now.
        standing: Standing,
    },
    /// Who is here, as far as this person may know; the whole list.
    People {
        /// Everybody but oneself.
        people: Vec<Person>,
        /// Whether staff is in the visit; all that somebody who waits may know.
        staff_here: bool,
        /// Why the person themselves is out of the room's media, if they are.
        apart: Option<Apart>,
        /// Whether they themselves confer apart from the others.
        in_sidebar: bool,
        /// Whether they themselves lead the visit.
        leads: bool,
    },
    /// Answer to `offer`.
    Answer {
        /// Number of the offer.
        number: u32,
        /// SDP.
        sdp: String,
    },
    /// What the receive slots hold from now on; the whole list.
    Slots {
        /// All slots.
        slots: Vec<Slot>,
    },
    /// What is worth sending of the person's own camera or screen, lowest layer first. The client
    /// pauses what nobody watches.
    Watched {
        /// Camera or screen.
        source: Source,
        /// One entry a layer.
        layers: Vec<LayerWorth>,
    },
    /// What is worth sending of the person's own voice.
    VoiceWanted {
        /// Opus kilobits a second.
        kbps: u32,
        /// Milliseconds of sound a packet, where the browser can choose.
        packet_ms: u8,
        /// Whether to send each word twice (RFC 2198), because the way up loses packets.
        redundant: bool,
    },
    /// Who is speaking, loudest first.
    Speakers {
        /// The people.
        participants: Vec<Uuid>,
    },
    /// What this person is given of each picture, and why; sent when it changes.
    Delivered {
        /// How the voices are sent.
        sound: Sound,
        /// One entry a picture.
        deliveries: Vec<Delivery>,
    },
    /// The media connection is gone on the server's side; the client offers again.
    MediaLost {
        /// Number of the offer whose connection it was.
        number: u32,
    },
    /// Something was not done.
    Refused {
        /// Kind of the message that was refused (`t`), or empty.
        to: String,
        /// Why.
        code: RefusalCode,
        /// Number of the offer that was refused; `null` for anything else.
        number: Option<u32>,
    },
    /// What the person is asked before and during the visit; the whole list, again whenever it
    /// changes.
    Asks {
        /// What they are asked to agree to.
        consents: Vec<ConsentAsk>,
        /// What has to be checked.
        gates: Vec<GateAsk>,
    },
    /// Where the person stands in the queue; only while they wait.
    Queue {
        /// From one; one is next.
        position: u32,
        /// How long it is likely to take, in minutes; `null` where that cannot be told.
        wait_minutes: Option<u32>,
    },
    /// Somebody has written.
    Chat {
        /// What.
        line: ChatLine,
    },
    /// When the visit is, and which part it is in; sent when that changes.
    Schedule {
        /// When it starts (RFC 3339).
        #[ts(type = "string")]
        starts_at: Timestamp,
        /// When it is planned to end (RFC 3339).
        #[ts(type = "string")]
        ends_at: Timestamp,
        /// Its parts.
        segments: Vec<SegmentKind>,
        /// The part it is in.
        segment: Option<u16>,
        /// Who is asked to lead.
        hand_over_to: Option<Uuid>,
        /// A no-show is proposed, and staff is to say whether it is one.
        no_show_proposed: bool,
        /// It goes on after its planned end.
        overran: bool,
    },
    /// Answer to `invite` and `renew_link`: the personal link, for whoever asked only.
    Invited {
        /// Who.
        participant: Uuid,
        /// The link.
        link: String,
    },
    /// The server is stopping; the client comes back by itself in a moment.
    GoingAway,
    /// Answer to `ping`.
    Pong,
}

/// Numbers of receive slots.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SlotCount {
    /// Audio lines.
    pub audio: u8,
    /// Video lines.
    pub video: u8,
}
