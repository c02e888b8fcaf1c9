//! The rules of a visit.
//!
//! In: the visit as it stands, what somebody wants, and the time. Out: what happens, as events
//! to store first and then to apply; or why not.
//! Never: changes the visit; a decision that cannot be stored has not been made.

use super::{Place, Refusal, Seat, Visit, VisitEvent, later};
use crate::role::{is_staff, may};
use bedside_signaling_api::socket::Capability;
use bedside_signaling_api::visit::VisitState;
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

/// A visit that nobody ended is over this long after its planned end and after the last thing
/// that happened in it. Longer is kinder to a visit that drags on; shorter closes the door
/// sooner on a link that lies in an old message.
pub const ABANDONED_AFTER: SignedDuration = SignedDuration::from_hours(24);

/// What somebody wants of a visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    /// A person has opened their link.
    Open {
        /// Who.
        participant: Uuid,
    },
    /// Staff lets a waiting person in.
    Admit {
        /// Who asks.
        by: Uuid,
        /// Who is meant.
        participant: Uuid,
    },
    /// Staff sends a waiting person away.
    Decline {
        /// Who asks.
        by: Uuid,
        /// Who is meant.
        participant: Uuid,
    },
    /// Staff takes a person out for good.
    Remove {
        /// Who asks.
        by: Uuid,
        /// Who is meant.
        participant: Uuid,
    },
    /// A person leaves.
    Leave {
        /// Who.
        participant: Uuid,
    },
    /// A person's connection was gone for longer than the grace time.
    Lose {
        /// Who.
        participant: Uuid,
    },
    /// Staff ends the visit for all.
    End {
        /// Who asks.
        by: Uuid,
    },
    /// The scheduling system calls the visit off.
    Cancel,
}

impl Visit {
    /// What happens when `command` is given at `now`. No events: all is as wanted already.
    ///
    /// # Errors
    /// The rule that stands in the way.
    pub fn decide(&self, command: Command, now: Timestamp) -> Result<Vec<VisitEvent>, Refusal> {
        match (self.state, command) {
            (VisitState::Cancelled, Command::Cancel) => return Ok(Vec::new()),
            (VisitState::Cancelled, _) => return Err(Refusal::Cancelled),
            (VisitState::Ended, _) => return Err(Refusal::Ended),
            (VisitState::Scheduled | VisitState::Open | VisitState::Live, _) => {}
        }
        match command {
            Command::Open { participant } => self.decide_open(participant, now),
            Command::Admit { by, participant } => {
                self.actor(by, Capability::Admit)?;
                self.waiting(participant)?;
                Ok(vec![VisitEvent::Admitted { participant, by: Some(by) }])
            }
            Command::Decline { by, participant } => {
                self.actor(by, Capability::Admit)?;
                self.waiting(participant)?;
                Ok(vec![VisitEvent::Declined { participant, by }])
            }
            Command::Remove { by, participant } => self.decide_remove(by, participant),
            Command::Leave { participant } => {
                Ok(self.if_present(participant, VisitEvent::Left { participant }))
            }
            Command::Lose { participant } => {
                Ok(self.if_present(participant, VisitEvent::Lost { participant }))
            }
            Command::End { by } => {
                self.actor(by, Capability::End)?;
                Ok(vec![VisitEvent::Ended { by: Some(by) }])
            }
            Command::Cancel => self.decide_cancel(),
        }
    }

    fn decide_open(&self, participant: Uuid, now: Timestamp) -> Result<Vec<VisitEvent>, Refusal> {
        let seat = self.seat(participant).ok_or(Refusal::NoSuchPerson)?;
        if seat.place == Place::Removed {
            return Err(Refusal::Removed);
        }
        if now > later(self.ends_at().max(self.touched_at), ABANDONED_AFTER) {
            return Ok(vec![VisitEvent::Ended { by: None }]);
        }
        let mut events = Vec::new();
        if self.state == VisitState::Scheduled {
            events.push(VisitEvent::Opened);
        }
        events.extend(entry(seat));
        let enters = events.iter().any(|event| {
            matches!(event, VisitEvent::Admitted { .. } | VisitEvent::Returned { .. })
        });
        if enters && is_staff(seat.role) && self.state != VisitState::Live {
            events.push(VisitEvent::WentLive);
        }
        Ok(events)
    }

    fn decide_remove(&self, by: Uuid, participant: Uuid) -> Result<Vec<VisitEvent>, Refusal> {
        self.actor(by, Capability::Remove)?;
        if by == participant {
            // Removal is for good; whoever means "I go" says `leave`.
            return Err(Refusal::NotAllowed);
        }
        let seat = self.seat(participant).ok_or(Refusal::NoSuchPerson)?;
        match seat.place {
            Place::Waiting | Place::Here | Place::Away => {}
            Place::Left if seat.admitted => {}
            Place::Expected | Place::Declined | Place::Left | Place::Removed => {
                return Err(Refusal::NoSuchPerson);
            }
        }
        Ok(vec![VisitEvent::Removed { participant, by }])
    }

    fn decide_cancel(&self) -> Result<Vec<VisitEvent>, Refusal> {
        if self.seats.iter().any(|seat| seat.place == Place::Here) {
            return Err(Refusal::SomebodyHere);
        }
        Ok(vec![VisitEvent::Cancelled])
    }

    /// Whether the person who asks is in the visit and their role carries the capability.
    fn actor(&self, by: Uuid, capability: Capability) -> Result<(), Refusal> {
        let seat = self.seat(by).ok_or(Refusal::NoSuchPerson)?;
        if !may(seat.role, capability) {
            return Err(Refusal::NotAllowed);
        }
        if seat.place != Place::Here {
            return Err(Refusal::NotAdmitted);
        }
        Ok(())
    }

    fn waiting(&self, participant: Uuid) -> Result<(), Refusal> {
        match self.seat(participant) {
            Some(seat) if seat.place == Place::Waiting => Ok(()),
            Some(_) | None => Err(Refusal::NoSuchPerson),
        }
    }

    fn if_present(&self, participant: Uuid, event: VisitEvent) -> Vec<VisitEvent> {
        match self.seat(participant).map(|seat| seat.place) {
            Some(Place::Waiting | Place::Here) => vec![event],
            Some(
                Place::Expected | Place::Away | Place::Declined | Place::Left | Place::Removed,
            )
            | None => Vec::new(),
        }
    }
}

/// What opening the link does for one person: the lobby, the door staff has of its own, or
/// the way back.
fn entry(seat: &Seat) -> Vec<VisitEvent> {
    let participant = seat.id;
    match seat.place {
        Place::Waiting | Place::Here | Place::Removed => Vec::new(),
        Place::Expected | Place::Away | Place::Declined | Place::Left if seat.admitted => {
            vec![VisitEvent::Returned { participant }]
        }
        Place::Expected | Place::Away | Place::Declined | Place::Left if is_staff(seat.role) => {
            vec![
                VisitEvent::Arrived { participant },
                VisitEvent::Admitted { participant, by: None },
            ]
        }
        Place::Expected | Place::Away | Place::Declined | Place::Left => {
            vec![VisitEvent::Arrived { participant }]
        }
    }
}
