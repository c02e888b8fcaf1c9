//! Loads that come and go.

use super::{Change, Pace};
use crate::film::Rate;

/// Lives with one delay for some seconds; what changed, and when.
fn live(pace: &mut Pace, from_s: u64, to_s: u64, behind_ms: u64) -> Vec<(u64, Change)> {
    let moments = (from_s * 10..to_s * 10).map(|tenth| tenth * 100);
    moments.filter_map(|at| Some((at, pace.handle_behind(at, behind_ms)?))).collect()
}

#[test]
fn it_steps_down_one_by_one_and_then_says_so() {
    let mut pace = Pace::default();
    let changes: Vec<Change> =
        live(&mut pace, 1, 20, 5_000).into_iter().map(|(_, change)| change).collect();
    let rates = [Rate::Fifteen, Rate::Eight, Rate::One].map(Change::Rate);
    assert_eq!(changes, [rates.as_slice(), &[Change::TooSlow]].concat());
    assert!(pace.is_too_slow());
    assert_eq!(live(&mut pace, 20, 21, 100)[0].1, Change::KeepsUp);
    assert!(!pace.is_too_slow());
}

#[test]
fn a_little_late_changes_nothing() {
    let mut pace = Pace::default();
    assert_eq!(live(&mut pace, 1, 600, 700), []);
    assert_eq!(live(&mut pace, 600, 900, 0), []);
}

#[test]
fn it_waits_longer_each_time_a_step_up_was_too_early() {
    let mut pace = Pace::default();
    let mut at = 1;
    let mut waits = Vec::new();
    for _ in 0..6 {
        assert_eq!(live(&mut pace, at, at + 1, 1_500).len(), 1, "down");
        let up = live(&mut pace, at + 3, at + 400, 0)[0];
        assert_eq!(up.1, Change::Rate(Rate::Thirty));
        waits.push((up.0 / 1_000) - (at + 3));
        at = up.0 / 1_000 + 3;
        pace.near_since = None;
    }
    assert_eq!(waits, [10, 20, 40, 80, 160, 160]);
}
