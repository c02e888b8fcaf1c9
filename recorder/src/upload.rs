//! Moves sealed objects from the spool to the store, for as long as it takes.
//!
//! In: what waits in the spool. Out: the same in the store, and only then gone from the spool;
//! an alarm when nothing can be stored for a while, and its end.
//! Never: gives up; removes what the store has not confirmed; takes a recording that a crash left
//! and nobody has made whole yet.

mod pace;

pub use pace::{Alarm, Backoff};

use crate::manifest::Manifest;
use crate::shelf::{Archive, ArchiveFault, ShelfFault};
use crate::spool::{SpoolFault, read_manifest};
use bedside_signaling_api::recorder::Summary;
use bytes::Bytes;
use std::collections::{BTreeMap, BTreeSet};
use std::io::ErrorKind;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::{self, Instant};
use uuid::Uuid;

/// How often the spool is looked at. A part is made every 2 s.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// How often the manifest of a running recording goes to the store. More often costs requests;
/// more seldom leaves a longer tail of parts that the store's manifest does not name yet, should
/// the whole node be lost.
const MANIFEST_EVERY: Duration = Duration::from_secs(30);
/// What is read of a manifest's tail to see whether it is closed: more than its last line has.
const TAIL_BYTES: usize = 2_048;

/// What the uploader has to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UploadEvent {
    /// Nothing could be stored for a while; it waits in the spool, and is tried again and again.
    Stuck {
        /// Recordings that wait.
        recordings: Vec<Uuid>,
    },
    /// The store takes objects again.
    Flowing {
        /// Recordings that wait, or have just been stored.
        recordings: Vec<Uuid>,
    },
    /// A recording that has ended is in the store, whole, and gone from the spool.
    Stored {
        /// The recording.
        recording: Uuid,
        /// What it is.
        summary: Summary,
    },
    /// The store keeps something else under the name of a part, which stays in the spool.
    Conflict {
        /// The recording.
        recording: Uuid,
        /// The part.
        name: String,
    },
}

/// The one uploader of a node.
#[derive(Debug)]
pub struct Uploader<J> {
    archive: Archive,
    events: mpsc::Sender<UploadEvent>,
    /// Gives a number from 0 to 1, so that many nodes do not try in step.
    jitter: J,
    backoff: Backoff,
    alarm: Alarm<Instant>,
    manifest_by_recording: BTreeMap<Uuid, Sent>,
    conflicts: BTreeSet<(Uuid, String)>,
}

/// The manifest the store has of a running recording.
#[derive(Debug, Clone, Copy)]
struct Sent {
    at: Instant,
    bytes: usize,
}

impl<J: FnMut() -> f64 + Send> Uploader<J> {
    /// An uploader; it does nothing until it runs.
    #[must_use]
    pub fn new(archive: Archive, events: mpsc::Sender<UploadEvent>, jitter: J) -> Self {
        Self {
            archive,
            events,
            jitter,
            backoff: Backoff::default(),
            alarm: Alarm::default(),
            manifest_by_recording: BTreeMap::new(),
            conflicts: BTreeSet::new(),
        }
    }

    /// Runs for ever. It may be dropped at any moment: the next one goes on where it was.
    pub async fn run(mut self) {
        loop {
            let pause = match self.pass().await {
                Ok(()) => {
                    self.backoff.reset();
                    LOOK_EVERY
                }
                Err(fault) => {
                    let jitter = (self.jitter)();
                    let pause = self.backoff.next(jitter);
                    tracing::warn!(
                        fault = &fault as &dyn std::error::Error,
                        retry_in_ms = u64::try_from(pause.as_millis()).unwrap_or(u64::MAX),
                        "sealed parts wait in the spool: the store does not take them"
                    );
                    self.failed().await;
                    pause
                }
            };
            time::sleep(pause).await;
        }
    }

    /// Moves everything that waits now.
    ///
    /// # Errors
    /// The store or the spool fails; what was moved is moved.
    pub async fn pass(&mut self) -> Result<(), ArchiveFault> {
        for recording in self.archive.spool().recordings()? {
            if self.archive.spool().is_settled(recording) {
                self.recording(recording).await?;
            }
        }
        Ok(())
    }

