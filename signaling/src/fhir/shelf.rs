//! Appointments as they are kept and shown: looking one up, looking for many.
//!
//! In: a tenant, an id or a search. Out: what the store holds, understood.
//! Never: another tenant's; and nothing is shown here, only found.

use super::make;
use super::search::{Cursor, Search};
use super::status::Status;
use super::view::{Kept, View};
use crate::problem::{Kind, Rejection};
use crate::store::fhir::{Held, SoughtRow, Window};
use crate::{AppState, Fault};
use bedside_signaling_api::visit::VisitState;
use uuid::Uuid;

/// A visit and its appointment.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Found {
    /// As stored.
    pub(super) held: Held,
    /// What was written of it, understood.
    pub(super) kept: Option<Kept>,
}

impl Found {
    fn of(held: Held) -> Result<Self, Fault> {
        let kept = make::kept(&held)?;
        Ok(Self { held, kept })
    }

    /// The id of the visit.
    pub(super) const fn visit(&self) -> Uuid {
        self.held.visit.id
    }

    /// What an appointment is made of.
    pub(super) fn view(&self) -> View<'_> {
        View {
            visit: &self.held.visit,
            kept: self.kept.as_ref(),
            version: self.held.version(),
            updated_at: self.held.updated_at(),
        }
    }
}

/// The appointment of that id, if there is one.
pub(super) async fn look_up(
    state: &AppState,
    tenant: &str,
    id: &str,
) -> Result<Option<Found>, Rejection> {
    let Some(visit) = state.store.visit_of_resource(tenant, id).await? else { return Ok(None) };
    by_visit(state, tenant, visit).await
}

/// The appointment of a visit, if it is of this tenant.
pub(super) async fn by_visit(
    state: &AppState,
    tenant: &str,
    visit: Uuid,
) -> Result<Option<Found>, Rejection> {
    let held = state.store.held(tenant, visit).await?;
    Ok(held.map(Found::of).transpose()?)
}

/// The appointment of that id, or that there is none.
pub(super) async fn fetch(state: &AppState, tenant: &str, id: &str) -> Result<Found, Rejection> {
    look_up(state, tenant, id).await?.ok_or_else(|| Rejection::new(Kind::NotFound))
}

/// A page of what is looked for, and where the next one begins.
pub(super) async fn search(
    state: &AppState,
    tenant: &str,
    search: &Search,
) -> Result<(Vec<Found>, Option<Cursor>), Rejection> {
    let (visits, next) = candidates(state, tenant, search).await?;
    let mut page = Vec::with_capacity(visits.len());
    for visit in visits {
        let found = by_visit(state, tenant, visit).await?;
        page.extend(found.filter(|found| is_sought(search, found)));
    }
    Ok((page, next))
}

/// Visits along the index that narrows most; what they have to be besides is looked at after.
async fn candidates(
    state: &AppState,
    tenant: &str,
    search: &Search,
) -> Result<(Vec<Uuid>, Option<Cursor>), Rejection> {
    if let Some(id) = &search.id {
        let visit = state.store.visit_of_resource(tenant, id).await?;
        return Ok((visit.into_iter().collect(), None));
    }
    if let Some(sought) = &search.identifier {
        return Ok((state.store.visits_identified(tenant, sought).await?, None));
    }
    let count = usize::from(search.count);
    let mut rows = state.store.visits_in(tenant, &window(search)).await?;
    let more = rows.len() > count;
    rows.truncate(count);
    let last = rows.last().filter(|_| more);
    let next = last.map(|(starts_at, visit)| Cursor { starts_at: *starts_at, visit: *visit });
    Ok((rows.into_iter().map(|(_, visit)| visit).collect(), next))
}

fn window(search: &Search) -> Window {
    let states = search.statuses.iter().flat_map(|status| status.states());
    let mut once: Vec<VisitState> = Vec::new();
    for state in states {
        if !once.contains(state) {
            once.push(*state);
        }
    }
    Window {
        from: search.from,
        until: search.until,
        states: once,
        after: search.after.map(|cursor| (cursor.starts_at, cursor.visit)),
        // One more than a page, to know whether there is a next one.
        limit: search.count.saturating_add(1),
    }
}

fn is_sought(search: &Search, found: &Found) -> bool {
    let start = found.held.visit.starts_at;
    let in_time = search.from <= start && start < search.until;
    let status: Status = found.view().status();
    let in_state = search.statuses.is_empty() || search.statuses.contains(&status);
    let identified = search.identifier.as_ref().is_none_or(|sought| has(found, sought));
    in_time && in_state && identified
}

fn has(found: &Found, sought: &SoughtRow) -> bool {
    let Some(kept) = &found.kept else { return false };
    let identifiers = kept.body.get("identifier").and_then(serde_json::Value::as_array);
    identifiers.into_iter().flatten().any(|identifier| {
        let part = |name: &str| identifier.get(name).and_then(serde_json::Value::as_str);
        let system = part("system").unwrap_or_default();
        sought.system.as_ref().is_none_or(|wanted| wanted == system)
            && part("value") == Some(sought.value.as_str())
    })
}
