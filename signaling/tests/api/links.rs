//! Personal links: what opens, what does not, and that neither says more than it must.

use crate::client::Answer;
use crate::server::{Server, behind_the_hash, id, link, problem, visit};
use serde_json::{Value, json};

#[tokio::test]
async fn a_link_becomes_a_session_that_says_whose_it_is() {
    let server = Server::start().await;
    let made = server.schedule(&visit()).await;
    let first: Value = server.redeem(&link(&made, 0)).await.json();
    assert_eq!(first["role"], "patient");
    assert_eq!(first["display_name"], "Maria");
    assert_eq!(first["language"], "es");
    assert_eq!(first["starts_at"], "2026-12-01T09:30:00Z");
    assert_eq!(first["ends_at"], "2026-12-01T10:00:00Z");
    assert_eq!(first["participant"], made["participants"][0]["id"]);
    assert_eq!(first["session"].as_str().unwrap().len(), 43, "256 bits");
    assert!(first.get("participants").is_none());
    let again: Value = server.redeem(&link(&made, 0)).await.json();
    assert_ne!(again["session"], first["session"], "each device has its own");
    server.stop().await;
}

#[tokio::test]
async fn every_wrong_link_gets_the_same_answer() {
    let server = Server::start().await;
    let made = server.schedule(&visit()).await;
    let (good, other) = (link(&made, 0), link(&made, 1));
    let (good_id, secret) = behind_the_hash(&good).split_once('.').unwrap();
    let (other_id, _) = behind_the_hash(&other).split_once('.').unwrap();
    let mut answers = Vec::new();
    for wrong in [
        String::new(),
        "nonsense".to_owned(),
        good_id.to_owned(),
        format!("{good_id}."),
        format!("{other_id}.{secret}"),
        format!("{}.{secret}", id(&made).simple()),
        format!("{good_id}.{}", "A".repeat(43)),
        format!("{good_id}.{secret}="),
        format!("{good_id}.{secret}.{secret}"),
        "x".repeat(100_000),
    ] {
        let body = json!({ "link": wrong });
        let request = server.client.post(server.url("/v1/links/redeem")).json(&body);
        answers.push(problem(request.send().await, 404, "unknown-link").await);
    }
    assert!(answers.windows(2).all(|pair| pair[0] == pair[1]));
    server.stop().await;
}

#[tokio::test]
async fn a_scanner_that_follows_links_uses_none_up() {
    let server = Server::start().await;
    let made = server.schedule(&visit()).await;
    let page = server.client.get(server.url("/j")).send().await;
    assert_eq!(page.status, 200);
    let get = server.client.get(server.url("/v1/links/redeem")).send().await;
    assert_eq!(get.headers["allow"], "POST");
    problem(get, 405, "method-not-allowed").await;
    assert_eq!(server.redeem(&link(&made, 0)).await.status, 200);
    server.stop().await;
}

#[tokio::test]
async fn a_flood_waits_and_is_told_how_long() {
    let server = Server::start().await;
    let limited = loop {
        let response = server.redeem("#x").await;
        if response.status != 404 {
            break response;
        }
    };
    let seconds: u64 = limited.header("retry-after").parse().unwrap();
    assert!((1..60).contains(&seconds));
    problem(limited, 429, "too-many-requests").await;
    let metrics = format!("http://{}/metrics", server.metrics);
    let page = server.client.get(metrics).send().await.text().to_owned();
    let limited = page.lines().find(|line| line.contains("result=\"limited\"")).unwrap();
    assert!(!limited.ends_with(" 0"), "{limited}");
    server.stop().await;
}

/// Tries wrong links in the name of that address until they are refused unread.
async fn floods(server: &Server, address: &str) {
    loop {
        let status = tries(server, "x", address).await.status;
        if status == 429 {
            return;
        }
        assert_eq!(status, 404);
    }
}

async fn tries(server: &Server, link: &str, forwarded_for: &str) -> Answer {
    let request = server.client.post(server.url("/v1/links/redeem"));
    request.header("x-forwarded-for", forwarded_for).json(&json!({ "link": link })).send().await
}

/// Whether this house has no quota left. It fills while a slow machine asks, so it is asked more
/// at once than can have come back.
async fn is_refused(server: &Server, forwarded_for: &str) -> bool {
    let asked = (0..40).map(|_| tries(server, "x", forwarded_for));
    futures_util::future::join_all(asked).await.iter().any(|answer| answer.status == 429)
}

#[tokio::test]
async fn a_flood_of_wrong_links_keeps_nobody_out() {
    let server = Server::start().await;
    let made = server.schedule(&visit()).await;
    floods(&server, "192.0.2.1").await;
    assert_eq!(server.redeem(&link(&made, 0)).await.status, 200);
    // Nobody has named a proxy, so another name is no other house.
    assert!(is_refused(&server, "192.0.2.2").await);
    server.stop().await;
}

#[tokio::test]
async fn behind_a_named_proxy_each_house_has_its_own_quota() {
    let server = Server::start_proxied().await;
    floods(&server, "192.0.2.1").await;
    assert_eq!(tries(&server, "x", "192.0.2.2").await.status, 404);
    assert!(is_refused(&server, "192.0.2.2, 192.0.2.1").await);
    server.stop().await;
}
