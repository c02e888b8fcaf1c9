//! The rules of readiness and consent.
//!
//! In: the visit, whose gate or consent, who says so and how. Out: events, or why not.
//! Never: somebody's own word for their identity; a consent without the text it was given to.

use super::Decided;
use crate::role::may;
use crate::visit::{Answer, By, Decision, Place, Refusal, Seat, Skip, Visit, VisitEvent};
use bedside_signaling_api::person::Method;
use bedside_signaling_api::policy::{Gate, Need, Point, Purpose};
use bedside_signaling_api::role::Role;
use bedside_signaling_api::socket::Capability;
use uuid::Uuid;

/// How often somebody may try to show who they are. A typing error or three; after that staff
/// looks at them, which no guesser survives.
const IDENTITY_TRIES_MAX: u32 = 5;

impl Visit {
    pub(super) fn check(
        &self,
        (by, participant): (By, Uuid),
        gate: Gate,
        method: Method,
        passed: bool,
    ) -> Decided {
        let seat = self.open_seat(participant)?;
        let own = by == By::Person(participant);
        if !own {
            self.actor(by, Capability::Admit)?;
        }
        if !suits(gate, method, own) {
            return Err(Refusal::NotAllowed);
        }
        let tries = seat.failures_by_gate.get(&gate).copied().unwrap_or_default();
        if gate == Gate::Identity && own && tries >= IDENTITY_TRIES_MAX {
            return Err(Refusal::TooManyTries);
        }
        let by = by.person().filter(|by| *by != participant);
        Ok(vec![if passed {
            VisitEvent::Checked { participant, gate, method, by }
        } else {
            VisitEvent::CheckFailed { participant, gate, method }
        }])
    }

    /// Whether this person may still try to show who they are.
    #[must_use]
    pub fn may_try_identity(&self, participant: Uuid) -> bool {
        let tries = |seat: &Seat| seat.failures_by_gate.get(&Gate::Identity).copied();
        self.seat(participant).is_some_and(|s| tries(s).unwrap_or_default() < IDENTITY_TRIES_MAX)
    }

    pub(super) fn deviate(&self, by: By, participant: Uuid, skip: Skip) -> Decided {
        self.actor(by, Capability::Admit)?;
        let seat = self.open_seat(participant)?;
        let rule = self.policy().gate(skip.gate, seat.role).ok_or(Refusal::NotAllowed)?;
        if rule.need == Need::Required && rule.point == Point::Admission {
            return Err(Refusal::NotAllowed);
        }
        if seat.is_through(skip.gate) {
            return Ok(Vec::new());
        }
        let Skip { gate, reason } = skip;
        Ok(vec![VisitEvent::Deviated { participant, gate, reason, by: by.person() }])
    }

    pub(super) fn consent(
        &self,
        (by, participant): (By, Uuid),
        purpose: Purpose,
        answer: Answer,
    ) -> Decided {
        let seat = self.open_seat(participant)?;
        self.may_speak_for(by, seat)?;
        let by = by.person().filter(|by| *by != participant);
        let before = seat.decision_by_purpose.get(&purpose);
        Ok(match answer {
            Answer::Give { version, .. }
                if before == Some(&Decision::Given { version: version.clone() }) =>
            {
                Vec::new()
            }
            Answer::Give { version, language } => {
                vec![VisitEvent::ConsentGiven { participant, purpose, version, language, by }]
            }
            // Taking back what was given is a withdrawal, whatever the word.
            Answer::Refuse | Answer::Withdraw if seat.agrees(purpose) => {
                vec![VisitEvent::ConsentWithdrawn { participant, purpose }]
            }
            Answer::Refuse | Answer::Withdraw if seat.objects(purpose) => Vec::new(),
            Answer::Refuse | Answer::Withdraw => {
                vec![VisitEvent::ConsentRefused { participant, purpose }]
            }
        })
    }

    /// The person themselves; the patient's proxy; staff who heard them say it.
    fn may_speak_for(&self, by: By, seat: &Seat) -> Result<(), Refusal> {
        let By::Person(speaker) = by else { return Ok(()) };
        if speaker == seat.id {
            return Ok(());
        }
        let speaker = self.open_seat(speaker)?;
        // A proxy is believed once staff has let them in.
        let proxy = speaker.role == Role::Proxy
            && seat.role == Role::Patient
            && speaker.place == Place::Here;
        let heard = may(speaker.role, Capability::Admit) && speaker.place == Place::Here;
        if proxy || heard { Ok(()) } else { Err(Refusal::NotAllowed) }
    }
}

/// Whether a gate can be passed that way.
const fn suits(gate: Gate, method: Method, own: bool) -> bool {
    match method {
        Method::TwoIdentifiers | Method::OneTimeCode | Method::Oidc => {
            matches!(gate, Gate::Identity)
        }
        Method::Stated => !matches!(gate, Gate::Identity | Gate::Device),
        Method::Measured => matches!(gate, Gate::Device),
        Method::Visual | Method::Staff => !own,
    }
}
