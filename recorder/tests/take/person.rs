//! Somebody on a line, in virtual time: a voice and a camera with clocks of their own. Each frame
//! carries the true time it was captured, so that what is recorded can be measured.

use bedside_sfu_api::{
    Codec, ParticipantId, RoomId, Source, Stream, Tapped, TappedPacket, TappedReport, Turn,
};
use std::time::{Duration, Instant};
use uuid::Uuid;

/// Between two packets of the voice.
pub(super) const VOICE_US: u64 = 20_000;
/// Between two frames of the camera: 15 a second.
pub(super) const PICTURE_US: u64 = 66_667;
/// From capture to sending. A voice's packet ends when it is complete; a picture is encoded.
const VOICE_SENT_US: u64 = 20_000;
const PICTURE_SENT_US: u64 = 15_000;
/// After a repair is asked for and repeated.
const ROUND_TRIP_US: u64 = 90_000;

/// What the line and the clocks of somebody are like.
#[derive(Debug, Clone, Copy)]
pub(super) struct Nature {
    /// How fast the clock of the reports runs, in millionths too fast.
    pub(super) clock_ppm: i64,
    /// How fast the sound card runs beside that clock.
    pub(super) sound_ppm: i64,
    /// The shortest way.
    pub(super) way_us: u64,
    /// Whether lost packets of pictures are repeated.
    pub(super) repaired: bool,
}

/// Somebody.
#[derive(Debug)]
pub(super) struct Person {
    pub(super) id: ParticipantId,
    number: u32,
    nature: Nature,
    chance: fastrand::Rng,
    /// The streams' numbers; other ones after a reconnect.
    ssrc: u32,
    voice_seq: u64,
    picture_seq: u64,
    /// A packet of the voice that was lost, to be carried again by the next.
    lost_voice: Option<(u32, Vec<u8>)>,
    pub(super) key_wanted: bool,
    /// A queue in front of the line, for a while.
    pub(super) queue_us: u64,
}

/// Where a packet goes, and when it arrives.
pub(super) type Arrival = (u64, Tapped);

/// The moment everything is counted from, and the turn that runs.
#[derive(Debug, Clone, Copy)]
pub(super) struct Now {
    pub(super) origin: Instant,
    pub(super) room: Uuid,
    pub(super) turn: Turn,
    pub(super) us: u64,
}

impl Person {
    pub(super) fn new(n: u32, nature: Nature) -> Self {
        Self {
            id: ParticipantId(Uuid::from_u128(u128::from(n) + 1)),
            number: n,
            nature,
            chance: fastrand::Rng::with_seed(u64::from(n) + 7),
            ssrc: 1_000 * (n + 1),
            voice_seq: 70_000,
            picture_seq: 80_000,
            lost_voice: None,
            key_wanted: true,
            queue_us: 0,
        }
    }

    /// Another connection: other streams, the same clock.
    pub(super) fn reconnect(&mut self) {
        self.ssrc += 10;
        (self.voice_seq, self.picture_seq) = (100, 100);
        self.lost_voice = None;
        self.key_wanted = true;
    }

    fn stream(&self, now: Now, source: Source) -> Stream {
        let ssrc = self.ssrc + u32::from(source == Source::Camera);
        Stream { room: RoomId(now.room), turn: now.turn, participant: self.id, source, ssrc }
    }

    /// What this person's clock shows at a true time, in microseconds since 1900.
    fn clock_us(&self, us: u64) -> u64 {
        let wrong = i64::try_from(us).unwrap() * self.nature.clock_ppm / 1_000_000;
        // A day apart from everybody else's.
        let base = 3_900_000_000_000_000 + u64::from(self.number) * 86_400_000_000;
        base + us.checked_add_signed(wrong).unwrap()
    }

    /// The stream's timestamp at a true time.
    fn timestamp(&self, source: Source, us: u64) -> u32 {
        let shown = self.clock_us(us);
        let (rate, ppm) = match source {
            Source::Microphone => (48_000_u64, self.nature.sound_ppm),
            Source::Camera | Source::Screen => (90_000, 0),
        };
        let since = shown - self.clock_us(0);
        let ran = since.checked_add_signed(i64::try_from(since).unwrap() * ppm / 1_000_000);
        let ticks = ran.unwrap() * rate / 1_000_000;
        let wrapped = (ticks + u64::from(self.ssrc) * 65_537_111) % (1 << 32);
        u32::try_from(wrapped).unwrap()
    }

