//! A person's client: offers once, sends three camera layers and a voice, keeps what it receives.
//!
//! In: datagrams and time. Out: datagrams, and a log of every packet received.
//! Never: a browser; str0m speaks the same protocols, on the other side.

use crate::media::{Descriptor, Encoder, Tag, redundant, voice};
use bedside_sfu_api::IceCredentials;
use std::collections::VecDeque;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use str0m::change::{SdpAnswer, SdpOffer, SdpPendingOffer};
use str0m::format::Codec;
use str0m::media::{
    Direction, KeyframeRequestKind, MediaKind, Mid, Pt, Rid, Simulcast, SimulcastLayer,
};
use str0m::net::{Protocol, Receive};
use str0m::rtp::{ExtensionValues, RtpWrite, SeqNo};
use str0m::{Candidate, Event, Input, Output, Rtc, RtcConfig};

pub(crate) const RIDS: [&str; 3] = ["q", "h", "f"];
const FRAME: Duration = Duration::from_millis(50);
const VOICE: Duration = Duration::from_millis(20);
/// Ticks of a voice packet.
const VOICE_TICKS: u32 = 960;
/// How many packets back the copies lie that a packet brings along; 17 is as far as RED reaches.
const COPIES_OF: [u32; 3] = [16, 8, 1];
/// What sound card and packet, camera and encoder hold before something is sent.
const VOICE_HELD: Duration = Duration::from_millis(50);
const FRAME_HELD: Duration = Duration::from_millis(60);

/// A packet as it was received.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Received {
    pub(crate) at: Instant,
    pub(crate) mid: Mid,
    pub(crate) seq: u64,
    pub(crate) timestamp: u32,
    pub(crate) tag: Tag,
    /// Video only.
    pub(crate) descriptor: Option<Descriptor>,
    /// A digest of the payload but for what the server renumbers.
    pub(crate) print: u64,
}

/// Something somebody was made to hear or see.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Learnt {
    pub(crate) at: Instant,
    /// Whether it was said, not shown.
    pub(crate) said: bool,
    pub(crate) tag: Tag,
}

/// How many receive slots an offer has.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SlotCount {
    pub(crate) audio: usize,
    pub(crate) video: usize,
}

#[derive(Debug)]
pub(crate) struct Client {
    rtc: Rtc,
    tag: (u64, u64),
    pub(crate) address: SocketAddr,
    pending: Option<SdpPendingOffer>,
    /// The answer, as the server's word on it stands now.
    answered: String,
    microphone: Mid,
    camera: Mid,
    encoders: [Encoder; 3],
    /// Which layers the server wants.
    pub(crate) active: [bool; 3],
    /// Which layers the page gives up by itself.
    pub(crate) given_up: [bool; 3],
    pub(crate) camera_on: bool,
    /// dBov of the voice; `None` is silence, which is not sent.
    pub(crate) loudness: Option<i8>,
    seqs: [u64; 3],
    voice_seq: u64,
    voice_frame: u32,
    /// What was said last, newest first.
    said: VecDeque<(u32, Tag, Vec<u8>)>,
    /// How many copies of earlier packets each packet of the voice brings along.
    pub(crate) copies: usize,
    /// Zero of the world's clock.
    pub(crate) epoch: Instant,
    started: Instant,
    next_frame: Instant,
    next_voice: Instant,
    pub(crate) deadline: Instant,
    pub(crate) transmits: VecDeque<(SocketAddr, Vec<u8>)>,
    pub(crate) received: Vec<Received>,
    /// All that lay in it.
    pub(crate) learnt: Vec<Learnt>,
    /// When a keyframe was asked for.
    pub(crate) asked_at: Vec<Instant>,
    pub(crate) connected_at: Option<Instant>,
    pub(crate) closed: bool,
}

impl Client {
    /// A client and its offer.
    pub(crate) fn offer(
        now: Instant,
        tag: (u64, u64),
        address: SocketAddr,
        slots: SlotCount,
    ) -> (Self, String) {
        let mut rtc = RtcConfig::new().set_rtp_mode(true).enable_opus(true, true).build(now);
        rtc.add_local_candidate(Candidate::host(address, Protocol::Udp).unwrap());
        let mut sdp = rtc.sdp_api();
        let microphone = sdp.add_media(MediaKind::Audio, Direction::SendOnly, None, None, None);
        let mut simulcast = Simulcast::new();
        for rid in RIDS {
            simulcast.add_send_layer(SimulcastLayer::new(rid));
        }
        let camera =
            sdp.add_media(MediaKind::Video, Direction::SendOnly, None, None, Some(simulcast));
        for _ in 0..slots.audio {
            sdp.add_media(MediaKind::Audio, Direction::RecvOnly, None, None, None);
        }
        for _ in 0..slots.video {
            sdp.add_media(MediaKind::Video, Direction::RecvOnly, None, None, None);
        }
        let (offer, pending): (SdpOffer, _) = sdp.apply().unwrap();
        let client = Self {
            rtc,
            tag,
            address,
            pending: Some(pending),
            answered: String::new(),
            microphone,
            camera,
            encoders: [0, 1, 2].map(|layer| Encoder::new(tag.0, tag.1, layer)),
            active: [true; 3],
            given_up: [false; 3],
            camera_on: true,
            loudness: Some(-30),
            seqs: [100, 60_000, 40_000],
            voice_seq: 65_500,
            voice_frame: 0,
            said: VecDeque::new(),
            copies: 0,
            epoch: now,
            started: now,
            next_frame: now,
            next_voice: now,
            deadline: now,
            transmits: VecDeque::new(),
            received: Vec::new(),
            learnt: Vec::new(),
            asked_at: Vec::new(),
            connected_at: None,
            closed: false,
        };
        (client, offer.to_sdp_string())
    }

