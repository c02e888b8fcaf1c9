//! The API once more, with every visit in a PostgreSQL, and what only a server can do: go away.
//!
//! In: the tests of `api`. Out: a failure where an answer depends on the engine.
//! Never: a PostgreSQL of anybody's; scripts/with-postgres.sh brings its own.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that fails says where; its helpers are part of it"
)]

#[path = "api/main.rs"]
mod api;

use api::{client, engine, server};
use bedside_sfu_api::{Event, ShardStats};
use server::{Server, config, id, problem, visit};
use tempfile::TempDir;

/// A server whose rows belong to a user of its own, with the name of that user.
async fn server_of_its_own_user() -> (Server, String) {
    let folder = TempDir::new().unwrap();
    let mut config = config(folder.path());
    let user = config.store.url.rsplit_once("%3D").unwrap().1.to_owned();
    let own = format!("CREATE ROLE {user} LOGIN; ALTER SCHEMA {user} OWNER TO {user}");
    engine::run(&engine::address(), own);
    config.store.url.push_str(&format!("&user={user}"));
    (Server::start_with(folder, config).await, user)
}

#[tokio::test]
async fn a_database_that_goes_away_and_comes_back_takes_no_server_with_it() {
    let (server, user) = server_of_its_own_user().await;
    server.seen.send(Event::Stats(ShardStats::default())).await.unwrap();
    while server.probe("/readyz").await.status != 200 {}
    let made = server.schedule(&visit()).await;
    let path = format!("/v1/visits/{}", id(&made));

    let database = engine::address();
    engine::run(&database, format!("ALTER ROLE {user} NOLOGIN"));
    let all =
        format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{user}'");
    engine::run(&database, all);
    let ready = server.probe("/readyz").await;
    assert_eq!(ready.status, 503);
    assert!(ready.text().contains("the database does not answer"), "{}", ready.text());
    assert_eq!(server.probe("/livez").await.status, 200, "no reason to be restarted");
    problem(server.get(&path).send().await, 500, "fault").await;
    problem(server.post("/v1/visits", &visit()).send().await, 500, "fault").await;

    engine::run(&database, format!("ALTER ROLE {user} LOGIN"));
    while server.probe("/readyz").await.status != 200 {
        server.seen.send(Event::Stats(ShardStats::default())).await.unwrap();
    }
    assert_eq!(server.get(&path).send().await.status, 200);
    server.schedule(&visit()).await;
    server.stop().await;
}
