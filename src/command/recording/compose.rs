//! `bedside recording compose`: one film of a recording.
//!
//! In: keys, a recording, how it shall look. Out: an MP4, and how far it is meanwhile.
//! Never: decodes in this process.

use super::holder::{self, Stop, Teller};
use crate::cli::{Compose, Look};
use crate::output;
use bedside_recorder::compose::{Order, compose_file};
use bedside_recorder::open::Moment;
use std::process::ExitCode;
use tokio::runtime::Handle;

pub(crate) fn run(args: &Compose) -> anyhow::Result<ExitCode> {
    holder::run(|stop: Stop| async move {
        let (opened, out, order) = (args.opened.clone(), args.out.clone(), order(&args.look));
        let runtime = Handle::current();
        let lasts_ms = holder::work(move || {
            let recording = holder::open(&opened, &runtime)?;
            let workshop = holder::workshop()?;
            let mut teller = Teller::new(stop);
            let made = compose_file(&recording, order, &workshop, &out, &mut teller);
            teller.finish();
            Ok(made?)
        })
        .await?;
        output::say(&format!("{}: {}", args.out.display(), Moment(lasts_ms)));
        Ok(ExitCode::SUCCESS)
    })
}

pub(super) fn order(look: &Look) -> Order {
    Order {
        layout: look.layout.into(),
        size: look.size,
        from_ms: look.from.unwrap_or_default(),
        to_ms: look.to,
    }
}
