//! What happens in a simulated visit, as data.
//!
//! In and out: people, their lines, what changes when, what must hold.
//! Never: does anything; `world` lives it, `metric` judges it.

use super::camera::Lens;
use super::metric::Metric;
use crate::link::{Loss, Profile};
use bedside_sfu_api::Bitrate;
use std::time::Duration;

/// A visit to be simulated.
#[derive(Debug, Clone)]
pub(crate) struct Scenario {
    /// What it is called on the command line and in the scoreboard.
    pub(crate) name: String,
    /// What it is about, in a sentence.
    pub(crate) about: String,
    /// Everybody; the first is the one whose line is bad.
    pub(crate) people: Vec<Person>,
    /// What changes, in order.
    pub(crate) changes: Vec<Change>,
    /// How long it takes, from the first word.
    pub(crate) lasts: Duration,
    /// What must hold.
    pub(crate) goals: Vec<Goal>,
    /// How many seeds it needs at least, where twenty show too little.
    pub(crate) seeds_min: u64,
}

/// Somebody in the visit.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Person {
    /// When they speak.
    pub(crate) speaks: Speaks,
    /// Their camera, if they have one.
    pub(crate) camera: Option<Lens>,
    /// How tall their page draws the others; zero shows nobody.
    pub(crate) shows: u16,
    /// What their line is like at first.
    pub(crate) line: Line,
}

/// When somebody speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Speaks {
    /// All the time, so that no loss goes unheard.
    Always,
    /// In turn with the others who do.
    InTurn,
    /// Not at all; the microphone is on.
    Never,
}

/// Both ways of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Line {
    /// From the person.
    pub(crate) up: Profile,
    /// To the person.
    pub(crate) down: Profile,
}

/// A line becomes another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Change {
    /// When, from the first word.
    pub(crate) at: Duration,
    /// Whose.
    pub(crate) who: usize,
    /// What it is like from then on.
    pub(crate) line: Line,
}

/// Something that must hold.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Goal {
    /// What is measured.
    pub(crate) metric: Metric,
    /// What it has to be.
    pub(crate) bound: Bound,
    /// What has to be known to judge it: the arithmetic, where physics forbids more.
    pub(crate) note: Option<String>,
}

/// What a number has to be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Bound {
    /// No more than this.
    AtMost(f64),
    /// No less than this.
    AtLeast(f64),
    /// Anything; it is only told.
    Told,
}

impl Bound {
    /// Whether the number is as it has to be.
    #[must_use]
    pub(crate) fn holds(self, value: f64) -> bool {
        match self {
            Self::AtMost(most) => value <= most,
            Self::AtLeast(least) => value >= least,
            Self::Told => true,
        }
    }
}

impl Line {
    /// A good line: 20 Mbit/s, 10 ms to the server.
    pub(crate) const GOOD: Self = Self::same(Profile {
        rate: Some(Bitrate::kbps(20_000)),
        buffer_bytes: 256 * 1_024,
        delay: Duration::from_millis(10),
        jitter: Duration::ZERO,
        loss: Loss::None,
        reorder_permille: 0,
        down: false,
    });

    /// The same both ways.
    #[must_use]
    pub(crate) const fn same(way: Profile) -> Self {
        Self { up: way, down: way }
    }

    /// Another way down, the same way up.
    #[must_use]
    pub(crate) const fn with_down(self, down: Profile) -> Self {
        Self { down, ..self }
    }
}

impl Person {
    /// Somebody with a camera and a good line, who shows the others large.
    #[must_use]
    pub(crate) const fn seen() -> Self {
        Self { speaks: Speaks::Always, camera: Some(Lens::LARGE), shows: 720, line: Line::GOOD }
    }

    /// Somebody on a line of their own.
    #[must_use]
    pub(crate) const fn on(self, line: Line) -> Self {
        Self { line, ..self }
    }
}
