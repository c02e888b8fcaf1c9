//! Keys made, listed, rotated and revoked over HTTP, and that nobody gives more than they have.

use crate::client::Answer;
use crate::server::{Server, TENANT, problem, visit};
use bedside_signaling::key::Scope;
use serde_json::{Value, json};
use std::time::Duration;

/// How often it is tried whether a secret still opens: far under what an address may ask.
const ASKED_AGAIN: Duration = Duration::from_millis(50);

/// Asks as `key`.
struct As<'a> {
    server: &'a Server,
    key: String,
}

impl As<'_> {
    async fn make(&self, body: &Value) -> Answer {
        let draft = self.server.client.post(self.server.url("/v1/keys"));
        draft.bearer(&self.key).json(body).send().await
    }

    async fn list(&self) -> Answer {
        self.server.client.get(self.server.url("/v1/keys")).bearer(&self.key).send().await
    }

    async fn rotate(&self, id: &str, body: &Value) -> Answer {
        let url = self.server.url(&format!("/v1/keys/{id}/rotate"));
        self.server.client.post(url).bearer(&self.key).json(body).send().await
    }

    async fn revoke(&self, id: &str) -> Answer {
        let url = self.server.url(&format!("/v1/keys/{id}"));
        self.server.client.delete(url).bearer(&self.key).send().await
    }
}

fn full(server: &Server) -> As<'_> {
    As { server, key: server.key.clone() }
}

fn text<'a>(answer: &'a Value, field: &str) -> &'a str {
    answer[field].as_str().unwrap()
}

async fn opens(server: &Server, key: &str) -> bool {
    let answer = server.client.get(server.url("/v1/visits")).bearer(key).send().await;
    assert!(answer.status == 200 || answer.status == 401, "{}", answer.status);
    answer.status == 200
}

#[tokio::test]
async fn a_key_made_by_api_opens_what_it_was_made_for() {
    let server = Server::start().await;
    let body = json!({ "name": "Report", "scopes": ["visits:read"] });
    let made = full(&server).make(&body).await;
    assert_eq!(made.status, 201);
    let location = made.header("location").to_owned();
    let made: Value = made.json();
    assert_eq!(location, format!("/v1/keys/{}", text(&made, "id")));
    assert_eq!((text(&made, "name"), &made["scopes"]), ("Report", &json!(["visits:read"])));
    assert!(opens(&server, text(&made, "text")).await);
    let write = server.client.post(server.url("/v1/visits")).bearer(text(&made, "text"));
    problem(write.json(&visit()).send().await, 403, "missing-scope").await;

    let listed: Value = full(&server).list().await.json();
    let listed = listed["data"].as_array().unwrap();
    let row = listed.iter().find(|row| row["id"] == made["id"]).unwrap();
    assert!(row["last_used_at"].is_string() && row.get("text").is_none(), "{row}");
    assert_eq!(listed.len(), 2, "the first key and this one");
    server.stop().await;
}

#[tokio::test]
async fn nobody_makes_or_rotates_a_key_that_may_do_more_than_themselves() {
    let server = Server::start().await;
    let keeper = [Scope::KeysWrite, Scope::VisitsRead];
    let keeper = As { server: &server, key: server.key(TENANT, &keeper).await };
    for beyond in ["visits:write", "admin", "audit:read"] {
        let body = json!({ "name": "x", "scopes": ["visits:read", beyond] });
        let told = problem(keeper.make(&body).await, 403, "missing-scope").await;
        assert!(text(&told, "detail").contains(beyond), "{told}");
    }
    let writer = json!({ "name": "w", "scopes": ["visits:write"] });
    let writer: Value = full(&server).make(&writer).await.json();
    let denied = keeper.rotate(text(&writer, "id"), &json!({})).await;
    problem(denied, 403, "missing-scope").await;
    assert!(opens(&server, &server.key).await, "nothing was rotated");
    // Less is no danger: whoever keeps keys may revoke any of its tenant.
    assert_eq!(keeper.revoke(text(&writer, "id")).await.status, 204);
    let own = json!({ "name": "x", "scopes": ["visits:read"] });
    assert_eq!(keeper.make(&own).await.status, 201);
    let reader = As { server: &server, key: server.key(TENANT, &[Scope::VisitsRead]).await };
    for denied in [
        reader.make(&own).await,
        reader.make(&json!("no body of ours")).await,
        reader.list().await,
        reader.rotate(text(&writer, "id"), &json!({})).await,
        reader.revoke(text(&writer, "id")).await,
    ] {
        problem(denied, 403, "missing-scope").await;
    }
    server.stop().await;
}

