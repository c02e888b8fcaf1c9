//! Commands to a shard and events from it. Both are values; nothing in them is shared.
//!
//! In: `Command`, in the order signaling decided them. Out: `Event`, in the order they happened.
//! Never: a handle, a callback, a lock.

use crate::{
    Bitrate, Circle, ConnectionId, Grant, IceCredentials, ParticipantId, RoomId, ShardStats,
    Source, Sources, SrtpSuite, Tap, VideoHeight,
};
use serde::{Deserialize, Serialize};

/// What signaling asks of the media plane.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Command {
    /// Let a person in, with the session description their client offered (RFC 3264).
    /// Makes the room when it is the first. Replaces an earlier connection of the same person.
    Admit {
        /// The room.
        room: RoomId,
        /// The person.
        participant: ParticipantId,
        /// Number of this offer.
        connection: ConnectionId,
        /// What the person may do.
        grant: Grant,
        /// With whom the person shares media.
        circle: Circle,
        /// What the person has switched on at the start.
        sources: Sources,
        /// SDP.
        offer: String,
    },
    /// The person's client looks for another way to us on the connection it has (RFC 8445 section
    /// 9): checks go by new credentials on both ends, and all else stays. Nothing happens if that
    /// connection is no more.
    RestartIce {
        /// The room.
        room: RoomId,
        /// The person.
        participant: ParticipantId,
        /// Number of the offer whose connection it is.
        connection: ConnectionId,
        /// The client's new credentials.
        theirs: IceCredentials,
    },
    /// What the person has switched on has changed.
    Switch {
        /// The room.
        room: RoomId,
        /// The person.
        participant: ParticipantId,
        /// What is on now.
        sources: Sources,
    },
    /// What the person's client shows, and how large. Sources not named are not shown.
    Show {
        /// The room.
        room: RoomId,
        /// The viewer.
        participant: ParticipantId,
        /// What is on the viewer's screen.
        views: Vec<View>,
        /// Whether the viewer has chosen to spend little data.
        saver: bool,
    },
    /// These people are in these circles from now on, and these voices are not sent, all at the
    /// same moment. Who is not named stays where they are; who is not in the room is passed over.
    /// Nothing said or shown in one circle is sent to another, not even what is still under way.
    Arrange {
        /// The room.
        room: RoomId,
        /// Who goes where.
        circles: Vec<(ParticipantId, Circle)>,
        /// Who is not sent whose voice though they share a circle; the whole list, in place of
        /// what was said before. It outlives connections, and counts for who comes later too.
        silences: Vec<Silence>,
    },
    /// Whose media a recorder takes from now on, in place of what was said before; `None` ends it.
    /// Whoever is not in the room is taken when they come. Nothing is taken outside the common
    /// circle, whatever is said here.
    Tap {
        /// The room.
        room: RoomId,
        /// The recorder's place.
        tap: Option<Tap>,
    },
    /// A whole picture is needed of what a recorder takes, soon.
    Refresh {
        /// The room.
        room: RoomId,
        /// Whose.
        participant: ParticipantId,
        /// Camera or screen.
        source: Source,
    },
    /// Take a person out at once. Nothing is forwarded to or from them afterwards.
    Remove {
        /// The room.
        room: RoomId,
        /// The person.
        participant: ParticipantId,
    },
    /// Take everybody out and forget the room.
    Close {
        /// The room.
        room: RoomId,
    },
}

impl Command {
    /// The room it is about; it decides the shard.
    #[must_use]
    pub const fn room(&self) -> RoomId {
        match self {
            Self::Admit { room, .. }
            | Self::RestartIce { room, .. }
            | Self::Switch { room, .. }
            | Self::Show { room, .. }
            | Self::Arrange { room, .. }
            | Self::Tap { room, .. }
            | Self::Refresh { room, .. }
            | Self::Remove { room, .. }
            | Self::Close { room } => *room,
        }
    }
}

/// A voice that somebody is not sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Silence {
    /// Who is not sent it.
    pub listener: ParticipantId,
    /// Whose.
    pub speaker: ParticipantId,
}

/// One picture on a viewer's screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct View {
    /// Whose.
    pub publisher: ParticipantId,
    /// Camera or screen.
    pub source: Source,
    /// How tall it is drawn, in device pixels; zero pauses it.
    pub height: VideoHeight,
    /// The viewer has put it before the others.
    pub pinned: bool,
    /// Somebody signs in it: frame rate goes before resolution, and it before others.
    pub signing: bool,
}

