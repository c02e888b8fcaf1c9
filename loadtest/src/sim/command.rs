//! The command line of the simulator, whatever program it is part of.
//!
//! In: what was typed. Out: words for the person who did, files, and how it went.
//! Never: a decision about a visit.

mod shelf;

use super::run::{Jobs, Ran, run};
use super::scenario::Scenario;
use super::score::{Row, Scoreboard};
use super::{baseline, catalogue, trace};
use clap::Args;
pub use shelf::ShelfFault;
use std::io::{IsTerminal, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;
use std::thread;
use std::time::Instant;

/// Seeds of a quick run.
const QUICK_SEEDS: u64 = 2;
/// Most visits at once; no machine has more cores that it would help.
const JOBS_MAX: i64 = 256;

/// `bedside sim`
#[derive(Debug, Clone, Args)]
pub struct Sim {
    /// Which scenarios, by name or by how their names begin. Left out: all
    #[arg(value_name = "SCENARIO")]
    scenarios: Vec<String>,
    /// How many seeds each scenario is lived with; a few ask for more by themselves
    #[arg(long, value_name = "N", default_value_t = 20,
          value_parser = clap::value_parser!(u16).range(1..))]
    seeds: u16,
    /// The first seed
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u32,
    /// How many visits at once. Left out: one a core
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=JOBS_MAX))]
    jobs: Option<u16>,
    /// Two seeds each and no drawings: enough to see that something broke
    #[arg(long, conflicts_with = "seeds")]
    quick: bool,
    /// Folder of scoreboard.json and the drawings, one SVG a scenario
    #[arg(long, value_name = "DIR", default_value = "target/sim")]
    out: PathBuf,
    /// Draw in a quick run too
    #[arg(long)]
    plot: bool,
    /// A scoreboard to compare with; exit with 1 if a number with a goal became worse than it by
    /// more than 15 % and more than chance
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Keep this scoreboard as a baseline
    #[arg(long, value_name = "FILE")]
    write_baseline: Option<PathBuf>,
    /// Live on a line that somebody had: a quality series of the API (JSON), or a trace of lines
    /// `seconds kbit/s`
    #[arg(long, value_name = "FILE", conflicts_with = "scenarios")]
    replay: Option<PathBuf>,
    /// Instead of the scoreboard, what each 100 ms of a visit looked like
    #[arg(long)]
    trace: bool,
    /// Only print the scenarios and what they are about
    #[arg(long)]
    list: bool,
}

/// How it went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// As it has to, or no worse than the baseline.
    Well,
    /// Something happened that must not, or became worse.
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
    #[error("there is no scenario {name:?}; names begin with {known}, and `--list` prints all")]
    Scenario {
        /// What was typed.
        name: String,
        /// How names begin.
        known: String,
    },
    /// A file.
    #[error(transparent)]
    Shelf(#[from] ShelfFault),
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
      Every scenario with twenty seeds: some minutes.
  bedside sim steady cut-250-32k-40ms --seeds 5
      Scenarios by name, or by how their names begin; `--list` prints them.
  bedside sim steady-500 --seed 3 --trace
      One visit, a line each 100 ms.
  bedside sim --replay series.json --plot
      The line of somebody whose visit went badly, from GET /v1/visits/ID/quality?series=true.

Nothing is real but the media server's mind: time, lines and browsers are modelled, and all chance
comes from the seed. A goal holds when it holds for the worst seed.";

    /// Does what was asked; `say` gets what there is to read.
    ///
    /// # Errors
    /// When something was asked for that is not there, or a file cannot be used.
    pub fn run(&self, say: impl Fn(&str)) -> Result<Outcome, Fault> {
        let scenarios = match &self.replay {
            Some(path) => vec![shelf::line(path)?],
            None => chosen(catalogue::all(), &self.scenarios)?,
        };
        if self.list {
            say(&list(&scenarios));
            return Ok(Outcome::Well);
        }
        if self.trace {
            for scenario in &scenarios {
                say(&trace::trace(scenario, self.seed.into()));
            }
            return Ok(Outcome::Well);
        }
        // Read before anything is run: a wrong name is told at once.
        let before = self.baseline.as_deref().map(shelf::scoreboard).transpose()?;
        let began = Instant::now();
        let ran = run(&scenarios, self.jobs(), progress);
        let path = shelf::keep_all(&self.out, &ran.scoreboard, &ran.drawings)?;
        if let Some(path) = &self.write_baseline {
            shelf::keep(path, &ran.scoreboard)?;
        }
        say(&table(&ran.scoreboard));
        say(&notes(&ran.scoreboard));
        let (goals, hold) = ran.scoreboard.count();
        let took = began.elapsed();
        say(&format!("{hold} of {goals} goals hold. {took:.0?}; kept in {}", path.display()));
        Ok(judge(&ran, before.as_ref(), say))
    }

    fn jobs(&self) -> Jobs {
        Jobs {
            seed: self.seed.into(),
            seeds: if self.quick { QUICK_SEEDS } else { self.seeds.into() },
            strict: !self.quick,
            threads: self.jobs.map_or_else(cores, usize::from),
            plots: self.plot || !self.quick,
        }
    }
}

