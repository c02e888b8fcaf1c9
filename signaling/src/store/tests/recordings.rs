//! Recordings: rows made of a visit's events, holds, wishes, what is due, what remains: on either
//! engine.

use super::super::{Asked, Due, Held, RecordingRow, RecordingsWanted};
use super::{
    Actor, Append, Engine, House, NewVisitRow, Store, VisitWrite, noon, on_each_engine, ours,
    visit, write,
};
use crate::store::AuditPage;
use crate::visit::{Projection, VisitEvent};
use bedside_signaling_api::kept::{KeptState, RecordingWish};
use bedside_signaling_api::recorder::{RecordingFailure, Summary};
use bedside_signaling_api::recording::RestReason;
use bedside_signaling_api::visit::VisitState;
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

on_each_engine! {
    a_recording_stands_as_its_visit_s_log_says
    a_recording_is_its_tenant_s_and_found_in_pages
    what_is_due_is_told_until_it_is_confirmed
    what_is_held_is_not_erased
    what_is_taken_for_erasing_is_held_too_late
    what_was_to_be_closed_is_told_again
    a_recording_outlives_its_visit_and_leaves_its_hash
    what_the_recorder_repeats_counts_once
    keys_are_exchanged_and_none_is_forgotten
    of_a_visit_that_is_erased_the_recorder_is_still_heard
}

const KEY: Uuid = Uuid::from_u128(50);
const TENANT: &str = "clinic";

fn later(hours: i64) -> Timestamp {
    noon() + SignedDuration::from_hours(hours)
}

fn summary() -> Summary {
    Summary { parts: 9, bytes: 900, head: "ab".repeat(32), ..Summary::default() }
}

/// A visit, and what happens in it.
struct Scene {
    store: Store,
    visit: NewVisitRow,
    version: u64,
}

impl Scene {
    async fn new(house: &House) -> Self {
        let store = house.started().await;
        let visit = visit(&store).await;
        Self { store, visit, version: 1 }
    }

    async fn happens(&mut self, events: &[VisitEvent]) {
        self.happens_until(events, None).await;
    }

    /// The same, at the end of the visit: its recordings are kept until then.
    async fn happens_until(&mut self, events: &[VisitEvent], keep: Option<Timestamp>) {
        let epoch = ours(&self.store, self.visit.id).await;
        let model = write(self.visit.id, self.version, epoch);
        let after = Projection {
            state: if keep.is_some() { VisitState::Ended } else { VisitState::Live },
            keep_recordings_until: keep,
            ..model.after
        };
        let write = VisitWrite { events, after, actor: &Actor::Recorder, ..model };
        let appended = self.store.append(write).await.unwrap();
        self.version += events.len() as u64;
        assert_eq!(appended, Append::Appended { version: self.version });
    }

    async fn row(&self, id: Uuid) -> RecordingRow {
        self.store.recording(TENANT, id).await.unwrap().unwrap()
    }

    /// A recording that was made, and is whole; kept for a day after the visit's end at noon.
    async fn sealed(&mut self) -> Uuid {
        let recording = Uuid::now_v7();
        let ended = VisitEvent::Ended { by: None, outcome: None };
        self.happens(&begun(recording)).await;
        let events = [stopped(recording), ended, sealed(recording)];
        self.happens_until(&events, Some(later(24))).await;
        recording
    }

    /// Verbs and details of the log, of what is said of recordings.
    async fn noted(&self) -> Vec<(String, String)> {
        let page = AuditPage { tenant: TENANT, visit: None, since: None, after: 0, limit: 1_000 };
        let rows = self.store.audit_rows(page).await.unwrap().into_iter();
        rows.map(|row| (row.entry.verb.to_string(), row.entry.detail.to_string()))
            .filter(|(verb, _)| verb.starts_with("recording_"))
            .collect()
    }
}

fn begun(recording: Uuid) -> [VisitEvent; 2] {
    [VisitEvent::RecordingAsked { recording, by: None }, VisitEvent::RecordingStarted { recording }]
}

fn stopped(recording: Uuid) -> VisitEvent {
    VisitEvent::RecordingStopped { recording, by: None }
}

fn sealed(recording: Uuid) -> VisitEvent {
    VisitEvent::RecordingSealed { recording, summary: summary() }
}

const fn erase(id: Uuid) -> Due {
    Due { id, wish: Some(RecordingWish::Erase) }
}

