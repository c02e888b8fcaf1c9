//! The outbox: who is told, in which order, by whom, and for how long that is kept: on either
//! engine.

use super::super::happened::Happened;
use super::super::outbox;
use super::super::{
    Actor, EndpointChange, EndpointRow, Registered, ReplayOf, Settled, Store, Taken,
};
use super::{House, on_each_engine, rows};
use crate::Fault;
use crate::clock;
use crate::metrics::Metrics;
use crate::outward::Outward;
use crate::store::db::{Db, in_tx, on_db};
use crate::visit::VisitEvent;
use crate::webhook::{Dispatcher, SigningKeys};
use bedside_signaling_api::webhook::{
    Attempt, DeliveryState, SignatureScheme, WebhookState, WebhookType,
};
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeSet;
use std::time::Duration;
use tokio::sync::watch;
use uuid::Uuid;

use super::Engine;

on_each_engine! {
    an_organisation_is_told_of_its_visits_and_a_partner_too
    what_is_not_kept_is_not_told
    a_lane_goes_on_when_its_first_is_settled
    nobody_else_sends_what_somebody_has_taken
    what_was_taken_too_long_ago_is_anybody_s
    what_is_old_and_settled_is_forgotten
    a_replay_puts_a_lane_in_order_again
    what_is_to_be_tried_again_gives_way_to_a_replay_of_what_came_before
    a_change_of_one_thing_leaves_the_others
    a_schedule_runs_from_a_replay_or_from_enabling
    what_a_wrong_clock_put_off_is_due_at_the_start
    an_endpoint_that_cannot_be_read_holds_up_no_other
    an_endpoint_is_not_removed_while_it_is_written_to
}

const VISIT: Uuid = Uuid::from_u128(70);

fn noon() -> Timestamp {
    super::noon()
}

fn later(seconds: i64) -> Timestamp {
    noon() + SignedDuration::from_secs(seconds)
}

async fn endpoint(store: &Store, tenant: &str) -> EndpointRow {
    on_db!(&store.db, c => {
        sqlx::query("INSERT INTO tenant (id, created_at) VALUES ($1, 0) ON CONFLICT DO NOTHING")
            .bind(tenant)
            .execute(c)
            .await
            .map(rows)
    })
    .unwrap();
    let row = EndpointRow {
        id: Uuid::now_v7(),
        tenant: tenant.to_owned(),
        url: "https://example.org/in".to_owned(),
        description: String::new(),
        types: Vec::new(),
        signature: SignatureScheme::V1,
        state: WebhookState::Enabled,
        generation: 0,
        previous_until: None,
        failing_since: None,
        since: noon(),
        created_at: noon(),
    };
    assert_eq!(store.add_webhook(&row).await.unwrap(), Registered::Now);
    row
}

/// Something has happened in a visit of the clinic, with the pharmacy in it.
async fn happens(
    store: &Store,
    (visit, first_seq): (Uuid, u64),
    events: &[VisitEvent],
) -> Result<(), Fault> {
    let mut tx = store.begin_write("tell").await?;
    let happened = Happened {
        tenant: "clinic",
        partners: &["pharmacy".to_owned()],
        visit,
        at: noon(),
        first_seq,
        events,
        actor: &Actor::Clock,
    };
    outbox::note(&mut tx, &happened).await?;
    tx.commit().await.map_err(Fault::database("tell"))
}

async fn take(store: &Store, from: &EndpointRow, now: Timestamp) -> Vec<Taken> {
    let until = now + SignedDuration::from_secs(60);
    store.take_webhooks(from.id, 100, (now, until)).await.unwrap()
}

async fn settle(store: &Store, taken: &Taken, settled: Settled) -> bool {
    let attempt = Attempt { at: noon(), took_ms: 1, status: Some(500), error: None };
    store.settle_webhook(taken, settled, (attempt, later(1))).await.unwrap()
}

async fn states(store: &Store, of: &EndpointRow) -> Vec<(WebhookType, DeliveryState)> {
    let mut log = store.webhook_deliveries(of.id, Uuid::max(), 100).await.unwrap();
    log.reverse();
    log.into_iter().map(|row| (row.kind, row.state)).collect()
}

