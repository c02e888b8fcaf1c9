//! Order within a visit, whatever fails; and nobody waits for somebody else's failure.

use super::receiver::{Got, Receiver};
use super::{brief_visit, listen, server, until};
use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use futures_util::future::join_all;
use std::collections::BTreeMap;
use uuid::Uuid;

/// What each visit was told, in the order in which it was first told it.
pub(super) fn kinds_by_visit(got: &[Got]) -> BTreeMap<Uuid, Vec<String>> {
    let mut kinds_by_visit: BTreeMap<Uuid, Vec<String>> = BTreeMap::new();
    let mut seen = Vec::new();
    for got in got {
        if !seen.contains(&got.id()) {
            seen.push(got.id());
            kinds_by_visit.entry(got.visit()).or_default().push(got.kind().to_owned());
        }
    }
    kinds_by_visit
}

#[tokio::test]
async fn a_later_message_of_a_visit_waits_for_the_earlier_and_no_other_does() {
    let server = server().await;
    // Every second message fails at first, and is tried again five seconds later.
    let receiver = Receiver::answering(|got, before| {
        let known = before.iter().any(|one| one.id() == got.id());
        let fails = !known && got.raw.iter().map(|byte| u32::from(*byte)).sum::<u32>() % 2 == 0;
        let status = if fails { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::OK };
        Some(status.into_response())
    })
    .await;
    let webhook = listen(&server, &receiver).await;
    let visits = join_all((0..8).map(|_| brief_visit(&server))).await;
    let log = until(&server, &webhook, |log| {
        log.len() == 16 && log.iter().all(|one| one["state"] == "delivered")
    })
    .await;
    let tried_twice =
        log.iter().filter(|one| one["attempts"].as_array().unwrap().len() == 2).count();
    assert!(tried_twice > 0, "some have failed at first");
    let got = receiver.got();
    let mut answered: Vec<&str> = Vec::new();
    for message in &got {
        if message.kind() == "visit.cancelled" {
            let created = got
                .iter()
                .find(|one| one.visit() == message.visit() && one.kind() == "visit.created");
            let failed = |id: &str| {
                log.iter().any(|one| {
                    one["message"] == id && one["attempts"].as_array().unwrap().len() == 2
                })
            };
            let created = created.unwrap().id();
            let times = answered.iter().filter(|id| **id == created).count();
            assert_eq!(times, if failed(created) { 2 } else { 1 }, "it waits for its delivery");
        }
        answered.push(message.id());
    }
    let kinds_by_visit = kinds_by_visit(&got);
    assert_eq!(kinds_by_visit.len(), visits.len());
    for (visit, kinds) in kinds_by_visit {
        assert!(visits.contains(&visit));
        assert_eq!(kinds, ["visit.created", "visit.cancelled"]);
    }
    server.stop().await;
}

#[tokio::test]
async fn a_receiver_that_hangs_holds_up_no_other() {
    let server = server().await;
    let hanging = Receiver::answering(|_, _| None).await;
    let willing = Receiver::willing().await;
    listen(&server, &hanging).await;
    listen(&server, &willing).await;
    join_all((0..12).map(|_| brief_visit(&server))).await;
    willing.first(24).await;
    assert!(!hanging.got().is_empty() && hanging.got().len() <= 4, "four requests at once");
    server.stop().await;
}
