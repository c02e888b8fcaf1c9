//! What tells that somebody is who they should be, as keyed hashes.
//!
//! In: two identifiers or a one-time code, as the scheduling system gave them or as a person
//! types them. Out: hashes to keep, and whether two are the same.
//! Never: a birth date in the store; one person's hash that fits another.

use aws_lc_rs::hmac;
use std::sync::Arc;
use uuid::Uuid;

/// What the HMAC is for; another use of the same key names another domain.
const DOMAIN: &[u8] = b"bedside identifiers v1\0";

/// Makes and compares keyed hashes. Clones share the key.
#[derive(Debug, Clone)]
pub struct Identifiers {
    key: Arc<hmac::Key>,
}

/// Two identifiers as typed.
#[derive(Clone, Copy)]
pub(crate) struct Claim<'a> {
    /// Date of birth.
    pub(crate) birth_date: &'a str,
    /// The second one.
    pub(crate) second: &'a str,
}

/// The hash of both identifiers.
pub type IdentifierHash = [u8; 32];

impl Identifiers {
    /// Under this installation's key.
    pub(crate) fn new(key: &[u8]) -> Self {
        Self { key: Arc::new(hmac::Key::new(hmac::HMAC_SHA256, key)) }
    }

    /// The hash to keep of a person's identifiers.
    pub(crate) fn hash(&self, participant: Uuid, claim: &Claim<'_>) -> IdentifierHash {
        self.tag(participant, &[&plain(claim.birth_date), &plain(claim.second)])
    }

    /// Whether what is typed is what was kept; in constant time.
    pub(crate) fn matches(&self, participant: Uuid, claim: &Claim<'_>, kept: &[u8]) -> bool {
        crate::secret::same(&self.hash(participant, claim), kept)
    }

    /// The hash of a one-time code.
    pub(crate) fn code(&self, participant: Uuid, code: &str) -> IdentifierHash {
        self.tag(participant, &["code", &plain(code)])
    }

    /// A hash that stands for a place in a visit and for whom it is meant, the same each time.
    pub(crate) fn place(&self, visit: Uuid, words: &[&str]) -> IdentifierHash {
        self.tag(visit, &[&["place"], words].concat())
    }

    fn tag(&self, participant: Uuid, parts: &[&str]) -> IdentifierHash {
        let joined = parts.join("\0");
        let text = [DOMAIN, participant.as_bytes(), joined.as_bytes()].concat();
        let tag = hmac::sign(&self.key, &text);
        let mut hash = [0; 32];
        hash.copy_from_slice(tag.as_ref());
        hash
    }
}

/// Without regard to case, spaces and punctuation.
fn plain(text: &str) -> String {
    text.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
