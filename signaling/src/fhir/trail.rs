//! `/fhir/{release}/AuditEvent`: the audit log, found by visit and time.
//!
//! In: a search of a privacy officer's software. Out: a page of the log, oldest first.
//! Never: a row of another tenant; a reading that is not itself an entry.

use super::answer::Answer;
use super::appointment::misasked;
use super::node::Issues;
use super::release::Release;
use super::words::{APPOINTMENT, AUDIT_EVENT};
use super::{bundle, request};
use crate::AppState;
use crate::audit::{Access, fhir};
use crate::http::caller::MayReadAudit;
use crate::problem::Rejection;
use crate::store::{Actor, AuditPage};
use axum::Extension;
use axum::extract::{RawQuery, State};
use bedside_signaling_api::audit::AUDIT_PAGE_MAX;
use jiff::Timestamp;
use uuid::Uuid;

/// Entries on a page when nothing is asked for.
const COUNT_DEFAULT: u16 = 50;

/// Which entries.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Sought {
    /// About this appointment.
    entity: Option<String>,
    /// Written from then on.
    since: Option<Timestamp>,
    /// Behind this place.
    after: u64,
    /// At most so many.
    count: u16,
}

/// Finds entries.
pub(super) async fn find(
    caller: MayReadAudit,
    Extension(release): Extension<Release>,
    State(state): State<AppState>,
    RawQuery(query): RawQuery,
) -> Result<Answer, Rejection> {
    let query = query.unwrap_or_default();
    let sought = read(&query)?;
    let visit = match &sought.entity {
        // What is no appointment here has no entries: an id that no visit has.
        Some(id) => {
            let visit = state.store.visit_of_resource(&caller.tenant, id).await?;
            Some(visit.unwrap_or(Uuid::nil()))
        }
        None => None,
    };
    let page = AuditPage {
        tenant: &caller.tenant,
        visit,
        since: sought.since,
        after: sought.after,
        limit: sought.count.saturating_add(1),
    };
    let mut rows = state.store.audit_rows(page).await?;
    let look = Access::list(Actor::Key(caller.key), "audit", visit.into_iter().collect());
    state.audit.access(&caller.tenant, &look).await?;
    let more = rows.len() > usize::from(sought.count);
    rows.truncate(usize::from(sought.count));
    let public_url = state.links.public_url();
    let path = format!("/fhir/{}/{AUDIT_EVENT}", release.name());
    let last = rows.last().filter(|_| more).map(|row| row.seq.to_string());
    let next =
        last.map(|place| format!("{public_url}{path}?{}", request::with_cursor(&query, &place)));
    let spoken = match release {
        Release::R4 => fhir::Release::R4,
        Release::R5 => fhir::Release::R5,
    };
    let events = rows.iter().map(|row| fhir::audit_event(spoken, row)).collect();
    let here = format!("{path}?{query}");
    Ok(Answer::plain(release, bundle::found((public_url, release), (&here, next), events)))
}

fn read(query: &str) -> Result<Sought, Rejection> {
    let mut sought = Sought { entity: None, since: None, after: 0, count: COUNT_DEFAULT };
    let mut issues = Issues::default();
    for (name, value) in request::parameters(query)? {
        let understood = match name.as_str() {
            "entity" => {
                let prefix = format!("{APPOINTMENT}/");
                sought.entity = value.rsplit_once(&prefix).map(|(_, id)| id.to_owned());
                sought.entity.is_some()
            }
            "date" => {
                sought.since = value.strip_prefix("ge").and_then(super::search::first_instant);
                sought.since.is_some()
            }
            "_cursor" => value.parse().is_ok_and(|place: u32| {
                sought.after = u64::from(place);
                true
            }),
            "_count" => value.parse().is_ok_and(|count: u16| {
                sought.count = count.min(AUDIT_PAGE_MAX);
                count > 0
            }),
            "_format" | "_pretty" => true,
            _ => false,
        };
        if !understood {
            issues.note(name, "is not a parameter or a value of this search; see /metadata");
        }
    }
    if issues.is_empty() { Ok(sought) } else { Err(misasked(issues)) }
}
