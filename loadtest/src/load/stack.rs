//! A person's WebRTC, whichever it is: two stacks that share no code, behind one set of words.
//!
//! In: an answer (or an offer), datagrams, time, packets to be sent. Out: an offer (or an answer),
//! datagrams, packets that came, requests for a keyframe.
//! Never: a socket or a clock; and nothing a server sends ends the test.

mod other;
mod usual;

use super::script::StackName;
use crate::sim::ear::AudioTypes;
use other::Other;
use std::net::SocketAddr;
use std::time::Instant;
use usual::Usual;

/// What is offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Wanted {
    /// A line for a voice.
    pub(crate) microphone: bool,
    /// Layers of the camera; none, no line for it.
    pub(crate) layers: usize,
    /// A line for a screen.
    pub(crate) screen: bool,
    /// Receive slots for voices and for pictures.
    pub(crate) audio: usize,
    pub(crate) video: usize,
}

/// What is sent where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Feed {
    Voice { redundant: bool, dbov: i8, speaks: bool },
    Camera { layer: usize },
    Screen,
}

/// A packet to be sent.
#[derive(Debug)]
pub(crate) struct Outbound {
    pub(crate) feed: Feed,
    /// Sequence number, extended.
    pub(crate) seq: u64,
    pub(crate) timestamp: u32,
    pub(crate) marker: bool,
    pub(crate) payload: Vec<u8>,
}

/// A packet that came.
#[derive(Debug)]
pub(crate) struct Inbound {
    /// Which receive slot, in the order of the description.
    pub(crate) slot: usize,
    pub(crate) is_voice: bool,
    pub(crate) payload_type: u8,
    /// Sequence number, extended.
    pub(crate) seq: u64,
    pub(crate) timestamp: u32,
    pub(crate) marker: bool,
    pub(crate) payload: Vec<u8>,
}

/// What happened.
#[derive(Debug)]
pub(crate) enum Happened {
    /// ICE and DTLS are up.
    Connected,
    /// They are no more.
    Lost,
    /// Somebody cannot go on without a keyframe.
    KeyframeWanted {
        screen: bool,
    },
    Packet(Inbound),
}

/// Why a stack cannot go on; the words are its own.
#[derive(Debug, thiserror::Error)]
#[error("{stack}: {words}")]
pub(crate) struct StackFault {
    stack: &'static str,
    words: String,
}

impl StackFault {
    fn new(stack: &'static str, why: &(impl std::fmt::Display + ?Sized)) -> Self {
        Self { stack, words: why.to_string() }
    }
}

/// One of the two.
#[derive(Debug)]
pub(crate) enum Stack {
    Usual(Box<Usual>),
    Other(Box<Other>),
}

impl Stack {
    /// A connection of our own, and its offer.
    pub(crate) fn offer(
        name: StackName,
        now: Instant,
        address: SocketAddr,
        wanted: Wanted,
    ) -> Result<(Self, String), StackFault> {
        match name {
            StackName::Str0m => {
                let (stack, offer) = Usual::offer(now, address, wanted)?;
                Ok((Self::Usual(Box::new(stack)), offer))
            }
            StackName::Rtc => {
                let (stack, offer) = Other::offer(now, address, wanted)?;
                Ok((Self::Other(Box::new(stack)), offer))
            }
        }
    }

    /// A connection that the server offers, and the answer to it.
    pub(crate) fn accept(
        now: Instant,
        address: SocketAddr,
        offer: &str,
    ) -> Result<(Self, String), StackFault> {
        let (stack, answer) = Usual::accept(now, address, offer)?;
        Ok((Self::Usual(Box::new(stack)), answer))
    }

    /// The server offers anew on the connection there is.
    pub(crate) fn handle_offer(&mut self, now: Instant, sdp: &str) -> Result<String, StackFault> {
        match self {
            Self::Usual(stack) => stack.handle_offer(now, sdp),
            Self::Other(_) => Err(StackFault::new("rtc", "it takes no offers here")),
        }
    }

    pub(crate) fn handle_answer(&mut self, now: Instant, sdp: &str) -> Result<(), StackFault> {
        match self {
            Self::Usual(stack) => stack.handle_answer(now, sdp),
            Self::Other(stack) => stack.handle_answer(now, sdp),
        }
    }

    /// Whether it tells of requests for a keyframe.
    pub(crate) const fn tells_keyframes(&self) -> bool {
        matches!(self, Self::Usual(_))
    }

    /// Payload types agreed on for sound.
    pub(crate) fn audio_types(&self) -> AudioTypes {
        match self {
            Self::Usual(stack) => stack.audio_types(),
            Self::Other(stack) => stack.audio_types(),
        }
    }

    /// Which receive slot a media line is.
    pub(crate) fn slot(&self, mid: &str) -> Option<usize> {
        match self {
            Self::Usual(stack) => stack.slot(mid),
            Self::Other(stack) => stack.slot(mid),
        }
    }

    pub(crate) fn handle_datagram(&mut self, now: Instant, source: SocketAddr, bytes: &[u8]) {
        match self {
            Self::Usual(stack) => stack.handle_datagram(now, source, bytes),
            Self::Other(stack) => stack.handle_datagram(now, source, bytes),
        }
    }

    pub(crate) fn handle_timeout(&mut self, now: Instant) {
        match self {
            Self::Usual(stack) => stack.handle_timeout(now),
            Self::Other(stack) => stack.handle_timeout(now),
        }
    }

    pub(crate) fn send(&mut self, now: Instant, packet: Outbound) {
        match self {
            Self::Usual(stack) => stack.send(now, packet),
            Self::Other(stack) => stack.send(now, packet),
        }
    }

    pub(crate) fn request_keyframe(&mut self, now: Instant, slot: usize) {
        match self {
            Self::Usual(stack) => stack.request_keyframe(now, slot),
            Self::Other(stack) => stack.request_keyframe(now, slot),
        }
    }

    /// When `handle_timeout` is due.
    pub(crate) fn poll_timeout(&mut self) -> Option<Instant> {
        match self {
            Self::Usual(stack) => Some(stack.poll_timeout()),
            Self::Other(stack) => stack.poll_timeout(),
        }
    }

    /// What goes to the server next.
    pub(crate) fn poll_transmit(&mut self) -> Option<(SocketAddr, Vec<u8>)> {
        match self {
            Self::Usual(stack) => stack.poll_transmit(),
            Self::Other(stack) => stack.poll_transmit(),
        }
    }

    pub(crate) fn poll_happened(&mut self) -> Option<Happened> {
        match self {
            Self::Usual(stack) => stack.poll_happened(),
            Self::Other(stack) => stack.poll_happened(),
        }
    }
}

/// The number next to the last that ends in these 16 bits.
fn extended(last: u64, low: u16) -> u64 {
    let here = (last & !0xffff) + u64::from(low);
    let near = [here.saturating_sub(0x1_0000), here, here + 0x1_0000];
    near.into_iter().min_by_key(|number| number.abs_diff(last)).unwrap_or(here)
}

#[cfg(test)]
mod tests;
