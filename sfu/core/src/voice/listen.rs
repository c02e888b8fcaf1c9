//! The server's ear for a publisher that sends redundant audio: each frame once.
//!
//! In: a publisher's packets, RED or plain Opus (`handle_packet`). Out: the frames that earlier
//! packets should have brought, then the packet's own (`poll_frame`).
//! Never: yields a frame twice, or one from before it began to listen.

use super::VoiceFrame;
use super::clock::{Clock, MediaTime, Reading};
use crate::codec::opus;
use crate::codec::red::{self, PayloadType};
use bytes::Bytes;
use std::collections::VecDeque;

/// Most frames remembered: 341 ms, as far as RED reaches, in frames of 5 ms.
const HEARD_MAX: usize = 68;

/// The sound of one frame.
#[derive(Debug, Clone, Copy)]
struct Span {
    from: MediaTime,
    to: MediaTime,
}

/// The ear. A right to speak that comes and goes takes a new one each time: copies in its first
/// packet are of words said without the right.
#[derive(Debug)]
pub(crate) struct Listener {
    /// What the publisher calls Opus.
    opus: PayloadType,
    clock: Clock,
    /// Whatever begins before is over: not listened to yet, or too long ago.
    floor: Option<MediaTime>,
    newest: Option<MediaTime>,
    /// What was heard since, earliest first.
    heard: VecDeque<Span>,
    /// Frames to be polled.
    frames: VecDeque<VoiceFrame>,
}

impl Listener {
    /// For a publisher that calls Opus by that number.
    pub(crate) fn new(opus: PayloadType) -> Self {
        let (heard, frames) = (VecDeque::new(), VecDeque::new());
        Self { opus, clock: Clock::default(), floor: None, newest: None, heard, frames }
    }

    /// The next frame that a packet brought, earliest first.
    pub(crate) fn poll_frame(&mut self) -> Option<VoiceFrame> {
        self.frames.pop_front()
    }

    /// A packet, its payload RED or plain Opus.
    pub(crate) fn handle_packet(&mut self, red: bool, packet: VoiceFrame) {
        let at = match self.clock.read(packet.sequence, packet.timestamp) {
            Reading::At(at) => at,
            Reading::Anew(at) => {
                self.heard.clear();
                self.floor = Some(at);
                self.newest = None;
                at
            }
            Reading::Stale => return,
        };
        if red {
            self.unwrap(at, &packet);
        } else {
            self.once(at, packet);
        }
        self.settle(at);
    }

    /// The frames of a RED packet that are new.
    fn unwrap(&mut self, at: MediaTime, packet: &VoiceFrame) {
        for block in red::parse(&packet.payload).unwrap_or_default() {
            if block.payload_type != self.opus {
                continue;
            }
            let from = at.minus(block.offset);
            let earlier = block.offset > 0;
            let frame = VoiceFrame {
                timestamp: from.rtp(),
                sequence: packet.sequence,
                marker: packet.marker && !earlier,
                level: packet.level.filter(|_| !earlier),
                payload: Bytes::copy_from_slice(block.data),
            };
            self.once(from, frame);
        }
    }

    /// Takes the frame, if it is heard for the first time.
    fn once(&mut self, from: MediaTime, frame: VoiceFrame) {
        let Some(ticks) = opus::ticks(&frame.payload) else { return };
        let to = from.plus(ticks);
        let over = self.floor.is_some_and(|floor| from < floor);
        if over || self.heard.iter().any(|span| span.from <= from && from < span.to) {
            return;
        }
        let place = self.heard.partition_point(|span| span.from < from);
        self.heard.insert(place, Span { from, to });
        self.frames.push_back(frame);
    }

    /// Forgets what RED does not reach any more.
    fn settle(&mut self, at: MediaTime) {
        let newest = self.newest.max(Some(at));
        self.newest = newest;
        self.floor = self.floor.max(newest.map(|newest| newest.minus(red::OFFSET_MAX)));
        while let Some(first) = self.heard.front().copied() {
            if Some(first.from) >= self.floor && self.heard.len() <= HEARD_MAX {
                break;
            }
            self.floor = self.floor.max(Some(first.to));
            self.heard.pop_front();
        }
    }
}

#[cfg(test)]
mod tests;
