//! What the operator is told.

use crate::client::Answer;
use crate::server::{Server, config, id, probe, visit};
use bedside_sfu_api::{Event, ShardStats};
use bedside_signaling::{Fault, Service};
use std::error::Error as _;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

#[tokio::test]
async fn probes_and_metrics_answer_on_their_own_listener() {
    let server = Server::start().await;
    let made = server.schedule(&visit()).await;
    server.get(&format!("/v1/visits/{}", id(&made))).send().await;
    server.get("/v1/visits/Gertrude?name=Gertrude").send().await;
    server.get("/Gertrude").send().await;
    let ask = |path: &'static str| server.probe(path);
    server.seen.send(Event::Stats(ShardStats::default())).await.unwrap();
    while ask("/readyz").await.status != 200 {}
    for probe in ["/livez", "/readyz"] {
        assert_eq!(ask(probe).await.status, 200, "{probe}");
        let open = server.client.get(server.url(probe)).send().await;
        assert_eq!(open.status, 404, "{probe} is not for everybody");
    }
    let wrong = ask("/nowhere").await;
    assert_eq!(wrong.headers["content-type"], "application/problem+json");
    let page = ask("/metrics").await;
    assert!(page.header("content-type").starts_with("text/plain"));
    let page = page.text().to_owned();
    for line in [
        "bedside_visit_events_total{event=\"scheduled\"} 1",
        "bedside_http_requests_total{method=\"POST\",route=\"/v1/visits\",status=\"2xx\"} 1",
        "bedside_http_requests_total{method=\"GET\",route=\"/v1/visits/{id}\",status=\"2xx\"} 1",
        "bedside_http_requests_total{method=\"GET\",route=\"/v1/visits/{id}\",status=\"4xx\"} 1",
        "bedside_http_requests_total{method=\"GET\",route=\"unmatched\",status=\"4xx\"} 3",
    ] {
        assert!(page.lines().any(|found| found == line), "{line} is missing in\n{page}");
    }
    assert!(!page.contains("Gertrude") && !page.contains(&id(&made).to_string()), "{page}");
    server.stop().await;
}

#[tokio::test]
async fn an_address_in_use_is_told_with_what_to_do() {
    let server = Server::start().await;
    let folder = TempDir::new().unwrap();
    let mut settings = config(folder.path());
    settings.http.listen = server.http;
    let fault = Service::open(&settings).await.unwrap().bind().await.unwrap_err();
    assert!(matches!(fault, Fault::Listen { .. }));
    let text = fault.to_string();
    assert!(text.contains(&server.http.to_string()), "{text}");
    assert!(text.contains("another program has it") && text.contains("--http"), "{text}");
    assert!(fault.source().is_some());
    server.stop().await;
}

#[tokio::test]
async fn a_stop_ends_the_service_and_frees_the_address() {
    let server = Server::start().await;
    let (http, metrics, client) = (server.http, server.metrics, server.client.clone());
    let (_folder, served) = server.begin_stop();
    served.await.unwrap().unwrap();
    for address in [http, metrics] {
        let refused = client.get(format!("http://{address}/readyz")).try_send().await.unwrap_err();
        assert!(refused.is_connect(), "{refused}");
    }
}

#[tokio::test]
async fn a_folder_that_cannot_be_used_is_told() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "x").unwrap();
    let fault = Service::open(&config(&file.join("data"))).await.unwrap_err();
    assert!(fault.to_string().contains("file/data"), "{fault}");
    let data = folder.path().join("data");
    std::fs::create_dir(&data).unwrap();
    std::fs::write(data.join("link.key"), "short").unwrap();
    let fault = Service::open(&config(&data)).await.unwrap_err();
    assert!(fault.to_string().contains("link.key"), "{fault}");
}

#[tokio::test]
async fn nobody_is_sent_to_a_server_whose_media_plane_is_dead() {
    let mut server = Server::start().await;
    let early = server.probe("/readyz").await;
    assert_eq!(
        (early.status.as_u16(), detail(&early)),
        (503, "the media plane does not answer".to_owned())
    );
    server.seen.send(Event::Stats(ShardStats::default())).await.unwrap();
    while server.probe("/readyz").await.status != 200 {}
    // The last sender is gone, as when every thread has ended.
    server.seen = tokio::sync::mpsc::channel(1).0;
    while server.probe("/readyz").await.status != 503 {}
    server.stop().await;
}

#[tokio::test]
async fn nobody_is_sent_to_a_server_that_stops() {
    let server = Server::start().await;
    server.seen.send(Event::Stats(ShardStats::default())).await.unwrap();
    // A request whose body is still to come keeps the server up until it is all there.
    let mut slow = TcpStream::connect(server.http).await.unwrap();
    let head = "POST /v1/links/redeem HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n\
                content-length: 2\r\nexpect: 100-continue\r\nconnection: close\r\n\r\n";
    slow.write_all(head.as_bytes()).await.unwrap();
    let mut begun = [0; 12];
    slow.read_exact(&mut begun).await.unwrap();
    assert_eq!(&begun, b"HTTP/1.1 100");
    let (client, metrics) = (server.client.clone(), server.metrics);
    let (_folder, served) = server.begin_stop();
    loop {
        let answer = probe(&client, metrics, "/readyz").await;
        if answer.status == 503 && detail(&answer) == "stopping" {
            break;
        }
    }
    slow.write_all(b"{}").await.unwrap();
    let mut rest = String::new();
    slow.read_to_string(&mut rest).await.unwrap();
    served.await.unwrap().unwrap();
}

fn detail(answer: &Answer) -> String {
    let problem: serde_json::Value = answer.json();
    problem["detail"].as_str().unwrap_or_default().to_owned()
}
