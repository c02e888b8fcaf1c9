//! A person after the handshake: what they send, what they tell of arrivals, what they receive.
//!
//! In: a session, datagrams, time. Out: datagrams, counts of what was delivered.
//! Never: keeps a packet, or looks into more of them than was asked for.

use super::feedback::{Arrivals, sender_report, wants_keyframe};

use super::rtp::{Header, Kind, Seen, extended, kind, read};
use super::session::{Sends, Session};
use crate::sim::vp8::Picture;
use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// A voice's packets, 50 a second.
const VOICE_EVERY: Duration = Duration::from_millis(20);
const VOICE_TICKS: u32 = 960;
const VOICE_BYTES: usize = 80;
/// Full band, 20 ms, one frame (RFC 6716 section 3.1).
const VOICE_HEAD: u8 = 0x78;
/// As one speaks: -30 dBov, and speech (RFC 6464).
const VOICE_LEVEL: u8 = 0x80 | 30;
/// Pictures, 30 a second, each of four packets of about 1.1 kB that leave as libwebrtc paces them:
/// two and a half times as fast as they are made.
const PICTURE_EVERY: Duration = Duration::from_nanos(33_333_333);
const PICTURE_TICKS: u32 = 3_000;
const PICTURE_TICKS_A_MS: u32 = 90;
const PICTURE_BYTES: std::ops::Range<usize> = 4_240..4_400;
const PACKET_EVERY: Duration = Duration::from_millis(3);
/// How often arrivals are told of: libwebrtc's choice from 300 kbit/s up.
const REPORT_EVERY: Duration = Duration::from_millis(50);
/// Within this of the last packet that was sent, what came of it has come, and is told of. Whoever
/// stops acting sooner leaves the media plane with a line of which nothing is heard.
pub const TOLD_WITHIN: Duration = Duration::from_millis(150);
/// How often the clocks are told, and the way is checked (RFC 7675).
const CLOCKS_EVERY: Duration = Duration::from_secs(1);
const CHECK_EVERY: Duration = Duration::from_millis(2_500);
/// The time a packet left, behind its payload but for the two bytes that name the picture.
const STAMP_BYTES: usize = 8;
const NAME_BYTES: usize = 2;

/// What a person has received.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Delivered {
    /// Packets of voices and pictures.
    pub packets: u64,
    /// Packets that carry nothing, or what was sent before.
    pub beside: u64,
    /// Packets that were opened.
    pub opened: u64,
    /// Packets that could not be.
    pub broken: u64,
}

/// A stream that is sent.
#[derive(Debug)]
struct Stream {
    sends: Sends,
    seq: u64,
    timestamp: u32,
    packets: u32,
    bytes: u32,
}

/// What is due when.
#[derive(Debug)]
struct Due {
    voice: Instant,
    picture: Instant,
    packet: Instant,
    report: Instant,
    clocks: Instant,
    check: Instant,
}

/// A person.
#[derive(Debug)]
pub struct Person {
    session: Session,
    start: Instant,
    due: Due,
    sends: bool,
    number: u8,
    voice: Stream,
    picture: Stream,
    frame: u16,
    wants_keyframe: bool,
    waiting: VecDeque<Vec<u8>>,
    transport: u16,
    report_index: u32,
    arrivals: Arrivals,
    received: Vec<(u32, u64)>,
    /// One packet in so many is opened; none at zero.
    pub opens_every: u64,
    delivered: Delivered,
    took: Vec<u64>,
    transmits: VecDeque<Vec<u8>>,
}

impl Person {
    /// Somebody of this number, who listens and is silent.
    #[must_use]
    pub fn new(now: Instant, session: Session, number: u8) -> Self {
        let stream = |sends: &Sends| Stream {
            sends: sends.clone(),
            seq: 1_000,
            timestamp: 1_000,
            packets: 0,
            bytes: 0,
        };
        let (voice, picture) = (stream(&session.voice), stream(&session.picture));
        let mut person = Self {
            session,
            start: now,
            due: Due {
                voice: now,
                picture: now,
                packet: now,
                report: now + REPORT_EVERY,
                clocks: now,
                check: now + CHECK_EVERY,
            },
            sends: false,
            number,
            voice,
            picture,
            frame: 0,
            wants_keyframe: true,
            waiting: VecDeque::new(),
            transport: 0,
            report_index: 0,
            arrivals: Arrivals::new(now),
            received: Vec::new(),
            opens_every: 0,
            delivered: Delivered::default(),
            took: Vec::new(),
            transmits: VecDeque::new(),
        };
        person.stagger(now);
        person
    }

