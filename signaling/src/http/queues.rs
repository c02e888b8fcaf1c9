//! `/v1/queues/{queue}` and `/v1/policies`.
//!
//! In: a reading caller. Out: who waits where and for how long; the profiles of rules.
//! Never: a name; a queue is visits and times.

use super::caller::MayRead;
use crate::audit::Access;
use crate::problem::Rejection;
use crate::store::Actor;
use crate::{AppState, clock, policy, queue};
use axum::Json;
use axum::extract::{Path, State};
use bedside_signaling_api::desk::{Policies, Queue, QueueEntry};

/// Read a queue.
///
/// Visits scheduled with this `queue` in which somebody waits, the next one first. A queue that
/// nobody has named is empty.
#[utoipa::path(
    get, path = "/v1/queues/{queue}", tag = "visits",
    params(("queue" = String, Path, description = "Name of the queue.")),
    responses((status = 200, description = "Who waits, and for how long.", body = Queue)),
    security(("api_key" = ["visits:read"]))
)]
pub(crate) async fn read_queue(
    caller: MayRead,
    Path(name): Path<String>,
    State(state): State<AppState>,
) -> Result<Json<Queue>, Rejection> {
    let rows = state.store.queue(&caller.tenant, &name).await?;
    let entries = queue::places(&rows, clock::now()).into_iter().filter_map(|place| {
        let row = rows.iter().find(|row| row.visit == place.visit)?;
        Some(QueueEntry {
            visit: place.visit,
            position: place.position,
            wait_minutes: place.wait_minutes,
            waiting_since: row.waiting_since?,
            urgent: row.urgent,
        })
    });
    let waiting: Vec<QueueEntry> = entries.collect();
    let look = Access::list(
        Actor::Key(caller.key),
        "queue",
        waiting.iter().map(|entry| entry.visit).collect(),
    );
    state.audit.access(&caller.tenant, &look).await?;
    let seen = rows.iter().filter(|row| row.seen_since.is_some()).count();
    let being_seen = u32::try_from(seen).unwrap_or(u32::MAX);
    Ok(Json(Queue { being_seen, data: waiting }))
}

/// List the profiles of rules that visits can be held under.
#[utoipa::path(
    get, path = "/v1/policies", tag = "visits",
    responses((status = 200, description = "Every profile.", body = Policies)),
    security(("api_key" = ["visits:read"]))
)]
pub(crate) async fn list_policies(_caller: MayRead) -> Json<Policies> {
    Json(Policies { data: policy::profiles().to_vec() })
}
