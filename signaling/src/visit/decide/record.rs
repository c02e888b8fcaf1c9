//! The rules of recording: who asks, what stands in the way, and what makes it rest.
//!
//! In: the visit, a wish of staff, a word of the recorder, or what else is about to happen. Out:
//! events, or why not.
//! Never: a recording said to run before a part of it is on a disk.

use super::Decided;
use crate::visit::recording::{Phase, RecorderWord, Recording};
use crate::visit::{By, Place, Refusal, Visit, VisitEvent};
use bedside_signaling_api::recorder::RecordingFailure;
use bedside_signaling_api::recording::RestReason;
use bedside_signaling_api::socket::Capability;
use jiff::Timestamp;
use uuid::Uuid;

impl Visit {
    pub(super) fn start_recording(&self, by: By, recording: Uuid) -> Decided {
        self.actor(by, Capability::Record)?;
        if !self.policy().allows_recording() {
            return Err(Refusal::RecordingNotAllowed);
        }
        if !self.seats.iter().any(|seat| seat.place == Place::Here) {
            return Err(Refusal::NobodyHere);
        }
        if self.open_recording().is_some() {
            return self.resume_recording(by);
        }
        if self.recording_of(recording).is_some() {
            // The same wish again, of a recording that has ended meanwhile.
            return Ok(Vec::new());
        }
        if self.is_refused() {
            return Err(Refusal::RecordingRefused);
        }
        Ok(vec![VisitEvent::RecordingAsked { recording, by: by.person() }])
    }

    pub(super) fn pause_recording(&self, by: By) -> Decided {
        self.actor(by, Capability::Record)?;
        let open = self.open_recording().ok_or(Refusal::NotRecording)?;
        if open.phase == Phase::Paused(RestReason::Staff) {
            return Ok(Vec::new());
        }
        let (recording, why) = (open.id, RestReason::Staff);
        Ok(vec![VisitEvent::RecordingPaused { recording, why, by: by.person() }])
    }

    /// What rests for another reason than staff's wish goes on by itself; a recorder in trouble
    /// may be asked again.
    pub(super) fn resume_recording(&self, by: By) -> Decided {
        self.actor(by, Capability::Record)?;
        let open = self.open_recording().ok_or(Refusal::NotRecording)?;
        match open.phase {
            Phase::Paused(RestReason::Staff | RestReason::Consent) if self.is_refused() => {
                Err(Refusal::RecordingRefused)
            }
            Phase::Paused(RestReason::Staff | RestReason::Failure) => {
                Ok(vec![VisitEvent::RecordingAsked { recording: open.id, by: by.person() }])
            }
            Phase::Paused(RestReason::Consent | RestReason::Apart)
            | Phase::Asked
            | Phase::On
            | Phase::Stopped
            | Phase::Failed => Ok(Vec::new()),
        }
    }

    pub(super) fn stop_recording(&self, by: By) -> Decided {
        self.actor(by, Capability::Record)?;
        let stopped =
            |open: &Recording| VisitEvent::RecordingStopped { recording: open.id, by: by.person() };
        Ok(self.open_recording().map(stopped).into_iter().collect())
    }

    /// What the recorder's word comes to.
    pub(super) fn recorded(&self, id: Uuid, word: RecorderWord) -> Vec<VisitEvent> {
        let Some(recording) = self.recording_of(id) else { return Vec::new() };
        match word {
            RecorderWord::Durable => on_disk(recording),
            RecorderWord::Failed { why, over } => failed(recording, why, over),
            RecorderWord::Recovered if recording.failure.is_none() || recording.is_over() => {
                Vec::new()
            }
            RecorderWord::Recovered => match recording.phase {
                Phase::On | Phase::Paused(RestReason::Failure) if recording.started => {
                    vec![VisitEvent::RecordingResumed { recording: id }]
                }
                Phase::On | Phase::Asked | Phase::Paused(_) | Phase::Stopped | Phase::Failed => {
                    Vec::new()
                }
            },
            RecorderWord::Sealed(_) if recording.summary.is_some() => Vec::new(),
            RecorderWord::Sealed(summary) => {
                // A recorder that closed it by itself after a crash.
                let stopped = VisitEvent::RecordingStopped { recording: id, by: None };
                let stopped = (!recording.is_over()).then_some(stopped);
                let sealed = VisitEvent::RecordingSealed { recording: id, summary };
                stopped.into_iter().chain([sealed]).collect()
            }
        }
    }

