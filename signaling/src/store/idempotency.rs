//! Remembers which request made which visit.
//!
//! In: a tenant's key and the hash of the request. Out: the visit made before, if any.
//! Never: a row without its effect; it runs inside the transaction of the effect.

use super::db::{Tx, in_tx, rows};
use super::row;
use crate::Fault;
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

/// How long a repeated request finds its first answer. Long enough for a night of retries;
/// the table stays as small as one day's schedule.
const KEPT_FOR: SignedDuration = SignedDuration::from_hours(24);

/// The `Idempotency-Key` of a request, and what the request asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Idempotency {
    /// What the client chose.
    pub key: String,
    /// SHA-256 of the request as understood.
    pub request_hash: [u8; 32],
}

/// What an earlier request under the same key did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Earlier {
    /// There was none.
    None,
    /// It asked for the same and made this visit.
    Same(Uuid),
    /// It asked for something else.
    Other,
}

/// Looks the request up, and forgets those that are too old. Of racing requests with one key
/// the second waits here until the first has ended.
pub(super) async fn earlier(
    tx: &mut Tx,
    tenant: &str,
    request: &Idempotency,
    now: Timestamp,
) -> Result<Earlier, Fault> {
    const OPERATION: &str = "look an idempotency key up";
    tx.lock(&format!("idempotency:{tenant}:{}", request.key)).await?;
    let oldest = row::millis(now).saturating_sub(row::length(KEPT_FOR));
    forget(tx, oldest).await?;
    let found: Option<(Vec<u8>, Uuid)> = in_tx!(tx, c => {
        sqlx::query_as(
            "SELECT request_hash, visit FROM idempotency
             WHERE tenant = $1 AND key = $2 AND created_at >= $3",
        )
        .bind(tenant)
        .bind(&request.key)
        .bind(oldest)
        .fetch_optional(c)
        .await
    })
    .map_err(Fault::database(OPERATION))?;
    Ok(match found {
        None => Earlier::None,
        Some((hash, visit)) if hash == request.request_hash => Earlier::Same(visit),
        Some(_) => Earlier::Other,
    })
}

/// Removes the rows that are too old, but for those that another request is removing now.
async fn forget(tx: &mut Tx, oldest: i64) -> Result<(), Fault> {
    let text = format!(
        "DELETE FROM idempotency WHERE (tenant, key) IN
           (SELECT tenant, key FROM idempotency WHERE created_at < $1{})",
        tx.skip_locked()
    );
    let text = sqlx::AssertSqlSafe(text);
    in_tx!(tx, c => {
        sqlx::query(text).bind(oldest).execute(c).await.map(rows)
    })
    .map_err(Fault::database("forget old idempotency keys"))?;
    Ok(())
}

/// Notes that the request made `visit`.
pub(super) async fn note(
    tx: &mut Tx,
    tenant: &str,
    request: &Idempotency,
    made: (Uuid, Timestamp),
) -> Result<(), Fault> {
    let (visit, now) = made;
    // The row of another day may still be there, where another request is removing it.
    in_tx!(tx, c => {
        sqlx::query(
            "INSERT INTO idempotency (tenant, key, request_hash, visit, created_at)
             VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (tenant, key) DO UPDATE SET request_hash = excluded.request_hash,
               visit = excluded.visit, created_at = excluded.created_at",
        )
        .bind(tenant)
        .bind(&request.key)
        .bind(&request.request_hash[..])
        .bind(visit)
        .bind(row::millis(now))
        .execute(c)
        .await
        .map(rows)
    })
    .map_err(Fault::database("note an idempotency key"))?;
    Ok(())
}
