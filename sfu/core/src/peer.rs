//! One person's WebRTC association: ICE-lite, DTLS 1.2 as server, SRTP.
//!
//! In: an offer, datagrams, time, packets to send. Out: the answer, datagrams, packets received,
//! what left and how it fared.
//! Never: decides anything about media, or paces. The only place that names str0m, which makes the
//! answer, finds the way to the client and agrees on keys; each method that feeds it drains it
//! before it returns, as its contract asks. Media does not touch it.

mod agreement;
mod blocks;
mod handshake;
mod media;
mod offer;
mod restart;
mod settings;
mod streams;
mod way;

use crate::answer;
use crate::codec::red::PayloadType;
use crate::packet::{Codec, Datagram, Departure, Fate, Layer, LineId, Numbers, Packet, Transmit};
use crate::voice::VoicePacket;
use agreement::Agreement;
pub(crate) use agreement::Line;
use bedside_rtp::demux::{Kind as Datagrams, kind};
use bedside_rtp::srtp::Suite;
use bedside_sfu_api::{MediaRefusal, SrtpSuite};
use handshake::Agreed;
use media::{Leaving, Media};
use offer::Offer;
use settings::configuration;
use std::collections::VecDeque;
use std::net::SocketAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Instant;
use str0m::change::SdpOffer;
use str0m::media::Mid;
use str0m::net::{Protocol, Receive};
use str0m::{Candidate, Input, Output, Rtc, RtcError};
use streams::Place;
use way::Way;

/// Most media lines of an offer. Sixteen people need 3 + 15 + 16; twice that is no visit.
const LINES_MAX: usize = 64;

/// An association that failed on our side.
#[derive(Debug, thiserror::Error)]
#[error("WebRTC association: {operation}")]
pub(crate) struct PeerFault {
    operation: &'static str,
    #[source]
    source: RtcError,
}

/// What a peer has seen.
#[derive(Debug)]
pub(crate) enum PeerEvent {
    /// ICE and DTLS are up.
    Connected(SrtpSuite),
    /// A publisher's packet.
    Packet(Packet),
    /// The receiver needs a keyframe on this line.
    KeyframeWanted(LineId),
    /// The receiver says what became of earlier ones. Whoever has read it gives it back.
    Fates(Vec<Fate>),
    /// The client is reached at another address from now on.
    Moved,
    /// Another way to the client was looked for and is found.
    Reached,
    /// The client closed its side.
    Closed,
}

/// One person's association.
#[derive(Debug)]
pub(crate) struct Peer {
    beginning: Instant,
    rtc: Rtc,
    /// What the client offered; read again when it looks for another way.
    offer: Offer,
    ufrag: String,
    /// Another way is looked for.
    restarting: bool,
    agreement: Agreement,
    /// What the handshake will agree on, and the media that goes by it.
    agreed: Agreed,
    media: Option<Media>,
    way: Way,
    rtc_deadline: Instant,
    transmits: VecDeque<Transmit>,
    departures: VecDeque<Departure>,
    events: VecDeque<PeerEvent>,
}

impl Peer {
    /// Answers an offer. Returns the peer and the answer's SDP. An offer that breaks the library
    /// is a bad offer and nothing else.
    pub(crate) fn accept(
        now: Instant,
        offer: &str,
        announced: &[SocketAddr],
    ) -> Result<(Self, String), MediaRefusal> {
        catch_unwind(AssertUnwindSafe(|| Self::answer(now, offer, announced)))
            .unwrap_or(Err(MediaRefusal::BadOffer))
    }

