//! Many visits at once, on as many threads as there are cores.
//!
//! In: scenarios, seeds. Out: the scoreboard; word of each visit that is over.
//! Never: lets the order in which they end change the result.

use super::metric::Metric;
use super::plot::plot;
use super::record::Record;
use super::scenario::Scenario;
use super::score::{Row, Scoreboard};
use super::world;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// What is to be run.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Jobs {
    /// The first seed.
    pub(crate) seed: u64,
    /// How many seeds; a scenario may ask for more where `strict`.
    pub(crate) seeds: u64,
    /// Whether scenarios get as many seeds as they ask for.
    pub(crate) strict: bool,
    /// How many threads.
    pub(crate) threads: usize,
    /// Whether the first visit of each scenario is drawn.
    pub(crate) plots: bool,
}

/// What came of it.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) scoreboard: Scoreboard,
    /// What must not happen and did: a refusal, a broken room, a panic.
    pub(crate) faults: Vec<String>,
    pub(crate) drawings: Vec<Drawing>,
}

/// A visit as a picture.
#[derive(Debug)]
pub(crate) struct Drawing {
    /// Of which scenario.
    pub(crate) name: String,
    pub(crate) svg: String,
}

impl Jobs {
    /// The seeds of a scenario.
    fn seeds_of(self, scenario: &Scenario) -> std::ops::Range<u64> {
        let least = if self.strict { scenario.seeds_min } else { 0 };
        self.seed..self.seed + self.seeds.max(least)
    }
}

/// A visit that is over.
struct Done {
    scenario: usize,
    seed: u64,
    values: Vec<Option<f64>>,
    faults: Vec<String>,
    svg: Option<String>,
}

/// Runs them all. `progress` hears how many visits are over, of how many.
pub(crate) fn run(
    scenarios: &[Scenario],
    jobs: Jobs,
    progress: impl Fn(usize, usize) + Sync,
) -> Ran {
    let visits: Vec<(usize, u64)> = scenarios
        .iter()
        .enumerate()
        .flat_map(|(index, scenario)| jobs.seeds_of(scenario).map(move |seed| (index, seed)))
        .collect();
    let (next, over) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let all_done = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..jobs.threads.max(1) {
            scope.spawn(|| {
                while let Some((index, seed)) = visits.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let Some(scenario) = scenarios.get(*index) else { return };
                    let is_drawn = jobs.plots && *seed == jobs.seed;
                    let done = visit(*index, scenario, *seed, is_drawn);
                    all_done.lock().expect("a thread that panics ends the run").push(done);
                    progress(over.fetch_add(1, Ordering::Relaxed) + 1, visits.len());
                }
            });
        }
    });
    let mut all_done = all_done.into_inner().expect("a thread that panics ends the run");
    all_done.sort_by_key(|done| (done.scenario, done.seed));
    Ran {
        scoreboard: scoreboard(scenarios, jobs.seed, &all_done),
        faults: faults(scenarios, &all_done),
        drawings: drawings(scenarios, all_done),
    }
}

fn visit(index: usize, scenario: &Scenario, seed: u64, is_drawn: bool) -> Done {
    let lived = catch_unwind(AssertUnwindSafe(|| {
        let record = world::live(scenario, seed);
        let values = measure(scenario, &record);
        let svg = is_drawn.then(|| plot(scenario, seed, &record));
        Done { scenario: index, seed, values, faults: record.faults, svg }
    }));
    lived.unwrap_or_else(|_| Done {
        scenario: index,
        seed,
        values: vec![None; scenario.goals.len()],
        faults: vec!["a panic; its words are above".to_owned()],
        svg: None,
    })
}

fn measure(scenario: &Scenario, record: &Record) -> Vec<Option<f64>> {
    let metrics = scenario.goals.iter().map(|goal| &goal.metric);
    metrics.map(|metric: &Metric| metric.measure(record)).collect()
}

/// The visits are in the order of their scenarios and seeds.
fn scoreboard(scenarios: &[Scenario], first: u64, all_done: &[Done]) -> Scoreboard {
    let mut rows = Vec::new();
    for (index, scenario) in scenarios.iter().enumerate() {
        for (place, goal) in scenario.goals.iter().enumerate() {
            let done = all_done.iter().filter(|done| done.scenario == index);
            let values = done.map(|done| done.values.get(place).copied().flatten()).collect();
            rows.push(Row::new(&scenario.name, goal, first, values));
        }
    }
    Scoreboard { rows }
}

fn faults(scenarios: &[Scenario], all_done: &[Done]) -> Vec<String> {
    all_done
        .iter()
        .filter_map(|done| Some((scenarios.get(done.scenario)?, done)))
        .flat_map(|(scenario, done)| {
            let name = &scenario.name;
            done.faults.iter().map(move |fault| format!("{name}, seed {}: {fault}", done.seed))
        })
        .collect()
}

fn drawings(scenarios: &[Scenario], all_done: Vec<Done>) -> Vec<Drawing> {
    let drawn = all_done.into_iter().filter_map(|done| Some((done.scenario, done.svg?)));
    drawn
        .filter_map(|(index, svg)| Some(Drawing { name: scenarios.get(index)?.name.clone(), svg }))
        .collect()
}

#[cfg(test)]
mod tests;
