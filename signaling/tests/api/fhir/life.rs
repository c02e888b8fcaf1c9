//! Making, moving, inviting, cancelling.

use super::{appointment, links, outcome, people, person, post, put, resource, send, visit_id};
use crate::server::Server;
use axum::http::Method;
use bedside_signaling::key::Scope;
use serde_json::{Value, json};

const PATH: &str = "/fhir/r4/Appointment/a-1";

#[tokio::test]
async fn a_put_makes_a_visit_and_gives_each_person_their_link() {
    let server = Server::start().await;
    let answer = put(&server, PATH, &appointment()).await;
    let made = resource(&answer, 201);
    assert!(answer.header("location").ends_with(PATH));
    assert_eq!(answer.header("etag"), "W/\"2\"", "one event, written once");
    assert_eq!(made["meta"]["versionId"], "2");
    let links = links(&made);
    assert_eq!(links.len(), 2, "a room gets none");
    for link in &links {
        assert_eq!(server.redeem(link).await.status, 200);
    }
    let visit: Value = server.get(&format!("/v1/visits/{}", visit_id(&made))).send().await.json();
    assert_eq!(visit["starts_at"], "2026-12-01T08:30:00Z");
    assert_eq!(visit["duration_minutes"], 30);
    assert_eq!(visit["reference"], "a-1");
    assert_eq!(visit["participants"][0]["role"], "patient");
    assert_eq!(visit["participants"][1]["role"], "clinician");
    let read = server.get(PATH).send().await;
    assert!(!read.text().contains("personal-link"), "who reads gets no link");
    server.stop().await;
}

#[tokio::test]
async fn what_is_not_understood_comes_back_and_is_not_changed_by_writing_it_again() {
    let server = Server::start().await;
    let made = resource(&put(&server, PATH, &appointment()).await, 201);
    assert_eq!(made["extension"][1], appointment()["extension"][0]);
    assert_eq!(made["serviceCategory"], appointment()["serviceCategory"]);
    assert_eq!(made["start"], "2026-12-01T09:30:00+01:00", "with the offset it was written in");
    assert_eq!(made["participant"][1]["note-of-the-clinic"], "brings the papers");
    assert_eq!(made["participant"][2], person("Location/3", "Room 4"));
    let again = resource(&put(&server, PATH, &made).await, 200);
    assert_eq!(links(&again).len(), 0, "the visit has not changed");
    let read = resource(&server.get(PATH).send().await, 200);
    assert_eq!(without_meta(&again), without_meta(&read));
    assert_eq!(again["participant"][2], made["participant"][2]);
    assert_eq!(again["extension"], made["extension"]);
    let third = resource(&put(&server, PATH, &again).await, 200);
    assert_eq!(third["meta"], again["meta"], "nothing new is no new version");
    server.stop().await;
}

fn without_meta(resource: &Value) -> Value {
    let mut resource = resource.clone();
    resource.as_object_mut().unwrap().remove("meta");
    resource
}

#[tokio::test]
async fn a_new_time_moves_the_visit_and_keeps_the_links() {
    let server = Server::start().await;
    let made = resource(&put(&server, PATH, &appointment()).await, 201);
    let mut moved = made.clone();
    moved["start"] = json!("2026-12-02T09:30:00+01:00");
    moved["end"] = json!("2026-12-02T10:15:00+01:00");
    let stale = send(&server, Method::PUT, PATH, &moved).header("if-match", "W/\"1\"").send().await;
    outcome(&stale, 412, "conflict");
    let fresh = send(&server, Method::PUT, PATH, &moved).header("if-match", "W/\"2\"").send().await;
    let after = resource(&fresh, 200);
    assert_eq!(after["start"], moved["start"]);
    assert_eq!(links(&after), links(&made));
    let visit: Value = server.get(&format!("/v1/visits/{}", visit_id(&made))).send().await.json();
    assert_eq!(visit["starts_at"], "2026-12-02T08:30:00Z");
    assert_eq!(visit["duration_minutes"], 45);
    server.stop().await;
}

