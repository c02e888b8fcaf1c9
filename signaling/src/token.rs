//! Signed claims (JSON Web Signature): read from others, and written by this server.
//!
//! In: a compact token, the keys of whoever should have signed it, the time. Out: its claims.
//! Never: a claim before the signature was checked; an algorithm nobody named as allowed; a
//! key out of the token itself.

mod access;
mod alg;
mod claims;
mod jwk;
mod jws;
mod remote;
#[cfg(test)]
pub(crate) mod tests;

pub(crate) use access::{AccessTokens, Granted, LIFE as ACCESS_TOKEN_LIFE, SEED_BYTES};
pub(crate) use alg::Alg;
pub(crate) use claims::{Claims, LEEWAY};
pub(crate) use jwk::Keys;
pub(crate) use jws::Jws;
pub(crate) use remote::RemoteKeys;

use thiserror::Error;

/// Why a token is not believed. For the operator's log and for whoever wrote the token; it
/// holds nothing of the token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub(crate) enum Untrusted {
    /// It is no compact JWS of ours to read.
    #[error("it is not a signed token")]
    Malformed,
    /// It is signed in a way that is not allowed here.
    #[error("its signature algorithm is not taken here")]
    Algorithm,
    /// No known key of its signer fits it.
    #[error("no known key of its signer fits its `kid` and algorithm")]
    UnknownKey,
    /// The signature is not that key's.
    #[error("its signature is wrong")]
    Signature,
    /// A claim that has to be there is missing, or is not what it has to be.
    #[error("its claim `{0}` is missing or wrong")]
    Claim(&'static str),
}
