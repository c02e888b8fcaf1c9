//! The rules of a visit.
//!
//! In: the visit as it stands, what somebody wants, and the time. Out: what happens, as events
//! to store first and then to apply; or why not.
//! Never: changes the visit; a decision that cannot be stored has not been made.

mod attend;
mod door;
mod interpret;
mod lead;
mod lesson;
mod plan;
mod private;
mod ready;
mod record;

use super::{Attend, By, Command, Place, Refusal, Seat, Visit, VisitEvent};
use crate::role::may;
use bedside_signaling_api::socket::Capability;
use bedside_signaling_api::visit::VisitState;
use jiff::Timestamp;
use uuid::Uuid;

/// What a rule answers.
type Decided = Result<Vec<VisitEvent>, Refusal>;

impl Visit {
    /// What happens when `command` is given at `now`. No events: all is as wanted already.
    ///
    /// # Errors
    /// The rule that stands in the way.
    pub fn decide(&self, command: Command, now: Timestamp) -> Decided {
        // Also of a visit that is over: what was recorded is stored for minutes after it.
        if let Command::Recorded { recording, word } = command {
            return Ok(self.recorded(recording, word));
        }
        // That is when people are asked how it was.
        if let Command::Attend(wish @ Attend::TellExperience { .. }) = command {
            return self.attend(wish);
        }
        Ok(self.with_recording(self.decide_alone(command, now)?, now))
    }

    /// What happens when `command` is given, but for what becomes of the recording by it.
    fn decide_alone(&self, command: Command, now: Timestamp) -> Decided {
        match (self.state, &command) {
            (VisitState::Cancelled, Command::Cancel)
            | (VisitState::NoShow, Command::ConfirmNoShow { .. }) => return Ok(Vec::new()),
            (_, Command::Wake) if self.is_over() => return Ok(Vec::new()),
            (VisitState::Cancelled, _) => return Err(Refusal::Cancelled),
            (VisitState::Ended, _) => return Err(Refusal::Ended),
            (VisitState::NoShow, _) => return Err(Refusal::Missed),
            (_, _) => {}
        }
        match command {
            Command::Open { participant } => self.open_door(participant, now),
            Command::Admit { by, participant, shown, skip } => {
                self.admit(by, participant, shown.as_ref(), &skip)
            }
            Command::Decline { by, participant } => {
                self.actor(by, Capability::Admit)?;
                self.waiting(participant)?;
                Ok(vec![VisitEvent::Declined { participant, by: by.person() }])
            }
            Command::Remove { by, participant } => self.remove(by, participant),
            Command::Leave { participant } => Ok(self.leave(VisitEvent::Left { participant })),
            Command::Lose { participant } => Ok(self.leave(VisitEvent::Lost { participant })),
            Command::End { by, outcome, skip } => self.end(by, outcome, &skip),
            Command::Cancel => self.cancel(),
            Command::Reschedule { starts_at, duration_minutes } => {
                self.reschedule(starts_at, duration_minutes)
            }
            Command::Transfer { queue, seen } => self.transfer(queue, &seen),
            Command::Extend { by, minutes } => self.extend(by, minutes),
            Command::Invite { by, expected } => self.invite(by, expected),
            Command::Uninvite { participant } => self.uninvite(participant),
            Command::Amend { participant, language, display_name } => {
                self.amend(participant, language, display_name)
            }
            Command::RenewLink { by, participant } => self.renew_link(by, participant),
            Command::Check { by, participant, gate, method, passed } => {
                self.check((by, participant), gate, method, passed)
            }
            Command::Deviate { by, participant, skip } => self.deviate(by, participant, skip),
            Command::Consent { by, participant, purpose, answer } => {
                self.consent((by, participant), purpose, answer)
            }
            Command::OpenSidebar { by, with } => self.open_sidebar(by, with),
            Command::CloseSidebar { by } => self.close_sidebar(by),
            Command::SetApart { by, participant, why } => self.set_apart(by, participant, why),
            Command::BringBack { by, participant } => self.bring_back(by, participant),
            Command::OfferHandOver { by, to } => self.offer_hand_over(by, to),
            Command::AcceptHandOver { by } => self.accept_hand_over(by),
            Command::StartSegment { by, segment } => self.start_segment(by, segment),
            Command::Teach(wish) => self.teach(wish),
            Command::Interpret(wish) => self.interpret(wish),
            Command::Attend(wish) => self.attend(wish),
            Command::ConfirmNoShow { by } => self.settle_no_show(by, true),
            Command::DismissNoShow { by } => self.settle_no_show(by, false),
            Command::StartRecording { by, recording } => self.start_recording(by, recording),
            Command::PauseRecording { by } => self.pause_recording(by),
            Command::ResumeRecording { by } => self.resume_recording(by),
            Command::StopRecording { by } => self.stop_recording(by),
            Command::Recorded { recording, word } => Ok(self.recorded(recording, word)),
            Command::Wake => Ok(self.due(now)),
        }
    }

    /// Whether whoever asks is in the visit and their role carries the capability. The
    /// scheduling system speaks for staff.
    pub(super) fn actor(&self, by: By, capability: Capability) -> Result<(), Refusal> {
        let By::Person(by) = by else { return Ok(()) };
        let seat = self.seat(by).ok_or(Refusal::NoSuchPerson)?;
        if !may(seat.role, capability) {
            return Err(Refusal::NotAllowed);
        }
        if seat.place != Place::Here {
            return Err(Refusal::NotAdmitted);
        }
        Ok(())
    }

    /// The seat of somebody who was not taken out.
    fn open_seat(&self, participant: Uuid) -> Result<&Seat, Refusal> {
        let open = self.seat(participant).filter(|seat| seat.place != Place::Removed);
        open.ok_or(Refusal::NoSuchPerson)
    }

    /// The seat of somebody who is in the visit.
    fn seat_here(&self, participant: Uuid) -> Result<&Seat, Refusal> {
        let here = self.seat(participant).filter(|seat| seat.place == Place::Here);
        here.ok_or(Refusal::NoSuchPerson)
    }

    fn waiting(&self, participant: Uuid) -> Result<&Seat, Refusal> {
        let waiting = self.seat(participant).filter(|seat| seat.place == Place::Waiting);
        waiting.ok_or(Refusal::NoSuchPerson)
    }
}
