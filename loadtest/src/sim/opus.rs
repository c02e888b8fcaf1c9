//! Opus packets as far as a network looks into them (RFC 6716 section 3): how many frames a packet
//! holds, and who said each of them when.
//!
//! In: frames. Out: packets; and read back, their frames, whoever has packed them.
//! Never: sound; behind its identity a frame is filler of the right length.

use std::time::Duration;

/// Sound in a frame.
pub(crate) const FRAME: Duration = Duration::from_millis(20);
/// Ticks of the RTP clock of 48 kHz in a frame.
pub(crate) const FRAME_TICKS: u32 = 960;
/// Hybrid, full band, 20 ms, mono, one frame: what browsers send of a voice.
const TOC: u8 = 0x78;
/// The bits of the TOC byte that tell how many frames there are.
const CODE: u8 = 0x03;
/// Any number of frames, whose lengths are told.
const CODE_MANY: u8 = 0x03;
/// Frames of different lengths (the V bit of the frame count byte).
const VARIABLE: u8 = 0x80;
/// Padding follows (the P bit).
const PADDED: u8 = 0x40;
/// Bytes of a frame that say whose it is.
const IDENTITY_BYTES: usize = 5;

/// A frame of somebody's voice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct VoiceFrame {
    /// Who speaks.
    pub(crate) origin: u8,
    /// Which 20 ms since the beginning.
    pub(crate) index: u32,
}

impl VoiceFrame {
    /// The frame as so many bytes of Opus data, without the TOC byte.
    pub(crate) fn encoded(self, bytes: usize) -> Vec<u8> {
        let mut data = vec![self.origin];
        data.extend(self.index.to_be_bytes());
        data.resize(bytes.max(IDENTITY_BYTES), 0xaa);
        data
    }

    /// Whose frame it is; silence is nobody's.
    pub(crate) fn decoded(data: &[u8]) -> Option<Self> {
        let (&origin, rest) = data.split_first()?;
        let index = u32::from_be_bytes(rest.get(..4)?.try_into().ok()?);
        Some(Self { origin, index })
    }
}

/// One packet of these frames.
pub(crate) fn packet(frames: &[Vec<u8>]) -> Vec<u8> {
    let Some((last, others)) = frames.split_last() else { return vec![TOC] };
    if others.is_empty() {
        return [&[TOC], last.as_slice()].concat();
    }
    let count = u8::try_from(frames.len()).expect("a packet is 120 ms at most");
    let mut packet = vec![TOC | CODE_MANY, VARIABLE | count];
    for frame in others {
        write_length(&mut packet, frame.len());
    }
    packet.extend(frames.concat());
    packet
}

/// Lengths up to 251 take a byte, longer ones two (section 3.2.1).
fn write_length(packet: &mut Vec<u8>, length: usize) {
    let byte = |number: usize| u8::try_from(number).expect("a frame is 1,275 bytes at most");
    if length < 252 {
        packet.push(byte(length));
    } else {
        let first = 252 + (length & CODE_MANY as usize);
        packet.push(byte(first));
        packet.push(byte((length - first) / 4));
    }
}

/// The frames of a packet, if it is one and they are of 20 ms.
pub(crate) fn frames(packet: &[u8]) -> Option<Vec<&[u8]>> {
    let (&toc, rest) = packet.split_first()?;
    if !is_20_ms(toc >> 3) {
        return None;
    }
    match toc & CODE {
        0 => Some(vec![rest]),
        1 => equal(rest, 2),
        2 => {
            let (length, rest) = read_length(rest)?;
            Some(vec![rest.get(..length)?, rest.get(length..)?])
        }
        _ => many(rest),
    }
}

/// Sizes of frames by configuration (section 3.1).
fn is_20_ms(configuration: u8) -> bool {
    match configuration {
        0..=11 => configuration % 4 == 1,
        12..=15 => configuration % 2 == 1,
        _ => configuration % 4 == 3,
    }
}