    fn answer(
        now: Instant,
        offer: &str,
        announced: &[SocketAddr],
    ) -> Result<(Self, String), MediaRefusal> {
        if offer.lines().filter(|line| line.starts_with("m=")).count() > LINES_MAX {
            return Err(MediaRefusal::BadOffer);
        }
        let parsed = SdpOffer::from_sdp_string(offer).map_err(|_| MediaRefusal::BadOffer)?;
        let mut rtc = configuration().build(now);
        let agreed = handshake::newest().expect("the library begins a handshake when it is built");
        for address in announced {
            let candidate = Candidate::host(*address, Protocol::Udp)
                .expect("announced addresses are concrete, checked at start");
            rtc.add_local_candidate(candidate);
        }
        let answer = rtc.sdp_api().accept_offer(parsed).map_err(|_| MediaRefusal::BadOffer)?;
        let answer = answer::sparing(&answer::seated(&answer.to_sdp_string()));
        let agreement = Agreement::read(&answer);
        release(&mut rtc, &agreement.lines);
        let ufrag = rtc.direct_api().local_ice_credentials().ufrag;
        let mut peer = Self {
            beginning: now,
            rtc,
            offer: Offer::keep(offer).ok_or(MediaRefusal::BadOffer)?,
            ufrag,
            restarting: false,
            agreement,
            agreed,
            media: None,
            way: Way::default(),
            rtc_deadline: now,
            transmits: VecDeque::new(),
            departures: VecDeque::new(),
            events: VecDeque::new(),
        };
        peer.drain().map_err(|_| MediaRefusal::BadOffer)?;
        Ok((peer, answer))
    }

    /// Our ICE user fragment; STUN checks to this peer name it.
    pub(crate) fn ufrag(&self) -> &str {
        &self.ufrag
    }

    /// The lines of the offer, in its order.
    pub(crate) fn lines(&self) -> &[Line] {
        &self.agreement.lines
    }

    /// When `handle_timeout` is due.
    pub(crate) fn deadline(&self) -> Instant {
        let media = self.media.as_ref().and_then(Media::poll_timeout);
        media.map_or(self.rtc_deadline, |media| media.min(self.rtc_deadline))
    }

    /// Whether the receiver can decode the codec.
    pub(crate) fn decodes(&self, codec: Codec) -> bool {
        self.agreement.payload_type(codec).is_some()
    }

    /// A datagram for this peer. One that makes no sense is left out: anybody can send it.
    pub(crate) fn handle_datagram(
        &mut self,
        now: Instant,
        datagram: Datagram<'_>,
    ) -> Result<(), PeerFault> {
        match (kind(datagram.payload), &mut self.media) {
            (Datagrams::Rtp, Some(media)) => {
                let (rtc, lines) = (&mut self.rtc, &self.agreement.lines);
                let declared = |ssrc| declared(rtc, lines, ssrc);
                let packet = media.handle_rtp(now, datagram.payload, &self.agreement, declared);
                self.events.extend(packet.map(PeerEvent::Packet));
                Ok(())
            }
            (Datagrams::Rtcp, Some(media)) => {
                media.handle_rtcp(now, datagram.payload, &self.agreement, &mut self.events);
                self.send_media();
                Ok(())
            }
            (Datagrams::Rtp | Datagrams::Rtcp | Datagrams::Unknown, _) => Ok(()),
            (Datagrams::Stun | Datagrams::Dtls, _) => self.handle_handshake(now, datagram),
        }
    }

    fn handle_handshake(&mut self, now: Instant, datagram: Datagram<'_>) -> Result<(), PeerFault> {
        let Datagram { source, destination, payload } = datagram;
        let Ok(receive) = Receive::new(Protocol::Udp, source, destination, payload) else {
            return Ok(());
        };
        let input = Input::Receive(now, receive);
        if !self.rtc.accepts(&input) {
            return Ok(());
        }
        if let Err(error) = self.rtc.handle_input(input) {
            tracing::debug!(%error, "datagram left out");
        }
        self.way.handle_check(datagram);
        self.drain()
    }

