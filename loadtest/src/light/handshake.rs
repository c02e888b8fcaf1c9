//! A connection up to the moment the keys are there: ICE and DTLS as a browser does them.
//!
//! In: an answer, datagrams, time. Out: an offer, datagrams; then a session.
//! Never: media. Here alone `light` names str0m, and notes the keys it makes.

use super::rtp::{Kind, kind};
use super::session::{Extensions, Sends, Session};
use super::srtp::Master;
use std::cell::RefCell;
use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;
use str0m::change::{SdpAnswer, SdpPendingOffer};
use str0m::config::DtlsVersion;
use str0m::crypto::dtls::{
    DtlsCert, DtlsImplError, DtlsInstance, DtlsOutput, DtlsProvider, ProtocolVersion,
};
use str0m::crypto::{CryptoError, CryptoProvider, from_feature_flags};
use str0m::format::Codec;
use str0m::media::{Direction, MediaKind, Mid};
use str0m::net::{Protocol, Receive};
use str0m::{Candidate, Event, Input, Output, Rtc, RtcConfig};

const TRANSPORT_CC: &str =
    "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01";
const AUDIO_LEVEL: &str = "urn:ietf:params:rtp-hdrext:ssrc-audio-level";
const MID: &str = "urn:ietf:params:rtp-hdrext:sdes:mid";

thread_local! {
    /// What DTLS exported last on this thread.
    static EXPORTED: RefCell<Option<Vec<u8>>> = const { RefCell::new(None) };
}

/// DTLS of the library, which keeps what it exports to itself.
#[derive(Debug)]
struct Noting;

#[derive(Debug)]
struct NotingInstance(Box<dyn DtlsInstance>);

impl DtlsProvider for Noting {
    fn generate_certificate(&self) -> Option<DtlsCert> {
        from_feature_flags().dtls_provider.generate_certificate()
    }

    fn new_dtls(
        &self,
        cert: &DtlsCert,
        now: Instant,
        version: DtlsVersion,
        mtu: Option<usize>,
    ) -> Result<Box<dyn DtlsInstance>, CryptoError> {
        let dtls = from_feature_flags().dtls_provider.new_dtls(cert, now, version, mtu)?;
        Ok(Box::new(NotingInstance(dtls)))
    }
}

impl DtlsInstance for NotingInstance {
    fn set_active(&mut self, active: bool) {
        self.0.set_active(active);
    }

    fn handle_packet(&mut self, packet: &[u8]) -> Result<(), DtlsImplError> {
        self.0.handle_packet(packet)
    }

    fn poll_output<'a>(&mut self, buf: &'a mut [u8]) -> DtlsOutput<'a> {
        let output = self.0.poll_output(buf);
        if let DtlsOutput::KeyingMaterial(material, _) = &output {
            EXPORTED.set(Some(material.to_vec()));
        }
        output
    }

    fn handle_timeout(&mut self, now: Instant) -> Result<(), DtlsImplError> {
        self.0.handle_timeout(now)
    }

    fn send_application_data(&mut self, data: &[u8]) -> Result<usize, DtlsImplError> {
        self.0.send_application_data(data)
    }

    fn is_active(&self) -> bool {
        self.0.is_active()
    }

    fn protocol_version(&self) -> Option<ProtocolVersion> {
        self.0.protocol_version()
    }

    fn close(&mut self) -> Result<(), DtlsImplError> {
        self.0.close()
    }
}

/// How many lines an offer has beside a microphone and a camera.
#[derive(Debug, Clone, Copy)]
pub struct Lines {
    /// Receive slots for voices.
    pub audio: usize,
    /// Receive slots for pictures.
    pub video: usize,
}

/// A connection being made.
#[derive(Debug)]
pub struct Handshake {
    rtc: Rtc,
    address: SocketAddr,
    pending: Option<SdpPendingOffer>,
    microphone: Mid,
    camera: Mid,
    answer: String,
    deadline: Instant,
    transmits: VecDeque<Vec<u8>>,
    exported: Option<Vec<u8>>,
    check: Vec<u8>,
    is_connected: bool,
}

impl Handshake {
    /// A client at this address, and its offer.
    #[must_use]
    pub fn offer(now: Instant, address: SocketAddr, lines: Lines) -> (Self, String) {
        let crypto = CryptoProvider { dtls_provider: &Noting, ..from_feature_flags() };
        let mut rtc = RtcConfig::new()
            .set_crypto_provider(Arc::new(crypto))
            .set_rtp_mode(true)
            .clear_codecs()
            .enable_opus(true, true)
            .enable_vp8(true)
            .build(now);
        let candidate = Candidate::host(address, Protocol::Udp).expect("a concrete address");
        rtc.add_local_candidate(candidate);
        let mut sdp = rtc.sdp_api();
        let mut line = |kind, direction| sdp.add_media(kind, direction, None, None, None);
        let microphone = line(MediaKind::Audio, Direction::SendOnly);
        let camera = line(MediaKind::Video, Direction::SendOnly);
        for _ in 0..lines.audio {
            line(MediaKind::Audio, Direction::RecvOnly);
        }
        for _ in 0..lines.video {
            line(MediaKind::Video, Direction::RecvOnly);
        }
        let (offer, pending) = sdp.apply().expect("an offer of media lines");
        let handshake = Self {
            rtc,
            address,
            pending: Some(pending),
            microphone,
            camera,
            answer: String::new(),
            deadline: now,
            transmits: VecDeque::new(),
            exported: None,
            check: Vec::new(),
            is_connected: false,
        };
        (handshake, offer.to_sdp_string())
    }

