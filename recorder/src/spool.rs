//! The folder in which sealed parts wait for the store, and which a crash leaves whole.
//!
//! In: plain parts. Out: sealed files and a manifest on the disk, and the word that they are
//! durable.
//! Never: plaintext on the disk; more than its bound; a part named durable before the disk has it.
//!
//! A part is written beside its place, synced; then its line is added to the manifest, synced; then
//! it is moved to its place, and the folder synced. So a crash leaves one of three things: a file
//! beside its place without a line, which was never named durable and is removed; a line whose file
//! still stands beside its place, which is moved there; or the part in its place.

mod disk;
mod resume;
mod writer;

pub use resume::Settled;
pub(crate) use resume::{read_manifest, settle};
pub use writer::{Durable, NewRecording, Writer};

use crate::manifest::{Manifest, Signer, Why, object};
use crate::seal::{KeyRefusal, SealFault};
use bedside_signaling_api::recorder::RecordingFailure;
use std::collections::BTreeSet;
use std::fs::{self, DirBuilder, File, TryLockError};
use std::io::{self, ErrorKind};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use uuid::Uuid;

/// What must stay free on the disk, in bytes: a spool that takes the last byte stops the database
/// beside it, and could not write the end of a manifest either.
pub const FLOOR_BYTES: u64 = 256 * 1024 * 1024;
/// Locked while a program writes here.
const LOCK_FILE: &str = ".lock";
/// The spool belongs to one user alone.
const FOLDER_MODE: u32 = 0o700;

/// How much the spool may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// Sealed bytes that may wait, over all recordings.
    pub bytes_max: u64,
    /// What must stay free on the disk.
    pub floor_bytes: u64,
}

/// The spool of this node.
#[derive(Debug, Clone)]
pub struct Spool {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    root: PathBuf,
    bounds: Bounds,
    used: AtomicU64,
    /// Recordings that were begun, or made whole after a crash, since this program started. Only
    /// what is whole may leave for the store.
    settled: Mutex<BTreeSet<Uuid>>,
    signer: Signer,
    /// Held for as long as the spool is open.
    _lock: File,
}

