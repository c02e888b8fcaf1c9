//! Proves which layer of a picture is taken, from where on, and how often it begins anew.

use super::*;
use crate::packet::Codec;
use proptest::prelude::*;

fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

/// Layers of these heights that have flowed for so many milliseconds; none does not flow.
fn sights(layers: &[(u32, Option<u64>)]) -> Vec<LayerSight> {
    let sight = |(height, flows): &(u32, Option<u64>)| LayerSight {
        height: *height,
        flows_for: flows.map(ms),
    };
    layers.iter().map(sight).collect()
}

fn arrival(layer: u8, stream: u32, starts: bool) -> Arrival {
    let (codec, layer) = (Codec::Vp8, Layer(layer));
    Arrival { layer, stream, codec, seq: 0, timestamp: 0, starts, vp8: None }
}

#[test]
fn the_highest_that_flows_and_is_low_enough_is_taken() {
    let long = Some(60_000);
    let chosen = |layers: &[(u32, Option<u64>)], current: Option<u8>| {
        choose(&sights(layers), current.map(Layer)).map(|layer| layer.0)
    };
    assert_eq!(chosen(&[(180, long), (360, long), (720, long)], None), Some(2));
    assert_eq!(chosen(&[(180, long), (360, long), (720, None)], None), Some(1));
    assert_eq!(chosen(&[(270, long), (540, long), (1_080, long)], Some(1)), Some(1));
    assert_eq!(chosen(&[(1_080, long)], None), Some(0), "a screen of one layer");
    assert_eq!(chosen(&[(1_080, long), (2_160, long)], None), Some(0), "all too tall: the lowest");
    assert_eq!(chosen(&[(180, None), (360, None)], Some(1)), None);
    assert_eq!(chosen(&[], None), None);
    let young = [(180, long), (360, long), (720, Some(1_999))];
    assert_eq!(chosen(&young, Some(1)), Some(1), "not before it has flowed for a while");
    assert_eq!(chosen(&young, None), Some(2), "unless nothing is taken yet");
    let gone = [(180, long), (360, None), (720, Some(100))];
    assert_eq!(chosen(&gone, Some(1)), Some(2), "or what was taken is gone");
}

#[test]
fn a_layer_begins_with_its_own_keyframe_and_ends_with_the_next_one_s() {
    let start = crate::some_instant();
    let mut picture = TakenPicture::default();
    picture.handle_layers(start, &sights(&[(180, Some(0)), (360, None)]));
    assert!(!picture.handle_packet(start, &arrival(0, 10, false)), "no keyframe yet");
    assert!(!picture.handle_packet(start, &arrival(1, 11, true)), "not the layer");
    assert!(picture.handle_packet(start, &arrival(0, 10, true)));
    assert!(picture.handle_packet(start, &arrival(0, 10, false)));
    let both = sights(&[(180, Some(5_000)), (360, Some(3_000))]);
    picture.handle_layers(start + ms(100), &both);
    assert!(!picture.handle_packet(start, &arrival(1, 11, false)));
    assert!(picture.handle_packet(start, &arrival(0, 10, false)), "it goes on meanwhile");
    assert!(picture.handle_packet(start, &arrival(1, 11, true)));
    assert!(!picture.handle_packet(start, &arrival(0, 10, false)), "the old layer is over");
    // The sender begins anew, and a straggler of its former stream comes.
    assert!(!picture.handle_packet(start, &arrival(1, 21, false)));
    assert!(!picture.handle_packet(start, &arrival(1, 11, true)), "the old stream is over");
    assert!(picture.handle_packet(start, &arrival(1, 21, true)));
}

