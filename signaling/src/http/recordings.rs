//! `/v1/recordings`: what was recorded, as it is kept; held, shredded, erased.
//!
//! In: requests of the visit's own organisation. Out: recordings as they stand, sealed bytes.
//! Never: a recording of another organisation, nor one of a visit in which it is a partner; a
//! look without its entry in the audit log; anything unsealed, which is not here.

pub(crate) mod keys;
pub(crate) mod object;
mod page;
mod view;

use super::caller::{MayReadRecordings, MayWriteRecordings};
use super::json::ValidJson;
use super::parameters::{ValidPath, ValidQuery};
use crate::audit::Access;
use crate::problem::{Kind, Rejection};
use crate::recordings::Away;
use crate::store::{Actor, Asked, Held, RecordingRow};
use crate::{AppState, clock};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::LINK;
use axum::response::{AppendHeaders, IntoResponse, Response};
use bedside_signaling_api::kept::{
    KeptRecording, KeptState, NewRecordingHold, RecordingPage, RecordingWish,
};
use page::Paging;
use uuid::Uuid;

/// When a caller may come back whom the recorder could not answer, in seconds.
const RETRY_SECONDS: u64 = 5;

/// List recordings.
///
/// Newest first; of one visit, or in one state, or all. A recording outlives its visit where it is
/// held or kept for longer, and of an erased one this entry remains. Follow `Link: <…>;
/// rel="next"`, or give `next_cursor` as `cursor`.
#[utoipa::path(
    get,
    path = "/v1/recordings",
    tag = "recordings",
    params(Paging),
    responses((
        status = 200, description = "One page.", body = RecordingPage,
        headers(("Link" = String, description = "`rel=\"next\"`; absent on the last page."))
    )),
    security(("api_key" = ["recordings:read"]))
)]
pub(crate) async fn list_recordings(
    caller: MayReadRecordings,
    ValidQuery(paging): ValidQuery<Paging>,
    State(state): State<AppState>,
) -> Result<Response, Rejection> {
    let rows = state.store.recordings(paging.wanted(&caller.tenant)).await?;
    let page = paging.page(rows);
    let seen = page.data.iter().map(|recording| recording.visit).collect();
    let look = Access::list(Actor::Key(caller.key), "recordings", seen);
    state.audit.access(&caller.tenant, &look).await?;
    let link = page.next_cursor.as_deref().map(|cursor| (LINK, paging.link(cursor)));
    Ok((AppendHeaders(link), Json(page)).into_response())
}

/// Read a recording.
///
/// With the list of its objects: the signed manifest, whose last line the `head` names, and the
/// sealed parts. `bedside recording fetch` gets them all and `bedside recording verify` checks
/// them without a key.
#[utoipa::path(
    get,
    path = "/v1/recordings/{id}",
    tag = "recordings",
    params(("id" = Uuid, Path, description = "Id of the recording.")),
    responses((status = 200, description = "The recording as it stands.", body = KeptRecording)),
    security(("api_key" = ["recordings:read"]))
)]
pub(crate) async fn read_recording(
    caller: MayReadRecordings,
    ValidPath(id): ValidPath,
    State(state): State<AppState>,
) -> Result<Json<KeptRecording>, Rejection> {
    let row = shown(&state, (&caller.tenant, caller.key), ("recording", id)).await?;
    let objects = match row.state {
        KeptState::Erased => Some(Vec::new()),
        KeptState::Asked
        | KeptState::Recording
        | KeptState::Paused
        | KeptState::Closing
        | KeptState::Sealed
        | KeptState::Failed
        | KeptState::Shredded => state.recordings.objects(id).await.ok(),
    };
    Ok(Json(KeptRecording { objects, ..view::recording(row) }))
}

/// Hold a recording.
///
/// Until the hold is released nobody erases or shreds it, whatever its time; a second hold
/// changes the reason. A wish that was not begun yet is forgotten.
#[utoipa::path(
    put,
    path = "/v1/recordings/{id}/hold",
    tag = "recordings",
    params(("id" = Uuid, Path, description = "Id of the recording.")),
    request_body = NewRecordingHold,
    responses((status = 200, description = "The recording, held.", body = KeptRecording)),
    security(("api_key" = ["recordings:write"]))
)]
pub(crate) async fn hold_recording(
    caller: MayWriteRecordings,
    ValidPath(id): ValidPath,
    State(state): State<AppState>,
    ValidJson(hold): ValidJson<NewRecordingHold>,
) -> Result<Json<KeptRecording>, Rejection> {
    let one = (caller.tenant.as_str(), id);
    let by = (hold.reason.as_str(), caller.key);
    was_held(state.store.hold_recording(one, by, clock::now()).await?)
}

