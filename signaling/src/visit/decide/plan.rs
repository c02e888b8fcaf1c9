//! The rules of the plan: when, how long, who is expected, and how it ends.
//!
//! In: the visit, a wish of the scheduling system or of staff. Out: events, or why not.
//! Never: a plan that pulls the floor from under somebody who is in the visit.

use super::Decided;
use crate::role::{capabilities, is_staff, may};
use crate::visit::{By, Expected, Place, Refusal, Seat, Seen, Skip, Visit, VisitEvent};
use bedside_signaling_api::person::Outcome;
use bedside_signaling_api::policy::Point;
use bedside_signaling_api::role::Role;
use bedside_signaling_api::socket::Capability;
use bedside_signaling_api::visit::{DURATION_MINUTES_MAX, PARTICIPANTS_MAX, VisitState};
use jiff::Timestamp;
use uuid::Uuid;

impl Visit {
    pub(super) fn cancel(&self) -> Decided {
        if self.anybody_here() {
            return Err(Refusal::SomebodyHere);
        }
        Ok(vec![VisitEvent::Cancelled])
    }

    pub(super) fn reschedule(&self, starts_at: Timestamp, duration_minutes: u16) -> Decided {
        if self.anybody_here() {
            return Err(Refusal::SomebodyHere);
        }
        if (starts_at, duration_minutes) == (self.starts_at, self.duration_minutes) {
            return Ok(Vec::new());
        }
        Ok(vec![VisitEvent::Rescheduled { starts_at, duration_minutes }])
    }

    /// Who waits keeps the time they have waited: in the new queue it counts as in the old one.
    pub(super) fn transfer(&self, queue: String, seen: &Seen) -> Decided {
        if self.plan.queue.as_ref() == Some(&queue) {
            return Ok(Vec::new());
        }
        let is_expected =
            |seat: &Seat| seat.place != Place::Removed && self.is_as_shown(seat, &seen.shown);
        if self.plan.queue != seen.queue || !self.seats.iter().any(is_expected) {
            return Err(Refusal::Mismatch);
        }
        Ok(vec![VisitEvent::Transferred { queue }])
    }

    fn anybody_here(&self) -> bool {
        self.seats.iter().any(|seat| seat.place == Place::Here)
    }

    pub(super) fn extend(&self, by: By, minutes: u16) -> Decided {
        self.actor(by, Capability::Extend)?;
        let longer = self.duration_minutes.saturating_add(minutes);
        if minutes == 0 || longer > DURATION_MINUTES_MAX {
            return Err(Refusal::TooLong);
        }
        Ok(vec![VisitEvent::Extended { minutes, by: by.person() }])
    }

    pub(super) fn invite(&self, by: By, expected: Expected) -> Decided {
        self.actor(by, Capability::Invite)?;
        if let Some(seat) = self.seat(expected.id) {
            // The same wish again is none; another person under the same id is a mistake.
            let same = (seat.role, &seat.display_name) == (expected.role, &expected.display_name);
            return if same { Ok(Vec::new()) } else { Err(Refusal::NotAllowed) };
        }
        if !self.may_bring(by, &expected) {
            return Err(Refusal::NotAllowed);
        }
        let seated = self.seats.iter().filter(|seat| seat.place != Place::Removed).count();
        if seated >= PARTICIPANTS_MAX {
            return Err(Refusal::VisitFull);
        }
        Ok(vec![VisitEvent::Invited { participant: expected, by: by.person() }])
    }

    /// Nobody brings somebody who may do more than they do, and another organisation sends only
    /// those who come to help.
    fn may_bring(&self, by: By, expected: &Expected) -> bool {
        let helps = matches!(expected.role, Role::Pharmacist | Role::Interpreter | Role::Observer);
        let host = expected.partner.is_none() || helps;
        let own = by.person().and_then(|id| self.seat(id)).map(|seat| seat.role);
        let more = |role| capabilities(expected.role).iter().any(|c| !may(role, *c));
        // Captions and interpretation are made for the others and give no right over them.
        let serves = matches!(expected.role, Role::Captioner | Role::Interpreter);
        host && own.is_none_or(|role| serves || !more(role))
    }

    pub(super) fn uninvite(&self, participant: Uuid) -> Decided {
        let seat = self.open_seat(participant)?;
        if seat.admitted {
            return Err(Refusal::SomebodyHere);
        }
        Ok(vec![VisitEvent::Uninvited { participant }])
    }

    pub(super) fn amend(
        &self,
        participant: Uuid,
        language: String,
        display_name: String,
    ) -> Decided {
        let seat = self.open_seat(participant)?;
        if (&seat.language, &seat.display_name) == (&language, &display_name) {
            return Ok(Vec::new());
        }
        Ok(vec![VisitEvent::Amended { participant, language, display_name }])
    }

    /// A new link opens the seat to whoever holds it. So a person gives one only to those whom
    /// their own organisation sends, never to other staff, and not past somebody who is in.
    pub(super) fn renew_link(&self, by: By, participant: Uuid) -> Decided {
        self.actor(by, Capability::Invite)?;
        let seat = self.open_seat(participant)?;
        if let Some(asks) = by.person().and_then(|id| self.seat(id)) {
            let theirs = asks.partner == seat.partner && !is_staff(seat.role);
            if !theirs || seat.place == Place::Here {
                return Err(Refusal::NotAllowed);
            }
        }
        Ok(vec![VisitEvent::LinkRenewed { participant }])
    }

    /// Staff can always end a visit; what is still asked for then needs a reason.
    pub(super) fn end(&self, by: By, outcome: Option<Outcome>, skip: &[(Uuid, Skip)]) -> Decided {
        self.actor(by, Capability::End)?;
        let mut events = Vec::new();
        for seat in self.seats.iter().filter(|seat| seat.admitted) {
            for gate in self.gates_ahead(seat, Point::End) {
                let participant = seat.id;
                let given = skip.iter().find(|(whose, s)| *whose == participant && s.gate == gate);
                let reason = match (given, by) {
                    (Some((_, skip)), _) => skip.reason.clone(),
                    (None, By::Desk) => "ended by the scheduling system".to_owned(),
                    (None, By::Person(_)) => return Err(Refusal::GateClosed),
                };
                events.push(VisitEvent::Deviated { participant, gate, reason, by: by.person() });
            }
        }
        events.push(VisitEvent::Ended { by: by.person(), outcome });
        Ok(events)
    }

    pub(super) fn start_segment(&self, by: By, segment: u16) -> Decided {
        self.actor(by, Capability::Extend)?;
        if usize::from(segment) >= self.plan.segments.len() {
            return Err(Refusal::NoSuchSegment);
        }
        if self.segment == Some(segment) {
            return Ok(Vec::new());
        }
        Ok(vec![VisitEvent::SegmentStarted { segment, by: by.person() }])
    }

    pub(super) fn settle_no_show(&self, by: By, confirmed: bool) -> Decided {
        self.actor(by, Capability::End)?;
        if self.state != VisitState::NoShowProposed {
            return Err(Refusal::NothingProposed);
        }
        let by = by.person();
        Ok(vec![if confirmed {
            VisitEvent::NoShowConfirmed { by }
        } else {
            VisitEvent::NoShowDismissed { by }
        }])
    }
}
