//! What the passing of time asks of visits that nobody is in: what is due, who waits where,
//! what is to be erased.
//!
//! In: the store, the hub, a tick a second. Out: wake-ups, places in queues, rows erased.
//! Never: a decision of its own; the visit decides what is due.

use crate::hub::{Hub, HubError};
use crate::queue;
use crate::store::{Actor, Store};
use crate::visit::Command;
use crate::{Fault, clock};
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval};

/// Between two looks at what is due and at the queues. A position is no older than this and a
/// no-show is proposed no later; each look is two indexed reads.
const STEP: Duration = Duration::from_secs(1);
/// Looks between two in which every visit asks whether it is still ours: no longer than a lease,
/// so that nobody is heard for longer than that where another node has the visit.
const VERIFY_EVERY: u32 = 5;
/// Looks between two rounds of erasing: once in ten minutes.
const ERASE_EVERY: u32 = 600;

/// Keeps time until the service stops. A store that fails is logged and asked again.
pub(crate) async fn run(store: Store, hub: Hub, mut stopping: watch::Receiver<bool>) {
    let mut steps = interval(STEP);
    steps.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut count = 0_u32;
    loop {
        tokio::select! {
            _ = stopping.wait_for(|stopping| *stopping) => return,
            _ = steps.tick() => {}
        }
        let erase = count.is_multiple_of(ERASE_EVERY);
        if count.is_multiple_of(VERIFY_EVERY) {
            hub.verify().await;
            if let Err(fault) = wake_recorded(&store, &hub).await {
                let fault: &dyn std::error::Error = &fault;
                tracing::error!(fault, "visits that are recorded could not be looked up");
            }
        }
        count = count.wrapping_add(1);
        if let Err(fault) = step(&store, &hub, erase).await {
            let fault: &dyn std::error::Error = &fault;
            tracing::error!(fault, "what is due could not be looked up");
        }
    }
}

/// Wakes visits that were being recorded when their node stopped: people who stay connected to
/// nothing come back to a visit whose recording goes on.
async fn wake_recorded(store: &Store, hub: &Hub) -> Result<(), Fault> {
    for visit in store.recorded_visits().await? {
        if !hub.holds(visit) {
            // The node that has it records it; what failed was logged and is tried again.
            let _elsewhere = hub.command(visit, Actor::Clock, Command::Wake).await;
        }
    }
    Ok(())
}

async fn step(store: &Store, hub: &Hub, erase: bool) -> Result<(), Fault> {
    let now = clock::now();
    for visit in store.due_visits(now).await? {
        match hub.command(visit, Actor::Clock, Command::Wake).await {
            // Nothing was due after all where the row still says so: it is put right.
            Ok(woken) => store.note_wake(visit, woken.wakes_at(), now).await?,
            Err(HubError::Refused(_) | HubError::Unknown) => {
                store.note_wake(visit, None, now).await?
            }
            // The node that has it looks too, and what failed was logged; the next look finds it.
            Err(HubError::Elsewhere | HubError::Failed) => {}
        }
    }
    for (tenant, name) in hub.queues() {
        let rows = store.queue(&tenant, &name).await?;
        for place in queue::places(&rows, now) {
            hub.place(place.visit, place).await;
        }
    }
    if erase {
        let visits = store.erase_visits(now).await?;
        if visits > 0 {
            tracing::info!(visits, "erased visits that were kept long enough");
        }
        let rows = store.erase_due(now).await?;
        if rows > 0 {
            tracing::info!(rows, "erased what was kept long enough");
        }
    }
    Ok(())
}
