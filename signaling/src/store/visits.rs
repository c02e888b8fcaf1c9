//! Visits: the row that says where each stands, and the log of what happened in it.
//!
//! In: a new visit; events decided by its one writer. Out: visits as stored.
//! Never: an event out of order, or from a writer that has lost the visit (two doors: the
//! version, and the owner's epoch).

use super::db::{Tx, in_tx, rows};
use super::lease::Node;
use super::{Epoch, Store, quality, row};
use crate::Fault;
use crate::visit::VisitEvent;
use bedside_signaling_api::visit::VisitState;
use jiff::Timestamp;
use uuid::Uuid;

mod create;
mod read;

pub use create::{Created, NewVisitRow};
pub use read::{ParticipantRow, StoredVisit, VisitRow};

/// Events to be added to a visit's log by its owner.
#[derive(Debug, Clone, Copy)]
pub struct VisitWrite<'a> {
    /// The visit.
    pub visit: Uuid,
    /// How many events the log held when these were decided.
    pub version: u64,
    /// The owner's epoch, from `claim_visit`.
    pub epoch: Epoch,
    /// When they were decided.
    pub at: Timestamp,
    /// What happened.
    pub events: &'a [VisitEvent],
    /// Where the visit stands afterwards.
    pub state: VisitState,
    /// The visit's quality record, where it is to be stored with the events.
    pub quality: Option<&'a str>,
}

/// What became of a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Append {
    /// It is on the disk; the log now holds this many events.
    Appended {
        /// How many.
        version: u64,
    },
    /// The log has grown since; read it again and decide again.
    Conflict,
    /// Somebody else owns the visit now; stop writing.
    Fenced,
}

impl Store {
    /// Adds events to the log: all of them or none.
    pub async fn append(&self, write: VisitWrite<'_>) -> Result<Append, Fault> {
        const OPERATION: &str = "add events to a visit";
        let mut tx = self.begin_write(OPERATION).await?;
        if !owns(&mut tx, self.node, (write.visit, write.epoch)).await? {
            return Ok(Append::Fenced);
        }
        let added = u64::try_from(write.events.len()).map_err(Fault::stored("count"))?;
        let version = write.version.saturating_add(added);
        let moved = in_tx!(&mut tx, c => {
            sqlx::query(
                "UPDATE visit SET version = $3, state = $4 WHERE id = $1 AND version = $2",
            )
            .bind(write.visit)
            .bind(row::kept(write.version)?)
            .bind(row::kept(version)?)
            .bind(write.state.name())
            .execute(c)
            .await
            .map(rows)
        })
        .map_err(Fault::database(OPERATION))?;
        if moved != 1 {
            return Ok(Append::Conflict);
        }
        log(&mut tx, &write).await?;
        if let Some(body) = write.quality {
            quality::keep(&mut tx, (write.visit, write.at), body).await?;
        }
        tx.commit().await.map_err(Fault::database(OPERATION))?;
        self.tally.add(write.events);
        Ok(Append::Appended { version })
    }
}

/// Whether this start of this node is the visit's owner in that epoch. Where it is, nobody
/// else becomes the owner before the transaction ends.
pub(super) async fn owns(
    tx: &mut Tx,
    node: Node,
    (visit, epoch): (Uuid, Epoch),
) -> Result<bool, Fault> {
    let text = format!(
        "SELECT o.epoch FROM room_owner o
         WHERE o.visit = $1 AND o.node = $2 AND o.incarnation = $3 AND o.epoch = $4
           AND EXISTS (SELECT 1 FROM node_lease l
                       WHERE l.id = o.node AND l.incarnation = o.incarnation){}",
        tx.for_update()
    );
    let text = sqlx::AssertSqlSafe(text);
    let owner: Option<i64> = in_tx!(tx, c => {
        sqlx::query_scalar(text)
            .bind(visit)
            .bind(node.id)
            .bind(node.incarnation)
            .bind(epoch.kept()?)
            .fetch_optional(c)
            .await
    })
    .map_err(Fault::database("check the owner of a visit"))?;
    Ok(owner.is_some())
}

/// Writes the events behind the ones already there.
async fn log(tx: &mut Tx, write: &VisitWrite<'_>) -> Result<(), Fault> {
    for (seq, event) in (write.version.saturating_add(1)..).zip(write.events) {
        add_event(tx, (write.visit, row::kept(seq)?), write.at, event).await?;
    }
    Ok(())
}

/// Writes one event at its place in the log.
async fn add_event(
    tx: &mut Tx,
    (visit, seq): (Uuid, i64),
    at: Timestamp,
    event: &VisitEvent,
) -> Result<(), Fault> {
    let body = serde_json::to_string(event).map_err(Fault::stored("event"))?;
    in_tx!(tx, c => {
        sqlx::query("INSERT INTO event (visit, seq, at, body) VALUES ($1, $2, $3, $4)")
            .bind(visit)
            .bind(seq)
            .bind(row::millis(at))
            .bind(body)
            .execute(c)
            .await
            .map(rows)
    })
    .map_err(Fault::database("add an event"))?;
    Ok(())
}
