//! One line in the log, one count in the metrics and the security headers for each answer.
//!
//! In: every request and its answer. Out: the same answer, with headers.
//! Never: a raw path, a query, a name or a secret in what is written; the route as the code
//! spells it says enough.

use crate::metrics::{Answered, Metrics};
use axum::extract::{MatchedPath, Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use std::time::Instant;
use tracing::Instrument as _;
use uuid::Uuid;

/// What stands for every address that is not a route.
const UNMATCHED: &str = "unmatched";
/// Lets support find the log line of an answer.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const PERMISSIONS_POLICY: HeaderName = HeaderName::from_static("permissions-policy");

/// The pages run their own code only, and talk to their own server; a picture or a sound is
/// their own or a stream's.
const CSP_PAGES: &str = "default-src 'self'; connect-src 'self' ws: wss:; \
    media-src 'self' blob:; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; \
    form-action 'none'; frame-ancestors 'none'";
/// The browsable documentation sets styles from its script.
const CSP_DOCS: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; \
    img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'";
/// JSON runs nothing.
const CSP_API: &str = "default-src 'none'; frame-ancestors 'none'";

/// Observes one request.
pub(super) async fn observe(
    State(metrics): State<Metrics>,
    request: Request,
    next: Next,
) -> Response {
    let id = Uuid::now_v7();
    let started = Instant::now();
    let method = method_name(request.method());
    let route = request.extensions().get::<MatchedPath>().cloned();
    let route = route.as_ref().map_or(UNMATCHED, MatchedPath::as_str);
    let span = tracing::info_span!("request", %id);
    let mut response = next.run(request).instrument(span).await;
    let took = started.elapsed();
    let status = response.status();
    metrics.answered(Answered { route, method, class: class(status), took });
    tracing::info!(
        %id,
        method,
        route,
        status = status.as_u16(),
        ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
        "answered"
    );
    secure(response.headers_mut(), route);
    if let Ok(value) = HeaderValue::from_str(&id.to_string()) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}

fn secure(headers: &mut HeaderMap, route: &str) {
    let is_api = route == UNMATCHED || route.starts_with("/v1/");
    let policy = if is_api {
        CSP_API
    } else if route.starts_with("/docs") {
        CSP_DOCS
    } else {
        CSP_PAGES
    };
    let fixed = [
        (CONTENT_SECURITY_POLICY, policy),
        (REFERRER_POLICY, "no-referrer"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (PERMISSIONS_POLICY, "camera=(self), microphone=(self), display-capture=(self)"),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if is_api {
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
}

/// The method as a label; anybody can make one up, so only the known ones are told apart.
fn method_name(method: &Method) -> &'static str {
    let known = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
    known.into_iter().find(|name| *name == method.as_str()).unwrap_or("OTHER")
}

const fn class(status: StatusCode) -> &'static str {
    match status.as_u16() {
        100..=199 => "1xx",
        200..=299 => "2xx",
        300..=399 => "3xx",
        400..=499 => "4xx",
        _ => "5xx",
    }
}
