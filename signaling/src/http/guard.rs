//! What holds for every request, whatever its handler does.
//!
//! In: a request, or a handler's answer. Out: a problem where there would be a panic, silence
//! or a library's plain text.
//! Never: lets a person wait without end.

#[cfg(test)]
mod tests;

use super::stills::STILL_ROUTE;
use super::tutorials::film::UPLOAD_ROUTE;
use crate::problem::{self, Kind, Rejection};
use axum::body::{Body, to_bytes};
use axum::extract::{MatchedPath, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use bedside_signaling_api::problem::MEDIA_TYPE;
use std::any::Any;
use std::time::Duration;

/// Longest time to an answer. Over the store's own waits, under what proxies allow. An opened
/// WebSocket has been answered and is not bound by it.
const ANSWER_WAIT: Duration = Duration::from_secs(15);
/// Longest plain text of a library that is passed on as detail.
const DETAIL_BYTES_MAX: usize = 1024;

/// Gives up on a handler that takes too long. What is already with the store or with a visit's
/// actor may still be done; asking again with the same idempotency key finds it.
pub(super) async fn in_time(request: Request, next: Next) -> Response {
    // A film or a picture takes as long as its line is slow; its handler looks that it goes on.
    let route = request.extensions().get::<MatchedPath>().map(MatchedPath::as_str);
    let comes_slowly = route.is_some_and(|route| [UPLOAD_ROUTE, STILL_ROUTE].contains(&route));
    if request.method() == Method::PUT && comes_slowly {
        return next.run(request).await;
    }
    tokio::time::timeout(ANSWER_WAIT, next.run(request))
        .await
        .unwrap_or_else(|_elapsed| Rejection::new(Kind::Timeout).into_response())
}

/// A broken invariant ends one request, not the service. Where and what is in the log through
/// the panic hook; the caller learns neither.
pub(super) fn panicked(_cause: Box<dyn Any + Send>) -> Response {
    tracing::error!("a handler panicked");
    Rejection::new(Kind::Fault).into_response()
}

/// Marks an answer whose errors have a shape that another standard prescribes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct OwnShape;

/// Puts what a library says about an error into the one shape.
pub(super) async fn as_problem(request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    let status = response.status();
    let is_error = status.is_client_error() || status.is_server_error();
    let is_problem =
        response.headers().get(CONTENT_TYPE) == Some(&HeaderValue::from_static(MEDIA_TYPE));
    if !is_error || is_problem || response.extensions().get::<OwnShape>().is_some() {
        return response;
    }
    let (mut head, body) = response.into_parts();
    let typed = problem::untyped(status, plain_text(&head.headers, body).await);
    head.headers.remove(axum::http::header::CONTENT_LENGTH);
    head.headers.insert(CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
    Response::from_parts(head, typed.into_body())
}

async fn plain_text(headers: &axum::http::HeaderMap, body: Body) -> Option<String> {
    let kind = headers.get(CONTENT_TYPE)?.to_str().ok()?;
    if !kind.starts_with("text/plain") {
        return None;
    }
    let bytes = to_bytes(body, DETAIL_BYTES_MAX).await.ok()?;
    String::from_utf8(bytes.to_vec()).ok().filter(|text| !text.is_empty())
}
