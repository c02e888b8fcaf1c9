//! Who looks at what is shown here, for the audit log.
//!
//! In: the caller, and the visits that an answer is made of. Out: go on; or, where it could not
//! be noted, a refusal.
//! Never: an answer before its entry.

use crate::AppState;
use crate::audit::Access;
use crate::http::caller::MayRead;
use crate::problem::Rejection;
use crate::store::Actor;
use uuid::Uuid;

/// Notes that the caller reads `what` of a visit; of none where there is nothing of that id.
pub(super) async fn one(
    state: &AppState,
    (tenant, key): (&str, Uuid),
    what: &'static str,
    visit: Option<Uuid>,
) -> Result<(), Rejection> {
    let actor = Actor::Key(key);
    let look = match visit {
        Some(visit) => Access::read(actor, what, visit),
        None => Access::list(actor, what, Vec::new()).in_vain(),
    };
    Ok(state.audit.access(tenant, &look).await?)
}

/// Notes that the caller is shown a list of `what`, with these visits on it.
pub(super) async fn list(
    state: &AppState,
    caller: &MayRead,
    what: &'static str,
    visits: Vec<Uuid>,
) -> Result<(), Rejection> {
    let look = Access::list(Actor::Key(caller.key), what, visits);
    Ok(state.audit.access(&caller.tenant, &look).await?)
}
