//! A visit that is recorded, from the page to the recorder and the media plane and back. The test
//! plays the recorder's part.

use super::house::{HASTY, House, PATIENT, RECIPIENTS};
use super::page::{Page, patiently};
use crate::hub::Limits;
use crate::store::Actor;
use crate::visit::{By, Command as Wish, Phase, Visit, VisitEvent};
use bedside_sfu_api::{Command, ParticipantId, Tap};
use bedside_signaling_api::care::{ConsentAnswer, Skip, SkipOf};
use bedside_signaling_api::policy::{Gate, Purpose};
use bedside_signaling_api::recorder::{
    RecorderCommand, RecorderEvent, RecordingFailure, Summary, Take,
};
use bedside_signaling_api::recording::{RecordingAction, RecordingState, RestReason};
use bedside_signaling_api::role::Role;
use bedside_signaling_api::socket::{
    Capability, ClientMessage, Presence, RefusalCode, ServerMessage, Sources, Standing,
};
use serde_json::{Value, json};
use std::time::Duration;
use uuid::Uuid;

/// What a page was told of the recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Lamp {
    state: RecordingState,
    taken: bool,
    why: Option<RestReason>,
    failure: Option<RecordingFailure>,
}

fn lamp(message: &ServerMessage) -> Option<Lamp> {
    if let ServerMessage::Recording { state, taken, why, failure, since: _ } = message {
        Some(Lamp { state: *state, taken: *taken, why: *why, failure: *failure })
    } else {
        None
    }
}

async fn until_lamp(page: &mut Page, state: RecordingState) -> Lamp {
    page.until(|message| lamp(message).filter(|lamp| lamp.state == state)).await
}

fn under(policy: &str) -> Value {
    let person = |role| json!({"role": role, "display_name": format!("The {role}")});
    json!({
        "duration_minutes": 30,
        "policy": policy,
        "participants": [person("patient"), person("family"), person("clinician")],
    })
}

fn says(purpose: Purpose, answer: ConsentAnswer) -> ClientMessage {
    ClientMessage::Consent { participant: None, purpose, answer }
}

fn yes() -> ConsentAnswer {
    ConsentAnswer::Give { version: "2026-11".to_owned(), language: "en".to_owned() }
}

fn record(action: RecordingAction) -> ClientMessage {
    ClientMessage::Record { action }
}

/// Patient and clinician, in the visit, who have agreed to be recorded.
struct Company {
    house: House,
    clinician: Page,
    patient: Page,
}

impl Company {
    async fn under(policy: &str) -> Self {
        Self::with(policy, PATIENT, 64).await
    }

    async fn with(policy: &str, limits: Limits, queue: usize) -> Self {
        let house = House::with_visit_and(under(policy), limits, queue).await;
        let mut clinician = house.open(Role::Clinician).await;
        clinician.until_standing(Standing::Admitted).await;
        clinician.say(says(Purpose::Recording, yes())).await;
        let mut patient = house.open(Role::Patient).await;
        for purpose in [Purpose::Telehealth, Purpose::Recording] {
            patient.say(says(purpose, yes())).await;
        }
        let mut company = Self { house, clinician, patient };
        company.let_in(Role::Patient).await;
        company.patient.until_standing(Standing::Admitted).await;
        company
    }

    /// The clinician lets somebody in who has agreed to be seen.
    async fn let_in(&mut self, role: Role) {
        let participant = self.house.id(role);
        self.clinician
            .until(|message| match message {
                ServerMessage::People { people, .. } => people
                    .iter()
                    .find(|person| person.participant == participant)
                    .and_then(|person| person.readiness.as_ref())
                    .filter(|ready| ready.agreed.contains(&Purpose::Telehealth))
                    .map(|_| ()),
                _ => None,
            })
            .await;
        let skip = [Gate::Location, Gate::Callback]
            .map(|gate| Skip { gate, reason: "a test".to_owned() })
            .to_vec();
        self.clinician.say(ClientMessage::Admit { participant, shown: None, skip }).await;
        self.clinician.until_person(participant, Presence::Here).await;
    }

