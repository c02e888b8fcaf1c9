//! Random lives of visits, and the invariants that hold in all of them; then the rules one by
//! one.

mod attend;
mod captions;
mod door;
mod interpret;
mod lesson;
mod plan;
mod private;
mod ready;
mod record;
mod time;

use super::{
    Answer, AttendEvent, By, Circle, Command, Expected, Place, Plan, RecorderWord, Refusal, Seat,
    Skip, Visit, VisitEvent,
};
use bedside_signaling_api::person::{Apart, Method};
use bedside_signaling_api::policy::{Gate, Need, Policy, Purpose};
use bedside_signaling_api::role::Role;
use bedside_signaling_api::visit::{Segment, SegmentKind, VisitState};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use std::collections::HashSet;
use uuid::Uuid;

/// Seats of the visits in these tests: one of each role, and one id that has no seat.
const STRANGER: u128 = 99;

fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

fn seat_of(role: Role) -> Uuid {
    let index = Role::ALL.iter().position(|each| *each == role).expect("every role is in ALL");
    id(index as u128)
}

fn scheduled() -> VisitEvent {
    scheduled_under(Policy::default())
}

fn scheduled_under(policy: Policy) -> VisitEvent {
    let segment = |kind, role| Segment { kind, minutes: 15, led_by: vec![role] };
    let plan = Plan {
        policy,
        segments: vec![
            segment(SegmentKind::Consultation, Role::Clinician),
            segment(SegmentKind::Counselling, Role::Pharmacist),
        ],
        ..Plan::default()
    };
    let participants = Role::ALL.into_iter().map(|role| expected(seat_of(role), role)).collect();
    VisitEvent::Scheduled { starts_at: start(), duration_minutes: 30, participants, plan }
}

fn start() -> Timestamp {
    "2026-12-01T09:30:00Z".parse().expect("a date of RFC 3339")
}

/// A visit, its log beside it, and a clock that only the test turns.
struct Story {
    visit: Visit,
    log: Vec<(Timestamp, VisitEvent)>,
    now: Timestamp,
}

impl Story {
    fn new() -> Self {
        Self::under(Policy::default())
    }

    /// Under a profile that comes with the product.
    fn under_profile(name: &str) -> Self {
        Self::under(crate::policy::named(name).expect("a profile").clone())
    }

    fn under(policy: Policy) -> Self {
        let log = vec![(start(), scheduled_under(policy))];
        let visit = Visit::replay(&log).expect("the log begins with the schedule");
        Self { visit, log, now: start() }
    }

    fn give(&mut self, command: Command) -> Result<Vec<VisitEvent>, Refusal> {
        let events = self.visit.decide(command, self.now)?;
        for event in &events {
            self.visit.apply(self.now, event);
            self.log.push((self.now, event.clone()));
        }
        Ok(events)
    }

    fn open(&mut self, role: Role) {
        self.give(Command::Open { participant: seat_of(role) }).expect("the door is open");
    }

    fn live() -> Self {
        let mut story = Self::new();
        story.open(Role::Patient);
        story.open(Role::Clinician);
        story
    }

    fn place(&self, role: Role) -> Place {
        self.visit.seat(seat_of(role)).expect("every role has a seat").place
    }
}

fn by_clinician(make: impl Fn(Uuid, Uuid) -> Command, role: Role) -> Command {
    make(seat_of(Role::Clinician), seat_of(role))
}

fn admit(role: Role) -> Command {
    by_clinician(admits, role)
}

fn admits(by: Uuid, participant: Uuid) -> Command {
    Command::Admit { by: By::Person(by), participant, shown: None, skip: Vec::new() }
}

fn end(by: Uuid) -> Command {
    Command::End { by: By::Person(by), outcome: None, skip: Vec::new() }
}

fn decline(role: Role) -> Command {
    by_clinician(|by, participant| Command::Decline { by: By::Person(by), participant }, role)
}

fn remove(role: Role) -> Command {
    by_clinician(|by, participant| Command::Remove { by: By::Person(by), participant }, role)
}

fn anybody() -> impl Strategy<Value = Uuid> {
    prop_oneof![20 => (0..9_u128).prop_map(id), 1 => Just(id(STRANGER))]
}

