//! The key with which a server signs its manifests: a file `recording.key` in its data folder.
//!
//! In: the file, or the system's randomness when it is missing. Out: signatures; the public key.
//! Never: prints the private key; has to do with the keys that recordings are sealed to.

use crate::hash;
use aws_lc_rs::rand;
use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey};
use std::fmt;
use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// Its name in the data folder.
pub const KEY_FILE: &str = "recording.key";
const SEED_BYTES: usize = 32;
const SIGNATURE_BYTES: usize = 64;
/// Its owner alone may read it.
const FILE_MODE: u32 = 0o600;

/// Signs lines.
pub struct Signer {
    pair: Ed25519KeyPair,
    public: String,
}

/// The key file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SignerFault {
    /// It cannot be read or made.
    #[error("the key file {path} cannot be used")]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// It holds something else.
    #[error("the key file {path} is damaged: it has to hold 32 bytes; restore it from a backup")]
    Damaged {
        /// The file.
        path: PathBuf,
    },
    /// The system gave no randomness.
    #[error("the system gives no randomness")]
    Random,
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signer").field("public", &self.public).finish_non_exhaustive()
    }
}

impl Signer {
    /// The key in the data folder, made when it is missing.
    ///
    /// # Errors
    /// The file cannot be read, made, or is no key.
    pub fn open(data_dir: &Path) -> Result<Self, SignerFault> {
        let path = data_dir.join(KEY_FILE);
        match Self::read(&path) {
            Err(SignerFault::Io { source, .. }) if source.kind() == ErrorKind::NotFound => {
                make(&path)
            }
            read => read,
        }
    }

    /// The key in a file.
    ///
    /// # Errors
    /// The file is missing or no key.
    pub fn read(path: &Path) -> Result<Self, SignerFault> {
        let fault = |source| SignerFault::Io { path: path.to_owned(), source };
        let seed = Zeroizing::new(fs::read(path).map_err(fault)?);
        Self::of(&seed).ok_or_else(|| SignerFault::Damaged { path: path.to_owned() })
    }

    /// The key that a seed of 32 bytes makes.
    #[must_use]
    pub fn of(seed: &[u8]) -> Option<Self> {
        if seed.len() != SEED_BYTES {
            return None;
        }
        let pair = Ed25519KeyPair::from_seed_unchecked(seed).ok()?;
        let public = hash::hex(pair.public_key().as_ref());
        Some(Self { pair, public })
    }

    /// The public key, in hex.
    #[must_use]
    pub fn public(&self) -> &str {
        &self.public
    }

    /// The signature of a text, in hex.
    pub(super) fn sign(&self, text: &[u8]) -> String {
        hash::hex(self.pair.sign(text).as_ref())
    }
}

/// Whether a signature in hex is of this text by the key in hex.
pub(super) fn is_signed(public: &str, text: &[u8], signature: &str) -> bool {
    let (Some(public), Some(signature)) =
        (hash::unhex::<32>(public), hash::unhex::<SIGNATURE_BYTES>(signature))
    else {
        return false;
    };
    UnparsedPublicKey::new(&ED25519, public).verify(text, &signature).is_ok()
}

fn make(path: &Path) -> Result<Signer, SignerFault> {
    let mut seed = Zeroizing::new([0_u8; SEED_BYTES]);
    rand::fill(seed.as_mut_slice()).map_err(|_unspecified| SignerFault::Random)?;
    let fault = |source| SignerFault::Io { path: path.to_owned(), source };
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(FILE_MODE)
        .open(path)
        .map_err(fault)?;
    file.write_all(seed.as_slice()).map_err(fault)?;
    file.sync_all().map_err(fault)?;
    Signer::of(seed.as_slice()).ok_or(SignerFault::Random)
}
