//! One writer a visit, sessions that end with their link, keys that are forgotten in time: on
//! either engine.

mod audit;
mod engine;
mod lease;
mod outbox;
mod race;
mod recordings;
mod scan;
mod shape;

use super::db::{on_db, rows};
use super::{
    Actor, Append, Claim, Created, Epoch, Idempotency, NewVisitRow, ParticipantRow, QualityWrite,
    SessionRow, Store, VisitWrite,
};
use crate::identifiers::Identifiers;
use crate::plan::{self, Asker};
use crate::visit::{Projection, VisitEvent};
use bedside_signaling_api::recorder::Mode;
use bedside_signaling_api::visit::{NewVisit, VisitState};
use engine::Engine;
use jiff::{SignedDuration, Timestamp};
use tempfile::TempDir;
use uuid::Uuid;

const NODE: Uuid = Uuid::from_u128(7);

fn noon() -> Timestamp {
    "2026-12-01T12:00:00Z".parse().unwrap()
}

/// Runs each test of the list once an engine.
macro_rules! on_each_engine {
    ($($test:ident)+) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                super::$test(super::House::new(super::Engine::Sqlite)).await;
            })+
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                super::$test(super::House::new(super::Engine::Postgres)).await;
            })+
        }
    };
}
use on_each_engine;

on_each_engine! {
    the_owner_writes_and_the_log_is_read_back_in_order
    a_write_decided_on_an_old_log_changes_nothing
    an_earlier_owner_is_fenced_off
    a_command_line_beside_the_server_disturbs_nothing
    a_quality_record_is_the_owner_s_and_its_tenant_s
    a_visit_is_erased_with_all_that_is_kept_of_it_when_its_time_is_up
    of_racing_writers_one_wins
    a_session_ends_with_the_generation_of_its_link
    a_person_s_oldest_sessions_are_forgotten
    an_idempotency_key_is_kept_for_a_day
}

/// Where one test's rows are.
struct House {
    folder: TempDir,
    engine: Engine,
}

impl House {
    fn new(engine: Engine) -> Self {
        Self { folder: TempDir::new().unwrap(), engine }
    }

    /// The store as another node sees it, not started.
    async fn opened_by(&self, node: Uuid) -> Store {
        Store::open(&self.engine.store(self.folder.path()), node).await.unwrap()
    }

    /// The store, not started.
    async fn opened(&self) -> Store {
        self.opened_by(NODE).await
    }

    /// The store, started anew.
    async fn started(&self) -> Store {
        self.opened().await.start(noon()).await.unwrap()
    }
}

async fn visit(store: &Store) -> NewVisitRow {
    let planned = planned(noon());
    on_db!(&store.db, c => {
        sqlx::query("INSERT INTO tenant (id, created_at) VALUES ($1, 0) ON CONFLICT DO NOTHING")
            .bind(&planned.tenant)
            .execute(c)
            .await
            .map(rows)
    })
    .unwrap();
    assert_eq!(store.create_visit(&planned, None).await.unwrap(), Created::Now);
    planned
}

fn planned(now: Timestamp) -> NewVisitRow {
    let new = serde_json::json!({
        "starts_at": noon(),
        "duration_minutes": 30,
        "participants": [{"role": "patient", "display_name": "Maria"}],
    });
    let new: NewVisit = serde_json::from_value(new).expect("a visit of the API");
    let asker = Asker { tenant: "clinic".to_owned(), actor: Actor::Operator, follows: None };
    let rows = plan::plan(&asker, &new, &Identifiers::new(b"of a test"), now);
    rows.expect("it makes sense").remove(0)
}

/// Claims a visit that is free to be claimed.
async fn ours(store: &Store, visit: Uuid) -> Epoch {
    match store.claim_visit(visit).await.unwrap() {
        Claim::Ours(epoch) => epoch,
        Claim::Elsewhere => panic!("another node has {visit}"),
    }
}

