//! `bedside recording export`: a file for each person.
//!
//! In: keys, a recording, a folder. Out: files, and a line for each.
//! Never: decodes.

use super::holder::{self, Stop, Teller};
use crate::cli::Export;
use crate::output;
use bedside_recorder::export::{Exported, LISTING, export};
use std::path::Path;
use std::process::ExitCode;
use tokio::runtime::Handle;

pub(crate) fn run(args: &Export) -> anyhow::Result<ExitCode> {
    holder::run(|stop: Stop| async move {
        let (opened, out) = (args.opened.clone(), args.out.clone());
        let runtime = Handle::current();
        let (exported, warnings) = holder::work(move || {
            let recording = holder::open(&opened, &runtime)?;
            let mut teller = Teller::new(stop);
            let of_ms = recording.duration_ms();
            let exported = export(&recording, &out, &mut |at_ms| teller.tell(at_ms, of_ms));
            teller.finish();
            let exported = exported?;
            let warnings: Vec<String> = exported.warnings.iter().map(ToString::to_string).collect();
            Ok((exported, warnings))
        })
        .await?;
        holder::missing(&warnings);
        output::say(&tell(&exported, &args.out));
        Ok(ExitCode::SUCCESS)
    })
}

fn tell(exported: &Exported, out: &Path) -> String {
    let mut rows: Vec<Vec<String>> = Vec::new();
    for person in &exported.people {
        let tracks: Vec<&str> = person.tracks.iter().map(|track| track.source).collect();
        rows.push(vec![out.join(&person.file).display().to_string(), tracks.join(", ")]);
    }
    for captions in &exported.captions {
        let lines = format!("{} captions", captions.lines);
        rows.push(vec![out.join(&captions.file).display().to_string(), lines]);
    }
    rows.push(vec![
        out.join(LISTING).display().to_string(),
        "what is where, and what is missing".to_owned(),
    ]);
    output::table(&rows)
}
