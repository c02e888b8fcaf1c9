//! What is done to recordings that are over, and what the store has to say.
//!
//! In: recordings to destroy, the uploader's events. Out: events for the visit service, only once
//! it is done.
//! Never: gives up; a recording that was to be erased is tried again until nothing is left of it.

use crate::shelf::{Archive, ArchiveFault};
use crate::spool::{SpoolFault, Writer};
use crate::upload::{Backoff, UploadEvent};
use bedside_signaling_api::recorder::{RecorderEvent, RecordingFailure};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use uuid::Uuid;

/// Something to do with a recording that no longer runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Chore {
    /// Close it, if a crash left it open, and say how it ended.
    Settle(Uuid),
    /// Destroy its own key.
    Shred(Uuid),
    /// Remove its objects.
    Erase(Uuid),
}

/// Does one after another, each until it is done.
pub(super) async fn run(
    archive: Archive,
    mut chores: mpsc::Receiver<Chore>,
    events: mpsc::Sender<RecorderEvent>,
) {
    let mut under_way = JoinSet::new();
    while let Some(chore) = chores.recv().await {
        // Each on its own: one that the store refuses must not hold up the others.
        under_way.spawn(until_done(archive.clone(), chore, events.clone()));
        while under_way.try_join_next().is_some() {}
    }
}

async fn until_done(archive: Archive, chore: Chore, events: mpsc::Sender<RecorderEvent>) {
    let mut backoff = Backoff::default();
    loop {
        match done(&archive, chore).await {
            Ok(Some(event)) => {
                let _stopping = events.send(event).await;
                return;
            }
            Ok(None) => return,
            Err(fault) => {
                tracing::warn!(
                    fault = &fault as &dyn std::error::Error,
                    "a recording could not be settled or destroyed yet"
                );
                tokio::time::sleep(backoff.next(fastrand::f64())).await;
            }
        }
    }
}

/// What there is to say of it; nothing where the uploader will.
async fn done(archive: &Archive, chore: Chore) -> Result<Option<RecorderEvent>, ArchiveFault> {
    match chore {
        Chore::Settle(recording) => settled(archive, recording).await,
        Chore::Shred(recording) => {
            archive.shred(recording).await?;
            Ok(Some(RecorderEvent::Shredded { recording }))
        }
        Chore::Erase(recording) => {
            let objects = archive.erase(recording).await?;
            Ok(Some(RecorderEvent::Erased { recording, objects }))
        }
    }
}

async fn settled(
    archive: &Archive,
    recording: Uuid,
) -> Result<Option<RecorderEvent>, ArchiveFault> {
    match Writer::resume(archive.spool(), recording) {
        Ok(mut writer) => {
            writer.end(true)?;
            return Ok(None);
        }
        // It waits for the store; once it is there, that is said.
        Err(SpoolFault::Ended(_)) => return Ok(None),
        Err(SpoolFault::Unknown(_)) => {}
        Err(fault) => return Err(fault.into()),
    }
    let manifest = archive.manifest(recording).await?;
    Ok(manifest
        .filter(|manifest| manifest.end.is_some())
        .map(|manifest| RecorderEvent::Sealed { recording, summary: manifest.summary() }))
}

/// Passes on what the uploader says.
pub(super) async fn tell(
    mut uploads: mpsc::Receiver<UploadEvent>,
    events: mpsc::Sender<RecorderEvent>,
) {
    while let Some(upload) = uploads.recv().await {
        for event in told(upload) {
            if events.send(event).await.is_err() {
                return;
            }
        }
    }
}

fn told(upload: UploadEvent) -> Vec<RecorderEvent> {
    let failed = |recording| {
        let failure = RecordingFailure::Store;
        RecorderEvent::Failed { recording, failure, over: false }
    };
    match upload {
        UploadEvent::Stuck { recordings } => recordings.into_iter().map(failed).collect(),
        UploadEvent::Flowing { recordings } => {
            let again = |recording| RecorderEvent::Recovered { recording };
            recordings.into_iter().map(again).collect()
        }
        UploadEvent::Stored { recording, summary } => {
            vec![RecorderEvent::Sealed { recording, summary }]
        }
        UploadEvent::Conflict { recording, .. } => vec![failed(recording)],
    }
}