    pub(crate) fn accept(&mut self, now: Instant, answer: &str) {
        answer.clone_into(&mut self.answered);
        let answer = SdpAnswer::from_sdp_string(answer).unwrap();
        let pending = self.pending.take().expect("one answer an offer");
        self.rtc.sdp_api().accept_answer(pending, answer).unwrap();
        self.handle_timeout(now);
    }

    /// Looks for another way from another address; by which credentials.
    pub(crate) fn restart_ice(&mut self, address: SocketAddr) -> IceCredentials {
        self.address = address;
        let mut sdp = self.rtc.sdp_api();
        let credentials = sdp.ice_restart(false);
        let (_, pending) = sdp.apply().unwrap();
        self.pending = Some(pending);
        IceCredentials::new(credentials.ufrag, credentials.pass).unwrap()
    }

    /// The answer one has, with the server's new credentials in it.
    pub(crate) fn restarted(&mut self, now: Instant, ours: &IceCredentials) {
        let former = std::mem::take(&mut self.answered);
        let lines = former.lines().map(|line| match line.split_once(':') {
            Some(("a=ice-ufrag", _)) => format!("a=ice-ufrag:{}\r\n", ours.ufrag()),
            Some(("a=ice-pwd", _)) => format!("a=ice-pwd:{}\r\n", ours.password()),
            Some(("a=candidate", candidate)) => {
                let bare = candidate.split(" ufrag ").next().unwrap();
                format!("a=candidate:{bare}\r\n")
            }
            _ => format!("{line}\r\n"),
        });
        let answer: String = lines.collect();
        self.accept(now, &answer);
        // The library forgets candidates with the old credentials.
        self.rtc.add_local_candidate(Candidate::host(self.address, Protocol::Udp).unwrap());
        self.handle_timeout(now);
    }

    pub(crate) fn next_at(&self) -> Instant {
        if self.connected_at.is_none() || self.closed {
            return self.deadline;
        }
        self.deadline.min(self.next_frame).min(self.next_voice)
    }

    pub(crate) fn handle_datagram(&mut self, now: Instant, source: SocketAddr, bytes: &[u8]) {
        let Ok(receive) = Receive::new(Protocol::Udp, source, self.address, bytes) else { return };
        let input = Input::Receive(now, receive);
        if self.rtc.accepts(&input) {
            self.rtc.handle_input(input).unwrap();
            self.drain(now);
        }
    }

    pub(crate) fn handle_timeout(&mut self, now: Instant) {
        if self.connected_at.is_some() && !self.closed {
            while self.next_frame <= now {
                self.next_frame += FRAME;
                self.send_frames(now);
            }
            while self.next_voice <= now {
                self.next_voice += VOICE;
                self.send_voice(now);
            }
        }
        self.rtc.handle_input(Input::Timeout(now)).unwrap();
        self.drain(now);
    }

    fn payload_type(&self, codec: Codec) -> Pt {
        let params = self.rtc.codec_config().params();
        params.iter().find(|param| param.spec().codec == codec).unwrap().pt()
    }

    fn send_frames(&mut self, now: Instant) {
        let pt = self.payload_type(Codec::Vp8);
        for (layer, rid) in RIDS.into_iter().enumerate() {
            if !self.camera_on || !self.active[layer] || self.given_up[layer] {
                self.encoders[layer].keyframe_due = true; // a restart begins with one
                continue;
            }
            let ticks = (now - self.started).as_micros() * 9 / 100;
            // Each layer's clock starts elsewhere, as a browser's may.
            let base = u32::try_from(layer).unwrap() * 0x4000_0000;
            let timestamp = base.wrapping_add(u32::try_from(ticks).unwrap());
            let said_us = self.micros(now, FRAME_HELD);
            let packets = self.encoders[layer].frame(said_us);
            let last = packets.len() - 1;
            for (index, payload) in packets.into_iter().enumerate() {
                let seq = SeqNo::from(self.seqs[layer]);
                self.seqs[layer] += 1;
                let write = RtpWrite::new(pt, seq, timestamp, now, payload)
                    .marker(index == last)
                    .nackable(true);
                let mut direct = self.rtc.direct_api();
                let rid = Rid::from(rid);
                direct.stream_tx_by_mid(self.camera, Some(rid)).unwrap().write_rtp(write);
                self.rtc.handle_input(Input::Timeout(now)).unwrap();
                self.drain(now);
            }
        }
    }

