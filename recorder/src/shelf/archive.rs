//! A recording wherever it is: some of it in the spool still, the rest in the store.
//!
//! In: a recording. Out: its objects; or that they are gone.
//! Never: lets a part that is being stored survive its erasure.

use super::{Kept, Shelf, ShelfFault};
use crate::manifest::{MANIFEST, Manifest, object};
use crate::spool::{Spool, SpoolFault, read_manifest};
use bytes::Bytes;
use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::sync::Arc;
use tokio::sync::{Mutex, MutexGuard};
use uuid::Uuid;

/// Spool and store together.
#[derive(Debug, Clone)]
pub struct Archive {
    spool: Spool,
    shelf: Shelf,
    /// Held while an object moves, and while objects are destroyed: what is destroyed cannot
    /// arrive afterwards.
    gate: Arc<Mutex<()>>,
}

/// Why something could not be done with a recording.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveFault {
    /// The store.
    #[error(transparent)]
    Shelf(#[from] ShelfFault),
    /// The spool.
    #[error(transparent)]
    Spool(#[from] SpoolFault),
    /// A name that no object has.
    #[error("a recording has no object of this name")]
    Name,
}

impl Archive {
    /// Both together.
    #[must_use]
    pub fn new(spool: Spool, shelf: Shelf) -> Self {
        Self { spool, shelf, gate: Arc::default() }
    }

    /// The spool.
    #[must_use]
    pub const fn spool(&self) -> &Spool {
        &self.spool
    }

    /// The store.
    #[must_use]
    pub const fn shelf(&self) -> &Shelf {
        &self.shelf
    }

    pub(crate) async fn gate(&self) -> MutexGuard<'_, ()> {
        self.gate.lock().await
    }

    /// A recording's objects, by name: manifest, own key, parts.
    ///
    /// # Errors
    /// The store or the spool fails.
    pub async fn objects(&self, recording: Uuid) -> Result<Vec<Kept>, ArchiveFault> {
        let kept = self.shelf.list(recording).await?;
        let mut bytes_by_name: BTreeMap<String, u64> =
            kept.into_iter().map(|object| (object.name, object.bytes)).collect();
        for object in self.spool.waiting(recording)? {
            bytes_by_name.insert(object.name, object.bytes);
        }
        let manifest = read_manifest(&self.spool.folder(recording))?;
        if !manifest.is_empty() {
            let bytes = u64::try_from(manifest.len()).unwrap_or(u64::MAX);
            bytes_by_name.insert(MANIFEST.to_owned(), bytes);
        }
        Ok(bytes_by_name.into_iter().map(|(name, bytes)| Kept { name, bytes }).collect())
    }

    /// An object's bytes, from where it is; nothing, if it is nowhere.
    ///
    /// # Errors
    /// The name is none of an object, or the store or the spool fails.
    pub async fn read(&self, recording: Uuid, name: &str) -> Result<Option<Bytes>, ArchiveFault> {
        if name != MANIFEST && !object::is_sealed(name) {
            return Err(ArchiveFault::Name);
        }
        if let Some(bytes) = self.in_spool(recording, name)? {
            return Ok(Some(bytes));
        }
        if let Some(bytes) = self.shelf.get(recording, name).await? {
            return Ok(Some(bytes));
        }
        Ok(None)
    }

    /// The manifest, as far as it has come; nothing, if there is no such recording.
    ///
    /// # Errors
    /// The store or the spool fails.
    pub async fn manifest(&self, recording: Uuid) -> Result<Option<Manifest>, ArchiveFault> {
        let text = self.read(recording, MANIFEST).await?;
        Ok(text.map(|text| Manifest::read(&text)))
    }

    fn in_spool(&self, recording: Uuid, name: &str) -> Result<Option<Bytes>, SpoolFault> {
        match std::fs::read(self.spool.folder(recording).join(name)) {
            Ok(bytes) => Ok(Some(bytes.into())),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(source) => Err(SpoolFault::Io { doing: "read an object", source }),
        }
    }

    /// Removes every object of a recording that no longer runs, and says how many there were. May
    /// be called again after a failure; then it says how many were left.
    ///
    /// # Errors
    /// The store or the spool fails; some objects may be left.
    pub async fn erase(&self, recording: Uuid) -> Result<u32, ArchiveFault> {
        let _gate = self.gate.lock().await;
        let mut names: Vec<String> =
            self.objects(recording).await?.into_iter().map(|object| object.name).collect();
        // The key goes first, since without it nothing opens; the manifest last, since it says
        // what there was.
        names.sort_by_key(|name| (name == MANIFEST, object::place(name)));
        let kept: Vec<String> =
            self.shelf.list(recording).await?.into_iter().map(|object| object.name).collect();
        for name in names.iter().filter(|name| kept.contains(name)) {
            self.shelf.remove(recording, name).await?;
        }
        self.spool.remove_recording(recording)?;
        Ok(u32::try_from(names.len()).unwrap_or(u32::MAX))
    }

    /// Destroys the recording's own key; then nobody can open its parts. Says whether there was
    /// one. Copies that the store keeps of what was removed (versions, backups) are the store's to
    /// destroy.
    ///
    /// # Errors
    /// The store or the spool fails; the key may be left.
    pub async fn shred(&self, recording: Uuid) -> Result<bool, ArchiveFault> {
        let _gate = self.gate.lock().await;
        let kept = self.shelf.list(recording).await?;
        let mut there = false;
        for name in object::OWN_KEYS {
            if kept.iter().any(|object| object.name == name) {
                self.shelf.remove(recording, name).await?;
                there = true;
            }
            there |= self.spool.remove(recording, name)?;
        }
        Ok(there)
    }
}
