//! One room: who is in it, what they publish, who receives what.
//!
//! In: commands about its people, datagrams and time for their connections. Out: datagrams,
//! events, the next deadline.
//! Never: knows another room; nothing in here can name one.

mod circles;
mod decide;
mod media;
mod quality;
mod seats;
mod tap;
mod voices;

use crate::circle::Said;
use crate::outbox::Outbox;
use crate::packet::Datagram;
use crate::participant::Participant;
use crate::peer::{Peer, PeerFault};
use crate::silence::Silences;
use crate::speaker::Speakers;
use crate::voice::VoiceFrame;
use bedside_sfu_api::{
    Circle, ConnectionId, Departure, Event, Grant, IceCredentials, MediaRefusal, ParticipantId,
    RoomId, ShardStats, Sources, Tapped, View,
};
use circles::Former;
use smallvec::SmallVec;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::net::SocketAddr;
use std::ops::Bound::{Excluded, Unbounded};
use std::time::{Duration, Instant};
use tap::Tapping;

/// Most people in one room: a lesson or a conference about a case. One core still carries it.
pub(crate) const PARTICIPANTS_MAX: usize = 100;
/// People of most visits; a list of more takes memory.
const FEW: usize = 16;
/// Most pictures a page may report: a camera and a screen of everybody.
const VIEWS_MAX: usize = 2 * PARTICIPANTS_MAX;
/// How often layers, speakers and requests are looked at. Shorter reacts sooner, longer costs
/// less on a full shard.
const TICK: Duration = Duration::from_millis(100);
/// The same in a room at rest, where only silence and quality are looked at.
const TICK_AT_REST: Duration = Duration::from_secs(1);
/// A room to which nobody has sent, or said, anything for this long is at rest. Longer than any
/// tick has to be told of a thing that was (a layer's rate is measured over three seconds), so that
/// all there was to decide is decided.
const RESTS_AFTER: Duration = Duration::from_secs(5);
/// A connection not heard of for this long is over. Longer than a change of network takes with
/// everything that can go wrong, shorter than anybody waits.
const SILENT_FOR: Duration = Duration::from_secs(30);

/// A person to be let in.
#[derive(Debug)]
pub(crate) struct Admission {
    pub(crate) participant: ParticipantId,
    pub(crate) connection: ConnectionId,
    pub(crate) grant: Grant,
    pub(crate) circle: Circle,
    pub(crate) sources: Sources,
    pub(crate) offer: String,
}

/// A connection that is no more, for the shard's table of addresses.
#[derive(Debug)]
pub(crate) struct Gone {
    pub(crate) ufrag: String,
    pub(crate) participant: ParticipantId,
}

/// A connection goes by another user fragment, for the shard's table of addresses.
#[derive(Debug)]
pub(crate) struct Renamed {
    pub(crate) former: String,
    pub(crate) ufrag: String,
}

/// The room.
#[derive(Debug)]
pub(crate) struct Room {
    id: RoomId,
    /// Each by itself: a leaf of the tree has room for eleven, and most rooms hold two to four.
    participant_by_id: BTreeMap<ParticipantId, Box<Participant>>,
    /// Who speaks in each circle; one where nobody has is not there.
    speakers_by_circle: BTreeMap<Circle, Speakers<ParticipantId>>,
    /// Somebody has fewer slots than there is for them.
    crowded: bool,
    /// Whose voices some are not sent, by order.
    silences: Silences,
    /// Voices that a listener is not sent: of a large visit, those that are not among the loudest.
    unheard_by_listener: BTreeMap<ParticipantId, BTreeSet<ParticipantId>>,
    tick_at: Instant,
    /// When somebody last sent something, or signaling said something. Checks of the way are nothing.
    stirred_at: Instant,
    sample_at: Instant,
    /// What a recorder takes, while one may.
    tapping: Option<Tapping>,
    tapped: VecDeque<Tapped>,
    /// Room for the frames of a voice packet on their way.
    frames: Vec<(Said, VoiceFrame)>,
    /// The shard's, while something is done here.
    out: Outbox,
    events: VecDeque<Event>,
    gone: Vec<Gone>,
    counts: ShardStats,
    /// Breaks an invariant on purpose, to prove that one room's fault stays its own.
    #[cfg(test)]
    pub(crate) broken: bool,
}

impl Room {
    pub(crate) fn new(now: Instant, id: RoomId) -> Self {
        Self {
            id,
            participant_by_id: BTreeMap::new(),
            speakers_by_circle: BTreeMap::new(),
            crowded: false,
            silences: Silences::default(),
            unheard_by_listener: BTreeMap::new(),
            tick_at: now + TICK,
            stirred_at: now,
            sample_at: now,
            tapping: None,
            tapped: VecDeque::new(),
            frames: Vec::new(),
            out: Outbox::default(),
            events: VecDeque::new(),
            gone: Vec::new(),
            counts: ShardStats::default(),
            #[cfg(test)]
            broken: false,
        }
    }

