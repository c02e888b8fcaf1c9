//! From a command to its effects: decide, store, apply, act. In this order, always.
//!
//! In: a command. Out: events on the disk, then messages and media commands.
//! Never: an effect of something that is not stored.

use super::live::Live;
use super::{HubError, picture};
use crate::socket::Closing;
use crate::store::{Actor, Append, VisitWrite};
use crate::visit::{AttendEvent, Command, Visit, VisitEvent};
use bedside_sfu_api::{self as sfu, RoomId};
use bedside_signaling_api::socket::{ServerMessage, Standing};
use bedside_signaling_api::visit::VisitState;
use jiff::Timestamp;
use uuid::Uuid;

impl Live {
    /// Gives the visit somebody's command, and carries out what it leads to.
    pub(super) async fn command(&mut self, actor: Actor, command: Command) -> Result<(), HubError> {
        let now = crate::clock::now();
        let events = self.visit.decide(command, now)?;
        if events.is_empty() {
            return Ok(());
        }
        self.check_recorder(&events).await?;
        let mut after = self.visit.clone();
        events.iter().for_each(|event| after.apply(now, event));
        let over = after.is_over();
        let quality = if over { self.measured.to_stored(now) } else { None };
        self.store(&actor, now, (&events, &after), quality.as_deref()).await?;
        if over {
            self.measured.is_kept();
        }
        self.visit = after;
        for event in &events {
            tracing::info!(visit = %self.id, event = event.name(), "visit");
        }
        // Before anything else: whoever is to be recorded no more, and whoever has come together
        // or apart, is so at once.
        self.renew_take(&events);
        self.retake();
        self.arrange();
        for event in &events {
            self.act_on(now, event);
        }
        Ok(())
    }

    async fn store(
        &mut self,
        actor: &Actor,
        at: Timestamp,
        (events, after): (&[VisitEvent], &Visit),
        quality: Option<&str>,
    ) -> Result<(), HubError> {
        let write = VisitWrite {
            visit: self.id,
            version: self.version,
            epoch: self.epoch,
            at,
            events,
            actor,
            after: after.projection(),
            quality,
        };
        match self.rooms.store.append(write).await {
            Ok(Append::Appended { version }) => {
                self.version = version;
                Ok(())
            }
            Ok(Append::Conflict | Append::Fenced) => {
                tracing::warn!(visit = %self.id, "somebody else writes this visit now");
                self.superseded = true;
                Err(HubError::Failed)
            }
            Err(fault) => {
                let fault: &dyn std::error::Error = &fault;
                tracing::error!(visit = %self.id, fault, "an event could not be stored");
                Err(HubError::Failed)
            }
        }
    }

