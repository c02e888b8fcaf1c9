//! The world: one shard, its clients, their lines, one clock that jumps to the next event.
//!
//! In: what people do. Out: what everybody received, and every event of the shard.
//! Never: real time, real sockets.

use crate::client::{Client, Learnt, Received, SlotCount};
use crate::link::{Line, Link};
use crate::media::Tag;
use crate::model::{Model, Who};
use bedside_sfu_api::{
    Circle, Command, ConnectionId, Event, Grant, IceCredentials, ParticipantId, Precedence, RoomId,
    Silence, Source, Sources, Stream, Tap, Tapped, Turn, VideoHeight, View,
};
use bedside_sfu_core::{Datagram, SHARD_PARTICIPANTS_MAX, Shard, ShardConfig};
use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use uuid::Uuid;

pub(crate) const SERVER: SocketAddr =
    SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1)), 7882);
/// A DTLS record of a handshake (RFC 6347 section 4.1).
const DTLS_HANDSHAKE: u8 = 22;
/// The head of a STUN success response (RFC 8489 section 5).
const STUN_SUCCESS: [u8; 2] = [1, 1];
pub(crate) const EVERYTHING: Grant = Grant {
    publish: Sources::ALL,
    hear: true,
    see: true,
    precedence: Precedence { voice_kept: false, picture: 0 },
};
/// Longest time a datagram can be on its way: the fullest buffer and the longest delay.
pub(crate) const IN_FLIGHT: Duration = Duration::from_millis(600);
/// After it, what somebody did is true for everybody but those who are still connecting.
const SETTLED: Duration = Duration::from_millis(2_500);
/// Longest a connection takes after that: flights of its handshake may be lost again and again, and
/// each is sent again after twice the time of the one before (RFC 6347 section 4.2.4).
const CONNECTED: Duration = Duration::from_secs(10);

/// Who turns to others is heard by them from when the server knows of it: what was said shorter
/// before than the longest way, what a device holds back and a repeated frame take may be heard too.
const TURNED_WITHIN: Duration = Duration::from_millis(200);

pub(crate) struct Seat {
    pub(crate) client: Client,
    pub(crate) address: SocketAddr,
    pub(crate) up: Link<Vec<u8>>,
    pub(crate) down: Link<Vec<u8>>,
    connection: u64,
    /// By what the client looks for another way, once it has.
    sought: Option<IceCredentials>,
    /// How tall the page draws cameras; `None` until it has said.
    height: Option<u16>,
    /// Out of the visit; the client does not know and goes on.
    pub(crate) removed_at: Option<Instant>,
}

pub(crate) struct World {
    pub(crate) now: Instant,
    pub(crate) start: Instant,
    pub(crate) shard: Shard,
    pub(crate) seat_by_person: BTreeMap<Who, Seat>,
    pub(crate) events: Vec<(Instant, Event)>,
    pub(crate) model: Model,
    /// When media left for whom.
    pub(crate) sent: Vec<(Instant, Who)>,
    /// When somebody's client spoke of keys (DTLS handshake).
    pub(crate) shaken: Vec<(Instant, Who)>,
    /// When somebody's check was answered.
    pub(crate) checked: Vec<(Instant, Who)>,
    /// What left for an address where nobody is.
    pub(crate) astray: Vec<(Instant, SocketAddr)>,
    /// How many things were looked at that somebody was made to hear or see.
    pub(crate) learnt: usize,
    /// What a recorder took.
    pub(crate) tapped: Vec<(Instant, Tapped)>,
    /// Whether the recorder listens at all.
    pub(crate) listens: bool,
    seed: u64,
    connections: u64,
    moves: u16,
}

pub(crate) fn room_id(room: u64) -> RoomId {
    RoomId(Uuid::from_u128(u128::from(room)))
}

pub(crate) fn participant_id(who: Who) -> ParticipantId {
    // The same person number in two rooms is two people, with the same opaque id on purpose:
    // only the room keeps them apart.
    ParticipantId(Uuid::from_u128(u128::from(who.1)))
}

impl World {
    #[expect(clippy::disallowed_methods, reason = "an Instant has no other beginning")]
    pub(crate) fn new(seed: u64) -> Self {
        let now = Instant::now();
        let shard = Shard::new(
            now,
            ShardConfig {
                shard: 0,
                announced: vec![SERVER],
                participants_max: SHARD_PARTICIPANTS_MAX,
            },
        );
        Self {
            now,
            start: now,
            shard,
            seat_by_person: BTreeMap::new(),
            events: Vec::new(),
            model: Model::default(),
            sent: Vec::new(),
            shaken: Vec::new(),
            checked: Vec::new(),
            astray: Vec::new(),
            learnt: 0,
            tapped: Vec::new(),
            listens: true,
            seed,
            connections: 0,
            moves: 0,
        }
    }

