//! The rules of the door: who comes in, who waits, who goes.
//!
//! In: the visit, a person, who asks. Out: events, or why not.
//! Never: media before admission; somebody let in past a gate the policy requires.

use super::Decided;
use crate::role::is_staff;
use crate::visit::{By, Place, Refusal, Seat, Shown, Skip, Visit, VisitEvent};
use bedside_signaling_api::policy::{Gate, Need, Point, Purpose};
use bedside_signaling_api::role::Role;
use bedside_signaling_api::socket::Capability;
use bedside_signaling_api::visit::VisitState;
use jiff::Timestamp;
use uuid::Uuid;

/// Fewest who can confer.
const SIDEBAR_MIN: usize = 2;

impl Visit {
    pub(super) fn open_door(&self, participant: Uuid, now: Timestamp) -> Decided {
        let seat = self.seat(participant).ok_or(Refusal::NoSuchPerson)?;
        if seat.place == Place::Removed {
            return Err(Refusal::Removed);
        }
        if now > self.abandoned_at() {
            return Ok(vec![VisitEvent::Ended { by: None, outcome: None }]);
        }
        if self.is_early(seat, now) {
            return Err(Refusal::TooEarly);
        }
        if self.is_late(seat, now) {
            return Err(Refusal::TooLate);
        }
        let mut events = Vec::new();
        if !self.opened {
            events.push(VisitEvent::Opened);
        }
        if self.state == VisitState::NoShowProposed && seat.role == Role::Patient {
            events.push(VisitEvent::NoShowDismissed { by: None });
        }
        events.extend(self.entry(seat));
        let enters = events.iter().any(|event| {
            matches!(event, VisitEvent::Admitted { .. } | VisitEvent::Returned { .. })
        });
        if enters && is_staff(seat.role) && !self.went_live {
            events.push(VisitEvent::WentLive);
        }
        Ok(events)
    }

    pub(super) fn admit(
        &self,
        by: By,
        participant: Uuid,
        shown: Option<&Shown>,
        skip: &[Skip],
    ) -> Decided {
        self.actor(by, Capability::Admit)?;
        let seat = self.waiting(participant)?;
        if !self.went_live {
            return Err(Refusal::NoStaff);
        }
        if shown.is_some_and(|shown| !self.is_as_shown(seat, shown)) {
            return Err(Refusal::Mismatch);
        }
        if self.policy().consent(Purpose::Telehealth, seat.role) == Need::Required
            && !seat.agrees(Purpose::Telehealth)
        {
            return Err(Refusal::ConsentMissing);
        }
        let mut events = Vec::new();
        for gate in self.gates_ahead(seat, Point::Admission) {
            let need = self.policy().gate(gate, seat.role).map_or(Need::Off, |rule| rule.need);
            let reason = skip.iter().find(|skip| skip.gate == gate).map(|skip| &skip.reason);
            let reason = reason.filter(|_| need == Need::Skippable);
            let reason = reason.ok_or(Refusal::GateClosed)?.clone();
            events.push(VisitEvent::Deviated { participant, gate, reason, by: by.person() });
        }
        events.push(VisitEvent::Admitted { participant, by: by.person() });
        Ok(events)
    }

    /// The guard against the wrong person, or the wrong visit.
    pub(super) fn is_as_shown(&self, seat: &Seat, shown: &Shown) -> bool {
        shown.display_name == seat.display_name && shown.starts_at == self.starts_at
    }

    /// The gates this person still has to pass at that point.
    #[must_use]
    pub fn gates_ahead(&self, seat: &Seat, point: Point) -> Vec<Gate> {
        let ahead = |gate: &Gate| {
            let rule = self.policy().gate(*gate, seat.role).filter(|rule| rule.point == point);
            let needed =
                rule.is_some_and(|rule| matches!(rule.need, Need::Skippable | Need::Required));
            needed && !seat.is_through(*gate)
        };
        Gate::ALL.into_iter().filter(ahead).collect()
    }

    pub(super) fn remove(&self, by: By, participant: Uuid) -> Decided {
        self.actor(by, Capability::Remove)?;
        if by == By::Person(participant) {
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
        Ok(self.and_sidebar(VisitEvent::Removed { participant, by: by.person() }, participant))
    }

    /// Somebody goes, by their will or not.
    pub(super) fn leave(&self, event: VisitEvent) -> Vec<VisitEvent> {
        let Some(participant) = event.participant() else { return Vec::new() };
        match self.seat(participant).map(|seat| seat.place) {
            Some(Place::Waiting | Place::Here) => self.and_sidebar(event, participant),
            // Whoever is away and said goodbye by another way has left.
            Some(Place::Away) if matches!(event, VisitEvent::Left { .. }) => vec![event],
            Some(
                Place::Expected | Place::Away | Place::Declined | Place::Left | Place::Removed,
            )
            | None => Vec::new(),
        }
    }

    /// A conference of fewer than two is over.
    pub(super) fn and_sidebar(&self, event: VisitEvent, goes: Uuid) -> Vec<VisitEvent> {
        let stay = self.sidebar.iter().filter(|member| **member != goes).count();
        let was_member = stay < self.sidebar.len();
        if was_member && stay < SIDEBAR_MIN {
            return vec![event, VisitEvent::SidebarClosed { by: None }];
        }
        vec![event]
    }

    /// What opening the link does for one person: the lobby, the door staff has of its own, or
    /// the way back. A required gate holds for staff too: they wait, and somebody lets them in.
    fn entry(&self, seat: &Seat) -> Vec<VisitEvent> {
        let own_door = is_staff(seat.role) && !self.has_required_ahead(seat);
        let participant = seat.id;
        match seat.place {
            Place::Waiting | Place::Here | Place::Removed => Vec::new(),
            Place::Expected | Place::Away | Place::Declined | Place::Left if seat.admitted => {
                vec![VisitEvent::Returned { participant }]
            }
            Place::Expected | Place::Away | Place::Declined | Place::Left if own_door => {
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

    /// Whether something required is not passed yet.
    fn has_required_ahead(&self, seat: &Seat) -> bool {
        let required = |gate: &Gate| {
            self.policy().gate(*gate, seat.role).is_some_and(|rule| rule.need == Need::Required)
        };
        self.gates_ahead(seat, Point::Admission).iter().any(required)
    }
}
