//! The service as one thing: opened, bound, served, stopped.
//!
//! In: settings, the way to the media plane, the wish to stop. Out: addresses known before
//! anybody is served; an end that forgets nothing.
//! Never: half a stop; what was accepted is on the disk, and sockets are told before they are
//! cut.

mod audit;
mod dev;
mod listen;

pub use dev::{DevLink, DevVisit};

use crate::audit::Audit;
use crate::client::{self, NewClient};
use crate::consent::ConsentTexts;
use crate::films::Films;
use crate::health::{self, Health};
use crate::http;
use crate::hub::{Hub, Limits, Trade};
use crate::identifiers::Identifiers;
use crate::key::{self, FreshKey, KEYS_PER_TENANT_MAX, NewKey};
use crate::link::{KEY_BYTES, Links};
use crate::media::MediaLink;
use crate::metrics::Metrics;
use crate::oidc::{Provider, Tickets};
use crate::outward::Outward;
use crate::recorder::RecorderLink;
use crate::recordings::{Keeper, Recordings};
use crate::store::{ClientRow, KeyKept, KeyRow, Store};
use crate::token::{AccessTokens, RemoteKeys, SEED_BYTES};
use crate::webhook::{self, Dispatcher, SigningKeys};
use crate::{AppState, Fault, clock, secret, timekeeper};
use bedside_config::Config;
use jiff::SignedDuration;
use listen::{Listener, Server};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};
use uuid::Uuid;

/// File of the link key in the data folder.
const LINK_KEY_FILE: &str = "link.key";
/// File in the data folder of the key that the secrets of webhooks are derived from.
const WEBHOOK_KEY_FILE: &str = "webhook.key";
/// File in the data folder of the key that signs clients' access tokens.
const TOKEN_KEY_FILE: &str = "token.key";
/// File of the node's id in the data folder.
const NODE_FILE: &str = "node.id";

/// How long the visits may take to store their quality records when the service stops. A disk
/// takes some milliseconds for each; longer holds up a restart for numbers.
const KEEP_WAIT: Duration = Duration::from_secs(5);

/// The service with its memory open; enough for the command line.
#[derive(Debug)]
pub struct Service {
    store: Store,
    link_key: [u8; KEY_BYTES],
    webhook_key: [u8; webhook::KEY_BYTES],
    token_key: [u8; SEED_BYTES],
    outward: bedside_config::Outward,
    recording: bedside_config::Recording,
    oidc: bedside_config::Oidc,
    http: bedside_config::Http,
    limits: bedside_config::Limits,
    films: Films,
    metrics: SocketAddr,
}

/// The service with its addresses taken; nobody is answered yet.
#[derive(Debug)]
pub struct Bound {
    service: Service,
    http: Listener,
    metrics: Listener,
    links: Links,
}

impl Service {
    /// Opens the data folder, made at first with its keys.
    ///
    /// # Errors
    /// When the folder, a key or the database cannot be used.
    pub async fn open(config: &Config) -> Result<Self, Fault> {
        let folder = &config.store.data_dir;
        secret::make_folder(folder)?;
        let link_key = secret::key_file(&folder.join(LINK_KEY_FILE))?;
        let webhook_key = secret::key_file(&folder.join(WEBHOOK_KEY_FILE))?;
        let token_key = secret::key_file(&folder.join(TOKEN_KEY_FILE))?;
        let node = Uuid::from_bytes(secret::key_file(&folder.join(NODE_FILE))?);
        let store = Store::open(&config.store, node).await?;
        Ok(Self {
            store,
            link_key,
            webhook_key,
            token_key,
            outward: config.outward.clone(),
            recording: config.recording.clone(),
            oidc: config.oidc.clone(),
            http: config.http.clone(),
            limits: config.limits.clone(),
            films: Films::new(folder),
            metrics: config.metrics.listen,
        })
    }

