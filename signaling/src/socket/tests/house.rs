//! A server with one visit in it, and the ends of media plane and recorder in the test's own hands.
//!
//! In: roles. Out: addresses, sessions, and what reached the media plane and the recorder.
//! Never: a stand-in for anything of ours.

use super::page::{Page, patiently};
use crate::consent::ConsentTexts;
use crate::hub::{Hub, Limits, Trade};
use crate::identifiers::Identifiers;
use crate::key::{KEYS_PER_TENANT_MAX, NewKey, Scope, mint};
use crate::link::{KEY_BYTES, Links};
use crate::media::MediaLink;
use crate::metrics::Metrics;
use crate::plan::{Asker, plan};
use crate::recorder::RecorderLink;
use crate::socket::{Desk, routes};
use crate::store::{Actor, SessionRow, Store};
use crate::visit::{self, Visit, VisitEvent};
use crate::{clock, secret};
use bedside_sfu_api::{Command, Event, ParticipantId, RoomId};
use bedside_signaling_api::recorder::{RecorderCommand, RecorderEvent};
use bedside_signaling_api::role::Role;
use bedside_signaling_api::socket::ClientMessage;
use bedside_signaling_api::visit::NewVisit;
use std::net::SocketAddr;
use std::time::Duration;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use uuid::Uuid;

/// A grace time no test outlasts.
pub(super) const PATIENT: Limits = Limits {
    grace: Duration::from_secs(600),
    catch_up: Duration::ZERO,
    linger: Duration::from_secs(600),
    retry: Duration::from_millis(10),
};
/// A grace time that is over at once.
pub(super) const HASTY: Limits = Limits { grace: Duration::from_millis(1), ..PATIENT };
/// The media plane's queue in most tests.
const MEDIA_QUEUE: usize = 64;

/// A command that changes no visit: a stranger is lost.
pub(super) const NOTHING: visit::Command = visit::Command::Lose { participant: Uuid::nil() };

/// Whom recordings are sealed to; the hub asks only that there is somebody.
pub(super) const RECIPIENTS: [&str; 2] = ["age1one", "age1two"];

/// Key of identifiers.
const KEY: &[u8] = b"a key of these tests";

/// The node of the house.
const NODE: Uuid = Uuid::from_u128(1);

/// Whose visit it is.
const TENANT: &str = "house";

/// One running service with one visit.
pub(super) struct House {
    pub(super) folder: TempDir,
    pub(super) visit: Uuid,
    pub(super) people: Vec<(Role, Uuid)>,
    pub(super) service: Running,
}

/// The part that a restart replaces.
pub(super) struct Running {
    pub(super) store: Store,
    pub(super) hub: Hub,
    pub(super) commands: mpsc::Receiver<Command>,
    pub(super) events: mpsc::Sender<Event>,
    pub(super) recorder: mpsc::Receiver<RecorderCommand>,
    pub(super) recorded: mpsc::Sender<RecorderEvent>,
    pub(super) stop: watch::Sender<bool>,
    pub(super) address: SocketAddr,
    server: JoinHandle<()>,
}

impl House {
    pub(super) async fn with(roles: &[Role], limits: Limits) -> Self {
        Self::with_media_queue(roles, limits, MEDIA_QUEUE).await
    }

    pub(super) async fn with_media_queue(roles: &[Role], limits: Limits, queue: usize) -> Self {
        Self::planned(&new_visit(roles), limits, queue).await
    }

    /// A house with a visit of the API as asked for.
    pub(super) async fn with_visit(visit: serde_json::Value) -> Self {
        Self::with_visit_and(visit, PATIENT, MEDIA_QUEUE).await
    }

    pub(super) async fn with_visit_and(
        visit: serde_json::Value,
        limits: Limits,
        queue: usize,
    ) -> Self {
        let new = serde_json::from_value(visit).expect("a visit of the API");
        Self::planned(&new, limits, queue).await
    }

    async fn planned(new: &NewVisit, limits: Limits, queue: usize) -> Self {
        // A failing test shows what the operator would have read; one logger is enough.
        let _set_before = tracing_subscriber::fmt().with_test_writer().try_init();
        let folder = TempDir::new().unwrap();
        let service = Running::start(&folder, limits, (NODE, queue)).await;
        let new_key = NewKey {
            tenant: TENANT.to_owned(),
            name: "scheduler".to_owned(),
            scopes: Scope::ALL.to_vec(),
            expires_at: None,
        };
        let (_, key) = mint(&new_key, None, clock::now()).unwrap();
        service.store.create_key(&key, KEYS_PER_TENANT_MAX).await.unwrap();
        let asker = Asker { tenant: TENANT.to_owned(), actor: Actor::Operator, follows: None };
        let rows = plan(&asker, new, &Identifiers::new(KEY), clock::now()).unwrap();
        let [row] = rows.as_slice() else { panic!("one visit was asked for") };
        service.store.create_visit(row, None).await.unwrap();
        let people = row.participants.iter().map(|person| (person.role, person.id)).collect();
        Self { folder, visit: row.id, people, service }
    }