fn write(visit: Uuid, version: u64, epoch: Epoch) -> VisitWrite<'static> {
    let events = &[VisitEvent::Opened, VisitEvent::Cancelled];
    VisitWrite {
        visit,
        version,
        epoch,
        at: noon(),
        events,
        actor: &Actor::Operator,
        after: Projection {
            state: VisitState::Cancelled,
            queue: None,
            starts_at: noon(),
            duration_minutes: 30,
            moves: 0,
            wakes_at: None,
            erase_at: Some(noon()),
            keep_recordings_until: Some(noon()),
            recording_mode: Mode::Tracks,
            waiting_since: None,
            waiting_lost_at: None,
            is_seen: false,
            recording: None,
            is_recorded: false,
        },
        quality: None,
    }
}

async fn the_owner_writes_and_the_log_is_read_back_in_order(house: House) {
    let store = house.started().await;
    let made = visit(&store).await;
    let epoch = ours(&store, made.id).await;
    let appended = store.append(write(made.id, 1, epoch)).await.unwrap();
    assert_eq!(appended, Append::Appended { version: 3 });
    let stored = store.load_visit(made.id).await.unwrap().unwrap();
    let events: Vec<_> = stored.events.iter().map(|(_, event)| event.clone()).collect();
    let expected = [made.events, vec![VisitEvent::Opened, VisitEvent::Cancelled]].concat();
    assert_eq!((stored.version, events), (3, expected));
    let row = store.visit("clinic", made.id).await.unwrap().unwrap();
    assert_eq!(row.state, VisitState::Cancelled);
}

async fn a_write_decided_on_an_old_log_changes_nothing(house: House) {
    let store = house.started().await;
    let made = visit(&store).await;
    let epoch = ours(&store, made.id).await;
    for stale in [0, 2] {
        let outcome = store.append(write(made.id, stale, epoch)).await.unwrap();
        assert_eq!(outcome, Append::Conflict);
    }
    let stored = store.load_visit(made.id).await.unwrap().unwrap();
    assert_eq!(stored.version, 1);
    let row = store.visit("clinic", made.id).await.unwrap().unwrap();
    assert_eq!(row.state, VisitState::Scheduled);
}

async fn an_earlier_owner_is_fenced_off(house: House) {
    let store = house.started().await;
    let made = visit(&store).await;
    let first = ours(&store, made.id).await;
    let second = ours(&store, made.id).await;
    assert!(second > first, "an epoch never goes back");
    assert_eq!(store.append(write(made.id, 1, first)).await.unwrap(), Append::Fenced);

    // The same node, started anew: what the earlier start owned, it owns no more.
    let restarted = house.started().await;
    assert_eq!(store.append(write(made.id, 1, second)).await.unwrap(), Append::Fenced);
    assert!(matches!(store.claim_visit(made.id).await, Err(crate::Fault::Fenced)));
    let third = ours(&restarted, made.id).await;
    assert!(third > second);
    let appended = restarted.append(write(made.id, 1, third)).await.unwrap();
    assert_eq!(appended, Append::Appended { version: 3 });
}

async fn a_command_line_beside_the_server_disturbs_nothing(house: House) {
    let server = house.started().await;
    let made = visit(&server).await;
    let epoch = ours(&server, made.id).await;
    let beside = house.opened().await;
    assert!(matches!(beside.claim_visit(made.id).await, Err(crate::Fault::Fenced)));
    let appended = server.append(write(made.id, 1, epoch)).await.unwrap();
    assert_eq!(appended, Append::Appended { version: 3 });
}

async fn a_quality_record_is_the_owner_s_and_its_tenant_s(house: House) {
    let store = house.started().await;
    let made = visit(&store).await;
    let first = ours(&store, made.id).await;
    let keep = async |epoch, body| {
        let write = QualityWrite { visit: made.id, epoch, at: noon(), body };
        store.keep_quality(write).await.unwrap()
    };
    assert_eq!(store.quality(made.id).await.unwrap(), None);
    assert!(keep(first, "one").await);
    let second = ours(&store, made.id).await;
    assert!(!keep(first, "of an earlier owner").await);
    assert_eq!(store.quality_of("clinic", made.id).await.unwrap().as_deref(), Some("one"));
    assert_eq!(store.quality_of("other clinic", made.id).await.unwrap(), None);

    let ended = VisitWrite { quality: Some("two"), ..write(made.id, 1, second) };
    let stale = VisitWrite { version: 7, quality: Some("never"), ..ended };
    assert_eq!(store.append(stale).await.unwrap(), Append::Conflict);
    assert_eq!(store.quality(made.id).await.unwrap().as_deref(), Some("one"));
    assert_eq!(store.append(ended).await.unwrap(), Append::Appended { version: 3 });
    assert_eq!(store.quality(made.id).await.unwrap().as_deref(), Some("two"));
}

