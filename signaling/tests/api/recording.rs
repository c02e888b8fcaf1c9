//! The recording of a visit that goes on, as a scheduling system sees it.

use super::recordings::KEYS;
use super::webhooks::receiver::Receiver;
use crate::server::{Server, id, link, problem, visit};
use axum::http::Method;
use bedside_config::Allow;
use bedside_signaling_api::recorder::{
    Layout, Mode, RecorderCommand, RecorderEvent, Summary, Take,
};
use futures_util::SinkExt as _;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::{WebSocketStream, client_async};

pub(crate) async fn server(recipients: &[&str]) -> Server {
    Server::start_configured(|_, config| {
        config.recording.recipients = recipients.iter().map(|key| (*key).to_owned()).collect();
        config.outward.allow = vec![Allow::parse("127.0.0.0/8").unwrap()];
    })
    .await
}

/// A visit under the strictest rules that allow a recording.
pub(crate) async fn scheduled(server: &Server, policy: &str) -> Value {
    let mut body = visit();
    body.as_object_mut().unwrap().remove("starts_at");
    body["policy"] = json!(policy);
    server.schedule(&body).await
}

/// The clinician's page, in the visit, who has agreed to be recorded where they are asked.
pub(crate) async fn clinician(server: &Server, made: &Value) -> WebSocketStream<TcpStream> {
    let session: Value = server.redeem(&link(made, 1)).await.json();
    let mut request = format!("ws://{}/v1/socket", server.http).into_client_request().unwrap();
    request.headers_mut().insert("sec-websocket-protocol", HeaderValue::from_static("visit.v1"));
    let origin = HeaderValue::from_str(&format!("http://{}", server.http)).unwrap();
    request.headers_mut().insert("origin", origin);
    let stream = TcpStream::connect(server.http).await.unwrap();
    let (mut socket, _) = client_async(request, stream).await.unwrap();
    let answer = json!({"say": "give", "version": "2026-11", "language": "en"});
    for message in [
        json!({"t": "hello", "session": session["session"]}),
        json!({"t": "consent", "purpose": "recording", "answer": answer}),
    ] {
        socket.send(Message::text(message.to_string())).await.unwrap();
    }
    socket
}

/// Waits until the log has that event.
pub(crate) async fn until(server: &Server, made: &Value, event: &str) -> Value {
    let path = format!("/v1/visits/{}/events", id(made));
    loop {
        let log: Value = server.get(&path).send().await.json();
        let found = log["data"].as_array().unwrap().iter().find(|line| line["event"] == event);
        if let Some(line) = found {
            return line.clone();
        }
    }
}

pub(crate) async fn wish(server: &Server, made: &Value, action: &str) -> crate::client::Answer {
    let path = format!("/v1/visits/{}/recording", id(made));
    server.post(&path, &json!({ "action": action })).send().await
}

pub(crate) async fn take(server: &mut Server) -> Take {
    let told = server.recorder.recv().await.unwrap();
    let RecorderCommand::Record(take) = told else { panic!("not to take, but {told:?}") };
    *take
}

