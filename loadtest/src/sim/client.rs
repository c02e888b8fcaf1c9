//! A person's browser: offers once, sends a voice and a camera's layers, listens and looks.
//!
//! In: datagrams, time, what the server finds worth sending. Out: datagrams; what was heard and
//! seen.
//! Never: decides what a line is like. The only file that names str0m, which speaks WebRTC here
//! with the habits of libwebrtc added: when it tells what arrived, when it asks for a keyframe,
//! what it gives up on a poor uplink.

use super::camera::{self, Camera, LAYERS};
use super::ear::{AudioTypes, Ear};
use super::eye::Eye;
use super::feedback::{self, Reports};
use super::opus;
use super::uplink;
use super::voice::{Voice, VoicePacket};
use bedside_sfu_api::{Bitrate, LayerWorth, VoiceWorth};
use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use str0m::change::{SdpAnswer, SdpPendingOffer};
use str0m::format::Codec;
use str0m::media::{Direction, KeyframeRequestKind, MediaKind, Mid, Pt, Rid};
use str0m::media::{Simulcast, SimulcastLayer};
use str0m::net::{Protocol, Receive};
use str0m::rtp::{ExtensionValues, RtpPacket, RtpWrite, SeqNo};
use str0m::{Candidate, Event, Input, Output, Rtc, RtcConfig};

/// Names of the camera's layers in the offer, lowest first.
const RIDS: [&str; LAYERS] = ["q", "h", "f"];
/// What a browser sends before it knows better (`kStartBitrate`).
const UPLINK_FIRST: Bitrate = Bitrate::kbps(300);
/// How often the uplink's estimate is looked at.
const STATS_INTERVAL: Duration = Duration::from_millis(100);
/// A layer whose pictures wait longer than this before they are sent makes no further ones.
const SEND_QUEUE_MAX: Duration = Duration::from_millis(250);
/// Bytes that a voice's packet has beside Opus: IPv4, UDP, RTP with its extensions, the tag.
const VOICE_HEADERS_BYTES: u64 = 64;

/// A person.
#[derive(Debug)]
pub(crate) struct Persona {
    /// The microphone.
    pub(crate) voice: Voice,
    /// The camera, if there is one.
    pub(crate) camera: Option<Camera>,
    /// Receive slots.
    pub(crate) slots: Slots,
}

/// How many receive slots are offered.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Slots {
    pub(crate) audio: usize,
    pub(crate) video: usize,
}

/// What the server tells a page to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Word {
    /// What is worth sending of the camera.
    Camera(Vec<LayerWorth>),
    /// What is worth sending of the voice.
    Voice(VoiceWorth),
}

/// What came of it all, for the record.
#[derive(Debug)]
pub(crate) struct Told {
    pub(crate) ears: Vec<Ear>,
    pub(crate) eyes: Vec<Eye>,
    pub(crate) spoken: Vec<bool>,
}

/// The browser.
#[derive(Debug)]
pub(crate) struct Client {
    rtc: Rtc,
    address: SocketAddr,
    pending: Option<SdpPendingOffer>,
    persona: Persona,
    microphone: Mid,
    camera: Mid,
    /// When voice and camera begin; set as one for everybody.
    begins: Instant,
    is_connected: bool,
    frame: u32,
    tick: u32,
    worth: Vec<LayerWorth>,
    estimate: Option<Bitrate>,
    reports: Reports,
    types: AudioTypes,
    vp8: Option<Pt>,
    ear_by_mid: BTreeMap<Mid, Ear>,
    eye_by_mid: BTreeMap<Mid, Eye>,
    deadline: Instant,
    transmits: VecDeque<Vec<u8>>,
    packets: u64,
    void_bytes: u64,
}

