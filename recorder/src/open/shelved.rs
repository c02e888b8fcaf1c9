//! A recording in a store, read as if it were in a folder.
//!
//! In: a store, a recording's id. Out: its objects.
//! Never: writes; called on a thread that drives other tasks, for it waits.

use crate::shelf::{Kept, Shelf};
use crate::verify::Objects;
use std::io;
use tokio::runtime::Handle;
use uuid::Uuid;

/// A recording in a store.
#[derive(Debug)]
pub struct Shelved {
    shelf: Shelf,
    recording: Uuid,
    runtime: Handle,
}

impl Shelved {
    /// The recording of this id in this store.
    #[must_use]
    pub const fn new(shelf: Shelf, recording: Uuid, runtime: Handle) -> Self {
        Self { shelf, recording, runtime }
    }
}

impl Objects for Shelved {
    fn list(&self) -> io::Result<Vec<Kept>> {
        self.runtime.block_on(self.shelf.list(self.recording)).map_err(io::Error::other)
    }

    fn read(&self, name: &str) -> io::Result<Option<Vec<u8>>> {
        let got = self.runtime.block_on(self.shelf.get(self.recording, name));
        got.map(|bytes| bytes.map(Vec::from)).map_err(io::Error::other)
    }

    fn elsewhere(&self, _sha256: &str) -> Option<(String, String)> {
        None
    }
}
