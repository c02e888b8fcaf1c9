//! A shard and the people before it, in virtual time: each step is a round of a media thread.
//!
//! In: who comes to which visit; how a round is to be worked, so that it can be measured. Out: what
//! was delivered.
//! Never: real time, real sockets; nothing of a person happens while a round is worked.

use super::handshake::{Handshake, Lines};
use super::person::{Delivered, Person};
use super::rtp::{Kind, kind};
use bedside_sfu_api::{
    Circle, Command, ConnectionId, Event, Grant, ParticipantId, Precedence, RoomId, Sources,
};
use bedside_sfu_core::{Datagram, Shard, ShardConfig};
use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::ops::Range;
use std::time::{Duration, Instant};
use uuid::Uuid;

const SERVER: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1)), 7882);
/// From a round to the next. Longer than a media thread rests, so that a round has enough to do for
/// what it takes to begin one to be little.
const ROUND: Duration = Duration::from_millis(1);
/// Rounds within which somebody is connected.
const JOINS_WITHIN: u32 = 3_000;

/// What a round can bring without its buffers growing.
const OUT_BYTES: usize = 16 << 20;
const OUT_DATAGRAMS: usize = 1 << 15;

/// A datagram of somebody.
pub type Arrived = (SocketAddr, Vec<u8>);

/// What a round of a media thread has to do.
#[derive(Debug)]
pub struct Round {
    /// What time it is.
    pub now: Instant,
    /// What signaling asks for.
    pub commands: Vec<Command>,
    /// Voices and pictures.
    pub media: Vec<Arrived>,
    /// Checks, keys, reports.
    pub beside: Vec<Arrived>,
}

/// What comes of a round. The bytes lie in one buffer that is used again, so that nothing of it is
/// counted for the shard.
#[derive(Debug)]
pub struct Outbox {
    bytes: Vec<u8>,
    sent: Vec<(SocketAddr, Range<usize>)>,
    answers: String,
    /// Who was let in, with which of the answers, and who was not.
    admitted: Vec<(usize, Option<Range<usize>>)>,
}

impl Default for Outbox {
    fn default() -> Self {
        Self {
            bytes: Vec::with_capacity(OUT_BYTES),
            sent: Vec::with_capacity(OUT_DATAGRAMS),
            answers: String::with_capacity(OUT_BYTES),
            admitted: Vec::with_capacity(OUT_DATAGRAMS),
        }
    }
}

/// Somebody is connecting, or connected.
#[derive(Debug)]
enum Seat {
    Knocking(Box<Handshake>),
    Seated(Box<Person>),
    Gone,
}

/// A shard and the people before it.
#[derive(Debug)]
pub struct Hall {
    start: Instant,
    now: Instant,
    shard: Shard,
    seats: Vec<Seat>,
    due: BinaryHeap<Reverse<(Instant, usize)>>,
    pending: Vec<Arrived>,
    commands: Vec<Command>,
    out: Outbox,
}

/// How a round is worked.
pub type Work<'a> = &'a mut dyn FnMut(&mut Shard, &Round, &mut Outbox);

impl Round {
    /// Works it as a media thread does.
    pub fn work(&self, shard: &mut Shard, out: &mut Outbox) {
        for command in &self.commands {
            shard.handle_command(self.now, command.clone());
        }
        hand(shard, self.now, &self.beside);
        hand(shard, self.now, &self.media);
        pass(shard, self.now, out);
    }
}

/// Hands datagrams to the shard.
pub fn hand(shard: &mut Shard, now: Instant, arrived: &[Arrived]) {
    for (source, payload) in arrived {
        shard.handle_datagram(now, Datagram { source: *source, destination: SERVER, payload });
    }
}

/// Lets time pass, and takes out what there is.
#[expect(clippy::wildcard_enum_match_arm, reason = "of what happens only admissions matter here")]
pub fn pass(shard: &mut Shard, now: Instant, out: &mut Outbox) {
    shard.handle_timeout(now);
    while let Some(transmit) = shard.poll_transmit() {
        let start = out.bytes.len();
        out.bytes.extend_from_slice(&transmit.payload);
        out.sent.push((transmit.destination, start..out.bytes.len()));
    }
    while let Some(event) = shard.poll_event() {
        match event {
            Event::Admitted { participant, answer, .. } => {
                let start = out.answers.len();
                out.answers.push_str(&answer);
                out.admitted.push((index_of(participant), Some(start..out.answers.len())));
            }
            Event::Refused { participant, .. } => {
                out.admitted.push((index_of(participant), None));
            }
            _ => {}
        }
    }
}

