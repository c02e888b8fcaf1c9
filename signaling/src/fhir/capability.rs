//! What this server does in FHIR, in FHIR's own words (`/metadata`).
//!
//! In: the release, where people's browsers find this server. Out: a `CapabilityStatement`.
//! Never: a promise that the handlers do not keep; a test reads it against them.

use super::answer::Answer;
use super::release::Release;
use super::transaction::ENTRIES_MAX;
use super::words::{
    APPOINTMENT, AUDIT_EVENT, CHANNEL_SYSTEM, CONSENT, CONSENT_URL, DOCUMENT_REFERENCE, ENCOUNTER,
    LINK_URL, PARTICIPANT_URL, RECORDING_BYTES_URL, RECORDING_HEAD_SYSTEM, ROLE_SYSTEM,
    VIRTUAL_SERVICE_URL, VISIT_SYSTEM, concept,
};
use crate::AppState;
use axum::Extension;
use axum::extract::State;
use bedside_signaling_api::role::Role;
use serde_json::{Value, json};

/// When what is said here last changed.
const CHANGED: &str = "2026-11-22";

/// Answers with the statement; whoever asks needs no key.
pub(super) async fn read(
    Extension(release): Extension<Release>,
    State(state): State<AppState>,
) -> Answer {
    Answer::plain(release, statement(release, state.links.public_url()))
}

/// The statement.
fn statement(release: Release, public_url: &str) -> Value {
    let service = "http://terminology.hl7.org/CodeSystem/restful-security-service";
    json!({
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": CHANGED,
        "kind": "instance",
        "software": { "name": "Bedside", "version": env!("CARGO_PKG_VERSION") },
        "implementation": {
            "description": "Video visits at home",
            "url": format!("{public_url}/fhir/{}", release.name()),
        },
        "fhirVersion": release.version(),
        "format": ["json", "application/fhir+json"],
        "rest": [{
            "mode": "server",
            "documentation": general(),
            "security": {
                "cors": false,
                "service": [concept(service, "SMART-on-FHIR", "SMART-on-FHIR")],
                "description": "Authorization: Bearer, with an API key or with a token of SMART \
                    Backend Services.",
            },
            "resource": [
                appointment(release), encounter(), consent(), document(release), audit_event(),
            ],
            "interaction": [
                { "code": "transaction", "documentation": transactions() },
                { "code": "batch" },
            ],
        }],
    })
}

fn general() -> String {
    let roles: Vec<_> = Role::ALL.iter().map(|role| role.name()).collect();
    format!(
        "Each appointment is a video visit. Every error is an OperationOutcome. Codes of roles \
         are {ROLE_SYSTEM}: {}.",
        roles.join(", ")
    )
}

fn transactions() -> String {
    format!(
        "At most {ENTRIES_MAX} entries. A transaction makes new appointments (POST, or PUT of an \
         id that is not there), all of them or none; or it changes one appointment and holds \
         nothing else. Changes of several are refused as a transaction and taken as a batch."
    )
}

fn appointment(release: Release) -> Value {
    let service = match release {
        Release::R4 => VIRTUAL_SERVICE_URL,
        Release::R5 => "virtualService",
    };
    let documentation = format!(
        "PUT and POST make a visit; PUT moves it (start, end), invites and uninvites \
         (participant), calls it off (status cancelled or entered-in-error), confirms that the \
         patient did not come (noshow) and ends it (fulfilled). Shown are the planning codes as \
         written, arrived while anybody is there, then fulfilled, noshow or cancelled. \
         {service} with channel {CHANNEL_SYSTEM} says where. The answer to a write, and no other, \
         holds each person's link: extension {LINK_URL} on participant, beside their id \
         ({PARTICIPANT_URL}). The identifier of system {VISIT_SYSTEM} is the visit's id. Roles \
         are read from participant.type ({ROLE_SYSTEM}, then translator, TRANS, PPRF, ATND and \
         the like), else from the kind of the actor. An interpreter is invited where \
         patient-interpreterRequired or us-core-interpreter-needed says so and none is expected. \
         What is not understood is kept and comes back."
    );
    json!({
        "type": APPOINTMENT,
        "documentation": documentation,
        "interaction": [
            { "code": "read" }, { "code": "create" }, { "code": "update" },
            { "code": "search-type" },
        ],
        "versioning": "versioned-update",
        "readHistory": false,
        "updateCreate": true,
        "conditionalCreate": true,
        "conditionalUpdate": false,
        "searchParam": [
            parameter("date", "date", "Start of the visit; eq, ge, gt, le, lt. A date is a day of UTC."),
            parameter("status", "token", "Codes, with commas between."),
            parameter("identifier", "token", "system|value or value."),
            parameter("_id", "token", "The id."),
        ],
    })
}

fn encounter() -> Value {
    record(
        ENCOUNTER,
        "What was held: class VR, with the times each person was in. Its id is the visit's. There \
         is one from the moment somebody has come.",
        &json!([
            parameter("appointment", "reference", "The appointment it was planned by."),
            parameter("_id", "token", "The id."),
        ]),
    )
}

fn consent() -> Value {
    record(
        CONSENT,
        "What each person has agreed to, for each purpose.",
        &json!([
            parameter("data", "reference", "The Encounter it was given for."),
            parameter("_id", "token", "The id."),
        ]),
    )
}

fn document(release: Release) -> Value {
    let (encounter, consents) = match release {
        Release::R4 => ("encounter", "context.related".to_owned()),
        Release::R5 => ("context", format!("the extension {CONSENT_URL}")),
    };
    json!({
        "type": DOCUMENT_REFERENCE,
        "documentation": format!(
            "Recordings of visits, from the first sealed part on; entered-in-error once one was \
             erased or shredded. The attachment is the signed list of the sealed parts, with its \
             own hash (SHA-1, as FHIR has it) and size; {RECORDING_BYTES_URL} says how many bytes \
             the parts are, and the identifier of system {RECORDING_HEAD_SYSTEM} is the SHA-256 \
             that names them all. The consents it was made under are in {consents}."
        ),
        "interaction": [{ "code": "read" }, { "code": "search-type" }],
        "versioning": "no-version",
        "searchParam": [
            parameter(encounter, "reference", "The Encounter that was recorded."),
            parameter("patient", "reference", "Whom the visit was for."),
            parameter("_id", "token", "The id."),
        ],
    })
}

fn audit_event() -> Value {
    json!({
        "type": AUDIT_EVENT,
        "documentation": "The audit log: who did what in visits, and who looked at records.",
        "interaction": [{ "code": "search-type" }],
        "searchParam": [
            parameter("entity", "reference", "The Appointment it is about."),
            parameter("date", "date", "Written from then on: ge and a date or an instant."),
        ],
    })
}

fn record(kind: &str, documentation: &str, parameters: &Value) -> Value {
    json!({
        "type": kind,
        "documentation": documentation,
        "interaction": [{ "code": "read" }, { "code": "search-type" }],
        "versioning": "versioned",
        "searchParam": parameters,
    })
}

fn parameter(name: &str, kind: &str, documentation: &str) -> Value {
    json!({ "name": name, "type": kind, "documentation": documentation })
}
