//! Seals a part to public keys, and opens it for whoever has one of the private ones.
//!
//! In: public keys as text, plaintext. Out: a sealed part, in the format of `age` or in the one
//! that the file `gcm.rs` beside this one describes byte for byte.
//! Never: a private key while it records, but for the moment in which a recording's own key is
//! made and sealed; a key's text in an error.

mod age;
mod gcm;
mod identity;
mod opener;

pub use identity::{FreshIdentity, fresh_identity};
pub use opener::{IdentityRefusal, OpenRefusal, Opened, Opener};

use crate::hash;
use bedside_config::SealingSuite;
use std::fmt;
use zeroize::Zeroizing;

/// Fewest keys a recording is sealed to. One lost key must not be a lost recording.
pub const RECIPIENTS_MIN: usize = 2;

/// Most keys a recording is sealed to. Each makes every part some 100 to 200 bytes larger.
pub const RECIPIENTS_MAX: usize = 16;

/// Why public keys cannot be used. Says which by its place in the list, never by its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyRefusal {
    /// Fewer than two.
    #[error(
        "a recording is sealed to at least {RECIPIENTS_MIN} different public keys, so that one \
         lost key is not a lost recording; here is {given}"
    )]
    TooFew {
        /// How many there were.
        given: usize,
    },
    /// More than fit.
    #[error("a recording is sealed to at most {RECIPIENTS_MAX} public keys; here are {given}")]
    TooMany {
        /// How many there were.
        given: usize,
    },
    /// One that is in the list twice.
    #[error("public key number {place} stands in the list twice; a copy is no second key")]
    Twice {
        /// Its place, from 1.
        place: usize,
    },
    /// A text that is no key of the suite.
    #[error(
        "public key number {place} is none of the suite in use: `age` takes age1…, `aes256gcm` \
         takes bedside-p256:…"
    )]
    NotAKey {
        /// Its place, from 1.
        place: usize,
    },
    /// A private key.
    #[error(
        "number {place} is a PRIVATE key: take it off this server at once, make a new pair \
         elsewhere, and name only its public key here"
    )]
    Private {
        /// Its place, from 1.
        place: usize,
    },
}

/// Sealing failed, which a healthy machine does not do.
#[derive(Debug, thiserror::Error)]
pub enum SealFault {
    /// The cipher or the system's randomness.
    #[error("the cipher failed")]
    Cipher,
    /// In the library that writes the `age` format.
    #[error("age failed")]
    Age(#[source] ::age::EncryptError),
    /// In the library that writes the `age` format.
    #[error("age could not write")]
    Write(#[source] std::io::Error),
}

impl From<aws_lc_rs::error::Unspecified> for SealFault {
    fn from(_unspecified: aws_lc_rs::error::Unspecified) -> Self {
        Self::Cipher
    }
}

/// Seals parts to the same public keys.
#[derive(Clone)]
pub struct Sealer {
    keys: Keys,
    recipients: Vec<String>,
}

#[derive(Clone)]
enum Keys {
    Age(Vec<::age::x25519::Recipient>),
    Gcm(Vec<gcm::Recipient>),
}

/// A recording's own key. Who destroys `sealed`, and all its copies, destroys the recording.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnKey {
    /// Its public half: parts are sealed to it alone.
    pub public: String,
    /// Its private half, sealed to the recipients.
    pub sealed: Vec<u8>,
}

impl Sealer {
    /// Seals to each of these public keys; whoever has the private key of any of them opens.
    ///
    /// # Errors
    /// They are too few, too many, not different, or no keys of this suite.
    pub fn new(suite: SealingSuite, recipients: &[String]) -> Result<Self, KeyRefusal> {
        let given = recipients.len();
        let sealer = Self::among(suite, recipients)?;
        if given < RECIPIENTS_MIN {
            return Err(KeyRefusal::TooFew { given });
        }
        Ok(sealer)
    }

    /// Seals to a recording's own key alone. The key itself is sealed to the recipients.
    ///
    /// # Errors
    /// It is no key of this suite.
    pub fn to_own(suite: SealingSuite, public: &str) -> Result<Self, KeyRefusal> {
        Self::among(suite, &[public.to_owned()])
    }

    fn among(suite: SealingSuite, recipients: &[String]) -> Result<Self, KeyRefusal> {
        let given = recipients.len();
        if given > RECIPIENTS_MAX {
            return Err(KeyRefusal::TooMany { given });
        }
        let recipients: Vec<String> =
            recipients.iter().map(|text| text.trim().to_owned()).collect();
        for (at, text) in recipients.iter().enumerate() {
            let place = at.saturating_add(1);
            if identity::is_private(text) {
                return Err(KeyRefusal::Private { place });
            }
            if recipients.iter().take(at).any(|other| other.eq_ignore_ascii_case(text)) {
                return Err(KeyRefusal::Twice { place });
            }
        }
        let keys = match suite {
            SealingSuite::Age => Keys::Age(parsed(&recipients, |text| text.parse().ok())?),
            SealingSuite::Aes256Gcm => Keys::Gcm(parsed(&recipients, gcm::Recipient::parse)?),
        };
        Ok(Self { keys, recipients })
    }

    /// The suite.
    #[must_use]
    pub const fn suite(&self) -> SealingSuite {
        match self.keys {
            Keys::Age(_) => SealingSuite::Age,
            Keys::Gcm(_) => SealingSuite::Aes256Gcm,
        }
    }

    /// The public keys it seals to.
    #[must_use]
    pub fn recipients(&self) -> &[String] {
        &self.recipients
    }

    /// The fingerprints of these keys, in their order.
    #[must_use]
    pub fn fingerprints(&self) -> Vec<String> {
        self.recipients.iter().map(|text| fingerprint(text)).collect()
    }

    /// Seals.
    ///
    /// # Errors
    /// The cipher or the system's randomness fails.
    pub fn seal(&self, plain: &[u8]) -> Result<Vec<u8>, SealFault> {
        match &self.keys {
            Keys::Age(recipients) => age::seal(recipients, plain),
            Keys::Gcm(recipients) => gcm::seal(recipients, plain),
        }
    }

    /// Makes a recording's own key, sealed to the recipients of this sealer.
    ///
    /// # Errors
    /// The cipher or the system's randomness fails.
    pub fn own_key(&self) -> Result<OwnKey, SealFault> {
        let fresh = fresh_identity(self.suite())?;
        let sealed = self.seal(fresh.secret.as_bytes())?;
        Ok(OwnKey { public: fresh.public, sealed })
    }
}

impl fmt::Debug for Sealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sealer")
            .field("suite", &self.suite())
            .field("recipients", &self.fingerprints())
            .finish_non_exhaustive()
    }
}

fn parsed<K>(texts: &[String], parse: impl Fn(&str) -> Option<K>) -> Result<Vec<K>, KeyRefusal> {
    texts
        .iter()
        .enumerate()
        .map(|(at, text)| parse(text).ok_or(KeyRefusal::NotAKey { place: at.saturating_add(1) }))
        .collect()
}

/// What a public key is called where its text would be too long: the first 16 bytes of the SHA-256
/// of the text, in hex.
#[must_use]
pub fn fingerprint(public: &str) -> String {
    let hash = hash::hex(&hash::sha256(public.trim().as_bytes()));
    hash.get(..32).unwrap_or_default().to_owned()
}

/// Plaintext that is wiped when it is dropped.
pub type Secret = Zeroizing<Vec<u8>>;

#[cfg(test)]
mod tests;
