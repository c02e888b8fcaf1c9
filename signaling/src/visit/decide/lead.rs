//! The rules of handing a visit over.
//!
//! In: the visit, who leads, who is asked. Out: events, or why not.
//! Never: a visit that ends because its host leaves.

use super::Decided;
use crate::role::is_staff;
use crate::visit::{By, Refusal, Visit, VisitEvent};
use bedside_signaling_api::socket::Capability;
use uuid::Uuid;

impl Visit {
    pub(super) fn offer_hand_over(&self, by: Uuid, to: Uuid) -> Decided {
        self.actor(By::Person(by), Capability::HandOver)?;
        let seat = self.open_seat(to)?;
        if by == to || !is_staff(seat.role) {
            return Err(Refusal::NotAllowed);
        }
        if self.offered == Some(to) {
            return Ok(Vec::new());
        }
        Ok(vec![VisitEvent::HandOverOffered { from: by, to }])
    }

    pub(super) fn accept_hand_over(&self, by: Uuid) -> Decided {
        self.seat_here(by).map_err(|_| Refusal::NotAdmitted)?;
        if self.offered != Some(by) {
            return Err(Refusal::NothingProposed);
        }
        Ok(vec![VisitEvent::HandedOver { to: by }])
    }
}
