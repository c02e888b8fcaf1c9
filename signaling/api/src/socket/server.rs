//! What the server says to a page.
//!
//! In: what the visit and the media plane have come to. Out: JSON with its kind in `t`.
//! Never: a message a page may not leave out of account; an unknown `t` is ignored.

use super::{
    Capability, Delivery, LayerWorth, Person, RefusalCode, Slot, SlotCount, Sound, Source, Standing,
};
use crate::attend::{PersonLine, StillState, Topic};
use crate::caption::CaptionLine;
use crate::care::{ChatLine, ConsentAsk, GateAsk};
use crate::interpreting::{
    Channel, Direction, Heard, InterpretingMode, SignLanguage, StandardsNow, Worked,
};
use crate::person::{Apart, Outcome};
use crate::recorder::RecordingFailure;
use crate::recording::{RecordingState, RestReason};
use crate::role::Role;
use crate::tutorial::{Playable, Showing};
use crate::visit::SegmentKind;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use uuid::Uuid;

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
        /// Whether no picture is sent to them or from them.
        voice_only: bool,
    },
    /// How the visit ended, as staff has said; before the word that it has.
    Outcome {
        /// How.
        outcome: Outcome,
    },
    /// Answer to `offer`.
    Answer {
        /// Number of the offer.
        number: u32,
        /// SDP.
        sdp: String,
    },
    /// Answer to `restart_ice`: the answer's credentials from now on. All else of the answer stays.
    IceRestarted {
        /// Number of the offer whose connection it is.
        number: u32,
        /// The client's user name fragment this answers; that of an earlier try is to be ignored.
        to: String,
        /// The server's user name fragment (`a=ice-ufrag`).
        ufrag: String,
        /// And its password (`a=ice-pwd`).
        password: String,
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
        /// Number of the offer that was refused, or whose connection it is about; `null` for
        /// anything else.
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
    /// Somebody writes down what is said; the writer is told too. Not repeated to whoever comes
    /// later, and no line to whoever came after it was begun.
    Caption {
        /// The line, in the place of what it was before.
        line: CaptionLine,
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
        /// Since when it is in it (RFC 3339).
        #[ts(type = "string | null")]
        segment_since: Option<Timestamp>,
        /// What was spoken of in a counselling; told to whoever counsels.
        topics: Vec<Topic>,
        /// Who is asked to lead.
        hand_over_to: Option<Uuid>,
        /// A no-show is proposed, and staff is to say whether it is one.
        no_show_proposed: bool,
        /// It goes on after its planned end.
        overran: bool,
    },
    /// How the recording stands, from the first time there is one; again after a reload. `on`
    /// says that what is said is sealed and on a disk, not that somebody wished for it.
    Recording {
        /// How it stands.
        state: RecordingState,
        /// Whether this person's own voice and picture may be in it.
        taken: bool,
        /// Why it rests.
        why: Option<RestReason>,
        /// What is wrong with it; told to staff only.
        failure: Option<RecordingFailure>,
        /// Since when it stands so (RFC 3339); `null` while there is none.
        #[ts(type = "string | null")]
        since: Option<Timestamp>,
    },
    /// Answer to `invite` and `renew_link`: the personal link, for whoever asked only.
    Invited {
        /// Who.
        participant: Uuid,
        /// The link.
        link: String,
    },
    /// The recorded education this person is to see; sent when that changes.
    Lesson {
        /// What plays, to them or as they may steer it.
        showing: Option<Showing>,
        /// What they may watch by themselves while they wait.
        offered: Vec<Playable>,
    },
    /// How loud this person is to hear each other, and the language channels there are; once the
    /// visit has an interpreter, whenever it changes.
    Hearing {
        /// How the visit is interpreted.
        mode: InterpretingMode,
        /// The languages one can listen to.
        channels: Vec<Channel>,
        /// The language this person listens to: chosen, or their own while an interpreter for it
        /// is there. `null` is the floor.
        listens: Option<String>,
        /// Everybody else in the visit.
        heard: Vec<Heard>,
        /// Which way this interpreter works.
        direction: Option<Direction>,
        /// Who asks this interpreter to take their channel over.
        offered_by: Option<Uuid>,
        /// The sign languages of the people in the visit, and what they are called.
        sign_languages: Vec<SignLanguage>,
        /// Whose hands this person is to see: large, and smooth before sharp, unless they choose
        /// otherwise.
        signers: Vec<Uuid>,
        /// How long this interpreter has worked; `null` to everybody else.
        worked: Option<Worked>,
    },
    /// How the lines of interpreters keep the four standards: to each interpreter of their own, to
    /// staff of all. Whenever one of them is kept no longer, or again.
    Standards {
        /// One for each interpreter.
        lines: Vec<StandardsNow>,
    },
    /// How the lines of the others do, and what was done about each; told to staff whenever it
    /// changes.
    Lines {
        /// Everybody else in the visit of whom it is known.
        lines: Vec<PersonLine>,
    },
    /// Staff asks this person for a still picture of their camera.
    StillAsked {
        /// Its id.
        still: Uuid,
        /// Who asks, and alone will see it.
        by: Uuid,
    },
    /// Answer to `ask_still`; again when it comes to something else.
    Still {
        /// Its id; once `ready`, `GET /v1/stills/{participant}/{still}` gives it.
        still: Uuid,
        /// Whose.
        participant: Uuid,
        /// What has become of it.
        state: StillState,
    },
    /// Answer to `clock`.
    Clock {
        /// The page's number.
        #[ts(type = "number")]
        sent: u64,
        /// What the server's clock says, in Unix milliseconds.
        #[ts(type = "number")]
        at_ms: u64,
    },
    /// The server is stopping; the client comes back by itself in a moment.
    GoingAway,
    /// Answer to `ping`.
    Pong,
}