    /// What is due: a recording that was asked for and is on no disk. One that never was is over;
    /// one that was goes on trying.
    pub(in crate::visit) fn recording_due(&self, now: Timestamp) -> Vec<VisitEvent> {
        let late = self.recording_due_at().is_some_and(|at| at <= now);
        let asked = self.open_recording().filter(|_| late);
        asked.map(|r| failed(r, RecordingFailure::NotStarted, !r.started)).unwrap_or_default()
    }

    /// The events with what the recording makes of them: it ends with the visit, rests while
    /// nobody may be recorded, and goes on after that.
    pub(super) fn with_recording(
        &self,
        events: Vec<VisitEvent>,
        now: Timestamp,
    ) -> Vec<VisitEvent> {
        let asked = |event: &VisitEvent| matches!(event, VisitEvent::RecordingAsked { .. });
        if self.open_recording().is_none() && !events.iter().any(asked) {
            return events;
        }
        let mut after = self.clone();
        let mut all = Vec::with_capacity(events.len().saturating_add(1));
        let mut happens = |after: &mut Self, event: VisitEvent| {
            after.apply(now, &event);
            all.push(event);
        };
        for event in events {
            if let Some(open) = after.open_recording().filter(|_| event.is_last()) {
                let stopped = VisitEvent::RecordingStopped { recording: open.id, by: event.by() };
                happens(&mut after, stopped);
            }
            happens(&mut after, event);
        }
        if let Some(event) = after.rest_or_go_on() {
            happens(&mut after, event);
        }
        all
    }

    /// What the recording has to do, given who is in the visit now.
    fn rest_or_go_on(&self) -> Option<VisitEvent> {
        let open = self.open_recording()?;
        let recording = open.id;
        match (open.phase, self.may_be_taken()) {
            (Phase::Asked | Phase::On | Phase::Paused(RestReason::Failure), Err(why)) => {
                Some(VisitEvent::RecordingPaused { recording, why, by: None })
            }
            (Phase::Paused(RestReason::Consent | RestReason::Apart), Ok(_)) => {
                Some(VisitEvent::RecordingAsked { recording, by: None })
            }
            (
                Phase::Asked | Phase::On | Phase::Paused(_) | Phase::Stopped | Phase::Failed,
                Ok(_) | Err(_),
            ) => None,
        }
    }
}

/// A part is on a disk.
fn on_disk(recording: &Recording) -> Vec<VisitEvent> {
    let id = recording.id;
    match recording.phase {
        Phase::Asked | Phase::Paused(RestReason::Failure) if recording.started => {
            vec![VisitEvent::RecordingResumed { recording: id }]
        }
        Phase::Asked | Phase::Paused(RestReason::Failure) => {
            vec![VisitEvent::RecordingStarted { recording: id }]
        }
        Phase::On
        | Phase::Paused(RestReason::Staff | RestReason::Consent | RestReason::Apart)
        | Phase::Stopped
        | Phase::Failed => Vec::new(),
    }
}

/// Something is wrong; said once, until it is something else.
fn failed(recording: &Recording, why: RecordingFailure, over: bool) -> Vec<VisitEvent> {
    let id = recording.id;
    let known = recording.failure == Some(why) && (recording.is_over() || !over);
    if known || recording.summary.is_some() {
        return Vec::new();
    }
    let rests = match recording.phase {
        Phase::Asked | Phase::On => !over && nothing_is_kept(why),
        Phase::Paused(_) | Phase::Stopped | Phase::Failed => false,
    };
    let said = VisitEvent::RecordingFailed { recording: id, why, over };
    let rest = VisitEvent::RecordingPaused { recording: id, why: RestReason::Failure, by: None };
    [said].into_iter().chain(rests.then_some(rest)).collect()
}

/// Whether nothing of what happens gets onto a disk while that is wrong.
const fn nothing_is_kept(why: RecordingFailure) -> bool {
    match why {
        RecordingFailure::NotStarted
        | RecordingFailure::DiskFull
        | RecordingFailure::Disk
        | RecordingFailure::Keys
        | RecordingFailure::Restarted => true,
        RecordingFailure::Store | RecordingFailure::TooSlow => false,
    }
}
