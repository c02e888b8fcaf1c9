//! Taking a seat: a device opens its person's link.
//!
//! In: a device whose session was checked. Out: the line to it, its first message the welcome.
//! Never: two sockets in one seat; the earlier one is told and closed.

use super::ask::{Device, Joined, Open, Speaker};
use super::client::Client;
use super::line::{Line, line};
use super::live::Live;
use super::{HubError, picture};
use crate::clock;
use crate::socket::Closing;
use crate::store::Actor;
use crate::visit::Command;
use bedside_signaling_api::socket::{ServerMessage, Standing};
use tokio::time::Instant;
use uuid::Uuid;

impl Live {
    /// Seats a device, or tells it why there is no seat.
    pub(super) async fn join(&mut self, device: Device) -> Result<Joined, HubError> {
        let participant = device.participant;
        // The link may have been voided since the session was looked up.
        let seat = self.visit.seat(participant);
        if seat.is_none_or(|seat| seat.generation != device.generation) {
            return Err(HubError::Unknown);
        }
        match self.command(Actor::Person(participant), Command::Open { participant }).await {
            // Whoever is refused is told where they stand instead.
            Ok(()) | Err(HubError::Refused(_)) => {}
            Err(error @ (HubError::Unknown | HubError::Elsewhere | HubError::Failed)) => {
                return Err(error);
            }
        }
        // Whoever has just opened their link stands somewhere.
        let standing = self.visit.standing(participant, clock::now()).ok_or(HubError::Failed)?;
        let from = Speaker { participant, line: self.rooms.numbers.line() };
        let open = Open::new(&self.rooms.counts.sockets);
        let (line, joined) = line(from, self.asks.clone(), open);
        self.greet(device, standing, line);
        self.tell_chat(participant).await;
        Ok(joined)
    }

    fn greet(&mut self, device: Device, standing: Standing, mut line: Line) {
        if picture::is_final(standing) {
            if let Some(outcome) = picture::outcome(&self.visit, device.participant) {
                line.say(outcome);
            }
            self.welcome(device.participant, standing, &mut line);
            line.finish(Closing::Standing(standing));
            return;
        }
        self.take_seat(device);
        self.welcome(device.participant, standing, &mut line);
        if let Some(client) = self.client_by_participant.get_mut(&device.participant) {
            client.line = Some(line);
        }
        self.tell_stills(device.participant);
    }

    fn welcome(&self, participant: Uuid, standing: Standing, line: &mut Line) {
        let client = self.client_by_participant.get(&participant);
        let client = client.filter(|client| client.media.is_up());
        if let Some(seat) = self.visit.seat(participant) {
            line.say(picture::welcome(
                &self.visit,
                seat,
                standing,
                client.is_some(),
                self.taking.is_some(),
            ));
        }
        for message in client.iter().flat_map(|client| client.message_by_topic.values()) {
            line.say(message.clone());
        }
    }

    /// Frees the seat of an earlier socket. The same device goes on with its media connection;
    /// on another one the first device's media ends at once.
    fn take_seat(&mut self, device: Device) {
        let participant = device.participant;
        let client = self
            .client_by_participant
            .entry(participant)
            .or_insert_with(|| Client::absent(Instant::now()));
        if let Some(mut earlier) = client.line.take() {
            earlier.say(ServerMessage::Standing { standing: Standing::Replaced });
            earlier.finish(Closing::Standing(Standing::Replaced));
        }
        client.lost_at = None;
        client.told_by_topic.clear();
        let other_device = client.device.is_some_and(|key| key != device.key);
        client.device = Some(device.key);
        let had_media = client.media.offer().is_some();
        if other_device {
            client.forget_page();
            if had_media {
                self.measured.handle_ended(participant);
                self.remove_media(participant);
            }
        }
    }
}
