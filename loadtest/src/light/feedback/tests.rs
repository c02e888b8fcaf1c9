//! Reports, byte by byte.

use super::*;
use crate::sim::some_instant;

#[test]
fn a_run_without_a_gap_takes_one_chunk() {
    let start = some_instant();
    let mut arrivals = Arrivals::new(start);
    for number in 10..14_u16 {
        arrivals.push(start + Duration::from_millis(64 + u64::from(number)), number);
    }
    let report = arrivals.report(1, 2).unwrap();
    // 20 bytes of head, one chunk, four steps, two of padding.
    assert_eq!(report[..4], [0x8f | 0x20, 205, 0, 6]);
    assert_eq!(report[12..16], [0, 10, 0, 4], "from ten on, four packets");
    assert_eq!(report[16..20], [0, 0, 1, 0], "reference and count");
    assert_eq!(report[20..], [0x20, 4, 40, 4, 4, 4, 0, 2]);
    assert!(arrivals.report(1, 2).is_none(), "told once");
}

#[test]
fn what_is_missing_is_told_and_what_comes_late_is_not() {
    let start = some_instant();
    let mut arrivals = Arrivals::new(start);
    let at = |ms| start + Duration::from_millis(ms);
    arrivals.push(at(0), 65_535);
    arrivals.push(at(100), 1);
    let report = arrivals.report(1, 2).unwrap();
    assert_eq!(report[12..16], [0xff, 0xff, 0, 3]);
    assert_eq!(report[20..22], 0b11_01_00_10_00_00_00_00_u16.to_be_bytes());
    assert_eq!(report[22..25], [0, 1, 144], "a step of 100 ms is a long one");
    arrivals.push(at(120), 0);
    assert!(arrivals.report(1, 2).is_none());
}

#[test]
fn a_request_is_found_wherever_it_stands() {
    assert!(wants_keyframe([0x81, 206, 0, 2], &[0; 4]));
    assert!(!wants_keyframe([0x8f, 205, 0, 2], &[0; 4]));
    let mut body = vec![0; 20];
    body.extend([0x84, 206, 0, 4]);
    assert!(wants_keyframe([0x80, 200, 0, 6], &body));
    assert!(!wants_keyframe([0x80, 200, 0, 6], &body[..20]));
}
