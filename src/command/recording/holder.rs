//! What the key holder's commands have in common: opening a recording, being stopped, and telling
//! how far it is.
//!
//! In: key files, where the recording is. Out: an open recording; a bar, or lines where no person
//! looks on.
//! Never: a key's text in an error.

use super::opener;
use crate::cli::Opened;
use crate::output;
use anyhow::{Context as _, bail};
use bedside_recorder::child::Program;
use bedside_recorder::compose::{PATIENCE, Progress, Watch, Workshop};
use bedside_recorder::open::{Moment, Recording, Shelved, Warning};
use bedside_recorder::shelf::Shelf;
use bedside_recorder::verify::{Folder, Objects};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::future::Future;
use std::io::{IsTerminal as _, stderr};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tokio::runtime::{Builder, Handle};
use uuid::Uuid;

/// Between two lines of progress, where there is no terminal for a bar.
const LINE_EVERY: Duration = Duration::from_secs(10);

/// Set when somebody wants it to end.
pub(super) type Stop = Arc<AtomicBool>;

/// Runs a command that takes a while: Ctrl-C and SIGTERM ask it to end, and a second one ends it.
pub(super) fn run<T, F>(command: impl FnOnce(Stop) -> F) -> anyhow::Result<T>
where
    F: Future<Output = anyhow::Result<T>>,
{
    let runtime = Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .context("the async runtime cannot start")?;
    let stop = Stop::default();
    runtime.block_on(async {
        let asked = Arc::clone(&stop);
        tokio::spawn(async move {
            wish().await;
            asked.store(true, Ordering::Relaxed);
            wish().await;
            std::process::exit(130);
        });
        command(stop).await
    })
}

/// Somebody wants it to end.
pub(super) async fn wish() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut ended) = signal(SignalKind::terminate()) else {
        let _ = tokio::signal::ctrl_c().await;
        return;
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = ended.recv() => {}
    }
}

/// Runs what waits for files and pipes.
pub(super) async fn work<T: Send + 'static>(
    work: impl FnOnce() -> anyhow::Result<T> + Send + 'static,
) -> anyhow::Result<T> {
    tokio::task::spawn_blocking(work).await.context("the work ended with a defect")?
}

/// Opens a recording with the keys in these files.
pub(super) fn open(opened: &Opened, runtime: &Handle) -> anyhow::Result<Recording> {
    let Some(opener) = opener(&opened.identities)? else { bail!("no --identity is given") };
    let place = opened.recording.as_str();
    let objects: Box<dyn Objects + Send> = match place.contains("://") {
        false => {
            let folder = Path::new(place);
            if !folder.is_dir() {
                bail!("{place} is no folder; give the one that holds the recording's parts");
            }
            Box::new(Folder::new(folder))
        }
        true => {
            let (store, id) = place.trim_end_matches('/').rsplit_once('/').unwrap_or_default();
            let id: Uuid = id.parse().with_context(|| {
                format!("{place} has to end with the recording's id, as in {place}/0199a3b2-…")
            })?;
            Box::new(Shelved::new(Shelf::open(store)?, id, runtime.clone()))
        }
    };
    Ok(Recording::open(objects, opener)?)
}

/// Who decodes: this program once more, behind walls.
pub(super) fn workshop() -> anyhow::Result<Workshop> {
    let path = std::env::current_exe().context("this program's own file cannot be found")?;
    let args = ["recording", "decode"].map(Into::into).to_vec();
    Ok(Workshop { program: Program { path, args }, patience: PATIENCE })
}

/// Tells how far it is.
pub(super) struct Teller {
    bar: Option<ProgressBar>,
    begun: Instant,
    told: Instant,
    stop: Stop,
    warnings: Vec<String>,
}

impl Teller {
    pub(super) fn new(stop: Stop) -> Self {
        let now = Instant::now();
        let bar = stderr().is_terminal().then(|| {
            let style = ProgressStyle::with_template("{bar:40} {percent:>3} %  {msg}")
                .unwrap_or_else(|_| ProgressStyle::default_bar());
            ProgressBar::with_draw_target(Some(1), ProgressDrawTarget::stderr()).with_style(style)
        });
        Self { bar, begun: now, told: now, stop, warnings: Vec::new() }
    }

    /// Says how far it is; false when somebody wants it to end.
    pub(super) fn tell(&mut self, done_ms: u64, of_ms: u64) -> bool {
        let left = left(self.begun.elapsed(), done_ms, of_ms);
        let left = left.map_or("how long it takes is not known yet".to_owned(), |left| {
            let seconds = left.as_secs();
            format!("{}:{:02} left", seconds / 60, seconds % 60)
        });
        if let Some(bar) = &self.bar {
            bar.set_length(of_ms.max(1));
            bar.set_position(done_ms.min(of_ms));
            bar.set_message(left);
        } else if self.told.elapsed() >= LINE_EVERY {
            self.told = Instant::now();
            let (done, of) = (Moment(done_ms), Moment(of_ms));
            output::complain(&format!("{done} of {of}, {left}"));
        }
        !self.stop.load(Ordering::Relaxed)
    }

    /// Says how many there are, of how many.
    pub(super) fn count(&mut self, done: usize, of: usize) {
        if let Some(bar) = &self.bar {
            bar.set_length(u64::try_from(of).unwrap_or(u64::MAX));
            bar.set_position(u64::try_from(done).unwrap_or(u64::MAX));
            bar.set_message(format!("{done} of {of}"));
        } else if self.told.elapsed() >= LINE_EVERY {
            self.told = Instant::now();
            output::complain(&format!("{done} of {of}"));
        }
    }

    /// Ends the bar and says what is missing.
    pub(super) fn finish(self) {
        if let Some(bar) = self.bar {
            bar.finish_and_clear();
        }
        missing(&self.warnings);
    }
}

impl Watch for Teller {
    fn warn(&mut self, warning: &Warning) {
        self.warnings.push(warning.to_string());
    }

    fn goes_on(&mut self, progress: Progress) -> bool {
        self.tell(progress.done_ms, progress.of_ms)
    }
}

/// How long the rest takes, if it goes on as it has.
fn left(taken: Duration, done_ms: u64, of_ms: u64) -> Option<Duration> {
    let rest_ms = u128::from(of_ms.saturating_sub(done_ms));
    let left_ms = (taken.as_millis() * rest_ms).checked_div(u128::from(done_ms))?;
    u64::try_from(left_ms).ok().map(Duration::from_millis)
}

/// Says what is missing.
pub(super) fn missing(warnings: &[String]) {
    if warnings.is_empty() {
        return;
    }
    output::complain("Not all of the recording is there:");
    for warning in warnings {
        output::complain(&format!("  {warning}"));
    }
}

#[cfg(test)]
mod tests {
    use super::left;
    use std::time::Duration;

    #[test]
    fn the_rest_takes_as_long_as_what_is_done() {
        let second = Duration::from_secs(1);
        assert_eq!(left(second * 10, 1_000, 4_000), Some(second * 30));
        assert_eq!(left(second, 0, 4_000), None);
        assert_eq!(left(second, 5_000, 4_000), Some(Duration::ZERO));
    }
}
