//! Signatures of webhooks, by the rules of Standard Webhooks.
//!
//! In: an endpoint, the generation of its secret, a message. Out: the `webhook-signature`
//! header; what a receiver checks it with.
//! Never: a stored secret. Each is derived from a key that only this installation has, so that
//! no copy of the database lets anybody speak in our name.

#[cfg(test)]
mod tests;

use crate::Fault;
use aws_lc_rs::hmac;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bedside_signaling_api::webhook::SignatureScheme;
use std::sync::Arc;
use uuid::Uuid;

/// Length of the key that all secrets are derived from.
pub(crate) const KEY_BYTES: usize = 32;
/// What a derived secret is for; another use of the same key would name another domain.
const SECRET_DOMAIN: &[u8] = b"bedside webhook secret v1\0";
const SEED_DOMAIN: &[u8] = b"bedside webhook ed25519 v1\0";

/// Derives secrets and signs with them. Clones share the key.
#[derive(Debug, Clone)]
pub(crate) struct SigningKeys(Arc<hmac::Key>);

/// Whose secret, and which: it counts the rotations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Which {
    /// The endpoint.
    pub(crate) endpoint: Uuid,
    /// How often its secret was exchanged.
    pub(crate) generation: u64,
}

/// What a receiver checks signatures with.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Shown {
    /// `whsec_…`; whoever has it can sign.
    Secret(String),
    /// `whpk_…`; anybody may have it.
    PublicKey(String),
}

/// What is signed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Signed<'a> {
    /// `webhook-id`.
    pub(crate) id: &'a str,
    /// `webhook-timestamp`, in Unix seconds.
    pub(crate) timestamp: i64,
    /// The body, byte for byte.
    pub(crate) body: &'a str,
}

impl SigningKeys {
    pub(crate) fn new(key: &[u8; KEY_BYTES]) -> Self {
        Self(Arc::new(hmac::Key::new(hmac::HMAC_SHA256, key)))
    }

    /// What the receiver is given.
    pub(crate) fn shown(&self, scheme: SignatureScheme, which: Which) -> Result<Shown, Fault> {
        Ok(match scheme {
            SignatureScheme::V1 => {
                let secret = self.derive(SECRET_DOMAIN, which);
                Shown::Secret(format!("whsec_{}", STANDARD.encode(secret)))
            }
            SignatureScheme::V1a => {
                let pair = self.pair(which)?;
                let public = STANDARD.encode(pair.public_key().as_ref());
                Shown::PublicKey(format!("whpk_{public}"))
            }
        })
    }

    /// One signature: `v1,…` or `v1a,…`.
    pub(crate) fn sign(
        &self,
        scheme: SignatureScheme,
        which: Which,
        message: Signed<'_>,
    ) -> Result<String, Fault> {
        let Signed { id, timestamp, body } = message;
        let content = format!("{id}.{timestamp}.{body}");
        let signature = match scheme {
            SignatureScheme::V1 => {
                let secret = self.derive(SECRET_DOMAIN, which);
                let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_ref());
                STANDARD.encode(hmac::sign(&key, content.as_bytes()))
            }
            SignatureScheme::V1a => STANDARD.encode(self.pair(which)?.sign(content.as_bytes())),
        };
        Ok(format!("{},{signature}", scheme.name()))
    }

    fn derive(&self, domain: &[u8], which: Which) -> hmac::Tag {
        let generation = which.generation.to_be_bytes();
        hmac::sign(&self.0, &[domain, which.endpoint.as_bytes(), &generation].concat())
    }

    fn pair(&self, which: Which) -> Result<Ed25519KeyPair, Fault> {
        let seed = self.derive(SEED_DOMAIN, which);
        Ed25519KeyPair::from_seed_unchecked(seed.as_ref()).map_err(Fault::stored("signing key"))
    }
}

impl std::fmt::Debug for Shown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Secret(_) => "Secret",
            Self::PublicKey(_) => "PublicKey",
        })
    }
}
