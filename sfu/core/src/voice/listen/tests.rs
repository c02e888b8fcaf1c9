//! Proves that a publisher's losses are filled from its copies, and nothing is heard twice.

use super::*;
use crate::codec::red::Block;
use proptest::prelude::*;
use std::collections::BTreeSet;

const OPUS: u8 = 109;

fn opus() -> PayloadType {
    PayloadType::new(OPUS).unwrap()
}

fn sound(number: u32) -> Vec<u8> {
    [&[9 << 3][..], &number.to_be_bytes()].concat()
}

fn timestamp(number: u32) -> u32 {
    (u32::MAX - 5_000).wrapping_add(number * 960)
}

/// A packet with copies of those that lie so many back.
fn packet(number: u32, distances: &[u32]) -> VoiceFrame {
    let older: Vec<_> = distances
        .iter()
        .filter(|distance| **distance <= number)
        .map(|distance| (distance * 960, sound(number - distance)))
        .collect();
    let block = |offset, data| Block { payload_type: opus(), offset, data };
    let blocks: Vec<_> = older.iter().map(|(offset, data)| block(*offset, data)).collect();
    let own = sound(number);
    VoiceFrame {
        timestamp: timestamp(number),
        sequence: 100 + u64::from(number),
        marker: false,
        level: None,
        payload: red::write(block(0, &own), &blocks).into(),
    }
}

/// What a packet brings.
fn heard(listener: &mut Listener, red: bool, packet: VoiceFrame) -> Vec<VoiceFrame> {
    listener.handle_packet(red, packet);
    std::iter::from_fn(|| listener.poll_frame()).collect()
}

fn numbers(frames: &[VoiceFrame]) -> Vec<u32> {
    let number = |frame: &VoiceFrame| {
        let number = u32::from_be_bytes(*frame.payload[1..].first_chunk().unwrap());
        assert_eq!(frame.timestamp, timestamp(number), "each frame at its own time");
        number
    };
    frames.iter().map(number).collect()
}

#[test]
fn what_was_lost_comes_before_the_packet_s_own() {
    let mut listener = Listener::new(opus());
    let told: Vec<_> = [0, 1, 4, 5, 2]
        .map(|number| numbers(&heard(&mut listener, true, packet(number, &[2, 1]))))
        .into();
    assert_eq!(told, [vec![0], vec![1], vec![2, 3, 4], vec![5], vec![]]);
    assert_eq!(numbers(&heard(&mut listener, true, packet(8, &[1]))), [7, 8]);
    assert_eq!(numbers(&heard(&mut listener, true, packet(6, &[1]))), [6], "late, but new");
}

#[test]
fn nothing_from_before_is_heard() {
    let mut listener = Listener::new(opus());
    let first = heard(&mut listener, true, packet(5, &[2, 1]));
    assert_eq!(numbers(&first), [5], "the right to speak is as old as the first packet");
    heard(&mut listener, true, packet(40, &[]));
    let old = heard(&mut listener, true, packet(10, &[1]));
    assert_eq!(numbers(&old), [0_u32; 0], "600 ms late");
    let plain = VoiceFrame { payload: sound(41).into(), ..packet(41, &[]) };
    assert_eq!(numbers(&heard(&mut listener, false, plain.clone())), [41]);
    assert_eq!(heard(&mut listener, false, plain), []);
}

#[test]
fn a_publisher_that_begins_anew_is_heard_whole() {
    let mut listener = Listener::new(opus());
    for number in 100..120 {
        assert_eq!(heard(&mut listener, true, packet(number, &[1])).len(), 1);
    }
    // The new clock comes by where the old one was.
    for number in 30..200 {
        let anew = VoiceFrame { sequence: 300 + u64::from(number), ..packet(number, &[1]) };
        assert_eq!(numbers(&heard(&mut listener, true, anew)), [number]);
    }
}

#[test]
fn a_block_of_another_kind_is_passed_over() {
    let mut listener = Listener::new(PayloadType::new(96).unwrap());
    assert_eq!(heard(&mut listener, true, packet(0, &[])), []);
    let torn = VoiceFrame { payload: vec![0x80 | OPUS].into(), ..packet(1, &[]) };
    assert_eq!(heard(&mut listener, true, torn), []);
}

proptest! {
    #[test]
    fn every_frame_once_and_all_that_any_packet_brought(
        arrivals in proptest::collection::vec((any::<bool>(), 0_usize..4), 300),
    ) {
        let mut order: Vec<(usize, u32)> = (0_u32..)
            .zip(&arrivals)
            .filter(|(number, (lost, _))| *number == 0 || !lost)
            .map(|(number, (_, late))| (usize::try_from(number).unwrap() + late, number))
            .collect();
        order.sort_by_key(|(place, number)| (*place, *number));
        // The first is the first, or nothing tells where listening begins.
        order.sort_by_key(|(_, number)| *number != 0);
        let mut listener = Listener::new(opus());
        let (mut told, mut brought) = (Vec::new(), BTreeSet::new());
        for (_, number) in order {
            brought.extend([0, 1, 3].into_iter().filter_map(|back| number.checked_sub(back)));
            told.extend(numbers(&heard(&mut listener, true, packet(number, &[3, 1]))));
            prop_assert!(listener.heard.len() <= HEARD_MAX);
        }
        let once: BTreeSet<_> = told.iter().copied().collect();
        prop_assert_eq!(once.len(), told.len());
        prop_assert_eq!(once, brought);
    }

    #[test]
    fn any_bytes_are_survived(
        packets in proptest::collection::vec(
            (any::<u32>(), 0_u64..50, proptest::collection::vec(any::<u8>(), 0..60)), 1..60),
    ) {
        let mut listener = Listener::new(opus());
        for (timestamp, sequence, bytes) in packets {
            let payload = bytes.into();
            let packet = VoiceFrame { timestamp, sequence, payload, ..packet(0, &[]) };
            heard(&mut listener, sequence % 5 > 0, packet);
            prop_assert!(listener.heard.len() <= HEARD_MAX);
        }
    }
}
