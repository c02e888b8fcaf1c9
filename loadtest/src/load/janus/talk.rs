//! The words of Janus: its WebSocket, subprotocol `janus-protocol`.
//!
//! In: requests to a handle. Out: what its plugin says, each answer with its request.
//! Never: an event lost; what comes between a request and its answer is heard later.

use super::super::crew::CrewFault;
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::{self, Message};
use tokio_tungstenite::{WebSocketStream, client_async};

/// A request that takes longer is not answered any more.
const PATIENCE: Duration = Duration::from_secs(20);

/// Why it cannot go on.
#[derive(Debug, thiserror::Error)]
pub(crate) enum JanusFault {
    #[error("nothing listens there")]
    Connect(#[from] std::io::Error),
    #[error("the socket broke")]
    Socket(#[from] Box<tungstenite::Error>),
    #[error("the socket was closed")]
    Closed,
    #[error("no answer in time")]
    Slow,
    #[error("it said {0}")]
    Said(String),
    #[error("{0}")]
    Crew(CrewFault),
    #[error("the thread of this person has ended")]
    Gone,
}

/// What the plugin says.
#[derive(Debug, Clone)]
pub(crate) struct Word {
    transaction: Option<String>,
    pub(crate) data: Value,
    pub(crate) sdp: Option<String>,
}

/// A session.
#[derive(Debug)]
pub(crate) struct Channel {
    socket: WebSocketStream<TcpStream>,
    session: u64,
    transactions: u64,
    unheard: VecDeque<Word>,
}

impl Channel {
    pub(crate) async fn open(server: SocketAddr) -> Result<Self, JanusFault> {
        timeout(PATIENCE, Self::open_patiently(server)).await.map_err(|_| JanusFault::Slow)?
    }

    async fn open_patiently(server: SocketAddr) -> Result<Self, JanusFault> {
        let broken = |error| JanusFault::Socket(Box::new(error));
        let mut request = format!("ws://{server}/").into_client_request().map_err(broken)?;
        let protocol = HeaderValue::from_static("janus-protocol");
        request.headers_mut().insert("sec-websocket-protocol", protocol);
        let stream = TcpStream::connect(server).await?;
        let (socket, _) = client_async(request, stream).await.map_err(broken)?;
        let mut channel = Self { socket, session: 0, transactions: 0, unheard: VecDeque::new() };
        channel.session = channel.ask_core(json!({ "janus": "create" })).await?;
        Ok(channel)
    }

    /// A handle of VideoRoom.
    pub(crate) async fn attach(&mut self) -> Result<u64, JanusFault> {
        let attach = json!({ "janus": "attach", "plugin": "janus.plugin.videoroom" });
        timeout(PATIENCE, self.ask_core(attach)).await.map_err(|_| JanusFault::Slow)?
    }

    /// Asks the plugin, and waits for its answer.
    pub(crate) async fn ask(
        &mut self,
        handle: u64,
        body: Value,
        jsep: Option<(&str, String)>,
    ) -> Result<Word, JanusFault> {
        let mut message = json!({ "janus": "message", "handle_id": handle, "body": body });
        if let (Some((kind, sdp)), Some(message)) = (jsep, message.as_object_mut()) {
            message.insert("jsep".to_owned(), json!({ "type": kind, "sdp": sdp }));
        }
        let transaction = self.say(message).await?;
        let heard = async {
            loop {
                let word = self.next().await?;
                if word.transaction.as_deref() == Some(&transaction) {
                    return Ok::<Word, JanusFault>(word);
                }
                self.unheard.push_back(word);
            }
        };
        let word = timeout(PATIENCE, heard).await.map_err(|_| JanusFault::Slow)??;
        match word.data.get("error") {
            Some(error) => Err(JanusFault::Said(error.to_string())),
            None => Ok(word),
        }
    }

    pub(crate) async fn keep_alive(&mut self) -> Result<(), JanusFault> {
        self.say(json!({ "janus": "keepalive" })).await.map(|_| ())
    }

    /// What the plugin says by itself.
    pub(crate) async fn hear(&mut self) -> Result<Word, JanusFault> {
        match self.unheard.pop_front() {
            Some(word) => Ok(word),
            None => self.next().await,
        }
    }

    /// Asks for a session or a handle; its id.
    async fn ask_core(&mut self, message: Value) -> Result<u64, JanusFault> {
        let transaction = self.say(message).await?;
        loop {
            let message = self.receive().await?;
            if message.get("transaction").and_then(Value::as_str) == Some(&transaction) {
                let id = message.pointer("/data/id").and_then(Value::as_u64);
                return id.ok_or_else(|| JanusFault::Said(message.to_string()));
            }
            self.unheard.extend(word(&message));
        }
    }

    async fn say(&mut self, mut message: Value) -> Result<String, JanusFault> {
        self.transactions += 1;
        let transaction = self.transactions.to_string();
        if let Some(message) = message.as_object_mut() {
            message.insert("transaction".to_owned(), json!(transaction));
            if self.session != 0 {
                message.insert("session_id".to_owned(), json!(self.session));
            }
        }
        let sent = self.socket.send(Message::text(message.to_string())).await;
        sent.map_err(|error| JanusFault::Socket(Box::new(error)))?;
        Ok(transaction)
    }

    async fn next(&mut self) -> Result<Word, JanusFault> {
        loop {
            if let Some(word) = word(&self.receive().await?) {
                return Ok(word);
            }
        }
    }

    async fn receive(&mut self) -> Result<Value, JanusFault> {
        loop {
            match self.socket.next().await {
                Some(Ok(Message::Text(text))) => {
                    return serde_json::from_str(&text)
                        .map_err(|_| JanusFault::Said(text.to_string()));
                }
                Some(Ok(Message::Close(_))) | None => return Err(JanusFault::Closed),
                Some(Err(error)) => return Err(JanusFault::Socket(Box::new(error))),
                Some(Ok(
                    Message::Binary(_) | Message::Ping(_) | Message::Pong(_) | Message::Frame(_),
                )) => {}
            }
        }
    }
}

/// What a message says of the plugin; an `ack` or a report of Janus itself says nothing.
fn word(message: &Value) -> Option<Word> {
    let data = match (message.pointer("/plugindata/data"), message.get("error")) {
        (Some(data), _) => data.clone(),
        (None, Some(error)) => json!({ "error": error }),
        (None, None) => return None,
    };
    let text = |value: &Value| value.as_str().map(str::to_owned);
    Some(Word {
        transaction: message.get("transaction").and_then(text),
        data,
        sdp: message.pointer("/jsep/sdp").and_then(text),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_plugin_says_is_a_word() {
        assert!(word(&json!({ "janus": "ack", "transaction": "3" })).is_none());
        assert!(word(&json!({ "janus": "webrtcup", "sender": 7 })).is_none());
        let event = json!({
            "janus": "event", "transaction": "4", "sender": 7,
            "plugindata": { "plugin": "x", "data": { "videoroom": "attached" } },
            "jsep": { "type": "offer", "sdp": "v=0" },
        });
        let heard = word(&event).unwrap();
        assert_eq!(heard.transaction.as_deref(), Some("4"));
        assert_eq!(
            (heard.data["videoroom"].as_str(), heard.sdp.as_deref()),
            (Some("attached"), Some("v=0"))
        );
        let no = word(&json!({ "janus": "error", "transaction": "5", "error": { "code": 1 } }));
        assert_eq!(no.unwrap().data["error"]["code"], 1);
    }
}
