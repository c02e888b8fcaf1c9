//! Which node may write, which of its starts, and for how long after it was last heard of.
//!
//! In: this node's id. Out: its incarnation at start, and an epoch for each visit it claims.
//! Never: two owners of one visit in one epoch; an epoch that goes back; a node's own clock,
//! which may be wrong: leases go by the database's.

use super::db::{Db, on_db, rows};
use super::{Store, row};
use crate::Fault;
use jiff::Timestamp;
use sqlx::AssertSqlSafe;
use std::time::Duration;
use tokio::time::MissedTickBehavior;
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

/// How often a node says that it is alive. One row a node, however many visits it has.
const BEAT: Duration = Duration::from_secs(2);
/// How long a node that is silent keeps its visits. Shorter lets others take over sooner after
/// a sudden death; longer rides out a longer pause of the database. Three beats.
pub(crate) const LEASE: Duration = Duration::from_secs(6);

/// Whether a node is to write a visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Claim {
    /// It is: nobody else does, from this epoch on.
    Ours(Epoch),
    /// It is not: another node does, and is alive.
    Elsewhere,
}

/// Takes the next incarnation of `id`.
pub(super) async fn start(db: &Db, id: Uuid, now: Timestamp) -> Result<Node, Fault> {
    let text = format!(
        "INSERT INTO node_lease (id, incarnation, started_at, expires_at)
         VALUES ($1, 1, $2, {clock} + $3)
         ON CONFLICT (id) DO UPDATE SET incarnation = node_lease.incarnation + 1,
           started_at = excluded.started_at, expires_at = excluded.expires_at
         RETURNING incarnation",
        clock = db.clock()
    );
    let text = AssertSqlSafe(text);
    let incarnation = on_db!(db, c => {
        sqlx::query_scalar(text)
            .bind(id)
            .bind(row::millis(now))
            .bind(lease())
            .fetch_one(c)
            .await
    })
    .map_err(Fault::database("count this start of the node"))?;
    Ok(Node { id, incarnation })
}

/// Gives up whatever the node owns: another may have it at once.
pub(super) async fn end(db: &Db, node: Node) -> Result<(), Fault> {
    on_db!(db, c => {
        sqlx::query("UPDATE node_lease SET expires_at = 0 WHERE id = $1 AND incarnation = $2")
            .bind(node.id)
            .bind(node.incarnation)
            .execute(c)
            .await
            .map(rows)
    })
    .map_err(Fault::database("end the node's lease"))?;
    Ok(())
}

/// The length of a lease in the unit of the database's clock.
fn lease() -> i64 {
    i64::try_from(LEASE.as_millis()).unwrap_or(i64::MAX)
}

impl Store {
    /// Says that this node is alive, now and from time to time, until it is dropped or a newer
    /// start of the node has taken over. A database that is away is waited for.
    ///
    /// A lease that has lapsed is simply taken up again: what others claimed meanwhile has a
    /// newer epoch, and the rest is still this node's.
    pub async fn hold_lease(self) {
        let mut beats = tokio::time::interval(BEAT);
        beats.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            beats.tick().await;
            // A connection that has died in silence must not silence the node for good.
            match tokio::time::timeout(BEAT, self.beat()).await {
                Ok(Ok(())) => {}
                Ok(Err(Fault::Fenced)) => {
                    tracing::error!("another process has taken over this node's visits");
                    return;
                }
                Ok(Err(fault)) => {
                    let fault: &dyn std::error::Error = &fault;
                    tracing::warn!(fault, "the node's lease could not be renewed");
                }
                Err(_elapsed) => tracing::warn!("the database is slow to renew the node's lease"),
            }
        }
    }

    /// Renews the lease of this start of the node.
    pub(super) async fn beat(&self) -> Result<(), Fault> {
        let text = format!(
            "UPDATE node_lease SET expires_at = {} + $3 WHERE id = $1 AND incarnation = $2",
            self.db.clock()
        );
        let text = AssertSqlSafe(text);
        let renewed = on_db!(&self.db, c => {
            sqlx::query(text)
                .bind(self.node.id)
                .bind(self.node.incarnation)
                .bind(lease())
                .execute(c)
                .await
                .map(rows)
        })
        .map_err(Fault::database("renew the node's lease"))?;
        if renewed == 1 { Ok(()) } else { Err(Fault::Fenced) }
    }

    /// Makes this start of this node the one writer of `visit`, in a new epoch, unless another
    /// node is and lives. Only the newest start of a node may claim; an older one gets
    /// `Fault::Fenced`.
    pub async fn claim_visit(&self, visit: Uuid) -> Result<Claim, Fault> {
        const OPERATION: &str = "claim a visit";
        let text = format!(
            "INSERT INTO room_owner (visit, node, incarnation, epoch)
             SELECT $1, l.id, l.incarnation, 1 FROM node_lease l
             WHERE l.id = $2 AND l.incarnation = $3
             ON CONFLICT (visit) DO UPDATE
             SET node = excluded.node, incarnation = excluded.incarnation,
                 epoch = room_owner.epoch + 1
             WHERE room_owner.node = excluded.node OR NOT EXISTS
               (SELECT 1 FROM node_lease h WHERE h.id = room_owner.node
                AND h.incarnation = room_owner.incarnation AND h.expires_at > {})
             RETURNING epoch",
            self.db.clock()
        );
        let text = AssertSqlSafe(text);
        let epoch: Option<i64> = on_db!(&self.db, c => {
            sqlx::query_scalar(text)
                .bind(visit)
                .bind(self.node.id)
                .bind(self.node.incarnation)
                .fetch_optional(c)
                .await
        })
        .map_err(Fault::database(OPERATION))?;
        if let Some(epoch) = epoch {
            return Ok(Claim::Ours(Epoch(row::count(epoch)?)));
        }
        let newest: Option<i64> = on_db!(&self.db, c => {
            sqlx::query_scalar("SELECT incarnation FROM node_lease WHERE id = $1")
                .bind(self.node.id)
                .fetch_optional(c)
                .await
        })
        .map_err(Fault::database(OPERATION))?;
        if newest == Some(self.node.incarnation) {
            Ok(Claim::Elsewhere)
        } else {
            Err(Fault::Fenced)
        }
    }

    /// Whether this start of this node still owns a visit in that epoch.
    pub async fn owns_visit(&self, visit: Uuid, epoch: Epoch) -> Result<bool, Fault> {
        let owned: Option<i64> = on_db!(&self.db, c => {
            sqlx::query_scalar(
                "SELECT epoch FROM room_owner
                 WHERE visit = $1 AND node = $2 AND incarnation = $3 AND epoch = $4",
            )
            .bind(visit)
            .bind(self.node.id)
            .bind(self.node.incarnation)
            .bind(epoch.kept()?)
            .fetch_optional(c)
            .await
        })
        .map_err(Fault::database("look a visit's owner up"))?;
        Ok(owned.is_some())
    }

    /// Gives a visit up that this node owns in that epoch, so that any node may claim it.
    pub async fn release_visit(&self, visit: Uuid, epoch: Epoch) -> Result<(), Fault> {
        // The row stays, since it counts the epochs; no start of a node has number zero.
        on_db!(&self.db, c => {
            sqlx::query(
                "UPDATE room_owner SET incarnation = 0
                 WHERE visit = $1 AND node = $2 AND incarnation = $3 AND epoch = $4",
            )
            .bind(visit)
            .bind(self.node.id)
            .bind(self.node.incarnation)
            .bind(epoch.kept()?)
            .execute(c)
            .await
            .map(rows)
        })
        .map_err(Fault::database("give a visit up"))?;
        Ok(())
    }
}
