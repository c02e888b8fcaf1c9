//! A person who speaks WebRTC by the `rtc` crate, which shares no code with the server's library.
//!
//! In: what every stack takes. Out: what every stack gives.
//! Never: simulcast; a camera is its lowest layer. Nor a request for a keyframe: the crate keeps
//! those to itself.

use super::{Feed, Happened, Inbound, Outbound, StackFault, Wanted, extended};
use crate::sim::ear::AudioTypes;
use bytes::{Bytes, BytesMut};
use rtc::interceptor::Registry;
use rtc::media_stream::MediaStreamTrack;
use rtc::peer_connection::configuration::interceptor_registry::register_default_interceptors;
use rtc::peer_connection::configuration::media_engine::{
    MIME_TYPE_OPUS, MIME_TYPE_RTX, MIME_TYPE_VP8, MediaEngine,
};
use rtc::peer_connection::event::{RTCPeerConnectionEvent, RTCTrackEvent};
use rtc::peer_connection::message::{RTCMessage, TaggedRTCMessage};
use rtc::peer_connection::sdp::RTCSessionDescription;
use rtc::peer_connection::state::RTCPeerConnectionState;
use rtc::peer_connection::transport::{CandidateConfig, CandidateHostConfig, RTCIceCandidate};
use rtc::peer_connection::{RTCPeerConnection, RTCPeerConnectionBuilder};
use rtc::rtcp::payload_feedbacks::picture_loss_indication::PictureLossIndication;
use rtc::rtp;
use rtc::rtp_transceiver::rtp_sender::{
    RTCPFeedback, RTCRtpCodec, RTCRtpCodecParameters, RTCRtpCodingParameters,
    RTCRtpEncodingParameters, RTCRtpHeaderExtensionCapability, RtpCodecKind,
};
use rtc::rtp_transceiver::{
    RTCRtpReceiverId, RTCRtpSenderId, RTCRtpTransceiverDirection, RTCRtpTransceiverInit,
};
use rtc::sansio::Protocol as _;
use rtc::shared::{TaggedBytesMut, TransportContext, TransportProtocol};
use std::collections::{BTreeMap, VecDeque};
use std::fmt::{self, Debug, Display, Formatter};
use std::net::SocketAddr;
use std::time::Instant;

const OPUS: u8 = 111;
const VP8: u8 = 96;
const VP8_RTX: u8 = 97;
/// The level of a voice (RFC 6464).
const AUDIO_LEVEL: &str = "urn:ietf:params:rtp-hdrext:ssrc-audio-level";

/// A line of ours.
#[derive(Debug)]
struct Sending {
    id: RTCRtpSenderId,
    ssrc: u32,
}

/// A stream that comes.
#[derive(Debug)]
struct Coming {
    slot: usize,
    receiver: RTCRtpReceiverId,
    ssrc: u32,
    seq: u64,
}

/// The connection.
pub(crate) struct Other {
    peer: RTCPeerConnection,
    address: SocketAddr,
    microphone: Option<Sending>,
    camera: Option<Sending>,
    screen: Option<Sending>,
    /// Receivers of the slots.
    slots: Vec<RTCRtpReceiverId>,
    mids: Vec<String>,
    coming_by_track: BTreeMap<String, Coming>,
    happened: VecDeque<Happened>,
}

impl Debug for Other {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("Other").field("address", &self.address).finish_non_exhaustive()
    }
}

fn fault(why: impl Display) -> StackFault {
    StackFault::new("rtc", &why)
}

fn codec(mime: &str, clock_rate: u32, channels: u16, line: &str) -> RTCRtpCodec {
    let feedback = |typ: &str, parameter: &str| RTCPFeedback {
        typ: typ.to_owned(),
        parameter: parameter.to_owned(),
    };
    let rtcp_feedback = if mime == MIME_TYPE_VP8 {
        vec![feedback("ccm", "fir"), feedback("nack", ""), feedback("nack", "pli")]
    } else {
        Vec::new()
    };
    RTCRtpCodec {
        mime_type: mime.to_owned(),
        clock_rate,
        channels,
        sdp_fmtp_line: line.to_owned(),
        rtcp_feedback,
    }
}

fn opus() -> RTCRtpCodec {
    codec(MIME_TYPE_OPUS, 48_000, 2, "minptime=10;useinbandfec=1")
}

fn vp8() -> RTCRtpCodec {
    codec(MIME_TYPE_VP8, 90_000, 0, "")
}

