//! Proves that what is written is read again, and that any bytes are survived.

use super::*;
use ::bytes::BytesMut;
use proptest::prelude::*;

fn map(ids: &[(Extension, u8)]) -> ExtensionMap {
    let mut map = ExtensionMap::default();
    ids.iter().for_each(|&(extension, id)| map.set(extension, id));
    map
}

fn header() -> Header {
    Header {
        payload_type: 96,
        marker: true,
        seq: 0x1234,
        timestamp: 0x89ab_cdef,
        ssrc: 0xdead_beef,
    }
}

/// A packet of Chromium's, its numbers by hand: one-byte heads, an element of an unknown number
/// and a padding byte in between.
#[test]
fn a_packet_of_a_browser_is_read() {
    let bytes = [
        0xb0, 0xef, 0x00, 0x07, 0, 0, 3, 0xc0, 1, 2, 3, 4, // head, padded, with extensions
        0xbe, 0xde, 0, 3, 0x10, 0x92, 0x00, 0x31, 0x01, 0x02, 0x40, b'0', 0xf0, 9, 9, 9, //
        0xaa, 0xbb, 0, 0, 3,
    ];
    let packet = Packet::parse(&bytes).unwrap();
    assert_eq!((packet.header_len, packet.payload), (28, &[0xaa, 0xbb][..]));
    let head =
        Header { payload_type: 111, marker: true, seq: 7, timestamp: 960, ssrc: 0x0102_0304 };
    assert_eq!(packet.header, head);
    let map = map(&[(Extension::AudioLevel, 1), (Extension::Transport, 3), (Extension::Mid, 4)]);
    let elements = map.read(packet.extensions);
    assert_eq!(elements.audio_level, Some(AudioLevel { dbov: -18, voice: true }));
    assert_eq!((elements.transport, elements.mid), (Some(258), Some(&b"0"[..])));
    assert_eq!(packet.extensions.count(), 3, "fifteen ends them");
}

#[test]
fn what_was_not_negotiated_is_not_sent() {
    let mut out = BytesMut::new();
    let elements = Elements { transport: Some(7), orientation: Some(1), ..Elements::default() };
    assert_eq!(write(&mut out, &header(), &ExtensionMap::default(), &elements), FIXED);
    let packet = Packet::parse(&out).unwrap();
    assert_eq!((packet.header, packet.extensions.count()), (header(), 0));
    let map = map(&[(Extension::Transport, 5), (Extension::Mid, 5)]);
    assert_eq!((map.id(Extension::Transport), map.id(Extension::Mid)), (None, Some(5)));
}

#[test]
fn a_wrong_length_is_refused() {
    assert_eq!(Packet::parse(&[0x80; 11]), None);
    assert_eq!(Packet::parse(&[0x40; 12]), None, "another version");
    assert_eq!(Packet::parse(&[0x81; 12]), None, "a source that is not there");
    let mut padded = BytesMut::from(&[0x80; 12][..]);
    pad(&mut padded, 0);
    assert_eq!(*padded, [0x80; 12]);
    pad(&mut padded, 3);
    assert!(Packet::parse(&padded).unwrap().payload.is_empty());
    *padded.last_mut().unwrap() = 4;
    assert_eq!(Packet::parse(&padded), None, "more padding than packet");
    *padded.last_mut().unwrap() = 0;
    assert_eq!(Packet::parse(&padded), None, "padding that denies itself");
}

proptest! {
    #[test]
    fn any_bytes_are_survived(bytes in proptest::collection::vec(any::<u8>(), 0..120)) {
        for first in [0x80, 0x90, 0xb0, 0xbf] {
            let mut bytes = bytes.clone();
            if let Some(slot) = bytes.first_mut() { *slot = first; }
            for profile in [0xbe_u8, 0x10] {
                if let Some(slot) = bytes.get_mut(12) { *slot = profile; }
                if let Some(packet) = Packet::parse(&bytes) {
                    prop_assert!(packet.header_len + packet.payload.len() <= bytes.len());
                    let map = map(&Extension::ALL.map(|known| (known, known as u8 + 1)));
                    let _ = map.read(packet.extensions);
                    prop_assert!(packet.extensions.count() <= bytes.len());
                }
            }
        }
    }

    #[test]
    fn what_is_written_is_read(
        seq: u16, marker: bool, ids in proptest::collection::vec(0_u8..20, 7),
        mid in proptest::collection::vec(any::<u8>(), 1..40),
        rid in proptest::option::of(proptest::collection::vec(any::<u8>(), 1..16)),
        level in proptest::option::of((-127_i8..=0, any::<bool>())),
        transport: Option<u16>, orientation: Option<u8>,
        payload in proptest::collection::vec(any::<u8>(), 0..50), padding: u8,
    ) {
        let mut map = ExtensionMap::default();
        for (extension, id) in Extension::ALL.into_iter().zip(ids) { map.set(extension, id); }
        let elements = Elements {
            mid: Some(&mid), rid: rid.as_deref(), repaired_rid: rid.as_deref(),
            audio_level: level.map(|(dbov, voice)| AudioLevel { dbov, voice }),
            transport, orientation,
        };
        let header = Header { seq, marker, ..header() };
        let mut out = BytesMut::new();
        let header_len = write(&mut out, &header, &map, &elements);
        out.extend(&payload);
        pad(&mut out, padding);
        let packet = Packet::parse(&out).unwrap();
        prop_assert_eq!((packet.header, packet.header_len), (header, header_len));
        prop_assert_eq!(packet.payload, &payload);
        let read = map.read(packet.extensions);
        let has = |extension| map.id(extension).is_some();
        prop_assert_eq!(read, Elements {
            mid: elements.mid.filter(|_| has(Extension::Mid)),
            rid: elements.rid.filter(|_| has(Extension::Rid)),
            repaired_rid: elements.repaired_rid.filter(|_| has(Extension::RepairedRid)),
            audio_level: elements.audio_level.filter(|_| has(Extension::AudioLevel)),
            transport: transport.filter(|_| has(Extension::Transport)),
            orientation: orientation.filter(|_| has(Extension::Orientation)),
        });
    }
}