impl Hall {
    /// A shard that takes so many.
    #[must_use]
    pub fn new(participants_max: usize) -> Self {
        let now = crate::sim::some_instant();
        let config = ShardConfig { shard: 0, announced: vec![SERVER], participants_max };
        Self {
            start: now,
            now,
            shard: Shard::new(now, config),
            seats: Vec::new(),
            due: BinaryHeap::new(),
            pending: Vec::new(),
            commands: Vec::new(),
            out: Outbox::default(),
        }
    }

    /// Somebody comes to a visit and is connected when this returns. Whether they were let in.
    pub fn admit(&mut self, room: u64, lines: Lines, work: Work<'_>) -> bool {
        let index = self.seats.len();
        let (handshake, offer) = Handshake::offer(self.now, address(index), lines);
        let command = Command::Admit {
            room: RoomId(Uuid::from_u64_pair(7, room)),
            participant: participant(index),
            connection: ConnectionId(1),
            grant: Grant {
                publish: Sources::ALL,
                hear: true,
                see: true,
                precedence: Precedence::default(),
            },
            circle: Circle::MAIN,
            sources: Sources { screen: false, ..Sources::ALL },
            offer,
        };
        self.commands.push(command);
        self.due.push(Reverse((self.now, index)));
        self.seats.push(Seat::Knocking(Box::new(handshake)));
        for _ in 0..JOINS_WITHIN {
            self.step(work);
            match self.seats.get(index) {
                Some(Seat::Seated(_)) => return true,
                Some(Seat::Knocking(_)) => {}
                Some(Seat::Gone) | None => return false,
            }
        }
        false
    }

    /// Somebody switches camera and microphone on, or off.
    pub fn send(&mut self, index: usize, sends: bool) {
        if let Some(Seat::Seated(person)) = self.seats.get_mut(index) {
            person.send(self.now, sends);
            self.due.push(Reverse((person.next_at(), index)));
        }
    }

    /// Somebody opens one packet in so many.
    pub fn open_every(&mut self, index: usize, packets: u64) {
        if let Some(Seat::Seated(person)) = self.seats.get_mut(index) {
            person.opens_every = packets;
        }
    }

    /// What somebody has received.
    #[must_use]
    pub fn delivered(&self, index: usize) -> Delivered {
        match self.seats.get(index) {
            Some(Seat::Seated(person)) => person.delivered(),
            Some(Seat::Knocking(_) | Seat::Gone) | None => Delivered::default(),
        }
    }

    /// What all have received.
    #[must_use]
    pub fn delivered_packets(&self) -> u64 {
        (0..self.seats.len()).map(|index| self.delivered(index).packets).sum()
    }

    /// The shard.
    #[must_use]
    pub const fn shard(&self) -> &Shard {
        &self.shard
    }

    /// What time it is.
    #[must_use]
    pub const fn now(&self) -> Instant {
        self.now
    }

    /// The round a millisecond later.
    pub fn step(&mut self, work: Work<'_>) {
        self.step_to(self.now + ROUND, work);
    }

    /// Rounds until this much time has passed.
    pub fn run(&mut self, time: Duration, work: Work<'_>) {
        let until = self.now + time;
        while self.now < until {
            self.step(work);
        }
    }

    /// The round in which next something happens: a media thread without load sleeps until then.
    pub fn leap(&mut self, work: Work<'_>) {
        let person = self.due.peek().map(|Reverse((at, _))| *at);
        let shard = self.shard.poll_timeout();
        let next = person.map_or(shard, |at| at.min(shard));
        let soon = self.now + Duration::from_micros(1);
        self.step_to(if self.pending.is_empty() { next.max(soon) } else { soon }, work);
    }

    /// Rounds in which nobody acts until this much time has passed: what comes to people waits.
    pub fn doze(&mut self, time: Duration, work: Work<'_>) {
        let until = self.now + time;
        while self.now < until {
            self.now += ROUND;
            self.work(work);
        }
    }

    fn step_to(&mut self, now: Instant, work: Work<'_>) {
        self.now = now;
        while let Some(Reverse((at, index))) = self.due.peek().copied() {
            if at > now {
                break;
            }
            self.due.pop();
            self.wake(index);
        }
        self.work(work);
    }

    fn work(&mut self, work: Work<'_>) {
        let now = self.now;
        let mut round = Round {
            now,
            commands: std::mem::take(&mut self.commands),
            media: Vec::new(),
            beside: Vec::new(),
        };
        for arrived in std::mem::take(&mut self.pending) {
            match kind(&arrived.1) {
                Kind::Rtp => round.media.push(arrived),
                Kind::Rtcp | Kind::Other => round.beside.push(arrived),
            }
        }
        work(&mut self.shard, &round, &mut self.out);
        self.deliver();
    }