async fn an_organisation_is_told_of_its_visits_and_a_partner_too(house: House) {
    let store = house.started().await;
    let (clinic, pharmacy) = (endpoint(&store, "clinic").await, endpoint(&store, "pharmacy").await);
    let stranger = endpoint(&store, "stranger").await;
    happens(&store, (VISIT, 1), &[VisitEvent::Opened, VisitEvent::WentLive]).await.unwrap();
    let told = [
        (WebhookType::VisitOpened, DeliveryState::Pending),
        (WebhookType::VisitStarted, DeliveryState::Queued),
    ];
    assert_eq!(states(&store, &clinic).await, told);
    assert_eq!(states(&store, &pharmacy).await, told);
    assert_eq!(states(&store, &stranger).await, []);
    let due: BTreeSet<_> = store.webhooks_due().await.unwrap().into_iter().collect();
    assert_eq!(due, [(clinic.id, noon()), (pharmacy.id, noon())].into());
    let backlog = store.webhook_backlog().await.unwrap();
    assert_eq!((backlog.deliveries, backlog.oldest), (4, Some(noon())));
}

async fn what_is_not_kept_is_not_told(house: House) {
    let store = house.started().await;
    let clinic = endpoint(&store, "clinic").await;
    let mut tx = store.begin_write("tell").await.unwrap();
    let happened = Happened {
        tenant: "clinic",
        partners: &[],
        visit: VISIT,
        at: noon(),
        first_seq: 1,
        events: &[VisitEvent::Opened],
        actor: &Actor::Clock,
    };
    outbox::note(&mut tx, &happened).await.unwrap();
    drop(tx);
    assert_eq!(states(&store, &clinic).await, []);
}

async fn a_lane_goes_on_when_its_first_is_settled(house: House) {
    let store = house.started().await;
    let clinic = endpoint(&store, "clinic").await;
    let events = [VisitEvent::Opened, VisitEvent::WentLive, VisitEvent::Overran];
    happens(&store, (VISIT, 1), &events).await.unwrap();
    let first = take(&store, &clinic, noon()).await;
    assert_eq!(first.len(), 1, "one of a visit at once");
    assert!(settle(&store, &first[0], Settled::Later(later(5))).await);
    assert!(take(&store, &clinic, later(4)).await.is_empty(), "not yet");
    let again = take(&store, &clinic, later(5)).await;
    assert_eq!((again[0].message, again[0].tries), (first[0].message, 1));
    assert_eq!(again[0].attempts.len(), 1);

    assert!(settle(&store, &again[0], Settled::GivenUp).await);
    let failing = store.webhook("clinic", clinic.id).await.unwrap().unwrap().failing_since;
    assert_eq!(failing, Some(later(1)));
    let second = take(&store, &clinic, later(5)).await;
    assert!(second[0].body.contains("visit.started"));
    assert!(settle(&store, &second[0], Settled::Delivered).await);
    assert_eq!(store.webhook("clinic", clinic.id).await.unwrap().unwrap().failing_since, None);

    let third = take(&store, &clinic, later(5)).await;
    assert!(settle(&store, &third[0], Settled::Gone).await);
    let gone = store.webhook("clinic", clinic.id).await.unwrap().unwrap();
    assert_eq!(gone.state, WebhookState::Gone);
    assert!(take(&store, &clinic, later(9)).await.is_empty());
    assert_eq!(store.webhooks_due().await.unwrap(), []);
    let states: Vec<_> =
        states(&store, &clinic).await.into_iter().map(|(_, state)| state).collect();
    assert_eq!(states, [DeliveryState::GivenUp, DeliveryState::Delivered, DeliveryState::Pending]);
}

async fn nobody_else_sends_what_somebody_has_taken(house: House) {
    let (one, other) = (house.started().await, house.opened_by(Uuid::from_u128(8)).await);
    let clinic = endpoint(&one, "clinic").await;
    for visit in 1..=20 {
        happens(&one, (Uuid::from_u128(visit), 1), &[VisitEvent::Opened]).await.unwrap();
    }
    let until = later(60);
    let takes = (0..10).map(|turn| {
        let store = if turn % 2 == 0 { one.clone() } else { other.clone() };
        let id = clinic.id;
        tokio::spawn(async move { store.take_webhooks(id, 3, (noon(), until)).await.unwrap() })
    });
    let takes: Vec<_> = takes.collect();
    let mut taken = Vec::new();
    for task in takes {
        taken.extend(task.await.unwrap().into_iter().map(|taken| taken.message));
    }
    let rest = take(&one, &clinic, noon()).await;
    taken.extend(rest.into_iter().map(|taken| taken.message));
    assert_eq!(taken.len(), 20);
    assert_eq!(taken.into_iter().collect::<BTreeSet<_>>().len(), 20, "each once");
}

