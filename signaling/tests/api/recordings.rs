//! Recordings that are kept: read, held, shredded, erased; whose they are, what they are sealed
//! to. The tests play the recorder's part.

use super::recording::{clinician, scheduled, take, until, wish};
use super::webhooks::receiver::Receiver;
use crate::client::Answer;
use crate::server::{Server, id, problem};
use axum::http::Method;
use bedside_config::Allow;
use bedside_signaling::key::Scope;
use bedside_signaling_api::recorder::{RecorderCommand, RecorderEvent, RecordingFailure, Summary};
use serde_json::{Value, json};
use uuid::Uuid;

/// Public keys of age's own documentation.
pub(crate) const KEYS: [&str; 2] = [
    "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p",
    "age1lggyhqrw2nlhcxprm67z43rta597azn8gknawjehu9d9dl0jq3yqqvfafg",
];
const PART: &[u8] = b"age-encryption.org/v1 sealed";
pub(crate) const HEAD: &str = "5feceb66ffc86f38d952786c6d696c79c2dbc239dd4e91b46729d73a27fb57e9";

pub(crate) async fn server() -> Server {
    Server::start_configured(|_, config| {
        config.recording.recipients = KEYS.map(str::to_owned).to_vec();
        config.outward.allow = vec![Allow::parse("127.0.0.0/8").unwrap()];
    })
    .await
}

/// A recording and its visit.
pub(crate) struct Recorded {
    pub(crate) id: Uuid,
    pub(crate) visit: Uuid,
}

fn manifest(shreddable: bool) -> String {
    let begin = json!({ "kind": "begin", "suite": "age", "shreddable": shreddable });
    let part = json!({ "kind": "part", "object": "00000-000000.age", "len": PART.len(),
        "sha256": "ab" });
    format!("{begin}\n{part}\n{}\n", json!({ "kind": "end" }))
}

/// A visit that was recorded, ended, and whose recording is whole and in the store.
pub(crate) async fn sealed(server: &mut Server) -> Recorded {
    let made = scheduled(server, "us-all-party").await;
    sealed_of(server, &made, false).await
}

pub(crate) async fn sealed_of(server: &mut Server, made: &Value, shreddable: bool) -> Recorded {
    let page = clinician(server, made).await;
    until(server, made, "consent_given").await;
    assert_eq!(wish(server, made, "start").await.status, 200);
    let take = take(server).await;
    let (recording, turn) = (take.recording, take.turn);
    server.recorded.send(RecorderEvent::Durable { recording, turn }).await.unwrap();
    until(server, made, "recording_started").await;
    let end = format!("/v1/visits/{}/end", id(made));
    assert_eq!(server.post(&end, &json!({})).send().await.status, 200);
    server.shelf.put(recording, "manifest.jsonl", manifest(shreddable).as_bytes());
    server.shelf.put(recording, "00000-000000.age", PART);
    if shreddable {
        server.shelf.put(recording, "key.age", b"sealed key");
    }
    let summary = Summary {
        parts: 1,
        bytes: PART.len() as u64,
        head: HEAD.to_owned(),
        duration_ms: 2_000,
        ..Summary::default()
    };
    server.recorded.send(RecorderEvent::Sealed { recording, summary }).await.unwrap();
    until(server, made, "recording_sealed").await;
    drop(page);
    Recorded { id: recording, visit: id(made) }
}

pub(crate) async fn ask(server: &Server, method: Method, path: &str) -> Answer {
    server.client.request(method, server.url(path)).bearer(&server.key).send().await
}

async fn hold(server: &Server, recording: Uuid, body: &Value) -> Answer {
    let url = server.url(&format!("/v1/recordings/{recording}/hold"));
    server.client.request(Method::PUT, url).bearer(&server.key).json(body).send().await
}

pub(crate) async fn stands(server: &Server, recording: Uuid, state: &str) -> Value {
    loop {
        let path = format!("/v1/recordings/{recording}");
        let found: Value = server.get(&path).send().await.json();
        if found["state"] == state {
            return found;
        }
    }
}

/// Waits until the recorder is told that, whatever it is told before.
pub(crate) async fn told(server: &mut Server, wanted: RecorderCommand) {
    loop {
        if server.recorder.recv().await.unwrap() == wanted {
            return;
        }
    }
}

/// Verb and detail of what the log says of recordings.
async fn noted(server: &Server, visit: Uuid) -> Vec<(String, String)> {
    let path = format!("/v1/audit?visit={visit}&limit=200");
    let page: Value = server.get(&path).send().await.json();
    let entries = page["data"].as_array().unwrap().iter();
    let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    entries.map(|entry| (word(&entry["verb"]), word(&entry["detail"]))).collect()
}

