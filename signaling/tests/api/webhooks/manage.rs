//! Webhooks made, read, changed and removed, by those who may.

use super::receiver::Receiver;
use super::{act, brief_visit, listen, made, path, server, until};
use crate::server::problem;
use axum::http::Method;
use bedside_signaling::key::Scope;
use bedside_signaling_api::webhook::WEBHOOKS_MAX;
use serde_json::{Value, json};

#[tokio::test]
async fn a_webhook_is_made_read_changed_and_removed() {
    let (server, receiver) = (server().await, Receiver::willing().await);
    let body = json!({ "url": receiver.url, "description": "Scheduler", "types": ["visit.ended"] });
    let answer = server.post("/v1/webhooks", &body).send().await;
    assert_eq!(answer.headers["cache-control"], "no-store");
    let location = answer.header("location").to_owned();
    let webhook = made(answer);
    assert_eq!(location, path(&webhook, ""));
    assert!(webhook["secret"].as_str().unwrap().starts_with("whsec_"));
    assert_eq!((&webhook["state"], &webhook["signature"]), (&json!("enabled"), &json!("v1")));

    let mut shown = webhook.clone();
    shown.as_object_mut().unwrap().remove("secret");
    assert_eq!(server.get(&location).send().await.json::<Value>(), shown);
    let list: Value = server.get("/v1/webhooks").send().await.json();
    assert_eq!(list["data"], json!([shown]));

    let request = |method| server.client.request(method, server.url(&location)).bearer(&server.key);
    let patch = json!({ "types": [], "description": "All" });
    let changed = request(Method::PATCH).json(&patch).send().await;
    assert_eq!(changed.status, 200);
    (shown["types"], shown["description"]) = (json!([]), json!("All"));
    assert_eq!(changed.json::<Value>(), shown);

    brief_visit(&server).await;
    receiver.first(2).await;
    assert_eq!(request(Method::DELETE).send().await.status, 204);
    problem(request(Method::DELETE).send().await, 404, "not-found").await;
    problem(server.get(&location).send().await, 404, "not-found").await;
    brief_visit(&server).await;
    let list: Value = server.get("/v1/webhooks").send().await.json();
    assert_eq!(list["data"], json!([]));
    server.stop().await;
}

#[tokio::test]
async fn only_those_may_who_may() {
    let (server, receiver) = (server().await, Receiver::willing().await);
    let webhook = listen(&server, &receiver).await;
    let one = path(&webhook, "");
    let visits = server.key("clinic", &[Scope::VisitsRead, Scope::VisitsWrite]).await;
    let reader = server.key("clinic", &[Scope::WebhooksRead]).await;
    let stranger = server.key("pharmacy", &Scope::ALL).await;
    let body = json!({ "url": receiver.url });
    let get = |path: &str, key: &str| server.client.get(server.url(path)).bearer(key);
    let post = |path: &str, key: &str| server.client.post(server.url(path)).bearer(key).json(&body);
    problem(get("/v1/webhooks", &visits).send().await, 403, "missing-scope").await;
    problem(get(&one, &visits).send().await, 403, "missing-scope").await;
    assert_eq!(get(&one, &reader).send().await.status, 200);
    problem(post("/v1/webhooks", &reader).send().await, 403, "missing-scope").await;
    for rest in ["/rotate", "/test", "/enable"] {
        problem(post(&path(&webhook, rest), &reader).send().await, 403, "missing-scope").await;
        problem(post(&path(&webhook, rest), &stranger).send().await, 404, "not-found").await;
    }
    problem(get(&one, &stranger).send().await, 404, "not-found").await;
    problem(get(&path(&webhook, "/deliveries"), &stranger).send().await, 404, "not-found").await;
    let replay = server.client.post(server.url(&path(&webhook, "/replay"))).bearer(&stranger);
    let replay = replay.json(&json!({ "since": "2020-01-01T00:00:00Z" }));
    problem(replay.send().await, 404, "not-found").await;
    server.stop().await;
}

