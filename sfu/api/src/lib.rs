//! The words spoken to the media plane.
//!
//! In: what signaling has decided (`Command`). Out: what the media plane has seen (`Event`).
//! Never: a name, a birth date, a language; people stop at signaling, here are opaque ids.

mod control;
mod ice;
mod id;
mod policy;
mod stats;
mod tap;
mod unit;

pub use control::{
    Cause, Command, Delivery, Departure, Event, LayerWorth, Leg, MediaRefusal, Motion,
    QualitySample, Silence, Slot, Sound, View, VoiceWorth,
};
pub use ice::IceCredentials;
pub use id::{Circle, ConnectionId, ParticipantId, RoomId};
pub use policy::{Grant, Kind, Precedence, Source, Sources};
pub use stats::{ShardStats, SrtpSuite};
pub use tap::{Codec, Stream, Tap, Tapped, TappedPacket, TappedReport, Turn};
pub use unit::{Bitrate, VideoHeight};
