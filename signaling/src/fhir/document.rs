//! A recording, as `DocumentReference`: where its sealed parts are listed, and who agreed to it.
//!
//! In: the recording, its manifest, its visit as far as that is still there. Out: a
//! `DocumentReference` from the moment something is sealed.
//! Never: a hash or a size of anything else than what the address beside it answers with; a
//! reference to something that was erased.

use super::consent;
use super::encounter::{self, subject};
use super::presence::{Line, Span};
use super::release::Release;
use super::view::{View, instant};
use super::words::{
    CONFIDENTIALITY, CONSENT, CONSENT_URL, DOCUMENT_REFERENCE, DOCUMENT_SYSTEM, ENCOUNTER,
    RECORDING_BYTES_URL, RECORDING_HEAD_SYSTEM, URI_SYSTEM, VISIT_SYSTEM, concept,
};
use crate::recordings::MANIFEST;
use crate::store::RecordingRow;
use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bedside_signaling_api::kept::KeptState;
use bedside_signaling_api::policy::Purpose;
use serde_json::{Map, Value, json};

/// What a document is made of.
#[derive(Debug, Clone, Copy)]
pub(super) struct Parts<'a> {
    /// The recording.
    pub(super) recording: &'a RecordingRow,
    /// Its visit and what happened there; none once that is erased.
    pub(super) visit: Option<(&'a View<'a>, &'a [Line])>,
    /// Its manifest, where the recorder could be asked.
    pub(super) manifest: Option<&'a [u8]>,
    /// Where people's software finds this server.
    pub(super) public_url: &'a str,
}

/// The document of a recording; none while nothing is sealed.
pub(super) fn document(parts: &Parts<'_>, release: Release) -> Option<Value> {
    let recording = parts.recording;
    let begun_at = recording.begun_at?;
    let changed_at = recording.erased.map(|(at, _)| at).or(recording.ended_at).unwrap_or(begun_at);
    let mut body = Map::new();
    let mut put = |name: &str, value: Value| body.insert(name.to_owned(), value);
    put("resourceType", DOCUMENT_REFERENCE.into());
    put("id", recording.id.to_string().into());
    put("meta", json!({ "lastUpdated": instant(changed_at) }));
    put("status", status(recording.state).into());
    put("docStatus", doc_status(recording.state).into());
    put("type", concept(DOCUMENT_SYSTEM, "visit-recording", "Recording of a video visit"));
    put("date", instant(begun_at));
    put("securityLabel", json!([concept(CONFIDENTIALITY, "R", "restricted")]));
    put("content", json!([{ "attachment": attachment(parts, release) }]));
    if let Some(said) = description(recording) {
        put("description", said.into());
    }
    if let Some(subject) = parts.visit.and_then(|(view, _)| subject(view)) {
        put("subject", subject);
    }
    let period = encounter::time(Span { from: begun_at, until: recording.ended_at });
    let (own, head) = (own_identifier(recording), head_identifier(recording));
    let consents = consents(parts, release);
    match release {
        Release::R4 => {
            put("masterIdentifier", own);
            put("identifier", Value::Array(head.into_iter().collect()));
            let mut context = json!({ "encounter": [held(parts)], "period": period });
            if let Some(fields) = context.as_object_mut() {
                fields.insert("related".to_owned(), Value::Array(consents));
            }
            put("context", context);
        }
        Release::R5 => {
            put("identifier", Value::Array([own].into_iter().chain(head).collect()));
            put("context", json!([held(parts)]));
            put("period", period);
            let agreed = |consent| json!({ "url": CONSENT_URL, "valueReference": consent });
            put("extension", consents.into_iter().map(agreed).collect());
        }
    }
    Some(without_empty(body))
}