/// Why the spool does not take something.
#[derive(Debug, thiserror::Error)]
pub enum SpoolFault {
    /// The disk is full, or nearly.
    #[error("the spool's disk is full: {free} bytes are free, {floor} have to stay so")]
    DiskFull {
        /// What is free.
        free: u64,
        /// What has to stay free.
        floor: u64,
    },
    /// As much waits as may wait.
    #[error("the spool is full: {used} bytes wait for the store, {max} may")]
    SpoolFull {
        /// What waits.
        used: u64,
        /// What may wait.
        max: u64,
    },
    /// The disk fails.
    #[error("cannot {doing} in the spool")]
    Io {
        /// What was being done.
        doing: &'static str,
        /// What the system says.
        #[source]
        source: io::Error,
    },
    /// Another program writes here.
    #[error("another program uses the spool {path}; only one may")]
    Busy {
        /// The spool.
        path: PathBuf,
    },
    /// The keys cannot be used.
    #[error("the recording cannot be sealed")]
    Keys(#[from] KeyRefusal),
    /// Sealing failed.
    #[error("a part cannot be sealed")]
    Seal(#[from] SealFault),
    /// There is no such recording here.
    #[error("the spool has no recording {0}")]
    Unknown(Uuid),
    /// There is one already.
    #[error("the spool has a recording {0} already")]
    Exists(Uuid),
    /// Its manifest is damaged, and not only cut at its end; it cannot be gone on with.
    #[error("the manifest of recording {recording} is damaged: {flaw}")]
    Damaged {
        /// The recording.
        recording: Uuid,
        /// What is wrong.
        flaw: String,
    },
    /// It was begun with another signing key.
    #[error("recording {0} was signed with another key than `recording.key` holds")]
    OtherSigner(Uuid),
    /// It was ended.
    #[error("recording {0} has ended")]
    Ended(Uuid),
    /// A part that does not come after the one before.
    #[error("part {n} of epoch {epoch} comes out of order")]
    Order {
        /// Its epoch.
        epoch: u32,
        /// Its number.
        n: u32,
    },
    /// The epoch's first part is not on the disk; nothing could play the others.
    #[error("epoch {epoch} lost its first part; a new epoch has to begin")]
    Headless {
        /// The epoch.
        epoch: u32,
    },
}

impl SpoolFault {
    /// The same as a code word for the visit.
    #[must_use]
    pub const fn failure(&self) -> RecordingFailure {
        match self {
            Self::DiskFull { .. } | Self::SpoolFull { .. } => RecordingFailure::DiskFull,
            Self::Keys(_) => RecordingFailure::Keys,
            Self::Io { .. }
            | Self::Busy { .. }
            | Self::Seal(_)
            | Self::Unknown(_)
            | Self::Exists(_)
            | Self::Damaged { .. }
            | Self::OtherSigner(_)
            | Self::Ended(_)
            | Self::Order { .. }
            | Self::Headless { .. } => RecordingFailure::Disk,
        }
    }

    /// The same as a manifest says why media is missing.
    const fn why(&self) -> Why {
        match self.failure() {
            RecordingFailure::DiskFull => Why::DiskFull,
            RecordingFailure::NotStarted
            | RecordingFailure::Disk
            | RecordingFailure::Store
            | RecordingFailure::TooSlow
            | RecordingFailure::Keys
            | RecordingFailure::Restarted => Why::Disk,
        }
    }

    /// What the system says, with a full disk told from a broken one.
    fn io(doing: &'static str, source: io::Error) -> Self {
        if matches!(source.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded) {
            Self::DiskFull { free: 0, floor: 0 }
        } else {
            Self::Io { doing, source }
        }
    }
}

impl Spool {
    /// Opens the spool, made when it is missing.
    ///
    /// # Errors
    /// The folder cannot be used, or another program uses it.
    pub fn open(root: &Path, bounds: Bounds, signer: Signer) -> Result<Self, SpoolFault> {
        if !root.is_dir() {
            DirBuilder::new()
                .recursive(true)
                .mode(FOLDER_MODE)
                .create(root)
                .map_err(|source| SpoolFault::io("make the folder", source))?;
        }
        let lock = lock(root)?;
        let spool = Self {
            inner: Arc::new(Inner {
                root: root.to_owned(),
                bounds,
                used: AtomicU64::new(0),
                settled: Mutex::default(),
                signer,
                _lock: lock,
            }),
        };
        let mut used = 0_u64;
        for recording in spool.recordings()? {
            let waiting = spool.waiting(recording)?;
            let has_parts = waiting.iter().any(|object| object::place(&object.name).is_some());
            let begun = Manifest::read(&read_manifest(&spool.folder(recording))?).begin.is_some();
            if !begun && !has_parts {
                // The crash came while it was being begun; nobody was told that it had.
                spool.remove_recording(recording)?;
                continue;
            }
            used = waiting.iter().map(|object| object.bytes).fold(used, u64::saturating_add);
        }
        spool.inner.used.store(used, Ordering::Relaxed);
        Ok(spool)
    }

    /// Recordings that have a folder here.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub fn recordings(&self) -> Result<Vec<Uuid>, SpoolFault> {
        let fault = |source| SpoolFault::io("list recordings", source);
        let mut recordings = Vec::new();
        for entry in fs::read_dir(&self.inner.root).map_err(fault)? {
            let name = entry.map_err(fault)?.file_name();
            recordings.extend(name.to_str().and_then(|name| name.parse::<Uuid>().ok()));
        }
        recordings.sort_unstable();
        Ok(recordings)
    }

    /// Sealed objects of a recording that wait for the store: its own key first, then its parts in
    /// their order. None, if it has no folder here.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub fn waiting(&self, recording: Uuid) -> Result<Vec<Waiting>, SpoolFault> {
        let fault = |source| SpoolFault::io("list parts", source);
        let entries = match fs::read_dir(self.folder(recording)) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries.map_err(fault)?,
        };
        let mut waiting = Vec::new();
        for entry in entries {
            let entry = entry.map_err(fault)?;
            let Some(name) = entry.file_name().to_str().map(str::to_owned) else { continue };
            if object::is_sealed(&name) {
                match entry.metadata() {
                    Ok(metadata) => waiting.push(Waiting { name, bytes: metadata.len() }),
                    // The uploader removed it meanwhile.
                    Err(error) if error.kind() == ErrorKind::NotFound => {}
                    Err(error) => return Err(fault(error)),
                }
            }
        }
        waiting.sort_by_key(|object| object::place(&object.name));
        Ok(waiting)
    }

    /// Sealed bytes that wait, over all recordings.
    #[must_use]
    pub fn used(&self) -> u64 {
        self.inner.used.load(Ordering::Relaxed)
    }

    /// How much may wait.
    #[must_use]
    pub fn bounds(&self) -> Bounds {
        self.inner.bounds
    }

    /// The key that signs manifests here.
    #[must_use]
    pub fn signer(&self) -> &Signer {
        &self.inner.signer
    }

    /// The folder of a recording.
    #[must_use]
    pub fn folder(&self, recording: Uuid) -> PathBuf {
        self.inner.root.join(recording.to_string())
    }

    /// Whether a recording is whole as far as it can be, and may leave for the store.
    #[must_use]
    pub fn is_settled(&self, recording: Uuid) -> bool {
        self.settled_ones().contains(&recording)
    }

    fn settled(&self, recording: Uuid) {
        self.settled_ones().insert(recording);
    }

    fn settled_ones(&self) -> MutexGuard<'_, BTreeSet<Uuid>> {
        // A set of ids is whole, whatever its last user did.
        self.inner.settled.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn root(&self) -> &Path {
        &self.inner.root
    }

    /// Removes an object that the store has, or that is to be destroyed. Says whether it was here.
    pub(crate) fn remove(&self, recording: Uuid, name: &str) -> Result<bool, SpoolFault> {
        let path = self.folder(recording).join(name);
        let bytes = fs::metadata(&path).map(|metadata| metadata.len()).unwrap_or_default();
        match fs::remove_file(&path) {
            Ok(()) => {
                self.freed(bytes);
                Ok(true)
            }
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
            Err(source) => Err(SpoolFault::io("remove a part", source)),
        }
    }

    /// Removes a recording's folder with all that is in it. Says how many sealed objects waited.
    pub(crate) fn remove_recording(&self, recording: Uuid) -> Result<usize, SpoolFault> {
        let waiting = self.waiting(recording)?;
        match fs::remove_dir_all(self.folder(recording)) {
            Ok(()) => {
                self.freed(waiting.iter().map(|object| object.bytes).fold(0, u64::saturating_add));
                Ok(waiting.len())
            }
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(0),
            Err(source) => Err(SpoolFault::io("remove a recording", source)),
        }
    }

    /// Takes room for so many bytes.
    fn take(&self, bytes: u64) -> Result<(), SpoolFault> {
        let Bounds { bytes_max: max, floor_bytes: floor } = self.inner.bounds;
        let free = disk::free(&self.inner.root)?;
        if free < floor.saturating_add(bytes) {
            return Err(SpoolFault::DiskFull { free, floor });
        }
        let used = self.inner.used.fetch_add(bytes, Ordering::Relaxed);
        if used.saturating_add(bytes) > max {
            self.freed(bytes);
            return Err(SpoolFault::SpoolFull { used, max });
        }
        Ok(())
    }

    fn freed(&self, bytes: u64) {
        let less = |used: u64| Some(used.saturating_sub(bytes));
        // It cannot fail: the closure always gives a value.
        let _before = self.inner.used.fetch_update(Ordering::Relaxed, Ordering::Relaxed, less);
    }
}

/// A sealed object in the spool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// Its name.
    pub name: String,
    /// Its length.
    pub bytes: u64,
}

/// Locks a spool for this program. The system lets go of it when the program ends, however it does.
pub(crate) fn lock(root: &Path) -> Result<File, SpoolFault> {
    let lock = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(root.join(LOCK_FILE))
        .map_err(|source| SpoolFault::io("lock the folder", source))?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(SpoolFault::Busy { path: root.to_owned() }),
        Err(TryLockError::Error(source)) => Err(SpoolFault::io("lock the folder", source)),
    }
}

#[cfg(test)]
mod tests;
