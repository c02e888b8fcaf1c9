//! Who hears and sees whom: every person in the visit is in one circle.
//!
//! In: the visit as it stands. Out: a circle a person; media flows only inside one, and the
//! media plane sees to that.
//! Never: a wish of a page; whoever is apart is so by an event or for want of consent.

use super::{Place, Seat, Visit};
use bedside_signaling_api::person::Apart;
use bedside_signaling_api::policy::{Need, Purpose};
use bedside_signaling_api::role::Role;
use uuid::Uuid;

/// A group of people who hear and see each other and nobody else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Circle {
    /// Everybody, mostly.
    Main,
    /// Those who confer.
    Sidebar,
    /// One person alone, by their place in the plan.
    Alone(u32),
}

impl Visit {
    /// The circle of everybody who is in the visit, also of those on their way back.
    #[must_use]
    pub fn circles(&self) -> Vec<(Uuid, Circle)> {
        let inside = |seat: &Seat| matches!(seat.place, Place::Here | Place::Away);
        let numbered = (0_u32..).zip(&self.seats).filter(|(_, seat)| inside(seat));
        numbered.map(|(number, seat)| (seat.id, self.circle(number, seat))).collect()
    }

    /// Why somebody who was let in is out of the room's media, if they are.
    #[must_use]
    pub fn apart(&self, seat: &Seat) -> Option<Apart> {
        if self.lacks_consent(seat) {
            return Some(Apart::Consent);
        }
        seat.apart
    }

    fn circle(&self, number: u32, seat: &Seat) -> Circle {
        if self.apart(seat).is_some() {
            return Circle::Alone(number);
        }
        if self.sidebar.contains(&seat.id) { Circle::Sidebar } else { Circle::Main }
    }

    fn lacks_consent(&self, seat: &Seat) -> bool {
        let own = self.policy().consent(Purpose::Telehealth, seat.role);
        if own != Need::Off && seat.objects(Purpose::Telehealth) {
            return true;
        }
        match seat.role {
            Role::Observer => !self.all_agree(Purpose::Observers),
            Role::Captioner => !self.all_agree(Purpose::Captions),
            Role::Patient
            | Role::Proxy
            | Role::Family
            | Role::Clinician
            | Role::Pharmacist
            | Role::Interpreter
            | Role::Coordinator => false,
        }
    }

    /// Whether everybody in the visit who is asked has agreed as far as it is needed. The late
    /// are asked too; until they agree, the purpose rests.
    #[must_use]
    pub fn all_agree(&self, purpose: Purpose) -> bool {
        let inside = self.seats.iter().filter(|s| matches!(s.place, Place::Here | Place::Away));
        inside.into_iter().all(|seat| self.agrees_as_asked(seat, purpose))
    }

    /// Whether this person has agreed as far as the policy asks it of them.
    pub(super) fn agrees_as_asked(&self, seat: &Seat, purpose: Purpose) -> bool {
        match self.policy().consent(purpose, seat.role) {
            Need::Off => true,
            Need::Asked => !seat.objects(purpose),
            Need::Skippable | Need::Required => seat.agrees(purpose),
        }
    }
}
