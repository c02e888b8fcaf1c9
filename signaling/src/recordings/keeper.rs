//! Keeps what is known of recordings true: what is due is told to the recorder until it confirms,
//! and what it says becomes a row.
//!
//! In: events of the recorder, the passing of time. Out: rows with their entries and messages;
//! commands.
//! Never: a recording forgotten because the recorder was not there: it stays due; an erasure
//! that counts before the recorder says that nothing is left.

use super::Recordings;
use crate::metrics::RecordingSeries;
use crate::problem::chain;
use crate::store::{Due, Store};
use crate::{Fault, clock};
use bedside_signaling_api::kept::RecordingWish;
use bedside_signaling_api::recorder::{RecorderCommand, RecorderEvent};
use jiff::Timestamp;
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use tokio::time::{MissedTickBehavior, interval};

/// Between two looks at what is due. Retention counts in days, and what somebody asks for wakes
/// it at once; each look is two indexed reads.
const STEP: Duration = Duration::from_secs(30);

/// Tells the recorder what is due, and keeps what it says.
#[derive(Debug, Clone)]
pub(crate) struct Keeper {
    pub(crate) store: Store,
    pub(crate) recordings: Recordings,
    pub(crate) commands: Option<mpsc::Sender<RecorderCommand>>,
    pub(crate) series: RecordingSeries,
}

impl Keeper {
    /// Looks until the service stops. A store that fails is logged and asked again.
    pub(crate) async fn run(self, mut stopping: watch::Receiver<bool>) {
        let mut steps = interval(STEP);
        steps.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                _ = stopping.wait_for(|stopping| *stopping) => return,
                _ = steps.tick() => {}
                () = self.recordings.woken() => {}
            }
            if let Err(fault) = self.step(clock::now()).await {
                tracing::error!(fault = %chain(&fault), "what recordings are due was not looked up");
            }
        }
    }

    /// Tells the recorder what is due now.
    async fn step(&self, now: Timestamp) -> Result<(), Fault> {
        self.series.stand(&self.store.recording_counts().await?);
        let due = self.store.recordings_due(now).await?;
        let mut waiting = 0_usize;
        for one in due {
            // A place first: what is taken is not tried again for a while.
            let place = self.commands.as_ref().and_then(|commands| commands.try_reserve().ok());
            let Some(place) = place else {
                waiting = waiting.saturating_add(1);
                continue;
            };
            if self.store.take_recording(one, now).await? {
                place.send(command(one));
            }
        }
        self.series.waiting(waiting);
        if waiting > 0 {
            tracing::error!(recordings = waiting, "the recorder is not there for what is due");
        }
        Ok(())
    }
}

const fn command(due: Due) -> RecorderCommand {
    let recording = due.id;
    match due.wish {
        Some(RecordingWish::Erase) => RecorderCommand::Erase { recording },
        Some(RecordingWish::Shred) => RecorderCommand::Shred { recording },
        None => RecorderCommand::Stop { recording },
    }
}

/// Keeps what the recorder says of a recording, where no visit's log does. The recorder may say
/// it again; it counts once.
///
/// # Errors
/// As the store fails; the recorder's word is then to be given again.
pub(crate) async fn keep(
    store: &Store,
    event: &RecorderEvent,
    now: Timestamp,
) -> Result<(), Fault> {
    match event {
        RecorderEvent::Durable { .. } | RecorderEvent::Rested { .. } => Ok(false),
        RecorderEvent::Failed { recording, failure, over } => {
            store.recording_failed(*recording, (*failure, *over), now).await
        }
        RecorderEvent::Recovered { recording } => store.recording_recovered(*recording).await,
        RecorderEvent::Sealed { recording, summary } => {
            store.recording_sealed(*recording, summary, now).await
        }
        RecorderEvent::Shredded { recording } => store.recording_shredded(*recording, now).await,
        RecorderEvent::Erased { recording, objects } => {
            store.recording_erased(*recording, *objects, now).await
        }
    }
    .map(drop)
}
