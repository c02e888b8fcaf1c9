//! Staff asks somebody more to come, or gives somebody a new link.
//!
//! In: whom they mean. Out: the visit's command, and the link to the one page that asked.
//! Never: a link to anybody else's page, or before the person is stored.

use super::live::Live;
use super::wishes;
use crate::visit::{By, Command};
use bedside_signaling_api::care::Invitation;
use bedside_signaling_api::socket::{RefusalCode, ServerMessage};
use uuid::Uuid;

impl Live {
    pub(super) async fn invite(
        &mut self,
        from: Uuid,
        person: Invitation,
    ) -> Result<(), RefusalCode> {
        let partner = self.visit.seat(from).and_then(|seat| seat.partner.clone());
        let expected = wishes::expected(Uuid::now_v7(), partner, person)?;
        let participant = expected.id;
        self.wish(from, Command::Invite { by: By::Person(from), expected }).await?;
        self.tell_link(from, participant);
        Ok(())
    }

    pub(super) async fn renew_link(
        &mut self,
        from: Uuid,
        participant: Uuid,
    ) -> Result<(), RefusalCode> {
        self.wish(from, Command::RenewLink { by: By::Person(from), participant }).await?;
        self.tell_link(from, participant);
        Ok(())
    }

    fn tell_link(&mut self, to: Uuid, participant: Uuid) {
        let Some(seat) = self.visit.seat(participant) else { return };
        let link = self.rooms.links.link(participant, seat.generation);
        self.say(to, ServerMessage::Invited { participant, link });
    }
}
