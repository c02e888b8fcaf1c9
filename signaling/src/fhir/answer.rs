//! An answer in FHIR's media type, with the version of what is in it.
//!
//! In: a status, a body, what is known of the version. Out: an HTTP answer.
//! Never: an error; those are problems until the edge, and outcomes behind it.

use super::release::Release;
use axum::http::header::{CONTENT_TYPE, ETAG, LAST_MODIFIED, LOCATION};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde_json::Value;

/// An answer.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Answer {
    /// The release it is in.
    pub(super) release: Release,
    /// The status.
    pub(super) status: StatusCode,
    /// The resource.
    pub(super) body: Value,
    /// Its version and when it came to be.
    pub(super) version: Option<(u64, Timestamp)>,
    /// Where it is, when it was just made.
    pub(super) location: Option<String>,
}

impl Answer {
    /// A body without a version of its own.
    pub(super) const fn plain(release: Release, body: Value) -> Self {
        Self { release, status: StatusCode::OK, body, version: None, location: None }
    }
}

/// A version as a weak entity tag.
pub(super) fn tag(version: u64) -> String {
    format!("W/\"{version}\"")
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let mut headers = HeaderMap::new();
        let mut put = |name: HeaderName, value: &str| {
            if let Ok(value) = HeaderValue::from_str(value) {
                headers.insert(name, value);
            }
        };
        put(CONTENT_TYPE, self.release.media_type());
        if let Some((version, at)) = self.version {
            put(ETAG, &tag(version));
            put(LAST_MODIFIED, &at.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string());
        }
        if let Some(location) = &self.location {
            put(LOCATION, location);
        }
        (self.status, headers, self.body.to_string()).into_response()
    }
}