#[tokio::test]
async fn a_recording_is_kept_held_and_erased_and_the_log_has_the_proof() {
    let mut server = server().await;
    let receiver = Receiver::willing().await;
    let types = ["recording.sealed", "recording.erased"];
    let webhook = json!({ "url": receiver.url, "types": types });
    assert_eq!(server.post("/v1/webhooks", &webhook).send().await.status, 201);
    let recorded = sealed(&mut server).await;
    let recording = recorded.id;
    let path = format!("/v1/recordings/{recording}");

    let list: Value = server.get("/v1/recordings?state=sealed").send().await.json();
    assert_eq!(list["data"][0]["id"], json!(recording), "{list}");
    let found: Value = server.get(&path).send().await.json();
    assert_eq!((&found["state"], &found["mode"]), (&json!("sealed"), &json!("tracks")));
    assert_eq!(found["summary"]["head"], HEAD);
    assert!(found["begun_at"].is_string() && found["keep_until"].is_string(), "{found}");
    let names: Vec<_> =
        found["objects"].as_array().unwrap().iter().map(|object| object["name"].clone()).collect();
    assert_eq!(names, ["manifest.jsonl", "00000-000000.age"]);

    problem(hold(&server, recording, &json!({ "reason": "" })).await, 422, "invalid-body").await;
    let held: Value = hold(&server, recording, &json!({ "reason": "case 1" })).await.json();
    assert_eq!(held["hold"]["reason"], "case 1", "{held}");
    problem(ask(&server, Method::DELETE, &path).await, 409, "on-hold").await;
    problem(ask(&server, Method::POST, &format!("{path}/shred")).await, 409, "not-shreddable")
        .await;
    let released = ask(&server, Method::DELETE, &format!("{path}/hold")).await;
    assert!(released.json::<Value>().get("hold").is_none());

    let wished = ask(&server, Method::DELETE, &path).await;
    assert_eq!(wished.status, 202);
    assert_eq!(wished.json::<Value>()["wish"], "erase");
    told(&mut server, RecorderCommand::Erase { recording }).await;
    problem(hold(&server, recording, &json!({ "reason": "late" })).await, 409, "recording-state")
        .await;
    let objects = server.shelf.clear(recording);
    let erased = RecorderEvent::Erased { recording, objects };
    for _ in 0..2 {
        server.recorded.send(erased.clone()).await.unwrap();
    }
    let gone = stands(&server, recording, "erased").await;
    assert_eq!((&gone["erased_objects"], &gone["objects"]), (&json!(2), &json!([])));
    assert_eq!(gone["summary"]["head"], HEAD, "the hash stays");
    assert_eq!(ask(&server, Method::DELETE, &path).await.status, 202);
    let object = server.get(&format!("{path}/objects/manifest.jsonl")).send().await;
    problem(object, 404, "not-found").await;

    let proof = ("recording_erased".to_owned(), format!("{recording} objects=2 head={HEAD}"));
    let log = noted(&server, recorded.visit).await;
    assert_eq!(log.iter().filter(|entry| **entry == proof).count(), 1, "{log:?}");
    let looked = ("read".to_owned(), format!("recording_object {recording}"));
    assert!(log.contains(&looked), "{log:?}");
    let got = receiver.first(2).await;
    let kinds: Vec<_> = got.iter().map(|got| got.kind().to_owned()).collect();
    assert_eq!(kinds, types);
    assert_eq!(got[1].body["data"]["recording"], json!(recording));
    assert!(got[1].body["data"].get("sequence").is_none());
    let metrics = server.probe("/metrics").await;
    assert!(metrics.text().contains("bedside_recordings{state=\"erased\"}"));
    assert!(!metrics.text().contains(&recording.to_string()));
    server.stop().await;
}

#[tokio::test]
async fn an_erasure_waits_for_a_recorder_and_is_told_again_after_a_restart() {
    let mut server = server().await;
    let recording = sealed(&mut server).await.id;
    let path = format!("/v1/recordings/{recording}");
    server.recorder.close();
    assert_eq!(ask(&server, Method::DELETE, &path).await.status, 202);
    while !server.probe("/metrics").await.text().contains("bedside_recordings_waiting 1") {}
    let held: Value = hold(&server, recording, &json!({ "reason": "in time" })).await.json();
    assert!(held.get("wish").is_none(), "nobody has begun: {held}");
    ask(&server, Method::DELETE, &format!("{path}/hold")).await;
    assert_eq!(ask(&server, Method::DELETE, &path).await.status, 202);

    let mut server = Server::start_in(server.stop().await).await;
    told(&mut server, RecorderCommand::Erase { recording }).await;
    let found: Value = server.get(&path).send().await.json();
    assert_eq!((&found["state"], &found["wish"]), (&json!("sealed"), &json!("erase")));
    server.recorded.send(RecorderEvent::Erased { recording, objects: 2 }).await.unwrap();
    stands(&server, recording, "erased").await;
    server.stop().await;
}

