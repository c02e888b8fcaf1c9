//! The world: one shard of the real core, browsers, their lines, one clock that jumps to the next
//! thing that happens.
//!
//! In: a scenario and a seed. Out: the record of the visit; the same for the same seed.
//! Never: real time, real sockets, chance that the seed does not decide.

use super::camera::Camera;
use super::client::{Client, Persona, Slots, Word};
use super::feedback::Parcel;
use super::record::{Decision, Record, SAMPLE, SeatRecord, WaySample};
use super::scenario::{Change, Line, Scenario, Speaks};
use super::voice::{Talk, Voice, conversation};
use crate::link::{HEADERS_BYTES, Link, Profile};
use bedside_sfu_api::{
    Bitrate, Circle, Command, ConnectionId, Event, Grant, ParticipantId, Precedence, RoomId,
    Source, Sources, VideoHeight, View,
};
use bedside_sfu_core::{Datagram, SHARD_PARTICIPANTS_MAX, Shard, ShardConfig};
use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};
use uuid::Uuid;

const SERVER: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1)), 7882);
const ROOM: RoomId = RoomId(Uuid::from_u128(1));
/// From the first knock to the first word: enough for ICE and DTLS on the longest line.
const LEAD: Duration = Duration::from_millis(1_500);
/// What a word of the server takes beside the line: signaling, and the page's own thread.
const WORD_TAKES: Duration = Duration::from_millis(10);
/// A word that meets a dead line is tried again so much later.
const WORD_AGAIN: Duration = Duration::from_millis(250);
/// Ports of clients begin behind this one.
const PORTS: u16 = 10_000;

#[derive(Debug)]
struct Seat {
    client: Client,
    address: SocketAddr,
    line: Line,
    up: Link<Parcel>,
    down: Link<Vec<u8>>,
    /// On the line of the scenario; until it is connected a person is on an empty one.
    is_on_line: bool,
    up_sample: WaySample,
    down_sample: WaySample,
    void_bytes: u64,
    record: SeatRecord,
}

/// The world.
#[derive(Debug)]
pub(crate) struct World {
    now: Instant,
    begins: Instant,
    shard: Shard,
    seats: Vec<Seat>,
    changes: Vec<Change>,
    word_by_turn: BTreeMap<(Instant, u64), (usize, Word)>,
    words_said: u64,
    sample_at: Instant,
    faults: Vec<String>,
}

/// Lives a scenario with this seed.
pub(crate) fn live(scenario: &Scenario, seed: u64) -> Record {
    // Names of streams and of ICE are drawn here too, on this thread.
    fastrand::seed(seed);
    let mut world = World::new(scenario, seed);
    world.run(world.begins + scenario.lasts);
    world.into_record()
}

fn participant_id(seat: usize) -> ParticipantId {
    ParticipantId(Uuid::from_u128(1 + u128::try_from(seat).unwrap_or_default()))
}

fn seat_of(participant: ParticipantId) -> usize {
    usize::try_from(participant.0.as_u128()).unwrap_or_default().wrapping_sub(1)
}

/// The line while somebody connects: as long, and otherwise perfect. What is measured is a visit,
/// not how a handshake happens to fall.
fn empty(way: Profile) -> Profile {
    Profile { delay: way.delay, ..Profile::default() }
}

impl World {
    fn new(scenario: &Scenario, seed: u64) -> Self {
        let now = super::some_instant();
        let begins = now + LEAD;
        let config = ShardConfig {
            shard: 0,
            announced: vec![SERVER],
            participants_max: SHARD_PARTICIPANTS_MAX,
        };
        let mut changes = scenario.changes.clone();
        changes.sort_by_key(|change| std::cmp::Reverse(change.at));
        let mut world = Self {
            now,
            begins,
            shard: Shard::new(now, config),
            seats: Vec::new(),
            changes,
            word_by_turn: BTreeMap::new(),
            words_said: 0,
            sample_at: begins + SAMPLE,
            faults: Vec::new(),
        };
        for (index, talk) in talks(scenario, seed).into_iter().enumerate() {
            world.admit(scenario, index, talk, seed);
        }
        world.show(scenario);
        world
    }

