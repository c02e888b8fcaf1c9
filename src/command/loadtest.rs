//! `bedside loadtest`: visits of synthetic people against a server; and a relay for bad lines.
//!
//! In: a script and where the server is; or the server's media address and what lines are to be
//! like. Out: a report, and whether its goals hold; or ports to send browsers' media to.
//! Never: touches the server's settings; of its data, a key for the test, which ends with it.

use crate::cli::{self, Loadtest, LoadtestCommand, Relay};
use crate::{open_files, output, settings};
use anyhow::{Context as _, bail};
use bedside_loadtest::load::command::Load;
use bedside_loadtest::relay::{self, Plan, Timeline};
use bedside_signaling::Service;
use bedside_signaling::key::{FreshKey, NewKey, Scope};
use jiff::{SignedDuration, Timestamp};
use std::fs;
use std::process::ExitCode;
use std::time::Instant;

/// A key of a test that was killed ends by itself. No test is longer than a day.
const KEY_HOURS: i64 = 25;

pub(crate) fn run(args: &Loadtest) -> anyhow::Result<ExitCode> {
    match &args.command {
        Some(LoadtestCommand::Relay(args)) => relay(args),
        None => load(&args.load, &args.settings),
    }
}

fn load(args: &Load, settings: &cli::Settings) -> anyhow::Result<ExitCode> {
    open_files::raise();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("the async runtime cannot start")?;
    runtime.block_on(async {
        if !args.wants_key() {
            return play(args).await;
        }
        let config = settings::load(settings)?.config;
        let folder = config.store.data_dir.display();
        if !config.store.data_dir.is_dir() {
            bail!(
                "there is no server's data in {folder}, so no key can be made: give one by --key"
            );
        }
        let service = Service::open(&config).await?;
        let key = key_for_a_test(&service).await;
        service.close().await?;
        let FreshKey { id, text } = key?;
        let played = play(&Load { key: Some(text), ..args.clone() }).await;
        let service = Service::open(&config).await?;
        let revoked = service.revoke_key(id).await;
        service.close().await?;
        revoked?;
        played
    })
}

async fn play(args: &Load) -> anyhow::Result<ExitCode> {
    let stop = async {
        // Without signals there is still the script's end.
        let _ = tokio::signal::ctrl_c().await;
    };
    let holds = args.run(output::say, stop).await?;
    Ok(if holds { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn key_for_a_test(service: &Service) -> anyhow::Result<FreshKey> {
    let hours = SignedDuration::from_hours(KEY_HOURS);
    let key = NewKey {
        tenant: "default".to_owned(),
        name: "load test".to_owned(),
        scopes: vec![Scope::VisitsWrite],
        expires_at: Some(Timestamp::now().checked_add(hours).context("the clock is at its end")?),
    };
    Ok(service.create_key(&key).await?)
}

fn relay(args: &Relay) -> anyhow::Result<ExitCode> {
    let timeline = match &args.timeline {
        None => Timeline::default(),
        Some(path) => {
            let shown = path.display();
            let text = fs::read_to_string(path).with_context(|| format!("cannot read {shown}"))?;
            Timeline::parse(&text).with_context(|| format!("{shown} is no timeline"))?
        }
    };
    let plan = Plan {
        listen: args.listen.clone(),
        orders: args.orders.clone(),
        timeline,
        seed: args.seed,
    };
    let relay = relay::Relay::open(Instant::now(), args.to, &plan)?;
    for (index, listen) in relay.listen().enumerate() {
        output::say(&format!("leg {}: {listen} to {}", index + 1, args.to));
    }
    relay.run(std::io::stdin(), output::say)?;
    Ok(ExitCode::SUCCESS)
}