#[tokio::test]
async fn sealed_bytes_come_with_their_hash_and_in_stretches() {
    let mut server = server().await;
    let recording = sealed(&mut server).await.id;
    let path = format!("/v1/recordings/{recording}/objects/00000-000000.age");
    let whole = server.get(&path).send().await;
    assert_eq!((whole.status.as_u16(), &whole.body[..]), (200, PART));
    assert_eq!(whole.header("content-type"), "application/octet-stream");
    let tag = whole.header("etag").to_owned();
    assert_eq!(tag.len(), 66, "a SHA-256 in hex and in quotes: {tag}");
    let known = server.get(&path).header("if-none-match", &tag).send().await;
    assert_eq!((known.status.as_u16(), known.body.len()), (304, 0));
    let part = server.get(&path).header("range", "bytes=4-13").send().await;
    assert_eq!((part.status.as_u16(), &part.body[..]), (206, &PART[4..14]));
    assert_eq!(part.header("content-range"), format!("bytes 4-13/{}", PART.len()));
    let beyond = server.get(&path).header("range", "bytes=900-").send().await;
    assert_eq!((beyond.status.as_u16(), &beyond.body[..]), (200, PART), "then all of it");

    let object = |name: &str| format!("/v1/recordings/{recording}/objects/{name}");
    problem(server.get(&object("00000-000009.age")).send().await, 404, "not-found").await;
    for name in ["..%2Fmanifest.jsonl", "A", ".hidden", "a%20b"] {
        problem(server.get(&object(name)).send().await, 400, "invalid-path").await;
    }
    server.shelf.is_away(true);
    let away = server.get(&path).send().await;
    assert_eq!(away.header("retry-after"), "5");
    problem(away, 503, "recorder-away").await;
    let found: Value = server.get(&format!("/v1/recordings/{recording}")).send().await.json();
    assert!(found.get("objects").is_none(), "what is not known is not said: {found}");
    server.shelf.is_away(false);
    assert_eq!(server.get(&path).send().await.status, 200);
    server.stop().await;
}

#[tokio::test]
async fn a_recording_with_a_key_of_its_own_is_shredded() {
    let mut server = server().await;
    let made = scheduled(&server, "us-all-party").await;
    let recording = sealed_of(&mut server, &made, true).await.id;
    let shred = format!("/v1/recordings/{recording}/shred");
    server.shelf.is_away(true);
    problem(ask(&server, Method::POST, &shred).await, 503, "recorder-away").await;
    server.shelf.is_away(false);
    hold(&server, recording, &json!({ "reason": "case 1" })).await;
    problem(ask(&server, Method::POST, &shred).await, 409, "on-hold").await;
    ask(&server, Method::DELETE, &format!("/v1/recordings/{recording}/hold")).await;
    assert_eq!(ask(&server, Method::POST, &shred).await.status, 202);
    told(&mut server, RecorderCommand::Shred { recording }).await;
    server.recorded.send(RecorderEvent::Shredded { recording }).await.unwrap();
    let found = stands(&server, recording, "shredded").await;
    assert!(found.get("wish").is_none(), "{found}");
    assert_eq!(ask(&server, Method::POST, &shred).await.status, 202, "twice changes nothing");
    server.stop().await;
}

#[tokio::test]
async fn a_recording_is_the_host_s_and_nobody_else_s() {
    let mut server = server().await;
    let partner = server.key("pharmacy", &Scope::ALL).await;
    let mut body = crate::server::visit();
    body.as_object_mut().unwrap().remove("starts_at");
    (body["policy"], body["partners"]) = (json!("us-all-party"), json!(["pharmacy"]));
    let made = server.schedule(&body).await;
    let recording = sealed_of(&mut server, &made, false).await.id;
    let path = format!("/v1/recordings/{recording}");
    let theirs = |method: Method, path: &str| {
        server.client.request(method, server.url(path)).bearer(&partner).send()
    };
    let visible = theirs(Method::GET, &format!("/v1/visits/{}", id(&made))).await;
    assert_eq!(visible.status, 200, "the partner sees the visit");
    let list: Value = theirs(Method::GET, "/v1/recordings").await.json();
    assert_eq!(list["data"], json!([]));
    for (method, path) in [
        (Method::GET, path.clone()),
        (Method::DELETE, path.clone()),
        (Method::POST, format!("{path}/shred")),
        (Method::DELETE, format!("{path}/hold")),
        (Method::GET, format!("{path}/objects/manifest.jsonl")),
    ] {
        problem(theirs(method, &path).await, 404, "not-found").await;
    }

    let reader = server.key(crate::server::TENANT, &[Scope::RecordingsRead]).await;
    let as_reader =
        |method: Method| server.client.request(method, server.url(&path)).bearer(&reader).send();
    assert_eq!(as_reader(Method::GET).await.status, 200);
    problem(as_reader(Method::DELETE).await, 403, "missing-scope").await;
    let planner = server.key(crate::server::TENANT, &[Scope::VisitsRead]).await;
    let denied = server.client.get(server.url(&path)).bearer(&planner).send().await;
    problem(denied, 403, "missing-scope").await;
    problem(server.get("/v1/recordings/x").send().await, 400, "invalid-path").await;
    problem(server.get("/v1/recordings?state=x").send().await, 400, "invalid-query").await;
    problem(server.get("/v1/recordings?cursor=x").send().await, 400, "invalid-query").await;
    server.stop().await;
}

