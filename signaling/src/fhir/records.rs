//! What visits leave behind: `Encounter` and `Consent`, read and found.
//!
//! In: ids and references. Out: resources made from a visit's log at the moment of asking.
//! Never: one that is stored; the log is the record, and these are its shape for others.

use super::answer::Answer;
use super::appointment::misasked;
use super::bundle;
use super::node::Issues;
use super::presence::Line;
use super::release::Release;
use super::seen;
use super::shelf::{self, Found};
use super::words::{APPOINTMENT, CONSENT, ENCOUNTER};
use super::{consent, encounter, request};
use crate::AppState;
use crate::http::caller::MayRead;
use crate::problem::{Kind, Rejection};
use axum::Extension;
use axum::extract::{Path, RawQuery, State};
use serde_json::Value;
use uuid::Uuid;

/// Reads an encounter; its id is the visit's.
pub(super) async fn read_encounter(
    caller: MayRead,
    Extension(release): Extension<Release>,
    Path(id): Path<String>,
    State(state): State<AppState>,
) -> Result<Answer, Rejection> {
    let visit = Uuid::try_parse(&id).ok();
    let found = record(&state, &caller, ("encounter", visit)).await?;
    let encounter = encounter::encounter(&found.0.view(), &found.1, release);
    let body = encounter.ok_or_else(|| Rejection::new(Kind::NotFound))?;
    Ok(versioned(&found.0, release, body))
}

/// Finds the encounter of an appointment.
pub(super) async fn find_encounters(
    caller: MayRead,
    Extension(release): Extension<Release>,
    State(state): State<AppState>,
    RawQuery(query): RawQuery,
) -> Result<Answer, Rejection> {
    let query = query.unwrap_or_default();
    let sought = sought(&query, ("appointment", APPOINTMENT))?;
    let visit = match sought {
        Sought::Id(id) => Uuid::try_parse(&id).ok(),
        Sought::Of(id) => state.store.visit_of_resource(&caller.tenant, &id).await?,
    };
    let found = listed_of(&state, &caller, ("encounter", visit)).await?;
    let encounter =
        found.and_then(|(found, log)| encounter::encounter(&found.view(), &log, release));
    Ok(listed(&state, (release, ENCOUNTER), &query, encounter.into_iter().collect()))
}

/// Reads a consent.
pub(super) async fn read_consent(
    caller: MayRead,
    Extension(release): Extension<Release>,
    Path(id): Path<String>,
    State(state): State<AppState>,
) -> Result<Answer, Rejection> {
    let visit = visit_of_consent(&state, &id).await?;
    let (found, log) = record(&state, &caller, ("consent", visit)).await?;
    let consents = consent::consents(&found.view(), &log, release);
    let body = consents.into_iter().find(|consent| has_id(consent, &id));
    let body = body.ok_or_else(|| Rejection::new(Kind::NotFound))?;
    Ok(versioned(&found, release, body))
}

/// Finds the consents of an encounter.
pub(super) async fn find_consents(
    caller: MayRead,
    Extension(release): Extension<Release>,
    State(state): State<AppState>,
    RawQuery(query): RawQuery,
) -> Result<Answer, Rejection> {
    let query = query.unwrap_or_default();
    let sought = sought(&query, ("data", ENCOUNTER))?;
    let visit = match &sought {
        Sought::Id(id) => visit_of_consent(&state, id).await?,
        Sought::Of(id) => Uuid::try_parse(id).ok(),
    };
    let found = listed_of(&state, &caller, ("consent", visit)).await?;
    let consents = found.map(|(found, log)| consent::consents(&found.view(), &log, release));
    let wanted = |consent: &Value| match &sought {
        Sought::Id(id) => has_id(consent, id),
        Sought::Of(_) => true,
    };
    let consents = consents.unwrap_or_default().into_iter().filter(wanted).collect();
    Ok(listed(&state, (release, CONSENT), &query, consents))
}

/// What somebody looks for: one by its id, or those of something.
enum Sought {
    Id(String),
    Of(String),
}

/// Reads `_id=…` or `<name>=<kind>/…`, one of them.
fn sought(query: &str, (name, kind): (&str, &str)) -> Result<Sought, Rejection> {
    let mut sought = None;
    let mut issues = Issues::default();
    for (parameter, value) in request::parameters(query)? {
        let place = if parameter == "_id" {
            Sought::Id(value)
        } else if parameter == name {
            let id = value.rsplit('/').next().unwrap_or_default();
            let reference = value.contains('/');
            if reference && !value.contains(&format!("{kind}/")) {
                issues.note(parameter, format!("has to be a reference to {kind}"));
                continue;
            }
            Sought::Of(id.to_owned())
        } else if ["_format", "_count", "_pretty"].contains(&parameter.as_str()) {
            continue;
        } else {
            issues.note(parameter, "is not a parameter of this search");
            continue;
        };
        if sought.replace(place).is_some() {
            issues.note(parameter, "is one condition too many");
        }
    }
    match sought {
        Some(sought) if issues.is_empty() => Ok(sought),
        Some(_) => Err(misasked(issues)),
        None => {
            issues.note(name, "or _id is needed");
            Err(misasked(issues))
        }
    }
}

async fn visit_of_consent(state: &AppState, id: &str) -> Result<Option<Uuid>, Rejection> {
    let Some(person) = consent::person_of(id) else { return Ok(None) };
    let found = state.store.participant(person).await?;
    Ok(found.map(|(visit, _)| visit.id))
}

async fn record(
    state: &AppState,
    caller: &MayRead,
    (what, visit): (&'static str, Option<Uuid>),
) -> Result<(Found, Vec<Line>), Rejection> {
    let found = look_up(state, caller, visit).await?;
    let visit = found.as_ref().map(|(found, _)| found.visit());
    seen::one(state, (&caller.tenant, caller.key), what, visit).await?;
    found.ok_or_else(|| Rejection::new(Kind::NotFound))
}

async fn listed_of(
    state: &AppState,
    caller: &MayRead,
    (what, visit): (&'static str, Option<Uuid>),
) -> Result<Option<(Found, Vec<Line>)>, Rejection> {
    let found = look_up(state, caller, visit).await?;
    let visits = found.iter().map(|(found, _)| found.visit()).collect();
    seen::list(state, caller, what, visits).await?;
    Ok(found)
}

async fn look_up(
    state: &AppState,
    caller: &MayRead,
    visit: Option<Uuid>,
) -> Result<Option<(Found, Vec<Line>)>, Rejection> {
    let Some(visit) = visit else { return Ok(None) };
    let Some(found) = shelf::by_visit(state, &caller.tenant, visit).await? else {
        return Ok(None);
    };
    let log = state.store.load_visit(visit).await?;
    Ok(log.map(|log| (found, log.events)))
}

fn has_id(resource: &Value, id: &str) -> bool {
    resource.get("id").is_some_and(|found| found == id)
}

fn versioned(found: &Found, release: Release, body: Value) -> Answer {
    let view = found.view();
    Answer { version: Some((view.version, view.updated_at)), ..Answer::plain(release, body) }
}

fn listed(
    state: &AppState,
    (release, kind): (Release, &str),
    query: &str,
    resources: Vec<Value>,
) -> Answer {
    let public_url = state.links.public_url();
    let here = format!("/fhir/{}/{kind}?{query}", release.name());
    Answer::plain(release, bundle::found((public_url, release), (&here, None), resources))
}