    /// How many people are connected or connecting.
    pub(crate) fn len(&self) -> usize {
        self.participant_by_id.len()
    }

    /// Everybody, as they are now.
    fn everybody(&self) -> SmallVec<[ParticipantId; FEW]> {
        self.participant_by_id.keys().copied().collect()
    }

    /// Whether somebody is connected or connecting.
    pub(crate) fn has(&self, id: ParticipantId) -> bool {
        self.participant_by_id.contains_key(&id)
    }

    /// When `handle_timeout` is due; never for an empty room.
    pub(crate) fn poll_timeout(&self) -> Option<Instant> {
        let deadlines = self.participant_by_id.values().map(|participant| participant.deadline());
        deadlines.min().map(|deadline| deadline.min(self.tick_at))
    }

    /// Lends an outbox, or takes it back.
    pub(crate) const fn swap_outbox(&mut self, out: &mut Outbox) {
        std::mem::swap(&mut self.out, out);
    }

    /// The next event.
    pub(crate) fn poll_event(&mut self) -> Option<Event> {
        self.events.pop_front()
    }

    /// The next connection that is no more.
    pub(crate) fn poll_gone(&mut self) -> Option<Gone> {
        self.gone.pop()
    }

    /// What was counted since the last call.
    pub(crate) fn take_counts(&mut self) -> ShardStats {
        std::mem::take(&mut self.counts)
    }

    /// Answers an offer and lets the person in. The user fragment leads datagrams here.
    pub(crate) fn admit(
        &mut self,
        now: Instant,
        admission: Admission,
        announced: &[SocketAddr],
    ) -> Result<String, MediaRefusal> {
        let Admission { participant, connection, grant, circle, sources, offer } = admission;
        if !self.has(participant) && self.len() >= PARTICIPANTS_MAX {
            return Err(MediaRefusal::RoomFull);
        }
        self.stir(now);
        // The old connection stays until the new offer is known to be good.
        let (peer, answer) = Peer::accept(now, &offer, announced)?;
        let former = self.participant_by_id.get_mut(&participant).map(|person| Former {
            circle: person.circle,
            speaks_here_from: person.speaks_here_from,
            shared_from_by_publisher: std::mem::take(&mut person.shared_from_by_publisher),
        });
        self.take_out(participant);
        let ufrag = peer.ufrag().to_owned();
        let mut person = Participant::new(now, connection, peer, grant, sources);
        person.circle = circle;
        self.participant_by_id.insert(participant, Box::new(person));
        match former {
            Some(former) => self.go_on(now, participant, former),
            None => self.come(participant),
        }
        self.events.push_back(Event::Admitted { room: self.id, participant, connection, answer });
        self.rebind();
        self.decide(now);
        Ok(ufrag)
    }

    /// A person's client looks for another way on the connection it has.
    pub(crate) fn restart_ice(
        &mut self,
        now: Instant,
        (id, connection): (ParticipantId, ConnectionId),
        theirs: IceCredentials,
    ) -> Option<Renamed> {
        self.stir(now);
        let person = self.participant_by_id.get_mut(&id)?;
        if person.connection != connection {
            return None;
        }
        let former = person.peer.ufrag().to_owned();
        let ours = person.peer.restart_ice(&theirs);
        person.sought_since = person.sought_since.or(Some(person.heard_at));
        let (room, participant) = (self.id, id);
        let ufrag = ours.ufrag().to_owned();
        self.events.push_back(Event::IceRestarted { room, participant, connection, theirs, ours });
        Some(Renamed { former, ufrag })
    }

    /// What a person has switched on has changed.
    pub(crate) fn switch(&mut self, now: Instant, id: ParticipantId, sources: Sources) {
        self.stir(now);
        if let Some(participant) = self.participant_by_id.get_mut(&id) {
            participant.sources = sources;
            self.rebind();
            self.decide(now);
        }
    }

    /// What a person's page shows has changed.
    pub(crate) fn show(
        &mut self,
        now: Instant,
        id: ParticipantId,
        mut views: Vec<View>,
        saver: bool,
    ) {
        self.stir(now);
        if let Some(participant) = self.participant_by_id.get_mut(&id) {
            views.truncate(VIEWS_MAX);
            let chosen = |views: &[View]| {
                let chosen = views.iter().filter(|view| view.is_chosen());
                chosen.map(|view| (view.publisher, view.source)).collect::<BTreeSet<_>>()
            };
            let before = participant.views.as_deref().map(chosen).unwrap_or_default();
            let reseats = self.crowded && chosen(&views) != before;
            participant.saver = saver;
            participant.views = Some(views);
            if reseats {
                self.rebind();
            }
            self.decide(now);
        }
    }

