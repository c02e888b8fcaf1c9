//! `bedside loadtest`: what a server does when it is not easy. So far: a relay for bad lines.
//!
//! In: the server's media address, what the lines are to be like. Out: ports to send browsers'
//! media to, and a report on each line that asks for one.
//! Never: touches the server's settings or its data.

use crate::cli::{Loadtest, LoadtestCommand, Relay};
use crate::output;
use anyhow::Context as _;
use bedside_loadtest::relay::{self, Plan, Timeline};
use std::fs;
use std::process::ExitCode;
use std::time::Instant;

pub(crate) fn run(args: &Loadtest) -> anyhow::Result<ExitCode> {
    match &args.command {
        LoadtestCommand::Relay(args) => relay(args),
    }
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
