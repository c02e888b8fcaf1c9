//! Remembers which request made which visit.
//!
//! In: a tenant's key and the hash of the request. Out: the visit made before, if any.
//! Never: a row without its effect; it runs inside the transaction of the effect.

use super::row;
use crate::Fault;
use jiff::{SignedDuration, Timestamp};
use sqlx::{Sqlite, Transaction};
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

/// Looks the request up, and forgets those that are too old.
pub(super) async fn earlier(
    tx: &mut Transaction<'static, Sqlite>,
    tenant: &str,
    request: &Idempotency,
    now: Timestamp,
) -> Result<Earlier, Fault> {
    const OPERATION: &str = "look an idempotency key up";
    let oldest = row::millis(now).saturating_sub(row::length(KEPT_FOR));
    sqlx::query("DELETE FROM idempotency WHERE created_at < $1")
        .bind(oldest)
        .execute(&mut **tx)
        .await
        .map_err(Fault::database(OPERATION))?;
    let found: Option<(Vec<u8>, Uuid)> = sqlx::query_as(
        "SELECT request_hash, visit FROM idempotency WHERE tenant = $1 AND key = $2",
    )
    .bind(tenant)
    .bind(&request.key)
    .fetch_optional(&mut **tx)
    .await
    .map_err(Fault::database(OPERATION))?;
    Ok(match found {
        None => Earlier::None,
        Some((hash, visit)) if hash == request.request_hash => Earlier::Same(visit),
        Some(_) => Earlier::Other,
    })
}

/// Notes that the request made `visit`.
pub(super) async fn note(
    tx: &mut Transaction<'static, Sqlite>,
    tenant: &str,
    request: &Idempotency,
    made: (Uuid, Timestamp),
) -> Result<(), Fault> {
    let (visit, now) = made;
    sqlx::query(
        "INSERT INTO idempotency (tenant, key, request_hash, visit, created_at)
         VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(tenant)
    .bind(&request.key)
    .bind(&request.request_hash[..])
    .bind(visit)
    .bind(row::millis(now))
    .execute(&mut **tx)
    .await
    .map_err(Fault::database("note an idempotency key"))?;
    Ok(())
}