/// FHIR has no empty lists.
fn without_empty(mut body: Map<String, Value>) -> Value {
    let is_empty = |value: &Value| value.as_array().is_some_and(Vec::is_empty);
    body.retain(|_, value| !is_empty(value));
    if let Some(context) = body.get_mut("context").and_then(Value::as_object_mut) {
        context.retain(|_, value| !is_empty(value));
    }
    Value::Object(body)
}

/// What nobody can read any more is a reference to nothing.
const fn status(state: KeptState) -> &'static str {
    match state {
        KeptState::Asked
        | KeptState::Recording
        | KeptState::Paused
        | KeptState::Closing
        | KeptState::Sealed
        | KeptState::Failed => "current",
        KeptState::Shredded | KeptState::Erased => "entered-in-error",
    }
}

const fn doc_status(state: KeptState) -> &'static str {
    match state {
        KeptState::Asked | KeptState::Recording | KeptState::Paused | KeptState::Closing => {
            "preliminary"
        }
        KeptState::Sealed | KeptState::Failed => "final",
        KeptState::Shredded | KeptState::Erased => "entered-in-error",
    }
}

fn own_identifier(recording: &RecordingRow) -> Value {
    json!({ "system": URI_SYSTEM, "value": format!("urn:uuid:{}", recording.id) })
}

/// SHA-256 of the manifest's last line, which names every sealed part. FHIR's own hash is SHA-1
/// and of one file.
fn head_identifier(recording: &RecordingRow) -> Option<Value> {
    let summary = recording.summary.as_ref()?;
    Some(json!({ "system": RECORDING_HEAD_SYSTEM, "value": summary.head }))
}

fn description(recording: &RecordingRow) -> Option<String> {
    let summary = recording.summary.as_ref()?;
    Some(format!(
        "Sealed Matroska in {} parts, {} bytes, {} seconds",
        summary.parts,
        summary.bytes,
        summary.duration_ms / 1_000
    ))
}

/// The manifest, by which all else is found; of what is gone only the words.
fn attachment(parts: &Parts<'_>, release: Release) -> Value {
    let recording = parts.recording;
    if recording.erased.is_some() {
        return json!({ "title": "The recording was erased" });
    }
    let url = format!("{}/v1/recordings/{}/objects/{MANIFEST}", parts.public_url, recording.id);
    let mut fields = Map::new();
    let mut put = |name: &str, value: Value| fields.insert(name.to_owned(), value);
    put("contentType", "application/octet-stream".into());
    put("url", url.into());
    put("title", "Signed list of the sealed parts".into());
    if let Some(creation) = recording.begun_at {
        put("creation", instant(creation));
    }
    if let Some(manifest) = parts.manifest {
        let hash = digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, manifest);
        put("hash", STANDARD.encode(hash.as_ref()).into());
        put("size", size(manifest.len(), release));
    }
    if let Some(summary) = &recording.summary {
        let sealed = json!({ "url": RECORDING_BYTES_URL, "valueDecimal": summary.bytes });
        put("extension", json!([sealed]));
    }
    Value::Object(fields)
}

/// R5 writes its larger numbers as text.
fn size(bytes: usize, release: Release) -> Value {
    match release {
        Release::R4 => bytes.into(),
        Release::R5 => bytes.to_string().into(),
    }
}

/// What was held; by its id alone once nothing of it is left here.
fn held(parts: &Parts<'_>) -> Value {
    let id = parts.recording.visit.to_string();
    if parts.visit.is_some() {
        return json!({ "reference": format!("{ENCOUNTER}/{id}") });
    }
    json!({ "type": ENCOUNTER, "identifier": { "system": VISIT_SYSTEM, "value": id } })
}

/// The consents it was made under, also those withdrawn since.
fn consents(parts: &Parts<'_>, release: Release) -> Vec<Value> {
    let Some((view, log)) = parts.visit else { return Vec::new() };
    let agreed = consent::given(view, log, Purpose::Recording, release);
    agreed.into_iter().map(|id| json!({ "reference": format!("{CONSENT}/{id}") })).collect()
}
