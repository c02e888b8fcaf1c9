//! What becomes of a recording, and what stands in the way of one.
//!
//! In: a word of the recorder; a wish that is about to be stored; a visit that was just woken.
//! Out: the visit's own commands, so that whatever the recorder says is in the log.
//! Never: a recording asked of a recorder that is not there, or sealed to nobody.

use super::live::Live;
use super::{HubError, Rooms};
use crate::store::Actor;
use crate::visit::{By, Command, RecorderWord, Refusal, VisitEvent};
use bedside_signaling_api::recorder::{RecorderEvent, RecordingFailure};
use uuid::Uuid;

impl Live {
    /// Whether what is about to happen needs a recorder that is not there.
    pub(super) async fn check_recorder(&mut self, events: &[VisitEvent]) -> Result<(), HubError> {
        if !events.iter().any(|event| matches!(event, VisitEvent::RecordingAsked { .. })) {
            return Ok(());
        }
        let recipients = recipients(&self.rooms, &self.tenant).await.ok_or(HubError::Failed)?;
        let taking = self.taking.as_mut().filter(|taking| !taking.owed.is_gone());
        let taking = taking.ok_or(Refusal::NoRecorder)?;
        if recipients.is_empty() {
            return Err(Refusal::NoRecipients.into());
        }
        taking.recipients = recipients;
        Ok(())
    }

    /// A recording asked for again, or lost by the recorder, is told in a new turn although the
    /// same people are in it.
    pub(super) fn renew_take(&mut self, events: &[VisitEvent]) {
        let anew = |event: &VisitEvent| {
            matches!(
                event,
                VisitEvent::RecordingAsked { .. }
                    | VisitEvent::RecordingFailed { why: RecordingFailure::Restarted, .. }
            )
        };
        if events.iter().any(anew)
            && let Some(taking) = &mut self.taking
        {
            taking.forget();
        }
    }

    /// A visit that was being recorded when nobody had it in memory any more goes on with the
    /// same recording, if there still is a recorder, and its log says that there is a gap.
    pub(super) async fn wake_recording(&mut self) {
        let Some(recording) = self.visit.open_recording().map(|recording| recording.id) else {
            return;
        };
        if !self.is_recorded_here(recording).await {
            return self.take_recording_over().await;
        }
        let over = self.taking.is_none();
        if let Some(taking) = &mut self.taking {
            // A recording that goes on is sealed to whom it was sealed to.
            taking.recipients = recipients(&self.rooms, &self.tenant).await.unwrap_or_default();
        }
        if over || self.visit.recordable().is_some() {
            let word = RecorderWord::Failed { why: RecordingFailure::Restarted, over };
            let command = Command::Recorded { recording, word };
            if self.command(Actor::Recorder, command).await.is_err() {
                tracing::error!(visit = %self.id, "that a recording was cut off is not in the log");
            }
        }
        self.retake();
    }

    /// Whether this node's recorder has what there is of a recording. A store that does not
    /// answer takes nothing from anybody.
    async fn is_recorded_here(&self, recording: Uuid) -> bool {
        self.rooms.store.is_recorded_here(recording).await.unwrap_or_else(|fault| {
            let fault: &dyn std::error::Error = &fault;
            tracing::error!(visit = %self.id, fault, "who records a visit could not be looked up");
            true
        })
    }

    /// What another node recorded is over; a wish that still stands begins another recording.
    async fn take_recording_over(&mut self) {
        let by = By::Desk;
        let again = self.visit.recordable().is_some();
        let stop = self.command(Actor::Recorder, Command::StopRecording { by }).await;
        let recording = Uuid::now_v7();
        let start = Command::StartRecording { by, recording };
        if stop.is_err() || (again && self.command(Actor::Recorder, start).await.is_err()) {
            tracing::error!(visit = %self.id, "another node's recording could not be taken over");
        }
    }

    /// Takes in what the recorder says.
    ///
    /// # Errors
    /// As the store fails; the recorder's word is then to be given again.
    pub(super) async fn handle_recorder(&mut self, event: RecorderEvent) -> Result<(), HubError> {
        let recording = event.recording();
        let word = match event {
            RecorderEvent::Durable { turn, .. } => {
                let taking = self.taking.as_mut();
                if !taking.is_some_and(|taking| taking.handle_durable(recording, turn)) {
                    return Ok(());
                }
                RecorderWord::Durable
            }
            RecorderEvent::Failed { failure, over, .. } => {
                RecorderWord::Failed { why: failure, over }
            }
            RecorderEvent::Recovered { .. } => RecorderWord::Recovered,
            RecorderEvent::Sealed { summary, .. } => RecorderWord::Sealed(summary),
            // The log says since when nobody is taken. What is destroyed is of recordings, and
            // not of the visit.
            RecorderEvent::Rested { .. }
            | RecorderEvent::Shredded { .. }
            | RecorderEvent::Erased { .. } => return Ok(()),
        };
        self.command(Actor::Recorder, Command::Recorded { recording, word }).await
    }
}

/// The public keys that recordings of an organisation are sealed to: its own, or those of the
/// settings; empty: nothing is recorded. `None` when the store does not answer.
async fn recipients(rooms: &Rooms, tenant: &str) -> Option<Vec<String>> {
    match rooms.store.recording_recipients(tenant).await {
        Ok(own) if own.is_empty() => Some(rooms.recipients.to_vec()),
        Ok(own) => Some(own),
        Err(fault) => {
            let fault: &dyn std::error::Error = &fault;
            tracing::error!(fault, "whom recordings are sealed to could not be looked up");
            None
        }
    }
}