    pub(crate) fn admit(&mut self, who: Who, line: Line) {
        self.admit_with(who, line, EVERYTHING);
    }

    pub(crate) fn admit_with(&mut self, who: Who, line: Line, grant: Grant) {
        self.admit_to(who, line, grant, self.model.circle(who));
    }

    pub(crate) fn admit_to(&mut self, who: Who, line: Line, grant: Grant, circle: u32) {
        self.connections += 1;
        let connection = self.connections;
        let port = u16::try_from(10_000 + connection).unwrap();
        let address = SocketAddr::from(([10, 0, 0, 1], port));
        let slots = SlotCount { audio: 6, video: 7 };
        let (mut client, offer) = Client::offer(self.now, who, address, slots);
        client.epoch = self.start;
        let up = Link::new(self.now, line, self.seed ^ connection << 8);
        let down = Link::new(self.now, line, self.seed ^ connection << 8 ^ 1);
        self.check_circles(who);
        let (sought, height, removed_at) = (None, None, None);
        let seat = Seat { client, address, up, down, connection, sought, height, removed_at };
        self.seat_by_person.insert(who, seat);
        self.model.admit(who, grant.publish.camera, grant.hear);
        self.model.place(self.now, who, circle);
        self.command(Command::Admit {
            room: room_id(who.0),
            participant: participant_id(who),
            connection: ConnectionId(connection),
            grant,
            circle: Circle(circle),
            sources: Sources { screen: false, ..Sources::ALL },
            offer,
        });
        // The others' pages draw the new person too, and say so.
        for other in self.model.people() {
            if let Some(height) = self.seat_by_person[&other].height {
                self.show(other, height);
            }
        }
    }

    /// These people of a room may be recorded from now on, and nobody else.
    pub(crate) fn tap(&mut self, room: u64, people: &[u64]) {
        let turn = self.model.tapped(room).0 + 1;
        self.model.tap(self.now, room, turn, people.iter().copied().collect());
        let people: Vec<_> = people.iter().map(|person| participant_id((room, *person))).collect();
        let tap = (!people.is_empty()).then_some(Tap { turn: Turn(turn), people });
        self.command(Command::Tap { room: room_id(room), tap });
    }

    /// Everybody is out.
    pub(crate) fn close(&mut self, room: u64) {
        let turn = self.model.tapped(room).0;
        self.model.tap(self.now, room, turn, BTreeSet::new());
        for who in self.model.people().into_iter().filter(|who| who.0 == room) {
            self.model.remove(who);
            self.seat_by_person.remove(&who);
        }
        self.command(Command::Close { room: room_id(room) });
    }

    pub(crate) fn remove(&mut self, who: Who) {
        self.model.remove(who);
        let (turn, mut people) = self.model.tapped(who.0);
        people.remove(&who.1);
        self.model.tap(self.now, who.0, turn, people);
        self.seat_by_person.get_mut(&who).unwrap().removed_at = Some(self.now);
        let (room, participant) = (room_id(who.0), participant_id(who));
        self.command(Command::Remove { room, participant });
    }

    /// Switches somebody's camera; the client and the server learn of it together.
    pub(crate) fn camera(&mut self, who: Who, on: bool) {
        self.model.camera(who, on);
        self.seat_by_person.get_mut(&who).unwrap().client.camera_on = on;
        self.switch(who);
    }

    /// Mutes somebody, or lets them speak again: their client sends no voice.
    pub(crate) fn microphone(&mut self, who: Who, on: bool) {
        self.model.microphone(who, on);
        self.seat_by_person.get_mut(&who).unwrap().client.loudness = on.then_some(-30);
        self.switch(who);
    }

    fn switch(&mut self, who: Who) {
        let client = &self.seat_by_person[&who].client;
        let (microphone, camera) = (client.loudness.is_some(), client.camera_on);
        let sources = Sources { microphone, camera, screen: false };
        let (room, participant) = (room_id(who.0), participant_id(who));
        self.command(Command::Switch { room, participant, sources });
    }

