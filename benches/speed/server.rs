//! The server that is measured, on threads of its own.
//!
//! In: settings. Out: its address, and a key that may schedule.
//! Never: media; the plane's end is held open and nothing comes of it.

use crate::Outcome;
use bedside_config::Config;
use bedside_signaling::Service;
use bedside_signaling::key::{NewKey, Scope};
use bedside_signaling::media::MediaLink;
use std::net::SocketAddr;
use std::thread::{self, JoinHandle};
use tokio::sync::{mpsc, oneshot};

/// Words that may wait at the media plane's end.
const MEDIA_QUEUE: usize = 64;

/// A server that answers.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    pub(crate) key: String,
    stop: oneshot::Sender<()>,
    served: JoinHandle<Outcome<()>>,
}

impl Server {
    pub(crate) fn start(config: Config) -> Outcome<Self> {
        let (ready, answers) = std::sync::mpsc::channel();
        let (stop, stopped) = oneshot::channel();
        let served = thread::spawn(move || {
            tokio::runtime::Runtime::new()?.block_on(serve(config, ready, stopped))
        });
        let Ok((address, key)) = answers.recv() else {
            let ended = served.join().map_err(|_| "the server fell over")?;
            return Err(ended.err().unwrap_or_else(|| "the server ended".into()));
        };
        Ok(Self { address, key, stop, served })
    }

    /// Stops it as Ctrl-C does.
    pub(crate) fn stop(self) -> Outcome<()> {
        // One that has ended by itself says why below.
        let _ended = self.stop.send(());
        self.served.join().map_err(|_| "the server fell over")?
    }
}

async fn serve(
    config: Config,
    ready: std::sync::mpsc::Sender<(SocketAddr, String)>,
    stopped: oneshot::Receiver<()>,
) -> Outcome<()> {
    let service = Service::open(&config).await?;
    let key = NewKey {
        tenant: "clinic".to_owned(),
        name: "bench".to_owned(),
        scopes: vec![Scope::VisitsRead, Scope::VisitsWrite],
        expires_at: None,
    };
    let key = service.create_key(&key).await?.text;
    let bound = service.bind().await?;
    let (commands, _commanded) = mpsc::channel(MEDIA_QUEUE);
    let (_seen, events) = mpsc::channel(MEDIA_QUEUE);
    ready.send((bound.http_addr(), key))?;
    let shutdown = async move {
        let _wished_or_dropped = stopped.await;
    };
    Ok(bound.serve(MediaLink { commands, events }, None, shutdown).await?)
}
