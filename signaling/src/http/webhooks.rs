//! `/v1/webhooks`: who is told what happens, and what became of each message.
//!
//! In: requests of a system that wants to be told. Out: its webhooks as they stand.
//! Never: a secret, except in the answer that makes or rotates it; a webhook of another tenant;
//! a URL kept that may not be called.

mod page;
mod view;

use super::caller::{MayReadWebhooks, MayWriteWebhooks};
use super::json::ValidJson;
use super::parameters::{ValidPath, ValidQuery};
use crate::outward::OutwardError;
use crate::problem::{Kind, Rejection};
use crate::store::{EndpointChange, EndpointRow, Registered, ReplayOf};
use crate::webhook::{message_id, message_uuid};
use crate::{AppState, clock};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{LINK, LOCATION};
use axum::response::{AppendHeaders, IntoResponse, Response};
use bedside_signaling_api::webhook::{
    DeliveryPage, NewWebhook, Replay, Replayed, Tested, Webhook, WebhookList, WebhookPatch,
    WebhookState,
};
use jiff::{SignedDuration, Timestamp};
use page::Paging;
use std::time::Duration;
use uuid::Uuid;

/// How long the look-up of a webhook's host may take; whoever makes it waits for the answer.
const LOOKUP_WAIT: Duration = Duration::from_secs(5);
/// How long the secret before a rotation signs too. A day lets a receiver be changed by people
/// who are at work.
const PREVIOUS_FOR: SignedDuration = SignedDuration::from_hours(24);

/// Make a webhook.
///
/// From now on each event of the tenant's visits is sent there by POST, signed by the rules of
/// Standard Webhooks; see `webhooks` in this document for what is sent. The answer holds the
/// secret that signatures are checked with; no later answer does. Messages of one visit come in
/// order, each at least once: one with a `webhook-id` that you have had before is the same one.
/// Answer 2xx within 20 seconds; anything else is tried again for three days, and `410` ends it.
#[utoipa::path(
    post,
    path = "/v1/webhooks",
    tag = "webhooks",
    request_body = NewWebhook,
    responses((
        status = 201, description = "The webhook, with its secret.", body = Webhook,
        headers(("Location" = String, description = "Path of the webhook."))
    )),
    security(("api_key" = ["webhooks:write"]))
)]
pub(crate) async fn create_webhook(
    caller: MayWriteWebhooks,
    State(state): State<AppState>,
    ValidJson(new): ValidJson<NewWebhook>,
) -> Result<Response, Rejection> {
    may_be_called(&state, &new.url).await?;
    let now = clock::now();
    let row = EndpointRow {
        id: Uuid::now_v7(),
        tenant: caller.tenant,
        url: new.url,
        description: new.description,
        types: new.types,
        signature: new.signature,
        state: WebhookState::Enabled,
        generation: 0,
        previous_until: None,
        failing_since: None,
        since: now,
        created_at: now,
    };
    match state.store.add_webhook(&row).await? {
        Registered::Now => {
            let location = [(LOCATION, format!("/v1/webhooks/{}", row.id))];
            let body = Json(view::with_secret(&row, &state.webhook_keys)?);
            Ok((StatusCode::CREATED, location, body).into_response())
        }
        Registered::Full => Err(Rejection::new(Kind::TooManyWebhooks)
            .detail("Remove one, or send several types of message to one.")),
    }
}

/// List webhooks.
///
/// All of them, oldest first.
#[utoipa::path(
    get,
    path = "/v1/webhooks",
    tag = "webhooks",
    responses((status = 200, description = "The webhooks.", body = WebhookList)),
    security(("api_key" = ["webhooks:read"]))
)]
pub(crate) async fn list_webhooks(
    caller: MayReadWebhooks,
    State(state): State<AppState>,
) -> Result<Json<WebhookList>, Rejection> {
    let rows = state.store.webhooks(&caller.tenant).await?;
    let data = rows.iter().map(|row| view::webhook(row, &state.webhook_keys));
    Ok(Json(WebhookList { data: data.collect::<Result<_, _>>()? }))
}

/// Read a webhook.
#[utoipa::path(
    get,
    path = "/v1/webhooks/{id}",
    tag = "webhooks",
    params(("id" = Uuid, Path, description = "Id of the webhook.")),
    responses((status = 200, description = "The webhook as it stands.", body = Webhook)),
    security(("api_key" = ["webhooks:read"]))
)]
pub(crate) async fn read_webhook(
    caller: MayReadWebhooks,
    ValidPath(id): ValidPath,
    State(state): State<AppState>,
) -> Result<Json<Webhook>, Rejection> {
    let row = webhook(&state, &caller.tenant, id).await?;
    Ok(Json(view::webhook(&row, &state.webhook_keys)?))
}

