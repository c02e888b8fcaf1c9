//! What happened is owed to a webhook, and stays owed over every kill.
//!
//! In: a receiver that is never there. Out: visits of which it would not have been told.

use super::desk::Listed;
use super::wire::{Cut, Wire};
use serde_json::json;
use std::collections::BTreeSet;

/// Nobody listens there.
const NOWHERE: &str = "http://127.0.0.1:9/";

/// Makes the webhook; its id.
pub(super) async fn subscribe(wire: &Wire) -> Result<String, Cut> {
    let made = wire.post("/v1/webhooks", &json!({ "url": NOWHERE })).await?;
    assert_eq!(made.status, 201, "{}", made.body);
    Ok(made.body["id"].as_str().expect("a webhook has an id").to_owned())
}

/// Compares what is on its way with how the visits stand; what is missing, and how much was
/// compared.
pub(super) async fn look(
    wire: &Wire,
    webhook: &str,
    listed: &Listed,
) -> Result<(Vec<String>, usize), Cut> {
    let mut owed = BTreeSet::new();
    let mut path = format!("/v1/webhooks/{webhook}/deliveries?limit=200");
    loop {
        let page = wire.get(&path).await?;
        assert_eq!(page.status, 200, "{}", page.body);
        for delivery in page.body["data"].as_array().expect("a page has deliveries") {
            let text = |key: &str| delivery[key].as_str().unwrap_or_default().to_owned();
            assert!(["queued", "pending"].contains(&text("state").as_str()), "{delivery}");
            owed.insert((text("visit"), text("type")));
        }
        match page.body["next_cursor"].as_str() {
            Some(cursor) => {
                path = format!("/v1/webhooks/{webhook}/deliveries?limit=200&cursor={cursor}");
            }
            None => break,
        }
    }
    let mut missing = Vec::new();
    let mut compared = 0;
    for visit in listed.values().flatten() {
        let id = visit["id"].as_str().expect("a visit has an id").to_owned();
        let last = match visit["state"].as_str() {
            Some("cancelled") => "visit.cancelled",
            Some("ended") => "visit.ended",
            _ => "visit.created",
        };
        for kind in ["visit.created", last] {
            compared += 1;
            if !owed.contains(&(id.clone(), kind.to_owned())) {
                missing.push(format!("{kind} of {id} is owed to nobody"));
            }
        }
    }
    Ok((missing, compared))
}