    /// Somebody's page draws everybody's camera at this height; zero shows none.
    pub(crate) fn show(&mut self, who: Who, height: u16) {
        self.model.shows(who, height > 0);
        self.seat_by_person.get_mut(&who).unwrap().height = Some(height);
        let people = self.model.people().into_iter().filter(|other| other.0 == who.0);
        let views = people
            .map(|other| View {
                publisher: participant_id(other),
                source: Source::Camera,
                height: VideoHeight(height),
                pinned: false,
                signing: false,
            })
            .collect();
        let (room, participant) = (room_id(who.0), participant_id(who));
        self.command(Command::Show { room, participant, views, saver: false });
    }

    /// These people of a room are in these circles from now on.
    pub(crate) fn arrange(&mut self, room: u64, moves: &[(u64, u32)]) {
        let silences = self.model.silences(room);
        self.arrange_with(room, moves, silences);
    }

    /// And these listeners are not to be sent these speakers' voices.
    pub(crate) fn arrange_with(
        &mut self,
        room: u64,
        moves: &[(u64, u32)],
        silences: BTreeSet<(u64, u64)>,
    ) {
        for (person, circle) in moves {
            self.model.place(self.now, (room, *person), *circle);
        }
        self.model.silence(self.now, room, silences.clone());
        let circles =
            moves.iter().map(|(person, circle)| (participant_id((room, *person)), Circle(*circle)));
        let silences = silences.into_iter().map(|(listener, speaker)| Silence {
            listener: participant_id((room, listener)),
            speaker: participant_id((room, speaker)),
        });
        let (circles, silences) = (circles.collect(), silences.collect());
        self.command(Command::Arrange { room: room_id(room), circles, silences });
    }

    pub(crate) fn command(&mut self, command: Command) {
        self.shard.handle_command(self.now, command);
        self.drain_shard();
    }

    pub(crate) fn line(&mut self, who: Who, line: Line) {
        let seat = self.seat_by_person.get_mut(&who).unwrap();
        (seat.up.line, seat.down.line) = (line, line);
    }

    /// Somebody is elsewhere on the net from now on. Their client does not know.
    pub(crate) fn relocate(&mut self, who: Who) -> SocketAddr {
        self.moves += 1;
        let address = SocketAddr::from(([10, 0, 1, 1], self.moves));
        self.seat_by_person.get_mut(&who).unwrap().address = address;
        address
    }

    /// Somebody's client looks for another way, on the connection it has.
    pub(crate) fn restart_ice(&mut self, who: Who) {
        let seat = self.seat_by_person.get_mut(&who).unwrap();
        let theirs = seat.client.restart_ice(seat.address);
        seat.sought = Some(theirs.clone());
        self.tell_restart(who, theirs);
    }

    /// The server is told that somebody's client looks for another way.
    pub(crate) fn tell_restart(&mut self, who: Who, theirs: IceCredentials) {
        let connection = ConnectionId(self.seat_by_person[&who].connection);
        let (room, participant) = (room_id(who.0), participant_id(who));
        self.command(Command::RestartIce { room, participant, connection, theirs });
    }

    pub(crate) fn run(&mut self, duration: Duration) {
        let end = self.now + duration;
        loop {
            let seats = self.seat_by_person.values();
            let soonest = seats
                .flat_map(|seat| {
                    [Some(seat.client.next_at()), seat.up.next_at(), seat.down.next_at()]
                })
                .flatten()
                .chain([self.shard.poll_timeout()])
                .min()
                .unwrap();
            if soonest > end {
                self.now = end;
                return;
            }
            self.now = self.now.max(soonest);
            self.step();
        }
    }

    fn step(&mut self) {
        let now = self.now;
        for seat in self.seat_by_person.values_mut() {
            while let Some(bytes) = seat.down.take(now) {
                seat.client.handle_datagram(now, SERVER, &bytes);
            }
            if seat.client.next_at() <= now {
                seat.client.handle_timeout(now);
            }
            while let Some((destination, bytes)) = seat.client.transmits.pop_front() {
                assert_eq!(destination, SERVER);
                seat.up.put(now, bytes.len(), bytes);
            }
        }
        for who in self.seat_by_person.keys().copied().collect::<Vec<_>>() {
            while let Some(bytes) = self.seat_by_person.get_mut(&who).and_then(|s| s.up.take(now)) {
                if bytes.first() == Some(&DTLS_HANDSHAKE) {
                    self.shaken.push((now, who));
                }
                let source = self.seat_by_person[&who].address;
                let datagram = Datagram { source, destination: SERVER, payload: &bytes };
                self.shard.handle_datagram(now, datagram);
                self.drain_shard();
            }
        }
        if self.shard.poll_timeout() <= now {
            self.shard.handle_timeout(now);
            self.drain_shard();
        }
    }

