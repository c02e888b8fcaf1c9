//! Each measurement on a record made by hand, of which the number is known.

use super::*;
use crate::sim::camera::{Camera, Lens};
use crate::sim::ear::{AudioTypes, Ear};
use crate::sim::eye::Eye;
use crate::sim::opus::{self, VoiceFrame};
use crate::sim::record::{Decision, SeatRecord, WaySample};
use crate::sim::some_instant;
use bedside_sfu_api::{
    Bitrate, Cause, Delivery, Leg, Motion, ParticipantId, QualitySample, Sound, Source,
};
use uuid::Uuid;

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

fn number(what: What, record: &Record) -> f64 {
    try_number(what, record).expect("it can be measured")
}

fn try_number(what: What, record: &Record) -> Option<f64> {
    Metric { what, who: 0, from: seconds(10), until: seconds(20) }.measure(record)
}

fn close(found: f64, expected: f64) {
    assert!((found - expected).abs() < 0.011, "{found}, not {expected}");
}

/// A record of twenty seconds of two people; the first is measured.
fn record(listener: SeatRecord) -> Record {
    let speaker = SeatRecord { left: (1..=1_000).map(Some).collect(), ..SeatRecord::default() };
    Record { begins: some_instant(), seats: vec![listener, speaker], faults: Vec::new() }
}

/// The second person's voice as the first hears it: late by so many milliseconds, or never.
fn heard(late: impl Fn(u32) -> Option<u64>) -> Record {
    let mut record = record(SeatRecord::default());
    let begins = record.begins;
    let mut ear = Ear::new(begins, AudioTypes { opus: 111, red: None });
    for index in 0..1_000_u32 {
        let Some(late) = late(index) else { continue };
        let at = begins + ms(u64::from(index + 1) * 20 + late);
        let packet = opus::packet(&[VoiceFrame { origin: 1, index }.encoded(79)]);
        ear.handle_packet(at, 111, index * 960, &packet);
    }
    ear.handle_timeout(begins + seconds(20));
    record.seats[0].ears.push(ear);
    record
}

#[test]
fn a_voice_that_all_came_in_time() {
    let record = heard(|_| Some(60));
    for what in [What::VoiceLate, What::VoiceLost, What::VoiceResidual, What::Concealed] {
        close(number(what, &record), 0.0);
    }
    close(number(What::VoiceDelay, &record), 60.0);
    close(number(What::LongestGap, &record), 0.0);
    close(number(What::VoiceBack, &record), 10.0);
    assert!((20.0..60.0).contains(&number(What::JitterBuffer, &record)));
}

#[test]
fn what_was_lost_and_late_is_counted_apart_and_together() {
    // Of the 500 frames of the span 50 are lost; from 15 s on 25 frames are 500 ms late, and come
    // at once with those behind them.
    let lost = |index: u32| (500..1_000).contains(&index) && index.is_multiple_of(10);
    let record = heard(|index| {
        let late = (750..775).contains(&index).then(|| 1_000 - u64::from(index - 750) * 20);
        (!lost(index)).then(|| late.unwrap_or(60))
    });
    close(number(What::VoiceLost, &record), 50.0);
    // 1,000 ms late is the first, 520 the last; two or three of them are lost as well.
    close(number(What::VoiceLate, &record), 0.02 * (25.0 - 3.0));
    close(number(What::VoiceResidual, &record), 100.0 * (50.0 + 22.0) / 500.0);
    assert!(number(What::Concealed, &record) > 10.0);
    let gap = number(What::LongestGap, &record);
    assert!((800.0..1_100.0).contains(&gap), "{gap}");
}

#[test]
fn a_voice_that_was_silent_comes_back() {
    let record = heard(|index| (!(400..600).contains(&index)).then_some(60));
    let back = number(What::VoiceBack, &record);
    assert!((2_050.0..2_200.0).contains(&back), "{back}");
    let never = heard(|index| (index < 400).then_some(60));
    close(number(What::VoiceBack, &never), 10_000.0);
}

#[test]
fn who_spoke_not_at_all_cannot_be_measured() {
    let mut record = heard(|_| Some(60));
    record.seats[1].left.clear();
    let whats = [What::VoiceLost, What::VoiceDelay, What::Concealed, What::LongestGap];
    assert!(whats.iter().all(|what| try_number(*what, &record).is_none()));
}

