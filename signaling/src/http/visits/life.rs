//! `/v1/visits/{id}/…`: what a scheduling system does with a visit for its staff.
//!
//! In: a wish. Out: the visit as it stands afterwards.
//! Never: a change of another organisation's visit.

use super::{make, own_visit, shown, view};
use crate::AppState;
use crate::http::caller::MayWrite;
use crate::http::idempotency::IdempotencyKey;
use crate::http::json::ValidJson;
use crate::http::parameters::ValidPath;
use crate::problem::Rejection;
use crate::store::Actor;
use crate::visit::{By, Command, Seen, Shown};
use axum::Json;
use axum::extract::State;
use axum::response::Response;
use bedside_signaling_api::desk::{EndVisit, Extend, Reschedule, SettleNoShow, Transfer};
use bedside_signaling_api::visit::{NewVisit, Visit};
use uuid::Uuid;

/// Move a visit.
///
/// Links stay as they are. While anybody is in the visit it cannot be moved; whoever waits is
/// told the new time.
#[utoipa::path(
    post, path = "/v1/visits/{id}/reschedule", tag = "visits",
    params(("id" = Uuid, Path, description = "Id of the visit.")),
    request_body = Reschedule,
    responses((status = 200, description = "The visit, moved.", body = Visit)),
    security(("api_key" = ["visits:write"]))
)]
pub(crate) async fn reschedule_visit(
    caller: MayWrite,
    ValidPath(id): ValidPath,
    State(state): State<AppState>,
    ValidJson(wish): ValidJson<Reschedule>,
) -> Result<Json<Visit>, Rejection> {
    let before = own_visit(&state, &caller.tenant, id).await?;
    let starts_at = crate::clock::to_millisecond(wish.starts_at);
    let duration_minutes = wish.duration_minutes.unwrap_or(before.duration_minutes);
    changed(&state, &caller, id, Command::Reschedule { starts_at, duration_minutes }).await
}

/// Have a visit wait in another queue.
///
/// Say whom, when and in which queue staff saw; if that is not what is there, nothing happens.
/// Whoever waits keeps the time they have waited, and is told their new place. Sent again it
/// changes nothing.
#[utoipa::path(
    post, path = "/v1/visits/{id}/transfer", tag = "visits",
    params(("id" = Uuid, Path, description = "Id of the visit.")),
    request_body = Transfer,
    responses((status = 200, description = "The visit, in its new queue.", body = Visit)),
    security(("api_key" = ["visits:write"]))
)]
pub(crate) async fn transfer_visit(
    caller: MayWrite,
    ValidPath(id): ValidPath,
    State(state): State<AppState>,
    ValidJson(wish): ValidJson<Transfer>,
) -> Result<Json<Visit>, Rejection> {
    own_visit(&state, &caller.tenant, id).await?;
    let starts_at = crate::clock::to_millisecond(wish.starts_at);
    let shown = Shown { display_name: wish.display_name, starts_at };
    let transfer = Command::Transfer { queue: wish.queue, seen: Seen { shown, queue: wish.from } };
    changed(&state, &caller, id, transfer).await
}

/// Prolong a visit.
#[utoipa::path(
    post, path = "/v1/visits/{id}/extend", tag = "visits",
    params(("id" = Uuid, Path, description = "Id of the visit.")),
    request_body = Extend,
    responses((status = 200, description = "The visit, longer.", body = Visit)),
    security(("api_key" = ["visits:write"]))
)]
pub(crate) async fn extend_visit(
    caller: MayWrite,
    ValidPath(id): ValidPath,
    State(state): State<AppState>,
    ValidJson(Extend { minutes }): ValidJson<Extend>,
) -> Result<Json<Visit>, Rejection> {
    own_visit(&state, &caller.tenant, id).await?;
    changed(&state, &caller, id, Command::Extend { by: By::Desk, minutes }).await
}

/// End a visit for everybody in it.
#[utoipa::path(
    post, path = "/v1/visits/{id}/end", tag = "visits",
    params(("id" = Uuid, Path, description = "Id of the visit.")),
    request_body = EndVisit,
    responses((status = 200, description = "The visit, ended.", body = Visit)),
    security(("api_key" = ["visits:write"]))
)]
pub(crate) async fn end_visit(
    caller: MayWrite,
    ValidPath(id): ValidPath,
    State(state): State<AppState>,
    ValidJson(EndVisit { outcome }): ValidJson<EndVisit>,
) -> Result<Json<Visit>, Rejection> {
    own_visit(&state, &caller.tenant, id).await?;
    let end = Command::End { by: By::Desk, outcome, skip: Vec::new() };
    changed(&state, &caller, id, end).await
}

/// Say whether a patient's absence is a no-show.
///
/// Some minutes after the start without the patient the visit becomes `no_show_proposed`; a
/// person says whether it is one.
#[utoipa::path(
    post, path = "/v1/visits/{id}/no-show", tag = "visits",
    params(("id" = Uuid, Path, description = "Id of the visit.")),
    request_body = SettleNoShow,
    responses((status = 200, description = "The visit as it stands.", body = Visit)),
    security(("api_key" = ["visits:write"]))
)]
pub(crate) async fn settle_no_show(
    caller: MayWrite,
    ValidPath(id): ValidPath,
    State(state): State<AppState>,
    ValidJson(SettleNoShow { confirmed }): ValidJson<SettleNoShow>,
) -> Result<Json<Visit>, Rejection> {
    own_visit(&state, &caller.tenant, id).await?;
    let by = By::Desk;
    let command =
        if confirmed { Command::ConfirmNoShow { by } } else { Command::DismissNoShow { by } };
    changed(&state, &caller, id, command).await
}

/// Schedule a visit that follows another.
#[utoipa::path(
    post, path = "/v1/visits/{id}/follow-on", tag = "visits",
    params(
        ("id" = Uuid, Path, description = "Id of the visit it follows."),
        ("Idempotency-Key" = Option<String>, Header,
         description = "1 to 255 visible ASCII characters, unique to what is asked for."),
    ),
    request_body = NewVisit,
    responses((
        status = 201, description = "The new visit, with a personal link a participant.",
        body = Visit, headers(
            ("Location" = String, description = "Path of the new visit."),
            ("Idempotent-Replayed" = String, description = "`true` on a repeated answer."),
        )
    )),
    security(("api_key" = ["visits:write"]))
)]
pub(crate) async fn follow_visit(
    caller: MayWrite,
    ValidPath(id): ValidPath,
    IdempotencyKey(key): IdempotencyKey,
    State(state): State<AppState>,
    ValidJson(new): ValidJson<NewVisit>,
) -> Result<Response, Rejection> {
    own_visit(&state, &caller.tenant, id).await?;
    make(&state, &caller, (Some(id), key), &new).await
}

/// Gives a command for staff, and shows the visit as it stands afterwards.
pub(super) async fn changed(
    state: &AppState,
    caller: &MayWrite,
    id: Uuid,
    command: Command,
) -> Result<Json<Visit>, Rejection> {
    state.hub.command(id, Actor::Key(caller.key), command).await?;
    let row = shown(state, (&caller.tenant, caller.key), "visit", id).await?;
    Ok(Json(view::visit(&row, &caller.tenant)))
}
