//! One kept connection to the server.
//!
//! In: requests, one after another. Out: status and body, read to the end.
//! Never: a second try; an answer that is not a success ends the run.

use crate::Outcome;
use http_body_util::{BodyExt as _, Full};
use hyper::Request;
use hyper::body::Bytes;
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use std::net::SocketAddr;
use tokio::net::TcpStream;

/// A connection.
#[derive(Debug)]
pub(crate) struct Wire {
    sender: SendRequest<Full<Bytes>>,
    host: String,
    bearer: String,
}

impl Wire {
    pub(crate) async fn open(address: SocketAddr, key: &str) -> Outcome<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        // It ends with the sender.
        tokio::spawn(connection);
        Ok(Self { sender, host: address.to_string(), bearer: format!("Bearer {key}") })
    }

    pub(crate) async fn get(&mut self, path: &str) -> Outcome<Bytes> {
        let request = self.request("GET", path).body(Full::default())?;
        self.send(request).await
    }

    pub(crate) async fn post(&mut self, path: &str, body: &Value) -> Outcome<Bytes> {
        let request = self.request("POST", path).header("content-type", "application/json");
        let request = request.body(Full::from(body.to_string()))?;
        self.send(request).await
    }

    fn request(&self, method: &str, path: &str) -> hyper::http::request::Builder {
        let request = Request::builder().method(method).uri(path);
        request.header("host", &self.host).header("authorization", &self.bearer)
    }

    async fn send(&mut self, request: Request<Full<Bytes>>) -> Outcome<Bytes> {
        self.sender.ready().await?;
        let (head, body) = self.sender.send_request(request).await?.into_parts();
        let body = body.collect().await?.to_bytes();
        if !head.status.is_success() {
            return Err(format!("{}: {}", head.status, String::from_utf8_lossy(&body)).into());
        }
        Ok(body)
    }
}
