//! `bedside recording fetch`: a sealed recording from the server that keeps it.
//!
//! In: the server, an API key, a recording's id. Out: its folder.
//! Never: opens it.

use super::holder::{self, Stop, Teller};
use crate::cli::Fetch;
use crate::output;
use anyhow::{Context as _, bail};
use bedside_recorder::fetch::Source;
use std::fs;
use std::process::ExitCode;
use std::sync::atomic::Ordering;

/// Between two looks whether somebody wants it to end.
const LOOK: std::time::Duration = std::time::Duration::from_millis(100);

pub(crate) fn run(args: &Fetch) -> anyhow::Result<ExitCode> {
    holder::run(|stop: Stop| async move {
        let key = fs::read_to_string(&args.key_file)
            .with_context(|| format!("cannot read the key file {}", args.key_file.display()))?;
        let read = |file| fs::read(file).context("the certificate authorities cannot be read");
        let authorities = args.ca_file.as_ref().map(read).transpose()?;
        let source = Source::new(&args.url, &key, authorities.as_deref())?;
        let mut teller = Teller::new(Stop::clone(&stop));
        let mut told = |done: usize, of: usize| teller.count(done, of);
        let stopped = async {
            while !stop.load(Ordering::Relaxed) {
                tokio::time::sleep(LOOK).await;
            }
        };
        let fetched = tokio::select! {
            fetched = source.fetch(args.recording, &args.out, &mut told) => fetched,
            () = stopped => bail!("stopped; start it again and it goes on where it was"),
        };
        teller.finish();
        let fetched = fetched?;
        holder::missing(&fetched.warnings);
        let (objects, before) = (fetched.objects, fetched.were_there);
        let folder = fetched.folder.display();
        output::say(&format!("{folder}: {objects} objects fetched, {before} were there"));
        Ok(if fetched.warnings.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    })
}
