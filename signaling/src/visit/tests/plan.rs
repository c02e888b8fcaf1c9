//! Moving, prolonging, inviting, handing over, ending.

use super::{Story, admit, admits, end, expected, id, seat_of, start};
use crate::visit::{By, Command, Place, Refusal, Seen, Shown, VisitEvent};
use bedside_signaling_api::role::Role;
use bedside_signaling_api::visit::{DURATION_MINUTES_MAX, PARTICIPANTS_MAX, VisitState};
use jiff::SignedDuration;

fn clinician() -> By {
    By::Person(seat_of(Role::Clinician))
}

#[test]
fn a_visit_is_moved_until_somebody_is_in_it() {
    let mut story = Story::new();
    let starts_at = start() + SignedDuration::from_hours(24);
    let wish = Command::Reschedule { starts_at, duration_minutes: 45 };
    assert!(story.give(wish.clone()).is_ok());
    assert_eq!((story.visit.starts_at(), story.visit.moves()), (starts_at, 1));
    assert_eq!(story.give(wish), Ok(Vec::new()), "it is there already");
    story.now = starts_at;
    story.open(Role::Clinician);
    let back = Command::Reschedule { starts_at: start(), duration_minutes: 45 };
    assert_eq!(story.give(back), Err(Refusal::SomebodyHere));
}

/// The visit of these tests, seen as it is, into a queue.
pub(super) fn transfer(queue: &str, from: Option<String>) -> Command {
    let shown = Shown { display_name: Role::Patient.name().to_owned(), starts_at: start() };
    Command::Transfer { queue: queue.to_owned(), seen: Seen { shown, queue: from } }
}

#[test]
fn a_visit_waits_in_another_queue_and_nobody_has_waited_for_nothing() {
    let mut story = Story::new();
    story.open(Role::Patient);
    let since = story.visit.seat(seat_of(Role::Patient)).and_then(|seat| seat.waiting_since);
    story.now += SignedDuration::from_mins(5);
    let queue = "night".to_owned();
    assert_eq!(story.give(transfer("night", None)), Ok(vec![VisitEvent::Transferred { queue }]));
    assert_eq!(story.visit.projection().queue, Some("night"));
    assert_eq!(story.visit.projection().waiting_since, since);
    assert_eq!(story.give(transfer("night", None)), Ok(Vec::new()), "it is there already");
    assert!(story.give(transfer("day", Some("night".to_owned()))).is_ok());
}

#[test]
fn another_visit_than_the_one_shown_stays_where_it_is() {
    let mut story = Story::new();
    let shown = Shown { display_name: "patient".to_owned(), starts_at: start() };
    let name = Shown { display_name: "Maria".to_owned(), ..shown };
    let time = Shown { starts_at: start() + SignedDuration::from_mins(30), ..shown.clone() };
    let queue = Some("day".to_owned());
    for seen in [
        Seen { shown: name, queue: None },
        Seen { shown: time, queue: None },
        Seen { shown, queue },
    ] {
        let wish = Command::Transfer { queue: "night".to_owned(), seen };
        assert_eq!(story.give(wish), Err(Refusal::Mismatch));
    }
    story.give(Command::Cancel).expect("nobody has come");
    assert_eq!(story.give(transfer("night", None)), Err(Refusal::Cancelled));
}

#[test]
fn a_visit_takes_at_most_what_a_visit_may_take() {
    let mut story = Story::live();
    let extend = |minutes| Command::Extend { by: clinician(), minutes };
    assert!(story.give(extend(15)).is_ok());
    assert_eq!(story.visit.duration_minutes(), 45);
    assert_eq!(story.give(extend(DURATION_MINUTES_MAX)), Err(Refusal::TooLong));
    assert_eq!(story.give(extend(0)), Err(Refusal::TooLong));
}

#[test]
fn the_invited_come_by_the_lobby_like_everybody() {
    let mut story = Story::live();
    let daughter = id(40);
    let invite = Command::Invite { by: clinician(), expected: expected(daughter, Role::Family) };
    assert!(story.give(invite.clone()).is_ok());
    assert_eq!(story.give(invite), Ok(Vec::new()), "one person, once");
    assert!(story.give(Command::Open { participant: daughter }).is_ok());
    assert!(!story.visit.is_here(daughter));
    assert!(story.give(admits(seat_of(Role::Clinician), daughter)).is_ok());
    assert!(story.visit.is_here(daughter));
}

#[test]
fn a_visit_has_only_so_many_seats() {
    let mut story = Story::new();
    let after = 1_000 + PARTICIPANTS_MAX as u128;
    for number in 1_000..after {
        let expected = expected(id(number), Role::Family);
        let _refused_at_the_end = story.give(Command::Invite { by: By::Desk, expected });
    }
    let one_more = Command::Invite { by: By::Desk, expected: expected(id(after), Role::Family) };
    assert_eq!(story.give(one_more), Err(Refusal::VisitFull));
    assert_eq!(story.visit.seats().len(), PARTICIPANTS_MAX);
}

