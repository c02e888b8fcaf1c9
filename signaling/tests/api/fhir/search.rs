//! Finding appointments.

use super::{appointment, outcome, put, resource};
use crate::server::Server;
use serde_json::{Value, json};

async fn with_three(server: &Server) {
    for (id, day) in [("third", 3), ("first", 1), ("second", 2)] {
        let mut body = appointment();
        body["identifier"][0]["value"] = id.into();
        body["start"] = json!(format!("2026-12-0{day}T09:30:00Z"));
        body["end"] = json!(format!("2026-12-0{day}T10:00:00Z"));
        resource(&put(server, &format!("/fhir/r4/Appointment/{id}"), &body).await, 201);
    }
}

async fn find(server: &Server, query: &str) -> Value {
    resource(&server.get(&format!("/fhir/r4/Appointment?{query}")).send().await, 200)
}

fn ids(bundle: &Value) -> Vec<&str> {
    let entries = bundle["entry"].as_array().map(Vec::as_slice).unwrap_or_default();
    entries.iter().map(|entry| entry["resource"]["id"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn appointments_are_found_by_time_code_and_identifier() {
    let server = Server::start().await;
    with_three(&server).await;
    let mut off = resource(&server.get("/fhir/r4/Appointment/third").send().await, 200);
    off["status"] = json!("cancelled");
    resource(&put(&server, "/fhir/r4/Appointment/third", &off).await, 200);
    for (query, found) in [
        ("", &["first", "second", "third"][..]),
        ("date=ge2026-12-02", &["second", "third"]),
        ("date=gt2026-12-02", &["third"]),
        ("date=lt2026-12-02", &["first"]),
        ("date=le2026-12-02&date=ge2026-12-02", &["second"]),
        ("date=2026-12-01T09:30:00Z", &["first"]),
        ("date=2026", &["first", "second", "third"]),
        ("status=booked", &["first", "second"]),
        ("status=cancelled,noshow", &["third"]),
        ("identifier=https://clinic.example.org/a|second", &["second"]),
        ("identifier=second", &["second"]),
        ("identifier=https://other.example.org|second", &[]),
        ("identifier=third&status=booked", &[]),
        ("_id=first", &["first"]),
        ("_id=none", &[]),
    ] {
        assert_eq!(ids(&find(&server, query).await), found, "{query}");
    }
    server.stop().await;
}

#[tokio::test]
async fn a_page_leads_to_the_next_and_the_last_to_none() {
    let server = Server::start().await;
    with_three(&server).await;
    let first = find(&server, "_count=2&date=ge2026-12-01").await;
    assert_eq!(ids(&first), ["first", "second"]);
    let next = first["link"].as_array().unwrap().iter().find(|link| link["relation"] == "next");
    let next = next.unwrap()["url"].as_str().unwrap().to_owned();
    let (_, query) = next.split_once('?').unwrap();
    let last = find(&server, query).await;
    assert_eq!(ids(&last), ["third"]);
    assert!(last["link"].as_array().unwrap().iter().all(|link| link["relation"] != "next"));
    server.stop().await;
}

#[tokio::test]
async fn no_list_holds_a_link_and_a_wrong_question_is_refused() {
    let server = Server::start().await;
    with_three(&server).await;
    let all = server.get("/fhir/r5/Appointment").send().await;
    assert!(!all.text().contains("personal-link"));
    for query in
        ["date=soon", "status=gone", "name=Maria", "_count=0", "_cursor=x", "identifier=a%00b"]
    {
        let answer = server.get(&format!("/fhir/r4/Appointment?{query}")).send().await;
        let outcome = outcome(&answer, 400, "invalid");
        let place = outcome["issue"][0]["expression"][0].as_str().unwrap();
        assert!(query.starts_with(place), "{query}: {outcome}");
    }
    let form = server.client.post(server.url("/fhir/r4/Appointment/_search"));
    let form = form.bearer(&server.key).header("content-type", "application/x-www-form-urlencoded");
    let found = resource(&form.body("identifier=second").send().await, 200);
    assert_eq!(ids(&found), ["second"]);
    server.stop().await;
}