impl View {
    /// Whether the viewer said that it matters more than others.
    #[must_use]
    pub const fn is_chosen(&self) -> bool {
        self.pinned || self.signing
    }
}

/// A receive slot of a viewer's connection and what is bound to it now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slot {
    /// The media line of the viewer's own offer (`a=mid`).
    pub mid: String,
    /// What plays there; `None` when the slot is free.
    pub bound: Option<(ParticipantId, Source)>,
}

/// What a viewer wanted of one picture, what they are given, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// Whose picture.
    pub publisher: ParticipantId,
    /// Camera or screen.
    pub source: Source,
    /// The layer that fits the size shown.
    pub wanted: u8,
    /// The layer sent, or `None` while it is paused.
    pub given: Option<u8>,
    /// How much it moves.
    pub motion: Motion,
    /// Why given differs from wanted.
    pub cause: Cause,
}

/// How many of a picture's frames are sent: the temporal layers of L1T3, and below them a still.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Motion {
    /// A new picture every few seconds.
    Still,
    /// A quarter of the frames: a few a second.
    Slow,
    /// Half of the frames.
    Half,
    /// All frames.
    #[default]
    Full,
}

/// How a viewer is sent the voices.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sound {
    /// As they come.
    #[default]
    Plain,
    /// Each with copies of earlier words (RFC 2198), because the line loses packets.
    Protected,
    /// In fewer, longer packets, because the line is so thin that headers would fill it.
    Thin,
}

/// What is worth sending of one simulcast layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LayerWorth {
    /// Whether anybody watches it.
    pub watched: bool,
    /// The most bits a second it should take, so that it fits the lines of those who watch it;
    /// `None` leaves it to the publisher.
    pub rate_max: Option<Bitrate>,
}

/// What is worth sending of a voice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct VoiceWorth {
    /// Opus bits a second.
    pub rate: Bitrate,
    /// Milliseconds of sound a packet, if the client can choose: 20, 40 or 60.
    pub packet_ms: u8,
    /// Whether the publisher's own line loses so much that it should send each word twice
    /// (RFC 2198).
    pub redundant: bool,
}

/// One second of one person's two ways, measured by the server.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct QualitySample {
    /// The way to the person.
    pub down: Leg,
    /// The way from the person.
    pub up: Leg,
    /// What the person's page wants in all.
    pub wanted: Bitrate,
    /// What the person is given: the decision's cost, audio included.
    pub given: Bitrate,
    /// How the voices go to them.
    pub sound: Sound,
}

/// One second of one way.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leg {
    /// Packets lost of a thousand, before any repair.
    pub loss_permille: u16,
    /// Mean deviation of the travel time (RFC 3550 section 6.4.1), in milliseconds.
    pub jitter_ms: u16,
    /// Round trip time in milliseconds; `None` before it was measured.
    pub rtt_ms: Option<u16>,
    /// Delay of the line's standing queue, in milliseconds.
    pub queue_ms: u16,
    /// What the line is thought to carry; `None` where nothing estimates it.
    pub estimate: Option<Bitrate>,
    /// What flowed, with all headers.
    pub rate: Bitrate,
}

/// Why a picture is what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// It is what was wanted, or will be in a moment.
    AsWanted,
    /// The viewer's line does not carry more.
    YourLine,
    /// The publisher sends no more than this.
    TheirSide,
    /// The viewer's screen does not show it.
    NotShown,
    /// The viewer has chosen to spend little data.
    DataSaver,
    /// The server has no room for more.
    TheServer,
}

/// Why an offer was not accepted. For the person's client; a sentence is made of it there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MediaRefusal {
    /// The offer is not SDP that this server can answer.
    BadOffer,
    /// The room holds as many people as it may.
    RoomFull,
    /// The shard holds as many people as it may.
    ServerFull,
}

/// Why somebody's connection is no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Departure {
    /// Nothing was heard from the client for the ICE timeout.
    Silent,
    /// The client closed its side.
    Closed,
    /// The connection failed on our side; the operator's log says how.
    Fault,
}