async fn what_was_taken_too_long_ago_is_anybody_s(house: House) {
    let (one, other) = (house.started().await, house.opened_by(Uuid::from_u128(8)).await);
    let clinic = endpoint(&one, "clinic").await;
    happens(&one, (VISIT, 1), &[VisitEvent::Opened]).await.unwrap();
    let lost = take(&one, &clinic, noon()).await;
    assert!(take(&other, &clinic, later(59)).await.is_empty());
    let found = take(&other, &clinic, later(60)).await;
    assert_eq!(found[0].message, lost[0].message);
    assert!(!settle(&one, &lost[0], Settled::Delivered).await, "it is not ours any more");
    assert!(settle(&other, &found[0], Settled::Delivered).await);

    // A node that starts again does not wait for what it had itself.
    happens(&one, (VISIT, 2), &[VisitEvent::WentLive]).await.unwrap();
    let lost = take(&one, &clinic, later(70)).await;
    assert_eq!(one.release_webhooks((later(71), Timestamp::MAX)).await.unwrap(), 1);
    assert_eq!(take(&other, &clinic, later(71)).await[0].message, lost[0].message);
    assert_eq!(
        one.release_webhooks((later(72), Timestamp::MAX)).await.unwrap(),
        0,
        "it is the other's"
    );
}

async fn what_is_old_and_settled_is_forgotten(house: House) {
    let store = house.started().await;
    let clinic = endpoint(&store, "clinic").await;
    happens(&store, (VISIT, 1), &[VisitEvent::Opened, VisitEvent::WentLive]).await.unwrap();
    let first = take(&store, &clinic, noon()).await;
    assert!(settle(&store, &first[0], Settled::Delivered).await);
    assert!(!store.forget_webhook_messages(noon()).await.unwrap());
    assert_eq!(states(&store, &clinic).await.len(), 2, "not older than that");
    assert!(!store.forget_webhook_messages(later(1)).await.unwrap());
    let left = states(&store, &clinic).await;
    assert_eq!(left, [(WebhookType::VisitStarted, DeliveryState::Pending)]);
}

async fn a_replay_puts_a_lane_in_order_again(house: House) {
    let store = house.started().await;
    let clinic = endpoint(&store, "clinic").await;
    let events = [VisitEvent::Opened, VisitEvent::WentLive, VisitEvent::Overran];
    happens(&store, (VISIT, 1), &events).await.unwrap();
    let first = take(&store, &clinic, noon()).await;
    assert!(settle(&store, &first[0], Settled::Delivered).await);
    let second = take(&store, &clinic, later(1)).await;

    // While the second is on its way, it is not sent beside itself.
    let which = ReplayOf::Since(Timestamp::UNIX_EPOCH, Some(VISIT));
    let replayed = store.replay_webhook(&clinic, which, later(2)).await.unwrap();
    assert_eq!((replayed.messages, replayed.next_since), (3, None));
    assert!(take(&store, &clinic, later(3)).await.is_empty());
    assert!(settle(&store, &second[0], Settled::Later(later(9))).await);

    // It waits for its next attempt, and gives way to what comes before it.
    let which = ReplayOf::Message(first[0].message);
    assert_eq!(store.replay_webhook(&clinic, which, later(3)).await.unwrap().messages, 1);
    let mut sent = Vec::new();
    while let [taken] = &take(&store, &clinic, later(4)).await[..] {
        assert!(settle(&store, taken, Settled::Delivered).await);
        sent.push(taken.message);
    }
    assert_eq!(sent[..2], [first[0].message, second[0].message]);
    assert_eq!(sent.len(), 3);
}

