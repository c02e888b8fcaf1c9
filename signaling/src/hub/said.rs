//! What a seated person says.
//!
//! In: one message of one person. Out: a command to the visit or to the media plane, or a
//! refusal to that person alone.
//! Never: an offer passed on for somebody who is not in the visit.

use super::caption::Draft;
use super::client::{Media, Offer};
use super::live::Live;
use super::owed::NotTaken;
use super::{HubError, VIEWS_MAX, wishes};
use crate::media::{media_sources, media_view};
use crate::quality::{self, Absurd};
use crate::role::grant;
use crate::store::Actor;
use crate::visit::{Answer, Command};
use bedside_sfu_api::{
    self as sfu, Departure, Grant, IceCredentials, ParticipantId, RoomId, Source,
};
use bedside_signaling_api::socket::{
    ClientMessage, Felt, RefusalCode, ServerMessage, Sources, View,
};
use uuid::Uuid;

impl Live {
    /// Does what the person says, or tells them why not.
    pub(super) async fn handle_message(&mut self, from: Uuid, message: ClientMessage) {
        let to = message.kind();
        let number = offer_number(&message);
        let done = match message {
            // Who this is has been said, and the socket answers pings by itself.
            ClientMessage::Hello { .. } | ClientMessage::Ping => Err(RefusalCode::BadMessage),
            ClientMessage::Offer { number, sdp, sources } => self.offer(from, number, sdp, sources),
            ClientMessage::RestartIce { number, ufrag, password } => {
                self.restart_ice(from, number, IceCredentials::new(ufrag, password))
            }
            ClientMessage::Switch { sources } => self.switch(from, sources),
            ClientMessage::Show { views, data_saver } => self.show(from, views, data_saver),
            ClientMessage::Felt { felt } => self.felt(from, felt),
            ClientMessage::Check { participant, evidence } => {
                self.check(from, participant.unwrap_or(from), evidence).await
            }
            ClientMessage::Chat { to, text, ready } => self.chat(from, to, (text, ready)).await,
            ClientMessage::Caption { language, number, text, done } => {
                self.caption(from, Draft { language, number, text, done })
            }
            ClientMessage::Invite { person } => self.invite(from, person).await,
            ClientMessage::RenewLink { participant } => self.renew_link(from, participant).await,
            ClientMessage::StartLesson { tutorial, to } => {
                self.start_lesson(from, tutorial, to).await
            }
            ClientMessage::OfferLessons { tutorials } => self.offer_lessons(from, tutorials).await,
            ClientMessage::AskStill { participant } => self.ask_still(from, participant),
            ClientMessage::RefuseStill { still } => self.refuse_still(from, still),
            ClientMessage::Clock { sent } => {
                self.tell_clock(from, sent);
                Ok(())
            }
            wish @ (ClientMessage::Admit { .. }
            | ClientMessage::Decline { .. }
            | ClientMessage::Remove { .. }
            | ClientMessage::Leave
            | ClientMessage::End { .. }
            | ClientMessage::Deviate { .. }
            | ClientMessage::Consent { .. }
            | ClientMessage::Sidebar { .. }
            | ClientMessage::CloseSidebar
            | ClientMessage::SetApart { .. }
            | ClientMessage::BringBack { .. }
            | ClientMessage::OfferHandOver { .. }
            | ClientMessage::AcceptHandOver
            | ClientMessage::Extend { .. }
            | ClientMessage::StartSegment { .. }
            | ClientMessage::SteerLesson { .. }
            | ClientMessage::StopLesson
            | ClientMessage::Watched { .. }
            | ClientMessage::Listen { .. }
            | ClientMessage::SetInterpreting { .. }
            | ClientMessage::SetDirection { .. }
            | ClientMessage::OfferChannel { .. }
            | ClientMessage::TakeChannel
            | ClientMessage::SetVoiceOnly { .. }
            | ClientMessage::CoverTopic { .. }
            | ClientMessage::SettleNoShow { .. }
            | ClientMessage::Record { .. }) => match wishes::command(from, wish) {
                Ok(Some(command)) if !self.is_known_text(&command) => Err(RefusalCode::BadMessage),
                Ok(Some(command)) => self.wish(from, command).await,
                Ok(None) => Err(RefusalCode::BadMessage),
                Err(code) => Err(code),
            },
        };
        if let Err(code) = done {
            self.say(from, ServerMessage::Refused { to: to.to_owned(), code, number });
        }
    }

