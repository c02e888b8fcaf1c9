//! The circles of a room: who is in which, and what only those in it may know.
//!
//! In: who goes where, loudness of voices. Out: people in circles, and who speaks, told to each
//! circle alone.
//! Never: a move that is half done; nothing is forwarded before all have moved.

use super::Room;
use crate::circle::{arranged, newly_together, shared_from};
use crate::packet::AudioLevel;
use crate::participant::Participant;
use crate::speaker::Speakers;
use bedside_sfu_api::{Circle, Event, ParticipantId, Silence};
use std::collections::BTreeMap;
use std::time::Instant;

/// What a person's former connection leaves to the new one.
#[derive(Debug)]
pub(super) struct Former {
    pub(super) circle: Circle,
    pub(super) speaks_here_from: Instant,
    pub(super) shared_from_by_publisher: BTreeMap<ParticipantId, Instant>,
}

impl Room {
    /// These people are in these circles from now on, and these voices are not sent.
    pub(crate) fn arrange(
        &mut self,
        now: Instant,
        moves: &[(ParticipantId, Circle)],
        silences: &[Silence],
    ) {
        self.stir(now);
        self.silences.decide(now, silences);
        let circle_by_id: BTreeMap<_, _> =
            self.participant_by_id.iter().map(|(id, person)| (*id, person.circle)).collect();
        let after = arranged(&circle_by_id, moves);
        for (id, circle) in &after {
            if circle_by_id.get(id) != Some(circle) {
                self.move_to(now, *id, *circle);
            }
        }
        for (viewer, publisher) in newly_together(&circle_by_id, &after) {
            self.join(now, viewer, publisher);
        }
        self.rebind();
        self.decide_voices(now);
        self.decide(now);
        self.tell_speakers();
    }

    /// Somebody is in a circle from now on. Their voice counts there once it can be meant for it.
    fn move_to(&mut self, now: Instant, id: ParticipantId, circle: Circle) {
        self.silence(id);
        if let Some(person) = self.participant_by_id.get_mut(&id) {
            person.circle = circle;
            person.speaks_here_from = shared_from(now, person.path.egress.round_trip());
        }
    }

    /// Somebody goes on with a new connection. In the circle they were in nothing changes for
    /// them; who comes from another neither brings along nor gets what was said before.
    pub(super) fn go_on(&mut self, now: Instant, id: ParticipantId, former: Former) {
        let Some(person) = self.participant_by_id.get_mut(&id) else { return };
        let circle = person.circle;
        if former.circle == circle {
            person.shared_from_by_publisher = former.shared_from_by_publisher;
            // Who had just come from elsewhere has, on whatever connection.
            person.speaks_here_from = person.speaks_here_from.max(former.speaks_here_from);
            return;
        }
        person.speaks_here_from = shared_from(now, person.path.egress.round_trip());
        let there = self.participant_by_id.iter().filter(|(_, other)| other.circle == circle);
        let others: Vec<_> = there.map(|(other, _)| *other).filter(|other| *other != id).collect();
        for other in others {
            self.join(now, id, other);
            self.join(now, other, id);
        }
    }

    /// Somebody comes without a connection before: of those who have just moved to this circle
    /// they get what is said here, not what was still on its way from where they were.
    pub(super) fn come(&mut self, id: ParticipantId) {
        let Some(person) = self.participant_by_id.get(&id) else { return };
        let circle = person.circle;
        let there = self.participant_by_id.iter().filter(|(_, other)| other.circle == circle);
        let said_from: Vec<_> =
            there.map(|(other, publisher)| (*other, publisher.speaks_here_from)).collect();
        if let Some(person) = self.participant_by_id.get_mut(&id) {
            let moved = said_from
                .into_iter()
                .filter(|(other, from)| *other != id && *from > person.admitted_at);
            person.shared_from_by_publisher.extend(moved);
        }
    }

    /// Somebody is gone, and it is of no account any more when they came.
    pub(super) fn forget_moves(&mut self, id: ParticipantId) {
        for viewer in self.participant_by_id.values_mut() {
            viewer.shared_from_by_publisher.remove(&id);
        }
    }

    /// Two who were apart are together; what the publisher said before is not for the viewer.
    fn join(&mut self, now: Instant, viewer: ParticipantId, publisher: ParticipantId) {
        let Some(other) = self.participant_by_id.get(&publisher) else { return };
        let from = shared_from(now, other.path.egress.round_trip());
        if let Some(viewer) = self.participant_by_id.get_mut(&viewer) {
            viewer.shared_from_by_publisher.insert(publisher, from);
        }
    }

    /// Where somebody is.
    pub(super) fn circle_of(&self, id: ParticipantId) -> Option<Circle> {
        self.participant_by_id.get(&id).map(|person| person.circle)
    }

    /// Who is in each circle.
    pub(super) fn people_by_circle(&self) -> BTreeMap<Circle, Vec<(ParticipantId, &Participant)>> {
        let mut people_by_circle: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (id, person) in &self.participant_by_id {
            people_by_circle.entry(person.circle).or_default().push((*id, &**person));
        }
        people_by_circle
    }

    /// The others in somebody's circle.
    pub(super) fn others_with(
        &self,
        id: ParticipantId,
    ) -> impl Iterator<Item = (ParticipantId, &Participant)> {
        let circle = self.circle_of(id);
        let people = self.participant_by_id.iter().map(|(other, person)| (*other, &**person));
        people.filter(move |(other, person)| *other != id && Some(person.circle) == circle)
    }

    /// How loud somebody's packet is.
    pub(super) fn handle_level(&mut self, from: ParticipantId, level: AudioLevel) {
        let Some(circle) = self.circle_of(from) else { return };
        let speakers = self.speakers_by_circle.entry(circle).or_insert_with(Speakers::new);
        speakers.handle_level(from, level);
    }

    /// Somebody's place among the voices of a circle; lower is louder.
    pub(super) fn rank(&self, circle: Circle, id: ParticipantId) -> usize {
        self.speakers_by_circle.get(&circle).map_or(0, |speakers| speakers.rank(id))
    }

    /// Who speaks in somebody's circle beside them.
    pub(super) fn speaking_to(
        &self,
        listener: ParticipantId,
    ) -> impl Iterator<Item = ParticipantId> {
        let circle = self.circle_of(listener);
        let speakers = circle.and_then(|circle| self.speakers_by_circle.get(&circle));
        let order = speakers.map(Speakers::order).unwrap_or_default();
        order.iter().copied().filter(move |speaker| *speaker != listener)
    }

    /// Somebody is not heard any more where they were.
    pub(super) fn silence(&mut self, id: ParticipantId) {
        for speakers in self.speakers_by_circle.values_mut() {
            speakers.remove(id);
        }
        self.speakers_by_circle.retain(|_, speakers| !speakers.is_empty());
    }

    /// Tells everybody who speaks in their circle, when that has changed.
    pub(super) fn tell_speakers(&mut self) {
        for (id, person) in &mut self.participant_by_id {
            let speakers = self.speakers_by_circle.get(&person.circle);
            let order = speakers.map(Speakers::order).unwrap_or_default();
            if order != person.told_speakers {
                person.told_speakers = order.to_vec();
                let (room, participant, speakers) = (self.id, *id, order.to_vec());
                self.events.push_back(Event::Speakers { room, participant, speakers });
            }
        }
    }
}
