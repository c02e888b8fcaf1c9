//! A still picture of somebody's camera, asked for by staff, given by the person.
//!
//! In: who asks whom; a yes, as the picture itself, or a no. Out: the picture to whoever asked.
//! Never: a picture on a disk, or to anybody else; one that the person did not press a button for.

use super::HubError;
use super::live::Live;
use crate::store::Actor;
use crate::visit::{Attend, Command, Refusal};
use axum::body::Bytes;
use bedside_signaling_api::attend::StillState;
use bedside_signaling_api::socket::{RefusalCode, ServerMessage};
use std::time::Duration;
use tokio::time::Instant;
use uuid::Uuid;

/// How long a picture is kept for whoever asked, and how long the question stands. Long enough
/// for a slow line to send and for a second look; then it is gone.
const STILL_KEPT: Duration = Duration::from_mins(10);
/// Most questions and pictures a visit holds at a time: of each picture at most a few megabytes.
const STILLS_MAX: usize = 4;

/// One picture, asked for or here.
#[derive(Debug)]
pub(super) struct Still {
    id: Uuid,
    of: Uuid,
    by: Uuid,
    until: Instant,
    picture: Option<Bytes>,
}

/// Which picture, and who gives or fetches it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct StillOf {
    /// The visit.
    pub(crate) visit: Uuid,
    /// The person.
    pub(crate) participant: Uuid,
    /// The picture.
    pub(crate) still: Uuid,
}

impl Live {
    /// Asks a person; a question of the same member of staff before it is none any more.
    pub(super) fn ask_still(&mut self, by: Uuid, of: Uuid) -> Result<(), RefusalCode> {
        self.visit.may_ask_still(by, of).map_err(Refusal::code)?;
        self.stills.retain(|still| still.by != by || still.of != of);
        if self.stills.len() >= STILLS_MAX {
            return Err(RefusalCode::TooMany);
        }
        let (id, until) = (Uuid::now_v7(), Instant::now() + STILL_KEPT);
        self.stills.push(Still { id, of, by, until, picture: None });
        self.say(of, ServerMessage::StillAsked { still: id, by });
        self.tell_still(by, (id, of), StillState::Asked);
        Ok(())
    }

    pub(super) fn refuse_still(&mut self, from: Uuid, still: Uuid) -> Result<(), RefusalCode> {
        let asked = |s: &Still| s.id == still && s.of == from && s.picture.is_none();
        let at = self.stills.iter().position(asked).ok_or(RefusalCode::NotNow)?;
        let Still { id, of, by, .. } = self.stills.swap_remove(at);
        self.tell_still(by, (id, of), StillState::Refused);
        Ok(())
    }

    /// Takes a picture in, and tells whoever asked. That it was given is in the log, before.
    pub(super) async fn give_still(
        &mut self,
        (from, id): (Uuid, Uuid),
        picture: Bytes,
    ) -> Result<(), HubError> {
        let asked = self.stills.iter().find(|still| still.id == id && still.of == from);
        let by = asked.ok_or(HubError::Unknown)?.by;
        let command = Command::Attend(Attend::GiveStill { participant: from, by });
        self.command(Actor::Person(from), command).await?;
        if let Some(still) = self.stills.iter_mut().find(|still| still.id == id) {
            still.picture = Some(picture);
            still.until = Instant::now() + STILL_KEPT;
        }
        self.tell_still(by, (id, from), StillState::Ready);
        Ok(())
    }

    /// Says again what this person is asked for, and what has come for them: their page was
    /// away.
    pub(super) fn tell_stills(&mut self, participant: Uuid) {
        let here = self.visit.is_here(participant);
        let told = self.stills.iter().filter(|_| here).filter_map(|still| {
            let Still { id, of, by, .. } = *still;
            match &still.picture {
                None if of == participant => Some(ServerMessage::StillAsked { still: id, by }),
                None if by == participant => Some(told(id, of, StillState::Asked)),
                Some(_) if by == participant => Some(told(id, of, StillState::Ready)),
                None | Some(_) => None,
            }
        });
        for message in told.collect::<Vec<_>>() {
            self.say(participant, message);
        }
    }

    /// The picture, for whoever asked for it.
    pub(super) fn fetch_still(&self, (by, id): (Uuid, Uuid)) -> Result<Bytes, HubError> {
        let own = self.stills.iter().find(|still| still.id == id && still.by == by);
        let here = own.filter(|_| self.visit.is_here(by));
        here.and_then(|still| still.picture.clone()).ok_or(HubError::Unknown)
    }

    /// Lets go of what is kept no longer.
    pub(super) fn drop_stills(&mut self, now: Instant) {
        let over = self.visit.is_over();
        self.stills.retain(|still| !over && still.until > now);
    }

    /// When the next is to be let go of.
    pub(super) fn stills_until(&self) -> Option<Instant> {
        self.stills.iter().map(|still| still.until).min()
    }

    fn tell_still(&mut self, by: Uuid, (still, of): (Uuid, Uuid), state: StillState) {
        self.say(by, told(still, of, state));
    }
}

const fn told(still: Uuid, participant: Uuid, state: StillState) -> ServerMessage {
    ServerMessage::Still { still, participant, state }
}

impl super::Hub {
    /// Gives a picture that was asked for.
    ///
    /// # Errors
    /// When nobody asked for it, or the person is not in the visit any more.
    pub(crate) async fn give_still(&self, of: StillOf, picture: Bytes) -> Result<(), HubError> {
        let from = (of.participant, of.still);
        self.ask(of.visit, |reply| super::ask::Ask::GiveStill { from, picture, reply }).await
    }

    /// Fetches a picture one has asked for.
    ///
    /// # Errors
    /// When there is none, or none any more.
    pub(crate) async fn fetch_still(&self, of: StillOf) -> Result<Bytes, HubError> {
        let by = (of.participant, of.still);
        self.ask(of.visit, |reply| super::ask::Ask::FetchStill { by, reply }).await
    }
}