    pub(crate) fn drain_shard(&mut self) {
        while let Some(transmit) = self.shard.poll_transmit() {
            assert_eq!(transmit.source, SERVER);
            let mut seats = self.seat_by_person.iter_mut();
            let seat = seats.find(|(_, seat)| seat.address == transmit.destination);
            if let Some((who, seat)) = seat {
                // RFC 5761: a second byte of 192 to 223 is RTCP.
                if matches!(transmit.payload[..], [128..=191, 0..=191 | 224..=255, ..]) {
                    self.sent.push((self.now, *who));
                }
                if transmit.payload.starts_with(&STUN_SUCCESS) {
                    self.checked.push((self.now, *who));
                }
                seat.down.put(self.now, transmit.payload.len(), transmit.payload.into());
            } else {
                self.astray.push((self.now, transmit.destination));
            }
        }
        while self.listens
            && let Some(tapped) = self.shard.poll_tapped()
        {
            self.check_tapped(&tapped);
            self.tapped.push((self.now, tapped));
        }
        while let Some(event) = self.shard.poll_event() {
            self.handle_event(&event);
            self.events.push((self.now, event));
        }
    }

    /// What signaling and the page would do.
    fn handle_event(&mut self, event: &Event) {
        let now = self.now;
        match event {
            Event::Admitted { room, participant, connection, answer } => {
                let seat = self.seat(*room, *participant).unwrap();
                assert_eq!(seat.connection, connection.0);
                seat.client.accept(now, answer);
            }
            Event::IceRestarted { room, participant, connection, theirs, ours } => {
                let seat = self.seat(*room, *participant).unwrap();
                assert_eq!(seat.connection, connection.0);
                if seat.sought.as_ref() == Some(theirs) {
                    seat.client.restarted(now, ours);
                }
            }
            Event::Watched { room, participant, source: Source::Camera, layers } => {
                if let Some(seat) = self.seat(*room, *participant) {
                    let watched: Vec<bool> = layers.iter().map(|layer| layer.watched).collect();
                    seat.client.active = watched.try_into().unwrap();
                }
            }
            Event::Slots { room, participant, slots } => {
                let bound = slots.iter().filter_map(|slot| slot.bound).map(|play| play.0);
                self.check_told(*room, *participant, bound);
            }
            Event::Delivered { room, participant, deliveries, .. } => {
                let publishers = deliveries.iter().map(|delivery| delivery.publisher);
                self.check_told(*room, *participant, publishers);
            }
            Event::Speakers { room, participant, speakers } => {
                self.check_told(*room, *participant, speakers.iter().copied());
            }
            Event::Refused { .. } | Event::RoomFailed { .. } => panic!("{event:?}"),
            _ => {}
        }
    }

    /// Whatever somebody was made to hear or see was said in the circle they were in when it was
    /// said, however it came: first, again, as a copy, or within another packet. And no number
    /// was given twice.
    pub(crate) fn check_circles(&mut self, who: Who) {
        let Some(seat) = self.seat_by_person.get_mut(&who) else { return };
        let mut print_by_number = BTreeMap::new();
        for packet in &seat.client.received {
            let print = *print_by_number.entry((packet.mid, packet.seq)).or_insert(packet.print);
            assert_eq!(print, packet.print, "{who:?}: {packet:?} has the number of another");
        }
        let learnt = std::mem::take(&mut seat.client.learnt);
        self.learnt += learnt.len();
        for Learnt { at, said: is_word, tag } in learnt {
            let publisher = (tag.room, tag.participant);
            let said = self.start + Duration::from_micros(tag.said_us);
            assert!(
                !is_word || self.model.was_to_hear(who, publisher, said, said + TURNED_WITHIN),
                "seed {}: {who:?} heard at {:?} what {publisher:?} said to others: {tag:?}",
                self.seed,
                at - self.start,
            );
            // What was said before either came was said to nobody in particular.
            let circles = (self.model.circle_at(publisher, said), self.model.circle_at(who, said));
            let (Some(there), Some(here)) = circles else { continue };
            assert_eq!(
                there,
                here,
                "seed {}: {who:?} learnt at {:?} what {publisher:?} said elsewhere: {tag:?}",
                self.seed,
                at - self.start,
            );
        }
    }