async fn a_recording_stands_as_its_visit_s_log_says(house: House) {
    let mut scene = Scene::new(&house).await;
    let recording = Uuid::now_v7();
    let why = RecordingFailure::DiskFull;
    let steps = [
        (VisitEvent::RecordingAsked { recording, by: None }, KeptState::Asked, None),
        (VisitEvent::RecordingStarted { recording }, KeptState::Recording, None),
        (
            VisitEvent::RecordingPaused { recording, why: RestReason::Staff, by: None },
            KeptState::Paused,
            None,
        ),
        (VisitEvent::RecordingAsked { recording, by: None }, KeptState::Asked, None),
        (VisitEvent::RecordingResumed { recording }, KeptState::Recording, None),
        (
            VisitEvent::RecordingFailed { recording, why, over: false },
            KeptState::Recording,
            Some(why),
        ),
        (VisitEvent::RecordingResumed { recording }, KeptState::Recording, None),
        (stopped(recording), KeptState::Closing, None),
        (VisitEvent::RecordingStarted { recording }, KeptState::Closing, None),
        (sealed(recording), KeptState::Sealed, None),
    ];
    for (event, state, failure) in steps {
        scene.happens(std::slice::from_ref(&event)).await;
        let row = scene.row(recording).await;
        assert_eq!((row.state, row.failure), (state, failure), "{event:?}");
    }
    let row = scene.row(recording).await;
    assert_eq!((row.begun_at, row.ended_at), (Some(noon()), Some(noon())));
    assert_eq!((row.summary, row.keep_until), (Some(summary()), None));
    let noted = scene.noted().await;
    let (verb, what) = noted.last().unwrap();
    assert_eq!(verb, "recording_sealed");
    assert_eq!(*what, format!("{recording} parts=9 head={}", "ab".repeat(32)));

    let broken = Uuid::now_v7();
    scene.happens(&begun(broken)).await;
    scene.happens(&[VisitEvent::RecordingFailed { recording: broken, why, over: true }]).await;
    scene.happens_until(&[VisitEvent::Overran], Some(later(2))).await;
    scene.happens_until(&[VisitEvent::Overran], Some(later(3))).await;
    let row = scene.row(broken).await;
    assert_eq!((row.state, row.failure), (KeptState::Failed, Some(why)));
    assert_eq!(row.keep_until, Some(later(2)), "its time counts from the end, once");
}

async fn a_recording_is_its_tenant_s_and_found_in_pages(house: House) {
    let mut scene = Scene::new(&house).await;
    let first = scene.sealed().await;
    let second = Uuid::now_v7();
    scene.happens(&begun(second)).await;
    let found = async |visit, state, before, limit| {
        let wanted = RecordingsWanted { tenant: TENANT, visit, state, before, limit };
        let rows = scene.store.recordings(wanted).await.unwrap();
        rows.into_iter().map(|row| row.id).collect::<Vec<_>>()
    };
    let (visit, any) = (Some(scene.visit.id), Uuid::max());
    assert_eq!(found(None, None, any, 9).await, [second, first], "the newest first");
    assert_eq!(found(None, None, any, 1).await, [second]);
    assert_eq!(found(None, None, second, 9).await, [first]);
    assert_eq!(found(visit, Some(KeptState::Sealed), any, 9).await, [first]);
    assert_eq!(found(None, Some(KeptState::Recording), any, 9).await, [second]);
    assert!(found(Some(Uuid::nil()), None, any, 9).await.is_empty());

    assert_eq!(scene.store.recording("pharmacy", first).await.unwrap(), None);
    let one = ("pharmacy", first);
    let held = scene.store.hold_recording(one, ("r", KEY), noon()).await.unwrap();
    assert_eq!(held, Held::Unknown);
    let wished = scene.store.wish_recording(one, (RecordingWish::Erase, KEY), noon()).await;
    assert_eq!(wished.unwrap(), Asked::Unknown);
}

async fn what_is_due_is_told_until_it_is_confirmed(house: House) {
    let mut scene = Scene::new(&house).await;
    let recording = scene.sealed().await;
    let store = scene.store.clone();
    assert_eq!(store.recordings_due(later(23)).await.unwrap(), []);
    assert_eq!(store.recordings_due(later(24)).await.unwrap(), [erase(recording)]);
    assert!(store.take_recording(erase(recording), later(24)).await.unwrap());
    assert!(!store.take_recording(erase(recording), later(24)).await.unwrap(), "it is taken");
    assert_eq!(store.recordings_due(later(24)).await.unwrap(), [], "it has its time");
    let restarted = house.started().await;
    assert_eq!(restarted.recordings_due(later(25)).await.unwrap(), [erase(recording)]);
    let elsewhere = house.opened_by(Uuid::from_u128(8)).await;
    assert_eq!(elsewhere.recordings_due(later(25)).await.unwrap(), [], "not its own recorder's");

    assert!(restarted.recording_erased(recording, 11, later(25)).await.unwrap());
    assert_eq!(restarted.recordings_due(later(99)).await.unwrap(), []);
    let row = scene.row(recording).await;
    assert_eq!((row.state, row.erased), (KeptState::Erased, Some((later(25), 11))));
    assert_eq!(row.summary, Some(summary()), "the hash stays");
    let noted = scene.noted().await;
    let (verb, what) = noted.last().unwrap();
    assert_eq!(verb, "recording_erased");
    assert_eq!(*what, format!("{recording} objects=11 head={}", "ab".repeat(32)));
}

