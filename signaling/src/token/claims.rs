//! The claims every token of ours or of others is judged by (RFC 7519).
//!
//! In: the JSON of a token whose signature was checked; what the claims have to be; the time.
//! Out: claims that are so, or the name of the one that is not.
//! Never: a clock of its own; a claim's value in an error.

use super::Untrusted;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Deserializer};

/// How far the clock of a signer may be off. Machines with a time service differ by much less;
/// a longer leeway would keep a stolen token alive.
pub(crate) const LEEWAY: SignedDuration = SignedDuration::from_secs(30);

/// The claims of a token.
#[derive(Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Claims {
    /// Who signed it.
    pub(crate) iss: Option<String>,
    /// Whom it is about.
    pub(crate) sub: Option<String>,
    /// Whom it is for.
    #[serde(default)]
    aud: Audience,
    /// When it ends.
    #[serde(default, deserialize_with = "instant")]
    pub(crate) exp: Option<Timestamp>,
    /// When it was signed.
    #[serde(default, deserialize_with = "instant")]
    pub(crate) iat: Option<Timestamp>,
    /// When it begins.
    #[serde(default, deserialize_with = "instant")]
    nbf: Option<Timestamp>,
    /// Its own name, so that it is taken once.
    pub(crate) jti: Option<String>,
    /// What we gave the provider to sign.
    pub(crate) nonce: Option<String>,
    /// The one of several audiences it was made for.
    pub(crate) azp: Option<String>,
    /// What it allows: words between spaces.
    pub(crate) scope: Option<String>,
}

#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

impl Default for Audience {
    fn default() -> Self {
        Self::Many(Vec::new())
    }
}

impl Claims {
    /// Goes on only if the token was signed by `issuer` and is in force at `now`.
    pub(crate) fn hold(&self, issuer: &str, now: Timestamp) -> Result<(), Untrusted> {
        if self.iss.as_deref() != Some(issuer) {
            return Err(Untrusted::Claim("iss"));
        }
        let ended = |exp: Timestamp| now.duration_since(exp) >= LEEWAY;
        let to_come = |at: Timestamp| at.duration_since(now) > LEEWAY;
        if self.exp.is_none_or(ended) {
            return Err(Untrusted::Claim("exp"));
        }
        if self.nbf.is_some_and(to_come) {
            return Err(Untrusted::Claim("nbf"));
        }
        if self.iat.is_some_and(to_come) {
            return Err(Untrusted::Claim("iat"));
        }
        Ok(())
    }

    /// Whom it is for.
    pub(crate) fn audiences(&self) -> &[String] {
        match &self.aud {
            Audience::One(one) => std::slice::from_ref(one),
            Audience::Many(many) => many,
        }
    }
}

impl std::fmt::Debug for Claims {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Claims").field("exp", &self.exp).finish_non_exhaustive()
    }
}

/// Seconds since 1970, which some libraries write with a fraction.
fn instant<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Timestamp>, D::Error> {
    let seconds = f64::deserialize(deserializer)?;
    let since = SignedDuration::try_from_secs_f64(seconds).map_err(serde::de::Error::custom)?;
    Timestamp::UNIX_EPOCH.checked_add(since).map(Some).map_err(serde::de::Error::custom)
}
