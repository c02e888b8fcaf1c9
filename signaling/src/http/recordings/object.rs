//! `/v1/recordings/{id}/objects/{name}`: the files of a recording, sealed as they are.
//!
//! In: a name of the list. Out: its bytes, or a stretch of them, with their hash.
//! Never: a byte before the look is in the audit log; a name that leads elsewhere than into the
//! recording.

use super::super::caller::MayReadRecordings;
use super::shown;
use crate::AppState;
use crate::problem::{Kind, Rejection};
use crate::recordings::{is_object_name, sha256};

use axum::body::Bytes;
use axum::extract::{FromRequestParts, Path, State};
use axum::http::header::{ACCEPT_RANGES, CONTENT_RANGE, CONTENT_TYPE, ETAG, IF_NONE_MATCH, RANGE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use bedside_signaling_api::kept::KeptState;
use serde::Deserialize;

use utoipa::IntoParams;
use uuid::Uuid;

/// The `{id}` and `{name}` of a path.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct ObjectPath {
    /// Id of the recording.
    id: Uuid,
    /// Name of the object, as the recording lists it.
    #[param(example = "manifest.jsonl")]
    name: String,
}

impl<S: Send + Sync> FromRequestParts<S> for ObjectPath {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Rejection> {
        let Path((id, name)) = Path::<(Uuid, String)>::from_request_parts(parts, state)
            .await
            .map_err(|_| Rejection::new(Kind::InvalidPath).at("id", "has to be a UUID"))?;
        if !is_object_name(&name) {
            return Err(Rejection::new(Kind::InvalidPath).at("name", "is no name of an object"));
        }
        Ok(Self { id, name })
    }
}

/// Read a file of a recording.
///
/// The manifest (`manifest.jsonl`), a sealed part, or the recording's own key, sealed too. The
/// `ETag` is the SHA-256 of the bytes, in hex, as the manifest names it. One stretch (`Range`) of
/// it can be asked for.
#[utoipa::path(
    get,
    path = "/v1/recordings/{id}/objects/{name}",
    tag = "recordings",
    params(ObjectPath),
    responses(
        (
            status = 200, description = "The bytes, sealed.", body = String,
            content_type = "application/octet-stream",
            headers(("ETag" = String, description = "The SHA-256 of the bytes, in hex."))
        ),
        (
            status = 206, description = "A stretch of them.", body = String,
            content_type = "application/octet-stream",
            headers(("Content-Range" = String, description = "Which, and how many there are."))
        ),
        (status = 304, description = "`If-None-Match` names what there is."),
    ),
    security(("api_key" = ["recordings:read"]))
)]
pub(crate) async fn read_object(
    caller: MayReadRecordings,
    path: ObjectPath,
    State(state): State<AppState>,
    headers: HeaderMap,
) -> Result<Response, Rejection> {
    let one = ("recording_object", path.id);
    let row = shown(&state, (&caller.tenant, caller.key), one).await?;
    if row.state == KeptState::Erased {
        return Err(Rejection::new(Kind::NotFound));
    }
    let bytes = state.recordings.object(path.id, &path.name).await?;
    let bytes = bytes.ok_or_else(|| Rejection::new(Kind::NotFound))?;
    Ok(answer(&headers, bytes))
}

fn answer(headers: &HeaderMap, bytes: Bytes) -> Response {
    let tag = format!("\"{}\"", sha256(&bytes));
    let word =
        |name| headers.get(name).and_then(|value: &axum::http::HeaderValue| value.to_str().ok());
    if word(IF_NONE_MATCH).is_some_and(|known| known.split(',').any(|one| one.trim() == tag)) {
        return (StatusCode::NOT_MODIFIED, [(ETAG, tag)]).into_response();
    }
    let described = [
        (CONTENT_TYPE, "application/octet-stream".to_owned()),
        (ETAG, tag),
        (ACCEPT_RANGES, "bytes".to_owned()),
    ];
    let stretch = word(RANGE).and_then(|range| stretch(range, bytes.len()));
    let Some((first, last)) = stretch else { return (described, bytes).into_response() };
    let part = bytes.slice(first..=last);
    let range = [(CONTENT_RANGE, format!("bytes {first}-{last}/{}", bytes.len()))];
    (StatusCode::PARTIAL_CONTENT, described, range, part).into_response()
}

/// The first and last byte of a range (RFC 9110, 14.1.2) within so many; `None` where everything
/// is to be sent, which any range allows.
fn stretch(range: &str, length: usize) -> Option<(usize, usize)> {
    let (first, last) = range.strip_prefix("bytes=")?.split_once('-')?;
    let end = length.checked_sub(1)?;
    let (first, last) = match (first.trim(), last.trim()) {
        ("", suffix) => (length.saturating_sub(suffix.parse().ok()?), end),
        (first, "") => (first.parse().ok()?, end),
        (first, last) => (first.parse().ok()?, last.parse::<usize>().ok()?.min(end)),
    };
    (first <= last).then_some((first, last))
}

#[cfg(test)]
mod tests {
    use super::stretch;

    #[test]
    fn a_range_is_a_stretch_of_what_there_is() {
        let cases = [
            ("bytes=0-0", Some((0, 0))),
            ("bytes=2-4", Some((2, 4))),
            ("bytes=5-", Some((5, 9))),
            ("bytes=-3", Some((7, 9))),
            ("bytes=-30", Some((0, 9))),
            ("bytes=8-99", Some((8, 9))),
            ("bytes=10-", None),
            ("bytes=-0", None),
            ("bytes=4-2", None),
            ("bytes=0-1,3-4", None),
            ("bytes=-", None),
            ("lines=1-2", None),
        ];
        for (range, wanted) in cases {
            assert_eq!(stretch(range, 10), wanted, "{range}");
        }
        assert_eq!(stretch("bytes=0-0", 0), None);
    }
}