    /// What the recorder is told to take next.
    async fn take(&mut self) -> Take {
        match self.house.recorder_told().await {
            RecorderCommand::Record(take) => *take,
            other => panic!("somebody was to be taken, but {other:?}"),
        }
    }

    /// What the media plane is told to hand out next.
    async fn tap(&mut self) -> Option<Tap> {
        loop {
            if let Command::Tap { room, tap } = self.house.told().await {
                assert_eq!(room, self.house.room());
                return tap;
            }
        }
    }

    async fn says_durable(&self, take: &Take) {
        let (recording, turn) = (take.recording, take.turn);
        self.house.recorder_says(RecorderEvent::Durable { recording, turn }).await;
    }

    /// A recording with a part on a disk.
    async fn recording(policy: &str) -> (Self, Take) {
        let mut company = Self::under(policy).await;
        company.clinician.say(record(RecordingAction::Start)).await;
        let take = company.take().await;
        assert!(company.tap().await.is_some());
        company.says_durable(&take).await;
        until_lamp(&mut company.clinician, RecordingState::On).await;
        (company, take)
    }

    async fn names(&self) -> Vec<&'static str> {
        let log = self.house.log().await;
        let of_recordings = log.iter().filter(|event| event.recording().is_some());
        of_recordings.map(VisitEvent::name).collect()
    }
}

fn people(take: &Take) -> Vec<(Uuid, &str)> {
    take.people.iter().map(|one| (one.participant, one.label.as_str())).collect()
}

#[tokio::test]
async fn staff_starts_it_and_the_lamp_follows_the_disk() {
    let mut company = Company::under("us-all-party").await;
    company.patient.say(record(RecordingAction::Start)).await;
    assert_eq!(company.patient.until_refused().await.1, RefusalCode::NotAllowed);
    company.clinician.say(record(RecordingAction::Start)).await;
    let take = company.take().await;
    let (patient, clinician) = (company.house.id(Role::Patient), company.house.id(Role::Clinician));
    assert_eq!(people(&take), [(patient, "The patient"), (clinician, "The clinician")]);
    assert_eq!(
        (take.visit, take.recipients.as_slice()),
        (company.house.visit, RECIPIENTS.map(str::to_owned).as_slice(),)
    );
    let tap = company.tap().await.expect("they are to be recorded");
    assert_eq!(tap.turn.0, take.turn);
    assert_eq!(tap.people, [ParticipantId(patient), ParticipantId(clinician)]);
    let starting = until_lamp(&mut company.patient, RecordingState::Starting).await;
    assert!(starting.taken, "whoever may be in it knows at once");
    let (recording, turn) = (take.recording, take.turn - 1);
    company.house.recorder_says(RecorderEvent::Durable { recording, turn }).await;
    company.says_durable(&take).await;
    until_lamp(&mut company.patient, RecordingState::On).await;
    assert_eq!(company.names().await, ["recording_asked", "recording_started"]);
    let mut again = company.house.open(Role::Patient).await;
    let on = until_lamp(&mut again, RecordingState::On).await;
    assert!(on.taken, "a reload shows it");
    company.clinician.say(record(RecordingAction::Stop)).await;
    assert_eq!(company.house.recorder_told().await, RecorderCommand::Stop { recording });
    assert_eq!(company.tap().await, None);
    until_lamp(&mut again, RecordingState::Off).await;
}

#[tokio::test]
async fn a_withdrawal_reaches_recorder_and_media_plane_before_any_page() {
    let (mut company, take) = Company::recording("us-all-party").await;
    company.patient.say(says(Purpose::Recording, ConsentAnswer::Withdraw)).await;
    let rests = until_lamp(&mut company.clinician, RecordingState::Paused).await;
    assert_eq!((rests.why, rests.taken), (Some(RestReason::Consent), false));
    let recording = take.recording;
    let told = company.house.service.recorder.try_recv();
    assert_eq!(told, Ok(RecorderCommand::Pause { recording }), "before the page hears");
    let mut taps = Vec::new();
    while let Ok(command) = company.house.service.commands.try_recv() {
        if let Command::Tap { tap, .. } = command {
            taps.push(tap);
        }
    }
    assert_eq!(taps, [None], "before the page hears");
    company.clinician.say(record(RecordingAction::Resume)).await;
    company.patient.say(says(Purpose::Recording, yes())).await;
    let anew = company.take().await;
    assert!(anew.turn > take.turn, "{} after {}", anew.turn, take.turn);
    assert_eq!(anew.recording, recording);
    until_lamp(&mut company.clinician, RecordingState::Starting).await;
    company.says_durable(&take).await;
    company.says_durable(&anew).await;
    until_lamp(&mut company.clinician, RecordingState::On).await;
    let names = company.names().await;
    assert_eq!(names[2..], ["recording_paused", "recording_asked", "recording_resumed"]);
}

