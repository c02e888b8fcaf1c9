//! A device's session: what a redeemed link is exchanged for.
//!
//! In: a token from the first message of a WebSocket. Out: whose it is.
//! Never: the token in the store or the log; only its hash is kept.

use crate::Fault;
use crate::secret;
use crate::store::{SessionRow, Store};
use jiff::Timestamp;

/// Longest token looked at. Ours are 43 characters; anything longer is not one.
const TOKEN_BYTES_MAX: usize = 64;

impl Store {
    /// Opens a session and returns its token.
    pub(crate) async fn open_session(
        &self,
        session: SessionRow,
        now: Timestamp,
    ) -> Result<String, Fault> {
        let token = secret::fresh()?;
        self.create_session(&secret::hash(token.as_bytes()), session, now).await?;
        Ok(token)
    }

    /// Whose session this is; `None` when it is unknown or its link has been voided.
    pub async fn session(&self, token: &str) -> Result<Option<SessionRow>, Fault> {
        if token.len() > TOKEN_BYTES_MAX {
            return Ok(None);
        }
        self.session_by_hash(&secret::hash(token.as_bytes())).await
    }
}
