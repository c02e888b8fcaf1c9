//! How a visit is reached: R5's `virtualService`, and the extension that carries it in R4.
//!
//! In: where people's browsers find this server. Out: the one entry that is ours; or a body
//! without it.
//! Never: a personal secret. What is the same for all is here; whoever reads an appointment may
//! read this. And never an entry of another service touched.

use super::release::Release;
use super::words::{CHANNEL_CODE, CHANNEL_SYSTEM, VIRTUAL_SERVICE_URL};
use bedside_signaling_api::visit::PARTICIPANTS_MAX;
use serde_json::{Map, Value, json};

/// Puts our entry before all others.
pub(super) fn put(body: &mut Map<String, Value>, release: Release, public_url: &str) {
    let (field, entry) = match release {
        Release::R4 => ("extension", in_r4(public_url)),
        Release::R5 => ("virtualService", in_r5(public_url)),
    };
    let entries = body.entry(field).or_insert_with(|| json!([]));
    if let Some(entries) = entries.as_array_mut() {
        entries.insert(0, entry);
    }
}

/// Takes our entry out, in whichever shape it is sent.
pub(super) fn strip(body: &mut Map<String, Value>) {
    keep(body, "virtualService", |entry| !is_ours_in_r5(entry));
    keep(body, "extension", |entry| !is_ours_in_r4(entry));
}

/// The entries of other services, in the other release's shape.
pub(super) fn others(body: &Map<String, Value>, to: Release) -> Vec<Value> {
    let list = |field: &str| body.get(field).and_then(Value::as_array).into_iter().flatten();
    match to {
        Release::R4 => list("virtualService").filter_map(to_r4).collect(),
        Release::R5 => list("extension").filter_map(to_r5).collect(),
    }
}

/// Keeps the elements of a list that fulfil a condition; an empty list is no list in FHIR.
pub(super) fn keep(body: &mut Map<String, Value>, field: &str, wanted: impl Fn(&Value) -> bool) {
    let Some(elements) = body.get_mut(field).and_then(Value::as_array_mut) else { return };
    elements.retain(wanted);
    if elements.is_empty() {
        body.remove(field);
    }
}

fn channel() -> Value {
    json!({ "system": CHANNEL_SYSTEM, "code": CHANNEL_CODE, "display": "Bedside video visit" })
}

fn address(public_url: &str) -> String {
    format!("{public_url}/j")
}

fn in_r5(public_url: &str) -> Value {
    json!({
        "channelType": channel(),
        "addressUrl": address(public_url),
        "maxParticipants": PARTICIPANTS_MAX,
    })
}

fn in_r4(public_url: &str) -> Value {
    json!({
        "url": VIRTUAL_SERVICE_URL,
        "extension": [
            { "url": "channelType", "valueCoding": channel() },
            { "url": "address", "valueUrl": address(public_url) },
            { "url": "maxParticipants", "valuePositiveInt": PARTICIPANTS_MAX },
        ],
    })
}

fn is_ours_in_r5(entry: &Value) -> bool {
    entry.get("channelType").is_some_and(is_our_channel)
}

/// The complex shape of package 0.1.0 and the simple one of the drafts before it.
fn is_ours_in_r4(entry: &Value) -> bool {
    if entry.get("url").is_none_or(|url| url != VIRTUAL_SERVICE_URL) {
        return false;
    }
    let parts = entry.get("extension").and_then(Value::as_array).into_iter().flatten();
    let mut channels = parts.filter_map(|part| part.get("valueCoding"));
    let simple = entry.get("valueCoding");
    let carried = entry.get("valueVirtualServiceDetail").and_then(|value| value.get("channelType"));
    channels.any(is_our_channel) || simple.or(carried).is_some_and(is_our_channel)
}

fn is_our_channel(coding: &Value) -> bool {
    coding.get("system").is_some_and(|system| system == CHANNEL_SYSTEM)
}

/// An entry of R5 as an extension of R4; what R4 has no type for is left out.
fn to_r4(entry: &Value) -> Option<Value> {
    let named = [
        ("channelType", "channelType", "valueCoding"),
        ("addressUrl", "address", "valueUrl"),
        ("addressString", "address", "valueString"),
        ("addressContactPoint", "address", "valueContactPoint"),
        ("maxParticipants", "maxParticipants", "valuePositiveInt"),
        ("sessionKey", "sessionKey", "valueString"),
    ];
    let single = named
        .into_iter()
        .filter_map(|(field, url, value)| Some(json!({ "url": url, value: entry.get(field)? })));
    let more = entry.get("additionalInfo").and_then(Value::as_array).into_iter().flatten();
    let more = more.map(|info| json!({ "url": "additionalInfo", "valueUrl": info }));
    let parts: Vec<_> = single.chain(more).collect();
    (!parts.is_empty()).then(|| json!({ "url": VIRTUAL_SERVICE_URL, "extension": parts }))
}

/// An extension of R4 as an entry of R5.
fn to_r5(extension: &Value) -> Option<Value> {
    if extension.get("url")? != VIRTUAL_SERVICE_URL {
        return None;
    }
    if let Some(carried) = extension.get("valueVirtualServiceDetail") {
        return Some(carried.clone());
    }
    let mut entry = Map::new();
    let mut more = Vec::new();
    for part in extension.get("extension")?.as_array()? {
        let value = |name: &str| part.get(name).cloned();
        match part.get("url").and_then(Value::as_str) {
            Some("channelType") => put_some(&mut entry, "channelType", value("valueCoding")),
            Some("address") => {
                put_some(&mut entry, "addressUrl", value("valueUrl"));
                put_some(&mut entry, "addressString", value("valueString"));
                put_some(&mut entry, "addressContactPoint", value("valueContactPoint"));
            }
            Some("maxParticipants") => {
                put_some(&mut entry, "maxParticipants", value("valuePositiveInt"));
            }
            Some("sessionKey") => put_some(&mut entry, "sessionKey", value("valueString")),
            Some("additionalInfo") => more.extend(value("valueUrl")),
            Some(_) | None => {}
        }
    }
    if !more.is_empty() {
        entry.insert("additionalInfo".to_owned(), Value::Array(more));
    }
    (!entry.is_empty()).then_some(Value::Object(entry))
}

fn put_some(entry: &mut Map<String, Value>, field: &str, value: Option<Value>) {
    if let Some(value) = value {
        entry.insert(field.to_owned(), value);
    }
}
