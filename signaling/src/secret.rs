//! Random secrets, their hashes, and the files that keep keys.
//!
//! In: the system's randomness. Out: 256-bit secrets as text; SHA-256 of them; key files only
//! their owner can read.
//! Never: prints a secret; compares one byte by byte.

use crate::Fault;
use aws_lc_rs::{constant_time, digest, rand};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::Path;

/// Length of every secret: 256 bits, beyond guessing.
pub(crate) const SECRET_BYTES: usize = 32;
/// The data folder and what is in it belong to one user alone.
const FOLDER_MODE: u32 = 0o700;
const FILE_MODE: u32 = 0o600;

/// A new secret, as text that fits a URL and a header.
pub(crate) fn fresh() -> Result<String, Fault> {
    let mut bytes = [0_u8; SECRET_BYTES];
    rand::fill(&mut bytes).map_err(|_unspecified| Fault::Random)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// Six digits at random, in two groups as people read them out.
pub(crate) fn digits() -> Result<String, Fault> {
    let mut bytes = [0_u8; 8];
    rand::fill(&mut bytes).map_err(|_unspecified| Fault::Random)?;
    let number = u64::from_be_bytes(bytes) % 1_000_000;
    Ok(format!("{:03} {:03}", number / 1_000, number % 1_000))
}

/// SHA-256. Enough for a secret of 256 random bits; a slow hash is for passwords people make
/// up, and on each request it would be an attack on ourselves.
pub(crate) fn hash(text: &[u8]) -> [u8; 32] {
    let digest = digest::digest(&digest::SHA256, text);
    let mut hash = [0_u8; 32];
    hash.copy_from_slice(digest.as_ref());
    hash
}

/// Whether two hashes are the same, in a time that does not tell where they differ.
pub(crate) fn same(left: &[u8], right: &[u8]) -> bool {
    constant_time::verify_slices_are_equal(left, right).is_ok()
}

/// Makes the data folder for its owner alone, when it is missing.
pub(crate) fn make_folder(path: &Path) -> Result<(), Fault> {
    let fault = |source| Fault::DataFolder { path: path.to_owned(), source };
    if path.is_dir() {
        return Ok(());
    }
    DirBuilder::new().recursive(true).mode(FOLDER_MODE).create(path).map_err(fault)
}

/// The bytes of a key file, made at random when it is missing.
pub(crate) fn key_file<const N: usize>(path: &Path) -> Result<[u8; N], Fault> {
    match fs::read(path) {
        Ok(bytes) => {
            bytes.try_into().map_err(|_bytes| Fault::KeyFile { path: path.to_owned(), expected: N })
        }
        Err(missing) if missing.kind() == ErrorKind::NotFound => make_key_file(path),
        Err(source) => Err(Fault::DataFolder { path: path.to_owned(), source }),
    }
}

/// Makes an empty file that only its owner can read, when it is missing. What a database puts
/// beside such a file is as closed as the file itself.
pub(crate) fn make_file(path: &Path) -> Result<(), Fault> {
    OpenOptions::new()
        .append(true)
        .create(true)
        .mode(FILE_MODE)
        .open(path)
        .map(drop)
        .map_err(|source| Fault::DataFolder { path: path.to_owned(), source })
}

/// The password an operator wrote to a file; an editor's line end is no part of it.
pub(crate) fn password(path: &Path) -> Result<String, Fault> {
    let text = fs::read_to_string(path)
        .map_err(|source| Fault::PasswordFile { path: path.to_owned(), source })?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}

fn make_key_file<const N: usize>(path: &Path) -> Result<[u8; N], Fault> {
    let mut key = [0_u8; N];
    rand::fill(&mut key).map_err(|_unspecified| Fault::Random)?;
    let fault = |source| Fault::DataFolder { path: path.to_owned(), source };
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(FILE_MODE)
        .open(path)
        .map_err(fault)?;
    file.write_all(&key).map_err(fault)?;
    file.sync_all().map_err(fault)?;
    Ok(key)
}
