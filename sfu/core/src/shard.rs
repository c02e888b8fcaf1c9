//! The rooms of one core; the only type the shell touches.
//!
//! In: datagrams, commands, time. Out: datagrams, events, what a recorder takes, the next deadline,
//! counts.
//! Never: reads a clock, opens a socket, shares anything with another shard.

use crate::deadlines::{Deadlines, Seat};
use crate::demux::Demux;
use crate::outbox::Outbox;
use crate::outlet::Outlet;
use crate::packet::{Datagram, Transmit};
use crate::room::{Admission, Renamed, Room};
use bedside_sfu_api::{
    Command, ConnectionId, Event, MediaRefusal, ParticipantId, RoomId, ShardStats, Silence, Tap,
    Tapped,
};
use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

/// Most people on a shard that has a core. A core carries some 240 who are all heard and seen
/// (`README.md`); five times that is idle people, in lobbies of long visits.
pub const SHARD_PARTICIPANTS_MAX: usize = 1_200;
/// How often counts are handed out.
const STATS_INTERVAL: Duration = Duration::from_secs(1);

type PeerKey = (RoomId, ParticipantId);

/// What a shard is told at its start.
#[derive(Debug, Clone)]
pub struct ShardConfig {
    /// Its number.
    pub shard: u16,
    /// The addresses of its sockets, as browsers are told them.
    pub announced: Vec<SocketAddr>,
    /// Most people on it; `SHARD_PARTICIPANTS_MAX` on a core of its own.
    pub participants_max: usize,
}

/// A room, and its place among the deadlines.
#[derive(Debug)]
struct Seated {
    seat: Seat,
    room: Room,
}

/// The rooms of one core.
#[derive(Debug)]
pub struct Shard {
    config: ShardConfig,
    room_by_id: BTreeMap<RoomId, Seated>,
    /// What signaling last said of a recorder; it outlives a room that is empty or was broken.
    tap_by_room: BTreeMap<RoomId, Tap>,
    /// What it last said of silences; as long-lived.
    silences_by_room: BTreeMap<RoomId, Vec<Silence>>,
    demux: Demux<PeerKey>,
    deadlines: Deadlines<RoomId>,
    stats: ShardStats,
    stats_at: Instant,
    transmits: VecDeque<Transmit>,
    /// Lent to the room at work.
    out: Outbox,
    events: VecDeque<Event>,
    outlet: Outlet,
}

impl Shard {
    /// A shard without rooms.
    #[must_use]
    pub fn new(now: Instant, config: ShardConfig) -> Self {
        let stats = ShardStats { shard: config.shard, ..ShardStats::default() };
        Self {
            config,
            room_by_id: BTreeMap::new(),
            tap_by_room: BTreeMap::new(),
            silences_by_room: BTreeMap::new(),
            demux: Demux::new(),
            deadlines: Deadlines::new(),
            stats,
            stats_at: now + STATS_INTERVAL,
            transmits: VecDeque::new(),
            out: Outbox::default(),
            events: VecDeque::new(),
            outlet: Outlet::default(),
        }
    }

    /// How many people are connected or connecting.
    #[must_use]
    pub fn participants(&self) -> usize {
        self.room_by_id.values().map(|seated| seated.room.len()).sum()
    }

    /// A datagram has arrived.
    pub fn handle_datagram(&mut self, now: Instant, datagram: Datagram<'_>) {
        self.stats.datagrams_in += 1;
        self.stats.bytes_in += bytes(datagram.payload);
        match self.demux.find(datagram.source, datagram.payload) {
            Some((room, participant)) => {
                self.in_room(room, |room| room.handle_datagram(now, participant, datagram));
            }
            None => self.stats.datagrams_unknown += 1,
        }
    }

