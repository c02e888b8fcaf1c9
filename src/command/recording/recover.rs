//! `bedside recording recover`: closes what a crash left open in a spool.
//!
//! In: the spool or a folder in it; the server's signing key. Out: manifests closed as aborted, and
//! what was done in sentences; exit code 1 if something is not whole.
//! Never: changes anything without the key; works beside a server that uses the spool.

use super::verify;
use crate::cli::Recover;
use crate::{output, settings};
use anyhow::{Context as _, bail};
use bedside_recorder::manifest::{KEY_FILE, Signer, SignerFault};
use bedside_recorder::recover::{self, Recovered};
use std::error::Error;
use std::io::ErrorKind;
use std::path::Path;
use std::process::ExitCode;
use uuid::Uuid;

pub(crate) fn run(args: &Recover) -> anyhow::Result<ExitCode> {
    let Some((root, recordings)) = recover::recordings(&args.dir) else {
        bail!("{} is no folder", args.dir.display());
    };
    if recordings.is_empty() {
        output::say("There is no recording here; nothing is to be done.");
        return Ok(ExitCode::SUCCESS);
    }
    let key = match &args.key {
        Some(key) => key.clone(),
        None => settings::load(&args.settings)?.config.store.data_dir.join(KEY_FILE),
    };
    let mut whole = true;
    match Signer::read(&key) {
        Ok(signer) => {
            let recovered = recover::recover(&root, &recordings, signer)
                .context("the recordings cannot be recovered")?;
            for one in &recovered {
                whole &= one.closed.is_ok();
                output::say(&tell(one));
            }
        }
        Err(SignerFault::Io { source, .. }) if source.kind() == ErrorKind::NotFound => {
            whole = false;
            output::complain(&format!(
                "There is no key {}: recordings cannot be closed without it, and are only \
                 checked. Give it with --key, or its folder with --data-dir.",
                key.display()
            ));
        }
        Err(fault) => return Err(fault.into()),
    }
    for recording in recordings {
        whole &= check(&root, recording)?;
    }
    Ok(if whole { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Checks what is still in the spool. Parts that have gone to the store are not missed here.
fn check(root: &Path, recording: Uuid) -> anyhow::Result<bool> {
    let dir = root.join(recording.to_string());
    if !dir.is_dir() {
        return Ok(true);
    }
    let mut report = verify::check(&dir, None, None)?;
    report.findings.retain(|finding| finding.kind() != "removed");
    output::say(&verify::tell(&report, true, false));
    Ok(report.clean())
}

fn tell(recovered: &Recovered) -> String {
    let Recovered { recording, dropped, saved, damaged, closed } = recovered;
    let mut text = match closed {
        Ok(summary) => {
            format!("{recording}: closed as aborted, with {} parts", summary.parts)
        }
        Err(fault) => {
            let why = fault.source().map(|source| format!(": {source}")).unwrap_or_default();
            format!("{recording}: not closed: {fault}{why}")
        }
    };
    if *saved > 0 {
        text.push_str(&format!("; {saved} saved that a crash had left half-way"));
    }
    if *dropped > 0 {
        text.push_str(&format!("; {dropped} removed that had never been whole"));
    }
    if *damaged > 0 {
        text.push_str(&format!("; {damaged} are not what had been written: the disk lost some"));
    }
    text
}
