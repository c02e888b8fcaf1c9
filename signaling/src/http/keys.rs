//! `/v1/keys`: API keys made, listed, rotated and revoked by whoever may.
//!
//! In: requests of a caller with `keys:write`. Out: keys; the text of one, once.
//! Never: a key of another tenant; a key that may do more than its maker, made or rotated.

use super::caller::Caller;
use super::json::ValidJson;
use super::parameters::ValidPath;
use crate::key::{self, FreshKey, KEYS_PER_TENANT_MAX, Scope, Scopes};
use crate::problem::{Kind, Rejection};
use crate::store::{KeyKept, KeyRow, NewKeyRow};
use crate::{AppState, clock};
use axum::Json;
use axum::extract::{FromRequestParts, State};
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use bedside_signaling_api::key::{Key, KeyList, NewKey, RotateKey};
use jiff::SignedDuration;
use uuid::Uuid;

/// Make an API key.
///
/// For the caller's own tenant, with no scope that the caller lacks. The answer holds its text;
/// no later answer does, and so an `Idempotency-Key` is of no use here: a key whose answer was
/// lost is revoked, and another made.
#[utoipa::path(
    post,
    path = "/v1/keys",
    tag = "keys",
    request_body = NewKey,
    responses((
        status = 201, description = "The key, with its text.", body = Key,
        headers(("Location" = String, description = "Path of the key."))
    )),
    security(("api_key" = ["keys:write"]))
)]
pub(crate) async fn create_key(
    Keeper(caller): Keeper,
    State(state): State<AppState>,
    ValidJson(new): ValidJson<NewKey>,
) -> Result<Response, Rejection> {
    may_give(&caller, &new.scopes.iter().copied().collect())?;
    let now = clock::now();
    if new.expires_at.is_some_and(|at| at <= now) {
        return Err(Rejection::new(Kind::InvalidBody).at("/expires_at", "is in the past"));
    }
    let NewKey { name, scopes, expires_at } = new;
    let new = key::NewKey { tenant: caller.tenant, name, scopes, expires_at };
    let (fresh, row) = key::mint(&new, Some(caller.key), now)?;
    match state.store.create_key(&row, KEYS_PER_TENANT_MAX).await? {
        KeyKept::Kept => Ok(created(row, fresh)),
        KeyKept::Full => Err(full("keys")),
    }
}

/// List the API keys.
///
/// Those of the caller's tenant that were not revoked, oldest first, without their secrets.
#[utoipa::path(
    get,
    path = "/v1/keys",
    tag = "keys",
    responses((status = 200, description = "The keys.", body = KeyList)),
    security(("api_key" = ["keys:write"]))
)]
pub(crate) async fn list_keys(
    Keeper(caller): Keeper,
    State(state): State<AppState>,
) -> Result<Json<KeyList>, Rejection> {
    let rows = state.store.keys_of(&caller.tenant).await?;
    Ok(Json(KeyList { data: rows.into_iter().map(view).collect() }))
}

/// Rotate an API key.
///
/// It gets a new secret and keeps its id, name and scopes. The present secret still works for
/// `overlap_seconds`, so that nothing stops while a system changes over; the one before it ends
/// now. A caller rotates no key that may do more than itself.
#[utoipa::path(
    post,
    path = "/v1/keys/{id}/rotate",
    tag = "keys",
    params(("id" = Uuid, Path, description = "Id of the key.")),
    request_body = RotateKey,
    responses((status = 200, description = "The key, with its new text.", body = Key)),
    security(("api_key" = ["keys:write"]))
)]
pub(crate) async fn rotate_key(
    Keeper(caller): Keeper,
    ValidPath(id): ValidPath,
    State(state): State<AppState>,
    ValidJson(rotate): ValidJson<RotateKey>,
) -> Result<Json<Key>, Rejection> {
    let row = key_of(&state, &caller.tenant, id).await?;
    may_give(&caller, &Scopes::from_kept(&row.scopes))?;
    let overlap = SignedDuration::from_secs(rotate.overlap_seconds.into());
    let (fresh, rotation) = key::rotate(id, overlap, clock::now())?;
    if !state.store.rotate_key(&rotation).await? {
        return Err(Rejection::new(Kind::NotFound));
    }
    Ok(Json(Key { former_until: rotation.former_until, text: Some(fresh.text), ..view(row) }))
}

/// Revoke an API key.
///
/// It opens nothing from the next request on, whatever its secret; a caller may revoke itself.
#[utoipa::path(
    delete,
    path = "/v1/keys/{id}",
    tag = "keys",
    params(("id" = Uuid, Path, description = "Id of the key.")),
    responses((status = 204, description = "It opens nothing any more.")),
    security(("api_key" = ["keys:write"]))
)]
pub(crate) async fn revoke_key(
    Keeper(caller): Keeper,
    ValidPath(id): ValidPath,
    State(state): State<AppState>,
) -> Result<StatusCode, Rejection> {
    key_of(&state, &caller.tenant, id).await?;
    if !state.store.revoke_key(id, clock::now()).await? {
        return Err(Rejection::new(Kind::NotFound));
    }
    Ok(StatusCode::NO_CONTENT)
}

/// A caller that may make and revoke keys and clients.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Keeper(pub(super) Caller);

impl FromRequestParts<AppState> for Keeper {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Rejection> {
        let caller = Caller::from_request_parts(parts, state).await?;
        caller.needs(Scope::KeysWrite)?;
        Ok(Self(caller))
    }
}

/// Nobody hands out what they do not have.
pub(super) fn may_give(caller: &Caller, wanted: &Scopes) -> Result<(), Rejection> {
    match caller.rights.scopes().lacking(wanted) {
        None => Ok(()),
        Some(scope) => Err(Rejection::new(Kind::MissingScope)
            .detail(format!("The caller itself lacks the scope `{}`.", scope.name()))),
    }
}

/// The tenant has as many as it may have.
pub(super) fn full(what: &str) -> Rejection {
    Rejection::new(Kind::LimitReached)
        .detail(format!("There are {KEYS_PER_TENANT_MAX} {what}; revoke those nobody uses."))
}

/// A tenant's key that was not revoked, or that there is none.
async fn key_of(state: &AppState, tenant: &str, id: Uuid) -> Result<KeyRow, Rejection> {
    let found = state.store.key(id).await?;
    found
        .filter(|row| row.tenant == tenant && row.revoked_at.is_none())
        .ok_or_else(|| Rejection::new(Kind::NotFound))
}

fn created(row: NewKeyRow, fresh: FreshKey) -> Response {
    let location = [(LOCATION, format!("/v1/keys/{}", row.id))];
    let key = Key {
        id: row.id,
        name: row.name,
        scopes: Scopes::from_kept(&row.scopes).iter().collect(),
        created_at: row.created_at,
        expires_at: row.expires_at,
        last_used_at: None,
        former_until: None,
        text: Some(fresh.text),
    };
    (StatusCode::CREATED, location, Json(key)).into_response()
}

fn view(row: KeyRow) -> Key {
    Key {
        id: row.id,
        name: row.name,
        scopes: Scopes::from_kept(&row.scopes).iter().collect(),
        created_at: row.created_at,
        expires_at: row.expires_at,
        last_used_at: row.last_used,
        former_until: row.former.map(|former| former.until),
        text: None,
    }
}