#[tokio::test]
async fn people_come_and_go_with_their_entries() {
    let server = Server::start().await;
    let made = resource(&put(&server, PATH, &appointment()).await, 201);
    let mut other = appointment();
    other["participant"] =
        json!([person("Practitioner/2", "Dr. Osei-Mensah"), person("RelatedPerson/4", "Ana"),]);
    let after = resource(&put(&server, PATH, &other).await, 200);
    let [patient, clinician] = &links(&made)[..] else { panic!("two links") };
    let now = links(&after);
    assert_eq!(now.len(), 2);
    assert_eq!(&now[0], clinician, "the same person keeps their link");
    assert_eq!(server.redeem(patient).await.status, 404, "whoever is not listed is not expected");
    assert_eq!(server.redeem(&now[1]).await.status, 200);
    let visit: Value = server.get(&format!("/v1/visits/{}", visit_id(&made))).send().await.json();
    let people = visit["participants"].as_array().unwrap();
    let names: Vec<_> = people.iter().map(|person| person["display_name"].clone()).collect();
    assert_eq!(names, ["Dr. Osei-Mensah", "Ana"]);
    server.stop().await;
}

#[tokio::test]
async fn somebody_who_needs_an_interpreter_gets_one() {
    let server = Server::start().await;
    let mut body = appointment();
    body["extension"] = json!([{
        "url": "http://hl7.org/fhir/StructureDefinition/patient-interpreterRequired",
        "valueBoolean": true
    }]);
    body["participant"][0]["extension"] =
        json!([{ "url": "urn:bedside:language", "valueCode": "es" }]);
    let made = resource(&put(&server, PATH, &body).await, 201);
    let interpreter = &made["participant"][3];
    assert_eq!(interpreter["type"][0]["coding"][0]["code"], "interpreter");
    assert_eq!(links(&made).len(), 3);
    let visit: Value = server.get(&format!("/v1/visits/{}", visit_id(&made))).send().await.json();
    assert_eq!(visit["participants"][2]["role"], "interpreter");
    assert_eq!(visit["participants"][2]["language"], "es");
    let again = resource(&put(&server, PATH, &made).await, 200);
    assert_eq!(people(&again), people(&made), "written back, it is the same interpreter");
    server.stop().await;
}

#[tokio::test]
async fn a_cancelled_appointment_cancels_the_visit_and_does_not_come_back() {
    let server = Server::start().await;
    let made = resource(&put(&server, PATH, &appointment()).await, 201);
    let cancelled = json!({
        "resourceType": "Appointment", "id": "a-1", "status": "cancelled",
        "cancelationReason": { "text": "better" },
        "participant": made["participant"],
    });
    let after = resource(&put(&server, PATH, &cancelled).await, 200);
    assert_eq!(after["status"], "cancelled");
    assert_eq!(after["cancelationReason"]["text"], "better");
    let visit: Value = server.get(&format!("/v1/visits/{}", visit_id(&made))).send().await.json();
    assert_eq!(visit["state"], "cancelled");
    outcome(&put(&server, PATH, &appointment()).await, 409, "business-rule");
    let unknown = put(&server, "/fhir/r4/Appointment/never", &cancelled_as("never")).await;
    outcome(&unknown, 422, "invalid");
    server.stop().await;
}

fn cancelled_as(id: &str) -> Value {
    let mut body = appointment();
    body["id"] = id.into();
    body["status"] = "cancelled".into();
    body
}

#[tokio::test]
async fn a_visit_of_the_rest_api_is_an_appointment_too_and_can_be_moved_as_one() {
    let server = Server::start().await;
    let made = server.schedule(&crate::server::visit()).await;
    let path = format!("/fhir/r5/Appointment/{}", made["id"].as_str().unwrap());
    let mut shown = resource(&server.get(&path).send().await, 200);
    assert_eq!(shown["status"], "booked");
    assert_eq!(shown["participant"][0]["actor"]["display"], "Maria");
    shown["end"] = json!("2026-12-01T10:30:00Z");
    let after = resource(&put(&server, &path, &shown).await, 200);
    assert_eq!(after["end"], "2026-12-01T10:30:00Z");
    assert_eq!(links(&after).len(), 2, "nobody was invited twice");
    assert_eq!(links(&after)[0], made["participants"][0]["link"].as_str().unwrap());
    server.stop().await;
}

#[tokio::test]
async fn a_no_show_is_confirmed_only_when_it_was_proposed() {
    let server = Server::start().await;
    resource(&put(&server, PATH, &appointment()).await, 201);
    let mut missed = appointment();
    missed["status"] = json!("noshow");
    missed["description"] = json!("did not come");
    outcome(&put(&server, PATH, &missed).await, 409, "business-rule");
    let read: Value = server.get(PATH).send().await.json();
    assert_eq!(read["status"], "booked");
    assert_eq!(read["description"], "Follow-up", "nothing of a refused body is kept");
    server.stop().await;
}

