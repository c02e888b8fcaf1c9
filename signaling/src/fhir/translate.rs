//! An appointment written in one release, for a reader of the other.
//!
//! In: a body. Out: what means the same in both, under the name it has there.
//! Never: a field that the other release does not know or means differently; it stays in what
//! is kept, and comes back to readers of its own release.

use super::release::Release;
use super::virtual_service;
use super::words::VIRTUAL_SERVICE_URL;
use serde_json::{Map, Value, json};

/// Fields with one name and one meaning.
const ALIKE: [&str; 17] = [
    "resourceType",
    "id",
    "meta",
    "language",
    "text",
    "contained",
    "identifier",
    "status",
    "serviceCategory",
    "specialty",
    "appointmentType",
    "description",
    "start",
    "end",
    "minutesDuration",
    "slot",
    "created",
];
/// Fields of R4 with another name in R5.
const RENAMED: [(&str, &str); 1] = [("cancelationReason", "cancellationReason")];
/// Lists of which R4 has concept and reference apart and R5 has them as one (`CodeableReference`).
const JOINED: [(&str, &str, &str); 1] = [("reasonCode", "reasonReference", "reason")];

/// The body as a reader of `to` can take it.
pub(super) fn translate(body: &Map<String, Value>, to: Release) -> Map<String, Value> {
    let mut out = Map::new();
    for field in ALIKE {
        copy(body, field, &mut out, field);
        let beside = format!("_{field}");
        copy(body, &beside, &mut out, &beside);
    }
    for (r4, r5) in RENAMED {
        match to {
            Release::R4 => copy(body, r5, &mut out, r4),
            Release::R5 => copy(body, r4, &mut out, r5),
        }
    }
    for names in JOINED {
        join(body, &mut out, names, to);
    }
    let is_service =
        |extension: &Value| extension.get("url").is_some_and(|url| url == VIRTUAL_SERVICE_URL);
    let extensions = body.get("extension").and_then(Value::as_array).into_iter().flatten();
    let mut extensions: Vec<_> = extensions.filter(|e| !is_service(e)).cloned().collect();
    let services = virtual_service::others(body, to);
    match to {
        Release::R4 => extensions.extend(services),
        Release::R5 => put_list(&mut out, "virtualService", services),
    }
    put_list(&mut out, "extension", extensions);
    let people = body.get("participant").and_then(Value::as_array).into_iter().flatten();
    put_list(&mut out, "participant", people.map(|entry| participant(entry, to)).collect());
    out
}

fn participant(entry: &Value, to: Release) -> Value {
    let mut entry = entry.clone();
    let Some(fields) = entry.as_object_mut() else { return entry };
    let required = match (fields.get("required"), to) {
        (Some(Value::String(code)), Release::R5) => Some(json!(code == "required")),
        (Some(Value::Bool(true)), Release::R4) => Some(json!("required")),
        (Some(Value::Bool(false)), Release::R4) => Some(json!("optional")),
        _ => return entry,
    };
    fields.extend(required.map(|value| ("required".to_owned(), value)));
    entry
}

fn join(
    body: &Map<String, Value>,
    out: &mut Map<String, Value>,
    (concepts, references, joined): (&str, &str, &str),
    to: Release,
) {
    let list = |field: &str| body.get(field).and_then(Value::as_array).into_iter().flatten();
    match to {
        Release::R5 => {
            let coded = list(concepts).map(|concept| json!({ "concept": concept }));
            let referred = list(references).map(|reference| json!({ "reference": reference }));
            put_list(out, joined, coded.chain(referred).collect());
        }
        Release::R4 => {
            let part = |name| list(joined).filter_map(move |element| element.get(name).cloned());
            put_list(out, concepts, part("concept").collect());
            put_list(out, references, part("reference").collect());
        }
    }
}

fn copy(from: &Map<String, Value>, name: &str, to: &mut Map<String, Value>, as_name: &str) {
    if let Some(value) = from.get(name) {
        to.insert(as_name.to_owned(), value.clone());
    }
}

fn put_list(to: &mut Map<String, Value>, name: &str, elements: Vec<Value>) {
    if !elements.is_empty() {
        to.insert(name.to_owned(), Value::Array(elements));
    }
}
