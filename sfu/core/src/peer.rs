//! One person's WebRTC association: ICE-lite, DTLS 1.2 as server, SRTP, RTP mode.
//!
//! In: an offer, datagrams, time, packets to send. Out: the answer, datagrams, packets received,
//! what left and how it fared.
//! Never: decides anything about media, or paces. The only place that names str0m; each method
//! that feeds it drains it before it returns, as str0m's contract asks.

mod restart;
mod settings;
mod wire;

use crate::answer;
use crate::codec::red::PayloadType;
use crate::packet::{
    AudioLevel, Codec, Datagram, Departure, Fate, Layer, LineId, Numbers, Packet, SenderReport,
    Transmit,
};
use crate::suite::chosen_suite;
use crate::voice::VoicePacket;
use bedside_sfu_api::{Kind, MediaRefusal, SrtpSuite};
use settings::configuration;
use std::collections::VecDeque;
use std::net::SocketAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};
use str0m::change::SdpOffer;
use str0m::media::{KeyframeRequestKind, Mid, Pt, Rid};
use str0m::net::{Protocol, Receive};
use str0m::rtp::{ExtensionValues, RtpPacket, RtpWrite, SeqNo, Ssrc, Vp8Descriptor, Vp8Patch};
use str0m::{Candidate, Input, Output, Rtc, RtcError};
use wire::{Outgoing, Told, Wire, is_rtp};

/// Most media lines of an offer. Sixteen people need 3 + 15 + 16; twice that is no visit.
const LINES_MAX: usize = 64;
/// Most incoming streams remembered. A client has five, and five more after each new start of a
/// sender; the oldest is forgotten and, should it come again, learnt again.
const STREAMS_MAX: usize = 64;
/// Longest RTP payload taken, in bytes; browsers stay under 1,200, and what we send has to fit
/// into one datagram with its headers.
const PAYLOAD_BYTES_MAX: usize = 1_400;
/// Sequence numbers end here, extended: years of a visit. What lies beyond is a trick that would
/// make a counter wrap.
const SEQ_END: u64 = 1 << 48;
/// Most simulcast layers of a line.
const LAYERS_MAX: usize = 3;
/// How many sent packets are kept for retransmission, and how long: two seconds of the highest
/// layer. Longer helps nobody; the picture has been given up by then.
const REPAIRS_KEPT: usize = 512;
const REPAIRS_KEPT_FOR: Duration = Duration::from_secs(2);
/// Largest share of a stream that may be retransmissions. A line that loses 20 % needs a quarter;
/// one that needs more is overfull, and repeating makes it worse.
const REPAIR_SHARE_MAX: f32 = 0.25;

/// What goes from publisher to receiver unchanged beside the payload: the rotation of a phone.
#[derive(Debug, Clone, Default)]
pub(crate) struct Carried(ExtensionValues);

/// An RTP packet of a publisher.
pub(crate) type RtpIn = Packet<Carried>;

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
    Packet(Box<RtpIn>),
    /// The receiver needs a keyframe on this line.
    KeyframeWanted(LineId),
    /// The receiver says what became of earlier ones.
    Fates(Vec<Fate>),
    /// The client is reached at another address from now on.
    Moved,
    /// Another way to the client was looked for and is found.
    Reached,
    /// The client closed its side.
    Closed,
}

/// A media line of the offer.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    mid: Mid,
    /// Audio or video.
    pub(crate) kind: Kind,
    /// The client sends on it.
    pub(crate) sends: bool,
    /// The client receives on it.
    pub(crate) receives: bool,
    /// Simulcast layers, lowest first; empty without simulcast.
    rids: Vec<Rid>,
}

impl Line {
    /// How the client calls it (`a=mid`).
    pub(crate) fn mid(&self) -> String {
        self.mid.to_string()
    }

    /// How many layers it carries.
    pub(crate) fn layers(&self) -> usize {
        self.rids.len().max(1)
    }
}

