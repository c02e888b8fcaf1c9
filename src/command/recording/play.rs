//! `bedside recording play`: shows a film to a browser on this machine while it is made.
//!
//! In: keys, a recording, how it shall look. Out: a link that works until Ctrl-C.
//! Never: anything on the disk under a name, or for anybody who does not have the link.

mod range;
mod serve;

use super::compose::order;
use super::holder::{self, Stop, wish};
use crate::cli::Play;
use crate::output;
use anyhow::Context as _;
use bedside_recorder::play::{Reel, Secret, fill};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use tokio::net::TcpListener;
use tokio::runtime::Handle;

pub(crate) fn run(args: &Play) -> anyhow::Result<ExitCode> {
    holder::run(|stop: Stop| async move {
        let (opened, order) = (args.opened.clone(), order(&args.look));
        let (workshop, runtime) = (holder::workshop()?, Handle::current());
        let recording = holder::work(move || holder::open(&opened, &runtime)).await?;
        let ends_ms = order.to_ms.unwrap_or(u64::MAX).min(recording.duration_ms());
        let reel = Reel::new(ends_ms.saturating_sub(order.from_ms));
        let reel = Arc::new(reel.context("there is no room for a temporary file")?);
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.context("no port is free")?;
        let (address, secret) = (listener.local_addr()?, Arc::new(Secret::fresh()?));
        output::say(&format!("http://{address}/{}/", secret.text()));
        output::say("Open this link in a browser on this machine. Press Ctrl-C to end it.");
        let (filled, asked) = (Arc::clone(&reel), Stop::clone(&stop));
        let filling = holder::work(move || {
            let mut goes_on = || !asked.load(Ordering::Relaxed);
            Ok(fill(&recording, order, &workshop, &filled, &mut goes_on)?)
        });
        let serving = tokio::spawn(serve::serve(listener, secret, reel));
        let wish = wish();
        tokio::pin!(filling, wish);
        tokio::select! {
            made = &mut filling => {
                if let Err(error) = made {
                    output::complain(&format!("bedside: {error:#}"));
                }
                wish.await;
            }
            () = &mut wish => {
                stop.store(true, Ordering::Relaxed);
                // The child ends before we do.
                let _stopped = filling.await;
            }
        }
        serving.abort();
        Ok(ExitCode::SUCCESS)
    })
}
