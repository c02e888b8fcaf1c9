//! Recordings in FHIR: `DocumentReference`, read and found.
//!
//! In: ids and references. Out: resources made from what is kept of recordings.
//! Never: one of another organisation's visit; a look that is not in the audit log.

use super::answer::Answer;
use super::appointment::misasked;
use super::document::{self, Parts};
use super::node::Issues;
use super::release::Release;
use super::shelf;
use super::words::{DOCUMENT_REFERENCE, ENCOUNTER, PATIENT};
use super::{bundle, request};
use crate::AppState;
use crate::audit::Access;
use crate::http::caller::MayReadRecordings;
use crate::problem::{Kind, Rejection};
use crate::recordings::MANIFEST;
use crate::store::{Actor, RecordingRow, RecordingsWanted};
use axum::Extension;
use axum::extract::{Path, RawQuery, State};
use bedside_signaling_api::kept::KeptState;
use serde_json::Value;
use uuid::Uuid;

/// Most recordings that one page is made of, the newest first. Each is looked up at the recorder.
const PAGE: u16 = 50;

/// Reads a document; its id is the recording's.
pub(super) async fn read(
    caller: MayReadRecordings,
    Extension(release): Extension<Release>,
    Path(id): Path<String>,
    State(state): State<AppState>,
) -> Result<Answer, Rejection> {
    let row = by_id(&state, &caller.tenant, &id).await?;
    let actor = Actor::Key(caller.key);
    let look = match &row {
        Some(row) => Access::read(actor, "document", row.visit).of_recording(row.id),
        None => Access::list(actor, "document", Vec::new()).in_vain(),
    };
    state.audit.access(&caller.tenant, &look).await?;
    let row = row.ok_or_else(|| Rejection::new(Kind::NotFound))?;
    let body = made(&state, release, &row).await?.ok_or_else(|| Rejection::new(Kind::NotFound))?;
    Ok(Answer::plain(release, body))
}

/// Finds documents by encounter or patient. A page is made of so many recordings and may hold
/// fewer documents.
pub(super) async fn find(
    caller: MayReadRecordings,
    Extension(release): Extension<Release>,
    State(state): State<AppState>,
    RawQuery(query): RawQuery,
) -> Result<Answer, Rejection> {
    let query = query.unwrap_or_default();
    let sought = sought(&query, release)?;
    let (rows, next) = candidates(&state, &caller.tenant, &sought).await?;
    let mut documents = Vec::new();
    let mut visits = Vec::new();
    for row in &rows {
        let document = made(&state, release, row).await?;
        if let Some(document) = document.filter(|document| sought.is_of_patient(document)) {
            documents.push(document);
            visits.push(row.visit);
        }
    }
    let look = Access::list(Actor::Key(caller.key), "document", visits);
    state.audit.access(&caller.tenant, &look).await?;
    let public_url = state.links.public_url();
    let path = format!("/fhir/{}/{DOCUMENT_REFERENCE}", release.name());
    let next = next.map(|last| {
        let query = request::with_cursor(&query, &last.to_string());
        format!("{public_url}{path}?{query}")
    });
    let here = format!("{path}?{query}");
    let found = bundle::found((public_url, release), (&here, next), documents);
    Ok(Answer::plain(release, found))
}

/// Recordings that may be what is sought, and the last of them where there are more.
async fn candidates(
    state: &AppState,
    tenant: &str,
    sought: &Sought,
) -> Result<(Vec<RecordingRow>, Option<Uuid>), Rejection> {
    if let Some(id) = &sought.id {
        let mut rows: Vec<_> = by_id(state, tenant, id).await?.into_iter().collect();
        rows.retain(|row| sought.encounter.is_none_or(|visit| visit == row.visit));
        return Ok((rows, None));
    }
    let wanted = RecordingsWanted {
        tenant,
        visit: sought.encounter,
        state: None,
        before: sought.after.unwrap_or(Uuid::max()),
        // One more than a page, to know whether there is a next one.
        limit: PAGE.saturating_add(1),
    };
    let mut rows = state.store.recordings(wanted).await?;
    let more = rows.len() > usize::from(PAGE);
    rows.truncate(usize::from(PAGE));
    let last = rows.last().filter(|_| more).map(|row| row.id);
    Ok((rows, last))
}