    /// The server's answer; where it says to send.
    pub fn handle_answer(&mut self, now: Instant, answer: &str) -> Option<SocketAddr> {
        answer.clone_into(&mut self.answer);
        let parsed = SdpAnswer::from_sdp_string(answer).expect("the server answers SDP");
        let pending = self.pending.take()?;
        self.rtc.sdp_api().accept_answer(pending, parsed).expect("an answer to this offer");
        self.handle_timeout(now);
        let mut words = value(answer, "a=candidate:")?.split(' ').skip(4);
        Some(SocketAddr::new(words.next()?.parse().ok()?, words.next()?.parse().ok()?))
    }

    /// A datagram of the server.
    pub fn handle_datagram(&mut self, now: Instant, source: SocketAddr, bytes: &[u8]) {
        let Ok(receive) = Receive::new(Protocol::Udp, source, self.address, bytes) else { return };
        let input = Input::Receive(now, receive);
        if self.rtc.accepts(&input) {
            self.rtc.handle_input(input).expect("the server sends what WebRTC allows");
            self.drain();
        }
    }

    /// Time has come to `now`.
    pub fn handle_timeout(&mut self, now: Instant) {
        self.rtc.handle_input(Input::Timeout(now)).expect("time goes forward");
        self.drain();
    }

    /// When `handle_timeout` is due.
    #[must_use]
    pub const fn next_at(&self) -> Instant {
        self.deadline
    }

    /// What goes to the server next.
    pub fn poll_transmit(&mut self) -> Option<Vec<u8>> {
        self.transmits.pop_front()
    }

    /// Whether a session can be made of it.
    #[must_use]
    pub const fn is_connected(&self) -> bool {
        self.is_connected && self.exported.is_some()
    }

    /// The session; nothing while it is not connected, or if the suite is another.
    #[must_use]
    pub fn finish(mut self) -> Option<Session> {
        let (ours, theirs) = Master::pair(&self.exported?)?;
        let types = |codec| {
            let params = self.rtc.codec_config().params().iter();
            params.filter(move |params| params.spec().codec == codec).map(|params| *params.pt())
        };
        let (opus, vp8) = (types(Codec::Opus).next()?, types(Codec::Vp8).next()?);
        let mut sends = |mid: Mid, payload_type| {
            let mut direct = self.rtc.direct_api();
            let ssrc = *direct.stream_tx_by_mid(mid, None)?.ssrc();
            Some(Sends { ssrc, payload_type, mid: mid.to_string() })
        };
        Some(Session {
            ours: ours.keys(),
            theirs: theirs.keys(),
            voice: sends(self.microphone, opus)?,
            picture: sends(self.camera, vp8)?,
            red: self.answer.lines().find_map(red_of),
            extensions: Extensions {
                transport: extension(&self.answer, TRANSPORT_CC)?,
                level: extension(&self.answer, AUDIO_LEVEL)?,
                mid: extension(&self.answer, MID)?,
                told: true,
            },
            check: self.check,
        })
    }

    fn drain(&mut self) {
        loop {
            match self.rtc.poll_output().expect("a client of the library's own") {
                Output::Timeout(at) => {
                    self.deadline = at;
                    break;
                }
                Output::Transmit(transmit) => {
                    let datagram: Vec<u8> = transmit.contents.into();
                    if is_check(&datagram) {
                        datagram.clone_into(&mut self.check);
                    }
                    if kind(&datagram) == Kind::Other {
                        self.transmits.push_back(datagram);
                    }
                }
                Output::Event(Event::Connected) => self.is_connected = true,
                Output::Event(_) => {}
            }
        }
        if let Some(exported) = EXPORTED.take() {
            self.exported = Some(exported);
        }
    }
}

/// A STUN binding request (RFC 8489 section 5).
fn is_check(datagram: &[u8]) -> bool {
    datagram.starts_with(&[0, 1])
}

fn value<'a>(answer: &'a str, name: &str) -> Option<&'a str> {
    answer.lines().find_map(|line| line.strip_prefix(name))
}

fn red_of(line: &str) -> Option<u8> {
    let (number, codec) = line.strip_prefix("a=rtpmap:")?.split_once(' ')?;
    codec.starts_with("red/").then(|| number.parse().ok())?
}

fn extension(answer: &str, name: &str) -> Option<u8> {
    answer.lines().find_map(|line| {
        let (number, named) = line.strip_prefix("a=extmap:")?.split_once(' ')?;
        (named.trim_end() == name).then(|| number.parse().ok())?
    })
}
