//! The suite `aes256gcm`, for places in which nothing else is allowed: ECDH on P-256, HKDF-SHA256
//! and AES-256-GCM, all from aws-lc-rs.
//!
//! In: public keys, plaintext; a sealed part and private keys. Out: a part as below; its plaintext,
//! or as much of it as a cut part still holds.
//! Never: a nonce twice under one key; a key that is used for a second part.
//!
//! # The format
//!
//! Whoever wants to open such a part without this program needs this text and nothing else.
//! `b64` is base64url without padding (RFC 4648 section 5); `‖` joins bytes; a *point* is a public
//! key of P-256 in the compressed form of SEC 1, 33 bytes.
//!
//! A **public key** is written `bedside-p256:` and the b64 of its point; a **private key**
//! `BEDSIDE-P256-SECRET-KEY-` and the b64 of its scalar, 32 bytes, big-endian. A file of private
//! keys has one a line; empty lines and lines that begin with `#` say nothing.
//!
//! A **part** is a line of JSON that ends with `\n` (the *header*), and the *body*:
//!
//! ```json
//! {"bedside":"sealed","v":1,"suite":"aes256gcm","chunk":65536,"nonce":"<b64 of 16 bytes>",
//!  "keys":[{"epk":"<b64 of a point>","wrap":"<b64 of 48 bytes>"}]}
//! ```
//!
//! (without the line break shown here). There is a random *file key* of 32 bytes for each part, and
//! for each recipient an entry in `keys`:
//!
//! - `epk` is the point of a key pair made for this entry alone; `z` is the 32 bytes of the shared
//!   x coordinate of ECDH between it and the recipient's key;
//! - the wrapping key is HKDF-SHA256(salt = epk ‖ the recipient's point, secret = z,
//!   info = `bedside/aes256gcm/v1/wrap`), 32 bytes;
//! - `wrap` is AES-256-GCM of the file key under it, with a nonce of twelve zeros (the key is used
//!   once) and no further data: 32 bytes and the tag of 16.
//!
//! Entries do not say whose they are: try each.
//!
//! The payload key is HKDF-SHA256(salt = SHA-256 of the header with its `\n`, secret = the file
//! key, info = `bedside/aes256gcm/v1/payload`), 32 bytes; so a changed header opens nothing.
//!
//! The body is the plaintext in chunks of 65,536 bytes, the last one shorter or as long, each as
//! AES-256-GCM under the payload key: ciphertext, then the tag of 16 bytes; no further data. The
//! nonce of a chunk is its number from 0 in 11 bytes, big-endian, and one byte that is 1 for the
//! last chunk and 0 for the others. Only an empty plaintext has an empty last chunk. A part that was
//! cut keeps its whole chunks, and is known to be cut since none of them is the last.

use super::opener::{OpenRefusal, Opened};
use super::{SealFault, Secret};
use crate::hash;
use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::agreement::{self, ECDH_P256, ParsedPublicKey, PrivateKey, UnparsedPublicKey};
use aws_lc_rs::encoding::{AsBigEndian, EcPrivateKeyBin, EcPublicKeyCompressedBin};
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::{hkdf, rand};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as B64;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

/// How a public key begins.
const PUBLIC_PREFIX: &str = "bedside-p256:";
/// How a private key begins.
pub(super) const SECRET_PREFIX: &str = "BEDSIDE-P256-SECRET-KEY-";
/// Plaintext a chunk: as in age, so that a cut part of either suite loses as little.
const CHUNK_BYTES: usize = 65_536;
const TAG_BYTES: usize = 16;
const POINT_BYTES: usize = 33;
const KEY_BYTES: usize = 32;
const WRAP_BYTES: usize = KEY_BYTES + TAG_BYTES;
const NONCE_BYTES: usize = 16;
/// Longest header: the most recipients need half of it. What is longer is none of ours.
const HEADER_BYTES_MAX: usize = 8_192;
const VERSION: u8 = 1;
const WRAP_INFO: &[u8] = b"bedside/aes256gcm/v1/wrap";
const PAYLOAD_INFO: &[u8] = b"bedside/aes256gcm/v1/payload";

/// A public key.
#[derive(Clone)]
pub(super) struct Recipient {
    point: [u8; POINT_BYTES],
}

/// A private key.
pub(super) struct Identity {
    key: PrivateKey,
    point: [u8; POINT_BYTES],
}

#[derive(Serialize, Deserialize)]
struct Header {
    bedside: String,
    v: u8,
    suite: String,
    chunk: usize,
    nonce: String,
    keys: Vec<Wrapped>,
}

#[derive(Serialize, Deserialize)]
struct Wrapped {
    epk: String,
    wrap: String,
}