#[tokio::test]
async fn the_desk_records_a_visit_and_is_told_what_becomes_of_it() {
    let mut server = server(&["age1one", "age1two"]).await;
    let receiver = Receiver::willing().await;
    let types = ["started", "paused", "stopped", "sealed"].map(|word| format!("recording.{word}"));
    let webhook = json!({ "url": receiver.url, "types": types });
    assert_eq!(server.post("/v1/webhooks", &webhook).send().await.status, 201);
    let made = scheduled(&server, "us-all-party").await;
    let page = clinician(&server, &made).await;
    until(&server, &made, "consent_given").await;
    let started: Value = wish(&server, &made, "start").await.json();
    assert_eq!(started["recording"]["state"], "starting", "{started}");
    let take = take(&mut server).await;
    assert_eq!(started["recording"]["id"], json!(take.recording));
    assert_eq!(take.recipients, ["age1one", "age1two"]);
    let (recording, turn) = (take.recording, take.turn);
    server.recorded.send(RecorderEvent::Durable { recording, turn }).await.unwrap();
    until(&server, &made, "recording_started").await;
    let again: Value = wish(&server, &made, "start").await.json();
    assert_eq!(again["recording"]["state"], "on", "what is as wished stays");
    let paused: Value = wish(&server, &made, "pause").await.json();
    assert_eq!(paused["recording"]["state"], "paused");
    assert_eq!(paused["recording"]["why"], "staff");
    let stopped: Value = wish(&server, &made, "stop").await.json();
    assert_eq!(stopped["recording"]["state"], "off");
    assert_eq!(wish(&server, &made, "stop").await.status, 200);
    problem(wish(&server, &made, "pause").await, 409, "visit-state").await;
    let summary = Summary { parts: 2, head: "zebra".to_owned(), ..Summary::default() };
    server.recorded.send(RecorderEvent::Sealed { recording, summary }).await.unwrap();
    let sealed = until(&server, &made, "recording_sealed").await;
    assert_eq!(sealed["recording"], json!(recording));
    let got = receiver.first(4).await;
    let kinds: Vec<_> = got.iter().map(|got| got.kind().to_owned()).collect();
    assert_eq!(kinds, types);
    assert_eq!(got[1].body["data"]["rests"], "staff");
    for got in &got {
        assert_eq!(got.body["data"]["recording"], json!(recording));
        let text = String::from_utf8(got.raw.to_vec()).unwrap();
        assert!(!text.contains("zebra") && !text.contains("Osei"), "{text}");
    }
    drop(page);
    server.stop().await;
}

#[tokio::test]
async fn what_stands_in_the_way_of_a_recording_has_a_kind_of_its_own() {
    let mut server = server(&[]).await;
    let forbidden = scheduled(&server, "de-31b").await;
    problem(wish(&server, &forbidden, "start").await, 409, "recording-not-allowed").await;
    let made = scheduled(&server, "us-all-party").await;
    problem(wish(&server, &made, "start").await, 409, "visit-state").await;
    problem(wish(&server, &made, "dance").await, 422, "invalid-body").await;
    let mut page = clinician(&server, &made).await;
    until(&server, &made, "consent_given").await;
    problem(wish(&server, &made, "start").await, 409, "no-recipients").await;
    let no = json!({"t": "consent", "purpose": "recording", "answer": {"say": "withdraw"}});
    page.send(Message::text(no.to_string())).await.unwrap();
    until(&server, &made, "consent_withdrawn").await;
    problem(wish(&server, &made, "start").await, 409, "recording-refused").await;
    let answer = json!({"say": "give", "version": "2026-11", "language": "en"});
    let yes = json!({"t": "consent", "purpose": "recording", "answer": answer});
    page.send(Message::text(yes.to_string())).await.unwrap();
    server.recorder.close();
    loop {
        let refused = wish(&server, &made, "start").await;
        if refused.status == 503 {
            problem(refused, 503, "no-recorder").await;
            break;
        }
        problem(refused, 409, "recording-refused").await;
    }
    let stranger = server.key("pharmacy", &bedside_signaling::key::Scope::ALL).await;
    let path = server.url(&format!("/v1/visits/{}/recording", id(&made)));
    let theirs = server.client.request(Method::POST, path).bearer(&stranger);
    let refused = theirs.json(&json!({"action": "stop"})).send().await;
    problem(refused, 404, "not-found").await;
    server.stop().await;
}

#[tokio::test]
async fn a_visit_says_what_its_recording_is_made_as() {
    let mut body = visit();
    body.as_object_mut().unwrap().remove("starts_at");
    body["policy"] = json!("us-all-party");
    body["recorded_as"] = json!({ "mode": "composite", "layout": "grid" });
    let server = server(&KEYS).await;
    let refused = server.post("/v1/visits", &body).send().await;
    let told = problem(refused, 422, "invalid-body").await;
    assert_eq!(told["errors"][0]["pointer"], "/recorded_as/mode", "no cores for it: {told}");
    server.stop().await;

    let mut server = Server::start_configured(|_, config| {
        config.recording.recipients = KEYS.map(str::to_owned).to_vec();
        config.recording.composite_cores = 1;
    })
    .await;
    let made = server.schedule(&body).await;
    let page = clinician(&server, &made).await;
    until(&server, &made, "consent_given").await;
    assert_eq!(wish(&server, &made, "start").await.status, 200);
    let take = take(&mut server).await;
    assert_eq!((take.mode, take.layout), (Mode::Composite, Layout::Grid));
    drop(page);
    server.stop().await;
}
