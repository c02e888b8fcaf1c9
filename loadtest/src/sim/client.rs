//! A person's browser: offers once, sends a voice and a camera's layers, listens and looks.
//!
//! In: datagrams, time, what the server finds worth sending. Out: datagrams; what was heard and
//! seen.
//! Never: decides what a line is like. Only here, and in `sending`, is str0m named, which speaks WebRTC here
//! with the habits of libwebrtc added: when it tells what arrived, when it asks for a keyframe,
//! what it gives up on a poor uplink.

mod sending;

use super::camera::{Camera, LAYERS, Lens};
use super::ear::{AudioTypes, Ear};
use super::eye::Eye;
use super::feedback::{self, Parcel, Reports};
use super::opus;
use super::outbox::Outbox;
use super::page::Page;
use super::record::UplinkSample;
use super::uplink::{Fate, Uplink, share};
use super::voice::{self, Voice};
use crate::link;
use bedside_sfu_api::{LayerWorth, VoiceWorth};
use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use str0m::change::{SdpAnswer, SdpPendingOffer};
use str0m::format::Codec;
use str0m::media::{Direction, KeyframeRequestKind, MediaKind, Mid, Pt, Rid};
use str0m::media::{Simulcast, SimulcastLayer};
use str0m::net::{Protocol, Receive};
use str0m::rtp::rtcp::{Rtcp, Twcc};
use str0m::rtp::{RawPacket, RtpPacket, Ssrc};
use str0m::{Candidate, Event, Input, Output, Rtc, RtcConfig};