/// Which line and layer an incoming stream is.
#[derive(Debug, Clone, Copy)]
struct Stream {
    ssrc: Ssrc,
    line: LineId,
    layer: Layer,
    /// The last report on it.
    report: Option<SenderReport>,
}

/// One person's association.
#[derive(Debug)]
pub(crate) struct Peer {
    rtc: Rtc,
    /// What the client offered; read again when it looks for another way.
    offer: String,
    ufrag: String,
    /// Another way is looked for.
    restarting: bool,
    lines: Vec<Line>,
    streams: Vec<Stream>,
    codecs: Vec<(Codec, Pt)>,
    red: Option<Pt>,
    suite: Option<SrtpSuite>,
    wire: Wire,
    outgoing: Vec<Outgoing>,
    destination: Option<SocketAddr>,
    deadline: Instant,
    /// When the datagram came that is read now, or the last one.
    heard_at: Instant,
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
        for address in announced {
            let candidate = Candidate::host(*address, Protocol::Udp)
                .expect("announced addresses are concrete, checked at start");
            rtc.add_local_candidate(candidate);
        }
        let answer = rtc.sdp_api().accept_offer(parsed).map_err(|_| MediaRefusal::BadOffer)?;
        let answer = answer::sparing(&answer::seated(&answer.to_sdp_string()));
        let ufrag = rtc.direct_api().local_ice_credentials().ufrag;
        let codecs = codecs(&answer);
        let red = answer::payload_types(&answer).into_iter().find(|(_, name)| *name == "red");
        let lines = answer::lines(&answer).into_iter().map(line).collect();
        let mut peer = Self {
            rtc,
            offer: offer.to_owned(),
            ufrag,
            restarting: false,
            lines,
            streams: Vec::new(),
            codecs,
            red: red.map(|(number, _)| Pt::from(number)),
            suite: None,
            wire: Wire::new(now),
            outgoing: Vec::new(),
            destination: None,
            deadline: now,
            heard_at: now,
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
        &self.lines
    }

    /// When `handle_timeout` is due.
    pub(crate) const fn deadline(&self) -> Instant {
        self.deadline
    }

    /// Whether the receiver can decode the codec.
    pub(crate) fn decodes(&self, codec: Codec) -> bool {
        self.codecs.iter().any(|&(ours, _)| ours == codec)
    }

    /// A datagram for this peer. One that makes no sense is left out: anybody can send it.
    pub(crate) fn handle_datagram(
        &mut self,
        now: Instant,
        datagram: Datagram<'_>,
    ) -> Result<(), PeerFault> {
        let Datagram { source, destination, payload } = datagram;
        let Ok(receive) = Receive::new(Protocol::Udp, source, destination, payload) else {
            return Ok(());
        };
        let input = Input::Receive(now, receive);
        if !self.rtc.accepts(&input) {
            return Ok(());
        }
        self.heard_at = now;
        if let Err(error) = self.rtc.handle_input(input) {
            tracing::debug!(%error, "datagram left out");
        }
        self.drain()
    }

    /// Time has come to `now`.
    pub(crate) fn handle_timeout(&mut self, now: Instant) -> Result<(), PeerFault> {
        self.rtc
            .handle_input(Input::Timeout(now))
            .map_err(|source| PeerFault { operation: "timeout", source })?;
        self.drain()
    }