/// Release a recording from its hold.
///
/// What is due then is erased. Releasing one that is not held changes nothing.
#[utoipa::path(
    delete,
    path = "/v1/recordings/{id}/hold",
    tag = "recordings",
    params(("id" = Uuid, Path, description = "Id of the recording.")),
    responses((status = 200, description = "The recording, not held.", body = KeptRecording)),
    security(("api_key" = ["recordings:write"]))
)]
pub(crate) async fn release_recording(
    caller: MayWriteRecordings,
    ValidPath(id): ValidPath,
    State(state): State<AppState>,
) -> Result<Json<KeptRecording>, Rejection> {
    let one = (caller.tenant.as_str(), id);
    was_held(state.store.release_recording(one, caller.key, clock::now()).await?)
}

/// Erase a recording.
///
/// All its objects are removed soon, from this server and from the store; `recording.erased`
/// tells when, and the audit log holds how many there were and the hash that named them. Erasing
/// an erased one changes nothing. A held one is not erased.
#[utoipa::path(
    delete,
    path = "/v1/recordings/{id}",
    tag = "recordings",
    params(("id" = Uuid, Path, description = "Id of the recording.")),
    responses((status = 202, description = "It is being erased, or is.", body = KeptRecording)),
    security(("api_key" = ["recordings:write"]))
)]
pub(crate) async fn erase_recording(
    caller: MayWriteRecordings,
    ValidPath(id): ValidPath,
    State(state): State<AppState>,
) -> Result<(StatusCode, Json<KeptRecording>), Rejection> {
    wished(&state, &caller, (id, RecordingWish::Erase)).await
}

/// Make a recording unreadable.
///
/// Its own key is destroyed; the sealed parts stay until their time and open for nobody any more,
/// whatever copies of them there are. Only a recording that has a key of its own can be shredded
/// (setting `recording.shreddable`). A held one is not shredded.
#[utoipa::path(
    post,
    path = "/v1/recordings/{id}/shred",
    tag = "recordings",
    params(("id" = Uuid, Path, description = "Id of the recording.")),
    responses((status = 202, description = "It is being shredded, or is.", body = KeptRecording)),
    security(("api_key" = ["recordings:write"]))
)]
pub(crate) async fn shred_recording(
    caller: MayWriteRecordings,
    ValidPath(id): ValidPath,
    State(state): State<AppState>,
) -> Result<(StatusCode, Json<KeptRecording>), Rejection> {
    let row = owned(&state, &caller.tenant, id).await?;
    let done = row.state == KeptState::Shredded || row.state == KeptState::Erased;
    if !done && !state.recordings.has_own_key(id).await? {
        return Err(Rejection::new(Kind::NotShreddable));
    }
    wished(&state, &caller, (id, RecordingWish::Shred)).await
}

async fn wished(
    state: &AppState,
    caller: &MayWriteRecordings,
    (id, wish): (Uuid, RecordingWish),
) -> Result<(StatusCode, Json<KeptRecording>), Rejection> {
    let one = (caller.tenant.as_str(), id);
    match state.store.wish_recording(one, (wish, caller.key), clock::now()).await? {
        Asked::Noted(row) => {
            state.recordings.wake();
            Ok((StatusCode::ACCEPTED, Json(view::recording(*row))))
        }
        Asked::Unknown => Err(Rejection::new(Kind::NotFound)),
        Asked::OnHold => Err(Rejection::new(Kind::OnHold)),
        Asked::Live => Err(Rejection::new(Kind::RecordingState)
            .detail("It is still being made; it has to be stopped first.")),
        Asked::TooLate => {
            Err(Rejection::new(Kind::RecordingState).detail("It is erased, or being erased."))
        }
    }
}

fn was_held(held: Held) -> Result<Json<KeptRecording>, Rejection> {
    match held {
        Held::Done(row) => Ok(Json(view::recording(*row))),
        Held::Unknown => Err(Rejection::new(Kind::NotFound)),
        Held::TooLate => Err(Rejection::new(Kind::RecordingState)
            .detail("It is erased or shredded, or being erased or shredded.")),
    }
}

/// A tenant's recording, or that there is none.
async fn owned(state: &AppState, tenant: &str, id: Uuid) -> Result<RecordingRow, Rejection> {
    let found = state.store.recording(tenant, id).await?;
    found.ok_or_else(|| Rejection::new(Kind::NotFound))
}

/// A tenant's recording, for a caller who is going to be shown `what` of it: the look is in the
/// audit log before this answers, also when there is no such recording.
async fn shown(
    state: &AppState,
    (tenant, key): (&str, Uuid),
    (what, id): (&'static str, Uuid),
) -> Result<RecordingRow, Rejection> {
    let found = state.store.recording(tenant, id).await?;
    let look = match &found {
        Some(row) => Access::read(Actor::Key(key), what, row.visit),
        None => Access::list(Actor::Key(key), what, Vec::new()).in_vain(),
    };
    state.audit.access(tenant, &look.of_recording(id)).await?;
    found.ok_or_else(|| Rejection::new(Kind::NotFound))
}

impl From<Away> for Rejection {
    fn from(away: Away) -> Self {
        match away {
            Away::Now => Self::new(Kind::RecorderAway).retry_after(RETRY_SECONDS),
        }
    }
}