/// Change a webhook.
///
/// What is left out stays. What waits is sent to the new URL. Its signatures stay the same; see
/// `rotate`.
#[utoipa::path(
    patch,
    path = "/v1/webhooks/{id}",
    tag = "webhooks",
    params(("id" = Uuid, Path, description = "Id of the webhook.")),
    request_body = WebhookPatch,
    responses((status = 200, description = "The webhook, changed.", body = Webhook)),
    security(("api_key" = ["webhooks:write"]))
)]
pub(crate) async fn change_webhook(
    caller: MayWriteWebhooks,
    ValidPath(id): ValidPath,
    State(state): State<AppState>,
    ValidJson(patch): ValidJson<WebhookPatch>,
) -> Result<Json<Webhook>, Rejection> {
    if let Some(url) = &patch.url {
        webhook(&state, &caller.tenant, id).await?;
        may_be_called(&state, url).await?;
    }
    let WebhookPatch { url, description, types, enabled } = patch;
    let change = EndpointChange { url, description, types, enabled };
    let row = changed(&state, (&caller.tenant, id), &change).await?;
    Ok(Json(view::webhook(&row, &state.webhook_keys)?))
}

/// Remove a webhook.
///
/// What waits for it is not sent, and its log goes with it.
#[utoipa::path(
    delete,
    path = "/v1/webhooks/{id}",
    tag = "webhooks",
    params(("id" = Uuid, Path, description = "Id of the webhook.")),
    responses((status = 204, description = "It is gone.")),
    security(("api_key" = ["webhooks:write"]))
)]
pub(crate) async fn delete_webhook(
    caller: MayWriteWebhooks,
    ValidPath(id): ValidPath,
    State(state): State<AppState>,
) -> Result<StatusCode, Rejection> {
    if state.store.remove_webhook(&caller.tenant, id).await? {
        return Ok(StatusCode::NO_CONTENT);
    }
    Err(Rejection::new(Kind::NotFound))
}

/// Enable a webhook.
///
/// After it answered `410`, or was disabled. What waited is sent, in order; what happened
/// meanwhile was not written down for it: `replay` sends that.
#[utoipa::path(
    post,
    path = "/v1/webhooks/{id}/enable",
    tag = "webhooks",
    params(("id" = Uuid, Path, description = "Id of the webhook.")),
    responses((status = 200, description = "The webhook, enabled.", body = Webhook)),
    security(("api_key" = ["webhooks:write"]))
)]
pub(crate) async fn enable_webhook(
    caller: MayWriteWebhooks,
    ValidPath(id): ValidPath,
    State(state): State<AppState>,
) -> Result<Json<Webhook>, Rejection> {
    let row = changed(&state, (&caller.tenant, id), &EndpointChange::enable()).await?;
    Ok(Json(view::webhook(&row, &state.webhook_keys)?))
}

/// Exchange the secret of a webhook.
///
/// The answer holds the new one; no later answer does. For 24 hours messages carry two
/// signatures, by the new secret and the one before. A second rotation within that time ends
/// the first secret at once.
#[utoipa::path(
    post,
    path = "/v1/webhooks/{id}/rotate",
    tag = "webhooks",
    params(("id" = Uuid, Path, description = "Id of the webhook.")),
    responses((status = 200, description = "The webhook, with its new secret.", body = Webhook)),
    security(("api_key" = ["webhooks:write"]))
)]
pub(crate) async fn rotate_webhook(
    caller: MayWriteWebhooks,
    ValidPath(id): ValidPath,
    State(state): State<AppState>,
) -> Result<Json<Webhook>, Rejection> {
    let previous_until = clock::now().checked_add(PREVIOUS_FOR).ok();
    let rotated = state.store.rotate_webhook((&caller.tenant, id), previous_until).await?;
    let row = rotated.ok_or_else(|| Rejection::new(Kind::NotFound))?;
    Ok(Json(view::with_secret(&row, &state.webhook_keys)?))
}

/// Send a test to a webhook.
///
/// A message of type `ping`, which tells of nothing. What became of it is in the deliveries.
#[utoipa::path(
    post,
    path = "/v1/webhooks/{id}/test",
    tag = "webhooks",
    params(("id" = Uuid, Path, description = "Id of the webhook.")),
    responses((status = 202, description = "It is on its way.", body = Tested)),
    security(("api_key" = ["webhooks:write"]))
)]
pub(crate) async fn test_webhook(
    caller: MayWriteWebhooks,
    ValidPath(id): ValidPath,
    State(state): State<AppState>,
) -> Result<(StatusCode, Json<Tested>), Rejection> {
    let row = webhook(&state, &caller.tenant, id).await?;
    if row.state != WebhookState::Enabled {
        return Err(Rejection::new(Kind::WebhookDisabled));
    }
    let message = state.store.ping_webhook(&row, clock::now()).await?;
    Ok((StatusCode::ACCEPTED, Json(Tested { message: message_id(message) })))
}

