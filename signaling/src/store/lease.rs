//! Which node may write, and which of its starts.
//!
//! In: this node's id. Out: its incarnation at start, and an epoch for each visit it claims.
//! Never: two owners of one visit in one epoch; an epoch that goes back.

use super::db::{Db, on_db};
use super::{Store, row};
use crate::Fault;
use jiff::Timestamp;
use uuid::Uuid;

/// This node, in this start of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Node {
    /// The same over restarts.
    pub(super) id: Uuid,
    /// Counts the starts.
    pub(super) incarnation: i64,
}

impl Node {
    /// Before its start is counted; no row carries incarnation zero, so it can own nothing.
    pub(super) const fn not_started(id: Uuid) -> Self {
        Self { id, incarnation: 0 }
    }
}

/// Counts the owners of a visit. A write that carries an old epoch is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Epoch(u64);

impl Epoch {
    /// As it is kept.
    pub(super) fn kept(self) -> Result<i64, Fault> {
        row::kept(self.0)
    }
}

/// Takes the next incarnation of `id`.
pub(super) async fn start(db: &Db, id: Uuid, now: Timestamp) -> Result<Node, Fault> {
    let incarnation = on_db!(db, c => {
        sqlx::query_scalar(
            "INSERT INTO node_lease (id, incarnation, started_at) VALUES ($1, 1, $2)
             ON CONFLICT (id) DO UPDATE
             SET incarnation = node_lease.incarnation + 1, started_at = excluded.started_at
             RETURNING incarnation",
        )
        .bind(id)
        .bind(row::millis(now))
        .fetch_one(c)
        .await
    })
    .map_err(Fault::database("count this start of the node"))?;
    Ok(Node { id, incarnation })
}

impl Store {
    /// Makes this start of this node the one writer of `visit`, in a new epoch. Only the
    /// newest start of a node may claim; an older one gets `Fault::Fenced`.
    pub async fn claim_visit(&self, visit: Uuid) -> Result<Epoch, Fault> {
        let epoch: Option<i64> = on_db!(&self.db, c => {
            sqlx::query_scalar(
                "INSERT INTO room_owner (visit, node, incarnation, epoch)
                 SELECT $1, l.id, l.incarnation, 1 FROM node_lease l
                 WHERE l.id = $2 AND l.incarnation = $3
                 ON CONFLICT (visit) DO UPDATE
                 SET node = excluded.node, incarnation = excluded.incarnation,
                     epoch = room_owner.epoch + 1
                 RETURNING epoch",
            )
            .bind(visit)
            .bind(self.node.id)
            .bind(self.node.incarnation)
            .fetch_optional(c)
            .await
        })
        .map_err(Fault::database("claim a visit"))?;
        let epoch = epoch.ok_or(Fault::Fenced)?;
        Ok(Epoch(row::count(epoch)?))
    }
}
