//! Down the ladder and up again, each rung once, with its cause and its time.

use super::{Change, LADDER_STEPS_MAX, Ladder, Trail, chief, height};
use bedside_signaling_api::quality::Step;
use bedside_signaling_api::socket::{Cause, Delivery, Motion, Sound, Source};
use jiff::Timestamp;
use proptest::prelude::*;
use uuid::Uuid;

const WHOSE: Uuid = Uuid::from_u128(9);

fn second(number: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + number).expect("within the calendar")
}

fn given(given: Option<u8>, motion: Motion, cause: Cause) -> Delivery {
    Delivery { participant: WHOSE, source: Source::Camera, wanted: 2, given, motion, cause }
}

/// What a viewer's way down a bad line and back looks like, a second each.
fn down_and_up() -> [(Delivery, Sound); 9] {
    let line = Cause::YourLine;
    [
        (given(Some(2), Motion::Full, Cause::AsWanted), Sound::Plain),
        (given(Some(1), Motion::Full, line), Sound::Plain),
        (given(Some(0), Motion::Half, line), Sound::Plain),
        (given(Some(0), Motion::Slow, line), Sound::Plain),
        (given(Some(0), Motion::Still, line), Sound::Plain),
        (given(None, Motion::Still, line), Sound::Plain),
        (given(None, Motion::Still, line), Sound::Thin),
        (given(Some(0), Motion::Full, line), Sound::Plain),
        (given(Some(2), Motion::Full, Cause::AsWanted), Sound::Plain),
    ]
}

#[test]
fn each_rung_is_an_event_with_its_cause_and_time() {
    let (mut ladder, mut trail) = (Ladder::default(), Trail::default());
    for (number, (delivery, sound)) in (0..).zip(down_and_up()) {
        ladder.handle_delivered(&mut trail, second(number), &[delivery], sound);
    }
    ladder.close(&mut trail, second(9));
    let steps: Vec<_> = trail.changes.iter().map(|change| (change.from, change.step)).collect();
    let from = |from: Step, to: Step| (Some(from), to);
    assert_eq!(
        steps,
        [
            from(Step::High, Step::Medium),
            from(Step::Medium, Step::Low),
            from(Step::Low, Step::Slow),
            from(Step::Slow, Step::Still),
            from(Step::Still, Step::Paused),
            from(Step::PlainSound, Step::ThinSound),
            from(Step::Paused, Step::Low),
            from(Step::ThinSound, Step::PlainSound),
            from(Step::Low, Step::High),
        ]
    );
    assert_eq!(trail.changes[0].cause, Cause::YourLine);
    assert_eq!(trail.changes[0].at, second(1));
    assert_eq!(trail.changes[0].picture, Some((WHOSE, Source::Camera)));
    assert_eq!(trail.changes[5].picture, None, "voices are of nobody alone");
    assert_eq!(trail.falls, 5);
    let paused = trail.times.iter().find(|time| time.step == Step::Paused).map(|time| time.ms);
    assert_eq!(paused, Some(2_000));
    let all: u64 = trail.times.iter().map(|time| time.ms).sum();
    assert_eq!(all, 9_000);
}

#[test]
fn what_the_page_does_not_show_is_no_fall() {
    let (mut ladder, mut trail) = (Ladder::default(), Trail::default());
    let shown = given(Some(2), Motion::Full, Cause::AsWanted);
    let hidden = given(None, Motion::Full, Cause::NotShown);
    for (number, delivery) in (0..).zip([shown, hidden, shown]) {
        let changes =
            ladder.handle_delivered(&mut trail, second(number), &[delivery], Sound::Plain);
        assert_eq!(changes, []);
    }
    ladder.close(&mut trail, second(3));
    assert_eq!(trail.times.iter().map(|time| time.ms).sum::<u64>(), 2_000, "two shown seconds");
}

#[test]
fn a_picture_that_begins_below_what_is_wanted_is_news() {
    let (mut ladder, mut trail) = (Ladder::default(), Trail::default());
    let begins = given(Some(0), Motion::Full, Cause::TheirSide);
    let changes = ladder.handle_delivered(&mut trail, second(0), &[begins], Sound::Protected);
    let steps: Vec<_> = changes.iter().map(|change| (change.from, change.step)).collect();
    assert_eq!(steps, [(None, Step::Low), (Some(Step::PlainSound), Step::ProtectedSound)]);
    assert_eq!(trail.falls, 0, "nothing fell");
}

#[test]
fn the_face_is_judged_before_the_screen_and_the_large_before_the_small() {
    let face = |wanted| Delivery { wanted, ..given(Some(0), Motion::Full, Cause::AsWanted) };
    let screen = Delivery { source: Source::Screen, ..face(2) };
    let hidden = Delivery { cause: Cause::NotShown, given: None, ..face(2) };
    let judged = chief(&[screen, face(0), face(1), hidden]).expect("three are shown");
    assert_eq!((judged.wanted, judged.is_screen), (1, false));
    assert!(chief(&[screen]).expect("it is shown").is_screen);
    assert_eq!(chief(&[hidden]), None);
}

fn any_delivery() -> impl Strategy<Value = Delivery> {
    let motion = prop_oneof![
        Just(Motion::Still),
        Just(Motion::Slow),
        Just(Motion::Half),
        Just(Motion::Full)
    ];
    let cause = prop_oneof![
        Just(Cause::AsWanted),
        Just(Cause::YourLine),
        Just(Cause::TheirSide),
        Just(Cause::NotShown),
        Just(Cause::DataSaver),
        Just(Cause::TheServer)
    ];
    (0..40_u128, any::<u8>(), any::<Option<u8>>(), motion, cause).prop_map(
        |(whose, wanted, given, motion, cause)| Delivery {
            participant: Uuid::from_u128(whose),
            source: if whose % 2 == 0 { Source::Camera } else { Source::Screen },
            wanted,
            given,
            motion,
            cause,
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_trail_is_bounded_and_its_steps_join(
        walk in prop::collection::vec(
            (prop::collection::vec(any_delivery(), 0..6), 0..3_u8, 0..4_i64), 0..200
        )
    ) {
        let (mut ladder, mut trail) = (Ladder::default(), Trail::default());
        let (mut now, mut made) = (0, 0_usize);
        let mut all: Vec<Change> = Vec::new();
        for (deliveries, sound, seconds) in walk {
            now += seconds;
            let sound = [Sound::Plain, Sound::Protected, Sound::Thin][usize::from(sound)];
            let changes =
                ladder.handle_delivered(&mut trail, second(now), &deliveries, sound);
            made += changes.len();
            all.extend(changes);
        }
        ladder.close(&mut trail, second(now + 1));
        prop_assert!(trail.changes.len() <= LADDER_STEPS_MAX);
        prop_assert_eq!(trail.changes.len() + trail.left_out as usize, made);
        prop_assert!(trail.times.len() <= 36, "steps of pictures times causes");
        for change in &all {
            prop_assert_ne!(change.from, Some(change.step));
            prop_assert_eq!(change.picture.is_some(), height(change.step).is_some());
        }
        let voices: Vec<_> = all.iter().filter(|change| change.picture.is_none()).collect();
        for pair in voices.windows(2) {
            prop_assert_eq!(pair[1].from, Some(pair[0].step));
        }
    }
}
