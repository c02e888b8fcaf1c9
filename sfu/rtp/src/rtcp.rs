//! Reports and requests between the ends of a stream (RFC 3550 section 6, RFC 4585, RFC 5104).
//!
//! In: a compound packet in clear. Out: what it holds, one by one, read where it stands.
//! Never: believes a length; what does not fit ends the packet, what is unknown is passed over.

mod feedback;
mod report;
mod request;
#[cfg(test)]
mod tests;
pub mod write;

use crate::bytes::{u16_at, u32_at};
pub use feedback::{Feedback, Statuses};
pub(crate) use feedback::{TICK_MICROS, TICKS_PER_REFERENCE};
pub use report::{Block, Blocks, SenderReport};
pub use request::{Fir, Nack};

/// Types of packets.
const SENDER_REPORT: u8 = 200;
const RECEIVER_REPORT: u8 = 201;
const DESCRIPTION: u8 = 202;
const BYE: u8 = 203;
const TRANSPORT_FEEDBACK: u8 = 205;
const PAYLOAD_FEEDBACK: u8 = 206;
/// What is asked for in feedback of the transport, and of the payload.
const NACK: u8 = 1;
const ARRIVALS: u8 = 15;
const PLI: u8 = 1;
const FIR: u8 = 4;
/// Bytes of a packet's head with whose it is, and of feedback's with whom it is to.
const HEAD: usize = 8;
const FEEDBACK_HEAD: usize = 12;

/// One packet of a compound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Message<'a> {
    /// What a sender sent, and what it received.
    SenderReport(SenderReport, Blocks<'a>),
    /// What somebody received who sends nothing; whose it is.
    ReceiverReport(u32, Blocks<'a>),
    /// Streams that have ended.
    Bye(Sources<'a>),
    /// Packets to send again.
    Nack(Nack<'a>),
    /// A keyframe is asked for.
    Pli {
        /// Who asks.
        sender: u32,
        /// Of which stream.
        media: u32,
    },
    /// A keyframe is asked for, with a number to the question.
    Fir(Fir<'a>),
    /// What became of packets, by their transport-wide numbers.
    Feedback(Feedback<'a>),
}

/// What a compound packet holds and we know.
#[must_use]
pub const fn packets(compound: &[u8]) -> Messages<'_> {
    Messages { rest: compound }
}

/// What is left of a compound packet.
#[derive(Debug, Clone, Copy)]
pub struct Messages<'a> {
    rest: &'a [u8],
}

impl<'a> Iterator for Messages<'a> {
    type Item = Message<'a>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let packet = cut(&mut self.rest)?;
            if let Some(message) = message(packet) {
                return Some(message);
            }
        }
    }
}

/// One packet of a compound, without its padding.
#[derive(Debug, Clone, Copy)]
struct Packet<'a> {
    /// Its type.
    kind: u8,
    /// How many parts it has, or what it asks for.
    count: u8,
    /// All of it.
    bytes: &'a [u8],
}

/// Takes the first packet off.
fn cut<'a>(rest: &mut &'a [u8]) -> Option<Packet<'a>> {
    let [first, kind] = *rest.first_chunk()?;
    if first >> 6 != 2 {
        *rest = &[];
        return None;
    }
    let length = 4 + 4 * usize::from(u16_at(rest, 2)?);
    let (whole, after) = rest.split_at_checked(length)?;
    *rest = after;
    let padding = if first & 0x20 == 0 { 0 } else { usize::from(*whole.last()?) };
    let bytes = whole.get(..length.checked_sub(padding)?)?;
    Some(Packet { kind, count: first & 0x1f, bytes })
}

fn message(packet: Packet<'_>) -> Option<Message<'_>> {
    let Packet { kind, count, bytes } = packet;
    let sender = u32_at(bytes, 4)?;
    let media = u32_at(bytes, 8);
    match (kind, count) {
        (SENDER_REPORT, _) => {
            let (report, rest) = SenderReport::parse(bytes)?;
            Some(Message::SenderReport(report, Blocks::new(rest, count)))
        }
        (RECEIVER_REPORT, _) => {
            Some(Message::ReceiverReport(sender, Blocks::new(bytes.get(HEAD..)?, count)))
        }
        (BYE, _) => Some(Message::Bye(Sources::new(bytes.get(4..)?, count))),
        (TRANSPORT_FEEDBACK, NACK) => {
            let items = bytes.get(FEEDBACK_HEAD..)?;
            Some(Message::Nack(Nack { sender, media: media?, items }))
        }
        (TRANSPORT_FEEDBACK, ARRIVALS) => Feedback::parse(bytes).map(Message::Feedback),
        (PAYLOAD_FEEDBACK, PLI) => Some(Message::Pli { sender, media: media? }),
        (PAYLOAD_FEEDBACK, FIR) => {
            let items = bytes.get(FEEDBACK_HEAD..)?;
            Some(Message::Fir(Fir { sender, items }))
        }
        _ => None,
    }
}

/// Streams named in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sources<'a> {
    rest: &'a [u8],
}

impl<'a> Sources<'a> {
    fn new(bytes: &'a [u8], count: u8) -> Self {
        Self { rest: bytes.get(..4 * usize::from(count)).unwrap_or(bytes) }
    }
}

impl Iterator for Sources<'_> {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        let (first, rest) = self.rest.split_first_chunk()?;
        self.rest = rest;
        Some(u32::from_be_bytes(*first))
    }
}