#[test]
fn after_a_fault_nothing_counts() {
    let mut record = heard(|_| Some(60));
    record.faults.push("a room failed".to_owned());
    assert_eq!(try_number(What::VoiceLost, &record), None);
}

/// A way whose samples are told by their time in milliseconds.
fn way(sample: impl Fn(u64) -> WaySample) -> Vec<WaySample> {
    (1..=1_000_u64).map(|number| sample(20 * number)).collect()
}

#[test]
fn a_queue_settles_when_it_is_short_for_good() {
    let queue = |at: u64| {
        let long = (9_000..11_000).contains(&at) || (12_000..=12_500).contains(&at);
        if long { ms(151) } else { ms(150) }
    };
    let down = way(|at| WaySample { queue: queue(at), ..WaySample::default() });
    let record = record(SeatRecord { down, ..SeatRecord::default() });
    close(number(What::QueueSettles, &record), 2.5);
    close(number(What::UplinkSettles, &record), 0.0);
}

#[test]
fn use_is_what_arrived_of_what_could_and_padding_what_was_new_to_nobody() {
    // 500 kbit/s are 1,250 bytes in 20 ms.
    let rate = Some(Bitrate::kbps(500));
    let bytes = |at: u64| if at > 10_000 { 1_000 } else { 1_250 };
    let down = way(|at| WaySample { rate, bytes: bytes(at), ..WaySample::default() });
    let void_bytes = vec![25; 1_000];
    let record = record(SeatRecord { down, void_bytes, ..SeatRecord::default() });
    close(number(What::Used, &record), 80.0);
    close(number(What::Padding, &record), 10.0);
}

#[test]
fn a_way_without_a_limit_has_no_use() {
    let down = way(|_| WaySample { bytes: 100, ..WaySample::default() });
    let record = record(SeatRecord { down, ..SeatRecord::default() });
    assert_eq!(try_number(What::Used, &record), None);
}

/// A line of 500 kbit/s, and each second what is thought of it and wanted, in kbit/s.
fn thought(of: impl Fn(u64) -> (Option<u64>, u64)) -> Record {
    let rate = Some(Bitrate::kbps(500));
    let down = way(|_| WaySample { rate, ..WaySample::default() });
    let quality = (1..=20).map(|second| {
        let (estimate, wanted) = of(second);
        let down = Leg { estimate: estimate.map(Bitrate::kbps), ..Leg::default() };
        let wanted = Bitrate::kbps(wanted);
        (seconds(second), QualitySample { down, wanted, ..QualitySample::default() })
    });
    record(SeatRecord { down, quality: quality.collect(), ..SeatRecord::default() })
}

#[test]
fn an_estimate_is_judged_where_more_is_wanted_than_the_line_has() {
    // Seconds 11 to 20: two do not want more, four of the other eight are true.
    let record = thought(|second| match second {
        11 | 12 => (Some(100), 400),
        13 => (Some(425), 1_500),
        14 => (Some(575), 1_500),
        15..=17 => (Some(424), 1_500),
        18 => (None, 1_500),
        _ => (Some(500), 1_500),
    });
    close(number(What::EstimateTrue, &record), 50.0);
    close(number(What::EstimateFollows, &record), 3.0);
    let content = thought(|_| (Some(100), 400));
    assert_eq!(try_number(What::EstimateTrue, &content), None, "nobody wanted more");
    assert_eq!(try_number(What::EstimateTrue, &heard(|_| Some(60))), None, "nothing was told");
}

#[test]
fn an_estimate_is_back_at_four_fifths_of_what_is_wanted() {
    let record = thought(|second| (Some(100 * second), 1_500));
    close(number(What::EstimateBack, &record), 2.0);
    close(number(What::EstimateBack, &thought(|_| (Some(100), 1_500))), 10.0);
    close(number(What::EstimateBack, &thought(|_| (Some(100), 0))), 10.0);
}

