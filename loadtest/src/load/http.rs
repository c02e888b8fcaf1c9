//! A small HTTP client: a connection a request, plain HTTP/1.1.
//!
//! In: an address, a method, a path, JSON. Out: the status and the body.
//! Never: TLS. A load test is of the server, not of the proxy before it.

use http_body_util::{BodyExt as _, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HOST};
use hyper::{Method, Request, StatusCode};
use hyper_util::rt::TokioIo;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::timeout;

/// A server that takes longer than this does not answer.
const PATIENCE: Duration = Duration::from_secs(20);

/// Why there was no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum HttpFault {
    #[error("nothing listens at {0}")]
    Connect(SocketAddr, #[source] std::io::Error),
    #[error("{0} did not answer in time")]
    Slow(SocketAddr),
    #[error("the connection broke")]
    Broke(#[from] hyper::Error),
    #[error("the request is none")]
    Request(#[from] hyper::http::Error),
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) body: Bytes,
}

/// Asks.
pub(crate) async fn ask(
    server: SocketAddr,
    method: Method,
    path: &str,
    (key, body): (Option<&str>, String),
) -> Result<Answer, HttpFault> {
    let asked = ask_patiently(server, method, path, (key, body));
    timeout(PATIENCE, asked).await.map_err(|_| HttpFault::Slow(server))?
}

async fn ask_patiently(
    server: SocketAddr,
    method: Method,
    path: &str,
    (key, body): (Option<&str>, String),
) -> Result<Answer, HttpFault> {
    let stream =
        TcpStream::connect(server).await.map_err(|source| HttpFault::Connect(server, source))?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    let connection = tokio::spawn(connection);
    let mut request = Request::builder()
        .method(method)
        .uri(path)
        .header(HOST, server.to_string())
        .header(CONTENT_TYPE, "application/json");
    if let Some(key) = key {
        request = request.header(AUTHORIZATION, format!("Bearer {key}"));
    }
    let request = request.body(Full::new(Bytes::from(body)))?;
    let (head, body) = sender.send_request(request).await?.into_parts();
    let body = body.collect().await?.to_bytes();
    connection.abort();
    Ok(Answer { status: head.status, body })
}