/// What somebody looks for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Sought {
    id: Option<String>,
    encounter: Option<Uuid>,
    patient: Option<String>,
    /// Only those behind this one.
    after: Option<Uuid>,
}

impl Sought {
    fn is_of_patient(&self, document: &Value) -> bool {
        let Some(patient) = &self.patient else { return true };
        let subject = document.get("subject").and_then(|subject| subject.get("reference"));
        let subject = subject.and_then(Value::as_str).unwrap_or_default();
        subject == patient || subject.ends_with(&format!("/{patient}"))
    }
}

/// Reads `_id=…`, `encounter=Encounter/…` (R5: `context`) and `patient=…`, of which one is needed.
fn sought(query: &str, release: Release) -> Result<Sought, Rejection> {
    let by_encounter = match release {
        Release::R4 => "encounter",
        Release::R5 => "context",
    };
    let mut sought = Sought::default();
    let mut issues = Issues::default();
    for (name, value) in request::parameters(query)? {
        if name == "_id" && sought.id.is_none() {
            sought.id = Some(value);
        } else if name == by_encounter && sought.encounter.is_none() {
            let id = value.rsplit_once(&format!("{ENCOUNTER}/")).map_or(&*value, |(_, id)| id);
            // What is no id of a visit has no documents: an id that no visit has.
            sought.encounter = Some(Uuid::try_parse(id).unwrap_or(Uuid::nil()));
            if id.contains('/') {
                issues.note(name, format!("has to be a reference to {ENCOUNTER}"));
            }
        } else if name == "patient" && sought.patient.is_none() && !value.is_empty() {
            let whole = format!("{PATIENT}/");
            let is_plain = !value.contains('/') || value.contains(&whole);
            sought.patient = Some(value);
            if !is_plain {
                issues.note(name, format!("has to be a reference to {PATIENT}"));
            }
        } else if name == "_cursor" && sought.after.is_none() {
            sought.after = Uuid::try_parse(&value).ok();
            if sought.after.is_none() {
                issues.note(name, "is not of a link of this search");
            }
        } else if !["_format", "_pretty", "_count"].contains(&name.as_str()) {
            issues.note(name, "is not a parameter of this search, or there twice");
        }
    }
    let asked = sought.id.is_some() || sought.encounter.is_some() || sought.patient.is_some();
    if !asked && issues.is_empty() {
        issues.note(by_encounter, "or patient or _id is needed");
    }
    if issues.is_empty() { Ok(sought) } else { Err(misasked(issues)) }
}

async fn by_id(
    state: &AppState,
    tenant: &str,
    id: &str,
) -> Result<Option<RecordingRow>, Rejection> {
    let Ok(id) = Uuid::try_parse(id) else { return Ok(None) };
    Ok(state.store.recording(tenant, id).await?)
}

/// The document of a recording, with what its visit and the recorder know of it.
async fn made(
    state: &AppState,
    release: Release,
    recording: &RecordingRow,
) -> Result<Option<Value>, Rejection> {
    let found = shelf::by_visit(state, &recording.tenant, recording.visit).await?;
    let log = match &found {
        Some(_) => state.store.load_visit(recording.visit).await?,
        None => None,
    };
    let manifest = if recording.state == KeptState::Erased || recording.begun_at.is_none() {
        None
    } else {
        state.recordings.object(recording.id, MANIFEST).await.ok().flatten()
    };
    let view = found.as_ref().map(shelf::Found::view);
    let visit = view.as_ref().zip(log.as_ref().map(|log| log.events.as_slice()));
    let parts = Parts {
        recording,
        visit,
        manifest: manifest.as_deref(),
        public_url: state.links.public_url(),
    };
    Ok(document::document(&parts, release))
}
