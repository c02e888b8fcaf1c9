//! The media of one connection, from its keys on: opened as it comes, sealed as it leaves.
//!
//! In: datagrams of media and reports, packets to send, time. Out: packets, requests, fates; sealed
//! datagrams and what is to be known of each.
//! Never: finds the way to the client, or decides what is sent.

use super::PeerEvent;
use super::agreement::{Agreement, Line};
use super::answer::CNAME;
use super::blocks::{Blocks, leaving};
use super::streams::{Place, Streams};
use crate::codec::vp8;
use crate::outbox::Outbox;
use crate::packet::{
    AudioLevel, Codec, Departure, Fate, Layer, LineId, Numbers, Packet, PictureNumbers,
    SenderReport, Transmit,
};
use bedside_rtp::header::{self, Elements, Extension};
use bedside_rtp::payload::Payload;
use bedside_rtp::receive::{Arrival, Repaired, unwrap};
use bedside_rtp::rtcp::{self, Block, Message, write};
use bedside_rtp::send::{Departing, Labels, Outgoing, Written};
use bedside_rtp::srtp::{MasterKeys, Opener, Sealer};
use bedside_rtp::twcc::{self, Arrivals, Reports};
use bedside_rtp::{Micros, Ntp};
use bedside_sfu_api::Kind;
use bytes::{Bytes, BytesMut};
use smallvec::SmallVec;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

/// Longest RTP payload taken, in bytes; browsers stay under 1,200, and what we send has to fit
/// into one datagram with its headers.
const PAYLOAD_BYTES_MAX: usize = 1_400;
/// Sequence numbers end here, extended: years of a visit. What lies beyond is a trick that would
/// make a counter wrap.
const SEQ_END: u64 = 1 << 47;
/// IPv4 and UDP headers.
const IP_UDP_BYTES: usize = 20 + 8;
/// A head with every element, the number of what is repeated, and a tag.
const AROUND_BYTES: usize = 128;
/// How often what came is reported; and on the thinnest lines, where a report is half of what a
/// voice needs.
const FEEDBACK_EVERY: Duration = Duration::from_millis(50);
const FEEDBACK_THIN_EVERY: Duration = Duration::from_millis(250);
/// How often streams are reported on.
const REPORT_EVERY: Duration = Duration::from_secs(1);
/// A compound of reports of this size leaves; it stays one datagram whatever came last.
const REPORT_BYTES: usize = 700;
/// What most people send at a time, a voice, three layers of a camera and a screen, and a little more.
/// A report on more streams takes memory.
const STREAMS_FEW: usize = 8;
/// Round trip taken before one was told.
const RTT_UNTIL_TOLD: Duration = Duration::from_millis(100);
/// Whose reports ours are, where we send no stream.
const NOBODY: u32 = 1;
/// Bytes of a VP8 descriptor with every counter.
const DESCRIPTOR_BYTES: usize = 6;

/// A packet to be sent on a receive line.
#[derive(Debug)]
pub(super) struct Leaving {
    pub(super) payload_type: u8,
    pub(super) marker: bool,
    pub(super) orientation: Option<u8>,
    /// Whether it is worth repeating when it was lost.
    pub(super) kept: bool,
    pub(super) payload: Bytes,
    pub(super) numbers: Numbers,
}

/// Bytes that mean nothing, in a payload.
pub(super) fn nothing(bytes: usize) -> Bytes {
    static NOTHING: [u8; PAYLOAD_BYTES_MAX] = [0; PAYLOAD_BYTES_MAX];
    Bytes::from_static(NOTHING.get(..bytes).unwrap_or(&NOTHING))
}

/// A sealed datagram, and what the estimate of the line has to know of it.
pub(super) type Sealed = (Bytes, Option<Departure>);

/// The way out of one connection.
#[derive(Debug)]
pub(super) struct Exit<'a> {
    /// From where, and to where; `None` while no way to the client is known.
    pub(super) pair: Option<(SocketAddr, SocketAddr)>,
    pub(super) out: &'a mut Outbox,
}

impl Exit<'_> {
    /// Sends a datagram, if there is a way.
    pub(super) fn send(&mut self, (payload, departure): Sealed) {
        let Some((source, destination)) = self.pair else { return };
        self.out.departures.extend(departure);
        self.out.transmits.push_back(Transmit { source, destination, payload });
    }
}

/// When something is due; `None`: nothing has come or left that would need it.
#[derive(Debug, Default)]
struct Due {
    reports: Option<Instant>,
    feedback: Option<Instant>,
    lost: Option<Instant>,
}