#[tokio::test]
async fn who_has_not_agreed_stays_out_and_the_others_go_on() {
    let (mut company, take) = Company::recording("us-one-party").await;
    company.patient.say(says(Purpose::Recording, ConsentAnswer::Withdraw)).await;
    let without = company.take().await;
    let clinician = company.house.id(Role::Clinician);
    assert_eq!(people(&without), [(clinician, "The clinician")]);
    assert!(without.turn > take.turn);
    assert_eq!(company.tap().await.map(|tap| tap.people), Some(vec![ParticipantId(clinician)]));
    let page = &mut company.patient;
    let out = page.until(|message| lamp(message).filter(|lamp| !lamp.taken)).await;
    assert_eq!(out.state, RecordingState::On, "the others are recorded, and they know");
}

#[tokio::test]
async fn a_room_made_anew_is_told_whom_to_hand_out() {
    let (mut company, take) = Company::recording("us-all-party").await;
    let offer = ClientMessage::Offer {
        number: 1,
        sdp: "v=0 offer".to_owned(),
        sources: Sources::default(),
    };
    company.patient.say(offer).await;
    assert_eq!(company.tap().await.map(|tap| tap.turn.0), Some(take.turn), "the same turn");
}

#[tokio::test]
async fn a_recording_goes_on_after_a_crash_in_a_new_turn() {
    let (mut company, take) = Company::recording("us-all-party").await;
    company.house.restart(PATIENT).await;
    assert_eq!(company.house.service.store.recorded_visits().await.unwrap(), [company.house.visit]);
    let mut clinician = company.house.open(Role::Clinician).await;
    let anew = company.take().await;
    assert_eq!((anew.recording, people(&anew)), (take.recording, people(&take)));
    assert!(anew.turn > take.turn && anew.recipients == RECIPIENTS);
    let gap = until_lamp(&mut clinician, RecordingState::Paused).await;
    assert_eq!(gap.why, Some(RestReason::Failure));
    assert_eq!(gap.failure, Some(RecordingFailure::Restarted));
    company.says_durable(&anew).await;
    until_lamp(&mut clinician, RecordingState::On).await;
    let names = company.names().await;
    assert_eq!(names[2..], ["recording_failed", "recording_paused", "recording_resumed"]);
}

#[tokio::test]
async fn a_recorder_that_starts_anew_is_told_again() {
    let (mut company, take) = Company::recording("us-all-party").await;
    let (recording, failure) = (take.recording, RecordingFailure::Restarted);
    company.house.recorder_says(RecorderEvent::Failed { recording, failure, over: false }).await;
    let anew = company.take().await;
    assert!(anew.turn > take.turn && people(&anew) == people(&take));
    until_lamp(&mut company.patient, RecordingState::Paused).await;
    company.says_durable(&anew).await;
    let on = until_lamp(&mut company.patient, RecordingState::On).await;
    assert_eq!(on.failure, None);
}

#[tokio::test]
async fn what_is_on_no_disk_in_time_is_told_to_staff_as_failed() {
    let mut company = Company::under("us-all-party").await;
    company.clinician.say(record(RecordingAction::Start)).await;
    let take = company.take().await;
    assert!(company.tap().await.is_some());
    let failed = until_lamp(&mut company.clinician, RecordingState::Failed).await;
    assert_eq!(failed.failure, Some(RecordingFailure::NotStarted));
    let told = until_lamp(&mut company.patient, RecordingState::Failed).await;
    assert_eq!(told.failure, None, "what is wrong inside is staff's matter");
    let recording = take.recording;
    assert_eq!(company.house.recorder_told().await, RecorderCommand::Stop { recording });
    assert_eq!(company.tap().await, None);
    company.clinician.say(record(RecordingAction::Start)).await;
    assert_ne!(company.take().await.recording, recording, "another start, another recording");
}

