//! Conferences, holds, and who is kept apart for want of consent.

use super::{Story, admit, seat_of};
use crate::visit::{Answer, By, Circle, Command, Refusal, VisitEvent};
use bedside_signaling_api::person::Apart;
use bedside_signaling_api::policy::Purpose;
use bedside_signaling_api::role::Role;

fn four() -> Story {
    let mut story = Story::live();
    story.open(Role::Pharmacist);
    story.open(Role::Family);
    assert!(story.give(admit(Role::Patient)).is_ok());
    assert!(story.give(admit(Role::Family)).is_ok());
    story
}

fn circle(story: &Story, role: Role) -> Option<Circle> {
    let circles = story.visit.circles();
    circles.into_iter().find(|(id, _)| *id == seat_of(role)).map(|(_, circle)| circle)
}

fn sidebar(story: &mut Story) {
    let by = seat_of(Role::Clinician);
    let with = vec![seat_of(Role::Pharmacist)];
    assert!(story.give(Command::OpenSidebar { by, with }).is_ok());
}

#[test]
fn those_who_confer_are_in_a_circle_of_their_own() {
    let mut story = four();
    sidebar(&mut story);
    assert_eq!(circle(&story, Role::Clinician), Some(Circle::Sidebar));
    assert_eq!(circle(&story, Role::Pharmacist), Some(Circle::Sidebar));
    assert_eq!(circle(&story, Role::Patient), Some(Circle::Main));
    let again = Command::OpenSidebar { by: seat_of(Role::Pharmacist), with: Vec::new() };
    assert_eq!(story.give(again), Err(Refusal::SidebarOpen));
    assert!(story.give(Command::CloseSidebar { by: seat_of(Role::Pharmacist) }).is_ok());
    assert_eq!(circle(&story, Role::Clinician), Some(Circle::Main));
}

#[test]
fn a_conference_of_one_is_over() {
    let mut story = four();
    sidebar(&mut story);
    let gone = story.give(Command::Lose { participant: seat_of(Role::Pharmacist) });
    let closed = VisitEvent::SidebarClosed { by: None };
    assert!(gone.is_ok_and(|events| events.contains(&closed)));
    assert_eq!(circle(&story, Role::Clinician), Some(Circle::Main));
}

#[test]
fn only_staff_in_the_visit_confers_and_with_those_who_are_there() {
    let mut story = four();
    let (patient, clinician) = (seat_of(Role::Patient), seat_of(Role::Clinician));
    let open = |by, with| Command::OpenSidebar { by, with };
    assert_eq!(story.give(open(patient, vec![clinician])), Err(Refusal::NotAllowed));
    let absent = vec![seat_of(Role::Interpreter)];
    assert_eq!(story.give(open(clinician, absent)), Err(Refusal::NoSuchPerson));
    assert_eq!(story.give(open(clinician, Vec::new())), Err(Refusal::NoSuchPerson));
}

#[test]
fn whoever_is_on_hold_is_alone_and_stays_so_over_a_reload() {
    let mut story = four();
    let (by, family) = (seat_of(Role::Clinician), seat_of(Role::Family));
    let why = Apart::Confidential;
    assert!(story.give(Command::SetApart { by, participant: family, why }).is_ok());
    assert!(matches!(circle(&story, Role::Family), Some(Circle::Alone(_))));
    assert!(story.give(Command::Lose { participant: family }).is_ok());
    story.open(Role::Family);
    assert!(matches!(circle(&story, Role::Family), Some(Circle::Alone(_))));
    assert!(story.give(Command::BringBack { by, participant: family }).is_ok());
    assert_eq!(circle(&story, Role::Family), Some(Circle::Main));
    let oneself = Command::SetApart { by, participant: by, why };
    assert_eq!(story.give(oneself), Err(Refusal::NotAllowed));
}

fn agree(story: &mut Story, role: Role, purpose: Purpose) {
    let participant = seat_of(role);
    let answer = Answer::Give { version: "1".to_owned(), language: "en".to_owned() };
    let by = By::Person(participant);
    assert!(story.give(Command::Consent { by, participant, purpose, answer }).is_ok());
}

fn withdraw(story: &mut Story, role: Role, purpose: Purpose) {
    let participant = seat_of(role);
    let (by, answer) = (By::Person(participant), Answer::Withdraw);
    let withdrawn = story.give(Command::Consent { by, participant, purpose, answer });
    assert_eq!(withdrawn, Ok(vec![VisitEvent::ConsentWithdrawn { participant, purpose }]));
}

#[test]
fn an_observer_is_apart_until_all_who_are_asked_agree_and_again_when_one_does_no_longer() {
    let mut story = Story::under_profile("eu");
    for role in [Role::Patient, Role::Family, Role::Observer] {
        agree(&mut story, role, Purpose::Telehealth);
        story.open(role);
    }
    story.open(Role::Clinician);
    let by = By::Person(seat_of(Role::Clinician));
    for role in [Role::Patient, Role::Family, Role::Observer] {
        let gates = story.visit.seat(seat_of(role)).map(|seat| {
            story.visit.gates_ahead(seat, bedside_signaling_api::policy::Point::Admission)
        });
        let skip = gates.unwrap_or_default().into_iter().map(super::skip).collect();
        let participant = seat_of(role);
        let admit = Command::Admit { by, participant, shown: None, skip };
        assert!(story.give(admit).is_ok(), "{role:?}");
    }
    let watches = |story: &Story| circle(story, Role::Observer) == Some(Circle::Main);
    assert!(!watches(&story));
    agree(&mut story, Role::Patient, Purpose::Observers);
    assert!(!watches(&story), "the daughter has not said yes");
    agree(&mut story, Role::Family, Purpose::Observers);
    assert!(watches(&story));
    withdraw(&mut story, Role::Family, Purpose::Observers);
    assert!(!watches(&story));
    withdraw(&mut story, Role::Patient, Purpose::Telehealth);
    let seat = story.visit.seat(seat_of(Role::Patient)).expect("it has a seat");
    assert_eq!(story.visit.apart(seat), Some(Apart::Consent));
}

#[test]
fn whoever_is_apart_arranges_nothing() {
    let mut story = four();
    let (clinician, pharmacist) = (seat_of(Role::Clinician), seat_of(Role::Pharmacist));
    let why = Apart::Confidential;
    assert!(story.give(Command::SetApart { by: clinician, participant: pharmacist, why }).is_ok());
    for wish in [
        Command::BringBack { by: pharmacist, participant: pharmacist },
        Command::OpenSidebar { by: pharmacist, with: vec![clinician] },
        Command::SetApart { by: pharmacist, participant: clinician, why },
    ] {
        assert_eq!(story.give(wish), Err(Refusal::NotAllowed));
    }
}
