//! Who may know what, and how many slots an offer holds.

use super::{Passing, people, slots};
use crate::visit::{By, Command, Expected, Plan, Visit, VisitEvent};
use bedside_signaling_api::person::Apart;
use bedside_signaling_api::role::Role;
use bedside_signaling_api::socket::{Presence, ServerMessage, SlotCount, Sources};
use jiff::Timestamp;
use uuid::Uuid;

const ON: Sources = Sources { microphone: true, camera: true, screen: true };

/// A visit in which each role is where its name says, under an id of its own.
fn visit() -> (Visit, impl Fn(Role) -> Uuid) {
    let id = |role: Role| Uuid::from_u128(role as u128);
    let participants = Role::ALL.map(|role| Expected {
        id: id(role),
        role,
        language: "en".to_owned(),
        display_name: role.name().to_owned(),
        partner: None,
        relationship: None,
        authority: None,
        interpreter_needed: false,
    });
    let now = Timestamp::UNIX_EPOCH;
    let scheduled = VisitEvent::Scheduled {
        starts_at: now,
        duration_minutes: 30,
        participants: participants.to_vec(),
        plan: Plan::default(),
    };
    let mut visit = Visit::replay(&[(now, scheduled)]).expect("begins with the schedule");
    let by = By::Person(id(Role::Clinician));
    let admit = |role| Command::Admit { by, participant: id(role), shown: None, skip: Vec::new() };
    let mut story = vec![Command::Open { participant: id(Role::Clinician) }];
    for role in [Role::Patient, Role::Family, Role::Interpreter, Role::Observer, Role::Proxy] {
        story.push(Command::Open { participant: id(role) });
    }
    story.extend([
        admit(Role::Patient),
        admit(Role::Proxy),
        admit(Role::Observer),
        Command::Remove { by, participant: id(Role::Observer) },
        Command::Leave { participant: id(Role::Proxy) },
        Command::Decline { by, participant: id(Role::Interpreter) },
    ]);
    for command in story {
        for event in visit.decide(command, now).expect("each step is allowed") {
            visit.apply(now, &event);
        }
    }
    (visit, id)
}

fn list(visit: &Visit, viewer: Uuid, passing: Passing) -> Vec<(Role, Presence, Sources)> {
    let message = people(visit, viewer, |_| passing);
    let ServerMessage::People { people, staff_here: true, .. } = message else {
        panic!("staff is here, but {message:?}");
    };
    people.into_iter().map(|person| (person.role, person.presence, person.sources)).collect()
}

#[test]
fn staff_sees_expected_waiting_here_and_not_the_removed() {
    let (visit, id) = visit();
    let seen = list(&visit, id(Role::Clinician), Passing { sources: ON, reconnecting: false });
    let off = Sources::default();
    assert_eq!(
        seen,
        [
            (Role::Patient, Presence::Here, ON),
            (Role::Proxy, Presence::Expected, off),
            (Role::Family, Presence::Waiting, off),
            (Role::Pharmacist, Presence::Expected, off),
            (Role::Interpreter, Presence::Expected, off),
            (Role::Captioner, Presence::Expected, off),
            (Role::Coordinator, Presence::Expected, off),
        ]
    );
}

#[test]
fn the_admitted_see_who_is_here_and_who_is_coming_back() {
    let (visit, id) = visit();
    let here = list(&visit, id(Role::Patient), Passing { sources: ON, reconnecting: false });
    assert_eq!(here, [(Role::Clinician, Presence::Here, ON)]);
    let away = list(&visit, id(Role::Patient), Passing { sources: ON, reconnecting: true });
    assert_eq!(away, [(Role::Clinician, Presence::Reconnecting, ON)]);
}

#[test]
fn whoever_is_on_hold_or_confers_is_told_so_of_themselves() {
    let (mut visit, id) = visit();
    let now = Timestamp::UNIX_EPOCH;
    let of_self = |visit: &Visit, role| {
        let told = people(visit, id(role), |_| Passing::default());
        let ServerMessage::People { apart, in_sidebar, leads, .. } = told else {
            panic!("not who is here, but {told:?}");
        };
        (apart, in_sidebar, leads)
    };
    assert_eq!(of_self(&visit, Role::Patient), (None, false, false));
    assert_eq!(of_self(&visit, Role::Clinician), (None, false, true));
    let by = id(Role::Clinician);
    for command in [
        Command::Open { participant: id(Role::Pharmacist) },
        Command::SetApart { by, participant: id(Role::Patient), why: Apart::Hold },
        Command::OpenSidebar { by, with: vec![id(Role::Pharmacist)] },
    ] {
        for event in visit.decide(command, now).expect("each step is allowed") {
            visit.apply(now, &event);
        }
    }
    assert_eq!(of_self(&visit, Role::Patient), (Some(Apart::Hold), false, false));
    assert_eq!(of_self(&visit, Role::Clinician), (None, true, true));
}

#[test]
fn who_was_lost_is_coming_back_and_has_not_left() {
    let (mut visit, id) = visit();
    let now = Timestamp::UNIX_EPOCH;
    for command in [
        Command::Open { participant: id(Role::Pharmacist) },
        Command::Lose { participant: id(Role::Clinician) },
        Command::Lose { participant: id(Role::Family) },
    ] {
        for event in visit.decide(command, now).expect("each step is allowed") {
            visit.apply(now, &event);
        }
    }
    let seen = list(&visit, id(Role::Patient), Passing { sources: ON, reconnecting: false });
    let off = Sources::default();
    assert_eq!(
        seen,
        [(Role::Clinician, Presence::Reconnecting, off), (Role::Pharmacist, Presence::Here, ON)]
    );
}

#[test]
fn nobody_else_sees_anybody() {
    let (visit, id) = visit();
    let outside = [
        Role::Family,
        Role::Proxy,
        Role::Pharmacist,
        Role::Interpreter,
        Role::Captioner,
        Role::Observer,
        Role::Coordinator,
    ];
    for role in outside {
        assert_eq!(list(&visit, id(role), Passing::default()), [], "{role:?}");
    }
    assert_eq!(list(&visit, Uuid::from_u128(99), Passing::default()), []);
}

#[test]
fn slots_follow_the_plan_within_their_limits() {
    let of = |planned| {
        let SlotCount { audio, video } = slots(planned);
        (audio, video)
    };
    let small = [(0, (1, 2)), (1, (1, 2)), (2, (1, 2)), (4, (3, 4)), (12, (11, 12))];
    let large = [(16, (15, 12)), (50, (15, 12)), (100, (15, 6))];
    let table = small.into_iter().chain(large);
    for (planned, expected) in table {
        assert_eq!(of(planned), expected, "{planned} planned");
    }
}