    /// Signaling has decided something.
    pub fn handle_command(&mut self, now: Instant, command: Command) {
        let id = command.room();
        match command {
            Command::Admit { participant, connection, grant, circle, sources, offer, .. } => {
                let admission =
                    Admission { participant, connection, grant, circle, sources, offer };
                self.admit(now, id, admission);
            }
            Command::RestartIce { participant, connection, theirs, .. } => {
                let mut renamed = None;
                self.in_room(id, |room| {
                    renamed = room.restart_ice(now, (participant, connection), theirs);
                });
                if let Some(Renamed { former, ufrag }) = renamed {
                    self.demux.rename(&former, ufrag, (id, participant));
                }
            }
            Command::Switch { participant, sources, .. } => {
                self.in_room(id, |room| room.switch(now, participant, sources));
            }
            Command::Show { participant, views, saver, .. } => {
                self.in_room(id, |room| room.show(now, participant, views, saver));
            }
            Command::Arrange { circles, silences, .. } => {
                self.in_room(id, |room| room.arrange(now, &circles, &silences));
                if silences.is_empty() {
                    self.silences_by_room.remove(&id);
                } else {
                    self.silences_by_room.insert(id, silences);
                }
            }
            Command::Tap { tap, .. } => self.tap(now, id, tap),
            Command::Refresh { participant, source, .. } => {
                self.in_room(id, |room| room.refresh(now, participant, source));
            }
            Command::Remove { participant, .. } => {
                if let Some(tap) = self.tap_by_room.get_mut(&id) {
                    tap.people.retain(|named| *named != participant);
                }
                self.in_room(id, |room| room.remove(now, participant));
            }
            Command::Close { .. } => {
                self.tap_by_room.remove(&id);
                self.silences_by_room.remove(&id);
                self.in_room(id, Room::close);
            }
        }
    }

    /// Takes everybody out of every room; their goodbyes are to be polled.
    pub fn close(&mut self) {
        let rooms: Vec<_> = self.room_by_id.keys().copied().collect();
        for id in rooms {
            self.in_room(id, Room::close);
        }
    }

    /// Time has come to `now`.
    pub fn handle_timeout(&mut self, now: Instant) {
        // Each due room once: one that is due again at once waits for the next round, so that it
        // holds up neither the others nor the sockets.
        let mut last = None;
        while let Some((seat, id)) = self.deadlines.due(now, last) {
            last = Some(seat);
            self.in_room(id, |room| room.handle_timeout(now));
        }
        if now >= self.stats_at {
            self.stats_at = now + STATS_INTERVAL;
            self.events.push_back(Event::Stats(self.stats()));
        }
    }

    /// When `handle_timeout` is due.
    #[must_use]
    pub fn poll_timeout(&self) -> Instant {
        self.deadlines.first().map_or(self.stats_at, |first| first.min(self.stats_at))
    }

    /// The next datagram to send.
    pub fn poll_transmit(&mut self) -> Option<Transmit> {
        let transmit = self.transmits.pop_front()?;
        self.stats.datagrams_out += 1;
        self.stats.bytes_out += bytes(&transmit.payload);
        Some(transmit)
    }

    /// The next event.
    pub fn poll_event(&mut self) -> Option<Event> {
        self.events.pop_front()
    }

    /// The next thing for a recorder. What is not fetched waits, and what finds no room is told as
    /// `Tapped::Missed`: a recorder that is slow costs the visit nothing.
    pub fn poll_tapped(&mut self) -> Option<Tapped> {
        self.outlet.poll()
    }

    /// Counts since the start, and what is held now.
    #[must_use]
    pub fn stats(&self) -> ShardStats {
        ShardStats {
            rooms: u64::try_from(self.room_by_id.len()).unwrap_or(u64::MAX),
            participants: u64::try_from(self.participants()).unwrap_or(u64::MAX),
            rtp_tap_missed: self.outlet.missed(),
            ..self.stats
        }
    }

