//! The life of one visit's actor: wake, take asks one at a time, go to sleep.
//!
//! In: asks, and the passing of time. Out: whatever each ask leads to.
//! Never: sleeps on an ask; what came in while it lay down goes to the next actor.

use super::ask::Ask;
use super::live::Live;
use super::{Door, HubError, QUEUE_ASKS, Rooms};
use bedside_sfu_api::{Command, RoomId};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};
use uuid::Uuid;

/// Starts an actor and returns the way to it.
pub(super) fn start(rooms: Arc<Rooms>, visit: Uuid) -> Door {
    let (asks, queue) = mpsc::channel(QUEUE_ASKS);
    let door = Door { asks, media_gap: Arc::new(AtomicBool::new(false)) };
    tokio::spawn(watch_over(rooms, visit, door.clone(), queue));
    door
}

/// Lives through the visit; when a broken invariant ends it early, its media ends with it and
/// its people come back to a new actor.
async fn watch_over(rooms: Arc<Rooms>, visit: Uuid, door: Door, queue: mpsc::Receiver<Ask>) {
    let life = tokio::spawn(live_through(Arc::clone(&rooms), visit, door.clone(), queue));
    let lived = life.await;
    rooms.forget(visit, &door.asks);
    match lived {
        Ok(leftover) => {
            for ask in leftover.into_iter().filter(Ask::is_awaited) {
                rooms.send(visit, ask).await;
            }
        }
        Err(broken) => {
            tracing::error!(%visit, %broken, "a visit's actor has ended early");
            // A media plane that is gone needs no telling.
            let _gone = rooms.media.send(Command::Close { room: RoomId(visit) }).await;
        }
    }
}

/// Returns the asks that came while it lay down.
async fn live_through(
    rooms: Arc<Rooms>,
    visit: Uuid,
    door: Door,
    mut queue: mpsc::Receiver<Ask>,
) -> Vec<Ask> {
    match Live::load(rooms, visit, door.asks.clone()).await {
        Ok(mut live) => {
            live.wake_recording().await;
            loop {
                turn(&mut live, &mut queue).await;
                if door.media_gap.swap(false, Ordering::Relaxed) {
                    live.lose_all_media();
                }
                live.settle_turn(Instant::now());
                // Whoever woke it is answered first, even in a visit that is long over.
                if live.superseded || (queue.is_empty() && live.is_idle(Instant::now())) {
                    break;
                }
            }
            live.keep_quality().await;
            live.retire();
            if live.superseded {
                // Whoever writes the visit now has the room elsewhere; here it would stay open.
                let _gone = live.rooms.media.send(Command::Close { room: RoomId(visit) }).await;
                live.give_up_recording().await;
            } else {
                live.release().await;
            }
            queue.close();
            rest(&mut queue).await
        }
        Err(error) => {
            queue.close();
            rest(&mut queue).await.into_iter().for_each(|ask| refuse(ask, error));
            Vec::new()
        }
    }
}

async fn turn(live: &mut Live, queue: &mut mpsc::Receiver<Ask>) {
    let wakes_at = live.wakes_at();
    let owes = !live.owed.is_settled();
    let owes_recorder = live.owes_recorder();
    tokio::select! {
        ask = queue.recv() => {
            if let Some(ask) = ask {
                live.handle_ask(ask).await;
            }
        }
        place = live.owed.place(), if owes => live.owed.settle(place),
        place = live.recorder_place(), if owes_recorder => live.settle_recorder(place),
        () = sleep_until(wakes_at) => live.handle_timeout(Instant::now()).await,
    }
}

/// Everything left on a closed queue.
async fn rest(queue: &mut mpsc::Receiver<Ask>) -> Vec<Ask> {
    let mut rest = Vec::new();
    while let Some(ask) = queue.recv().await {
        rest.push(ask);
    }
    rest
}

fn refuse(ask: Ask, error: HubError) {
    // Whoever no longer waits for the answer needs none.
    let _nobody_waits = match ask {
        Ask::Command { reply, .. } => reply.send(Err(error)).is_ok(),
        Ask::Note { reply, .. } => reply.send(Err(error)).is_ok(),
        Ask::Join { reply, .. } => reply.send(Err(error)).is_ok(),
        Ask::Recorder { reply, .. } => reply.send(Err(error)).is_ok(),
        Ask::GiveStill { reply, .. } => reply.send(Err(error)).is_ok(),
        Ask::FetchStill { reply, .. } => reply.send(Err(error)).is_ok(),
        Ask::Said { .. }
        | Ask::Gone { .. }
        | Ask::Media(_)
        | Ask::Quality { .. }
        | Ask::Place { .. }
        | Ask::Verify
        | Ask::Keep { .. } => false,
    };
}
