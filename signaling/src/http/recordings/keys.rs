//! `/v1/recording-keys`: the public keys a tenant's recordings are sealed to.
//!
//! In: public keys. Out: those in use, and those of before.
//! Never: a private key kept, or shown again to whoever sent it by mistake.

use super::super::caller::{Caller, MayReadRecordings};
use super::super::json::ValidJson;
use super::view;
use crate::key::Scope;
use crate::problem::{Kind, Rejection};
use crate::{AppState, clock};
use axum::Json;
use axum::extract::State;
use bedside_signaling_api::kept::{NewRecordingKeys, RecordingKeySource, RecordingKeys};

/// List the public keys of recordings.
///
/// Whoever has the private key of any of them opens what is recorded from now on. A key that is
/// not in use any more stays on the list: what was recorded in its time is sealed to it.
#[utoipa::path(
    get,
    path = "/v1/recording-keys",
    tag = "recordings",
    responses((status = 200, description = "The keys.", body = RecordingKeys)),
    security(("api_key" = ["recordings:read"]))
)]
pub(crate) async fn list_recording_keys(
    caller: MayReadRecordings,
    State(state): State<AppState>,
) -> Result<Json<RecordingKeys>, Rejection> {
    shown(&state, &caller.tenant).await.map(Json)
}

/// Set the public keys of recordings.
///
/// They take the place of those in use, for recordings that begin from now on: at least two,
/// since a lost private key must not be every recording lost; or none, and then those of the
/// server's settings count. Make them with `bedside recording keygen`, away from this server.
#[utoipa::path(
    put,
    path = "/v1/recording-keys",
    tag = "recordings",
    request_body = NewRecordingKeys,
    responses((status = 200, description = "The keys.", body = RecordingKeys)),
    security(("api_key" = ["keys:write"]))
)]
pub(crate) async fn set_recording_keys(
    caller: Caller,
    State(state): State<AppState>,
    ValidJson(new): ValidJson<NewRecordingKeys>,
) -> Result<Json<RecordingKeys>, Rejection> {
    caller.needs(Scope::KeysWrite)?;
    let wrong = new.keys.iter().enumerate().filter_map(|(place, key)| {
        let refused = state.recordings.check_key(&key.key).err()?;
        Some((format!("/keys/{place}/key"), refused.to_string()))
    });
    let rejection =
        wrong.fold(Rejection::new(Kind::InvalidBody), |rejection, (at, why)| rejection.at(at, why));
    if rejection.has_errors() {
        return Err(rejection);
    }
    let keys: Vec<_> = new.keys.into_iter().map(|key| (key.label, key.key)).collect();
    let by = (caller.tenant.as_str(), caller.key);
    state.store.set_recording_keys(by, &keys, clock::now()).await?;
    shown(&state, &caller.tenant).await.map(Json)
}

async fn shown(state: &AppState, tenant: &str) -> Result<RecordingKeys, Rejection> {
    let rows = state.store.recording_keys(tenant).await?;
    let source = if rows.iter().any(|row| row.revoked_at.is_none()) {
        RecordingKeySource::Own
    } else if state.recordings.has_recipients() {
        RecordingKeySource::Server
    } else {
        RecordingKeySource::None
    };
    Ok(RecordingKeys { source, keys: rows.into_iter().map(view::key).collect() })
}
