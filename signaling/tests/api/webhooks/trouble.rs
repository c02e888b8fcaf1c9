//! Receivers that refuse, ask for time, move or are gone.

use super::receiver::Receiver;
use super::{act, brief_visit, deliveries, listen, path, server, until};
use crate::server::{id, problem, visit};
use axum::http::StatusCode;
use axum::http::header::{LOCATION, RETRY_AFTER};
use axum::response::IntoResponse as _;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

fn tried(log: &[Value]) -> bool {
    !log.is_empty() && log.iter().any(|one| !one["attempts"].as_array().unwrap().is_empty())
}

#[tokio::test]
async fn a_receiver_that_is_gone_is_sent_nothing_until_it_is_enabled_again() {
    let server = server().await;
    let back = Arc::new(AtomicBool::new(false));
    let is_back = Arc::clone(&back);
    let receiver = Receiver::answering(move |_, _| {
        let status = if is_back.load(Ordering::SeqCst) { StatusCode::OK } else { StatusCode::GONE };
        Some(status.into_response())
    })
    .await;
    let webhook = listen(&server, &receiver).await;
    let made = server.schedule(&visit()).await;
    until(&server, &webhook, tried).await;
    let read: Value = server.get(&path(&webhook, "")).send().await.json();
    assert_eq!(read["state"], "gone");
    problem(act(&server, &path(&webhook, "/test")).await, 409, "webhook-disabled").await;
    let cancel = format!("/v1/visits/{}/cancel", id(&made));
    assert_eq!(act(&server, &cancel).await.status, 200);
    assert_eq!(receiver.got().len(), 1, "nothing more is sent");

    back.store(true, Ordering::SeqCst);
    let enabled: Value = act(&server, &path(&webhook, "/enable")).await.json();
    assert_eq!(enabled["state"], "enabled");
    let got = receiver.first(2).await;
    assert_eq!(got[0].id(), got[1].id(), "the one it refused comes first");
    until(&server, &webhook, |log| log[0]["state"] == "delivered").await;
    let replay = json!({ "visit": made["id"] });
    assert_eq!(server.post(&path(&webhook, "/replay"), &replay).send().await.status, 202);
    let got = receiver.first(4).await;
    let kinds: Vec<_> = got[2..].iter().map(|got| got.kind()).collect();
    assert_eq!(kinds, ["visit.created", "visit.cancelled"], "what it missed can be had");
    server.stop().await;
}

#[tokio::test]
async fn a_receiver_that_asks_for_time_is_given_it() {
    let server = server().await;
    let receiver = Receiver::answering(|_, _| {
        Some((StatusCode::TOO_MANY_REQUESTS, [(RETRY_AFTER, "3600")]).into_response())
    })
    .await;
    let webhook = listen(&server, &receiver).await;
    brief_visit(&server).await;
    let log = until(&server, &webhook, tried).await;
    let waiting: Vec<_> = log.iter().map(|one| one["state"].as_str().unwrap()).collect();
    assert_eq!(waiting, ["queued", "pending"]);
    assert!(log[0]["next_attempt_at"].is_null());
    let tried_at: Timestamp = log[1]["attempts"][0]["at"].as_str().unwrap().parse().unwrap();
    let next: Timestamp = log[1]["next_attempt_at"].as_str().unwrap().parse().unwrap();
    assert!(next.duration_since(tried_at) >= SignedDuration::from_hours(1));
    assert_eq!(log[1]["attempts"][0]["status"], 429);

    // Whoever does not want to wait asks for it.
    let replay = json!({ "message": log[1]["message"] });
    assert_eq!(server.post(&path(&webhook, "/replay"), &replay).send().await.status, 202);
    receiver.first(2).await;
    server.stop().await;
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let server = server().await;
    let elsewhere = Receiver::willing().await;
    let there = elsewhere.url.clone();
    let receiver = Receiver::answering(move |_, _| {
        Some((StatusCode::TEMPORARY_REDIRECT, [(LOCATION, there.clone())]).into_response())
    })
    .await;
    let webhook = listen(&server, &receiver).await;
    act(&server, &path(&webhook, "/test")).await;
    let log = until(&server, &webhook, tried).await;
    assert_eq!(
        (&log[0]["attempts"][0]["status"], &log[0]["state"]),
        (&json!(307), &json!("pending"))
    );
    assert!(elsewhere.got().is_empty());
    server.stop().await;
}

#[tokio::test]
async fn a_webhook_that_moves_is_sent_what_waits() {
    let server = server().await;
    let closed = Receiver::answering(|_, _| Some(StatusCode::NOT_FOUND.into_response())).await;
    let webhook = listen(&server, &closed).await;
    let visit = brief_visit(&server).await;
    let log = until(&server, &webhook, tried).await;
    let open = Receiver::willing().await;
    let patch = server.client.request(axum::http::Method::PATCH, server.url(&path(&webhook, "")));
    let patch = patch.bearer(&server.key).json(&json!({ "url": open.url, "enabled": false }));
    assert_eq!(patch.clone().send().await.json::<Value>()["state"], "disabled");
    let replay = json!({ "message": log[1]["message"] });
    assert_eq!(server.post(&path(&webhook, "/replay"), &replay).send().await.status, 202);
    assert!(deliveries(&server, &webhook).await.iter().all(|one| one["state"] != "delivered"));
    act(&server, &path(&webhook, "/enable")).await;
    let got = open.first(2).await;
    assert!(got.iter().all(|got| got.visit() == visit));
    assert_eq!(closed.got().len(), 1);
    server.stop().await;
}
