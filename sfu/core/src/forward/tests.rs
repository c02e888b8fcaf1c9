//! Proves that a receiver sees one continuous stream whatever is switched or left out.

use super::*;
use crate::codec::vp8::Vp8;
use crate::packet::Codec;

fn step(layer: u8, temporal: u8) -> Option<Step> {
    let motion = [Motion::Slow, Motion::Half, Motion::Full][usize::from(temporal)];
    Some(Step { layer: Layer(layer), motion })
}

fn vp8(layer: u8, seq: u64, picture_id: u16, temporal: u8, keyframe: bool) -> Arrival {
    Arrival {
        layer: Layer(layer),
        stream: u32::from(layer),
        codec: Codec::Vp8,
        seq,
        timestamp: u32::try_from(seq).unwrap() * 3_000 + u32::from(layer) * 1_000_000,
        starts: keyframe,
        vp8: Some(Vp8 {
            picture_id: Some(picture_id),
            tl0_pic_idx: Some(u8::try_from(picture_id & 0x3f).unwrap()),
            temporal,
            // libvpx's pattern 0 2 1 2: only the last picture needs the one between.
            sync: temporal > 0 && !picture_id.is_multiple_of(4),
            keyframe_height: keyframe.then_some(180),
        }),
    }
}

#[test]
fn nothing_flows_before_a_keyframe_of_the_target_layer() {
    let now = crate::some_instant();
    let mut forwarder = Forwarder::default();
    assert_eq!(forwarder.forward(now, &vp8(0, 1, 1, 0, true)), None, "no target yet");
    forwarder.aim(step(1, 2));
    assert_eq!(forwarder.forward(now, &vp8(0, 2, 2, 0, true)), None, "another layer");
    assert_eq!(forwarder.forward(now, &vp8(1, 9, 5, 0, false)), None, "no keyframe");
    assert!(forwarder.forward(now, &vp8(1, 10, 6, 0, true)).is_some());
    assert_eq!(forwarder.current(), Some(Layer(1)));
}

#[test]
fn a_switch_continues_every_counter() {
    let start = crate::some_instant();
    let mut forwarder = Forwarder::default();
    forwarder.aim(step(0, 2));
    let first = forwarder.forward(start, &vp8(0, 100, 0x7ffe, 0, true)).unwrap();
    let second = forwarder.forward(start, &vp8(0, 101, 0x7fff, 0, false)).unwrap();
    forwarder.aim(step(1, 2));
    let third = forwarder.forward(start, &vp8(0, 102, 0, 0, false)).unwrap();
    assert_eq!([first.seq, second.seq, third.seq], [1, 2, 3]);
    let later = start + Duration::from_millis(100);
    let fourth = forwarder.forward(later, &vp8(1, 70_000, 9, 0, true)).unwrap();
    assert_eq!(fourth.seq, 4);
    assert_eq!(fourth.timestamp.wrapping_sub(third.timestamp), 9_000, "100 ms at 90 kHz");
    let pictures: Vec<_> = [first, second, third, fourth].map(|n| n.picture.unwrap()).into();
    let ids: Vec<_> = pictures.iter().map(|p| p.picture_id).collect();
    assert!(ids.windows(2).all(|w| w[1] == (w[0] + 1) & 0x7fff), "{ids:?}");
    assert_eq!(pictures[3].tl0_pic_idx, pictures[2].tl0_pic_idx.wrapping_add(1));
    assert_eq!(forwarder.forward(later, &vp8(0, 103, 1, 0, false)), None, "the old layer is over");
}

#[test]
fn a_fall_stops_the_old_layer_at_once_and_a_rise_does_not() {
    let now = crate::some_instant();
    let mut forwarder = Forwarder::default();
    forwarder.aim(step(1, 2));
    assert!(forwarder.forward(now, &vp8(1, 1, 1, 0, true)).is_some());
    forwarder.aim(step(2, 2));
    assert!(forwarder.forward(now, &vp8(1, 2, 2, 0, false)).is_some());
    forwarder.aim(step(0, 2));
    assert_eq!(forwarder.forward(now, &vp8(1, 3, 3, 0, false)), None);
    forwarder.aim(None);
    assert_eq!(forwarder.forward(now, &vp8(0, 1, 1, 0, true)), None, "paused");
}

#[test]
fn temporal_layers_are_left_out_without_a_hole_and_come_back_at_a_sync_point() {
    let now = crate::some_instant();
    let mut forwarder = Forwarder::default();
    forwarder.aim(step(0, 0));
    let temporal = [0, 2, 1, 2].into_iter().cycle();
    let mut pictures = (5_u16..).zip(temporal).map(|(id, t)| vp8(0, id.into(), id, t, id == 5));
    let mut sent = Vec::new();
    for picture in pictures.by_ref().take(11) {
        sent.extend(forwarder.forward(now, &picture));
    }
    assert_eq!(sent.len(), 3);
    forwarder.aim(step(0, 2));
    // The first picture of layer 2 that comes is no sync point: it is left out.
    for picture in pictures.take(9) {
        sent.extend(forwarder.forward(now, &picture));
    }
    assert_eq!(sent.len(), 3 + 8);
    assert!(sent.windows(2).all(|w| w[1].seq == w[0].seq + 1));
    let ids: Vec<_> = sent.iter().map(|n| n.picture.unwrap().picture_id).collect();
    assert!(ids.windows(2).all(|w| w[1] == w[0] + 1), "{ids:?}");
}

