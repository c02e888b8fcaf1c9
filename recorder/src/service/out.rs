//! The ways out of the desk: to the disk's thread and to the visit service.
//!
//! In: work, in its order. Out: the same, as fast as the disk takes it.
//! Never: waits for the disk, but at the very end; loses anything but parts, and says which.

use super::disk::Work;
use crate::part::PlainPart;
use bedside_signaling_api::recorder::{RecorderEvent, RecordingFailure};
use std::collections::{BTreeSet, VecDeque};
use std::sync::mpsc::{SyncSender, TrySendError};
use tokio::sync::mpsc;
use uuid::Uuid;

/// Pieces of work that may wait here beside those on their way. More rides out a longer stall of
/// the disk and holds more plaintext in memory.
const PENDING_MAX: usize = 64;

/// The ways out.
#[derive(Debug)]
pub(super) struct Out {
    work: SyncSender<Work>,
    events: mpsc::Sender<RecorderEvent>,
    pending: VecDeque<Work>,
    too_slow: BTreeSet<Uuid>,
}

impl Out {
    pub(super) const fn new(work: SyncSender<Work>, events: mpsc::Sender<RecorderEvent>) -> Self {
        Self { work, events, pending: VecDeque::new(), too_slow: BTreeSet::new() }
    }

    /// Something that must be done, after all that was given before.
    pub(super) fn put(&mut self, work: Work) {
        self.pending.push_back(work);
    }

    /// A part; left out when too much waits.
    pub(super) fn part(&mut self, recording: Uuid, part: PlainPart) {
        if self.pending.len() < PENDING_MAX {
            self.too_slow.remove(&recording);
            self.pending.push_back(Work::Part(recording, part));
            return;
        }
        if self.too_slow.insert(recording) {
            let failure = RecordingFailure::TooSlow;
            self.say(RecorderEvent::Failed { recording, failure, over: false });
        }
        if let Some(Work::Missed(of, _, to_ms)) = self.pending.back_mut()
            && *of == recording
        {
            *to_ms = part.to_ms;
        } else {
            self.pending.push_back(Work::Missed(recording, part.from_ms, part.to_ms));
        }
    }

    /// Gives the disk what it takes now; false when it is gone.
    pub(super) fn give(&mut self) -> bool {
        while let Some(work) = self.pending.pop_front() {
            match self.work.try_send(work) {
                Ok(()) => {}
                Err(TrySendError::Full(work)) => {
                    self.pending.push_front(work);
                    return true;
                }
                Err(TrySendError::Disconnected(_)) => return false,
            }
        }
        true
    }

    /// Gives the disk everything that is left, however long that takes.
    pub(super) fn finish(self) {
        for work in self.pending {
            if self.work.send(work).is_err() {
                return;
            }
        }
    }

    /// Tells the visit service. When it does not listen, it will ask again.
    pub(super) fn say(&self, event: RecorderEvent) {
        if let Err(error) = self.events.try_send(event) {
            tracing::error!(%error, "the visit service does not hear the recorder");
        }
    }
}
