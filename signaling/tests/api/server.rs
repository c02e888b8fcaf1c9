//! A server of one's own for each test.
//!
//! In: a folder, fresh or with a past. Out: addresses, keys, a client.
//! Never: a fixed port; a folder shared by two tests.

use super::shelf::Shelf;
use crate::client::{Answer, Client, Draft};
use crate::engine::Engine;
use bedside_config::{Config, Limits, Range};
use bedside_sfu_api::{Command, Event};
use bedside_signaling::key::{NewKey, Scope};
use bedside_signaling::media::MediaLink;
use bedside_signaling::recorder::RecorderLink;
use bedside_signaling::{Fault, Service};
use bedside_signaling_api::recorder::{RecorderCommand, RecorderEvent};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::path::Path;
use tempfile::TempDir;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use uuid::Uuid;

pub(crate) const TENANT: &str = "clinic";

pub(crate) struct Server {
    pub(crate) folder: TempDir,
    pub(crate) http: SocketAddr,
    pub(crate) metrics: SocketAddr,
    /// A key that may do everything.
    pub(crate) key: String,
    pub(crate) client: Client,
    stop: oneshot::Sender<()>,
    served: JoinHandle<Result<(), Fault>>,
    /// The media plane's end.
    pub(crate) seen: mpsc::Sender<Event>,
    _commands: mpsc::Receiver<Command>,
    /// The recorder's end.
    pub(crate) recorder: mpsc::Receiver<RecorderCommand>,
    pub(crate) recorded: mpsc::Sender<RecorderEvent>,
    /// What the recorder's store holds.
    pub(crate) shelf: Shelf,
}

/// The engine of this test program: `api_postgres` runs the same tests on PostgreSQL.
pub(crate) fn engine() -> Engine {
    match env!("CARGO_CRATE_NAME") {
        "api_postgres" => Engine::Postgres,
        _ => Engine::Sqlite,
    }
}

pub(crate) fn config(folder: &Path) -> Config {
    let mut config = Config::default();
    config.http.listen = "127.0.0.1:0".parse().unwrap();
    config.metrics.listen = "127.0.0.1:0".parse().unwrap();
    config.store = engine().store(folder);
    config
}

impl Server {
    pub(crate) async fn start() -> Self {
        Self::start_in(TempDir::new().unwrap()).await
    }

    pub(crate) async fn start_in(folder: TempDir) -> Self {
        let config = config(folder.path());
        Self::start_with(folder, config).await
    }

    /// Behind a proxy on loopback.
    pub(crate) async fn start_proxied() -> Self {
        Self::start_configured(|_, config| {
            config.http.trusted_proxies = vec![Range::parse("127.0.0.1").unwrap()];
        })
        .await
    }

    /// With settings of a test's own; the folder is there for what they name.
    pub(crate) async fn start_configured(change: impl FnOnce(&Path, &mut Config)) -> Self {
        let folder = TempDir::new().unwrap();
        let mut config = config(folder.path());
        change(folder.path(), &mut config);
        Self::start_with(folder, config).await
    }

    /// With limits that a test reaches.
    pub(crate) async fn start_limited(limits: Limits) -> Self {
        Self::start_configured(|_, config| config.limits = limits).await
    }

    pub(crate) async fn start_with(folder: TempDir, config: Config) -> Self {
        let service = Service::open(&config).await.unwrap();
        let key = key(&service, TENANT, &Scope::ALL).await;
        let bound = service.bind().await.unwrap();
        let (http, metrics) = (bound.http_addr(), bound.metrics_addr());
        let (commands, commanded) = mpsc::channel(64);
        let (seen, events) = mpsc::channel(64);
        let (stop, stopped) = oneshot::channel();
        let shutdown = async move {
            let _wished_or_dropped = stopped.await;
        };
        let (record, recorder) = mpsc::channel(64);
        let (recorded, heard) = mpsc::channel(64);
        let (reads, read) = mpsc::channel(64);
        let link = Some(RecorderLink { commands: record, events: heard, reads });
        let served = tokio::spawn(bound.serve(MediaLink { commands, events }, link, shutdown));
        let client = Client::new();
        Self {
            folder,
            http,
            metrics,
            key,
            client,
            stop,
            served,
            seen,
            _commands: commanded,
            recorder,
            recorded,
            shelf: Shelf::start(read),
        }
    }

    /// Stops it as Ctrl-C does, and gives the folder back.
    pub(crate) async fn stop(self) -> TempDir {
        self.stop.send(()).unwrap();
        self.served.await.unwrap().unwrap();
        self.folder
    }

    /// Begins to stop and returns what waits for the end, with the folder it needs until then.
    pub(crate) fn begin_stop(self) -> (TempDir, JoinHandle<Result<(), Fault>>) {
        self.stop.send(()).unwrap();
        (self.folder, self.served)
    }

    /// The operator's probe.
    pub(crate) async fn probe(&self, path: &str) -> Answer {
        probe(&self.client, self.metrics, path).await
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.http)
    }

    pub(crate) fn get(&self, path: &str) -> Draft {
        self.client.get(self.url(path)).bearer(&self.key)
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> Draft {
        self.client.post(self.url(path)).bearer(&self.key).json(body)
    }

    /// Makes a key beside the running server, as the command line does.
    pub(crate) async fn key(&self, tenant: &str, scopes: &[Scope]) -> String {
        let service = Service::open(&config(self.folder.path())).await.unwrap();
        key(&service, tenant, scopes).await
    }

    pub(crate) async fn schedule(&self, body: &Value) -> Value {
        let response = self.post("/v1/visits", body).send().await;
        assert_eq!(response.status, 201);
        response.json()
    }

    pub(crate) async fn redeem(&self, link: &str) -> Answer {
        let body = json!({ "link": behind_the_hash(link) });
        let request = self.client.post(self.url("/v1/links/redeem")).json(&body);
        request.send().await
    }
}

pub(crate) async fn probe(client: &Client, metrics: SocketAddr, path: &str) -> Answer {
    client.get(format!("http://{metrics}{path}")).send().await
}

async fn key(service: &Service, tenant: &str, scopes: &[Scope]) -> String {
    let new = NewKey {
        tenant: tenant.to_owned(),
        name: "test".to_owned(),
        scopes: scopes.to_vec(),
        expires_at: None,
    };
    service.create_key(&new).await.unwrap().text
}

pub(crate) fn visit() -> Value {
    json!({
        "starts_at": "2026-12-01T09:30:00Z",
        "duration_minutes": 30,
        "participants": [
            { "role": "patient", "display_name": "Maria", "language": "es" },
            { "role": "clinician", "display_name": "Dr. Osei" },
        ],
    })
}

pub(crate) fn id(visit: &Value) -> Uuid {
    visit["id"].as_str().unwrap().parse().unwrap()
}

pub(crate) fn link(visit: &Value, participant: usize) -> String {
    visit["participants"][participant]["link"].as_str().unwrap().to_owned()
}

pub(crate) fn behind_the_hash(link: &str) -> &str {
    link.split_once('#').unwrap().1
}

/// The problem in an answer, which must be in the one shape of every error.
pub(crate) async fn problem(response: Answer, status: u16, kind: &str) -> Value {
    assert_eq!(response.status, status, "{kind}");
    assert_eq!(response.headers["content-type"], "application/problem+json", "{kind}");
    let problem: Value = response.json();
    assert_eq!(problem["type"], format!("/problems/{kind}"), "{problem}");
    assert_eq!(problem["status"], status, "{problem}");
    assert!(!problem["title"].as_str().unwrap().is_empty(), "{problem}");
    problem
}