    /// Spreads people over the time of a frame, as no two cameras begin together.
    fn stagger(&mut self, now: Instant) {
        let phase = (u32::from(self.number) * 37) % 256;
        self.due.voice = now + VOICE_EVERY * phase / 256;
        self.due.picture = now + PICTURE_EVERY * phase / 256;
        self.due.report = now + REPORT_EVERY * phase / 256;
        self.due.clocks = now + CLOCKS_EVERY * phase / 256;
        self.due.check = now + CHECK_EVERY * phase / 256;
    }

    /// Camera and microphone are switched on, or off.
    pub fn send(&mut self, now: Instant, sends: bool) {
        self.sends = sends;
        self.waiting.clear();
        // A device's clocks go on while it is silent.
        let since = u32::try_from(now.saturating_duration_since(self.start).as_millis());
        let since = since.unwrap_or_default();
        self.voice.timestamp = self.voice.timestamp.max(since.saturating_mul(VOICE_TICKS / 20));
        self.picture.timestamp =
            self.picture.timestamp.max(since.saturating_mul(PICTURE_TICKS_A_MS));
        self.wants_keyframe = true;
        self.stagger(now);
    }

    /// What was delivered so far.
    #[must_use]
    pub const fn delivered(&self) -> Delivered {
        self.delivered
    }

    /// How long packets that were opened took, in nanoseconds, since this was last asked.
    pub fn take_times(&mut self) -> Vec<u64> {
        std::mem::take(&mut self.took)
    }

    /// What goes to the server next.
    pub fn poll_transmit(&mut self) -> Option<Vec<u8>> {
        self.transmits.pop_front()
    }

    /// When `handle_timeout` is due.
    #[must_use]
    pub fn next_at(&self) -> Instant {
        let Due { voice, picture, packet, report, clocks, check } = &self.due;
        let mut next = *check;
        if !self.arrivals.is_empty() {
            next = next.min(*report);
        }
        if self.sends {
            next = next.min(*voice).min(*picture).min(*clocks);
        }
        if self.waiting.is_empty() { next } else { next.min(*packet) }
    }

    /// Time has come to `now`, which is `stamp` nanoseconds by the clock that arrivals are read by.
    pub fn handle_timeout(&mut self, now: Instant, stamp: u64) {
        if self.due.check <= now {
            self.due.check = now + CHECK_EVERY;
            if !self.session.check.is_empty() {
                self.transmits.push_back(self.session.check.clone());
            }
        }
        if self.due.report <= now && !self.arrivals.is_empty() {
            self.due.report = now + REPORT_EVERY;
            let theirs = self.received.first().map_or(0, |(ssrc, _)| *ssrc);
            if let Some(report) = self.arrivals.report(self.voice.sends.ssrc, theirs) {
                self.push_report(report);
            }
        }
        if !self.sends {
            return;
        }
        while self.due.voice <= now {
            self.due.voice += VOICE_EVERY;
            self.send_voice(stamp);
        }
        while self.due.picture <= now {
            self.due.picture += PICTURE_EVERY;
            self.paint(now);
        }
        while self.due.packet <= now && !self.waiting.is_empty() {
            self.due.packet += PACKET_EVERY;
            self.send_picture(stamp);
        }
        if self.due.clocks <= now {
            self.due.clocks = now + CLOCKS_EVERY;
            self.tell_clocks(now);
        }
    }

    /// A datagram of the server, that arrived at `now` and is opened where it lies.
    pub fn handle_datagram(&mut self, now: Instant, stamp: u64, datagram: &mut [u8]) {
        match kind(datagram) {
            Kind::Rtp => {
                if let Some(seen) = read(datagram, self.session.extensions.transport) {
                    self.receive(now, stamp, seen, datagram);
                }
            }
            Kind::Rtcp => {
                let Some(head) = datagram.first_chunk::<4>().copied() else { return };
                if let Some(body) = self.session.theirs.open_rtcp(datagram) {
                    self.wants_keyframe |= wants_keyframe(head, body);
                }
            }
            Kind::Other => {}
        }
    }

    fn receive(&mut self, now: Instant, stamp: u64, seen: Seen, datagram: &mut [u8]) {
        let media = [self.session.voice.payload_type, self.session.picture.payload_type];
        let is_media =
            media.contains(&seen.payload_type) || Some(seen.payload_type) == self.session.red;
        if is_media {
            self.delivered.packets += 1;
        } else {
            self.delivered.beside += 1;
        }
        if let Some(number) = seen.transport.filter(|_| self.session.extensions.told) {
            self.arrivals.push(now, number);
        }
        let index = self.index(seen);
        let opens = self.opens_every > 0
            && is_media
            && self.delivered.packets.is_multiple_of(self.opens_every);
        if !opens {
            return;
        }
        let payload = self.session.theirs.open_rtp(datagram, seen.header_bytes, (seen.ssrc, index));
        let Some(payload) = payload else {
            self.delivered.broken += 1;
            return;
        };
        self.delivered.opened += 1;
        let end = payload.len().saturating_sub(NAME_BYTES);
        let left = payload.get(..end).and_then(|payload| payload.last_chunk::<STAMP_BYTES>());
        if let Some(left) = left {
            self.took.push(stamp.saturating_sub(u64::from_be_bytes(*left)));
        }
    }

