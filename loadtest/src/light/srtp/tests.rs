//! What is sealed is opened by whoever has the key, and by nobody else. That the keys are those of
//! SRTP is shown by the media plane, which opens what is sealed here: `loadtest/tests/light.rs`.

use super::*;

fn keys() -> Keys {
    Master { key: [7; KEY_BYTES], salt: [9; SALT_BYTES] }.keys()
}

#[test]
fn a_packet_is_opened_with_its_index_and_its_header_only() {
    let mut packet = vec![0x80; 12];
    packet.extend(b"a picture");
    keys().seal_rtp(&mut packet, 12, (5, 70_000));
    assert_eq!(packet.len(), 12 + 9 + TAG_BYTES);
    let open = |packet: &[u8], of| {
        keys().open_rtp(&mut packet.to_vec(), 12, of).map(|payload| payload.to_vec())
    };
    assert_eq!(open(&packet, (5, 70_000)).unwrap(), b"a picture");
    assert_eq!(open(&packet, (5, 70_000 - 65_536)), None, "went round once less");
    assert_eq!(open(&packet, (6, 70_000)), None, "another stream");
    packet[1] = 0x81;
    assert_eq!(open(&packet, (5, 70_000)), None, "another header");
}

#[test]
fn reports_are_opened_and_their_index_is_what_they_say() {
    let mut reports = vec![0x80, 201, 0, 2, 0, 0, 0, 5, 1, 2, 3, 4];
    keys().seal_rtcp(&mut reports, 3);
    assert_eq!(reports.len(), 12 + TAG_BYTES + 4);
    assert_eq!(keys().open_rtcp(&mut reports.clone()).unwrap(), [1, 2, 3, 4]);
    *reports.last_mut().unwrap() = 4;
    assert_eq!(keys().open_rtcp(&mut reports), None);
}

#[test]
fn an_export_of_another_suite_is_none_of_ours() {
    assert!(Master::pair(&[0; 2 * (16 + 12)]).is_none());
    let exported: Vec<u8> = (0..88).collect();
    let (ours, theirs) = Master::pair(&exported).unwrap();
    assert_eq!((ours.key[0], theirs.key[0], ours.salt[0], theirs.salt[0]), (0, 32, 64, 76));
}