async fn what_is_held_is_not_erased(house: House) {
    let mut scene = Scene::new(&house).await;
    let recording = scene.sealed().await;
    let (store, one) = (scene.store.clone(), (TENANT, recording));
    let wish = async |wish| store.wish_recording(one, (wish, KEY), noon()).await.unwrap();
    assert!(matches!(wish(RecordingWish::Shred).await, Asked::Noted(_)));
    let Held::Done(row) = store.hold_recording(one, ("case 1", KEY), noon()).await.unwrap() else {
        panic!("it can be held");
    };
    assert_eq!(row.wish, None, "what was not begun is forgotten");
    let held = row.hold.unwrap();
    assert_eq!((held.reason.as_str(), held.by, held.since), ("case 1", KEY, noon()));
    for wished in RecordingWish::ALL {
        assert_eq!(wish(wished).await, Asked::OnHold);
    }
    assert_eq!(store.recordings_due(later(99)).await.unwrap(), []);
    assert!(!store.take_recording(erase(recording), later(99)).await.unwrap());

    assert!(matches!(store.release_recording(one, KEY, later(1)).await.unwrap(), Held::Done(_)));
    assert!(matches!(store.release_recording(one, KEY, later(1)).await.unwrap(), Held::Done(_)));
    assert_eq!(store.recordings_due(later(99)).await.unwrap(), [erase(recording)]);
    let verbs: Vec<_> = scene.noted().await.into_iter().map(|(verb, _)| verb).collect();
    assert_eq!(verbs[4..], ["recording_shred_asked", "recording_held", "recording_released"]);
}

async fn what_is_taken_for_erasing_is_held_too_late(house: House) {
    let mut scene = Scene::new(&house).await;
    let recording = scene.sealed().await;
    let (store, one) = (scene.store.clone(), (TENANT, recording));
    assert!(store.take_recording(erase(recording), later(24)).await.unwrap());
    let held = store.hold_recording(one, ("late", KEY), later(24)).await.unwrap();
    assert_eq!(held, Held::TooLate);
    let live = Uuid::now_v7();
    scene.happens(&begun(live)).await;
    let wished = store.wish_recording((TENANT, live), (RecordingWish::Erase, KEY), noon()).await;
    assert_eq!(wished.unwrap(), Asked::Live);
    assert!(store.recording_erased(recording, 0, later(24)).await.unwrap());
    let held = store.hold_recording(one, ("late", KEY), later(24)).await.unwrap();
    assert_eq!(held, Held::TooLate);
    let wished = store.wish_recording(one, (RecordingWish::Erase, KEY), noon()).await.unwrap();
    assert!(matches!(wished, Asked::Noted(_)), "erasing twice changes nothing");
    let wished = store.wish_recording(one, (RecordingWish::Shred, KEY), noon()).await.unwrap();
    assert_eq!(wished, Asked::TooLate);
}

async fn what_was_to_be_closed_is_told_again(house: House) {
    let mut scene = Scene::new(&house).await;
    let recording = Uuid::now_v7();
    scene.happens(&begun(recording)).await;
    scene.happens(&[stopped(recording)]).await;
    let store = scene.store.clone();
    let close = Due { id: recording, wish: None };
    assert_eq!(store.recordings_due(noon()).await.unwrap(), [], "it is being closed");
    assert_eq!(store.recordings_due(later(1)).await.unwrap(), [close]);
    assert!(store.take_recording(close, later(1)).await.unwrap());
    assert_eq!(store.recordings_due(later(1)).await.unwrap(), []);
    assert!(store.recording_sealed(recording, &summary(), later(1)).await.unwrap());
    assert_eq!(store.recordings_due(later(99)).await.unwrap(), []);
    assert!(!store.take_recording(close, later(99)).await.unwrap());
}

async fn a_recording_outlives_its_visit_and_leaves_its_hash(house: House) {
    let mut scene = Scene::new(&house).await;
    let recording = scene.sealed().await;
    let one = (TENANT, recording);
    scene.store.hold_recording(one, ("case 1", KEY), noon()).await.unwrap();
    assert_eq!(scene.store.erase_visits(later(1)).await.unwrap(), 1);
    assert_eq!(scene.store.visit(TENANT, scene.visit.id).await.unwrap(), None);
    let row = scene.row(recording).await;
    assert_eq!((row.visit, row.state), (scene.visit.id, KeptState::Sealed));
    scene.store.release_recording(one, KEY, later(1)).await.unwrap();
    assert_eq!(scene.store.recordings_due(later(24)).await.unwrap(), [erase(recording)]);
}

