//! Who waits in a queue: visits of one organisation with somebody in their lobby.
//!
//! In: a queue, or all that are in use. Out: the visits that wait and those under way.
//! Never: a name; a queue is visits and times.

use super::db::on_db;
use super::{Store, row};
use crate::Fault;
use jiff::Timestamp;
use uuid::Uuid;

/// A visit in a queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueRow {
    /// The visit.
    pub visit: Uuid,
    /// Whose.
    pub tenant: String,
    /// Which queue.
    pub queue: String,
    /// It goes before the others.
    pub urgent: bool,
    /// When it is planned to start.
    pub starts_at: Timestamp,
    /// How long it is planned to take, in minutes.
    pub minutes: u16,
    /// Since when somebody waits to be let in.
    pub waiting_since: Option<Timestamp>,
    /// Since when they are gone from the lobby without a word.
    pub lost_at: Option<Timestamp>,
    /// Since when staff and somebody they let in are together.
    pub seen_since: Option<Timestamp>,
}

/// A row of a queue, as either engine gives it.
#[derive(sqlx::FromRow)]
struct Columns {
    id: Uuid,
    tenant: String,
    queue: String,
    urgent: i64,
    starts_at: i64,
    duration_minutes: i64,
    waiting_since: Option<i64>,
    waiting_lost_at: Option<i64>,
    seen_since: Option<i64>,
}

impl Store {
    /// The visits of a tenant's queue in which somebody waits or is being seen.
    pub async fn queue(&self, tenant: &str, queue: &str) -> Result<Vec<QueueRow>, Fault> {
        let found: Vec<Columns> = on_db!(&self.db, c => {
            sqlx::query_as(
                "SELECT id, tenant, queue, urgent, starts_at, duration_minutes, waiting_since,
                   waiting_lost_at, seen_since
                 FROM visit
                 WHERE tenant = $1 AND queue = $2
                   AND state IN ('open', 'live', 'no_show_proposed')
                   AND (waiting_since IS NOT NULL OR seen_since IS NOT NULL)
                 ORDER BY id",
            )
            .bind(tenant)
            .bind(queue)
            .fetch_all(c)
            .await
        })
        .map_err(Fault::database("read a queue"))?;
        found.into_iter().map(queue_row).collect()
    }
}

fn queue_row(found: Columns) -> Result<QueueRow, Fault> {
    Ok(QueueRow {
        visit: found.id,
        tenant: found.tenant,
        queue: found.queue,
        urgent: found.urgent != 0,
        starts_at: row::instant(found.starts_at)?,
        minutes: u16::try_from(found.duration_minutes).map_err(Fault::stored("length"))?,
        waiting_since: found.waiting_since.map(row::instant).transpose()?,
        lost_at: found.waiting_lost_at.map(row::instant).transpose()?,
        seen_since: found.seen_since.map(row::instant).transpose()?,
    })
}
