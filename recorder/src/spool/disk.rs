//! Writing so that a crash, also of the power, leaves it whole.
//!
//! In: bytes and where they go. Out: the same on the disk, synced.
//! Never: a success before the disk has it.

use super::SpoolFault;
use nix::sys::statvfs::statvfs;
use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

/// Sealed, but nobody's business either.
const FILE_MODE: u32 = 0o600;
/// The ending of a file beside its place.
pub(super) const BESIDE: &str = ".tmp";

/// Where a file is written before it is moved to its place.
pub(super) fn beside(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("{name}{BESIDE}"))
}

/// Writes a file beside its place and syncs it. What is left of a failed try is removed.
pub(super) fn write_beside(folder: &Path, name: &str, bytes: &[u8]) -> Result<(), SpoolFault> {
    let path = beside(folder, name);
    let written = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(FILE_MODE)
        .open(&path)
        .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()));
    written.map_err(|source| {
        // It is in the way of nothing; the next start would remove it as well.
        let _gone = fs::remove_file(&path);
        SpoolFault::io("write a part", source)
    })
}

/// Moves a file to its place and syncs the folder.
pub(super) fn place(folder: &Path, name: &str) -> Result<(), SpoolFault> {
    fs::rename(beside(folder, name), folder.join(name))
        .map_err(|source| SpoolFault::io("move a part to its place", source))?;
    sync_folder(folder)
}

/// Writes a small file at once: beside its place, synced, moved, synced.
pub(super) fn write(folder: &Path, name: &str, bytes: &[u8]) -> Result<(), SpoolFault> {
    write_beside(folder, name, bytes)?;
    place(folder, name)
}

/// Syncs what names a folder holds.
pub(super) fn sync_folder(folder: &Path) -> Result<(), SpoolFault> {
    File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(|source| SpoolFault::io("sync the folder", source))
}

/// A file that only grows, each addition synced.
#[derive(Debug)]
pub(super) struct Growing {
    file: File,
    bytes: u64,
    /// The last addition failed, and some of it may be there.
    dirty: bool,
}

impl Growing {
    /// Opens one, made when it is missing, that is whole up to here; what follows is cut off.
    pub(super) fn open(path: &Path, bytes: u64) -> Result<Self, SpoolFault> {
        let file = OpenOptions::new()
            .append(true)
            .create(true)
            .mode(FILE_MODE)
            .open(path)
            .map_err(|source| SpoolFault::io("open the manifest", source))?;
        let mut growing = Self { file, bytes, dirty: true };
        growing.clean()?;
        Ok(growing)
    }

    /// Adds to its end and syncs it. After a failure nothing of it counts.
    pub(super) fn add(&mut self, text: &str) -> Result<(), SpoolFault> {
        self.clean()?;
        self.dirty = true;
        self.file
            .write_all(text.as_bytes())
            .and_then(|()| self.file.sync_data())
            .map_err(|source| SpoolFault::io("write the manifest", source))?;
        self.dirty = false;
        let added = u64::try_from(text.len()).unwrap_or(u64::MAX);
        self.bytes = self.bytes.saturating_add(added);
        Ok(())
    }

    fn clean(&mut self) -> Result<(), SpoolFault> {
        if self.dirty {
            self.file
                .set_len(self.bytes)
                .and_then(|()| self.file.sync_all())
                .map_err(|source| SpoolFault::io("cut the manifest", source))?;
            self.dirty = false;
        }
        Ok(())
    }
}

/// Bytes that are free for us on the disk of a folder.
pub(super) fn free(folder: &Path) -> Result<u64, SpoolFault> {
    let stat =
        statvfs(folder).map_err(|errno| SpoolFault::io("ask how much is free", errno.into()))?;
    Ok(stat.blocks_available().saturating_mul(stat.fragment_size()))
}