    /// Takes a person out; nothing flows from or to them any more.
    pub(crate) fn remove(&mut self, now: Instant, id: ParticipantId) {
        self.stir(now);
        self.untap(id);
        if self.take_out(id) {
            self.forget_moves(id);
            self.rebind();
            self.decide(now);
        }
    }

    /// Takes everybody out.
    pub(crate) fn close(&mut self) {
        for id in self.everybody() {
            self.take_out(id);
        }
    }

    /// A datagram for one person's connection.
    pub(crate) fn handle_datagram(
        &mut self,
        now: Instant,
        id: ParticipantId,
        datagram: Datagram<'_>,
    ) {
        let Some(participant) = self.participant_by_id.get_mut(&id) else { return };
        let result = participant.handle_datagram(now, datagram, &mut self.out);
        self.settle(now, id, result);
    }

    /// Time has come to `now`.
    pub(crate) fn handle_timeout(&mut self, now: Instant) {
        #[cfg(test)]
        assert!(!self.broken, "broken on purpose");
        let mut last = Unbounded;
        while let Some((id, participant)) = self
            .participant_by_id
            .range_mut((last, Unbounded))
            .find(|(_, participant)| participant.deadline() <= now)
        {
            let id = *id;
            last = Excluded(id);
            let result = participant.handle_timeout(now, &mut self.out);
            self.settle(now, id, result);
        }
        if now >= self.tick_at {
            let rests = now > self.stirred_at + RESTS_AFTER;
            self.tick_at = now + if rests { TICK_AT_REST } else { TICK };
            self.part_with_silent(now);
            if !rests {
                self.handle_tick(now);
            }
            if self.is_second(now) {
                self.sample_quality();
            }
        }
    }

    /// Something happens; a room at rest is awake again.
    fn stir(&mut self, now: Instant) {
        self.stirred_at = now;
        self.tick_at = self.tick_at.min(now + TICK);
    }

    /// Whoever has not been heard of for long is gone.
    fn part_with_silent(&mut self, now: Instant) {
        let silent: Vec<_> = self
            .participant_by_id
            .iter()
            .filter(|(_, participant)| now > participant.heard_at + SILENT_FOR)
            .map(|(id, _)| *id)
            .collect();
        for id in silent {
            self.depart(now, id, Departure::Silent);
        }
    }

    /// Looks at what may have changed while something flows. In a room at rest nothing does.
    fn handle_tick(&mut self, now: Instant) {
        for participant in self.participant_by_id.values_mut() {
            for track in participant.track_by_source.values_mut() {
                track.handle_tick(now);
            }
        }
        let mut passed = false;
        for speakers in self.speakers_by_circle.values_mut() {
            passed |= speakers.handle_tick();
        }
        self.tell_speakers();
        if passed && self.crowded {
            self.rebind();
        }
        self.decide_voices(now);
        self.decide(now);
        self.look_for_room(now);
    }

    /// After anything a peer did: a fault ends the connection, events are handled.
    fn settle(&mut self, now: Instant, id: ParticipantId, result: Result<(), PeerFault>) {
        if let Err(fault) = result {
            tracing::warn!(room = %self.id, participant = %id, error = ?fault, "connection failed");
            self.depart(now, id, Departure::Fault);
            return;
        }
        while let Some(event) = self.out.events.pop_front() {
            self.handle_peer_event(now, id, event);
        }
    }

    /// A connection ended by itself.
    fn depart(&mut self, now: Instant, id: ParticipantId, departure: Departure) {
        let Some(participant) = self.participant_by_id.get(&id) else { return };
        let connection = participant.connection;
        self.take_out(id);
        self.forget_moves(id);
        let room = self.id;
        self.events.push_back(Event::Departed { room, participant: id, connection, departure });
        self.rebind();
        self.decide(now);
    }

    fn take_out(&mut self, id: ParticipantId) -> bool {
        if let Some(participant) = self.participant_by_id.get_mut(&id) {
            participant.peer.close(&mut self.out);
            // Of whoever is gone nothing is handled.
            self.out.events.clear();
            self.out.departures.clear();
        }
        let Some(participant) = self.participant_by_id.remove(&id) else { return false };
        self.silence(id);
        // Should the same person come back, their streams begin anew even in the slots they had.
        for viewer in self.participant_by_id.values_mut() {
            for index in 0..viewer.slots.len() {
                let bound = viewer.slots.bound(index);
                if bound.is_some_and(|play| play.0 == id) {
                    viewer.rebind(index, bound);
                }
            }
        }
        self.gone.push(Gone { ufrag: participant.peer.ufrag().to_owned(), participant: id });
        true
    }
}
