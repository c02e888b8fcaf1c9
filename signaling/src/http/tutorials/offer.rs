//! `PUT /v1/visits/{id}/lessons`: what people may watch while they wait.
//!
//! In: the scheduling system's list. Out: the visit with it.
//! Never: a tutorial of another organisation, or one without a film.

use crate::AppState;
use crate::http::caller::MayWrite;
use crate::http::json::ValidJson;
use crate::http::parameters::ValidPath;
use crate::http::visits::own_visit;
use crate::problem::{Kind, Rejection};
use crate::store::{Actor, TutorialRow};
use crate::visit::{By, Command, Teach};
use axum::extract::State;
use axum::http::StatusCode;
use bedside_signaling_api::tutorial::OfferLessons;

/// Offer tutorials to those who wait.
///
/// They see the list in the lobby, and each plays what they like. The whole list; the one before
/// is replaced.
#[utoipa::path(
    put, path = "/v1/visits/{id}/lessons", tag = "tutorials",
    params(("id" = Uuid, Path, description = "Id of the visit.")),
    request_body = OfferLessons,
    responses((status = 204, description = "They are offered.")),
    security(("api_key" = ["visits:write"]))
)]
pub(crate) async fn offer_lessons(
    caller: MayWrite,
    ValidPath(id): ValidPath,
    State(state): State<AppState>,
    ValidJson(OfferLessons { tutorials }): ValidJson<OfferLessons>,
) -> Result<StatusCode, Rejection> {
    own_visit(&state, &caller.tenant, id).await?;
    let mut materials = Vec::with_capacity(tutorials.len());
    for (place, tutorial) in tutorials.into_iter().enumerate() {
        let found = state.store.tutorial(&caller.tenant, tutorial).await?;
        let found = found.map(TutorialRow::into_material);
        materials.push(found.ok_or_else(|| {
            let pointer = format!("/tutorials/{place}");
            Rejection::new(Kind::InvalidBody).at(pointer, "is no tutorial of yours")
        })?);
    }
    let offer = Command::Teach(Teach::Offer { by: By::Desk, materials });
    state.hub.command(id, Actor::Key(caller.key), offer).await?;
    Ok(StatusCode::NO_CONTENT)
}