    /// Ends this service as a kill would, and starts another on the same folder.
    pub(super) async fn restart(&mut self, limits: Limits) {
        self.service.server.abort();
        self.service = Running::start(&self.folder, limits, (NODE, MEDIA_QUEUE)).await;
    }

    /// Another node on the same database.
    pub(super) async fn neighbour(&self) -> Running {
        Running::start(&self.folder, PATIENT, (Uuid::from_u128(2), MEDIA_QUEUE)).await
    }

    pub(super) fn id(&self, role: Role) -> Uuid {
        let found = self.people.iter().find(|(each, _)| *each == role);
        found.expect("the role is in the house").1
    }

    pub(super) fn room(&self) -> RoomId {
        RoomId(self.visit)
    }

    pub(super) fn participant(&self, role: Role) -> ParticipantId {
        ParticipantId(self.id(role))
    }

    /// The session of a device that has redeemed this role's link.
    pub(super) async fn session(&self, role: Role) -> String {
        let row = SessionRow { visit: self.visit, participant: self.id(role), generation: 1 };
        self.service.store.open_session(row, clock::now()).await.unwrap()
    }

    /// A page of this role, on a device of its own, that has said hello.
    pub(super) async fn open(&self, role: Role) -> Page {
        Page::open(self.service.address, &self.session(role).await).await
    }

    /// The visit as its actor has it.
    pub(super) async fn visit(&self) -> Visit {
        self.service.hub.command(self.visit, Actor::Clock, NOTHING).await.unwrap()
    }

    /// What the media plane is told next.
    pub(super) async fn told(&mut self) -> Command {
        patiently(self.service.commands.recv()).await.expect("the hub is alive")
    }

    /// That the media plane was told nothing so far.
    pub(super) fn assert_not_told(&mut self) {
        assert_eq!(self.service.commands.try_recv().ok(), None);
    }

    /// The media plane has seen something.
    pub(super) async fn sees(&self, event: Event) {
        self.service.events.send(event).await.expect("the hub is alive");
    }

    /// What the recorder is told next.
    pub(super) async fn recorder_told(&mut self) -> RecorderCommand {
        patiently(self.service.recorder.recv()).await.expect("the hub is alive")
    }

    /// The recorder says something.
    pub(super) async fn recorder_says(&self, event: RecorderEvent) {
        self.service.recorded.send(event).await.expect("the hub is alive");
    }

    /// The names of the events stored so far.
    pub(super) async fn log(&self) -> Vec<VisitEvent> {
        let stored = self.service.store.load_visit(self.visit).await.unwrap().unwrap();
        stored.events.into_iter().map(|(_, event)| event).collect()
    }
}

impl Running {
    async fn start(folder: &TempDir, limits: Limits, (node, queue): (Uuid, usize)) -> Self {
        let settings = bedside_config::Store {
            data_dir: folder.path().to_owned(),
            ..bedside_config::Store::default()
        };
        let store = Store::open(&settings, node).await.unwrap();
        let store = store.start(clock::now()).await.unwrap();
        let (command, commands) = mpsc::channel(queue);
        let (events, event) = mpsc::channel(MEDIA_QUEUE);
        let media = MediaLink { commands: command, events: event };
        let series = Metrics::new().unwrap();
        let trade = Trade {
            quality: series.quality(),
            recorded: series.recordings(),
            links: Links::new(&[7; KEY_BYTES], "https://visits.example.org"),
            identifiers: Identifiers::new(KEY),
            texts: ConsentTexts::built_in(),
            recipients: RECIPIENTS.map(str::to_owned).into(),
        };
        let (record, recorder) = mpsc::channel(queue);
        let (recorded, heard) = mpsc::channel(MEDIA_QUEUE);
        let reads = mpsc::channel(1).0;
        let link = Some(RecorderLink { commands: record, events: heard, reads });
        let hub = Hub::start(store.clone(), media, link, limits, trade);
        let (stop, stopping) = watch::channel(false);
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let desk = Desk {
            store: store.clone(),
            hub: hub.clone(),
            stopping,
            public_url: "https://visits.example.org".into(),
        };
        let app = routes::<Desk>().with_state(desk);
        let server = tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { store, hub, commands, events, recorder, recorded, stop, address, server }
    }
}

/// A visit of the API that starts now, with one person of each role.
pub(super) fn new_visit(roles: &[Role]) -> NewVisit {
    let person = |role: &Role| serde_json::json!({"role": role, "display_name": format!("The {}", role.name())});
    let people: Vec<_> = roles.iter().map(person).collect();
    let body = serde_json::json!({"duration_minutes": 30, "participants": people});
    serde_json::from_value(body).expect("a visit of the API")
}

/// Staff lets somebody in and looks at nothing.
pub(super) const fn admit(participant: Uuid) -> ClientMessage {
    ClientMessage::Admit { participant, shown: None, skip: Vec::new() }
}

/// Staff ends the visit and says nothing.
pub(super) const fn end() -> ClientMessage {
    ClientMessage::End { outcome: None, skip: Vec::new() }
}

/// The hash a device's key is made of.
pub(super) fn key(session: &str) -> [u8; 32] {
    secret::hash(session.as_bytes())
}