/// What the media plane has seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Event {
    /// The answer to an offer.
    Admitted {
        /// The room.
        room: RoomId,
        /// The person.
        participant: ParticipantId,
        /// Number of the offer answered.
        connection: ConnectionId,
        /// SDP.
        answer: String,
    },
    /// The offer was not accepted.
    Refused {
        /// The room.
        room: RoomId,
        /// The person.
        participant: ParticipantId,
        /// Number of the offer.
        connection: ConnectionId,
        /// Why.
        refusal: MediaRefusal,
    },
    /// ICE and DTLS are up: media can flow.
    Connected {
        /// The room.
        room: RoomId,
        /// The person.
        participant: ParticipantId,
        /// Number of the offer.
        connection: ConnectionId,
        /// The SRTP protection profile that DTLS chose (RFC 5764).
        suite: SrtpSuite,
    },
    /// A client that looks for another way is to be checked by these from now on; by the former
    /// ones no longer.
    IceRestarted {
        /// The room.
        room: RoomId,
        /// The person.
        participant: ParticipantId,
        /// Number of the offer whose connection it is.
        connection: ConnectionId,
        /// The client's credentials this answers.
        theirs: IceCredentials,
        /// Ours.
        ours: IceCredentials,
    },
    /// A client that looked for another way has found one; media goes there.
    Reached {
        /// The room.
        room: RoomId,
        /// The person.
        participant: ParticipantId,
        /// Number of the offer whose connection it is.
        connection: ConnectionId,
        /// For how many milliseconds nothing had been heard of the client when it began to look,
        /// and until now.
        unheard_ms: u32,
    },
    /// What a person's receive slots hold from now on; the whole list.
    Slots {
        /// The room.
        room: RoomId,
        /// The viewer.
        participant: ParticipantId,
        /// All slots.
        slots: Vec<Slot>,
    },
    /// What is worth sending of a picture, lowest layer first. The publisher pauses what nobody
    /// watches.
    Watched {
        /// The room.
        room: RoomId,
        /// The publisher.
        participant: ParticipantId,
        /// Camera or screen.
        source: Source,
        /// One entry a layer.
        layers: Vec<LayerWorth>,
    },
    /// What is worth sending of a person's voice; sent when it changes.
    VoiceWanted {
        /// The room.
        room: RoomId,
        /// The publisher.
        participant: ParticipantId,
        /// What is worth sending.
        voice: VoiceWorth,
    },
    /// One second of one person's lines, once a second.
    Quality {
        /// The room.
        room: RoomId,
        /// The person.
        participant: ParticipantId,
        /// What was measured.
        sample: QualitySample,
    },
    /// Who is speaking now in a person's circle, loudest first; sent when it changes.
    Speakers {
        /// The room.
        room: RoomId,
        /// The listener.
        participant: ParticipantId,
        /// The people, the listener among them when they speak.
        speakers: Vec<ParticipantId>,
    },
    /// What a viewer is given, and why; sent when it changes.
    Delivered {
        /// The room.
        room: RoomId,
        /// The viewer.
        participant: ParticipantId,
        /// The budget the decision was made with.
        budget: Bitrate,
        /// How the voices are sent.
        sound: Sound,
        /// One entry a picture.
        deliveries: Vec<Delivery>,
    },
    /// A person's connection is gone; they may come back with a new offer.
    Departed {
        /// The room.
        room: RoomId,
        /// The person.
        participant: ParticipantId,
        /// Number of the offer whose connection it was.
        connection: ConnectionId,
        /// Why.
        departure: Departure,
    },
    /// A broken invariant ended this room's state; everybody in it has to offer again.
    RoomFailed {
        /// The room.
        room: RoomId,
    },
    /// Counters of one shard, once a second.
    Stats(ShardStats),
}

impl Event {
    /// The room it is about; counts of a shard are about none.
    #[must_use]
    pub const fn room(&self) -> Option<RoomId> {
        match self {
            Self::Admitted { room, .. }
            | Self::Refused { room, .. }
            | Self::Connected { room, .. }
            | Self::IceRestarted { room, .. }
            | Self::Reached { room, .. }
            | Self::Slots { room, .. }
            | Self::Watched { room, .. }
            | Self::VoiceWanted { room, .. }
            | Self::Quality { room, .. }
            | Self::Speakers { room, .. }
            | Self::Delivered { room, .. }
            | Self::Departed { room, .. }
            | Self::RoomFailed { room } => Some(*room),
            Self::Stats(_) => None,
        }
    }
}
