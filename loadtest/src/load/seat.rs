//! One person's media: what they send, their line, what they hear and see.
//!
//! In: datagrams, time, what the server finds worth sending and where it plays what.
//! Out: datagrams; counts; whom they met.
//! Never: a socket or a clock.

mod feed;

use super::count::Count;
use super::script::{Line, StackName};
use super::senses::{MetByOrigin, Packet, Sense};
use super::stack::{Feed, Happened, Inbound, Outbound, Stack, StackFault, Wanted};
use super::stamp::{PICTURE_TAIL, Stamp, VOICE_TAIL};
use crate::link::{HEADERS_BYTES, Link, Profile};
use crate::sim::opus::FRAME;
use crate::sim::voice::{Talk, Voice};
use bedside_sfu_api::{Bitrate, LayerWorth, VoiceWorth};
use bedside_signaling_api::socket::{Slot, Source, Sources};
use feed::Pictures;
use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use uuid::Uuid;

/// How often ears and eyes are counted, and a missed keyframe is asked for.
const LOOK_INTERVAL: Duration = Duration::from_millis(100);

/// Who sits down.
#[derive(Debug)]
pub(crate) struct Persona {
    /// Number of the visit in the test.
    pub(crate) visit: u32,
    /// Number of the person in the visit.
    pub(crate) origin: u8,
    pub(crate) stack: StackName,
    pub(crate) wanted: Wanted,
    pub(crate) talk: Talk,
    /// The visit has gone on for so long.
    pub(crate) since: Duration,
    /// What each layer of the camera takes.
    pub(crate) camera: Vec<Bitrate>,
    /// Whatever the server finds worth it.
    pub(crate) is_steady: bool,
    /// Requests for a keyframe do not come through, so that some are made without.
    pub(crate) is_unasked: bool,
    pub(crate) line: Line,
    pub(crate) sources: Sources,
    pub(crate) seed: u64,
}

/// What came of a stay.
#[derive(Debug, Clone, Default)]
pub(crate) struct Told {
    pub(crate) connected_at: Option<Instant>,
    pub(crate) heard: MetByOrigin,
    pub(crate) seen: MetByOrigin,
}

type Datagram = (SocketAddr, Vec<u8>);

/// The seat.
#[derive(Debug)]
pub(crate) struct Seat {
    visit: u32,
    /// From when stamps count.
    epoch: Instant,
    stack: Stack,
    talk: Talk,
    voice: Option<Voice>,
    tick: u32,
    camera: Option<Pictures>,
    screen: Option<Pictures>,
    up: Option<Link<Datagram>>,
    down: Option<Link<Datagram>>,
    seed: u64,
    ready: VecDeque<Datagram>,
    sense_by_slot: BTreeMap<usize, Sense>,
    bound_by_slot: BTreeMap<usize, (Uuid, Source)>,
    sat_at: Instant,
    look_at: Instant,
    told: Told,
    is_lost: bool,
}

impl Seat {
    /// Sits down and offers.
    pub(crate) fn offer(
        now: Instant,
        epoch: Instant,
        persona: Persona,
        address: SocketAddr,
    ) -> Result<(Self, String), StackFault> {
        let (stack, sdp) = Stack::offer(persona.stack, now, address, persona.wanted)?;
        Ok((Self::new(now, epoch, persona, stack), sdp))
    }

    /// Sits down to what the server offers, and answers.
    pub(crate) fn accept(
        now: Instant,
        epoch: Instant,
        persona: Persona,
        (address, offer): (SocketAddr, &str),
    ) -> Result<(Self, String), StackFault> {
        let (stack, sdp) = Stack::accept(now, address, offer)?;
        Ok((Self::new(now, epoch, persona, stack), sdp))
    }

    /// The server offers anew.
    pub(crate) fn handle_offer(&mut self, now: Instant, sdp: &str) -> Result<String, StackFault> {
        let answer = self.stack.handle_offer(now, sdp)?;
        self.flush(now);
        Ok(answer)
    }

