//! The recorder's events, each to its visit.
//!
//! In: the recorder's one queue of events. Out: asks on the visits' queues, also of visits that
//! are asleep or over.
//! Never: an event that a failing store has lost; it is given again until it is in the log.

use super::ask::Ask;
use super::{HubError, Rooms};
use bedside_signaling_api::recorder::RecorderEvent;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::sync::mpsc;
use uuid::Uuid;

/// Until an event that could not be stored is given again. A store that is away is not asked in a
/// circle, and a visit that another node has is seldom given up sooner.
const GIVE_AGAIN: Duration = Duration::from_secs(5);

/// Routes until the recorder ends.
pub(super) async fn run(rooms: Arc<Rooms>, mut events: mpsc::Receiver<RecorderEvent>) {
    while let Some(event) = events.recv().await {
        if !route(&rooms, &event).await {
            tokio::spawn(give_again(Arc::clone(&rooms), event));
        }
    }
    if rooms.stopping.load(Ordering::Relaxed) {
        tracing::info!("the recorder has ended");
    } else {
        tracing::error!("the recorder has ended; no visit is recorded any more");
    }
}

async fn give_again(rooms: Arc<Rooms>, event: RecorderEvent) {
    loop {
        tokio::time::sleep(GIVE_AGAIN).await;
        if rooms.stopping.load(Ordering::Relaxed) || route(&rooms, &event).await {
            return;
        }
    }
}

/// Whether the event has come to where it belongs, or belongs nowhere.
async fn route(rooms: &Arc<Rooms>, event: &RecorderEvent) -> bool {
    let recording = event.recording();
    let visit = match rooms.store.visit_of_recording(recording).await {
        Ok(Some(visit)) => visit,
        Ok(None) => {
            tracing::warn!(%recording, "the recorder speaks of a recording nobody asked for");
            return true;
        }
        Err(fault) => {
            let fault: &dyn std::error::Error = &fault;
            tracing::error!(%recording, fault, "a recording's visit could not be looked up");
            return false;
        }
    };
    deliver(rooms, visit, event).await
}

async fn deliver(rooms: &Arc<Rooms>, visit: Uuid, event: &RecorderEvent) -> bool {
    let said = event.clone();
    match rooms.ask(visit, |reply| Ask::Recorder { event: said, reply }).await {
        Ok(()) | Err(HubError::Unknown | HubError::Refused(_)) => true,
        Err(HubError::Elsewhere | HubError::Failed) => false,
    }
}
