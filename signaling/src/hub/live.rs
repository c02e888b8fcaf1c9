//! One live visit: its machine, its log's end, and the people connected to it.
//!
//! In: asks, one at a time. Out: stored events, messages to people, media commands.
//! Never: acts on an event that is not stored; waits for a reader or for the media plane.

use super::ask::{Ask, Speaker};
use super::caption::Captions;
use super::client::Client;
use super::lobby::Lobby;
use super::measured::Measured;
use super::owed::Owed;
use super::still::Still;
use super::taking::Taking;
use super::{HubError, Rooms};
use crate::socket::Closing;
use crate::store::{Actor, Claim, Epoch};
use crate::visit::{Command, Place, Visit};
use bedside_sfu_api::{self as sfu, ParticipantId, RoomId};
use bedside_signaling_api::socket::ServerMessage;
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use tokio::sync::mpsc;
use tokio::time::Instant;
use uuid::Uuid;

/// One live visit.
#[derive(Debug)]
pub(super) struct Live {
    pub(super) rooms: Arc<Rooms>,
    pub(super) asks: mpsc::Sender<Ask>,
    pub(super) id: Uuid,
    pub(super) visit: Visit,
    pub(super) version: u64,
    pub(super) epoch: Epoch,
    pub(super) client_by_participant: BTreeMap<Uuid, Client>,
    pub(super) owed: Owed<sfu::Command>,
    /// The recorder, where there is one.
    pub(super) taking: Option<Taking>,
    pub(super) measured: Measured,
    /// Whose visit it is.
    pub(super) tenant: String,
    /// What staff has written to those who wait.
    pub(super) lobby: Lobby,
    /// The circles the media plane knows.
    pub(super) circle_by_participant: BTreeMap<Uuid, sfu::Circle>,
    /// The silences the media plane knows, as listener and speaker; `None` before it was told.
    pub(super) silences: Option<BTreeSet<(Uuid, Uuid)>>,
    /// What is known of those who write captions, and since when they are with whom.
    pub(super) captions: Captions,
    /// Somebody else writes this visit now.
    pub(super) superseded: bool,
    /// Still pictures that were asked for.
    pub(super) stills: Vec<Still>,
    /// Not before this moment is the visit's own time looked at again.
    pub(super) looked_at: Timestamp,
    /// When it goes to sleep, if nobody comes.
    sleeps_at: Instant,
}

impl Live {
    /// Claims the visit and reads its log. Whoever was in it when the log ended has the grace
    /// time to come back.
    pub(super) async fn load(
        rooms: Arc<Rooms>,
        id: Uuid,
        asks: mpsc::Sender<Ask>,
    ) -> Result<Self, HubError> {
        let (visit, version, epoch) = read(&rooms, id).await?;
        let tenant = rooms.store.tenant_of(id).await.map_err(|fault| cannot_wake(id, &fault))?;
        let measured = Measured::load(&rooms, id).await;
        let now = Instant::now();
        let present = visit
            .seats()
            .iter()
            .filter(|seat| !visit.is_over() && matches!(seat.place, Place::Here | Place::Waiting));
        let client_by_participant =
            present.map(|seat| (seat.id, Client::absent(now + rooms.limits.grace))).collect();
        let open = visit.open_recording().map(|recording| recording.id);
        let recorder = rooms.recorder.clone();
        let taking = recorder.map(|commands| Taking::new(Owed::new(commands), open));
        Ok(Self {
            owed: Owed::new(rooms.media.clone()),
            taking,
            measured,
            tenant,
            sleeps_at: now + rooms.limits.linger,
            rooms,
            asks,
            id,
            visit,
            version,
            epoch,
            client_by_participant,
            lobby: Lobby::default(),
            circle_by_participant: BTreeMap::new(),
            silences: None,
            stills: Vec::new(),
            captions: Captions::new(),
            superseded: false,
            looked_at: Timestamp::UNIX_EPOCH,
        })
    }

