//! A row of the audit log as a FHIR AuditEvent, in the shape of IHE's Basic Audit Log Patterns.
//!
//! In: a row, and which release of FHIR is spoken. Out: the resource as JSON.
//! Never: more than the row says. The patterns ask for the network address of the client; the
//! log does not keep it, so no profile is claimed.
//!
//! Reads and lists are RESTful operations (client, server, data or query); what happened in a
//! visit is a change of the visit's record, with the visit's own event as the finer code.

#[cfg(test)]
mod tests;

use super::chain::Row;
use super::entry::Outcome;
use super::keys::Tag;
use super::told::{ERASED, KEYS_SET, LINK_OPENED};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde_json::{Value, json};

/// Which release is spoken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Release {
    /// 4.0.1
    R4,
    /// 5.0.0
    R5,
}

const DICOM: &str = "http://dicom.nema.org/resources/ontology/DCM";
const PARTICIPATION: &str = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType";
const INTERACTION: &str = "http://hl7.org/fhir/restful-interaction";
const EVENT_TYPE: &str = "http://terminology.hl7.org/CodeSystem/audit-event-type";
const OUTCOME: &str = "http://terminology.hl7.org/CodeSystem/audit-event-outcome";
const SOURCE_TYPE: &str = "http://terminology.hl7.org/CodeSystem/security-source-type";
const ENTITY_TYPE: &str = "http://terminology.hl7.org/CodeSystem/audit-entity-type";
const ROLE: &str = "http://terminology.hl7.org/CodeSystem/object-role";
/// The events of visits; their words are the names in `signaling/src/visit/event.rs`.
const EVENT_SYSTEM: &str = "urn:bedside:audit:verb";
/// Keyed hashes of people and keys.
const TAG_SYSTEM: &str = "urn:bedside:audit:tag";

/// What a row is, in the words of the patterns.
struct Shape {
    /// Type of the event (R5: its category).
    kind: Value,
    /// The finer type (R5: its code).
    code: Value,
    /// C, R, U, D or E.
    action: &'static str,
    /// Whether what was asked for flows to the one who asked.
    to_client: bool,
    /// Whether it was a search.
    query: bool,
}

/// The row as an AuditEvent. Its id is the row's place, which is its tenant's own.
#[must_use]
pub fn audit_event(release: Release, row: &Row) -> Value {
    let shape = shape(row);
    let recorded = Timestamp::from_millisecond(row.at_ms).unwrap_or(Timestamp::UNIX_EPOCH);
    let source = json!({
        "observer": server(),
        "type": several(release, coding(SOURCE_TYPE, "4", "Application Server")),
    });
    let event = json!({
        "resourceType": "AuditEvent",
        "id": row.seq.to_string(),
        "action": shape.action,
        "recorded": format!("{recorded:.3}"),
        "agent": agents(row, &shape),
        "source": source,
    });
    let entities = entities(release, row, &shape);
    let event = match entities.as_slice() {
        [] => event,
        [..] => with(event, "entity", Value::Array(entities)),
    };
    let (outcome, said) = outcome(row);
    let of_release = match release {
        Release::R4 => vec![
            ("type", shape.kind),
            ("subtype", json!([shape.code])),
            ("outcome", json!(outcome)),
            ("outcomeDesc", json!(said)),
        ],
        Release::R5 => vec![
            ("category", json!([concept(&shape.kind)])),
            ("code", concept(&shape.code)),
            ("outcome", json!({ "code": coding(OUTCOME, outcome, said) })),
        ],
    };
    of_release.into_iter().fold(event, |event, (name, value)| with(event, name, value))
}

/// The resource, or a part of it, with one element more.
fn with(mut part: Value, name: &str, value: Value) -> Value {
    if let Value::Object(elements) = &mut part {
        elements.insert(name.to_owned(), value);
    }
    part
}

