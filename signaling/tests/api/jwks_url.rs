//! A client that publishes its keys itself: they are fetched, fetched anew when it changes them,
//! and not for each wrong token.

use super::fhir::smart::{Software, ask};
use super::signer::Signer;
use crate::server::{Server, problem};
use axum::Router;
use axum::routing::get;
use bedside_config::Allow;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Where a client publishes its keys.
#[derive(Clone, Default)]
struct Published {
    keys: Arc<Mutex<Value>>,
    fetches: Arc<Mutex<usize>>,
}

impl Published {
    /// Publishes and returns the URL.
    async fn at_url(&self) -> String {
        let here = self.clone();
        let serve = get(move || {
            *here.fetches.lock().unwrap() += 1;
            let keys = here.keys.lock().unwrap().to_string();
            async move { keys }
        });
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/jwks.json", listener.local_addr().unwrap());
        tokio::spawn(async move {
            axum::serve(listener, Router::new().route("/jwks.json", serve)).await
        });
        url
    }

    fn publish(&self, signer: &Signer) {
        *self.keys.lock().unwrap() = json!({ "keys": [signer.jwk()] });
    }

    fn fetches(&self) -> usize {
        *self.fetches.lock().unwrap()
    }
}

async fn registered<'a>(server: &'a Server, url: &str, signer: Signer) -> Software<'a> {
    let body = json!({ "name": "x", "scopes": ["visits:read"], "jwks_url": url });
    let made = server.post("/v1/clients", &body).send().await;
    assert_eq!(made.status, 201, "{}", made.text());
    let made: Value = made.json();
    assert_eq!(made["jwks_url"], url);
    Software::known(server, &made, signer)
}

#[tokio::test]
async fn keys_are_fetched_once_and_anew_when_they_change() {
    let server = Server::start_configured(|_, config| {
        config.outward.allow = vec![Allow::parse("127.0.0.1").unwrap()];
    })
    .await;
    let published = Published::default();
    let first = Signer::es384("1");
    published.publish(&first);
    let url = published.at_url().await;
    let mut software = registered(&server, &url, first).await;
    for _ in 0..5 {
        assert_eq!(software.ask("visits:read").await.status, 200);
    }
    assert_eq!(published.fetches(), 1, "what is known is not asked again");

    // It changes its keys: the new one opens as soon as it may be asked for.
    software.signer = Signer::es384("2");
    published.publish(&software.signer);
    while software.ask("visits:read").await.status != 200 {
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
    assert_eq!(published.fetches(), 2);
    let stranger = Signer::es384("3");
    let before = published.fetches();
    let mut tried = 0;
    loop {
        let answer = ask(&server, &stranger.sign(&software.claims()), "visits:read").await;
        if answer.status == 429 {
            break;
        }
        assert_eq!(answer.status, 401);
        tried += 1;
    }
    let fetched = published.fetches() - before;
    assert!(tried > 10 && fetched < tried / 2, "{tried} wrong tokens, {fetched} fetches");
    server.stop().await;
}

/// Nobody who may register a client can make the server knock at doors inside the network.
#[tokio::test]
async fn keys_at_a_private_address_are_not_fetched() {
    let server = Server::start().await;
    let published = Published::default();
    let signer = Signer::es384("1");
    published.publish(&signer);
    let url = published.at_url().await;
    let software = registered(&server, &url, signer).await;
    let answer = software.ask("visits:read").await;
    assert_eq!((answer.status.as_u16(), published.fetches()), (401, 0));
    let elsewhere = server.client.get(server.url("/v1/visits")).bearer("e30.e30.e30").send().await;
    problem(elsewhere, 401, "unauthorized").await;
    server.stop().await;
}
