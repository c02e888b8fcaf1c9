//! Seconds that are two and not one, reports that come too often, lines that go and come back.

use super::super::kept::Kept;
use super::super::tests::{face, good, second, well};
use super::{Person, Second};
use bedside_signaling_api::socket::{Cause, Delivery, Felt, Motion, Sound, Source};
use jiff::Timestamp;

fn person() -> Person {
    Person::new(Kept::default())
}

fn millis(at: i64) -> Timestamp {
    Timestamp::from_millisecond(1_800_000_000_000 + at).expect("within the calendar")
}

fn numbers(person: &Person) -> Vec<i64> {
    person.seconds().iter().map(|second| second.at - 1_800_000_000).collect()
}

#[test]
fn two_samples_that_came_close_together_are_two_seconds() {
    let mut person = person();
    // The timer's jitter puts the second and the third sample into one second of the clock.
    for at in [990, 2_010, 2_995, 4_000] {
        person.handle_sample(millis(at), &good(), None);
    }
    assert_eq!(numbers(&person), [0, 2, 3, 4]);
}

#[test]
fn a_flood_of_samples_is_one_second_ahead_at_most() {
    let mut person = person();
    for _ in 0..1_000 {
        person.handle_sample(second(5), &good(), None);
    }
    assert_eq!(numbers(&person), [5, 6]);
}

#[test]
fn a_clock_set_back_loses_nothing() {
    let mut person = person();
    for at in [100, 101, 102, 40, 41] {
        person.handle_sample(second(at), &good(), None);
    }
    assert_eq!(numbers(&person), [40, 41]);
    assert_eq!(person.lasting(second(42)).seconds, 5);
}

#[test]
fn a_report_is_of_the_seconds_before_it_and_of_no_others() {
    let mut person = person();
    for at in 0..10 {
        person.handle_sample(second(at), &good(), None);
    }
    let report = Felt { span_ms: 3_000, freezes: 2, frozen_ms: 600, ..well() };
    person.handle_felt(second(9), &report);
    let felt: Vec<_> = person
        .seconds()
        .iter()
        .map(|second| second.felt.map(|felt| (felt.freezes, felt.frozen_permille)))
        .collect();
    let untold = [None; 7];
    assert_eq!(felt[..7], untold);
    assert_eq!(felt[7..], [Some((0, 200)), Some((0, 200)), Some((2, 200))]);
}

#[test]
fn a_moving_picture_of_which_no_frame_came_stood_still() {
    let blank = Felt { frames_per_second: None, height: None, ..well() };
    let told = |delivery: Delivery| {
        let mut person = person();
        person.handle_delivered(second(0), &[delivery], Sound::Plain);
        for at in 0..5 {
            person.handle_sample(second(at), &good(), None);
        }
        person.handle_felt(second(4), &blank);
        let scores: Vec<_> = person.seconds().iter().map(Second::video).collect();
        assert!(scores.iter().all(|score| *score == scores[0]), "{scores:?}");
        (person.lasting(second(5)).reports.frozen_ms, scores[0])
    };
    let moving = face(Some(2), Cause::AsWanted);
    assert_eq!(told(moving), (5_000, Some(0)));
    let slow = Delivery { motion: Motion::Slow, ..moving };
    assert_eq!(told(slow), (5_000, Some(0)));
    let still = Delivery { motion: Motion::Still, given: Some(0), ..moving };
    assert_eq!(told(still), (0, Some(10)), "a still stands still");
    let screen = Delivery { source: Source::Screen, ..moving };
    assert_eq!(told(screen), (0, Some(100)), "nobody scrolls");
    assert_eq!(told(face(None, Cause::YourLine)), (0, Some(0)), "a pause is no freeze");
}

#[test]
fn a_picture_that_was_paused_for_a_part_of_the_report_is_no_freeze_and_no_perfect_picture() {
    let mut person = person();
    person.handle_delivered(second(0), &[face(None, Cause::YourLine)], Sound::Plain);
    for at in 0..5 {
        if at == 3 {
            person.handle_delivered(second(at), &[face(Some(2), Cause::AsWanted)], Sound::Plain);
        }
        person.handle_sample(second(at), &good(), None);
    }
    person.handle_felt(second(4), &Felt { frames_per_second: None, height: None, ..well() });
    let last = person.seconds().back().and_then(Second::video);
    assert!(last.is_some_and(|score| score > 0 && score < 50), "{last:?}");
    assert_eq!(person.lasting(second(5)).reports.frozen_ms, 0);
}

#[test]
fn reports_that_come_too_often_are_let_go() {
    let mut person = person();
    person.handle_sample(second(0), &good(), None);
    for at in [0, 100, 899, 950, 1_000, 1_900] {
        person.handle_felt(millis(at), &well());
    }
    assert_eq!(person.lasting(second(2)).reports.span_ms, 3 * 5_000, "at 0, 950 and 1900");
}

#[test]
fn what_was_interrupted_is_counted_until_it_is_back_or_given_up() {
    let mut person = person();
    person.handle_let_in(millis(0));
    person.handle_connected(millis(700));
    person.handle_interrupted(millis(10_000));
    assert_eq!(person.lasting(millis(12_000)).interrupted_ms, 2_000, "so far");
    person.handle_connected(millis(14_000));
    person.handle_interrupted(millis(20_000));
    person.handle_gone(millis(50_000));
    let kept = person.lasting(millis(90_000));
    assert_eq!((kept.interruptions, kept.interrupted_ms), (2, 34_000));
    assert_eq!(kept.setup_ms, Some(700), "coming back is no set-up");
}

#[test]
fn who_moves_to_another_device_before_media_flows_is_still_waited_for() {
    let mut person = person();
    person.handle_let_in(millis(0));
    person.handle_ended(millis(2_000));
    person.handle_connected(millis(9_000));
    let kept = person.lasting(millis(9_000));
    assert_eq!((kept.setup_ms, kept.interruptions), (Some(9_000), 0));
}

#[test]
fn nothing_is_shown_to_somebody_without_a_line() {
    let mut person = person();
    let paused = face(None, Cause::YourLine);
    person.handle_delivered(second(0), &[paused], Sound::Thin);
    person.handle_interrupted(second(10));
    let kept = person.lasting(second(100));
    assert_eq!(kept.trail.times.iter().map(|time| time.ms).sum::<u64>(), 10_000);
    person.handle_sample(second(101), &good(), None);
    assert!(person.seconds().iter().all(|second| second.picture.is_none()));
}
