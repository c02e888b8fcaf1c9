//! Written again: what was cut short is mended, what is there is only looked at, and a partner's
//! people stay the partner's.

use super::super::audit::sql;
use super::{appointment, links, outcome, people, person, put, resource, send, visit_id};
use crate::server::{Server, visit};
use axum::http::Method;
use bedside_signaling::key::Scope;
use serde_json::{Value, json};

const PATH: &str = "/fhir/r4/Appointment/a-1";
const IDENTIFIER: &str = "identifier=https://clinic.example.org/a|17";

/// Maria is not asked for any more, Ana and Ben are.
fn other() -> Value {
    let mut other = appointment();
    other["participant"] = json!([
        person("Practitioner/2", "Dr. Osei"),
        person("RelatedPerson/4", "Ana"),
        person("RelatedPerson/5", "Ben"),
    ]);
    other
}

async fn names(server: &Server, made: &Value) -> Vec<Value> {
    let visit: Value = server.get(&format!("/v1/visits/{}", visit_id(made))).send().await.json();
    let people = visit["participants"].as_array().unwrap().iter();
    people.map(|person| person["display_name"].clone()).collect()
}

#[tokio::test]
async fn of_a_change_that_the_visit_could_not_take_no_body_is_kept() {
    let server = Server::start().await;
    let made = resource(&put(&server, PATH, &appointment()).await, 201);
    // Nothing can happen to a visit that cannot be noted.
    sql(&server, "ALTER TABLE audit RENAME TO elsewhere").await.unwrap();
    let failed = put(&server, PATH, &other()).await;
    assert!(failed.status.is_server_error(), "{}", failed.text());
    sql(&server, "ALTER TABLE elsewhere RENAME TO audit").await.unwrap();
    let read = resource(&server.get(PATH).send().await, 200);
    assert_eq!(read["meta"], made["meta"], "as it was");
    assert_eq!(people(&read), people(&made));
    resource(&put(&server, PATH, &other()).await, 200);
    assert_eq!(names(&server, &made).await, ["Dr. Osei", "Ana", "Ben"]);
    assert_eq!(server.redeem(&links(&made)[0]).await.status, 404, "who is gone stays gone");
    server.stop().await;
}

