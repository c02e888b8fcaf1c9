//! A recording in a folder, as it is in the store or in the spool.
//!
//! In: a path. Out: its objects.
//! Never: writes; follows a name out of the folder.

use super::Objects;
use crate::manifest::{MANIFEST, Manifest, object};
use crate::shelf::Kept;
use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// Most other recordings beside this one that are looked into for where a part belongs.
const SIBLINGS_MAX: usize = 1_000;

/// A recording's folder.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    /// Read only when a part is not what it ought to be.
    elsewhere_by_hash: OnceCell<BTreeMap<String, (String, String)>>,
}

impl Folder {
    /// The recording in this folder.
    #[must_use]
    pub fn new(path: &Path) -> Self {
        Self { path: path.to_owned(), elsewhere_by_hash: OnceCell::new() }
    }

    fn siblings(&self) -> BTreeMap<String, (String, String)> {
        let own = fs::canonicalize(&self.path).unwrap_or_else(|_| self.path.clone());
        let folders = own.parent().and_then(|parent| fs::read_dir(parent).ok());
        let mut place_by_hash = BTreeMap::new();
        for folder in folders.into_iter().flatten().flatten().take(SIBLINGS_MAX) {
            if folder.path() == own {
                continue;
            }
            let Ok(text) = fs::read(folder.path().join(MANIFEST)) else { continue };
            let name = folder.file_name().to_string_lossy().into_owned();
            for part in Manifest::read(&text).parts {
                place_by_hash.insert(part.sha256, (name.clone(), part.object));
            }
        }
        place_by_hash
    }
}

impl Objects for Folder {
    fn list(&self) -> io::Result<Vec<Kept>> {
        let mut kept = Vec::new();
        for entry in fs::read_dir(&self.path)? {
            let entry = entry?;
            if let Ok(name) = entry.file_name().into_string() {
                kept.push(Kept { name, bytes: entry.metadata()?.len() });
            }
        }
        Ok(kept)
    }

    fn read(&self, name: &str) -> io::Result<Option<Vec<u8>>> {
        // A manifest can be written by anybody, and so can the names in it.
        if name != MANIFEST && !object::is_sealed(name) {
            return Ok(None);
        }
        match fs::read(self.path.join(name)) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn elsewhere(&self, sha256: &str) -> Option<(String, String)> {
        self.elsewhere_by_hash.get_or_init(|| self.siblings()).get(sha256).cloned()
    }
}
