//! `PUT /v1/experience/{participant}`: the one question of the end page.
//!
//! In: how somebody could see and hear. Out: an event of their visit, also after its end.
//! Never: a word of their own; what is wrong is told to people, and not to a form.

use super::caller::bearer_in;
use super::json::ValidJson;
use super::lessons::person_of;
use super::parameters::ValidPath;
use super::peer::Peer;
use crate::AppState;
use crate::problem::Rejection;
use crate::store::Actor;
use crate::visit::{Attend, Command};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use bedside_signaling_api::attend::Told;

/// Say how it was.
///
/// For pages: the session of the redeemed link goes into `Authorization: Bearer …`. A later answer
/// takes the place of an earlier one.
#[utoipa::path(
    put, path = "/v1/experience/{participant}", tag = "links",
    params(("participant" = Uuid, Path, description = "Id of the person in their visit.")),
    request_body = Told,
    responses((status = 204, description = "It is noted.")),
    security(())
)]
pub(crate) async fn tell_experience(
    peer: Peer,
    ValidPath(participant): ValidPath,
    State(state): State<AppState>,
    headers: HeaderMap,
    ValidJson(told): ValidJson<Told>,
) -> Result<StatusCode, Rejection> {
    let token = bearer_in(&headers).unwrap_or_default();
    let visit = person_of(&state, peer, (participant, token)).await?;
    let experience = told.experience;
    let command = Command::Attend(Attend::TellExperience { participant, experience });
    state.hub.command(visit.id, Actor::Person(participant), command).await?;
    Ok(StatusCode::NO_CONTENT)
}