fn by_anybody() -> impl Strategy<Value = By> {
    prop_oneof![3 => anybody().prop_map(By::Person), 1 => Just(By::Desk)]
}

fn any_gate() -> impl Strategy<Value = Gate> {
    prop::sample::select(Gate::ALL.to_vec())
}

fn skip(gate: Gate) -> Skip {
    Skip { gate, reason: "because".to_owned() }
}

fn any_answer() -> impl Strategy<Value = Answer> {
    let give = Answer::Give { version: "1".to_owned(), language: "en".to_owned() };
    prop_oneof![3 => Just(give), 1 => Just(Answer::Refuse), 1 => Just(Answer::Withdraw)]
}

fn any_command() -> impl Strategy<Value = Command> {
    prop_oneof![
        3 => any_coming_and_going(),
        2 => any_wish(),
        1 => any_plan(),
        1 => record::any_recording(),
        1 => interpret::any_interpretation(),
        1 => attend::any_attendance(),
    ]
}

fn any_coming_and_going() -> impl Strategy<Value = Command> {
    let admit = (by_anybody(), anybody(), prop::option::of(any_gate()));
    prop_oneof![
        8 => anybody().prop_map(|participant| Command::Open { participant }),
        6 => admit.prop_map(|(by, participant, gate)| Command::Admit {
            by, participant, shown: None, skip: gate.map(skip).into_iter().collect(),
        }),
        2 => (by_anybody(), anybody())
            .prop_map(|(by, participant)| Command::Decline { by, participant }),
        2 => (by_anybody(), anybody())
            .prop_map(|(by, participant)| Command::Remove { by, participant }),
        3 => anybody().prop_map(|participant| Command::Leave { participant }),
        3 => anybody().prop_map(|participant| Command::Lose { participant }),
        1 => by_anybody()
            .prop_map(|by| Command::End { by, outcome: None, skip: Vec::new() }),
        1 => Just(Command::Cancel),
        4 => Just(Command::Wake),
    ]
}

fn any_wish() -> impl Strategy<Value = Command> {
    let check = (by_anybody(), anybody(), any_gate(), any::<bool>(), any::<bool>());
    let consent =
        (by_anybody(), anybody(), prop::sample::select(Purpose::ALL.to_vec()), any_answer());
    prop_oneof![
        4 => check.prop_map(|(by, participant, gate, staff, passed)| Command::Check {
            by, participant, gate, passed,
            method: if staff { Method::Visual } else { Method::TwoIdentifiers },
        }),
        2 => (by_anybody(), anybody(), any_gate())
            .prop_map(|(by, participant, gate)| {
                Command::Deviate { by, participant, skip: skip(gate) }
            }),
        6 => consent.prop_map(|(by, participant, purpose, answer)| {
            Command::Consent { by, participant, purpose, answer }
        }),
        2 => (anybody(), prop::collection::vec(anybody(), 0..3))
            .prop_map(|(by, with)| Command::OpenSidebar { by, with }),
        1 => anybody().prop_map(|by| Command::CloseSidebar { by }),
        2 => (anybody(), anybody()).prop_map(|(by, participant)| {
            Command::SetApart { by, participant, why: Apart::Hold }
        }),
        1 => (anybody(), anybody())
            .prop_map(|(by, participant)| Command::BringBack { by, participant }),
        1 => (anybody(), anybody()).prop_map(|(by, to)| Command::OfferHandOver { by, to }),
        1 => anybody().prop_map(|by| Command::AcceptHandOver { by }),
    ]
}

fn any_plan() -> impl Strategy<Value = Command> {
    let moved = (-3_000..3_000_i64, 5..480_u16);
    prop_oneof![
        moved.prop_map(|(minutes, duration_minutes)| Command::Reschedule {
            starts_at: start() + SignedDuration::from_mins(minutes),
            duration_minutes,
        }),
        any_transfer(),
        (by_anybody(), 0..600_u16).prop_map(|(by, minutes)| Command::Extend { by, minutes }),
        anybody().prop_map(|participant| Command::Uninvite { participant }),
        (by_anybody(), 20..40_u128).prop_map(|(by, number)| Command::Invite {
            by,
            expected: expected(id(number), Role::Family),
        }),
        (by_anybody(), anybody())
            .prop_map(|(by, participant)| Command::RenewLink { by, participant }),
        (by_anybody(), 0..3_u16).prop_map(|(by, segment)| Command::StartSegment { by, segment }),
        by_anybody().prop_map(|by| Command::ConfirmNoShow { by }),
        by_anybody().prop_map(|by| Command::DismissNoShow { by }),
    ]
}