impl Recipient {
    /// The key a text writes.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let bytes = B64.decode(text.strip_prefix(PUBLIC_PREFIX)?).ok()?;
        let point: [u8; POINT_BYTES] = bytes.try_into().ok()?;
        // Whether the point is on the curve.
        let _parsed: ParsedPublicKey = UnparsedPublicKey::new(&ECDH_P256, point).try_into().ok()?;
        Some(Self { point })
    }
}

impl Identity {
    /// A new one.
    pub(super) fn fresh() -> Result<Self, Unspecified> {
        Self::of(PrivateKey::generate(&ECDH_P256)?)
    }

    /// The key a text writes.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let bytes = Zeroizing::new(B64.decode(text.strip_prefix(SECRET_PREFIX)?).ok()?);
        Self::of(PrivateKey::from_private_key(&ECDH_P256, &bytes).ok()?).ok()
    }

    fn of(key: PrivateKey) -> Result<Self, Unspecified> {
        let point = point(&key)?;
        Ok(Self { key, point })
    }

    /// Its public half as text.
    pub(super) fn public(&self) -> String {
        format!("{PUBLIC_PREFIX}{}", B64.encode(self.point))
    }

    /// Its text.
    pub(super) fn secret(&self) -> Result<Zeroizing<String>, Unspecified> {
        let scalar: EcPrivateKeyBin<'_> = self.key.as_be_bytes()?;
        let text = Zeroizing::new(B64.encode(scalar.as_ref()));
        Ok(Zeroizing::new(format!("{SECRET_PREFIX}{}", text.as_str())))
    }

    fn unwrap(&self, wrapped: &Wrapped) -> Option<Zeroizing<[u8; KEY_BYTES]>> {
        let epk: [u8; POINT_BYTES] = B64.decode(&wrapped.epk).ok()?.try_into().ok()?;
        let wrap = B64.decode(&wrapped.wrap).ok().filter(|wrap| wrap.len() == WRAP_BYTES)?;
        let mut wrap = Zeroizing::new(wrap);
        let cipher = wrapping_cipher(&self.key, &epk, &epk, &self.point).ok()?;
        let key = cipher.open_in_place(zero_nonce(), Aad::empty(), &mut wrap).ok()?;
        Some(Zeroizing::new((&*key).try_into().ok()?))
    }
}

fn point(key: &PrivateKey) -> Result<[u8; POINT_BYTES], Unspecified> {
    let public = key.compute_public_key()?;
    let compressed: EcPublicKeyCompressedBin<'_> = public.as_be_bytes()?;
    compressed.as_ref().try_into().map_err(|_length| Unspecified)
}

/// The cipher that wraps a file key: from one side's private key and the other side's point.
fn wrapping_cipher(
    mine: &PrivateKey,
    theirs: &[u8; POINT_BYTES],
    epk: &[u8; POINT_BYTES],
    recipient: &[u8; POINT_BYTES],
) -> Result<LessSafeKey, Unspecified> {
    let salt = [epk.as_slice(), recipient.as_slice()].concat();
    let theirs = UnparsedPublicKey::new(&ECDH_P256, theirs);
    agreement::agree(mine, theirs, Unspecified, |z| derived(&salt, z, WRAP_INFO))
}

fn payload_cipher(header: &[u8], file_key: &[u8; KEY_BYTES]) -> Result<LessSafeKey, Unspecified> {
    derived(&hash::sha256(header), file_key, PAYLOAD_INFO)
}

fn derived(salt: &[u8], secret: &[u8], info: &[u8]) -> Result<LessSafeKey, Unspecified> {
    let prk = hkdf::Salt::new(hkdf::HKDF_SHA256, salt).extract(secret);
    let mut key = Zeroizing::new([0_u8; KEY_BYTES]);
    prk.expand(&[info], hkdf::HKDF_SHA256)?.fill(key.as_mut_slice())?;
    Ok(LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key.as_slice())?))
}

fn zero_nonce() -> Nonce {
    Nonce::assume_unique_for_key([0; 12])
}

fn chunk_nonce(number: u64, last: bool) -> Nonce {
    let mut nonce = [0_u8; 12];
    if let Some(counter) = nonce.get_mut(3..11) {
        counter.copy_from_slice(&number.to_be_bytes());
    }
    if let Some(flag) = nonce.last_mut() {
        *flag = u8::from(last);
    }
    Nonce::assume_unique_for_key(nonce)
}

