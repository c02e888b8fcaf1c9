//! A receiver of webhooks: an HTTP server of its own that keeps what it got.
//!
//! In: requests. Out: what a test tells it to answer.
//! Never: an answer before the request is kept; so what was answered was seen.

use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use serde_json::Value;
use standardwebhooks::Webhook;
use std::sync::{Arc, Mutex};
use tokio::sync::watch;
use uuid::Uuid;

/// A message as it came.
#[derive(Debug, Clone)]
pub(crate) struct Got {
    pub(crate) headers: HeaderMap,
    pub(crate) raw: Bytes,
    pub(crate) body: Value,
}

impl Got {
    pub(crate) fn id(&self) -> &str {
        self.headers["webhook-id"].to_str().unwrap()
    }

    pub(crate) fn kind(&self) -> &str {
        self.body["type"].as_str().unwrap()
    }

    pub(crate) fn visit(&self) -> Uuid {
        self.body["data"]["visit"].as_str().unwrap().parse().unwrap()
    }

    pub(crate) fn is_signed_by(&self, secret: &str) -> bool {
        Webhook::new(secret).unwrap().verify(&self.raw, &self.headers).is_ok()
    }
}

/// What to answer; `None`: nothing, ever. It is told what came before, too.
type Answers = Arc<dyn Fn(&Got, &[Got]) -> Option<Response> + Send + Sync>;

pub(crate) struct Receiver {
    pub(crate) url: String,
    got: Arc<Mutex<Vec<Got>>>,
    count: watch::Sender<usize>,
}

impl Receiver {
    /// One that takes everything.
    pub(crate) async fn willing() -> Self {
        Self::answering(|_, _| Some(StatusCode::NO_CONTENT.into_response())).await
    }

    pub(crate) async fn answering(
        answers: impl Fn(&Got, &[Got]) -> Option<Response> + Send + Sync + 'static,
    ) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/in", listener.local_addr().unwrap());
        let got = Arc::new(Mutex::new(Vec::new()));
        let count = watch::Sender::new(0);
        let (kept, counter) = (Arc::clone(&got), count.clone());
        let answers: Answers = Arc::new(answers);
        let take = move |headers: HeaderMap, raw: Bytes| async move {
            let body = serde_json::from_slice(&raw).unwrap();
            let new = Got { headers, raw, body };
            let answer = {
                let mut kept = kept.lock().unwrap();
                let answer = answers(&new, &kept);
                kept.push(new);
                counter.send_replace(kept.len());
                answer
            };
            match answer {
                Some(answer) => answer,
                None => std::future::pending().await,
            }
        };
        let routes = Router::new().route("/in", post(take));
        tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
        Self { url, got, count }
    }

    /// Everything so far.
    pub(crate) fn got(&self) -> Vec<Got> {
        self.got.lock().unwrap().clone()
    }

    /// Waits until what came is enough.
    pub(crate) async fn until(&self, enough: impl Fn(&[Got]) -> bool) -> Vec<Got> {
        let mut count = self.count.subscribe();
        loop {
            let got = self.got();
            if enough(&got) {
                return got;
            }
            count.changed().await.unwrap();
        }
    }

    /// Waits until so many have come.
    pub(crate) async fn first(&self, wanted: usize) -> Vec<Got> {
        self.until(|got| got.len() >= wanted).await
    }
}
