//! `/v1/visits/{id}/participants/{participant}/invitation.ics`: a person's invitation for a
//! calendar.
//!
//! In: who is meant. Out: a calendar file with their personal link; or, for a visit that is
//! called off, one that takes the invitation back.
//! Never: the invitation of somebody whom another organisation sends; theirs to give.

use super::caller::MayWrite;
use super::parameters::PersonPath;
use crate::ical::Invitation;
use crate::problem::{Kind, Rejection};
use crate::{AppState, clock};
use axum::extract::State;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use bedside_signaling_api::visit::VisitState;

/// Read an invitation.
///
/// For the person's calendar: when, and their personal link as `CONFERENCE`; no name and no
/// reason. Ask again after a move or a cancellation: the `UID` stays, `SEQUENCE` counts. It
/// holds the link, so the key needs the scope that makes visits.
#[utoipa::path(
    get,
    path = "/v1/visits/{id}/participants/{participant}/invitation.ics",
    tag = "visits",
    params(PersonPath),
    responses((
        status = 200, description = "The invitation (RFC 5545).",
        body = String, content_type = "text/calendar"
    )),
    security(("api_key" = ["visits:write"]))
)]
pub(crate) async fn read_invitation(
    caller: MayWrite,
    PersonPath { id, participant }: PersonPath,
    State(state): State<AppState>,
) -> Result<Response, Rejection> {
    let looked = (caller.tenant.as_str(), caller.key);
    let visit = super::visits::shown(&state, looked, "invitation", id).await?;
    if visit.tenant != caller.tenant {
        return Err(Rejection::new(Kind::NotFound));
    }
    let seat = visit.participants.iter().find(|seat| seat.id == participant);
    let seat = seat.filter(|seat| seat.partner.is_none());
    let seat = seat.ok_or_else(|| Rejection::new(Kind::NotFound))?;
    let off = seat.gone || visit.state == VisitState::Cancelled;
    let invitation = Invitation {
        participant,
        public_url: state.links.public_url(),
        link: (!off).then(|| state.links.link(seat.id, seat.generation)),
        starts_at: visit.starts_at,
        ends_at: visit.ends_at(),
        sequence: u64::from(visit.moves).saturating_add(u64::from(off)),
        now: clock::now(),
    };
    let kind = format!("text/calendar; charset=utf-8; method={}", invitation.method());
    let name = "attachment; filename=\"visit.ics\"".to_owned();
    Ok(([(CONTENT_TYPE, kind), (CONTENT_DISPOSITION, name)], invitation.text()).into_response())
}
