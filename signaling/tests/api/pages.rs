//! The pages are served with the right kind and caching.

use crate::server::Server;
use axum::http::Method;

#[tokio::test]
async fn the_link_page_the_front_page_and_the_desk_are_the_web_client() {
    let server = Server::start().await;
    for path in ["/", "/j", "/desk"] {
        let response = server.client.get(server.url(path)).send().await;
        assert_eq!(response.status, 200);
        assert_eq!(response.headers["content-type"], "text/html; charset=utf-8");
        assert_eq!(response.headers["cache-control"], "no-cache");
        assert!(response.text().to_owned().to_lowercase().contains("<!doctype html>"));
        let head = server.client.request(Method::HEAD, server.url(path)).send().await;
        assert_eq!(head.status, 200);
        assert_eq!(head.text().to_owned(), "");
    }
    server.stop().await;
}

#[tokio::test]
async fn every_file_a_page_names_is_there() {
    let server = Server::start().await;
    let visit = files_named_by(&server, "/j").await;
    let desk = files_named_by(&server, "/desk").await;
    let shared: Vec<&String> = desk.iter().filter(|name| visit.contains(name)).collect();
    assert!(shared.is_empty(), "a patient fetches nothing of the desk, but {shared:?}");
    server.stop().await;
}

/// The files a page names, each fetched.
async fn files_named_by(server: &Server, path: &str) -> Vec<String> {
    let page = server.client.get(server.url(path)).send().await.text().to_owned();
    let quoted = page.split("=\"").skip(1).filter_map(|rest| rest.split('"').next());
    let named: Vec<String> =
        quoted.filter(|name| name.starts_with('/') && name.len() > 1).map(str::to_owned).collect();
    for name in &named {
        let response = server.client.get(server.url(name)).send().await;
        assert_eq!(response.status, 200, "{name}");
        let kind = response.header("content-type");
        assert_eq!(name.ends_with(".js"), kind.starts_with("text/javascript"), "{name}: {kind}");
        assert_eq!(name.ends_with(".css"), kind.starts_with("text/css"), "{name}: {kind}");
        if name.starts_with("/assets/") {
            let caching = response.header("cache-control");
            assert!(caching.contains("immutable"), "{name}: {caching}");
        }
    }
    assert!(named.len() >= 3, "an icon, a script and a style, but {named:?} in\n{page}");
    named
}

#[tokio::test]
async fn scripts_and_styles_are_packed_for_whoever_takes_them_so() {
    let server = Server::start().await;
    let named = files_named_by(&server, "/j").await;
    let mut packed_count = 0;
    for name in named.iter().filter(|name| name.ends_with(".js") || name.ends_with(".css")) {
        let plain = server.client.get(server.url(name)).send().await;
        // What one packet holds goes as it is.
        if plain.body.len() < 1_200 {
            continue;
        }
        packed_count += 1;
        assert!(!plain.headers.contains_key("content-encoding"), "{name}");
        let draft = server.client.get(server.url(name)).header("accept-encoding", "gzip, br");
        let packed = draft.send().await;
        assert_eq!(packed.header("content-encoding"), "gzip", "{name}");
        assert!(packed.body.starts_with(&[0x1f, 0x8b]) && packed.body.len() < plain.body.len() / 2);
        for answer in [&plain, &packed] {
            assert_eq!(answer.header("vary"), "accept-encoding", "{name}");
            assert_eq!(answer.header("content-type"), plain.header("content-type"), "{name}");
            assert!(answer.header("cache-control").contains("immutable"), "{name}");
        }
    }
    assert!(packed_count >= 2, "{named:?}");
    server.stop().await;
}

#[tokio::test]
async fn the_documentation_comes_from_here_alone() {
    let server = Server::start().await;
    let moved = server.client.get(server.url("/docs")).send().await;
    assert_eq!((moved.status.as_u16(), moved.header("location")), (303, "/docs/"));
    let page = server.client.get(server.url("/docs/")).send().await.text().to_owned();
    assert!(page.contains("swagger-ui-bundle.js"));
    assert!(!page.contains("http://") && !page.contains("https://"), "{page}");
    let start = server.client.get(server.url("/docs/swagger-initializer.js")).send().await;
    let start = start.text().to_owned();
    assert!(start.contains("/v1/openapi.json"), "{start}");
    assert!(start.contains("\"validatorUrl\": \"none\""), "{start}");
    assert!(!start.contains("https://"), "{start}");
    server.stop().await;
}