#[tokio::test]
async fn what_is_not_understood_is_told() {
    let (server, receiver) = (server().await, Receiver::willing().await);
    let webhook = listen(&server, &receiver).await;
    for body in [
        json!({}),
        json!({ "url": receiver.url, "types": ["visit.exploded"] }),
        json!({ "url": receiver.url, "signature": "v9" }),
        json!({ "url": receiver.url, "description": "x".repeat(201) }),
        json!({ "url": receiver.url, "secret": "mine" }),
        json!({ "url": "" }),
    ] {
        let answer = server.post("/v1/webhooks", &body).send().await;
        problem(answer, 422, "invalid-body").await;
    }
    for body in [
        json!({}),
        json!({ "message": "msg_0192f0c1e0c87a3e8a2c1d4e5f607182" }),
        json!({ "message": "no id" }),
        json!({ "message": "msg_1", "since": "2026-01-01T00:00:00Z" }),
        json!({ "since": "yesterday" }),
    ] {
        let answer = server.post(&path(&webhook, "/replay"), &body).send().await;
        problem(answer, 422, "invalid-body").await;
    }
    let wrong = path(&webhook, "/deliveries?cursor=x");
    problem(server.get(&wrong).send().await, 400, "invalid-query").await;
    problem(server.get("/v1/webhooks/x").send().await, 400, "invalid-path").await;
    server.stop().await;
}

#[tokio::test]
async fn a_tenant_has_so_many_webhooks_and_no_more() {
    let (server, receiver) = (server().await, Receiver::willing().await);
    for _ in 0..WEBHOOKS_MAX {
        listen(&server, &receiver).await;
    }
    let answer = server.post("/v1/webhooks", &json!({ "url": receiver.url })).send().await;
    problem(answer, 409, "too-many-webhooks").await;
    server.stop().await;
}

#[tokio::test]
async fn the_log_comes_in_pages() {
    let (server, receiver) = (server().await, Receiver::willing().await);
    let webhook = listen(&server, &receiver).await;
    for _ in 0..5 {
        assert_eq!(act(&server, &path(&webhook, "/test")).await.status, 202);
    }
    let whole = until(&server, &webhook, |log| log.len() == 5).await;
    let ids = |log: &[Value]| log.iter().map(|one| one["message"].clone()).collect::<Vec<_>>();
    let (mut pages, mut next) = (Vec::new(), path(&webhook, "/deliveries?limit=2"));
    loop {
        let answer = server.get(&next).send().await;
        let page: Value = answer.json();
        pages.push(ids(page["data"].as_array().unwrap()));
        if page["next_cursor"].is_null() {
            break;
        }
        let link = answer.header("link");
        next = link.strip_prefix('<').unwrap().split_once('>').unwrap().0.to_owned();
    }
    assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [2, 2, 1]);
    assert_eq!(pages.concat(), ids(&whole));
    server.stop().await;
}

#[tokio::test]
async fn the_operator_sees_what_waits_and_what_became_of_it() {
    let server = server().await;
    let receiver = Receiver::answering(|_, before| {
        let status = if before.is_empty() { 200 } else { 500 };
        Some(axum::response::IntoResponse::into_response(
            axum::http::StatusCode::from_u16(status).unwrap(),
        ))
    })
    .await;
    listen(&server, &receiver).await;
    brief_visit(&server).await;
    receiver.first(2).await;
    let wanted = [
        "bedside_webhook_attempts_total{result=\"delivered\"} 1",
        "bedside_webhook_attempts_total{result=\"retry\"}",
        "bedside_webhook_attempts_total{result=\"gone\"} 0",
        "bedside_webhook_waiting 1",
        "bedside_webhook_oldest_seconds",
    ];
    loop {
        let page = server.probe("/metrics").await;
        if wanted.iter().all(|line| page.text().contains(line)) {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    server.stop().await;
}