/// What the first person saw: pictures of the layer that is told for each.
fn seen(layer: impl Fn(u32) -> Option<usize>) -> Record {
    let mut record = record(SeatRecord::default());
    let mut camera = Camera::new(1, Lens::LARGE, 1);
    let mut eyes = [Eye::default(), Eye::default(), Eye::default()];
    camera.set_rates([150, 500, 1_500].map(|kbps| Some(Bitrate::kbps(kbps))));
    for number in 0..600_u32 {
        let since = Lens::LARGE.interval() * number;
        for frame in camera.handle_frame(record.begins + since, since, [false; 3]) {
            if layer(number) != Some(frame.layer) {
                // A picture that is left out needs a keyframe behind it; each layer has its own
                // eye here, so that a change of layer needs none.
                continue;
            }
            let last = frame.packets.len() - 1;
            for (place, (seq, payload)) in frame.packets.into_iter().enumerate() {
                let at = record.begins + since + ms(1);
                eyes[frame.layer].handle_packet(at, seq, place == last, &payload);
            }
        }
        if layer(number) != layer(number + 1) {
            camera.request_keyframe(record.begins + since);
        }
    }
    record.seats[0].eyes = eyes.into();
    record
}

#[test]
fn pictures_that_all_came() {
    let record = seen(|_| Some(1));
    close(number(What::Height, &record), 360.0);
    close(number(What::FrameRate, &record), 30.0);
    close(number(What::TopShown, &record), 0.0);
    close(number(What::Freezes, &record), 0.0);
    close(number(What::Frozen, &record), 0.0);
    let rate = number(What::VideoRate, &record);
    assert!((470.0..530.0).contains(&rate), "{rate}");
    assert!(number(What::FirstPicture, &record) < 0.04);
}

#[test]
fn a_picture_that_stops_is_frozen_and_one_that_never_comes_is_missed() {
    // Nothing from 12 s to 14 s.
    let record = seen(|number| (!(360..420).contains(&number)).then_some(0));
    close(number(What::Freezes, &record), 1.0);
    let frozen = number(What::Frozen, &record);
    assert!((2.0..2.1).contains(&frozen), "{frozen}");
    close(number(What::FrameRate, &record), 24.0);
    let nothing = seen(|_| None);
    close(number(What::FirstPicture, &nothing), 10.0);
    close(number(What::Height, &nothing), 0.0);
}

#[test]
fn a_layer_is_back_when_it_is_as_tall_as_before() {
    // 720 lines until 8 s, 180 until 13 s, then 720 again.
    let record = seen(|number| Some(if (240..390).contains(&number) { 0 } else { 2 }));
    let cut = seconds(8);
    close(number(What::LayerBack { cut }, &record), 3.0);
    let top = number(What::TopShown, &record);
    assert!((69.0..71.0).contains(&top), "{top}");
    let never = seen(|number| Some(if number < 240 { 2 } else { 1 }));
    close(number(What::LayerBack { cut }, &never), 10.0);
    assert_eq!(try_number(What::SwitchesDown { cut }, &never), None, "there is nothing to judge");
    assert_eq!(try_number(What::LayerBack { cut }, &seen(|_| None)), None, "there was no former");
}

fn decided(at: u64, given: Option<u8>, motion: Motion) -> Decision {
    let publisher = ParticipantId(Uuid::from_u128(2));
    let cause = Cause::AsWanted;
    let source = Source::Camera;
    let deliveries = vec![Delivery { publisher, source, wanted: 2, given, motion, cause }];
    Decision { at: ms(at), budget: Bitrate::ZERO, sound: Sound::Plain, deliveries }
}

#[test]
fn switches_are_counted_both_ways_and_down_alone() {
    let mut record = seen(|number| Some(if (240..330).contains(&number) { 0 } else { 2 }));
    record.seats[0].decisions = vec![
        decided(0, Some(2), Motion::Full),
        decided(8_000, Some(0), Motion::Full),
        decided(11_000, Some(2), Motion::Full), // up
        decided(12_000, Some(2), Motion::Full), // the same
        decided(13_000, Some(2), Motion::Half), // down
        decided(14_000, None, Motion::Half),    // down
        decided(15_000, Some(0), Motion::Slow), // up
        decided(21_000, None, Motion::Slow),
    ];
    close(number(What::Switches, &record), 4.0 * 6.0);
    close(number(What::SwitchesDown { cut: seconds(8) }, &record), 2.0);
    record.seats[0].decisions.clear();
    assert_eq!(try_number(What::Switches, &record), None, "nothing was decided");
}