    /// Somebody's time has come.
    fn wake(&mut self, index: usize) {
        let (now, stamp) = (self.now, self.stamp());
        let Some(seat) = self.seats.get_mut(index) else { return };
        match seat {
            Seat::Knocking(handshake) if handshake.next_at() <= now => {
                handshake.handle_timeout(now);
            }
            Seat::Seated(person) if person.next_at() <= now => person.handle_timeout(now, stamp),
            // They have been woken up by something else since.
            Seat::Knocking(_) | Seat::Seated(_) | Seat::Gone => return,
        }
        self.collect(index);
    }

    /// Takes out what somebody sends, and looks when they are due next.
    fn collect(&mut self, index: usize) {
        let Some(seat) = self.seats.get_mut(index) else { return };
        let next = match seat {
            Seat::Knocking(handshake) => {
                while let Some(datagram) = handshake.poll_transmit() {
                    self.pending.push((address(index), datagram));
                }
                handshake.next_at()
            }
            Seat::Seated(person) => {
                while let Some(datagram) = person.poll_transmit() {
                    self.pending.push((address(index), datagram));
                }
                person.next_at()
            }
            Seat::Gone => return,
        };
        self.due.push(Reverse((next, index)));
    }

    fn deliver(&mut self) {
        let (now, stamp) = (self.now, self.stamp());
        let mut touched = BTreeSet::new();
        for (index, answer) in &self.out.admitted {
            let answer = answer.clone().and_then(|range| self.out.answers.get(range));
            match (self.seats.get_mut(*index), answer) {
                (Some(Seat::Knocking(handshake)), Some(answer)) => {
                    handshake.handle_answer(now, answer);
                    touched.insert(*index);
                }
                (Some(seat), None) => *seat = Seat::Gone,
                (Some(Seat::Seated(_) | Seat::Gone) | None, _) => {}
            }
        }
        for (destination, range) in &self.out.sent {
            let index = index_at(*destination);
            let bytes = self.out.bytes.get_mut(range.clone()).unwrap_or_default();
            match self.seats.get_mut(index) {
                Some(Seat::Knocking(handshake)) => {
                    handshake.handle_datagram(now, SERVER, bytes);
                    touched.insert(index);
                }
                Some(Seat::Seated(person)) => {
                    let before = person.next_at();
                    person.handle_datagram(now, stamp, bytes);
                    if person.next_at() < before {
                        touched.insert(index);
                    }
                }
                Some(Seat::Gone) | None => {}
            }
        }
        self.out.sent.clear();
        self.out.bytes.clear();
        self.out.admitted.clear();
        self.out.answers.clear();
        for index in touched {
            self.seat(index);
            self.collect(index);
        }
    }

    /// Whoever is connected takes their seat.
    fn seat(&mut self, index: usize) {
        let now = self.now;
        let Some(seat) = self.seats.get_mut(index) else { return };
        if !matches!(seat, Seat::Knocking(handshake) if handshake.is_connected()) {
            return;
        }
        if let Seat::Knocking(mut handshake) = std::mem::replace(seat, Seat::Gone) {
            while let Some(datagram) = handshake.poll_transmit() {
                self.pending.push((address(index), datagram));
            }
            let number = u8::try_from(index % 251).unwrap_or_default();
            let session = handshake.finish().expect("the media plane prefers AES-256-GCM");
            *seat = Seat::Seated(Box::new(Person::new(now, session, number)));
        }
    }

    fn stamp(&self) -> u64 {
        u64::try_from((self.now - self.start).as_nanos()).unwrap_or(u64::MAX)
    }
}

/// Everybody has an address of their own, and is found by it.
fn address(index: usize) -> SocketAddr {
    let [_, high, middle, low] = u32::try_from(index).unwrap_or(u32::MAX).to_be_bytes();
    SocketAddr::from(([10, high, middle, low], 5_000))
}

fn index_at(address: SocketAddr) -> usize {
    let IpAddr::V4(v4) = address.ip() else { return usize::MAX };
    let [_, high, middle, low] = v4.octets();
    u32::from_be_bytes([0, high, middle, low]).try_into().unwrap_or(usize::MAX)
}

fn participant(index: usize) -> ParticipantId {
    ParticipantId(Uuid::from_u128(1 + index as u128))
}

fn index_of(participant: ParticipantId) -> usize {
    usize::try_from(participant.0.as_u128()).unwrap_or_default().wrapping_sub(1)
}
