//! The `Idempotency-Key` of a request (IETF draft httpapi-idempotency-key-header).
//!
//! In: the header. Out: a key within its limits, or none.
//! Never: a key cut short; one that is too long is a problem.

use crate::problem::{Kind, Rejection};
use axum::extract::FromRequestParts;
use axum::http::HeaderName;
use axum::http::request::Parts;

/// The header.
pub(super) const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// Set to `true` on an answer that was given before.
pub(super) const IDEMPOTENT_REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");
/// Longest key, in characters. A UUID has 36.
const KEY_CHARS_MAX: usize = 255;

/// What the client chose, if anything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct IdempotencyKey(pub(super) Option<String>);

impl<S: Send + Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Rejection> {
        let mut sent = parts.headers.get_all(IDEMPOTENCY_KEY).iter();
        let Some(first) = sent.next() else { return Ok(Self(None)) };
        let key = first.to_str().ok().filter(|key| is_key(key) && sent.next().is_none());
        let key = key.ok_or_else(|| {
            Rejection::new(Kind::InvalidHeader).at(
                IDEMPOTENCY_KEY.as_str(),
                format!("has to be sent once, with 1 to {KEY_CHARS_MAX} visible ASCII characters"),
            )
        })?;
        Ok(Self(Some(key.to_owned())))
    }
}

fn is_key(key: &str) -> bool {
    !key.is_empty() && key.len() <= KEY_CHARS_MAX && key.bytes().all(|byte| byte.is_ascii_graphic())
}
