//! The FHIR edge through the running server.

mod again;
mod bundle;
mod document;
mod errors;
mod life;
mod search;
pub(crate) mod smart;

use crate::client::{Answer, Draft};
use crate::server::Server;
use axum::http::Method;
use serde_json::{Value, json};

pub(crate) const LINK: &str = "urn:bedside:personal-link";

pub(crate) fn person(reference: &str, display: &str) -> Value {
    json!({ "actor": { "reference": reference, "display": display }, "status": "accepted" })
}

/// In the shape of the published examples: what a clinic's system writes.
pub(crate) fn appointment() -> Value {
    json!({
        "resourceType": "Appointment",
        "status": "booked",
        "identifier": [{ "system": "https://clinic.example.org/a", "value": "17" }],
        "extension": [{ "url": "https://clinic.example.org/wish", "valueString": "quiet" }],
        "serviceCategory": [{ "coding": [{ "code": "gp", "display": "General Practice" }] }],
        "description": "Follow-up",
        "start": "2026-12-01T09:30:00+01:00",
        "end": "2026-12-01T10:00:00+01:00",
        "participant": [
            person("Patient/1", "Maria"),
            {
                "type": [{ "coding": [{
                    "system": "http://terminology.hl7.org/CodeSystem/v3-ParticipationType",
                    "code": "ATND"
                }] }],
                "actor": { "reference": "Practitioner/2", "display": "Dr. Osei" },
                "required": "required",
                "status": "accepted",
                "note-of-the-clinic": "brings the papers"
            },
            person("Location/3", "Room 4")
        ]
    })
}

pub(crate) fn send(server: &Server, method: Method, path: &str, body: &Value) -> Draft {
    let request = server.client.request(method, server.url(path)).bearer(&server.key);
    request.header("content-type", "application/fhir+json").body(body.to_string())
}

pub(crate) async fn put(server: &Server, path: &str, body: &Value) -> Answer {
    send(server, Method::PUT, path, body).send().await
}

pub(crate) async fn post(server: &Server, path: &str, body: &Value) -> Answer {
    send(server, Method::POST, path, body).send().await
}

/// A resource, in an answer of that status.
pub(crate) fn resource(answer: &Answer, status: u16) -> Value {
    assert_eq!(answer.status, status, "{}", answer.text());
    assert!(answer.header("content-type").starts_with("application/fhir+json"));
    answer.json()
}

/// The outcome of a refused request, and the code of its first issue.
pub(crate) fn outcome(answer: &Answer, status: u16, code: &str) -> Value {
    let outcome = resource(answer, status);
    assert_eq!(outcome["resourceType"], "OperationOutcome", "{outcome}");
    assert_eq!(outcome["issue"][0]["code"], code, "{outcome}");
    outcome
}

pub(crate) fn links(appointment: &Value) -> Vec<String> {
    let people = appointment["participant"].as_array().unwrap().iter();
    let extensions = people.filter_map(|person| person["extension"].as_array()).flatten();
    let links = extensions.filter(|extension| extension["url"] == LINK);
    links.map(|extension| extension["valueUrl"].as_str().unwrap().to_owned()).collect()
}

/// The ids of its people in the visit.
pub(crate) fn people(appointment: &Value) -> Vec<Value> {
    let people = appointment["participant"].as_array().unwrap().iter();
    let extensions = people.filter_map(|person| person["extension"].as_array()).flatten();
    let ids = extensions.filter(|extension| extension["url"] == "urn:bedside:participant");
    ids.map(|extension| extension["valueUri"].clone()).collect()
}

pub(crate) fn visit_id(appointment: &Value) -> String {
    let identifiers = appointment["identifier"].as_array().unwrap();
    let ours = identifiers.iter().find(|identifier| identifier["system"] == "urn:bedside:visit");
    ours.unwrap()["value"].as_str().unwrap().to_owned()
}
