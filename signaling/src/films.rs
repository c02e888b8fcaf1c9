//! The films of tutorials, as files in the data folder.
//!
//! In: bytes as they come. Out: a file that is whole, on the disk and of a kind every browser
//! plays, under a name nobody else has; or nothing.
//! Never: a whole film in memory; half of one under the name of a film; a kind believed because
//! somebody said so.

mod sniff;
#[cfg(test)]
mod tests;

use crate::secret;
use bedside_signaling_api::tutorial::{FILM_BYTES_MAX, FilmKind};
use sniff::sniff;
use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read as _, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use uuid::Uuid;

/// Folder of the films in the data folder.
const FOLDER: &str = "tutorials";
/// End of the name of a film.
const WHOLE: &str = "film";
/// End of the name of a film that is still coming.
const COMING: &str = "coming";
/// Films taken at once. Each holds one buffer and keeps the disk busy.
const TAKEN_MAX: usize = 4;
/// Bytes gathered before the disk is asked. Larger spares calls, smaller spares memory.
const BUFFER_BYTES: usize = 1024 * 1024;
/// Bytes read at once for somebody who watches.
pub(crate) const READ_BYTES: usize = 256 * 1024;
/// Only this service reads them.
const FILE_MODE: u32 = 0o600;

/// Why a film was not taken.
#[derive(Debug)]
pub(crate) enum NotTaken {
    /// As many are taken already as may be at once.
    Busy,
    /// It is larger than any may be.
    TooLarge,
    /// It is no film that every browser plays.
    UnknownKind,
    /// There is no room on the disk.
    DiskFull,
    /// The disk failed.
    Failed(io::Error),
}

impl From<io::Error> for NotTaken {
    fn from(error: io::Error) -> Self {
        let full = [ErrorKind::StorageFull, ErrorKind::QuotaExceeded, ErrorKind::FileTooLarge];
        if full.contains(&error.kind()) { Self::DiskFull } else { Self::Failed(error) }
    }
}

/// A film that is whole on the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Taken {
    /// The name of its file.
    pub(crate) file: Uuid,
    /// What its own bytes say it is.
    pub(crate) kind: FilmKind,
    /// How large it is.
    pub(crate) bytes: u64,
}

/// The folder of the films. Clones share it.
#[derive(Debug, Clone)]
pub(crate) struct Films {
    folder: PathBuf,
    places: Arc<Semaphore>,
}

/// A film that is coming; dropped before its end it leaves nothing.
#[derive(Debug)]
pub(crate) struct Taking {
    folder: PathBuf,
    name: Uuid,
    file: File,
    buffer: Vec<u8>,
    kind: Option<FilmKind>,
    bytes: u64,
    _place: OwnedSemaphorePermit,
}

impl Films {
    /// The films in this data folder.
    pub(crate) fn new(data_folder: &Path) -> Self {
        let folder = data_folder.join(FOLDER);
        Self { folder, places: Arc::new(Semaphore::new(TAKEN_MAX)) }
    }

    /// Removes every file that is none of these films: what a crash left on its way.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub(crate) fn sweep(&self, films: &BTreeSet<Uuid>) -> io::Result<()> {
        // Where no film was ever taken there is no folder.
        if !self.folder.is_dir() {
            return Ok(());
        }
        for entry in fs::read_dir(&self.folder)? {
            let path = entry?.path();
            let stem = path.file_stem().and_then(|stem| stem.to_str());
            let name = stem.and_then(|stem| Uuid::try_parse(stem).ok());
            let whole = path.extension().is_some_and(|end| end == WHOLE);
            if !(whole && name.is_some_and(|name| films.contains(&name))) {
                fs::remove_file(&path)?;
            }
        }
        Ok(())
    }

    /// Begins to take a film.
    pub(crate) fn take(&self) -> Result<Taking, NotTaken> {
        let place = Arc::clone(&self.places).try_acquire_owned();
        let place = place.map_err(|_busy| NotTaken::Busy)?;
        secret::make_folder(&self.folder).map_err(io::Error::other)?;
        let name = Uuid::now_v7();
        let path = path(&self.folder, name, COMING);
        let file = OpenOptions::new().write(true).create_new(true).mode(FILE_MODE).open(path)?;
        let folder = self.folder.clone();
        let buffer = Vec::with_capacity(BUFFER_BYTES);
        Ok(Taking { folder, name, file, buffer, kind: None, bytes: 0, _place: place })
    }

    /// A film's file, to be read.
    pub(crate) fn read(&self, film: Uuid) -> io::Result<File> {
        File::open(path(&self.folder, film, WHOLE))
    }

    /// Removes films nobody knows any more; whoever watches one sees it to its end.
    pub(crate) fn remove(&self, films: &[Uuid]) {
        for film in films {
            if let Err(error) = fs::remove_file(path(&self.folder, *film, WHOLE)) {
                tracing::warn!(%film, %error, "a film's file could not be removed");
            }
        }
    }
}

impl Taking {
    /// Takes what has come.
    pub(crate) fn push(&mut self, bytes: &[u8]) -> Result<(), NotTaken> {
        let more = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        self.bytes = self.bytes.saturating_add(more);
        if self.bytes > FILM_BYTES_MAX {
            return Err(NotTaken::TooLarge);
        }
        self.buffer.extend_from_slice(bytes);
        if self.buffer.len() >= BUFFER_BYTES { self.flush() } else { Ok(()) }
    }

    /// Puts what was gathered on the disk; the first of it says what kind of file it is.
    fn flush(&mut self) -> Result<(), NotTaken> {
        if self.kind.is_none() {
            self.kind = Some(sniff(&self.buffer).ok_or(NotTaken::UnknownKind)?);
        }
        self.file.write_all(&self.buffer)?;
        self.buffer.clear();
        Ok(())
    }

    /// That was all: the film is on the disk, whole, before this returns.
    pub(crate) fn finish(mut self) -> Result<Taken, NotTaken> {
        self.flush()?;
        self.file.sync_all()?;
        let whole = path(&self.folder, self.name, WHOLE);
        fs::rename(path(&self.folder, self.name, COMING), whole)?;
        File::open(&self.folder)?.sync_all()?;
        let kind = self.kind.ok_or(NotTaken::UnknownKind)?;
        Ok(Taken { file: self.name, kind, bytes: self.bytes })
    }
}

impl Drop for Taking {
    fn drop(&mut self) {
        // Of a whole one nothing is left under this name.
        let _whole = fs::remove_file(path(&self.folder, self.name, COMING));
    }
}

/// At most `READ_BYTES` from there, fewer at the end only.
pub(crate) fn read_at(file: &mut File, from: u64, most: u64) -> io::Result<Vec<u8>> {
    let most = most.min(u64::try_from(READ_BYTES).unwrap_or(u64::MAX));
    file.seek(SeekFrom::Start(from))?;
    let mut bytes = Vec::new();
    file.take(most).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn path(folder: &Path, name: Uuid, end: &str) -> PathBuf {
    folder.join(format!("{}.{end}", name.simple()))
}
