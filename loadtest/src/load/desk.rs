//! Bedside's public API, as a scheduling system and a page use it.
//!
//! In: who is expected; a personal link; messages of `visit.v1`. Out: links, sessions, messages.
//! Never: a way in that others do not have.

use super::http::{self, HttpFault};
use bedside_signaling_api::link::{Redeem, Session};
use bedside_signaling_api::socket::{ClientMessage, SUBPROTOCOL, ServerMessage};
use bedside_signaling_api::visit::{NewParticipant, NewVisit, Visit};
use futures_util::{SinkExt as _, StreamExt as _};
use hyper::{Method, StatusCode};
use serde::de::DeserializeOwned;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::{self, Message};
use tokio_tungstenite::{WebSocketStream, client_async};
use uuid::Uuid;

/// A socket that takes longer than this to open does not open.
const PATIENCE: Duration = Duration::from_secs(20);

/// Why the server did not do it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DeskFault {
    #[error(transparent)]
    Http(#[from] HttpFault),
    /// It said no; the words are its own.
    #[error("the server said {status} to {what}: {detail}")]
    Refused { what: &'static str, status: StatusCode, detail: String },
    #[error("the server's answer to {what} is none")]
    Unreadable { what: &'static str, source: serde_json::Error },
    #[error("the socket cannot be opened")]
    Socket(#[from] Box<tungstenite::Error>),
    #[error("the socket did not open in time")]
    Slow,
    #[error("the link {0:?} is none")]
    Link(String),
}

impl DeskFault {
    /// A word to count it by.
    pub(crate) const fn word(&self) -> &'static str {
        match self {
            Self::Http(_) => "no answer over HTTP",
            Self::Refused { .. } => "refused over HTTP",
            Self::Unreadable { .. } => "an answer that cannot be read",
            Self::Socket(_) => "the socket did not open",
            Self::Slow => "the socket did not open in time",
            Self::Link(_) => "a link that is none",
        }
    }
}

/// The API.
#[derive(Debug, Clone)]
pub(crate) struct Desk {
    pub(crate) server: SocketAddr,
    key: Arc<str>,
}

/// Somebody's way in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Invited {
    pub(crate) participant: Uuid,
    /// What stands behind the `#`.
    pub(crate) link: String,
}

impl Desk {
    pub(crate) fn new(server: SocketAddr, key: &str) -> Self {
        Self { server, key: key.into() }
    }

    /// Plans a visit of these people, from now on.
    pub(crate) async fn plan(
        &self,
        minutes: u16,
        participants: Vec<NewParticipant>,
    ) -> Result<Vec<Invited>, DeskFault> {
        let visit = NewVisit::of(minutes, participants);
        let body = serde_json::to_string(&visit).expect("a visit is JSON");
        let visit: Visit = self.post("a new visit", "/v1/visits", (true, body)).await?;
        let invited = visit.participants.into_iter().map(|participant| {
            let link = participant.link.unwrap_or_default();
            let secret = link.split_once('#').map(|(_, secret)| secret.to_owned());
            let link = secret.ok_or(DeskFault::Link(link))?;
            Ok(Invited { participant: participant.id, link })
        });
        invited.collect()
    }

    /// Opens a personal link.
    pub(crate) async fn redeem(&self, link: &str) -> Result<Session, DeskFault> {
        let body = Redeem { link: link.to_owned() };
        let body = serde_json::to_string(&body).expect("a link is JSON");
        self.post("a link", "/v1/links/redeem", (false, body)).await
    }

    async fn post<T: DeserializeOwned>(
        &self,
        what: &'static str,
        path: &str,
        (with_key, body): (bool, String),
    ) -> Result<T, DeskFault> {
        let key = with_key.then_some(&*self.key);
        let answer = http::ask(self.server, Method::POST, path, (key, body)).await?;
        let status = answer.status;
        if !status.is_success() {
            let detail = String::from_utf8_lossy(&answer.body).into_owned();
            return Err(DeskFault::Refused { what, status, detail });
        }
        serde_json::from_slice(&answer.body)
            .map_err(|source| DeskFault::Unreadable { what, source })
    }

    /// Opens a page's socket and says hello.
    pub(crate) async fn open(&self, session: &str) -> Result<Page, DeskFault> {
        timeout(PATIENCE, self.open_patiently(session)).await.map_err(|_| DeskFault::Slow)?
    }

    async fn open_patiently(&self, session: &str) -> Result<Page, DeskFault> {
        let mut request = format!("ws://{}/v1/socket", self.server)
            .into_client_request()
            .map_err(|error| DeskFault::Socket(Box::new(error)))?;
        let protocol = HeaderValue::from_static(SUBPROTOCOL);
        request.headers_mut().insert("sec-websocket-protocol", protocol);
        let connected = TcpStream::connect(self.server).await;
        let stream = connected.map_err(|source| HttpFault::Connect(self.server, source))?;
        let opened = client_async(request, stream).await;
        let (socket, _) = opened.map_err(|error| DeskFault::Socket(Box::new(error)))?;
        let mut page = Page { socket };
        page.say(&ClientMessage::Hello { session: session.to_owned() }).await;
        Ok(page)
    }
}

/// A page's socket.
#[derive(Debug)]
pub(crate) struct Page {
    socket: WebSocketStream<TcpStream>,
}

/// What a page hears.
#[derive(Debug)]
pub(crate) enum Heard {
    Message(Box<ServerMessage>),
    /// A kind this program does not know; a page ignores it.
    Unknown,
    Closed,
}

impl Page {
    /// Says something; a socket that is gone is heard of next.
    pub(crate) async fn say(&mut self, message: &ClientMessage) {
        self.say_words(serde_json::to_string(message).expect("a message is JSON")).await;
    }

    /// Says any words at all.
    pub(crate) async fn say_words(&mut self, words: String) {
        let _ = self.socket.send(Message::text(words)).await;
    }

    pub(crate) async fn hear(&mut self) -> Heard {
        loop {
            match self.socket.next().await {
                Some(Ok(Message::Text(text))) => {
                    return match serde_json::from_str(&text) {
                        Ok(message) => Heard::Message(Box::new(message)),
                        Err(_) => Heard::Unknown,
                    };
                }
                Some(Ok(Message::Close(_)) | Err(_)) | None => return Heard::Closed,
                Some(Ok(
                    Message::Binary(_) | Message::Ping(_) | Message::Pong(_) | Message::Frame(_),
                )) => {}
            }
        }
    }

    /// Closes it as a page does.
    pub(crate) async fn close(mut self) {
        let _ = timeout(Duration::from_secs(1), self.socket.close(None)).await;
    }
}
