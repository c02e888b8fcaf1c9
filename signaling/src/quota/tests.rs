//! A burst passes, a flood waits, time heals, and memory has an end.

use super::{BUCKETS_MAX, Left, Limit, Quota};
use std::time::{Duration, Instant};

const LIMIT: Limit = Limit { burst: 3, per_second: 2 };
const HOME: u32 = 1;

/// Takes one and says how many are left.
fn take(quota: &mut Quota<u32>, who: u32, now: Instant) -> Result<u32, Duration> {
    quota.take(who, now).map(|left| left.tokens)
}

#[test]
fn a_burst_passes_and_a_flood_waits() {
    let (mut quota, start) = (Quota::new(LIMIT), Instant::now());
    for left in [2, 1, 0] {
        assert_eq!(take(&mut quota, HOME, start), Ok(left));
    }
    assert_eq!(take(&mut quota, HOME, start), Err(Duration::from_millis(500)));
    assert_eq!(take(&mut quota, 2, start), Ok(2), "another is not held up");
    assert_eq!(take(&mut quota, HOME, start + Duration::from_millis(500)), Ok(0));
    assert!(take(&mut quota, HOME, start + Duration::from_millis(500)).is_err());
}

#[test]
fn what_is_left_says_when_there_is_more() {
    let (mut quota, start) = (Quota::new(LIMIT), Instant::now());
    let next = Duration::from_millis(500);
    assert_eq!(quota.take(HOME, start), Ok(Left { tokens: 2, next }));
    let between = start + Duration::from_millis(250);
    let next = Duration::from_millis(250);
    assert_eq!(quota.take(HOME, between), Ok(Left { tokens: 1, next }));
}

#[test]
fn a_long_rest_fills_the_bucket_and_no_more() {
    let (mut quota, start) = (Quota::new(LIMIT), Instant::now());
    for _ in 0..3 {
        take(&mut quota, HOME, start).unwrap();
    }
    let later = start + Duration::from_secs(3_600);
    for left in [2, 1, 0] {
        assert_eq!(take(&mut quota, HOME, later), Ok(left));
    }
    assert!(take(&mut quota, HOME, later).is_err());
}

#[test]
fn memory_has_an_end() {
    let (mut quota, start) = (Quota::new(LIMIT), Instant::now());
    for who in 0..u32::try_from(3 * BUCKETS_MAX).unwrap() {
        take(&mut quota, who, start).unwrap();
        assert!(quota.bucket_by_who.len() <= BUCKETS_MAX);
    }
}
