//! `/v1/visits/{id}/messages` and `/v1/queues/{queue}/messages`: words to people who wait.
//!
//! In: a ready-made sentence or a text of staff. Out: how many can read it.
//! Never: another organisation's visit; the words in a log, a webhook or the audit; anything
//! written before it is noted who writes.

use super::caller::MayWrite;
use super::idempotency::IdempotencyKey;
use super::json::ValidJson;
use super::parameters::ValidPath;
use super::visits::own_visit;
use crate::audit::Access;
use crate::hub::{HubError, Note, Noted};
use crate::problem::{Kind, Rejection};
use crate::store::Actor;
use crate::{AppState, clock, queue, secret};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use bedside_signaling_api::desk::{NewMessage, Written};
use uuid::Uuid;

/// Write to those who wait in a visit.
///
/// They read it on the page they wait on, and staff in the visit reads it too. A ready-made
/// sentence is read by each in their own language. With an `Idempotency-Key` a repeated request
/// writes nothing twice while they wait.
#[utoipa::path(
    post, path = "/v1/visits/{id}/messages", tag = "visits",
    params(
        ("id" = Uuid, Path, description = "Id of the visit."),
        ("Idempotency-Key" = Option<String>, Header,
         description = "1 to 255 visible ASCII characters, unique to what is asked for."),
    ),
    request_body = NewMessage,
    responses((status = 201, description = "How many can read it.", body = Written)),
    security(("api_key" = ["visits:write"]))
)]
pub(crate) async fn write_to_visit(
    caller: MayWrite,
    ValidPath(id): ValidPath,
    IdempotencyKey(key): IdempotencyKey,
    State(state): State<AppState>,
    ValidJson(message): ValidJson<NewMessage>,
) -> Result<(StatusCode, Json<Written>), Rejection> {
    let note = note(message, key.map(|key| request(&caller.tenant, &id.to_string(), &key)))?;
    own_visit(&state, &caller.tenant, id).await?;
    let look = Access::written(Actor::Key(caller.key), vec![id]);
    state.audit.access(&caller.tenant, &look).await?;
    let mut written = Written::default();
    match state.hub.note(id, note).await? {
        Noted::Written(people) => written.count(people),
        Noted::Other => return Err(other()),
    }
    Ok((StatusCode::CREATED, Json(written)))
}

/// Write to all who wait in a queue.
///
/// As to each of its visits in which somebody waits.
#[utoipa::path(
    post, path = "/v1/queues/{queue}/messages", tag = "visits",
    params(
        ("queue" = String, Path, description = "Name of the queue."),
        ("Idempotency-Key" = Option<String>, Header,
         description = "1 to 255 visible ASCII characters, unique to what is asked for."),
    ),
    request_body = NewMessage,
    responses((status = 201, description = "How many can read it.", body = Written)),
    security(("api_key" = ["visits:write"]))
)]
pub(crate) async fn write_to_queue(
    caller: MayWrite,
    Path(name): Path<String>,
    IdempotencyKey(key): IdempotencyKey,
    State(state): State<AppState>,
    ValidJson(message): ValidJson<NewMessage>,
) -> Result<(StatusCode, Json<Written>), Rejection> {
    let note = note(message, key.map(|key| request(&caller.tenant, &name, &key)))?;
    let rows = state.store.queue(&caller.tenant, &name).await?;
    let places = queue::places(&rows, clock::now());
    let visits: Vec<Uuid> = places.iter().map(|place| place.visit).collect();
    let look = Access::written(Actor::Key(caller.key), visits.clone());
    state.audit.access(&caller.tenant, &look).await?;
    let mut written = Written::default();
    for visit in visits {
        match state.hub.note(visit, note.clone()).await {
            Ok(Noted::Written(people)) => written.count(people),
            Ok(Noted::Other) => return Err(other()),
            // It has ended since the queue was read.
            Err(HubError::Refused(_) | HubError::Unknown) => {}
            Err(HubError::Elsewhere | HubError::Failed) => {
                written.missed = written.missed.saturating_add(1);
            }
        }
    }
    Ok((StatusCode::CREATED, Json(written)))
}

/// One of both, and not both.
fn note(message: NewMessage, request: Option<[u8; 32]>) -> Result<Note, Rejection> {
    let NewMessage { ready, text } = message;
    if ready.is_some() == text.is_some() {
        let told = "give either `ready` or `text`";
        return Err(Rejection::new(Kind::InvalidBody).at("/text", told));
    }
    Ok(Note { text: text.unwrap_or_default(), ready, request })
}

/// The name of a request: the same for the same organisation, visit or queue, and key.
fn request(tenant: &str, to: &str, key: &str) -> [u8; 32] {
    secret::hash(["message", tenant, to, key].join("\0").as_bytes())
}

fn other() -> Rejection {
    Rejection::new(Kind::KeyReused).detail("Use a new key, or send the same words as before.")
}
