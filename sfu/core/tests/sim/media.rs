//! Synthetic media that says where it comes from: VP8 frames in three layers, Opus-like packets.
//!
//! In: who sends, which layer, which frame. Out: payloads; and read back, what they say.
//! Never: a picture; only the descriptor and the keyframe's head are real.

/// What a payload says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tag {
    pub(crate) room: u64,
    pub(crate) participant: u64,
    pub(crate) layer: u8,
    pub(crate) frame: u32,
    /// When it was said or shown, in microseconds of the world.
    pub(crate) said_us: u64,
}

/// What a tag begins with, so that it is found wherever it was copied to.
const MARK: [u8; 8] = *b"\xffbedside";
const TAG_BYTES: usize = MARK.len() + 8 + 8 + 1 + 4 + 8;
/// Bytes of a packet's payload.
const PACKET_BYTES: usize = 1_100;
/// Temporal pattern of L1T3.
const TEMPORAL: [u8; 4] = [0, 2, 1, 2];

impl Tag {
    fn write(self, out: &mut Vec<u8>) {
        out.extend(MARK);
        out.extend(self.room.to_be_bytes());
        out.extend(self.participant.to_be_bytes());
        out.push(self.layer);
        out.extend(self.frame.to_be_bytes());
        out.extend(self.said_us.to_be_bytes());
    }

    /// Reads the tag at the end of a payload.
    pub(crate) fn read(payload: &[u8]) -> Self {
        let tag = &payload[payload.len() - TAG_BYTES + MARK.len()..];
        Self {
            room: u64::from_be_bytes(tag[0..8].try_into().unwrap()),
            participant: u64::from_be_bytes(tag[8..16].try_into().unwrap()),
            layer: tag[16],
            frame: u32::from_be_bytes(tag[17..21].try_into().unwrap()),
            said_us: u64::from_be_bytes(tag[21..29].try_into().unwrap()),
        }
    }

    /// Every tag in a payload, whatever lies around it: copies (RED), joined frames, the frame
    /// before (FEC).
    pub(crate) fn all(payload: &[u8]) -> Vec<Self> {
        let marked = payload.windows(TAG_BYTES).filter(|bytes| bytes.starts_with(&MARK));
        marked.map(Self::read).collect()
    }
}

/// One VP8 encoder of one layer.
#[derive(Debug)]
pub(crate) struct Encoder {
    tag: Tag,
    bytes: usize,
    pub(crate) keyframe_due: bool,
    since_keyframe: u32,
    picture_id: u16,
    tl0: u8,
}

impl Encoder {
    pub(crate) fn new(room: u64, participant: u64, layer: u8) -> Self {
        let bytes = [900, 3_000, 9_000][usize::from(layer)];
        let tag = Tag { room, participant, layer, frame: 0, said_us: 0 };
        let start = u16::from(layer) * 9_000 + 0x7ff0;
        let (keyframe_due, since_keyframe, tl0) = (true, 0, layer * 50);
        Self { tag, bytes, keyframe_due, since_keyframe, picture_id: start & 0x7fff, tl0 }
    }

    /// The packets of the next frame.
    pub(crate) fn frame(&mut self, said_us: u64) -> Vec<Vec<u8>> {
        self.tag.said_us = said_us;
        let keyframe = std::mem::take(&mut self.keyframe_due);
        self.since_keyframe = if keyframe { 0 } else { self.since_keyframe + 1 };
        let temporal = TEMPORAL[usize::try_from(self.since_keyframe).unwrap() % 4];
        self.tag.frame += 1;
        self.picture_id = (self.picture_id + 1) & 0x7fff;
        if temporal == 0 {
            self.tl0 = self.tl0.wrapping_add(1);
        }
        let mut left = if keyframe { self.bytes * 3 } else { self.bytes };
        let mut packets = Vec::new();
        while left > 0 {
            let size = left.min(PACKET_BYTES);
            left -= size;
            packets.push(self.packet(packets.is_empty(), keyframe, temporal, size));
        }
        packets
    }

    fn packet(&self, first: bool, keyframe: bool, temporal: u8, size: usize) -> Vec<u8> {
        let [high, low] = self.picture_id.to_be_bytes();
        // Only the last picture of the pattern needs the one between.
        let sync = if temporal > 0 && self.since_keyframe % 4 != 3 { 0x20 } else { 0 };
        let start = if first { 0x10 } else { 0 };
        let mut out = vec![0x80 | start, 0xe0, 0x80 | high, low, self.tl0, temporal << 6 | sync];
        if first {
            let height = [180_u16, 360, 720][usize::from(self.tag.layer)].to_le_bytes();
            let inter = u8::from(!keyframe);
            out.extend([inter, 0, 0, 0x9d, 0x01, 0x2a, 0x40, 0x01, height[0], height[1]]);
        }
        out.resize(size.max(out.len() + TAG_BYTES) - TAG_BYTES, 0xaa);
        self.tag.write(&mut out);
        out
    }
}

/// An audio packet. As Opus does, it brings the frame before along (FEC).
pub(crate) fn voice(tag: Tag, before: Option<Tag>) -> Vec<u8> {
    let mut out = vec![0x78; 60];
    if let Some(before) = before {
        before.write(&mut out);
    }
    tag.write(&mut out);
    out
}

/// A packet with copies of earlier ones (RFC 2198), each with its distance in ticks.
pub(crate) fn redundant(opus: u8, copies: &[(u32, Vec<u8>)], newest: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    for (distance, copy) in copies {
        let word = distance << 10 | u32::try_from(copy.len()).unwrap();
        out.push(0x80 | opus);
        out.extend(&word.to_be_bytes()[1..]);
    }
    out.push(opus);
    out.extend(copies.iter().flat_map(|(_, copy)| copy));
    out.extend(newest);
    out
}

/// What a received VP8 payload's descriptor says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Descriptor {
    pub(crate) picture_id: u16,
    pub(crate) tl0: u8,
    pub(crate) temporal: u8,
    pub(crate) starts_keyframe: bool,
}

impl Descriptor {
    pub(crate) fn read(payload: &[u8]) -> Self {
        Self {
            picture_id: u16::from_be_bytes([payload[2] & 0x7f, payload[3]]),
            tl0: payload[4],
            temporal: payload[5] >> 6,
            starts_keyframe: payload[0] & 0x10 != 0 && payload[6] & 1 == 0,
        }
    }
}
