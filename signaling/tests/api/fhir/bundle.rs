//! Several at once: all or none, or each for itself; and none twice.

use super::{appointment, links, outcome, post, resource, send};
use crate::server::Server;
use axum::http::Method;
use serde_json::{Value, json};

fn entry(resource: &Value, method: &str, url: &str) -> Value {
    json!({ "resource": resource, "request": { "method": method, "url": url } })
}

fn bundle(kind: &str, entries: &[Value]) -> Value {
    json!({ "resourceType": "Bundle", "type": kind, "entry": entries })
}

async fn count(server: &Server) -> usize {
    let all: Value = server.get("/fhir/r4/Appointment").send().await.json();
    all["entry"].as_array().map_or(0, Vec::len)
}

#[tokio::test]
async fn a_transaction_makes_all_or_none() {
    let server = Server::start().await;
    let body = appointment();
    let wrong = json!({ "resourceType": "Appointment", "status": "booked", "participant": [] });
    let half = bundle(
        "transaction",
        &[entry(&body, "POST", "Appointment"), entry(&wrong, "PUT", "Appointment/b")],
    );
    let refused = outcome(&post(&server, "/fhir/r4", &half).await, 422, "invalid");
    assert!(refused.to_string().contains("Bundle.entry[1]"), "{refused}");
    assert_eq!(count(&server).await, 0, "not half of it");

    let mut first = entry(&body, "POST", "Appointment");
    first["fullUrl"] = json!("urn:uuid:0192f0c1-0000-7000-8000-000000000001");
    let mut second = body.clone();
    second["supportingInformation"] = json!([{ "reference": first["fullUrl"] }]);
    let whole = bundle("transaction", &[first, entry(&second, "PUT", "Appointment/b")]);
    let done = resource(&post(&server, "/fhir/r4/", &whole).await, 200);
    assert_eq!(done["type"], "transaction-response");
    let entries = done["entry"].as_array().unwrap();
    for entry in entries {
        assert_eq!(entry["response"]["status"], "201 Created");
        assert_eq!(links(&entry["resource"]).len(), 2);
    }
    let id = entries[0]["resource"]["id"].as_str().unwrap();
    let pointed = &entries[1]["resource"]["supportingInformation"][0]["reference"];
    assert_eq!(pointed, &format!("Appointment/{id}"));
    assert_eq!(count(&server).await, 2);
    server.stop().await;
}

#[tokio::test]
async fn a_transaction_changes_one_or_is_refused_and_a_batch_changes_several() {
    let server = Server::start().await;
    let both = |kind: &str, status: &str| {
        let mut body = appointment();
        body["status"] = status.into();
        bundle(kind, &[entry(&body, "PUT", "Appointment/a"), entry(&body, "PUT", "Appointment/b")])
    };
    resource(&post(&server, "/fhir/r4", &both("transaction", "booked")).await, 200);
    let refused = post(&server, "/fhir/r4", &both("transaction", "cancelled")).await;
    outcome(&refused, 422, "not-supported");
    let mut one = both("transaction", "cancelled");
    one["entry"].as_array_mut().unwrap().pop();
    let done = resource(&post(&server, "/fhir/r4", &one).await, 200);
    assert_eq!(done["entry"][0]["resource"]["status"], "cancelled");
    let done = resource(&post(&server, "/fhir/r4", &both("batch", "booked")).await, 200);
    assert_eq!(done["type"], "batch-response");
    assert_eq!(done["entry"][0]["response"]["status"], "409 Conflict", "that one is cancelled");
    assert_eq!(done["entry"][0]["response"]["outcome"]["resourceType"], "OperationOutcome");
    assert_eq!(done["entry"][1]["response"]["status"], "200 OK");
    server.stop().await;
}

#[tokio::test]
async fn the_same_identifier_is_made_once() {
    let server = Server::start().await;
    let make = || async {
        let request = send(&server, Method::POST, "/fhir/r4/Appointment", &appointment());
        let condition = "identifier=https://clinic.example.org/a|17";
        request.header("if-none-exist", condition).send().await
    };
    let answers = tokio::join!(make(), make(), make());
    let mut statuses = [answers.0.status, answers.1.status, answers.2.status].map(|s| s.as_u16());
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 200, 201]);
    assert_eq!(count(&server).await, 1);
    resource(&post(&server, "/fhir/r4/Appointment", &appointment()).await, 201);
    outcome(&make().await, 412, "conflict");
    server.stop().await;
}
