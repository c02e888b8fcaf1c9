//! The rules of a visit by themselves: whole visits, decided and applied, without a store.
//!
//! In: how long. Out: events a second on one core.
//! Never: a clock inside the visit; its time is counted on by the bench.

use bedside_signaling::visit::{Answer, By, Command, Expected, Plan, Visit, VisitEvent};
use bedside_signaling_api::person::Method;
use bedside_signaling_api::policy::{Gate, Purpose};
use bedside_signaling_api::role::Role;
use jiff::{SignedDuration, Timestamp};
use std::hint::black_box;
use std::time::{Duration, Instant};
use uuid::Uuid;

const CLINICIAN: Uuid = Uuid::from_u128(1);
const PATIENT: Uuid = Uuid::from_u128(2);
const FAMILY: Uuid = Uuid::from_u128(3);

/// Events a second of whole visits, one after another.
pub(crate) fn events_a_second(each: Duration) -> f64 {
    let (began, mut events) = (Instant::now(), 0_u32);
    while began.elapsed() < each {
        for _ in 0..1_000 {
            events = events.saturating_add(black_box(live(black_box(Timestamp::UNIX_EPOCH))));
        }
    }
    f64::from(events) / began.elapsed().as_secs_f64()
}

/// One visit from its schedule to its end; how many events it came to.
fn live(start: Timestamp) -> u32 {
    let log = [(start, scheduled(start))];
    let Some(mut visit) = Visit::replay(&log) else { return 0 };
    let (mut now, mut count) = (start, 1);
    for command in life() {
        now = now.saturating_add(SignedDuration::from_secs(1)).unwrap_or(now);
        for event in visit.decide(command, now).unwrap_or_default() {
            visit.apply(now, &event);
            count += 1;
        }
    }
    count
}

fn scheduled(starts_at: Timestamp) -> VisitEvent {
    let people = [
        (CLINICIAN, Role::Clinician, "Dr. Osei"),
        (PATIENT, Role::Patient, "Maria"),
        (FAMILY, Role::Family, "Ana"),
    ];
    let participants = people.map(|(id, role, name)| Expected {
        id,
        role,
        language: "en".to_owned(),
        display_name: name.to_owned(),
        partner: None,
        relationship: None,
        authority: None,
        interpreter_needed: false,
    });
    VisitEvent::Scheduled {
        starts_at,
        duration_minutes: 30,
        participants: participants.to_vec(),
        plan: Plan::default(),
    }
}

fn life() -> [Command; 17] {
    let by = By::Person(CLINICIAN);
    let open = |participant| Command::Open { participant };
    let admit = |participant| Command::Admit { by, participant, shown: None, skip: Vec::new() };
    let check = |gate, method| Command::Check {
        by: By::Person(PATIENT),
        participant: PATIENT,
        gate,
        method,
        passed: true,
    };
    let consent = |purpose, answer| Command::Consent {
        by: By::Person(PATIENT),
        participant: PATIENT,
        purpose,
        answer,
    };
    let yes = || Answer::Give { version: "2026-11".to_owned(), language: "en".to_owned() };
    [
        open(PATIENT),
        check(Gate::Location, Method::Stated),
        check(Gate::Callback, Method::Stated),
        check(Gate::Device, Method::Measured),
        consent(Purpose::Telehealth, yes()),
        open(CLINICIAN),
        admit(PATIENT),
        consent(Purpose::Recording, yes()),
        open(FAMILY),
        admit(FAMILY),
        Command::Lose { participant: FAMILY },
        open(FAMILY),
        consent(Purpose::Recording, Answer::Withdraw),
        Command::Extend { by, minutes: 10 },
        Command::Leave { participant: FAMILY },
        Command::Wake,
        Command::End { by, outcome: None, skip: Vec::new() },
    ]
}
