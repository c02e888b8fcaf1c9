//! Frames out of packets: as somebody else's packetisers make them, as the formats allow them, and
//! as nobody should send them.

use super::{Assembly, FRAME_BYTES_MAX, Unframed, begins_key, describe, opus_samples};
use crate::matroska::{Shape, Size};
use bedside_sfu_api::Codec;
use openh264::encoder::Encoder;
use openh264::formats::YUVBuffer;
use proptest::prelude::*;
use rtc_rtp::codec::av1::{Av1Depacketizer, Av1Payloader};
use rtc_rtp::codec::h264::{H264Packet, H264Payloader};
use rtc_rtp::codec::vp8::{Vp8Packet, Vp8Payloader};
use rtc_rtp::codec::vp9::{Vp9Packet, Vp9Payloader};
use rtc_rtp::packetizer::{Depacketizer, Payloader};
use std::hint::black_box;

const CODECS: [Codec; 5] = [Codec::Opus, Codec::Vp8, Codec::Vp9, Codec::H264, Codec::Av1];

fn together(codec: Codec, payloads: &[Vec<u8>]) -> Result<(bool, Vec<u8>), Unframed> {
    let mut assembly = Assembly::new(codec);
    payloads.iter().try_for_each(|payload| assembly.handle(payload))?;
    assembly.finish().map(|whole| (whole.key, whole.data))
}

/// A frame through somebody else's packetiser, and back by ours and by theirs.
fn both_ways(
    codec: Codec,
    frame: &[u8],
    mut there: impl Payloader,
    mut back: impl Depacketizer,
) -> (Vec<u8>, Vec<u8>) {
    let payloads = there.payload(100, &frame.to_vec().into()).unwrap();
    let theirs = payloads.iter().flat_map(|payload| back.depacketize(payload).unwrap()).collect();
    let payloads: Vec<Vec<u8>> = payloads.iter().map(|payload| payload.to_vec()).collect();
    (together(codec, &payloads).unwrap().1, theirs)
}

fn h264_frame() -> Vec<u8> {
    let picture = YUVBuffer::from_vec(vec![90; 320 * 180 * 3 / 2], 320, 180);
    Encoder::new().unwrap().encode(&picture).unwrap().to_vec()
}

#[test]
fn frames_come_back_as_others_take_them_apart() {
    let frame: Vec<u8> = (0..1_000_u32).map(|n| u8::try_from(n * 7 % 251).unwrap()).collect();
    let mut numbered = Vp8Payloader::default();
    numbered.enable_picture_id = true;
    let (ours, theirs) = both_ways(Codec::Vp8, &frame, numbered, Vp8Packet::default());
    assert_eq!((ours.as_slice(), theirs.as_slice()), (frame.as_slice(), frame.as_slice()));
    let vp9 = Vp9Payloader::default();
    let (ours, theirs) = both_ways(Codec::Vp9, &frame, vp9, Vp9Packet::default());
    assert_eq!((ours.as_slice(), theirs.as_slice()), (frame.as_slice(), frame.as_slice()));
    let mut lengths = H264Packet::default();
    lengths.is_avc = true;
    let h264 = H264Payloader::default();
    let (ours, theirs) = both_ways(Codec::H264, &h264_frame(), h264, lengths);
    assert_eq!(ours, theirs);
    // A temporal delimiter, then two units of 300 bytes with their sizes.
    let mut units = vec![0x12, 0x00];
    for head in [0x0A, 0x32] {
        units.extend_from_slice(&[head, 0xAC, 0x02]);
        units.extend_from_slice(&frame[..300]);
    }
    let av1 = Av1Payloader {};
    let (ours, theirs) = both_ways(Codec::Av1, &units, av1, Av1Depacketizer::new());
    assert_eq!(ours, units[2..]);
    assert_eq!(ours, theirs);
}

