//! Keeps what is kept of recordings true: what the recorder says becomes a row, and what is due
//! is told to the recorder until it confirms.
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
use uuid::Uuid;

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

    /// Keeps what the recorder says of a recording outside of a visit's own log; it says it again
    /// when it is told again, and nothing is counted twice.
    pub(crate) async fn handle_event(&self, event: &RecorderEvent) {
        self.series.said(event);
        let (id, kept) = self.keep(event, clock::now()).await;
        match kept {
            Ok(true) => tracing::info!(recording = %id, "kept what the recorder said"),
            Ok(false) => {}
            Err(fault) => {
                // The recorder is told again, and then says it again.
                tracing::error!(recording = %id, fault = %chain(&fault),
                    "what the recorder said was not kept");
            }
        }
    }

    async fn keep(&self, event: &RecorderEvent, now: Timestamp) -> (Uuid, Result<bool, Fault>) {
        let store = &self.store;
        match event {
            RecorderEvent::Durable { recording, .. } | RecorderEvent::Rested { recording } => {
                (*recording, Ok(false))
            }
            RecorderEvent::Failed { recording, failure, over } => {
                (*recording, store.recording_failed(*recording, (*failure, *over), now).await)
            }
            RecorderEvent::Recovered { recording } => {
                (*recording, store.recording_recovered(*recording).await)
            }
            RecorderEvent::Sealed { recording, summary } => {
                (*recording, store.recording_sealed(*recording, summary, now).await)
            }
            RecorderEvent::Shredded { recording } => {
                (*recording, store.recording_shredded(*recording, now).await)
            }
            RecorderEvent::Erased { recording, objects } => {
                (*recording, store.recording_erased(*recording, *objects, now).await)
            }
        }
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