#[test]
fn a_keyframe_is_asked_for_once_and_again_after_a_while() {
    let now = crate::some_instant();
    let mut forwarder = Forwarder::default();
    assert_eq!(forwarder.ask_keyframe(now), None, "nothing is wanted");
    forwarder.aim(step(1, 2));
    assert_eq!(forwarder.ask_keyframe(now), Some(Layer(1)));
    assert_eq!(forwarder.ask_keyframe(now), None);
    assert_eq!(forwarder.ask_keyframe(now + KEYFRAME_PATIENCE), Some(Layer(1)));
    forwarder.forward(now, &vp8(1, 1, 1, 0, true));
    assert_eq!(forwarder.ask_keyframe(now + KEYFRAME_PATIENCE * 3), None);
}

#[test]
fn a_sender_that_begins_anew_is_followed_and_stragglers_are_not() {
    let now = crate::some_instant();
    let mut forwarder = Forwarder::default();
    forwarder.aim(step(0, 2));
    let anew = |arrival: Arrival| Arrival { stream: 77, ..arrival };
    let first = forwarder.forward(now, &vp8(0, 40_000, 1, 0, true)).unwrap();
    assert_eq!(forwarder.forward(now, &anew(vp8(0, 10, 5, 0, false))), None, "needs a keyframe");
    assert_eq!(forwarder.ask_keyframe(now), Some(Layer(0)));
    let second = forwarder.forward(now, &anew(vp8(0, 11, 6, 0, true))).unwrap();
    assert_eq!(second.seq, first.seq + 1);
    assert_eq!(forwarder.forward(now, &vp8(0, 40_001, 2, 0, false)), None, "late, of the old one");
    assert!(forwarder.forward(now, &anew(vp8(0, 12, 7, 0, false))).is_some());
    assert_eq!(forwarder.forward(now, &anew(vp8(0, 60_000, 8, 0, false))), None, "a leap");
    let third = forwarder.forward(now, &anew(vp8(0, 60_001, 9, 0, true))).unwrap();
    assert_eq!(third.seq, second.seq + 2);
}

#[test]
fn a_picture_is_never_cut_in_the_middle() {
    let now = crate::some_instant();
    let mut forwarder = Forwarder::default();
    forwarder.aim(step(0, 2));
    forwarder.forward(now, &vp8(0, 1, 1, 0, true)).unwrap();
    assert!(forwarder.forward(now, &vp8(0, 2, 2, 2, false)).is_some());
    forwarder.aim(step(0, 0));
    let second = Arrival { timestamp: vp8(0, 2, 2, 2, false).timestamp, ..vp8(0, 3, 2, 2, false) };
    assert!(forwarder.forward(now, &second).is_some(), "its second packet");
    assert_eq!(forwarder.forward(now, &vp8(0, 4, 3, 1, false)), None);
    let next = forwarder.forward(now, &vp8(0, 5, 5, 0, false)).unwrap();
    assert_eq!((next.seq, next.picture.unwrap().picture_id % 8), (4, 4));
}

proptest::proptest! {
    /// Whatever is late, flushed, filled in or bound anew, no number leaves twice: the key stream
    /// of a number must not be used for two packets.
    #[test]
    fn no_number_leaves_twice(acts in proptest::collection::vec((0_u8..10, 0_u64..6), 1..200)) {
        let now = crate::some_instant();
        let mut forwarder = Forwarder::default();
        let (mut waiting, mut left) = (Vec::new(), std::collections::BTreeSet::new());
        let mut seq = 1_000_u64;
        let mut came = std::collections::BTreeSet::new();
        let mut leave = |forwarder: &mut Forwarder, number: u64| {
            forwarder.handle_left(number);
            assert!(left.insert(number), "{number} has left before");
        };
        forwarder.aim(step(0, 2));
        for (act, n) in acts {
            match act {
                0..=3 => {
                    seq += 1;
                    let late = seq - n;
                    if !came.insert(late) {
                        continue; // duplicates end at the peer
                    }
                    let keyframe = n == 5 || forwarder.current().is_none();
                    let picture = u16::try_from(late % 0x7fff).unwrap();
                    let arrival = vp8(0, late, picture, 0, keyframe);
                    let numbers = forwarder.forward(now, &arrival);
                    waiting.extend(numbers.map(|numbers| numbers.seq));
                }
                4..=6 if !waiting.is_empty() => {
                    let number = waiting.remove(0);
                    leave(&mut forwarder, number);
                }
                7 => {
                    if let Some(first) = waiting.iter().copied().min() {
                        waiting.clear();
                        forwarder.rewind(first);
                    }
                }
                8 if waiting.is_empty() => {
                    forwarder.rebind();
                    let numbers = forwarder.fill();
                    leave(&mut forwarder, numbers.seq);
                    forwarder.aim(step(0, 2));
                }
                _ => {}
            }
        }
    }
}
