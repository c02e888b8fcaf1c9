//! What was measured, for a person and for a machine.
//!
//! In: numbers. Out: lines of a table, and a part of `target/bench/report.json`.
//! Never: judges a number.

use crate::engine::Engine;
use crate::load::Measured;
use crate::{Order, Outcome};
use bedside_benches::paper::Sheet;
use std::time::Duration;

/// A report being made.
#[derive(Debug)]
pub(crate) struct Report {
    sheet: Sheet,
}

impl Report {
    pub(crate) fn new(order: &Order) -> Self {
        let mut sheet = Sheet::new("visits");
        sheet.number("stored", "", f64::from(order.visits));
        Self { sheet }
    }

    /// The state machine alone.
    pub(crate) fn machine(&mut self, events_a_second: f64) {
        self.sheet.number("rules of a visit alone, on one core", "events/s", events_a_second);
    }

    /// One operation on one engine.
    pub(crate) fn operation(&mut self, engine: Engine, measured: &Measured) {
        let Measured { name, took, times } = measured;
        let count = u32::try_from(times.len()).map_or(f64::MAX, f64::from);
        let name = format!("{}, {name}", engine.name());
        self.sheet.number(&name, "requests/s", count / took.as_secs_f64());
        for (of, part) in [("p50", 50), ("p99", 99), ("longest", 100)] {
            self.sheet.number(&format!("{name}, {of}"), "ms", millis(rank(times, part)));
        }
    }

    /// Puts it beside what other benches have reported.
    pub(crate) fn close(self) -> Outcome<()> {
        self.sheet.close()?;
        Ok(())
    }
}

/// The time within which so many of a hundred were answered; of none, nothing.
fn rank(times: &[Duration], part: usize) -> Duration {
    let at = (times.len() * part).div_ceil(100).saturating_sub(1);
    times.get(at).copied().unwrap_or_default()
}

fn millis(time: Duration) -> f64 {
    (time.as_secs_f64() * 100_000.0).round() / 100.0
}