    /// Does what is asked.
    pub(super) async fn handle_ask(&mut self, ask: Ask) {
        // Whoever no longer waits for an answer needs none.
        match ask {
            Ask::Command { actor, command, reply } => {
                if actor == Actor::Clock && self.client_by_participant.is_empty() {
                    // Woken by time alone it keeps the visit from no other node.
                    self.sleeps_at = Instant::now();
                }
                let done = self.command(actor, command).await.map(|()| self.visit.clone());
                let _nobody_waits = reply.send(done);
            }
            Ask::Note { note, reply } => {
                let _nobody_waits = reply.send(self.note(note).await);
            }
            Ask::Join { device, reply } => {
                let joined = self.join(device).await;
                // A socket that went meanwhile gives the seat up as `joined` is dropped.
                let _nobody_waits = reply.send(joined);
            }
            Ask::Said { from, message } => {
                if self.is_seated(from) {
                    self.handle_message(from.participant, message).await;
                }
            }
            Ask::Gone { from } => {
                if self.is_seated(from) {
                    self.hang_up(from.participant);
                }
            }
            Ask::Media(event) => self.handle_media(event),
            Ask::Recorder { event, reply } => {
                let _nobody_waits = reply.send(self.handle_recorder(event).await);
            }
            Ask::Quality { asked, reply } => {
                let _nobody_waits = reply.send(self.measured.summary(&asked));
            }
            Ask::GiveStill { from, picture, reply } => {
                let _nobody_waits = reply.send(self.give_still(from, picture).await);
            }
            Ask::FetchStill { by, reply } => {
                let _nobody_waits = reply.send(self.fetch_still(by));
            }
            Ask::Place { place } => self.take_place(&place),
            Ask::Verify => self.verify().await,
            Ask::Keep { reply } => {
                self.keep_quality().await;
                let _nobody_waits = reply.send(());
            }
        }
    }

    /// Does what is due.
    pub(super) async fn handle_timeout(&mut self, now: Instant) {
        let due = |client: &Client| client.lost_at.is_some_and(|at| at <= now);
        let lost: Vec<Uuid> = self
            .client_by_participant
            .iter()
            .filter_map(|(participant, client)| due(client).then_some(*participant))
            .collect();
        for participant in lost {
            let lose = Command::Lose { participant };
            let failed = self.command(Actor::Clock, lose).await == Err(HubError::Failed);
            match self.client_by_participant.get_mut(&participant) {
                Some(client) if failed => client.lost_at = Some(now + self.rooms.limits.retry),
                Some(_) => drop(self.client_by_participant.remove(&participant)),
                None => {}
            }
        }
        self.drop_stills(now);
        self.handle_visit_time().await;
    }

    /// When `handle_timeout` is due.
    pub(super) fn wakes_at(&self) -> Instant {
        let lost = self.client_by_participant.values().filter_map(|client| client.lost_at).min();
        let visit = self.visit_wakes_at().filter(|_| !self.client_by_participant.is_empty());
        lost.into_iter().chain(visit).chain(self.stills_until()).min().unwrap_or(self.sleeps_at)
    }

    /// Ends a turn: finds dead sockets, and tells everybody what has changed for them.
    pub(super) fn settle_turn(&mut self, now: Instant) {
        let lost_at = now + self.rooms.limits.grace;
        for client in self.client_by_participant.values_mut() {
            if client.line.as_ref().is_some_and(super::line::Line::is_dead) {
                client.hang_up(lost_at);
            }
        }
        self.tell_all();
        self.note_queue();
        if !self.client_by_participant.is_empty() || !self.is_settled() {
            self.sleeps_at = now + self.rooms.limits.linger;
        }
    }

    /// Whether nobody else has taken the visit over; if somebody has, its people and its media
    /// go there. A store that does not answer takes nobody out of a visit.
    async fn verify(&mut self) {
        if let Ok(false) = self.rooms.store.owns_visit(self.id, self.epoch).await {
            tracing::warn!(visit = %self.id, "another node has taken this visit over");
            self.superseded = true;
        }
    }

