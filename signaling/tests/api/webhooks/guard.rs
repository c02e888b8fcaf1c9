//! Nobody who may make a webhook can make the server knock at doors inside the network.

use super::receiver::Receiver;
use super::{act, listen, made, path, server, until};
use crate::server::{Server, problem};
use bedside_config::Allow;
use serde_json::json;
use tempfile::TempDir;

#[tokio::test]
async fn a_url_inside_is_turned_down_when_it_is_given() {
    let server = Server::start().await;
    let port = server.metrics.port();
    for (url, told) in [
        (format!("http://127.0.0.1:{port}/metrics"), "private address"),
        (format!("https://127.0.0.1:{port}/metrics"), "private address"),
        (format!("https://localhost:{port}/"), "private address"),
        (format!("https://2130706433:{port}/"), "private address"),
        (format!("https://[::1]:{port}/"), "private address"),
        (format!("https://[::ffff:127.0.0.1]:{port}/"), "private address"),
        ("https://169.254.169.254/latest/meta-data/".to_owned(), "private address"),
        ("https://10.0.0.1/".to_owned(), "private address"),
        ("https://[fd00:ec2::254]/".to_owned(), "private address"),
        ("http://1.1.1.1/".to_owned(), "only https://"),
        ("ftp://1.1.1.1/".to_owned(), "does not begin with https://"),
        ("https://user:word@1.1.1.1/".to_owned(), "user name"),
        ("nonsense".to_owned(), "not one to call"),
    ] {
        let answer = server.post("/v1/webhooks", &json!({ "url": url })).send().await;
        let problem = problem(answer, 422, "invalid-body").await;
        assert_eq!(problem["errors"][0]["pointer"], "/url");
        let detail = problem["errors"][0]["detail"].as_str().unwrap();
        assert!(detail.contains(told), "{url}: {detail}");
    }
    server.stop().await;
}

#[tokio::test]
async fn a_name_that_turns_inwards_later_is_not_called() {
    let receiver = Receiver::willing().await;
    let folder = TempDir::new().unwrap();
    let url = receiver.url.replace("127.0.0.1", "localhost");
    let mut allowing = super::allowing(folder.path());
    allowing.outward.allow = vec![Allow::parse("localhost").unwrap()];
    let server = Server::start_with(folder, allowing).await;
    let webhook = made(server.post("/v1/webhooks", &json!({ "url": url })).send().await);
    act(&server, &path(&webhook, "/test")).await;
    receiver.first(1).await;

    // The same name, and it is not allowed any more: as if its address had become a private one.
    let folder = server.stop().await;
    let server = Server::start_in(folder).await;
    act(&server, &path(&webhook, "/test")).await;
    let log = until(&server, &webhook, |log| {
        log.len() == 2 && !log[0]["attempts"].as_array().unwrap().is_empty()
    })
    .await;
    assert_eq!(log[0]["attempts"][0]["error"], "private_address");
    assert!(log[0]["attempts"][0]["status"].is_null());
    assert_eq!(receiver.got().len(), 1);
    server.stop().await;
}

#[tokio::test]
async fn a_change_of_url_is_looked_at_as_well() {
    let (server, receiver) = (server().await, Receiver::willing().await);
    let webhook = listen(&server, &receiver).await;
    let patch = server.client.request(axum::http::Method::PATCH, server.url(&path(&webhook, "")));
    let patch = patch.bearer(&server.key).json(&json!({ "url": "https://10.0.0.1/" }));
    problem(patch.send().await, 422, "invalid-body").await;
    server.stop().await;
}