    fn index(&mut self, seen: Seen) -> u64 {
        if let Some((_, last)) = self.received.iter_mut().find(|(ssrc, _)| *ssrc == seen.ssrc) {
            let index = extended(*last, seen.seq);
            *last = index.max(*last);
            return index;
        }
        self.received.push((seen.ssrc, u64::from(seen.seq)));
        u64::from(seen.seq)
    }

    fn send_voice(&mut self, stamp: u64) {
        let mut payload = vec![VOICE_HEAD];
        payload.resize(VOICE_BYTES - STAMP_BYTES - NAME_BYTES, 0x55);
        payload.extend(stamp.to_be_bytes());
        payload.extend([self.number, 0]);
        self.voice.timestamp = self.voice.timestamp.wrapping_add(VOICE_TICKS);
        self.send_rtp(true, false, &payload);
    }

    /// Makes the packets of the next picture.
    fn paint(&mut self, now: Instant) {
        let [_, tl0] = self.frame.to_be_bytes();
        let key = std::mem::take(&mut self.wants_keyframe);
        let picture = Picture {
            origin: self.number,
            layer: 0,
            id: self.frame & 0x7fff,
            tl0,
            temporal: 0,
            sync: false,
            key,
        };
        // Sizes vary from picture to picture; the packets of one are equally long.
        let spread = usize::from(self.frame) * 61 % PICTURE_BYTES.len();
        self.waiting.extend(picture.packets(PICTURE_BYTES.start + spread));
        self.frame = self.frame.wrapping_add(1);
        self.picture.timestamp = self.picture.timestamp.wrapping_add(PICTURE_TICKS);
        self.due.packet = self.due.packet.max(now);
    }

    fn send_picture(&mut self, stamp: u64) {
        let Some(mut payload) = self.waiting.pop_front() else { return };
        let end = payload.len().saturating_sub(NAME_BYTES);
        let room = payload.get_mut(..end).and_then(<[u8]>::last_chunk_mut::<STAMP_BYTES>);
        if let Some(room) = room {
            *room = stamp.to_be_bytes();
        }
        let last = self.waiting.is_empty();
        self.send_rtp(false, last, &payload);
    }

    fn send_rtp(&mut self, voice: bool, marker: bool, payload: &[u8]) {
        let stream = if voice { &mut self.voice } else { &mut self.picture };
        stream.seq += 1;
        stream.packets = stream.packets.wrapping_add(1);
        stream.bytes = stream.bytes.wrapping_add(u32::try_from(payload.len()).unwrap_or_default());
        self.transport = self.transport.wrapping_add(1);
        let header = Header {
            marker,
            payload_type: stream.sends.payload_type,
            seq: u16::try_from(stream.seq & 0xffff).unwrap_or_default(),
            timestamp: stream.timestamp,
            ssrc: stream.sends.ssrc,
        };
        let transport = self.transport.to_be_bytes();
        let numbers = self.session.extensions;
        let mid = (numbers.mid, stream.sends.mid.as_bytes());
        let mut packet = Vec::with_capacity(payload.len() + 64);
        let length = if voice {
            let level: (u8, &[u8]) = (numbers.level, &[VOICE_LEVEL]);
            header.write(&mut packet, &[mid, (numbers.transport, &transport), level])
        } else {
            header.write(&mut packet, &[mid, (numbers.transport, &transport)])
        };
        packet.extend_from_slice(payload);
        self.session.ours.seal_rtp(&mut packet, length, (header.ssrc, stream.seq));
        self.transmits.push_back(packet);
    }

    fn tell_clocks(&mut self, now: Instant) {
        let since = now.saturating_duration_since(self.start);
        let seconds = 0xe000_0000 + since.as_secs();
        let fraction = (u64::from(since.subsec_nanos()) << 32) / 1_000_000_000;
        for stream in [&self.voice, &self.picture] {
            let sent = (stream.packets, stream.bytes);
            let ntp = seconds << 32 | fraction;
            let mut report = sender_report(stream.sends.ssrc, ntp, stream.timestamp, sent);
            self.session.ours.seal_rtcp(&mut report, self.report_index);
            self.report_index += 1;
            self.transmits.push_back(report);
        }
    }

    fn push_report(&mut self, mut report: Vec<u8>) {
        self.session.ours.seal_rtcp(&mut report, self.report_index);
        self.report_index += 1;
        self.transmits.push_back(report);
    }
}
