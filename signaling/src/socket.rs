//! The WebSocket: `GET /v1/socket`, subprotocol `visit.v1`.
//!
//! In: an upgrade request of our own pages, or of software without an origin. Out: a talk with
//! one person's client.
//! Never: a decision, that is the visit's; a secret in the URL, it is in the first message.

mod bucket;
mod closing;
mod hello;
mod origin;
mod parse;
mod talk;
#[cfg(test)]
#[expect(clippy::wildcard_enum_match_arm, reason = "a test looks for one message among all")]
mod tests;

pub use closing::Closing;
pub use talk::{BAD_MESSAGES_MAX, EXCESS_MAX};

use crate::AppState;
use crate::hub::Hub;
use crate::problem::{self, Kind, Rejection};
use crate::store::Store;
use axum::Router;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::{FromRef, State};
use axum::http::header::{HOST, HeaderName, ORIGIN, SEC_WEBSOCKET_PROTOCOL};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use bedside_signaling_api::socket::{MESSAGE_BYTES_MAX, SUBPROTOCOL};
use std::sync::Arc;
use tokio::sync::watch;

/// Longest message read at all. What is over `MESSAGE_BYTES_MAX` but under this is answered
/// with a reason; what is over this ends the connection.
const MESSAGE_BYTES_READ: usize = 4 * MESSAGE_BYTES_MAX;

/// What a socket needs of the service.
#[derive(Debug, Clone)]
pub struct Desk {
    /// To look sessions up.
    pub store: Store,
    /// To reach the visits.
    pub hub: Hub,
    /// Becomes true when the service stops.
    pub stopping: watch::Receiver<bool>,
    /// Where people's browsers find this server.
    pub public_url: Arc<str>,
}

impl FromRef<AppState> for Desk {
    fn from_ref(state: &AppState) -> Self {
        Self {
            store: state.store.clone(),
            hub: state.hub.clone(),
            stopping: state.stopping.clone(),
            public_url: state.links.public_url().into(),
        }
    }
}

/// The WebSocket's route. HTTP/2 opens a socket with CONNECT, hence any method.
pub fn routes<S>() -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    Desk: FromRef<S>,
{
    Router::new().route("/v1/socket", any(open))
}

async fn open(
    State(desk): State<Desk>,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Response {
    let upgrade = match upgrade {
        Ok(upgrade) => upgrade,
        Err(refused) => return problem::untyped(refused.status(), Some(refused.body_text())),
    };
    let header =
        |name: HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or("not readable"));
    if !origin::is_ours(header(ORIGIN), header(HOST), &desk.public_url) {
        let detail = "Pages of this origin may not open a socket here.".to_owned();
        return problem::untyped(StatusCode::FORBIDDEN, Some(detail));
    }
    let offered = header(SEC_WEBSOCKET_PROTOCOL).unwrap_or_default();
    if !offered.split(',').any(|name| name.trim() == SUBPROTOCOL) {
        return Rejection::new(Kind::InvalidHeader)
            .detail(format!("`Sec-WebSocket-Protocol` has to offer `{SUBPROTOCOL}`."))
            .into_response();
    }
    upgrade
        .protocols([SUBPROTOCOL])
        .max_message_size(MESSAGE_BYTES_READ)
        .max_frame_size(MESSAGE_BYTES_READ)
        .on_upgrade(move |socket| talk::talk(socket, desk))
}
