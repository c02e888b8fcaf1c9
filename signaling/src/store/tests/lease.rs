//! Two nodes on one database: a visit has one of them, and the other when that is silent.

use super::{Engine, House, NODE, noon, on_each_engine, ours, visit, write};
use crate::Fault;
use crate::store::db::{on_db, rows};
use crate::store::{Append, Claim, QualityWrite, Store};
use std::collections::BTreeSet;
use uuid::Uuid;

const OTHER: Uuid = Uuid::from_u128(8);

on_each_engine! {
    a_visit_stays_with_the_node_that_lives
    a_silent_node_s_visit_is_taken_over_and_its_writes_are_refused
    a_visit_given_up_is_free
    a_node_that_stops_well_leaves_its_visits_to_the_others
    a_lease_is_renewed_by_the_newest_start_only
    of_two_nodes_that_fight_each_write_is_of_its_owner
}

/// As if nothing was heard of a node for longer than a lease.
async fn fall_silent(store: &Store, node: Uuid) {
    on_db!(&store.db, c => {
        sqlx::query("UPDATE node_lease SET expires_at = expires_at - 60000 WHERE id = $1")
            .bind(node)
            .execute(c)
            .await
            .map(rows)
    })
    .unwrap();
}

/// The two nodes.
async fn both(house: &House) -> (Store, Store) {
    let other = house.opened_by(OTHER).await.start(noon()).await.unwrap();
    (house.started().await, other)
}

async fn a_visit_stays_with_the_node_that_lives(house: House) {
    let (here, there) = both(&house).await;
    let made = visit(&here).await;
    let epoch = ours(&here, made.id).await;
    assert!(here.owns_visit(made.id, epoch).await.unwrap());
    for _ in 0..2 {
        assert_eq!(there.claim_visit(made.id).await.unwrap(), Claim::Elsewhere);
    }
    let appended = here.append(write(made.id, 1, epoch)).await.unwrap();
    assert_eq!(appended, Append::Appended { version: 3 });
    assert_eq!(there.append(write(made.id, 3, epoch)).await.unwrap(), Append::Fenced);
}

async fn a_silent_node_s_visit_is_taken_over_and_its_writes_are_refused(house: House) {
    let (here, there) = both(&house).await;
    let made = visit(&here).await;
    let before = ours(&here, made.id).await;
    fall_silent(&here, NODE).await;
    let after = ours(&there, made.id).await;
    assert!(after > before, "an epoch never goes back");

    // It was not dead at all, and does not know until it asks.
    assert!(!here.owns_visit(made.id, before).await.unwrap());
    assert!(there.owns_visit(made.id, after).await.unwrap());
    assert_eq!(here.append(write(made.id, 1, before)).await.unwrap(), Append::Fenced);
    let late = QualityWrite { visit: made.id, epoch: before, at: noon(), body: "late" };
    assert!(!here.keep_quality(late).await.unwrap());
    here.beat().await.unwrap();
    assert_eq!(here.append(write(made.id, 1, before)).await.unwrap(), Append::Fenced);
    assert_eq!(here.claim_visit(made.id).await.unwrap(), Claim::Elsewhere);
    let appended = there.append(write(made.id, 1, after)).await.unwrap();
    assert_eq!(appended, Append::Appended { version: 3 });
}

async fn a_visit_given_up_is_free(house: House) {
    let (here, there) = both(&house).await;
    let made = visit(&here).await;
    let first = ours(&here, made.id).await;
    let second = ours(&here, made.id).await;
    // Too late: this node has claimed it again since.
    here.release_visit(made.id, first).await.unwrap();
    assert_eq!(there.claim_visit(made.id).await.unwrap(), Claim::Elsewhere);
    here.release_visit(made.id, second).await.unwrap();
    assert_eq!(here.append(write(made.id, 1, second)).await.unwrap(), Append::Fenced);
    assert!(ours(&there, made.id).await > second);
}

async fn a_node_that_stops_well_leaves_its_visits_to_the_others(house: House) {
    let (here, there) = both(&house).await;
    let made = visit(&here).await;
    ours(&here, made.id).await;
    here.close().await.unwrap();
    ours(&there, made.id).await;
}

async fn a_lease_is_renewed_by_the_newest_start_only(house: House) {
    let first = house.started().await;
    first.beat().await.unwrap();
    let made = visit(&first).await;
    fall_silent(&first, NODE).await;
    first.beat().await.unwrap();
    ours(&first, made.id).await;
    let there = house.opened_by(OTHER).await.start(noon()).await.unwrap();
    assert_eq!(there.claim_visit(made.id).await.unwrap(), Claim::Elsewhere);
    let second = house.started().await;
    assert!(matches!(first.beat().await, Err(Fault::Fenced)));
    second.beat().await.unwrap();
    // What an earlier start owned is nobody's, whoever asks first.
    ours(&there, made.id).await;
}

/// Writes as often as it is let, and returns where the log ended each time.
async fn fight(store: Store, visit: Uuid, rival: Uuid) -> Vec<u64> {
    let mut versions = Vec::new();
    for _ in 0..20 {
        fall_silent(&store, rival).await;
        let Claim::Ours(epoch) = store.claim_visit(visit).await.unwrap() else { continue };
        let version = store.load_visit(visit).await.unwrap().unwrap().version;
        for step in [0, 2] {
            let written = store.append(write(visit, version + step, epoch)).await.unwrap();
            if let Append::Appended { version } = written {
                versions.push(version);
            }
        }
    }
    versions
}

async fn of_two_nodes_that_fight_each_write_is_of_its_owner(house: House) {
    let (here, there) = both(&house).await;
    let made = visit(&here).await;
    let fights = [
        tokio::spawn(fight(here.clone(), made.id, OTHER)),
        tokio::spawn(fight(there, made.id, NODE)),
    ];
    let mut versions = Vec::new();
    for fight in fights {
        versions.extend(fight.await.unwrap());
    }
    let apart: BTreeSet<u64> = versions.iter().copied().collect();
    assert_eq!(apart.len(), versions.len(), "each place in the log was written once");
    let stored = here.load_visit(made.id).await.unwrap().unwrap();
    assert_eq!(stored.version, 1 + 2 * u64::try_from(versions.len()).unwrap());
    assert_eq!(apart.last(), Some(&stored.version));
}
