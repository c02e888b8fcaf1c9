//! The one shape of every error (RFC 9457, `application/problem+json`).
//!
//! In: a kind, a sentence for a person, and where the fault lies. Out: the JSON body.
//! Never: a stack trace, a secret or a name.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Media type of every error body.
pub const MEDIA_TYPE: &str = "application/problem+json";

/// An error a program can switch on and a person can read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Problem {
    /// Kind of error, as a URI reference; stable.
    #[serde(rename = "type")]
    #[schema(example = "/problems/invalid-body")]
    pub kind: String,
    /// The kind in words; the same for every occurrence.
    #[schema(example = "The body is not what this operation takes.")]
    pub title: String,
    /// The HTTP status.
    #[schema(example = 422)]
    pub status: u16,
    /// What is wrong this time and what to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// Each thing that is wrong, where it can be pointed at.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<Pointer>,
}

/// One thing that is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Pointer {
    /// JSON Pointer (RFC 6901) into the body, or the name of the parameter.
    #[schema(example = "/participants/0/display_name")]
    pub pointer: String,
    /// What is wrong there.
    #[schema(example = "length is lower than 1")]
    pub detail: String,
}
