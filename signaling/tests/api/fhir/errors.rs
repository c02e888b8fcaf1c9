//! Every refusal under `/fhir` is an outcome; what is said of the server is what it does.

use super::{appointment, outcome, post, put, resource};
use crate::server::Server;
use axum::http::Method;
use bedside_signaling::key::Scope;
use serde_json::{Value, json};

#[tokio::test]
async fn every_refusal_is_an_outcome() {
    let server = Server::start().await;
    let path = "/fhir/r4/Appointment/a";
    let url = server.url(path);
    outcome(&server.client.get(url.clone()).send().await, 401, "login");
    let reader = server.key("clinic", &[Scope::VisitsRead]).await;
    let request = server.client.request(Method::PUT, url.clone()).bearer(&reader);
    let request = request.header("content-type", "application/fhir+json");
    outcome(&request.body(appointment().to_string()).send().await, 403, "forbidden");
    outcome(&server.get(path).send().await, 404, "not-found");
    outcome(&server.get("/fhir/r6/Appointment").send().await, 404, "not-supported");
    outcome(&server.get("/fhir/r4/Nothing/1").send().await, 404, "not-supported");
    let delete = server.client.request(Method::DELETE, url.clone()).bearer(&server.key);
    outcome(&delete.send().await, 405, "not-supported");
    let xml = server.get(path).header("accept", "application/fhir+xml").send().await;
    outcome(&xml, 406, "not-supported");
    outcome(&server.get("/fhir/r4/metadata?_format=xml").send().await, 406, "not-supported");
    let put_raw = |kind: &str, body: &str| {
        let request = server.client.request(Method::PUT, url.clone()).bearer(&server.key);
        request.header("content-type", kind).body(body.to_owned()).send()
    };
    outcome(&put_raw("application/fhir+xml", "<a/>").await, 415, "not-supported");
    outcome(&put_raw("application/fhir+json", "{\"a\":").await, 400, "structure");
    outcome(&put_raw("application/fhir+json", &"[".repeat(2_000)).await, 400, "structure");
    outcome(&put_raw("application/fhir+json", &" ".repeat(2 << 20)).await, 413, "too-long");
    let mut other = appointment();
    other["id"] = json!("b");
    let wrong = outcome(&put(&server, path, &other).await, 422, "invalid");
    assert_eq!(wrong["issue"][0]["expression"][0], "Appointment.id");
    outcome(&put(&server, "/fhir/r4/Appointment/a_b", &appointment()).await, 400, "value");
    outcome(&post(&server, "/fhir/r4", &json!({ "resourceType": "Bundle" })).await, 422, "invalid");
    server.stop().await;
}

#[tokio::test]
async fn what_a_body_gets_wrong_is_told_by_its_place() {
    let server = Server::start().await;
    let mut body = appointment();
    body["status"] = json!("soon");
    body["participant"][0]["actor"]["display"] = json!(7);
    let wrong = outcome(&post(&server, "/fhir/r5/Appointment", &body).await, 422, "invalid");
    let issues = wrong["issue"].as_array().unwrap();
    let places: Vec<_> = issues.iter().map(|issue| issue["expression"][0].clone()).collect();
    assert_eq!(places, ["Appointment.status", "Appointment.participant[0].actor.display"]);
    server.stop().await;
}

#[tokio::test]
async fn the_statement_needs_no_key_and_names_what_is_served() {
    let server = Server::start().await;
    for (release, version) in [("r4", "4.0.1"), ("r5", "5.0.0")] {
        let url = server.url(&format!("/fhir/{release}/metadata"));
        let statement: Value = resource(&server.client.get(url).send().await, 200);
        assert_eq!(statement["fhirVersion"], version);
        for served in statement["rest"][0]["resource"].as_array().unwrap() {
            let kind = served["type"].as_str().unwrap();
            let parameters = served["searchParam"].as_array().cloned().unwrap_or_default();
            for parameter in parameters {
                let name = parameter["name"].as_str().unwrap();
                let value = match name {
                    "date" => "ge2026",
                    "entity" => "Appointment/none",
                    _ => "booked",
                };
                let path = format!("/fhir/{release}/{kind}?{name}={value}");
                resource(&server.get(&path).send().await, 200);
            }
        }
    }
    server.stop().await;
}