#[tokio::test]
async fn keys_of_another_tenant_are_not_there() {
    let server = Server::start().await;
    let foreign = As { server: &server, key: server.key("pharmacy", &Scope::ALL).await };
    let ours: Value = full(&server).list().await.json();
    let ours = text(&ours["data"][0], "id").to_owned();
    problem(foreign.rotate(&ours, &json!({})).await, 404, "not-found").await;
    problem(foreign.revoke(&ours).await, 404, "not-found").await;
    let theirs: Value = foreign.list().await.json();
    assert_eq!(theirs["data"].as_array().unwrap().len(), 1);
    assert_ne!(theirs["data"][0]["id"], ours.as_str());
    assert!(opens(&server, &server.key).await);
    server.stop().await;
}

#[tokio::test]
async fn a_rotated_key_opens_by_both_secrets_until_the_overlap_ends() {
    let server = Server::start().await;
    let body = json!({ "name": "x", "scopes": ["visits:read"] });
    let made: Value = full(&server).make(&body).await.json();
    let (id, first) = (text(&made, "id"), text(&made, "text"));
    let rotated: Value = full(&server).rotate(id, &json!({})).await.json();
    let second = text(&rotated, "text");
    assert_eq!((&rotated["id"], &rotated["scopes"]), (&made["id"], &made["scopes"]));
    let until: jiff::Timestamp = text(&rotated, "former_until").parse().unwrap();
    let hours = until.duration_since(jiff::Timestamp::now()).as_hours();
    assert!((23..=24).contains(&hours), "{until}");
    assert!(opens(&server, first).await && opens(&server, second).await);

    let third: Value = full(&server).rotate(id, &json!({ "overlap_seconds": 0 })).await.json();
    assert!(third.get("former_until").is_none(), "{third}");
    assert!(!opens(&server, first).await && !opens(&server, second).await);
    assert!(opens(&server, text(&third, "text")).await);
    server.stop().await;
}

#[tokio::test]
async fn an_overlap_that_has_ended_has_ended() {
    let server = Server::start().await;
    let body = json!({ "name": "x", "scopes": ["visits:read"] });
    let made: Value = full(&server).make(&body).await.json();
    let brief = json!({ "overlap_seconds": 1 });
    full(&server).rotate(text(&made, "id"), &brief).await;
    while opens(&server, text(&made, "text")).await {
        tokio::time::sleep(ASKED_AGAIN).await;
    }
    server.stop().await;
}

#[tokio::test]
async fn a_revoked_key_opens_nothing_from_the_next_request_on() {
    let server = Server::start().await;
    let body = json!({ "name": "x", "scopes": ["visits:read", "keys:write"] });
    let made: Value = full(&server).make(&body).await.json();
    let (id, key) = (text(&made, "id"), text(&made, "text"));
    full(&server).rotate(id, &json!({})).await;
    assert!(opens(&server, key).await, "by its former secret");
    let itself = As { server: &server, key: key.to_owned() };
    assert_eq!(itself.revoke(id).await.status, 204);
    assert!(!opens(&server, key).await);
    problem(full(&server).revoke(id).await, 404, "not-found").await;
    problem(full(&server).rotate(id, &json!({})).await, 404, "not-found").await;
    let listed: Value = full(&server).list().await.json();
    assert!(listed["data"].as_array().unwrap().iter().all(|row| row["id"] != id));
    server.stop().await;
}

