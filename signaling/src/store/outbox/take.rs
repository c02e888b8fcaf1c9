//! Deliveries taken to be sent, and what became of them.
//!
//! In: which endpoint has room for how many. Out: messages that nobody else sends meanwhile;
//! then their result, and the next of the lane in its place.
//! Never: a delivery that is lost with whoever took it: after a while it is anybody's again.

use super::super::db::{Tx, in_tx, on_db, rows};
use super::endpoints::{EndpointRow, endpoint};
use super::{DeliveryState, WebhookState, lock, promote, row};
use crate::Fault;
use crate::store::Store;
use bedside_signaling_api::webhook::Attempt;
use jiff::Timestamp;
use uuid::Uuid;

/// Most attempts that are kept of a delivery; the oldest go. A replay counts from the start, so
/// one that is replayed again and again would grow without end.
const ATTEMPTS_KEPT: usize = 20;

/// A delivery that is ours to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// Where to.
    pub endpoint: EndpointRow,
    /// Which message.
    pub message: Uuid,
    /// What it keeps order with.
    pub lane: Uuid,
    /// What is sent, byte for byte.
    pub body: String,
    /// When it happened, was last asked for again, or its endpoint was last enabled: the latest.
    pub since: Timestamp,
    /// How often it was tried.
    pub tries: u32,
    /// The attempts so far.
    pub attempts: Vec<Attempt>,
    /// Until when it is ours.
    pub until: Timestamp,
}

/// What became of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settled {
    /// The receiver has it.
    Delivered,
    /// It is tried again at that time.
    Later(Timestamp),
    /// It is not tried again.
    GivenUp,
    /// The receiver wants nothing more; this one waits until somebody enables it.
    Gone,
}

/// What waits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Backlog {
    /// How many deliveries.
    pub deliveries: u64,
    /// When what the oldest of them tells of happened.
    pub oldest: Option<Timestamp>,
}

/// A row of `webhook_delivery`, as either engine gives it.
#[derive(sqlx::FromRow)]
struct Columns {
    message: Uuid,
    lane: Uuid,
    at: i64,
    since: i64,
    tries: i64,
    attempts: String,
}

impl Store {
    /// Gives back what an earlier start of this node had taken and not settled; and what is due
    /// after `latest`, which a clock that was wrong has put there.
    pub async fn release_webhooks(
        &self,
        (now, latest): (Timestamp, Timestamp),
    ) -> Result<u64, Fault> {
        on_db!(&self.db, c => {
            sqlx::query(
                "UPDATE webhook_delivery SET taken_by = NULL, due_at = $2
                 WHERE state = 'pending' AND (taken_by = $1 OR due_at > $3)",
            )
            .bind(self.node.id)
            .bind(row::millis(now))
            .bind(row::millis(latest))
            .execute(c)
            .await
            .map(rows)
        })
        .map_err(Fault::database("give messages back"))
    }