impl Client {
    /// A browser and its offer.
    pub(crate) fn offer(
        now: Instant,
        begins: Instant,
        persona: Persona,
        address: SocketAddr,
    ) -> (Self, String) {
        let mut rtc = RtcConfig::new()
            .set_rtp_mode(true)
            .clear_codecs()
            .enable_opus(true, true)
            .enable_vp8(true)
            .enable_bwe(Some(wire(UPLINK_FIRST)))
            .set_stats_interval(Some(STATS_INTERVAL))
            .build(now);
        let candidate = Candidate::host(address, Protocol::Udp).expect("a concrete address");
        rtc.add_local_candidate(candidate);
        let mut sdp = rtc.sdp_api();
        let mut line =
            |kind, direction, simulcast| sdp.add_media(kind, direction, None, None, simulcast);
        let microphone = line(MediaKind::Audio, Direction::SendOnly, None);
        let mut layers = Simulcast::new();
        for rid in RIDS {
            layers.add_send_layer(SimulcastLayer::new(rid));
        }
        let camera = line(MediaKind::Video, Direction::SendOnly, Some(layers));
        line(MediaKind::Video, Direction::SendOnly, None); // the screen
        let slots = persona.slots;
        for _ in 0..slots.audio {
            line(MediaKind::Audio, Direction::RecvOnly, None);
        }
        for _ in 0..slots.video {
            line(MediaKind::Video, Direction::RecvOnly, None);
        }
        let (offer, pending) = sdp.apply().expect("an offer of media lines");
        let client = Self {
            rtc,
            address,
            pending: Some(pending),
            persona,
            microphone,
            camera,
            begins,
            is_connected: false,
            frame: 0,
            tick: 0,
            worth: uplink::ALL.to_vec(),
            estimate: None,
            reports: Reports::default(),
            types: AudioTypes::default(),
            vp8: None,
            ear_by_mid: BTreeMap::new(),
            eye_by_mid: BTreeMap::new(),
            deadline: now,
            transmits: VecDeque::new(),
            packets: 0,
            void_bytes: 0,
        };
        (client, offer.to_sdp_string())
    }

    /// Whether ICE and DTLS are up.
    pub(crate) const fn is_connected(&self) -> bool {
        self.is_connected
    }

    /// What the browser thinks its uplink carries.
    pub(crate) const fn estimate(&self) -> Option<Bitrate> {
        self.estimate
    }

    /// Bytes of RTP received that carried nothing new: padding, or what had come before.
    pub(crate) const fn void_bytes(&self) -> u64 {
        self.void_bytes
    }

    /// When `handle_timeout` is due.
    pub(crate) fn next_at(&self) -> Instant {
        let reports = self.reports.next_at(feedback::interval(self.estimate));
        let soonest = reports.map_or(self.deadline, |at| at.min(self.deadline));
        if self.is_connected { soonest.min(self.frame_at()).min(self.tick_at()) } else { soonest }
    }

    /// The next datagram to the server.
    pub(crate) fn poll_transmit(&mut self) -> Option<Vec<u8>> {
        self.transmits.pop_front()
    }

    /// The server's answer.
    pub(crate) fn handle_answer(&mut self, now: Instant, answer: &str) {
        let answer = SdpAnswer::from_sdp_string(answer).expect("the server answers SDP");
        let pending = self.pending.take().expect("one answer an offer");
        self.rtc.sdp_api().accept_answer(pending, answer).expect("an answer to this offer");
        for params in self.rtc.codec_config().params() {
            match params.spec().codec {
                Codec::Opus => {
                    let red = params.red().map(|red| *red);
                    self.types = AudioTypes { opus: *params.pt(), red };
                }
                Codec::Vp8 => self.vp8 = Some(params.pt()),
                _ => {}
            }
        }
        self.persona.voice.negotiated(self.types.opus);
        self.run(now);
    }

    /// What the server finds worth sending.
    pub(crate) fn handle_word(&mut self, word: Word) {
        match word {
            Word::Camera(worth) => {
                self.worth = worth;
                self.share();
            }
            Word::Voice(worth) => {
                let redundant = worth.redundant && self.types.red.is_some();
                self.persona.voice.worth = VoiceWorth { redundant, ..worth };
            }
        }
    }