    fn new(now: Instant, epoch: Instant, persona: Persona, stack: Stack) -> Self {
        let Persona { visit, origin, wanted, talk, since, camera, line, sources, seed, .. } =
            persona;
        let is_steady = persona.is_steady;
        let is_unasked = persona.is_unasked || !stack.tells_keyframes();
        let voice = wanted.microphone.then(|| {
            let mut voice = Voice::new(origin, talk.clone(), seed);
            let frames = since.as_millis() / FRAME.as_millis();
            voice.skip_to(u32::try_from(frames).unwrap_or_default());
            voice
        });
        let lens = wanted.layers;
        let mut seat = Self {
            visit,
            epoch,
            stack,
            talk,
            voice,
            tick: 0,
            camera: (lens > 0).then(|| {
                let camera = Pictures::camera(origin, camera, now, seed ^ 1);
                camera.keep_steady(is_steady).refresh(is_unasked)
            }),
            screen: wanted
                .screen
                .then(|| Pictures::screen(origin, now, seed ^ 2).refresh(is_unasked)),
            up: None,
            down: None,
            seed,
            ready: VecDeque::new(),
            sense_by_slot: BTreeMap::new(),
            bound_by_slot: BTreeMap::new(),
            sat_at: now,
            look_at: now + LOOK_INTERVAL,
            told: Told::default(),
            is_lost: false,
        };
        seat.switch(sources);
        seat.set_line(now, line);
        seat
    }

    pub(crate) fn handle_answer(&mut self, now: Instant, sdp: &str) -> Result<(), StackFault> {
        self.stack.handle_answer(now, sdp)?;
        let types = self.stack.audio_types();
        if let Some(voice) = &mut self.voice {
            voice.negotiated(types.opus);
        }
        self.flush(now);
        Ok(())
    }

    /// What plays where, from now on.
    pub(crate) fn bind(&mut self, now: Instant, slots: &[Slot], count: &mut Count) {
        for slot in slots {
            let Some(place) = self.stack.slot(&slot.mid) else { continue };
            let bound = slot.bound.map(|bound| (bound.participant, bound.source));
            if self.bound_by_slot.get(&place).copied() == bound {
                continue;
            }
            self.close(now, place, count);
            match bound {
                Some(bound) => self.bound_by_slot.insert(place, bound),
                None => self.bound_by_slot.remove(&place),
            };
        }
    }

    fn close(&mut self, now: Instant, place: usize, count: &mut Count) {
        let Some(sense) = self.sense_by_slot.remove(&place) else { return };
        let is_ear = sense.is_ear();
        let met = if is_ear { &mut self.told.heard } else { &mut self.told.seen };
        count.felt.merge(&sense.finish(now, met));
    }

    /// What is worth sending of the camera or the screen.
    pub(crate) fn handle_worth(&mut self, source: Source, worth: Vec<LayerWorth>) {
        let pictures = match source {
            Source::Camera => &mut self.camera,
            Source::Screen => &mut self.screen,
            Source::Microphone => return,
        };
        if let Some(pictures) = pictures {
            pictures.set_worth(worth);
        }
    }

    /// What is worth sending of the voice.
    pub(crate) fn handle_voice_worth(&mut self, worth: VoiceWorth) {
        let redundant = worth.redundant && self.stack.audio_types().red.is_some();
        if let Some(voice) = &mut self.voice {
            voice.worth = VoiceWorth { redundant, ..worth };
        }
    }

    /// What is switched on from now on.
    pub(crate) fn switch(&mut self, sources: Sources) {
        if let Some(voice) = &mut self.voice {
            let silent = Talk::Turns(Vec::new());
            voice.set_talk(if sources.microphone { self.talk.clone() } else { silent });
        }
        if let Some(camera) = &mut self.camera {
            camera.switch(sources.camera);
        }
        if let Some(screen) = &mut self.screen {
            screen.switch(sources.screen);
        }
    }

    /// The line is another from now on; what is under way arrives as if it were not.
    pub(crate) fn set_line(&mut self, now: Instant, line: Line) {
        set_way(now, &mut self.up, line.up, self.seed ^ 3);
        set_way(now, &mut self.down, line.down, self.seed ^ 4);
        if let Some(camera) = &mut self.camera {
            camera.set_line(line.up.and_then(|up| up.rate));
        }
    }