    /// The endpoints that something is to be sent to, each with the next time.
    pub async fn webhooks_due(&self) -> Result<Vec<(Uuid, Timestamp)>, Fault> {
        let found: Vec<(Uuid, Option<i64>)> = on_db!(&self.db, c => {
            sqlx::query_as(
                "SELECT e.id, (SELECT MIN(d.due_at) FROM webhook_delivery d
                               WHERE d.endpoint = e.id AND d.state = 'pending')
                 FROM webhook_endpoint e WHERE e.state = 'enabled'",
            )
            .fetch_all(c)
            .await
        })
        .map_err(Fault::database("see what is to be sent"))?;
        let due = found.into_iter().filter_map(|(id, due)| Some((id, due?)));
        due.map(|(id, due)| Ok((id, row::instant(due)?))).collect()
    }

    /// Takes deliveries to one endpoint, at most `count`; they are ours until `until`.
    pub async fn take_webhooks(
        &self,
        id: Uuid,
        count: usize,
        (now, until): (Timestamp, Timestamp),
    ) -> Result<Vec<Taken>, Fault> {
        const OPERATION: &str = "take messages to be sent";
        let mut tx = self.begin_write(OPERATION).await?;
        let endpoint = endpoint(&mut tx, id).await?;
        let Some(endpoint) = endpoint.filter(|row| row.state == WebhookState::Enabled) else {
            return Ok(Vec::new());
        };
        let found = due(&mut tx, id, (now, count)).await?;
        let mut taken = Vec::with_capacity(found.len());
        for columns in found {
            taken.push(take(&mut tx, (self.node.id, &endpoint), columns, until).await?);
        }
        tx.commit().await.map_err(Fault::database(OPERATION))?;
        Ok(taken)
    }

    /// Writes what became of an attempt; false when the delivery was not ours any more.
    pub async fn settle_webhook(
        &self,
        taken: &Taken,
        settled: Settled,
        (attempt, now): (Attempt, Timestamp),
    ) -> Result<bool, Fault> {
        const OPERATION: &str = "write what became of a message";
        let mut tx = self.begin_write(OPERATION).await?;
        lock(&mut tx, taken.lane).await?;
        let attempts = attempts(&taken.attempts, attempt)?;
        if !write(&mut tx, (self.node.id, taken), (settled, attempts), now).await? {
            return Ok(false);
        }
        let lane = (taken.endpoint.id, taken.lane);
        match settled {
            Settled::Later(_) => give_way(&mut tx, taken, now).await?,
            Settled::Gone => {
                give_way(&mut tx, taken, now).await?;
                gone(&mut tx, &taken.endpoint).await?;
            }
            Settled::Delivered => {
                failing(&mut tx, taken.endpoint.id, None).await?;
                promote(&mut tx, lane, now).await?;
            }
            Settled::GivenUp => {
                failing(&mut tx, taken.endpoint.id, Some(now)).await?;
                promote(&mut tx, lane, now).await?;
            }
        }
        tx.commit().await.map_err(Fault::database(OPERATION))?;
        Ok(true)
    }

    /// What waits to be sent.
    pub async fn webhook_backlog(&self) -> Result<Backlog, Fault> {
        let (count, oldest): (i64, Option<i64>) = on_db!(&self.db, c => {
            sqlx::query_as(
                "SELECT COUNT(*), MIN(d.at) FROM webhook_endpoint e
                 JOIN webhook_delivery d
                   ON d.endpoint = e.id AND d.state IN ('pending', 'queued')
                 WHERE e.state = 'enabled'",
            )
            .fetch_one(c)
            .await
        })
        .map_err(Fault::database("count what waits to be sent"))?;
        Ok(Backlog {
            deliveries: row::count(count)?,
            oldest: oldest.map(row::instant).transpose()?,
        })
    }
}

async fn due(
    tx: &mut Tx,
    endpoint: Uuid,
    (now, count): (Timestamp, usize),
) -> Result<Vec<Columns>, Fault> {
    let text = format!(
        "SELECT message, lane, at, since, tries, attempts FROM webhook_delivery
         WHERE endpoint = $1 AND state = 'pending' AND due_at <= $2
         ORDER BY due_at, message LIMIT $3{}",
        tx.skip_locked()
    );
    let text = sqlx::AssertSqlSafe(text);
    in_tx!(tx, c => {
        sqlx::query_as(text)
            .bind(endpoint)
            .bind(row::millis(now))
            .bind(i64::try_from(count).unwrap_or(i64::MAX))
            .fetch_all(c)
            .await
    })
    .map_err(Fault::database("find messages to be sent"))
}

async fn take(
    tx: &mut Tx,
    (node, endpoint): (Uuid, &EndpointRow),
    found: Columns,
    until: Timestamp,
) -> Result<Taken, Fault> {
    const OPERATION: &str = "take a message to be sent";
    in_tx!(tx, c => {
        sqlx::query(
            "UPDATE webhook_delivery SET taken_by = $3, due_at = $4
             WHERE endpoint = $1 AND message = $2",
        )
        .bind(endpoint.id)
        .bind(found.message)
        .bind(node)
        .bind(row::millis(until))
        .execute(c)
        .await
        .map(rows)
    })
    .map_err(Fault::database(OPERATION))?;
    let body: String = in_tx!(tx, c => {
        sqlx::query_scalar("SELECT body FROM webhook_message WHERE id = $1")
            .bind(found.message)
            .fetch_one(c)
            .await
    })
    .map_err(Fault::database(OPERATION))?;
    Ok(Taken {
        endpoint: endpoint.clone(),
        message: found.message,
        lane: found.lane,
        body,
        since: row::instant(found.at.max(found.since))?.max(endpoint.since),
        tries: u32::try_from(found.tries).map_err(Fault::stored("count"))?,
        attempts: serde_json::from_str(&found.attempts).map_err(Fault::stored("attempt"))?,
        until,
    })
}

