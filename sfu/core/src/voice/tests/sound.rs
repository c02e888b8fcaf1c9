//! Frames that carry their number, and an ear that reads them.

use super::super::{VoiceFrame, VoicePacket};
use crate::codec::{opus, red};
use crate::packet::AudioLevel;
use bytes::Bytes;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

pub(super) const MS: Duration = Duration::from_millis(1);

/// What the receiver calls Opus.
pub(super) const OPUS_TYPE: u8 = 111;

/// 20 ms of wideband SILK, mono.
const TOC: u8 = 9 << 3;

/// 80 bytes of Opus, as 32 kbit/s make them, that begin with the frame's number.
pub(super) fn spoken(number: u32) -> Vec<u8> {
    let mut payload = vec![0x55; 80];
    payload[0] = TOC;
    payload[1..5].copy_from_slice(&number.to_be_bytes());
    payload
}

/// A frame of a voice.
pub(super) fn frame(number: u32) -> VoiceFrame {
    VoiceFrame {
        // Across the wrap.
        timestamp: (u32::MAX - 20_000).wrapping_add(number * 960),
        sequence: 70_000 + u64::from(number),
        marker: number == 0,
        level: Some(AudioLevel { dbov: -30, voice: true }),
        payload: spoken(number).into(),
    }
}

/// A frame without a voice in it.
pub(super) fn numbered(number: u32) -> VoiceFrame {
    VoiceFrame { level: Some(AudioLevel { dbov: -90, voice: false }), ..frame(number) }
}

/// A frame that says it is quiet.
pub(super) fn silence(number: u32) -> VoiceFrame {
    VoiceFrame { payload: Bytes::from_static(&[TOC, 0]), ..numbered(number) }
}

/// The frames of a packet, those of the newest block last.
pub(super) fn deliver(packet: &VoicePacket) -> Vec<Vec<u8>> {
    let blocks: Vec<&[u8]> = if packet.red {
        red::parse(&packet.payload).unwrap().into_iter().map(|block| block.data).collect()
    } else {
        vec![&packet.payload]
    };
    let told = |block| opus::frames(block).map(|frames| frames.data).unwrap_or_default();
    blocks.into_iter().flat_map(told).map(<[u8]>::to_vec).collect()
}

/// The number a frame begins with.
pub(super) fn index_of(frame: &[u8]) -> u32 {
    frame.first_chunk().map_or(u32::MAX, |number| u32::from_be_bytes(*number))
}

/// What a receiver heard.
#[derive(Debug, Default)]
pub(super) struct Ear {
    pub(super) timestamps: Vec<u64>,
    /// How often each frame came in the newest block of a packet.
    pub(super) primaries: BTreeMap<u32, usize>,
    pub(super) first_heard: BTreeMap<u32, Instant>,
}

impl Ear {
    pub(super) fn hear(&mut self, packet: &VoicePacket, now: Instant) {
        let first = frame(0).timestamp;
        self.timestamps.push(u64::from(packet.timestamp.wrapping_sub(first)));
        for heard in deliver(packet) {
            self.first_heard.entry(index_of(&heard)).or_insert(now);
        }
        let newest = if packet.red {
            red::parse(&packet.payload).unwrap().pop().unwrap().data.to_vec()
        } else {
            packet.payload.to_vec()
        };
        for heard in opus::frames(&newest).unwrap().data {
            *self.primaries.entry(index_of(heard)).or_default() += 1;
        }
    }
}
