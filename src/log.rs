//! The log on standard error.
//!
//! In: `[log]` of the settings. Out: lines for a person, or JSON for a collector.
//! Never: standard output, where the answers of commands go.

use anyhow::{Context as _, anyhow};
use bedside_config::{Log, LogFormat};
use std::io::{self, IsTerminal as _};
use tracing_subscriber::EnvFilter;

/// Starts the log; once in the life of a process.
pub(crate) fn start(log: &Log) -> anyhow::Result<()> {
    let filter: EnvFilter = log.level.parse().context("log.level")?;
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr);
    let started = match log.format {
        LogFormat::Text => builder.with_ansi(io::stderr().is_terminal()).try_init(),
        LogFormat::Json => builder.json().try_init(),
    };
    started.map_err(|error| anyhow!("the log cannot start: {error}"))
}
