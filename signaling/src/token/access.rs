//! Access tokens of this server: what a client has, for some minutes, in place of a key
//! (RFC 9068).
//!
//! In: the signing key; a client and what it was granted; the time. Out: a token; or, for a
//! token, whose it is and what it was granted.
//! Never: longer than `LIFE`; a token believed by its text alone, without its client being
//! looked up.

use super::{Alg, Claims, Jws, Keys, Untrusted};
use crate::{Fault, secret};
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use std::sync::Arc;
use uuid::Uuid;

/// Length of the signing key's seed.
pub(crate) const SEED_BYTES: usize = 32;
/// How long a token works. SMART Backend Services recommends five minutes at most: a client
/// can have the next one by itself at any time, and a stolen one is soon worth nothing.
pub(crate) const LIFE: SignedDuration = SignedDuration::from_mins(5);
/// What such a token says it is, so that no other token of ours passes for one.
const TYP: &str = "at+jwt";

/// Makes and checks access tokens. Clones share the key.
#[derive(Debug, Clone)]
pub(crate) struct AccessTokens {
    pair: Arc<Ed25519KeyPair>,
    keys: Arc<Keys>,
    jwks: Arc<Value>,
    kid: Arc<str>,
    issuer: Arc<str>,
}

/// What a token says, once it is believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Granted {
    /// Whose it is.
    pub(crate) client: Uuid,
    /// What it allows: words between spaces.
    pub(crate) scope: String,
}

impl AccessTokens {
    /// Tokens of the server that people find at `issuer`.
    pub(crate) fn new(seed: &[u8; SEED_BYTES], issuer: &str) -> Self {
        let pair = Ed25519KeyPair::from_seed_unchecked(seed)
            .expect("any 32 bytes are the seed of an Ed25519 key");
        let x = URL_SAFE_NO_PAD.encode(pair.public_key().as_ref());
        // The thumbprint (RFC 7638) is over these members in this order.
        let print = secret::hash(
            format!("{{\"crv\":\"Ed25519\",\"kty\":\"OKP\",\"x\":\"{x}\"}}").as_bytes(),
        );
        let kid = URL_SAFE_NO_PAD.encode(print);
        let jwks = json!({ "keys": [{
            "kty": "OKP", "crv": "Ed25519", "x": x, "kid": kid, "use": "sig", "alg": "EdDSA",
        }] });
        let keys = Keys::from_json(jwks.to_string().as_bytes())
            .expect("the key set was written a line above");
        Self {
            pair: Arc::new(pair),
            keys: Arc::new(keys),
            jwks: Arc::new(jwks),
            kid: kid.into(),
            issuer: issuer.into(),
        }
    }

    /// The public key, for whoever wants to check a token of ours.
    pub(crate) fn jwks(&self) -> &Value {
        &self.jwks
    }

    /// A token for a client.
    pub(crate) fn mint(&self, granted: &Granted, now: Timestamp) -> Result<String, Fault> {
        let head = json!({ "alg": Alg::EdDsa.name(), "typ": TYP, "kid": &*self.kid });
        let claims = json!({
            "iss": &*self.issuer,
            "aud": &*self.issuer,
            "sub": granted.client.simple().to_string(),
            "client_id": granted.client.simple().to_string(),
            "iat": now.as_second(),
            "exp": now.as_second().saturating_add(LIFE.as_secs()),
            "jti": secret::fresh()?,
            "scope": granted.scope,
        });
        let encode = |part: &Value| URL_SAFE_NO_PAD.encode(part.to_string());
        let signed = format!("{}.{}", encode(&head), encode(&claims));
        let signature = URL_SAFE_NO_PAD.encode(self.pair.sign(signed.as_bytes()));
        Ok(format!("{signed}.{signature}"))
    }

    /// What a token of ours says.
    pub(crate) fn open(&self, text: &str, now: Timestamp) -> Result<Granted, Untrusted> {
        let token = Jws::parse(text)?;
        if token.typ.as_deref() != Some(TYP) {
            return Err(Untrusted::Malformed);
        }
        let claims = self.keys.open(&token, &[Alg::EdDsa])?;
        claims.hold(&self.issuer, now)?;
        // No leeway: the clock that ends the token is the one that began it.
        if claims.exp.is_none_or(|exp| exp <= now) {
            return Err(Untrusted::Claim("exp"));
        }
        if claims.audiences() != [&*self.issuer] {
            return Err(Untrusted::Claim("aud"));
        }
        let Claims { sub, scope, .. } = claims;
        let client = sub.and_then(|sub| Uuid::try_parse(&sub).ok());
        Ok(Granted {
            client: client.ok_or(Untrusted::Claim("sub"))?,
            scope: scope.ok_or(Untrusted::Claim("scope"))?,
        })
    }
}
