//! What the media plane has seen, told to the people it concerns.
//!
//! In: one event of this visit's room. Out: messages to people.
//! Never: an event that names an earlier connection taken for one of the present; a word about
//! a page's slots before the answer to its present offer; a word about media to somebody who
//! is not in the visit.

use super::client::{Media, Offer, Topic};
use super::live::Live;
use crate::media::{
    page_delivery, page_refusal, page_slot, page_sound, page_source, page_voice, page_worth,
};
use bedside_sfu_api::{
    ConnectionId, Departure, Event, IceCredentials, MediaRefusal, ParticipantId,
};
use bedside_signaling_api::socket::ServerMessage;
use uuid::Uuid;

impl Live {
    /// Tells the people concerned.
    pub(super) fn handle_media(&mut self, event: Event) {
        match event {
            Event::Admitted { participant, connection, answer, room: _ } => {
                self.answered(participant.0, connection, answer);
            }
            Event::Refused { participant, connection, refusal, room: _ } => {
                self.refused(participant.0, connection, refusal);
            }
            Event::Connected { participant, connection, suite, room: _ } => {
                if self.move_on(participant.0, connection, Media::Up).is_some() {
                    self.rooms.counts.connected(suite);
                    self.measured.handle_connected(participant.0);
                }
            }
            Event::IceRestarted { participant, connection, theirs, ours, room: _ } => {
                self.ice_restarted((participant.0, connection), &theirs, &ours);
            }
            Event::Reached { participant, connection, unheard_ms, room: _ } => {
                if self.is_current(participant.0, connection) {
                    self.measured.handle_reached(participant.0, unheard_ms);
                }
            }
            Event::Slots { participant, slots, room: _ } => {
                let slots = slots.into_iter().map(page_slot).collect();
                self.tell(participant, Topic::Slots, ServerMessage::Slots { slots });
            }
            Event::Watched { participant, source, layers, room: _ } => {
                let layers = layers.into_iter().map(page_worth).collect();
                let message = ServerMessage::Watched { source: page_source(source), layers };
                self.tell(participant, Topic::Watched(source), message);
            }
            Event::VoiceWanted { participant, voice, room: _ } => {
                if self.visit.is_here(participant.0) {
                    self.measured.handle_voice_wanted(participant.0, voice);
                }
                self.tell(participant, Topic::VoiceWanted, page_voice(voice));
            }
            Event::Delivered { participant, deliveries, sound, budget: _, room: _ } => {
                let deliveries: Vec<_> = deliveries.into_iter().map(page_delivery).collect();
                let sound = page_sound(sound);
                if self.visit.is_here(participant.0) {
                    self.measured.handle_delivered(participant.0, &deliveries, sound);
                }
                let message = ServerMessage::Delivered { sound, deliveries };
                self.tell(participant, Topic::Delivered, message);
            }
            Event::Quality { participant, sample, room: _ } => {
                if self.visit.is_here(participant.0) {
                    self.measured.handle_sample(participant.0, &sample);
                    if let Some(client) = self.client_by_participant.get_mut(&participant.0) {
                        client.up.loss_permille = sample.up.loss_permille;
                    }
                }
                if let Some(client) = self.client_by_participant.get_mut(&participant.0) {
                    client.handle_rate(sample.up.rate);
                }
            }
            Event::Speakers { participant, speakers, room: _ } => {
                self.tell_speakers(participant, &speakers);
            }
            Event::Departed { participant, connection, departure, room: _ } => {
                if self.is_current(participant.0, connection)
                    && let Some(client) = self.client_by_participant.get_mut(&participant.0)
                {
                    client.lose_media();
                    self.measured.handle_departed(participant.0, departure);
                }
            }
            Event::RoomFailed { room: _ } => self.lose_all_media(),
            Event::Stats(_) => {}
        }
    }

    /// Nobody's media connection is known to stand; everybody offers again.
    pub(super) fn lose_all_media(&mut self) {
        for (participant, client) in &mut self.client_by_participant {
            if client.media.offer().is_some() {
                client.lose_media();
                self.measured.handle_departed(*participant, Departure::Fault);
            }
        }
    }

    fn answered(&mut self, participant: Uuid, connection: ConnectionId, sdp: String) {
        if let Some(offer) = self.move_on(participant, connection, Media::Answered) {
            self.say(participant, ServerMessage::Answer { number: offer.number, sdp });
        }
    }

    fn ice_restarted(
        &mut self,
        (participant, connection): (Uuid, ConnectionId),
        theirs: &IceCredentials,
        ours: &IceCredentials,
    ) {
        if !self.is_current(participant, connection) {
            return;
        }
        let Some(client) = self.client_by_participant.get_mut(&participant) else { return };
        let Some(Offer { number, connection: _ }) = client.media.offer() else { return };
        client.say(ServerMessage::IceRestarted {
            number,
            to: theirs.ufrag().to_owned(),
            ufrag: ours.ufrag().to_owned(),
            password: ours.password().to_owned(),
        });
    }

    fn refused(&mut self, participant: Uuid, connection: ConnectionId, refusal: MediaRefusal) {
        if let Some(offer) = self.move_on(participant, connection, |_| Media::None) {
            let (to, code) = ("offer".to_owned(), page_refusal(refusal));
            let number = Some(offer.number);
            self.say(participant, ServerMessage::Refused { to, code, number });
        }
    }

    /// Takes the person's media connection a step on, if the event is of the present one.
    fn move_on(
        &mut self,
        participant: Uuid,
        connection: ConnectionId,
        to: fn(Offer) -> Media,
    ) -> Option<Offer> {
        if !self.is_current(participant, connection) {
            return None;
        }
        let client = self.client_by_participant.get_mut(&participant)?;
        let offer = client.media.offer()?;
        client.media = to(offer);
        client.media_missing = client.media_missing && !client.media.is_up();
        Some(offer)
    }

    fn is_current(&self, participant: Uuid, connection: ConnectionId) -> bool {
        self.visit.is_here(participant)
            && self
                .client_by_participant
                .get(&participant)
                .and_then(|client| client.media.offer())
                .is_some_and(|offer| offer.connection == connection)
    }

    /// What a page hears of its slots and layers is of the connection it knows; before the
    /// answer to its present offer that is none.
    fn tell(&mut self, participant: ParticipantId, topic: Topic, message: ServerMessage) {
        let here = self.visit.is_here(participant.0);
        if let Some(client) = self.client_by_participant.get_mut(&participant.0)
            && here
            && client.media.is_answered()
        {
            client.say_of_media(topic, message);
        }
    }

    /// Who speaks is told also to a page that waits for its answer: it is of people, and not of
    /// slots.
    fn tell_speakers(&mut self, listener: ParticipantId, speakers: &[ParticipantId]) {
        if !self.visit.is_here(listener.0) {
            return;
        }
        let here = speakers.iter().filter(|speaker| self.visit.is_here(speaker.0));
        let message = ServerMessage::Speakers { participants: here.map(|p| p.0).collect() };
        if let Some(client) = self.client_by_participant.get_mut(&listener.0) {
            client.say_of_media(Topic::Speakers, message);
        }
    }
}
