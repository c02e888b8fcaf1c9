//! Several resources in one answer.
//!
//! In: resources found, and the address of the search. Out: a `Bundle`.
//! Never: a total that would need a count of everything.

use super::release::Release;
use serde_json::{Value, json};

/// The address under which a resource is found.
pub(super) fn address(public_url: &str, release: Release, kind: &str, id: &str) -> String {
    format!("{public_url}/fhir/{}/{kind}/{id}", release.name())
}

/// What a search has found: this page, and where the next one is.
pub(super) fn found(
    (public_url, release): (&str, Release),
    (here, next): (&str, Option<String>),
    resources: Vec<Value>,
) -> Value {
    let word = |resource: &Value, field: &str| {
        resource.get(field).and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    let entries = resources.into_iter().map(|resource| {
        let (kind, id) = (word(&resource, "resourceType"), word(&resource, "id"));
        json!({
            "fullUrl": address(public_url, release, &kind, &id),
            "resource": resource,
            "search": { "mode": "match" },
        })
    });
    let entries: Vec<_> = entries.collect();
    let mut links = vec![json!({ "relation": "self", "url": format!("{public_url}{here}") })];
    links.extend(next.map(|next| json!({ "relation": "next", "url": next })));
    let mut bundle = json!({ "resourceType": "Bundle", "type": "searchset", "link": links });
    if let Some(fields) = bundle.as_object_mut()
        && !entries.is_empty()
    {
        fields.insert("entry".to_owned(), Value::Array(entries));
    }
    bundle
}