    /// How long a packet sent at some moment is under way.
    fn way_us(&mut self) -> u64 {
        let jitter = self.chance.u64(0..30_000);
        let spike = if self.chance.u32(0..200) == 0 { self.chance.u64(0..120_000) } else { 0 };
        self.nature.way_us + jitter + spike + self.queue_us
    }

    fn is_lost(&mut self) -> bool {
        self.chance.u32(0..50) == 0
    }

    pub(super) fn speak(&mut self, now: Now, out: &mut Vec<Arrival>) {
        let stream = self.stream(now, Source::Microphone);
        let timestamp = self.timestamp(Source::Microphone, now.us);
        // Opus: 20 ms of one frame, wide band.
        let mut payload = vec![0x78];
        payload.extend_from_slice(&now.us.to_be_bytes());
        payload.extend_from_slice(&[0; 12]);
        self.voice_seq += 1;
        let at_us = now.us + VOICE_SENT_US + self.way_us();
        if self.is_lost() {
            self.lost_voice = Some((timestamp, payload));
            return;
        }
        // What was lost comes again with the next packet, under that packet's number.
        let again = self.lost_voice.take();
        for (timestamp, payload) in again.into_iter().chain([(timestamp, payload)]) {
            let packet = TappedPacket {
                stream,
                codec: Codec::Opus,
                seq: self.voice_seq,
                timestamp,
                marker: false,
                arrival: now.origin + Duration::from_micros(at_us),
                payload,
            };
            out.push((at_us, Tapped::Packet(packet)));
        }
    }

    pub(super) fn show(&mut self, now: Now, out: &mut Vec<Arrival>) {
        let stream = self.stream(now, Source::Camera);
        let timestamp = self.timestamp(Source::Camera, now.us);
        let key = std::mem::take(&mut self.key_wanted);
        let mut frame = if key {
            vec![0x10, 0, 0, 0x9D, 0x01, 0x2A, 0x80, 0x02, 0x68, 0x01]
        } else {
            vec![0x11]
        };
        frame.extend_from_slice(&now.us.to_be_bytes());
        let packets = if key { 4 } else { 1 + usize::from(self.chance.bool()) };
        let mut sent_us = now.us + PICTURE_SENT_US;
        for index in 0..packets {
            let mut payload = vec![if index == 0 { 0x10 } else { 0 }];
            payload.extend_from_slice(if index == 0 { &frame } else { &[7; 40] });
            self.picture_seq += 1;
            sent_us += 500;
            let mut at_us = sent_us + self.way_us();
            if self.is_lost() {
                if !self.nature.repaired {
                    continue;
                }
                at_us += ROUND_TRIP_US;
            }
            let packet = TappedPacket {
                stream,
                codec: Codec::Vp8,
                seq: self.picture_seq,
                timestamp,
                marker: index + 1 == packets,
                arrival: now.origin + Duration::from_micros(at_us),
                payload,
            };
            out.push((at_us, Tapped::Packet(packet)));
        }
    }

    pub(super) fn report(&mut self, now: Now, source: Source, out: &mut Vec<Arrival>) {
        let stream = self.stream(now, source);
        let shown = self.clock_us(now.us);
        let (seconds, rest) = (shown / 1_000_000, shown % 1_000_000);
        let ntp = (seconds << 32) | ((rest << 32) / 1_000_000);
        // Senders measure the moment of a sample a little early or late.
        let measured_us = now.us + self.chance.u64(0..6_000) - 3_000;
        let at_us = now.us + self.way_us();
        let report = TappedReport {
            stream,
            arrival: now.origin + Duration::from_micros(at_us),
            ntp,
            timestamp: self.timestamp(source, measured_us),
        };
        out.push((at_us, Tapped::Report(report)));
    }
}
