//! Recorded education by the API: made, stored, listed, played, offered, deleted.

use crate::client::{Answer, Draft};
use crate::server::{Server, TENANT, id, link, problem, visit};
use axum::http::Method;
use bedside_signaling::key::Scope;
use bedside_signaling_api::tutorial::{CAPTIONS_BYTES_MAX, FILM_BYTES_MAX};
use serde_json::{Value, json};
use std::fs;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use uuid::Uuid;

const WEBM: &[u8] = b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm and pictures";
const MP4: &[u8] = b"\0\0\0\x18ftypisom\0\0\x02\0isomiso2 and pictures";
const CAPTIONS: &str = "WEBVTT\n\n00:00.000 --> 00:01.000\nHello.\n";

fn put(server: &Server, path: &str, body: &[u8]) -> Draft {
    let draft = server.client.request(Method::PUT, server.url(path)).bearer(&server.key);
    draft.body(body.to_vec())
}

async fn made(server: &Server) -> Uuid {
    let body =
        json!({ "title_by_language": { "en": "The pump", "de": "Die Pumpe" }, "language": "en" });
    let answer = server.post("/v1/tutorials", &body).send().await;
    assert_eq!(answer.status, 201);
    let tutorial: Value = answer.json();
    assert_eq!(answer.header("location"), format!("/v1/tutorials/{}", id(&tutorial)));
    assert_eq!(tutorial["length_ms"], 0);
    id(&tutorial)
}

/// A tutorial with a film in English and captions.
async fn whole(server: &Server) -> Uuid {
    let tutorial = made(server).await;
    let path = format!("/v1/tutorials/{tutorial}");
    assert_eq!(film(server, tutorial, "en", WEBM).await.status, 200);
    let draft = put(server, &format!("{path}/captions/en"), CAPTIONS.as_bytes());
    assert_eq!(draft.header("content-type", "text/vtt").send().await.status, 200);
    tutorial
}

async fn film(server: &Server, tutorial: Uuid, language: &str, bytes: &[u8]) -> Answer {
    let path = format!("/v1/tutorials/{tutorial}/films/{language}?length_ms=12000");
    put(server, &path, bytes).send().await
}

