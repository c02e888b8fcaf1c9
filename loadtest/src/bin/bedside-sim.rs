//! `bedside sim` by itself: built in a minute, as it holds no server but its mind.
//!
//! In: the command line. Out: what the simulator says, and its exit code.
//! Never: does more than `bedside sim`.

use bedside_loadtest::sim::command::Sim;
use clap::Parser;
use std::io::{self, Write as _};
use std::process::ExitCode;

/// Live through visits on bad lines in virtual time, and score what people hear and see
#[derive(Debug, Parser)]
#[command(name = "bedside sim", after_help = Sim::EXAMPLES)]
struct Cli {
    #[command(flatten)]
    sim: Sim,
}

fn main() -> ExitCode {
    match Cli::parse().sim.run(say) {
        Ok(outcome) => outcome.into(),
        Err(fault) => {
            let _ = writeln!(io::stderr().lock(), "bedside: {fault}");
            fault.exit_code()
        }
    }
}

/// A reader that went away is no fault.
fn say(text: &str) {
    let mut out = io::stdout().lock();
    let _ = writeln!(out, "{text}").and_then(|()| out.flush());
}
