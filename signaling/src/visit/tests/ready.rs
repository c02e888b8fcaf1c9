//! Gates, deviations and consent at the door and at the end.

use super::{Story, admit, end, seat_of, skip};
use crate::visit::{Answer, By, Command, Refusal, Shown, VisitEvent};
use bedside_signaling_api::person::Method;
use bedside_signaling_api::policy::{Gate, Purpose};
use bedside_signaling_api::role::Role;
use jiff::SignedDuration;

fn patient() -> By {
    By::Person(seat_of(Role::Patient))
}

fn clinician() -> By {
    By::Person(seat_of(Role::Clinician))
}

fn check(by: By, gate: Gate, method: Method, passed: bool) -> Command {
    Command::Check { by, participant: seat_of(Role::Patient), gate, method, passed }
}

fn agree(by: By) -> Command {
    let answer = Answer::Give { version: "1".to_owned(), language: "en".to_owned() };
    let participant = seat_of(Role::Patient);
    Command::Consent { by, participant, purpose: Purpose::Telehealth, answer }
}

fn waiting(profile: &str) -> Story {
    let mut story = Story::under_profile(profile);
    story.open(Role::Patient);
    story.open(Role::Clinician);
    story
}

#[test]
fn the_door_stays_shut_before_a_required_gate_and_consent() {
    let mut story = waiting("telepharmacy");
    assert_eq!(story.give(admit(Role::Patient)), Err(Refusal::ConsentMissing));
    assert!(story.give(agree(patient())).is_ok());
    assert_eq!(story.give(admit(Role::Patient)), Err(Refusal::GateClosed));
    let with_reasons = Command::Admit {
        by: clinician(),
        participant: seat_of(Role::Patient),
        shown: None,
        skip: vec![skip(Gate::Identity), skip(Gate::Callback)],
    };
    let refused = story.give(with_reasons.clone());
    assert_eq!(refused, Err(Refusal::GateClosed), "identity is required");
    let passed = check(clinician(), Gate::Identity, Method::Visual, true);
    assert!(story.give(passed).is_ok());
    let events = story.give(with_reasons).expect("the rest may be gone on without");
    let deviation = |event: &&VisitEvent| matches!(event, VisitEvent::Deviated { .. });
    assert_eq!(events.iter().filter(deviation).count(), 1, "with its reason: {events:?}");
}

#[test]
fn the_end_asks_for_what_is_missing_and_takes_a_reason() {
    let mut story = waiting("us-one-party");
    assert!(story.give(agree(patient())).is_ok());
    for gate in [Gate::Location, Gate::Callback] {
        assert!(story.give(check(patient(), gate, Method::Stated, true)).is_ok());
    }
    assert!(story.give(admit(Role::Patient)).is_ok());
    assert_eq!(story.give(end(seat_of(Role::Clinician))), Err(Refusal::GateClosed));
    let reason = (seat_of(Role::Patient), skip(Gate::Identity));
    let ended = Command::End { by: clinician(), outcome: None, skip: vec![reason] };
    assert!(story.give(ended).is_ok_and(|events| events.len() == 2));
}

#[test]
fn nobody_vouches_for_themselves_or_passes_a_gate_the_wrong_way() {
    let mut story = waiting("us-one-party");
    for (gate, method) in [
        (Gate::Identity, Method::Stated),
        (Gate::Identity, Method::Visual),
        (Gate::Identity, Method::Staff),
        (Gate::Device, Method::Stated),
        (Gate::Location, Method::TwoIdentifiers),
    ] {
        let own = story.give(check(patient(), gate, method, true));
        assert_eq!(own, Err(Refusal::NotAllowed), "{gate:?} by {method:?}");
    }
    let by_family = check(By::Person(seat_of(Role::Family)), Gate::Identity, Method::Staff, true);
    assert_eq!(story.give(by_family), Err(Refusal::NotAllowed));
}

#[test]
fn after_some_wrong_tries_staff_has_to_look() {
    let mut story = waiting("us-one-party");
    let wrong = || check(patient(), Gate::Identity, Method::TwoIdentifiers, false);
    let mut tries = 0;
    while story.give(wrong()).is_ok() {
        tries += 1;
    }
    assert_eq!(tries, 5);
    let right = check(patient(), Gate::Identity, Method::TwoIdentifiers, true);
    assert_eq!(story.give(right), Err(Refusal::TooManyTries));
    let looked = check(clinician(), Gate::Identity, Method::Visual, true);
    assert!(story.give(looked).is_ok());
}

#[test]
fn the_wrong_patient_is_not_let_in() {
    let mut story = Story::live();
    let seat = story.visit.seat(seat_of(Role::Patient)).expect("it has a seat");
    let right =
        Shown { display_name: seat.display_name.clone(), starts_at: story.visit.starts_at() };
    let another_name = Shown { display_name: "Mario".to_owned(), ..right };
    let another_time =
        Shown { starts_at: right.starts_at + SignedDuration::from_mins(30), ..right.clone() };
    let admit = |shown| Command::Admit {
        by: clinician(),
        participant: seat_of(Role::Patient),
        shown: Some(shown),
        skip: Vec::new(),
    };
    for wrong in [another_name, another_time] {
        assert_eq!(story.give(admit(wrong)), Err(Refusal::Mismatch));
    }
    assert!(story.give(admit(right)).is_ok());
}

#[test]
fn a_proxy_and_staff_who_heard_it_speak_for_the_patient_and_nobody_else_does() {
    let mut story = waiting("us-one-party");
    assert_eq!(story.give(agree(By::Person(seat_of(Role::Family)))), Err(Refusal::NotAllowed));
    let proxy = seat_of(Role::Proxy);
    story.open(Role::Proxy);
    let unseen = story.give(agree(By::Person(proxy)));
    assert_eq!(unseen, Err(Refusal::NotAllowed), "staff has not let them in");
    assert!(story.give(admit(Role::Proxy)).is_ok());
    let events = story.give(agree(By::Person(proxy))).expect("a proxy may");
    assert!(matches!(
        events.as_slice(),
        [VisitEvent::ConsentGiven { by: Some(by), .. }] if *by == proxy
    ));
    assert_eq!(story.give(agree(patient())), Ok(Vec::new()), "the same text again is no news");
}
