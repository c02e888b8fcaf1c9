//! The server's ear for a publisher that sends redundant audio: each frame once.
//!
//! In: a publisher's packets, RED or plain Opus. Out: the frames that earlier packets should
//! have brought, then the packet's own.
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
}

impl Listener {
    /// For a publisher that calls Opus by that number.
    pub(crate) fn new(opus: PayloadType) -> Self {
        Self { opus, clock: Clock::default(), floor: None, newest: None, heard: VecDeque::new() }
    }

    /// A packet, its payload RED or plain Opus. The frames it brings, earliest first.
    pub(crate) fn handle_packet(&mut self, red: bool, packet: VoiceFrame) -> Vec<VoiceFrame> {
        let at = match self.clock.read(packet.sequence, packet.timestamp) {
            Reading::At(at) => at,
            Reading::Anew(at) => {
                self.heard.clear();
                self.floor = Some(at);
                self.newest = None;
                at
            }
            Reading::Stale => return Vec::new(),
        };
        let frames = if red {
            self.unwrap(at, &packet)
        } else {
            self.once(at, packet).into_iter().collect()
        };
        self.settle(at);
        frames
    }

    /// The frames of a RED packet that are new.
    fn unwrap(&mut self, at: MediaTime, packet: &VoiceFrame) -> Vec<VoiceFrame> {
        let blocks = red::parse(&packet.payload).unwrap_or_default();
        let own = |block: &red::Block<'_>| block.payload_type == self.opus;
        let blocks: Vec<_> = blocks.into_iter().filter(own).collect();
        let frames = blocks.into_iter().filter_map(|block| {
            let from = at.minus(block.offset);
            let earlier = block.offset > 0;
            self.once(
                from,
                VoiceFrame {
                    timestamp: from.rtp(),
                    sequence: packet.sequence,
                    marker: packet.marker && !earlier,
                    level: packet.level.filter(|_| !earlier),
                    payload: Bytes::copy_from_slice(block.data),
                },
            )
        });
        frames.collect()
    }

    /// The frame, if it is heard for the first time.
    fn once(&mut self, from: MediaTime, frame: VoiceFrame) -> Option<VoiceFrame> {
        let to = from.plus(opus::ticks(&frame.payload)?);
        let over = self.floor.is_some_and(|floor| from < floor);
        if over || self.heard.iter().any(|span| span.from <= from && from < span.to) {
            return None;
        }
        let place = self.heard.partition_point(|span| span.from < from);
        self.heard.insert(place, Span { from, to });
        Some(frame)
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
