//! Every live visit has one actor, and this is the way to it.
//!
//! In: commands of REST, sockets that take a seat, events of the media plane. Out: the
//! visit's answer; commands to the media plane.
//! Never: two writers of one visit on this node; a message lost because an actor was just
//! going to sleep.

mod ask;
mod caption;
mod chat;
mod circle;
mod client;
mod counts;
mod evidence;
mod hearing;
mod invite;
mod join;
mod lesson;
mod limits;
mod line;
mod lines;
mod live;
mod lobby;
mod measured;
mod owed;
mod picture;
mod record;
mod recorded;
mod recorder;
mod router;
mod said;
mod seen;
mod standards;
mod still;
mod taking;
mod task;
mod time;
mod told;
mod wishes;

pub use ask::{Device, Joined};
pub(crate) use chat::{Note, Noted};
pub use counts::HubCounts;
pub use limits::{Limits, QUEUE_ASKS, QUEUE_MESSAGES, VIEWS_MAX};
pub use line::{Mouth, Outgoing};
pub(crate) use still::StillOf;
pub(crate) use wishes::record as record_command;

use crate::consent::ConsentTexts;
use crate::identifiers::Identifiers;
use crate::link::Links;
use crate::media::MediaLink;
use crate::metrics::{QualitySeries, RecordingSeries};
use crate::quality::Asked;
use crate::queue::Place;
use crate::recorder::RecorderLink;
use crate::store::{Actor, Store};
use crate::visit::{Command, Refusal, Visit};
use ask::Ask;
use bedside_sfu_api as sfu;
use bedside_signaling_api::quality::VisitQuality;
use bedside_signaling_api::recorder::RecorderCommand;
use counts::Counts;
use dashmap::DashMap;
use dashmap::mapref::entry::Entry;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Instant;
use tokio::sync::mpsc::error::SendError;
use tokio::sync::{mpsc, oneshot, watch};
use uuid::Uuid;

/// Why the hub did not do it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HubError {
    /// There is no such visit, or nobody of that id in it.
    #[error("no such visit or person")]
    Unknown,
    /// A rule of the visit stands in the way.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Another node has the visit, and is alive.
    #[error("another node has this visit")]
    Elsewhere,
    /// The service could not do it. It has been logged; nothing has changed.
    #[error("the service could not do it")]
    Failed,
}

/// The way to every visit. Clones share it.
#[derive(Debug, Clone)]
pub struct Hub {
    rooms: Arc<Rooms>,
}

/// What the hub works with beside store and media plane.
#[derive(Debug, Clone)]
pub struct Trade {
    /// Where the quality of visits is counted.
    pub quality: QualitySeries,
    /// Makes personal links.
    pub links: Links,
    /// Compares what tells that somebody is who they should be.
    pub identifiers: Identifiers,
    /// What people are asked to agree to.
    pub texts: ConsentTexts,
    /// Public keys that recordings are sealed to, where an organisation has named none.
    pub recipients: Arc<[String]>,
    /// Where what becomes of recordings is counted.
    pub recorded: RecordingSeries,
}

/// What all actors of this node share.
#[derive(Debug)]
struct Rooms {
    store: Store,
    media: mpsc::Sender<sfu::Command>,
    recorder: Option<mpsc::Sender<RecorderCommand>>,
    limits: Limits,
    door_by_visit: DashMap<Uuid, Door>,
    numbers: Numbers,
    counts: Counts,
    quality: QualitySeries,
    links: Links,
    identifiers: Identifiers,
    texts: ConsentTexts,
    recipients: Arc<[String]>,
    recorded: RecordingSeries,
    /// The queue of each visit on this node in which somebody waits.
    queue_by_visit: DashMap<Uuid, (String, String)>,
    /// The service stops, so the media plane may too.
    stopping: AtomicBool,
}

/// The way to one actor.
#[derive(Debug, Clone)]
struct Door {
    asks: mpsc::Sender<Ask>,
    /// Media events were dropped since the actor last looked.
    media_gap: Arc<AtomicBool>,
}