#[test]
fn the_uninvited_cannot_come_and_whoever_was_in_is_not_uninvited() {
    let mut story = Story::live();
    let family = seat_of(Role::Family);
    assert!(story.give(Command::Uninvite { participant: family }).is_ok());
    let open = story.give(Command::Open { participant: family });
    assert_eq!(open, Err(Refusal::Removed));
    assert!(story.give(admit(Role::Patient)).is_ok());
    let uninvite = Command::Uninvite { participant: seat_of(Role::Patient) };
    assert_eq!(story.give(uninvite), Err(Refusal::SomebodyHere));
}

#[test]
fn a_new_link_counts_up_and_changes_no_place() {
    let mut story = Story::live();
    let patient = seat_of(Role::Patient);
    let renew = Command::RenewLink { by: clinician(), participant: patient };
    assert!(story.give(renew).is_ok());
    let seat = story.visit.seat(patient).expect("it has a seat");
    assert_eq!((seat.generation, seat.place), (2, Place::Waiting));
}

#[test]
fn a_hand_over_is_offered_and_accepted_and_the_visit_goes_on_without_its_host() {
    let mut story = Story::live();
    let (first, second) = (seat_of(Role::Clinician), seat_of(Role::Pharmacist));
    assert_eq!(story.visit.lead(), Some(first));
    let to_family = Command::OfferHandOver { by: first, to: seat_of(Role::Family) };
    assert_eq!(story.give(to_family), Err(Refusal::NotAllowed));
    assert!(story.give(Command::OfferHandOver { by: first, to: second }).is_ok());
    assert_eq!(story.give(Command::AcceptHandOver { by: first }), Err(Refusal::NothingProposed));
    story.open(Role::Pharmacist);
    assert!(story.give(Command::AcceptHandOver { by: second }).is_ok());
    assert_eq!((story.visit.lead(), story.visit.hand_over_to()), (Some(second), None));
    assert!(story.give(admit(Role::Patient)).is_ok());
    assert!(story.give(Command::Leave { participant: first }).is_ok());
    assert_eq!(story.visit.state(), VisitState::Live);
    assert!(story.visit.is_here(seat_of(Role::Patient)));
}

#[test]
fn the_parts_of_a_visit_follow_each_other() {
    let mut story = Story::live();
    let segment = |segment| Command::StartSegment { by: clinician(), segment };
    assert!(story.give(segment(0)).is_ok());
    assert_eq!(story.give(segment(0)), Ok(Vec::new()));
    assert!(story.give(segment(1)).is_ok());
    assert_eq!(story.visit.segment(), Some(1));
    assert_eq!(story.give(segment(2)), Err(Refusal::NoSuchSegment));
}

#[test]
fn the_desk_ends_for_staff() {
    let mut story = Story::live();
    let ended = story.give(Command::End { by: By::Desk, outcome: None, skip: Vec::new() });
    assert_eq!(ended, Ok(vec![VisitEvent::Ended { by: None, outcome: None }]));
    assert_eq!(story.give(end(seat_of(Role::Clinician))), Err(Refusal::Ended));
}

fn sent_by(partner: &str, number: u128, role: Role) -> crate::visit::Expected {
    crate::visit::Expected { partner: Some(partner.to_owned()), ..expected(id(number), role) }
}

#[test]
fn another_organisation_sends_helpers_and_nobody_brings_more_rights_than_they_have() {
    let mut story = Story::live();
    for role in Role::ALL {
        let sent = Command::Invite { by: By::Desk, expected: sent_by("pharmacy", 50, role) };
        let helps = matches!(role, Role::Pharmacist | Role::Interpreter | Role::Observer);
        assert_eq!(story.visit.decide(sent, story.now).is_ok(), helps, "{role:?}");
    }
    story.open(Role::Pharmacist);
    let by = By::Person(seat_of(Role::Pharmacist));
    let bring = |role| Command::Invite { by, expected: expected(id(51), role) };
    assert_eq!(story.give(bring(Role::Coordinator)), Err(Refusal::NotAllowed));
    assert!(story.give(bring(Role::Family)).is_ok());
}

#[test]
fn a_new_link_is_no_way_into_somebody_else_s_seat() {
    let mut story = Story::live();
    let lee = id(52);
    let sent = sent_by("pharmacy", 52, Role::Pharmacist);
    assert!(story.give(Command::Invite { by: By::Desk, expected: sent }).is_ok());
    assert!(story.give(Command::Open { participant: lee }).is_ok());
    let renew = |by: By, role| Command::RenewLink { by, participant: seat_of(role) };
    for role in [Role::Clinician, Role::Patient, Role::Coordinator] {
        assert_eq!(story.give(renew(By::Person(lee), role)), Err(Refusal::NotAllowed), "{role:?}");
    }
    assert_eq!(story.give(renew(clinician(), Role::Coordinator)), Err(Refusal::NotAllowed));
    assert!(story.give(admit(Role::Patient)).is_ok());
    assert_eq!(story.give(renew(clinician(), Role::Patient)), Err(Refusal::NotAllowed), "is in");
    assert!(story.give(renew(By::Desk, Role::Patient)).is_ok());
}
