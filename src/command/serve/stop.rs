//! The wish to stop: SIGINT (Ctrl-C) or SIGTERM.
//!
//! In: signals, from the moment this exists. Out: the first one, as an end to wait for.
//! Never: ignores the second; who asks twice wants out at once.

use std::io;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// What a shell reports for a program that SIGINT ended; so does a second wish to stop.
const EXIT_AT_ONCE: i32 = 130;

/// Both signals, being listened for.
#[derive(Debug)]
pub(super) struct Stop {
    interrupt: Signal,
    terminate: Signal,
}

impl Stop {
    /// Starts to listen. From here on neither signal ends the process by itself.
    pub(super) fn listen() -> io::Result<Self> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    /// Ends at the first signal; the next one ends the process.
    pub(super) async fn wanted(mut self) {
        self.next().await;
        tracing::info!("stopping; once more stops at once");
        tokio::spawn(async move {
            self.next().await;
            std::process::exit(EXIT_AT_ONCE);
        });
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}
