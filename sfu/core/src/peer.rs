//! One person's WebRTC association: ICE-lite, DTLS 1.2 as server, SRTP.
//!
//! In: an offer, datagrams, time, packets to send. Out: the answer, datagrams, packets received,
//! what left and how it fared.
//! Never: decides anything about media, or paces. Each method that feeds the handshake drains it
//! before it returns.

mod agreement;
mod answer;
mod blocks;
mod chance;
mod handshake;
mod media;
mod offer;
mod streams;
mod stun;
mod way;

use crate::codec::red::PayloadType;
use crate::outbox::Outbox;
use crate::packet::{Codec, Datagram, Fate, Layer, LineId, Numbers, Packet, Transmit};
use crate::voice::VoicePacket;
use agreement::Agreement;
pub(crate) use agreement::Line;
use bedside_rtp::demux::{Kind as Datagrams, kind};
use bedside_rtp::srtp::Suite;
use bedside_sfu_api::{IceCredentials, MediaRefusal, SrtpSuite};
use bytes::Bytes;
use handshake::{Handshake, HandshakeFault, Told};
use media::{Exit, Leaving, Media};
use offer::{BadOffer, Offer};
use std::net::SocketAddr;
use std::time::Instant;
use way::{Checked, Way};

/// Most datagrams of a handshake that wait for a way to the client. It sends its part again until
/// it is answered, and one flight of ours is half a dozen.
const WAITING_MAX: usize = 16;

/// An association that failed on our side.
#[derive(Debug, thiserror::Error)]
#[error("WebRTC association: {operation}")]
pub(crate) struct PeerFault {
    operation: &'static str,
    #[source]
    source: HandshakeFault,
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
    agreement: Agreement,
    way: Way,
    handshake: Handshake,
    /// What the handshake sends before there is a way.
    waiting: Vec<Bytes>,
    /// The media that goes by the keys agreed on.
    media: Option<Media>,
}

impl Peer {
    /// Answers an offer. Returns the peer and the answer's SDP.
    pub(crate) fn accept(
        now: Instant,
        offer: &str,
        announced: &[SocketAddr],
    ) -> Result<(Self, String), MediaRefusal> {
        Self::answer(now, offer, announced).map_err(|reason| {
            tracing::debug!(%reason, "an offer is not answered");
            MediaRefusal::BadOffer
        })
    }

    fn answer(
        now: Instant,
        offer: &str,
        announced: &[SocketAddr],
    ) -> Result<(Self, String), BadOffer> {
        let offer = Offer::read(offer)?;
        let agreement = Agreement::of(&offer, chance::first_name())?;
        let way = Way::new(offer.theirs.ufrag());
        let ours = answer::Ours {
            credentials: way.ours(),
            fingerprint: handshake::fingerprint(),
            addresses: announced,
        };
        let answer = answer::write(&offer, &agreement, ours);
        let peer = Self {
            beginning: now,
            agreement,
            way,
            handshake: Handshake::new(now, offer.fingerprint),
            waiting: Vec::new(),
            media: None,
        };
        Ok((peer, answer))
    }

    /// From now on checks go by `theirs` and by what is returned; all else stays as it is, and media
    /// flows the old way until a new one is found (RFC 8445 section 9).
    pub(crate) fn restart_ice(&mut self, theirs: &IceCredentials) -> IceCredentials {
        self.way.restart(theirs.ufrag());
        self.way.ours().clone()
    }

    /// Our ICE user fragment; STUN checks to this peer name it.
    pub(crate) fn ufrag(&self) -> &str {
        self.way.ours().ufrag()
    }

    /// The lines of the offer, in its order.
    pub(crate) fn lines(&self) -> &[Line] {
        &self.agreement.lines
    }

    /// When `handle_timeout` is due.
    pub(crate) fn deadline(&self) -> Instant {
        let (media, handshake) = (self.media.as_ref(), self.handshake.poll_timeout());
        media.and_then(Media::poll_timeout).map_or(handshake, |media| media.min(handshake))
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
        out: &mut Outbox,
    ) -> Result<(), PeerFault> {
        match (kind(datagram.payload), &mut self.media) {
            (Datagrams::Rtp, Some(media)) => {
                let packet = media.handle_rtp(now, datagram.payload, &self.agreement);
                out.events.extend(packet.map(PeerEvent::Packet));
                Ok(())
            }
            (Datagrams::Rtcp, Some(media)) => {
                let mut exit = Exit { pair: self.way.pair(), out };
                media.handle_rtcp(now, datagram.payload, &self.agreement, &mut exit);
                Ok(())
            }
            (Datagrams::Rtp | Datagrams::Rtcp | Datagrams::Unknown, _) => Ok(()),
            (Datagrams::Stun, _) => {
                self.handle_check(datagram, out);
                Ok(())
            }
            (Datagrams::Dtls, _) if self.way.leads_to(datagram.source) => {
                let read = self.handshake.handle_datagram(now, datagram.payload);
                read.map_err(|source| PeerFault { operation: "datagram", source })?;
                self.drain(out)
            }
            (Datagrams::Dtls, _) => Ok(()),
        }
    }

