//! The child of `compose` and `play`: decodes behind walls. Not for people.
//!
//! In: frames on standard input. Out: a film on standard output; or, for the test of the walls,
//! which ways out were open before them and behind them.
//! Never: works without walls.

use crate::cli::Decode;
use crate::output;
use anyhow::bail;
use bedside_recorder::child::walls::Allowance;
use bedside_recorder::child::{trial, work};
use std::process::ExitCode;

/// Address space of the child. Nine people's largest pictures take a tenth of it; the rest is room
/// for the program itself.
const MEMORY: u64 = 4 << 30;

/// Seconds of computing of the child: a day's film on a slow machine.
const SECONDS: u64 = 48 * 60 * 60;

pub(crate) fn run(args: &Decode) -> anyhow::Result<ExitCode> {
    let allowance = Allowance { memory: MEMORY, seconds: SECONDS };
    match (&args.try_file, args.try_server) {
        (Some(file), Some(server)) => {
            let (before, behind) = trial::run(allowance, file, server)?;
            for ((way, was), (_, is)) in before.into_iter().zip(behind) {
                output::say(&format!("{way}: {was} {is}"));
            }
        }
        (None, None) => work::run(allowance)?,
        (Some(_), None) | (None, Some(_)) => bail!("a trial needs a file and a server"),
    }
    Ok(ExitCode::SUCCESS)
}
