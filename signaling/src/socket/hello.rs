//! The first message: who this is.
//!
//! In: a fresh socket. Out: the person's seat, or a reason to close.
//! Never: waits long for a stranger; a session's secret in the log.

use super::parse::{NotAMessage, parse};
use super::talk::{Next, next, say};
use super::{Closing, Desk};
use crate::hub::{Device, HubError, Joined};
use crate::{problem, secret};
use axum::extract::ws::WebSocket;
use bedside_signaling_api::socket::{ClientMessage, RefusalCode, ServerMessage};
use std::time::Duration;
use tokio::time::timeout;

/// How long a fresh socket may be silent. Longer is kinder to a slow phone; shorter frees a
/// stranger's connection sooner.
const HELLO_WITHIN: Duration = Duration::from_secs(10);

/// Why there is no seat: what to say first, and why to close. `None`: the socket is gone.
type NotSeated = Option<(ServerMessage, Closing)>;

/// Seats the person, or says why not. `Err(None)`: the socket is gone.
pub(super) async fn hello(socket: &mut WebSocket, desk: &Desk) -> Result<Joined, Option<Closing>> {
    let seated = match first(socket).await {
        Ok(session) => seat(desk, &session).await,
        Err(not_seated) => Err(not_seated),
    };
    match seated {
        Ok(joined) => Ok(joined),
        Err(None) => Err(None),
        Err(Some((word, closing))) => {
            // Whether or not it is heard, the socket is closed.
            let _heard = say(socket, &word).await;
            Err(Some(closing))
        }
    }
}

/// The session that the first message names.
async fn first(socket: &mut WebSocket) -> Result<String, NotSeated> {
    let text = match timeout(HELLO_WITHIN, next(socket)).await {
        Ok(Next::Text(text)) => text,
        Ok(Next::Binary) | Err(_) => return Err(refused("", Closing::NoHello)),
        Ok(Next::TooBig) => return Err(refused("", Closing::TooBig)),
        Ok(Next::BadFrame) => return Err(refused("", Closing::BadFrame)),
        Ok(Next::Gone) => return Err(None),
    };
    match parse(&text) {
        Ok(ClientMessage::Hello { session }) => Ok(session),
        Ok(other) => Err(refused(other.kind(), Closing::NoHello)),
        Err(NotAMessage(kind)) => Err(refused(kind, Closing::NoHello)),
    }
}

async fn seat(desk: &Desk, session: &str) -> Result<Joined, NotSeated> {
    let found = desk.store.session(session).await.map_err(|fault| {
        tracing::error!(fault = %problem::chain(&fault), "a session could not be looked up");
        refused("hello", Closing::Fault)
    })?;
    let row = found.ok_or_else(|| refused("hello", Closing::BadSession))?;
    let device = Device {
        visit: row.visit,
        participant: row.participant,
        generation: row.generation,
        key: secret::hash(session.as_bytes()),
    };
    desk.hub.join(device).await.map_err(|error| match error {
        HubError::Unknown => refused("hello", Closing::BadSession),
        HubError::Elsewhere => refused("hello", Closing::Again),
        HubError::Refused(_) | HubError::Failed => refused("hello", Closing::Fault),
    })
}

fn refused(to: &str, closing: Closing) -> NotSeated {
    let code = match closing {
        Closing::BadSession => RefusalCode::BadSession,
        Closing::Fault | Closing::Again => RefusalCode::Fault,
        Closing::Standing(_)
        | Closing::NoHello
        | Closing::TooMany
        | Closing::BadMessages
        | Closing::TooBig
        | Closing::BadFrame
        | Closing::TooSlow
        | Closing::Silent
        | Closing::GoingAway => RefusalCode::BadMessage,
    };
    Some((ServerMessage::Refused { to: to.to_owned(), code, number: None }, closing))
}
