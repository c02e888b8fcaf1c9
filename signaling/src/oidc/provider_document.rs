//! What a provider says about itself (OpenID Connect Discovery), and what follows from it.
//!
//! In: its document. Out: the URL to send a person to; how we prove to it who we are.
//! Never: the word of another issuer than the configured one.

use super::Ticket;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use std::fmt::Write as _;
use thiserror::Error;

/// A provider's description of itself.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct Document {
    issuer: String,
    authorization_endpoint: String,
    pub(super) token_endpoint: String,
    pub(super) jwks_uri: String,
    #[serde(default)]
    token_endpoint_auth_methods_supported: Vec<String>,
}

/// Why a provider's description is of no use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub(crate) enum WrongDocument {
    /// It is no description of a provider.
    #[error("its openid-configuration is not one")]
    Malformed,
    /// It speaks for another issuer.
    #[error("its openid-configuration names another issuer than `oidc.issuer`")]
    Issuer,
}

/// Who we are to the provider.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Credentials {
    pub(super) client_id: String,
    /// `None`: a public client, held by PKCE alone.
    pub(super) secret: Option<String>,
}

impl Document {
    /// Where the description of an issuer stands.
    pub(super) fn url(issuer: &str) -> String {
        format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'))
    }

    /// Reads the description of `issuer`.
    pub(super) fn read(json: &[u8], issuer: &str) -> Result<Self, WrongDocument> {
        let document: Self = serde_json::from_slice(json).map_err(|_| WrongDocument::Malformed)?;
        if document.issuer != issuer {
            return Err(WrongDocument::Issuer);
        }
        Ok(document)
    }

    /// Where a person signs in. Only who they are is asked for, no profile and no mail address.
    pub(super) fn sign_in_url(&self, client_id: &str, ticket: &Ticket, callback: &str) -> String {
        let query = form(&[
            ("response_type", "code"),
            ("scope", "openid"),
            ("client_id", client_id),
            ("redirect_uri", callback),
            ("state", &ticket.state),
            ("nonce", &ticket.nonce),
            ("code_challenge", &ticket.challenge()),
            ("code_challenge_method", "S256"),
        ]);
        let joint = if self.authorization_endpoint.contains('?') { '&' } else { '?' };
        format!("{}{joint}{query}", self.authorization_endpoint)
    }

    /// The body that redeems a code, and the `Authorization` header that goes with it.
    pub(super) fn redemption(
        &self,
        credentials: &Credentials,
        code: &str,
        (verifier, callback): (&str, &str),
    ) -> (String, Option<String>) {
        let mut fields = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", callback),
            ("code_verifier", verifier),
        ];
        let methods = &self.token_endpoint_auth_methods_supported;
        let takes = |method: &str| methods.iter().any(|taken| taken == method);
        let basic = methods.is_empty() || takes("client_secret_basic");
        let Credentials { client_id, secret } = credentials;
        match secret {
            Some(secret) if basic => {
                let pair = format!("{}:{}", percent(client_id), percent(secret));
                return (form(&fields), Some(format!("Basic {}", STANDARD.encode(pair))));
            }
            Some(secret) => fields.extend([("client_id", &**client_id), ("client_secret", secret)]),
            None => fields.push(("client_id", client_id)),
        }
        (form(&fields), None)
    }
}

/// `application/x-www-form-urlencoded`
fn form(fields: &[(&str, &str)]) -> String {
    let pairs: Vec<_> =
        fields.iter().map(|(name, value)| format!("{name}={}", percent(value))).collect();
    pairs.join("&")
}

/// Percent-encodes everything but RFC 3986's unreserved characters.
fn percent(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(byte.into());
        } else {
            write!(encoded, "%{byte:02X}").expect("a string takes whatever is written to it");
        }
    }
    encoded
}

#[cfg(test)]
mod tests;
