//! Who may be recorded, in random lives of visits and rule by rule.

use super::{
    By, Command, Place, RecorderWord, Refusal, Story, Visit, VisitEvent, admit, any_command, end,
    id, seat_of,
};
use crate::visit::recording::{Phase, STARTS_WITHIN};
use crate::visit::{Answer, Seat};
use bedside_signaling_api::person::Apart;
use bedside_signaling_api::policy::{ConsentRule, Late, Need, Policy, Purpose};
use bedside_signaling_api::recorder::{RecordingFailure, Summary};
use bedside_signaling_api::recording::RestReason;
use bedside_signaling_api::role::Role;
use bedside_signaling_api::visit::VisitState;
use jiff::SignedDuration;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

const RECORDING: Uuid = Uuid::from_u128(500);

fn any_by() -> impl Strategy<Value = By> {
    let staff = Just(By::Person(seat_of(Role::Clinician)));
    prop_oneof![4 => staff, 1 => (0..9_u128).prop_map(|n| By::Person(id(n))), 1 => Just(By::Desk)]
}

fn any_word() -> impl Strategy<Value = RecorderWord> {
    let failures = [
        RecordingFailure::DiskFull,
        RecordingFailure::Store,
        RecordingFailure::Restarted,
        RecordingFailure::TooSlow,
    ];
    let failure = (prop::sample::select(failures.to_vec()), prop::bool::weighted(0.2));
    prop_oneof![
        5 => Just(RecorderWord::Durable),
        2 => failure.prop_map(|(why, over)| RecorderWord::Failed { why, over }),
        1 => Just(RecorderWord::Recovered),
        1 => Just(RecorderWord::Sealed(Summary::default())),
    ]
}

/// What staff and the recorder may say of recordings.
pub(super) fn any_recording() -> impl Strategy<Value = Command> {
    let recording = || (500..504_u128).prop_map(id);
    prop_oneof![
        4 => (any_by(), recording())
            .prop_map(|(by, recording)| Command::StartRecording { by, recording }),
        1 => any_by().prop_map(|by| Command::PauseRecording { by }),
        2 => any_by().prop_map(|by| Command::ResumeRecording { by }),
        1 => any_by().prop_map(|by| Command::StopRecording { by }),
        4 => (recording(), any_word())
            .prop_map(|(recording, word)| Command::Recorded { recording, word }),
    ]
}

/// People who come and stay, so that there is somebody to record.
fn any_company() -> impl Strategy<Value = Command> {
    let who = || (0..9_u128).prop_map(id);
    let answer =
        prop_oneof![3 => Just(yes()), 1 => Just(Answer::Refuse), 1 => Just(Answer::Withdraw)];
    prop_oneof![
        3 => who().prop_map(|participant| Command::Open { participant }),
        3 => who().prop_map(|participant| Command::Admit {
            by: By::Person(seat_of(Role::Clinician)), participant, shown: None, skip: Vec::new(),
        }),
        6 => (who(), answer).prop_map(|(participant, answer)| Command::Consent {
            by: By::Person(participant), participant, purpose: Purpose::Recording, answer,
        }),
    ]
}

/// Every profile, allowed to record, with each rule about those who have not agreed.
fn any_rules() -> impl Strategy<Value = Policy> {
    let profile = prop::sample::select(crate::policy::profiles().to_vec());
    let late = prop_oneof![Just(Late::Pause), Just(Late::LeaveOut)];
    let needs = [Need::Off, Need::Asked, Need::Skippable, Need::Required];
    let need = prop::option::of(prop::sample::select(needs.to_vec()));
    (profile, late, need).prop_map(|(mut policy, late, need)| {
        policy.keep.recording_days = policy.keep.recording_days.max(1);
        policy.recording.late = late;
        // The gates of the profile are other tests' matter.
        policy.gates.clear();
        policy.consents.retain(|rule| rule.purpose != Purpose::Telehealth);
        let recording = policy.consents.iter_mut().find(|rule| rule.purpose == Purpose::Recording);
        if let (Some(rule), Some(need)) = (recording, need) {
            rule.need = need;
        }
        policy
    })
}

/// Boxed, since a test's stack does not hold all of them at once.
fn any_step() -> impl Strategy<Value = Command> {
    prop_oneof![
        3 => any_company().boxed(),
        3 => any_recording().boxed(),
        2 => any_command().boxed(),
    ]
    .boxed()
}

/// What the log alone says of the recording and of people's words, kept apart from the machine.
#[derive(Default)]
struct Model {
    /// The last recording, and whether anybody is to be taken for it.
    wanted: Option<(Uuid, bool)>,
    said: BTreeMap<Uuid, bool>,
}

