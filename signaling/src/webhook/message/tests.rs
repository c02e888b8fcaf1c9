//! One of each event, and what is told of it.

use super::{message_id, message_uuid, of};
use crate::visit::{
    AttendEvent, Direction, Expected, InterpretEvent, LessonEvent, Material, Plan, Tongue,
    VisitEvent,
};
use bedside_signaling_api::attend::{Experience, Topic};
use bedside_signaling_api::interpreting::InterpretingMode;
use bedside_signaling_api::person::{Apart, Method, Outcome};
use bedside_signaling_api::policy::{Gate, Purpose};
use bedside_signaling_api::recorder::{RecordingFailure, Summary};
use bedside_signaling_api::recording::RestReason;
use bedside_signaling_api::role::Role;
use bedside_signaling_api::tutorial::Audience;
use bedside_signaling_api::webhook::WebhookType;
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

const WHO: Uuid = Uuid::from_u128(1);
const STAFF: Uuid = Uuid::from_u128(2);
const RECORDING: Uuid = Uuid::from_u128(3);
/// Stands wherever an event holds words of people.
const WORDS: &str = "zebra";

fn expected() -> Expected {
    Expected {
        id: WHO,
        role: Role::Patient,
        language: WORDS.to_owned(),
        display_name: WORDS.to_owned(),
        partner: Some(WORDS.to_owned()),
        relationship: None,
        authority: None,
        interpreter_needed: true,
    }
}

/// What a closed recording is, with words where the wire has some.
fn summary() -> Summary {
    Summary { parts: 2, head: WORDS.to_owned(), signer: WORDS.to_owned(), ..Summary::default() }
}

/// One of each; the second half of `VisitEvent`'s list is below.
pub(crate) fn one_of_each() -> Vec<VisitEvent> {
    let (participant, by) = (WHO, Some(STAFF));
    let (starts_at, duration_minutes) = (Timestamp::UNIX_EPOCH, 30);
    let plan = Plan { queue: Some(WORDS.to_owned()), ..Plan::default() };
    let mut all = vec![
        VisitEvent::Scheduled { starts_at, duration_minutes, participants: vec![expected()], plan },
        VisitEvent::Rescheduled { starts_at, duration_minutes },
        VisitEvent::Transferred { queue: WORDS.to_owned() },
        VisitEvent::Extended { minutes: 5, by },
        VisitEvent::Invited { participant: expected(), by },
        VisitEvent::Uninvited { participant },
        VisitEvent::Amended {
            participant,
            language: WORDS.to_owned(),
            display_name: WORDS.to_owned(),
        },
        VisitEvent::LinkRenewed { participant },
        VisitEvent::Opened,
        VisitEvent::Arrived { participant },
        VisitEvent::Admitted { participant, by },
        VisitEvent::Declined { participant, by },
        VisitEvent::Removed { participant, by },
        VisitEvent::Left { participant },
        VisitEvent::Lost { participant },
        VisitEvent::Returned { participant },
        VisitEvent::WaitBreached { participant },
        VisitEvent::WentLive,
    ];
    all.extend(the_rest());
    all.extend(lessons());
    all.extend(interpretation());
    all.extend(attendance());
    all
}

fn lessons() -> Vec<VisitEvent> {
    let material = Material {
        tutorial: STAFF,
        title_by_language: BTreeMap::from([(WORDS.to_owned(), WORDS.to_owned())]),
        language: WORDS.to_owned(),
        films: vec![WORDS.to_owned()],
        captions: vec![WORDS.to_owned()],
        length_ms: 1,
    };
    let (language, percent) = (WORDS.to_owned(), 50);
    let all = [
        LessonEvent::Started { material: material.clone(), to: Audience::Lobby, by: STAFF },
        LessonEvent::Steered { playing: true, position_ms: 1, by: STAFF },
        LessonEvent::Ended,
        LessonEvent::Stopped { by: STAFF },
        LessonEvent::Offered { materials: vec![material], by: Some(STAFF) },
        LessonEvent::Watched { participant: WHO, tutorial: STAFF, language, percent },
    ];
    all.map(VisitEvent::Lesson).to_vec()
}

