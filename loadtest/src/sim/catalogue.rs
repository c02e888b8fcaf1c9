//! Every visit that is simulated, and what must hold in it.
//!
//! In: nothing. Out: scenarios.
//! Never: a goal without its reason; where a line cannot carry what is asked, the arithmetic stands
//! beside it.

mod cut;
mod loss;
mod page;
mod steady;
mod thin;
mod turn;

use super::metric::{Metric, What};
use super::scenario::{Bound, Change, Goal, Line, Person, Scenario};
use crate::link::Profile;
use bedside_sfu_api::Bitrate;
use std::time::Duration;

/// Before this a visit is only beginning: browsers start low and look for more.
const WARM: Duration = Duration::from_secs(10);
/// What is said last has to arrive before the end.
const TAIL: Duration = Duration::from_secs(2);

/// All scenarios, in the order of the scoreboard.
#[must_use]
pub(crate) fn all() -> Vec<Scenario> {
    [
        cut::all(),
        steady::all(),
        loss::all(),
        thin::all(),
        steady::estimates(),
        turn::all(),
        page::all(),
    ]
    .concat()
}

const fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// A way of this rate, with a buffer of so many bytes, for a round trip that long.
fn way(kbps: u64, buffer_bytes: usize, rtt_ms: u64) -> Profile {
    Profile {
        rate: Some(Bitrate::kbps(kbps)),
        buffer_bytes,
        delay: Duration::from_micros(rtt_ms * 500),
        ..Profile::default()
    }
}

/// Two people; the first looks and listens on this line, the other is on a good one.
fn listener(line: Line) -> Vec<Person> {
    let quiet = Person { camera: None, ..Person::seen() };
    vec![quiet.on(line), Person { shows: 0, ..Person::seen() }]
}

/// Two people who see each other, the first on this line.
fn both(line: Line) -> Vec<Person> {
    vec![Person::seen().on(line), Person::seen()]
}

/// The first person's line from a time on.
fn change(at: Duration, line: Line) -> Change {
    Change { at, who: 0, line }
}

/// A span to measure in.
#[derive(Clone, Copy)]
struct Span {
    from: Duration,
    until: Duration,
}

impl Span {
    const fn new(from: Duration, until: Duration) -> Self {
        Self { from, until }
    }

    /// A goal for the first person.
    fn goal(self, what: What, bound: Bound) -> Goal {
        self.of(0, what, bound)
    }

    /// A goal for somebody.
    fn of(self, who: usize, what: What, bound: Bound) -> Goal {
        let metric = Metric { what, who, from: self.from, until: self.until };
        Goal { metric, bound, note: None }
    }

    /// Numbers that are only told, of the first person.
    fn told(self, what: &[What]) -> impl Iterator<Item = Goal> {
        what.iter().map(move |what| self.goal(*what, Bound::Told))
    }
}

trait Noted {
    /// With what has to be known to judge it.
    fn noted(self, note: impl Into<String>) -> Self;
}

impl Noted for Goal {
    fn noted(self, note: impl Into<String>) -> Self {
        Self { note: Some(note.into()), ..self }
    }
}

#[cfg(test)]
mod tests;