async fn what_is_to_be_tried_again_gives_way_to_a_replay_of_what_came_before(house: House) {
    let store = house.started().await;
    let clinic = endpoint(&store, "clinic").await;
    happens(&store, (VISIT, 1), &[VisitEvent::Opened, VisitEvent::WentLive]).await.unwrap();
    let first = take(&store, &clinic, noon()).await;
    assert!(settle(&store, &first[0], Settled::Delivered).await);
    let second = take(&store, &clinic, later(1)).await;

    let which = ReplayOf::Message(first[0].message);
    store.replay_webhook(&clinic, which, later(2)).await.unwrap();
    assert!(take(&store, &clinic, later(3)).await.is_empty(), "one of a visit at once");
    assert!(settle(&store, &second[0], Settled::Later(later(3600))).await);
    let again = take(&store, &clinic, later(3)).await;
    assert_eq!(again.len(), 1);
    assert_eq!(again[0].message, first[0].message);
    assert!(settle(&store, &again[0], Settled::Delivered).await);
    let again = take(&store, &clinic, later(3)).await;
    assert_eq!((again[0].message, again[0].tries), (second[0].message, 1));
}

async fn a_change_of_one_thing_leaves_the_others(house: House) {
    let store = house.started().await;
    let clinic = endpoint(&store, "clinic").await;
    let one = ("clinic", clinic.id);
    let rotated = store.rotate_webhook(one, Some(later(9))).await.unwrap().unwrap();
    assert_eq!((rotated.generation, rotated.previous_until), (1, Some(later(9))));
    happens(&store, (VISIT, 1), &[VisitEvent::Opened]).await.unwrap();
    let taken = take(&store, &clinic, noon()).await;
    assert!(settle(&store, &taken[0], Settled::Gone).await);

    let types = vec![WebhookType::VisitOpened];
    let change = EndpointChange { types: Some(types.clone()), ..EndpointChange::default() };
    let changed = store.change_webhook(one, &change, later(2)).await.unwrap().unwrap();
    let wanted = EndpointRow { types, state: WebhookState::Gone, ..rotated.clone() };
    assert_eq!(changed, wanted, "neither the rotation nor the end is undone");
    assert_eq!(store.webhook("clinic", clinic.id).await.unwrap(), Some(wanted.clone()));

    let change = EndpointChange {
        url: Some("https://example.org/there".to_owned()),
        description: Some("There".to_owned()),
        types: None,
        enabled: Some(false),
    };
    let changed = store.change_webhook(one, &change, later(3)).await.unwrap().unwrap();
    assert_eq!((&*changed.url, &*changed.description), ("https://example.org/there", "There"));
    assert_eq!((changed.types, changed.state), (wanted.types, WebhookState::Disabled));

    let turns = (0..8).map(|_| {
        let (store, id) = (store.clone(), clinic.id);
        tokio::spawn(async move { store.rotate_webhook(("clinic", id), None).await })
    });
    let mut generations = BTreeSet::new();
    for turn in turns.collect::<Vec<_>>() {
        generations.insert(turn.await.unwrap().unwrap().unwrap().generation);
    }
    assert_eq!(generations, (2..10).collect(), "each rotation makes a secret of its own");
    let stranger = ("pharmacy", clinic.id);
    assert_eq!(store.change_webhook(stranger, &change, noon()).await.unwrap(), None);
    assert_eq!(store.rotate_webhook(stranger, None).await.unwrap(), None);
}

async fn a_schedule_runs_from_a_replay_or_from_enabling(house: House) {
    const DAY: i64 = 24 * 3600;
    let store = house.started().await;
    let clinic = endpoint(&store, "clinic").await;
    happens(&store, (VISIT, 1), &[VisitEvent::Opened]).await.unwrap();
    let taken = take(&store, &clinic, noon()).await;
    assert_eq!(taken[0].since, noon());
    assert!(settle(&store, &taken[0], Settled::GivenUp).await);

    let which = ReplayOf::Message(taken[0].message);
    store.replay_webhook(&clinic, which, later(9 * DAY)).await.unwrap();
    let taken = take(&store, &clinic, later(9 * DAY)).await;
    assert_eq!((taken[0].since, taken[0].tries), (later(9 * DAY), 0));

    assert!(settle(&store, &taken[0], Settled::Gone).await);
    let enable = EndpointChange::enable();
    for at in [later(20 * DAY), later(21 * DAY)] {
        let enabled = store.change_webhook(("clinic", clinic.id), &enable, at).await.unwrap();
        assert_eq!(enabled.unwrap().since, later(20 * DAY), "what is enabled already stays so");
    }
    let taken = take(&store, &clinic, later(22 * DAY)).await;
    assert_eq!(taken[0].since, later(20 * DAY));
}

