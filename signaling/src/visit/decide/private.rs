//! The rules of privacy inside a visit: who confers, who is out of the room for a while.
//!
//! In: the visit, who asks, whom they mean. Out: events, or why not.
//! Never: somebody who is not in the visit drawn into a conference.

use super::Decided;
use crate::visit::{By, Refusal, Visit, VisitEvent};
use bedside_signaling_api::person::Apart;
use bedside_signaling_api::socket::Capability;
use uuid::Uuid;

impl Visit {
    pub(super) fn open_sidebar(&self, by: Uuid, with: Vec<Uuid>) -> Decided {
        self.together(by)?;
        if !self.sidebar.is_empty() {
            return Err(Refusal::SidebarOpen);
        }
        let mut members = vec![by];
        for member in with {
            let seat = self.seat_here(member)?;
            if self.apart(seat).is_some() {
                return Err(Refusal::NoSuchPerson);
            }
            if !members.contains(&member) {
                members.push(member);
            }
        }
        if members.len() < 2 {
            return Err(Refusal::NoSuchPerson);
        }
        Ok(vec![VisitEvent::SidebarOpened { members, by }])
    }

    /// Whether whoever asks may arrange who is with whom, and is not apart themselves.
    fn together(&self, by: Uuid) -> Result<(), Refusal> {
        self.actor(By::Person(by), Capability::Sidebar)?;
        let seat = self.seat_here(by)?;
        if self.apart(seat).is_some() { Err(Refusal::NotAllowed) } else { Ok(()) }
    }

    pub(super) fn close_sidebar(&self, by: Uuid) -> Decided {
        self.actor(By::Person(by), Capability::Sidebar)?;
        if self.sidebar.is_empty() {
            return Ok(Vec::new());
        }
        Ok(vec![VisitEvent::SidebarClosed { by: Some(by) }])
    }

    pub(super) fn set_apart(&self, by: Uuid, participant: Uuid, why: Apart) -> Decided {
        self.together(by)?;
        if by == participant || why == Apart::Consent {
            return Err(Refusal::NotAllowed);
        }
        let seat = self.seat_here(participant)?;
        if seat.apart == Some(why) {
            return Ok(Vec::new());
        }
        Ok(self.and_sidebar(VisitEvent::SetApart { participant, why, by }, participant))
    }

    pub(super) fn bring_back(&self, by: Uuid, participant: Uuid) -> Decided {
        self.together(by)?;
        let seat = self.open_seat(participant)?;
        if seat.apart.is_none() {
            return Ok(Vec::new());
        }
        Ok(vec![VisitEvent::BroughtBack { participant, by }])
    }
}
