//! `bedside sim`: visits on bad lines in virtual time, and a scoreboard of what people would have
//! heard and seen.
//!
//! In: names of scenarios, seeds, a baseline. Out: what the simulator says, and its exit code.
//! Never: touches a server, a socket or a setting.

use crate::output;
use bedside_loadtest::sim::command::Sim;
use std::process::ExitCode;

pub(crate) fn run(args: &Sim) -> ExitCode {
    match args.run(output::say) {
        Ok(outcome) => outcome.into(),
        Err(fault) => {
            output::complain(&format!("bedside: {fault}"));
            fault.exit_code()
        }
    }
}