    /// A datagram has come from the server, before the line.
    pub(crate) fn handle_datagram(
        &mut self,
        now: Instant,
        (source, bytes): (SocketAddr, &[u8]),
        count: &mut Count,
    ) {
        count.handle_received(bytes);
        match &mut self.down {
            None => self.receive(now, source, bytes, count),
            Some(down) => down.put(now, bytes.len() + HEADERS_BYTES, (source, bytes.to_vec())),
        }
        self.take_down(now, count);
        self.flush(now);
    }

    fn take_down(&mut self, now: Instant, count: &mut Count) {
        while let Some((source, bytes)) = self.down.as_mut().and_then(|down| down.take(now)) {
            self.receive(now, source, &bytes, count);
        }
    }

    fn receive(&mut self, now: Instant, source: SocketAddr, bytes: &[u8], count: &mut Count) {
        self.stack.handle_datagram(now, source, bytes);
        self.drain(now, count);
    }

    fn drain(&mut self, now: Instant, count: &mut Count) {
        while let Some(happened) = self.stack.poll_happened() {
            match happened {
                Happened::Connected => {
                    self.told.connected_at.get_or_insert(now);
                    self.begin(now);
                }
                Happened::Lost => self.is_lost = true,
                Happened::KeyframeWanted { screen } => {
                    let pictures = if screen { &mut self.screen } else { &mut self.camera };
                    if let Some(pictures) = pictures {
                        pictures.request_keyframe(now);
                    }
                }
                Happened::Packet(packet) => self.handle_packet(now, &packet, count),
            }
        }
    }

    /// Microphone and cameras begin.
    fn begin(&mut self, now: Instant) {
        self.sat_at = now;
        self.tick = 0;
        for pictures in [&mut self.camera, &mut self.screen].into_iter().flatten() {
            pictures.begin(now);
        }
    }

    fn handle_packet(&mut self, now: Instant, packet: &Inbound, count: &mut Count) {
        let types = self.stack.audio_types();
        let sense = self
            .sense_by_slot
            .entry(packet.slot)
            .or_insert_with(|| if packet.is_voice { Sense::ear(now, types) } else { Sense::eye() });
        let seen = Packet {
            payload_type: packet.payload_type,
            seq: packet.seq,
            timestamp: packet.timestamp,
            marker: packet.marker,
            payload: &packet.payload,
        };
        let Some(stamp) = sense.handle_packet(now, seen) else { return };
        if stamp.visit != self.visit {
            count.strays += 1;
            return;
        }
        let came = now.saturating_duration_since(self.epoch);
        let took = came.saturating_sub(Duration::from_nanos(stamp.left));
        if stamp.direct && self.down.is_none() {
            count.handle_direct(packet.is_voice, took);
        } else {
            count.handle_by_line(took);
        }
    }

    /// Time has come to `now`.
    pub(crate) fn handle_timeout(&mut self, now: Instant, count: &mut Count) {
        self.take_down(now, count);
        if self.stack.poll_timeout().is_some_and(|at| at <= now) {
            self.stack.handle_timeout(now);
            self.drain(now, count);
        }
        if self.told.connected_at.is_some() {
            self.speak(now);
            self.show(now);
        }
        if self.look_at <= now {
            self.look_at = now + LOOK_INTERVAL;
            self.look(now, count);
        }
        self.flush(now);
    }

    fn speak(&mut self, now: Instant) {
        while self.tick_at().is_some_and(|at| at <= now) {
            self.tick += 1;
            let Some(packet) = self.voice.as_mut().and_then(Voice::handle_tick) else { continue };
            let mut payload = packet.payload;
            self.stamp(now).write(&mut payload, VOICE_TAIL);
            let (redundant, dbov, speaks) = (packet.redundant, packet.dbov, packet.speaks);
            let feed = Feed::Voice { redundant, dbov, speaks };
            let (seq, timestamp, marker) = (packet.seq, packet.timestamp, packet.marker);
            self.stack.send(now, Outbound { feed, seq, timestamp, marker, payload });
        }
    }

