//! Actors that go to sleep lose nothing.

use super::house::{HASTY, House, NOTHING, key};
use crate::hub::{Device, HubError, Limits, Outgoing};
use crate::store::Actor;
use crate::visit::Command;
use bedside_sfu_api::{Event, ShardStats};
use bedside_signaling_api::role::Role;
use bedside_signaling_api::socket::{ServerMessage, Standing};
use bedside_signaling_api::visit::VisitState;
use std::time::Duration;
use tokio::task::JoinSet;

/// Actors that lie down as soon as they are alone.
const SLEEPY: Limits = Limits { linger: Duration::ZERO, ..HASTY };

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_comes_while_an_actor_lies_down_is_answered() {
    let house = House::with(&[Role::Patient, Role::Clinician], SLEEPY).await;
    let mut asks = JoinSet::new();
    for _ in 0..500 {
        let (hub, visit) = (house.service.hub.clone(), house.visit);
        asks.spawn(async move {
            hub.command(visit, Actor::Clock, NOTHING).await.map(|visit| visit.state())
        });
        // Lets the actor come to its end between some of the asks.
        tokio::task::yield_now().await;
    }
    while let Some(answer) = asks.join_next().await {
        assert_eq!(answer.unwrap(), Ok(VisitState::Scheduled));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn seats_taken_while_actors_come_and_go_are_one_each() {
    let house = House::with(&[Role::Patient, Role::Clinician], SLEEPY).await;
    let session = house.session(Role::Patient).await;
    let device = Device {
        visit: house.visit,
        participant: house.id(Role::Patient),
        generation: 1,
        key: key(&session),
    };
    for _ in 0..50 {
        let mut joined = house.service.hub.join(device).await.unwrap();
        let Some(Outgoing::Say(word)) = joined.queue.recv().await else {
            panic!("the first word is the welcome");
        };
        assert!(matches!(*word, ServerMessage::Welcome { standing: Standing::Waiting, .. }));
    }
    house.service.hub.quiet().await;
    let cancelled =
        house.service.hub.command(house.visit, Actor::Clock, Command::Cancel).await.unwrap();
    assert_eq!(cancelled.state(), VisitState::Cancelled);
    let voided = Device { generation: 2, ..device };
    assert_eq!(house.service.hub.join(voided).await.err(), Some(HubError::Unknown));
    let stranger = Device { participant: house.visit, ..device };
    assert_eq!(house.service.hub.join(stranger).await.err(), Some(HubError::Unknown));
}

#[tokio::test]
async fn shard_counters_are_kept_in_the_order_of_shards() {
    let house = House::with(&[Role::Patient], HASTY).await;
    let mut stats = house.service.hub.stats();
    for (shard, rooms) in [(1, 5), (0, 3), (1, 6)] {
        house.sees(Event::Stats(ShardStats { shard, rooms, ..ShardStats::default() })).await;
    }
    let newest = stats
        .wait_for(|shards| shards.iter().any(|stats| stats.rooms == 6))
        .await
        .unwrap()
        .iter()
        .map(|stats| (stats.shard, stats.rooms))
        .collect::<Vec<_>>();
    assert_eq!(newest, [(0, 3), (1, 6)]);
}
