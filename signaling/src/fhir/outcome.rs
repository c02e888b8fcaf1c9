//! Every error under `/fhir`, as an `OperationOutcome`.
//!
//! In: an answer that is a problem (RFC 9457), whatever part of the service gave it. Out: the
//! same in FHIR's shape, under the same status.
//! Never: a problem with another body under `/fhir`; a detail that the problem did not hold.

use crate::problem::Kind;
use axum::Json;
use axum::body::to_bytes;
use axum::extract::Request;
use axum::http::HeaderValue;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use bedside_signaling_api::problem::{MEDIA_TYPE, Problem};
use serde_json::{Value, json};

/// Longest problem that is read again. Ours have at most some dozens of places.
const PROBLEM_BYTES_MAX: usize = 64 * 1024;
/// Where FHIR begins.
const PREFIX: &str = "/fhir/";

/// Turns problems into outcomes, under `/fhir` only.
pub(crate) async fn as_outcome(request: Request, next: Next) -> Response {
    let is_ours = request.uri().path().starts_with(PREFIX);
    let response = next.run(request).await;
    let problem =
        response.headers().get(CONTENT_TYPE) == Some(&HeaderValue::from_static(MEDIA_TYPE));
    if !is_ours || !problem {
        return response;
    }
    let (mut head, body) = response.into_parts();
    let bytes = to_bytes(body, PROBLEM_BYTES_MAX).await.unwrap_or_default();
    let outcome = serde_json::from_slice(&bytes).map_or_else(
        |_| json!({ "resourceType": "OperationOutcome", "issue": [issue("exception", None)] }),
        |problem| outcome(&problem),
    );
    head.headers.remove(CONTENT_LENGTH);
    head.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/fhir+json"));
    Response::from_parts(head, Json(outcome).into_response().into_body())
}

/// The problem in FHIR's words: one issue for each place, or one for all of it.
pub(super) fn outcome(problem: &Problem) -> Value {
    let code = code(problem);
    let mut whole = issue(code, Some(&problem.title));
    if let Some(fields) = whole.as_object_mut() {
        fields.extend(problem.detail.clone().map(|text| ("diagnostics".to_owned(), text.into())));
    }
    let places = problem.errors.iter().map(|place| {
        let mut issue = issue(code, Some(&place.detail));
        if let Some(fields) = issue.as_object_mut() {
            fields.insert("expression".to_owned(), json!([place.pointer]));
        }
        issue
    });
    let mut issues: Vec<_> = places.collect();
    if issues.is_empty() || problem.detail.is_some() {
        issues.insert(0, whole);
    }
    json!({ "resourceType": "OperationOutcome", "issue": issues })
}

fn issue(code: &str, text: Option<&str>) -> Value {
    let text = text.unwrap_or("The server could not do it.");
    json!({ "severity": "error", "code": code, "details": { "text": text } })
}

/// FHIR's word for a kind of problem, after `http://hl7.org/fhir/issue-type`.
fn code(problem: &Problem) -> &'static str {
    const WORDS: [(Kind, &str); 23] = [
        (Kind::MalformedJson, "structure"),
        (Kind::InvalidBody, "invalid"),
        (Kind::NotJson, "not-supported"),
        (Kind::BodyTooLarge, "too-long"),
        (Kind::InvalidQuery, "invalid"),
        (Kind::InvalidPath, "value"),
        (Kind::InvalidHeader, "value"),
        (Kind::Unauthorized, "login"),
        (Kind::MissingScope, "forbidden"),
        (Kind::NotFound, "not-found"),
        (Kind::NoSuchRoute, "not-supported"),
        (Kind::MethodNotAllowed, "not-supported"),
        (Kind::NotSupported, "not-supported"),
        (Kind::NotAcceptable, "not-supported"),
        (Kind::KeyReused, "conflict"),
        (Kind::VisitState, "business-rule"),
        (Kind::VersionConflict, "conflict"),
        (Kind::TooManyRequests, "throttled"),
        (Kind::NotAudited, "transient"),
        (Kind::VisitElsewhere, "transient"),
        (Kind::Timeout, "timeout"),
        (Kind::Fault, "exception"),
        (Kind::VisitOver, "business-rule"),
    ];
    let found = WORDS.into_iter().find(|(kind, _)| kind.uri() == problem.kind);
    match (found, problem.status) {
        (Some((_, word)), _) => word,
        // What a library has refused has no kind of ours.
        (None, 413) => "too-long",
        (None, _) => "processing",
    }
}
