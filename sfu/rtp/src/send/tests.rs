//! Proves what leaves, what is repeated and when, and what is told of it.

use super::*;
use crate::header::{Extension, Packet};
use crate::receive::{Arrival, Incoming, unwrap};
use ::bytes::BytesMut;
use proptest::prelude::*;

fn ms(ms: u64) -> Micros {
    Micros(ms * 1_000)
}

fn departing(index: u64, payload: &[u8]) -> Departing {
    Departing {
        index,
        timestamp: 90,
        marker: true,
        payload_type: 96,
        repair_type: Some(97),
        payload: Payload::from(::bytes::Bytes::copy_from_slice(payload)),
    }
}

fn map() -> ExtensionMap {
    let mut map = ExtensionMap::default();
    map.set(Extension::Transport, 3);
    map.set(Extension::Orientation, 4);
    map
}

fn labels(map: &ExtensionMap, transport: u16) -> Labels<'_> {
    Labels { map, elements: Elements { transport: Some(transport), ..Elements::default() } }
}

/// Sends a packet. Its bytes.
fn write(stream: &mut Outgoing, now: Micros, index: u64, payload: &[u8]) -> Option<Vec<u8>> {
    let (map, mut out) = (map(), BytesMut::new());
    let mut labels = labels(&map, 7);
    labels.elements.orientation = Some(1);
    let written = stream.write(now, departing(index, payload), &labels, &mut out)?;
    assert_eq!((written.ssrc, written.index), (5, index));
    Some(out.into())
}

fn repair(stream: &mut Outgoing, now: Micros, seq: u16) -> Option<(Written, Vec<u8>)> {
    let (map, mut out) = (map(), BytesMut::new());
    let written = stream.repair(now, seq, &labels(&map, 8), &mut out);
    assert_eq!(written.is_some(), !out.is_empty());
    written.map(|written| (written, out.into()))
}

#[test]
fn a_packet_leaves_with_its_numbers_and_is_repeated_with_others() {
    let mut stream = Outgoing::new(5, 90_000, Some((6, 65_535)));
    let first = write(&mut stream, ms(0), 65_536 + 9, b"picture").unwrap();
    let packet = Packet::parse(&first).unwrap();
    let head = Header { payload_type: 96, marker: true, seq: 9, timestamp: 90, ssrc: 5 };
    assert_eq!((packet.header, packet.payload), (head, &b"picture"[..]));
    for index in 10..30 {
        write(&mut stream, ms(1), 65_536 + index, b"more").unwrap();
    }
    let (written, bytes) = repair(&mut stream, ms(30), 9).unwrap();
    assert_eq!((written.ssrc, written.index), (6, 65_535));
    let packet = Packet::parse(&bytes).unwrap();
    let head = Header { payload_type: 97, marker: true, seq: 65_535, timestamp: 90, ssrc: 6 };
    assert_eq!((packet.header, packet.header_len), (head, written.header_len));
    let inside = unwrap(packet.payload).unwrap();
    assert_eq!((inside.seq, inside.payload), (9, &b"picture"[..]));
    let elements = map().read(packet.extensions);
    assert_eq!((elements.transport, elements.orientation), (Some(8), Some(1)));
    let (written, _) = repair(&mut stream, ms(31), 10).unwrap();
    assert_eq!(written.index, 65_536);
    assert_eq!((stream.ssrc(), stream.repair_ssrc()), (5, Some(6)));
}

#[test]
fn no_number_is_written_twice() {
    let mut stream = Outgoing::new(5, 90_000, None);
    assert!(write(&mut stream, ms(0), 9, b"a").is_some());
    assert!(write(&mut stream, ms(0), 9, b"b").is_none());
    assert!(write(&mut stream, ms(0), 7, b"b").is_some(), "late, but not written before");
    assert!(write(&mut stream, ms(0), 7, b"c").is_none());
    assert!(write(&mut stream, ms(0), 10, b"b").is_some());
    assert!(write(&mut stream, ms(0), 9_000, b"b").is_some());
    assert!(write(&mut stream, ms(0), 11, b"b").is_none(), "too old to know");
    assert!(repair(&mut stream, ms(1), 9).is_none(), "there is no stream for it");
}

#[test]
fn what_is_repeated_has_limits() {
    let mut stream = Outgoing::new(5, 90_000, Some((6, 0)));
    for index in 0..600 {
        write(&mut stream, ms(index), index, &[0; 1_000]).unwrap();
    }
    assert_eq!(stream.history.len(), 512);
    assert!(repair(&mut stream, ms(600), 87).is_none(), "forgotten");
    assert!(repair(&mut stream, ms(600), 88).is_some());
    assert!(repair(&mut stream, ms(609), 88).is_none(), "under way");
    assert!(repair(&mut stream, ms(610), 88).is_some());
    assert!(repair(&mut stream, ms(610), 600).is_none(), "it never left");
    let more = (100..600).filter(|seq| repair(&mut stream, ms(620), *seq).is_some()).count();
    assert_eq!(more, 198, "a quarter of what leaves, with the two before");
    stream.handle_timeout(ms(1_200));
    assert_eq!(stream.history.len(), 400);
    assert!(repair(&mut stream, ms(1_200), 599).is_none(), "their share is not yet forgotten");
    write(&mut stream, ms(1_300), 600, &[0; 1_000]);
    stream.forget();
    assert!(repair(&mut stream, ms(1_300), 600).is_none());
    let kept = std::mem::size_of::<Sent>() * 512;
    assert!(kept <= 36 << 10, "{kept} bytes");
    stream.handle_timeout(ms(9_000));
    assert_eq!((stream.history.len(), stream.history.room()), (0, 0), "a stream that rests");
}

