//! The recorder at work: one thread that takes, one that writes, one task that stores.
//!
//! In: what the visit service asks, what the media plane lets through. Out: sealed parts in the
//! spool and then in the store, and what became of them.
//! Never: makes the visit wait. What comes too fast is left out and said; whatever of this fails
//! begins anew by itself and goes on with the recordings that were open.

mod chores;
mod desk;
mod disk;
mod out;
mod session;
mod taking;

use crate::manifest::{Signer, SignerFault};
use crate::shelf::{Archive, Shelf, ShelfRefusal};
use crate::spool::{Bounds, FLOOR_BYTES, Spool, SpoolFault};
use crate::upload::Uploader;
use bedside_config::Recording;
use bedside_sfu_api::{Command, Tapped};
use bedside_signaling_api::recorder::{RecorderCommand, RecorderEvent};
use desk::{Desk, Ends, Over};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;

/// Wishes that may wait for the recorder.
const COMMANDS_MAX: usize = 1_024;
/// Messages that may wait for the visit service.
const EVENTS_MAX: usize = 1_024;
/// Bytes of a megabyte in a setting.
const MEGABYTE: u64 = 1_000_000;
/// Between two starts after a panic: a fault that comes at once again must not fill the log.
const RESTART_PAUSE: Duration = Duration::from_millis(500);

/// A recorder at work.
#[derive(Debug)]
pub struct Running {
    /// What is asked of it.
    pub commands: mpsc::Sender<RecorderCommand>,
    /// What has become of it.
    pub events: mpsc::Receiver<RecorderEvent>,
    /// What is kept, for whoever may read it.
    pub archive: Archive,
    /// Its thread and tasks.
    pub work: Workers,
}

/// The recorder's thread and tasks.
#[derive(Debug)]
pub struct Workers {
    stop: oneshot::Sender<()>,
    thread: JoinHandle<()>,
    tasks: JoinSet<()>,
}

impl Workers {
    /// Takes nobody any more, and waits until everything that was taken is on the disk. What is not in the store yet waits
    /// in the spool for the next start.
    pub async fn end(mut self) {
        // A thread that has ended already needs no word.
        let _ended = self.stop.send(());
        let joined = tokio::task::spawn_blocking(move || self.thread.join()).await;
        if !matches!(joined, Ok(Ok(()))) {
            tracing::error!("the recorder's thread ended by a panic");
        }
        self.tasks.shutdown().await;
    }
}

/// Why the recorder did not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// The key that signs manifests.
    #[error("recorder: the key that signs manifests cannot be used")]
    Key(#[from] SignerFault),
    /// The spool.
    #[error("recorder: the spool cannot be used; look at `recording.spool_dir`")]
    Spool(#[from] SpoolFault),
    /// The store.
    #[error("recorder: the store cannot be used; look at `recording.store`")]
    Store(#[from] ShelfRefusal),
    /// The system gave no thread.
    #[error("recorder: a thread cannot be started")]
    Thread(#[source] std::io::Error),
}

/// Opens spool and store and starts the threads. Called within an async runtime, on which it
/// stores what is sealed.
///
/// # Errors
/// When spool, store or key cannot be used; the fault says which setting to look at.
pub fn start(
    settings: &Recording,
    data_dir: &Path,
    taps: mpsc::Receiver<Tapped>,
    media: mpsc::Sender<Command>,
) -> Result<Running, Fault> {
    let archive = open(settings, data_dir)?;
    let (commands, wishes) = mpsc::channel(COMMANDS_MAX);
    let (tell, events) = mpsc::channel(EVENTS_MAX);
    let (chores, chore_queue) = mpsc::channel(COMMANDS_MAX);
    let (stored, uploads) = mpsc::channel(EVENTS_MAX);
    let mut tasks = JoinSet::new();
    tasks.spawn(Uploader::new(archive.clone(), stored, fastrand::f64).run());
    tasks.spawn(chores::tell(uploads, tell.clone()));
    tasks.spawn(chores::run(archive.clone(), chore_queue, tell.clone()));
    let desk = Desk::new(Arc::new(settings.clone()), archive.spool().clone(), media);
    let (stop, stopping) = oneshot::channel();
    let ends = Ends { stopping, wishes, taps, events: tell, chores };
    let body = move || supervise(desk, ends);
    let thread = std::thread::Builder::new().name("recorder".to_owned()).spawn(body);
    let work = Workers { stop, thread: thread.map_err(Fault::Thread)?, tasks };
    Ok(Running { commands, events, archive, work })
}

fn open(settings: &Recording, data_dir: &Path) -> Result<Archive, Fault> {
    let signer = Signer::open(data_dir)?;
    let spool_dir = or_in(&settings.spool_dir, data_dir, "spool");
    let bytes_max = u64::from(settings.spool_max_mb).saturating_mul(MEGABYTE);
    let bounds = Bounds { bytes_max, floor_bytes: FLOOR_BYTES };
    let spool = Spool::open(&spool_dir, bounds, signer)?;
    let shelf = if settings.store.is_empty() {
        Shelf::folder(&data_dir.join("recordings"))?
    } else {
        Shelf::open(&settings.store)?
    };
    Ok(Archive::new(spool, shelf))
}

fn or_in(chosen: &Path, folder: &Path, name: &str) -> PathBuf {
    if chosen.as_os_str().is_empty() { folder.join(name) } else { chosen.to_owned() }
}

/// Runs the desk until it is told to stop, and begins anew when it breaks.
fn supervise(mut desk: Desk, mut ends: Ends) {
    loop {
        match catch_unwind(AssertUnwindSafe(|| desk.run(&mut ends))) {
            Ok(Over::Wanted) => return,
            Ok(Over::Broken) | Err(_) => {
                tracing::error!("the recorder broke and begins anew");
                std::thread::sleep(RESTART_PAUSE);
                desk.begin_anew(&ends);
            }
        }
    }
}

#[cfg(test)]
mod tests;
