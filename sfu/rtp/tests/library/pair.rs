//! Two ends of the library that have shaken hands, and what they agreed on.

use bedside_rtp::header::{Extension, ExtensionMap};
use bedside_rtp::srtp::{MasterKeys, Opener, Suite};
use std::cell::Cell;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use str0m::change::{SdpAnswer, SdpOffer};
use str0m::config::{CryptoProvider, DtlsCert, DtlsVersion, KeyingMaterial};
use str0m::crypto::dtls::{
    DtlsImplError, DtlsInstance, DtlsOutput, DtlsProvider, ProtocolVersion, SrtpProfile,
};
use str0m::crypto::{CryptoError, from_feature_flags};
use str0m::media::{Direction, MediaKind, Mid};
use str0m::net::{Protocol, Receive};
use str0m::rtp::rtcp::Rtcp;
use str0m::rtp::{RawPacket, RtpWrite, SeqNo};
use str0m::{Candidate, Event, Input, Output, Rtc, RtcConfig};

pub(crate) const STEP: Duration = Duration::from_millis(10);
/// What the library calls VP8, and its repetitions.
pub(crate) const VP8: u8 = 96;
pub(crate) const VP8_AGAIN: u8 = 97;

thread_local! {
    /// What the last handshake of this thread agreed on, and what is to be made of it.
    static MATERIAL: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
    static SUITE: Cell<Suite> = const { Cell::new(Suite::AeadAes256Gcm) };
}

/// The library's own handshake, whose secret we hear; both sides then seal as the test wants.
#[derive(Debug)]
struct Handshakes(CryptoProvider);

impl DtlsProvider for Handshakes {
    fn generate_certificate(&self) -> Option<DtlsCert> {
        self.0.dtls_provider.generate_certificate()
    }

    fn new_dtls(
        &self,
        cert: &DtlsCert,
        now: Instant,
        version: DtlsVersion,
        mtu: Option<usize>,
    ) -> Result<Box<dyn DtlsInstance>, CryptoError> {
        let inner = self.0.dtls_provider.new_dtls(cert, now, version, mtu)?;
        Ok(Box::new(Handshake(inner)))
    }
}

#[derive(Debug)]
struct Handshake(Box<dyn DtlsInstance>);

impl DtlsInstance for Handshake {
    fn set_active(&mut self, active: bool) {
        self.0.set_active(active);
    }

    fn handle_packet(&mut self, packet: &[u8]) -> Result<(), DtlsImplError> {
        self.0.handle_packet(packet)
    }

    fn poll_output<'a>(&mut self, buffer: &'a mut [u8]) -> DtlsOutput<'a> {
        let output = self.0.poll_output(buffer);
        let DtlsOutput::KeyingMaterial(material, _) = output else { return output };
        let (length, profile) = match SUITE.get() {
            Suite::AeadAes256Gcm => (88, SrtpProfile::AEAD_AES_256_GCM),
            Suite::AeadAes128Gcm => (56, SrtpProfile::AEAD_AES_128_GCM),
            Suite::Aes128CmHmacSha1_80 => (60, SrtpProfile::AES128_CM_SHA1_80),
        };
        assert_eq!(SUITE.get().material_len(), length);
        MATERIAL.set(material[..length].to_vec());
        DtlsOutput::KeyingMaterial(KeyingMaterial::new(&material[..length]), profile)
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

/// One side of the library's.
pub(crate) struct End {
    pub(crate) rtc: Rtc,
    pub(crate) here: SocketAddr,
    pub(crate) there: SocketAddr,
    pub(crate) connected: bool,
    pub(crate) sent: Vec<Vec<u8>>,
    /// Payloads by sequence number.
    pub(crate) payload_by_seq: BTreeMap<u64, Vec<u8>>,
    pub(crate) keyframes_asked: usize,
    pub(crate) fates: usize,
}

impl End {
    fn new(now: Instant, here: &str, there: &str) -> Self {
        let inner = from_feature_flags();
        let handshakes = Box::leak(Box::new(Handshakes(inner.clone())));
        let provider = CryptoProvider { dtls_provider: handshakes, ..inner };
        let mut rtc = RtcConfig::new()
            .set_crypto_provider(Arc::new(provider))
            .set_rtp_mode(true)
            .enable_raw_packets(true)
            .clear_codecs()
            .enable_vp8(true)
            .build(now);
        let here = here.parse().unwrap();
        rtc.add_local_candidate(Candidate::host(here, Protocol::Udp).unwrap());
        Self {
            rtc,
            here,
            there: there.parse().unwrap(),
            connected: false,
            sent: Vec::new(),
            payload_by_seq: BTreeMap::new(),
            keyframes_asked: 0,
            fates: 0,
        }
    }