    /// A datagram of the server.
    pub(crate) fn handle_datagram(&mut self, now: Instant, source: SocketAddr, bytes: &[u8]) {
        let Ok(receive) = Receive::new(Protocol::Udp, source, self.address, bytes) else { return };
        let input = Input::Receive(now, receive);
        if !self.rtc.accepts(&input) {
            return;
        }
        let packets = self.packets;
        self.rtc.handle_input(input).expect("the server sends what WebRTC allows");
        self.drain(now);
        if is_rtp(bytes) && packets == self.packets {
            self.void_bytes += u64::try_from(bytes.len()).unwrap_or_default();
        }
    }

    /// Time has come to `now`.
    pub(crate) fn handle_timeout(&mut self, now: Instant) {
        if self.is_connected {
            while self.frame_at() <= now {
                self.frame += 1;
                self.send_frames(now);
            }
            while self.tick_at() <= now {
                self.tick += 1;
                if let Some(packet) = self.persona.voice.handle_tick() {
                    self.send_voice(now, packet);
                }
            }
        }
        if self.deadline <= now {
            self.run(now);
        }
        self.release_reports(now);
    }

    /// Ears and eyes come to `now`; a keyframe is asked for where one is missed.
    pub(crate) fn look(&mut self, now: Instant) {
        for ear in self.ear_by_mid.values_mut() {
            ear.handle_timeout(now);
        }
        let mut asked = false;
        for (mid, eye) in &mut self.eye_by_mid {
            if eye.poll_keyframe(now)
                && let Some(stream) = self.rtc.direct_api().stream_rx_by_mid(*mid, None)
            {
                stream.request_keyframe(KeyframeRequestKind::Pli);
                asked = true;
            }
        }
        if asked {
            self.run(now);
        }
    }

    /// What came of it all.
    pub(crate) fn into_told(self) -> Told {
        Told {
            ears: self.ear_by_mid.into_values().collect(),
            eyes: self.eye_by_mid.into_values().collect(),
            spoken: self.persona.voice.into_spoken(),
        }
    }

    fn frame_at(&self) -> Instant {
        // The first picture a moment after the first word, as no two clocks begin together.
        self.begins + Duration::from_millis(7) + camera::FRAME * self.frame
    }

    /// A frame of voice is there when its 20 ms are over.
    fn tick_at(&self) -> Instant {
        self.begins + opus::FRAME * (self.tick + 1)
    }

    fn send_frames(&mut self, now: Instant) {
        let full = self.full_layers(now);
        let since = now.saturating_duration_since(self.begins);
        let Some(camera) = &mut self.persona.camera else { return };
        let Some(pt) = self.vp8 else { return };
        for frame in camera.handle_frame(now, since, full) {
            let rid = RIDS.get(frame.layer).copied().map(Rid::from);
            let count = frame.packets.len();
            for (place, (seq, payload)) in frame.packets.into_iter().enumerate() {
                let write = RtpWrite::new(pt, SeqNo::from(seq), frame.timestamp, now, payload)
                    .marker(place + 1 == count)
                    .nackable(true);
                if let Some(stream) = self.rtc.direct_api().stream_tx_by_mid(self.camera, rid) {
                    stream.write_rtp(write);
                }
                self.run(now);
            }
        }
    }

    /// Layers with so much unsent that another picture would only be late.
    fn full_layers(&mut self, now: Instant) -> [bool; LAYERS] {
        let mid = self.camera;
        RIDS.map(|rid| {
            let mut direct = self.rtc.direct_api();
            let queue = direct.stream_tx_by_mid(mid, Some(Rid::from(rid)));
            let oldest = queue.and_then(|stream| stream.queue_info()?.first_unsent());
            oldest.is_some_and(|at| now > at + SEND_QUEUE_MAX)
        })
    }

