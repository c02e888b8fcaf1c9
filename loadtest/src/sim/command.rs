//! The command line of the simulator, whatever program it is part of.
//!
//! In: what was typed. Out: words for the person who did, files where they asked for them, and
//! how it went.
//! Never: a decision about a visit.

use super::run::{Jobs, run};
use super::scenario::Scenario;
use super::score::{Row, Scoreboard};
use super::{catalogue, trace};
use clap::Args;
use std::io::{IsTerminal, Write as _};
use std::process::ExitCode;
use std::thread;
use std::time::Instant;

/// `bedside sim`
#[derive(Debug, Clone, Args)]
pub struct Sim {
    /// Which scenarios, by name or by how their names begin. Left out: all
    #[arg(value_name = "SCENARIO")]
    scenarios: Vec<String>,
    /// How many seeds each scenario is lived with
    #[arg(long, value_name = "N", default_value_t = 20,
          value_parser = clap::value_parser!(u16).range(1..))]
    seeds: u16,
    /// The first seed
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
    /// How many at once. Left out: one a core
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    jobs: Option<u16>,
    /// Two seeds, also where a scenario needs more to show something rare
    #[arg(long)]
    quick: bool,
    /// Instead of the scoreboard, what each 100 ms of a visit looked like
    #[arg(long)]
    trace: bool,
}

/// How it went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// As it has to.
    Well,
    /// Something happened that must not.
    Ill,
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Well => Self::SUCCESS,
            Outcome::Ill => Self::FAILURE,
        }
    }
}

/// Why it could not begin or end.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// A name that no scenario has.
    #[error("there is no scenario {name:?}; there are {known}")]
    Scenario {
        /// What was typed.
        name: String,
        /// All there are.
        known: String,
    },
}

impl Fault {
    /// Asked for something that cannot be.
    #[must_use]
    pub fn exit_code(&self) -> ExitCode {
        ExitCode::from(2)
    }
}

impl Sim {
    /// What teaches below the options.
    pub const EXAMPLES: &str = "\
Examples:
  bedside sim
      Every scenario with twenty seeds.
  bedside sim steady cut-250-32k-40ms --seeds 5
      Scenarios by name, or by how their names begin.
  bedside sim steady-500 --seed 3 --trace
      One visit, a line each 100 ms.

Everything is decided by the seed: the same command gives the same numbers again.";

    /// Does what was asked; `say` gets what there is to read.
    ///
    /// # Errors
    /// When something was asked for that is not there.
    pub fn run(&self, say: impl Fn(&str)) -> Result<Outcome, Fault> {
        let scenarios = chosen(catalogue::all(), &self.scenarios)?;
        if self.trace {
            for scenario in &scenarios {
                say(&trace::trace(scenario, self.seed));
            }
            return Ok(Outcome::Well);
        }
        let threads = self.jobs.map_or_else(cores, usize::from);
        let seeds = if self.quick { QUICK_SEEDS } else { self.seeds.into() };
        let jobs = Jobs { seed: self.seed, seeds, strict: !self.quick, threads };
        let began = Instant::now();
        let (scoreboard, faults) = run(&scenarios, jobs, progress);
        say(&table(&scoreboard));
        let (goals, hold) = scoreboard.count();
        say(&format!("{hold} of {goals} goals hold; {:.0?}", began.elapsed()));
        for fault in &faults {
            say(fault);
        }
        Ok(if faults.is_empty() { Outcome::Well } else { Outcome::Ill })
    }
}

/// Seeds of a quick run.
const QUICK_SEEDS: u64 = 2;

fn cores() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

/// Those whose name is given or begins so; all when none is.
fn chosen(all: Vec<Scenario>, names: &[String]) -> Result<Vec<Scenario>, Fault> {
    let is_meant = |scenario: &Scenario, name: &String| {
        scenario.name == *name || scenario.name.starts_with(&format!("{name}-"))
    };
    for name in names {
        if !all.iter().any(|scenario| is_meant(scenario, name)) {
            let known: Vec<&str> = all.iter().map(|scenario| scenario.name.as_str()).collect();
            return Err(Fault::Scenario { name: name.clone(), known: known.join(", ") });
        }
    }
    let is_chosen =
        |scenario: &Scenario| names.is_empty() || names.iter().any(|name| is_meant(scenario, name));
    Ok(all.into_iter().filter(is_chosen).collect())
}

/// A line that is written over, for somebody who waits.
fn progress(over: usize, of: usize) {
    let mut err = std::io::stderr().lock();
    if err.is_terminal() {
        let end = if over == of { "\n" } else { "" };
        // Who does not read it misses nothing.
        let _ = write!(err, "\r{over} of {of} visits{end}").and_then(|()| err.flush());
    }
}

/// The scoreboard with its columns lined up.
fn table(scoreboard: &Scoreboard) -> String {
    let heads = Scoreboard::HEADS.map(str::to_owned).to_vec();
    let rows: Vec<Vec<String>> =
        [heads].into_iter().chain(scoreboard.rows.iter().map(Row::cells)).collect();
    let width = |column: usize| {
        rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max()
    };
    let widths: Vec<usize> =
        (0..Scoreboard::HEADS.len()).map(|column| width(column).unwrap_or_default()).collect();
    let line = |row: &Vec<String>| {
        let cells: Vec<String> =
            row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
        cells.join("  ").trim_end().to_owned()
    };
    rows.iter().map(line).collect::<Vec<String>>().join("\n")
}