/// Numbers that never come twice while this program runs, so that a late event or message of
/// an earlier connection is known as such.
#[derive(Debug, Default)]
struct Numbers {
    connections: AtomicU64,
    lines: AtomicU64,
}

impl Numbers {
    fn connection(&self) -> sfu::ConnectionId {
        sfu::ConnectionId(self.connections.fetch_add(1, Ordering::Relaxed).saturating_add(1))
    }

    fn line(&self) -> u64 {
        self.lines.fetch_add(1, Ordering::Relaxed)
    }
}

impl Hub {
    /// Begins to route the events of the media plane, and of the recorder where there is one.
    /// Needs a running tokio runtime.
    #[must_use]
    pub fn start(
        store: Store,
        media: MediaLink,
        recorder: Option<RecorderLink>,
        limits: Limits,
        trade: Trade,
    ) -> Self {
        let MediaLink { commands, events } = media;
        let Trade { quality, links, identifiers, texts, recipients, recorded: series } = trade;
        let (recorder, recorded) = match recorder {
            Some(RecorderLink { commands, events, reads: _ }) => (Some(commands), Some(events)),
            None => (None, None),
        };
        let rooms = Arc::new(Rooms {
            store,
            media: commands,
            recorder,
            limits,
            door_by_visit: DashMap::new(),
            numbers: Numbers::default(),
            counts: Counts::default(),
            quality,
            links,
            identifiers,
            texts,
            recipients,
            recorded: series,
            queue_by_visit: DashMap::new(),
            stopping: AtomicBool::new(false),
        });
        tokio::spawn(router::run(Arc::clone(&rooms), events));
        if let Some(events) = recorded {
            tokio::spawn(recorder::run(Arc::clone(&rooms), events));
        }
        Self { rooms }
    }

    /// Gives somebody's command to a visit, and returns the visit as it stands afterwards.
    ///
    /// # Errors
    /// As the visit decides, or as the store fails.
    pub async fn command(
        &self,
        visit: Uuid,
        actor: Actor,
        command: Command,
    ) -> Result<Visit, HubError> {
        self.ask(visit, |reply| Ask::Command { actor, command, reply }).await
    }

    /// Takes the seat of a device's person. An earlier socket of that person gives it up.
    ///
    /// # Errors
    /// When the person is not of this visit, or as the store fails. A person who may not come
    /// in is not an error: they are told where they stand, and the socket is closed.
    pub async fn join(&self, device: Device) -> Result<Joined, HubError> {
        self.ask(device.visit, |reply| Ask::Join { device, reply }).await
    }

    /// Has staff at the desk write to those who wait in a visit.
    ///
    /// # Errors
    /// When the visit is over, or as the store fails.
    pub(crate) async fn note(&self, visit: Uuid, note: Note) -> Result<Noted, HubError> {
        self.ask(visit, |reply| Ask::Note { note, reply }).await
    }

    /// How good a visit is so far, if it is in memory here; if it is not, what there is to say
    /// is in the store.
    pub(crate) async fn quality(&self, asked: Asked) -> Option<VisitQuality> {
        // No actor is woken for it: one that sleeps has stored what it knew.
        let door = self.rooms.door_by_visit.get(&asked.visit)?.clone();
        let (reply, answer) = oneshot::channel();
        door.asks.send(Ask::Quality { asked, reply }).await.ok()?;
        answer.await.ok()
    }

    /// Has every visit in memory look whether it is still this node's.
    pub(crate) async fn verify(&self) {
        for door in self.doors() {
            // An actor that has gone to sleep has given its visit up.
            let _asleep = door.asks.send(Ask::Verify).await;
        }
    }

    fn doors(&self) -> Vec<Door> {
        self.rooms.door_by_visit.iter().map(|door| door.value().clone()).collect()
    }

    /// The queues in which somebody on this node waits: whose, and which.
    pub(crate) fn queues(&self) -> BTreeSet<(String, String)> {
        self.rooms.queue_by_visit.iter().map(|entry| entry.value().clone()).collect()
    }