/// List what was sent to a webhook.
///
/// Newest message first, with each attempt: when, how long it took, what was answered or why
/// nothing was. Kept for 30 days.
#[utoipa::path(
    get,
    path = "/v1/webhooks/{id}/deliveries",
    tag = "webhooks",
    params(("id" = Uuid, Path, description = "Id of the webhook."), Paging),
    responses((
        status = 200, description = "One page.", body = DeliveryPage,
        headers(("Link" = String, description = "`rel=\"next\"`; absent on the last page."))
    )),
    security(("api_key" = ["webhooks:read"]))
)]
pub(crate) async fn list_deliveries(
    caller: MayReadWebhooks,
    ValidPath(id): ValidPath,
    ValidQuery(paging): ValidQuery<Paging>,
    State(state): State<AppState>,
) -> Result<Response, Rejection> {
    let row = webhook(&state, &caller.tenant, id).await?;
    let rows = state.store.webhook_deliveries(row.id, paging.before(), paging.rows()).await?;
    let page = paging.page(rows);
    let link = page.next_cursor.as_deref().map(|cursor| (LINK, paging.link(row.id, cursor)));
    Ok((AppendHeaders(link), Json(page)).into_response())
}

/// Send messages again.
///
/// One by its id, those of a visit, or those from a moment on; with the same ids as before, in
/// the order of each visit. Messages are kept for 30 days. What waits for another attempt is
/// sent at once.
#[utoipa::path(
    post,
    path = "/v1/webhooks/{id}/replay",
    tag = "webhooks",
    params(("id" = Uuid, Path, description = "Id of the webhook.")),
    request_body = Replay,
    responses((status = 202, description = "They are on their way.", body = Replayed)),
    security(("api_key" = ["webhooks:write"]))
)]
pub(crate) async fn replay_webhook(
    caller: MayWriteWebhooks,
    ValidPath(id): ValidPath,
    State(state): State<AppState>,
    ValidJson(replay): ValidJson<Replay>,
) -> Result<(StatusCode, Json<Replayed>), Rejection> {
    let row = webhook(&state, &caller.tenant, id).await?;
    let which = which(&replay)?;
    let replayed = state.store.replay_webhook(&row, which, clock::now()).await?;
    if replayed.messages == 0 && matches!(which, ReplayOf::Message(_)) {
        return Err(Rejection::new(Kind::InvalidBody).at("/message", "is no message that is kept"));
    }
    Ok((StatusCode::ACCEPTED, Json(replayed)))
}

/// What a replay asks for.
fn which(replay: &Replay) -> Result<ReplayOf, Rejection> {
    match (&replay.message, replay.visit, replay.since) {
        (Some(id), None, None) => message_uuid(id).map(ReplayOf::Message).ok_or_else(|| {
            Rejection::new(Kind::InvalidBody).at("/message", "has to be the id of a message")
        }),
        (None, Some(visit), since) => {
            Ok(ReplayOf::Since(since.unwrap_or(Timestamp::UNIX_EPOCH), Some(visit)))
        }
        (None, None, Some(since)) => Ok(ReplayOf::Since(since, None)),
        (Some(_), _, _) | (None, None, None) => Err(Rejection::new(Kind::InvalidBody)
            .at("", "has to hold `message`, or `visit`, or `since`, or `visit` and `since`")),
    }
}

/// A tenant's webhook, or that there is none.
async fn webhook(state: &AppState, tenant: &str, id: Uuid) -> Result<EndpointRow, Rejection> {
    let found = state.store.webhook(tenant, id).await?;
    found.ok_or_else(|| Rejection::new(Kind::NotFound))
}

async fn changed(
    state: &AppState,
    one: (&str, Uuid),
    change: &EndpointChange,
) -> Result<EndpointRow, Rejection> {
    let changed = state.store.change_webhook(one, change, clock::now()).await?;
    changed.ok_or_else(|| Rejection::new(Kind::NotFound))
}

/// Turns down what would never be called. It is looked at again before each call, because what a
/// name means can change.
async fn may_be_called(state: &AppState, url: &str) -> Result<(), Rejection> {
    let told = |error: OutwardError| {
        Rejection::new(Kind::InvalidBody).at("/url", format!("cannot be called: {error}"))
    };
    state.outward.check(url, LOOKUP_WAIT).await.map_err(told)
}
