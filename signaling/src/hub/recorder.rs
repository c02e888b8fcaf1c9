//! The recorder's events, each to its visit.
//!
//! In: the recorder's one queue of events. Out: asks on the visits' queues, also of visits that
//! are asleep or over.
//! Never: an event that a failing store has lost; it is given again until it is in the log.

use super::ask::Ask;
use super::{HubError, Rooms};
use crate::clock;
use crate::recordings;
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
        rooms.recorded.said(&event);
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
    match event {
        RecorderEvent::Durable { .. }
        | RecorderEvent::Rested { .. }
        | RecorderEvent::Failed { .. }
        | RecorderEvent::Sealed { .. } => deliver(rooms, visit, event).await,
        // A recording that is over is well again without its visit's log saying so.
        RecorderEvent::Recovered { .. } => {
            deliver(rooms, visit, event).await && keep(rooms, event).await
        }
        // These are of the recording, which may outlive the visit.
        RecorderEvent::Shredded { .. } | RecorderEvent::Erased { .. } => keep(rooms, event).await,
    }
}

/// Keeps what no visit's log has a place for; whether it is kept.
async fn keep(rooms: &Arc<Rooms>, event: &RecorderEvent) -> bool {
    match recordings::keep(&rooms.store, event, clock::now()).await {
        Ok(()) => true,
        Err(fault) => {
            let (fault, recording): (&dyn std::error::Error, _) = (&fault, event.recording());
            tracing::error!(%recording, fault, "what the recorder said could not be kept");
            false
        }
    }
}

async fn deliver(rooms: &Arc<Rooms>, visit: Uuid, event: &RecorderEvent) -> bool {
    let said = event.clone();
    match rooms.ask(visit, |reply| Ask::Recorder { event: said, reply }).await {
        Ok(()) | Err(HubError::Refused(_)) => true,
        // The visit is erased, and its log with it.
        Err(HubError::Unknown) => keep(rooms, event).await,
        Err(HubError::Elsewhere | HubError::Failed) => false,
    }
}
