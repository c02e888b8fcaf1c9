//! Proves that frames are told apart as the RFC says, and that joining loses none.

use super::*;
use proptest::prelude::*;

/// 20 ms of wideband SILK, mono.
const WIDEBAND: u8 = 9 << 3;

fn packet(toc: u8, rest: &[&[u8]]) -> Vec<u8> {
    [&[toc], rest.concat().as_slice()].concat()
}

#[test]
fn every_config_has_its_length() {
    let tenths: Vec<_> = (0..32).map(|config| Toc(config << 3).frame_ticks() * 10 / 48).collect();
    let silk = [100, 200, 400, 600];
    let celt = [25, 50, 100, 200];
    let all = [&silk.repeat(3)[..], &[100, 200, 100, 200], &celt.repeat(4)].concat();
    assert_eq!(tenths, all);
}

#[test]
fn each_code_is_told_apart() {
    let told = |packet: &[u8]| {
        let frames = frames(packet)?;
        Some(frames.data.into_iter().map(<[u8]>::to_vec).collect::<Vec<_>>())
    };
    assert_eq!(told(&[WIDEBAND, 1, 2, 3]), Some(vec![vec![1, 2, 3]]));
    assert_eq!(told(&[WIDEBAND]), Some(vec![vec![]]), "nothing but the first byte is DTX");
    assert_eq!(told(&[WIDEBAND | 1, 1, 2, 3, 4]), Some(vec![vec![1, 2], vec![3, 4]]));
    assert_eq!(told(&[WIDEBAND | 1, 1, 2, 3]), None, "two of one length are never odd");
    assert_eq!(told(&[WIDEBAND | 2, 1, 9, 8, 7]), Some(vec![vec![9], vec![8, 7]]));
    assert_eq!(told(&[WIDEBAND | 2, 4, 9, 8, 7]), None, "longer than the packet");
    let long = packet(WIDEBAND | 2, &[&[253, 1], &[5; 257], &[6]]);
    assert_eq!(told(&long), Some(vec![vec![5; 257], vec![6]]), "a length of two bytes");
    assert_eq!(told(&[WIDEBAND | 3, 3, 1, 2, 3]), Some(vec![vec![1], vec![2], vec![3]]));
    let own = [WIDEBAND | 3, 0x83, 2, 0, 1, 2, 3];
    assert_eq!(told(&own), Some(vec![vec![1, 2], vec![], vec![3]]));
    assert_eq!(told(&[WIDEBAND | 3, 0]), None, "no frame at all");
    assert_eq!(told(&[WIDEBAND | 3, 7, 1, 1, 1, 1, 1, 1, 1]), None, "140 ms");
}

#[test]
fn padding_is_no_sound() {
    let padded = packet(WIDEBAND | 3, &[&[0x41, 2], &[7, 8], &[0, 0]]);
    assert_eq!(frames(&padded).unwrap().data, [[7, 8]]);
    let much = packet(WIDEBAND | 3, &[&[0x41, 255, 1], &[7], &[0; 255]]);
    assert_eq!(frames(&much).unwrap().data, [[7]]);
    assert_eq!(frames(&[WIDEBAND | 3, 0x41, 9, 7]), None, "more padding than packet");
}

#[test]
fn what_joins_is_of_one_encoding_and_at_most_120_ms() {
    let (mono, stereo) = ([WIDEBAND, 1], [WIDEBAND | 4, 2]);
    assert_eq!(join(&[&mono]).unwrap(), mono);
    assert_eq!(join(&[&mono, &[WIDEBAND, 2]]).unwrap(), [WIDEBAND | 3, 2, 1, 2]);
    assert_eq!(join(&[&mono, &[WIDEBAND, 2, 3]]).unwrap(), [WIDEBAND | 3, 0x82, 1, 1, 2, 3]);
    assert_eq!(join(&[&mono, &stereo]), None);
    assert_eq!(join(&[]), None);
    let six: Vec<&[u8]> = vec![&mono; 6];
    assert_eq!(ticks(&join(&six).unwrap()), Some(5_760));
    assert_eq!(join(&[six, vec![&mono]].concat()), None);
}

#[test]
fn silence_is_told_from_voice() {
    assert!(is_silence(&[WIDEBAND]));
    assert!(is_silence(&[WIDEBAND, 0xff, 0xfe]));
    assert!(!is_silence(&[WIDEBAND, 1, 2, 3]));
    assert!(!is_silence(&[]));
    assert!(is_silence(&join(&[&[WIDEBAND], &[WIDEBAND, 1]]).unwrap()));
    assert!(!is_silence(&join(&[&[WIDEBAND], &[WIDEBAND, 1, 2, 3]]).unwrap()));
}

/// A packet as an encoder may make it: one frame, or several of a length of their own.
fn encoded() -> impl Strategy<Value = Vec<u8>> {
    let frame = proptest::collection::vec(any::<u8>(), 0..300);
    proptest::collection::vec(frame, 1..3).prop_map(|frames| match frames.as_slice() {
        [one] => [&[WIDEBAND], one.as_slice()].concat(),
        [first, second] => {
            let mut packet = vec![WIDEBAND | 2];
            write_length(&mut packet, first.len()).unwrap();
            [packet, first.clone(), second.clone()].concat()
        }
        _ => unreachable!("one or two"),
    })
}

proptest! {
    #[test]
    fn joining_keeps_every_frame_in_order(
        packets in proptest::collection::vec(encoded(), 1..4),
    ) {
        let packets: Vec<&[u8]> = packets.iter().map(Vec::as_slice).collect();
        let apart: Vec<_> = packets.iter().flat_map(|p| frames(p).unwrap().data).collect();
        let joined = join(&packets).expect("at most six frames of 20 ms");
        prop_assert_eq!(&frames(&joined).unwrap().data, &apart);
        prop_assert_eq!(ticks(&joined), packets.iter().map(|p| ticks(p)).sum());
    }

    #[test]
    fn any_bytes_are_survived(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
        if let Some(told) = frames(&bytes) {
            let sound = u32::try_from(told.data.len()).unwrap() * told.toc.frame_ticks();
            prop_assert!(told.data.len() <= FRAMES_MAX && sound <= PACKET_TICKS_MAX);
            prop_assert_eq!(ticks(&bytes), Some(sound));
            let again = join(&[&bytes, &bytes]);
            prop_assert_eq!(again.is_some(), 2 * sound <= PACKET_TICKS_MAX);
        }
        is_silence(&bytes);
    }
}