    async fn recording(&mut self, recording: Uuid) -> Result<(), ArchiveFault> {
        // Asked before the parts are listed: once it has ended, the list is the last.
        let folder = self.archive.spool().folder(recording);
        let manifest = blocking(move || read_manifest(&folder)).await?;
        let ended = has_ended(&manifest);
        let mut left = false;
        for object in self.archive.spool().waiting(recording)? {
            if self.conflicts.contains(&(recording, object.name.clone())) {
                left = true;
                continue;
            }
            match self.object(recording, &object.name).await {
                Ok(()) => self.stored(recording).await,
                Err(ArchiveFault::Shelf(ShelfFault::Conflict { recording, name })) => {
                    left = true;
                    self.conflicts.insert((recording, name.clone()));
                    self.tell(UploadEvent::Conflict { recording, name }).await;
                }
                Err(fault) => return Err(fault),
            }
        }
        if manifest.is_empty() {
            return Ok(());
        }
        if ended && !left {
            return self.finish(recording, manifest).await;
        }
        self.send_manifest(recording, manifest).await
    }

    /// Moves one object. One that is gone from the spool meanwhile was erased.
    async fn object(&self, recording: Uuid, name: &str) -> Result<(), ArchiveFault> {
        let _gate = self.archive.gate().await;
        let path = self.archive.spool().folder(recording).join(name);
        let bytes = match blocking(move || Ok(std::fs::read(path))).await? {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
            read => read.map_err(|source| SpoolFault::Io { doing: "read a part", source })?,
        };
        self.archive.shelf().put(recording, name, Bytes::from(bytes)).await?;
        self.archive.spool().remove(recording, name)?;
        Ok(())
    }

    async fn send_manifest(
        &mut self,
        recording: Uuid,
        manifest: Vec<u8>,
    ) -> Result<(), ArchiveFault> {
        let now = Instant::now();
        let bytes = manifest.len();
        let due = self.manifest_by_recording.get(&recording).is_none_or(|sent| {
            sent.bytes != bytes && now.duration_since(sent.at) >= MANIFEST_EVERY
        });
        if !due {
            return Ok(());
        }
        let gate = self.archive.gate().await;
        if self.archive.spool().folder(recording).is_dir() {
            self.archive.shelf().put_manifest(recording, manifest.into()).await?;
        }
        drop(gate);
        self.manifest_by_recording.insert(recording, Sent { at: now, bytes });
        self.stored(recording).await;
        Ok(())
    }

    /// The manifest goes last: where it is closed, everything it names is there.
    async fn finish(&mut self, recording: Uuid, manifest: Vec<u8>) -> Result<(), ArchiveFault> {
        let summary = Manifest::read(&manifest).summary();
        let gate = self.archive.gate().await;
        if !self.archive.spool().folder(recording).is_dir() {
            return Ok(());
        }
        self.archive.shelf().put_manifest(recording, manifest.into()).await?;
        self.archive.spool().remove_recording(recording)?;
        drop(gate);
        self.manifest_by_recording.remove(&recording);
        self.stored(recording).await;
        self.tell(UploadEvent::Stored { recording, summary }).await;
        Ok(())
    }

    async fn stored(&mut self, recording: Uuid) {
        if self.alarm.worked() {
            let mut recordings = self.archive.spool().recordings().unwrap_or_default();
            if !recordings.contains(&recording) {
                recordings.push(recording);
            }
            self.tell(UploadEvent::Flowing { recordings }).await;
        }
    }

    async fn failed(&mut self) {
        if self.alarm.failed(Instant::now(), Instant::duration_since) {
            let recordings = self.archive.spool().recordings().unwrap_or_default();
            self.tell(UploadEvent::Stuck { recordings }).await;
        }
    }

    async fn tell(&self, event: UploadEvent) {
        if self.events.send(event).await.is_err() {
            tracing::debug!("nobody listens to the uploader any more");
        }
    }
}

/// Whether a manifest is closed.
fn has_ended(manifest: &[u8]) -> bool {
    let tail = manifest.len().saturating_sub(TAIL_BYTES);
    let mut lines = manifest.get(tail..).unwrap_or_default().rsplit(|byte| *byte == b'\n');
    // After the last line end there is nothing, or a line that is being written.
    lines.next();
    let last = lines.next().unwrap_or_default();
    serde_json::from_slice::<Ending>(last).is_ok_and(|ending| ending.kind == "end")
}

#[derive(serde::Deserialize)]
struct Ending {
    kind: String,
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, SpoolFault> + Send + 'static,
) -> Result<T, SpoolFault> {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|gone| {
        let source = std::io::Error::other(gone);
        Err(SpoolFault::Io { doing: "read", source })
    })
}

#[cfg(test)]
mod tests;
