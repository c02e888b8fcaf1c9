//! Checkpoints: from time to time the head of a chain is signed, in one line that can be kept
//! elsewhere.
//!
//! In: the head of a tenant's chain. Out: a JWS (RFC 7515, compact, `EdDSA`) that any JOSE
//! library can check with the public key; or, for such a line, what it claims.
//! Never: a claim of a line whose signature is wrong.
//!
//! A chain alone cannot tell that its end was cut off and the head put back. A checkpoint kept
//! outside the database can: the rows it counts have to be there.

#[cfg(test)]
mod tests;

use super::chain::{Hash, Head};
use crate::secret;
use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bedside_signaling_api::audit::AuditKey;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Most rows without a checkpoint. Fewer would sign more often than anybody fetches them; more
/// would leave more rows that only the database vouches for.
const ROWS_MAX: u64 = 1_000;
/// Longest time without a checkpoint while there are new rows.
pub const AGE_MAX: SignedDuration = SignedDuration::from_mins(10);
/// Bytes of the public key's hash that name it. It tells an operator's keys apart; the signature
/// is what convinces.
const KEY_ID_BYTES: usize = 8;
/// Says in the header what the line is, so that it is taken for nothing else.
const TYPE: &str = "bedside-audit+jws";

/// What a checkpoint claims: the chain of `tenant` had come this far at that time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// Whose chain.
    pub tenant: String,
    /// How far it had come.
    pub head: Head,
    /// When that was signed.
    pub at: Timestamp,
}

#[derive(Serialize, Deserialize)]
struct Header {
    alg: String,
    typ: String,
    kid: String,
}

#[derive(Serialize, Deserialize)]
struct Payload {
    tenant: String,
    seq: u64,
    hash: String,
    at: Timestamp,
}

/// Signs checkpoints.
pub struct Signer {
    pair: Ed25519KeyPair,
    key_id: String,
}

/// A line that is no checkpoint of this installation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Forged {
    /// It is not a checkpoint at all.
    Unreadable,
    /// It names another key; most likely `audit.key` is not the file it was.
    OtherKey,
    /// It names this key, and its signature is wrong.
    Signature,
}

/// Whether a chain with so many new rows since a checkpoint of that age is to be signed.
#[must_use]
pub fn due(rows: u64, age: SignedDuration) -> bool {
    rows >= ROWS_MAX || (rows > 0 && age >= AGE_MAX)
}

impl Signer {
    /// Of a seed of 32 bytes.
    pub(super) fn new(seed: &[u8]) -> Self {
        let pair = Ed25519KeyPair::from_seed_unchecked(seed)
            .expect("an HMAC-SHA256 has 32 bytes, and each 32 bytes are a seed");
        let named = secret::hash(pair.public_key().as_ref());
        let key_id = URL_SAFE_NO_PAD.encode(named.get(..KEY_ID_BYTES).unwrap_or(&named));
        Self { pair, key_id }
    }

    /// The public key.
    #[must_use]
    pub fn public_key(&self) -> AuditKey {
        AuditKey {
            kty: "OKP".to_owned(),
            crv: "Ed25519".to_owned(),
            alg: "EdDSA".to_owned(),
            kid: self.key_id.clone(),
            x: URL_SAFE_NO_PAD.encode(self.pair.public_key()),
        }
    }

    /// The claim as a signed line.
    #[must_use]
    pub fn sign(&self, claim: &Claim) -> String {
        let header =
            Header { alg: "EdDSA".to_owned(), typ: TYPE.to_owned(), kid: self.key_id.clone() };
        let payload = Payload {
            tenant: claim.tenant.clone(),
            seq: claim.head.seq,
            hash: URL_SAFE_NO_PAD.encode(claim.head.hash),
            at: claim.at,
        };
        let signed = format!("{}.{}", part(&header), part(&payload));
        let signature = URL_SAFE_NO_PAD.encode(self.pair.sign(signed.as_bytes()));
        format!("{signed}.{signature}")
    }

    /// What a line claims that this key has signed.
    pub fn open(&self, line: &str) -> Result<Claim, Forged> {
        let (signed, signature) = line.trim().rsplit_once('.').ok_or(Forged::Unreadable)?;
        let (header, payload) = signed.split_once('.').ok_or(Forged::Unreadable)?;
        let header: Header = json(header)?;
        if header.alg != "EdDSA" || header.typ != TYPE {
            return Err(Forged::Unreadable);
        }
        if header.kid != self.key_id {
            return Err(Forged::OtherKey);
        }
        let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| Forged::Unreadable)?;
        UnparsedPublicKey::new(&ED25519, self.pair.public_key())
            .verify(signed.as_bytes(), &signature)
            .map_err(|_| Forged::Signature)?;
        let Payload { tenant, seq, hash, at } = json(payload)?;
        let hash = URL_SAFE_NO_PAD.decode(hash).map_err(|_| Forged::Unreadable)?;
        let hash: Hash = hash.try_into().map_err(|_| Forged::Unreadable)?;
        Ok(Claim { tenant, head: Head { seq, hash }, at })
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signer").field("key_id", &self.key_id).finish_non_exhaustive()
    }
}

fn part(value: &impl Serialize) -> String {
    let text = serde_json::to_vec(value).expect("strings and numbers are JSON");
    URL_SAFE_NO_PAD.encode(text)
}

fn json<T: for<'de> Deserialize<'de>>(part: &str) -> Result<T, Forged> {
    let bytes = URL_SAFE_NO_PAD.decode(part).map_err(|_| Forged::Unreadable)?;
    serde_json::from_slice(&bytes).map_err(|_| Forged::Unreadable)
}