    /// Whether a consent is given to a text there is; any other command passes.
    fn is_known_text(&self, command: &Command) -> bool {
        let Command::Consent { purpose, answer: Answer::Give { version, language }, .. } = command
        else {
            return true;
        };
        self.rooms.texts.has(*purpose, version, language)
    }

    /// Gives the visit a person's command.
    pub(super) async fn wish(&mut self, from: Uuid, command: Command) -> Result<(), RefusalCode> {
        self.command(Actor::Person(from), command).await.map_err(|error| match error {
            HubError::Refused(refusal) => refusal.code(),
            HubError::Unknown => RefusalCode::NoSuchPerson,
            HubError::Elsewhere | HubError::Failed => RefusalCode::Fault,
        })
    }

    fn offer(
        &mut self,
        from: Uuid,
        number: u32,
        offer: String,
        sources: Sources,
    ) -> Result<(), RefusalCode> {
        let grant = self.granted(from, sources)?;
        let connection = self.rooms.numbers.connection();
        let (room, participant) = (RoomId(self.id), ParticipantId(from));
        let voice_only = self.visit.attended().is_voice_only(from);
        let sources_on = sent(sources, voice_only);
        self.arrange_first();
        self.give(sfu::Command::Admit {
            room,
            participant,
            connection,
            grant,
            circle: self.circle_of(from),
            sources: sources_on,
            offer,
        })?;
        self.tap_again();
        let Some(client) = self.client_by_participant.get_mut(&from) else { return Ok(()) };
        let lost = was_lost(client.media, number);
        client.offers(Offer { connection, number });
        let departure = if lost { Departure::Silent } else { Departure::Closed };
        self.measured.handle_departed(from, departure);
        client.sources = sources;
        let views = shown(&client.views, voice_only);
        let saver = client.data_saver;
        if saver || voice_only || !views.is_empty() {
            self.owed.insist(sfu::Command::Show { room, participant, views, saver });
        }
        Ok(())
    }

    fn restart_ice(
        &mut self,
        from: Uuid,
        number: u32,
        theirs: Option<IceCredentials>,
    ) -> Result<(), RefusalCode> {
        self.granted(from, Sources::default())?;
        let theirs = theirs.ok_or(RefusalCode::BadMessage)?;
        let client = self.client_by_participant.get(&from);
        let media = client.map(|client| client.media).filter(|media| media.is_answered());
        match media.and_then(Media::offer).filter(|offer| offer.number == number) {
            Some(Offer { connection, number: _ }) => {
                let (room, participant) = (RoomId(self.id), ParticipantId(from));
                self.give(sfu::Command::RestartIce { room, participant, connection, theirs })
            }
            None => {
                self.say(from, ServerMessage::MediaLost { number });
                Ok(())
            }
        }
    }

    fn switch(&mut self, from: Uuid, sources: Sources) -> Result<(), RefusalCode> {
        self.granted(from, sources)?;
        if self.has_media(from) {
            let (room, participant) = (RoomId(self.id), ParticipantId(from));
            let sources = sent(sources, self.visit.attended().is_voice_only(from));
            self.give(sfu::Command::Switch { room, participant, sources })?;
        }
        if let Some(client) = self.client_by_participant.get_mut(&from) {
            client.sources = sources;
        }
        Ok(())
    }

    fn show(&mut self, from: Uuid, views: Vec<View>, saver: bool) -> Result<(), RefusalCode> {
        if views.len() > VIEWS_MAX {
            return Err(RefusalCode::BadMessage);
        }
        self.granted(from, Sources::default())?;
        self.measured.handle_shown(from, views.iter().any(|view| view.signing));
        if self.has_media(from) {
            let (room, participant) = (RoomId(self.id), ParticipantId(from));
            let views = shown(&views, self.visit.attended().is_voice_only(from));
            self.give(sfu::Command::Show { room, participant, views, saver })?;
        }
        if let Some(client) = self.client_by_participant.get_mut(&from) {
            client.views = views;
            client.data_saver = saver;
        }
        Ok(())
    }