    /// Notes whether somebody here waits in a queue, for whoever works the places out.
    fn note_queue(&self) {
        let waits = self.client_by_participant.values().any(|client| client.line.is_some())
            && self.visit.seats().iter().any(|seat| seat.place == Place::Waiting);
        match self.visit.plan().queue.as_ref().filter(|_| waits && !self.visit.is_over()) {
            Some(queue) => {
                let entry = (self.tenant.clone(), queue.clone());
                self.rooms.queue_by_visit.insert(self.id, entry);
            }
            None => drop(self.rooms.queue_by_visit.remove(&self.id)),
        }
    }

    /// Whether there is nothing left to wait for here.
    pub(super) fn is_idle(&self, now: Instant) -> bool {
        let empty = self.client_by_participant.is_empty() && self.is_settled();
        empty && (self.visit.is_over() || now >= self.sleeps_at)
    }

    /// Whether media plane and recorder have taken everything they were to be told.
    fn is_settled(&self) -> bool {
        self.owed.is_settled() && !self.owes_recorder()
    }

    /// Lets any node have the visit; whoever comes next wakes it where they come.
    pub(super) async fn release(&self) {
        if let Err(fault) = self.rooms.store.release_visit(self.id, self.epoch).await {
            let fault: &dyn std::error::Error = &fault;
            tracing::warn!(visit = %self.id, fault, "a visit at rest could not be given up");
        }
    }

    /// Sends whoever is left away, to come back to the next actor.
    pub(super) fn retire(&mut self) {
        for (_, client) in std::mem::take(&mut self.client_by_participant) {
            if let Some(line) = client.line {
                line.finish(Closing::Again);
            }
        }
    }

    /// The socket of this person is gone; others see them reconnecting.
    fn hang_up(&mut self, participant: Uuid) {
        let lost_at = Instant::now() + self.rooms.limits.grace;
        if let Some(client) = self.client_by_participant.get_mut(&participant) {
            client.hang_up(lost_at);
        }
    }

    /// Whether that socket is the one that holds its person's seat.
    fn is_seated(&self, from: Speaker) -> bool {
        self.client_by_participant
            .get(&from.participant)
            .and_then(|client| client.line.as_ref())
            .is_some_and(|line| line.number == from.line)
    }

    /// Sends one person a message, if they have a socket.
    pub(super) fn say(&mut self, participant: Uuid, message: ServerMessage) {
        if let Some(client) = self.client_by_participant.get_mut(&participant) {
            client.say(message);
        }
    }

    /// Takes one person out of the media plane.
    pub(super) fn remove_media(&mut self, participant: Uuid) {
        let (room, participant) = (RoomId(self.id), ParticipantId(participant));
        self.owed.insist(sfu::Command::Remove { room, participant });
    }
}

async fn read(rooms: &Rooms, id: Uuid) -> Result<(Visit, u64, Epoch), HubError> {
    let failed = |fault: crate::Fault| cannot_wake(id, &fault);
    // First the log: an id that is no visit is not to be claimed.
    if rooms.store.load_visit(id).await.map_err(failed)?.is_none() {
        return Err(HubError::Unknown);
    }
    // Claimed before it is read for good, so that the end of the log is its end.
    let Claim::Ours(epoch) = rooms.store.claim_visit(id).await.map_err(failed)? else {
        tracing::info!(visit = %id, "another node has this visit");
        return Err(HubError::Elsewhere);
    };
    let stored = rooms.store.load_visit(id).await.map_err(failed)?.ok_or(HubError::Unknown)?;
    let Some(visit) = Visit::replay(&stored.events) else {
        tracing::error!(visit = %id, "a visit's log does not begin with its schedule");
        return Err(HubError::Failed);
    };
    Ok((visit, stored.version, epoch))
}

fn cannot_wake(visit: Uuid, fault: &crate::Fault) -> HubError {
    tracing::error!(%visit, fault = fault as &dyn std::error::Error, "cannot wake a visit");
    HubError::Failed
}
