//! `bedside recording verify`: is a recording what was sealed?
//!
//! In: its folder; the signer's public key and a private key, if they are at hand. Out: a picture
//! of it, a sentence for each thing that is wrong, exit code 1 if there is one.
//! Never: a change of the recording.

use super::opener;
use crate::cli::Verify;
use crate::output;
use anyhow::{Context as _, bail};
use bedside_recorder::manifest::{MANIFEST, Manifest};
use bedside_recorder::seal::Opener;
use bedside_recorder::verify::{self, Asked, Folder, Report};
use std::fs;
use std::path::Path;
use std::process::ExitCode;

/// How many parts are read between two words about it: a minute or so of a slow disk.
const PROGRESS_PARTS: usize = 2_000;
/// Most findings told one by one; who has more has another problem than which they are.
const FINDINGS_MAX: usize = 50;

pub(crate) fn run(args: &Verify) -> anyhow::Result<ExitCode> {
    let signer = args.signer.as_deref().map(str::trim);
    if let Some(signer) = signer
        && (signer.len() != 64 || !signer.bytes().all(|byte| byte.is_ascii_hexdigit()))
    {
        bail!("--signer is a public key of 64 hex digits, as `verify` prints it");
    }
    let opener = opener(&args.identities)?;
    let report = check(&args.dir, signer, opener)?;
    output::say(&tell(&report, signer.is_some(), !args.identities.is_empty()));
    Ok(if report.clean() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

pub(super) fn check(
    dir: &Path,
    signer: Option<&str>,
    opener: Option<Opener>,
) -> anyhow::Result<Report> {
    if !dir.is_dir() {
        bail!("{} is no folder; give the folder that holds {MANIFEST}", dir.display());
    }
    let opener = opener.map(|opener| with_own_key(dir, opener)).transpose()?;
    let asked = Asked { signer, opener: opener.as_ref() };
    let progress = |done: usize, of: usize| {
        if done.is_multiple_of(PROGRESS_PARTS) && done < of {
            output::complain(&format!("{done} of {of} parts read"));
        }
    };
    verify::verify(&Folder::new(dir), asked, progress)
        .with_context(|| format!("cannot read the recording in {}", dir.display()))
}

/// The keys, and with them the recording's own, if it has one.
fn with_own_key(dir: &Path, opener: Opener) -> anyhow::Result<Opener> {
    let text = fs::read(dir.join(MANIFEST)).unwrap_or_default();
    let Some(begin) = Manifest::read(&text).begin.filter(|begin| begin.shreddable) else {
        return Ok(opener);
    };
    let name = bedside_recorder::manifest::object::own_key(begin.suite);
    match fs::read(dir.join(&name)) {
        Ok(sealed) => {
            opener.with_own_key(&sealed).with_context(|| format!("cannot open {name} beside it"))
        }
        // Destroyed; the report says so.
        Err(_gone) => Ok(opener),
    }
}

/// A report in sentences, below a picture.
pub(super) fn tell(report: &Report, signer_known: bool, opened: bool) -> String {
    let manifest = &report.manifest;
    let summary = manifest.summary();
    let mut lines = Vec::new();
    if let Some(begin) = &manifest.begin {
        lines.push(format!("Recording {} of visit {}", begin.recording, begin.visit));
        lines.push(format!(
            "{} parts in {} epochs, {}, sealed to {} keys: {}",
            summary.parts,
            summary.epochs,
            verify::size(summary.bytes),
            begin.recipients.len(),
            begin.recipients.join(", ")
        ));
        lines.push(String::new());
        lines.push(verify::picture(report));
        lines.push(String::new());
        if !signer_known {
            lines.push(format!("Signed by {}", begin.signer));
            lines.push("Is that your server's key? --signer checks it.".to_owned());
        }
    }
    if summary.aborted && manifest.end.is_some() {
        lines.push("A crash ended it: what came after its last part was not sealed.".to_owned());
    }
    if report.shredded {
        lines.push("Its own key was destroyed: nobody can open it any more.".to_owned());
    }
    if opened && !report.shredded {
        lines.push(format!("{} of {} parts opened.", report.opened, summary.parts));
    }
    if report.clean() {
        lines.push("Nothing is wrong: everything is as it was sealed.".to_owned());
        return lines.join("\n");
    }
    lines.push("This is wrong:".to_owned());
    let shown = report.findings.iter().take(FINDINGS_MAX);
    lines.extend(shown.map(|finding| format!("  {finding}")));
    if let Some(more) = report.findings.len().checked_sub(FINDINGS_MAX).filter(|more| *more > 0) {
        lines.push(format!("  and {more} more"));
    }
    lines.join("\n")
}
