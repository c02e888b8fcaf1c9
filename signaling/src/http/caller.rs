//! Who calls: an API key or a client in force, and what it may do.
//!
//! In: the `Authorization` header, with a key or an access token. Out: the tenant and the key,
//! for a handler that named the scope it needs in its own arguments.
//! Never: a handler that can reach visits without one of these; a hint why a key is wrong.

use super::peer::peer;
use crate::key::{Scope, Scopes, Sent};
use crate::problem::{Kind, Rejection};
use crate::smart::Rights;
use crate::{AppState, Fault, clock};
use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use uuid::Uuid;

/// Whoever calls, with whatever they may do. A handler takes this one only where the scope it
/// needs depends on what is asked; all others take one of the callers below.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Caller {
    /// Whose visits, keys and webhooks.
    pub(crate) tenant: String,
    /// The id of the key or client that calls: who acts, for the record.
    pub(crate) key: Uuid,
    /// What it may do.
    pub(crate) rights: Rights,
}

impl Caller {
    /// Goes on only if this is allowed.
    pub(crate) fn needs(&self, scope: Scope) -> Result<(), Rejection> {
        if self.rights.scopes().allow(scope) {
            return Ok(());
        }
        let detail = format!("It needs the scope `{}`.", scope.name());
        Err(Rejection::new(Kind::MissingScope).detail(detail))
    }
}

impl FromRequestParts<AppState> for Caller {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Rejection> {
        let Some(caller) = caller_in_force(parts, state).await? else {
            let peer = peer(parts, state).await;
            state.limits.wrong(peer)?;
            return Err(Rejection::new(Kind::Unauthorized).detail(
                "Send `Authorization: Bearer …` with an API key or an access token in force.",
            ));
        };
        state.limits.key(caller.key, Some(&parts.extensions))?;
        Ok(caller)
    }
}

/// Whoever the header speaks for. The row is read on each request, so that a revocation counts
/// from the next one on, on every node.
async fn caller_in_force(parts: &Parts, state: &AppState) -> Result<Option<Caller>, Fault> {
    let now = clock::now();
    let Some(text) = bearer_in(&parts.headers) else { return Ok(None) };
    if let Some(sent) = Sent::parse(text) {
        let row = state.store.key(sent.id).await?.filter(|row| sent.opens(row, now));
        let Some(row) = row else { return Ok(None) };
        state.store.note_key_used(&row, now).await?;
        let rights = Scopes::from_kept(&row.scopes).into();
        return Ok(Some(Caller { tenant: row.tenant, key: row.id, rights }));
    }
    let Ok(granted) = state.tokens.open(text, now) else { return Ok(None) };
    let row = state.store.client(granted.client).await?;
    let row = row.filter(|row| row.revoked_at.is_none());
    Ok(row.map(|row| Caller {
        tenant: row.tenant,
        key: row.id,
        rights: Rights::from_granted(&granted.scope).at(&parts.method, parts.uri.path()),
    }))
}

/// Declares callers that have one scope for certain: `/// doc` `Name: Scope;` each.
macro_rules! callers {
    ($($(#[doc = $doc:literal])+ $name:ident: $scope:ident;)+) => {$(
        $(#[doc = $doc])+
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub(crate) struct $name {
            /// Whose visits, keys and webhooks.
            pub(crate) tenant: String,
            /// The id of the key or client that calls: who acts, for the record.
            pub(crate) key: Uuid,
        }

        impl FromRequestParts<AppState> for $name {
            type Rejection = Rejection;

            async fn from_request_parts(
                parts: &mut Parts,
                state: &AppState,
            ) -> Result<Self, Rejection> {
                let caller = Caller::from_request_parts(parts, state).await?;
                caller.needs(Scope::$scope)?;
                Ok(Self { tenant: caller.tenant, key: caller.key })
            }
        }
    )+};
}

callers! {
    /// A caller that may see visits.
    MayRead: VisitsRead;
    /// A caller that may schedule, change and cancel visits.
    MayWrite: VisitsWrite;
    /// A caller that may see webhooks and their deliveries.
    MayReadWebhooks: WebhooksRead;
    /// A caller that may make and change webhooks.
    MayWriteWebhooks: WebhooksWrite;
    /// A caller that may see recordings.
    MayReadRecordings: RecordingsRead;
    /// A caller that may hold, shred and erase recordings.
    MayWriteRecordings: RecordingsWrite;
    /// A caller that may see who did what.
    MayReadAudit: AuditRead;
}

/// What a header carries.
pub(super) fn bearer_in(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, credentials) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| credentials.trim())
}