    /// Makes an API key. Its text is in the answer and nowhere else.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn create_key(&self, new: &NewKey) -> Result<FreshKey, Fault> {
        let (fresh, row) = key::mint(new, None, clock::now())?;
        match self.store.create_key(&row, KEYS_PER_TENANT_MAX).await? {
            KeyKept::Kept => Ok(fresh),
            KeyKept::Full => Err(Fault::KeysFull { most: KEYS_PER_TENANT_MAX }),
        }
    }

    /// Gives an API key a new secret; the present one works for `overlap` more. `None` when
    /// there is none of that id, or it was revoked.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn rotate_key(
        &self,
        id: Uuid,
        overlap: SignedDuration,
    ) -> Result<Option<FreshKey>, Fault> {
        let (fresh, rotation) = key::rotate(id, overlap, clock::now())?;
        Ok(self.store.rotate_key(&rotation).await?.then_some(fresh))
    }

    /// Every API key, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_keys(&self) -> Result<Vec<KeyRow>, Fault> {
        self.store.keys().await
    }

    /// Registers a client, and returns its id.
    ///
    /// # Errors
    /// When the database fails, or the tenant has as many as it may have.
    pub async fn create_client(&self, new: NewClient) -> Result<Uuid, Fault> {
        let row = client::row(new, None, clock::now());
        match self.store.create_client(&row, KEYS_PER_TENANT_MAX).await? {
            KeyKept::Kept => Ok(row.id),
            KeyKept::Full => Err(Fault::KeysFull { most: KEYS_PER_TENANT_MAX }),
        }
    }

    /// Every client, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_clients(&self) -> Result<Vec<ClientRow>, Fault> {
        self.store.clients().await
    }

    /// Revokes a client; false when there is none of that id, or it was revoked before.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn revoke_client(&self, id: Uuid) -> Result<bool, Fault> {
        self.store.revoke_client(id, clock::now()).await
    }

    /// Revokes an API key; false when there is none of that id, or it was revoked before.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn revoke_key(&self, id: Uuid) -> Result<bool, Fault> {
        self.store.revoke_key(id, clock::now()).await
    }

    /// Closes the memory without having served, so that the database is one whole file.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn close(self) -> Result<(), Fault> {
        self.store.close().await
    }

    /// Compares what tells that somebody is who they should be.
    fn identifiers(&self) -> Identifiers {
        Identifiers::new(&self.link_key)
    }

    /// Takes both addresses.
    ///
    /// # Errors
    /// When one is not free; the fault says which, and what to do.
    pub async fn bind(self) -> Result<Bound, Fault> {
        let http = Listener::bind(self.http.listen, "--http").await?;
        let metrics = Listener::bind(self.metrics, "--metrics").await?;
        let public_url = listen::public_url(&self.http.public_url, http.address());
        let links = Links::new(&self.link_key, &public_url);
        Ok(Bound { service: self, http, metrics, links })
    }
}

impl Bound {
    /// Where people and software are answered.
    #[must_use]
    pub const fn http_addr(&self) -> SocketAddr {
        self.http.address()
    }

    /// Where the operator is answered.
    #[must_use]
    pub const fn metrics_addr(&self) -> SocketAddr {
        self.metrics.address()
    }

    /// What people's browsers see; personal links begin with it.
    #[must_use]
    pub fn public_url(&self) -> &str {
        self.links.public_url()
    }

    /// The service, for its keys.
    #[must_use]
    pub const fn service(&self) -> &Service {
        &self.service
    }