async fn what_a_wrong_clock_put_off_is_due_at_the_start(house: House) {
    let store = house.started().await;
    let clinic = endpoint(&store, "clinic").await;
    for (visit, wait) in [(1, 50), (2, 100), (3, 101)] {
        happens(&store, (Uuid::from_u128(visit), 1), &[VisitEvent::Opened]).await.unwrap();
        let taken = take(&store, &clinic, noon()).await;
        assert!(settle(&store, &taken[0], Settled::Later(later(wait))).await);
    }
    assert_eq!(store.release_webhooks((later(1), later(100))).await.unwrap(), 1);
    let due = take(&store, &clinic, later(1)).await;
    assert_eq!(due.iter().map(|taken| taken.lane).collect::<Vec<_>>(), [Uuid::from_u128(3)]);
}

async fn an_endpoint_that_cannot_be_read_holds_up_no_other(house: House) {
    let store = house.started().await;
    let mut endpoints = Vec::new();
    for _ in 0..3 {
        let one = endpoint(&store, "clinic").await;
        let here = EndpointChange {
            url: Some("http://127.0.0.1:9/".to_owned()),
            ..EndpointChange::default()
        };
        store.change_webhook(("clinic", one.id), &here, noon()).await.unwrap();
        store.ping_webhook(&one, clock::now()).await.unwrap();
        endpoints.push(one.id);
    }
    on_db!(&store.db, c => {
        sqlx::query("UPDATE webhook_endpoint SET signature = 'of next year' WHERE id = $1")
            .bind(endpoints[1])
            .execute(c)
            .await
            .map(rows)
    })
    .unwrap();
    let dispatcher = Dispatcher {
        store: store.clone(),
        outward: Outward::new(&bedside_config::Outward::default()).unwrap(),
        keys: SigningKeys::new(&[7; 32]),
        series: Metrics::new().unwrap().webhooks(),
    };
    let (stop, stopping) = watch::channel(false);
    let running = tokio::spawn(dispatcher.run(stopping));
    // Whichever is looked at first, one comes after that which cannot be read.
    for id in [endpoints[0], endpoints[2]] {
        while store.webhook_deliveries(id, Uuid::max(), 1).await.unwrap()[0].attempts.is_empty() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
    stop.send(true).unwrap();
    running.await.unwrap();
}

async fn an_endpoint_is_not_removed_while_it_is_written_to(house: House) {
    let store = house.started().await;
    let clinic = endpoint(&store, "clinic").await;
    let deaf =
        EndpointChange { types: Some(vec![WebhookType::VisitEnded]), ..EndpointChange::default() };
    store.change_webhook(("clinic", clinic.id), &deaf, noon()).await.unwrap();
    let mut tx = store.begin_write("tell").await.unwrap();
    let happened = Happened {
        tenant: "clinic",
        partners: &[],
        visit: VISIT,
        at: noon(),
        first_seq: 1,
        events: &[VisitEvent::Opened],
        actor: &Actor::Clock,
    };
    outbox::note(&mut tx, &happened).await.unwrap();
    // The other engine has one writer, so there is nobody to remove it.
    if matches!(store.db, Db::Postgres(_)) {
        let mut other = store.begin_write("look").await.unwrap();
        let end = other.skip_locked();
        let text = format!("SELECT id FROM webhook_endpoint{end}");
        let text = sqlx::AssertSqlSafe(text);
        let free: Vec<(Uuid,)> =
            in_tx!(&mut other, c => sqlx::query_as(text).fetch_all(c).await).unwrap();
        assert_eq!(free, [], "who wants to remove it waits");
    }
    let removal = tokio::spawn({
        let store = store.clone();
        async move { store.remove_webhook("clinic", clinic.id).await }
    });
    tx.commit().await.unwrap();
    assert!(removal.await.unwrap().unwrap());
    assert_eq!(store.webhooks("clinic").await.unwrap(), []);
}
