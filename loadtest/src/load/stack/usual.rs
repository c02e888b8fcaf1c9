//! A person who speaks WebRTC by str0m.
//!
//! In: what every stack takes. Out: what every stack gives.
//! Never: its own estimate of the line; what a person sends, the script and the server decide.

use super::{Feed, Happened, Inbound, Outbound, StackFault, Wanted};
use crate::sim::client::agreed_types;
use crate::sim::ear::AudioTypes;
use std::collections::VecDeque;
use std::fmt::Display;
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use str0m::change::{SdpAnswer, SdpOffer, SdpPendingOffer};
use str0m::media::{Direction, KeyframeRequestKind, MediaKind, Mid, Pt, Rid};
use str0m::media::{Simulcast, SimulcastLayer};
use str0m::net::{Protocol, Receive};
use str0m::rtp::{ExtensionValues, RtpPacket, RtpWrite, SeqNo};
use str0m::{Candidate, Event, IceConnectionState, Input, Output, Rtc, RtcConfig};

/// Names of the camera's layers in the offer, lowest first.
const RIDS: [&str; 3] = ["q", "h", "f"];
/// Pictures that may be sent again are kept this long, and so many packets of them.
const REPAIRS_FOR: Duration = Duration::from_secs(2);
const REPAIRS: usize = 1_000;

/// The connection.
#[derive(Debug)]
pub(crate) struct Usual {
    rtc: Rtc,
    address: SocketAddr,
    pending: Option<SdpPendingOffer>,
    microphone: Option<Mid>,
    camera: Option<Mid>,
    layers: usize,
    screen: Option<Mid>,
    slots: Vec<Mid>,
    /// The server offers, and says by an offer what it sends.
    is_offered: bool,
    types: AudioTypes,
    vp8: Option<Pt>,
    deadline: Instant,
    transmits: VecDeque<(SocketAddr, Vec<u8>)>,
    happened: VecDeque<Happened>,
}

fn fault(why: &impl Display) -> StackFault {
    StackFault::new("str0m", why)
}

impl Usual {
    fn new(now: Instant, address: SocketAddr) -> Result<Self, StackFault> {
        let mut rtc = RtcConfig::new()
            .set_rtp_mode(true)
            .clear_codecs()
            .enable_opus(true, true)
            .enable_vp8(true)
            .build(now);
        let candidate = Candidate::host(address, Protocol::Udp).map_err(|why| fault(&why))?;
        rtc.add_local_candidate(candidate);
        Ok(Self {
            rtc,
            address,
            pending: None,
            microphone: None,
            camera: None,
            layers: 0,
            screen: None,
            slots: Vec::new(),
            is_offered: false,
            types: AudioTypes::default(),
            vp8: None,
            deadline: now,
            transmits: VecDeque::new(),
            happened: VecDeque::new(),
        })
    }

    pub(super) fn accept(
        now: Instant,
        address: SocketAddr,
        offer: &str,
    ) -> Result<(Self, String), StackFault> {
        let mut stack = Self::new(now, address)?;
        stack.is_offered = true;
        let answer = stack.handle_offer(now, offer)?;
        Ok((stack, answer))
    }

    pub(super) fn handle_offer(&mut self, now: Instant, sdp: &str) -> Result<String, StackFault> {
        let offer = SdpOffer::from_sdp_string(sdp).map_err(|why| fault(&why))?;
        let answer = self.rtc.sdp_api().accept_offer(offer).map_err(|why| fault(&why))?;
        (self.types, self.vp8) = agreed_types(&self.rtc);
        self.handle_timeout(now);
        Ok(answer.to_sdp_string())
    }

    pub(super) fn offer(
        now: Instant,
        address: SocketAddr,
        wanted: Wanted,
    ) -> Result<(Self, String), StackFault> {
        let mut stack = Self::new(now, address)?;
        let mut sdp = stack.rtc.sdp_api();
        let mut line =
            |kind, direction, simulcast| sdp.add_media(kind, direction, None, None, simulcast);
        let microphone =
            wanted.microphone.then(|| line(MediaKind::Audio, Direction::SendOnly, None));
        let layers = wanted.layers.min(RIDS.len());
        let camera = (layers > 0).then(|| {
            let mut simulcast = Simulcast::new();
            for rid in RIDS.into_iter().take(layers) {
                simulcast.add_send_layer(SimulcastLayer::new(rid));
            }
            let simulcast = (layers > 1).then_some(simulcast);
            line(MediaKind::Video, Direction::SendOnly, simulcast)
        });
        let screen = wanted.screen.then(|| line(MediaKind::Video, Direction::SendOnly, None));
        let kinds = std::iter::repeat_n(MediaKind::Audio, wanted.audio)
            .chain(std::iter::repeat_n(MediaKind::Video, wanted.video));
        let slots = kinds.map(|kind| line(kind, Direction::RecvOnly, None)).collect();
        let (offer, pending) = sdp.apply().ok_or_else(|| fault(&"there is nothing to offer"))?;
        stack.pending = Some(pending);
        stack.microphone = microphone;
        stack.camera = camera;
        stack.layers = layers;
        stack.screen = screen;
        stack.slots = slots;
        Ok((stack, offer.to_sdp_string()))
    }

