//! Chat: with everybody or one group, in the lobby too, and when media does not work.
//!
//! In: a line somebody writes. Out: the line to those it is for; to the store, where the policy
//! keeps it.
//! Never: a line to somebody in another circle or to somebody who waits beside; a word in the
//! log of events.

use super::HubError;
use super::live::Live;
use super::lobby::Earlier;
use crate::role::is_staff;
use crate::store::ChatRow;
use crate::visit::{Circle, Place, Refusal, Seat, Visit};
use crate::{Fault, clock};
use bedside_signaling_api::care::{ChatLine, ChatTo, ReadyMade, TEXT_CHARS_MAX};
use bedside_signaling_api::socket::{RefusalCode, ServerMessage};
use uuid::Uuid;

/// What staff writes from the desk to those who wait.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Note {
    /// The words; empty where they are ready-made.
    pub(crate) text: String,
    /// The ready-made sentence.
    pub(crate) ready: Option<ReadyMade>,
    /// Names the request, so that a repeated one writes nothing twice.
    pub(crate) request: Option<[u8; 32]>,
}

/// What became of a note.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Noted {
    /// So many people who wait can read it, now or since the same request came before.
    Written(usize),
    /// The request of that name wrote something else before.
    Other,
}

impl Live {
    pub(super) async fn chat(
        &mut self,
        from: Uuid,
        to: ChatTo,
        (text, ready): (String, Option<ReadyMade>),
    ) -> Result<(), RefusalCode> {
        if !is_readable((&text, ready), to) {
            return Err(RefusalCode::BadMessage);
        }
        let readers = readers(&self.visit, from, to)?;
        let role = self.visit.seat(from).map(|seat| seat.role);
        let line = ChatLine { id: Uuid::now_v7(), from, role, to, at: clock::now(), text, ready };
        self.pass_on(&line, &readers).await.map_err(|_| RefusalCode::Fault)?;
        if to == ChatTo::Waiting {
            self.lobby.keep(line, readers);
        }
        Ok(())
    }

    /// Staff at the desk writes to those who wait. Where nobody has come, nothing is written.
    pub(super) async fn note(&mut self, note: Note) -> Result<Noted, HubError> {
        if self.visit.is_over() {
            return Err(HubError::Refused(Refusal::Ended));
        }
        match self.lobby.earlier(&note) {
            Earlier::Same(people) => return Ok(Noted::Written(people)),
            Earlier::Other => return Ok(Noted::Other),
            Earlier::None => {}
        }
        let mut readers = waiting(&self.visit);
        if readers.is_empty() {
            return Ok(Noted::Written(0));
        }
        let in_lobby = |seat: &&Seat| seat.place == Place::Waiting;
        let people = self.visit.seats().iter().filter(in_lobby).count();
        readers.extend(staff(&self.visit));
        let (to, at) = (ChatTo::Waiting, clock::now());
        let Note { text, ready, request } = note;
        let (id, from) = (Uuid::now_v7(), Uuid::nil());
        let line = ChatLine { id, from, role: None, to, at, text, ready };
        self.pass_on(&line, &readers).await.map_err(|_| HubError::Failed)?;
        self.lobby.keep_note(line, readers, (request, people));
        Ok(Noted::Written(people))
    }

    /// Keeps a line as the policy says, then says it to whoever may read it.
    async fn pass_on(&mut self, line: &ChatLine, readers: &[Uuid]) -> Result<(), Fault> {
        let days = self.visit.policy().keep.chat_days;
        if days > 0 {
            let (line, readers) = (line.clone(), readers.to_vec());
            let row = ChatRow { visit: self.id, line, readers, days };
            self.rooms.store.keep_chat(&row).await.inspect_err(|fault| {
                let fault: &dyn std::error::Error = fault;
                tracing::error!(visit = %self.id, fault, "a chat line could not be stored");
            })?;
        }
        for reader in readers {
            self.say(*reader, ServerMessage::Chat { line: line.clone() });
        }
        Ok(())
    }

    /// Says again what was written for this person: what the policy keeps, or else what was
    /// written to them while they waited.
    pub(super) async fn tell_chat(&mut self, participant: Uuid) {
        let lines = if self.visit.policy().keep.chat_days == 0 {
            Ok(self.lobby.lines_of(participant))
        } else {
            self.rooms.store.chat(self.id, Some(participant)).await
        };
        match lines {
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

/// Whether there is something to read: words, or a ready-made sentence to those who wait.
fn is_readable((text, ready): (&str, Option<ReadyMade>), to: ChatTo) -> bool {
    let is_blank = text.lines().all(|line| line.trim().is_empty());
    match ready {
        Some(ready) => to == ChatTo::Waiting && text.is_empty() && ready.is_sensible(),
        None => !is_blank && text.chars().count() <= TEXT_CHARS_MAX,
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
        ChatTo::Staff => staff(visit),
        ChatTo::Person { participant } => {
            if !inside || !is_staff(writer.role) {
                return Err(RefusalCode::NotAllowed);
            }
            let reader = visit.seat(participant);
            let there = |seat: &&Seat| matches!(seat.place, Place::Here | Place::Waiting);
            vec![reader.filter(there).ok_or(RefusalCode::NoSuchPerson)?.id]
        }
        ChatTo::Waiting => {
            if !inside || !is_staff(writer.role) {
                return Err(RefusalCode::NotAllowed);
            }
            let waiting = waiting(visit);
            if waiting.is_empty() {
                return Err(RefusalCode::NoSuchPerson);
            }
            [waiting, staff(visit)].concat()
        }
    };
    if !readers.contains(&from) {
        readers.push(from);
    }
    Ok(readers)
}

/// Staff who is in the visit, with the others.
fn staff(visit: &Visit) -> Vec<Uuid> {
    let staff = |seat: &&Seat| {
        seat.place == Place::Here && is_staff(seat.role) && visit.apart(seat).is_none()
    };
    visit.seats().iter().filter(staff).map(|seat| seat.id).collect()
}

/// Those who wait, and those whose place is kept while their screen is locked: they read it when
/// they are back.
fn waiting(visit: &Visit) -> Vec<Uuid> {
    let waits = |seat: &&Seat| seat.waiting_since.is_some();
    visit.seats().iter().filter(waits).map(|seat| seat.id).collect()
}

/// Everybody who hears and sees this person.
fn same_circle(visit: &Visit, from: Uuid) -> Vec<Uuid> {
    let circles = visit.circles();
    let own = circles.iter().find(|(id, _)| *id == from).map(|(_, circle)| *circle);
    let own = own.unwrap_or(Circle::Main);
    let here = |id: &Uuid| visit.is_here(*id);
    circles.into_iter().filter(|(id, c)| *c == own && here(id)).map(|(id, _)| id).collect()
}
