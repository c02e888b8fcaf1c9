//! What time alone makes happen: no-shows, waits, overruns, and the door.

use super::{Story, admit, seat_of, start};
use crate::visit::{By, Command, Place, Refusal, VisitEvent};
use bedside_signaling_api::role::Role;
use bedside_signaling_api::socket::Standing;
use bedside_signaling_api::visit::VisitState;
use jiff::SignedDuration;

fn minutes(count: i64) -> SignedDuration {
    SignedDuration::from_mins(count)
}

fn wake(story: &mut Story) -> Vec<VisitEvent> {
    story.give(Command::Wake).expect("time is never refused")
}

#[test]
fn a_no_show_is_proposed_and_a_person_confirms_it() {
    let mut story = Story::new();
    story.open(Role::Clinician);
    story.now = start() + minutes(20) - SignedDuration::from_secs(1);
    assert_eq!(wake(&mut story), []);
    let due = story.visit.wakes_at().expect("something is due");
    assert_eq!(due, start() + minutes(20));
    story.now = due;
    assert_eq!(wake(&mut story), [VisitEvent::NoShowProposed]);
    assert_eq!(story.visit.state(), VisitState::NoShowProposed);
    assert_eq!(wake(&mut story), [], "once");
    let patient = Command::ConfirmNoShow { by: By::Person(seat_of(Role::Family)) };
    assert_eq!(story.give(patient), Err(Refusal::NotAllowed));
    let clinician = By::Person(seat_of(Role::Clinician));
    let confirmed = story.give(Command::ConfirmNoShow { by: clinician });
    assert_eq!(confirmed, Ok(vec![VisitEvent::NoShowConfirmed { by: clinician.person() }]));
    assert_eq!(story.visit.state(), VisitState::NoShow);
    let late = story.give(Command::Open { participant: seat_of(Role::Patient) });
    assert_eq!(late, Err(Refusal::Missed));
    let standing = story.visit.standing(seat_of(Role::Patient), story.now);
    assert_eq!(standing, Some(Standing::Missed));
}

#[test]
fn a_patient_who_comes_late_settles_it() {
    let mut story = Story::new();
    story.now = start() + minutes(30);
    assert_eq!(wake(&mut story), [VisitEvent::NoShowProposed]);
    story.open(Role::Patient);
    assert_eq!(story.visit.state(), VisitState::Open);
    assert_eq!(story.place(Role::Patient), Place::Waiting);
    assert!(!wake(&mut story).contains(&VisitEvent::NoShowProposed), "it is settled");
    assert_eq!(story.give(Command::ConfirmNoShow { by: By::Desk }), Err(Refusal::NothingProposed));
}

#[test]
fn whoever_waits_too_long_is_pointed_out_once() {
    let mut story = Story::new();
    story.now = start() - minutes(30);
    story.open(Role::Patient);
    story.now = start() + minutes(15);
    let patient = seat_of(Role::Patient);
    assert_eq!(wake(&mut story), [VisitEvent::WaitBreached { participant: patient }]);
    assert_eq!(wake(&mut story), []);
}

#[test]
fn a_short_absence_keeps_the_place_and_a_long_one_does_not() {
    for (away, kept) in [(minutes(14), true), (minutes(16), false)] {
        let mut story = Story::new();
        let patient = seat_of(Role::Patient);
        story.open(Role::Patient);
        let since = story.now;
        story.now += minutes(1);
        assert!(story.give(Command::Lose { participant: patient }).is_ok());
        story.now += away;
        story.open(Role::Patient);
        let waiting_since = story.visit.seat(patient).and_then(|seat| seat.waiting_since);
        assert_eq!(waiting_since == Some(since), kept, "away for {away}");
    }
}

#[test]
fn an_overrun_is_said_once_and_again_after_an_extension() {
    let mut story = Story::live();
    assert!(story.give(admit(Role::Patient)).is_ok());
    story.now = story.visit.ends_at();
    assert_eq!(wake(&mut story), [VisitEvent::Overran]);
    assert_eq!(wake(&mut story), []);
    let by = By::Person(seat_of(Role::Clinician));
    assert!(story.give(Command::Extend { by, minutes: 15 }).is_ok());
    story.now += minutes(15);
    assert_eq!(wake(&mut story), [VisitEvent::Overran]);
}

#[test]
fn an_abandoned_visit_ends_by_itself_and_never_as_a_no_show() {
    let mut story = Story::new();
    story.now = start() + minutes(20);
    assert_eq!(wake(&mut story), [VisitEvent::NoShowProposed]);
    story.now = story.visit.wakes_at().expect("the end is due");
    assert_eq!(wake(&mut story), [VisitEvent::Ended { by: None, outcome: None }]);
    assert_eq!(story.visit.wakes_at(), None);
}

#[test]
fn the_door_is_open_between_early_and_late_and_while_staff_is_in() {
    let mut story = Story::new();
    let open = Command::Open { participant: seat_of(Role::Patient) };
    story.now = start() - minutes(61);
    assert_eq!(story.give(open.clone()), Err(Refusal::TooEarly));
    story.open(Role::Clinician);
    assert!(story.give(open).is_ok(), "staff is there already");
    let mut story = Story::new();
    story.now = story.visit.ends_at() + minutes(1_440);
    let late = Command::Open { participant: seat_of(Role::Family) };
    assert!(story.visit.decide(late, story.now).is_ok());
}

#[test]
fn a_visit_that_a_stopped_server_left_full_wakes_and_ends() {
    let mut story = Story::live();
    assert!(story.give(admit(Role::Patient)).is_ok());
    story.now = story.visit.ends_at();
    assert_eq!(wake(&mut story), [VisitEvent::Overran]);
    story.now = story.visit.wakes_at().expect("it is never forgotten");
    assert_eq!(wake(&mut story), [VisitEvent::Ended { by: None, outcome: None }]);
}
