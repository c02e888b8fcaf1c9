//! The rules of interpretation: who may speak into a channel, and who listens to what.
//!
//! In: the visit, who asks, what they want. Out: events, or why not.
//! Never: two interpreters on one channel; an interpreter who listens to their own.

use super::{By, Decided, Refusal, Visit, VisitEvent};
use crate::role::may;
use crate::visit::Tongue;
use crate::visit::interpreting::{Direction, Interpret, InterpretEvent};
use bedside_signaling_api::interpreting::InterpretingMode;
use bedside_signaling_api::socket::Capability;
use uuid::Uuid;

/// What comes of a wish: something, or nothing because all is as wanted.
type Happens = Result<Option<InterpretEvent>, Refusal>;

impl Visit {
    pub(super) fn interpret(&self, wish: Interpret) -> Decided {
        let event = match wish {
            Interpret::SetMode { by, mode } => self.set_mode(by, mode)?,
            Interpret::SetDirection { by, direction } => self.set_direction(by, direction)?,
            Interpret::Offer { by, to } => self.offer_channel(by, to)?,
            Interpret::Take { by } => self.take_channel(by)?,
            Interpret::Listen { by, language } => self.listen(by, language)?,
        };
        Ok(event.map(VisitEvent::Interpret).into_iter().collect())
    }

    fn set_mode(&self, by: Uuid, mode: InterpretingMode) -> Happens {
        self.actor(By::Person(by), Capability::SteerInterpreting)?;
        if self.interpretation.mode() == mode {
            return Ok(None);
        }
        Ok(Some(InterpretEvent::ModeSet { mode, by }))
    }

    /// Whoever comes to a channel that nobody speaks into speaks; else they rest.
    fn set_direction(&self, by: Uuid, direction: Option<Direction>) -> Happens {
        self.actor(By::Person(by), Capability::Interpret)?;
        let before = self.interpretation.direction(by);
        let Some(wanted) = direction else {
            return Ok(before.map(|_| InterpretEvent::DirectionSet {
                participant: by,
                direction: None,
                speaks: false,
            }));
        };
        if wanted.from == wanted.into {
            return Err(Refusal::OneLanguage);
        }
        let taken = self.speaker(&wanted.into).is_some_and(|active| active != by);
        let speaks = !taken;
        let spoke = self.interpretation.holder(&wanted.into) == Some(by);
        if before == Some(&wanted) && spoke == speaks {
            return Ok(None);
        }
        Ok(Some(InterpretEvent::DirectionSet { participant: by, direction: Some(wanted), speaks }))
    }

    fn offer_channel(&self, by: Uuid, to: Uuid) -> Happens {
        self.actor(By::Person(by), Capability::Interpret)?;
        let seat = self.seat_here(to)?;
        if by == to || !may(seat.role, Capability::Interpret) {
            return Err(Refusal::NotAllowed);
        }
        if !self.speaks_into_a_channel(by) {
            return Err(Refusal::NoChannel);
        }
        if self.interpretation.offered_by(to) == Some(by) {
            return Ok(None);
        }
        Ok(Some(InterpretEvent::Offered { from: by, to }))
    }

    /// The channel of whoever asked, or else of the partner: who works between the same two
    /// languages, whichever way they are turned.
    fn take_channel(&self, by: Uuid) -> Happens {
        self.actor(By::Person(by), Capability::Interpret)?;
        let speaks = |id: &Uuid| *id != by && self.speaks_into_a_channel(*id);
        let offered = self.interpretation.offered_by(by).filter(speaks);
        let own = self.interpretation.direction(by);
        let partner = || {
            let own = own?;
            let mut others = self.interpretation.directions();
            others.find(|(id, other)| speaks(id) && own.is_between_same(other)).map(|(id, _)| id)
        };
        if let Some(from) = offered.or_else(partner) {
            return Ok(Some(InterpretEvent::Taken { participant: by, from }));
        }
        // Nobody is on the channel any more: it is theirs for the asking.
        match own {
            Some(own) => self.set_direction(by, Some(own.clone())),
            None => Err(Refusal::NoChannel),
        }
    }

    fn listen(&self, by: Uuid, language: Option<Tongue>) -> Happens {
        self.actor(By::Person(by), Capability::Hear)?;
        let own = self.interpretation.direction(by).map(|direction| &direction.into);
        if language.is_some() && language.as_ref() == own {
            return Err(Refusal::OwnChannel);
        }
        if self.interpretation.choice(by) == Some(language.as_ref()) {
            return Ok(None);
        }
        Ok(Some(InterpretEvent::ListeningChosen { participant: by, language }))
    }
}