fn cores() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

fn judge(ran: &Ran, before: Option<&Scoreboard>, say: impl Fn(&str)) -> Outcome {
    let worse = before.map_or_else(Vec::new, |before| baseline::worse(before, &ran.scoreboard));
    for fault in &ran.faults {
        say(&format!("must not happen: {fault}"));
    }
    for worse in &worse {
        say(&format!("worse than the baseline: {worse}"));
    }
    if before.is_some() && worse.is_empty() {
        say("Nothing is worse than the baseline.");
    }
    if ran.faults.is_empty() && worse.is_empty() { Outcome::Well } else { Outcome::Ill }
}

/// Those whose name is given or begins so; all when none is.
fn chosen(all: Vec<Scenario>, names: &[String]) -> Result<Vec<Scenario>, Fault> {
    let is_meant = |scenario: &Scenario, name: &String| {
        scenario.name == *name || scenario.name.starts_with(&format!("{name}-"))
    };
    for name in names {
        if !all.iter().any(|scenario| is_meant(scenario, name)) {
            let begin = |scenario: &'_ Scenario| scenario.name.split('-').next().map(str::to_owned);
            let mut known: Vec<String> = all.iter().filter_map(begin).collect();
            known.dedup();
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

fn list(scenarios: &[Scenario]) -> String {
    let rows = scenarios.iter().map(|each| vec![each.name.clone(), each.about.clone()]);
    columns(&rows.collect::<Vec<_>>())
}

/// The scoreboard with its columns lined up.
fn table(scoreboard: &Scoreboard) -> String {
    let heads = Scoreboard::HEADS.map(str::to_owned).to_vec();
    let rows: Vec<Vec<String>> =
        [heads].into_iter().chain(scoreboard.rows.iter().map(Row::cells)).collect();
    columns(&rows)
}

fn columns(rows: &[Vec<String>]) -> String {
    let count = rows.iter().map(Vec::len).max().unwrap_or_default();
    let width = |column: usize| {
        rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max()
    };
    let widths: Vec<usize> = (0..count).map(|column| width(column).unwrap_or_default()).collect();
    let line = |row: &Vec<String>| {
        let cells: Vec<String> =
            row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
        cells.join("  ").trim_end().to_owned()
    };
    rows.iter().map(line).collect::<Vec<String>>().join("\n")
}

/// What has to be known to judge the goals that do not hold.
fn notes(scoreboard: &Scoreboard) -> String {
    let missed = scoreboard.rows.iter().filter(|row| row.goal.is_some() && !row.pass);
    let lines = missed.filter_map(|row| {
        let note = row.note.as_ref()?;
        Some(format!("{}, {}: {note}", row.scenario, row.metric))
    });
    lines.map(|line| format!("{line}\n")).collect::<String>()
}

#[cfg(test)]
mod tests;
