//! A camera or a screen: frames of packets, whole ones only.
//!
//! In: packets. Out: frames; after a loss none until one that a decoder can begin with.
//! Never: a frame with a hole in it or before it. Decoders show such frames without complaint, as
//! smears that may pass for something seen.

use super::lane::{Current, Fate, Hole, Made};
use super::note::Why;
use crate::depacketise::{Assembly, Unframed, begins_key};
use crate::reorder::pictures::Pictures;
use crate::reorder::{Held, Step};
use bedside_sfu_api::Codec;
use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// Longest stretch without a whole picture. Senders make none by themselves; without, a lost part
/// would take with it all that follows. More often would cost thin lines.
const KEY_EVERY: Duration = Duration::from_secs(10);

/// Somebody's camera or screen.
#[derive(Debug)]
pub(super) struct PictureLane {
    current: Current,
    codec: Codec,
    order: Pictures,
    building: Option<Building>,
    /// Only a whole picture goes on.
    needs_key: bool,
    /// Why nothing was let go since the last frame.
    hole: Option<Why>,
    key_at: Option<Instant>,
    made: VecDeque<Made>,
}

/// A frame that is not complete.
#[derive(Debug)]
struct Building {
    timestamp: u32,
    ticks: i64,
    arrival: Instant,
    assembly: Assembly,
}

impl PictureLane {
    pub(super) fn new(ssrc: u32, codec: Codec, seq: u64) -> Self {
        Self {
            current: Current::new(ssrc, seq),
            codec,
            order: Pictures::default(),
            building: None,
            needs_key: true,
            hole: Some(Why::Beginning),
            key_at: None,
            made: VecDeque::new(),
        }
    }

    pub(super) fn handle(&mut self, (ssrc, codec): (u32, Codec), packet: Held) {
        let fate = self.current.judge(ssrc, packet.seq);
        if fate == Fate::Late {
            return;
        }
        if fate == Fate::Changes || codec != self.codec {
            self.order = Pictures::default();
            self.codec = codec;
            self.spoil(Why::Beginning);
        }
        self.order.handle(packet);
        self.build();
    }

    pub(super) fn handle_timeout(&mut self, now: Instant) {
        self.order.handle_timeout(now);
        self.build();
    }

    pub(super) fn flush(&mut self) {
        self.order.flush();
        self.build();
        // What is not complete now never will be.
        self.building = None;
    }

    pub(super) fn poll_timeout(&self) -> Option<Instant> {
        self.order.poll_timeout()
    }

    pub(super) fn poll(&mut self) -> Option<Made> {
        self.made.pop_front()
    }

    pub(super) const fn hole(&self) -> Option<Why> {
        self.hole
    }

    pub(super) fn wants_key(&self, now: Instant) -> bool {
        let waits = self.needs_key && self.building.is_none();
        let old = |at: Instant| now.saturating_duration_since(at) >= KEY_EVERY;
        waits || self.key_at.is_some_and(old)
    }

    pub(super) fn begin_anew(&mut self) {
        self.needs_key = true;
        self.hole.get_or_insert(Why::Beginning);
    }

    /// Makes frames of what is in order.
    fn build(&mut self) {
        while let Some(step) = self.order.poll() {
            match step {
                Step::Lost(_) => self.spoil(Why::Loss),
                // Padding, to try how much a line carries.
                Step::Packet(packet) if packet.payload.is_empty() => {}
                Step::Packet(packet) => self.add(&packet),
            }
        }
    }

    fn add(&mut self, packet: &Held) {
        // Nothing is missing, so another time is another frame, whether its end was marked or not.
        if self.building.as_ref().is_some_and(|frame| frame.timestamp != packet.timestamp) {
            self.finish();
        }
        if self.building.is_none() && self.needs_key && !begins_key(self.codec, &packet.payload) {
            return;
        }
        let codec = self.codec;
        let building = self.building.get_or_insert_with(|| Building {
            timestamp: packet.timestamp,
            ticks: packet.ticks,
            arrival: packet.arrival,
            assembly: Assembly::new(codec),
        });
        if let Err(unframed) = building.assembly.handle(&packet.payload) {
            self.spoil(why(unframed));
        } else if packet.marker {
            self.finish();
        }
    }

    fn finish(&mut self) {
        let Some(Building { ticks, arrival, assembly, .. }) = self.building.take() else { return };
        let whole = match assembly.finish() {
            Ok(whole) => whole,
            Err(unframed) => return self.spoil(why(unframed)),
        };
        if self.needs_key && !whole.key {
            return;
        }
        if whole.key {
            self.needs_key = false;
            self.key_at = Some(arrival);
        }
        let hole = self.hole.take().map(|why| Hole { why, span: None });
        self.made.push_back(Made {
            ssrc: self.current.ssrc(),
            codec: self.codec,
            ticks,
            arrival,
            key: whole.key,
            data: whole.data,
            hole,
        });
    }

    /// What is being built cannot be, and what follows would build on it.
    fn spoil(&mut self, why: Why) {
        self.building = None;
        self.needs_key = true;
        self.hole.get_or_insert(why);
    }
}

const fn why(unframed: Unframed) -> Why {
    match unframed {
        Unframed::Malformed => Why::Malformed,
        Unframed::TooLarge => Why::TooLarge,
    }
}
