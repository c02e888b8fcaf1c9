//! Software that proves itself by its own private key, and the tokens it gets (SMART Backend
//! Services).
//!
//! In: a client's name, scopes and public keys; its signed assertion. Out: the client; a token.
//! Never: a private key or a shared secret; there is none.

use crate::key::{KEY_NAME_CHARS_MAX, Scope};
use crate::visit::printable;
use garde::Validate;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

/// Longest URL of a key set, in bytes.
pub const JWKS_URL_BYTES_MAX: usize = 2048;

/// A client to be registered, for the caller's own tenant. Exactly one of `jwks` and `jwks_url`
/// has to be there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewClient {
    /// What you call it.
    #[garde(length(chars, min = 1, max = KEY_NAME_CHARS_MAX), custom(printable))]
    #[schema(example = "health record", min_length = 1, max_length = 80)]
    pub name: String,
    /// What it may ask for; nothing that the caller may not do.
    #[garde(length(min = 1, max = Scope::ALL.len()))]
    #[schema(min_items = 1, max_items = 11)]
    pub scopes: Vec<Scope>,
    /// Its public keys as a JWK Set (RFC 7517): RSA of 2048 bits or more, or P-384.
    #[garde(skip)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>, example = json!({ "keys": [{ "kty": "EC", "crv": "P-384", "kid": "2026", "x": "…", "y": "…" }] }))]
    pub jwks: Option<Value>,
    /// Where its JWK Set is, so that it can change its keys by itself.
    #[garde(length(min = 1, max = JWKS_URL_BYTES_MAX))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "https://ehr.example.org/.well-known/jwks.json", max_length = 2048)]
    pub jwks_url: Option<String>,
}

/// A client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Client {
    /// Its id (UUID version 7), which is its `client_id`: `iss` and `sub` of its assertions.
    pub id: Uuid,
    /// What you call it.
    pub name: String,
    /// What it may ask for.
    pub scopes: Vec<Scope>,
    /// When it was registered.
    pub created_at: Timestamp,
    /// When it was last used, to about a minute; absent: never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_used_at: Option<Timestamp>,
    /// Its public keys, where they are kept here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub jwks: Option<Value>,
    /// Where its public keys are, else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jwks_url: Option<String>,
}

/// A tenant's clients that were not revoked, oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ClientList {
    /// The clients. At most 500.
    pub data: Vec<Client>,
}

/// What a client sends for a token, as a form (RFC 6749, RFC 7523).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TokenRequest {
    /// `client_credentials`.
    #[schema(example = "client_credentials")]
    pub grant_type: Option<String>,
    /// `urn:ietf:params:oauth:client-assertion-type:jwt-bearer`.
    #[schema(example = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")]
    pub client_assertion_type: Option<String>,
    /// A JWT signed with RS384 or ES384: `iss` and `sub` the client's id, `aud` this endpoint's
    /// URL, `exp` at most five minutes ahead, `jti` never used before.
    pub client_assertion: Option<String>,
    /// What is asked for: words between spaces.
    #[schema(example = "visits:read visits:write")]
    pub scope: Option<String>,
}

impl std::fmt::Debug for TokenRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TokenRequest").field("scope", &self.scope).finish_non_exhaustive()
    }
}

/// A token.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TokenAnswer {
    /// For the `Authorization` header of the API.
    pub access_token: String,
    /// `Bearer`.
    #[schema(example = "Bearer")]
    pub token_type: String,
    /// For how many seconds it works.
    #[schema(example = 300)]
    pub expires_in: i64,
    /// What it allows; less than was asked for, where the client may not do all of it.
    #[schema(example = "visits:read visits:write")]
    pub scope: String,
}

impl std::fmt::Debug for TokenAnswer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TokenAnswer").field("scope", &self.scope).finish_non_exhaustive()
    }
}

/// Why there is no token (RFC 6749, 5.2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TokenError {
    /// The kind, for programs.
    pub error: TokenErrorKind,
    /// What is wrong this time, for people.
    pub error_description: String,
}

/// The kinds of token error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TokenErrorKind {
    /// A field is missing, sent twice, or not what it has to be.
    InvalidRequest,
    /// The client is unknown, revoked, or its assertion is not believed.
    InvalidClient,
    /// Another grant than `client_credentials`.
    UnsupportedGrantType,
    /// Nothing of what was asked for may be granted.
    InvalidScope,
}
