//! `bedside audit`: its words, defaults and examples.
//!
//! In: what was typed. Out: typed arguments, or help that teaches.
//! Never: does anything.

use super::Settings;
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// `bedside audit`
#[derive(Debug, Args)]
pub(crate) struct Audit {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: AuditCommand,
}

/// What to do with the audit log.
#[derive(Debug, Subcommand)]
pub(crate) enum AuditCommand {
    /// Read every row and say which were edited, removed or reordered; exits with 1 then
    #[command(after_help = "\
Examples:
  bedside audit verify
  bedside audit verify --tenant clinic --checkpoint /mnt/elsewhere/clinic.jws

It may run beside the server. A checkpoint is a line of `GET /v1/audit/checkpoints` (`jws`); one
that was kept elsewhere also shows that the end of the log was cut off.")]
    Verify(AuditVerify),
    /// Print the public key of the checkpoints, as a JWK
    #[command(after_help = "\
Example:
  bedside audit key")]
    Key(Settings),
}

impl AuditCommand {
    /// Where the log is.
    pub(crate) const fn settings(&self) -> &Settings {
        match self {
            Self::Verify(args) => &args.settings,
            Self::Key(settings) => settings,
        }
    }
}

/// `bedside audit verify`
#[derive(Debug, Args)]
pub(crate) struct AuditVerify {
    /// Whose log. Left out: everybody's
    #[arg(long)]
    pub(crate) tenant: Option<String>,
    /// A file of checkpoints kept elsewhere, one a line; may be given again
    #[arg(long = "checkpoint", value_name = "FILE")]
    pub(crate) checkpoints: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) settings: Settings,
}
