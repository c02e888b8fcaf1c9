//! Calls that the server makes by itself: webhooks, the keys of a sign-in provider.
//!
//! In: a URL somebody gave us, headers, a body, a limit. Out: the answer's status, headers and
//! as much of its body as was asked for.
//! Never: a private address, unless the operator allows it (`outward.allow`); an address that
//! was not checked, since what is connected to is what was checked; a redirect followed; plain
//! HTTP across the internet; a connection kept for another caller.

mod error;
mod public;
mod target;
#[cfg(test)]
mod tests;
mod trust;

pub use error::OutwardError;
pub(crate) use target::Target;

use crate::Fault;
use axum::body::Bytes;
use bedside_config::Allow;
use futures_util::future::{Either, select};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::client::conn::http1;
use hyper::header::{HOST, HeaderMap, HeaderValue, USER_AGENT};
use hyper::{Method, Request, StatusCode};
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, lookup_host};
use tokio_rustls::TlsConnector;

/// How long one address may take to take a connection. A host may have a dead address before a
/// living one, and both have to fit into one call's time.
const CONNECT_WAIT: Duration = Duration::from_secs(4);
/// Most bytes of an answer's head. Several times what any real one has.
const HEAD_BYTES_MAX: usize = 64 * 1024;
/// Who calls.
const AGENT: &str = concat!("Bedside/", env!("CARGO_PKG_VERSION"));

/// Makes calls. Clones share it.
#[derive(Debug, Clone)]
pub struct Outward {
    allow: Arc<[Allow]>,
    tls: Arc<ClientConfig>,
}

/// How much of an answer is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// From the look-up of the name to the end of the body.
    pub wait: Duration,
    /// Longest body taken; a longer one is an error. Zero: the body is not read at all, whatever
    /// its length.
    pub bytes: usize,
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Reply {
    /// Its status; a redirect is one like any other.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body, where one was asked for.
    pub body: Bytes,
}

impl Outward {
    /// Reads whom to believe.
    ///
    /// # Errors
    /// When the file of certificate authorities cannot be used.
    pub fn new(settings: &bedside_config::Outward) -> Result<Self, Fault> {
        let tls = trust::client(&settings.ca_file)?;
        Ok(Self { allow: settings.allow.as_slice().into(), tls })
    }

    /// Reads what is at a URL.
    ///
    /// # Errors
    /// When it may not be called, does not answer in time, or answers with too much.
    pub async fn get(
        &self,
        url: &str,
        headers: HeaderMap,
        limit: Limit,
    ) -> Result<Reply, OutwardError> {
        self.call(Method::GET, url, (headers, Bytes::new()), limit).await
    }

    /// Sends a body to a URL.
    ///
    /// # Errors
    /// When it may not be called, does not answer in time, or answers with too much.
    pub async fn post(
        &self,
        url: &str,
        headers: HeaderMap,
        body: Bytes,
        limit: Limit,
    ) -> Result<Reply, OutwardError> {
        self.call(Method::POST, url, (headers, body), limit).await
    }

    /// Whether a URL may be called at present, without calling it.
    ///
    /// # Errors
    /// When it may not.
    pub async fn check(&self, url: &str, wait: Duration) -> Result<(), OutwardError> {
        let target = Target::parse(url)?;
        let checked = tokio::time::timeout(wait, self.resolve(&target)).await;
        checked.map_err(|_elapsed| OutwardError::Late)?.map(drop)
    }

    async fn call(
        &self,
        method: Method,
        url: &str,
        (headers, body): (HeaderMap, Bytes),
        limit: Limit,
    ) -> Result<Reply, OutwardError> {
        let target = Target::parse(url)?;
        let request = request(&target, method, headers, body)?;
        tokio::time::timeout(limit.wait, self.exchange(&target, request, limit.bytes))
            .await
            .map_err(|_elapsed| OutwardError::Late)?
    }

    async fn exchange(
        &self,
        target: &Target,
        request: Request<Full<Bytes>>,
        bytes: usize,
    ) -> Result<Reply, OutwardError> {
        let stream = connect(&self.resolve(target).await?).await?;
        if !target.tls {
            return speak(stream, request, bytes).await;
        }
        let invalid = |_error| OutwardError::Url("its host is no name");
        let name = ServerName::try_from(target.host.clone()).map_err(invalid)?;
        let connector = TlsConnector::from(Arc::clone(&self.tls));
        let stream = connector.connect(name, stream).await.map_err(OutwardError::Tls)?;
        speak(stream, request, bytes).await
    }

    /// The addresses of a host that may be called.
    async fn resolve(&self, target: &Target) -> Result<Vec<SocketAddr>, OutwardError> {
        let found = lookup_host((target.host.as_str(), target.port)).await;
        target.open(found.map_err(OutwardError::Lookup)?, &self.allow)
    }
}

fn request(
    target: &Target,
    method: Method,
    mut headers: HeaderMap,
    body: Bytes,
) -> Result<Request<Full<Bytes>>, OutwardError> {
    let host = HeaderValue::from_str(&target.authority);
    headers.insert(HOST, host.map_err(|error| OutwardError::Request(error.into()))?);
    headers.insert(USER_AGENT, HeaderValue::from_static(AGENT));
    let mut request = Request::builder()
        .method(method)
        .uri(target.path.as_str())
        .body(Full::new(body))
        .map_err(OutwardError::Request)?;
    *request.headers_mut() = headers;
    Ok(request)
}

/// Connects to the first address that takes it. They have been checked.
async fn connect(addresses: &[SocketAddr]) -> Result<TcpStream, OutwardError> {
    let mut last = OutwardError::NoAddress;
    for address in addresses {
        last = match tokio::time::timeout(CONNECT_WAIT, TcpStream::connect(address)).await {
            Ok(Ok(stream)) => return Ok(stream),
            Ok(Err(error)) => OutwardError::Connect(error),
            Err(elapsed) => OutwardError::Connect(io::Error::new(io::ErrorKind::TimedOut, elapsed)),
        };
    }
    Err(last)
}

/// One request, one answer, and the connection is closed.
async fn speak(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send,
    request: Request<Full<Bytes>>,
    bytes: usize,
) -> Result<Reply, OutwardError> {
    let mut builder = http1::Builder::new();
    builder.max_buf_size(HEAD_BYTES_MAX);
    let handshake = builder.handshake(TokioIo::new(stream)).await;
    let (mut sender, connection) = handshake.map_err(OutwardError::Http)?;
    let exchange = pin!(async move {
        let answer = sender.send_request(request).await.map_err(OutwardError::Http)?;
        let (head, body) = answer.into_parts();
        let reply = |body| Reply { status: head.status, headers: head.headers, body };
        if bytes == 0 {
            return Ok(reply(Bytes::new()));
        }
        let body = Limited::new(body, bytes).collect().await.map_err(|error| {
            error.downcast().map_or(OutwardError::TooLong, |error| OutwardError::Http(*error))
        })?;
        Ok(reply(body.to_bytes()))
    });
    // A host may close the connection right after its answer, which then is still to be read.
    match select(exchange, connection).await {
        Either::Left((answer, _connection)) => answer,
        Either::Right((_ended, exchange)) => exchange.await,
    }
}