    fn handle_check(&mut self, datagram: Datagram<'_>, out: &mut Outbox) {
        let Some(Checked { answer, moved, reached }) = self.way.handle_check(datagram) else {
            return;
        };
        self.put(answer, out);
        out.events.extend(moved.then_some(PeerEvent::Moved));
        out.events.extend(reached.then_some(PeerEvent::Reached));
        if self.way.pair().is_some() {
            for payload in std::mem::take(&mut self.waiting) {
                self.send_handshake(payload, out);
            }
        }
    }

    /// Time has come to `now`.
    pub(crate) fn handle_timeout(
        &mut self,
        now: Instant,
        out: &mut Outbox,
    ) -> Result<(), PeerFault> {
        if let Some(media) = &mut self.media {
            let mut exit = Exit { pair: self.way.pair(), out };
            media.handle_timeout(now, &self.agreement, &mut exit);
        }
        if self.handshake.poll_timeout() > now {
            return Ok(());
        }
        let timeout = self.handshake.handle_timeout(now);
        timeout.map_err(|source| PeerFault { operation: "timeout", source })?;
        self.drain(out)
    }

    /// Sends a publisher's packet on a receive line, with new numbers.
    pub(crate) fn send(
        &mut self,
        now: Instant,
        (line, numbers): (LineId, Numbers),
        packet: &Packet,
        out: &mut Outbox,
    ) {
        let Some(payload_type) = self.agreement.payload_type(packet.codec) else { return };
        let leaving = Leaving {
            payload_type,
            marker: packet.marker,
            orientation: packet.orientation,
            kept: true,
            payload: packet.payload.clone(),
            numbers,
        };
        self.write(now, line, leaving, out);
    }

    /// Sends a packet of a voice on a receive line.
    pub(crate) fn send_voice(
        &mut self,
        now: Instant,
        (line, numbers): (LineId, Numbers),
        packet: VoicePacket,
        out: &mut Outbox,
    ) {
        let opus = || self.agreement.payload_type(Codec::Opus);
        let number = if packet.red { self.agreement.red() } else { opus() };
        let Some(payload_type) = number else { return };
        let VoicePacket { marker, payload, .. } = packet;
        let (orientation, kept) = (None, false);
        let leaving = Leaving { payload_type, marker, orientation, kept, payload, numbers };
        self.write(now, line, leaving, out);
    }

    /// Sends bytes that mean nothing, to see whether the line carries them. A VP8 payload that
    /// continues a frame which never began is counted by the receiver's feedback and shown by
    /// nobody.
    pub(crate) fn fill(
        &mut self,
        now: Instant,
        (line, numbers): (LineId, Numbers),
        bytes: usize,
        out: &mut Outbox,
    ) {
        let Some(payload_type) = self.agreement.payload_type(Codec::Vp8) else { return };
        let (payload, marker, orientation, kept) = (media::nothing(bytes), false, None, false);
        let leaving = Leaving { payload_type, marker, orientation, kept, payload, numbers };
        self.write(now, line, leaving, out);
    }

    fn write(&mut self, now: Instant, line: LineId, leaving: Leaving, out: &mut Outbox) {
        let Some(media) = &mut self.media else { return };
        if let Some(sealed) = media.write(now, line, leaving, &self.agreement) {
            Exit { pair: self.way.pair(), out }.send(sealed);
        }
    }

    /// Asks the publisher for a keyframe of one layer.
    pub(crate) fn request_keyframe(&mut self, line: LineId, layer: Layer, out: &mut Outbox) {
        if let Some(media) = &mut self.media {
            let mut exit = Exit { pair: self.way.pair(), out };
            media.request_keyframe(line, layer, &mut exit);
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

    /// Says goodbye to the client.
    pub(crate) fn close(&mut self, out: &mut Outbox) {
        self.handshake.close();
        if let Err(error) = self.drain(out) {
            tracing::debug!(%error, "closing");
        }
    }

    fn drain(&mut self, out: &mut Outbox) -> Result<(), PeerFault> {
        let fault = |source| PeerFault { operation: "handshake", source };
        while let Some(told) = self.handshake.poll().map_err(fault)? {
            match told {
                Told::Datagram(payload) => self.send_handshake(payload, out),
                Told::Agreed(keys) => {
                    self.media = Some(Media::new(self.beginning, &keys, &self.agreement));
                    out.events.push_back(PeerEvent::Connected(named(keys.server.suite())));
                }
                Told::Closed => out.events.push_back(PeerEvent::Closed),
            }
        }
        Ok(())
    }

    fn send_handshake(&mut self, payload: Bytes, out: &mut Outbox) {
        match self.way.pair() {
            Some((source, destination)) => {
                self.put(Transmit { source, destination, payload }, out);
            }
            None if self.waiting.len() < WAITING_MAX => self.waiting.push(payload),
            None => {}
        }
    }

    /// Sends what is not media.
    fn put(&mut self, transmit: Transmit, out: &mut Outbox) {
        if let Some(media) = &mut self.media {
            media.handle_beside(transmit.payload.len());
        }
        out.transmits.push_back(transmit);
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

#[cfg(test)]
mod tests;
