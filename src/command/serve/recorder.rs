//! The recorder beside the two halves: started, and asked for what it keeps.
//!
//! In: settings, the media plane's taps. Out: the visit service's way to the recorder.
//! Never: looks into what it passes on; it is sealed.

use bedside_config::Config;
use bedside_recorder::service::{self, Workers};
use bedside_recorder::shelf::{Archive, ArchiveFault};
use bedside_sfu_api::{Command, Tapped};
use bedside_signaling::recorder::{Read, ReadFault, RecorderLink};
use tokio::sync::mpsc;

/// Objects that may be asked for at once, before whoever asks waits.
const READS_MAX: usize = 64;

/// Starts it.
pub(super) fn start(
    config: &Config,
    taps: mpsc::Receiver<Tapped>,
    media: mpsc::Sender<Command>,
) -> anyhow::Result<(RecorderLink, Workers)> {
    let running = service::start(&config.recording, &config.store.data_dir, taps, media)?;
    let (reads, wanted) = mpsc::channel(READS_MAX);
    tokio::spawn(serve(running.archive, wanted));
    let link = RecorderLink { commands: running.commands, events: running.events, reads };
    Ok((link, running.work))
}

/// Answers whoever wants a sealed object, each on its own.
async fn serve(archive: Archive, mut wanted: mpsc::Receiver<Read>) {
    while let Some(read) = wanted.recv().await {
        let archive = archive.clone();
        tokio::spawn(async move {
            let found = archive.read(read.recording, &read.object).await;
            // Whoever no longer waits needs nothing.
            let _gone = read.reply.send(answer(found));
        });
    }
}

fn answer<B: Into<Vec<u8>>>(found: Result<Option<B>, ArchiveFault>) -> Result<Vec<u8>, ReadFault> {
    match found {
        Ok(Some(bytes)) => Ok(bytes.into()),
        Ok(None) | Err(ArchiveFault::Name) => Err(ReadFault::Missing),
        Err(fault @ (ArchiveFault::Shelf(_) | ArchiveFault::Spool(_))) => {
            let fault: &dyn std::error::Error = &fault;
            tracing::warn!(fault, "a sealed object could not be read");
            Err(ReadFault::Unavailable)
        }
    }
}
