//! Webhooks as a receiver sees them: a real receiver on loopback, which checks signatures with
//! the reference library of Standard Webhooks.

mod crash;
mod guard;
mod manage;
mod order;
pub(crate) mod receiver;
mod told;
mod trouble;

use crate::client::Answer;
use crate::server::{Server, config, visit};
use bedside_config::{Allow, Config};
use receiver::Receiver;
use serde_json::{Value, json};
use std::path::Path;
use tempfile::TempDir;
use uuid::Uuid;

/// Settings under which a receiver on loopback may be called.
fn allowing(folder: &Path) -> Config {
    let mut config = config(folder);
    config.outward.allow = vec![Allow::parse("127.0.0.0/8").unwrap()];
    config
}

async fn server() -> Server {
    let folder = TempDir::new().unwrap();
    let config = allowing(folder.path());
    Server::start_with(folder, config).await
}

async fn restarted(folder: TempDir) -> Server {
    let config = allowing(folder.path());
    Server::start_with(folder, config).await
}

/// Makes a webhook of every message to that receiver.
async fn listen(server: &Server, receiver: &Receiver) -> Value {
    made(server.post("/v1/webhooks", &json!({ "url": receiver.url })).send().await)
}

fn made(answer: Answer) -> Value {
    assert_eq!(answer.status, 201, "{}", answer.text());
    answer.json()
}

fn path(webhook: &Value, rest: &str) -> String {
    format!("/v1/webhooks/{}{rest}", webhook["id"].as_str().unwrap())
}

/// Posts without a body to speak of.
async fn act(server: &Server, path: &str) -> Answer {
    server.post(path, &json!({})).send().await
}

/// The log of a webhook, newest first.
async fn deliveries(server: &Server, webhook: &Value) -> Vec<Value> {
    let page: Value = server.get(&path(webhook, "/deliveries")).send().await.json();
    page["data"].as_array().unwrap().clone()
}

/// Waits until the log shows what is wanted.
async fn until(server: &Server, webhook: &Value, wanted: impl Fn(&[Value]) -> bool) -> Vec<Value> {
    loop {
        let log = deliveries(server, webhook).await;
        if wanted(&log) {
            return log;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}

/// A visit that is made and cancelled, which is two messages.
async fn brief_visit(server: &Server) -> Uuid {
    let made = server.schedule(&visit()).await;
    let id = crate::server::id(&made);
    assert_eq!(act(server, &format!("/v1/visits/{id}/cancel")).await.status, 200);
    id
}