    pub(super) fn handle_answer(&mut self, now: Instant, sdp: &str) -> Result<(), StackFault> {
        let answer = SdpAnswer::from_sdp_string(sdp).map_err(|why| fault(&why))?;
        let pending = self.pending.take().ok_or_else(|| fault(&"nothing was offered"))?;
        self.rtc.sdp_api().accept_answer(pending, answer).map_err(|why| fault(&why))?;
        (self.types, self.vp8) = agreed_types(&self.rtc);
        let mut direct = self.rtc.direct_api();
        for rid in RIDS {
            if let Some(camera) = self.camera
                && let Some(stream) = direct.stream_tx_by_mid(camera, Some(Rid::from(rid)))
            {
                stream.set_rtx_cache(REPAIRS, REPAIRS_FOR, None);
            }
        }
        self.handle_timeout(now);
        Ok(())
    }

    pub(super) const fn audio_types(&self) -> AudioTypes {
        self.types
    }

    pub(super) fn slot(&self, mid: &str) -> Option<usize> {
        self.slots.iter().position(|slot| **slot == *mid)
    }

    pub(super) fn handle_datagram(&mut self, now: Instant, source: SocketAddr, bytes: &[u8]) {
        let Ok(receive) = Receive::new(Protocol::Udp, source, self.address, bytes) else { return };
        let input = Input::Receive(now, receive);
        if self.rtc.accepts(&input) {
            let taken = self.rtc.handle_input(input);
            self.drain(taken.is_err());
        }
    }

    pub(super) fn handle_timeout(&mut self, now: Instant) {
        let taken = self.rtc.handle_input(Input::Timeout(now));
        self.drain(taken.is_err());
    }

    pub(super) fn send(&mut self, now: Instant, packet: Outbound) {
        let Outbound { feed, seq, timestamp, marker, payload } = packet;
        let mut values = ExtensionValues::default();
        let (mid, rid, pt) = match feed {
            Feed::Voice { redundant, dbov, speaks } => {
                values.audio_level = Some(dbov);
                values.voice_activity = Some(speaks);
                let red = self.types.red.filter(|_| redundant);
                (self.microphone, None, Some(Pt::from(red.unwrap_or(self.types.opus))))
            }
            Feed::Camera { layer } => {
                let rid = RIDS.get(layer).filter(|_| self.layers > 1).copied();
                (self.camera, rid.map(Rid::from), self.vp8)
            }
            Feed::Screen => (self.screen, None, self.vp8),
        };
        let (Some(mid), Some(pt)) = (mid, pt) else { return };
        let nackable = !matches!(feed, Feed::Voice { .. });
        let write = RtpWrite::new(pt, SeqNo::from(seq), timestamp, now, payload)
            .marker(marker)
            .ext_vals(values)
            .nackable(nackable);
        if let Some(stream) = self.rtc.direct_api().stream_tx_by_mid(mid, rid) {
            stream.write_rtp(write);
        }
        self.handle_timeout(now);
    }

    pub(super) fn request_keyframe(&mut self, now: Instant, slot: usize) {
        let Some(mid) = self.slots.get(slot).copied() else { return };
        if let Some(stream) = self.rtc.direct_api().stream_rx_by_mid(mid, None) {
            stream.request_keyframe(KeyframeRequestKind::Pli);
            self.handle_timeout(now);
        }
    }

    pub(super) const fn poll_timeout(&self) -> Instant {
        self.deadline
    }

    pub(super) fn poll_transmit(&mut self) -> Option<(SocketAddr, Vec<u8>)> {
        self.transmits.pop_front()
    }

    pub(super) fn poll_happened(&mut self) -> Option<Happened> {
        self.happened.pop_front()
    }

    /// Takes all there is; a connection that fails is over.
    fn drain(&mut self, failed: bool) {
        if failed {
            return self.over();
        }
        loop {
            match self.rtc.poll_output() {
                Ok(Output::Timeout(at)) => {
                    self.deadline = at;
                    return;
                }
                Ok(Output::Transmit(transmit)) => {
                    self.transmits.push_back((transmit.destination, transmit.contents.into()));
                }
                Ok(Output::Event(event)) => self.handle_event(event),
                Err(_) => return self.over(),
            }
        }
    }

    fn over(&mut self) {
        if self.rtc.is_alive() {
            self.rtc.disconnect();
            self.happened.push_back(Happened::Lost);
        }
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "str0m's events are not exhaustive")]
    fn handle_event(&mut self, event: Event) {
        match event {
            Event::Connected => self.happened.push_back(Happened::Connected),
            Event::IceConnectionStateChange(IceConnectionState::Disconnected) => {
                self.happened.push_back(Happened::Lost);
            }
            Event::KeyframeRequest(request) => {
                let screen = Some(request.mid) == self.screen;
                self.happened.push_back(Happened::KeyframeWanted { screen });
            }
            Event::RtpPacket(packet) => self.handle_packet(&packet),
            _ => {}
        }
    }

    fn handle_packet(&mut self, packet: &RtpPacket) {
        let header = &packet.header;
        let mut direct = self.rtc.direct_api();
        let Some(mid) = direct.stream_rx(&header.ssrc).map(|stream| stream.mid()) else { return };
        let known = self.slots.iter().position(|of| *of == mid);
        let slot = match known {
            Some(slot) => slot,
            None if self.is_offered => {
                self.slots.push(mid);
                self.slots.len() - 1
            }
            None => return,
        };
        self.happened.push_back(Happened::Packet(Inbound {
            slot,
            is_voice: Some(header.payload_type) != self.vp8,
            payload_type: *header.payload_type,
            seq: *packet.seq_no,
            timestamp: header.timestamp,
            marker: header.marker,
            payload: packet.payload.to_vec(),
        }));
    }
}