    fn admit(&mut self, scenario: &Scenario, index: usize, talk: Talk, seed: u64) {
        let Some(person) = scenario.people.get(index) else { return };
        let number = u8::try_from(index).expect("a visit has a handful of people");
        let salted = |salt: u64| {
            let mixed = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ (u64::from(number) << 8 | salt);
            mixed.rotate_left(17)
        };
        let address = SocketAddr::from(([10, 0, 0, 1], PORTS + u16::from(number)));
        let others = scenario.people.len().saturating_sub(1);
        let persona = Persona {
            voice: Voice::new(number, talk, salted(1)),
            camera: person.camera.map(|lens| Camera::new(number, lens, salted(2))),
            slots: Slots { audio: others, video: others },
        };
        let (client, offer) = Client::offer(self.now, self.begins, persona, address);
        let line = person.line;
        self.seats.push(Seat {
            client,
            address,
            line,
            up: Link::new(empty(line.up), salted(3)),
            down: Link::new(empty(line.down), salted(4)),
            is_on_line: false,
            up_sample: WaySample::default(),
            down_sample: WaySample::default(),
            void_bytes: 0,
            record: SeatRecord::default(),
        });
        let sources = Sources { microphone: true, camera: person.camera.is_some(), screen: false };
        let grant =
            Grant { publish: sources, hear: true, see: true, precedence: Precedence::default() };
        self.command(Command::Admit {
            room: ROOM,
            participant: participant_id(index),
            connection: ConnectionId(u64::from(number)),
            grant,
            circle: Circle::MAIN,
            sources,
            offer,
        });
    }

    /// Everybody's page says what it shows.
    fn show(&mut self, scenario: &Scenario) {
        for (viewer, person) in scenario.people.iter().enumerate() {
            let others = (0..scenario.people.len()).filter(|other| *other != viewer);
            let views = others
                .map(|other| View {
                    publisher: participant_id(other),
                    source: Source::Camera,
                    height: VideoHeight(person.shows),
                    pinned: false,
                    signing: false,
                })
                .collect();
            let participant = participant_id(viewer);
            self.command(Command::Show { room: ROOM, participant, views, saver: false });
        }
    }

    fn command(&mut self, command: Command) {
        self.shard.handle_command(self.now, command);
        self.drain();
    }

    fn run(&mut self, end: Instant) {
        while self.now < end {
            let soonest = self.soonest();
            self.now = self.now.max(soonest).min(end);
            self.step();
        }
    }

    fn soonest(&self) -> Instant {
        let seats = self
            .seats
            .iter()
            .flat_map(|seat| [Some(seat.client.next_at()), seat.up.next_at(), seat.down.next_at()]);
        let change = self.changes.last().map(|change| self.begins + change.at);
        let word = self.word_by_turn.first_key_value().map(|((at, _), _)| *at);
        seats
            .flatten()
            .chain([self.shard.poll_timeout(), self.sample_at])
            .chain(change)
            .chain(word)
            .min()
            .unwrap_or(self.now)
    }

    fn step(&mut self) {
        self.change_lines();
        self.say_words();
        for index in 0..self.seats.len() {
            self.step_client(index);
            self.step_uplink(index);
        }
        if self.shard.poll_timeout() <= self.now {
            self.shard.handle_timeout(self.now);
            self.drain();
        }
        if self.sample_at <= self.now {
            self.sample_at += SAMPLE;
            self.sample();
        }
    }

    fn change_lines(&mut self) {
        let begins = self.begins;
        let now = self.now;
        while let Some(change) = self.changes.pop_if(|change| begins + change.at <= now) {
            let Some(seat) = self.seats.get_mut(change.who) else { continue };
            seat.line = change.line;
            if seat.is_on_line {
                seat.up.set(now, change.line.up);
                seat.down.set(now, change.line.down);
            }
        }
    }

    fn say_words(&mut self) {
        while let Some(entry) =
            self.word_by_turn.first_entry().filter(|entry| entry.key().0 <= self.now)
        {
            let ((_, number), (index, word)) = entry.remove_entry();
            let Some(seat) = self.seats.get_mut(index) else { continue };
            if seat.down.profile().down {
                self.word_by_turn.insert((self.now + WORD_AGAIN, number), (index, word));
            } else {
                seat.client.handle_word(word);
            }
        }
    }

    fn step_client(&mut self, index: usize) {
        let now = self.now;
        let Some(seat) = self.seats.get_mut(index) else { return };
        while let Some(bytes) = seat.down.take(now) {
            seat.down_sample.bytes += wire_bytes(bytes.len());
            seat.client.handle_datagram(now, SERVER, &bytes);
        }
        if seat.client.next_at() <= now {
            seat.client.handle_timeout(now);
        }
        if !seat.is_on_line && seat.client.is_connected() {
            seat.is_on_line = true;
            seat.up.set(now, seat.line.up);
            seat.down.set(now, seat.line.down);
        }
        send(now, seat);
    }

    fn step_uplink(&mut self, index: usize) {
        let now = self.now;
        loop {
            let Some(seat) = self.seats.get_mut(index) else { return };
            let Some(parcel) = seat.up.take(now) else { return };
            seat.up_sample.bytes += wire_bytes(parcel.bytes);
            let source = seat.address;
            for payload in &parcel.datagrams {
                let datagram = Datagram { source, destination: SERVER, payload };
                self.shard.handle_datagram(now, datagram);
                self.drain();
            }
        }
    }