    /// A visit that starts now, with a link for each part people play in it, and an API key.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn dev_visit(&self) -> Result<DevVisit, Fault> {
        dev::visit(&self.service, &self.links, clock::now()).await
    }

    /// Answers until `shutdown` is done, then stops: no new connections, sockets are told, and
    /// what is under way has `http.drain_seconds` to end. Without a recorder nothing is recorded.
    ///
    /// # Errors
    /// When a server ends by itself, or the database cannot be closed well.
    pub async fn serve(
        self,
        media: MediaLink,
        recorder: Option<RecorderLink>,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) -> Result<(), Fault> {
        let Self { service, http, metrics, links } = self;
        let identifiers = service.identifiers();
        let store = service.store.start(clock::now()).await?;
        let films = service.films;
        films.sweep(&store.film_files().await?).map_err(|source| Fault::Film { source })?;
        // Ends with this function, whichever way that ends.
        let mut lease = JoinSet::new();
        lease.spawn(store.clone().hold_lease());
        let series = Metrics::new()?;
        let trade = Trade {
            quality: series.quality(),
            links: links.clone(),
            identifiers: identifiers.clone(),
            texts: ConsentTexts::built_in(),
            recipients: service.recording.recipients.as_slice().into(),
            recorded: series.recordings(),
        };
        let keeper = keeper((&store, &service.recording), recorder.as_ref(), &series);
        let hub = Hub::start(store.clone(), media, recorder, Limits::default(), trade);
        let (stop, stopping) = watch::channel(false);
        let outward = Outward::new(&service.outward)?;
        let webhook_keys = SigningKeys::new(&service.webhook_key);
        let parts = (store.clone(), outward.clone(), webhook_keys.clone());
        let webhooks = tokio::spawn(dispatcher(parts, &series).run(stopping.clone()));
        let health = Health {
            metrics: series.clone(),
            hub: hub.clone(),
            store: store.clone(),
            stopping: stopping.clone(),
        };
        let state = AppState {
            store: store.clone(),
            hub: hub.clone(),
            metrics: series,
            tokens: AccessTokens::new(&service.token_key, links.public_url()),
            provider: Provider::new(&service.oidc, links.public_url(), &outward)?,
            tickets: Tickets::new(&service.link_key),
            remote_keys: RemoteKeys::new(outward.clone()),
            links,
            identifiers,
            audit: Audit::start(store.clone()),
            recordings: keeper.recordings.clone(),
            outward,
            webhook_keys,
            stopping: stopping.clone(),
            trusted_proxies: service.http.trusted_proxies.as_slice().into(),
            films,
            limits: Arc::new(http::Limits::new(&service.limits)),
        };
        let keeper = tokio::spawn(keeper.run(stopping.clone()));
        let time = tokio::spawn(timekeeper::run(store.clone(), hub.clone(), stopping.clone()));
        // The operator sees the drain to its end; this server stops when it is dropped.
        let mut operator = metrics.serve(health::router(health), watch::channel(false).1);
        let mut people = http.serve(http::router(state), stopping);
        let early = tokio::select! {
            () = shutdown => Ok(()),
            ended = people.ended() => ended,
            ended = operator.ended() => ended,
        };
        stop.send_replace(true);
        hub.stop();
        let wait = Duration::from_secs(service.http.drain_seconds.into());
        drain(&hub, &mut people, wait).await;
        time.abort();
        keeper.abort();
        ended(webhooks).await;
        drop((people, operator));
        lease.shutdown().await;
        early.and(store.close().await)
    }
}

/// What keeps recordings for as long as they are to be kept.
fn keeper(
    (store, settings): (&Store, &bedside_config::Recording),
    recorder: Option<&RecorderLink>,
    series: &Metrics,
) -> Keeper {
    let reads = recorder.map(|link| link.reads.clone());
    Keeper {
        store: store.clone(),
        recordings: Recordings::new(settings, reads),
        commands: recorder.map(|link| link.commands.clone()),
        series: series.recordings(),
    }
}

/// Waits for what sends webhooks.
async fn ended(webhooks: JoinHandle<()>) {
    if webhooks.await.is_err() {
        tracing::error!("what sends webhooks had ended before; they are sent at the next start");
    }
}

/// What sends webhooks.
fn dispatcher(
    (store, outward, keys): (Store, Outward, SigningKeys),
    series: &Metrics,
) -> Dispatcher {
    Dispatcher { store, outward, keys, series: series.webhooks() }
}

/// Lets what is under way end, for so long, and stores what is known of the visits' quality.
async fn drain(hub: &Hub, people: &mut Server, wait: Duration) {
    let drained = tokio::time::timeout(wait, async {
        hub.quiet().await;
        people.ended().await
    });
    if drained.await.is_err() {
        tracing::warn!(seconds = wait.as_secs(), "stopped before everything had ended");
    }
    if tokio::time::timeout(KEEP_WAIT, hub.keep()).await.is_err() {
        tracing::warn!("not every visit's quality record was stored");
    }
}
