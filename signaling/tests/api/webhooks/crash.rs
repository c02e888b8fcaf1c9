//! A server that dies in the middle: nothing is lost, order holds, and a receiver that keeps ids
//! has each message exactly once.

use super::order::kinds_by_visit;
use super::receiver::Receiver;
use super::{allowing, brief_visit, listen, restarted, until};
use crate::server::Server;
use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use futures_util::future::join_all;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// Runs a server in a runtime of its own, so that all of it can die at once, without a word.
async fn doomed(folder: TempDir) -> (Runtime, Server) {
    let runtime = Runtime::new().unwrap();
    let config = allowing(folder.path());
    let server = runtime.spawn(Server::start_with(folder, config)).await.unwrap();
    (runtime, server)
}

/// Ends every task of it wherever it is.
async fn kill(runtime: Runtime, server: Server) -> TempDir {
    let dead = tokio::task::spawn_blocking(|| runtime.shutdown_timeout(Duration::from_secs(30)));
    dead.await.unwrap();
    server.folder
}

#[tokio::test]
async fn a_receiver_that_keeps_ids_has_each_message_once_and_in_order() {
    let alive = Arc::new(AtomicBool::new(false));
    let is_alive = Arc::clone(&alive);
    // Until the server has died, every third request is never answered, and one in the middle of
    // its answer when it dies is one the server does not know the end of.
    let receiver = Receiver::answering(move |_, before| {
        let answers = is_alive.load(Ordering::SeqCst) || before.len() % 3 != 2;
        answers.then(|| StatusCode::OK.into_response())
    })
    .await;
    let (runtime, server) = doomed(TempDir::new().unwrap()).await;
    let webhook = listen(&server, &receiver).await;
    let visits = join_all((0..10).map(|_| brief_visit(&server))).await;
    let before = receiver.first(8).await;
    let folder = kill(runtime, server).await;

    alive.store(true, Ordering::SeqCst);
    let server = restarted(folder).await;
    until(&server, &webhook, |log| {
        log.len() == 20 && log.iter().all(|one| one["state"] == "delivered")
    })
    .await;
    let got = receiver.got();
    let ids: BTreeSet<_> = got.iter().map(|got| got.id()).collect();
    assert_eq!(ids.len(), 20, "each at least once");
    assert!(got.len() > 20, "what was under way came twice");
    assert!(before.iter().all(|one| ids.contains(one.id())));
    for id in ids {
        let bodies: BTreeSet<_> =
            got.iter().filter(|got| got.id() == id).map(|got| &got.raw).collect();
        assert_eq!(bodies.len(), 1, "the same id is the same message");
    }
    let kinds_by_visit = kinds_by_visit(&got);
    assert_eq!(
        kinds_by_visit.keys().copied().collect::<BTreeSet<_>>(),
        visits.into_iter().collect()
    );
    for kinds in kinds_by_visit.values() {
        assert_eq!(kinds[..], ["visit.created", "visit.cancelled"]);
    }
    server.stop().await;
}