fn peer(now: Instant) -> Result<RTCPeerConnection, StackFault> {
    let mut engine = MediaEngine::default();
    let codecs = [
        (opus(), OPUS, RtpCodecKind::Audio),
        (vp8(), VP8, RtpCodecKind::Video),
        (codec(MIME_TYPE_RTX, 90_000, 0, "apt=96"), VP8_RTX, RtpCodecKind::Video),
    ];
    for (rtp_codec, payload_type, kind) in codecs {
        let codec = RTCRtpCodecParameters { rtp_codec, payload_type };
        engine.register_codec(codec, kind).map_err(fault)?;
    }
    let level = RTCRtpHeaderExtensionCapability { uri: AUDIO_LEVEL.to_owned() };
    engine.register_header_extension(level, RtpCodecKind::Audio, None).map_err(fault)?;
    let registry = register_default_interceptors(Registry::new(), &mut engine).map_err(fault)?;
    RTCPeerConnectionBuilder::new()
        .with_media_engine(engine)
        .with_interceptor_registry(registry)
        .build(now)
        .map_err(fault)
}

fn sending(
    peer: &mut RTCPeerConnection,
    kind: RtpCodecKind,
    name: &str,
) -> Result<Sending, StackFault> {
    let codec = if kind == RtpCodecKind::Audio { opus() } else { vp8() };
    let ssrc = fastrand::u32(1..);
    let coding = RTCRtpEncodingParameters {
        rtp_coding_parameters: RTCRtpCodingParameters { ssrc: Some(ssrc), ..Default::default() },
        active: true,
        codec,
        ..Default::default()
    };
    let (stream, label) = (format!("stream-{name}"), name.to_owned());
    let track = MediaStreamTrack::new(stream, label.clone(), label, kind, vec![coding.clone()]);
    let init = RTCRtpTransceiverInit {
        direction: RTCRtpTransceiverDirection::Sendonly,
        streams: Vec::new(),
        send_encodings: vec![coding],
    };
    let transceiver = peer.add_transceiver_from_track(track, Some(init)).map_err(fault)?;
    let line = peer.rtp_transceiver(transceiver).ok_or_else(|| fault("the line is gone"))?;
    let id = line.sender().ok_or_else(|| fault("a line that sends has no sender"))?;
    Ok(Sending { id, ssrc })
}

impl Other {
    pub(super) fn offer(
        now: Instant,
        address: SocketAddr,
        wanted: Wanted,
    ) -> Result<(Self, String), StackFault> {
        let mut peer = peer(now)?;
        let mut line = |is_wanted: bool, kind, name| {
            is_wanted.then(|| sending(&mut peer, kind, name)).transpose()
        };
        let microphone = line(wanted.microphone, RtpCodecKind::Audio, "microphone")?;
        let camera = line(wanted.layers > 0, RtpCodecKind::Video, "camera")?;
        let screen = line(wanted.screen, RtpCodecKind::Video, "screen")?;
        let kinds = std::iter::repeat_n(RtpCodecKind::Audio, wanted.audio)
            .chain(std::iter::repeat_n(RtpCodecKind::Video, wanted.video));
        let mut lines = Vec::new();
        for kind in kinds {
            lines.push(peer.add_transceiver_from_kind(kind, None).map_err(fault)?);
        }
        let host = CandidateConfig {
            network: "udp".to_owned(),
            address: address.ip().to_string(),
            port: address.port(),
            component: 1,
            ..Default::default()
        };
        let host = CandidateHostConfig { base_config: host, ..Default::default() };
        let candidate = host.new_candidate_host().map_err(fault)?;
        let candidate = RTCIceCandidate::from(&candidate).to_json().map_err(fault)?;
        peer.add_local_candidate(candidate).map_err(fault)?;
        let offer = peer.create_offer(None).map_err(fault)?;
        peer.set_local_description(now, offer).map_err(fault)?;
        let offer = peer.local_description().ok_or_else(|| fault("there is no offer"))?;
        let mut mids = Vec::new();
        let mut receivers = Vec::new();
        for slot in lines {
            let line = peer.rtp_transceiver(slot).ok_or_else(|| fault("the line is gone"))?;
            mids.push(line.mid().clone().unwrap_or_default());
            receivers.extend(line.receiver());
        }
        let stack = Self {
            peer,
            address,
            microphone,
            camera,
            screen,
            slots: receivers,
            mids,
            coming_by_track: BTreeMap::new(),
            happened: VecDeque::new(),
        };
        Ok((stack, offer.sdp))
    }

    pub(super) fn handle_answer(&mut self, now: Instant, sdp: &str) -> Result<(), StackFault> {
        let answer = RTCSessionDescription::answer(sdp.to_owned()).map_err(fault)?;
        self.peer.set_remote_description(now, answer).map_err(fault)
    }

    #[expect(clippy::unused_self, reason = "the other stack learns them from the answer")]
    pub(super) const fn audio_types(&self) -> AudioTypes {
        AudioTypes { opus: OPUS, red: None }
    }

    pub(super) fn slot(&self, mid: &str) -> Option<usize> {
        self.mids.iter().position(|slot| slot == mid)
    }