/// The media of one connection.
#[derive(Debug)]
pub(super) struct Media {
    /// Zero of the times that the wire knows of.
    beginning: Instant,
    opener: Opener,
    sealer: Sealer,
    came: Blocks,
    /// Reports as they are written, and as they are read.
    scratch: Vec<u8>,
    reading: Vec<u8>,
    /// Room for what is told next of packets that left.
    fates: Vec<Fate>,
    lost: Vec<u16>,
    streams: Streams,
    arrivals: Arrivals,
    /// What we send, by line.
    ours: Vec<Option<Outgoing>>,
    /// The shortest round trip told of any of it.
    rtt: Option<Duration>,
    /// On which lines something was sent since the last reports, a bit a line.
    spoke: u64,
    /// Transport-wide number of the packet that left last.
    transport: u64,
    reports: Reports,
    /// Bytes that left since and that feedback never tells of.
    beside: usize,
    thin: bool,
    due: Due,
}

impl Media {
    pub(super) fn new(beginning: Instant, keys: &MasterKeys, agreement: &Agreement) -> Self {
        Self {
            beginning,
            opener: Opener::new(&keys.client),
            sealer: Sealer::new(&keys.server),
            came: Blocks::coming(),
            scratch: Vec::new(),
            reading: Vec::new(),
            fates: Vec::new(),
            lost: Vec::new(),
            streams: Streams::default(),
            arrivals: Arrivals::default(),
            ours: agreement.lines.iter().map(outgoing).collect(),
            rtt: None,
            spoke: 0,
            transport: 0,
            reports: Reports::default(),
            beside: 0,
            thin: false,
            due: Due::default(),
        }
    }

    fn micros(&self, now: Instant) -> Micros {
        Micros::between(self.beginning, now)
    }

    /// The time of day in our reports. What it is counted from means nothing; that voices and
    /// pictures are dated alike keeps lips and words together.
    fn ntp(&self, now: Instant) -> Ntp {
        Ntp::from_unix(now.saturating_duration_since(self.beginning))
    }

    fn rtt(&self) -> Duration {
        self.rtt.unwrap_or(RTT_UNTIL_TOLD)
    }

    /// Whose our reports are.
    fn speaker(&self) -> u32 {
        self.ours.iter().flatten().next().map_or(NOBODY, Outgoing::ssrc)
    }

    /// A packet, if it is one of the client's and new.
    pub(super) fn handle_rtp(
        &mut self,
        now: Instant,
        datagram: &[u8],
        agreement: &Agreement,
    ) -> Option<Packet> {
        let (bytes, index) = self.open(datagram)?;
        let packet = header::Packet::parse(&bytes)?;
        let (ssrc, timestamp) = (packet.header.ssrc, packet.header.timestamp);
        let elements = agreement.extensions.read(packet.extensions);
        self.note_arrival(now, elements.transport);
        let (carries, red) = agreement.carries(packet.header.payload_type)?;
        let (at, rtt) = (self.micros(now), self.rtt());
        let stream = self.streams.find(ssrc, carries, || {
            let place = agreement.place(&elements).or_else(|| agreement.declared(ssrc));
            place.filter(|place| place.is_of(&agreement.lines))
        })?;
        let (seq, payload) = if carries.repairs {
            let Repaired { seq, payload } = unwrap(packet.payload)?;
            (stream.incoming.handle_repair(seq)?, payload)
        } else {
            match stream.incoming.handle_packet(at, index, timestamp) {
                Arrival::New => (index, packet.payload),
                Arrival::Known => return None,
            }
        };
        if let Some(due) = stream.incoming.poll_timeout(rtt) {
            let due = self.beginning + Duration::from_micros(due.0);
            self.due.lost = Some(self.due.lost.map_or(due, |before| before.min(due)));
        }
        if payload.is_empty() || payload.len() > PAYLOAD_BYTES_MAX || seq >= SEQ_END {
            return None;
        }
        let level = elements.audio_level;
        Some(Packet {
            line: stream.place.line,
            layer: stream.place.layer,
            stream: stream.incoming.ssrc(),
            codec: carries.codec,
            seq,
            timestamp,
            marker: packet.header.marker,
            level: level.map(|level| AudioLevel { dbov: level.dbov, voice: level.voice }),
            orientation: elements.orientation,
            report: stream.report,
            red,
            payload: bytes.slice_ref(payload),
        })
    }

