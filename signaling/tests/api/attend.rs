//! `/v1/stills` and `/v1/experience`: what pages send beside the socket.

use super::recording;
use super::tutorials::{person, sessions};
use crate::client::Draft;
use crate::server::{Server, id, problem};
use axum::http::Method;
use serde_json::{Value, json};
use uuid::Uuid;

/// Larger than any picture taken.
const TOO_LARGE: usize = 6 * 1024 * 1024 + 1;

fn put(server: &Server, path: &str, session: &str) -> Draft {
    server.client.request(Method::PUT, server.url(path)).bearer(session)
}

#[tokio::test]
async fn whoever_was_there_says_how_it_was_also_after_the_end() {
    let server = Server::start().await;
    let (visit, patient, clinician) = sessions(&server).await;
    let page = recording::clinician(&server, &visit).await;
    recording::until(&server, &visit, "admitted").await;
    let tell = |place: usize, session: &str, body: &Value| {
        let path = format!("/v1/experience/{}", person(&visit, place));
        put(&server, &path, session).json(body)
    };
    let good = json!({ "experience": "good" });
    problem(tell(1, &patient, &good).send().await, 404, "unknown-session").await;
    problem(tell(0, &patient, &good).send().await, 409, "visit-state").await;
    let wrong = json!({ "experience": "wonderful" });
    problem(tell(1, &clinician, &wrong).send().await, 422, "invalid-body").await;
    drop(page);
    let ended = server.post(&format!("/v1/visits/{}/end", id(&visit)), &json!({})).send().await;
    assert_eq!(ended.status, 200);
    assert_eq!(tell(1, &clinician, &good).send().await.status, 204);
    let log: Value = server.get(&format!("/v1/audit?visit={}", id(&visit))).send().await.json();
    let rows = log["data"].as_array().unwrap();
    let told = rows.iter().find(|row| row["verb"] == "experience_told").unwrap();
    assert_eq!(told["detail"], "good");
    server.stop().await;
}

#[tokio::test]
async fn a_picture_nobody_asked_for_is_not_taken() {
    let server = Server::start().await;
    let (visit, patient, clinician) = sessions(&server).await;
    let still = |place: usize| format!("/v1/stills/{}/{}", person(&visit, place), Uuid::now_v7());
    let jpeg = [0xff, 0xd8, 0xff, 0xe0, 0];
    let sent = |body: Vec<u8>| put(&server, &still(0), &patient).body(body).send();
    problem(sent(jpeg.to_vec()).await, 404, "not-found").await;
    problem(sent(b"GIF89a".to_vec()).await, 415, "unsupported-media").await;
    problem(sent(vec![0xff; TOO_LARGE]).await, 413, "body-too-large").await;
    let other = put(&server, &still(1), &patient).body(jpeg.to_vec()).send().await;
    problem(other, 404, "unknown-session").await;
    let fetch = server.client.get(server.url(&still(1))).bearer(&clinician).send().await;
    problem(fetch, 404, "not-found").await;
    let none = format!("/v1/stills/{}/this", person(&visit, 1));
    let none = server.client.get(server.url(&none)).bearer(&clinician).send().await;
    problem(none, 400, "invalid-path").await;
    server.stop().await;
}
