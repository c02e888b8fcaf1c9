//! A voice in one receive slot: its packets, their numbers, and which of them were lost.
//!
//! In: the publisher's frames, the plan, what the receiver did not get. Out: packets with the
//! numbers they are sent with.
//! Never: decides the plan.

use crate::allocate::Step;
use crate::codec::red::PayloadType;
use crate::forward::{Arrival, Forwarder};
use crate::packet::{Codec, Layer, Numbers};
use crate::voice::{PacketId, Plan, Voice, VoiceFrame, VoicePacket};
use std::collections::VecDeque;
use std::time::Instant;

/// Most packets remembered by their number: what a receiver tells of later than this, two
/// seconds, cannot be repaired any more.
const SENT_MAX: usize = 100;

/// The voice in a slot.
#[derive(Debug)]
pub(crate) struct Speech {
    voice: Voice,
    /// The publisher's clock; each beginning is a stream of its own.
    stream: u32,
    sent: VecDeque<(u16, PacketId)>,
}

impl Speech {
    /// To a receiver that reads RED with Opus under that number, or does not read RED.
    pub(crate) fn new(opus_in_red: Option<PayloadType>) -> Self {
        Self { voice: Voice::new(opus_in_red), stream: 0, sent: VecDeque::new() }
    }

    /// Another plan, from the next packet on.
    pub(crate) fn set_plan(&mut self, plan: Plan) {
        self.voice.set_plan(plan);
    }

    /// A frame of the publisher.
    pub(crate) fn handle_frame(&mut self, now: Instant, frame: VoiceFrame) {
        self.voice.handle_frame(now, frame);
    }

    /// The receiver did not get the packet of this number.
    pub(crate) fn handle_lost(&mut self, seq: u16) {
        let sent = self.sent.iter().rev().find(|(number, _)| *number == seq);
        if let Some(&(_, id)) = sent {
            self.voice.handle_lost(id);
        }
    }

    /// Time has come to `now`.
    pub(crate) fn handle_timeout(&mut self, now: Instant) {
        self.voice.handle_timeout(now);
    }

    /// When `handle_timeout` is due.
    pub(crate) fn poll_timeout(&self) -> Option<Instant> {
        self.voice.poll_timeout()
    }

    /// The next packet, with its numbers.
    pub(crate) fn poll_packet(
        &mut self,
        now: Instant,
        forwarder: &mut Forwarder,
    ) -> Option<(VoicePacket, Numbers)> {
        loop {
            let packet = self.voice.poll_packet()?;
            if packet.begins {
                self.stream = self.stream.wrapping_add(1);
            }
            forwarder.aim(Some(Step::full(Layer(0))));
            let arrival = Arrival {
                layer: Layer(0),
                stream: self.stream,
                codec: Codec::Opus,
                // Sequence numbers start at one; ids at zero.
                seq: packet.id.0 + 1,
                timestamp: packet.timestamp,
                starts: true,
                vp8: None,
            };
            let Some(numbers) = forwarder.forward(now, &arrival) else { continue };
            self.sent.push_back((low(numbers.seq), packet.id));
            if self.sent.len() > SENT_MAX {
                self.sent.pop_front();
            }
            return Some((packet, numbers));
        }
    }
}

/// The 16 bits of a sequence number that are on the wire.
fn low(seq: u64) -> u16 {
    u16::try_from(seq % (1 << 16)).expect("the remainder has 16 bits")
}