    /// A packet in clear, and its number.
    fn open(&mut self, datagram: &[u8]) -> Option<(Bytes, u64)> {
        let room = self.came.room(datagram.len());
        room.extend_from_slice(datagram);
        let Ok(opened) = self.opener.open_rtp(room) else {
            room.clear();
            return None;
        };
        room.truncate(opened.end());
        Some((room.split().freeze(), opened.index))
    }

    fn note_arrival(&mut self, now: Instant, transport: Option<u16>) {
        self.due.reports.get_or_insert(now + REPORT_EVERY);
        if let Some(number) = transport {
            self.arrivals.handle(number, self.micros(now));
            let every = if self.thin { FEEDBACK_THIN_EVERY } else { FEEDBACK_EVERY };
            self.due.feedback.get_or_insert(now + every);
        }
    }

    /// Reports and requests of the client.
    pub(super) fn handle_rtcp(
        &mut self,
        now: Instant,
        datagram: &[u8],
        agreement: &Agreement,
        exit: &mut Exit<'_>,
    ) {
        let mut reading = std::mem::take(&mut self.reading);
        reading.clear();
        reading.extend_from_slice(datagram);
        if let Ok(length) = self.opener.open_rtcp(&mut reading) {
            for message in rtcp::packets(reading.get(..length).unwrap_or_default()) {
                self.handle_message(now, message, agreement, exit);
            }
        }
        self.reading = reading;
    }

    fn handle_message(
        &mut self,
        now: Instant,
        message: Message<'_>,
        agreement: &Agreement,
        exit: &mut Exit<'_>,
    ) {
        match message {
            Message::SenderReport(report, blocks) => {
                let at = self.micros(now);
                if let Some(stream) = self.streams.named(report.ssrc) {
                    stream.incoming.handle_report(at, &report);
                    let (ntp, timestamp) = (report.ntp.0, report.timestamp);
                    stream.report = Some(SenderReport { ntp, timestamp, arrival: now });
                }
                self.handle_blocks(now, blocks);
            }
            Message::ReceiverReport(_, blocks) => self.handle_blocks(now, blocks),
            Message::Nack(nack) => {
                for seq in nack.lost() {
                    if let Some(sealed) = self.repair(now, nack.media, seq, agreement) {
                        exit.send(sealed);
                    }
                }
            }
            Message::Pli { media, .. } => self.want_keyframe(media, exit),
            Message::Fir(fir) => {
                for (media, _) in fir.asked() {
                    self.want_keyframe(media, exit);
                }
            }
            Message::Feedback(feedback) => {
                let told = self.reports.read(self.transport, &feedback);
                let fate = |fate: twcc::Fate| Fate {
                    transport: fate.number,
                    arrived: fate.arrived.map(|at| self.beginning + Duration::from_micros(at.0)),
                };
                let mut fates = std::mem::take(&mut self.fates);
                fates.extend(told.map(fate));
                exit.out.events.push_back(PeerEvent::Fates(fates));
            }
            // Their handshake says goodbye.
            Message::Bye(_) => {}
        }
    }

    /// Fates that have been read.
    pub(super) fn take_back(&mut self, mut fates: Vec<Fate>) {
        fates.clear();
        self.fates = fates;
    }

    fn handle_blocks(&mut self, now: Instant, blocks: rtcp::Blocks<'_>) {
        let ntp = self.ntp(now);
        for block in blocks {
            for ours in self.ours.iter_mut().flatten() {
                ours.handle_block(ntp, &block);
            }
        }
        self.rtt = self.ours.iter().flatten().filter_map(Outgoing::rtt).min();
    }

    fn want_keyframe(&self, ssrc: u32, exit: &mut Exit<'_>) {
        exit.out.events.extend(self.line_of(ssrc).map(PeerEvent::KeyframeWanted));
    }

    fn line_of(&self, ssrc: u32) -> Option<LineId> {
        let is = |ours: &Option<Outgoing>| ours.as_ref().is_some_and(|ours| ours.ssrc() == ssrc);
        let index = self.ours.iter().position(is)?;
        u8::try_from(index).ok().map(LineId)
    }

    /// Sends a packet that the client did not get once more, if it is worth it.
    fn repair(
        &mut self,
        now: Instant,
        ssrc: u32,
        seq: u16,
        agreement: &Agreement,
    ) -> Option<Sealed> {
        let line = self.line_of(ssrc)?;
        let (at, labels) = (self.micros(now), self.labels(agreement, None));
        let ours = self.ours.get_mut(usize::from(line.0))?.as_mut()?;
        let sealer = &mut self.sealer;
        let (datagram, index) = leaving(PAYLOAD_BYTES_MAX + AROUND_BYTES, |room| {
            let written = ours.repair(at, seq, &labels, room)?;
            seal(sealer, room, &written)
        })?;
        Some(self.numbered(line, datagram, index, (agreement, true)))
    }

