//! `/fhir/{release}/Appointment`: making, moving, reading and finding visits.
//!
//! In: requests of a scheduling system. Out: appointments; with personal links where the request
//! has just made the visit or changed it, and without in every other answer.
//! Never: a visit of another tenant; a write that is answered before it is stored.

use super::amend::{self, Again};
use super::answer::Answer;
use super::bundle;
use super::make::{self, Draft};
use super::node::Issues;
use super::release::Release;
use super::request;
use super::search;
use super::seen;
use super::shelf::{self, Found};
use super::view::{self, Reader};
use super::wanted;
use super::words::APPOINTMENT;
use crate::http::caller::{MayRead, MayWrite};
use crate::plan::Asker;
use crate::problem::{Kind, Rejection};
use crate::store::Actor;
use crate::store::fhir::Made;
use crate::{AppState, clock};
use axum::Extension;
use axum::body::Bytes;
use axum::extract::{Path, RawForm, RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use serde_json::Value;
use uuid::Uuid;

/// Reads one.
pub(super) async fn read(
    caller: MayRead,
    Extension(release): Extension<Release>,
    Path(id): Path<String>,
    State(state): State<AppState>,
) -> Result<Answer, Rejection> {
    let found = shelf::look_up(&state, &caller.tenant, &id).await?;
    let visit = found.as_ref().map(Found::visit);
    seen::one(&state, (&caller.tenant, caller.key), "appointment", visit).await?;
    let found = found.ok_or_else(|| Rejection::new(Kind::NotFound))?;
    Ok(answer(&state, &found, (release, false)))
}

/// Makes one.
pub(super) async fn create(
    caller: MayWrite,
    Extension(release): Extension<Release>,
    State(state): State<AppState>,
    headers: HeaderMap,
    bytes: Bytes,
) -> Result<Answer, Rejection> {
    let body = request::body(&headers, &bytes)?;
    let draft = Draft { release, body, id: None, unless: request::unless(&headers)? };
    made(&state, &caller, draft).await
}

/// Makes one of that id, or makes its visit as it says now.
pub(super) async fn update(
    caller: MayWrite,
    Extension(release): Extension<Release>,
    Path(id): Path<String>,
    State(state): State<AppState>,
    (headers, bytes): (HeaderMap, Bytes),
) -> Result<Answer, Rejection> {
    if !wanted::is_id(&id) {
        return Err(Rejection::new(Kind::InvalidPath)
            .detail("An id is 1 to 64 letters, digits, `-` or `.`."));
    }
    let body = request::body(&headers, &bytes)?;
    let again = Again { release, body, id, replaces: request::replaces(&headers)? };
    written(&state, &caller, again).await
}

/// Finds some, by the query.
pub(super) async fn search(
    caller: MayRead,
    Extension(release): Extension<Release>,
    State(state): State<AppState>,
    RawQuery(query): RawQuery,
) -> Result<Answer, Rejection> {
    found(&state, &caller, release, &query.unwrap_or_default()).await
}

/// Finds some, by a form, which stays out of addresses.
pub(super) async fn search_by_form(
    caller: MayRead,
    Extension(release): Extension<Release>,
    State(state): State<AppState>,
    RawForm(form): RawForm,
) -> Result<Answer, Rejection> {
    found(&state, &caller, release, &String::from_utf8_lossy(&form)).await
}

/// Writes a body under its id: over what is there, or for the first time.
pub(super) async fn written(
    state: &AppState,
    caller: &MayWrite,
    again: Again,
) -> Result<Answer, Rejection> {
    let release = again.release;
    let id = again.id.clone();
    let Some(before) = shelf::look_up(state, &caller.tenant, &id).await? else {
        if again.replaces.is_some() {
            return Err(Rejection::new(Kind::VersionConflict).detail("There is none of that id."));
        }
        let draft = Draft { release, body: with_id(again.body, &id)?, id: Some(id), unless: None };
        return made(state, caller, draft).await;
    };
    let actor = Actor::Key(caller.key);
    let has_changed = amend::amend(state, (&caller.tenant, actor), &before.held, again).await?;
    let after = shelf::fetch(state, &caller.tenant, &id).await?;
    if !has_changed {
        return looked_at(state, caller, &after, release).await;
    }
    Ok(answer(state, &after, (release, true)))
}

/// The body, if it says that id or none.
pub(super) fn with_id(body: Value, id: &str) -> Result<Value, Rejection> {
    if body.get("id").is_some_and(|said| said != id) {
        let rejection = Rejection::new(Kind::InvalidBody);
        return Err(rejection.at(format!("{APPOINTMENT}.id"), "has to be the one in the address"));
    }
    Ok(body)
}

/// Makes one, unless it is there already.
pub(super) async fn made(
    state: &AppState,
    caller: &MayWrite,
    draft: Draft,
) -> Result<Answer, Rejection> {
    let release = draft.release;
    let new = make::make(&asker(caller), draft, &state.identifiers, clock::now())?;
    let made = state.store.create_resources(std::slice::from_ref(&new));
    let (visit, before) = match made.await? {
        Made::All(made) => made.first().copied().ok_or_else(|| Rejection::new(Kind::Fault))?,
        Made::Taken(_) => {
            return Err(Rejection::new(Kind::VersionConflict)
                .detail("Another request has just made one of that id; read it."));
        }
        Made::Ambiguous(_) => return Err(ambiguous()),
    };
    stored(state, caller, (visit, before), release).await
}

/// The answer to the making of one: with its links, unless it was there before.
pub(super) async fn stored(
    state: &AppState,
    caller: &MayWrite,
    (visit, before): (Uuid, bool),
    release: Release,
) -> Result<Answer, Rejection> {
    let found = shelf::by_visit(state, &caller.tenant, visit).await?;
    let found = found.ok_or_else(|| Rejection::new(Kind::Fault))?;
    if before {
        return looked_at(state, caller, &found, release).await;
    }
    let address =
        bundle::address(state.links.public_url(), release, APPOINTMENT, &found.view().id());
    Ok(Answer {
        status: StatusCode::CREATED,
        location: Some(address),
        ..answer(state, &found, (release, true))
    })
}

/// The answer to a writing that has found the visit as it wants it: no more than a look.
async fn looked_at(
    state: &AppState,
    caller: &MayWrite,
    found: &Found,
    release: Release,
) -> Result<Answer, Rejection> {
    seen::one(state, (&caller.tenant, caller.key), "appointment", Some(found.visit())).await?;
    Ok(answer(state, found, (release, false)))
}

/// Who asks for new visits.
pub(super) fn asker(caller: &MayWrite) -> Asker {
    Asker { tenant: caller.tenant.clone(), actor: Actor::Key(caller.key), follows: None }
}

/// More than one has the identifier of a conditional create.
pub(super) fn ambiguous() -> Rejection {
    Rejection::new(Kind::VersionConflict)
        .detail("More than one appointment has the identifier of `If-None-Exist`.")
}

/// The appointment as an answer.
pub(super) fn answer(
    state: &AppState,
    found: &Found,
    (release, with_links): (Release, bool),
) -> Answer {
    let view = found.view();
    let reader = Reader { release, links: &state.links, with_links };
    Answer {
        version: Some((view.version, view.updated_at)),
        ..Answer::plain(release, view::appointment(&view, &reader))
    }
}

async fn found(
    state: &AppState,
    caller: &MayRead,
    release: Release,
    query: &str,
) -> Result<Answer, Rejection> {
    let parameters = request::parameters(query)?;
    let search = search::read(&parameters).map_err(misasked)?;
    let (page, next) = shelf::search(state, &caller.tenant, &search).await?;
    seen::list(state, caller, "appointment", page.iter().map(Found::visit).collect()).await?;
    let public_url = state.links.public_url();
    let path = format!("/fhir/{}/{APPOINTMENT}", release.name());
    let next = next.map(|cursor| {
        format!("{public_url}{path}?{}", request::with_cursor(query, &cursor.text()))
    });
    let here = if query.is_empty() { path } else { format!("{path}?{query}") };
    let resources = page.iter().map(|found| answer(state, found, (release, false)).body);
    let bundle = bundle::found((public_url, release), (&here, next), resources.collect());
    Ok(Answer::plain(release, bundle))
}

/// What is wrong with a search, as a refusal.
pub(super) fn misasked(issues: Issues) -> Rejection {
    let rejection = Rejection::new(Kind::InvalidQuery);
    issues
        .into_inner()
        .into_iter()
        .fold(rejection, |rejection, issue| rejection.at(issue.expression, issue.text))
}
