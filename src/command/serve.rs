//! `bedside serve`: starts both halves and the recorder, says where they are, waits for the wish to stop.
//!
//! In: settings, signals. Out: a running server; what a person needs to use it; exit code 0.
//! Never: prints a secret without `--dev`.

mod greeting;
mod recorder;
mod stop;

use crate::cli::Serve;
use crate::{log, open_files, output, settings};
use anyhow::Context as _;
use bedside_config::Config;
use bedside_signaling::media::MediaLink;
use bedside_signaling::{Bound, Service};
use std::process::ExitCode;
use stop::Stop;

pub(crate) fn run(args: &Serve) -> anyhow::Result<ExitCode> {
    let config = settings::load(&args.settings)?.config;
    log::start(&config.log)?;
    open_files::raise();
    let runtime = tokio::runtime::Runtime::new().context("the async runtime cannot start")?;
    runtime.block_on(serve(&config, args.dev))?;
    Ok(ExitCode::SUCCESS)
}

async fn serve(config: &Config, dev: bool) -> anyhow::Result<()> {
    let stop = Stop::listen().context("signals cannot be received")?;
    let bound = Service::open(config).await?.bind().await?;
    let media = bedside_sfu::start(&config.media)?;
    let (recorder, recording) = recorder::start(config, media.taps, media.commands.clone())?;
    output::say(&greeting(&bound, dev).await?);
    let link = MediaLink { commands: media.commands, events: media.events };
    let served = bound.serve(link, Some(recorder), stop.wanted()).await;
    // What was taken is on the disk before the program ends.
    recording.end().await;
    tokio::task::spawn_blocking(move || media.threads.stop()).await?;
    Ok(served?)
}

async fn greeting(bound: &Bound, dev: bool) -> anyhow::Result<String> {
    let place = greeting::Place {
        public_url: bound.public_url().to_owned(),
        http: bound.http_addr(),
        metrics: bound.metrics_addr(),
    };
    if dev {
        return Ok(greeting::to_a_developer(&place, &bound.dev_visit().await?));
    }
    let has_key = bound.service().list_keys().await?.iter().any(|key| key.revoked_at.is_none());
    Ok(greeting::to_an_operator(&place, has_key))
}
