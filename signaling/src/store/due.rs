//! What time makes due: visits whose machine wants to be asked, and what is to be erased.
//!
//! In: now. Out: ids of visits; rows gone.
//! Never: all at once; a restart after a long pause finds its way in steps.

use super::db::{in_tx, on_db, rows};
use super::{Store, row};
use crate::Fault;
use jiff::Timestamp;
use uuid::Uuid;

/// Most visits taken at once. Each wakes an actor, so a step stays short beside live visits.
const STEP: i64 = 100;

/// What goes with a visit and does not go by itself, in the order in which it can.
const ERASED_WITH_A_VISIT: [&str; 8] = [
    "DELETE FROM sign_in WHERE visit = $1",
    "DELETE FROM staff_identity WHERE participant IN (SELECT id FROM participant WHERE visit = $1)",
    "DELETE FROM session WHERE participant IN (SELECT id FROM participant WHERE visit = $1)",
    "DELETE FROM idempotency WHERE visit = $1",
    "DELETE FROM room_owner WHERE visit = $1",
    "DELETE FROM event WHERE visit = $1",
    "DELETE FROM participant WHERE visit = $1",
    "DELETE FROM visit WHERE id = $1",
];

impl Store {
    /// Visits with something due, the longest due first.
    pub async fn due_visits(&self, now: Timestamp) -> Result<Vec<Uuid>, Fault> {
        on_db!(&self.db, c => {
            sqlx::query_scalar(
                "SELECT id FROM visit WHERE wakes_at IS NOT NULL AND wakes_at <= $1
                 ORDER BY wakes_at LIMIT $2",
            )
            .bind(row::millis(now))
            .bind(STEP)
            .fetch_all(c)
            .await
        })
        .map_err(Fault::database("look for visits with something due"))
    }

    /// Notes when a visit is to be asked again, where nothing was due after all.
    pub async fn note_wake(
        &self,
        visit: Uuid,
        wakes_at: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<(), Fault> {
        // Only where it still says that something is due: whatever has happened since knows
        // better.
        on_db!(&self.db, c => {
            sqlx::query("UPDATE visit SET wakes_at = $2 WHERE id = $1 AND wakes_at <= $3")
                .bind(visit)
                .bind(wakes_at.map(row::millis))
                .bind(row::millis(now))
                .execute(c)
                .await
                .map(rows)
        })
        .map_err(Fault::database("note when a visit is due"))?;
        Ok(())
    }

    /// Erases visits that are over and whose time is up, with all that is kept of them but the
    /// audit log, some at a time; how many.
    pub async fn erase_visits(&self, now: Timestamp) -> Result<usize, Fault> {
        const OPERATION: &str = "erase a visit";
        let due: Vec<Uuid> = on_db!(&self.db, c => {
            sqlx::query_scalar(
                "SELECT id FROM visit WHERE erase_at IS NOT NULL AND erase_at <= $1
                 ORDER BY erase_at LIMIT $2",
            )
            .bind(row::millis(now))
            .bind(STEP)
            .fetch_all(c)
            .await
        })
        .map_err(Fault::database(OPERATION))?;
        for visit in &due {
            let mut tx = self.begin_write(OPERATION).await?;
            for text in ERASED_WITH_A_VISIT {
                in_tx!(&mut tx, c => sqlx::query(text).bind(*visit).execute(c).await.map(rows))
                    .map_err(Fault::database(OPERATION))?;
            }
            tx.commit().await.map_err(Fault::database(OPERATION))?;
        }
        Ok(due.len())
    }

    /// Erases chat, statements and codes whose time is up; how many rows.
    pub async fn erase_due(&self, now: Timestamp) -> Result<u64, Fault> {
        let mut erased = 0_u64;
        for text in [
            "DELETE FROM chat_line WHERE erase_at <= $1",
            "DELETE FROM statement WHERE erase_at <= $1",
            "DELETE FROM one_time_code WHERE expires_at <= $1",
        ] {
            let gone = on_db!(&self.db, c => {
                sqlx::query(text).bind(row::millis(now)).execute(c).await.map(rows)
            });
            erased = erased.saturating_add(gone.map_err(Fault::database("erase what is due"))?);
        }
        Ok(erased)
    }
}
