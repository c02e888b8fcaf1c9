//! Bodies: JSON that is what the operation takes, or a problem that says where it is not.
//!
//! In: a request. Out: a checked value.
//! Never: a field ignored in silence; the value of a field in the problem.

#[cfg(test)]
mod tests;

use crate::problem::{Kind, Rejection};
use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use garde::Validate;
use serde::de::DeserializeOwned;
use serde_json::error::Category;
use serde_path_to_error::Segment;

/// A body that has been read, understood and checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ValidJson<T>(pub(crate) T);

impl<T, S> FromRequest<S> for ValidJson<T>
where
    T: DeserializeOwned + Validate<Context = ()>,
    S: Send + Sync,
{
    type Rejection = Rejection;

    async fn from_request(request: Request, state: &S) -> Result<Self, Rejection> {
        if !says_json(request.headers()) {
            return Err(Rejection::new(Kind::NotJson));
        }
        let bytes = Bytes::from_request(request, state).await.map_err(|rejection| {
            if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
                return Rejection::new(Kind::BodyTooLarge)
                    .detail(format!("At most {} bytes are taken.", super::BODY_BYTES_MAX));
            }
            Rejection::new(Kind::MalformedJson).detail("The body broke off.")
        })?;
        parse(&bytes).map(Self)
    }
}

/// Reads, understands and checks a body.
pub(crate) fn parse<T>(bytes: &[u8]) -> Result<T, Rejection>
where
    T: DeserializeOwned + Validate<Context = ()>,
{
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let value: T = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let pointer = pointer_of(error.path().iter());
        misread(error.inner(), pointer)
    })?;
    json.end().map_err(|error| misread(&error, String::new()))?;
    value.validate().map_err(|report| {
        report.iter().fold(Rejection::new(Kind::InvalidBody), |rejection, (path, error)| {
            rejection.at(pointer_of_garde(&path.to_string()), error.message())
        })
    })?;
    Ok(value)
}

fn misread(error: &serde_json::Error, pointer: String) -> Rejection {
    let place = format!("line {}, column {}", error.line(), error.column());
    match error.classify() {
        Category::Data => Rejection::new(Kind::InvalidBody)
            .detail(format!("See {place}."))
            .at(pointer, wanted(error)),
        Category::Syntax | Category::Eof | Category::Io => {
            Rejection::new(Kind::MalformedJson).detail(format!("{error}."))
        }
    }
}

/// What the field wanted. Of serde's message only the part after `expected` or the name of a
/// field of ours is passed on; before it stands what was sent, which may be somebody's name.
fn wanted(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let text = text.rsplit_once(" at line ").map_or(text.as_str(), |(message, _place)| message);
    let repeats_what_was_sent = [
        "invalid type: ",
        "invalid value: ",
        "invalid length ",
        "unknown variant ",
        "unknown field ",
    ];
    if text.starts_with("missing field ") || text.starts_with("duplicate field ") {
        return text.to_owned();
    }
    if repeats_what_was_sent.iter().any(|start| text.starts_with(start))
        && let Some((_sent, expected)) = text.rsplit_once(", expected ")
    {
        return format!("expected {expected}");
    }
    "is not a value this field takes; see /docs".to_owned()
}

fn says_json(headers: &HeaderMap) -> bool {
    let value = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = value.and_then(|value| value.split(';').next());
    essence.is_some_and(|essence| essence.trim().eq_ignore_ascii_case("application/json"))
}

/// A path into the body as a JSON Pointer (RFC 6901).
fn pointer_of<'a>(path: impl Iterator<Item = &'a Segment>) -> String {
    path.map(|segment| match segment {
        Segment::Seq { index } => format!("/{index}"),
        Segment::Map { key } => format!("/{}", escaped(key)),
        Segment::Enum { variant } => format!("/{}", escaped(variant)),
        Segment::Unknown => "/".to_owned(),
    })
    .collect()
}

/// `participants[0].name` as `/participants/0/name`. Our field names hold no dot or bracket.
fn pointer_of_garde(path: &str) -> String {
    let parts = path.split(['.', '[']).map(|part| part.trim_end_matches(']'));
    parts.filter(|part| !part.is_empty()).map(|part| format!("/{part}")).collect()
}

fn escaped(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}