fn shape(row: &Row) -> Shape {
    let rest = coding(EVENT_TYPE, "rest", "RESTful Operation");
    match &*row.entry.verb {
        "read" => {
            let code = coding(INTERACTION, "read", "read");
            Shape { kind: rest, code, action: "R", to_client: true, query: false }
        }
        "list" => {
            let code = coding(INTERACTION, "search-type", "search-type");
            Shape { kind: rest, code, action: "E", to_client: false, query: true }
        }
        LINK_OPENED => {
            let kind = coding(DICOM, "110114", "User Authentication");
            let code = coding(DICOM, "110122", "Login");
            Shape { kind, code, action: "E", to_client: false, query: false }
        }
        KEYS_SET => {
            let kind = coding(DICOM, "110113", "Security Alert");
            let code = coding(DICOM, "110131", "Security Configuration");
            Shape { kind, code, action: "U", to_client: false, query: false }
        }
        event => {
            let kind = coding(DICOM, "110110", "Patient Record");
            let code = json!({ "system": EVENT_SYSTEM, "code": event });
            let action = match event {
                "scheduled" => "C",
                ERASED => "D",
                _ => "U",
            };
            Shape { kind, code, action, to_client: false, query: false }
        }
    }
}

/// Who acted, and this server. In a read the client is the destination; in all else the source.
fn agents(row: &Row, shape: &Shape) -> Value {
    let source = coding(DICOM, "110153", "Source Role ID");
    let destination = coding(DICOM, "110152", "Destination Role ID");
    let (client, here) =
        if shape.to_client { (destination, source) } else { (source, destination) };
    let person = row.entry.actor_kind == "person";
    // A person acts by themselves; a key is a program that acts for somebody.
    let kind = if person { coding(PARTICIPATION, "AUT", "author (originator)") } else { client };
    let type_of_who = if person { "Person" } else { "Device" };
    let who = match &row.entry.actor {
        Some(tag) => json!({ "type": type_of_who, "identifier": identifier(tag) }),
        None => json!({ "display": row.entry.actor_kind }),
    };
    json!([
        { "type": concept(&kind), "who": who, "requestor": true },
        { "type": concept(&here), "who": server(), "requestor": false },
    ])
}

/// The visit, the person it was about, and what was asked for in a list.
fn entities(release: Release, row: &Row, shape: &Shape) -> Vec<Value> {
    let entry = &row.entry;
    let entity = |kind: Value, role: Value| match release {
        Release::R4 => json!({ "type": kind, "role": role }),
        Release::R5 => json!({ "role": concept(&role) }),
    };
    let object = || coding(ENTITY_TYPE, "2", "System Object");
    let mut entities = Vec::new();
    if let Some(visit) = entry.visit {
        let id = format!("urn:uuid:{visit}");
        let identifier = json!({ "system": "urn:ietf:rfc:3986", "value": id });
        let what = json!({ "type": "Appointment", "identifier": identifier });
        let visited = with(entity(object(), coding(ROLE, "4", "Domain Resource")), "what", what);
        entities.push(if shape.query || entry.detail.is_empty() {
            visited
        } else {
            with(visited, "detail", json!([detail(release, &entry.detail)]))
        });
    }
    if let Some(tag) = entry.subject {
        let person = entity(coding(ENTITY_TYPE, "1", "Person"), coding(ROLE, "6", "User"));
        let what = json!({ "type": "Person", "identifier": identifier(&tag) });
        entities.push(with(person, "what", what));
    }
    if shape.query {
        let query = entity(object(), coding(ROLE, "24", "Query"));
        let asked = json!(STANDARD.encode(entry.detail.as_bytes()));
        entities.push(with(query, "query", asked));
    }
    entities
}

/// What of a visit was looked at.
fn detail(release: Release, word: &str) -> Value {
    let kind = match release {
        Release::R4 => json!("what"),
        Release::R5 => json!({ "text": "what" }),
    };
    json!({ "type": kind, "valueString": word })
}

fn identifier(tag: &Tag) -> Value {
    json!({ "system": TAG_SYSTEM, "value": tag.to_string() })
}

/// Code and words of how it went.
fn outcome(row: &Row) -> (&'static str, &'static str) {
    if row.entry.outcome == Outcome::Done.word() {
        ("0", "Success")
    } else {
        ("4", "Minor failure")
    }
}

fn server() -> Value {
    json!({ "display": "Bedside" })
}

fn coding(system: &str, code: &str, display: &str) -> Value {
    json!({ "system": system, "code": code, "display": display })
}

fn concept(coding: &Value) -> Value {
    json!({ "coding": [coding] })
}

/// One code where R4 has codings and R5 has concepts.
fn several(release: Release, coding: Value) -> Value {
    match release {
        Release::R4 => json!([coding]),
        Release::R5 => json!([concept(&coding)]),
    }
}