    /// Sends a publisher's packet on a receive line, with new numbers.
    pub(crate) fn send(
        &mut self,
        now: Instant,
        line: LineId,
        packet: &RtpIn,
        numbers: Numbers,
    ) -> Result<(), PeerFault> {
        let Some(mid) = self.lines.get(usize::from(line.0)).map(|line| line.mid) else {
            return Ok(());
        };
        let Some(&(_, pt)) = self.codecs.iter().find(|(codec, _)| *codec == packet.codec) else {
            return Ok(());
        };
        let payload = packet.payload.clone();
        let mut write =
            RtpWrite::new(pt, SeqNo::from(numbers.seq), numbers.timestamp, now, payload)
                .marker(packet.marker)
                .ext_vals(packet.carried.0.clone())
                .nackable(true);
        if let Some(patch) = picture_patch(packet, numbers) {
            write = write.vp8_patch(patch);
        }
        let mut direct = self.rtc.direct_api();
        let Some(stream) = direct.stream_tx_by_mid(mid, None) else { return Ok(()) };
        stream.write_rtp(write);
        // A written packet leaves only when time is fed in again.
        self.handle_timeout(now)
    }

    /// What the client calls Opus, in RED packets too.
    pub(crate) fn opus(&self) -> Option<PayloadType> {
        let opus = self.codecs.iter().find(|(codec, _)| *codec == Codec::Opus);
        opus.and_then(|(_, number)| PayloadType::new(**number))
    }

    /// The same, if the client reads RED.
    pub(crate) fn opus_in_red(&self) -> Option<PayloadType> {
        self.red.and_then(|_| self.opus())
    }

    /// Sends a packet of a voice on a receive line.
    pub(crate) fn send_voice(
        &mut self,
        now: Instant,
        line: LineId,
        packet: VoicePacket,
        numbers: Numbers,
    ) -> Result<(), PeerFault> {
        let Some(mid) = self.lines.get(usize::from(line.0)).map(|line| line.mid) else {
            return Ok(());
        };
        let opus = self.codecs.iter().find(|(codec, _)| *codec == Codec::Opus).map(|(_, pt)| *pt);
        let Some(pt) = (if packet.red { self.red } else { opus }) else { return Ok(()) };
        let seq = SeqNo::from(numbers.seq);
        let write =
            RtpWrite::new(pt, seq, numbers.timestamp, now, packet.payload).marker(packet.marker);
        let mut direct = self.rtc.direct_api();
        let Some(stream) = direct.stream_tx_by_mid(mid, None) else { return Ok(()) };
        stream.write_rtp(write);
        self.handle_timeout(now)
    }

    /// Asks the publisher for a keyframe of one layer.
    pub(crate) fn request_keyframe(
        &mut self,
        now: Instant,
        line: LineId,
        layer: Layer,
    ) -> Result<(), PeerFault> {
        let Some(line) = self.lines.get(usize::from(line.0)) else { return Ok(()) };
        let rid = line.rids.get(layer.index()).copied();
        let mut direct = self.rtc.direct_api();
        let Some(stream) = direct.stream_rx_by_mid(line.mid, rid) else { return Ok(()) };
        stream.request_keyframe(KeyframeRequestKind::Pli);
        self.handle_timeout(now)
    }

    /// Sends bytes that mean nothing, to see whether the line carries them. A VP8 payload that
    /// continues a frame which never began is counted by the receiver's feedback and shown by
    /// nobody.
    pub(crate) fn fill(
        &mut self,
        now: Instant,
        line: LineId,
        bytes: usize,
        numbers: Numbers,
    ) -> Result<(), PeerFault> {
        let Some(mid) = self.lines.get(usize::from(line.0)).map(|line| line.mid) else {
            return Ok(());
        };
        let vp8 = |codec: &&(Codec, Pt)| codec.0 == Codec::Vp8;
        let Some(&(_, pt)) = self.codecs.iter().find(vp8) else { return Ok(()) };
        let write = RtpWrite::new(
            pt,
            SeqNo::from(numbers.seq),
            numbers.timestamp,
            now,
            vec![0; bytes.min(PAYLOAD_BYTES_MAX)],
        );
        let mut direct = self.rtc.direct_api();
        let Some(stream) = direct.stream_tx_by_mid(mid, None) else { return Ok(()) };
        stream.write_rtp(write);
        self.handle_timeout(now)
    }