#[test]
fn h264_is_described_by_its_parameter_sets() {
    let payloads = H264Payloader::default().payload(500, &h264_frame().into()).unwrap();
    let payloads: Vec<Vec<u8>> = payloads.iter().map(|payload| payload.to_vec()).collect();
    assert!(begins_key(Codec::H264, &payloads[0]));
    assert!(!begins_key(Codec::H264, &payloads[1]));
    let (key, data) = together(Codec::H264, &payloads).unwrap();
    assert!(key);
    // 180 lines are no multiple of 16: the rest is cropped.
    let (shape, avcc) = describe(Codec::H264, &data).unwrap();
    assert_eq!(shape, Shape::Picture(Size { width: 320, height: 180 }));
    assert_eq!((avcc[0], avcc[4], avcc[5]), (1, 0xFF, 0xE1));
    let sps_len = usize::from(u16::from_be_bytes([avcc[6], avcc[7]]));
    assert_eq!(avcc[8..8 + sps_len], data[4..4 + sps_len]);
}

#[test]
fn a_unit_in_pieces_needs_all_of_them() {
    let (start, middle, end) =
        (vec![0x7C, 0x85, 1, 2], vec![0x7C, 0x05, 3], vec![0x7C, 0x45, 4, 5]);
    let pieces = [start.clone(), middle.clone(), end.clone()];
    let whole = together(Codec::H264, &pieces).unwrap();
    assert_eq!(whole.1, [0, 0, 0, 6, 0x65, 1, 2, 3, 4, 5]);
    for wrong in [vec![middle, end.clone()], vec![start.clone()], vec![start.clone(), start, end]] {
        assert_eq!(together(Codec::H264, &wrong), Err(Unframed::Malformed));
    }
    // An aggregate with a byte too many.
    let stap = vec![0x78, 0, 2, 0x67, 1, 0];
    assert_eq!(together(Codec::H264, &[stap]), Err(Unframed::Malformed));
}

#[test]
fn descriptors_of_every_length_are_taken_off() {
    let key = [0x10, 0, 0, 0x9D, 0x01, 0x2A, 0x40, 0x01, 0xB4, 0x00, 9];
    for descriptor in [
        vec![0x10],
        vec![0x90, 0x80, 0x7F],
        vec![0x90, 0x80, 0x80, 0x01],
        vec![0x90, 0xF0, 0x81, 0x02, 5, 0xE3],
        vec![0xB0, 0x20, 0x40],
    ] {
        let payload = [descriptor, key.to_vec()].concat();
        assert!(begins_key(Codec::Vp8, &payload));
        let (is_key, data) = together(Codec::Vp8, &[payload]).unwrap();
        assert_eq!((is_key, data.as_slice()), (true, key.as_slice()));
    }
    let size = Shape::Picture(Size { width: 320, height: 180 });
    assert_eq!(describe(Codec::Vp8, &key), Some((size, Vec::new())));
    // Another partition, and a frame that builds on others.
    assert!(!begins_key(Codec::Vp8, &[&[0x11], key.as_slice()].concat()));
    assert!(!begins_key(Codec::Vp8, &[0x10, 0x11, 0, 0, 0, 0, 0, 0, 0, 0, 0]));
}

/// The first bytes of a whole picture of 320 by 180 in profile 0, then `mark`.
fn vp9_key(mark: u8) -> Vec<u8> {
    // 10 00 0 0 1 0, the sync code, 010 (colours) 0, then both sizes less one.
    let (width, height) = (319_u64, 179_u64);
    let bits = 0x82_u64 << 56 | 0x49_8342 << 32 | 0b0100 << 28 | width << 12 | height >> 4;
    let mut frame = bits.to_be_bytes().to_vec();
    frame.push(u8::try_from((height & 0x0F) << 4).unwrap());
    frame.push(mark);
    frame
}

