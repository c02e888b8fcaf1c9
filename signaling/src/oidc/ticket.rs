//! One attempt to sign in, from a single secret.
//!
//! In: this installation's key, a fresh secret. Out: the `state`, the nonce and the PKCE
//! verifier of one attempt; the keyed hash of a person.
//! Never: the secret stored. Nonce and verifier are derived from it, so the database holds
//! nothing that could complete somebody else's attempt.

use crate::{Fault, secret};
use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::sync::Arc;

/// What each derived value is for; the key has other uses, each with its own domain.
const NONCE: &[u8] = b"bedside sign-in nonce v1\0";
const VERIFIER: &[u8] = b"bedside sign-in verifier v1\0";
const PERSON: &[u8] = b"bedside staff identity v1\0";
/// Length of every secret as text.
const STATE_CHARS: usize = 43;

/// Makes tickets. Clones share the key.
#[derive(Debug, Clone)]
pub(crate) struct Tickets(Arc<hmac::Key>);

/// One attempt to sign in.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Ticket {
    /// Goes to the provider and comes back with the code.
    pub(crate) state: String,
    /// Is signed by the provider into the ID token.
    pub(crate) nonce: String,
    /// Proves to the provider that the code is redeemed by who asked for it.
    pub(crate) verifier: String,
}

impl Tickets {
    pub(crate) fn new(key: &[u8]) -> Self {
        Self(Arc::new(hmac::Key::new(hmac::HMAC_SHA256, key)))
    }

    /// A new attempt.
    pub(crate) fn fresh(&self) -> Result<Ticket, Fault> {
        Ok(self.derive(secret::fresh()?))
    }

    /// The attempt of a `state` that came back; `None` when it is not of our shape.
    pub(crate) fn again(&self, state: &str) -> Option<Ticket> {
        (state.len() == STATE_CHARS).then(|| self.derive(state.to_owned()))
    }

    /// The keyed hash of a person: the same for each sign-in, and of no use elsewhere.
    pub(crate) fn person(&self, issuer: &str, subject: &str) -> Vec<u8> {
        let text = [PERSON, issuer.as_bytes(), b"\0", subject.as_bytes()].concat();
        hmac::sign(&self.0, &text).as_ref().to_vec()
    }

    fn derive(&self, state: String) -> Ticket {
        let derived = |domain: &[u8]| {
            let tag = hmac::sign(&self.0, &[domain, state.as_bytes()].concat());
            URL_SAFE_NO_PAD.encode(tag.as_ref())
        };
        let (nonce, verifier) = (derived(NONCE), derived(VERIFIER));
        Ticket { state, nonce, verifier }
    }
}

impl Ticket {
    /// What the database knows an attempt by.
    pub(crate) fn hash(&self) -> [u8; 32] {
        secret::hash(self.state.as_bytes())
    }

    /// The PKCE challenge (RFC 7636, S256).
    pub(crate) fn challenge(&self) -> String {
        URL_SAFE_NO_PAD.encode(secret::hash(self.verifier.as_bytes()))
    }
}

impl std::fmt::Debug for Ticket {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ticket").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::Tickets;
    use std::collections::BTreeSet;

    #[test]
    fn an_attempt_comes_out_of_its_state_again_and_of_no_other() {
        let tickets = Tickets::new(&[7; 32]);
        let first = tickets.fresh().unwrap();
        assert_eq!(tickets.again(&first.state), Some(first.clone()));
        let second = tickets.fresh().unwrap();
        let values = [&first, &second].map(|ticket| {
            [
                ticket.state.clone(),
                ticket.nonce.clone(),
                ticket.verifier.clone(),
                ticket.challenge(),
            ]
        });
        let different: BTreeSet<_> = values.iter().flatten().collect();
        assert_eq!(different.len(), 8, "nothing repeats");
        assert!(values.iter().flatten().all(|value| value.len() == 43));
        let elsewhere = Tickets::new(&[8; 32]);
        assert_ne!(elsewhere.again(&first.state), Some(first));
        assert_eq!(tickets.again(""), None);
        assert_eq!(tickets.again(&"A".repeat(44)), None);
    }

    #[test]
    fn the_challenge_is_the_standard_s() {
        // RFC 7636, appendix B.
        let mut ticket = Tickets::new(&[7; 32]).fresh().unwrap();
        ticket.verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk".to_owned();
        assert_eq!(ticket.challenge(), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }

    #[test]
    fn a_person_is_known_again_here_and_nowhere_else() {
        let tickets = Tickets::new(&[7; 32]);
        let person = tickets.person("https://id.example.org", "42");
        assert_eq!(tickets.person("https://id.example.org", "42"), person);
        assert_ne!(tickets.person("https://id.example.com", "42"), person);
        assert_ne!(tickets.person("https://id.example.org", "43"), person);
        assert_ne!(Tickets::new(&[8; 32]).person("https://id.example.org", "42"), person);
    }
}
