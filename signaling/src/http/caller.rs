//! Who calls: an API key in force, and what it may do.
//!
//! In: the `Authorization` header. Out: the tenant, for a handler that named the scope it
//! needs in its own arguments.
//! Never: a handler that can reach visits without one of these; a hint why a key is wrong.

use crate::key::{self, Scope, Sent};
use crate::problem::{Kind, Rejection};
use crate::{AppState, clock};
use axum::extract::FromRequestParts;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;

/// A caller that may see visits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MayRead {
    /// Whose visits.
    pub(crate) tenant: String,
}

/// A caller that may schedule and cancel visits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MayWrite {
    /// Whose visits.
    pub(crate) tenant: String,
}

impl FromRequestParts<AppState> for MayRead {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Rejection> {
        Ok(Self { tenant: tenant(parts, state, Scope::VisitsRead).await? })
    }
}

impl FromRequestParts<AppState> for MayWrite {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Rejection> {
        Ok(Self { tenant: tenant(parts, state, Scope::VisitsWrite).await? })
    }
}

async fn tenant(parts: &Parts, state: &AppState, scope: Scope) -> Result<String, Rejection> {
    let unauthorized = || {
        Rejection::new(Kind::Unauthorized)
            .detail("Send `Authorization: Bearer vk_…` with a key that is in force.")
    };
    let sent = bearer(parts).and_then(Sent::parse).ok_or_else(unauthorized)?;
    let row = state.store.key(sent.id).await?.ok_or_else(unauthorized)?;
    let now = clock::now();
    if !sent.opens(&row, now) {
        return Err(unauthorized());
    }
    if !key::may(&row, scope) {
        return Err(Rejection::new(Kind::MissingScope)
            .detail(format!("It needs the scope `{}`.", scope.name())));
    }
    state.store.note_key_used(&row, now).await?;
    Ok(row.tenant)
}

fn bearer(parts: &Parts) -> Option<&str> {
    let value = parts.headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, credentials) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| credentials.trim())
}
