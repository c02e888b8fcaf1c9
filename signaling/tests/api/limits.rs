//! A flood waits and is told how long; its neighbours do not.

use crate::client::Answer;
use crate::server::{Server, TENANT, link, problem, visit};
use bedside_config::Limits;
use bedside_signaling::key::Scope;
use serde_json::Value;

/// So slow that no test fills a bucket again by taking its time.
fn tight() -> Limits {
    Limits { key_per_second: 1, key_burst: 20, address_per_second: 1, address_burst: 10 }
}

async fn list(server: &Server, key: &str) -> Answer {
    server.client.get(server.url("/v1/visits")).bearer(key).send().await
}

#[tokio::test]
async fn a_flood_of_one_key_slows_no_other() {
    let server = Server::start_limited(tight()).await;
    let calm = server.key(TENANT, &[Scope::VisitsRead]).await;
    let mut answered = 0;
    let limited = loop {
        let answer = list(&server, &server.key).await;
        if answer.status != 200 {
            break answer;
        }
        answered += 1;
    };
    assert!(answered >= 20, "the burst passes: {answered}");
    let seconds: u64 = limited.header("retry-after").parse().unwrap();
    assert_eq!(seconds, 1);
    assert_eq!(limited.header("ratelimit-policy"), "\"key\";q=20;w=20");
    assert_eq!(limited.header("ratelimit"), "\"key\";r=0;t=1");
    problem(limited, 429, "too-many-requests").await;
    let other = list(&server, &calm).await;
    assert_eq!(other.status, 200);
    assert_eq!(other.header("ratelimit"), "\"key\";r=19;t=1", "its own bucket");
    server.stop().await;
}

#[tokio::test]
async fn a_flood_ends_when_it_waits_as_long_as_it_is_told() {
    let limits = Limits { key_per_second: 200, key_burst: 2, ..Limits::default() };
    let server = Server::start_limited(limits).await;
    let mut limited = false;
    // Whoever comes back after the stated time is let in; one of these is turned away first.
    for _ in 0..10_000 {
        let answer = list(&server, &server.key).await;
        if limited && answer.status == 200 {
            server.stop().await;
            return;
        }
        limited |= answer.status == 429;
    }
    panic!("no request was turned away, or none let in again");
}

#[tokio::test]
async fn without_a_key_the_address_is_counted() {
    let server = Server::start_limited(tight()).await;
    let made = server.schedule(&visit()).await;
    let mut opened = 0;
    let limited = loop {
        let answer = server.redeem(&link(&made, 0)).await;
        if answer.status != 200 {
            break answer;
        }
        assert!(answer.header("ratelimit").starts_with("\"address\";r="));
        opened += 1;
    };
    assert!(opened >= 10, "the burst passes: {opened}");
    assert_eq!(limited.header("ratelimit-policy"), "\"address\";q=10;w=10");
    problem(limited, 429, "too-many-requests").await;
    assert_eq!(list(&server, &server.key).await.status, 200, "a key is not an address");
    server.stop().await;
}

#[tokio::test]
async fn no_limit_is_no_limit() {
    let none = Limits { key_per_second: 0, address_per_second: 0, ..tight() };
    let server = Server::start_limited(none).await;
    for _ in 0..50 {
        let answer = list(&server, &server.key).await;
        assert_eq!(answer.status, 200);
        assert!(answer.headers.get("ratelimit").is_none());
    }
    server.stop().await;
}

/// Guessing at keys is slowed by address, before anything else is said about the guess.
#[tokio::test]
async fn a_flood_of_wrong_keys_waits_and_a_right_one_does_not() {
    let server = Server::start().await;
    let limited = loop {
        let answer = list(&server, "vk_00000000000000000000000000000000_AAAA").await;
        if answer.status != 401 {
            break answer;
        }
    };
    problem(limited, 429, "too-many-requests").await;
    assert_eq!(list(&server, &server.key).await.status, 200);
    server.stop().await;
}

#[tokio::test]
async fn the_document_says_that_there_are_limits() {
    let document: Value = serde_json::from_str(&bedside_signaling::openapi_document()).unwrap();
    let limited = &document["paths"]["/v1/visits"]["get"]["responses"]["429"];
    assert!(limited["headers"]["Retry-After"].is_object(), "{limited}");
}
