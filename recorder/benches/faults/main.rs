//! `make faults`: recordings that are killed, starved, cut off and torn, over and over; and what
//! is left of them.
//!
//! In: how many runs, a seed. Out: `target/faults/report.json`; exit code 1 if a recording cannot
//! be opened, or has lost anything without saying so.
//! Never: trusts the recorder's own word for what was durable; each run keeps a naive record.

mod check;
mod child;
mod disk;
mod media;
mod plan;
mod report;
mod run;
mod s3;

use report::Report;
use std::env;
use std::path::Path;
use std::process::ExitCode;

/// Runs when none are asked for.
const RUNS: u32 = 1_000;

fn main() -> ExitCode {
    // `cargo bench` says `--bench` to everything it starts.
    let arguments: Vec<String> =
        env::args().skip(1).filter(|argument| argument != "--bench").collect();
    match arguments.first().map(String::as_str) {
        Some("child") => child::main(&arguments),
        Some("s3") => s3::main(&arguments),
        Some("s3-child") => s3::child(&arguments),
        _ => faults(&arguments),
    }
}

fn faults(arguments: &[String]) -> ExitCode {
    let number = |name: &str| {
        let at = arguments.iter().position(|argument| argument == name)?;
        arguments.get(at.saturating_add(1))?.parse::<u64>().ok()
    };
    let runs = number("--runs").map_or(RUNS, |runs| u32::try_from(runs).unwrap_or(RUNS));
    let seed = number("--seed").unwrap_or(1);
    let out = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/faults");
    let mut report = Report::new(seed);
    for at in 0..runs {
        let outcome = run::run(seed.wrapping_mul(1_000_003).wrapping_add(u64::from(at)));
        report.add(&outcome);
        if at % 50 == 49 {
            eprintln!("{} of {runs} runs", at.saturating_add(1));
        }
    }
    report.write(&out.join("report.json"));
    print(&report.summary());
    if report.is_clean() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

#[expect(clippy::print_stdout, reason = "it is what this program is for")]
fn print(text: &str) {
    println!("{text}");
}
