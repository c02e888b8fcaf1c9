//! The addresses under a tutorial.
//!
//! In: a path. Out: which tutorial, and which language.
//! Never: a language that is no tag; tags are compared without regard to case, so one case is
//! kept.

use crate::problem::{Kind, Rejection};
use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use bedside_signaling_api::tutorial::is_language;
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

/// The `{id}` and `{language}` of a path.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct LanguagePath {
    /// Id of the tutorial.
    pub(crate) id: Uuid,
    /// The language (BCP 47).
    #[param(example = "en", min_length = 2, max_length = 35)]
    pub(crate) language: String,
}

impl<S: Send + Sync> FromRequestParts<S> for LanguagePath {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Rejection> {
        let Path((id, language)) =
            Path::<(Uuid, String)>::from_request_parts(parts, state)
                .await
                .map_err(|_| Rejection::new(Kind::InvalidPath).at("id", "has to be a UUID"))?;
        Ok(Self { id, language: tag(&language)? })
    }
}

/// A language as it is kept.
pub(crate) fn tag(language: &str) -> Result<String, Rejection> {
    if is_language(language) {
        return Ok(language.to_ascii_lowercase());
    }
    Err(Rejection::new(Kind::InvalidPath).at("language", "is not the tag of a language"))
}