/// Names of the camera's layers in the offer, lowest first.
const RIDS: [&str; LAYERS] = ["q", "h", "f"];
/// How often the browser's own statistics are read, of which only the round trip is of use.
const STATS_INTERVAL: Duration = Duration::from_secs(1);
/// How often the library reports on video (RFC 3550). libwebrtc does so each second, but only of
/// streams that flow; the library does of all five, and that much a thin line would feel.
const REPORT_INTERVAL: Duration = Duration::from_secs(5);
/// How often the uplink is shared out anew.
const SHARE_INTERVAL: Duration = Duration::from_millis(100);
/// How often the page looks at it, in shares.
const PAGE_SHARES: u32 = 10;
/// Pictures that may be sent again are kept this long, and so many packets of them.
const REPAIRS_FOR: Duration = Duration::from_secs(2);
const REPAIRS: usize = 1_000;
/// What the wire adds to a packet: the tag of SRTP, IPv4 and UDP.
const WIRE_BYTES: usize = 16 + 28;

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
    pub(crate) left: Vec<Option<u32>>,
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
    /// Nobody shares a screen here; what carries nothing goes on its line.
    screen: Mid,
    screen_ssrc: Option<Ssrc>,
    /// When voice and camera begin; set as one for everybody.
    begins: Instant,
    is_connected: bool,
    frame: u32,
    /// From a picture to the next.
    interval: Duration,
    tick: u32,
    shares: u32,
    /// What the server finds worth sending.
    worth: Vec<LayerWorth>,
    voice_worth: VoiceWorth,
    /// What the page makes of it on this line.
    page: Page,
    voice_bytes: usize,
    sent_bytes: usize,
    /// Of the latest check of the path (`currentRoundTripTime`).
    round_trip: Option<Duration>,
    uplink: Uplink,
    outbox: Outbox,
    void_seq: u64,
    transport: u64,
    reported: u64,
    reports: Reports,
    types: AudioTypes,
    vp8: Option<Pt>,
    ear_by_mid: BTreeMap<Mid, Ear>,
    eye_by_mid: BTreeMap<Mid, Eye>,
    deadline: Instant,
    transmits: VecDeque<Parcel>,
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
            .enable_raw_packets(true)
            .set_stats_interval(Some(STATS_INTERVAL))
            .set_rtcp_report_interval_video(REPORT_INTERVAL)
            .build(now);
        let candidate = Candidate::host(address, Protocol::Udp).expect("a concrete address");
        rtc.add_local_candidate(candidate);
        let mut sdp = rtc.sdp_api();
        let mut line =
            |kind, direction, simulcast| sdp.add_media(kind, direction, None, None, simulcast);
        let microphone = line(MediaKind::Audio, Direction::SendOnly, None);
        let mut layers = Simulcast::new();
        let lens = persona.camera.as_ref().map_or(Lens::LARGE, Camera::lens);
        for rid in RIDS.into_iter().take(lens.layers) {
            layers.add_send_layer(SimulcastLayer::new(rid));
        }
        let camera = line(MediaKind::Video, Direction::SendOnly, Some(layers));
        let screen = line(MediaKind::Video, Direction::SendOnly, None);
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
            screen,
            screen_ssrc: None,
            begins,
            is_connected: false,
            frame: 0,
            tick: 0,
            shares: 0,
            worth: share::ALL.into_iter().take(lens.layers).collect(),
            interval: lens.interval(),
            voice_worth: voice::USUAL,
            page: Page::new(),
            voice_bytes: 0,
            sent_bytes: 0,
            round_trip: None,
            uplink: Uplink::new(),
            outbox: Outbox::default(),
            void_seq: 0,
            transport: 0,
            reported: 0,
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

    /// What the browser thinks of its uplink, and makes of it.
    pub(crate) const fn uplink(&self) -> UplinkSample {
        UplinkSample {
            estimate: self.uplink.estimate(),
            rung: self.page.rung,
            voice: self.persona.voice.worth,
        }
    }

    /// Bytes of RTP received that carried nothing new: padding, or what had come before.
    pub(crate) const fn void_bytes(&self) -> u64 {
        self.void_bytes
    }

    /// When `handle_timeout` is due.
    pub(crate) fn next_at(&self) -> Instant {
        let reports = self.reports.next_at(self.report_interval());
        let soonest = reports.map_or(self.deadline, |at| at.min(self.deadline));
        if !self.is_connected {
            return soonest;
        }
        let media = self.frame_at().min(self.tick_at()).min(self.share_at());
        self.outbox.next_at().map_or(media, |at| at.min(media)).min(soonest)
    }

    /// What goes to the server next.
    pub(crate) fn poll_transmit(&mut self) -> Option<Parcel> {
        self.transmits.pop_front()
    }

    /// The server's answer.
    pub(crate) fn handle_answer(&mut self, now: Instant, answer: &str) {
        let answer = SdpAnswer::from_sdp_string(answer).expect("the server answers SDP");
        let pending = self.pending.take().expect("one answer an offer");
        self.rtc.sdp_api().accept_answer(pending, answer).expect("an answer to this offer");
        (self.types, self.vp8) = agreed_types(&self.rtc);
        self.persona.voice.negotiated(self.types.opus);
        let mut direct = self.rtc.direct_api();
        for rid in RIDS {
            if let Some(stream) = direct.stream_tx_by_mid(self.camera, Some(Rid::from(rid))) {
                stream.set_rtx_cache(REPAIRS, REPAIRS_FOR, None);
            }
        }
        self.screen_ssrc = direct.stream_tx_by_mid(self.screen, None).map(|stream| stream.ssrc());
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
                self.voice_worth = VoiceWorth { redundant, ..worth };
                self.share();
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
        if link::is_rtp(bytes) && packets == self.packets {
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
            while self.share_at() <= now {
                self.shares += 1;
                if self.shares.is_multiple_of(PAGE_SHARES) {
                    self.look_at_uplink(now);
                }
                self.share();
                self.pad(now);
                self.probe(now);
            }
            while let Some(outgoing) = self.outbox.poll(now, self.uplink.estimate()) {
                self.send(now, outgoing);
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
            left: self.persona.voice.into_left(),
        }
    }

    fn frame_at(&self) -> Instant {
        // The first picture a moment after the first word, as no two clocks begin together.
        self.begins + Duration::from_millis(7) + self.interval * self.frame
    }

    /// A frame of voice is there when its 20 ms are over.
    fn tick_at(&self) -> Instant {
        self.begins + opus::FRAME * (self.tick + 1)
    }

    fn share_at(&self) -> Instant {
        self.begins + SHARE_INTERVAL * self.shares
    }

    fn report_interval(&self) -> Duration {
        feedback::interval(self.is_connected.then(|| self.uplink.estimate()))
    }

    fn release_reports(&mut self, now: Instant) {
        let interval = self.report_interval();
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
                        self.transmits.push_back(Parcel::of(datagram));
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
            Event::Connected => self.is_connected = true,
            Event::RawPacket(raw) => self.handle_raw(now, *raw),
            Event::RtpPacket(packet) => self.handle_packet(now, &packet),
            Event::KeyframeRequest(_) => {
                if let Some(camera) = &mut self.persona.camera {
                    camera.request_keyframe(now);
                }
            }
            Event::PeerStats(stats) => {
                let pair = stats.selected_candidate_pair;
                let checked = pair.and_then(|pair| pair.current_round_trip_time);
                self.round_trip = checked.or(self.round_trip);
            }
            _ => {}
        }
    }

    /// What left, and what the server says of it.
    fn handle_raw(&mut self, now: Instant, raw: RawPacket) {
        match raw {
            RawPacket::RtpTx(header, bytes) => {
                let Some(number) = header.ext_vals.transport_cc else { return };
                self.transport = extended(self.transport, number);
                let is_probe = Some(header.ssrc) == self.screen_ssrc;
                let bytes = bytes.len() + WIRE_BYTES;
                self.sent_bytes += bytes;
                self.uplink.handle_sent(now, self.transport, bytes, is_probe);
            }
            RawPacket::RtcpRx(Rtcp::Twcc(report)) => self.handle_report(now, report),
            RawPacket::RtcpRx(_) | RawPacket::RtcpTx(_) | RawPacket::RtpRx(_, _) => {}
        }
    }

    fn handle_report(&mut self, now: Instant, report: Twcc) {
        let fates = report.into_iter(self.begins, self.reported.into());
        let fates: Vec<Fate> =
            fates.map(|(number, _, arrived)| Fate { number: *number, arrived }).collect();
        if let Some(newest) = fates.last() {
            self.reported = self.reported.max(newest.number);
        }
        self.uplink.handle_report(now, &fates);
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

/// The number next to the last that ends in these 16 bits.
fn extended(last: u64, low: u16) -> u64 {
    let here = (last & !0xffff) + u64::from(low);
    if here + 0x8000 < last { here + 0x1_0000 } else { here }
}

/// What was agreed on: payload types of the voice, and that of VP8.
pub(crate) fn agreed_types(rtc: &Rtc) -> (AudioTypes, Option<Pt>) {
    let (mut types, mut vp8) = (AudioTypes::default(), None);
    for params in rtc.codec_config().params() {
        let codec = params.spec().codec;
        if codec == Codec::Opus {
            types = AudioTypes { opus: *params.pt(), red: params.red().map(|red| *red) };
        } else if codec == Codec::Vp8 {
            vp8 = Some(params.pt());
        }
    }
    (types, vp8)
}
