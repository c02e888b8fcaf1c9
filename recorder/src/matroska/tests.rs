//! What is written is read again; what is cut keeps its beginning; hostile bytes harm nothing.

use super::element::{head, id, inside, number, put, put_endless, put_number};
use super::read::{Item, items};
use super::write::{clusters, header, opus_head, tags};
use super::{Block, Shape, Size, Track};
use bedside_sfu_api::Codec;
use proptest::prelude::*;

fn tracks() -> Vec<Track> {
    let size = Size { width: 640, height: 360 };
    let picture = |number, codec, private: &[u8]| Track {
        number,
        uid: u64::from(number) + 9,
        codec,
        name: format!("a/camera{number}"),
        shape: Shape::Picture(size),
        private: private.to_vec(),
    };
    vec![
        picture(1, Codec::Vp8, &[]),
        picture(2, Codec::Vp9, &[]),
        picture(3, Codec::H264, &[1, 2, 3]),
        picture(126, Codec::Av1, &[4]),
        Track {
            number: 5,
            uid: u64::MAX,
            codec: Codec::Opus,
            name: "a/microphone".to_owned(),
            shape: Shape::Sound { channels: 1 },
            private: opus_head(1),
        },
    ]
}

fn written(times: &[u64]) -> (Vec<u8>, Vec<Item<'static>>) {
    let mut out = Vec::new();
    header(&mut out, -7, &tracks());
    tags(&mut out, &[("A", "{\"b\":1}"), ("C", "")]);
    let blocks: Vec<Block<'_>> = times
        .iter()
        .map(|&at_ms| Block { track: 5, at_ms, key: at_ms % 2 == 0, data: &[1, 2, 3, 4] })
        .collect();
    clusters(&mut out, &blocks);
    tags(&mut out, &[("D", "e")]);
    let mut expected = vec![Item::Date(-7)];
    expected.extend(tracks().into_iter().map(Item::Track));
    expected.push(Item::Tag { name: "A", text: "{\"b\":1}" });
    expected.push(Item::Tag { name: "C", text: "" });
    expected.extend(blocks.into_iter().map(Item::Block));
    expected.push(Item::Tag { name: "D", text: "e" });
    (out, expected)
}

#[test]
fn what_is_written_is_read_again() {
    let (bytes, expected) = written(&[10, 11, 900, 1_010, 5_000, 3_600_000]);
    let mut found = items(&bytes);
    assert_eq!(found.by_ref().collect::<Vec<_>>(), expected);
    assert!(found.is_whole());
}

#[test]
fn clusters_are_shorter_than_a_second() {
    let (bytes, _) = written(&[10, 500, 1_009, 1_010, 2_500]);
    let mut rest = bytes.as_slice();
    let mut clusters: Vec<Vec<u16>> = Vec::new();
    while let Some(head) = head(rest) {
        let held = head.size.map_or(0, |size| if head.id == id::SEGMENT { 0 } else { size });
        if head.id == id::CLUSTER {
            let within = &rest[head.len..head.len + held];
            let times = inside(within).filter(|&(id, _)| id == id::SIMPLE_BLOCK);
            clusters.push(times.map(|(_, b)| u16::from_be_bytes([b[1], b[2]])).collect());
        }
        rest = &rest[head.len + held..];
    }
    assert_eq!(clusters, [vec![0, 490, 999], vec![0], vec![0]]);
}

#[test]
fn a_part_without_its_header_is_read_as_well() {
    let mut bytes = Vec::new();
    tags(&mut bytes, &[("A", "b")]);
    clusters(&mut bytes, &[Block { track: 1, at_ms: 70_000, key: true, data: &[9] }]);
    let found: Vec<_> = items(&bytes).collect();
    assert_eq!(
        found,
        [
            Item::Tag { name: "A", text: "b" },
            Item::Block(Block { track: 1, at_ms: 70_000, key: true, data: &[9] })
        ]
    );
}

#[test]
fn a_room_where_nobody_is_heard_has_no_list_of_tracks() {
    let mut bytes = Vec::new();
    header(&mut bytes, 0, &[]);
    let mut found = items(&bytes);
    assert_eq!(found.by_ref().collect::<Vec<_>>(), [Item::Date(0)]);
    assert!(found.is_whole());
}

#[test]
fn sizes_ids_and_numbers_are_as_short_as_they_may_be() {
    let mut bytes = Vec::new();
    put_number(&mut bytes, id::TIMESTAMP, 0);
    put_number(&mut bytes, id::TRACK_UID, 0x0102);
    assert_eq!(bytes, [0xE7, 0x10, 0, 0, 1, 0, 0x73, 0xC5, 0x10, 0, 0, 2, 1, 2]);
    assert_eq!(number(&[1, 2]), Some(0x0102));
    assert_eq!(number(&[0; 9]), None);
    let mut endless = Vec::new();
    put_endless(&mut endless, id::SEGMENT);
    assert_eq!(head(&endless).unwrap().size, None);
}

#[test]
fn laced_blocks_and_wrong_tracks_are_passed_over() {
    let mut bytes = Vec::new();
    put(&mut bytes, id::SIMPLE_BLOCK, &[0x81, 0, 0, 0x02, 9]);
    put(&mut bytes, id::SIMPLE_BLOCK, &[0x01, 0, 0, 0, 9]);
    put(&mut bytes, id::SIMPLE_BLOCK, &[0x81, 0, 0]);
    // A time before the recording began.
    put(&mut bytes, id::SIMPLE_BLOCK, &[0x81, 0xFF, 0xFF, 0, 9]);
    put(&mut bytes, id::SIMPLE_BLOCK, &[0x82, 0, 3, 0x80]);
    let found: Vec<_> = items(&bytes).collect();
    assert_eq!(found, [Item::Block(Block { track: 2, at_ms: 3, key: true, data: &[] })]);
}

proptest! {
    /// Cut anywhere, what was whole before the cut is there, and the cut is noticed.
    #[test]
    fn what_is_cut_keeps_its_beginning(
        times in proptest::collection::vec(0_u64..100_000, 1..40),
        cut in any::<prop::sample::Index>(),
    ) {
        let mut times = times;
        times.sort_unstable();
        let (bytes, expected) = written(&times);
        let cut = cut.index(bytes.len());
        let mut found = items(&bytes[..cut]);
        let kept: Vec<_> = found.by_ref().collect();
        prop_assert!(expected.starts_with(&kept));
        let (next, _) = written(&times[..times.len() - 1]);
        prop_assert!(cut < next.len() || kept.len() + 3 >= expected.len());
    }

    #[test]
    fn any_bytes_are_survived(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let mut found = items(&bytes);
        prop_assert!(found.by_ref().count() <= bytes.len());
    }

    #[test]
    fn any_harm_to_a_file_is_survived(
        harm in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
    ) {
        let (mut bytes, _) = written(&[1, 2, 3, 2_000]);
        for (index, byte) in harm {
            let index = index.index(bytes.len());
            bytes[index] = byte;
        }
        prop_assert!(items(&bytes).count() <= bytes.len());
    }
}