    fn admit(&mut self, now: Instant, id: RoomId, admission: Admission) {
        let Admission { participant, connection, .. } = admission;
        let returns = self.room_by_id.get(&id).is_some_and(|seated| seated.room.has(participant));
        if !returns && self.participants() >= self.config.participants_max {
            self.refuse(id, participant, connection, MediaRefusal::ServerFull);
            return;
        }
        let tap = self.tap_by_room.get(&id);
        let silences = self.silences_by_room.get(&id);
        self.room_by_id.entry(id).or_insert_with(|| {
            let mut room = Room::new(now, id);
            room.tap(now, tap.cloned());
            room.arrange(now, &[], silences.map_or(&[], Vec::as_slice));
            Seated { seat: self.deadlines.sit(id), room }
        });
        let announced = self.config.announced.clone();
        let mut admitted = None;
        self.in_room(id, |room| admitted = Some(room.admit(now, admission, &announced)));
        match admitted {
            Some(Ok(ufrag)) => self.demux.insert(ufrag, (id, participant)),
            Some(Err(refusal)) => self.refuse(id, participant, connection, refusal),
            None => {} // the room failed and has said so
        }
    }

    /// Whose media a recorder takes of a room, whether it is there yet or not.
    fn tap(&mut self, now: Instant, id: RoomId, tap: Option<Tap>) {
        match &tap {
            Some(tap) => self.tap_by_room.insert(id, tap.clone()),
            None => self.tap_by_room.remove(&id),
        };
        self.in_room(id, |room| room.tap(now, tap));
    }

    fn refuse(
        &mut self,
        room: RoomId,
        participant: ParticipantId,
        connection: ConnectionId,
        refusal: MediaRefusal,
    ) {
        self.events.push_back(Event::Refused { room, participant, connection, refusal });
    }

    /// The one door into a room: whatever is done there, its datagrams, events and deadline are
    /// taken out afterwards. A panic ends the room and nothing else.
    fn in_room(&mut self, id: RoomId, act: impl FnOnce(&mut Room)) {
        let Some(Seated { seat, room }) = self.room_by_id.get_mut(&id) else { return };
        room.swap_outbox(&mut self.out);
        // The room is dropped on a panic, so nobody sees a state that was left half changed.
        if catch_unwind(AssertUnwindSafe(|| act(room))).is_err() {
            self.fail(id);
            return;
        }
        room.swap_outbox(&mut self.out);
        self.transmits.append(&mut self.out.transmits);
        while let Some(event) = room.poll_event() {
            self.events.push_back(event);
        }
        while let Some(tapped) = room.poll_tapped() {
            self.stats.rtp_tapped += u64::from(matches!(tapped, Tapped::Packet(_)));
            self.outlet.put(tapped);
        }
        while let Some(gone) = room.poll_gone() {
            self.demux.remove(&gone.ufrag, (id, gone.participant));
        }
        add_counts(&mut self.stats, room.take_counts());
        self.deadlines.set(*seat, room.poll_timeout());
        if room.len() == 0 {
            self.take_out(id);
        }
    }

    fn take_out(&mut self, id: RoomId) {
        if let Some(Seated { seat, .. }) = self.room_by_id.remove(&id) {
            self.deadlines.leave(seat);
        }
    }

    fn fail(&mut self, id: RoomId) {
        tracing::error!(room = %id, "a broken invariant ended this room; its people offer again");
        self.take_out(id);
        self.demux.remove_where(|(room, _)| *room == id);
        self.stats.rooms_failed += 1;
        self.events.push_back(Event::RoomFailed { room: id });
    }

    /// Breaks a room on purpose.
    #[cfg(test)]
    pub(crate) fn break_room(&mut self, id: RoomId) {
        if let Some(Seated { room, .. }) = self.room_by_id.get_mut(&id) {
            room.broken = true;
        }
    }
}

fn bytes(payload: &[u8]) -> u64 {
    u64::try_from(payload.len()).unwrap_or(u64::MAX)
}

fn add_counts(stats: &mut ShardStats, counts: ShardStats) {
    stats.rtp_in += counts.rtp_in;
    stats.rtp_forwarded += counts.rtp_forwarded;
    stats.rtp_not_granted += counts.rtp_not_granted;
    stats.keyframe_requests_in += counts.keyframe_requests_in;
    stats.keyframe_requests_out += counts.keyframe_requests_out;
    stats.layer_switches += counts.layer_switches;
}

#[cfg(test)]
mod tests;