    fn show(&mut self, now: Instant) {
        let stamp = self.stamp(now);
        let mut due = Vec::new();
        let feeds = [(false, &mut self.camera), (true, &mut self.screen)];
        for (is_screen, pictures) in feeds {
            let Some(pictures) = pictures else { continue };
            while let Some(out) = pictures.poll(now) {
                let layer = out.layer.unwrap_or_default();
                let feed = if is_screen { Feed::Screen } else { Feed::Camera { layer } };
                due.push((feed, out));
            }
        }
        for (feed, out) in due {
            let mut payload = out.payload;
            stamp.write(&mut payload, PICTURE_TAIL);
            let (seq, timestamp, marker) = (out.seq, out.timestamp, out.marker);
            self.stack.send(now, Outbound { feed, seq, timestamp, marker, payload });
        }
    }

    fn stamp(&self, now: Instant) -> Stamp {
        let left = now.saturating_duration_since(self.epoch).as_nanos();
        let left = u64::try_from(left).unwrap_or(u64::MAX);
        Stamp { visit: self.visit, left, direct: self.up.is_none() }
    }

    /// Counts what was heard and seen; asks for keyframes that are missed.
    fn look(&mut self, now: Instant, count: &mut Count) {
        let mut missed = Vec::new();
        for (slot, sense) in &mut self.sense_by_slot {
            let is_ear = sense.is_ear();
            let met = if is_ear { &mut self.told.heard } else { &mut self.told.seen };
            if sense.look(now, met) {
                missed.push(*slot);
            }
            count.felt.merge(&sense.take());
        }
        for slot in missed {
            self.stack.request_keyframe(now, slot);
        }
        self.drain(now, count);
    }

    /// When to be called again.
    pub(crate) fn next_at(&mut self) -> Instant {
        let stack = self.stack.poll_timeout();
        let is_up = self.told.connected_at.is_some();
        let tick = self.tick_at();
        let pictures = [&self.camera, &self.screen].into_iter().flatten().map(Pictures::next_at);
        let media = pictures.chain(tick).filter(|_| is_up).min();
        let lines = [&self.up, &self.down].into_iter().flatten().filter_map(Link::next_at).min();
        [stack, media, lines].into_iter().flatten().min().unwrap_or(self.look_at).min(self.look_at)
    }

    fn tick_at(&self) -> Option<Instant> {
        self.voice.as_ref().map(|_| self.sat_at + FRAME * (self.tick + 1))
    }

    fn flush(&mut self, now: Instant) {
        while let Some(datagram) = self.stack.poll_transmit() {
            match &mut self.up {
                None => self.ready.push_back(datagram),
                Some(up) => up.put(now, datagram.1.len() + HEADERS_BYTES, datagram),
            }
        }
        while let Some(datagram) = self.up.as_mut().and_then(|up| up.take(now)) {
            self.ready.push_back(datagram);
        }
    }

    /// What goes to the server next.
    pub(crate) fn poll_transmit(&mut self) -> Option<Datagram> {
        self.ready.pop_front()
    }

    /// Whether the connection has failed since this was last asked.
    pub(crate) fn poll_lost(&mut self) -> bool {
        std::mem::take(&mut self.is_lost)
    }

    /// Whether somebody speaks here whose connection is up. Who has one for each direction is
    /// counted where they speak.
    pub(crate) const fn is_somebody(&self) -> bool {
        self.told.connected_at.is_some() && self.voice.is_some()
    }

    /// The person gets up.
    pub(crate) fn rise(mut self, now: Instant, count: &mut Count) -> Told {
        let places: Vec<usize> = self.sense_by_slot.keys().copied().collect();
        for place in places {
            self.close(now, place, count);
        }
        self.told
    }
}

fn set_way(now: Instant, way: &mut Option<Link<Datagram>>, profile: Option<Profile>, seed: u64) {
    match (way.as_mut(), profile) {
        (Some(link), profile) => link.set(now, profile.unwrap_or_default()),
        (None, Some(profile)) => *way = Some(Link::new(profile, seed)),
        (None, None) => {}
    }
}
