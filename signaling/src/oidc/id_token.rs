//! Whether an ID token says that somebody signed in for us, now (OpenID Connect Core, 3.1.3.7).
//!
//! In: claims whose signature was checked; issuer, client, nonce; the time. Out: the subject.
//! Never: a token made for another client, another attempt or another time.

#[cfg(test)]
mod tests;

use crate::secret;
use crate::token::{Alg, Claims, LEEWAY, Untrusted};
use jiff::{SignedDuration, Timestamp};

/// Signature algorithms a provider may use: those with a public key.
pub(super) const ALGORITHMS: [Alg; 5] = Alg::ALL;
/// Oldest ID token taken. It comes straight from the provider, so it is seconds old.
const AGE_MAX: SignedDuration = SignedDuration::from_mins(10);
/// Longest subject; the standard's own limit.
const SUBJECT_BYTES_MAX: usize = 255;

/// What a token is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Expected<'a> {
    /// The provider.
    pub(super) issuer: &'a str,
    /// Our id there.
    pub(super) client_id: &'a str,
    /// Of this attempt.
    pub(super) nonce: &'a str,
}

/// Who signed in.
pub(super) fn subject<'a>(
    claims: &'a Claims,
    expected: Expected<'_>,
    now: Timestamp,
) -> Result<&'a str, Untrusted> {
    claims.hold(expected.issuer, now)?;
    let issued = claims.iat.ok_or(Untrusted::Claim("iat"))?;
    if now.duration_since(issued) > AGE_MAX + LEEWAY {
        return Err(Untrusted::Claim("iat"));
    }
    let audiences = claims.audiences();
    if !audiences.iter().any(|audience| audience == expected.client_id) {
        return Err(Untrusted::Claim("aud"));
    }
    // With several audiences it has to say that it was made for us.
    let party = claims.azp.as_deref();
    if party.is_some_and(|party| party != expected.client_id)
        || (party.is_none() && audiences.len() > 1)
    {
        return Err(Untrusted::Claim("azp"));
    }
    let nonce = claims.nonce.as_deref().unwrap_or_default();
    if !secret::same(nonce.as_bytes(), expected.nonce.as_bytes()) {
        return Err(Untrusted::Claim("nonce"));
    }
    let subject = claims.sub.as_deref().unwrap_or_default();
    if !(1..=SUBJECT_BYTES_MAX).contains(&subject.len()) {
        return Err(Untrusted::Claim("sub"));
    }
    Ok(subject)
}
