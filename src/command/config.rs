//! `bedside config`: is it right, what is in force, what is there to set.
//!
//! In: the settings as `serve` would read them. Out: a sentence or TOML on standard output.
//! Never: a secret; settings hold none.

use crate::cli::{Config, ConfigCommand};
use crate::{output, settings};
use std::process::ExitCode;

pub(crate) fn run(args: &Config) -> anyhow::Result<ExitCode> {
    match &args.command {
        ConfigCommand::Check(args) => {
            let loaded = settings::load(args)?;
            output::say(&match loaded.file {
                Some(file) => format!("{} is right.", file.display()),
                None => "There is no settings file; the defaults are right.".to_owned(),
            });
        }
        ConfigCommand::Print(args) => {
            let loaded = settings::load(args)?;
            output::say(bedside_config::effective(&loaded.config).trim_end());
        }
        ConfigCommand::Example => output::say(bedside_config::example().trim_end()),
    }
    Ok(ExitCode::SUCCESS)
}
