//! Clocks that run apart, are set, lie or say nothing.

use super::{Key, SenderClock, Timeline};
use bedside_sfu_api::Source;
use proptest::prelude::*;
use std::time::{Duration, Instant};

const VOICE: Key = (Source::Microphone, 1);
const PICTURE: Key = (Source::Camera, 2);
const SECOND_US: i64 = 1_000_000;

fn ntp(us: i64) -> u64 {
    let us = u64::try_from(us).unwrap();
    ((us / 1_000_000) << 32) | (((us % 1_000_000) << 32) / 1_000_000)
}

/// A sender's timestamp of a moment of its clock.
fn timestamp(key: Key, us: i64) -> u32 {
    let rate = if key == VOICE { 48_000 } else { 90_000 };
    let ticks = i128::from(us) * rate / i128::from(SECOND_US);
    let wrapped = (ticks + i128::from(key.1) * 3_000_000_000).rem_euclid(1 << 32);
    u32::try_from(wrapped).unwrap()
}

/// A sender whose clock is `wrong` at a true time; packets every 20 ms, reports every second.
struct Sender<F: Fn(i64) -> i64> {
    clock: SenderClock,
    shows: F,
}

impl<F: Fn(i64) -> i64> Sender<F> {
    fn new(shows: F) -> Self {
        Self { clock: SenderClock::default(), shows }
    }

    /// A packet captured at a true time arrives `way` later; how far its date is from the truth.
    fn packet(&mut self, key: Key, us: i64, way_us: i64) -> i64 {
        let ticks = self.clock.handle_packet(key, us + way_us, timestamp(key, (self.shows)(us)));
        self.clock.date_us(key, ticks).unwrap() - us
    }

    fn report(&mut self, key: Key, us: i64, way_us: i64) {
        let shown = (self.shows)(us);
        self.clock.handle_report(key, us + way_us, ntp(shown), timestamp(key, shown));
    }
}

#[test]
fn a_clock_that_runs_apart_is_followed_without_leaps() {
    // A year of its own, and 100 millionths too slow.
    let mut sender = Sender::new(|us| 3_000_000_000_000_000 + us - us / 10_000);
    let (mut last, mut widest) = (None, 0);
    for n in 0..180_000 {
        let us = n * 20_000;
        if n % 50 == 7 {
            sender.report(PICTURE, us, 20_000);
        }
        let apart = sender.packet(PICTURE, us, 20_000 + n * 7_919 % 11_000);
        widest = widest.max(if n > 100 { apart.abs() } else { 0 });
        let leap = last.map_or(0, |last: i64| (apart - last).abs());
        assert!(n < 100 || leap < 2_000, "{leap} at {n}");
        last = Some(apart);
    }
    // Unfollowed it would be 360 ms in this hour.
    assert!(widest <= 30_000, "{widest}");
}

#[test]
fn voice_and_picture_are_dated_by_one_clock() {
    let mut sender = Sender::new(|us| 1_000_000_000 + us);
    for n in 0..500 {
        let us = n * 20_000;
        // The picture takes much longer, always.
        let voice = sender.packet(VOICE, us, 30_000);
        let picture = sender.packet(PICTURE, us, 230_000);
        if n > 60 {
            assert!((voice - picture).abs() < 100, "{voice} {picture} at {n}");
        }
        if n % 50 == 0 {
            sender.report(VOICE, us, 30_000);
            sender.report(PICTURE, us, 30_000);
        }
    }
}

#[test]
fn a_clock_that_is_set_changes_no_date() {
    for step in [-3_600 * SECOND_US, -300_000, -50_000, 50_000, 300_000, 3_600 * SECOND_US] {
        let set_at = 20 * SECOND_US;
        let mut sender = Sender::new(|us| 9_000_000_000 + us);
        for n in 0..3_000 {
            let us = n * 20_000;
            for key in [VOICE, PICTURE] {
                let apart = sender.packet(key, us, 25_000);
                assert!((apart - 25_000).abs() < 1_000, "{apart} at {us} of {step}");
            }
            if n % 50 == 9 {
                // The timestamps go on as they were: it is the clock of the reports that was set.
                let shown = 9_000_000_000 + us + if us > set_at { step } else { 0 };
                let key = if n % 100 == 9 { VOICE } else { PICTURE };
                let stamp = timestamp(key, 9_000_000_000 + us);
                sender.clock.handle_report(key, us + 25_000, ntp(shown), stamp);
            }
        }
    }
}

