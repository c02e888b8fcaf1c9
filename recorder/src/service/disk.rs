//! The thread that seals and writes: a slow disk holds up neither the taking nor the visit.
//!
//! In: parts of open recordings, in their order. Out: each on the disk, and an event when a turn
//! has begun to be; what could not be written is told, and where the next epoch has to begin.
//! Never: keeps plaintext longer than it takes to seal it.

use super::chores::Chore;
use crate::manifest::Why;
use crate::part::PlainPart;
use crate::spool::{SpoolFault, Writer};
use bedside_signaling_api::recorder::RecorderEvent;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::mpsc::Receiver;
use tokio::sync::mpsc;
use uuid::Uuid;

/// What the disk is given to do.
#[derive(Debug)]
pub(super) enum Work {
    /// A recording begins, or goes on.
    Open(Box<Writer>),
    /// A part of it.
    Part(Uuid, PlainPart),
    /// Media that was left out before it came here, in the recording's milliseconds.
    Missed(Uuid, u64, u64),
    /// Nobody is taken any more; what was, has been given before.
    Rest(Uuid),
    /// It is over.
    End(Uuid),
    /// It is to be closed, and then something is to be done with it.
    Then(Chore),
}

/// What the desk has to know of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Headless {
    /// A recording whose epoch has lost its first part.
    pub(super) recording: Uuid,
}

/// Where it says what became of it.
#[derive(Debug)]
pub(super) struct Says {
    /// To the visit service.
    pub(super) events: mpsc::Sender<RecorderEvent>,
    /// To the desk.
    pub(super) headless: mpsc::Sender<Headless>,
    /// To whoever destroys.
    pub(super) chores: mpsc::Sender<Chore>,
}

#[derive(Debug)]
struct Open {
    writer: Writer,
    /// The latest turn of which something is on the disk.
    durable: Option<u64>,
    failing: bool,
}

/// Writes until there is nobody to write for.
pub(super) fn run(work: &Receiver<Work>, says: &Says) {
    let mut open_by_recording: BTreeMap<Uuid, Open> = BTreeMap::new();
    let mut told_headless = BTreeSet::new();
    for work in work {
        match work {
            Work::Open(writer) => {
                let recording = writer.recording().recording;
                let open = Open { writer: *writer, durable: None, failing: false };
                open_by_recording.insert(recording, open);
            }
            Work::Part(recording, part) => {
                let Some(open) = open_by_recording.get_mut(&recording) else { continue };
                let first = part.n == 0;
                if first {
                    told_headless.remove(&recording);
                }
                if !write(open, recording, part, says) && told_headless.insert(recording) {
                    let _desk_is_gone = says.headless.blocking_send(Headless { recording });
                }
            }
            Work::Missed(recording, from_ms, to_ms) => {
                if let Some(open) = open_by_recording.get_mut(&recording) {
                    open.writer.miss(from_ms, to_ms, Why::TooSlow);
                }
            }
            Work::Rest(recording) => says.say(RecorderEvent::Rested { recording }),
            Work::End(recording) => {
                if let Some(open) = open_by_recording.remove(&recording) {
                    end(open, recording, says);
                }
            }
            Work::Then(chore) => {
                let (Chore::Erase(recording) | Chore::Shred(recording) | Chore::Settle(recording)) =
                    chore;
                if let Some(open) = open_by_recording.remove(&recording) {
                    end(open, recording, says);
                }
                let _stopping = says.chores.blocking_send(chore);
            }
        }
    }
}

/// Writes a part; false when its epoch can go no further.
fn write(open: &mut Open, recording: Uuid, part: PlainPart, says: &Says) -> bool {
    let first = part.n == 0;
    match open.writer.write(part) {
        Ok(durable) => {
            if open.failing {
                open.failing = false;
                says.say(RecorderEvent::Recovered { recording });
            }
            if open.durable < Some(durable.turn) {
                open.durable = Some(durable.turn);
                says.say(RecorderEvent::Durable { recording, turn: durable.turn });
            }
            true
        }
        Err(fault) => {
            if !open.failing {
                open.failing = true;
                let failure = fault.failure();
                let cause: &dyn std::error::Error = &fault;
                tracing::error!(%recording, cause, "a sealed part could not be written");
                says.say(RecorderEvent::Failed { recording, failure, over: false });
            }
            !first && !matches!(fault, SpoolFault::Headless { .. })
        }
    }
}

fn end(mut open: Open, recording: Uuid, says: &Says) {
    if let Err(fault) = open.writer.end(false) {
        let failure = fault.failure();
        let cause: &dyn std::error::Error = &fault;
        tracing::error!(%recording, cause, "the manifest of a recording could not be closed");
        says.say(RecorderEvent::Failed { recording, failure, over: false });
    }
}

impl Says {
    fn say(&self, event: RecorderEvent) {
        // Without anybody to tell, what is on the disk still is.
        let _stopping = self.events.blocking_send(event);
    }
}