impl Model {
    fn read(&mut self, event: &VisitEvent) {
        if let VisitEvent::RecordingAsked { recording, .. } = event {
            self.wanted = Some((*recording, true));
        }
        let failure = matches!(event, VisitEvent::RecordingPaused { why: RestReason::Failure, .. });
        if let VisitEvent::RecordingPaused { recording, .. }
        | VisitEvent::RecordingStopped { recording, .. }
        | VisitEvent::RecordingFailed { recording, over: true, .. } = event
            && self.wanted.is_some_and(|(id, _)| id == *recording)
            && !failure
        {
            self.wanted = Some((*recording, false));
        }
        if let VisitEvent::ConsentGiven { participant, purpose: Purpose::Recording, .. } = event {
            self.said.insert(*participant, true);
        }
        if let VisitEvent::ConsentRefused { participant, purpose: Purpose::Recording }
        | VisitEvent::ConsentWithdrawn { participant, purpose: Purpose::Recording } = event
        {
            self.said.insert(*participant, false);
        }
    }

    /// Who may be recorded, by the plainest reading of the rules.
    fn set(&self, visit: &Visit) -> BTreeSet<Uuid> {
        let mut set = BTreeSet::new();
        if visit.is_over() || !self.wanted.is_some_and(|(_, wanted)| wanted) {
            return set;
        }
        for seat in visit.seats() {
            let sends = !matches!(seat.role, Role::Observer | Role::Captioner);
            let need = visit.policy().consent(Purpose::Recording, seat.role);
            let alone = visit.apart(seat).is_some() || visit.sidebar().contains(&seat.id);
            if seat.place != Place::Here || alone {
                continue;
            }
            let agreed = match (need, self.said.get(&seat.id)) {
                (_, Some(false)) => false,
                (Need::Off | Need::Asked, _) => true,
                (Need::Skippable | Need::Required, said) => said == Some(&true),
            };
            if !agreed
                && visit.policy().recording.late == Late::Pause
                && (sends || need != Need::Off)
            {
                return BTreeSet::new();
            }
            if agreed && sends {
                set.insert(seat.id);
            }
        }
        set
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn nobody_is_ever_recorded_against_the_rules(
        policy in any_rules(),
        steps in prop::collection::vec(
            (any_step(), 0..40_i64),
            0..120
        )
    ) {
        let mut story = Story::under(policy);
        let mut model = Model::default();
        for (command, tenths) in steps {
            story.now += SignedDuration::from_millis(100 * tenths);
            for event in story.give(command).unwrap_or_default() {
                model.read(&event);
            }
            let set = story.visit.recordable().map(|(_, people)| people).unwrap_or_default();
            prop_assert_eq!(&set, &model.set(&story.visit));
            let wanted = model.wanted.is_some_and(|(_, wanted)| wanted);
            prop_assert_eq!(wanted, !set.is_empty(), "a wish without anybody to take");
            let recording = story.visit.recordable().map(|(recording, _)| recording);
            prop_assert_eq!(recording, model.wanted.filter(|(_, wanted)| *wanted).map(|(id, _)| id));
        }
        let replayed = Visit::replay(&story.log);
        prop_assert_eq!(replayed.as_ref(), Some(&story.visit));
    }
}

fn yes() -> Answer {
    Answer::Give { version: "1".to_owned(), language: "en".to_owned() }
}

fn start(by: Role) -> Command {
    Command::StartRecording { by: By::Person(seat_of(by)), recording: RECORDING }
}

fn says(role: Role, answer: Answer) -> Command {
    let participant = seat_of(role);
    let purpose = Purpose::Recording;
    Command::Consent { by: By::Person(participant), participant, purpose, answer }
}

fn recorder(word: RecorderWord) -> Command {
    Command::Recorded { recording: RECORDING, word }
}

/// Patient, relative and clinician; only patient and clinician are asked.
fn under(late: Late) -> Story {
    let mut policy = Policy::default();
    policy.keep.recording_days = 30;
    policy.recording.late = late;
    policy.consents.push(ConsentRule {
        purpose: Purpose::Recording,
        who: vec![Role::Patient, Role::Clinician, Role::Observer],
        need: Need::Required,
    });
    let mut story = Story::under(policy);
    for role in [Role::Patient, Role::Family, Role::Clinician] {
        story.open(role);
    }
    for role in [Role::Patient, Role::Family] {
        story.give(admit(role)).expect("staff is there");
    }
    story
}

/// Under that rule, with a recording on a disk.
fn recording(late: Late) -> Story {
    let mut story = under(late);
    for role in [Role::Patient, Role::Clinician] {
        story.give(says(role, yes())).expect("everybody speaks for themselves");
    }
    story.give(start(Role::Clinician)).expect("everybody has agreed");
    let told = story.give(recorder(RecorderWord::Durable)).expect("a word is no wish");
    assert_eq!(told, [VisitEvent::RecordingStarted { recording: RECORDING }]);
    story
}

fn taken(story: &Story) -> Vec<Role> {
    let set = story.visit.recordable().map(|(_, people)| people).unwrap_or_default();
    let seats = story.visit.seats().iter();
    seats.filter(|seat: &&Seat| set.contains(&seat.id)).map(|seat| seat.role).collect()
}

fn phase(story: &Story) -> Phase {
    story.visit.recording().expect("one was asked for").phase
}

const ALL: [Role; 3] = [Role::Patient, Role::Family, Role::Clinician];

#[test]
fn it_starts_for_whoever_may_and_where_the_rules_allow_it() {
    let mut story = under(Late::Pause);
    assert_eq!(story.give(start(Role::Patient)), Err(Refusal::NotAllowed));
    assert_eq!(story.give(start(Role::Pharmacist)), Err(Refusal::NotAllowed));
    assert_eq!(story.give(start(Role::Coordinator)), Err(Refusal::NotAdmitted));
    let pause = Command::PauseRecording { by: By::Desk };
    assert_eq!(story.give(pause), Err(Refusal::NotRecording));
    let mut plain = Story::live();
    assert_eq!(plain.give(start(Role::Clinician)), Err(Refusal::RecordingNotAllowed));
    let mut policy = Policy::default();
    policy.keep.recording_days = 30;
    let desk = Command::StartRecording { by: By::Desk, recording: RECORDING };
    assert_eq!(Story::under(policy).give(desk), Err(Refusal::NobodyHere));
}

#[test]
fn who_was_asked_and_has_not_answered_holds_it_until_they_agree() {
    let mut story = under(Late::Pause);
    let told = story.give(start(Role::Clinician)).expect("it waits for their answers");
    let paused =
        VisitEvent::RecordingPaused { recording: RECORDING, why: RestReason::Consent, by: None };
    let by = Some(seat_of(Role::Clinician));
    assert_eq!(told, [VisitEvent::RecordingAsked { recording: RECORDING, by }, paused]);
    assert_eq!(taken(&story), []);
    story.give(says(Role::Patient, yes())).expect("they may");
    assert_eq!(taken(&story), [], "the clinician is asked too");
    let told = story.give(says(Role::Clinician, yes())).expect("they may");
    assert_eq!(told.last(), Some(&VisitEvent::RecordingAsked { recording: RECORDING, by: None }));
    assert_eq!(taken(&story), ALL, "whoever is not asked may be recorded");
}

#[test]
fn a_no_stops_it_at_once_for_all_or_for_one() {
    let mut story = recording(Late::Pause);
    story.give(says(Role::Patient, Answer::Withdraw)).expect("they may");
    assert_eq!((taken(&story), phase(&story)), (vec![], Phase::Paused(RestReason::Consent)));
    story.give(Command::StopRecording { by: By::Desk }).expect("there is one");
    let again = Command::StartRecording { by: By::Desk, recording: id(501) };
    assert_eq!(story.give(again), Err(Refusal::RecordingRefused));

    let mut story = recording(Late::LeaveOut);
    story.give(says(Role::Patient, Answer::Withdraw)).expect("they may");
    assert_eq!(taken(&story), [Role::Family, Role::Clinician]);
    story.give(says(Role::Family, Answer::Refuse)).expect("also who was not asked");
    assert_eq!((taken(&story), phase(&story)), (vec![Role::Clinician], Phase::On));
}

#[test]
fn a_late_comer_holds_it_or_stays_out() {
    for (late, with_them) in [(Late::Pause, vec![]), (Late::LeaveOut, ALL.to_vec())] {
        let mut story = recording(late);
        story.visit.plan.policy.consents[0].who.push(Role::Interpreter);
        story.open(Role::Interpreter);
        assert_eq!(taken(&story), ALL, "who waits is with nobody");
        story.give(admit(Role::Interpreter)).expect("staff is there");
        assert_eq!(taken(&story), with_them, "{late:?}");
        story.give(says(Role::Interpreter, yes())).expect("they may");
        assert_eq!(taken(&story).len(), 4);
    }
}

#[test]
fn a_listener_counts_only_if_the_rules_ask_them() {
    let mut story = recording(Late::Pause);
    story.open(Role::Captioner);
    story.give(admit(Role::Captioner)).expect("staff is there");
    assert_eq!(taken(&story), ALL);
    story.open(Role::Observer);
    story.give(admit(Role::Observer)).expect("staff is there");
    assert_eq!(taken(&story), [], "the observer is asked and has not answered");
}

#[test]
fn who_is_apart_is_out_and_with_nobody_left_it_rests() {
    let mut story = recording(Late::Pause);
    let by = seat_of(Role::Clinician);
    let participant = seat_of(Role::Patient);
    let apart = Command::SetApart { by, participant, why: Apart::Confidential };
    story.give(apart).expect("they may");
    assert_eq!(taken(&story), [Role::Family, Role::Clinician]);
    story.give(Command::Leave { participant: seat_of(Role::Family) }).expect("they may");
    story.give(Command::Lose { participant: by }).expect("time may");
    assert_eq!(phase(&story), Phase::Paused(RestReason::Apart));
    story.open(Role::Clinician);
    assert_eq!(taken(&story), [Role::Clinician]);
}

#[test]
fn what_is_on_no_disk_in_time_has_failed() {
    let mut story = recording(Late::Pause);
    let by = By::Person(seat_of(Role::Clinician));
    story.give(Command::PauseRecording { by }).expect("they may");
    assert_eq!(taken(&story), []);
    story.give(Command::ResumeRecording { by }).expect("they may");
    let due = story.now + STARTS_WITHIN;
    assert_eq!(story.visit.wakes_at(), Some(due));
    story.now = due;
    let why = RecordingFailure::NotStarted;
    let told = story.give(Command::Wake).expect("time is no wish");
    let failed = VisitEvent::RecordingFailed { recording: RECORDING, why, over: false };
    assert_eq!(told[0], failed, "what has been on a disk goes on trying");
    assert_eq!(phase(&story), Phase::Paused(RestReason::Failure));
    let told = story.give(recorder(RecorderWord::Durable)).expect("a word is no wish");
    assert_eq!(told, [VisitEvent::RecordingResumed { recording: RECORDING }]);

    let mut fresh = under(Late::LeaveOut);
    fresh.give(start(Role::Clinician)).expect("the relative may be taken");
    fresh.now += STARTS_WITHIN;
    let told = fresh.give(Command::Wake).expect("time is no wish");
    assert_eq!(told, [VisitEvent::RecordingFailed { recording: RECORDING, why, over: true }]);
    assert_eq!((phase(&fresh), taken(&fresh)), (Phase::Failed, vec![]));
    let late = fresh.give(recorder(RecorderWord::Durable)).expect("a word is no wish");
    assert_eq!(late, [], "staff was told that it failed");
}

#[test]
fn it_ends_with_the_visit_and_is_sealed_after_it() {
    let mut story = recording(Late::Pause);
    let told = story.give(end(seat_of(Role::Clinician))).expect("they may");
    let by = Some(seat_of(Role::Clinician));
    assert_eq!(told[0], VisitEvent::RecordingStopped { recording: RECORDING, by });
    assert_eq!((story.visit.state(), phase(&story)), (VisitState::Ended, Phase::Stopped));
    let summary = Summary { parts: 3, ..Summary::default() };
    let sealed = recorder(RecorderWord::Sealed(summary.clone()));
    let told = story.give(sealed.clone()).expect("a word is no wish");
    assert_eq!(told.len(), 1);
    assert_eq!(story.visit.recording_of(RECORDING).and_then(|r| r.summary.clone()), Some(summary));
    assert_eq!(story.give(sealed), Ok(Vec::new()), "once");

    let mut abandoned = recording(Late::Pause);
    abandoned.now += SignedDuration::from_hours(48);
    let told = abandoned.give(Command::Wake).expect("time is no wish");
    assert_eq!(told[0], VisitEvent::RecordingStopped { recording: RECORDING, by: None });
}

#[test]
fn trouble_is_said_once_and_a_second_recording_has_an_id_of_its_own() {
    let mut story = recording(Late::Pause);
    let store = || recorder(RecorderWord::Failed { why: RecordingFailure::Store, over: false });
    assert_eq!(story.give(store()).map(|told| told.len()), Ok(1));
    assert_eq!(story.give(store()), Ok(Vec::new()));
    assert_eq!(phase(&story), Phase::On, "the parts wait on a disk");
    let told = story.give(recorder(RecorderWord::Recovered)).expect("a word is no wish");
    assert_eq!(told, [VisitEvent::RecordingResumed { recording: RECORDING }]);
    story.give(Command::StopRecording { by: By::Desk }).expect("there is one");
    assert_eq!(story.give(start(Role::Clinician)), Ok(Vec::new()), "that one has ended");
    let next = Command::StartRecording { by: By::Desk, recording: id(501) };
    story.give(next).expect("another may begin");
    assert_eq!(story.visit.recordable().map(|(recording, _)| recording), Some(id(501)));
}
