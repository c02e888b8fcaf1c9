//! `bedside`: the program. Only wiring; what it does is in the crates it holds together.
//!
//! In: the command line, the environment, a settings file. Out: an exit code, and words for
//! the person who started it.
//! Never: a decision about a visit or a packet.

mod cli;
mod command;
mod log;
mod open_files;
mod output;
mod settings;

use clap::Parser;
use cli::{Cli, Command};
use std::process::ExitCode;

fn main() -> ExitCode {
    let outcome = match Cli::parse().command {
        Command::Serve(args) => command::serve::run(&args),
        Command::Config(args) => command::config::run(&args),
        Command::Keys(args) => command::keys::run(&args),
        Command::Audit(args) => command::audit::run(&args),
        Command::Recording(args) => command::recording::run(&args),
        Command::Doctor(args) => command::doctor::run(&args),
        Command::Loadtest(args) => command::loadtest::run(&args),
        Command::Sim(args) => Ok(command::sim::run(&args)),
    };
    outcome.unwrap_or_else(|error| {
        output::complain(&format!("bedside: {error:#}"));
        ExitCode::FAILURE
    })
}
