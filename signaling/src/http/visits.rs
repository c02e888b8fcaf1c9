//! `/v1/visits`: scheduling, reading and cancelling.
//!
//! In: requests of a scheduling system. Out: visits as they stand.
//! Never: a personal link, except in the answer that makes the visit; a visit of another
//! tenant.

pub(crate) mod life;
mod page;
pub(crate) mod people;
pub(crate) mod record;
pub(crate) mod recording;
pub(crate) mod view;

use super::caller::{MayRead, MayWrite};
use super::idempotency::{IDEMPOTENT_REPLAYED, IdempotencyKey};
use super::json::ValidJson;
use super::parameters::{ValidPath, ValidQuery};
use crate::audit::Access;
use crate::plan::{self, Asker, Senseless};
use crate::problem::{Kind, Rejection};
use crate::store::{Actor, Created, Idempotency, NewVisitRow, VisitRow};
use crate::visit::Command;
use crate::{AppState, clock, secret};
use axum::Json;
use axum::extract::State;
use axum::http::header::{LINK, LOCATION};
use axum::http::{HeaderName, StatusCode};
use axum::response::{AppendHeaders, IntoResponse, Response};
use bedside_signaling_api::visit::{NewVisit, Visit, VisitPage};
use page::Paging;
use uuid::Uuid;

/// Schedule a visit.
///
/// The answer holds one personal link a participant; no later answer does. Send an
/// `Idempotency-Key`, and a repeated request within 24 hours makes no second visit: it gets
/// the first answer again, with `Idempotent-Replayed: true`.
#[utoipa::path(
    post,
    path = "/v1/visits",
    tag = "visits",
    request_body = NewVisit,
    params((
        "Idempotency-Key" = Option<String>, Header,
        description = "1 to 255 visible ASCII characters, unique to what is asked for.",
        example = "9f0c2f4e-8d0c-4b8e-9a55-1f6f6cf7f7a1"
    )),
    responses((
        status = 201, description = "The visit, with a personal link a participant.",
        body = Visit,
        headers(
            ("Location" = String, description = "Path of the visit."),
            ("Idempotent-Replayed" = String, description = "`true` on a repeated answer."),
        )
    )),
    security(("api_key" = ["visits:write"]))
)]
pub(crate) async fn create_visit(
    caller: MayWrite,
    IdempotencyKey(key): IdempotencyKey,
    State(state): State<AppState>,
    ValidJson(new): ValidJson<NewVisit>,
) -> Result<Response, Rejection> {
    make(&state, &caller, (None, key), &new).await
}

/// Why a visit is not to be recorded as one film.
const NO_FILMS: &str = "is not made by this server: `recording.composite_cores` gives it no cores";

/// Stores what is asked for, a visit or a series, and answers with the first of it.
async fn make(
    state: &AppState,
    caller: &MayWrite,
    (follows, key): (Option<Uuid>, Option<String>),
    new: &NewVisit,
) -> Result<Response, Rejection> {
    if new.recorded_as.is_some_and(|form| !state.recordings.makes(form.mode)) {
        return Err(Rejection::new(Kind::InvalidBody).at("/recorded_as/mode", NO_FILMS));
    }
    let request = key.map(|key| idempotency(key, (follows, new))).transpose()?;
    let (tenant, actor) = (caller.tenant.clone(), Actor::Key(caller.key));
    let asker = Asker { tenant, actor, follows };
    let (first, rows) = planned(state, &asker, new)?;
    match state.store.create_visits(&rows, request.as_ref()).await? {
        Created::Now => Ok(created(state, &first, &[])),
        Created::Before(id) => {
            let by = (asker.tenant.as_str(), caller.key);
            let mut before = shown(state, by, "visit", id).await?;
            // The answer given then: the visit as it was made, however it stands now.
            (before.state, before.recording) = (first.state, None);
            Ok(created(state, &before, &[(IDEMPOTENT_REPLAYED, "true")]))
        }
        other @ (Created::KeyTaken | Created::NoSuchPartner(_)) => Err(not_created(&other)),
    }
}

/// The visits of a request as they will be stored, and the first of them as it will be read.
fn planned(
    state: &AppState,
    asker: &Asker,
    new: &NewVisit,
) -> Result<(VisitRow, Vec<NewVisitRow>), Rejection> {
    let rows = plan::plan(asker, new, &state.identifiers, clock::now())?;
    let first = rows.first().map(NewVisitRow::row);
    first.map(|first| (first, rows)).ok_or_else(|| Rejection::new(Kind::Fault))
}

/// Why a visit was not made.
fn not_created(created: &Created) -> Rejection {
    match created {
        Created::NoSuchPartner(_) => Rejection::new(Kind::InvalidBody)
            .at("/partners", "names an organisation this server does not know"),
        Created::KeyTaken | Created::Now | Created::Before(_) => Rejection::new(Kind::KeyReused)
            .detail("Use a new key, or send the same visit as before."),
    }
}

