//! `/v1/visits/{id}/recording`: staff's wish for the recording of a visit that goes on, given by
//! their scheduling system.
//!
//! In: a wish. Out: the visit as it stands afterwards, with its recording.
//! Never: a recording against what people have said, or of another organisation's visit.

use super::life::changed;
use super::own_visit;
use crate::AppState;
use crate::http::caller::MayWrite;
use crate::http::json::ValidJson;
use crate::http::parameters::ValidPath;
use crate::hub::record_command;
use crate::problem::Rejection;
use crate::visit::By;
use axum::Json;
use axum::extract::State;
use bedside_signaling_api::recording::RecordVisit;
use bedside_signaling_api::visit::Visit;

/// Start, pause, resume or stop the recording of a visit.
///
/// The answer says how it stands at once: `starting` until the first part is sealed and on a
/// disk, `paused` while somebody who is asked has not agreed. `recording.started` or
/// `recording.failed` tells what became of it, within seconds. What is as wished already stays.
#[utoipa::path(
    post, path = "/v1/visits/{id}/recording", tag = "visits",
    params(("id" = Uuid, Path, description = "Id of the visit.")),
    request_body = RecordVisit,
    responses((status = 200, description = "The visit, with its recording.", body = Visit)),
    security(("api_key" = ["visits:write"]))
)]
pub(crate) async fn record_visit(
    caller: MayWrite,
    ValidPath(id): ValidPath,
    State(state): State<AppState>,
    ValidJson(RecordVisit { action }): ValidJson<RecordVisit>,
) -> Result<Json<Visit>, Rejection> {
    own_visit(&state, &caller.tenant, id).await?;
    changed(&state, &caller, id, record_command(By::Desk, action)).await
}
