//! A compact JSON Web Signature, taken apart (RFC 7515).
//!
//! In: `head.claims.signature`. Out: the algorithm and key it names, and what was signed.
//! Never: claims handed out here; they leave through `Keys::open`, which checks the signature.

use super::{Alg, Untrusted};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;

/// Longest token looked at, in bytes. One of a sign-in provider with many groups has some
/// thousand; more only costs whoever verifies it.
const TOKEN_BYTES_MAX: usize = 16 * 1024;

/// A token taken apart but not yet believed.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Jws<'a> {
    /// The algorithm it names.
    pub(super) alg: Alg,
    /// The key it names.
    pub(super) kid: Option<String>,
    /// What it says it is.
    pub(super) typ: Option<String>,
    /// The bytes that were signed.
    pub(super) signed: &'a [u8],
    pub(super) claims: Vec<u8>,
    pub(super) signature: Vec<u8>,
}

/// What is read of a head. Keys and addresses of keys that stand in it are nobody's word.
#[derive(Deserialize)]
struct Head {
    alg: String,
    kid: Option<String>,
    typ: Option<String>,
    crit: Option<serde_json::Value>,
}

impl<'a> Jws<'a> {
    /// Takes a token apart.
    pub(crate) fn parse(text: &'a str) -> Result<Self, Untrusted> {
        if text.len() > TOKEN_BYTES_MAX {
            return Err(Untrusted::Malformed);
        }
        let malformed = || Untrusted::Malformed;
        let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).map_err(|_| Untrusted::Malformed);
        let (signed, signature) = text.rsplit_once('.').ok_or_else(malformed)?;
        let (head, claims) = signed.split_once('.').ok_or_else(malformed)?;
        let head: Head =
            serde_json::from_slice(&decode(head)?).map_err(|_| Untrusted::Malformed)?;
        // What has to be understood and is not makes a token mean something else.
        if head.crit.is_some() {
            return Err(Untrusted::Malformed);
        }
        Ok(Self {
            alg: Alg::named(&head.alg).ok_or(Untrusted::Algorithm)?,
            kid: head.kid,
            typ: head.typ,
            signed: signed.as_bytes(),
            claims: decode(claims)?,
            signature: decode(signature)?,
        })
    }
}

impl std::fmt::Debug for Jws<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Jws").field("alg", &self.alg).finish_non_exhaustive()
    }
}
