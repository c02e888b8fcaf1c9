//! Conversations, as loudness over time.

use super::Floor;
use bedside_sfu_api::ParticipantId;
use uuid::Uuid;

const ANNA: ParticipantId = ParticipantId(Uuid::from_u128(1));
const BELA: ParticipantId = ParticipantId(Uuid::from_u128(2));

/// Lives from one moment to another with two loudnesses, 20 ms at a time; counts changes.
fn live(floor: &mut Floor, from: u64, to: u64, levels: [f32; 2]) -> usize {
    let mut changes = 0;
    for at in (from..to).step_by(20) {
        let before = floor.speaker();
        floor.handle_level(at, ANNA, levels[0]);
        floor.handle_level(at, BELA, levels[1]);
        floor.handle_moment(at);
        changes += usize::from(before != floor.speaker());
    }
    changes
}

#[test]
fn the_first_voice_has_the_floor_and_keeps_it_in_silence() {
    let mut floor = Floor::default();
    live(&mut floor, 0, 1_000, [0.0, 0.0]);
    assert_eq!(floor.speaker(), None);
    live(&mut floor, 1_000, 1_400, [0.1, 0.0]);
    assert_eq!(floor.speaker(), Some(ANNA));
    assert!(floor.is_heard(ANNA) && !floor.is_heard(BELA));
    live(&mut floor, 1_400, 5_000, [0.0, 0.0]);
    assert_eq!(floor.speaker(), Some(ANNA));
    assert!(!floor.is_heard(ANNA));
}

#[test]
fn an_answer_takes_the_floor_and_a_cough_does_not() {
    let mut floor = Floor::default();
    live(&mut floor, 0, 3_000, [0.1, 0.0]);
    live(&mut floor, 3_000, 4_000, [0.0, 0.0]);
    live(&mut floor, 4_000, 4_200, [0.0, 0.3]);
    live(&mut floor, 4_200, 6_000, [0.0, 0.0]);
    assert_eq!(floor.speaker(), Some(ANNA), "a cough");
    live(&mut floor, 6_000, 6_800, [0.0, 0.1]);
    assert_eq!(floor.speaker(), Some(BELA), "an answer");
    assert_eq!(floor.recent(), [BELA, ANNA]);
}

#[test]
fn two_who_talk_at_once_do_not_make_the_picture_flicker() {
    let mut floor = Floor::default();
    let mut changes = 0;
    for turn in 0..100 {
        let levels = if turn % 2 == 0 { [0.10, 0.08] } else { [0.08, 0.10] };
        changes += live(&mut floor, turn * 300, (turn + 1) * 300, levels);
    }
    assert_eq!(changes, 1, "only the first one");
}

#[test]
fn who_goes_on_louder_takes_the_floor() {
    let mut floor = Floor::default();
    live(&mut floor, 0, 3_000, [0.05, 0.0]);
    live(&mut floor, 3_000, 6_000, [0.05, 0.2]);
    assert_eq!(floor.speaker(), Some(BELA));
}

#[test]
fn a_noisy_room_does_not_have_the_floor_for_ever() {
    let mut floor = Floor::default();
    live(&mut floor, 0, 60_000, [0.02, 0.0]);
    assert!(!floor.is_heard(ANNA), "a fan for a minute is no voice");
    live(&mut floor, 60_000, 61_000, [0.02, 0.05]);
    assert_eq!(floor.speaker(), Some(BELA));
}

#[test]
fn who_has_gone_is_forgotten() {
    let mut floor = Floor::default();
    live(&mut floor, 0, 1_000, [0.1, 0.0]);
    floor.keep(&[BELA]);
    assert_eq!(floor.speaker(), None);
    assert!(floor.recent().is_empty() && !floor.is_heard(ANNA));
}