    pub(super) fn handle_datagram(&mut self, now: Instant, source: SocketAddr, bytes: &[u8]) {
        let transport = TransportContext {
            local_addr: self.address,
            peer_addr: source,
            transport_protocol: TransportProtocol::UDP,
            ecn: None,
        };
        let message = BytesMut::from(bytes);
        if self.peer.handle_read(TaggedBytesMut { now, transport, message }).is_err() {
            self.happened.push_back(Happened::Lost);
        }
    }

    pub(super) fn handle_timeout(&mut self, now: Instant) {
        if self.peer.handle_timeout(now).is_err() {
            self.happened.push_back(Happened::Lost);
        }
    }

    pub(super) fn send(&mut self, now: Instant, packet: Outbound) {
        let (sending, payload_type) = match packet.feed {
            Feed::Voice { .. } => (&self.microphone, OPUS),
            Feed::Camera { layer: 0 } => (&self.camera, VP8),
            Feed::Screen => (&self.screen, VP8),
            Feed::Camera { .. } => return,
        };
        let Some(Sending { id, ssrc }) = sending else { return };
        let Some(mut sender) = self.peer.rtp_sender(*id) else { return };
        let [.., high, low] = packet.seq.to_be_bytes();
        let mut header = rtp::header::Header {
            version: 2,
            marker: packet.marker,
            payload_type,
            sequence_number: u16::from_be_bytes([high, low]),
            timestamp: packet.timestamp,
            ssrc: *ssrc,
            ..Default::default()
        };
        if let Feed::Voice { dbov, speaks, .. } = packet.feed {
            let extensions = &sender.get_parameters().rtp_parameters.header_extensions;
            let level = extensions.iter().find(|extension| extension.uri == AUDIO_LEVEL);
            if let Some(id) = level.and_then(|level| u8::try_from(level.id).ok()) {
                let value = dbov.unsigned_abs() | if speaks { 0x80 } else { 0 };
                let _ = header.set_extension(id, Bytes::copy_from_slice(&[value]));
            }
        }
        // A packet before the connection is up has nowhere to go.
        let _ = sender.write_rtp(now, rtp::Packet { header, payload: packet.payload.into() });
    }

    pub(super) fn request_keyframe(&mut self, now: Instant, slot: usize) {
        let Some(coming) = self.coming_by_track.values().find(|coming| coming.slot == slot) else {
            return;
        };
        let Some(mut receiver) = self.peer.rtp_receiver(coming.receiver) else { return };
        let request = PictureLossIndication { sender_ssrc: 0, media_ssrc: coming.ssrc };
        // Asked again if it does not come.
        let _ = receiver.write_rtcp(now, vec![Box::new(request)]);
    }

    pub(super) fn poll_timeout(&mut self) -> Option<Instant> {
        self.peer.poll_timeout()
    }

    pub(super) fn poll_transmit(&mut self) -> Option<(SocketAddr, Vec<u8>)> {
        let sent = self.peer.poll_write()?;
        Some((sent.transport.peer_addr, sent.message.to_vec()))
    }

    pub(super) fn poll_happened(&mut self) -> Option<Happened> {
        while let Some(event) = self.peer.poll_event() {
            self.handle_event(event);
        }
        while let Some(TaggedRTCMessage { message, .. }) = self.peer.poll_read() {
            if let RTCMessage::RtpPacket(track, packet) = message {
                self.handle_packet(&track, packet);
            }
        }
        self.happened.pop_front()
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "only these are of use here")]
    fn handle_event(&mut self, event: RTCPeerConnectionEvent) {
        match event {
            RTCPeerConnectionEvent::OnConnectionStateChangeEvent(state) => match state {
                RTCPeerConnectionState::Connected => {
                    self.happened.push_back(Happened::Connected);
                }
                RTCPeerConnectionState::Failed => self.happened.push_back(Happened::Lost),
                _ => {}
            },
            RTCPeerConnectionEvent::OnTrack(RTCTrackEvent::OnOpen(init)) => {
                let place = self.slots.iter().position(|slot| *slot == init.receiver_id);
                if let Some(slot) = place {
                    let coming =
                        Coming { slot, receiver: init.receiver_id, ssrc: 0, seq: 0x1_0000 };
                    self.coming_by_track.insert(init.track_id, coming);
                }
            }
            _ => {}
        }
    }

    fn handle_packet(&mut self, track: &str, packet: rtp::Packet) {
        let rtp::Packet { header, payload } = packet;
        let Some(coming) = self.coming_by_track.get_mut(track) else { return };
        coming.ssrc = header.ssrc;
        coming.seq = extended(coming.seq, header.sequence_number);
        self.happened.push_back(Happened::Packet(Inbound {
            slot: coming.slot,
            is_voice: header.payload_type == OPUS,
            payload_type: header.payload_type,
            seq: coming.seq,
            timestamp: header.timestamp,
            marker: header.marker,
            payload: payload.to_vec(),
        }));
    }
}