    /// Tells the media plane what of a person's pictures goes from now on.
    pub(super) fn remake_pictures(&mut self, participant: Uuid) {
        let voice_only = self.visit.attended().is_voice_only(participant);
        if !self.has_media(participant) {
            return;
        }
        let Some(client) = self.client_by_participant.get(&participant) else { return };
        let (sources, saver) = (sent(client.sources, voice_only), client.data_saver);
        let views = shown(&client.views, voice_only);
        let (room, participant) = (RoomId(self.id), ParticipantId(participant));
        self.owed.insist(sfu::Command::Switch { room, participant, sources });
        self.owed.insist(sfu::Command::Show { room, participant, views, saver });
    }

    fn felt(&mut self, from: Uuid, felt: Felt) -> Result<(), RefusalCode> {
        self.granted(from, Sources::default())?;
        let checked = quality::check(felt).map_err(|_: Absurd| RefusalCode::BadMessage)?;
        if let Some(felt) = checked {
            self.measured.handle_felt(from, &felt);
            if let Some(client) = self.client_by_participant.get_mut(&from) {
                client.up.handle_felt(&felt);
            }
        }
        Ok(())
    }

    /// What the person may do with media, if they are in the visit and ask for no more.
    fn granted(&self, from: Uuid, asked: Sources) -> Result<Grant, RefusalCode> {
        let seat = self.visit.seat(from).filter(|_| self.visit.is_here(from));
        let grant = grant(seat.ok_or(RefusalCode::NotAdmitted)?.role);
        let asked = media_sources(asked);
        let allowed =
            Source::ALL.into_iter().all(|source| !asked.has(source) || grant.publish.has(source));
        if allowed { Ok(grant) } else { Err(RefusalCode::NotAllowed) }
    }

    fn has_media(&self, participant: Uuid) -> bool {
        self.client_by_participant
            .get(&participant)
            .is_some_and(|client| client.media.offer().is_some())
    }

    fn give(&self, command: sfu::Command) -> Result<(), RefusalCode> {
        self.owed.offer(command).map_err(|not_taken| match not_taken {
            NotTaken::Full => RefusalCode::ServerFull,
            NotTaken::Gone => RefusalCode::Fault,
        })
    }
}

/// What of a person's sources goes to the others.
fn sent(sources: Sources, voice_only: bool) -> sfu::Sources {
    let sources = media_sources(sources);
    if voice_only { sfu::Sources { camera: false, screen: false, ..sources } } else { sources }
}

/// What of the others' pictures goes to a person.
fn shown(views: &[View], voice_only: bool) -> Vec<sfu::View> {
    if voice_only { Vec::new() } else { views.iter().copied().map(media_view).collect() }
}

/// Whether an offer says that the page has lost a connection that stood here. A page offers
/// again only then, and counts its offers from one; a number that is no higher is that of a page
/// begun anew, which is nobody's interruption.
///
/// The loss counts from the offer on: the seconds in which the page waited for the old
/// connection to come back are not in its length. A page begun anew whose first offer never came
/// is taken for the one before it.
const fn was_lost(earlier: Media, number: u32) -> bool {
    match earlier {
        Media::Up(offer) => number > offer.number,
        Media::None | Media::Offered(_) | Media::Answered(_) => false,
    }
}

const fn offer_number(message: &ClientMessage) -> Option<u32> {
    let (ClientMessage::Offer { number, .. } | ClientMessage::RestartIce { number, .. }) = message
    else {
        return None;
    };
    Some(*number)
}

#[cfg(test)]
mod tests {
    use super::{Media, Offer, was_lost};
    use bedside_sfu_api::ConnectionId;

    #[test]
    fn only_a_page_that_offers_again_has_lost_what_stood() {
        let offer = Offer { connection: ConnectionId(7), number: 2 };
        assert!(was_lost(Media::Up(offer), 3));
        assert!(!was_lost(Media::Up(offer), 1), "the page was begun anew");
        assert!(!was_lost(Media::Up(offer), 2));
        for never_stood in [Media::None, Media::Offered(offer), Media::Answered(offer)] {
            assert!(!was_lost(never_stood, 3), "{never_stood:?}");
        }
    }
}
