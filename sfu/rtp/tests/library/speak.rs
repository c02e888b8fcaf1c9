//! We take the far end's place: send, repeat, report, ask.

use crate::pair::{Pair, STEP, VP8, VP8_AGAIN, payload};
use bedside_rtp::demux::{self, Kind};
use bedside_rtp::header::{Elements, ExtensionMap, Packet};
use bedside_rtp::payload::Payload;
use bedside_rtp::receive::Incoming;
use bedside_rtp::rtcp::{self, Blocks, Message, Nack, write};
use bedside_rtp::send::{Departing, Labels, Outgoing, Written};
use bedside_rtp::srtp::{Opener, Sealer, Suite};
use bedside_rtp::twcc::Arrivals;
use bedside_rtp::{Micros, Ntp};
use bytes::BytesMut;
use std::collections::BTreeMap;
use std::time::Duration;

/// The far end, made of our parts.
struct Speaker {
    now: Micros,
    opener: Opener,
    sealer: Sealer,
    map: ExtensionMap,
    mid: String,
    outgoing: Outgoing,
    incoming: Option<Incoming>,
    arrivals: Arrivals,
    transport: u16,
    repeated: usize,
    datagrams: Vec<Vec<u8>>,
}

impl Speaker {
    fn new(pair: &mut Pair) -> Self {
        let ours = if pair.far_began { &pair.keys.client } else { &pair.keys.server };
        let mut direct = pair.far.rtc.direct_api();
        let stream = direct.stream_tx_by_mid(pair.mid, None).unwrap();
        let (ssrc, again) = (*stream.ssrc(), *stream.rtx().unwrap());
        Self {
            now: Micros::default(),
            opener: pair.openers().0,
            sealer: Sealer::new(ours),
            map: pair.map,
            mid: pair.mid.to_string(),
            outgoing: Outgoing::new(ssrc, 90_000, Some((again, 65_530))),
            incoming: None,
            arrivals: Arrivals::default(),
            transport: 65_500,
            repeated: 0,
            datagrams: Vec::new(),
        }
    }

    fn ntp(&self) -> Ntp {
        Ntp::from_unix(Duration::from_micros(1_700_000_000_000_000 + self.now.0))
    }