#[test]
fn samples_that_were_lost_move_one_stream_only() {
    let lost_at = 20 * SECOND_US;
    let mut sender = Sender::new(|us| 9_000_000_000 + us);
    for n in 0..3_000 {
        let us = n * 20_000;
        let picture = sender.packet(PICTURE, us, 25_000);
        assert!((picture - 25_000).abs() < 1_000, "{picture}");
        // The sound card dropped 200 ms: its timestamps fall behind.
        let behind = if us > lost_at { 200_000 } else { 0 };
        let stamp = timestamp(VOICE, 9_000_000_000 + us - behind);
        let ticks = sender.clock.handle_packet(VOICE, us + 25_000, stamp);
        let voice = sender.clock.date_us(VOICE, ticks).unwrap() - us;
        if us < lost_at || us > lost_at + 2 * SECOND_US {
            assert!((voice - 25_000).abs() < 1_000, "{voice} at {us}");
        }
        if n % 50 == 9 {
            sender.report(PICTURE, us, 25_000);
            sender.clock.handle_report(VOICE, us + 25_000, ntp(9_000_000_000 + us), stamp);
        }
    }
}

#[test]
fn without_reports_arrival_is_what_there_is() {
    // Too fast and too slow by 100 millionths, and nobody says so.
    for wrong in [-10_000, 10_000] {
        let mut sender = Sender::new(|us| 5 * SECOND_US + us + us / wrong);
        for n in 0..90_000 {
            let apart = sender.packet(VOICE, n * 20_000, 20_000 + n * 7_919 % 9_000);
            assert!((0..45_000).contains(&apart), "{apart}");
        }
    }
}

#[test]
fn whoever_joins_out_of_a_queue_is_set_right_at_once() {
    let mut sender = Sender::new(|us| us + 77 * SECOND_US);
    for n in 0..600 {
        let us = n * 20_000;
        // Half a second of queue for the first two seconds.
        let way = if n < 100 { 520_000 } else { 20_000 };
        let apart = sender.packet(VOICE, us, way);
        if n > 160 {
            assert!((apart - 20_000).abs() < 5_000, "{apart} at {n}");
        }
        if n % 50 == 10 {
            sender.report(VOICE, us, way);
        }
    }
}

#[test]
fn timestamps_that_begin_anew_are_dated_by_arrival() {
    let mut sender = Sender::new(|us| us + 77 * SECOND_US);
    for n in 0..1_000 {
        let us = n * 20_000;
        let leap = if n > 400 { 0x5555_0000 } else { 0 };
        let stamp = timestamp(PICTURE, us).wrapping_add(leap);
        let ticks = sender.clock.handle_packet(PICTURE, us + 20_000, stamp);
        let apart = sender.clock.date_us(PICTURE, ticks).unwrap() - us;
        assert!((apart - 20_000).abs() < 1_000, "{apart} at {n}");
        if n % 50 == 10 {
            sender.clock.handle_report(PICTURE, us + 20_000, ntp(us + 77 * SECOND_US), stamp);
        }
    }
}

#[test]
fn the_recording_has_a_clock_of_its_own() {
    let origin = Instant::now() + Duration::from_secs(100);
    let timeline = Timeline::new(origin, 5_000);
    assert_eq!(timeline.us(origin + Duration::from_micros(7)), 5_000_007);
    assert_eq!(timeline.us(origin - Duration::from_millis(6_000)), -1_000_000);
    assert_eq!(timeline.ms(origin - Duration::from_millis(6_000)), 0);
}

proptest! {
    /// Any reports and timestamps: nothing panics, and few streams are remembered.
    #[test]
    fn any_sender_is_survived(
        said in proptest::collection::vec(
            (any::<bool>(), any::<u32>(), any::<u64>(), any::<u32>(), any::<i64>()), 1..200,
        ),
    ) {
        let mut clock = SenderClock::default();
        for (is_report, ssrc, ntp, timestamp, at_us) in said {
            let key = (Source::Camera, ssrc % 40);
            if is_report {
                clock.handle_report(key, at_us, ntp, timestamp);
            } else {
                let ticks = clock.handle_packet(key, at_us, timestamp);
                prop_assert!(clock.date_us(key, ticks).is_some());
            }
            prop_assert!(clock.line_by_key.len() <= super::LINES_MAX);
        }
    }
}