#[tokio::test]
async fn a_fulfilled_appointment_ends_the_visit() {
    let server = Server::start().await;
    let made = resource(&put(&server, PATH, &appointment()).await, 201);
    let mut held = made.clone();
    held["status"] = json!("fulfilled");
    assert_eq!(resource(&put(&server, PATH, &held).await, 200)["status"], "fulfilled");
    assert_eq!(server.redeem(&links(&made)[0]).await.status, 410);
    let path = format!("/fhir/r5/Encounter/{}", visit_id(&made));
    assert_eq!(resource(&server.get(&path).send().await, 200)["status"], "completed");
    let found = format!("/fhir/r4/Encounter?appointment={}", "Appointment/a-1");
    let bundle = resource(&server.get(&found).send().await, 200);
    assert_eq!(bundle["entry"][0]["resource"]["class"]["code"], "VR");
    let none = server.get(&format!("/fhir/r4/Consent?data=Encounter/{}", visit_id(&made)));
    assert!(resource(&none.send().await, 200).get("entry").is_none(), "nobody was asked");
    server.stop().await;
}

#[tokio::test]
async fn another_tenant_sees_nothing_and_may_use_the_same_id() {
    let server = Server::start().await;
    let made = resource(&put(&server, PATH, &appointment()).await, 201);
    let foreign = server.key("other clinic", &Scope::ALL).await;
    let read = server.client.get(server.url(PATH)).bearer(&foreign).send().await;
    outcome(&read, 404, "not-found");
    let by_visit = format!("/fhir/r4/Appointment/{}", visit_id(&made));
    let read = server.client.get(server.url(&by_visit)).bearer(&foreign).send().await;
    outcome(&read, 404, "not-found");
    let request = server.client.request(Method::PUT, server.url(PATH)).bearer(&foreign);
    let request = request.header("content-type", "application/fhir+json");
    let own = request.body(appointment().to_string()).send().await;
    let own = resource(&own, 201);
    assert_ne!(visit_id(&own), visit_id(&made));
    server.stop().await;
}

#[tokio::test]
async fn what_was_answered_is_there_after_a_restart() {
    let server = Server::start().await;
    let made = resource(&post(&server, "/fhir/r5/Appointment", &appointment()).await, 201);
    let folder = server.stop().await;
    let server = Server::start_in(folder).await;
    let path = format!("/fhir/r5/Appointment/{}", made["id"].as_str().unwrap());
    let read = resource(&server.get(&path).send().await, 200);
    assert_eq!(read["participant"][1]["note-of-the-clinic"], "brings the papers");
    assert_eq!(read["meta"], made["meta"]);
    server.stop().await;
}

#[tokio::test]
async fn an_invitation_counts_moves_and_is_taken_back() {
    let server = Server::start().await;
    let made = resource(&put(&server, PATH, &appointment()).await, 201);
    let visit: Value = server.get(&format!("/v1/visits/{}", visit_id(&made))).send().await.json();
    let path = format!(
        "/v1/visits/{}/participants/{}/invitation.ics",
        visit["id"].as_str().unwrap(),
        visit["participants"][0]["id"].as_str().unwrap()
    );
    let first = server.get(&path).send().await;
    assert_eq!(first.header("content-type"), "text/calendar; charset=utf-8; method=REQUEST");
    let unfolded = first.text().replace("\r\n ", "");
    assert!(unfolded.contains("SEQUENCE:0\r\n"), "{unfolded}");
    assert!(unfolded.contains(&format!("LABEL=Join the video visit:{}\r\n", links(&made)[0])));
    assert!(!unfolded.contains("Maria"), "{unfolded}");
    let mut moved = made.clone();
    moved["start"] = json!("2026-12-02T09:30:00+01:00");
    moved["end"] = json!("2026-12-02T10:15:00+01:00");
    resource(&put(&server, PATH, &moved).await, 200);
    assert!(server.get(&path).send().await.text().contains("SEQUENCE:1\r\n"));
    moved["status"] = json!("cancelled");
    resource(&put(&server, PATH, &moved).await, 200);
    let last = server.get(&path).send().await;
    assert!(last.text().contains("METHOD:CANCEL\r\n") && last.text().contains("SEQUENCE:2\r\n"));
    let uid = |text: &str| text.lines().find(|line| line.starts_with("UID:")).unwrap().to_owned();
    assert_eq!(uid(first.text()), uid(last.text()));
    server.stop().await;
}
