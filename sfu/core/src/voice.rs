//! One person's voice to one receiver: joins, copies and repairs what the line needs.
//!
//! In: the publisher's Opus frames (`handle_frame`), the plan for the line, what was lost. Out:
//! packets in order (`poll_packet`), the next deadline (`poll_timeout`).
//! Never: decodes, waits longer than the plan's packet, sends a frame twice without cause.
//!
//! ```text
//! frame ─ clock ─ quiet ─► held ─► history ─► packet
//!           when?  noise?   join    copies, repair (RED)
//! ```
//!
//! A `Voice` remembers a third of a second of sound. Whoever takes away a right to speak or to
//! hear drops it, and with it what it remembers.

mod clock;
mod heard;
mod held;
mod history;
mod listen;
mod plan;
mod quiet;

use crate::codec::opus;
use crate::codec::red::{self, Block, PayloadType};
use crate::packet::AudioLevel;
use bytes::Bytes;
use clock::{Clock, MediaTime, Reading};
pub(crate) use heard::{VoiceCandidate, all_are_heard, heard};
use held::{Held, Sound};
pub(crate) use history::PacketId;
use history::{Earlier, History};
pub(crate) use listen::Listener;
pub(crate) use plan::{
    Conditions, Copies, PacketTime, Plan, Planned, copies_for, opus_rate_for, plan, wire_cost,
};
use quiet::Quiet;
use std::collections::VecDeque;
use std::time::Instant;

/// Longest payload with earlier blocks in it, in bytes: with every header it stays one datagram
/// on any path (1,280, IPv6's least).
const RED_BYTES_MAX: usize = 1_150;

/// A frame of a voice, as its publisher sent it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct VoiceFrame {
    /// RTP timestamp of the publisher.
    pub(crate) timestamp: u32,
    /// Sequence number of the packet it came in, extended.
    pub(crate) sequence: u64,
    /// Start of a talk spurt.
    pub(crate) marker: bool,
    /// Loudness, if the client says.
    pub(crate) level: Option<AudioLevel>,
    /// An Opus packet.
    pub(crate) payload: Bytes,
}

/// A packet for the receiver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct VoicePacket {
    /// What to call it when it is lost.
    pub(crate) id: PacketId,
    /// RTP timestamp in the publisher's clock, later than the packet's before.
    pub(crate) timestamp: u32,
    /// The publisher's clock begins here; nothing relates it to earlier timestamps.
    pub(crate) begins: bool,
    /// Start of a talk spurt.
    pub(crate) marker: bool,
    /// Whether the payload is RED (RFC 2198) rather than Opus.
    pub(crate) red: bool,
    /// RTP payload.
    pub(crate) payload: Bytes,
}

/// The sender of one voice to one receiver.
#[derive(Debug)]
pub(crate) struct Voice {
    /// What the receiver calls Opus within RED, if it reads RED.
    opus_in_red: Option<PayloadType>,
    plan: Plan,
    clock: Clock,
    quiet: Quiet,
    held: Held,
    history: History,
    /// The next packet is the first of the publisher's clock.
    begins: bool,
    next_id: u64,
    packets: VecDeque<VoicePacket>,
}

impl Voice {
    /// To a receiver that reads RED with Opus under that number, or does not read RED.
    pub(crate) fn new(opus_in_red: Option<PayloadType>) -> Self {
        Self {
            opus_in_red,
            plan: Plan::default(),
            clock: Clock::default(),
            quiet: Quiet::default(),
            held: Held::default(),
            history: History::default(),
            begins: false,
            next_id: 0,
            packets: VecDeque::new(),
        }
    }

    /// Another plan, from the next packet on.
    pub(crate) fn set_plan(&mut self, plan: Plan) {
        self.plan = plan;
        if !plan.repair {
            self.history.forgive_lost();
        }
        if self.held.is_full(plan.packet) {
            self.flush();
        }
    }