async fn set_keys(server: &Server, body: &Value) -> Answer {
    let url = server.url("/v1/recording-keys");
    server.client.request(Method::PUT, url).bearer(&server.key).json(body).send().await
}

#[tokio::test]
async fn a_tenant_s_own_keys_are_what_its_recordings_are_sealed_to() {
    let mut server = server().await;
    let named = |keys: &[&str]| {
        let named = keys.iter().enumerate();
        let named = named.map(|(n, key)| json!({ "label": format!("{n}"), "key": key }));
        json!({ "keys": named.collect::<Vec<_>>() })
    };
    let before: Value = server.get("/v1/recording-keys").send().await.json();
    assert_eq!(before, json!({ "source": "server", "keys": [] }));
    let private = "AGE-SECRET-KEY-1ZEBRA";
    for (keys, at) in [
        (vec![KEYS[0]], "/keys"),
        (vec![KEYS[0], KEYS[0]], "/keys"),
        (vec![KEYS[0], "age1zebra"], "/keys/1/key"),
        (vec![private, KEYS[0]], "/keys/0/key"),
    ] {
        let told = problem(set_keys(&server, &named(&keys)).await, 422, "invalid-body").await;
        assert_eq!(told["errors"][0]["pointer"], at, "{told}");
        assert!(!told.to_string().to_lowercase().contains("zebra"), "{told}");
    }
    let swapped = [KEYS[1], KEYS[0]];
    let set: Value = set_keys(&server, &named(&swapped)).await.json();
    assert_eq!(set["source"], "own", "{set}");
    let made = scheduled(&server, "us-all-party").await;
    let page = clinician(&server, &made).await;
    until(&server, &made, "consent_given").await;
    wish(&server, &made, "start").await;
    assert_eq!(take(&mut server).await.recipients, swapped);
    drop(page);

    let none: Value = set_keys(&server, &named(&[])).await.json();
    assert_eq!(none["source"], "server");
    assert_eq!(none["keys"].as_array().unwrap().len(), 2, "of before");
    assert!(none["keys"][0]["revoked_at"].is_string(), "{none}");
    let reader = server.key(crate::server::TENANT, &[Scope::RecordingsRead]).await;
    let url = server.url("/v1/recording-keys");
    let denied = server.client.request(Method::PUT, url).bearer(&reader).json(&named(&[]));
    problem(denied.send().await, 403, "missing-scope").await;
    server.stop().await;
}

#[tokio::test]
async fn what_is_wrong_with_recordings_is_counted_without_naming_them() {
    let mut server = server().await;
    let made = scheduled(&server, "us-all-party").await;
    let page = clinician(&server, &made).await;
    until(&server, &made, "consent_given").await;
    wish(&server, &made, "start").await;
    let recording = take(&mut server).await.recording;
    let failure = RecordingFailure::DiskFull;
    let failed = RecorderEvent::Failed { recording, failure, over: false };
    server.recorded.send(failed).await.unwrap();
    until(&server, &made, "recording_failed").await;
    let metrics = server.probe("/metrics").await;
    let line = |wanted: &str| metrics.text().lines().any(|line| line == wanted);
    assert!(line("bedside_recording_failures_total{failure=\"disk_full\"} 1"));
    assert!(line("bedside_recordings_in_trouble{failure=\"disk_full\"} 1"));
    assert!(!metrics.text().contains(&recording.to_string()));
    let found: Value = server.get(&format!("/v1/recordings/{recording}")).send().await.json();
    assert_eq!(found["failure"], "disk_full", "{found}");
    let path = format!("/v1/recordings/{recording}");
    problem(ask(&server, Method::DELETE, &path).await, 409, "recording-state").await;
    server.recorded.send(RecorderEvent::Recovered { recording }).await.unwrap();
    loop {
        let text = server.probe("/metrics").await.text().to_owned();
        if text.contains("bedside_recordings_in_trouble{failure=\"disk_full\"} 0") {
            break;
        }
    }
    drop(page);
    server.stop().await;
}
