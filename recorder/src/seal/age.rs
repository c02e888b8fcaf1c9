//! The suite `age`: X25519, HKDF-SHA256, ChaCha20-Poly1305 (age-encryption.org/v1).
//!
//! In: public keys, plaintext; a sealed part and private keys. Out: an age file; its plaintext, or
//! as much of it as a cut file still holds.
//! Never: a passphrase, a plugin, armour.

use super::opener::{OpenRefusal, Opened};
use super::{SealFault, Secret};
use age::x25519::{Identity, Recipient};
use age::{DecryptError, Decryptor, Encryptor};
use std::io::{Read as _, Write as _};
use zeroize::Zeroizing;

/// Bytes an age file needs beside its plaintext and its recipients: header, nonce, tags.
const OVERHEAD_BYTES: usize = 1_024;
/// How much is read at a time: the size of age's own chunks, of which a cut file keeps the whole
/// ones.
const CHUNK_BYTES: usize = 65_536;

/// Seals to all of them.
pub(super) fn seal(recipients: &[Recipient], plain: &[u8]) -> Result<Vec<u8>, SealFault> {
    let each = recipients.iter().map(|recipient| recipient as &dyn age::Recipient);
    let encryptor = Encryptor::with_recipients(each).map_err(SealFault::Age)?;
    let mut sealed = Vec::with_capacity(plain.len().saturating_add(OVERHEAD_BYTES));
    let mut writer = encryptor.wrap_output(&mut sealed).map_err(SealFault::Write)?;
    writer.write_all(plain).map_err(SealFault::Write)?;
    writer.finish().map_err(SealFault::Write)?;
    Ok(sealed)
}

/// Opens with any of them.
pub(super) fn open(identities: &[Identity], sealed: &[u8]) -> Result<Opened, OpenRefusal> {
    let decryptor = Decryptor::new_buffered(sealed).map_err(|error| refusal(&error))?;
    if decryptor.is_scrypt() {
        return Err(OpenRefusal::OtherKey);
    }
    let each = identities.iter().map(|identity| identity as &dyn age::Identity);
    let mut reader = decryptor.decrypt(each).map_err(|error| refusal(&error))?;
    // As large as it can get, so that no copy of the plaintext is left behind by growing.
    let mut plain: Secret = Zeroizing::new(Vec::with_capacity(sealed.len()));
    let mut chunk = Zeroizing::new(vec![0_u8; CHUNK_BYTES]);
    loop {
        match reader.read(&mut chunk) {
            Ok(0) => return Ok(Opened { plain, whole: true }),
            Ok(read) => plain.extend_from_slice(chunk.get(..read).unwrap_or_default()),
            Err(_cut_or_changed) => return Ok(Opened { plain, whole: false }),
        }
    }
}

fn refusal(error: &DecryptError) -> OpenRefusal {
    if matches!(error, DecryptError::NoMatchingKeys | DecryptError::ExcessiveWork { .. }) {
        OpenRefusal::OtherKey
    } else {
        OpenRefusal::Header
    }
}