    /// Time has come to `now`.
    pub(crate) fn handle_timeout(&mut self, now: Instant) -> Result<(), PeerFault> {
        if let Some(media) = &mut self.media {
            media.handle_timeout(now, &self.agreement);
            self.send_media();
        }
        if self.rtc_deadline > now {
            return Ok(());
        }
        self.rtc
            .handle_input(Input::Timeout(now))
            .map_err(|source| PeerFault { operation: "timeout", source })?;
        self.drain()
    }

    /// Sends a publisher's packet on a receive line, with new numbers.
    pub(crate) fn send(&mut self, now: Instant, line: LineId, packet: &Packet, numbers: Numbers) {
        let Some(payload_type) = self.agreement.payload_type(packet.codec) else { return };
        let leaving = Leaving {
            payload_type,
            marker: packet.marker,
            orientation: packet.orientation,
            kept: true,
            payload: packet.payload.clone(),
            numbers,
        };
        self.write(now, line, leaving);
    }

    /// Sends a packet of a voice on a receive line.
    pub(crate) fn send_voice(
        &mut self,
        now: Instant,
        line: LineId,
        packet: VoicePacket,
        numbers: Numbers,
    ) {
        let opus = || self.agreement.payload_type(Codec::Opus);
        let number = if packet.red { self.agreement.red() } else { opus() };
        let Some(payload_type) = number else { return };
        let VoicePacket { marker, payload, .. } = packet;
        let (orientation, kept) = (None, false);
        let leaving = Leaving { payload_type, marker, orientation, kept, payload, numbers };
        self.write(now, line, leaving);
    }

    /// Sends bytes that mean nothing, to see whether the line carries them. A VP8 payload that
    /// continues a frame which never began is counted by the receiver's feedback and shown by
    /// nobody.
    pub(crate) fn fill(&mut self, now: Instant, line: LineId, bytes: usize, numbers: Numbers) {
        let Some(payload_type) = self.agreement.payload_type(Codec::Vp8) else { return };
        let (payload, marker, orientation, kept) = (media::nothing(bytes), false, None, false);
        let leaving = Leaving { payload_type, marker, orientation, kept, payload, numbers };
        self.write(now, line, leaving);
    }

    fn write(&mut self, now: Instant, line: LineId, leaving: Leaving) {
        if let Some(media) = &mut self.media {
            media.write(now, line, leaving, &self.agreement);
            self.send_media();
        }
    }

    /// Asks the publisher for a keyframe of one layer.
    pub(crate) fn request_keyframe(&mut self, line: LineId, layer: Layer) {
        if let Some(media) = &mut self.media {
            media.request_keyframe(line, layer);
            self.send_media();
        }
    }

    /// What the client calls Opus, in RED packets too.
    pub(crate) fn opus(&self) -> Option<PayloadType> {
        self.agreement.payload_type(Codec::Opus).and_then(PayloadType::new)
    }

    /// The same, if the client reads RED.
    pub(crate) fn opus_in_red(&self) -> Option<PayloadType> {
        self.agreement.red().and_then(|_| self.opus())
    }

    /// Whether the feedback we send on this line is thinned out.
    pub(crate) fn thin_feedback(&mut self, thin: bool) {
        if let Some(media) = &mut self.media {
            media.thin(thin);
        }
    }

    /// Fates that have been read; there is room for the next in them.
    pub(crate) fn take_back(&mut self, fates: Vec<Fate>) {
        if let Some(media) = &mut self.media {
            media.take_back(fates);
        }
    }

    /// Forgets what was sent on a line, so that nothing of it is sent again.
    pub(crate) fn forget_repairs(&mut self, line: LineId) {
        if let Some(media) = &mut self.media {
            media.forget_repairs(line);
        }
    }

    /// Says goodbye to the client; the datagrams to do so are to be polled.
    pub(crate) fn close(&mut self) {
        if let Err(error) = self.rtc.close() {
            tracing::debug!(%error, "closing");
        }
        if let Err(error) = self.drain() {
            tracing::debug!(%error, "closing");
        }
    }

    /// The next datagram to send.
    pub(crate) fn poll_transmit(&mut self) -> Option<Transmit> {
        self.transmits.pop_front()
    }

