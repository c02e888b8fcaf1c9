//! What a page does about what the server says.
//!
//! In: messages of `visit.v1`. Out: orders to the thread, answers to the server.
//! Never: a message that a page would leave out.

use super::{Ended, Life};
use crate::load::crew::{Order, Word};
use crate::load::desk::Page;
use bedside_sfu_api::{Bitrate, LayerWorth, VoiceWorth};
use bedside_signaling_api::socket::{
    ClientMessage, Person as Other, Presence, ServerMessage, SlotCount, Source, Standing, View,
};
use std::time::Duration;

impl Life {
    /// Does what a page does; how the page ends, if it does.
    #[expect(clippy::wildcard_enum_match_arm, reason = "a page ignores what is not about media")]
    pub(super) async fn hear(
        &mut self,
        page: &mut Page,
        message: ServerMessage,
        greeted: Duration,
    ) -> Option<Ended> {
        match message {
            ServerMessage::Welcome { standing, slots, media_up, .. } => {
                self.slots = slots;
                self.greeted = greeted;
                return self.stand(page, standing, media_up).await;
            }
            ServerMessage::Standing { standing } => return self.stand(page, standing, false).await,
            ServerMessage::People { people, .. } => self.meet(page, &people).await,
            ServerMessage::Answer { number, sdp } => self.answer(number, sdp).await,
            ServerMessage::Slots { slots } => {
                self.tell(Word::Bind(slots));
            }
            ServerMessage::Watched { source, layers } => {
                let worth = |layer: bedside_signaling_api::socket::LayerWorth| LayerWorth {
                    watched: layer.watched,
                    rate_max: layer.kbps_max.map(|kbps| Bitrate::kbps(kbps.into())),
                };
                let worth = layers.into_iter().map(worth).collect();
                self.tell(Word::Worth(source, worth));
            }
            ServerMessage::VoiceWanted { kbps, packet_ms, redundant } => {
                let rate = Bitrate::kbps(kbps.into());
                let worth = VoiceWorth { rate, packet_ms, redundant };
                self.tell(Word::VoiceWorth(worth));
            }
            ServerMessage::MediaLost { .. } => {
                self.trouble("the server lost the media");
                self.offer(page).await;
            }
            ServerMessage::Refused { to, code, .. } => self.refused(&to, &format!("{code:?}")),
            ServerMessage::GoingAway => self.trouble("the server is stopping"),
            _ => {}
        }
        None
    }

    async fn stand(
        &mut self,
        page: &mut Page,
        standing: Standing,
        media_up: bool,
    ) -> Option<Ended> {
        let sits = self.seat.is_some();
        if standing == Standing::Admitted && !(sits && media_up) {
            self.offer(page).await;
        }
        self.end_of(standing)
    }

    async fn answer(&mut self, number: u32, sdp: String) {
        let Some(seat) = self.seat_id().filter(|_| number == self.number) else { return };
        let answered = self.reins.ask(|reply| Order::Answer { seat, sdp, reply }).await;
        if let Some(Err(fault)) = answered {
            self.trouble(&format!("the answer is none: {fault}"));
        }
    }

    /// Lets in who waits, and shows who is here.
    async fn meet(&mut self, page: &mut Page, people: &[Other]) {
        if self.is_staff() && self.seat.is_some() {
            for other in people.iter().filter(|other| other.presence == Presence::Waiting) {
                if self.let_in.contains(&other.participant) {
                    continue;
                }
                self.let_in.push(other.participant);
                let (participant, shown, skip) = (other.participant, None, Vec::new());
                page.say(&ClientMessage::Admit { participant, shown, skip }).await;
            }
        }
        // Who has gone may wait again.
        self.let_in.retain(|known| {
            people
                .iter()
                .any(|other| other.participant == *known && other.presence != Presence::Expected)
        });
        let views = views(people, self.person.shows);
        if self.seat.is_some() && views != self.views {
            self.views.clone_from(&views);
            page.say(&ClientMessage::Show { views, data_saver: false }).await;
        }
    }

    fn refused(&mut self, to: &str, code: &str) {
        // Several of staff let the same person in, and one of them does.
        let is_late = to == "admit" || to == "end";
        let is_asked_for = self.is_nonsense_due && (to.is_empty() || to == "sing");
        if !is_late && !is_asked_for {
            self.trouble(&format!("refused: {to} ({code})"));
        }
    }

    fn tell(&self, word: Word) {
        if let Some(seat) = self.seat_id() {
            self.reins.tell(seat, word);
        }
    }
}

/// Everybody's pictures that are on.
fn views(people: &[Other], height: u16) -> Vec<View> {
    let here = people.iter().filter(|other| other.presence == Presence::Here && height > 0);
    here.flat_map(|other| {
        let on = [(Source::Camera, other.sources.camera), (Source::Screen, other.sources.screen)];
        on.into_iter().filter(|(_, on)| *on).map(|(source, _)| View {
            participant: other.participant,
            source,
            height,
            pinned: false,
            signing: false,
        })
    })
    .collect()
}

/// Before the server has said how many.
pub(super) const NO_SLOTS: SlotCount = SlotCount { audio: 0, video: 0 };
