//! People who flash and beep at the same moments, once a second, as browsers would send them.

#![allow(clippy::cast_possible_truncation, reason = "samples and moments of a test are small")]

use bedside_sfu_api::{
    Codec, ParticipantId, RoomId, Source, Stream, Tapped, TappedPacket, TappedReport, Turn,
};
use openh264::encoder::{BitRate, Encoder, EncoderConfig, FrameRate, RateControlMode};
use openh264::formats::YUVBuffer;
use openh264::{OpenH264API, Timestamp};
use std::time::{Duration, Instant};
use uuid::Uuid;

/// Every so often there is a flash and a beep.
pub(crate) const PERIOD_MS: u64 = 1_000;
/// They last this long.
pub(crate) const LASTS_MS: u64 = 200;

const PICTURE: (usize, usize) = (320, 240);
const FPS: u64 = 25;
const VOICE_MS: u64 = 20;
/// Seconds between 1900 and 1970.
const NTP_EPOCH: u64 = 2_208_988_800;

/// One person's streams.
pub(crate) struct Person {
    pub(crate) id: Uuid,
    room: Uuid,
    camera: Encoder,
    voice: opus::Encoder,
    seq: u64,
    voice_seq: u64,
}

impl Person {
    pub(crate) fn new(room: Uuid) -> Self {
        let config = EncoderConfig::new()
            .bitrate(BitRate::from_bps(300_000))
            .max_frame_rate(FrameRate::from_hz(25.0))
            .rate_control_mode(RateControlMode::Off);
        let camera = Encoder::with_api_config(OpenH264API::from_source(), config);
        let voice = opus::Encoder::new(48_000, opus::Channels::Mono, opus::Application::Voip);
        Self {
            id: Uuid::now_v7(),
            room,
            camera: camera.expect("an encoder"),
            voice: voice.expect("an encoder"),
            seq: 0,
            voice_seq: 0,
        }
    }

    /// What they send between two moments, in milliseconds since the visit began at `start`.
    pub(crate) fn send(
        &mut self,
        start: Instant,
        turn: u64,
        ms: std::ops::Range<u64>,
    ) -> Vec<Tapped> {
        let mut sent = Vec::new();
        for at in ms.step_by(5) {
            let arrival = start + Duration::from_millis(at + 30);
            if at % 1_000 == 0 {
                sent.push(self.report(Source::Microphone, turn, at, arrival));
                sent.push(self.report(Source::Camera, turn, at, arrival));
            }
            if at % VOICE_MS == 0 {
                sent.push(self.voice(turn, at, arrival));
            }
            if at % (1_000 / FPS) == 0 {
                sent.extend(self.picture(turn, at, arrival));
            }
        }
        sent
    }

    fn stream(&self, source: Source, turn: u64) -> Stream {
        let ssrc = if source == Source::Microphone { 1 } else { 2 };
        let participant = ParticipantId(self.id);
        Stream { room: RoomId(self.room), turn: Turn(turn), participant, source, ssrc }
    }

    fn report(&self, source: Source, turn: u64, at: u64, arrival: Instant) -> Tapped {
        let seconds = NTP_EPOCH + 1_800_000_000 + at / 1_000;
        let rate = if source == Source::Microphone { 48 } else { 90 };
        Tapped::Report(TappedReport {
            stream: self.stream(source, turn),
            arrival,
            ntp: (seconds << 32) | (((at % 1_000) << 32) / 1_000),
            timestamp: u32::try_from(at * rate).expect("a short visit"),
        })
    }

    fn voice(&mut self, turn: u64, at: u64, arrival: Instant) -> Tapped {
        let samples: Vec<i16> = (0..960_u32)
            .map(|n| {
                let at = at as f64 + f64::from(n) / 48.0;
                let (period, lasts) = (PERIOD_MS as f64, LASTS_MS as f64);
                let loud = if at % period < lasts { 12_000.0 } else { 0.0 };
                ((at * std::f64::consts::TAU).sin() * loud) as i16
            })
            .collect();
        let payload = self.voice.encode_vec(&samples, 1_000).expect("a voice");
        self.voice_seq += 1;
        Tapped::Packet(TappedPacket {
            stream: self.stream(Source::Microphone, turn),
            codec: Codec::Opus,
            seq: self.voice_seq,
            timestamp: u32::try_from(at * 48).expect("a short visit"),
            marker: false,
            arrival,
            payload,
        })
    }

    fn picture(&mut self, turn: u64, at: u64, arrival: Instant) -> Vec<Tapped> {
        let (width, height) = PICTURE;
        let bright = if at % PERIOD_MS < LASTS_MS { 235 } else { 16 };
        let mut yuv = vec![bright; width * height];
        yuv.resize(width * height * 3 / 2, 128);
        let yuv = YUVBuffer::from_vec(yuv, width, height);
        // Browsers send a key frame when they are asked; here one every two seconds.
        if at.is_multiple_of(2_000) {
            self.camera.force_intra_frame();
        }
        let encoded = self.camera.encode_at(&yuv, Timestamp::from_millis(at)).expect("a picture");
        let units = units(&encoded.to_vec());
        let last = units.len().saturating_sub(1);
        let stream = self.stream(Source::Camera, turn);
        let packets = units.into_iter().enumerate().map(|(index, payload)| {
            self.seq += 1;
            Tapped::Packet(TappedPacket {
                stream,
                codec: Codec::H264,
                seq: self.seq,
                timestamp: u32::try_from(at * 90).expect("a short visit"),
                marker: index == last,
                arrival,
                payload,
            })
        });
        packets.collect()
    }
}

/// The NAL units of a byte stream (Annex B), each a payload of its own (RFC 6184, single unit).
fn units(stream: &[u8]) -> Vec<Vec<u8>> {
    let mut starts: Vec<usize> = Vec::new();
    for at in 0..stream.len().saturating_sub(3) {
        if stream[at..].starts_with(&[0, 0, 1]) {
            starts.push(at + 3);
        }
    }
    let ends = starts.iter().skip(1).map(|start| start - 3).chain([stream.len()]);
    let units = starts.iter().zip(ends).map(|(start, end)| {
        let unit = &stream[*start..end];
        let zeros = unit.iter().rev().take_while(|byte| **byte == 0).count();
        unit[..unit.len() - zeros].to_vec()
    });
    units.collect()
}