fn any_transfer() -> impl Strategy<Value = Command> {
    let queue = || prop::sample::select(vec!["day", "night"]).prop_map(str::to_owned);
    (queue(), prop::option::of(queue())).prop_map(|(queue, from)| plan::transfer(&queue, from))
}

fn expected(id: Uuid, role: Role) -> Expected {
    Expected {
        id,
        role,
        language: "en".to_owned(),
        display_name: role.name().to_owned(),
        partner: None,
        relationship: None,
        authority: None,
        interpreter_needed: false,
    }
}

fn any_policy() -> impl Strategy<Value = Policy> {
    prop::sample::select(crate::policy::profiles().to_vec())
}

/// What the log alone says, kept apart from the machine's own books.
#[derive(Default)]
struct Books {
    admitted: HashSet<Uuid>,
    removed: HashSet<Uuid>,
    /// Who has agreed to what, by the last word.
    agreed: HashSet<(Uuid, Purpose)>,
    /// A no-show was proposed and nobody has settled it.
    proposed: bool,
    over: Option<VisitState>,
}

impl Books {
    fn write(&mut self, event: &VisitEvent) {
        let late = matches!(
            event,
            VisitEvent::RecordingSealed { .. }
                | VisitEvent::RecordingFailed { .. }
                | VisitEvent::Attend(AttendEvent::ExperienceTold { .. })
        );
        assert!(self.over.is_none() || late, "{event:?} after the end");
        if let VisitEvent::Admitted { participant, .. } = event {
            self.admitted.insert(*participant);
        }
        if let VisitEvent::Removed { participant, .. } | VisitEvent::Uninvited { participant } =
            event
        {
            self.removed.insert(*participant);
        }
        if let VisitEvent::ConsentGiven { participant, purpose, .. } = event {
            self.agreed.insert((*participant, *purpose));
        }
        if let VisitEvent::ConsentRefused { participant, purpose }
        | VisitEvent::ConsentWithdrawn { participant, purpose } = event
        {
            self.agreed.remove(&(*participant, *purpose));
        }
        if matches!(event, VisitEvent::NoShowDismissed { .. } | VisitEvent::Rescheduled { .. }) {
            self.proposed = false;
        }
        if matches!(event, VisitEvent::NoShowProposed) {
            self.proposed = true;
        }
        if matches!(event, VisitEvent::NoShowConfirmed { .. }) {
            assert!(self.proposed, "a no-show nobody proposed");
            self.over = Some(VisitState::NoShow);
        }
        if matches!(event, VisitEvent::Ended { .. }) {
            self.over = Some(VisitState::Ended);
        }
        if matches!(event, VisitEvent::Cancelled) {
            self.over = Some(VisitState::Cancelled);
        }
    }

    fn agree_with(&self, visit: &Visit) {
        for seat in visit.seats() {
            if seat.place == Place::Here {
                assert!(self.admitted.contains(&seat.id), "here before admission");
                assert!(!self.removed.contains(&seat.id), "here after removal");
            }
            assert_eq!(
                visit.is_here(seat.id),
                seat.place == Place::Here && self.over.is_none(),
                "nobody is in a visit that is over"
            );
            assert_eq!(seat.place == Place::Removed, self.removed.contains(&seat.id));
        }
        let anybody_here = visit.seats().iter().any(|seat| visit.is_here(seat.id));
        assert!(!anybody_here || visit.went_live, "media outside a live visit");
        if let Some(over) = self.over {
            assert_eq!(visit.state(), over, "the end is final");
            return;
        }
        self.agree_on_circles(visit);
        for seat in visit.seats() {
            let waits = seat.place == Place::Waiting;
            assert!(!waits || seat.waiting_since.is_some(), "a place without a beginning");
            let telehealth = visit.policy().consent(Purpose::Telehealth, seat.role);
            if self.admitted.contains(&seat.id) && telehealth == Need::Required {
                let answered = seat.decision_by_purpose.contains_key(&Purpose::Telehealth);
                assert!(answered, "let in and never asked");
            }
        }
    }

