//! Who calls: an API key in force, and what it may do.
//!
//! In: the `Authorization` header. Out: the tenant and the key, for a handler that named the
//! scope it needs in its own arguments.
//! Never: a handler that can reach visits without one of these; a hint why a key is wrong.

use crate::key::{Scope, Scopes, Sent};
use crate::problem::{Kind, Rejection};
use crate::{AppState, clock};
use axum::extract::FromRequestParts;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use uuid::Uuid;

/// Whoever calls, with whatever they may do. A handler takes this one only where the scope it
/// needs depends on what is asked; all others take one of the callers below.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Caller {
    /// Whose visits, keys and webhooks.
    pub(crate) tenant: String,
    /// The id of the key that calls: who acts, for the record.
    pub(crate) key: Uuid,
    /// What it may do.
    pub(crate) scopes: Scopes,
}

impl Caller {
    /// Goes on only if this is allowed.
    pub(crate) fn needs(&self, scope: Scope) -> Result<(), Rejection> {
        if self.scopes.allow(scope) {
            return Ok(());
        }
        let detail = format!("It needs the scope `{}`.", scope.name());
        Err(Rejection::new(Kind::MissingScope).detail(detail))
    }
}

impl FromRequestParts<AppState> for Caller {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Rejection> {
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
        state.store.note_key_used(&row, now).await?;
        Ok(Self { scopes: Scopes::from_kept(&row.scopes), tenant: row.tenant, key: row.id })
    }
}

/// Declares callers that have one scope for certain: `/// doc` `Name: Scope;` each.
macro_rules! callers {
    ($($(#[doc = $doc:literal])+ $name:ident: $scope:ident;)+) => {$(
        $(#[doc = $doc])+
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub(crate) struct $name {
            /// Whose visits, keys and webhooks.
            pub(crate) tenant: String,
            /// The id of the key that calls: who acts, for the record.
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
    /// A caller that may see who did what.
    MayReadAudit: AuditRead;
    /// A caller that may do what only an administrator does.
    MayAdminister: Admin;
}

fn bearer(parts: &Parts) -> Option<&str> {
    let value = parts.headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, credentials) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| credentials.trim())
}
