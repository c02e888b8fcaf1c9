//! The keys of one direction, derived and scheduled once (RFC 3711 section 4.3, RFC 7714).
//!
//! In: a master key; bytes with their stream and number. Out: the same bytes, turned.
//! Never: knows what a packet is, or which number is next.

use super::{MasterKey, SALT_MAX, Suite};
use aws_lc_rs::aead::{AES_128_GCM, AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::cipher::{AES_128, AES_256, EncryptingKey, EncryptionContext, UnboundCipherKey};
use aws_lc_rs::iv::FixedLength;
use aws_lc_rs::{constant_time, hmac};

/// Bytes of a tag of `AES_128_CM_HMAC_SHA1_80`, and of its key.
const SHA1_TAG: usize = 10;
const SHA1_KEY: usize = 20;
/// Salt of a GCM session.
const GCM_SALT: usize = 12;

/// For what a key is derived: three labels in a row (RFC 3711 section 4.3.2).
#[derive(Debug, Clone, Copy)]
pub(super) enum Purpose {
    Media = 0,
    Reports = 3,
}

/// A packet that did not come from whoever holds the key, or not whole.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Forged;

/// Keys of one direction and purpose.
#[derive(Debug)]
pub(super) enum Cipher {
    Gcm(Gcm),
    Counter(Box<Counter>),
}

/// Encryption that authenticates.
#[derive(Debug)]
pub(super) struct Gcm {
    key: LessSafeKey,
    salt: [u8; GCM_SALT],
}

/// Encryption, and authentication beside it.
#[derive(Debug)]
pub(super) struct Counter {
    key: EncryptingKey,
    salt: [u8; SALT_MAX],
    authentication: hmac::Key,
}

impl Cipher {
    pub(super) fn new(master: &MasterKey, purpose: Purpose) -> Self {
        let label = purpose as u8;
        let suite = master.suite();
        let (mut key, mut salt) = ([0; 32], [0; SALT_MAX]);
        let key = key.get_mut(..suite.key_len()).expect("32 is the longest");
        derive(master, label, key);
        derive(master, label + 2, salt.get_mut(..suite.salt_len()).expect("14 is the longest"));
        let algorithm = match suite {
            Suite::AeadAes256Gcm => &AES_256_GCM,
            Suite::AeadAes128Gcm => &AES_128_GCM,
            Suite::Aes128CmHmacSha1_80 => {
                let mut secret = [0; SHA1_KEY];
                derive(master, label + 1, &mut secret);
                return Self::Counter(Box::new(Counter {
                    key: counter(key),
                    salt,
                    authentication: hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &secret),
                }));
            }
        };
        let key = UnboundKey::new(algorithm, key).expect("the key has the suite's length");
        let salt = *salt.first_chunk().expect("12 of 14");
        Self::Gcm(Gcm { key: LessSafeKey::new(key), salt })
    }
}

#[cfg(test)]
impl Cipher {
    /// With the keys of a session, as the RFC's examples have them.
    pub(super) fn session(suite: Suite, key: &[u8], salt: &[u8]) -> Self {
        let algorithm = if suite == Suite::AeadAes256Gcm { &AES_256_GCM } else { &AES_128_GCM };
        let key = LessSafeKey::new(UnboundKey::new(algorithm, key).unwrap());
        Self::Gcm(Gcm { key, salt: salt.try_into().unwrap() })
    }
}

impl Gcm {
    /// Two zeros, the stream, the number in 48 bits; over the salt (RFC 7714 sections 8.1, 9.1).
    fn nonce(&self, ssrc: u32, index: u64) -> Nonce {
        let number = (u128::from(ssrc) << 48) | u128::from(index);
        let [_, _, _, _, nonce @ ..] = number.to_be_bytes();
        let mut nonce: [u8; GCM_SALT] = nonce;
        nonce.iter_mut().zip(self.salt).for_each(|(byte, salt)| *byte ^= salt);
        Nonce::assume_unique_for_key(nonce)
    }

    /// Encrypts `body` and fills `tag`, sixteen bytes.
    pub(super) fn seal(
        &self,
        (ssrc, index): (u32, u64),
        clear: &[u8],
        body: &mut [u8],
        tag: &mut [u8],
    ) {
        let nonce = self.nonce(ssrc, index);
        self.key
            .seal_in_place_scatter(nonce, Aad::from(clear), body, &[], tag)
            .expect("a datagram is shorter than GCM's limit, and the tag has its length");
    }

    /// Decrypts `body`, if the tag is that of it and of `clear`.
    pub(super) fn open(
        &self,
        (ssrc, index): (u32, u64),
        clear: &[u8],
        body: &mut [u8],
        tag: &[u8],
    ) -> Result<(), Forged> {
        let nonce = self.nonce(ssrc, index);
        self.key
            .open_in_place_separate_tag(nonce, Aad::from(clear), tag, body)
            .map(|_| ())
            .map_err(|_| Forged)
    }
}

impl Counter {
    /// Encrypts or decrypts: both are the same.
    pub(super) fn turn(&self, ssrc: u32, index: u64, body: &mut [u8]) {
        let number = (u128::from(ssrc) << 64) | (u128::from(index) << 16);
        let mut iv = number.to_be_bytes();
        iv.iter_mut().zip(self.salt).for_each(|(byte, salt)| *byte ^= salt);
        turn(&self.key, iv, body);
    }

    /// The tag over two pieces.
    pub(super) fn tag(&self, bytes: &[u8], number: &[u8]) -> [u8; SHA1_TAG] {
        let mut context = hmac::Context::with_key(&self.authentication);
        context.update(bytes);
        context.update(number);
        *context.sign().as_ref().first_chunk().expect("SHA-1 gives twenty bytes")
    }

    pub(super) fn check(&self, bytes: &[u8], number: &[u8], tag: &[u8]) -> Result<(), Forged> {
        let ours = self.tag(bytes, number);
        constant_time::verify_slices_are_equal(&ours, tag).map_err(|_| Forged)
    }
}

/// A key of the label, or a salt (RFC 3711 section 4.3.1, with the master's own cipher as RFC 6188
/// asks).
pub(super) fn derive(master: &MasterKey, label: u8, out: &mut [u8]) {
    let mut iv = [0; 16];
    let [salt @ .., _, _] = &mut iv;
    *salt = master.salt;
    let [.., labelled, _, _, _, _, _, _] = salt;
    *labelled ^= label;
    out.fill(0);
    turn(&counter(master.key()), iv, out);
}

pub(super) fn counter(key: &[u8]) -> EncryptingKey {
    let algorithm = if key.len() == 32 { &AES_256 } else { &AES_128 };
    let key = UnboundCipherKey::new(algorithm, key).expect("16 or 32 bytes");
    EncryptingKey::ctr(key).expect("counter mode takes any key")
}

pub(super) fn turn(key: &EncryptingKey, iv: [u8; 16], body: &mut [u8]) {
    key.less_safe_encrypt(body, EncryptionContext::Iv128(FixedLength::from(iv)))
        .expect("counter mode takes any length");
}