async fn a_visit_is_erased_with_all_that_is_kept_of_it_when_its_time_is_up(house: House) {
    let store = house.started().await;
    let made = visit(&store).await;
    let epoch = ours(&store, made.id).await;
    let kept = QualityWrite { visit: made.id, epoch, at: noon(), body: "numbers" };
    assert!(store.keep_quality(kept).await.unwrap());
    let participant = made.participants[0].id;
    let session = SessionRow { visit: made.id, participant, generation: 1 };
    store.open_session(session, noon()).await.unwrap();
    assert_eq!(store.erase_visits(noon()).await.unwrap(), 0, "it is not over");
    store.append(write(made.id, 1, epoch)).await.unwrap();
    let before = noon() - SignedDuration::from_secs(1);
    assert_eq!(store.erase_visits(before).await.unwrap(), 0, "not yet");
    assert_eq!(store.erase_visits(noon()).await.unwrap(), 1);
    assert_eq!(store.visit("clinic", made.id).await.unwrap(), None);
    assert_eq!(store.load_visit(made.id).await.unwrap(), None);
    assert_eq!(store.quality(made.id).await.unwrap(), None);
    assert_eq!(store.participant(participant).await.unwrap(), None);
}

async fn of_racing_writers_one_wins(house: House) {
    let store = house.started().await;
    let made = visit(&store).await;
    let epoch = ours(&store, made.id).await;
    let racers: Vec<_> = (0..8)
        .map(|_| {
            let store = store.clone();
            tokio::spawn(async move { store.append(write(made.id, 1, epoch)).await.unwrap() })
        })
        .collect();
    let mut won = 0;
    for racer in racers {
        won += usize::from(racer.await.unwrap() == Append::Appended { version: 3 });
    }
    assert_eq!(won, 1);
    assert_eq!(store.load_visit(made.id).await.unwrap().unwrap().version, 3);
}

async fn a_session_ends_with_the_generation_of_its_link(house: House) {
    let store = house.started().await;
    let made = visit(&store).await;
    let ParticipantRow { id, generation, .. } = made.participants[0];
    let row = SessionRow { visit: made.id, participant: id, generation };
    let token = store.open_session(row, noon()).await.unwrap();
    assert_eq!(store.session(&token).await.unwrap(), Some(row));
    assert_eq!(store.session("").await.unwrap(), None);
    assert_eq!(store.session(&token.repeat(1_000)).await.unwrap(), None);
    on_db!(&store.db, c => {
        sqlx::query("UPDATE participant SET generation = generation + 1")
            .execute(c)
            .await
            .map(rows)
    })
    .unwrap();
    assert_eq!(store.session(&token).await.unwrap(), None);
}

async fn a_person_s_oldest_sessions_are_forgotten(house: House) {
    let store = house.started().await;
    let made = visit(&store).await;
    let ParticipantRow { id, generation, .. } = made.participants[0];
    let row = SessionRow { visit: made.id, participant: id, generation };
    let mut tokens = Vec::new();
    for second in 0..20 {
        let at = noon() + SignedDuration::from_secs(second);
        tokens.push(store.open_session(row, at).await.unwrap());
    }
    for (number, token) in tokens.iter().enumerate() {
        let known = store.session(token).await.unwrap().is_some();
        assert_eq!(known, number >= 4, "the newest sixteen are kept; this is {number}");
    }
}

async fn an_idempotency_key_is_kept_for_a_day(house: House) {
    let store = house.started().await;
    visit(&store).await;
    let request = Idempotency { key: "k".to_owned(), request_hash: [1; 32] };
    let first = planned(noon());
    let create = async |hours| {
        let again = planned(noon() + SignedDuration::from_hours(hours));
        store.create_visit(&again, Some(&request)).await.unwrap()
    };
    assert_eq!(store.create_visit(&first, Some(&request)).await.unwrap(), Created::Now);
    assert_eq!(create(24).await, Created::Before(first.id));
    assert_eq!(create(25).await, Created::Now);
}
