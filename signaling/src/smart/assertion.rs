//! A client's signed word that it is itself (RFC 7523, as SMART narrows it).
//!
//! In: the assertion; then its claims once its signature was checked; the time.
//! Out: the client it claims to be, to look its keys up; the name that makes it single use.
//! Never: an assertion that lives longer than `LIFE_MAX`; a claim trusted before the signature.

#[cfg(test)]
mod tests;

use crate::token::{Alg, Claims, LEEWAY, Untrusted};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use uuid::Uuid;

/// The algorithms SMART names, and no other.
pub(crate) const ALGORITHMS: [Alg; 2] = [Alg::Rs384, Alg::Es384];
/// Longest life of an assertion; what SMART allows. Each is remembered until it ends, so that
/// it is taken once.
const LIFE_MAX: SignedDuration = SignedDuration::from_mins(5);
/// Longest name of an assertion. A UUID has 36 characters.
const JTI_BYTES_MAX: usize = 256;

/// An assertion that holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Assertion {
    /// Its own name; to be taken once.
    pub(crate) jti: String,
    /// Until when its name has to be remembered.
    pub(crate) until: Timestamp,
}

#[derive(Deserialize)]
struct Claimed {
    iss: String,
}

/// The client that an assertion says it is from, to look its keys up. Not believed.
pub(crate) fn claimed_client(assertion: &str) -> Option<Uuid> {
    let claims = assertion.split('.').nth(1)?;
    let claimed: Claimed = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).ok()?).ok()?;
    Uuid::try_parse(&claimed.iss).ok()
}

impl Assertion {
    /// Whether the claims are those of `client`, for us, now.
    pub(crate) fn check(
        claims: &Claims,
        client: Uuid,
        token_url: &str,
        now: Timestamp,
    ) -> Result<Self, Untrusted> {
        let issuer = claims.iss.as_deref().unwrap_or_default();
        claims.hold(issuer, now)?;
        if Uuid::try_parse(issuer) != Ok(client) {
            return Err(Untrusted::Claim("iss"));
        }
        if claims.sub.as_deref() != Some(issuer) {
            return Err(Untrusted::Claim("sub"));
        }
        if !claims.audiences().iter().any(|audience| audience == token_url) {
            return Err(Untrusted::Claim("aud"));
        }
        let ends = claims.exp.ok_or(Untrusted::Claim("exp"))?;
        if ends.duration_since(now) > LIFE_MAX + LEEWAY {
            return Err(Untrusted::Claim("exp"));
        }
        let jti = claims.jti.clone().filter(|jti| (1..=JTI_BYTES_MAX).contains(&jti.len()));
        let until = ends.saturating_add(LEEWAY).map_err(|_| Untrusted::Claim("exp"))?;
        Ok(Self { jti: jti.ok_or(Untrusted::Claim("jti"))?, until })
    }
}