    /// Seals a packet for a receive line.
    pub(super) fn write(
        &mut self,
        now: Instant,
        line: LineId,
        leaves: Leaving,
        agreement: &Agreement,
    ) -> Option<Sealed> {
        let Leaving { payload_type, marker, orientation, kept, payload, numbers } = leaves;
        let (at, labels) = (self.micros(now), self.labels(agreement, orientation));
        let ours = self.ours.get_mut(usize::from(line.0))?.as_mut()?;
        let departing = Departing {
            index: numbers.seq,
            timestamp: numbers.timestamp,
            marker,
            payload_type,
            repair_type: agreement.repair_of(payload_type).filter(|_| kept),
            payload: renumbered(payload, numbers.picture),
        };
        let sealer = &mut self.sealer;
        let (datagram, index) = leaving(departing.payload.len() + AROUND_BYTES, |room| {
            let written = ours.write(at, departing, &labels, room)?;
            seal(sealer, room, &written)
        })?;
        self.due.reports.get_or_insert(now + REPORT_EVERY);
        self.spoke |= 1 << line.0;
        Some(self.numbered(line, datagram, index, (agreement, false)))
    }

    /// What goes into the head of the next packet.
    fn labels<'a>(&self, agreement: &'a Agreement, orientation: Option<u8>) -> Labels<'a> {
        let transport = Some(low_16(self.transport + 1));
        let elements = Elements { transport, orientation, ..Elements::default() };
        Labels { map: &agreement.extensions, elements }
    }

    /// A packet is the next that leaves.
    fn numbered(
        &mut self,
        line: LineId,
        datagram: Bytes,
        index: u64,
        (agreement, repair): (&Agreement, bool),
    ) -> Sealed {
        let departure = agreement.extensions.id(Extension::Transport).map(|_| {
            self.transport += 1;
            Departure {
                transport: self.transport,
                line: Some(line),
                seq: low_16(index),
                bytes: datagram.len() + IP_UDP_BYTES,
                beside: std::mem::take(&mut self.beside),
                repair,
            }
        });
        (datagram, departure)
    }

    /// Seals the reports and requests that were written.
    fn seal_reports(&mut self, exit: &mut Exit<'_>) {
        match self.sealer.seal_rtcp(&mut self.scratch) {
            Ok(()) => {
                self.handle_beside(self.scratch.len());
                let written = leaving(self.scratch.len(), |room| {
                    room.extend_from_slice(&self.scratch);
                    Some(())
                });
                if let Some((datagram, ())) = written {
                    exit.send((datagram, None));
                }
            }
            Err(fault) => tracing::error!(%fault, "a report was not sealed"),
        }
        self.scratch.clear();
    }

    /// Something left of which feedback never tells.
    pub(super) const fn handle_beside(&mut self, bytes: usize) {
        self.beside += bytes + IP_UDP_BYTES;
    }

    /// Asks the client for a keyframe of one layer.
    pub(super) fn request_keyframe(&mut self, line: LineId, layer: Layer, exit: &mut Exit<'_>) {
        let Some(stream) = self.streams.at(Place { line, layer }) else { return };
        let (ours, theirs) = (self.speaker(), stream.incoming.ssrc());
        self.scratch.clear();
        write::pli(&mut self.scratch, ours, theirs);
        self.seal_reports(exit);
    }

    /// Whether our reports of what came are thinned out.
    pub(super) const fn thin(&mut self, thin: bool) {
        self.thin = thin;
    }

    /// Forgets what was sent on a line, so that nothing of it is sent again.
    pub(super) fn forget_repairs(&mut self, line: LineId) {
        if let Some(Some(ours)) = self.ours.get_mut(usize::from(line.0)) {
            ours.forget();
        }
    }

    /// When something is due.
    pub(super) fn poll_timeout(&self) -> Option<Instant> {
        let Due { reports, feedback, lost } = self.due;
        reports.into_iter().chain(feedback).chain(lost).min()
    }

    /// Time has come to `now`.
    pub(super) fn handle_timeout(
        &mut self,
        now: Instant,
        agreement: &Agreement,
        exit: &mut Exit<'_>,
    ) {
        let is_due = |at: &mut Instant| *at <= now;
        if self.due.feedback.take_if(is_due).is_some() {
            self.tell_arrivals(exit);
        }
        if self.due.lost.take_if(is_due).is_some() {
            self.ask_lost(now, exit);
        }
        if self.due.reports.take_if(is_due).is_some() {
            self.report(now, agreement, exit);
        }
    }

    fn tell_arrivals(&mut self, exit: &mut Exit<'_>) {
        let (ours, theirs) = (self.speaker(), self.streams.newest().unwrap_or(NOBODY));
        self.scratch.clear();
        while self.arrivals.poll_feedback(ours, theirs, &mut self.scratch) {
            self.seal_reports(exit);
        }
    }

    fn ask_lost(&mut self, now: Instant, exit: &mut Exit<'_>) {
        let (at, rtt, ours) = (self.micros(now), self.rtt(), self.speaker());
        self.scratch.clear();
        let mut due: Option<Micros> = None;
        let mut streams = std::mem::take(&mut self.streams);
        for stream in streams.iter_mut() {
            self.lost.clear();
            stream.incoming.poll_lost(at, rtt, &mut self.lost);
            write::nack(&mut self.scratch, ours, stream.incoming.ssrc(), &self.lost);
            let next = stream.incoming.poll_timeout(rtt);
            due = due.into_iter().chain(next).min();
            if self.scratch.len() > REPORT_BYTES {
                self.seal_reports(exit);
            }
        }
        self.streams = streams;
        self.due.lost = due.map(|due| self.beginning + Duration::from_micros(due.0));
        if !self.scratch.is_empty() {
            self.seal_reports(exit);
        }
    }

    /// Reports on what came and what was sent since the last time; nothing, if there was neither.
    fn report(&mut self, now: Instant, agreement: &Agreement, exit: &mut Exit<'_>) {
        let (at, ntp, speaker) = (self.micros(now), self.ntp(now), self.speaker());
        let streams = self.streams.iter_mut();
        let mut blocks: SmallVec<[Block; STREAMS_FEW]> =
            streams.filter_map(|stream| stream.incoming.report(at)).collect();
        let spoke = std::mem::take(&mut self.spoke);
        self.scratch.clear();
        for (index, line) in agreement.lines.iter().enumerate() {
            let Some(Some(ours)) = self.ours.get_mut(index) else { continue };
            ours.handle_timeout(at);
            let (Some(stream), true) = (&line.ours, spoke >> index & 1 == 1) else { continue };
            let Some(report) = ours.report(at, ntp) else { continue };
            write::sender_report(&mut self.scratch, &report, &std::mem::take(&mut blocks));
            write::cname(&mut self.scratch, stream.ssrc, CNAME.as_bytes());
            if self.scratch.len() > REPORT_BYTES {
                self.seal_reports(exit);
            }
        }
        if !blocks.is_empty() {
            write::receiver_report(&mut self.scratch, speaker, &blocks);
        }
        if !self.scratch.is_empty() {
            self.seal_reports(exit);
        }
    }
}

