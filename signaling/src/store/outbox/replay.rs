//! Messages sent again because somebody asks for it.
//!
//! In: an endpoint, and which messages. Out: deliveries in the order of their visits, as if they
//! had not been sent before; the ids are the same, so that a receiver knows them again.
//! Never: a message that is on its way at this moment sent beside itself.

use super::super::db::{Tx, in_tx, on_db, rows};
use super::endpoints::EndpointRow;
use super::{WebhookType, lock, promote, row};
use crate::Fault;
use crate::store::Store;
use bedside_signaling_api::webhook::{REPLAY_MAX, Replayed};
use jiff::Timestamp;
use std::collections::BTreeMap;
use uuid::Uuid;

/// Which messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReplayOf {
    /// One.
    Message(Uuid),
    /// Those from that moment on; of one visit, or of all.
    Since(Timestamp, Option<Uuid>),
}

/// A row of `webhook_message`, as either engine gives it.
#[derive(sqlx::FromRow)]
struct Columns {
    id: Uuid,
    visit: Option<Uuid>,
    seq: i64,
    kind: String,
    at: i64,
}

impl Store {
    /// Queues messages of the endpoint's tenant to it, for a second time or the first.
    pub async fn replay_webhook(
        &self,
        to: &EndpointRow,
        which: ReplayOf,
        now: Timestamp,
    ) -> Result<Replayed, Fault> {
        let mut found = match which {
            ReplayOf::Message(id) => self.message(&to.tenant, id).await?,
            ReplayOf::Since(since, visit) => self.messages(&to.tenant, since, visit).await?,
        };
        let mut next_since = None;
        if found.len() > usize::from(REPLAY_MAX) {
            next_since = found.pop().map(|last| row::instant(last.at)).transpose()?;
        }
        let asked_for = |kind: &str| {
            matches!(which, ReplayOf::Message(_))
                || to.types.is_empty()
                || to.types.iter().map(|kind| kind.name()).any(|name| name == kind)
        };
        found.retain(|message| asked_for(&message.kind));
        let messages = u32::try_from(found.len()).map_err(Fault::stored("count"))?;
        let mut messages_by_lane: BTreeMap<Uuid, Vec<Columns>> = BTreeMap::new();
        for message in found {
            let lane = message.visit.unwrap_or(message.id);
            messages_by_lane.entry(lane).or_default().push(message);
        }
        for (lane, messages) in messages_by_lane {
            self.replay_lane((to.id, lane), &messages, now).await?;
        }
        self.outbox.notify_one();
        Ok(Replayed { messages, next_since })
    }

    async fn message(&self, tenant: &str, id: Uuid) -> Result<Vec<Columns>, Fault> {
        on_db!(&self.db, c => {
            sqlx::query_as(
                "SELECT id, visit, seq, type AS kind, at FROM webhook_message
                 WHERE tenant = $1 AND id = $2",
            )
            .bind(tenant)
            .bind(id)
            .fetch_all(c)
            .await
        })
        .map_err(Fault::database("find a message"))
    }

    /// One more than a replay sends, to know whether there are more.
    async fn messages(
        &self,
        tenant: &str,
        since: Timestamp,
        visit: Option<Uuid>,
    ) -> Result<Vec<Columns>, Fault> {
        let text = match visit {
            Some(_) => {
                "SELECT id, visit, seq, type AS kind, at FROM webhook_message
                 WHERE tenant = $1 AND at >= $2 AND visit = $5 AND type <> $3
                 ORDER BY at, id LIMIT $4"
            }
            // Those of no visit are tests, which nobody wants again.
            None => {
                "SELECT id, visit, seq, type AS kind, at FROM webhook_message
                 WHERE tenant = $1 AND at >= $2 AND visit IS NOT NULL AND type <> $3
                 ORDER BY at, id LIMIT $4"
            }
        };
        on_db!(&self.db, c => {
            let query = sqlx::query_as(text)
                .bind(tenant)
                .bind(row::millis(since))
                .bind(WebhookType::Ping.name())
                .bind(i64::from(REPLAY_MAX).saturating_add(1));
            let query = if let Some(visit) = visit { query.bind(visit) } else { query };
            query.fetch_all(c).await
        })
        .map_err(Fault::database("find messages"))
    }

    /// One visit's, as one.
    async fn replay_lane(
        &self,
        lane: (Uuid, Uuid),
        messages: &[Columns],
        now: Timestamp,
    ) -> Result<(), Fault> {
        const OPERATION: &str = "queue messages again";
        let mut tx = self.begin_write(OPERATION).await?;
        lock(&mut tx, lane.1).await?;
        for message in messages {
            again(&mut tx, lane, message, now).await?;
        }
        // What waits for its next attempt gives way to what comes before it.
        in_tx!(&mut tx, c => {
            sqlx::query(
                "UPDATE webhook_delivery SET state = 'queued', due_at = NULL
                 WHERE endpoint = $1 AND lane = $2 AND state = 'pending' AND taken_by IS NULL",
            )
            .bind(lane.0)
            .bind(lane.1)
            .execute(c)
            .await
            .map(rows)
        })
        .map_err(Fault::database(OPERATION))?;
        promote(&mut tx, lane, now).await?;
        tx.commit().await.map_err(Fault::database(OPERATION))
    }
}

async fn again(
    tx: &mut Tx,
    (endpoint, lane): (Uuid, Uuid),
    message: &Columns,
    now: Timestamp,
) -> Result<(), Fault> {
    in_tx!(tx, c => {
        sqlx::query(
            "INSERT INTO webhook_delivery
               (endpoint, message, lane, seq, at, since, state, tries, attempts)
             VALUES ($1, $2, $3, $4, $5, $6, 'queued', 0, '[]')
             ON CONFLICT (endpoint, message) DO UPDATE
             SET state = 'queued', tries = 0, due_at = NULL, since = $6
             WHERE webhook_delivery.taken_by IS NULL",
        )
        .bind(endpoint)
        .bind(message.id)
        .bind(lane)
        .bind(message.seq)
        .bind(message.at)
        .bind(row::millis(now))
        .execute(c)
        .await
        .map(rows)
    })
    .map_err(Fault::database("queue a message again"))?;
    Ok(())
}
