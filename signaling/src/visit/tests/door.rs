//! The door: who waits, who walks in, who stays out, and how it closes.

use super::{STRANGER, Story, admit, admits, decline, end, id, remove, scheduled, seat_of, start};
use crate::visit::{ABANDONED_AFTER, By, Command, Place, Refusal, Visit, VisitEvent, schedule};
use bedside_signaling_api::policy::Policy;
use bedside_signaling_api::role::Role;
use bedside_signaling_api::socket::Standing;
use bedside_signaling_api::visit::{NewVisit, VisitState};
use jiff::SignedDuration;

#[test]
fn a_plan_becomes_the_first_line() {
    let new: NewVisit = serde_json::from_value(serde_json::json!({
        "duration_minutes": 45,
        "participants": [{"role": "patient", "language": "ar", "display_name": "Maria"}],
    }))
    .expect("a visit of the API");
    let mut next = 6;
    let events = schedule(&new, start(), Policy::default(), || {
        next += 1;
        id(next)
    });
    let log: Vec<_> = events.into_iter().map(|event| (start(), event)).collect();
    let visit = Visit::replay(&log).expect("begins with the schedule");
    assert_eq!(visit.state(), VisitState::Scheduled);
    assert_eq!(visit.ends_at(), start() + SignedDuration::from_mins(45));
    assert_eq!(visit.seat(id(7)).map(|seat| seat.display_name.as_str()), Some("Maria"));
}

#[test]
fn a_log_without_its_schedule_is_no_visit() {
    assert_eq!(Visit::replay(&[]), None);
    assert_eq!(Visit::replay(&[(start(), VisitEvent::Opened)]), None);
}

#[test]
fn staff_walks_in_and_the_visit_goes_live() {
    let mut story = Story::new();
    let clinician = seat_of(Role::Clinician);
    let events = story.give(Command::Open { participant: clinician });
    let expected = vec![
        VisitEvent::Opened,
        VisitEvent::Arrived { participant: clinician },
        VisitEvent::Admitted { participant: clinician, by: None },
        VisitEvent::WentLive,
    ];
    assert_eq!(events, Ok(expected));
    assert_eq!(story.visit.state(), VisitState::Live);
    assert!(story.visit.staff_here());
}

#[test]
fn everybody_else_waits_once_the_door_is_open() {
    let mut story = Story::new();
    let early = Command::Open { participant: seat_of(Role::Patient) };
    story.now = story.visit.opens_at() - SignedDuration::from_secs(1);
    assert_eq!(story.give(early), Err(Refusal::TooEarly));
    assert_eq!(story.visit.standing(seat_of(Role::Patient), story.now), Some(Standing::Early));
    story.now = story.visit.opens_at();
    for role in [
        Role::Patient,
        Role::Proxy,
        Role::Family,
        Role::Interpreter,
        Role::Captioner,
        Role::Observer,
    ] {
        story.open(role);
        assert_eq!(story.visit.standing(seat_of(role), story.now), Some(Standing::Waiting));
    }
    assert_eq!(story.visit.state(), VisitState::Open);
}

#[test]
fn the_declined_may_queue_again() {
    let mut story = Story::live();
    assert!(story.give(decline(Role::Patient)).is_ok());
    assert_eq!(story.visit.standing(seat_of(Role::Patient), story.now), Some(Standing::Declined));
    assert_eq!(story.give(admit(Role::Patient)), Err(Refusal::NoSuchPerson));
    story.open(Role::Patient);
    assert!(story.give(admit(Role::Patient)).is_ok());
}

#[test]
fn the_removed_stay_out() {
    let mut story = Story::live();
    assert!(story.give(admit(Role::Patient)).is_ok());
    assert!(story.give(remove(Role::Patient)).is_ok());
    let back = story.give(Command::Open { participant: seat_of(Role::Patient) });
    assert_eq!(back, Err(Refusal::Removed));
    assert_eq!(story.give(admit(Role::Patient)), Err(Refusal::NoSuchPerson));
}

#[test]
fn who_left_or_was_lost_comes_back_past_the_lobby() {
    for go in [
        Command::Leave { participant: seat_of(Role::Patient) },
        Command::Lose { participant: seat_of(Role::Patient) },
    ] {
        let mut story = Story::live();
        assert!(story.give(admit(Role::Patient)).is_ok());
        assert!(story.give(go).is_ok());
        assert!(!story.visit.is_here(seat_of(Role::Patient)));
        story.open(Role::Patient);
        assert_eq!(story.place(Role::Patient), Place::Here);
    }
}