/// Seals a packet where it was written; its number.
fn seal(sealer: &mut Sealer, room: &mut BytesMut, written: &Written) -> Option<u64> {
    match sealer.seal_rtp(room, written.header_len, written.index) {
        Ok(()) => Some(written.index),
        Err(fault) => {
            tracing::error!(%fault, "a packet was not sealed");
            None
        }
    }
}

/// The stream that we send on a line.
fn outgoing(line: &Line) -> Option<Outgoing> {
    let clock_rate = match line.kind {
        Kind::Audio => Codec::Opus.clock_rate(),
        Kind::Video => Codec::Vp8.clock_rate(),
    };
    let ours = line.ours.as_ref().filter(|_| line.receives)?;
    Some(Outgoing::new(ours.ssrc, clock_rate, ours.repairs.map(|ssrc| (ssrc, 0))))
}

/// The payload with the receiver's own counters.
fn renumbered(payload: Bytes, picture: Option<PictureNumbers>) -> Payload {
    let Some(picture) = picture else { return Payload::from(payload) };
    let (mut lead, length) = ([0; DESCRIPTOR_BYTES], payload.len().min(DESCRIPTOR_BYTES));
    for (ours, theirs) in lead.iter_mut().zip(&payload) {
        *ours = *theirs;
    }
    let lead = lead.get_mut(..length).unwrap_or_default();
    vp8::renumber(lead, picture);
    let payload = Payload::from(payload);
    payload.led_by(lead).unwrap_or(payload)
}

/// The last 16 bits of a number.
#[expect(clippy::cast_possible_truncation, reason = "what is asked for")]
const fn low_16(number: u64) -> u16 {
    number as u16
}
