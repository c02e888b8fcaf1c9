//! The head of an RTP packet (RFC 3550 section 5.1), and its padding.
//!
//! In: a packet in clear, or the fields of one to be. Out: its fields, its payload; or its bytes.
//! Never: copies what it reads.

mod extension;
#[cfg(test)]
mod tests;

use crate::bytes::{u16_at, u32_at};
use ::bytes::{BufMut as _, BytesMut};
pub use extension::{AudioLevel, Elements, Extension, ExtensionMap, Extensions};

/// Bytes of a head without sources or extensions.
pub(crate) const FIXED: usize = 12;
/// Version 2, in the first byte, and the bits beside it.
const VERSION: u8 = 0x80;
const PADDED: u8 = 0x20;
const EXTENDED: u8 = 0x10;

/// The fields of every packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    /// How the payload is encoded; 7 bits.
    pub payload_type: u8,
    /// End of a frame (video), start of a talk spurt (audio).
    pub marker: bool,
    /// Sequence number.
    pub seq: u16,
    /// By the stream's clock.
    pub timestamp: u32,
    /// The stream.
    pub ssrc: u32,
}

/// A packet in clear.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Packet<'a> {
    /// Its fields.
    pub header: Header,
    /// Its header extensions.
    pub extensions: Extensions<'a>,
    /// Bytes before the payload.
    pub header_len: usize,
    /// What it carries, without padding.
    pub payload: &'a [u8],
}

impl<'a> Packet<'a> {
    /// Reads a packet. None that has another version, or ends before it says.
    #[must_use]
    pub fn parse(bytes: &'a [u8]) -> Option<Self> {
        let header_len = length(bytes)?;
        let [first, second] = *bytes.first_chunk()?;
        let padding = if first & PADDED == 0 { 0 } else { usize::from(*bytes.last()?) };
        if first & PADDED != 0 && padding == 0 {
            return None;
        }
        let payload = bytes.get(header_len..bytes.len().checked_sub(padding)?)?;
        let extensions = if first & EXTENDED == 0 {
            Extensions::default()
        } else {
            let at = FIXED + 4 * usize::from(first & 0x0f);
            Extensions::new(u16_at(bytes, at)?, bytes.get(at + 4..header_len)?)
        };
        let header = Header {
            payload_type: second & 0x7f,
            marker: second & 0x80 != 0,
            seq: u16_at(bytes, 2)?,
            timestamp: u32_at(bytes, 4)?,
            ssrc: u32_at(bytes, 8)?,
        };
        Some(Self { header, extensions, header_len, payload })
    }
}

/// How long the head of a packet is, with its sources and extensions, if it is all there.
#[must_use]
pub fn length(packet: &[u8]) -> Option<usize> {
    let first = *packet.first()?;
    if first & 0xc0 != VERSION {
        return None;
    }
    let sources = FIXED + 4 * usize::from(first & 0x0f);
    let length = if first & EXTENDED == 0 {
        sources
    } else {
        sources + 4 + 4 * usize::from(u16_at(packet, sources + 2)?)
    };
    (length <= packet.len()).then_some(length)
}

/// Appends the head of a packet to `out`, with those elements that were negotiated. How many bytes
/// it has.
pub fn write(
    out: &mut BytesMut,
    header: &Header,
    map: &ExtensionMap,
    elements: &Elements<'_>,
) -> usize {
    let start = out.len();
    let [s0, s1] = header.seq.to_be_bytes();
    let [t0, t1, t2, t3] = header.timestamp.to_be_bytes();
    let [i0, i1, i2, i3] = header.ssrc.to_be_bytes();
    let kind = header.payload_type & 0x7f | if header.marker { 0x80 } else { 0 };
    out.extend_from_slice(&[VERSION, kind, s0, s1, t0, t1, t2, t3, i0, i1, i2, i3]);
    if extension::write(out, map, elements)
        && let Some(first) = out.get_mut(start)
    {
        *first |= EXTENDED;
    }
    out.len() - start
}

/// Appends padding to a packet in clear that has none; `bytes` of it, the last of which says how
/// many they are.
pub fn pad(packet: &mut BytesMut, bytes: u8) {
    if let (Some(first), Some(zeros)) = (packet.first_mut(), bytes.checked_sub(1)) {
        *first |= PADDED;
        packet.resize(packet.len() + usize::from(zeros), 0);
        packet.put_u8(bytes);
    }
}
