//! `/v1/clients`: software with keys of its own, registered, listed and revoked.
//!
//! In: requests of a caller with `keys:write`. Out: clients.
//! Never: a client of another tenant; one that may ask for more than whoever registers it; a
//! private key kept.

use super::json::ValidJson;
use super::keys::{Keeper, full, may_give};
use super::parameters::ValidPath;
use crate::client::{self, WrongKeys};
use crate::key::{KEYS_PER_TENANT_MAX, Scopes};
use crate::problem::{Kind, Rejection};
use crate::store::{ClientKeys, ClientRow, KeyKept, NewClientRow};
use crate::{AppState, Fault, clock};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::{IntoResponse, Response};
use bedside_signaling_api::client::{Client, ClientList, NewClient};

/// Register a client.
///
/// Software that has a private key asks for access tokens at `/v1/oauth/token` (SMART Backend
/// Services) instead of keeping an API key. It is registered with its public keys, or with the
/// URL where it publishes them.
#[utoipa::path(
    post,
    path = "/v1/clients",
    tag = "keys",
    request_body = NewClient,
    responses((
        status = 201, description = "The client.", body = Client,
        headers(("Location" = String, description = "Path of the client."))
    )),
    security(("api_key" = ["keys:write"]))
)]
pub(crate) async fn create_client(
    Keeper(caller): Keeper,
    State(state): State<AppState>,
    ValidJson(new): ValidJson<NewClient>,
) -> Result<Response, Rejection> {
    may_give(&caller, &new.scopes.iter().copied().collect())?;
    let NewClient { name, scopes, jwks, jwks_url } = new;
    let keys = client::keys(jwks.map(|jwks| jwks.to_string()), jwks_url).map_err(wrong)?;
    let new = client::NewClient { tenant: caller.tenant, name, scopes, keys };
    let row = client::row(new, Some(caller.key), clock::now());
    match state.store.create_client(&row, KEYS_PER_TENANT_MAX).await? {
        KeyKept::Kept => Ok(created(row)?),
        KeyKept::Full => Err(full("clients")),
    }
}

/// List the clients.
///
/// Those of the caller's tenant that were not revoked, oldest first.
#[utoipa::path(
    get,
    path = "/v1/clients",
    tag = "keys",
    responses((status = 200, description = "The clients.", body = ClientList)),
    security(("api_key" = ["keys:write"]))
)]
pub(crate) async fn list_clients(
    Keeper(caller): Keeper,
    State(state): State<AppState>,
) -> Result<Json<ClientList>, Rejection> {
    let rows = state.store.clients_of(&caller.tenant).await?;
    let data: Result<_, Fault> = rows.into_iter().map(view).collect();
    Ok(Json(ClientList { data: data? }))
}

/// Revoke a client.
///
/// It gets no token any more, and those it has open nothing from the next request on.
#[utoipa::path(
    delete,
    path = "/v1/clients/{id}",
    tag = "keys",
    params(("id" = Uuid, Path, description = "Id of the client.")),
    responses((status = 204, description = "It opens nothing any more.")),
    security(("api_key" = ["keys:write"]))
)]
pub(crate) async fn revoke_client(
    Keeper(caller): Keeper,
    ValidPath(id): ValidPath,
    State(state): State<AppState>,
) -> Result<StatusCode, Rejection> {
    let not_found = || Rejection::new(Kind::NotFound);
    let found = state.store.client(id).await?.filter(|row| row.tenant == caller.tenant);
    found.ok_or_else(not_found)?;
    if !state.store.revoke_client(id, clock::now()).await? {
        return Err(not_found());
    }
    Ok(StatusCode::NO_CONTENT)
}

fn wrong(keys: WrongKeys) -> Rejection {
    let WrongKeys { field, what } = keys;
    let pointer = if field.is_empty() { String::new() } else { format!("/{field}") };
    Rejection::new(Kind::InvalidBody).at(pointer, what)
}

fn created(row: NewClientRow) -> Result<Response, Fault> {
    let location = [(LOCATION, format!("/v1/clients/{}", row.id))];
    let client = view(ClientRow {
        id: row.id,
        tenant: row.tenant,
        name: row.name,
        scopes: row.scopes,
        keys: row.keys,
        created_at: row.created_at,
        revoked_at: None,
        last_used: None,
    })?;
    Ok((StatusCode::CREATED, location, Json(client)).into_response())
}

fn view(row: ClientRow) -> Result<Client, Fault> {
    let (jwks, jwks_url) = match row.keys {
        ClientKeys::Here(jwks) => (Some(jwks), None),
        ClientKeys::At(url) => (None, Some(url)),
    };
    let jwks = jwks.map(|jwks| serde_json::from_str(&jwks)).transpose();
    Ok(Client {
        id: row.id,
        name: row.name,
        scopes: Scopes::from_kept(&row.scopes).iter().collect(),
        created_at: row.created_at,
        last_used_at: row.last_used,
        jwks: jwks.map_err(Fault::stored("key set"))?,
        jwks_url,
    })
}
