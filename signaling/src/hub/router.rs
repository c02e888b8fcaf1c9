//! The media plane's events, each to its visit.
//!
//! In: the media plane's one queue of events. Out: asks on the visits' queues; shard counters.
//! Never: waits for a visit; one that stalls loses its own events, and is told so.

use super::Rooms;
use super::ask::Ask;
use crate::media::visit_of;
use bedside_sfu_api::Event;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;
use tokio::sync::mpsc;
use tokio::sync::mpsc::error::TrySendError;

/// Routes until the media plane ends.
pub(super) async fn run(rooms: Arc<Rooms>, mut events: mpsc::Receiver<Event>) {
    while let Some(event) = events.recv().await {
        route(&rooms, event);
    }
    rooms.counts.silence();
    if rooms.stopping.load(Ordering::Relaxed) {
        tracing::info!("the media plane has ended");
    } else {
        tracing::error!("the media plane has ended; no visit carries voice or picture any more");
    }
}

fn route(rooms: &Rooms, event: Event) {
    if let Event::Stats(stats) = event {
        rooms.counts.shard(stats, Instant::now());
        return;
    }
    let Some(visit) = visit_of(&event) else { return };
    // A visit nobody is in has no use for what its room did last.
    let Some(door) = rooms.door_by_visit.get(&visit) else { return };
    match door.asks.try_send(Ask::Media(event)) {
        Ok(()) | Err(TrySendError::Closed(_)) => {}
        Err(TrySendError::Full(_)) => {
            rooms.counts.media_event_dropped();
            if !door.media_gap.swap(true, Ordering::Relaxed) {
                tracing::warn!(%visit, "the visit is too busy for its media events");
            }
        }
    }
}
