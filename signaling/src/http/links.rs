//! `POST /v1/links/redeem`: a personal link becomes a device's session.
//!
//! In: what stood behind the `#`. Out: a session, and enough to show the person that they are
//! in the right place.
//! Never: a difference between a link that was never made, a wrong one and a voided one; a
//! good link held up by somebody else's wrong ones.

use super::json::ValidJson;
use super::limits::Visitor;
use super::peer::Peer;
use crate::link::Claimed;
use crate::metrics::Redeemed;
use crate::problem::{Kind, Rejection};
use crate::store::{ParticipantRow, SessionRow, VisitRow};
use crate::{AppState, Fault, clock};
use axum::Json;
use axum::extract::State;
use bedside_signaling_api::link::{Redeem, Session};
use bedside_signaling_api::visit::VisitState;

/// Counts a link that opens nothing against whoever tried it.
fn charge(state: &AppState, peer: Peer) -> Result<(), Rejection> {
    state.limits.wrong(peer).inspect_err(|_| state.metrics.redeemed(Redeemed::Limited))
}

/// Redeem a personal link.
///
/// Exchanges what stands behind the `#` of a personal link for the session of one device. A
/// link can be redeemed again, so a reload and a second device work; the newest has the seat.
#[utoipa::path(
    post,
    path = "/v1/links/redeem",
    tag = "links",
    request_body = Redeem,
    responses((status = 200, description = "The session of this device.", body = Session)),
    security(())
)]
pub(crate) async fn redeem_link(
    Visitor(peer): Visitor,
    State(state): State<AppState>,
    ValidJson(redeem): ValidJson<Redeem>,
) -> Result<Json<Session>, Rejection> {
    let opened = open(&state, &redeem).await;
    if matches!(opened, Err(Closed::Unknown)) {
        charge(&state, peer)?;
    }
    state.metrics.redeemed(match &opened {
        Ok(_) => Redeemed::Opened,
        Err(Closed::Unknown) => Redeemed::Unknown,
        Err(Closed::Over | Closed::Cancelled) => Redeemed::Over,
        Err(Closed::Fault(_)) => return opened.map(Json).map_err(Closed::into),
    });
    Ok(Json(opened?))
}

/// Why a link opens nothing.
#[derive(Debug)]
enum Closed {
    Unknown,
    Over,
    Cancelled,
    Fault(Fault),
}

impl From<Fault> for Closed {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<Closed> for Rejection {
    fn from(closed: Closed) -> Self {
        match closed {
            Closed::Unknown => Self::new(Kind::UnknownLink).detail(
                "Open the link from your invitation again, or ask the clinic for a new one.",
            ),
            Closed::Over => {
                Self::new(Kind::VisitOver).detail("Ask the clinic if you expected it to go on.")
            }
            Closed::Cancelled => Self::new(Kind::VisitCancelled)
                .detail("Ask the clinic if you expected it to take place."),
            Closed::Fault(fault) => fault.into(),
        }
    }
}

async fn open(state: &AppState, redeem: &Redeem) -> Result<Session, Closed> {
    let claimed = Claimed::parse(&redeem.link).ok_or(Closed::Unknown)?;
    let found = state.store.participant(claimed.participant).await?;
    let (visit, person) = found.ok_or(Closed::Unknown)?;
    if !state.links.verify(&claimed, person.generation) {
        return Err(Closed::Unknown);
    }
    match visit.state {
        VisitState::Scheduled
        | VisitState::Open
        | VisitState::Live
        | VisitState::NoShowProposed => {}
        VisitState::Ended | VisitState::NoShow => return Err(Closed::Over),
        VisitState::Cancelled => return Err(Closed::Cancelled),
    }
    let session =
        SessionRow { visit: visit.id, participant: person.id, generation: person.generation };
    let token = state.store.open_session(session, clock::now()).await?;
    Ok(answer(&visit, person, token))
}

fn answer(visit: &VisitRow, person: ParticipantRow, session: String) -> Session {
    Session {
        session,
        participant: person.id,
        role: person.role,
        display_name: person.display_name,
        language: person.language,
        starts_at: visit.starts_at,
        ends_at: visit.ends_at(),
    }
}