    /// A frame of the publisher, in whatever order they come.
    pub(crate) fn handle_frame(&mut self, now: Instant, frame: VoiceFrame) {
        let thin = self.plan.packet > PacketTime::Short;
        for frame in self.quiet.handle_frame(now, frame, thin).into_iter().flatten() {
            match self.clock.read(frame.sequence, frame.timestamp) {
                Reading::At(at) => self.accept(now, at, frame),
                Reading::Anew(at) => {
                    self.flush();
                    self.history = History::default();
                    self.begins = true;
                    self.accept(now, at, frame);
                }
                Reading::Stale => {}
            }
        }
    }

    /// The receiver did not get a packet.
    pub(crate) fn handle_lost(&mut self, id: PacketId) {
        self.quiet.handle_lost();
        if self.plan.repair {
            self.history.handle_lost(id);
        }
    }

    /// Sends what has waited long enough.
    pub(crate) fn handle_timeout(&mut self, now: Instant) {
        self.quiet.handle_timeout(now);
        if self.held.deadline(self.plan.packet).is_some_and(|at| at <= now) {
            self.flush();
        }
    }

    /// When `handle_timeout` is next due.
    pub(crate) fn poll_timeout(&self) -> Option<Instant> {
        let deadlines = [self.held.deadline(self.plan.packet), self.quiet.poll_timeout()];
        deadlines.into_iter().flatten().min()
    }

    /// The next packet to send.
    pub(crate) fn poll_packet(&mut self) -> Option<VoicePacket> {
        self.packets.pop_front()
    }

    /// A frame takes its place: behind what is held, in front of it, or among what was sent.
    fn accept(&mut self, now: Instant, at: MediaTime, frame: VoiceFrame) {
        let VoiceFrame { marker, payload, .. } = frame;
        // What cannot be read goes on as it is, for as long as it takes the next to begin.
        let ticks = opus::ticks(&payload).unwrap_or(1);
        let sound = Sound { at, ticks, marker, payload };
        if self.held.covers(at) || self.history.covers(at) {
            return;
        }
        if self.history.newest().is_some_and(|newest| at < newest) {
            if self.opus_in_red.is_some() {
                self.history.handle_late(sound);
            }
            return;
        }
        if !self.held.takes(&sound, self.plan.packet) {
            if self.held.at().is_some_and(|held| at < held) {
                self.send(sound);
                return;
            }
            self.flush();
        }
        self.held.put(now, sound);
        if self.held.is_full(self.plan.packet) {
            self.flush();
        }
    }

    /// Sends what is held.
    fn flush(&mut self) {
        if let Some(sound) = self.held.take() {
            self.send(sound);
        }
    }

    fn send(&mut self, sound: Sound) {
        let id = PacketId(self.next_id);
        self.next_id += 1;
        self.history.forget_before(sound.at);
        let (payload, earlier) = self.wrap(&sound);
        self.packets.push_back(VoicePacket {
            id,
            timestamp: sound.at.rtp(),
            begins: std::mem::take(&mut self.begins),
            marker: sound.marker,
            red: !earlier.is_empty(),
            payload,
        });
        self.history.handle_sent(id, sound, &earlier);
    }

    /// The payload, with the earlier sound that goes along.
    fn wrap(&self, sound: &Sound) -> (Bytes, Vec<Earlier>) {
        let plain = (sound.payload.clone(), Vec::new());
        let Some(payload_type) = self.opus_in_red else { return plain };
        let own = sound.payload.len() + red::PRIMARY_HEAD_BYTES;
        let room = RED_BYTES_MAX.saturating_sub(own);
        // A publisher may make longer packets than the plan asks for.
        let packet = self.plan.packet.max(PacketTime::holding(sound.ticks));
        let distances = self.plan.copies.distances(packet);
        let earlier = self.history.choose(distances, sound.at, room);
        if earlier.is_empty() {
            return plain;
        }
        let block = |offset, data| Block { payload_type, offset, data };
        let blocks: Vec<_> =
            earlier.iter().map(|earlier| block(earlier.offset, &*earlier.payload)).collect();
        (red::write(block(0, &*sound.payload), &blocks).into(), earlier)
    }
}

#[cfg(test)]
mod tests;
