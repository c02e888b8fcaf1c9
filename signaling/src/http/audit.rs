//! `/v1/audit`: who did what, and who looked.
//!
//! In: a request of a privacy officer's software. Out: entries oldest first, checkpoints newest
//! first.
//! Never: an entry of another tenant; a reading that is not itself an entry.

mod page;
mod view;

use super::caller::MayReadAudit;
use super::parameters::ValidQuery;
use crate::AppState;
use crate::audit::Access;
use crate::problem::Rejection;
use crate::store::Actor;
use axum::Json;
use axum::extract::State;
use axum::http::header::LINK;
use axum::response::{AppendHeaders, IntoResponse, Response};
use bedside_signaling_api::audit::{AuditCheckpoints, AuditPage};
use page::{Checkpoints, Entries};

/// Read the audit log.
///
/// Oldest first. Each event of a visit is an entry, and so is each look at a record, this one
/// too; a list of visits is an entry for each visit that was on it. People and keys are keyed
/// hashes; their ids stand beside them as long as they are known here. Follow `Link: <…>;
/// rel="next"`, or give `next_cursor` as `cursor`.
#[utoipa::path(
    get,
    path = "/v1/audit",
    tag = "audit",
    params(Entries),
    responses((
        status = 200, description = "One page.", body = AuditPage,
        headers(("Link" = String, description = "`rel=\"next\"`; absent on the last page."))
    )),
    security(("api_key" = ["audit:read"]))
)]
pub(crate) async fn read_audit(
    caller: MayReadAudit,
    ValidQuery(wanted): ValidQuery<Entries>,
    State(state): State<AppState>,
) -> Result<Response, Rejection> {
    let (rows, next) = wanted.page(state.store.audit_rows(wanted.rows(&caller.tenant)).await?);
    let known = view::Known::of(&state, &caller.tenant, &rows).await?;
    let look = Access::list(Actor::Key(caller.key), "audit", wanted.visits());
    state.audit.access(&caller.tenant, &look).await?;
    let link = next.as_deref().map(|cursor| (LINK, wanted.link(cursor)));
    let data = rows.iter().map(|row| view::entry(row, &known)).collect();
    Ok((AppendHeaders(link), Json(AuditPage { data, next_cursor: next })).into_response())
}

/// List the checkpoints of the audit log.
///
/// Newest first. At least every thousand entries, and ten minutes after one at the latest, the
/// log's head is signed. Keep the newest line elsewhere: a log that was cut off, or rewritten
/// from an older copy, does not hold what the line says.
#[utoipa::path(
    get,
    path = "/v1/audit/checkpoints",
    tag = "audit",
    params(Checkpoints),
    responses((
        status = 200, description = "One page, and the public key.", body = AuditCheckpoints,
        headers(("Link" = String, description = "`rel=\"next\"`; absent on the last page."))
    )),
    security(("api_key" = ["audit:read"]))
)]
pub(crate) async fn list_checkpoints(
    caller: MayReadAudit,
    ValidQuery(wanted): ValidQuery<Checkpoints>,
    State(state): State<AppState>,
) -> Result<Response, Rejection> {
    let tenant = &caller.tenant;
    let kept = state.store.audit_checkpoints(tenant, wanted.before(), wanted.rows()).await?;
    let look = Access::list(Actor::Key(caller.key), "audit_checkpoints", Vec::new());
    state.audit.access(tenant, &look).await?;
    let (kept, next) = wanted.page(kept);
    let link = next.as_deref().map(|cursor| (LINK, wanted.link(cursor)));
    let data = kept.into_iter().map(view::checkpoint).collect();
    let key = state.store.audit_keys().signer.public_key();
    let body = Json(AuditCheckpoints { data, key, next_cursor: next });
    Ok((AppendHeaders(link), body).into_response())
}