async fn what_the_recorder_repeats_counts_once(house: House) {
    let mut scene = Scene::new(&house).await;
    let recording = scene.sealed().await;
    let store = scene.store.clone();
    let before = scene.noted().await.len();
    assert!(!store.recording_sealed(recording, &summary(), noon()).await.unwrap());
    assert!(store.recording_shredded(recording, noon()).await.unwrap());
    assert!(!store.recording_shredded(recording, noon()).await.unwrap());
    assert!(!store.recording_sealed(recording, &summary(), noon()).await.unwrap());
    let why = (RecordingFailure::Store, true);
    assert!(!store.recording_failed(recording, why, noon()).await.unwrap());
    assert!(store.recording_erased(recording, 3, noon()).await.unwrap());
    assert!(!store.recording_erased(recording, 0, later(1)).await.unwrap());
    assert!(!store.recording_shredded(recording, later(1)).await.unwrap());
    assert_eq!(scene.row(recording).await.erased, Some((noon(), 3)));
    assert_eq!(scene.noted().await.len(), before + 2);
    assert!(!store.recording_erased(Uuid::nil(), 0, noon()).await.unwrap(), "of nobody");
    let counts = store.recording_counts().await.unwrap();
    assert_eq!(counts.into_iter().collect::<Vec<_>>(), [(KeptState::Erased, 1)]);
}

async fn keys_are_exchanged_and_none_is_forgotten(house: House) {
    let scene = Scene::new(&house).await;
    let store = &scene.store;
    let set = async |keys: &[(&str, &str)], hours| {
        let keys: Vec<_> =
            keys.iter().map(|(label, key)| ((*label).to_owned(), (*key).to_owned())).collect();
        store.set_recording_keys((TENANT, KEY), &keys, later(hours)).await.unwrap();
    };
    set(&[("safe", "a"), ("office", "b")], 0).await;
    assert_eq!(store.recording_recipients(TENANT).await.unwrap(), ["a", "b"]);
    assert_eq!(store.recording_recipients("pharmacy").await.unwrap(), [""; 0]);
    let first = store.recording_keys(TENANT).await.unwrap();
    set(&[("safe", "a"), ("office", "b")], 1).await;
    assert_eq!(store.recording_keys(TENANT).await.unwrap(), first, "nothing has changed");
    set(&[("the safe", "a"), ("new", "c")], 2).await;
    let keys = store.recording_keys(TENANT).await.unwrap();
    let shown: Vec<_> =
        keys.iter().map(|key| (key.label.as_str(), key.key.as_str(), key.revoked_at)).collect();
    let expected = [("new", "c", None), ("the safe", "a", None), ("office", "b", Some(later(2)))];
    assert_eq!(shown, expected);
    set(&[], 3).await;
    assert_eq!(store.recording_recipients(TENANT).await.unwrap(), [""; 0]);
    assert_eq!(store.recording_keys(TENANT).await.unwrap().len(), 3);
    set(&[("again", "a"), ("new", "c")], 4).await;
    assert_eq!(store.recording_keys(TENANT).await.unwrap().len(), 5, "a key may come back");
    let noted = scene.noted().await;
    let details: Vec<_> = noted.iter().map(|(_, what)| what.as_str()).collect();
    assert_eq!(details, ["keys=2", "keys=2", "keys=0", "keys=2"]);
}

async fn of_a_visit_that_is_erased_the_recorder_is_still_heard(house: House) {
    let mut scene = Scene::new(&house).await;
    let recording = Uuid::now_v7();
    scene.happens(&begun(recording)).await;
    let ended = VisitEvent::Ended { by: None, outcome: None };
    scene.happens_until(&[stopped(recording), ended], Some(later(24))).await;
    assert_eq!(scene.store.erase_visits(later(1)).await.unwrap(), 1);
    let store = scene.store.clone();
    let full = (RecordingFailure::Store, false);
    assert!(store.recording_failed(recording, full, noon()).await.unwrap());
    assert!(!store.recording_failed(recording, full, noon()).await.unwrap());
    assert_eq!(scene.row(recording).await.failure, Some(RecordingFailure::Store));
    assert!(store.recording_recovered(recording).await.unwrap());
    assert_eq!(scene.row(recording).await.failure, None);
    assert!(store.recording_sealed(recording, &summary(), noon()).await.unwrap());
    assert_eq!(scene.row(recording).await.state, KeptState::Sealed);
}