#[test]
fn who_was_lost_from_the_lobby_queues_again() {
    let mut story = Story::live();
    assert!(story.give(Command::Lose { participant: seat_of(Role::Patient) }).is_ok());
    assert_eq!(story.place(Role::Patient), Place::Expected);
    story.open(Role::Patient);
    assert_eq!(story.place(Role::Patient), Place::Waiting);
}

#[test]
fn rights_are_the_roles_and_count_from_inside_only() {
    let mut story = Story::live();
    story.open(Role::Family);
    let patient = seat_of(Role::Patient);
    let family = seat_of(Role::Family);
    let clinician = seat_of(Role::Clinician);
    let pharmacist = seat_of(Role::Pharmacist);
    let refused = [
        (admits(patient, family), Refusal::NotAllowed),
        (Command::Remove { by: By::Person(family), participant: clinician }, Refusal::NotAllowed),
        (end(patient), Refusal::NotAllowed),
        (admits(pharmacist, family), Refusal::NotAdmitted),
        (admits(id(STRANGER), family), Refusal::NoSuchPerson),
        (admits(clinician, id(STRANGER)), Refusal::NoSuchPerson),
        (
            Command::Remove { by: By::Person(clinician), participant: clinician },
            Refusal::NotAllowed,
        ),
        (
            Command::Remove { by: By::Person(clinician), participant: pharmacist },
            Refusal::NoSuchPerson,
        ),
        (Command::Cancel, Refusal::SomebodyHere),
    ];
    for (command, refusal) in refused {
        assert_eq!(story.give(command.clone()), Err(refusal), "{command:?}");
    }
    story.open(Role::Pharmacist);
    assert_eq!(story.give(end(pharmacist)), Err(Refusal::NotAllowed));
}

#[test]
fn a_visit_that_everybody_has_gone_from_can_be_cancelled() {
    let mut story = Story::live();
    assert!(story.give(admit(Role::Patient)).is_ok());
    assert!(story.give(Command::Lose { participant: seat_of(Role::Clinician) }).is_ok());
    assert_eq!(story.give(Command::Cancel), Err(Refusal::SomebodyHere));
    assert!(story.give(Command::Leave { participant: seat_of(Role::Patient) }).is_ok());
    assert_eq!(story.visit.state(), VisitState::Live);
    assert_eq!(story.give(Command::Cancel), Ok(vec![VisitEvent::Cancelled]));
    let open = Command::Open { participant: seat_of(Role::Clinician) };
    assert_eq!(story.give(open), Err(Refusal::Cancelled));
}

#[test]
fn ended_and_cancelled_are_final() {
    let mut ended = Story::live();
    assert!(ended.give(end(seat_of(Role::Clinician))).is_ok());
    let mut cancelled = Story::new();
    assert!(cancelled.give(Command::Cancel).is_ok());
    assert_eq!(cancelled.give(Command::Cancel), Ok(Vec::new()), "cancelling twice is one wish");
    for role in Role::ALL {
        let open = Command::Open { participant: seat_of(role) };
        assert_eq!(ended.give(open.clone()), Err(Refusal::Ended));
        assert_eq!(cancelled.give(open), Err(Refusal::Cancelled));
    }
    assert_eq!(ended.visit.standing(seat_of(Role::Patient), ended.now), Some(Standing::Ended));
    assert_eq!(
        cancelled.visit.standing(seat_of(Role::Patient), cancelled.now),
        Some(Standing::Cancelled)
    );
}

#[test]
fn a_visit_nobody_ended_ends_when_an_old_link_is_opened() {
    let mut story = Story::live();
    story.now = story.visit.ends_at() + ABANDONED_AFTER;
    story.open(Role::Patient);
    assert_eq!(story.visit.state(), VisitState::Live, "up to the limit the link works");
    let last = story.visit.ends_at() + ABANDONED_AFTER;
    story.now = last + SignedDuration::from_secs(1);
    let opened = story.give(Command::Open { participant: seat_of(Role::Patient) });
    assert_eq!(opened, Ok(vec![VisitEvent::Ended { by: None, outcome: None }]));
}

#[test]
fn a_visit_planned_in_the_past_can_be_held() {
    let planned = start() + SignedDuration::from_hours(24 * 365);
    let log = [(planned, scheduled())];
    let visit = Visit::replay(&log).expect("begins with the schedule");
    let opened = visit.decide(Command::Open { participant: seat_of(Role::Patient) }, planned);
    assert_eq!(
        opened,
        Ok(vec![VisitEvent::Opened, VisitEvent::Arrived { participant: seat_of(Role::Patient) }])
    );
}
