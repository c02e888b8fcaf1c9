//! Lines that stay as they are: how well they are used, how truly they are estimated.
//!
//! In: nothing. Out: scenarios.
//! Never: thin lines; those are `thin`.

use super::{Span, TAIL, WARM, listener, seconds, way};
use crate::link::Loss;
use crate::sim::metric::What;
use crate::sim::scenario::{Bound, Line, Person, Scenario, Speaks};
use std::time::Duration;

const END: Duration = seconds(72);
const ESTIMATED_KBPS: [u64; 6] = [100, 250, 500, 1_000, 2_000, 5_000];
const INHERENT_PERCENT: [u16; 4] = [0, 2, 5, 10];
/// What a camera wants at most, with headers.
const CAMERA_KBPS: u64 = 1_600;

pub(super) fn all() -> Vec<Scenario> {
    [250, 500, 1_000].map(steady).into()
}

fn steady(kbps: u64) -> Scenario {
    let span = Span::new(WARM, END - TAIL);
    let mut goals = vec![
        span.goal(What::Used, Bound::AtLeast(75.0)),
        span.goal(What::Switches, Bound::AtMost(1.0)),
    ];
    goals.extend(span.told(&[
        What::VoiceLate,
        What::VoiceLost,
        What::Concealed,
        What::Height,
        What::FrameRate,
        What::Freezes,
    ]));
    goals.extend(Span::new(Duration::ZERO, WARM).told(&[What::FirstPicture, What::VoiceLost]));
    Scenario {
        name: format!("steady-{kbps}"),
        about: format!("a line of {kbps} kbit/s; buffer 32 kB, round trip 40 ms"),
        people: listener(Line::same(way(2_000, 32 * 1_024, 40)).with_down(way(
            kbps,
            32 * 1_024,
            40,
        ))),
        changes: Vec::new(),
        lasts: END,
        goals,
        seeds_min: 0,
    }
}

/// Whether the estimate is true, over rates and inherent loss.
pub(super) fn estimates() -> Vec<Scenario> {
    let cells = ESTIMATED_KBPS.into_iter();
    cells.flat_map(|kbps| INHERENT_PERCENT.map(|percent| estimate(kbps, percent))).collect()
}

fn estimate(kbps: u64, percent: u16) -> Scenario {
    let mut down = way(kbps, 64 * 1_024, 40);
    let mut up = way(2_000, 64 * 1_024, 40);
    if percent > 0 {
        let loss = Loss::Random { permille: 10 * percent };
        (down.loss, up.loss) = (loss, loss);
    }
    // As many cameras as want more than the line carries.
    let cameras = usize::try_from(kbps / CAMERA_KBPS + 1).unwrap_or(1);
    let mut people = listener(Line { up, down });
    let silent = Person { shows: 0, speaks: Speaks::Never, ..Person::seen() };
    people.resize(1 + cameras, silent);
    let end = seconds(60);
    let span = Span::new(WARM, end);
    Scenario {
        name: format!("estimate-{kbps}-{percent}"),
        about: format!(
            "is the estimate of {kbps} kbit/s true, {percent} % being lost whatever is sent?"
        ),
        people,
        changes: Vec::new(),
        lasts: end,
        goals: vec![
            span.goal(What::EstimateTrue, Bound::AtLeast(90.0)),
            span.goal(What::Used, Bound::Told),
        ],
        seeds_min: 0,
    }
}
