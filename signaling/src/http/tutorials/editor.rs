//! Who may see and change tutorials: software with a key, and staff in a visit.
//!
//! In: the `Authorization` header, with a key, an access token or the session of a page. Out: the
//! organisation, and who acts for it.
//! Never: a session of somebody who is not staff of the visit's own organisation, or of a visit
//! that is over.

use crate::http::caller::{Caller, bearer_in};
use crate::http::oidc::not_over;
use crate::http::peer::peer;
use crate::key::Scope;
use crate::problem::{Kind, Rejection};
use crate::role::may;
use crate::store::{Actor, Editor};
use crate::{AppState, clock};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use bedside_signaling_api::socket::Capability;

/// Whoever may make, change and delete tutorials.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MayTeach(pub(crate) Editor);

/// Whoever may see the tutorials of this tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MayBrowse(pub(crate) String);

impl FromRequestParts<AppState> for MayTeach {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Rejection> {
        editor(parts, state, Scope::TutorialsWrite).await.map(Self)
    }
}

impl FromRequestParts<AppState> for MayBrowse {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Rejection> {
        editor(parts, state, Scope::TutorialsRead).await.map(|editor| Self(editor.tenant))
    }
}

/// The session is looked up on each request, so that a voided link counts from the next one on.
async fn editor(parts: &mut Parts, state: &AppState, scope: Scope) -> Result<Editor, Rejection> {
    if let Some(staff) = staff(parts, state).await? {
        return Ok(staff);
    }
    let caller = Caller::from_request_parts(parts, state).await?;
    caller.needs(scope)?;
    let actor = Actor::Key(caller.key);
    Ok(Editor { tenant: caller.tenant, actor, visit: None, at: clock::now() })
}

/// The member of staff whose session was sent; `None` where it was none.
async fn staff(parts: &mut Parts, state: &AppState) -> Result<Option<Editor>, Rejection> {
    let Some(token) = bearer_in(&parts.headers) else { return Ok(None) };
    let Some(session) = state.store.session(token).await? else { return Ok(None) };
    let peer = peer(parts, state).await;
    state.limits.address(peer, &parts.extensions)?;
    let found = state.store.participant(session.participant).await?;
    let (visit, person) = found.ok_or_else(|| Rejection::new(Kind::UnknownSession))?;
    if !may(person.role, Capability::Teach) || person.partner.is_some() {
        return Err(Rejection::new(Kind::NotStaff)
            .detail("Only staff of the visit's own organisation may do that."));
    }
    not_over(&visit)?;
    let (actor, at) = (Actor::Person(person.id), clock::now());
    Ok(Some(Editor { tenant: visit.tenant, actor, visit: Some(visit.id), at }))
}
