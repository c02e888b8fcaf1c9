//! Scheduling, reading and cancelling.

use crate::server::{Server, id, link, problem, visit};
use bedside_signaling::key::Scope;
use serde_json::Value;

#[tokio::test]
async fn a_visit_is_made_with_a_link_a_participant_and_read_without() {
    let server = Server::start().await;
    let response = server.post("/v1/visits", &visit()).send().await;
    assert_eq!(response.status, 201);
    let location = response.header("location").to_owned();
    assert_eq!(response.headers["cache-control"], "no-store");
    let made: Value = response.json();
    assert_eq!(location, format!("/v1/visits/{}", id(&made)));
    assert_eq!(made["state"], "scheduled");
    assert_eq!(made["ends_at"], "2026-12-01T10:00:00Z");
    assert_eq!(made["participants"][0]["language"], "es");
    assert_eq!(made["participants"][1]["language"], "en", "the default");
    let prefix = format!("http://localhost:{}/j#", server.http.port());
    assert!(link(&made, 0).starts_with(&prefix), "{}", link(&made, 0));
    assert_ne!(link(&made, 0), link(&made, 1));

    let read: Value = server.get(&location).send().await.json();
    let mut without_links = made.clone();
    for participant in without_links["participants"].as_array_mut().unwrap() {
        participant.as_object_mut().unwrap().remove("link");
    }
    assert_eq!(read, without_links);
    server.stop().await;
}

#[tokio::test]
async fn an_instant_finer_than_a_millisecond_is_answered_as_it_is_stored() {
    let server = Server::start().await;
    let mut body = visit();
    body["starts_at"] = "2026-12-01T10:30:00.1234567+01:00".into();
    let made = server.schedule(&body).await;
    assert_eq!(made["starts_at"], "2026-12-01T09:30:00.123Z");
    let path = format!("/v1/visits/{}", id(&made));
    let read: Value = server.get(&path).send().await.json();
    assert_eq!(read["starts_at"], made["starts_at"]);
    server.stop().await;
}

#[tokio::test]
async fn a_cancelled_visit_stays_cancelled_and_its_links_say_so() {
    let server = Server::start().await;
    let made = server.schedule(&visit()).await;
    let path = format!("/v1/visits/{}", id(&made));
    for _ in 0..2 {
        let cancel = server.client.post(server.url(&format!("{path}/cancel")));
        let response = cancel.bearer(&server.key).send().await;
        assert_eq!(response.status, 200);
        let cancelled: Value = response.json();
        assert_eq!(cancelled["state"], "cancelled");
        assert!(cancelled["participants"][0].get("link").is_none());
    }
    let read: Value = server.get(&path).send().await.json();
    assert_eq!(read["state"], "cancelled");
    problem(server.redeem(&link(&made, 0)).await, 410, "visit-cancelled").await;
    server.stop().await;
}

#[tokio::test]
async fn a_tenant_sees_its_own_visits_only() {
    let server = Server::start().await;
    let made = server.schedule(&visit()).await;
    let foreign = server.key("other clinic", &Scope::ALL).await;
    let path = format!("/v1/visits/{}", id(&made));
    let ask = |request: crate::client::Draft| request.bearer(&foreign).send();
    problem(ask(server.client.get(server.url(&path))).await, 404, "not-found").await;
    let cancel = server.client.post(server.url(&format!("{path}/cancel")));
    problem(ask(cancel).await, 404, "not-found").await;
    let list = ask(server.client.get(server.url("/v1/visits"))).await;
    let list: Value = list.json();
    assert_eq!(list["data"], serde_json::json!([]));
    let still: Value = server.get(&path).send().await.json();
    assert_eq!(still["state"], "scheduled");
    server.stop().await;
}
