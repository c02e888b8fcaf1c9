//! What was measured, for a person and for a machine.
//!
//! In: numbers. Out: lines of a table, and a part of `target/bench/report.json`.
//! Never: judges a number.

use crate::engine::Engine;
use crate::load::Measured;
use crate::paper::{put, say};
use crate::{Order, Outcome};
use serde_json::{Map, Value, json};
use std::time::Duration;

/// The part of the report that is of this bench.
const PART: &str = "visits";

/// A report being made.
#[derive(Debug)]
pub(crate) struct Report {
    part: Map<String, Value>,
}

impl Report {
    pub(crate) fn new(order: &Order) -> Self {
        let mut part = Map::new();
        part.insert("stored".to_owned(), json!(order.visits));
        part.insert("optimised".to_owned(), json!(!cfg!(debug_assertions)));
        Self { part }
    }

    /// The state machine alone.
    pub(crate) fn machine(&mut self, events_a_second: f64) {
        say(&format!("rules of a visit alone: {events_a_second:.0} events/s on one core"));
        self.part.insert("machine_events_per_second".to_owned(), json!(events_a_second.round()));
        say(&format!(
            "{:9} {:8} {:>10} {:>9} {:>9} {:>9}",
            "engine", "what", "requests/s", "p50 ms", "p99 ms", "max ms"
        ));
    }

    /// One operation on one engine.
    pub(crate) fn operation(&mut self, engine: Engine, measured: &Measured) {
        let Measured { name, took, times } = measured;
        let count = u32::try_from(times.len()).map_or(f64::MAX, f64::from);
        let rate = count / took.as_secs_f64();
        let [p50, p99, max] = [50, 99, 100].map(|part| millis(rank(times, part)));
        say(&format!("{:9} {name:8} {rate:>10.0} {p50:>9.2} {p99:>9.2} {max:>9.2}", engine.name()));
        let numbers = json!({
            "requests_per_second": rate.round(), "p50_ms": p50, "p99_ms": p99, "max_ms": max,
        });
        let of_engine = self.part.entry(engine.name()).or_insert_with(|| json!({}));
        if let Some(of_engine) = of_engine.as_object_mut() {
            of_engine.insert((*name).to_owned(), numbers);
        }
    }

    /// Puts it beside what other benches have reported.
    pub(crate) fn close(self) -> Outcome<()> {
        put(PART, self.part)?;
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
