//! We listen between two ends of the library on a line that loses a twentieth.

use crate::pair::{Pair, STEP, VP8, payload};
use bedside_rtp::Micros;
use bedside_rtp::demux::{self, Kind};
use bedside_rtp::header::{ExtensionMap, Packet};
use bedside_rtp::receive::unwrap;
use bedside_rtp::rtcp::{self, Message};
use bedside_rtp::srtp::{Opener, Suite};
use bedside_rtp::twcc::Reports;
use std::collections::{BTreeMap, BTreeSet};

/// What was overheard.
struct Ear {
    from_near: Opener,
    from_far: Opener,
    map: ExtensionMap,
    mid: String,
    reports: Reports,
    /// Transport-wide number of the last packet.
    left: u64,
    payload_by_seq: BTreeMap<u64, Vec<u8>>,
    arrival_by_number: BTreeMap<u64, Option<Micros>>,
    /// Transport-wide numbers that the line lost, and the sequence numbers of pictures among them.
    lost: BTreeSet<u64>,
    dropped: BTreeSet<u16>,
    asked: BTreeSet<u16>,
    repeated: BTreeSet<u16>,
    dated: bool,
}

impl Ear {
    /// Media of the near end. Whether the line carries it.
    fn handle_media(&mut self, mut bytes: Vec<u8>) -> bool {
        let opened = self.from_near.open_rtp(&mut bytes).unwrap();
        let packet = Packet::parse(&bytes[..opened.end()]).unwrap();
        let elements = self.map.read(packet.extensions);
        self.left = bedside_rtp::extend(self.left, elements.transport.unwrap());
        let passes = self.left % 20 != 7;
        if !passes {
            self.lost.insert(self.left);
        }
        if packet.header.payload_type == VP8 {
            self.payload_by_seq.insert(opened.index, packet.payload.to_vec());
            assert!(elements.mid.is_none_or(|mid| mid == self.mid.as_bytes()));
            if !passes {
                self.dropped.insert(packet.header.seq);
            }
        } else if let Some(inside) = unwrap(packet.payload) {
            self.repeated.insert(inside.seq);
        }
        passes
    }

    fn handle_near_reports(&mut self, mut bytes: Vec<u8>) {
        let length = self.from_near.open_rtcp(&mut bytes).unwrap();
        self.dated |= rtcp::packets(&bytes[..length])
            .any(|message| matches!(message, Message::SenderReport(..)));
    }

    fn handle_far_reports(&mut self, mut bytes: Vec<u8>) {
        let length = self.from_far.open_rtcp(&mut bytes).unwrap();
        for message in rtcp::packets(&bytes[..length]) {
            match message {
                Message::Nack(nack) => self.asked.extend(nack.lost()),
                Message::Feedback(feedback) => {
                    for fate in self.reports.read(self.left, &feedback) {
                        self.arrival_by_number.insert(fate.number, fate.arrived);
                    }
                }
                Message::SenderReport(..)
                | Message::ReceiverReport(..)
                | Message::Bye(_)
                | Message::Pli { .. }
                | Message::Fir(_) => {}
            }
        }
    }
}

fn listen(suite: Suite) {
    let mut pair = Pair::new(suite);
    let (from_near, from_far) = pair.openers();
    let mut ear = Ear {
        from_near,
        from_far,
        map: pair.map,
        mid: pair.mid.to_string(),
        reports: Reports::default(),
        left: 0,
        payload_by_seq: BTreeMap::new(),
        arrival_by_number: BTreeMap::new(),
        lost: BTreeSet::new(),
        dropped: BTreeSet::new(),
        asked: BTreeSet::new(),
        repeated: BTreeSet::new(),
        dated: false,
    };
    for n in 0..800 {
        pair.now += STEP;
        if n < 300 {
            pair.near.write(pair.now, pair.mid, 65_400 + n, payload(n));
        }
        pair.near.handle_timeout(pair.now);
        for bytes in std::mem::take(&mut pair.near.sent) {
            let passes = match demux::kind(&bytes) {
                Kind::Rtp => ear.handle_media(bytes.clone()),
                Kind::Rtcp => {
                    ear.handle_near_reports(bytes.clone());
                    true
                }
                Kind::Stun | Kind::Dtls | Kind::Unknown => true,
            };
            if passes {
                pair.far.receive(pair.now, &bytes);
            }
        }
        pair.far.handle_timeout(pair.now);
        for bytes in std::mem::take(&mut pair.far.sent) {
            if demux::kind(&bytes) == Kind::Rtcp {
                ear.handle_far_reports(bytes.clone());
            }
            pair.near.receive(pair.now, &bytes);
        }
    }
    let written: BTreeMap<u64, Vec<u8>> = (0..300).map(|n| (65_400 + n, payload(n))).collect();
    assert_eq!(ear.payload_by_seq, written, "{suite:?}");
    assert_eq!(pair.far.payload_by_seq.len(), 300, "the line was repaired");
    assert!(ear.dropped.len() >= 10 && ear.dropped.is_subset(&ear.asked));
    assert!(ear.dropped.is_subset(&ear.repeated));
    let came = ear.arrival_by_number.values().flatten().count();
    assert!(came >= 300, "{came}");
    for (number, arrived) in &ear.arrival_by_number {
        assert_eq!(arrived.is_none(), ear.lost.contains(number), "{number}");
    }
    assert!(ear.dated);
}

#[test]
fn we_understand_the_library() {
    listen(Suite::AeadAes256Gcm);
    listen(Suite::AeadAes128Gcm);
    listen(Suite::Aes128CmHmacSha1_80);
}