    fn send_voice(&mut self, now: Instant, packet: VoicePacket) {
        let pt =
            if packet.redundant { self.types.red.unwrap_or_default() } else { self.types.opus };
        let values = ExtensionValues {
            audio_level: Some(packet.dbov),
            voice_activity: Some(packet.speaks),
            ..ExtensionValues::default()
        };
        let seq = SeqNo::from(packet.seq);
        let write = RtpWrite::new(Pt::from(pt), seq, packet.timestamp, now, packet.payload)
            .marker(packet.marker)
            .ext_vals(values);
        if let Some(stream) = self.rtc.direct_api().stream_tx_by_mid(self.microphone, None) {
            stream.write_rtp(write);
        }
        self.run(now);
    }

    /// Shares the uplink's estimate out anew.
    fn share(&mut self) {
        let voice = voice_cost(self.persona.voice.worth);
        let Some(camera) = &mut self.persona.camera else { return };
        let estimate = self.estimate.unwrap_or(UPLINK_FIRST);
        camera.set_rates(uplink::share(estimate, voice, &self.worth, camera.rates()));
        let (most, look) = uplink::wanted(voice, &self.worth);
        self.rtc.bwe().set_bitrate(wire(look), wire(most));
    }

    fn release_reports(&mut self, now: Instant) {
        let interval = feedback::interval(self.estimate);
        self.transmits.extend(self.reports.take(now, interval));
    }

    fn run(&mut self, now: Instant) {
        self.rtc.handle_input(Input::Timeout(now)).expect("time goes forward");
        self.drain(now);
    }

    fn drain(&mut self, now: Instant) {
        loop {
            match self.rtc.poll_output().expect("a client of the library's own") {
                Output::Timeout(at) => {
                    self.deadline = at;
                    break;
                }
                Output::Transmit(transmit) => {
                    let datagram: Vec<u8> = transmit.contents.into();
                    if feedback::is_report_alone(&datagram) {
                        self.reports.push(datagram);
                    } else {
                        self.transmits.push_back(datagram);
                    }
                }
                Output::Event(event) => self.handle_event(now, event),
            }
        }
        self.release_reports(now);
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "str0m's events are not exhaustive")]
    fn handle_event(&mut self, now: Instant, event: Event) {
        match event {
            Event::Connected => {
                self.is_connected = true;
                self.share();
            }
            Event::RtpPacket(packet) => self.handle_packet(now, &packet),
            Event::KeyframeRequest(_) => {
                if let Some(camera) = &mut self.persona.camera {
                    camera.request_keyframe(now);
                }
            }
            Event::PeerStats(stats) => {
                self.estimate = stats.bwe_tx.map(|rate| Bitrate::bps(rate.as_u64()));
                self.share();
            }
            _ => {}
        }
    }

    fn handle_packet(&mut self, now: Instant, packet: &RtpPacket) {
        self.packets += 1;
        let header = &packet.header;
        let mut direct = self.rtc.direct_api();
        let Some(mid) = direct.stream_rx(&header.ssrc).map(|stream| stream.mid()) else { return };
        if Some(header.payload_type) == self.vp8 {
            let eye = self.eye_by_mid.entry(mid).or_default();
            eye.handle_packet(now, *packet.seq_no, header.marker, &packet.payload);
        } else {
            let (begins, types) = (self.begins, self.types);
            let ear = self.ear_by_mid.entry(mid).or_insert_with(|| Ear::new(begins, types));
            ear.handle_packet(now, *header.payload_type, header.timestamp, &packet.payload);
        }
    }
}

/// What a voice takes of the line.
fn voice_cost(worth: VoiceWorth) -> Bitrate {
    let copies = if worth.redundant { 2 } else { 1 };
    let headers = 8 * VOICE_HEADERS_BYTES * 1_000 / u64::from(worth.packet_ms.max(20));
    worth.rate * copies + Bitrate::bps(headers)
}

/// RTP, and neither RTCP (RFC 5761) nor DTLS nor STUN.
fn is_rtp(datagram: &[u8]) -> bool {
    let Some([first, second]) = datagram.first_chunk::<2>() else { return false };
    first >> 6 == 2 && !(192..=223).contains(second)
}

fn wire(rate: Bitrate) -> str0m::bwe::Bitrate {
    str0m::bwe::Bitrate::from(rate.as_bps())
}
