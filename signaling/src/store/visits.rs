//! Visits: the row that says where each stands, and the log of what happened in it.
//!
//! In: a new visit; events decided by its one writer. Out: visits as stored.
//! Never: an event out of order, or from a writer that has lost the visit (two doors: the
//! version, and the owner's epoch).

use super::db::{Tx, in_tx, rows};
use super::lease::Node;
use super::{Epoch, Store, quality, recordings, row};
use crate::Fault;
use crate::store::happened::{Actor, Happened};
use crate::visit::{Projection, VisitEvent};
use jiff::Timestamp;
use uuid::Uuid;

mod create;
pub(super) mod party;
mod people;
mod read;

pub(in crate::store) use create::add;
pub use create::{Created, NewVisitRow};
pub use read::{Finding, ParticipantRow, StoredVisit, VisitRow};

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
    /// Who brought it about.
    pub actor: &'a Actor,
    /// What of the visit is kept in columns, as it stands afterwards.
    pub after: Projection<'a>,
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
        if !project(&mut tx, (write.visit, write.at), (write.version, version), &write.after)
            .await?
        {
            return Ok(Append::Conflict);
        }
        log(&mut tx, &write).await?;
        people::note(&mut tx, write.visit, write.events).await?;
        let (tenant, partners) = party::of(&mut tx, write.visit).await?;
        let happened = Happened {
            tenant: &tenant,
            partners: &partners,
            visit: write.visit,
            at: write.at,
            first_seq: write.version.saturating_add(1),
            events: write.events,
            actor: write.actor,
        };
        happened.note(&mut tx, &self.audit).await?;
        recordings::note(&mut tx, (self.node.id, &happened), &write.after).await?;
        if let Some(body) = write.quality {
            quality::keep(&mut tx, (write.visit, write.at), body).await?;
        }
        tx.commit().await.map_err(Fault::database(OPERATION))?;
        self.tally.add(write.events);
        self.outbox.notify_one();
        Ok(Append::Appended { version })
    }
}

/// Moves the visit's row on; false when the log has grown since.
async fn project(
    tx: &mut Tx,
    (visit, at): (Uuid, Timestamp),
    (before, version): (u64, u64),
    after: &Projection<'_>,
) -> Result<bool, Fault> {
    let recording = after.recording.as_ref().map(serde_json::to_string);
    let recording = recording.transpose().map_err(Fault::stored("recording"))?;
    let moved = in_tx!(tx, c => {
        sqlx::query(
            "UPDATE visit SET version = $3, state = $4, starts_at = $5, duration_minutes = $6,
               moves = $7, wakes_at = $8, waiting_since = $9, waiting_lost_at = $10,
               erase_at = $13, recording = $14, is_recorded = $15, queue = $16,
               seen_since = CASE WHEN $11 = 0 THEN NULL ELSE COALESCE(seen_since, $12) END
             WHERE id = $1 AND version = $2",
        )
        .bind(visit)
        .bind(row::kept(before)?)
        .bind(row::kept(version)?)
        .bind(after.state.name())
        .bind(row::millis(after.starts_at))
        .bind(i64::from(after.duration_minutes))
        .bind(i64::from(after.moves))
        .bind(after.wakes_at.map(row::millis))
        .bind(after.waiting_since.map(row::millis))
        .bind(after.waiting_lost_at.map(row::millis))
        .bind(i64::from(after.is_seen))
        .bind(row::millis(at))
        .bind(after.erase_at.map(row::millis))
        .bind(recording)
        .bind(i64::from(after.is_recorded))
        .bind(after.queue)
        .execute(c)
        .await
        .map(rows)
    })
    .map_err(Fault::database("move a visit on"))?;
    Ok(moved == 1)
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
