//! The pages are served with the right kind and caching.

use crate::server::Server;

#[tokio::test]
async fn the_link_page_and_the_front_page_are_the_web_client() {
    let server = Server::start().await;
    for path in ["/", "/j"] {
        let response = server.client.get(server.url(path)).send().await.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/html; charset=utf-8");
        assert_eq!(response.headers()["cache-control"], "no-cache");
        assert!(response.text().await.unwrap().to_lowercase().contains("<!doctype html>"));
        let head = server.client.head(server.url(path)).send().await.unwrap();
        assert_eq!(head.status(), 200);
        assert_eq!(head.text().await.unwrap(), "");
    }
    server.stop().await;
}

#[tokio::test]
async fn every_file_the_page_names_is_there() {
    let server = Server::start().await;
    let page = server.client.get(server.url("/j")).send().await.unwrap().text().await.unwrap();
    for named in page.split("=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
        if !named.starts_with('/') || named.len() == 1 {
            continue;
        }
        let response = server.client.get(server.url(named)).send().await.unwrap();
        assert_eq!(response.status(), 200, "{named}");
        let kind = response.headers()["content-type"].to_str().unwrap();
        assert_eq!(named.ends_with(".js"), kind.starts_with("text/javascript"), "{named}: {kind}");
        assert_eq!(named.ends_with(".css"), kind.starts_with("text/css"), "{named}: {kind}");
        if named.starts_with("/assets/") {
            let caching = response.headers()["cache-control"].to_str().unwrap();
            assert!(caching.contains("immutable"), "{named}: {caching}");
        }
    }
    server.stop().await;
}

#[tokio::test]
async fn the_documentation_comes_from_here_alone() {
    let server = Server::start().await;
    let page = server.client.get(server.url("/docs")).send().await.unwrap();
    assert_eq!(page.url().path(), "/docs/");
    let page = page.text().await.unwrap();
    assert!(page.contains("swagger-ui-bundle.js"));
    assert!(!page.contains("http://") && !page.contains("https://"), "{page}");
    let start = server.client.get(server.url("/docs/swagger-initializer.js")).send().await.unwrap();
    let start = start.text().await.unwrap();
    assert!(start.contains("/v1/openapi.json"), "{start}");
    assert!(!start.contains("https://"), "{start}");
    server.stop().await;
}