#[test]
fn layers_of_a_picture_stand_together_with_an_index() {
    let key = vp9_key(1);
    // Two layers: L set, non-flexible, with an index of the picture and a structure in the first.
    let structure = [0x18 | 1 << 5, 0, 160, 0, 90, 1, 64, 0, 180, 1, 0x04, 1];
    let first = [&[0xAA_u8 | 0x04, 0x81, 0x02, 0x00, 7], structure.as_slice(), &key].concat();
    let second = vec![0xAC, 0x81, 0x02, 0x02, 7, 0x86, 0x00, 3];
    assert!(begins_key(Codec::Vp9, &first));
    assert!(!begins_key(Codec::Vp9, &second));
    let (is_key, data) = together(Codec::Vp9, &[first, second]).unwrap();
    assert!(is_key);
    let index = [0xD9, 10, 0, 0, 0, 3, 0, 0, 0, 0xD9];
    assert_eq!(data, [key.as_slice(), &[0x86, 0, 3], &index].concat());
    let size = Shape::Picture(Size { width: 320, height: 180 });
    assert_eq!(describe(Codec::Vp9, &data), Some((size, Vec::new())));
    // Flexible mode, with two pictures it refers to.
    let flexible = [&[0xFC_u8, 0x05, 0x02, 0x03, 0x04], key.as_slice()].concat();
    assert_eq!(together(Codec::Vp9, &[flexible]).unwrap().1, key);
}

#[test]
fn opus_packets_say_how_long_they_sound() {
    for (packet, samples) in [
        (vec![0x78], Some(960)),
        (vec![0x79], Some(1_920)),
        (vec![0x7B, 3], Some(2_880)),
        (vec![0x18], Some(2_880)),
        (vec![0xE0], Some(120)),
        (vec![0x7B, 0x3F], None),
        (vec![0x7B], None),
        (vec![], None),
    ] {
        assert_eq!(opus_samples(&packet), samples, "{packet:?}");
    }
    let (shape, head) = describe(Codec::Opus, &[0x7C, 0]).unwrap();
    assert_eq!((shape, head[9], head.len()), (Shape::Sound { channels: 2 }, 2, 19));
}

#[test]
fn a_frame_that_would_fill_the_memory_is_given_up() {
    let mut assembly = Assembly::new(Codec::Vp8);
    let payload = vec![0x10; 60_000];
    let told = (0..FRAME_BYTES_MAX).find_map(|_| assembly.handle(&payload).err());
    assert_eq!(told, Some(Unframed::TooLarge));
    assert!(assembly.data.len() <= FRAME_BYTES_MAX);
}

proptest! {
    #[test]
    fn any_bytes_are_survived(
        payloads in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..60), 1..8),
    ) {
        for codec in CODECS {
            let all: usize = payloads.iter().map(Vec::len).sum();
            for payload in &payloads {
                black_box((begins_key(codec, payload), describe(codec, payload)));
            }
            if let Ok((key, data)) = together(codec, &payloads) {
                // Lengths and an index are all that is ever added.
                prop_assert!(data.len() <= 4 * all + 34);
                prop_assert!(!key || describe(codec, &data).is_some() || codec == Codec::Opus);
            }
        }
    }

    /// A whole picture's bytes, harmed: what is read of them harms nobody.
    #[test]
    fn any_harm_to_a_header_is_survived(
        harm in proptest::collection::vec((0_usize..60, any::<u8>()), 1..10),
    ) {
        let payloads = H264Payloader::default().payload(500, &h264_frame().into()).unwrap();
        let payloads: Vec<Vec<u8>> = payloads.iter().map(|payload| payload.to_vec()).collect();
        let mut h264 = together(Codec::H264, &payloads).unwrap().1;
        let mut vp9 = vp9_key(0);
        for (index, byte) in harm {
            for data in [&mut h264, &mut vp9] {
                let index = index % data.len();
                data[index] = byte;
            }
        }
        black_box((describe(Codec::H264, &h264), describe(Codec::Vp9, &vp9)));
        black_box(describe(Codec::Av1, &h264));
    }
}
