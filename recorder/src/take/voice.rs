//! A voice: each packet is a frame.
//!
//! In: packets. Out: frames, with how much is missing before each.
//! Never: fills a hole; whoever plays it conceals it better.

use super::lane::{Current, Fate, Hole, Made};
use super::note::Why;
use crate::depacketise::opus_samples;
use crate::reorder::voices::Voices;
use crate::reorder::{Held, Step};
use bedside_sfu_api::Codec;
use std::time::{Duration, Instant};

/// Losses of no more than this are not told: a listener does not notice a single packet.
const UNTOLD_MAX: u64 = 1;
/// Samples of Opus a second.
const RATE: u32 = 48_000;

/// Somebody's microphone.
#[derive(Debug)]
pub(super) struct VoiceLane {
    current: Current,
    order: Voices,
    lost: u64,
}

impl VoiceLane {
    pub(super) fn new(ssrc: u32, seq: u64) -> Self {
        Self { current: Current::new(ssrc, seq), order: Voices::default(), lost: 0 }
    }

    pub(super) fn handle(&mut self, ssrc: u32, packet: Held) {
        match self.current.judge(ssrc, packet.seq) {
            Fate::Goes => {}
            Fate::Changes => self.order = Voices::default(),
            Fate::Late => return,
        }
        self.order.handle(packet);
    }

    pub(super) fn handle_timeout(&mut self, now: Instant) {
        self.order.handle_timeout(now);
    }

    pub(super) fn flush(&mut self) {
        self.order.flush();
    }

    pub(super) fn poll_timeout(&self) -> Option<Instant> {
        self.order.poll_timeout()
    }

    pub(super) fn poll(&mut self) -> Option<Made> {
        loop {
            let packet = match self.order.poll()? {
                Step::Packet(packet) => packet,
                Step::Lost(lost) => {
                    self.lost = self.lost.saturating_add(lost);
                    continue;
                }
            };
            let lost = std::mem::take(&mut self.lost);
            // What is no Opus makes no sound, and no file holds it.
            let Some(samples) = opus_samples(&packet.payload) else {
                self.lost = lost.saturating_add(1);
                continue;
            };
            let each = Duration::from_secs(u64::from(samples)) / RATE;
            let told = u32::try_from(lost).ok().filter(|_| lost > UNTOLD_MAX);
            let hole =
                told.map(|lost| Hole { why: Why::Loss, span: Some(each.saturating_mul(lost)) });
            return Some(Made {
                ssrc: self.current.ssrc(),
                codec: Codec::Opus,
                ticks: packet.ticks,
                arrival: packet.arrival,
                key: true,
                data: packet.payload,
                hole,
            });
        }
    }
}
