//! Chat: with everybody or one group, in the lobby too, and when media does not work.
//!
//! In: a line somebody writes. Out: the line to those it is for; to the store, where the policy
//! keeps it.
//! Never: a line to somebody in another circle or to somebody who waits beside; a word in the
//! log of events.

use super::live::Live;
use crate::clock;
use crate::role::is_staff;
use crate::store::ChatRow;
use crate::visit::{Circle, Place, Seat, Visit};
use bedside_signaling_api::care::{ChatLine, ChatTo, TEXT_CHARS_MAX};
use bedside_signaling_api::socket::{RefusalCode, ServerMessage};
use uuid::Uuid;

impl Live {
    pub(super) async fn chat(
        &mut self,
        from: Uuid,
        to: ChatTo,
        text: String,
    ) -> Result<(), RefusalCode> {
        if text.lines().all(|line| line.trim().is_empty()) || text.chars().count() > TEXT_CHARS_MAX
        {
            return Err(RefusalCode::BadMessage);
        }
        let readers = readers(&self.visit, from, to)?;
        let line = ChatLine { id: Uuid::now_v7(), from, to, at: clock::now(), text };
        if self.visit.policy().keep.chat_days > 0 {
            let days = self.visit.policy().keep.chat_days;
            let (line, readers) = (line.clone(), readers.clone());
            let row = ChatRow { visit: self.id, line, readers, days };
            self.rooms.store.keep_chat(&row).await.map_err(|fault| {
                let fault: &dyn std::error::Error = &fault;
                tracing::error!(visit = %self.id, fault, "a chat line could not be stored");
                RefusalCode::Fault
            })?;
        }
        for reader in readers {
            self.say(reader, ServerMessage::Chat { line: line.clone() });
        }
        Ok(())
    }

    /// Says again what was written for this person, where the policy keeps it.
    pub(super) async fn tell_chat(&mut self, participant: Uuid) {
        if self.visit.policy().keep.chat_days == 0 {
            return;
        }
        match self.rooms.store.chat(self.id, Some(participant)).await {
            Ok(lines) => {
                for line in lines {
                    self.say(participant, ServerMessage::Chat { line });
                }
            }
            Err(fault) => {
                let fault: &dyn std::error::Error = &fault;
                tracing::error!(visit = %self.id, fault, "the chat could not be read");
            }
        }
    }
}

/// Who may read a line: the writer, and those it is for.
pub(super) fn readers(visit: &Visit, from: Uuid, to: ChatTo) -> Result<Vec<Uuid>, RefusalCode> {
    let writer = visit.seat(from).ok_or(RefusalCode::NoSuchPerson)?;
    let inside = writer.place == Place::Here;
    if !inside && writer.place != Place::Waiting {
        return Err(RefusalCode::NotAdmitted);
    }
    let mut readers: Vec<Uuid> = match to {
        ChatTo::Everybody if inside => same_circle(visit, from),
        ChatTo::Everybody => return Err(RefusalCode::NotAdmitted),
        ChatTo::Staff => {
            let staff = |seat: &&Seat| {
                seat.place == Place::Here && is_staff(seat.role) && visit.apart(seat).is_none()
            };
            visit.seats().iter().filter(staff).map(|seat| seat.id).collect()
        }
        ChatTo::Person { participant } => {
            if !inside || !is_staff(writer.role) {
                return Err(RefusalCode::NotAllowed);
            }
            let reader = visit.seat(participant);
            let there = |seat: &&Seat| matches!(seat.place, Place::Here | Place::Waiting);
            vec![reader.filter(there).ok_or(RefusalCode::NoSuchPerson)?.id]
        }
    };
    if !readers.contains(&from) {
        readers.push(from);
    }
    Ok(readers)
}

/// Everybody who hears and sees this person.
fn same_circle(visit: &Visit, from: Uuid) -> Vec<Uuid> {
    let circles = visit.circles();
    let own = circles.iter().find(|(id, _)| *id == from).map(|(_, circle)| *circle);
    let own = own.unwrap_or(Circle::Main);
    let here = |id: &Uuid| visit.is_here(*id);
    circles.into_iter().filter(|(id, c)| *c == own && here(id)).map(|(id, _)| id).collect()
}
