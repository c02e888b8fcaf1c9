//! Pages by keyset: every visit once, newest first, also while visits are added.

use crate::server::{Server, id, problem, visit};
use serde_json::Value;

async fn page(server: &Server, path: &str) -> (Value, Option<String>) {
    let response = server.get(path).send().await;
    assert_eq!(response.status, 200, "{path}");
    let link = response.headers.get("link").map(|link| link.to_str().unwrap().to_owned());
    (response.json(), link)
}

#[tokio::test]
async fn pages_hold_every_visit_once_newest_first() {
    let server = Server::start().await;
    let mut made = Vec::new();
    for _ in 0..7 {
        made.push(id(&server.schedule(&visit()).await));
    }
    let mut next = Some("/v1/visits?limit=3".to_owned());
    let mut seen = Vec::new();
    let mut sizes = Vec::new();
    while let Some(path) = next {
        let (page, link) = page(&server, &path).await;
        let data = page["data"].as_array().unwrap();
        sizes.push(data.len());
        seen.extend(data.iter().map(id));
        if seen.len() == 3 {
            // A visit made now is newer than every page to come.
            server.schedule(&visit()).await;
        }
        let cursor = page.get("next_cursor").and_then(Value::as_str);
        assert_eq!(cursor.is_some(), link.is_some());
        next = link.map(|link| {
            let (path, rel) = link.split_once("; ").unwrap();
            assert_eq!(rel, "rel=\"next\"");
            let path = path.trim_start_matches('<').trim_end_matches('>').to_owned();
            assert!(path.contains(cursor.unwrap()), "{path}");
            path
        });
    }
    made.reverse();
    assert_eq!(seen, made);
    assert_eq!(sizes, [3, 3, 1]);
    server.stop().await;
}

#[tokio::test]
async fn a_full_last_page_has_no_next() {
    let server = Server::start().await;
    for _ in 0..2 {
        server.schedule(&visit()).await;
    }
    let (body, link) = page(&server, "/v1/visits?limit=2").await;
    assert_eq!(body["data"].as_array().unwrap().len(), 2);
    assert!(body.get("next_cursor").is_none() && link.is_none());
    let (body, _) = page(&server, "/v1/visits").await;
    assert_eq!(body["data"].as_array().unwrap().len(), 2, "without a limit");
    server.stop().await;
}

#[tokio::test]
async fn a_wrong_query_names_its_parameter() {
    let server = Server::start().await;
    for (query, parameter) in [
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=-1", "limit"),
        ("limit=many", "limit"),
        ("limit=1&limit=2", "limit"),
        ("cursor=Gertrude", "cursor"),
        ("cursor=", "cursor"),
        ("page=2", "page"),
    ] {
        let response = server.get(&format!("/v1/visits?{query}")).send().await;
        let problem = problem(response, 400, "invalid-query").await;
        assert!(problem.to_string().contains(parameter), "{query}: {problem}");
        assert!(!problem.to_string().contains("Gertrude"), "{problem}");
    }
    server.stop().await;
}