fn equal(data: &[u8], count: usize) -> Option<Vec<&[u8]>> {
    if data.is_empty() {
        return Some(vec![data; count]);
    }
    let length = data.len().checked_div(count)?;
    (length * count == data.len()).then(|| data.chunks(length).collect())
}

fn many(rest: &[u8]) -> Option<Vec<&[u8]>> {
    let (&head, mut rest) = rest.split_first()?;
    let count = usize::from(head & 0x3f);
    if head & PADDED != 0 {
        rest = unpadded(rest)?;
    }
    if head & VARIABLE == 0 {
        return equal(rest, count);
    }
    let mut lengths = Vec::new();
    for _ in 1..count {
        let (length, after) = read_length(rest)?;
        lengths.push(length);
        rest = after;
    }
    let mut frames = Vec::new();
    for length in lengths {
        frames.push(rest.get(..length)?);
        rest = rest.get(length..)?;
    }
    frames.push(rest);
    Some(frames)
}

/// Without the padding at the end; each 255 adds 254 and another byte (section 3.2.5).
fn unpadded(mut rest: &[u8]) -> Option<&[u8]> {
    let mut padding = 0;
    loop {
        let (&byte, after) = rest.split_first()?;
        rest = after;
        if byte < 255 {
            return rest.get(..rest.len().checked_sub(padding + usize::from(byte))?);
        }
        padding += 254;
    }
}

fn read_length(data: &[u8]) -> Option<(usize, &[u8])> {
    let (&first, rest) = data.split_first()?;
    if first < 252 {
        return Some((usize::from(first), rest));
    }
    let (&second, rest) = rest.split_first()?;
    Some((4 * usize::from(second) + usize::from(first), rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn voice(lengths: &[usize]) -> Vec<Vec<u8>> {
        let frames = (0..).zip(lengths);
        frames.map(|(index, bytes)| VoiceFrame { origin: 3, index }.encoded(*bytes)).collect()
    }

    #[test]
    fn what_is_packed_is_read_back() {
        for lengths in [&[79][..], &[79, 80, 81], &[5, 300, 252, 251], &[20; 6]] {
            let sent = voice(lengths);
            let packet = packet(&sent);
            assert_eq!(frames(&packet).unwrap(), sent, "{lengths:?}");
        }
    }

    #[test]
    fn identity_is_in_the_frame_and_not_in_the_packet() {
        let packet = packet(&voice(&[79, 79, 79]));
        let read: Vec<_> = frames(&packet).unwrap().into_iter().map(VoiceFrame::decoded).collect();
        let frame = |index| Some(VoiceFrame { origin: 3, index });
        assert_eq!(read, [frame(0), frame(1), frame(2)]);
        assert_eq!(VoiceFrame::decoded(&[0xff]), None, "silence is nobody's");
    }

    #[test]
    fn every_code_of_the_standard_is_read() {
        let (a, b) = ([1, 2, 3], [4, 5, 6]);
        let packets: [&[u8]; 5] = [
            &[0x79, 1, 2, 3, 4, 5, 6],                // two of equal length
            &[0x7a, 3, 1, 2, 3, 4, 5, 6],             // two of their own
            &[0x7b, 0x02, 1, 2, 3, 4, 5, 6],          // any number of equal length
            &[0x7b, 0x82, 3, 1, 2, 3, 4, 5, 6],       // any number of their own
            &[0x7b, 0x42, 2, 1, 2, 3, 4, 5, 6, 0, 0], // with padding
        ];
        for packet in packets {
            assert_eq!(frames(packet), Some(vec![&a[..], &b[..]]), "{packet:?}");
        }
    }

    #[test]
    fn what_is_cut_short_is_none() {
        let whole = packet(&voice(&[79, 300, 79]));
        assert_eq!(frames(&[]), None);
        for length in [1, 2, 3, 4, 100] {
            assert_eq!(frames(&whole[..length]), None, "{length}");
        }
        assert_eq!(frames(&[0x70, 1]), None, "a frame of 10 ms");
    }
}
