//! Continues sequence numbers, timestamps and VP8 picture counters over switches and omissions.
//!
//! In: packets of one layer at a time, and where a new layer begins. Out: the numbers to send.
//! Never: looks at the payload.

use super::counter::Counter;
use crate::codec::vp8::Vp8;
use crate::packet::{Codec, Layer, Numbers, PictureNumbers};
use std::time::Instant;

/// Picture ids have 15 bits (RFC 7741).
const PICTURE_ID_BITS: u32 = 15;

/// A step in the sequence numbers beyond which a stream counts as begun anew: half of what a
/// receiver can still tell from a wrap (RFC 3711 section 3.3.1).
const LEAP: u64 = 1 << 14;

/// What the forwarder needs to know of a packet.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Arrival {
    /// Its simulcast layer.
    pub(crate) layer: Layer,
    /// Which stream of the sender it is part of (SSRC).
    pub(crate) stream: u32,
    /// Its codec.
    pub(crate) codec: Codec,
    /// Sequence number, extended.
    pub(crate) seq: u64,
    /// RTP timestamp.
    pub(crate) timestamp: u32,
    /// Whether decoding can start here: a keyframe, or any audio.
    pub(crate) starts: bool,
    /// The VP8 descriptor.
    pub(crate) vp8: Option<Vp8>,
}

/// The newest timestamp sent, and when.
#[derive(Debug, Clone, Copy)]
struct Sent {
    timestamp: u32,
    at: Instant,
}

/// Numbers of one receive slot.
#[derive(Debug, Default)]
pub(super) struct Renumber {
    seq: Counter,
    pictures: Counter,
    timestamp_shift: u32,
    tl0_shift: u8,
    sent: Option<Sent>,
    tl0_sent: u8,
}

impl Renumber {
    /// Another layer or track begins with this packet.
    pub(super) fn begin(&mut self, now: Instant, arrival: &Arrival) {
        self.seq.begin(arrival.seq);
        self.timestamp_shift = match self.sent {
            // Layers and tracks have unrelated timestamps; the time that passed relates them.
            Some(sent) => {
                let ticks = ticks(now, sent.at, arrival.codec.clock_rate());
                sent.timestamp.wrapping_add(ticks.max(1)).wrapping_sub(arrival.timestamp)
            }
            None => 0,
        };
        if let Some(vp8) = arrival.vp8 {
            // Any multiple of the wrap serves as a start; one leaves room for late pictures.
            let picture_id = vp8.picture_id.unwrap_or_default();
            self.pictures.begin(u64::from(picture_id) + (1 << PICTURE_ID_BITS));
            self.tl0_shift =
                self.tl0_sent.wrapping_add(1).wrapping_sub(vp8.tl0_pic_idx.unwrap_or_default());
        }
    }

    /// Whether the sequence numbers leap ahead so far that a receiver would lose count.
    pub(super) const fn leaps(&self, arrival: &Arrival) -> bool {
        arrival.seq > self.seq.newest_input() + LEAP
    }

    /// Numbers from this one on were never sent, and are given again.
    pub(super) fn rewind(&mut self, first: u64) {
        self.seq.rewind(first);
    }

    /// Numbers for a packet of no track.
    pub(super) fn fill(&mut self) -> Numbers {
        let timestamp = self.sent.map_or(0, |sent| sent.timestamp);
        Numbers { seq: self.seq.fill(), timestamp, picture: None }
    }

    /// The packet is not sent, and leaves no hole.
    pub(super) fn leave_out(&mut self, arrival: &Arrival) {
        self.seq.leave_out(arrival.seq);
        if let Some(picture) = self.picture(arrival) {
            self.pictures.leave_out(picture);
        }
    }

    /// The numbers the packet is sent with, or `None` if it is too old.
    pub(super) fn number(&mut self, now: Instant, arrival: &Arrival) -> Option<Numbers> {
        let seq = self.seq.output(arrival.seq)?;
        let timestamp = arrival.timestamp.wrapping_add(self.timestamp_shift);
        let picture = match self.picture(arrival) {
            Some(picture) => {
                let id = self.pictures.output(picture)? % (1 << PICTURE_ID_BITS);
                let tl0 = arrival.vp8.and_then(|vp8| vp8.tl0_pic_idx).unwrap_or_default();
                self.tl0_sent = tl0.wrapping_add(self.tl0_shift);
                Some(PictureNumbers {
                    picture_id: u16::try_from(id).expect("15 bits fit into 16"),
                    tl0_pic_idx: self.tl0_sent,
                })
            }
            None => None,
        };
        let newer = self.sent.is_none_or(|sent| {
            // RFC 1982 serial arithmetic: less than half the circle ahead is newer.
            timestamp.wrapping_sub(sent.timestamp) < 1 << 31
        });
        if newer {
            self.sent = Some(Sent { timestamp, at: now });
        }
        Some(Numbers { seq, timestamp, picture })
    }

    /// The picture id, extended beyond its 15 bits next to the newest one seen.
    fn picture(&self, arrival: &Arrival) -> Option<u64> {
        let id = u64::from(arrival.vp8?.picture_id?);
        let wrap = 1_u64 << PICTURE_ID_BITS;
        let newest = self.pictures.newest_input();
        let near = newest - newest % wrap + id;
        Some(if near > newest + wrap / 2 {
            near.saturating_sub(wrap)
        } else if near + wrap / 2 < newest {
            near + wrap
        } else {
            near
        })
    }
}

/// How many ticks of the clock passed between two instants.
fn ticks(now: Instant, then: Instant, clock_rate: u32) -> u32 {
    let micros = now.saturating_duration_since(then).as_micros();
    let ticks = micros * u128::from(clock_rate) / 1_000_000;
    u32::try_from(ticks & u128::from(u32::MAX)).expect("masked to 32 bits")
}
