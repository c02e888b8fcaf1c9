//! What was sent to an endpoint, and how long that is remembered.
//!
//! In: an endpoint, a place in the list. Out: its deliveries, newest message first.
//! Never: the body of a message; something forgotten that still waits to be sent.

use super::super::db::{in_tx, on_db, rows};
use super::{DeliveryState, WebhookType, row};
use crate::Fault;
use crate::store::Store;
use bedside_signaling_api::webhook::Attempt;
use jiff::Timestamp;
use uuid::Uuid;

/// Most messages forgotten in one transaction; more would keep writers waiting.
const FORGET_MAX: i64 = 200;

/// A delivery as kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryRow {
    /// Which message.
    pub message: Uuid,
    /// What it says.
    pub kind: WebhookType,
    /// The visit it is about.
    pub visit: Option<Uuid>,
    /// When it happened.
    pub at: Timestamp,
    /// Where it stands.
    pub state: DeliveryState,
    /// When it is sent next, where it is pending.
    pub due_at: Option<Timestamp>,
    /// The attempts so far.
    pub attempts: Vec<Attempt>,
}

/// A row of `webhook_delivery` with its message, as either engine gives it.
#[derive(sqlx::FromRow)]
struct Columns {
    message: Uuid,
    kind: String,
    visit: Option<Uuid>,
    at: i64,
    state: String,
    due_at: Option<i64>,
    attempts: String,
}

impl TryFrom<Columns> for DeliveryRow {
    type Error = Fault;

    fn try_from(found: Columns) -> Result<Self, Fault> {
        let state = DeliveryState::ALL.into_iter().find(|state| state.name() == found.state);
        Ok(Self {
            message: found.message,
            kind: row::named(WebhookType::named(&found.kind), "webhook type")?,
            visit: found.visit,
            at: row::instant(found.at)?,
            state: row::named(state, "delivery state")?,
            due_at: found.due_at.map(row::instant).transpose()?,
            attempts: serde_json::from_str(&found.attempts).map_err(Fault::stored("attempt"))?,
        })
    }
}

impl Store {
    /// The deliveries to an endpoint of messages with ids under `before`, newest first.
    pub async fn webhook_deliveries(
        &self,
        endpoint: Uuid,
        before: Uuid,
        count: u16,
    ) -> Result<Vec<DeliveryRow>, Fault> {
        let found: Vec<Columns> = on_db!(&self.db, c => {
            sqlx::query_as(
                "SELECT d.message, m.type AS kind, m.visit, d.at, d.state, d.due_at, d.attempts
                 FROM webhook_delivery d JOIN webhook_message m ON m.id = d.message
                 WHERE d.endpoint = $1 AND d.message < $2
                 ORDER BY d.message DESC LIMIT $3",
            )
            .bind(endpoint)
            .bind(before)
            .bind(i64::from(count))
            .fetch_all(c)
            .await
        })
        .map_err(Fault::database("list deliveries"))?;
        found.into_iter().map(DeliveryRow::try_from).collect()
    }

    /// Forgets some of the messages from before `oldest` that nobody is still to be sent; says
    /// whether there may be more.
    pub async fn forget_webhook_messages(&self, oldest: Timestamp) -> Result<bool, Fault> {
        const OPERATION: &str = "forget old messages";
        let mut tx = self.begin_write(OPERATION).await?;
        let old: Vec<(Uuid,)> = in_tx!(&mut tx, c => {
            sqlx::query_as(
                "SELECT m.id FROM webhook_message m
                 WHERE m.at < $1 AND NOT EXISTS (
                   SELECT 1 FROM webhook_delivery d
                   WHERE d.message = m.id AND d.state IN ('pending', 'queued'))
                 ORDER BY m.at LIMIT $2",
            )
            .bind(row::millis(oldest))
            .bind(FORGET_MAX)
            .fetch_all(c)
            .await
        })
        .map_err(Fault::database(OPERATION))?;
        for (id,) in &old {
            for text in [
                "DELETE FROM webhook_delivery WHERE message = $1",
                "DELETE FROM webhook_message WHERE id = $1",
            ] {
                in_tx!(&mut tx, c => sqlx::query(text).bind(id).execute(c).await.map(rows))
                    .map_err(Fault::database(OPERATION))?;
            }
        }
        tx.commit().await.map_err(Fault::database(OPERATION))?;
        Ok(i64::try_from(old.len()).unwrap_or(i64::MAX) == FORGET_MAX)
    }
}