    fn send_voice(&mut self, now: Instant) {
        let frame = self.voice_frame;
        self.voice_frame += 1; // time goes on in a silence
        let Some(loudness) = self.loudness else {
            self.said.clear();
            return;
        };
        let (room, participant) = self.tag;
        let said_us = self.micros(now, VOICE_HELD);
        let tag = Tag { room, participant, layer: 0, frame, said_us };
        let payload = voice(tag, self.said.front().map(|(_, tag, _)| *tag));
        let (opus, red) = self.audio_types();
        let reach = &COPIES_OF[..self.copies.min(COPIES_OF.len())];
        let copies: Vec<(u32, Vec<u8>)> = self
            .said
            .iter()
            .rev()
            .filter(|(earlier, ..)| reach.contains(&(frame - earlier)))
            .map(|(earlier, _, copy)| ((frame - earlier) * VOICE_TICKS, copy.clone()))
            .collect();
        let (pt, whole) = match red {
            Some(red) if !copies.is_empty() => (red, redundant(*opus, &copies, &payload)),
            _ => (opus, payload.clone()),
        };
        self.said.push_front((frame, tag, payload));
        self.said.truncate(16);
        let values = ExtensionValues {
            audio_level: Some(loudness),
            voice_activity: Some(true),
            ..ExtensionValues::default()
        };
        let timestamp = frame.wrapping_mul(VOICE_TICKS).wrapping_add(0xfffe_0000);
        let write = RtpWrite::new(pt, SeqNo::from(self.voice_seq), timestamp, now, whole);
        self.voice_seq += 1;
        let mut direct = self.rtc.direct_api();
        direct.stream_tx_by_mid(self.microphone, None).unwrap().write_rtp(write.ext_vals(values));
    }

    /// What Opus is called here, and RED around it.
    fn audio_types(&self) -> (Pt, Option<Pt>) {
        let params = self.rtc.codec_config().params();
        let opus = params.iter().find(|param| param.spec().codec == Codec::Opus).unwrap();
        (opus.pt(), opus.red())
    }

    /// The world's time when something that is sent now was said.
    fn micros(&self, now: Instant, held: Duration) -> u64 {
        u64::try_from((now - self.epoch).saturating_sub(held).as_micros()).unwrap()
    }

    /// Asks for a keyframe of every picture, as a hostile page might.
    pub(crate) fn demand_keyframes(&mut self, now: Instant) {
        let mids: std::collections::BTreeSet<Mid> =
            self.received.iter().filter(|p| p.descriptor.is_some()).map(|p| p.mid).collect();
        for mid in mids {
            if let Some(stream) = self.rtc.direct_api().stream_rx_by_mid(mid, None) {
                stream.request_keyframe(KeyframeRequestKind::Pli);
            }
        }
        self.handle_timeout(now);
    }

    fn drain(&mut self, now: Instant) {
        loop {
            match self.rtc.poll_output().unwrap() {
                Output::Timeout(at) => {
                    self.deadline = at;
                    return;
                }
                Output::Transmit(transmit) => {
                    self.transmits.push_back((transmit.destination, transmit.contents.into()));
                }
                Output::Event(Event::Connected) => {
                    self.connected_at = Some(now);
                    (self.next_frame, self.next_voice) = (now, now);
                }
                // A train that looks for room means nothing.
                Output::Event(Event::RtpPacket(packet))
                    if packet.payload.iter().all(|byte| *byte == 0) => {}
                Output::Event(Event::RtpPacket(packet)) => {
                    let ssrc = packet.header.ssrc;
                    let mid = self.rtc.direct_api().stream_rx(&ssrc).unwrap().mid();
                    let vp8 = packet.header.payload_type == self.payload_type(Codec::Vp8);
                    let learnt = Tag::all(&packet.payload).into_iter();
                    self.learnt.extend(learnt.map(|tag| Learnt { at: now, said: !vp8, tag }));
                    self.received.push(Received {
                        at: now,
                        mid,
                        seq: *packet.seq_no,
                        timestamp: packet.header.timestamp,
                        tag: Tag::read(&packet.payload),
                        descriptor: vp8.then(|| Descriptor::read(&packet.payload)),
                        print: print(&packet.payload, vp8),
                    });
                }
                Output::Event(Event::KeyframeRequest(request)) => {
                    let rid = request.rid.expect("the camera has layers");
                    let layer = RIDS.iter().position(|known| Rid::from(*known) == rid).unwrap();
                    self.encoders[layer].keyframe_due = true;
                    self.asked_at.push(now);
                }
                Output::Event(Event::Closed) => self.closed = true,
                Output::Event(_) => {}
            }
        }
    }
}

fn print(payload: &[u8], vp8: bool) -> u64 {
    let mut hasher = DefaultHasher::new();
    // Six bytes of a VP8 descriptor: the server gives pictures numbers of its own.
    payload[if vp8 { 6 } else { 0 }..].hash(&mut hasher);
    hasher.finish()
}
