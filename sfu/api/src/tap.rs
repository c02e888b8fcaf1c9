//! What leads out of a room to a recorder: whose media may be taken, and what was taken.
//!
//! In: a turn of the recorder, decided by signaling. Out: packets of those who agreed, as they
//! came in, with the sender reports that date them.
//! Never: a frame decoded here, or a packet of somebody who is not named in the turn.

use crate::{ParticipantId, RoomId, Source};
use serde::{Deserialize, Serialize};
use std::time::Instant;

/// Who may be recorded, from one decision of signaling to the next. Rising within a room; the
/// recorder is told the same number with the same people and drops whatever else comes.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Turn(pub u64);

/// A recorder's place in a room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tap {
    /// Number of this decision.
    pub turn: Turn,
    /// Whose media is taken, and nobody else's. They are in the common circle and have agreed.
    pub people: Vec<ParticipantId>,
}

/// How a stream is encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Codec {
    /// RFC 6716; one Opus packet a payload, any RED (RFC 2198) taken off.
    Opus,
    /// RFC 6386, in RFC 7741 payloads.
    Vp8,
    /// In RFC 9628 payloads.
    Vp9,
    /// In RFC 6184 payloads.
    H264,
    /// In payloads of the AV1 RTP specification.
    Av1,
}

impl Codec {
    /// RTP clock rate in hertz.
    #[must_use]
    pub const fn clock_rate(self) -> u32 {
        match self {
            Self::Opus => 48_000,
            Self::Vp8 | Self::Vp9 | Self::H264 | Self::Av1 => 90_000,
        }
    }
}

/// One thing that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tapped {
    /// A packet.
    Packet(TappedPacket),
    /// A sender report (RFC 3550 section 6.4.1), with which a stream's timestamps are dated.
    Report(TappedReport),
    /// So many packets found the way to the recorder full and were left out; the visit itself
    /// missed nothing.
    Missed {
        /// The room.
        room: RoomId,
        /// The turn.
        turn: Turn,
        /// How many.
        packets: u64,
    },
}

/// One stream of the media that is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Stream {
    /// The room.
    pub room: RoomId,
    /// The turn it was taken in.
    pub turn: Turn,
    /// Whose.
    pub participant: ParticipantId,
    /// Microphone, camera or screen.
    pub source: Source,
    /// Which stream of its sender (SSRC); another one after a change of layer, or of connection.
    pub ssrc: u32,
}

/// One packet, as it came in and was decrypted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TappedPacket {
    /// Which stream it is of.
    pub stream: Stream,
    /// How it is encoded.
    pub codec: Codec,
    /// Sequence number, extended beyond 16 bits. A voice recovered from RED has none of its own
    /// and repeats the number of the packet that carried it: voices are told apart by time.
    pub seq: u64,
    /// RTP timestamp.
    pub timestamp: u32,
    /// End of a picture (video), start of a talk spurt (audio).
    pub marker: bool,
    /// When it came in.
    pub arrival: Instant,
    /// The RTP payload.
    pub payload: Vec<u8>,
}

/// One sender report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TappedReport {
    /// Which stream it is of.
    pub stream: Stream,
    /// When it came in.
    pub arrival: Instant,
    /// The sender's clock: seconds since 1900 in the upper half, their fractions in the lower.
    pub ntp: u64,
    /// The same moment in the stream's RTP clock.
    pub timestamp: u32,
}
