//! Personal links: `PUBLIC_URL/j#<participant>.<secret>`.
//!
//! In: a participant and the generation of their link. Out: the link; or, for a link, whether
//! it is the one we made.
//! Never: a stored secret. It is the HMAC of what it stands for under a key that only this
//! installation has, so the same link comes out again for a repeated request, and no copy of
//! the database opens a door.

#[cfg(test)]
mod tests;

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::sync::Arc;
use uuid::Uuid;

/// Length of the link key.
pub(crate) const KEY_BYTES: usize = 32;
/// What the HMAC is for; another use of the same key would name another domain.
const DOMAIN: &[u8] = b"bedside personal link v1\0";

/// Makes and checks personal links. Clones share the key.
#[derive(Debug, Clone)]
pub struct Links {
    key: Arc<hmac::Key>,
    public_url: Arc<str>,
}

/// The part of a link behind the `#`, taken apart but not yet believed.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Claimed {
    /// Whose link it says it is.
    pub(crate) participant: Uuid,
    secret: [u8; 32],
}

impl Links {
    /// Links that begin with `public_url`.
    pub(crate) fn new(key: &[u8; KEY_BYTES], public_url: &str) -> Self {
        Self {
            key: Arc::new(hmac::Key::new(hmac::HMAC_SHA256, key)),
            public_url: public_url.into(),
        }
    }

    /// The link of a person.
    #[must_use]
    pub fn link(&self, participant: Uuid, generation: u64) -> String {
        let tag = hmac::sign(&self.key, &signed(participant, generation));
        let secret = URL_SAFE_NO_PAD.encode(tag.as_ref());
        format!("{}/j#{}.{secret}", self.public_url, participant.simple())
    }

    /// Whether the secret is the one of that generation; in constant time.
    pub(crate) fn verify(&self, claimed: &Claimed, generation: u64) -> bool {
        hmac::verify(&self.key, &signed(claimed.participant, generation), &claimed.secret).is_ok()
    }

    /// Where people's browsers find this server.
    #[must_use]
    pub fn public_url(&self) -> &str {
        &self.public_url
    }
}

impl Claimed {
    /// Takes `id.secret` apart; nothing but the exact shape we write is a link.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (participant, secret) = text.split_once('.')?;
        if participant.len() != uuid::fmt::Simple::LENGTH {
            return None;
        }
        let participant = Uuid::try_parse(participant).ok()?;
        let secret = URL_SAFE_NO_PAD.decode(secret).ok()?.try_into().ok()?;
        Some(Self { participant, secret })
    }
}

impl std::fmt::Debug for Claimed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Claimed").field("participant", &self.participant).finish_non_exhaustive()
    }
}

fn signed(participant: Uuid, generation: u64) -> Vec<u8> {
    [DOMAIN, participant.as_bytes(), &generation.to_be_bytes()].concat()
}
