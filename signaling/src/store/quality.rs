//! The quality record of each visit, as its owner last stored it.
//!
//! In: a record as text, from the visit's owner. Out: the same text.
//! Never: a record of another tenant's visit; a write by somebody who no longer owns the visit;
//! a look inside the text.

use super::db::{Tx, in_tx, on_db, rows};
use super::visits::owns;
use super::{Epoch, Store, row};
use crate::Fault;
use jiff::Timestamp;
use uuid::Uuid;

/// A record to be stored by itself, in the middle of a visit.
#[derive(Debug, Clone, Copy)]
pub struct QualityWrite<'a> {
    /// The visit.
    pub visit: Uuid,
    /// The owner's epoch, from `claim_visit`.
    pub epoch: Epoch,
    /// When it was made.
    pub at: Timestamp,
    /// The record.
    pub body: &'a str,
}

const READ: &str = "read a visit's quality record";

impl Store {
    /// Stores a record in place of the one before; false when somebody else owns the visit now.
    pub async fn keep_quality(&self, write: QualityWrite<'_>) -> Result<bool, Fault> {
        const OPERATION: &str = "keep a visit's quality record";
        let mut tx = self.begin_write(OPERATION).await?;
        if !owns(&mut tx, self.node, (write.visit, write.epoch)).await? {
            return Ok(false);
        }
        keep(&mut tx, (write.visit, write.at), write.body).await?;
        tx.commit().await.map_err(Fault::database(OPERATION))?;
        Ok(true)
    }

    /// The record of a visit, for its owner.
    pub async fn quality(&self, visit: Uuid) -> Result<Option<String>, Fault> {
        on_db!(&self.db, c => {
            sqlx::query_scalar("SELECT body FROM visit_quality WHERE visit = $1")
                .bind(visit)
                .fetch_optional(c)
                .await
        })
        .map_err(Fault::database(READ))
    }

    /// The record of a tenant's visit.
    pub async fn quality_of(&self, tenant: &str, visit: Uuid) -> Result<Option<String>, Fault> {
        on_db!(&self.db, c => {
            sqlx::query_scalar(
                "SELECT q.body FROM visit_quality q JOIN visit v ON v.id = q.visit
                 WHERE v.tenant = $1 AND v.id = $2",
            )
            .bind(tenant)
            .bind(visit)
            .fetch_optional(c)
            .await
        })
        .map_err(Fault::database(READ))
    }
}

/// Stores a record as part of a transaction whose owner was checked.
pub(super) async fn keep(
    tx: &mut Tx,
    (visit, at): (Uuid, Timestamp),
    body: &str,
) -> Result<(), Fault> {
    in_tx!(tx, c => {
        sqlx::query(
            "INSERT INTO visit_quality (visit, at, body) VALUES ($1, $2, $3)
             ON CONFLICT (visit) DO UPDATE SET at = excluded.at, body = excluded.body",
        )
        .bind(visit)
        .bind(row::millis(at))
        .bind(body)
        .execute(c)
        .await
        .map(rows)
    })
    .map_err(Fault::database("keep a visit's quality record"))?;
    Ok(())
}