/// List visits.
///
/// Newest scheduled first; by one of `reference`, `series`, `queue`, `state`, or `from` and
/// `to`, or all. Follow `Link: <…>; rel="next"`, or give `next_cursor` as `cursor`.
#[utoipa::path(
    get,
    path = "/v1/visits",
    tag = "visits",
    params(Paging),
    responses((
        status = 200, description = "One page.", body = VisitPage,
        headers(("Link" = String, description = "`rel=\"next\"`; absent on the last page."))
    )),
    security(("api_key" = ["visits:read"]))
)]
pub(crate) async fn list_visits(
    caller: MayRead,
    ValidQuery(paging): ValidQuery<Paging>,
    State(state): State<AppState>,
) -> Result<Response, Rejection> {
    let rows = state
        .store
        .visits(&caller.tenant, &paging.finding()?, paging.before(), paging.rows())
        .await?;
    let page = paging.page(rows, &caller.tenant);
    let seen = page.data.iter().map(|visit| visit.id).collect();
    let look = Access::list(Actor::Key(caller.key), "visits", seen);
    state.audit.access(&caller.tenant, &look).await?;
    let link = page.next_cursor.as_deref().map(|cursor| (LINK, paging.link(cursor)));
    Ok((AppendHeaders(link), Json(page)).into_response())
}

/// Read a visit.
#[utoipa::path(
    get,
    path = "/v1/visits/{id}",
    tag = "visits",
    params(("id" = Uuid, Path, description = "Id of the visit.")),
    responses((status = 200, description = "The visit as it stands.", body = Visit)),
    security(("api_key" = ["visits:read"]))
)]
pub(crate) async fn read_visit(
    caller: MayRead,
    ValidPath(id): ValidPath,
    State(state): State<AppState>,
) -> Result<Json<Visit>, Rejection> {
    let row = shown(&state, (&caller.tenant, caller.key), "visit", id).await?;
    Ok(Json(view::visit(&row, &caller.tenant)))
}

/// Cancel a visit.
///
/// Whoever waits is told, and the links open nothing any more. Cancelling a cancelled visit
/// changes nothing. While anybody is in the visit it is ended by its staff, not cancelled.
#[utoipa::path(
    post,
    path = "/v1/visits/{id}/cancel",
    tag = "visits",
    params(("id" = Uuid, Path, description = "Id of the visit.")),
    responses((status = 200, description = "The visit, cancelled.", body = Visit)),
    security(("api_key" = ["visits:write"]))
)]
pub(crate) async fn cancel_visit(
    caller: MayWrite,
    ValidPath(id): ValidPath,
    State(state): State<AppState>,
) -> Result<Json<Visit>, Rejection> {
    own_visit(&state, &caller.tenant, id).await?;
    state.hub.command(id, Actor::Key(caller.key), Command::Cancel).await?;
    let row = shown(&state, (&caller.tenant, caller.key), "visit", id).await?;
    Ok(Json(view::visit(&row, &caller.tenant)))
}

/// A visit that is the tenant's own, or that there is none for them to change.
pub(super) async fn own_visit(
    state: &AppState,
    tenant: &str,
    id: Uuid,
) -> Result<VisitRow, Rejection> {
    let found = visit(state, tenant, id).await?;
    if found.tenant == tenant { Ok(found) } else { Err(Rejection::new(Kind::NotFound)) }
}

impl From<Senseless> for Rejection {
    fn from(senseless: Senseless) -> Self {
        let pointer = match senseless {
            Senseless::Policy => "/policy",
            Senseless::TimeZone => "/repeat/time_zone",
            Senseless::Calendar => "/repeat",
        };
        Self::new(Kind::InvalidBody).at(pointer, senseless.to_string())
    }
}

/// A visit the tenant may see, for a caller who is going to be shown `what` of it: the look is in
/// the audit log before this answers, also when there is no such visit.
pub(super) async fn shown(
    state: &AppState,
    (tenant, key): (&str, Uuid),
    what: &'static str,
    id: Uuid,
) -> Result<VisitRow, Rejection> {
    let found = state.store.visit(tenant, id).await?;
    let look = Access::read(Actor::Key(key), what, id);
    let look = if found.is_some() { look } else { look.in_vain() };
    state.audit.access(tenant, &look).await?;
    found.ok_or_else(|| Rejection::new(Kind::NotFound))
}

/// A visit the tenant may see, or that there is none.
pub(super) async fn visit(state: &AppState, tenant: &str, id: Uuid) -> Result<VisitRow, Rejection> {
    let found = state.store.visit(tenant, id).await?;
    found.ok_or_else(|| Rejection::new(Kind::NotFound))
}

/// The hash is over the visit as understood, so that spaces and the order of fields make no
/// difference.
fn idempotency(key: String, asked: (Option<Uuid>, &NewVisit)) -> Result<Idempotency, Rejection> {
    let understood = serde_json::to_vec(&asked).map_err(crate::Fault::stored("request"))?;
    Ok(Idempotency { key, request_hash: secret::hash(&understood) })
}

fn created(state: &AppState, row: &VisitRow, more: &[(HeaderName, &'static str)]) -> Response {
    let location = [(LOCATION, format!("/v1/visits/{}", row.id))];
    let body = Json(view::visit_with_links(row, &state.links));
    let more = AppendHeaders(more.iter().cloned());
    (StatusCode::CREATED, location, more, body).into_response()
}
