//! The media of one connection, from its keys on: opened as it comes, sealed as it leaves.
//!
//! In: datagrams of media and reports, packets to send, time. Out: packets, requests, fates, sealed
//! datagrams and what is to be known of each.
//! Never: finds the way to the client, or decides what is sent.

use super::PeerEvent;
use super::agreement::{Agreement, Meaning};
use super::blocks::Blocks;
use crate::codec::vp8;
use crate::packet::{
    AudioLevel, Codec, Departure, Fate, Layer, LineId, Numbers, Packet, SenderReport,
};
use bedside_rtp::header::{self, Elements, Header};
use bedside_rtp::receive::Incoming;
use bedside_rtp::rtcp;
use bedside_rtp::send::Sent;
use bedside_rtp::srtp::{MasterKeys, Opener, Sealer};
use bedside_rtp::twcc::{Arrivals, Reports};
use bedside_rtp::{Micros, Ntp};
use bytes::Bytes;
use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// Most incoming streams remembered. A client has five, and five more after each new start of a
/// sender; the oldest is forgotten and, should it come again, learnt again.
const STREAMS_MAX: usize = 64;
/// Longest RTP payload taken, in bytes; browsers stay under 1,200, and what we send has to fit
/// into one datagram with its headers.
const PAYLOAD_BYTES_MAX: usize = 1_400;
/// Room for the head of a packet and its tag.
const AROUND_PAYLOAD: usize = 100;
/// IPv4 and UDP headers.
const IP_UDP_BYTES: usize = 20 + 8;
/// How often what came is reported, and on a thin line, where each report is half of what a voice
/// needs.
const FEEDBACK_EVERY: Duration = Duration::from_millis(50);
const FEEDBACK_THIN_EVERY: Duration = Duration::from_millis(250);
/// How often what is missing is asked for.
const MISSING_EVERY: Duration = Duration::from_millis(30);
/// How often streams are reported on.
const REPORT_EVERY: Duration = Duration::from_secs(1);

/// A packet to be sent on a receive line.
#[derive(Debug)]
pub(super) struct Outgoing {
    pub(super) payload_type: u8,
    pub(super) marker: bool,
    pub(super) orientation: Option<u8>,
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

/// A stream of the client.
#[derive(Debug)]
struct Stream {
    line: LineId,
    layer: Layer,
    incoming: Incoming,
    /// The stream of its retransmissions, once it has come.
    repairs: Option<u32>,
    report: Option<SenderReport>,
}

/// Where a stream belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) line: LineId,
    pub(super) layer: Layer,
    /// It repeats what another one of the place has sent.
    pub(super) repairs: bool,
}

/// When the next reports and requests are due.
#[derive(Debug)]
struct Due {
    reports: Instant,
    feedback: Option<Instant>,
    missing: Option<Instant>,
}

/// The media of one connection.
#[derive(Debug)]
pub(super) struct Media {
    /// Zero of the times that the wire knows of.
    beginning: Instant,
    opener: Opener,
    sealer: Sealer,
    came: Blocks,
    left: Blocks,
    /// What is written before it is sealed.
    scratch: Vec<u8>,
    streams: Vec<Stream>,
    arrivals: Arrivals,
    /// What we send, by line.
    sent: Vec<Option<Sent>>,
    /// Transport-wide number of the packet that left last.
    transport: u64,
    reports: Reports,
    /// Bytes that left since and that feedback never tells of.
    beside: usize,
    thin: bool,
    /// Whose reports ours are, where nothing of ours is sent.
    speaker: u32,
    due: Due,
    sealed: VecDeque<Sealed>,
}

impl Media {
    pub(super) fn new(now: Instant, keys: &MasterKeys, agreement: &Agreement) -> Self {
        let sent: Vec<Option<Sent>> = agreement.lines.iter().map(sent).collect();
        let speaker = sent.iter().flatten().next().map_or(SPEAKER, Sent::ssrc);
        Self {
            beginning: now,
            opener: Opener::new(&keys.client),
            sealer: Sealer::new(&keys.server),
            came: Blocks::default(),
            left: Blocks::default(),
            scratch: Vec::new(),
            streams: Vec::new(),
            arrivals: Arrivals::default(),
            sent,
            transport: 0,
            reports: Reports::default(),
            beside: 0,
            thin: false,
            speaker,
            due: Due { reports: now + REPORT_EVERY, feedback: None, missing: None },
            sealed: VecDeque::new(),
        }
    }

    /// A packet, if it is one of the client's and new.
    pub(super) fn handle_rtp(
        &mut self,
        now: Instant,
        datagram: &[u8],
        agreement: &Agreement,
        declared: impl FnOnce(u32) -> Option<Place>,
    ) -> Option<Packet> {
        let at = Micros::between(self.beginning, now);
        let room = self.came.room(datagram.len());
        room.extend_from_slice(datagram);
        let opened = match self.opener.open_rtp(room) {
            Ok(opened) => opened,
            Err(_) => {
                room.clear();
                return None;
            }
        };
        let bytes = room.split().freeze();
        let packet = header::Packet::parse(bytes.get(..opened.len())?)?;
        let elements = agreement.extensions.read(packet.extensions);
        if let Some(number) = elements.transport {
            self.arrivals.handle(number, at);
            self.due.feedback.get_or_insert(now + FEEDBACK_EVERY);
        }
        let meaning = agreement.meaning(packet.header.payload_type)?;
        let stream = self.stream(&packet.header, meaning, &elements, agreement, declared)?;
        todo!()
    }
}
