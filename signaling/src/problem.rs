//! A request turned down, in the one shape of every error (RFC 9457).
//!
//! In: a kind, what is wrong this time, and where. Out: an `application/problem+json` answer.
//! Never: a stack trace, a secret, a name; what went wrong on our side goes to the log, and
//! the caller learns only that it did.

mod kind;

pub(crate) use kind::Kind;

use crate::Fault;
use axum::Json;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use bedside_signaling_api::problem::{MEDIA_TYPE, Pointer, Problem};
use std::error::Error;

/// A request turned down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Rejection {
    kind: Kind,
    detail: Option<String>,
    errors: Vec<Pointer>,
    retry_after_seconds: Option<u64>,
}

impl Rejection {
    /// Of this kind, with nothing more to say.
    pub(crate) const fn new(kind: Kind) -> Self {
        Self { kind, detail: None, errors: Vec::new(), retry_after_seconds: None }
    }

    /// What is wrong this time and what to do about it.
    pub(crate) fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// One thing that is wrong, and where.
    pub(crate) fn at(mut self, pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        self.errors.push(Pointer { pointer: pointer.into(), detail: detail.into() });
        self
    }

    /// Whether anything was said to be wrong in a place.
    pub(crate) const fn has_errors(&self) -> bool {
        !self.errors.is_empty()
    }

    /// When to come back.
    pub(crate) const fn retry_after(mut self, seconds: u64) -> Self {
        self.retry_after_seconds = Some(seconds);
        self
    }

    /// The body.
    pub(crate) fn problem(&self) -> Problem {
        Problem {
            kind: self.kind.uri(),
            title: self.kind.title().to_owned(),
            status: self.kind.status().as_u16(),
            detail: self.detail.clone(),
            errors: self.errors.clone(),
        }
    }
}

impl From<Fault> for Rejection {
    fn from(fault: Fault) -> Self {
        tracing::error!(fault = %chain(&fault), "a request failed on our side");
        Self::new(Kind::Fault)
    }
}

impl IntoResponse for Rejection {
    fn into_response(self) -> Response {
        let mut response = answer(self.kind.status(), self.problem());
        if let Some(seconds) = self.retry_after_seconds {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.kind == Kind::Unauthorized {
            let scheme = HeaderValue::from_static("Bearer realm=\"bedside\"");
            response.headers_mut().insert(WWW_AUTHENTICATE, scheme);
        }
        response
    }
}

/// A problem that a library found and that has no kind of ours (RFC 9457, 4.2.1).
pub(crate) fn untyped(status: StatusCode, detail: Option<String>) -> Response {
    let problem = Problem {
        kind: "about:blank".to_owned(),
        title: status.canonical_reason().unwrap_or("Error").to_owned(),
        status: status.as_u16(),
        detail,
        errors: Vec::new(),
    };
    answer(status, problem)
}

/// A fault and what caused it, down to the root, on one line.
pub(crate) fn chain(fault: &dyn Error) -> String {
    let mut line = fault.to_string();
    let mut cause = fault.source();
    while let Some(error) = cause {
        line = format!("{line}: {error}");
        cause = error.source();
    }
    line
}

fn answer(status: StatusCode, problem: Problem) -> Response {
    let mut response = (status, Json(problem)).into_response();
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
    response
}
