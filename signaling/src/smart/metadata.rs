//! What a client finds at `/.well-known/smart-configuration`.
//!
//! In: where people find this server. Out: where to get a token, how, and for what.
//! Never: anything of a tenant or a client.

use super::ALGORITHMS;
use crate::token::Alg;
use serde_json::{Value, json};

/// Path of the token endpoint.
const TOKEN_PATH: &str = "/v1/oauth/token";
/// Path of our public key.
const JWKS_PATH: &str = "/.well-known/jwks.json";

/// Where a client asks for a token, and for whom it signs its assertion.
pub(crate) fn token_url(public_url: &str) -> String {
    format!("{public_url}{TOKEN_PATH}")
}

/// The document (SMART App Launch 2.2.0, 8.1).
pub(crate) fn metadata(public_url: &str) -> Value {
    json!({
        "token_endpoint": token_url(public_url),
        "jwks_uri": format!("{public_url}{JWKS_PATH}"),
        "grant_types_supported": ["client_credentials"],
        "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": ALGORITHMS.map(Alg::name),
        "scopes_supported": super::fhir::words(),
        // The standard asks for this list also where nobody signs in by a code.
        "code_challenge_methods_supported": ["S256"],
        "capabilities": ["client-confidential-asymmetric", "permission-v1", "permission-v2"],
    })
}