/// Actors that lie down as soon as they are alone.
const SLEEPY: Limits = Limits { linger: Duration::ZERO, ..HASTY };

#[tokio::test]
async fn it_ends_with_the_visit_and_is_sealed_while_the_visit_sleeps() {
    let (mut company, take) = Company::recording("us-all-party").await;
    let participant = company.house.id(Role::Patient);
    let reason = "a test".to_owned();
    let skip = vec![SkipOf { participant, gate: Gate::Identity, reason }];
    company.clinician.say(ClientMessage::End { outcome: None, skip }).await;
    company.clinician.until_standing(Standing::Ended).await;
    let recording = take.recording;
    assert_eq!(company.house.recorder_told().await, RecorderCommand::Stop { recording });
    company.house.restart(SLEEPY).await;
    let summary = Summary { parts: 7, ..Summary::default() };
    let sealed = RecorderEvent::Sealed { recording, summary: summary.clone() };
    company.house.recorder_says(sealed).await;
    // A recording nobody asked for is passed over, and the ones behind it are not held up.
    let other = Uuid::from_u128(9);
    company.house.recorder_says(RecorderEvent::Recovered { recording: other }).await;
    let kept = patiently(async {
        loop {
            let store = &company.house.service.store;
            let stored = store.load_visit(company.house.visit).await.unwrap().unwrap();
            let visit = Visit::replay(&stored.events).unwrap();
            let kept = visit.recording_of(recording).expect("it was asked for").clone();
            if kept.summary.is_some() {
                return kept;
            }
        }
    })
    .await;
    assert_eq!((kept.phase, kept.summary), (Phase::Stopped, Some(summary)));
}

#[tokio::test]
async fn a_recorder_that_is_busy_or_gone_holds_nothing_up() {
    let mut company = Company::with("us-all-party", PATIENT, 1).await;
    let visit = company.house.visit;
    let hub = company.house.service.hub.clone();
    let drained =
        std::mem::replace(&mut company.house.service.commands, tokio::sync::mpsc::channel(1).1);
    drop(drained);
    let by = By::Desk;
    let start = || Wish::StartRecording { by, recording: Uuid::now_v7() };
    for _ in 0..3 {
        hub.command(visit, Actor::Clock, start()).await.expect("nothing waits for the recorder");
        let stop = Wish::StopRecording { by };
        hub.command(visit, Actor::Clock, stop).await.expect("nothing waits for the recorder");
    }
    let mut ids = Vec::new();
    for _ in 0..3 {
        let take = company.take().await;
        let recording = take.recording;
        assert_eq!(company.house.recorder_told().await, RecorderCommand::Stop { recording });
        ids.push(recording);
    }
    ids.dedup();
    assert_eq!(ids.len(), 3, "in order, and each once");
    company.house.service.recorder.close();
    company.clinician.say(record(RecordingAction::Start)).await;
    assert_eq!(company.clinician.until_refused().await.1, RefusalCode::RecordingUnavailable);
}

#[tokio::test]
async fn only_where_the_rules_allow_it_a_page_may_record() {
    for (policy, allowed) in [("us-all-party", true), ("de-31b", false)] {
        let house = House::with_visit(under(policy)).await;
        let mut clinician = house.open(Role::Clinician).await;
        let can = clinician
            .until(|message| match message {
                ServerMessage::Welcome { can, .. } => Some(can.clone()),
                _ => None,
            })
            .await;
        assert_eq!(can.contains(&Capability::Record), allowed, "{policy}");
        clinician.say(record(RecordingAction::Start)).await;
        if allowed {
            until_lamp(&mut clinician, RecordingState::Paused).await;
        } else {
            let refused = clinician.until_refused().await;
            assert_eq!(refused, ("record".to_owned(), RefusalCode::RecordingNotAllowed));
        }
    }
}
