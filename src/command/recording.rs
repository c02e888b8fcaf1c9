//! `bedside recording`: keys, checks and rescue of recordings.
//!
//! In: its arguments. Out: an exit code, and words for the person who asked.
//! Never: needs a server that runs.

mod compose;
mod decode;
mod export;
mod fetch;
mod holder;
mod keygen;
mod play;
mod recover;
mod verify;

use crate::cli::{Recording, RecordingCommand};
use anyhow::Context as _;
use bedside_recorder::seal::Opener;
use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

pub(crate) fn run(args: &Recording) -> anyhow::Result<ExitCode> {
    match &args.command {
        RecordingCommand::Keygen(args) => keygen::run(args),
        RecordingCommand::Verify(args) => verify::run(args),
        RecordingCommand::Recover(args) => recover::run(args),
        RecordingCommand::Fetch(args) => fetch::run(args),
        RecordingCommand::Export(args) => export::run(args),
        RecordingCommand::Compose(args) => compose::run(args),
        RecordingCommand::Play(args) => play::run(args),
        RecordingCommand::Decode(args) => decode::run(args),
    }
}

/// The private keys in these files; none without files.
fn opener(files: &[PathBuf]) -> anyhow::Result<Option<Opener>> {
    if files.is_empty() {
        return Ok(None);
    }
    let mut texts = Vec::new();
    for file in files {
        let text = fs::read_to_string(file)
            .with_context(|| format!("cannot read the key file {}", file.display()))?;
        texts.push(text);
    }
    Ok(Some(Opener::new(texts.iter().map(String::as_str))?))
}