#[test]
fn what_has_left_is_kept_as_long_as_it_can_be_asked_for() {
    for (rtt, kept) in [(None, 100), (Some(0), 100), (Some(140), 140), (Some(9_000), 200)] {
        let mut stream = Outgoing::new(5, 90_000, Some((6, 0)));
        stream.rtt = rtt.map(Duration::from_millis);
        for index in 0..4_000 {
            write(&mut stream, ms(10 * index), index, &[0; 100]).unwrap();
        }
        let (there, room) = (stream.history.len(), stream.history.room());
        assert!(room <= there + 32, "room for {room}, and {there} are there");
        let oldest = 3_999 - kept;
        assert!(repair(&mut stream, ms(39_990), oldest - 1).is_none(), "{rtt:?}: forgotten");
        assert!(repair(&mut stream, ms(39_990), oldest).is_some(), "{rtt:?}: kept");
    }
}

#[test]
fn a_stream_that_runs_long_may_be_repaired_at_once() {
    let mut stream = Outgoing::new(5, 90_000, Some((6, 0)));
    for index in 0..1_000 {
        write(&mut stream, ms(10 * index), index, &[0; 500]).unwrap();
    }
    let may = (900..1_000).filter(|seq| repair(&mut stream, ms(10_000), *seq).is_some()).count();
    assert!((30..=70).contains(&may), "a quarter of the last second or two: {may}");
}

#[test]
fn the_round_trip_is_what_the_report_took() {
    let mut stream = Outgoing::new(5, 90_000, None);
    assert_eq!(stream.report(ms(1), Ntp(1)), None);
    write(&mut stream, ms(1_000), 1, b"seven77");
    let at = |ms: u64| Ntp::from_unix(Duration::from_millis(1_700_000_000_000 + ms));
    let report = stream.report(ms(1_500), at(1_500)).unwrap();
    assert_eq!((report.timestamp, report.packets, report.octets), (90 + 45_000, 1, 7));
    let mut receiver = Incoming::new(5, 90_000, false);
    assert_eq!(receiver.handle_packet(ms(70_000), 1, 0), Arrival::New);
    receiver.handle_report(ms(70_000), &report);
    let block = receiver.report(ms(70_250)).unwrap();
    stream.handle_block(at(1_880), &block);
    let rtt = stream.rtt().unwrap();
    assert!(rtt.abs_diff(Duration::from_millis(130)) < Duration::from_micros(50), "{rtt:?}");
    let early = Block { since_report: block.since_report + 90_000, fraction_lost: 9, ..block };
    stream.handle_block(at(1_880), &early);
    assert_eq!((stream.rtt(), stream.fraction_lost()), (Some(Duration::ZERO), 9));
    stream.handle_block(at(1_880), &Block { last_report: 0, ..block });
    stream.handle_block(at(1_880), &Block { ssrc: 6, fraction_lost: 1, ..block });
    stream.handle_block(at(60_000), &block);
    assert_eq!((stream.rtt(), stream.fraction_lost()), (Some(Duration::ZERO), 0));
}

proptest! {
    /// Of what is lost on the way there, and of what is lost of the repetitions, the receiver
    /// misses nothing in the end as long as the line is not overfull.
    #[test]
    fn what_is_lost_is_repaired(losses in proptest::collection::vec(0_u8..100, 400), start in 0_u64..65_536) {
        let mut sender = Outgoing::new(5, 90_000, Some((6, 0)));
        let mut receiver = Incoming::new(5, 90_000, true);
        let rtt = Duration::from_millis(30);
        let mut here = std::collections::BTreeSet::new();
        let mut lost = losses.iter().cycle();
        for n in 0..500 {
            let now = ms(n * 10);
            if n < 400 {
                write(&mut sender, now, start + n, &[0; 500]).unwrap();
                if n == 0 || n == 399 || *lost.next().unwrap() >= 8 {
                    receiver.handle_packet(now, start + n, 0);
                    here.insert(start + n);
                }
            }
            let mut asked = Vec::new();
            receiver.poll_lost(now, rtt, &mut asked);
            for seq in asked {
                if let Some((_, bytes)) = repair(&mut sender, now, seq) {
                    let inside = unwrap(Packet::parse(&bytes).unwrap().payload).unwrap().seq;
                    prop_assert_eq!(inside, seq);
                    if *lost.next().unwrap() >= 8 {
                        here.extend(receiver.handle_repair(inside));
                    }
                }
            }
        }
        let share = losses.iter().filter(|lost| **lost < 8).count();
        prop_assume!(share < 60);
        prop_assert_eq!(here.len(), 400);
    }
}