/// Whoever rotates while others use the key sees no gap: with an overlap, no request fails.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_rotated_while_it_is_used_fails_nobody() {
    let server = Server::start().await;
    let body = json!({ "name": "x", "scopes": ["visits:read"] });
    let made: Value = full(&server).make(&body).await.json();
    let (id, first) = (text(&made, "id"), text(&made, "text").to_owned());
    let users = (0..4).map(|_| {
        let draft = server.client.get(server.url("/v1/visits")).bearer(&first);
        tokio::spawn(async move {
            for _ in 0..25 {
                assert_eq!(draft.clone().send().await.status, 200);
            }
        })
    });
    let users: Vec<_> = users.collect();
    let rotated: Value = full(&server).rotate(id, &json!({})).await.json();
    for user in users {
        user.await.unwrap();
    }
    assert!(opens(&server, text(&rotated, "text")).await);
    server.stop().await;
}

/// Of racing rotations each gets a secret; the last one's works, and one before it at most.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn racing_rotations_leave_one_secret_and_one_former() {
    let server = Server::start().await;
    let body = json!({ "name": "x", "scopes": ["visits:read"] });
    let made: Value = full(&server).make(&body).await.json();
    let url = server.url(&format!("/v1/keys/{}/rotate", text(&made, "id")));
    let racers = (0..6).map(|_| {
        let draft = server.client.post(url.clone()).bearer(&server.key).json(&json!({}));
        tokio::spawn(async move { draft.send().await.json::<Value>() })
    });
    let racers: Vec<_> = racers.collect();
    let mut open = 0;
    for racer in racers {
        let rotated = racer.await.unwrap();
        open += usize::from(opens(&server, text(&rotated, "text")).await);
    }
    // Each was answered before the last of them ended, so count again when all have.
    assert!(open >= 1);
    let last: Value = full(&server).rotate(text(&made, "id"), &json!({})).await.json();
    assert!(opens(&server, text(&last, "text")).await);
    assert!(!opens(&server, text(&made, "text")).await, "seven rotations ago");
    server.stop().await;
}

#[tokio::test]
async fn a_wrong_wish_is_told() {
    let server = Server::start().await;
    let ask = full(&server);
    let id = uuid::Uuid::nil().to_string();
    for (body, pointer) in [
        (json!({ "name": "", "scopes": ["visits:read"] }), "/name"),
        (json!({ "name": "x".repeat(81), "scopes": ["visits:read"] }), "/name"),
        (json!({ "name": "x", "scopes": [] }), "/scopes"),
        (json!({ "name": "x", "scopes": ["everything"] }), "/scopes/0"),
        (
            json!({ "name": "x", "scopes": ["visits:read"], "expires_at": "2001-01-01T00:00:00Z" }),
            "/expires_at",
        ),
    ] {
        let told = problem(ask.make(&body).await, 422, "invalid-body").await;
        assert_eq!(told["errors"][0]["pointer"], pointer, "{told}");
    }
    let long = json!({ "overlap_seconds": 2_592_001 });
    problem(ask.rotate(&id, &long).await, 422, "invalid-body").await;
    problem(ask.rotate(&id, &json!({})).await, 404, "not-found").await;
    problem(ask.revoke("nonsense").await, 400, "invalid-path").await;
    server.stop().await;
}

#[tokio::test]
async fn a_tenant_has_room_for_so_many_keys_and_no_more() {
    let server = Server::start_limited(bedside_config::Limits {
        key_per_second: 0,
        ..bedside_config::Limits::default()
    })
    .await;
    let body = json!({ "name": "x", "scopes": ["visits:read"] });
    let mut made = 1;
    let told = loop {
        let answer = full(&server).make(&body).await;
        if answer.status != 201 {
            break answer;
        }
        made += 1;
    };
    problem(told, 409, "limit-reached").await;
    assert_eq!(made, usize::from(bedside_signaling::key::KEYS_PER_TENANT_MAX));
    let listed: Value = full(&server).list().await.json();
    let data = listed["data"].as_array().unwrap();
    assert_eq!(data.len(), made);
    assert_eq!(full(&server).revoke(text(&data[7], "id")).await.status, 204);
    assert_eq!(full(&server).make(&body).await.status, 201, "there is room again");
    server.stop().await;
}