/// Seals to all of them.
pub(super) fn seal(recipients: &[Recipient], plain: &[u8]) -> Result<Vec<u8>, SealFault> {
    let mut file_key = Zeroizing::new([0_u8; KEY_BYTES]);
    rand::fill(file_key.as_mut_slice())?;
    let mut nonce = [0_u8; NONCE_BYTES];
    rand::fill(&mut nonce)?;
    let keys: Result<Vec<Wrapped>, Unspecified> =
        recipients.iter().map(|recipient| wrap(recipient, &file_key)).collect();
    let header = Header {
        bedside: "sealed".to_owned(),
        v: VERSION,
        suite: "aes256gcm".to_owned(),
        chunk: CHUNK_BYTES,
        nonce: B64.encode(nonce),
        keys: keys?,
    };
    let mut sealed = serde_json::to_vec(&header).map_err(|_json| SealFault::Cipher)?;
    sealed.push(b'\n');
    let cipher = payload_cipher(&sealed, &file_key)?;
    let chunks = plain.len().div_ceil(CHUNK_BYTES).max(1);
    sealed.reserve_exact(plain.len().saturating_add(chunks.saturating_mul(TAG_BYTES)));
    let mut rest = plain;
    let mut number = 0_u64;
    loop {
        let (chunk, after) = rest.split_at(rest.len().min(CHUNK_BYTES));
        let start = sealed.len();
        // Encrypted where it will stay: the plaintext stands here for no longer than that.
        sealed.extend_from_slice(chunk);
        let place = sealed.get_mut(start..).unwrap_or_default();
        let nonce = chunk_nonce(number, after.is_empty());
        let tag = cipher.seal_in_place_separate_tag(nonce, Aad::empty(), place)?;
        sealed.extend_from_slice(tag.as_ref());
        if after.is_empty() {
            return Ok(sealed);
        }
        rest = after;
        number = number.saturating_add(1);
    }
}

fn wrap(recipient: &Recipient, file_key: &[u8; KEY_BYTES]) -> Result<Wrapped, Unspecified> {
    let ephemeral = PrivateKey::generate(&ECDH_P256)?;
    let epk = point(&ephemeral)?;
    let cipher = wrapping_cipher(&ephemeral, &recipient.point, &epk, &recipient.point)?;
    let mut wrap = Zeroizing::new(Vec::with_capacity(WRAP_BYTES));
    wrap.extend_from_slice(file_key);
    cipher.seal_in_place_append_tag(zero_nonce(), Aad::empty(), &mut *wrap)?;
    Ok(Wrapped { epk: B64.encode(epk), wrap: B64.encode(wrap.as_slice()) })
}

/// Opens with any of them.
pub(super) fn open(identities: &[Identity], sealed: &[u8]) -> Result<Opened, OpenRefusal> {
    let end = sealed.iter().take(HEADER_BYTES_MAX).position(|byte| *byte == b'\n');
    let end = end.ok_or(OpenRefusal::Header)?.saturating_add(1);
    let (line, body) = sealed.split_at_checked(end).ok_or(OpenRefusal::Header)?;
    let header: Header = serde_json::from_slice(line).map_err(|_json| OpenRefusal::Header)?;
    let ours = header.bedside == "sealed" && header.suite == "aes256gcm";
    if !ours || header.v != VERSION || header.chunk != CHUNK_BYTES {
        return Err(OpenRefusal::Header);
    }
    let keys = header.keys.iter().take(super::RECIPIENTS_MAX);
    let file_key = keys
        .flat_map(|wrapped| identities.iter().map(move |identity| (identity, wrapped)))
        .find_map(|(identity, wrapped)| identity.unwrap(wrapped))
        .ok_or(OpenRefusal::OtherKey)?;
    let cipher = payload_cipher(line, &file_key).map_err(|_unspecified| OpenRefusal::Header)?;
    Ok(open_body(&cipher, body))
}

fn open_body(cipher: &LessSafeKey, body: &[u8]) -> Opened {
    let mut plain: Secret = Zeroizing::new(Vec::with_capacity(body.len()));
    let mut chunks = body.chunks(CHUNK_BYTES + TAG_BYTES).zip(0_u64..).peekable();
    while let Some((chunk, number)) = chunks.next() {
        // What follows a last chunk was put there by somebody else.
        let last = chunks.peek().is_none();
        let before = plain.len();
        if !open_chunk(cipher, chunk, chunk_nonce(number, last), &mut plain) {
            // Cut exactly between two chunks, it ends with a whole one that is not the last.
            if last {
                open_chunk(cipher, chunk, chunk_nonce(number, false), &mut plain);
            }
            break;
        }
        let is_empty = plain.len() == before;
        if last {
            return Opened { plain, whole: !is_empty || number == 0 };
        }
    }
    Opened { plain, whole: false }
}

/// Opens a chunk behind the plaintext before it; says whether it opened.
fn open_chunk(cipher: &LessSafeKey, chunk: &[u8], nonce: Nonce, plain: &mut Secret) -> bool {
    let start = plain.len();
    plain.extend_from_slice(chunk);
    let place = plain.get_mut(start..).unwrap_or_default();
    let opened = cipher.open_in_place(nonce, Aad::empty(), place).map(|text| text.len()).ok();
    plain.truncate(start.saturating_add(opened.unwrap_or_default()));
    opened.is_some()
}