    fn drain(&mut self) {
        while let Some(transmit) = self.shard.poll_transmit() {
            let index = usize::from(transmit.destination.port().wrapping_sub(PORTS));
            let Some(seat) = self.seats.get_mut(index) else { continue };
            let bytes = transmit.payload.len() + HEADERS_BYTES;
            seat.down.put(self.now, bytes, transmit.payload.into());
            let queue = seat.down.queue_delay(self.now);
            seat.down_sample.queue = seat.down_sample.queue.max(queue);
        }
        while let Some(event) = self.shard.poll_event() {
            self.handle_event(event);
        }
    }

    /// What signaling and the pages do, and what is kept.
    fn handle_event(&mut self, event: Event) {
        let at = self.now.saturating_duration_since(self.begins);
        match event {
            Event::Admitted { participant, answer, .. } => {
                let now = self.now;
                if let Some(seat) = self.seats.get_mut(seat_of(participant)) {
                    seat.client.handle_answer(now, &answer);
                    send(now, seat);
                }
            }
            Event::Watched { participant, source: Source::Camera, layers, .. } => {
                self.say(seat_of(participant), Word::Camera(layers));
            }
            Event::VoiceWanted { participant, voice, .. } => {
                self.say(seat_of(participant), Word::Voice(voice));
            }
            Event::Quality { participant, sample, .. } => {
                if let Some(seat) = self.seats.get_mut(seat_of(participant)) {
                    seat.record.quality.push((at, sample));
                }
            }
            Event::Delivered { participant, budget, sound, deliveries, .. } => {
                if let Some(seat) = self.seats.get_mut(seat_of(participant)) {
                    seat.record.decisions.push(Decision { at, budget, sound, deliveries });
                }
            }
            Event::Refused { .. } | Event::Departed { .. } | Event::RoomFailed { .. } => {
                self.faults.push(format!("{event:?} at {at:?}"));
            }
            Event::Connected { .. }
            | Event::IceRestarted { .. }
            | Event::Reached { .. }
            | Event::Slots { .. }
            | Event::Watched { .. }
            | Event::Speakers { .. }
            | Event::Stats(_) => {}
        }
    }

    /// A word takes the same line as the media, behind what waits there.
    fn say(&mut self, index: usize, word: Word) {
        let Some(seat) = self.seats.get(index) else { return };
        let way = seat.down.profile().delay + seat.down.queue_delay(self.now).min(WORD_AGAIN * 40);
        self.words_said += 1;
        self.word_by_turn.insert((self.now + WORD_TAKES + way, self.words_said), (index, word));
    }

    fn sample(&mut self) {
        let now = self.now;
        for seat in &mut self.seats {
            seat.client.look(now);
            send(now, seat);
            close_sample(now, &seat.down, &mut seat.down_sample, &mut seat.record.down);
            close_sample(now, &seat.up, &mut seat.up_sample, &mut seat.record.up);
            seat.record.uplink.push(seat.client.uplink());
            let void = seat.client.void_bytes();
            seat.record.void_bytes.push(void - seat.void_bytes);
            seat.void_bytes = void;
        }
    }

    fn into_record(self) -> Record {
        let seats = self.seats.into_iter().map(|seat| {
            let told = seat.client.into_told();
            SeatRecord { ears: told.ears, eyes: told.eyes, left: told.left, ..seat.record }
        });
        Record { begins: self.begins, seats: seats.collect(), faults: self.faults }
    }
}

fn send(now: Instant, seat: &mut Seat) {
    while let Some(parcel) = seat.client.poll_transmit() {
        seat.up.put(now, parcel.bytes + HEADERS_BYTES, parcel);
        let queue = seat.up.queue_delay(now);
        seat.up_sample.queue = seat.up_sample.queue.max(queue);
    }
}

fn close_sample<T>(
    now: Instant,
    link: &Link<T>,
    open: &mut WaySample,
    samples: &mut Vec<WaySample>,
) {
    let profile = link.profile();
    let rate = if profile.down { Some(Bitrate::ZERO) } else { profile.rate };
    let queue = open.queue.max(link.queue_delay(now));
    samples.push(WaySample { rate, queue, bytes: open.bytes });
    *open = WaySample::default();
}

fn wire_bytes(payload: usize) -> u64 {
    u64::try_from(payload + HEADERS_BYTES).unwrap_or_default()
}

fn talks(scenario: &Scenario, seed: u64) -> Vec<Talk> {
    let people = &scenario.people;
    let in_turn = people.iter().filter(|person| person.speaks == Speaks::InTurn).count();
    let mut turns = conversation(in_turn, scenario.lasts, seed).into_iter();
    let talk = |speaks| match speaks {
        Speaks::Always => Talk::Always,
        Speaks::InTurn => turns.next().unwrap_or(Talk::Turns(Vec::new())),
        Speaks::Never => Talk::Turns(Vec::new()),
    };
    people.iter().map(|person| person.speaks).map(talk).collect()
}

#[cfg(test)]
mod tests;
