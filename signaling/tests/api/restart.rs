//! What was accepted outlives the program.

use crate::server::{Server, config, id, link, visit};
use bedside_signaling::Service;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use tempfile::TempDir;

#[tokio::test]
async fn visits_links_and_keys_survive_a_restart() {
    let server = Server::start().await;
    let (made, key) = (server.schedule(&visit()).await, server.key.clone());
    let folder = server.stop().await;
    assert!(
        !folder.path().join("bedside.db-wal").exists(),
        "one file is the whole database after a stop"
    );
    let server = Server::start_in(folder).await;
    let path = format!("/v1/visits/{}", id(&made));
    let read = server.client.get(server.url(&path)).bearer(&key).send().await;
    let read: Value = read.json();
    assert_eq!(read["starts_at"], made["starts_at"]);
    assert_eq!(read["participants"][0]["id"], made["participants"][0]["id"]);
    assert_eq!(server.redeem(&link(&made, 0)).await.status, 200);
    server.stop().await;
}

#[tokio::test]
async fn what_is_kept_is_closed_to_others() {
    let outer = TempDir::new().unwrap();
    let data = outer.path().join("deep/data");
    let mut settings = config(&data);
    settings.store.url.clear();
    let service = Service::open(&settings).await.unwrap();
    let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&data), 0o700);
    let names = || -> BTreeSet<String> {
        let entries = fs::read_dir(&data).unwrap().map(|entry| entry.unwrap().path());
        let named = entries.map(|path| {
            assert_eq!(mode(&path), 0o600, "{}", path.display());
            path.file_name().unwrap().to_str().unwrap().to_owned()
        });
        named.collect()
    };
    let at_rest = [
        "audit-ids.key",
        "audit.key",
        "bedside.db",
        "link.key",
        "node.id",
        "token.key",
        "webhook.key",
    ];
    let at_rest: BTreeSet<String> = at_rest.map(str::to_owned).into();
    assert!(names().is_superset(&at_rest) && names().len() > at_rest.len(), "{:?}", names());
    service.close().await.unwrap();
    assert_eq!(names(), at_rest);
}

#[tokio::test]
async fn a_visit_to_try_out_is_fresh_each_time_and_its_links_work() {
    let server = Server::start().await;
    let folder = server.stop().await;
    let bound = Service::open(&config(folder.path())).await.unwrap().bind().await.unwrap();
    let (first, second) = (bound.dev_visit().await.unwrap(), bound.dev_visit().await.unwrap());
    let prefix = format!("http://localhost:{}/j#", bound.http_addr().port());
    let roles: Vec<_> = first.links.iter().map(|link| link.role.name()).collect();
    assert_eq!(roles, ["patient", "family", "clinician", "pharmacist", "interpreter"]);
    assert!(first.links.iter().all(|link| link.url.starts_with(&prefix)));
    assert_ne!(first.api_key, second.api_key);
    assert_ne!(first.links[0].url, second.links[0].url);
    let printed = format!("{first:?} {:?}", first.links);
    assert!(!printed.contains(&first.api_key) && !printed.contains('#'), "{printed}");
    drop(bound);
    let server = Server::start_in(folder).await;
    let session: Value = server.redeem(&first.links[2].url).await.json();
    assert_eq!(session["display_name"], "Dr. Osei");
    let list = server.client.get(server.url("/v1/visits")).bearer(&second.api_key);
    let list: Value = list.send().await.json();
    assert_eq!(list["data"].as_array().unwrap().len(), 2);
    server.stop().await;
}