    /// Whatever is taken is of somebody who may be recorded now and could be when it was said, and
    /// was said in the common circle, however it came.
    fn check_tapped(&self, tapped: &Tapped) {
        let stream = match tapped {
            Tapped::Packet(packet) => packet.stream,
            Tapped::Report(report) => report.stream,
            Tapped::Missed { .. } => panic!("{tapped:?} of a recorder that listens"),
        };
        let Stream { room, turn, participant, .. } = stream;
        let room = u64::try_from(room.0.as_u128()).unwrap();
        let who = (room, u64::try_from(participant.0.as_u128()).unwrap());
        let (current, people) = self.model.tapped(room);
        assert!(people.contains(&who.1), "seed {}: {who:?} has not agreed", self.seed);
        assert_eq!(turn, Turn(current), "seed {}: {who:?}", self.seed);
        assert_eq!(self.model.circle(who), 0, "seed {}: {who:?} is elsewhere", self.seed);
        let Tapped::Packet(packet) = tapped else { return };
        let tags = Tag::all(&packet.payload);
        assert!((1..=2).contains(&tags.len()), "a frame, and the one before within it (FEC)");
        for tag in tags {
            assert_eq!((tag.room, tag.participant), who);
            let said = self.start + Duration::from_micros(tag.said_us);
            let circle = self.model.circle_at(who, said);
            assert!(matches!(circle, None | Some(0)), "seed {}: {who:?} {tag:?}", self.seed);
            let agreed = self.model.may_be_recorded(who, said);
            assert!(agreed, "seed {}: {who:?} had not agreed: {tag:?}", self.seed);
        }
    }

    /// Nobody is told of anybody in another circle.
    fn check_told(
        &self,
        room: RoomId,
        listener: ParticipantId,
        named: impl Iterator<Item = ParticipantId>,
    ) {
        let who = |id: ParticipantId| {
            let person = u64::try_from(id.0.as_u128()).unwrap();
            (u64::try_from(room.0.as_u128()).unwrap(), person)
        };
        let here = self.model.circle(who(listener));
        for named in named.map(who) {
            assert_eq!(self.model.circle(named), here, "{listener} is told of {named:?}");
        }
    }

    pub(crate) fn seat(&mut self, room: RoomId, participant: ParticipantId) -> Option<&mut Seat> {
        let mut seats = self.seat_by_person.iter_mut();
        seats
            .find(|(who, _)| room_id(who.0) == room && participant_id(**who) == participant)
            .map(|(_, seat)| seat)
    }

    /// Somebody's page draws one camera large and keeps it.
    pub(crate) fn pin(&mut self, who: Who, other: Who) {
        let (publisher, source) = (participant_id(other), Source::Camera);
        let height = VideoHeight(360);
        let views = vec![View { publisher, source, height, pinned: true, signing: false }];
        let (room, participant) = (room_id(who.0), participant_id(who));
        self.command(Command::Show { room, participant, views, saver: false });
    }

    /// What somebody has received since an instant.
    pub(crate) fn received(&self, who: Who, since: Instant) -> Vec<Received> {
        let received = &self.seat_by_person[&who].client.received;
        received.iter().filter(|packet| packet.at >= since).copied().collect()
    }

    /// Whether everybody received all those the model says over a second. None may receive more.
    fn check_a_second(&mut self) -> bool {
        let since = self.now;
        self.run(Duration::from_secs(1));
        let mut complete = true;
        for who in self.model.people() {
            let (mut heard, mut seen) = (BTreeSet::new(), BTreeSet::new());
            for packet in self.received(who, since) {
                assert_eq!(packet.tag.room, who.0, "{who:?} received another room's packet");
                let people = if packet.descriptor.is_some() { &mut seen } else { &mut heard };
                people.insert(packet.tag.participant);
            }
            let (hears, sees) = (self.model.heard_by(who), self.model.seen_by(who));
            assert!(heard.is_subset(&hears), "{who:?} hears {heard:?} of {hears:?}");
            assert!(seen.is_subset(&sees), "{who:?} sees {seen:?} of {sees:?}");
            complete &= heard == hears && seen == sees;
        }
        complete
    }

    /// Once it has settled, nobody receives anybody whom the model does not say, from the first
    /// second on; and everybody whom it says, at the latest once a lossy line has connected.
    pub(crate) fn check_against_model(&mut self) {
        self.run(SETTLED);
        let until = self.now + CONNECTED;
        while !self.check_a_second() {
            assert!(self.now < until, "seed {}: somebody receives too few", self.seed);
        }
        for (who, seat) in &self.seat_by_person {
            if let Some(removed_at) = seat.removed_at {
                let late = self.received(*who, removed_at + IN_FLIGHT);
                assert!(late.is_empty(), "{who:?} was removed and still received {}", late.len());
            }
        }
    }
}
