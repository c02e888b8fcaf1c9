//! What of a request is FHIR's: its media types, its conditions.
//!
//! In: headers, a query, bytes. Out: JSON, a version to replace, an identifier not to repeat; or
//! a refusal.
//! Never: XML; and never a condition ignored because it could not be read.

use super::search;
use crate::problem::{Kind, Rejection};
use crate::store::fhir::SoughtRow;
use axum::extract::{Query, Request};
use axum::http::header::{ACCEPT, CONTENT_TYPE, IF_MATCH};
use axum::http::{HeaderMap, HeaderName};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde_json::Value;

/// The condition of a create.
const IF_NONE_EXIST: HeaderName = HeaderName::from_static("if-none-exist");
/// Media types of FHIR's JSON.
const JSON: [&str; 3] = ["application/fhir+json", "application/json", "text/json"];

/// Refuses what wants another format than JSON.
pub(super) async fn speaks_json(request: Request, next: Next) -> Response {
    let pairs = Query::<Vec<(String, String)>>::try_from_uri(request.uri());
    let format = pairs.ok().and_then(|Query(pairs)| {
        pairs.into_iter().find(|(name, _)| name == "_format").map(|(_, value)| value)
    });
    let wanted = format.map(|format| takes_format(&format)).unwrap_or_else(|| {
        request.headers().get_all(ACCEPT).iter().all(|accept| accept.to_str().is_ok_and(takes))
    });
    if !wanted {
        let rejection = Rejection::new(Kind::NotAcceptable);
        return rejection
            .detail("FHIR is spoken in JSON here: application/fhir+json.")
            .into_response();
    }
    next.run(request).await
}

/// A `+` that was not escaped has become a space on its way here.
fn takes_format(format: &str) -> bool {
    let format = format.replace(' ', "+");
    format == "json" || JSON.contains(&essence(&format))
}

fn takes(accept: &str) -> bool {
    let any = ["*/*", "application/*", "text/*"];
    accept.split(',').map(essence).any(|kind| any.contains(&kind) || JSON.contains(&kind))
}

fn essence(media_type: &str) -> &str {
    media_type.split(';').next().unwrap_or_default().trim()
}

/// A body.
pub(super) fn body(headers: &HeaderMap, bytes: &[u8]) -> Result<Value, Rejection> {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).map(essence);
    if !kind.is_some_and(|kind| JSON.contains(&kind.to_ascii_lowercase().as_str())) {
        return Err(Rejection::new(Kind::NotJson).detail("Send application/fhir+json."));
    }
    serde_json::from_slice(bytes).map_err(|error| {
        let place = format!("line {}, column {}", error.line(), error.column());
        Rejection::new(Kind::MalformedJson).detail(format!("See {place}."))
    })
}

/// The version that `If-Match` names.
pub(super) fn replaces(headers: &HeaderMap) -> Result<Option<u64>, Rejection> {
    let Some(sent) = headers.get(IF_MATCH) else { return Ok(None) };
    version(sent.to_str().unwrap_or_default()).map(Some)
}

/// The version in an entity tag.
pub(super) fn version(tag: &str) -> Result<u64, Rejection> {
    let inner = tag.trim().trim_start_matches("W/").trim_matches('"');
    inner.parse().map_err(|_| {
        Rejection::new(Kind::InvalidHeader).at("If-Match", "has to be a version such as W/\"3\"")
    })
}

/// The identifier that `If-None-Exist` names.
pub(super) fn unless(headers: &HeaderMap) -> Result<Option<SoughtRow>, Rejection> {
    let Some(sent) = headers.get(IF_NONE_EXIST) else { return Ok(None) };
    condition(sent.to_str().unwrap_or_default()).map(Some)
}

/// The identifier in the query of a conditional create.
pub(super) fn condition(query: &str) -> Result<SoughtRow, Rejection> {
    let query = query.rsplit('?').next().unwrap_or_default();
    let pairs = parameters(query).unwrap_or_default();
    let found = match pairs.as_slice() {
        [(name, value)] if name == "identifier" => search::sought(value),
        [..] => None,
    };
    found.ok_or_else(|| {
        Rejection::new(Kind::InvalidHeader)
            .at("If-None-Exist", "has to be identifier=system|value and nothing else")
    })
}

/// The parameters of a search.
pub(super) fn parameters(query: &str) -> Result<Vec<(String, String)>, Rejection> {
    let uri = format!("/?{query}").parse();
    let pairs = uri.ok().and_then(|uri| Query::<Vec<(String, String)>>::try_from_uri(&uri).ok());
    let pairs = pairs.ok_or_else(|| {
        Rejection::new(Kind::InvalidQuery).detail("The query is not of the form name=value&…")
    })?;
    Ok(pairs.0)
}

/// The query of the next page: this one's, from another place on.
pub(super) fn with_cursor(query: &str, cursor: &str) -> String {
    let others = query.split('&').filter(|pair| !pair.is_empty() && !pair.starts_with("_cursor="));
    let next = format!("_cursor={cursor}");
    others.chain([next.as_str()]).collect::<Vec<_>>().join("&")
}