/// The attempts with the newest, as kept.
fn attempts(before: &[Attempt], newest: Attempt) -> Result<String, Fault> {
    let mut all = before.to_vec();
    all.push(newest);
    let kept = all.split_off(all.len().saturating_sub(ATTEMPTS_KEPT));
    serde_json::to_string(&kept).map_err(Fault::stored("attempt"))
}

/// Whether it was still ours to write.
async fn write(
    tx: &mut Tx,
    (node, taken): (Uuid, &Taken),
    (settled, attempts): (Settled, String),
    now: Timestamp,
) -> Result<bool, Fault> {
    let tried = taken.tries.saturating_add(1);
    let (state, tries, due_at) = match settled {
        Settled::Delivered => (DeliveryState::Delivered, tried, None),
        Settled::GivenUp => (DeliveryState::GivenUp, tried, None),
        Settled::Later(at) => (DeliveryState::Pending, tried, Some(at)),
        Settled::Gone => (DeliveryState::Pending, 0, Some(now)),
    };
    let written = in_tx!(tx, c => {
        sqlx::query(
            "UPDATE webhook_delivery
             SET state = $5, tries = $6, due_at = $7, attempts = $8, taken_by = NULL
             WHERE endpoint = $1 AND message = $2 AND taken_by = $3 AND due_at = $4",
        )
        .bind(taken.endpoint.id)
        .bind(taken.message)
        .bind(node)
        .bind(row::millis(taken.until))
        .bind(state.name())
        .bind(i64::from(tries))
        .bind(due_at.map(row::millis))
        .bind(attempts)
        .execute(c)
        .await
        .map(rows)
    })
    .map_err(Fault::database("write what became of a message"))?;
    Ok(written == 1)
}

/// Puts what is to be tried again behind what was asked for meanwhile and comes before it.
async fn give_way(tx: &mut Tx, taken: &Taken, now: Timestamp) -> Result<(), Fault> {
    in_tx!(&mut *tx, c => {
        sqlx::query(
            "UPDATE webhook_delivery SET state = 'queued', due_at = NULL
             WHERE endpoint = $1 AND message = $2
               AND EXISTS (SELECT 1 FROM webhook_delivery earlier
                           WHERE earlier.endpoint = $1 AND earlier.lane = $3
                             AND earlier.state = 'queued' AND earlier.seq < webhook_delivery.seq)",
        )
        .bind(taken.endpoint.id)
        .bind(taken.message)
        .bind(taken.lane)
        .execute(c)
        .await
        .map(rows)
    })
    .map_err(Fault::database("put a message behind another"))?;
    promote(tx, (taken.endpoint.id, taken.lane), now).await
}

/// Marks an endpoint as failing since the first message it lost, or as well again.
async fn failing(tx: &mut Tx, endpoint: Uuid, since: Option<Timestamp>) -> Result<(), Fault> {
    let text = match since {
        Some(_) => {
            "UPDATE webhook_endpoint SET failing_since = $2
             WHERE id = $1 AND failing_since IS NULL"
        }
        None => {
            "UPDATE webhook_endpoint SET failing_since = $2
             WHERE id = $1 AND failing_since IS NOT NULL"
        }
    };
    in_tx!(tx, c => {
        sqlx::query(text).bind(endpoint).bind(since.map(row::millis)).execute(c).await.map(rows)
    })
    .map_err(Fault::database("mark a webhook"))?;
    Ok(())
}

/// Sends nothing more to it, unless it was moved while the answer was on its way.
async fn gone(tx: &mut Tx, endpoint: &EndpointRow) -> Result<(), Fault> {
    in_tx!(tx, c => {
        sqlx::query(
            "UPDATE webhook_endpoint SET state = 'gone'
             WHERE id = $1 AND url = $2 AND state = 'enabled'",
        )
        .bind(endpoint.id)
        .bind(&endpoint.url)
        .execute(c)
        .await
        .map(rows)
    })
    .map_err(Fault::database("mark a webhook"))?;
    Ok(())
}