    fn act_on(&mut self, at: Timestamp, event: &VisitEvent) {
        self.measured.take_event(at, event);
        match event {
            VisitEvent::Admitted { participant, by: Some(_) } => {
                self.say(*participant, ServerMessage::Standing { standing: Standing::Admitted });
            }
            VisitEvent::Declined { participant, by: _ } => {
                self.send_away(*participant, Standing::Declined);
            }
            VisitEvent::Removed { participant, by: _ } => {
                self.send_away(*participant, Standing::Removed);
            }
            VisitEvent::Left { participant } => self.send_away(*participant, Standing::Left),
            VisitEvent::Lost { participant } => {
                self.take_out_of_media(*participant);
                self.client_by_participant.remove(participant);
            }
            VisitEvent::Uninvited { participant } => {
                self.send_away(*participant, Standing::Removed);
            }
            VisitEvent::Ended { .. }
            | VisitEvent::Cancelled
            | VisitEvent::NoShowConfirmed { .. } => self.close(),
            VisitEvent::Attend(AttendEvent::VoiceOnlySet { participant, .. }) => {
                self.remake_pictures(*participant);
            }
            // The link of before opens nothing any more, and neither does a page it opened.
            VisitEvent::LinkRenewed { participant } => self.send_out(*participant),
            // Whoever opens a link is told by their welcome, and the others by what each is
            // told at the end of the turn.
            VisitEvent::Scheduled { .. }
            | VisitEvent::Rescheduled { .. }
            | VisitEvent::Transferred { .. }
            | VisitEvent::Extended { .. }
            | VisitEvent::Invited { .. }
            | VisitEvent::Amended { .. }
            | VisitEvent::Opened
            | VisitEvent::Arrived { .. }
            | VisitEvent::Admitted { by: None, .. }
            | VisitEvent::Returned { .. }
            | VisitEvent::WaitBreached { .. }
            | VisitEvent::WentLive
            | VisitEvent::Checked { .. }
            | VisitEvent::CheckFailed { .. }
            | VisitEvent::Deviated { .. }
            | VisitEvent::ConsentGiven { .. }
            | VisitEvent::ConsentRefused { .. }
            | VisitEvent::ConsentWithdrawn { .. }
            | VisitEvent::SidebarOpened { .. }
            | VisitEvent::SidebarClosed { .. }
            | VisitEvent::SetApart { .. }
            | VisitEvent::BroughtBack { .. }
            | VisitEvent::HandOverOffered { .. }
            | VisitEvent::HandedOver { .. }
            | VisitEvent::SegmentStarted { .. }
            | VisitEvent::RecordingAsked { .. }
            | VisitEvent::RecordingStarted { .. }
            | VisitEvent::RecordingPaused { .. }
            | VisitEvent::RecordingResumed { .. }
            | VisitEvent::RecordingStopped { .. }
            | VisitEvent::RecordingFailed { .. }
            | VisitEvent::RecordingSealed { .. }
            | VisitEvent::Lesson(_)
            | VisitEvent::Interpret(_)
            | VisitEvent::Attend(
                AttendEvent::TopicCovered { .. }
                | AttendEvent::StillGiven { .. }
                | AttendEvent::ExperienceTold { .. },
            )
            | VisitEvent::Overran
            | VisitEvent::NoShowProposed
            | VisitEvent::NoShowDismissed { .. } => {}
        }
    }

    /// A page whose link was voided goes, its media with it; the person may come back by the
    /// new link.
    fn send_out(&mut self, participant: Uuid) {
        self.take_out_of_media(participant);
        if let Some(client) = self.client_by_participant.get_mut(&participant) {
            client.forget_page();
            if let Some(line) = client.line.take() {
                line.finish(Closing::Again);
            }
            client.hang_up(tokio::time::Instant::now() + self.rooms.limits.grace);
        }
    }

    /// One person's visit is over: first their media, then the word to them.
    pub(super) fn send_away(&mut self, participant: Uuid, standing: Standing) {
        self.take_out_of_media(participant);
        if let Some(client) = self.client_by_participant.remove(&participant)
            && let Some(mut line) = client.line
        {
            line.say(ServerMessage::Standing { standing });
            line.finish(Closing::Standing(standing));
        }
    }

    /// Only whoever was let in once can have media.
    fn take_out_of_media(&mut self, participant: Uuid) {
        if self.visit.seat(participant).is_some_and(|seat| seat.admitted) {
            self.remove_media(participant);
        }
    }

    /// The visit is over for all.
    fn close(&mut self) {
        if self.visit.seats().iter().any(|seat| seat.admitted) {
            self.owed.insist(sfu::Command::Close { room: RoomId(self.id) });
        }
        let standing = match self.visit.state() {
            VisitState::Cancelled => Standing::Cancelled,
            VisitState::NoShow => Standing::Missed,
            VisitState::Scheduled
            | VisitState::Open
            | VisitState::Live
            | VisitState::NoShowProposed
            | VisitState::Ended => Standing::Ended,
        };
        for (participant, client) in std::mem::take(&mut self.client_by_participant) {
            if let Some(mut line) = client.line {
                if let Some(outcome) = picture::outcome(&self.visit, participant) {
                    line.say(outcome);
                }
                line.say(ServerMessage::Standing { standing });
                line.finish(Closing::Standing(standing));
            }
        }
    }
}
