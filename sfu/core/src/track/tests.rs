//! Proves heights, rates and which layers the publisher is asked for.

use super::*;
use crate::codec::vp8::Vp8;

fn arrival(layer: u8, height: Option<u16>) -> Arrival {
    let vp8 = Vp8 {
        picture_id: None,
        tl0_pic_idx: None,
        temporal: 0,
        sync: false,
        keyframe_height: height,
    };
    Arrival {
        layer: Layer(layer),
        stream: 1,
        codec: Codec::Vp8,
        seq: 0,
        timestamp: 0,
        starts: height.is_some(),
        vp8: Some(vp8),
    }
}

fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

fn worth(watched: &[bool]) -> Vec<LayerWorth> {
    watched.iter().map(|watched| LayerWorth { watched: *watched, rate_max: None }).collect()
}

#[test]
fn the_layer_fits_the_size_it_is_drawn_at() {
    let now = crate::some_instant();
    let mut track = Track::new(now, LineId(1), 3);
    let fits = |track: &Track, height| track.layer_for(VideoHeight(height)).0;
    assert_eq!([fits(&track, 100), fits(&track, 300), fits(&track, 2_000)], [0, 1, 2]);
    for (layer, height) in [(0, 90), (1, 180), (2, 360)] {
        track.handle_packet(now, &arrival(layer, Some(height)), 100);
    }
    assert_eq!([fits(&track, 90), fits(&track, 190), fits(&track, 360)], [0, 1, 2]);
}

#[test]
fn a_rate_is_measured_over_a_second_and_nominal_before() {
    let start = crate::some_instant();
    let mut track = Track::new(start, LineId(1), 3);
    assert_eq!(track.rates(start, Layer(1))[..], [Some(NOMINAL[0]), Some(NOMINAL[1])]);
    for tick in 0..20 {
        let now = start + ms(tick * 100);
        track.handle_packet(now, &arrival(0, None), 1_000);
        track.handle_tick(now);
    }
    let rate = track.rates(start + ms(2_000), Layer(0))[0].unwrap();
    assert!(Bitrate::kbps(76) < rate && rate < Bitrate::kbps(85), "{rate}");
}

#[test]
fn unwatched_layers_are_paused_after_a_while_and_woken_at_once() {
    let start = crate::some_instant();
    let mut track = Track::new(start, LineId(1), 2);
    track.watch(start + ms(1_900), Layer(0), true);
    assert_eq!(track.poll_worth(start + ms(1_900)), None);
    assert_eq!(track.poll_worth(start + ms(2_100)), Some(worth(&[true, false])));
    assert_eq!(track.poll_worth(start + ms(2_200)), None, "said once");
    track.watch(start + ms(2_300), Layer(1), true);
    assert_eq!(track.poll_worth(start + ms(2_300)), Some(worth(&[true, true])));
}

#[test]
fn a_layer_that_does_not_start_is_not_to_be_had_for_a_while() {
    let start = crate::some_instant();
    let mut track = Track::new(start, LineId(1), 2);
    let watch = |track: &mut Track, at| {
        track.watch(start + ms(at), Layer(0), true);
        track.watch(start + ms(at), Layer(1), true);
        track.handle_packet(start + ms(at), &arrival(0, None), 100);
    };
    for tick in 0..40 {
        watch(&mut track, tick * 100);
    }
    let had = |track: &Track, at| track.rates(start + ms(at), Layer(1))[1].is_some();
    assert!(!had(&track, 3_900));
    track.handle_packet(start + ms(4_000), &arrival(1, None), 100);
    assert!(had(&track, 4_000), "it came after all");
}

#[test]
fn a_publisher_who_connects_late_or_stalls_is_asked_for_the_lowest_layer_all_the_same() {
    let start = crate::some_instant();
    let mut track = Track::new(start, LineId(1), 2);
    for tick in 0..200 {
        let now = start + ms(tick * 100);
        track.watch(now, Layer(0), tick > 100);
        track.watch(now, Layer(1), tick > 100);
        track.handle_tick(now);
        let rates = track.rates(now, Layer(1));
        assert!(rates[0].is_some(), "at {tick}");
        assert_eq!(rates[1].is_some(), tick <= 131, "at {tick}");
    }
    assert_eq!(track.poll_worth(start + ms(20_000)), None, "both are still asked for");
}
