//! A page's end of the socket.
//!
//! In: what a test makes it say. Out: what it hears, in order.
//! Never: waits for ever; a test that hears nothing fails with that.

use bedside_signaling_api::socket::{
    ClientMessage, Person, Presence, RefusalCode, SUBPROTOCOL, ServerMessage, Sources, Standing,
};
use futures_util::{SinkExt, StreamExt};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::handshake::client::Request;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::{self, Message};
use tokio_tungstenite::{WebSocketStream, client_async};
use uuid::Uuid;

/// Longer than anything here takes on the slowest machine; met only by a failing test.
const PATIENCE: Duration = Duration::from_secs(40);

/// A page.
pub(super) struct Page {
    pub(super) socket: WebSocketStream<TcpStream>,
}

/// What a page hears.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Heard {
    Message(ServerMessage),
    Closed(u16, String),
    /// The connection ended without a close frame.
    Cut,
}

pub(super) async fn patiently<T>(future: impl Future<Output = T>) -> T {
    timeout(PATIENCE, future).await.expect("nothing came")
}

/// The upgrade request of a browser.
pub(super) fn request(address: SocketAddr) -> Request {
    let mut request = format!("ws://{address}/v1/socket").into_client_request().unwrap();
    let protocol = HeaderValue::from_static(SUBPROTOCOL);
    request.headers_mut().insert("sec-websocket-protocol", protocol);
    let origin = HeaderValue::from_str(&format!("http://{address}")).unwrap();
    request.headers_mut().insert("origin", origin);
    request
}

/// Opens a socket with that request, or returns the status and body of the answer.
pub(super) async fn connect(address: SocketAddr, request: Request) -> Result<Page, (u16, String)> {
    let stream = TcpStream::connect(address).await.unwrap();
    match patiently(client_async(request, stream)).await {
        Ok((socket, _)) => Ok(Page { socket }),
        Err(tungstenite::Error::Http(answer)) => {
            let body = answer.body().clone().unwrap_or_default();
            Err((answer.status().as_u16(), String::from_utf8(body).unwrap()))
        }
        Err(error) => panic!("no answer to the upgrade: {error}"),
    }
}

impl Page {
    /// A page that has said hello.
    pub(super) async fn open(address: SocketAddr, session: &str) -> Self {
        let mut page = Self::silent(address).await;
        page.say(ClientMessage::Hello { session: session.to_owned() }).await;
        page
    }

    /// A page that has said nothing yet.
    pub(super) async fn silent(address: SocketAddr) -> Self {
        connect(address, request(address)).await.expect("the door is open")
    }

    pub(super) async fn say(&mut self, message: ClientMessage) {
        self.send(&serde_json::to_string(&message).unwrap()).await;
    }

    pub(super) async fn send(&mut self, text: &str) {
        self.socket.send(Message::text(text)).await.expect("the socket is open");
    }

    /// The next thing heard.
    pub(super) async fn hear(&mut self) -> Heard {
        loop {
            match patiently(self.socket.next()).await {
                Some(Ok(Message::Text(text))) => {
                    return Heard::Message(serde_json::from_str(&text).expect("of visit.v1"));
                }
                Some(Ok(Message::Close(Some(frame)))) => {
                    return Heard::Closed(frame.code.into(), frame.reason.to_string());
                }
                Some(Ok(
                    Message::Ping(_) | Message::Pong(_) | Message::Frame(_) | Message::Binary(_),
                )) => {}
                Some(Ok(Message::Close(None)) | Err(_)) | None => return Heard::Cut,
            }
        }
    }

    /// The next message.
    pub(super) async fn message(&mut self) -> ServerMessage {
        match self.hear().await {
            Heard::Message(message) => message,
            other @ (Heard::Closed(..) | Heard::Cut) => panic!("no message but {other:?}"),
        }
    }

    /// The first message that `wanted` finds something in.
    pub(super) async fn until<T>(&mut self, wanted: impl Fn(&ServerMessage) -> Option<T>) -> T {
        loop {
            if let Some(found) = wanted(&self.message().await) {
                return found;
            }
        }
    }

    /// Everything heard until the socket answers a ping. Whatever was sent to the visit by
    /// anybody before has then not necessarily arrived; what was sent to this socket has.
    pub(super) async fn until_pong(&mut self) -> Vec<ServerMessage> {
        self.say(ClientMessage::Ping).await;
        let mut heard = Vec::new();
        loop {
            match self.message().await {
                ServerMessage::Pong => return heard,
                message => heard.push(message),
            }
        }
    }

    pub(super) async fn until_standing(&mut self, wanted: Standing) {
        self.until(|message| match message {
            ServerMessage::Welcome { standing, .. } | ServerMessage::Standing { standing } => {
                (*standing == wanted).then_some(())
            }
            _ => None,
        })
        .await;
    }

    pub(super) async fn until_refused(&mut self) -> (String, RefusalCode) {
        self.until(|message| match message {
            ServerMessage::Refused { to, code, number: _ } => Some((to.clone(), *code)),
            _ => None,
        })
        .await
    }

    /// Waits until the list shows that person there.
    pub(super) async fn until_person(&mut self, id: Uuid, wanted: Presence) -> Person {
        self.until(|message| person(message, id).filter(|person| person.presence == wanted)).await
    }

    /// Waits until the list shows that person with these sources.
    pub(super) async fn until_sources(&mut self, id: Uuid, wanted: Sources) {
        self.until(|message| person(message, id).filter(|person| person.sources == wanted)).await;
    }

    /// Reads to the close and returns its code and reason.
    pub(super) async fn until_closed(&mut self) -> (u16, String) {
        loop {
            match self.hear().await {
                Heard::Message(_) => {}
                Heard::Closed(code, reason) => return (code, reason),
                Heard::Cut => panic!("cut without a reason"),
            }
        }
    }

    /// Goes without a word, as a phone in a tunnel does.
    pub(super) fn vanish(self) {
        drop(self);
    }
}

fn person(message: &ServerMessage, id: Uuid) -> Option<Person> {
    match message {
        ServerMessage::People { people, .. } => {
            people.iter().find(|person| person.participant == id).cloned()
        }
        _ => None,
    }
}