fn files(server: &Server) -> Vec<String> {
    let folder = server.folder.path().join("tutorials");
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

/// A visit with the session of its patient and of its clinician.
pub(crate) async fn sessions(server: &Server) -> (Value, String, String) {
    let now = jiff::Timestamp::now().to_string();
    let mut body = visit();
    body["starts_at"] = json!(now);
    let visit = server.schedule(&body).await;
    let mut tokens = Vec::new();
    for person in 0..2 {
        let session: Value = server.redeem(&link(&visit, person)).await.json();
        tokens.push(session["session"].as_str().unwrap().to_owned());
    }
    let clinician = tokens.pop().unwrap();
    (visit, tokens.pop().unwrap(), clinician)
}

pub(crate) fn person(visit: &Value, place: usize) -> String {
    visit["participants"][place]["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_tutorial_is_made_filled_listed_and_deleted() {
    let server = Server::start().await;
    let tutorial = whole(&server).await;
    let path = format!("/v1/tutorials/{tutorial}");
    let shown: Value = film(&server, tutorial, "DE-at", MP4).await.json();
    assert_eq!(shown["films"][0]["language"], "de-at");
    assert_eq!(shown["films"][0]["kind"], "mp4");
    assert_eq!(shown["films"][1]["kind"], "webm");
    assert_eq!(shown["films"][1]["bytes"], WEBM.len());
    assert_eq!(shown["captions"], json!(["en"]));
    assert_eq!(shown["length_ms"], 12_000);
    assert_eq!(server.get(&path).send().await.json::<Value>(), shown);
    assert_eq!(files(&server).len(), 2);

    let replaced = film(&server, tutorial, "en", MP4).await.json::<Value>();
    assert_eq!(replaced["films"][1]["kind"], "mp4");
    assert_eq!(files(&server).len(), 2, "the film before is gone");

    let other = made(&server).await;
    let first: Value = server.get("/v1/tutorials?limit=1").send().await.json();
    assert_eq!(id(&first["data"][0]), other);
    let cursor = first["next_cursor"].as_str().unwrap();
    let second = server.get(&format!("/v1/tutorials?limit=1&cursor={cursor}")).send().await;
    assert!(!second.headers.contains_key("link"));
    assert_eq!(id(&second.json::<Value>()["data"][0]), tutorial);
    problem(server.get("/v1/tutorials?limit=0").send().await, 400, "invalid-query").await;

    let delete = || server.client.delete(server.url(&path)).bearer(&server.key);
    assert_eq!(delete().send().await.status, 204);
    problem(delete().send().await, 404, "not-found").await;
    problem(server.get(&path).send().await, 404, "not-found").await;
    assert_eq!(files(&server), [""; 0]);
    server.stop().await;
}

#[tokio::test]
async fn each_organisation_has_its_own_and_each_key_its_scopes() {
    let server = Server::start().await;
    let tutorial = whole(&server).await;
    let path = format!("/v1/tutorials/{tutorial}");
    let stranger = server.key("another", &Scope::ALL).await;
    let get = |key: &str| server.client.get(server.url(&path)).bearer(key);
    problem(get(&stranger).send().await, 404, "not-found").await;
    let delete = server.client.delete(server.url(&path)).bearer(&stranger);
    problem(delete.send().await, 404, "not-found").await;
    let reader = server.key(TENANT, &[Scope::TutorialsRead]).await;
    assert_eq!(get(&reader).send().await.status, 200);
    let delete = server.client.delete(server.url(&path)).bearer(&reader);
    problem(delete.send().await, 403, "missing-scope").await;
    let other = server.key(TENANT, &[Scope::VisitsWrite]).await;
    problem(get(&other).send().await, 403, "missing-scope").await;
    problem(get("nothing").send().await, 401, "unauthorized").await;
    server.stop().await;
}

#[tokio::test]
async fn what_is_wrong_is_told_and_leaves_nothing() {
    let server = Server::start().await;
    let tutorial = made(&server).await;
    let path = format!("/v1/tutorials/{tutorial}");
    for body in [
        json!({ "title_by_language": { "en": "The pump" }, "language": "de" }),
        json!({ "title_by_language": {}, "language": "en" }),
    ] {
        problem(server.post("/v1/tutorials", &body).send().await, 422, "invalid-body").await;
    }
    problem(film(&server, tutorial, "en", b"<html>").await, 415, "unsupported-media").await;
    problem(film(&server, tutorial, "en", b"").await, 415, "unsupported-media").await;
    problem(film(&server, tutorial, "e_n", WEBM).await, 400, "invalid-path").await;
    problem(film(&server, Uuid::nil(), "en", WEBM).await, 404, "not-found").await;
    let films = format!("{path}/films/en");
    problem(put(&server, &films, WEBM).send().await, 400, "invalid-query").await;
    let too_long = format!("{films}?length_ms=7200001");
    problem(put(&server, &too_long, WEBM).send().await, 400, "invalid-query").await;

    let captions = format!("{path}/captions/en");
    let draft = put(&server, &captions, CAPTIONS.as_bytes());
    problem(draft.send().await, 415, "unsupported-media").await;
    let vtt = |body: &[u8]| put(&server, &captions, body).header("content-type", "text/vtt");
    let wrong =
        problem(vtt(b"WEBVTT\n\n00:02.000 --> 00:01.000\n").send().await, 422, "invalid-body")
            .await;
    assert_eq!(wrong["errors"][0]["pointer"], "line 3");
    let large = vec![b'a'; CAPTIONS_BYTES_MAX + 1];
    problem(vtt(&large).send().await, 413, "body-too-large").await;
    assert_eq!(files(&server), [""; 0]);
    server.stop().await;
}

/// A request by hand, of which the body breaks off or never comes.
async fn begin(server: &Server, tutorial: Uuid, length: u64, body: &[u8]) -> TcpStream {
    let mut stream = TcpStream::connect(server.http).await.unwrap();
    let head = format!(
        "PUT /v1/tutorials/{tutorial}/films/en?length_ms=1 HTTP/1.1\r\nhost: x\r\n\
         authorization: Bearer {}\r\ncontent-length: {length}\r\n\r\n",
        server.key
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(body).await.unwrap();
    stream
}

#[tokio::test]
async fn of_a_film_that_breaks_off_nothing_is_left() {
    let server = Server::start().await;
    let tutorial = made(&server).await;
    let stream = begin(&server, tutorial, 1_000_000, WEBM).await;
    while files(&server).is_empty() {
        tokio::task::yield_now().await;
    }
    assert!(files(&server)[0].ends_with(".coming"));
    drop(stream);
    while !files(&server).is_empty() {
        tokio::task::yield_now().await;
    }
    let shown: Value = server.get(&format!("/v1/tutorials/{tutorial}")).send().await.json();
    assert_eq!(shown["films"], json!([]));

    let mut large = begin(&server, tutorial, FILM_BYTES_MAX + 1, b"").await;
    let mut answer = vec![0; 64];
    let read = large.read(&mut answer).await.unwrap();
    assert!(answer[..read].starts_with(b"HTTP/1.1 413 "), "before a byte of it was sent");

    // What a crash leaves between disk and store is gone after the next start; films stay.
    assert_eq!(film(&server, tutorial, "en", WEBM).await.status, 200);
    let film = files(&server).pop().unwrap();
    let folder = server.stop().await;
    let orphan = folder.path().join("tutorials").join(format!("{}.film", Uuid::nil().simple()));
    fs::write(&orphan, WEBM).unwrap();
    let server = Server::start_in(folder).await;
    let path = format!("/v1/tutorials/{tutorial}");
    assert_eq!(server.get(&path).send().await.json::<Value>()["films"][0]["language"], "en");
    assert_eq!(files(&server), [film]);
    server.stop().await;
}

#[tokio::test]
async fn staff_stores_tutorials_from_a_visit_and_nobody_else_does() {
    let server = Server::start().await;
    let (visit, patient, clinician) = sessions(&server).await;
    let body = json!({ "title_by_language": { "en": "The patch" }, "language": "en" });
    let post =
        |session: &str| server.client.post(server.url("/v1/tutorials")).bearer(session).json(&body);
    problem(post(&patient).send().await, 403, "not-staff").await;
    let answer = post(&clinician).send().await;
    assert_eq!(answer.status, 201);
    let tutorial = id(&answer.json());
    let path = format!("/v1/tutorials/{tutorial}/films/en?length_ms=900");
    let draft = server.client.request(Method::PUT, server.url(&path)).bearer(&clinician);
    assert_eq!(draft.body(WEBM).send().await.status, 200);
    let list = server.client.get(server.url("/v1/tutorials")).bearer(&clinician).send().await;
    assert_eq!(list.json::<Value>()["data"].as_array().unwrap().len(), 1);
    // It is the organisation's, and who did it stands in its audit log.
    assert_eq!(server.get(&format!("/v1/tutorials/{tutorial}")).send().await.status, 200);
    let log: Value = server.get(&format!("/v1/audit?visit={}", id(&visit))).send().await.json();
    let verbs: Vec<&str> =
        log["data"].as_array().unwrap().iter().map(|row| row["verb"].as_str().unwrap()).collect();
    for verb in ["tutorial_created", "tutorial_film_stored"] {
        assert!(verbs.contains(&verb), "{verbs:?}");
    }
    let ended = server.post(&format!("/v1/visits/{}/end", id(&visit)), &json!({})).send().await;
    assert_eq!(ended.status, 200);
    problem(post(&clinician).send().await, 410, "visit-over").await;
    server.stop().await;
}

#[tokio::test]
async fn a_page_plays_films_in_pieces_by_a_cookie_no_script_reads() {
    let server = Server::start().await;
    let tutorial = whole(&server).await;
    let (visit, patient, clinician) = sessions(&server).await;
    let (me, other) = (person(&visit, 0), person(&visit, 1));
    let open = |person: &str, session: &str| {
        server.client.post(server.url(&format!("/v1/lessons/{person}"))).bearer(session)
    };
    problem(open(&me, &clinician).send().await, 404, "unknown-session").await;
    problem(open(&other, "nothing").send().await, 404, "unknown-session").await;
    let opened = open(&me, &patient).send().await;
    assert_eq!(opened.status, 204);
    let cookie = opened.header("set-cookie").to_owned();
    for word in ["HttpOnly", "SameSite=Strict", &format!("Path=/v1/lessons/{me};")] {
        assert!(cookie.contains(word), "{cookie}");
    }
    let cookie = cookie.split_once(';').unwrap().0.to_owned();
    let film = format!("/v1/lessons/{me}/{tutorial}/films/en");
    let get = |path: &str| server.client.get(server.url(path)).header("cookie", &cookie);
    let all = get(&film).send().await;
    assert_eq!((all.status.as_u16(), &all.body[..]), (200, WEBM));
    assert_eq!(all.header("content-type"), "video/webm");
    assert_eq!(all.header("accept-ranges"), "bytes");
    let piece = get(&film).header("range", "bytes=4-7").send().await;
    assert_eq!((piece.status.as_u16(), &piece.body[..]), (206, &WEBM[4..8]));
    assert_eq!(piece.header("content-range"), format!("bytes 4-7/{}", WEBM.len()));
    let mark = all.header("etag").to_owned();
    let same = get(&film).header("range", "bytes=4-7").header("if-range", &mark).send().await;
    assert_eq!(same.status, 206);
    let changed = get(&film).header("range", "bytes=4-7").header("if-range", "\"x\"").send().await;
    assert_eq!(changed.status, 200);
    let beyond = get(&film).header("range", "bytes=999-").send().await;
    assert_eq!(beyond.header("content-range"), format!("bytes */{}", WEBM.len()));
    problem(beyond, 416, "no-such-piece").await;
    let captions = get(&format!("/v1/lessons/{me}/{tutorial}/captions/en")).send().await;
    assert_eq!(
        (captions.text(), captions.header("content-type")),
        (CAPTIONS, "text/vtt; charset=utf-8")
    );

    for path in [
        format!("/v1/lessons/{me}/{tutorial}/films/fr"),
        format!("/v1/lessons/{me}/{tutorial}/captions/fr"),
        format!("/v1/lessons/{me}/{}/films/en", Uuid::nil()),
        format!("/v1/lessons/{me}/{}/captions/en", Uuid::nil()),
    ] {
        problem(get(&path).send().await, 404, "not-found").await;
    }
    let theirs = format!("/v1/lessons/{other}/{tutorial}/films/en");
    problem(get(&theirs).send().await, 404, "unknown-session").await;
    let bare = server.client.get(server.url(&film));
    problem(bare.send().await, 404, "unknown-session").await;
    server.post(&format!("/v1/visits/{}/end", id(&visit)), &json!({})).send().await;
    problem(get(&film).send().await, 410, "visit-over").await;
    server.stop().await;
}

#[tokio::test]
async fn the_scheduling_system_offers_tutorials_to_those_who_wait() {
    let server = Server::start().await;
    let (tutorial, empty) = (whole(&server).await, made(&server).await);
    let visit = server.schedule(&visit()).await;
    let path = format!("/v1/visits/{}/lessons", id(&visit));
    let offer = |ids: &[Uuid]| {
        let body = json!({ "tutorials": ids }).to_string();
        put(&server, &path, body.as_bytes()).header("content-type", "application/json").send()
    };
    assert_eq!(offer(&[tutorial]).await.status, 204);
    let wrong = problem(offer(&[tutorial, Uuid::nil()]).await, 422, "invalid-body").await;
    assert_eq!(wrong["errors"][0]["pointer"], "/tutorials/1");
    problem(offer(&[empty]).await, 409, "visit-state").await;
    problem(offer(&vec![tutorial; 13]).await, 422, "invalid-body").await;
    let log: Value = server.get(&format!("/v1/visits/{}/events", id(&visit))).send().await.json();
    let last = log["data"].as_array().unwrap().last().unwrap();
    assert_eq!(last["event"], "lessons_offered");
    server.stop().await;
}
