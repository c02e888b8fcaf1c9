//! What a scheduling system does with a visit after it was made.

use crate::client::{Answer, Draft};
use crate::server::{Server, TENANT, id, link, problem, visit};
use axum::http::Method;
use bedside_signaling::key::Scope;
use serde_json::{Value, json};

fn path(visit: &Value, rest: &str) -> String {
    format!("/v1/visits/{}{rest}", id(visit))
}

fn person(visit: &Value, index: usize) -> String {
    visit["participants"][index]["id"].as_str().unwrap().to_owned()
}

async fn act(server: &Server, method: Method, path: &str) -> Answer {
    server.client.request(method, server.url(path)).bearer(&server.key).send().await
}

async fn events(server: &Server, visit: &Value) -> Vec<String> {
    let timeline: Value = server.get(&path(visit, "/events")).send().await.json();
    let lines = timeline["data"].as_array().unwrap().iter();
    lines.map(|line| line["event"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_visit_is_moved_prolonged_and_ended_and_its_time_line_says_so() {
    let server = Server::start().await;
    let made = server.schedule(&visit()).await;
    let to = json!({"starts_at": "2026-12-02T09:30:00Z", "duration_minutes": 45});
    let moved: Value = server.post(&path(&made, "/reschedule"), &to).send().await.json();
    assert_eq!(moved["starts_at"], to["starts_at"]);
    assert_eq!(moved["ends_at"], "2026-12-02T10:15:00Z");
    let longer = server.post(&path(&made, "/extend"), &json!({"minutes": 15})).send().await;
    assert_eq!(longer.json::<Value>()["duration_minutes"], 60);
    let too_long = server.post(&path(&made, "/extend"), &json!({"minutes": 480})).send().await;
    problem(too_long, 409, "visit-state").await;
    let no_show = json!({"confirmed": true});
    let early = server.post(&path(&made, "/no-show"), &no_show).send().await;
    problem(early, 409, "visit-state").await;
    let ended = server.post(&path(&made, "/end"), &json!({"outcome": "follow_up"})).send().await;
    assert_eq!(ended.json::<Value>()["state"], "ended");
    problem(server.redeem(&link(&made, 0)).await, 410, "visit-over").await;
    let said = events(&server, &made).await;
    assert_eq!(said, ["scheduled", "rescheduled", "extended", "ended"]);
    let after = server.post(&path(&made, "/extend"), &json!({"minutes": 5})).send().await;
    problem(after, 409, "visit-state").await;
    server.stop().await;
}

#[tokio::test]
async fn a_visit_follows_another_and_a_series_is_found_as_one() {
    let server = Server::start().await;
    let made = server.schedule(&visit()).await;
    let follow = || {
        let wish = server.post(&path(&made, "/follow-on"), &visit());
        wish.header("idempotency-key", "next").send()
    };
    let followed = follow().await;
    assert_eq!(followed.status, 201);
    let followed: Value = followed.json();
    let again = follow().await;
    assert_eq!(again.header("idempotent-replayed"), "true");
    assert_eq!(again.json::<Value>(), followed, "a repeated request makes no second visit");
    let first = server.post("/v1/visits", &visit()).header("idempotency-key", "next").send().await;
    problem(first, 422, "idempotency-key-reused").await;
    assert_eq!(followed["follows"], made["id"]);
    let mut weekly = visit();
    weekly["repeat"] = json!({"every_days": 7, "count": 4, "time_zone": "Europe/Berlin"});
    let first = server.schedule(&weekly).await;
    let of_series = format!("/v1/visits?series={}", first["series"].as_str().unwrap());
    let found: Value = server.get(&of_series).send().await.json();
    let starts: Vec<&str> = found["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|v| v["starts_at"].as_str().unwrap())
        .collect();
    assert_eq!(
        starts,
        [
            "2026-12-22T09:30:00Z",
            "2026-12-15T09:30:00Z",
            "2026-12-08T09:30:00Z",
            "2026-12-01T09:30:00Z",
        ],
        "newest first"
    );
    let ids: std::collections::BTreeSet<String> = found["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|v| v["participants"][0]["id"].to_string())
        .collect();
    assert_eq!(ids.len(), 4, "everybody has an id of their own in each");
    server.stop().await;
}

#[tokio::test]
async fn visits_are_found_by_one_question_at_a_time() {
    let server = Server::start().await;
    let mut body = visit();
    body["reference"] = json!("A-17/2");
    body["queue"] = json!("palliative-team");
    let made = server.schedule(&body).await;
    server.schedule(&visit()).await;
    for question in [
        "reference=A-17%2F2",
        "queue=palliative-team",
        "state=scheduled&limit=1",
        "from=2026-12-01T00:00:00Z&to=2026-12-02T00:00:00Z&limit=1",
    ] {
        let found = server.get(&format!("/v1/visits?{question}")).send().await;
        assert_eq!(found.status, 200, "{question}");
        let page: Value = found.json();
        assert_eq!(page["data"].as_array().unwrap().len(), 1, "{question}");
        if let Some(cursor) = page["next_cursor"].as_str() {
            let next = found.header("link").split_once('<').unwrap().1.split_once('>').unwrap().0;
            assert!(next.contains(cursor), "{next}");
            let next: Value = server.get(next).send().await.json();
            assert_eq!(next["data"][0]["id"], made["id"], "the question goes along: {question}");
        } else {
            assert_eq!(page["data"][0]["id"], made["id"], "{question}");
        }
    }
    for wrong in ["reference=a&queue=b", "from=2026-12-01T00:00:00Z", "state=lost"] {
        let refused = server.get(&format!("/v1/visits?{wrong}")).send().await;
        problem(refused, 400, "invalid-query").await;
    }
    server.stop().await;
}

#[tokio::test]
async fn people_are_invited_amended_given_new_links_and_taken_off_the_list() {
    let server = Server::start().await;
    let made = server.schedule(&visit()).await;
    let invite = |server: &Server| -> Draft {
        let body = json!({"role": "family", "display_name": "Ana", "relationship": "child"});
        server.post(&path(&made, "/participants"), &body).header("idempotency-key", "ana")
    };
    let invited = invite(&server).send().await;
    assert_eq!(invited.status, 201);
    let invited: Value = invited.json();
    let again: Value = invite(&server).send().await.json();
    assert_eq!(again, invited, "a repeated request invites nobody twice");
    let of = |rest: &str| {
        path(&made, &format!("/participants/{}{rest}", invited["id"].as_str().unwrap()))
    };
    let first = invited["link"].as_str().unwrap().to_owned();
    assert_eq!(server.redeem(&first).await.status, 200);
    let patch = server.client.request(Method::PATCH, server.url(&of("")));
    let amended =
        patch.bearer(&server.key).json(&json!({"display_name": "Ana María"})).send().await;
    assert_eq!(amended.json::<Value>()["display_name"], "Ana María");
    let renewed: Value = act(&server, Method::POST, &of("/link")).await.json();
    assert_ne!(renewed["link"], invited["link"]);
    problem(server.redeem(&first).await, 404, "unknown-link").await;
    assert_eq!(server.redeem(renewed["link"].as_str().unwrap()).await.status, 200);
    assert_eq!(act(&server, Method::DELETE, &of("")).await.status, 204);
    problem(server.redeem(renewed["link"].as_str().unwrap()).await, 404, "unknown-link").await;
    problem(act(&server, Method::DELETE, &of("")).await, 404, "not-found").await;
    let read: Value = server.get(&path(&made, "")).send().await.json();
    assert_eq!(read["participants"].as_array().unwrap().len(), 2);
    server.stop().await;
}

#[tokio::test]
async fn nobody_is_let_in_by_the_wrong_name_or_before_staff_is_there() {
    let server = Server::start().await;
    let made = server.schedule(&visit()).await;
    let admit = path(&made, &format!("/participants/{}/admit", person(&made, 0)));
    let body = json!({"display_name": "Maria", "starts_at": made["starts_at"]});
    problem(server.post(&admit, &body).send().await, 409, "visit-state").await;
    let nobody = path(&made, &format!("/participants/{}/admit", uuid::Uuid::nil()));
    problem(server.post(&nobody, &body).send().await, 404, "not-found").await;
    let code = path(&made, &format!("/participants/{}/code", person(&made, 0)));
    let code: Value = act(&server, Method::POST, &code).await.json();
    let digits: String = code["code"].as_str().unwrap().split(' ').collect();
    assert!(digits.len() == 6 && digits.chars().all(|digit| digit.is_ascii_digit()), "{code}");
    server.stop().await;
}

#[tokio::test]
async fn two_organisations_share_a_visit_and_nothing_else() {
    let server = Server::start().await;
    let pharmacy = server.key("pharmacy", &Scope::ALL).await;
    let ask = |method: Method, path: &str| {
        server.client.request(method, server.url(path)).bearer(&pharmacy)
    };
    server.schedule(&visit()).await;
    let mut shared = visit();
    shared["partners"] = json!(["pharmacy"]);
    shared["reference"] = json!("secret of the clinic");
    let made = server.schedule(&shared).await;

    let listed: Value = ask(Method::GET, "/v1/visits").send().await.json();
    assert_eq!(listed["data"].as_array().unwrap().len(), 1, "the shared visit alone");
    let seen = &listed["data"][0];
    assert_eq!(seen["id"], made["id"]);
    for hidden in ["reference", "partners", "queue"] {
        assert!(seen.get(hidden).is_none(), "{hidden}");
    }
    for person in seen["participants"].as_array().unwrap() {
        assert!(person.get("display_name").is_none(), "{person}");
    }
    let pharmacist = json!({"role": "pharmacist", "display_name": "Lee"});
    let invited = ask(Method::POST, &path(&made, "/participants")).json(&pharmacist).send().await;
    assert_eq!(invited.status, 201);
    let invited: Value = invited.json();
    let as_clinic: Value = server.get(&path(&made, "")).send().await.json();
    let theirs = &as_clinic["participants"][2];
    assert_eq!((&theirs["id"], &theirs["partner"]), (&invited["id"], &json!("pharmacy")));
    assert!(theirs.get("display_name").is_none(), "the pharmacy's people are the pharmacy's");

    let patient = format!("/participants/{}", person(&made, 0));
    for (method, rest) in [
        (Method::POST, "/cancel".to_owned()),
        (Method::GET, "/chat".to_owned()),
        (Method::GET, "/statements".to_owned()),
        (Method::GET, "/consents".to_owned()),
        (Method::POST, format!("{patient}/link")),
        (Method::POST, format!("{patient}/code")),
        (Method::DELETE, patient.clone()),
    ] {
        let refused = ask(method.clone(), &path(&made, &rest)).send().await;
        problem(refused, 404, "not-found").await;
    }
    let lee = path(&made, &format!("/participants/{}", invited["id"].as_str().unwrap()));
    problem(act(&server, Method::DELETE, &lee).await, 404, "not-found").await;
    assert_eq!(ask(Method::DELETE, &lee).send().await.status, 204);
    let mut unknown = visit();
    unknown["partners"] = json!(["nobody"]);
    let refused = server.post("/v1/visits", &unknown).send().await;
    let told = problem(refused, 422, "invalid-body").await;
    assert_eq!(told["errors"][0]["pointer"], "/partners");
    server.stop().await;
}

#[tokio::test]
async fn a_visit_goes_into_another_queue_if_it_is_the_one_that_was_seen() {
    let server = Server::start().await;
    let mut body = visit();
    body["queue"] = json!("day");
    let made = server.schedule(&body).await;
    let transfer = path(&made, "/transfer");
    let seen = json!({
        "queue": "night", "from": "day",
        "display_name": made["participants"][0]["display_name"], "starts_at": made["starts_at"],
    });
    for (field, other) in [
        ("display_name", json!("Somebody else")),
        ("starts_at", json!("2026-12-24T09:30:00Z")),
        ("from", json!("noon")),
    ] {
        let mut wrong = seen.clone();
        wrong[field] = other;
        problem(server.post(&transfer, &wrong).send().await, 409, "visit-state").await;
    }
    let mut senseless = seen.clone();
    senseless["queue"] = json!("two words");
    let refused = server.post(&transfer, &senseless).send().await;
    assert_eq!(problem(refused, 422, "invalid-body").await["errors"][0]["pointer"], "/queue");
    for _once_more_changes_nothing in 0..2 {
        let moved = server.post(&transfer, &seen).send().await;
        assert_eq!(moved.status, 200);
        assert_eq!(moved.json::<Value>()["queue"], "night");
    }
    assert_eq!(events(&server, &made).await, ["scheduled", "transferred"]);
    let timeline: Value = server.get(&path(&made, "/events")).send().await.json();
    assert_eq!(timeline["data"][1]["queue"], "night");
    let found: Value = server.get("/v1/visits?queue=night").send().await.json();
    assert_eq!(found["data"][0]["id"], made["id"]);
    let noted: Value = server.get(&format!("/v1/audit?visit={}", id(&made))).send().await.json();
    let entries = noted["data"].as_array().unwrap();
    assert!(entries.iter().any(|entry| entry["verb"] == "transferred"));
    let stranger = server.key("pharmacy", &Scope::ALL).await;
    let asked = server.client.request(Method::POST, server.url(&transfer)).bearer(&stranger);
    problem(asked.json(&seen).send().await, 404, "not-found").await;
    server.stop().await;
}

#[tokio::test]
async fn words_to_those_who_wait_are_one_sentence_or_one_text_and_are_noted() {
    let server = Server::start().await;
    let made = server.schedule(&visit()).await;
    let messages = path(&made, "/messages");
    let late = |minutes: u32| json!({"ready": {"code": "late", "minutes": minutes}});
    for wrong in [
        json!({}),
        json!({"text": "  "}),
        json!({"text": "a".repeat(2_001)}),
        json!({"text": "both", "ready": {"code": "soon"}}),
        json!({"ready": {"code": "hurrah"}}),
        late(0),
        late(481),
    ] {
        problem(server.post(&messages, &wrong).send().await, 422, "invalid-body").await;
        let queue = server.post("/v1/queues/day/messages", &wrong).send().await;
        problem(queue, 422, "invalid-body").await;
    }
    for to in [messages.as_str(), "/v1/queues/day/messages"] {
        let written = server.post(to, &late(10)).send().await;
        assert_eq!(written.status, 201);
        let nobody = json!({"visits": 0, "people": 0, "missed": 0});
        assert_eq!(written.json::<Value>(), nobody, "nobody waits");
    }
    let noted: Value = server.get(&format!("/v1/audit?visit={}", id(&made))).send().await.json();
    let entries = noted["data"].as_array().unwrap();
    let writes = entries.iter().filter(|entry| entry["verb"] == "message_written");
    assert_eq!(writes.count(), 1, "what was refused was not written");
    let reader = server.key(TENANT, &[Scope::VisitsRead]).await;
    let asked = server.client.request(Method::POST, server.url(&messages)).bearer(&reader);
    problem(asked.json(&late(10)).send().await, 403, "missing-scope").await;
    let stranger = server.key("pharmacy", &Scope::ALL).await;
    let asked = server.client.request(Method::POST, server.url(&messages)).bearer(&stranger);
    problem(asked.json(&late(10)).send().await, 404, "not-found").await;
    server.post(&path(&made, "/end"), &json!({})).send().await;
    problem(server.post(&messages, &late(10)).send().await, 409, "visit-state").await;
    server.stop().await;
}

#[tokio::test]
async fn queues_and_profiles_are_read() {
    let server = Server::start().await;
    let queue: Value = server.get("/v1/queues/palliative-team").send().await.json();
    assert_eq!(queue, json!({"being_seen": 0, "data": []}));
    let policies: Value = server.get("/v1/policies").send().await.json();
    let names: Vec<&str> = policies["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|policy| policy["name"].as_str().unwrap())
        .collect();
    assert!(names.contains(&"us-all-party") && names.contains(&"de-31b"), "{names:?}");
    let mut body = visit();
    body["policy"] = json!("us-all-party");
    assert_eq!(server.schedule(&body).await["policy"], "us-all-party");
    body["policy"] = json!("no-such-profile");
    let refused = server.post("/v1/visits", &body).send().await;
    assert_eq!(problem(refused, 422, "invalid-body").await["errors"][0]["pointer"], "/policy");
    server.stop().await;
}

#[tokio::test]
async fn a_birth_date_is_kept_as_a_hash_only() {
    let server = Server::start().await;
    let mut body = visit();
    body["participants"][0]["identifiers"] =
        json!({"birth_date": "1941-03-02", "second": "Kiel-24103"});
    let made = server.schedule(&body).await;
    assert!(!made.to_string().contains("1941"));
    let folder = server.stop().await;
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        assert!(!text.contains("1941-03-02") && !text.contains("Kiel-24103"));
    }
}
