//! Who hears whom in the visit as it stands: circles first, then channels.
//!
//! In: the visit, and whose connection is gone at the moment. Out: levels for people's pages,
//! silences for the media plane, the channels there are, whose hands are to be seen.
//! Never: somebody silenced across circles; what is said in another is not sent in any case.

use super::hearing::{Arrangement, Interpreter, Person, hearing};
use super::signing::reads;
use super::{Circle, Place, Seat, Tongue, Visit};
use crate::role::may;
use bedside_signaling_api::interpreting::{Channel, Level};
use bedside_signaling_api::socket::Capability;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

impl Visit {
    /// Who speaks into a channel now: who has it and is with the others.
    #[must_use]
    pub fn speaker(&self, channel: &Tongue) -> Option<Uuid> {
        self.interpretation.holder(channel).filter(|holder| self.is_on_the_floor(*holder))
    }

    /// Whether somebody speaks into a channel now, or would as soon as the mode is simultaneous.
    pub(super) fn speaks_into_a_channel(&self, interpreter: Uuid) -> bool {
        let direction = self.interpretation.direction(interpreter);
        direction.is_some_and(|direction| self.speaker(&direction.into) == Some(interpreter))
    }

    /// In the visit, connected, and in the common circle. Whoever is apart or confers speaks into
    /// no channel, so that nobody's floor is lowered under a silence.
    pub(super) fn is_on_the_floor(&self, participant: Uuid) -> bool {
        self.seat(participant).is_some_and(|seat| {
            seat.place == Place::Here
                && self.apart(seat).is_none()
                && !self.sidebar.contains(&participant)
        })
    }

    /// What somebody listens to: what they chose, or else their own language while an interpreter
    /// for it is there. Interpreters listen to the floor unless they choose.
    #[must_use]
    pub fn listens(&self, seat: &Seat) -> Option<Tongue> {
        if let Some(choice) = self.interpretation.choice(seat.id) {
            return choice.cloned();
        }
        let own = Tongue::of(&seat.language);
        let offered = !may(seat.role, Capability::Interpret)
            && self
                .interpretation
                .directions()
                .any(|(id, direction)| direction.has(&own) && self.is_here(id));
        offered.then_some(own)
    }

    /// The channels there are: of every language that an interpreter in the visit works with.
    /// Whoever is cut off speaks into none, and has theirs kept.
    #[must_use]
    pub fn channels(&self, cut_off: &BTreeSet<Uuid>) -> Vec<Channel> {
        let here = || self.interpretation.directions().filter(|(id, _)| self.is_here(*id));
        let tongues: BTreeSet<&Tongue> =
            here().flat_map(|(_, direction)| [&direction.from, &direction.into]).collect();
        let channel = |tongue: &Tongue| {
            let holder = self.interpretation.holder(tongue);
            let active = self.speaker(tongue).filter(|active| !cut_off.contains(active));
            let is_away = |id: &Uuid| {
                cut_off.contains(id) || self.seat(*id).is_some_and(|s| s.place == Place::Away)
            };
            let rests = here().filter(|(id, direction)| {
                &direction.into == tongue && active.or(holder).is_none_or(|holder| holder != *id)
            });
            Channel {
                language: tongue.as_str().to_owned(),
                signed: tongue.is_signed(),
                active,
                awaited: holder.filter(is_away),
                passive: rests.map(|(id, _)| id).collect(),
            }
        };
        tongues.into_iter().map(channel).collect()
    }

    /// How loud a person is to hear each other person in the visit.
    #[must_use]
    pub fn levels(&self, listener: Uuid, cut_off: &BTreeSet<Uuid>) -> Vec<(Uuid, Level)> {
        let circles = self.circles();
        let Some((_, here)) = circles.iter().find(|(id, _)| *id == listener) else {
            return Vec::new();
        };
        let floor = self.floor(&circles);
        let arrangement = self.arrangement(cut_off.clone());
        let level =
            |(speaker, there): &(Uuid, Circle)| match (floor.get(&listener), floor.get(speaker)) {
                _ if here != there => Level::Silent,
                (Some(listener), Some(speaker)) => hearing(listener, speaker, &arrangement),
                // Who confers hears the others of the conference plainly.
                _ => Level::Full,
            };
        let others = circles.iter().filter(|(id, _)| *id != listener);
        others.map(|other| (other.0, level(other))).collect()
    }

    /// Whose hands a person is to see, of those in their circle.
    #[must_use]
    pub fn signers(&self, viewer: Uuid) -> Vec<Uuid> {
        let circles = self.circles();
        let Some((_, here)) = circles.iter().find(|(id, _)| *id == viewer) else {
            return Vec::new();
        };
        let Some(viewer) = self.seat(viewer).map(|seat| self.person(seat)) else {
            return Vec::new();
        };
        let with = circles.iter().filter(|(id, there)| *id != viewer.id && there == here);
        let people = with.filter_map(|(id, _)| Some(self.person(self.seat(*id)?)));
        people.filter(|person| reads(&viewer, person)).map(|person| person.id).collect()
    }

    /// Listener and speaker of each two in the common circle of whom one is not to hear the other.
    #[must_use]
    pub fn silences(&self) -> BTreeSet<(Uuid, Uuid)> {
        let floor = self.floor(&self.circles());
        // A connection that is gone silences nobody.
        let arrangement = self.arrangement(BTreeSet::new());
        let pairs = floor.values().flat_map(|listener| {
            floor
                .values()
                .filter(|speaker| speaker.id != listener.id)
                .map(move |speaker| (listener, speaker))
        });
        pairs
            .filter(|(listener, speaker)| hearing(listener, speaker, &arrangement) == Level::Silent)
            .map(|(listener, speaker)| (listener.id, speaker.id))
            .collect()
    }

    /// Everybody in the common circle.
    fn floor(&self, circles: &[(Uuid, Circle)]) -> BTreeMap<Uuid, Person> {
        let main = circles.iter().filter(|(_, circle)| *circle == Circle::Main);
        let seats = main.filter_map(|(id, _)| self.seat(*id));
        seats.map(|seat| (seat.id, self.person(seat))).collect()
    }

    fn person(&self, seat: &Seat) -> Person {
        let interpreter = || {
            let way = self.interpretation.direction(seat.id).cloned();
            let has = |way| self.interpretation.holder(way) == Some(seat.id);
            let rests = way.as_ref().is_none_or(|way| !has(&way.into));
            Interpreter { way, rests }
        };
        Person {
            id: seat.id,
            tongue: Tongue::of(&seat.language),
            listens: self.listens(seat),
            interprets: may(seat.role, Capability::Interpret).then(interpreter),
        }
    }

    fn arrangement(&self, cut_off: BTreeSet<Uuid>) -> Arrangement {
        let mode = self.interpretation.mode();
        Arrangement { mode, active_by_channel: self.speakers(), cut_off }
    }
}