    fn drain(&mut self) {
        loop {
            match self.rtc.poll_output().unwrap() {
                Output::Timeout(_) => return,
                Output::Transmit(transmit) => self.sent.push(transmit.contents.into()),
                Output::Event(Event::Connected) => self.connected = true,
                Output::Event(Event::RtpPacket(packet)) => {
                    self.payload_by_seq.insert(*packet.seq_no, packet.payload.to_vec());
                }
                Output::Event(Event::KeyframeRequest(_)) => self.keyframes_asked += 1,
                Output::Event(Event::RawPacket(raw)) => {
                    if let RawPacket::RtcpRx(Rtcp::Twcc(report)) = *raw {
                        self.fates += usize::from(report.status_count);
                    }
                }
                Output::Event(_) => {}
            }
        }
    }

    pub(crate) fn receive(&mut self, now: Instant, bytes: &[u8]) {
        let receive = Receive::new(Protocol::Udp, self.there, self.here, bytes).unwrap();
        self.rtc.handle_input(Input::Receive(now, receive)).unwrap();
        self.drain();
    }

    pub(crate) fn handle_timeout(&mut self, now: Instant) {
        self.rtc.handle_input(Input::Timeout(now)).unwrap();
        self.drain();
    }

    pub(crate) fn write(&mut self, now: Instant, mid: Mid, seq: u64, payload: Vec<u8>) {
        let write = RtpWrite::new(VP8.into(), SeqNo::from(seq), 90, now, payload).nackable(true);
        self.rtc.direct_api().stream_tx_by_mid(mid, None).unwrap().write_rtp(write);
        self.handle_timeout(now);
    }
}

/// Two ends that have shaken hands, and what they agreed on.
pub(crate) struct Pair {
    pub(crate) now: Instant,
    pub(crate) near: End,
    pub(crate) far: End,
    pub(crate) mid: Mid,
    pub(crate) map: ExtensionMap,
    pub(crate) keys: MasterKeys,
    /// Whether the far end began the handshake.
    pub(crate) far_began: bool,
}

impl Pair {
    pub(crate) fn new(suite: Suite) -> Self {
        SUITE.set(suite);
        let mut now = beginning();
        let mut near = End::new(now, "10.0.0.1:1000", "10.0.0.2:2000");
        let mut far = End::new(now, "10.0.0.2:2000", "10.0.0.1:1000");
        let mut sdp = near.rtc.sdp_api();
        let mid = sdp.add_media(MediaKind::Video, Direction::SendRecv, None, None, None);
        let (offer, pending) = sdp.apply().unwrap();
        let offer = SdpOffer::from_sdp_string(&offer.to_sdp_string()).unwrap();
        let answer = far.rtc.sdp_api().accept_offer(offer).unwrap().to_sdp_string();
        let parsed = SdpAnswer::from_sdp_string(&answer).unwrap();
        near.rtc.sdp_api().accept_answer(pending, parsed).unwrap();
        let mut map = ExtensionMap::default();
        for line in answer.lines().filter_map(|line| line.strip_prefix("a=extmap:")) {
            let (id, uri) = line.split_once(' ').unwrap();
            if let Some(extension) = Extension::from_uri(uri) {
                map.set(extension, id.parse().unwrap());
            }
        }
        // Some seconds more, so that checks and probes of the beginning are over.
        for _ in 0..500 {
            now += STEP;
            near.handle_timeout(now);
            far.handle_timeout(now);
            std::mem::take(&mut near.sent).iter().for_each(|bytes| far.receive(now, bytes));
            std::mem::take(&mut far.sent).iter().for_each(|bytes| near.receive(now, bytes));
        }
        assert!(near.connected && far.connected);
        let keys = MasterKeys::from_exporter(suite, &MATERIAL.take()).unwrap();
        Self { now, near, far, mid, map, keys, far_began: answer.contains("a=setup:active") }
    }

    pub(crate) fn openers(&self) -> (Opener, Opener) {
        let (client, server) = (Opener::new(&self.keys.client), Opener::new(&self.keys.server));
        if self.far_began { (server, client) } else { (client, server) }
    }
}

#[expect(clippy::disallowed_methods, reason = "an Instant has no other beginning")]
fn beginning() -> Instant {
    Instant::now()
}

/// What the packet of a number carries.
pub(crate) fn payload(seq: u64) -> Vec<u8> {
    // A VP8 payload of each length, so that no cipher works in whole blocks only.
    let length = 20 + usize::try_from(seq % 1_000).unwrap();
    std::iter::once(0x10)
        .chain(seq.to_be_bytes())
        .chain(std::iter::repeat(7))
        .take(length)
        .collect()
}