    /// The next packet that left, in the order they did.
    pub(crate) fn poll_departure(&mut self) -> Option<Departure> {
        self.departures.pop_front()
    }

    /// The next thing seen.
    pub(crate) fn poll_event(&mut self) -> Option<PeerEvent> {
        self.events.pop_front()
    }

    /// Takes what media has ready, if there is a way to the client.
    fn send_media(&mut self) {
        let Some(media) = &mut self.media else { return };
        while let Some((payload, departure)) = media.poll_sealed() {
            let Some((source, destination)) = self.way.pair() else { continue };
            self.departures.extend(departure);
            self.transmits.push_back(Transmit { source, destination, payload });
        }
    }

    fn drain(&mut self) -> Result<(), PeerFault> {
        loop {
            let output = self
                .rtc
                .poll_output()
                .map_err(|source| PeerFault { operation: "output", source })?;
            match output {
                Output::Timeout(at) => {
                    self.rtc_deadline = at;
                    return Ok(());
                }
                Output::Transmit(transmit) => {
                    // The library would report on media that it does not see.
                    if matches!(kind(&transmit.contents), Datagrams::Rtp | Datagrams::Rtcp) {
                        continue;
                    }
                    let transmit = Transmit {
                        source: transmit.source,
                        destination: transmit.destination,
                        payload: Vec::from(transmit.contents).into(),
                    };
                    if self.way.handle_answer(&transmit) {
                        self.events.push_back(PeerEvent::Moved);
                    }
                    if let Some(media) = &mut self.media {
                        media.handle_beside(transmit.payload.len());
                    }
                    self.transmits.push_back(transmit);
                }
                Output::Event(event) => self.handle_event(&event),
            }
        }
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "str0m's events are not exhaustive")]
    fn handle_event(&mut self, event: &str0m::Event) {
        let event = match event {
            str0m::Event::Connected => {
                let Some(keys) = self.agreed.get() else { return };
                self.media = Some(Media::new(self.beginning, keys, &self.agreement));
                PeerEvent::Connected(named(keys.server.suite()))
            }
            str0m::Event::IceConnectionStateChange(state)
                if self.restarting && state.is_connected() =>
            {
                self.restarting = false;
                PeerEvent::Reached
            }
            str0m::Event::Closed => PeerEvent::Closed,
            _ => return,
        };
        self.events.push_back(event);
    }
}

/// A suite by the name that signaling knows it by.
const fn named(suite: Suite) -> SrtpSuite {
    match suite {
        Suite::AeadAes256Gcm => SrtpSuite::AeadAes256Gcm,
        Suite::AeadAes128Gcm => SrtpSuite::AeadAes128Gcm,
        Suite::Aes128CmHmacSha1_80 => SrtpSuite::Aes128CmSha1,
    }
}

/// Lets go of what the library made to send media with; it sends none, and keeps several KiB for
/// each stream.
fn release(rtc: &mut Rtc, lines: &[Line]) {
    let mut direct = rtc.direct_api();
    for line in lines {
        let stream = direct.stream_tx_by_mid(Mid::from(line.mid()), None);
        if let Some(ssrc) = stream.map(|stream| stream.ssrc()) {
            direct.remove_stream_tx(ssrc);
        }
    }
}

/// Where the offer has a stream of that name, which the library has read.
fn declared(rtc: &mut Rtc, lines: &[Line], ssrc: u32) -> Option<Place> {
    let mut direct = rtc.direct_api();
    let index = lines.iter().position(|line| {
        let stream = direct.stream_rx_by_mid(Mid::from(line.mid()), None);
        stream.is_some_and(|stream| {
            *stream.ssrc() == ssrc || stream.rtx().is_some_and(|repairs| *repairs == ssrc)
        })
    })?;
    Some(Place { line: LineId(u8::try_from(index).ok()?), layer: Layer(0) })
}