#[test]
fn a_keyframe_is_asked_for_at_the_start_and_at_least_every_ten_seconds() {
    let start = crate::some_instant();
    let mut picture = TakenPicture::default();
    assert_eq!(picture.ask_keyframe(start), None, "of nothing");
    let mut keyframes = Vec::new();
    let mut answers_at = None;
    for tick in 0..600 {
        let now = start + ms(tick * 100);
        picture.handle_layers(now, &sights(&[(180, Some(tick * 100))]));
        let answers = answers_at.is_some_and(|at| now >= at);
        assert_eq!(picture.handle_packet(now, &arrival(0, 10, answers)), tick >= 3);
        if answers {
            keyframes.push(now);
            answers_at = None;
        }
        if picture.ask_keyframe(now).is_some() {
            assert_eq!(answers_at, None, "asked again before the answer could come");
            answers_at = Some(now + ms(300));
        }
    }
    assert_eq!(keyframes.first(), Some(&(start + ms(300))));
    assert!(keyframes.len() >= 6);
    assert!(keyframes.windows(2).all(|two| two[1] - two[0] <= Duration::from_secs(10)));
}

#[test]
fn a_request_that_is_not_answered_is_repeated() {
    let start = crate::some_instant();
    let mut picture = TakenPicture::default();
    picture.handle_layers(start, &sights(&[(180, Some(0))]));
    let asked: Vec<u64> = (0..20)
        .map(|tick| tick * 100)
        .filter(|at| picture.ask_keyframe(start + ms(*at)).is_some())
        .collect();
    assert_eq!(asked, [0, 500, 1_000, 1_500]);
}

#[test]
fn the_best_layer_is_kept_awake_with_what_is_taken_and_lower_ones_only_when_nothing_comes() {
    let start = crate::some_instant();
    let kept = |picture: &mut TakenPicture, at, layers: &[(u32, Option<u64>)]| -> Vec<u8> {
        picture.handle_layers(start + ms(at), &sights(layers)).iter().map(|layer| layer.0).collect()
    };
    let mut picture = TakenPicture::default();
    let lowest = [(180, Some(9_000)), (360, None), (720, None), (1_440, None)];
    assert_eq!(kept(&mut picture, 0, &lowest), [2, 0], "the best, and what flows");
    picture.handle_packet(start, &arrival(0, 10, true));
    let all = [(180, Some(9_000)), (360, None), (720, Some(9_000)), (1_440, None)];
    assert_eq!(kept(&mut picture, 100, &all), [2, 0], "until the better one has begun");
    picture.handle_packet(start, &arrival(2, 12, true));
    assert_eq!(kept(&mut picture, 200, &all), [2]);
    let none = [(180, None), (360, None), (720, None)];
    assert_eq!(kept(&mut picture, 1_000, &none), [2]);
    assert_eq!(kept(&mut picture, 4_100, &none), [1, 2]);
    assert_eq!(kept(&mut picture, 7_100, &none), [0, 1, 2]);
    assert_eq!(kept(&mut picture, 7_200, &[(180, Some(0)), (360, None), (720, None)]), [2, 0]);
}

proptest! {
    /// Whatever comes in whatever order: each run of taken packets is of one stream and begins
    /// with a keyframe of it.
    #[test]
    fn what_is_taken_is_one_stream_after_another_each_from_a_keyframe_on(
        steps in proptest::collection::vec(
            (0_u8..3, 0_u32..3, any::<bool>(), 0_u8..8, 0_u64..4_000), 1..300),
    ) {
        let start = crate::some_instant();
        let (mut picture, mut now) = (TakenPicture::default(), start);
        let mut flowing = None;
        for (layer, stream, starts, flows, passed) in steps {
            now += ms(passed);
            let layers: Vec<_> = [180, 360, 720]
                .into_iter()
                .enumerate()
                .map(|(index, height)| (height, (flows >> index & 1 == 1).then_some(passed)))
                .collect();
            picture.handle_layers(now, &sights(&layers));
            let packet = arrival(layer, u32::from(layer) * 10 + stream, starts);
            if picture.handle_packet(now, &packet) {
                prop_assert!(starts || flowing == Some(packet.stream));
                flowing = Some(packet.stream);
            }
        }
    }
}
