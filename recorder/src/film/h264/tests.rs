//! Both ways to write units down, and bytes that are neither.

use super::{annex_b, is_key, lengths, parameters, units};

/// Parameter sets, a keyframe of 300 bytes, with both start codes.
fn access_unit() -> Vec<u8> {
    let mut idr = vec![0x65; 300];
    idr[5] = 0;
    [&[0, 0, 0, 1, 0x67, 66, 0, 31][..], &[0, 0, 1, 0x68, 9], &[0, 0, 0, 1], &idr].concat()
}

#[test]
fn units_come_back_from_either_way() {
    let access_unit = access_unit();
    let wanted = units(&access_unit);
    assert_eq!(wanted.iter().map(|unit| unit.len()).collect::<Vec<_>>(), [4, 2, 300]);
    let behind_lengths = lengths(&access_unit);
    assert_eq!(behind_lengths.len(), 4 * 3 + 306);
    assert_eq!(units(&annex_b(&behind_lengths)), wanted);
    assert_eq!(&*annex_b(&access_unit), &access_unit, "what is Annex B stays as it is");
}

#[test]
fn a_keyframe_says_what_it_is() {
    let access_unit = access_unit();
    assert!(is_key(&access_unit));
    let (sps, pps) = parameters(&access_unit).expect("both");
    assert_eq!((sps, pps), (vec![0x67, 66, 0, 31], vec![0x68, 9]));
    assert!(!is_key(&[0, 0, 0, 1, 0x41, 1, 2]));
    assert_eq!(parameters(&[0, 0, 1, 0x67, 66]), None);
}

#[test]
fn bytes_that_are_neither_are_left_alone() {
    for bytes in [&[][..], &[0], &[0, 0, 0, 9, 1], &[255; 40], &[0, 0, 1], &[0, 0, 0, 0]] {
        assert_eq!(&*annex_b(bytes), bytes);
        assert!(!is_key(bytes) && lengths(bytes).len() <= bytes.len() + 4);
    }
}
