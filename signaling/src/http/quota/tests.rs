//! A burst passes, a flood waits, time heals, and memory has an end.

use super::{ADDRESSES_MAX, Limit, Quota};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::{Duration, Instant};

const LIMIT: Limit = Limit { burst: 3, per_second: 2 };
const HOME: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));

#[test]
fn a_burst_passes_and_a_flood_waits() {
    let (mut quota, start) = (Quota::new(LIMIT), Instant::now());
    for _ in 0..3 {
        assert_eq!(quota.take(HOME, start), Ok(()));
    }
    assert_eq!(quota.take(HOME, start), Err(Duration::from_millis(500)));
    let other = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 2));
    assert_eq!(quota.take(other, start), Ok(()), "another house is not held up");
    assert_eq!(quota.take(HOME, start + Duration::from_millis(500)), Ok(()));
    assert!(quota.take(HOME, start + Duration::from_millis(500)).is_err());
}

#[test]
fn a_long_rest_fills_the_bucket_and_no_more() {
    let (mut quota, start) = (Quota::new(LIMIT), Instant::now());
    for _ in 0..3 {
        quota.take(HOME, start).unwrap();
    }
    let later = start + Duration::from_secs(3_600);
    for _ in 0..3 {
        assert_eq!(quota.take(HOME, later), Ok(()));
    }
    assert!(quota.take(HOME, later).is_err());
}

#[test]
fn a_house_is_one_ipv6_network() {
    let (mut quota, start) = (Quota::new(LIMIT), Instant::now());
    let room = |n| IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 0, 7, 0, 0, 0, n));
    for n in 0..3 {
        assert_eq!(quota.take(room(n), start), Ok(()));
    }
    assert!(quota.take(room(9), start).is_err());
    let mapped = IpAddr::V6(Ipv4Addr::new(192, 0, 2, 1).to_ipv6_mapped());
    for _ in 0..3 {
        quota.take(HOME, start).unwrap();
    }
    assert!(quota.take(mapped, start).is_err(), "the same house by another spelling");
}

#[test]
fn memory_has_an_end() {
    let (mut quota, start) = (Quota::new(LIMIT), Instant::now());
    for n in 0..u32::try_from(3 * ADDRESSES_MAX).unwrap() {
        quota.take(IpAddr::V4(Ipv4Addr::from_bits(n)), start).unwrap();
        assert!(quota.bucket_by_address.len() <= ADDRESSES_MAX);
    }
}
