//! Queues small enough to work out by hand.

use super::{Place, places};
use crate::store::QueueRow;
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

fn at(minute: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minute)
}

fn waiting(visit: u128, since: i64) -> QueueRow {
    QueueRow {
        visit: Uuid::from_u128(visit),
        tenant: "clinic".to_owned(),
        queue: "team".to_owned(),
        urgent: false,
        starts_at: at(0),
        minutes: 30,
        waiting_since: Some(at(since)),
        lost_at: None,
        seen_since: None,
    }
}

fn seen(visit: u128, since: i64) -> QueueRow {
    QueueRow { waiting_since: None, seen_since: Some(at(since)), ..waiting(visit, 0) }
}

fn found(rows: &[QueueRow], now: i64) -> Vec<(u128, u32, Option<u32>)> {
    let place = |place: Place| (place.visit.as_u128(), place.position, place.wait_minutes);
    places(rows, at(now)).into_iter().map(place).collect()
}

#[test]
fn who_waits_longest_is_next_and_the_urgent_go_first() {
    let urgent = QueueRow { urgent: true, ..waiting(3, 9) };
    let rows = [waiting(1, 5), waiting(2, 2), urgent];
    assert_eq!(found(&rows, 10), [(3, 1, None), (2, 2, None), (1, 3, None)]);
}

#[test]
fn the_wait_is_what_is_left_of_those_being_seen_and_all_of_those_ahead() {
    let rows = [seen(9, 0), waiting(1, 5), waiting(2, 6)];
    assert_eq!(found(&rows, 10), [(1, 1, Some(20)), (2, 2, Some(50))]);
    let two_clinicians = [seen(8, 5), seen(9, 0), waiting(1, 5), waiting(2, 6), waiting(3, 7)];
    assert_eq!(found(&two_clinicians, 10), [(1, 1, Some(20)), (2, 2, Some(25)), (3, 3, Some(50))]);
}

#[test]
fn a_visit_that_overran_ends_any_moment() {
    assert_eq!(found(&[seen(9, 0), waiting(1, 5)], 45), [(1, 1, Some(0))]);
}

#[test]
fn who_is_gone_for_a_short_time_keeps_the_place_and_for_a_long_one_does_not() {
    let gone = QueueRow { lost_at: Some(at(8)), ..waiting(1, 1) };
    let rows = [gone, waiting(2, 2)];
    assert_eq!(found(&rows, 10), [(1, 1, None), (2, 2, None)]);
    assert_eq!(found(&rows, 14), [(2, 1, None)]);
}
