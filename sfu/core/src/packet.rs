//! The values that move through the core: datagrams outside, media packets inside.
//!
//! In: bytes with where they came from. Out: the same, as named fields.
//! Never: a WebRTC library's type; those stay behind `peer`.

use crate::codec::{h264, vp8::Vp8};
use crate::forward::Arrival;
use bytes::Bytes;
use std::net::SocketAddr;
use std::time::Instant;

/// A datagram as it arrived.
#[derive(Debug, Clone, Copy)]
pub struct Datagram<'a> {
    /// Who sent it.
    pub source: SocketAddr,
    /// The announced address of the socket it arrived on.
    pub destination: SocketAddr,
    /// Its bytes.
    pub payload: &'a [u8],
}

/// A datagram to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transmit {
    /// The announced address of the socket it is to leave by.
    pub source: SocketAddr,
    /// To whom.
    pub destination: SocketAddr,
    /// Its bytes.
    pub payload: Bytes,
}

/// How a track is encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Codec {
    Opus,
    Vp8,
    H264,
}

impl Codec {
    /// RTP clock rate in hertz (RFC 7587, RFC 7741, RFC 6184).
    pub(crate) const fn clock_rate(self) -> u32 {
        match self {
            Self::Opus => 48_000,
            Self::Vp8 | Self::H264 => 90_000,
        }
    }
}

/// A media line of somebody's offer, by its position in the session description.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct LineId(pub(crate) u8);

/// Most simulcast layers of a line; no browser sends more.
pub(crate) const LAYERS_MAX: usize = 3;

/// A simulcast layer, lowest first. A track without simulcast is layer zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Layer(pub(crate) u8);

impl Layer {
    /// As an index into a list of layers.
    pub(crate) const fn index(self) -> usize {
        self.0 as usize
    }
}

/// A decrypted RTP packet of a publisher.
#[derive(Debug, Clone)]
pub(crate) struct Packet {
    /// The line it came on.
    pub(crate) line: LineId,
    /// Its simulcast layer.
    pub(crate) layer: Layer,
    /// Which stream of the sender it is part of (SSRC).
    pub(crate) stream: u32,
    /// How it is encoded.
    pub(crate) codec: Codec,
    /// Sequence number, extended beyond 16 bits.
    pub(crate) seq: u64,
    /// RTP timestamp.
    pub(crate) timestamp: u32,
    /// End of a frame (video), start of a talk spurt (audio).
    pub(crate) marker: bool,
    /// Loudness of the voice (RFC 6464), if it is audio and the client says.
    pub(crate) level: Option<AudioLevel>,
    /// How the camera is turned (3GPP TS 26.114); a phone says it when it changes.
    pub(crate) orientation: Option<u8>,
    /// The sender's last report on the stream.
    pub(crate) report: Option<SenderReport>,
    /// Whether the payload is RED (RFC 2198) around the codec's own.
    pub(crate) red: bool,
    /// RTP payload.
    pub(crate) payload: Bytes,
}

impl Packet {
    /// What the forwarder needs to know of it.
    pub(crate) fn arrival(&self) -> Arrival {
        let vp8 = (self.codec == Codec::Vp8).then(|| Vp8::parse(&self.payload)).flatten();
        let starts = match self.codec {
            Codec::Opus => true,
            Codec::Vp8 => vp8.is_some_and(|vp8| vp8.starts_keyframe()),
            Codec::H264 => h264::starts_keyframe(&self.payload),
        };
        Arrival {
            layer: self.layer,
            stream: self.stream,
            codec: self.codec,
            seq: self.seq,
            timestamp: self.timestamp,
            starts,
            vp8,
        }
    }
}

/// A sender report (RFC 3550 section 6.4.1): one moment by two clocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SenderReport {
    /// The sender's: seconds since 1900 in the upper half, their fractions in the lower.
    pub(crate) ntp: u64,
    /// The stream's RTP timestamp.
    pub(crate) timestamp: u32,
    /// When it came.
    pub(crate) arrival: Instant,
}

/// Loudness of one audio packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct AudioLevel {
    /// dBov, 0 is the loudest and −127 is silence.
    pub(crate) dbov: i8,
    /// Whether the client hears a voice in it.
    pub(crate) voice: bool,
}

/// How a packet is renumbered for one receiver.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Numbers {
    /// Sequence number, extended, starting below 65,536.
    pub(crate) seq: u64,
    /// RTP timestamp.
    pub(crate) timestamp: u32,
    /// VP8 picture id and TL0PICIDX.
    pub(crate) picture: Option<PictureNumbers>,
}

/// VP8's own counters (RFC 7741 section 4.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PictureNumbers {
    /// 15 bits.
    pub(crate) picture_id: u16,
    /// Index of the base temporal layer's frames.
    pub(crate) tl0_pic_idx: u8,
}

/// A packet that left for a receiver.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Departure {
    /// Its transport-wide sequence number, extended beyond 16 bits.
    pub(crate) transport: u64,
    /// The line it went on, if it was media.
    pub(crate) line: Option<LineId>,
    /// Its RTP sequence number.
    pub(crate) seq: u16,
    /// Its size on an IPv4 wire, all headers counted.
    pub(crate) bytes: usize,
    /// Bytes that left between the one before and this and that feedback never tells of: RTCP,
    /// STUN.
    pub(crate) beside: usize,
    /// Whether it repeats an earlier one (RFC 4588).
    pub(crate) repair: bool,
}

/// What became of a packet that left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fate {
    /// Its transport-wide sequence number, extended beyond 16 bits.
    pub(crate) transport: u64,
    /// When it arrived, by the receiver's clock on a scale of ours; `None` if it did not.
    pub(crate) arrived: Option<Instant>,
}
