//! How the load reaches the server: a request, or the socket of a page.
//!
//! In: what is to be said, and a server that may be gone at any moment. Out: the answer, or
//! that the line was cut.
//! Never: tries again by itself; whoever was cut does not know whether they were heard.

use bedside_signaling_api::socket::{ClientMessage, SUBPROTOCOL, ServerMessage};
use futures_util::{SinkExt as _, StreamExt as _};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper::{HeaderMap, Request};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::{WebSocketStream, client_async};

/// Longer than anything here takes on the slowest machine; met only by a failing test.
const PATIENCE: Duration = Duration::from_secs(60);

/// The server was gone before it answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cut;

/// The server as it can be reached since its last start.
#[derive(Debug, Clone)]
pub(super) struct Wire {
    pub(super) address: SocketAddr,
    pub(super) key: String,
}

/// An answer read to its end.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) body: Value,
}

impl Wire {
    pub(super) async fn get(&self, path: &str) -> Result<Answer, Cut> {
        self.send("GET", path, &[], &Value::Null).await
    }

    pub(super) async fn post(&self, path: &str, body: &Value) -> Result<Answer, Cut> {
        self.send("POST", path, &[], body).await
    }

    /// Schedules a visit; the same key never makes two.
    pub(super) async fn create(&self, key: &str, body: &Value) -> Result<Answer, Cut> {
        self.send("POST", "/v1/visits", &[("idempotency-key", key)], body).await
    }

    async fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &Value,
    ) -> Result<Answer, Cut> {
        let bearer = format!("Bearer {}", self.key);
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header("host", self.address.to_string())
            .header("authorization", bearer);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let text = if body.is_null() {
            Bytes::new()
        } else {
            request = request.header("content-type", "application/json");
            Bytes::from(body.to_string())
        };
        let request = request.body(Full::new(text)).expect("the parts are plain ASCII");
        patiently(exchange(self.address, request)).await
    }
}

async fn exchange(address: SocketAddr, request: Request<Full<Bytes>>) -> Result<Answer, Cut> {
    let stream = TcpStream::connect(address).await.map_err(|_| Cut)?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(|_| Cut)?;
    // It ends with the sender, or with the server.
    tokio::spawn(connection);
    let (head, body) = sender.send_request(request).await.map_err(|_| Cut)?.into_parts();
    let body = body.collect().await.map_err(|_| Cut)?.to_bytes();
    let body = if body.is_empty() { Value::Null } else { json(&body) };
    Ok(Answer { status: head.status.as_u16(), headers: head.headers, body })
}

fn json(body: &[u8]) -> Value {
    serde_json::from_slice(body)
        .unwrap_or_else(|_| panic!("no JSON: {}", String::from_utf8_lossy(body)))
}

async fn patiently<T>(future: impl Future<Output = T>) -> T {
    timeout(PATIENCE, future).await.expect("nothing came")
}

/// The socket of a page.
pub(super) struct Socket(WebSocketStream<TcpStream>);

impl Socket {
    /// Opens it and says who is there.
    pub(super) async fn open(address: SocketAddr, session: &str) -> Result<Self, Cut> {
        let url = format!("ws://{address}/v1/socket");
        let mut request = url.into_client_request().expect("the address is one");
        let protocol = HeaderValue::from_static(SUBPROTOCOL);
        request.headers_mut().insert("sec-websocket-protocol", protocol);
        let stream = TcpStream::connect(address).await.map_err(|_| Cut)?;
        let opened = patiently(client_async(request, stream)).await;
        let mut socket = Self(opened.map_err(|_| Cut)?.0);
        socket.say(&ClientMessage::Hello { session: session.to_owned() }).await?;
        Ok(socket)
    }

    pub(super) async fn say(&mut self, message: &ClientMessage) -> Result<(), Cut> {
        let text = serde_json::to_string(message).expect("it is JSON");
        self.0.send(Message::text(text)).await.map_err(|_| Cut)
    }

    /// The next message.
    pub(super) async fn hear(&mut self) -> Result<ServerMessage, Cut> {
        loop {
            match patiently(self.0.next()).await {
                Some(Ok(Message::Text(text))) => {
                    return Ok(serde_json::from_str(&text).expect("it is of visit.v1"));
                }
                Some(Ok(
                    Message::Ping(_) | Message::Pong(_) | Message::Frame(_) | Message::Binary(_),
                )) => {}
                Some(Ok(Message::Close(_)) | Err(_)) | None => return Err(Cut),
            }
        }
    }
}
