//! Every way to be wrong gets a problem, in one shape, with the security headers.

use crate::client::Answer;
use crate::server::{Server, problem, visit};
use axum::body::Bytes;
use axum::http::Method;
use bedside_signaling_api::visit::PARTICIPANTS_MAX;
use serde_json::{Value, json};

async fn send(server: &Server, body: impl Into<Bytes>, kind: Option<&str>) -> Answer {
    let request = server.client.post(server.url("/v1/visits")).bearer(&server.key);
    let request = match kind {
        Some(kind) => request.header("content-type", kind),
        None => request,
    };
    request.body(body).send().await
}

#[tokio::test]
async fn a_wrong_body_is_told_where() {
    let server = Server::start().await;
    const JSON: Option<&str> = Some("application/json");
    let broken = send(&server, "{\n \"starts_at\": oops}", JSON).await;
    let broken = problem(broken, 400, "malformed-json").await;
    assert!(broken["detail"].as_str().unwrap().contains("line 2 column"), "{broken}");
    problem(send(&server, "", JSON).await, 400, "malformed-json").await;
    for kind in [None, Some("text/plain"), Some("application/x-www-form-urlencoded")] {
        problem(send(&server, visit().to_string(), kind).await, 415, "not-json").await;
    }
    let charset = Some("Application/JSON; charset=utf-8");
    assert_eq!(send(&server, visit().to_string(), charset).await.status, 201);
    let with = |field: &str, value: Value| {
        let mut body = visit();
        body[field] = value;
        body.to_string()
    };
    for (body, pointer) in [
        (with("surprise", json!(1)), "/surprise"),
        (with("duration_minutes", json!(4)), "/duration_minutes"),
        (with("duration_minutes", json!(481)), "/duration_minutes"),
        (with("duration_minutes", json!("long")), "/duration_minutes"),
        (with("starts_at", json!("tomorrow")), "/starts_at"),
        (with("participants", json!([])), "/participants"),
        (
            with(
                "participants",
                json!(vec![visit()["participants"][0].clone(); PARTICIPANTS_MAX + 1]),
            ),
            "/participants",
        ),
        (
            with("participants", json!([{ "role": "chef", "display_name": "x" }])),
            "/participants/0/role",
        ),
        (with("participants", json!([{ "role": "patient" }])), "/participants/0"),
        (
            with("participants", json!([{ "role": "patient", "display_name": "a\u{7}b" }])),
            "/participants/0/display_name",
        ),
    ] {
        let problem = problem(send(&server, body, JSON).await, 422, "invalid-body").await;
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{problem}");
        assert!(!problem["errors"][0]["detail"].as_str().unwrap().is_empty());
    }
    server.stop().await;
}

#[tokio::test]
async fn too_large_a_body_is_refused_and_the_largest_is_read() {
    let server = Server::start().await;
    let padded = |bytes: usize| {
        let body = visit().to_string();
        body.clone() + &" ".repeat(bytes - body.len())
    };
    const LIMIT: usize = 1024 * 1024;
    let kind = Some("application/json");
    assert_eq!(send(&server, padded(LIMIT), kind).await.status, 201);
    problem(send(&server, padded(LIMIT + 1), kind).await, 413, "body-too-large").await;
    server.stop().await;
}

#[tokio::test]
async fn a_wrong_address_or_method_is_told() {
    let server = Server::start().await;
    let ask = async |method: Method, path: &str| {
        let request = server.client.request(method, server.url(path)).bearer(&server.key);
        request.send().await
    };
    for path in ["/v1", "/v1/visit", "/v2/visits", "/favicon.ico/x", "/assets/none.js", "/%ff"] {
        problem(ask(Method::GET, path).await, 404, "no-such-route").await;
    }
    for path in ["/v1/visits/none", "/v1/visits/1%2F2", "/v1/visits/%ff"] {
        problem(ask(Method::GET, path).await, 400, "invalid-path").await;
    }
    let unknown = "/v1/visits/00000000-0000-7000-8000-000000000000";
    problem(ask(Method::GET, unknown).await, 404, "not-found").await;
    problem(ask(Method::POST, &format!("{unknown}/cancel")).await, 404, "not-found").await;
    for (method, path, allow) in [
        (Method::PUT, "/v1/visits", "GET,HEAD,POST"),
        (Method::DELETE, unknown, "GET,HEAD"),
        (Method::GET, "/v1/links/redeem", "POST"),
        (Method::POST, "/", "GET,HEAD"),
        (Method::POST, "/j", "GET,HEAD"),
        (Method::DELETE, "/docs/", "GET,HEAD"),
        (Method::POST, "/v1/openapi.json", "GET,HEAD"),
        (Method::from_bytes(b"BREW").unwrap(), "/v1/visits", "GET,HEAD,POST"),
    ] {
        let response = ask(method.clone(), path).await;
        let allowed = response.header("allow").replace(' ', "");
        let mut sorted: Vec<_> = allowed.split(',').collect();
        sorted.sort_unstable();
        assert_eq!(sorted.join(","), allow, "{method} {path}");
        problem(response, 405, "method-not-allowed").await;
    }
    server.stop().await;
}

#[tokio::test]
async fn a_library_s_own_errors_have_the_shape_too() {
    let server = Server::start().await;
    for path in ["/docs/none.html", "/v1/socket"] {
        let response = server.client.get(server.url(path)).send().await;
        assert!(response.status.is_client_error(), "{path}");
        assert_eq!(response.headers["content-type"], "application/problem+json", "{path}");
        let problem: Value = response.json();
        assert!(problem["title"].is_string() && problem["status"].is_u64(), "{problem}");
    }
    server.stop().await;
}

#[tokio::test]
async fn every_answer_carries_the_security_headers() {
    let server = Server::start().await;
    for path in ["/", "/j", "/docs/", "/v1/openapi.json", "/v1/visits", "/nowhere", "/v1/visits/x"]
    {
        let response = server.client.get(server.url(path)).send().await;
        let header = |name: &str| response.header(name);
        assert_eq!(header("referrer-policy"), "no-referrer", "{path}");
        assert_eq!(header("x-content-type-options"), "nosniff", "{path}");
        let policy = "camera=(self), microphone=(self), display-capture=(self)";
        assert_eq!(header("permissions-policy"), policy, "{path}");
        assert!(header("content-security-policy").contains("frame-ancestors 'none'"), "{path}");
        assert!(!header("content-security-policy").contains("unsafe-eval"), "{path}");
        assert!(!header("x-request-id").is_empty(), "{path}");
        if path.starts_with("/v1") || path == "/nowhere" {
            assert_eq!(header("cache-control"), "no-store", "{path}");
        }
    }
    let page = server.client.get(server.url("/j")).send().await;
    let policy = page.header("content-security-policy");
    assert!(
        policy.contains("default-src 'self'") && policy.contains("connect-src 'self' ws: wss:")
    );
    assert!(!policy.contains("unsafe"), "{policy}");
    server.stop().await;
}