    /// Everybody in the visit is in one circle, and nobody is with others whom somebody in the
    /// visit has not agreed to.
    fn agree_on_circles(&self, visit: &Visit) {
        let circles = visit.circles();
        let seats = visit.seats().iter();
        let inside: Vec<_> =
            seats.filter(|s| matches!(s.place, Place::Here | Place::Away)).collect();
        assert_eq!(circles.len(), inside.len(), "one circle a person");
        let confer = circles.iter().filter(|(_, circle)| *circle == Circle::Sidebar).count();
        assert_ne!(confer, 1, "nobody confers alone");
        for (id, circle) in circles {
            let seat = visit.seat(id).expect("it is from the list");
            let asks = [(Role::Observer, Purpose::Observers), (Role::Captioner, Purpose::Captions)];
            let asked = asks.into_iter().find(|(role, _)| *role == seat.role);
            let Some((_, purpose)) = asked else { continue };
            let needed = |seat: &&&Seat| {
                let need = visit.policy().consent(purpose, seat.role);
                matches!(need, Need::Required | Need::Skippable)
            };
            let all =
                inside.iter().filter(needed).all(|seat| self.agreed.contains(&(seat.id, purpose)));
            assert!(all || matches!(circle, Circle::Alone(_)), "watched without consent");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_life_of_a_visit_keeps_the_invariants(
        policy in any_policy(),
        steps in prop::collection::vec((any_command(), 0..4_000_i64), 0..160)
    ) {
        let mut story = Story::under(policy);
        let mut books = Books::default();
        for (command, seconds) in steps {
            story.now += SignedDuration::from_secs(seconds);
            let (visit_before, lines_before) = (story.visit.clone(), story.log.len());
            match story.give(command) {
                Ok(events) => events.iter().for_each(|event| books.write(event)),
                Err(_) => {
                    prop_assert_eq!(&story.visit, &visit_before);
                    prop_assert_eq!(story.log.len(), lines_before);
                }
            }
            books.agree_with(&story.visit);
            interpret::agree_on_channels(&story.visit);
        }
        let replayed = Visit::replay(&story.log);
        prop_assert_eq!(replayed.as_ref(), Some(&story.visit));
    }

    #[test]
    fn a_log_in_any_order_lets_nobody_in_unadmitted(
        lines in prop::collection::vec((0..9_u128, 0..6_u8), 0..60)
    ) {
        let mut visit = Story::new().visit;
        let mut books = Books::default();
        for (who, what) in lines {
            let participant = id(who);
            let event = match what {
                0 => VisitEvent::Arrived { participant },
                1 => VisitEvent::Admitted { participant, by: None },
                2 => VisitEvent::Returned { participant },
                3 => VisitEvent::Lost { participant },
                4 => VisitEvent::Left { participant },
                _ => VisitEvent::Removed { participant, by: Some(id(0)) },
            };
            books.write(&event);
            visit.apply(start(), &event);
            for seat in visit.seats().iter().filter(|seat| seat.place == Place::Here) {
                prop_assert!(books.admitted.contains(&seat.id));
                prop_assert!(!books.removed.contains(&seat.id));
            }
        }
    }

    #[test]
    fn events_survive_the_store(
        policy in any_policy(), steps in prop::collection::vec(any_command(), 0..60)
    ) {
        let mut story = Story::under(policy);
        for command in steps {
            let _refused_or_not = story.give(command);
        }
        for (_, event) in &story.log {
            let text = serde_json::to_string(event).expect("events are JSON");
            let back: VisitEvent = serde_json::from_str(&text).expect("as written");
            prop_assert_eq!(&back, event);
            let name = format!("\"event\":\"{}\"", event.name());
            prop_assert!(text.contains(&name), "{} in {}", name, text);
        }
    }
}