    /// Whether the feedback we send on this line is thinned out.
    pub(crate) const fn thin_feedback(&mut self, thin: bool) {
        self.wire.thin(thin);
    }

    /// Forgets what was sent on a line, so that nothing of it is sent again.
    pub(crate) fn forget_repairs(&mut self, line: LineId) {
        let Some(mid) = self.lines.get(usize::from(line.0)).map(|line| line.mid) else { return };
        if let Some(stream) = self.rtc.direct_api().stream_tx_by_mid(mid, None) {
            stream.set_rtx_cache(REPAIRS_KEPT, REPAIRS_KEPT_FOR, Some(REPAIR_SHARE_MAX));
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

    fn drain(&mut self) -> Result<(), PeerFault> {
        loop {
            let output = self
                .rtc
                .poll_output()
                .map_err(|source| PeerFault { operation: "output", source })?;
            match output {
                Output::Timeout(at) => {
                    self.deadline = at;
                    return Ok(());
                }
                Output::Transmit(transmit) => {
                    if !self.wire.handle_datagram(&transmit.contents) {
                        continue;
                    }
                    if self.suite.is_none() {
                        self.suite = chosen_suite(&transmit.contents);
                    }
                    // Answers to connectivity checks go to every address the client tries.
                    if is_rtp(&transmit.contents) {
                        let known = self.destination.replace(transmit.destination);
                        if known.is_some_and(|known| known != transmit.destination) {
                            self.events.push_back(PeerEvent::Moved);
                        }
                    }
                    self.transmits.push_back(Transmit {
                        source: transmit.source,
                        destination: transmit.destination,
                        payload: transmit.contents.into(),
                    });
                }
                Output::Event(event) => self.handle_event(event),
            }
        }
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "str0m's events are not exhaustive")]
    fn handle_event(&mut self, event: str0m::Event) {
        let event = match event {
            str0m::Event::Connected => {
                self.list_outgoing();
                // Only CM+SHA1 is left if the hello went out in a shape we did not read.
                PeerEvent::Connected(self.suite.unwrap_or(SrtpSuite::Aes128CmSha1))
            }
            str0m::Event::RtpPacket(packet) => match self.packet(packet) {
                Some(packet) => PeerEvent::Packet(Box::new(packet)),
                None => return,
            },
            str0m::Event::KeyframeRequest(request) => match self.line_of(request.mid) {
                Some(line) => PeerEvent::KeyframeWanted(line),
                None => return,
            },
            str0m::Event::RawPacket(raw) => match self.wire.read(*raw, &self.outgoing) {
                Told::Departed(departure) => {
                    self.departures.push_back(departure);
                    return;
                }
                Told::Fates(fates) => PeerEvent::Fates(fates),
                Told::Dated { ssrc, ntp, timestamp } => {
                    let arrival = self.heard_at;
                    self.handle_report(ssrc, SenderReport { ntp, timestamp, arrival });
                    return;
                }
                Told::Nothing => return,
            },
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

    /// Learns which SSRC carries which receive line; before DTLS there are none.
    fn list_outgoing(&mut self) {
        self.outgoing.clear();
        let mut direct = self.rtc.direct_api();
        for (index, line) in (0_u8..).zip(&self.lines).filter(|(_, line)| line.receives) {
            let Some(stream) = direct.stream_tx_by_mid(line.mid, None) else { continue };
            let line = LineId(index);
            self.outgoing.push(Outgoing { ssrc: stream.ssrc(), line, repair: false });
            let repairs = stream.rtx().map(|ssrc| Outgoing { ssrc, line, repair: true });
            self.outgoing.extend(repairs);
            stream.set_rtx_cache(REPAIRS_KEPT, REPAIRS_KEPT_FOR, Some(REPAIR_SHARE_MAX));
        }
    }

    fn line_of(&self, mid: Mid) -> Option<LineId> {
        let index = self.lines.iter().position(|line| line.mid == mid)?;
        Some(LineId(u8::try_from(index).expect("LINES_MAX is less than 256")))
    }

    /// Which line and layer a stream is; remembered, as clients soon stop saying so.
    fn stream(&mut self, ssrc: Ssrc) -> Option<Stream> {
        if let Some(stream) = self.streams.iter().find(|stream| stream.ssrc == ssrc) {
            return Some(*stream);
        }
        let mut direct = self.rtc.direct_api();
        let rx = direct.stream_rx(&ssrc)?;
        let (mid, rid) = (rx.mid(), rx.rid());
        let line = self.line_of(mid)?;
        let rids = &self.lines.get(usize::from(line.0))?.rids;
        let index = match rid {
            Some(rid) => rids.iter().position(|known| *known == rid)?,
            None => 0,
        };
        let layer = Layer(u8::try_from(index).ok()?);
        let stream = Stream { ssrc, line, layer, report: None };
        if self.streams.len() >= STREAMS_MAX {
            self.streams.remove(0);
        }
        self.streams.push(stream);
        Some(stream)
    }

    /// A sender's report on one of its streams; packets that come after it bear it.
    fn handle_report(&mut self, ssrc: Ssrc, report: SenderReport) {
        if self.stream(ssrc).is_some()
            && let Some(stream) = self.streams.iter_mut().find(|stream| stream.ssrc == ssrc)
        {
            stream.report = Some(report);
        }
    }

    fn packet(&mut self, packet: RtpPacket) -> Option<RtpIn> {
        let stream = self.stream(packet.header.ssrc)?;
        if packet.payload.len() > PAYLOAD_BYTES_MAX || *packet.seq_no >= SEQ_END {
            return None;
        }
        let pt = packet.header.payload_type;
        let red = self.red == Some(pt);
        let known = self.codecs.iter().find(|(_, ours)| *ours == pt).map(|(codec, _)| *codec);
        let codec = known.or(red.then_some(Codec::Opus))?;
        let values = &packet.header.ext_vals;
        let level = values
            .audio_level
            .map(|dbov| AudioLevel { dbov, voice: values.voice_activity.unwrap_or(true) });
        let carried = ExtensionValues {
            video_orientation: values.video_orientation,
            ..ExtensionValues::default()
        };
        Some(Packet {
            line: stream.line,
            layer: stream.layer,
            stream: *packet.header.ssrc,
            codec,
            seq: *packet.seq_no,
            timestamp: packet.header.timestamp,
            marker: packet.header.marker,
            level,
            carried: Carried(carried),
            report: stream.report,
            red,
            payload: packet.payload,
        })
    }
}

/// What both sides can do, from the answer: the library's own list also holds what the client
/// did not offer.
fn codecs(answer: &str) -> Vec<(Codec, Pt)> {
    let payload_types = answer::payload_types(answer).into_iter();
    payload_types
        .filter_map(|(payload_type, name)| {
            let codec = match name {
                "opus" => Codec::Opus,
                "VP8" => Codec::Vp8,
                "H264" => Codec::H264,
                _ => return None,
            };
            Some((codec, Pt::from(payload_type)))
        })
        .collect()
}

fn line(line: answer::AnswerLine<'_>) -> Line {
    Line {
        mid: Mid::from(line.mid),
        kind: line.kind,
        sends: line.sends,
        receives: line.receives,
        rids: line.rids.into_iter().take(LAYERS_MAX).map(Rid::from).collect(),
    }
}

fn picture_patch(packet: &RtpIn, numbers: Numbers) -> Option<Vp8Patch> {
    let picture = numbers.picture?;
    let descriptor = Vp8Descriptor::parse(&packet.payload).ok()?;
    let mut patch = descriptor.patch().picture_id(picture.picture_id);
    if descriptor.tl0_pic_idx().is_some() {
        patch = patch.tl0_pic_idx(picture.tl0_pic_idx);
    }
    patch.build().ok()
}