    /// Tells a visit in memory where it stands in its queue.
    pub(crate) async fn place(&self, visit: Uuid, place: Place) {
        let door = self.rooms.door_by_visit.get(&visit).map(|door| door.value().clone());
        if let Some(door) = door {
            // An actor that has gone to sleep meanwhile has nobody to tell.
            let _asleep = door.asks.send(Ask::Place { place }).await;
        }
    }

    /// Stores what every visit in memory knows of its quality; for the end of the service.
    pub async fn keep(&self) {
        for door in self.doors() {
            let (reply, kept) = oneshot::channel();
            if door.asks.send(Ask::Keep { reply }).await.is_ok() {
                // An actor that has gone to sleep meanwhile has stored it.
                let _asleep = kept.await;
            }
        }
    }

    /// What the hub holds now and has seen, for metrics.
    #[must_use]
    pub fn counts(&self) -> HubCounts {
        self.rooms.counts.read(self.rooms.door_by_visit.len())
    }

    /// The newest counters of every shard, in the order of shards.
    #[must_use]
    pub fn stats(&self) -> watch::Receiver<Vec<sfu::ShardStats>> {
        self.rooms.counts.shards.subscribe()
    }

    /// When each shard was last heard of; none when the media plane has ended.
    #[must_use]
    pub fn shards_heard(&self) -> Vec<Instant> {
        self.rooms.counts.heard()
    }

    /// Says that the service stops: from now on the end of the media plane is no fault.
    pub fn stop(&self) {
        self.rooms.stopping.store(true, Ordering::Relaxed);
    }

    /// Returns when no socket holds a seat any more.
    pub async fn quiet(&self) {
        let mut sockets = self.rooms.counts.sockets.subscribe();
        // The sender is in `self`, so it cannot be gone.
        let _held = sockets.wait_for(|sockets| *sockets == 0).await;
    }

    async fn ask<T>(
        &self,
        visit: Uuid,
        make: impl FnOnce(ask::Reply<T>) -> Ask,
    ) -> Result<T, HubError> {
        self.rooms.ask(visit, make).await
    }

    /// Whether a visit is in memory here.
    pub(crate) fn holds(&self, visit: Uuid) -> bool {
        self.rooms.door_by_visit.contains_key(&visit)
    }
}

impl Rooms {
    /// Asks a visit's actor something, and returns its answer.
    async fn ask<T>(
        self: &Arc<Self>,
        visit: Uuid,
        make: impl FnOnce(ask::Reply<T>) -> Ask,
    ) -> Result<T, HubError> {
        let (reply, answer) = oneshot::channel();
        self.send(visit, make(reply)).await;
        // An actor that is gone without an answer has said why in the log.
        answer.await.unwrap_or(Err(HubError::Failed))
    }

    /// Puts an ask on the queue of the visit's actor; wakes one when there is none.
    async fn send(self: &Arc<Self>, visit: Uuid, mut ask: Ask) {
        loop {
            match self.door(visit).asks.send(ask).await {
                Ok(()) => return,
                // That actor was going to sleep; the next round wakes another.
                Err(SendError(back)) => ask = back,
            }
        }
    }

    /// The door of the visit's actor.
    fn door(self: &Arc<Self>, visit: Uuid) -> Door {
        match self.door_by_visit.entry(visit) {
            Entry::Occupied(found) if !found.get().asks.is_closed() => found.get().clone(),
            Entry::Occupied(mut stale) => {
                let door = task::start(Arc::clone(self), visit);
                stale.insert(door.clone());
                door
            }
            Entry::Vacant(place) => place.insert(task::start(Arc::clone(self), visit)).clone(),
        }
    }

    /// Forgets the door of an actor that is gone, and no other.
    fn forget(&self, visit: Uuid, gone: &mpsc::Sender<Ask>) {
        self.queue_by_visit.remove(&visit);
        self.door_by_visit.remove_if(&visit, |_, door| door.asks.same_channel(gone));
    }
}