fn interpretation() -> Vec<VisitEvent> {
    let direction = Some(Direction { from: Tongue::of(WORDS), into: Tongue::of(WORDS) });
    let all = [
        InterpretEvent::ModeSet { mode: InterpretingMode::Simultaneous, by: STAFF },
        InterpretEvent::DirectionSet { participant: WHO, direction, speaks: true },
        InterpretEvent::Offered { from: STAFF, to: WHO },
        InterpretEvent::Taken { participant: WHO, from: STAFF },
        InterpretEvent::ListeningChosen { participant: WHO, language: Some(Tongue::of(WORDS)) },
    ];
    all.map(VisitEvent::Interpret).to_vec()
}

fn attendance() -> Vec<VisitEvent> {
    let all = [
        AttendEvent::VoiceOnlySet { participant: WHO, on: true, by: STAFF },
        AttendEvent::TopicCovered { topic: Topic::TeachBack, by: STAFF },
        AttendEvent::StillGiven { participant: WHO, by: STAFF },
        AttendEvent::ExperienceTold { participant: WHO, experience: Experience::Fair },
    ];
    all.map(VisitEvent::Attend).to_vec()
}

fn the_rest() -> Vec<VisitEvent> {
    let (participant, by) = (WHO, Some(STAFF));
    let (method, purpose) = (Method::Visual, Purpose::Captions);
    let (version, language) = (WORDS.to_owned(), WORDS.to_owned());
    vec![
        VisitEvent::Checked { participant, gate: Gate::Identity, method, by },
        VisitEvent::Checked { participant, gate: Gate::Location, method, by },
        VisitEvent::CheckFailed { participant, gate: Gate::Identity, method },
        VisitEvent::Deviated { participant, gate: Gate::Privacy, reason: WORDS.to_owned(), by },
        VisitEvent::ConsentGiven { participant, purpose, version, language, by },
        VisitEvent::ConsentRefused { participant, purpose },
        VisitEvent::ConsentWithdrawn { participant, purpose },
        VisitEvent::SidebarOpened { members: vec![WHO, STAFF], by: STAFF },
        VisitEvent::SidebarClosed { by },
        VisitEvent::SetApart { participant, why: Apart::Confidential, by: STAFF },
        VisitEvent::BroughtBack { participant, by: STAFF },
        VisitEvent::HandOverOffered { from: STAFF, to: WHO },
        VisitEvent::HandedOver { to: WHO },
        VisitEvent::SegmentStarted { segment: 1, by },
        VisitEvent::RecordingAsked { recording: RECORDING, by },
        VisitEvent::RecordingStarted { recording: RECORDING },
        VisitEvent::RecordingPaused { recording: RECORDING, why: RestReason::Consent, by },
        VisitEvent::RecordingResumed { recording: RECORDING },
        VisitEvent::RecordingStopped { recording: RECORDING, by },
        VisitEvent::RecordingFailed {
            recording: RECORDING,
            why: RecordingFailure::DiskFull,
            over: false,
        },
        VisitEvent::RecordingSealed { recording: RECORDING, summary: summary() },
        VisitEvent::Overran,
        VisitEvent::NoShowProposed,
        VisitEvent::NoShowDismissed { by },
        VisitEvent::NoShowConfirmed { by },
        VisitEvent::Ended { by, outcome: Some(Outcome::Emergency) },
        VisitEvent::Cancelled,
    ]
}

#[test]
fn every_type_is_sent_for_an_event_but_a_ping_and_what_outlives_a_visit() {
    let told: BTreeSet<_> = one_of_each().iter().map(|event| of(event).0).collect();
    let all: BTreeSet<_> = WebhookType::ALL.iter().copied().collect();
    let others = [WebhookType::RecordingShredded, WebhookType::RecordingErased, WebhookType::Ping];
    assert_eq!(all.difference(&told).copied().collect::<Vec<_>>(), others);
}

#[test]
fn nothing_is_told_in_words_of_people() {
    for event in one_of_each() {
        let (kind, facts) = of(&event);
        let text = serde_json::to_string(&facts).unwrap();
        assert!(!text.contains(WORDS) && !text.contains("emergency"), "{}: {text}", kind.name());
        assert_eq!(facts.participant, event.participant(), "{}", kind.name());
        assert_eq!(facts.recording, event.recording(), "{}", kind.name());
    }
}

#[test]
fn an_id_is_known_again() {
    assert_eq!(message_uuid(&message_id(WHO)), Some(WHO));
    for text in ["", "msg_", "msg_1", "00000000-0000-0000-0000-000000000001"] {
        assert_eq!(message_uuid(text), None, "{text}");
    }
}