#[tokio::test]
async fn what_was_cut_short_before_the_body_was_kept_is_mended_by_any_next_writing() {
    let server = Server::start().await;
    let made = resource(&put(&server, PATH, &appointment()).await, 201);
    sql(&server, "ALTER TABLE fhir_identifier RENAME TO elsewhere").await.unwrap();
    assert!(put(&server, PATH, &other()).await.status.is_server_error());
    let half = resource(&server.get(PATH).send().await, 200);
    assert_eq!(names(&server, &made).await, ["Dr. Osei", "Ana", "Ben"], "the visit is ahead");
    sql(&server, "ALTER TABLE elsewhere RENAME TO fhir_identifier").await.unwrap();
    // Another body than the one that was cut short: Ana is not asked for in it.
    let mut without_ana = other();
    without_ana["participant"].as_array_mut().unwrap().remove(1);
    let after = resource(&put(&server, PATH, &without_ana).await, 200);
    assert_eq!(names(&server, &made).await, ["Dr. Osei", "Ben"]);
    let ben = people(&after)[1].clone();
    assert!(people(&half).contains(&ben), "invited once: {half}");
    // And back: she comes by a link of her own, not by the one that was taken from her.
    let back = resource(&put(&server, PATH, &other()).await, 200);
    assert_eq!(names(&server, &made).await, ["Dr. Osei", "Ben", "Ana"]);
    assert!(people(&back).iter().filter(|id| people(&half).contains(id)).count() == 2, "{back}");
    for link in links(&back) {
        assert_eq!(server.redeem(&link).await.status, 200);
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_racing_equal_writings_nobody_is_invited_twice() {
    let server = Server::start().await;
    let made = resource(&put(&server, PATH, &appointment()).await, 201);
    let mut more = appointment();
    more["participant"].as_array_mut().unwrap().push(person("RelatedPerson/4", "Ana"));
    let write = || put(&server, PATH, &more);
    let answers = tokio::join!(write(), write(), write(), write());
    for answer in [answers.0, answers.1, answers.2, answers.3] {
        assert_eq!(answer.status, 200, "{}", answer.text());
    }
    assert_eq!(names(&server, &made).await, ["Maria", "Dr. Osei", "Ana"]);
    let read = resource(&server.get(PATH).send().await, 200);
    assert_eq!(people(&read).len(), 3);
    server.stop().await;
}

/// How many looks at the visit are in the log.
async fn looks(server: &Server, made: &Value) -> usize {
    let path = format!("/v1/audit?limit=200&visit={}", visit_id(made));
    let page: Value = server.get(&path).send().await.json();
    let entries = page["data"].as_array().unwrap().iter();
    entries.filter(|entry| entry["detail"] == "appointment" && entry["verb"] == "read").count()
}

#[tokio::test]
async fn a_writing_that_changes_nothing_is_a_look_and_shows_no_links() {
    let server = Server::start().await;
    let mut before = 0;
    let made = resource(&put(&server, PATH, &appointment()).await, 201);
    let again = resource(&put(&server, PATH, &appointment()).await, 200);
    let conditional = send(&server, Method::POST, "/fhir/r4/Appointment", &appointment());
    let there = resource(&conditional.header("if-none-exist", IDENTIFIER).send().await, 200);
    let entry = json!({
        "resource": appointment(),
        "request": { "method": "POST", "url": "Appointment", "ifNoneExist": IDENTIFIER },
    });
    let new = json!({
        "resource": appointment(),
        "request": { "method": "PUT", "url": "Appointment/b" },
    });
    let bundle = json!({ "resourceType": "Bundle", "type": "transaction", "entry": [entry, new] });
    let done = resource(&super::post(&server, "/fhir/r4", &bundle).await, 200);
    let listed = &done["entry"][0]["resource"];
    assert_eq!(links(&done["entry"][1]["resource"]).len(), 2, "that one is new");
    for found in [&again, &there, listed] {
        assert_eq!(visit_id(found), visit_id(&made));
        assert_eq!(links(found).len(), 0, "{found}");
        before += 1;
    }
    assert_eq!(looks(&server, &made).await, before, "each is noted");
    // What cannot be noted is not shown.
    sql(&server, "ALTER TABLE audit RENAME TO elsewhere").await.unwrap();
    let refused = put(&server, PATH, &appointment()).await;
    assert!(!outcome(&refused, 503, "transient").to_string().contains("Maria"));
    sql(&server, "ALTER TABLE elsewhere RENAME TO audit").await.unwrap();
    server.stop().await;
}

#[tokio::test]
async fn a_partner_s_people_are_not_invited_by_writing_back_what_was_read() {
    let server = Server::start().await;
    let pharmacy = server.key("pharmacy", &Scope::ALL).await;
    server.client.get(server.url("/v1/visits")).bearer(&pharmacy).send().await;
    let mut shared = visit();
    shared["partners"] = json!(["pharmacy"]);
    let made = server.schedule(&shared).await;
    let of_visit = format!("/v1/visits/{}", made["id"].as_str().unwrap());
    let participants = server.url(&format!("{of_visit}/participants"));
    let pharmacist = json!({ "role": "pharmacist", "display_name": "Lee" });
    let invite = server.client.post(participants.clone()).bearer(&pharmacy).json(&pharmacist);
    let lee: Value = invite.send().await.json();
    let path = format!("/fhir/r4/Appointment/{}", made["id"].as_str().unwrap());
    let people_of = || async {
        let visit: Value = server.get(&of_visit).send().await.json();
        visit["participants"].clone()
    };
    let before = people_of().await;
    assert_eq!(before.as_array().unwrap().len(), 3);
    for _ in 0..3 {
        let read = resource(&server.get(&path).send().await, 200);
        assert_eq!(read["participant"].as_array().unwrap().len(), 3, "{read}");
        let written = resource(&put(&server, &path, &read).await, 200);
        assert_eq!(people(&written), people(&read));
        assert_eq!(people_of().await, before, "nobody has come or gone");
    }
    // Read before the partner took her back, written after.
    let stale = resource(&server.get(&path).send().await, 200);
    let url = format!("{participants}/{}", lee["id"].as_str().unwrap());
    assert_eq!(server.client.delete(url).bearer(&pharmacy).send().await.status, 204);
    let written = resource(&put(&server, &path, &stale).await, 200);
    assert_eq!(people(&written).len(), 2, "{written}");
    assert_eq!(people_of().await.as_array().unwrap().len(), 2);
    server.stop().await;
}
