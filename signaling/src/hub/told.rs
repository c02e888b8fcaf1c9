//! What everybody is told of the visit, whenever it has changed for them.
//!
//! In: the visit and the passing side of everybody. Out: messages, each only if it is news.
//! Never: to anybody more than `picture` lets them know.

use super::client::Told;
use super::live::Live;
use super::{hearing, lesson, picture, standards};
use crate::clock;
use crate::queue::Place;
use crate::visit;
use bedside_signaling_api::socket::{ServerMessage, Standing};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

impl Live {
    /// Tells each person what is news to them.
    pub(super) fn tell_all(&mut self) {
        let passing_by_participant: BTreeMap<Uuid, picture::Passing> = self
            .client_by_participant
            .iter()
            .map(|(participant, client)| (*participant, client.passing()))
            .collect();
        let passing =
            |participant| passing_by_participant.get(&participant).copied().unwrap_or_default();
        let cut_off: BTreeSet<Uuid> = self
            .client_by_participant
            .iter()
            .filter_map(|(participant, client)| client.is_cut_off().then_some(*participant))
            .collect();
        let now = clock::now();
        let lines = self.lines();
        let lines_by_participant: BTreeMap<Uuid, ServerMessage> = self
            .client_by_participant
            .keys()
            .filter_map(|id| self.lines_for(*id, &lines).map(|message| (*id, message)))
            .collect();
        let standards = standards::standards(&self.visit, &mut self.measured, now);
        for (participant, client) in &mut self.client_by_participant {
            let Some(seat) = self.visit.seat(*participant).filter(|_| client.line.is_some()) else {
                continue;
            };
            let people = picture::people(&self.visit, *participant, passing);
            client.tell(Told::People, people);
            if self.visit.standing(*participant, now) != Some(Standing::Early) {
                client.tell(Told::Schedule, picture::schedule(&self.visit, *participant));
            }
            let recording = picture::recording(&self.visit, seat, self.taking.as_ref());
            if let Some(recording) = recording {
                client.tell(Told::Recording, recording);
            }
            client.tell(Told::Asks, picture::asks(&self.visit, seat, &self.rooms.texts));
            client.tell(Told::Lesson, lesson::lesson(&self.visit, seat));
            if let Some(hearing) = hearing::hearing(&self.visit, seat, &cut_off) {
                client.tell(Told::Hearing, hearing);
            }
            if let Some(lines) = lines_by_participant.get(participant) {
                client.tell(Told::Lines, lines.clone());
            }
            if let Some(standards) = standards::told(&self.visit, seat, &standards) {
                client.tell(Told::Standards, standards);
            }
            let waits = seat.place == visit::Place::Waiting;
            if let Some(place) = client.queue.clone().filter(|_| waits) {
                client.tell(Told::Queue, place);
            }
        }
    }

    /// Takes in where the visit stands in its queue.
    pub(super) fn take_place(&mut self, place: &Place) {
        let message =
            ServerMessage::Queue { position: place.position, wait_minutes: place.wait_minutes };
        for client in self.client_by_participant.values_mut() {
            client.queue = Some(message.clone());
        }
    }
}
