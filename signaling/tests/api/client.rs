//! A small HTTP client: one connection a request, no redirects followed, no header added.
//!
//! In: what a test wants to send, right or wrong. Out: status, headers and the whole body.
//! Never: hides what the server said.

use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::{self, Error};
use hyper_util::rt::TokioExecutor;
use serde::de::DeserializeOwned;
use serde_json::Value;

#[derive(Clone)]
pub(crate) struct Client(legacy::Client<HttpConnector, Full<Bytes>>);

/// A request being written.
#[derive(Clone)]
pub(crate) struct Draft {
    client: Client,
    method: Method,
    url: String,
    headers: HeaderMap,
    body: Bytes,
}

/// An answer read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Client {
    /// No connection is kept: a kept one would be a reason for a stop to wait.
    pub(crate) fn new() -> Self {
        let mut builder = legacy::Client::builder(TokioExecutor::new());
        Self(builder.pool_max_idle_per_host(0).build_http())
    }

    pub(crate) fn request(&self, method: Method, url: String) -> Draft {
        Draft { client: self.clone(), method, url, headers: HeaderMap::new(), body: Bytes::new() }
    }

    pub(crate) fn get(&self, url: String) -> Draft {
        self.request(Method::GET, url)
    }

    pub(crate) fn delete(&self, url: String) -> Draft {
        self.request(Method::DELETE, url)
    }

    pub(crate) fn post(&self, url: String) -> Draft {
        self.request(Method::POST, url)
    }
}

impl Draft {
    pub(crate) fn header(mut self, name: &'static str, value: &str) -> Self {
        let value = HeaderValue::from_str(value).unwrap();
        self.headers.append(HeaderName::from_static(name), value);
        self
    }

    pub(crate) fn bearer(self, key: &str) -> Self {
        self.header("authorization", &format!("Bearer {key}"))
    }

    pub(crate) fn json(self, body: &Value) -> Self {
        self.header("content-type", "application/json").body(body.to_string())
    }

    pub(crate) fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self
    }

    pub(crate) async fn try_send(self) -> Result<Answer, Error> {
        let mut request = Request::new(Full::new(self.body));
        *request.method_mut() = self.method;
        *request.uri_mut() = self.url.parse().unwrap();
        *request.headers_mut() = self.headers;
        let (head, body) = self.client.0.request(request).await?.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        Ok(Answer { status: head.status, headers: head.headers, body })
    }

    pub(crate) async fn send(self) -> Answer {
        self.try_send().await.unwrap()
    }
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers[name].to_str().unwrap()
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    pub(crate) fn json<T: DeserializeOwned>(&self) -> T {
        serde_json::from_slice(&self.body).unwrap()
    }
}
