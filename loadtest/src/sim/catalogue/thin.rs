//! Lines on which only voices fit.
//!
//! In: nothing. Out: scenarios.
//! Never: loss; thin and lossy at once is `loss`.

use super::{Noted, Span, TAIL, both, seconds, way};
use crate::sim::metric::What;
use crate::sim::scenario::{Bound, Line, Scenario};
use std::time::Duration;

const END: Duration = seconds(92);
/// A browser begins to send at 300 kbit/s. That fills the buffer of the way up: 131 kbit, of which
/// a line of 30 kbit/s drains 4 a second beside a thin voice and the browser's own reports. What is
/// judged is the thin line, and not how a visit begins on it.
const SETTLED: Duration = seconds(45);

pub(super) fn all() -> Vec<Scenario> {
    let notes = [
        (80, "a voice of 32 kbit/s in packets of 20 ms takes 58 kbit/s with its headers"),
        (50, "32 kbit/s in packets of 60 ms take 41 kbit/s, 16 in packets of 20 ms take 42"),
        (30, "16 kbit/s in packets of 60 ms take 25 kbit/s; anything dearer does not fit"),
    ];
    notes.map(|(kbps, note)| thin(kbps, note)).into()
}

fn thin(kbps: u64, note: &str) -> Scenario {
    let span = Span::new(SETTLED, END - TAIL);
    let mut goals = vec![
        span.goal(What::VoiceLost, Bound::AtMost(0.0)).noted(note),
        span.goal(What::VoiceDelay, Bound::AtMost(150.0)),
        span.of(1, What::VoiceLost, Bound::AtMost(0.0)),
        span.of(1, What::VoiceDelay, Bound::AtMost(150.0)),
        span.goal(What::Padding, Bound::AtMost(0.0)),
    ];
    goals.extend(span.told(&[What::Concealed, What::Used, What::FrameRate]));
    let begins = Span::new(Duration::ZERO, SETTLED);
    goals.extend(begins.told(&[What::VoiceLost, What::VoiceLate]));
    goals.push(begins.of(1, What::VoiceLate, Bound::Told));
    Scenario {
        name: format!("thin-{kbps}"),
        about: format!(
            "{kbps} kbit/s both ways, both people speak all the time, cameras on; buffer 16 kB, \
             round trip 40 ms"
        ),
        people: both(Line::same(way(kbps, 16 * 1_024, 40))),
        changes: Vec::new(),
        lasts: END,
        goals,
        seeds_min: 0,
    }
}