    /// Writes a packet by `write` and seals it.
    fn sealed<W>(&mut self, write: W) -> Option<Vec<u8>>
    where
        W: FnOnce(&mut Outgoing, &Labels<'_>, &mut BytesMut) -> Option<Written>,
    {
        self.transport = self.transport.wrapping_add(1);
        let elements = Elements {
            transport: Some(self.transport),
            mid: Some(self.mid.as_bytes()),
            orientation: Some(1),
            ..Elements::default()
        };
        let mut out = BytesMut::new();
        let labels = Labels { map: &self.map, elements };
        let written = write(&mut self.outgoing, &labels, &mut out)?;
        self.sealer.seal_rtp(&mut out, written.header_len, written.index).unwrap();
        Some(out.into())
    }

    /// Sends a picture's packet on a line that loses one of fifteen.
    fn send(&mut self, n: u64) {
        let now = self.now;
        let departing = Departing {
            index: 65_400 + n,
            timestamp: u32::try_from(n * 900).unwrap(),
            marker: true,
            payload_type: VP8,
            repair_type: Some(VP8_AGAIN),
            payload: Payload::from(bytes::Bytes::from(payload(n))),
        };
        let sealed = self.sealed(|stream, labels, out| stream.write(now, departing, labels, out));
        self.datagrams.extend(sealed.filter(|_| n % 15 != 8));
    }

    fn repeat(&mut self, nack: Nack<'_>) {
        let now = self.now;
        for seq in nack.lost() {
            let sealed = self.sealed(|stream, labels, out| stream.repair(now, seq, labels, out));
            self.repeated += usize::from(sealed.is_some());
            self.datagrams.extend(sealed);
        }
    }

    fn handle_media(&mut self, mut bytes: Vec<u8>) {
        let opened = self.opener.open_rtp(&mut bytes).unwrap();
        let packet = Packet::parse(&bytes[..opened.end()]).unwrap();
        self.arrivals.handle(self.map.read(packet.extensions).transport.unwrap(), self.now);
        if packet.header.payload_type == VP8 {
            let stream =
                self.incoming.get_or_insert_with(|| Incoming::new(opened.ssrc, 90_000, true));
            stream.handle_packet(self.now, opened.index, packet.header.timestamp);
        }
    }

    fn handle_blocks(&mut self, blocks: Blocks<'_>) {
        let now = self.ntp();
        blocks.for_each(|block| self.outgoing.handle_block(now, &block));
    }

    fn handle_reports(&mut self, mut bytes: Vec<u8>) {
        let length = self.opener.open_rtcp(&mut bytes).unwrap();
        for message in rtcp::packets(&bytes[..length]) {
            match message {
                Message::Nack(nack) if nack.media == self.outgoing.ssrc() => self.repeat(nack),
                Message::SenderReport(report, blocks) => {
                    let stream = self.incoming.iter_mut();
                    stream.for_each(|stream| stream.handle_report(self.now, &report));
                    self.handle_blocks(blocks);
                }
                Message::ReceiverReport(_, blocks) => self.handle_blocks(blocks),
                Message::Nack(_)
                | Message::Bye(_)
                | Message::Pli { .. }
                | Message::Fir(_)
                | Message::Feedback(_) => {}
            }
        }
    }

    /// Reports on both streams, and perhaps asks for a keyframe.
    fn report(&mut self, asks: bool) {
        let (ours, mut out) = (self.outgoing.ssrc(), Vec::new());
        let block = self.incoming.as_mut().and_then(|stream| stream.report(self.now));
        let report = self.outgoing.report(self.now, self.ntp()).unwrap();
        write::sender_report(&mut out, &report, block.as_slice());
        write::cname(&mut out, ours, b"bedside");
        let theirs = self.incoming.as_ref().map_or(0, Incoming::ssrc);
        while self.arrivals.poll_feedback(ours, theirs, &mut out) {}
        if asks {
            write::pli(&mut out, ours, theirs);
        }
        self.sealer.seal_rtcp(&mut out).unwrap();
        self.datagrams.push(out);
    }
}

fn speak(suite: Suite) {
    let mut pair = Pair::new(suite);
    let mut speaker = Speaker::new(&mut pair);
    let start = pair.now;
    for n in 0..800_u64 {
        pair.now += STEP;
        speaker.now = Micros::between(start, pair.now);
        if n < 300 {
            speaker.send(n);
            pair.near.write(pair.now, pair.mid, 100 + n, payload(n));
        }
        for bytes in std::mem::take(&mut pair.near.sent) {
            match demux::kind(&bytes) {
                Kind::Rtp => speaker.handle_media(bytes),
                Kind::Rtcp => speaker.handle_reports(bytes),
                Kind::Stun => pair.far.receive(pair.now, &bytes),
                Kind::Dtls | Kind::Unknown => {}
            }
        }
        if n % 10 == 9 {
            speaker.report(n == 99);
        }
        let datagrams = std::mem::take(&mut speaker.datagrams);
        datagrams.iter().for_each(|bytes| pair.near.receive(pair.now, bytes));
        // Checks of connectivity go on between the library's two ends.
        pair.far.handle_timeout(pair.now);
        for bytes in std::mem::take(&mut pair.far.sent) {
            if demux::kind(&bytes) == Kind::Stun {
                pair.near.receive(pair.now, &bytes);
            }
        }
        pair.near.handle_timeout(pair.now);
    }
    let written: BTreeMap<u64, Vec<u8>> = (0..300).map(|n| (65_400 + n, payload(n))).collect();
    assert_eq!(pair.near.payload_by_seq, written, "{suite:?}");
    assert!(speaker.repeated >= 20, "{}", speaker.repeated);
    assert!(pair.near.fates >= 300, "{}", pair.near.fates);
    assert_eq!(pair.near.keyframes_asked, 1);
    let rtt = speaker.outgoing.rtt().unwrap();
    assert!(rtt <= 2 * STEP, "{rtt:?}");
    let block = speaker.incoming.unwrap().report(speaker.now).unwrap();
    assert_eq!((block.lost, block.newest), (0, 399));
}

#[test]
fn the_library_understands_us() {
    speak(Suite::AeadAes256Gcm);
    speak(Suite::AeadAes128Gcm);
    speak(Suite::Aes128CmHmacSha1_80);
}
