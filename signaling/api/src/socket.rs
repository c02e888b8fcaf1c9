//! The messages of the WebSocket, subprotocol `visit.v1`: one JSON object a text frame,
//! its kind in `t`.
//!
//! In: `ClientMessage`. Out: `ServerMessage`. The TypeScript twins are generated from here.
//! Never: the media itself. An unknown `t` from the server is to be ignored by clients.

mod client;
mod server;

pub use client::ClientMessage;
pub use server::ServerMessage;

use crate::care::Readiness;
use crate::person::{Apart, Relationship};
use crate::role::Role;
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
    /// Speak into a language channel.
    Interpret,
    /// Say whether interpreters speak in turn or into channels.
    SteerInterpreting,
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
    /// Play recorded education, and record it.
    Teach,
    /// Tick the topics of a counselling.
    Counsel,
    /// Ask for a still picture of somebody's camera.
    AskStill,
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
    /// Whether no picture is sent to them or from them, so that their line has room for voices.
    pub voice_only: bool,
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
    /// The organisation has no tutorial of that id.
    NoSuchTutorial,
    /// It does not fit what goes on at the moment.
    NotNow,
    /// The rules of this visit allow no recording.
    RecordingNotAllowed,
    /// Nothing can be recorded here: there is no recorder, or no key to seal to.
    RecordingUnavailable,
    /// Somebody in the visit has said no to being recorded.
    RecordingRefused,
    /// Somebody in the visit has not agreed that what is said is written down.
    CaptionsNotAgreed,
    /// More messages in a short time than a person can mean.
    TooMany,
    /// The server could not do it; it has been logged, and trying again may work.
    Fault,
}

/// Numbers of receive slots.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SlotCount {
    /// Audio lines.
    pub audio: u8,
    /// Video lines.
    pub video: u8,
}
