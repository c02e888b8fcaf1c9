//! Lines that turn into others: an end of thinness, a gap, another way through the net.
//!
//! In: nothing. Out: scenarios.
//! Never: the grid of cuts; that is `cut`.

use super::{Span, TAIL, WARM, change, listener, seconds, way};
use crate::link::Profile;
use crate::sim::metric::What;
use crate::sim::scenario::{Bound, Line, Scenario};
use std::time::Duration;

/// Seeds that show a rare freeze.
const FREEZE_SEEDS: u64 = 40;

pub(super) fn all() -> Vec<Scenario> {
    vec![unfreeze("unfreeze", 0), unfreeze("unfreeze-jitter", 20), jitter(), outage(), path()]
}

/// 300 kbit/s, then no limit: an estimate that stays where it was is frozen.
fn unfreeze(name: &str, jitter_ms: u64) -> Scenario {
    let jitter = Duration::from_millis(jitter_ms);
    let thin = Profile { jitter, ..way(300, 32 * 1_024, 40) };
    let free = Profile { rate: None, ..thin };
    let (lift, end) = (seconds(25), seconds(85));
    let span = Span::new(lift, end);
    let mut goals = vec![span.goal(What::EstimateBack, Bound::AtMost(8.0))];
    goals.extend(Span::new(lift + seconds(10), end).told(&[What::TopShown, What::Switches]));
    Scenario {
        name: name.to_owned(),
        about: format!("300 kbit/s for 25 s, then no limit; jitter {jitter_ms} ms"),
        people: listener(Line::same(thin)),
        changes: vec![change(lift, Line::same(free))],
        lasts: end,
        goals,
        seeds_min: FREEZE_SEEDS,
    }
}

fn jitter() -> Scenario {
    let end = seconds(60);
    let span = Span::new(WARM, end);
    let line = Profile { jitter: Duration::from_millis(30), ..way(3_000, 64 * 1_024, 40) };
    let mut goals = vec![span.goal(What::Switches, Bound::AtMost(0.0))];
    goals.extend(span.told(&[What::TopShown, What::Concealed, What::JitterBuffer]));
    Scenario {
        name: "jitter".to_owned(),
        about: "3 Mbit/s with 30 ms of jitter, which is no lack of room".to_owned(),
        people: listener(Line::same(line)),
        changes: Vec::new(),
        lasts: end,
        goals,
        seeds_min: 0,
    }
}

fn outage() -> Scenario {
    let line = way(2_000, 64 * 1_024, 40);
    let gone = Line::same(Profile { down: true, ..line });
    let (cut, back, end) = (seconds(20), seconds(25), seconds(70));
    let span = Span::new(back, end);
    let mut goals = vec![
        span.goal(What::VoiceBack, Bound::AtMost(500.0)),
        span.goal(What::LayerBack { cut }, Bound::AtMost(8.0)),
    ];
    goals.extend(span.told(&[What::SwitchesDown { cut }, What::VoiceLost, What::VoiceLate]));
    Scenario {
        name: "outage".to_owned(),
        about: "2 Mbit/s, and for 5 s nothing either way".to_owned(),
        people: listener(Line::same(line)),
        changes: vec![change(cut, gone), change(back, Line::same(line))],
        lasts: end + TAIL,
        goals,
        seeds_min: 0,
    }
}

/// From the house's network to a telephone's and back: another rate, another distance.
fn path() -> Scenario {
    let (house, phone) = (way(2_000, 64 * 1_024, 40), way(400, 64 * 1_024, 200));
    let (leaves, returns, end) = (seconds(20), seconds(50), seconds(90));
    let away = Span::new(leaves, returns);
    let after = Span::new(returns, end);
    let mut goals = vec![
        away.goal(What::QueueSettles, Bound::AtMost(2.0)),
        away.goal(What::EstimateFollows, Bound::AtMost(5.0)),
        away.goal(What::VoiceLost, Bound::AtMost(0.0)),
        after.goal(What::LayerBack { cut: leaves }, Bound::AtMost(8.0)),
    ];
    goals.extend(after.told(&[What::SwitchesDown { cut: leaves }]));
    Scenario {
        name: "path".to_owned(),
        about: "2 Mbit/s at 40 ms become 400 kbit/s at 200 ms, and back after 30 s".to_owned(),
        people: listener(Line::same(house)),
        changes: vec![change(leaves, Line::same(phone)), change(returns, Line::same(house))],
        lasts: end + TAIL,
        goals,
        seeds_min: 0,
    }
}
