//! One browser's WebSocket.
//!
//! In: messages of `visit.v1`. Out: the same.
//! Never: a decision; that is the visit's.

use crate::AppState;
use axum::Router;

/// The WebSocket's route.
pub fn routes() -> Router<AppState> {
    Router::new()
}
