//! One key, one visit, however often and however fast it is asked for.

use crate::server::{Server, id, problem, visit};
use bedside_signaling::key::Scope;
use serde_json::Value;

const HEADER: &str = "idempotency-key";

async fn count(server: &Server) -> usize {
    let list = server.get("/v1/visits?limit=200").send().await;
    let list: Value = list.json();
    list["data"].as_array().unwrap().len()
}

#[tokio::test]
async fn a_repeated_request_gets_the_same_answer() {
    let server = Server::start().await;
    let ask = || server.post("/v1/visits", &visit()).header(HEADER, "k1").send();
    let first = ask().await;
    assert!(first.headers.get("idempotent-replayed").is_none());
    let first: Value = first.json();
    // Also when the visit has changed meanwhile.
    let cancel = server.url(&format!("/v1/visits/{}/cancel", id(&first)));
    server.client.post(cancel).bearer(&server.key).send().await;
    let again = ask().await;
    assert_eq!(again.status, 201);
    assert_eq!(again.headers["idempotent-replayed"], "true");
    assert_eq!(again.json::<Value>(), first, "links included");
    assert_eq!(count(&server).await, 1);
    server.stop().await;
}

#[tokio::test]
async fn spaces_and_order_make_no_other_request() {
    let server = Server::start().await;
    let first = r#"{"starts_at":"2026-12-01T09:30:00Z","duration_minutes":30,
        "participants":[{"role":"patient","display_name":"Maria"}]}"#;
    let second = r#"{ "participants": [ { "display_name": "Maria", "role": "patient",
        "language": "en" } ], "duration_minutes": 30, "starts_at": "2026-12-01T09:30:00Z" }"#;
    for body in [first, second] {
        let request = server.client.post(server.url("/v1/visits")).bearer(&server.key);
        let request = request.header(HEADER, "k").header("content-type", "application/json");
        assert_eq!(request.body(body).send().await.status, 201);
    }
    assert_eq!(count(&server).await, 1);
    server.stop().await;
}

#[tokio::test]
async fn another_request_under_the_same_key_is_refused() {
    let server = Server::start().await;
    let mut body = visit();
    server.post("/v1/visits", &body).header(HEADER, "k1").send().await;
    body["duration_minutes"] = 45.into();
    let other = server.post("/v1/visits", &body).header(HEADER, "k1").send().await;
    problem(other, 422, "idempotency-key-reused").await;
    assert_eq!(count(&server).await, 1);
    server.stop().await;
}

#[tokio::test]
async fn a_key_belongs_to_one_tenant() {
    let server = Server::start().await;
    let foreign = server.key("other clinic", &Scope::ALL).await;
    let made = server.post("/v1/visits", &visit()).header(HEADER, "k1").send().await;
    let made: Value = made.json();
    let theirs = server.client.post(server.url("/v1/visits")).json(&visit());
    let theirs = theirs.bearer(&foreign).header(HEADER, "k1").send().await;
    assert_eq!(theirs.status, 201);
    assert!(theirs.headers.get("idempotent-replayed").is_none());
    assert_ne!(id(&theirs.json()), id(&made));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn racing_equal_requests_make_one_visit() {
    let server = Server::start().await;
    let racers = (0..8).map(|_| {
        let request = server.post("/v1/visits", &visit()).header(HEADER, "race");
        tokio::spawn(async move { request.send().await })
    });
    let racers: Vec<_> = racers.collect();
    let mut answers = Vec::new();
    let mut replayed = 0;
    for racer in racers {
        let response = racer.await.unwrap();
        assert_eq!(response.status, 201);
        replayed += usize::from(response.headers.contains_key("idempotent-replayed"));
        answers.push(response.json::<Value>());
    }
    assert_eq!(replayed, 7);
    assert!(answers.windows(2).all(|pair| pair[0] == pair[1]), "every answer is the same");
    assert_eq!(count(&server).await, 1);
    server.stop().await;
}

#[tokio::test]
async fn a_key_out_of_its_limits_is_told() {
    let server = Server::start().await;
    let longest = "k".repeat(255);
    let good = server.post("/v1/visits", &visit()).header(HEADER, &longest).send().await;
    assert_eq!(good.status, 201);
    for bad in ["", "k k", &"k".repeat(256)] {
        let response = server.post("/v1/visits", &visit()).header(HEADER, bad).send();
        let problem = problem(response.await, 400, "invalid-header").await;
        assert_eq!(problem["errors"][0]["pointer"], "idempotency-key");
    }
    let twice = server.post("/v1/visits", &visit()).header(HEADER, "a").header(HEADER, "b");
    problem(twice.send().await, 400, "invalid-header").await;
    assert_eq!(count(&server).await, 1);
    server.stop().await;
}
