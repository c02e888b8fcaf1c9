//! Tenants and their API keys.
//!
//! In: the hash of a key's secret. Out: the row of a key by its id.
//! Never: the secret; a decision whether the key is good, which is `key`'s.

use super::db::{in_tx, on_db, rows};
use super::{Store, row};
use crate::Fault;
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

/// How exact "last used" is. Coarser spares a disk write on each request.
const LAST_USED_STEP: SignedDuration = SignedDuration::from_mins(1);

/// A key to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewKeyRow {
    /// The public part of the key.
    pub id: Uuid,
    /// Whose it is.
    pub tenant: String,
    /// What the operator calls it.
    pub name: String,
    /// SHA-256 of the secret.
    pub secret_hash: [u8; 32],
    /// What it may do: scope names between spaces.
    pub scopes: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it stops working by itself.
    pub expires_at: Option<Timestamp>,
}

/// A key as kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRow {
    /// The public part of the key.
    pub id: Uuid,
    /// Whose it is.
    pub tenant: String,
    /// What the operator calls it.
    pub name: String,
    /// SHA-256 of the secret.
    pub secret_hash: Vec<u8>,
    /// What it may do: scope names between spaces.
    pub scopes: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it stops working by itself.
    pub expires_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
    /// When it was last used, to about a minute.
    pub last_used: Option<Timestamp>,
}

/// A row of the table, as either engine gives it.
#[derive(sqlx::FromRow)]
struct Columns {
    id: Uuid,
    tenant: String,
    name: String,
    secret_hash: Vec<u8>,
    scopes: String,
    created_at: i64,
    expires_at: Option<i64>,
    revoked_at: Option<i64>,
    last_used: Option<i64>,
}

impl TryFrom<Columns> for KeyRow {
    type Error = Fault;

    fn try_from(found: Columns) -> Result<Self, Fault> {
        Ok(Self {
            id: found.id,
            tenant: found.tenant,
            name: found.name,
            secret_hash: found.secret_hash,
            scopes: found.scopes,
            created_at: row::instant(found.created_at)?,
            expires_at: found.expires_at.map(row::instant).transpose()?,
            revoked_at: found.revoked_at.map(row::instant).transpose()?,
            last_used: found.last_used.map(row::instant).transpose()?,
        })
    }
}

impl Store {
    /// Keeps a key, and its tenant when that is new.
    pub async fn create_key(&self, key: &NewKeyRow) -> Result<(), Fault> {
        const OPERATION: &str = "keep an API key";
        let mut tx = self.begin_write(OPERATION).await?;
        in_tx!(&mut tx, c => {
            sqlx::query(
                "INSERT INTO tenant (id, created_at) VALUES ($1, $2) ON CONFLICT DO NOTHING",
            )
            .bind(&key.tenant)
            .bind(row::millis(key.created_at))
            .execute(c)
            .await
            .map(rows)
        })
        .map_err(Fault::database(OPERATION))?;
        in_tx!(&mut tx, c => {
            sqlx::query(
                "INSERT INTO api_key
                   (id, tenant, name, secret_hash, scopes, created_at, expires_at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7)",
            )
            .bind(key.id)
            .bind(&key.tenant)
            .bind(&key.name)
            .bind(&key.secret_hash[..])
            .bind(&key.scopes)
            .bind(row::millis(key.created_at))
            .bind(key.expires_at.map(row::millis))
            .execute(c)
            .await
            .map(rows)
        })
        .map_err(Fault::database(OPERATION))?;
        tx.commit().await.map_err(Fault::database(OPERATION))
    }

    /// The key of that id.
    pub async fn key(&self, id: Uuid) -> Result<Option<KeyRow>, Fault> {
        let found: Option<Columns> = on_db!(&self.db, c => {
            sqlx::query_as(
                "SELECT id, tenant, name, secret_hash, scopes, created_at, expires_at,
                   revoked_at, last_used
                 FROM api_key WHERE id = $1",
            )
            .bind(id)
            .fetch_optional(c)
            .await
        })
        .map_err(Fault::database("look an API key up"))?;
        found.map(KeyRow::try_from).transpose()
    }

    /// Every key, oldest first.
    pub async fn keys(&self) -> Result<Vec<KeyRow>, Fault> {
        let found: Vec<Columns> = on_db!(&self.db, c => {
            sqlx::query_as(
                "SELECT id, tenant, name, secret_hash, scopes, created_at, expires_at,
                   revoked_at, last_used
                 FROM api_key ORDER BY id",
            )
            .fetch_all(c)
            .await
        })
        .map_err(Fault::database("list the API keys"))?;
        found.into_iter().map(KeyRow::try_from).collect()
    }

    /// Revokes a key; false when there is no such key, or it was revoked before.
    pub async fn revoke_key(&self, id: Uuid, now: Timestamp) -> Result<bool, Fault> {
        let done = on_db!(&self.db, c => {
            sqlx::query(
                "UPDATE api_key SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL",
            )
            .bind(id)
            .bind(row::millis(now))
            .execute(c)
            .await
            .map(rows)
        })
        .map_err(Fault::database("revoke an API key"))?;
        Ok(done == 1)
    }

    /// Notes that a key was used now, unless that was noted a moment ago.
    pub async fn note_key_used(&self, key: &KeyRow, now: Timestamp) -> Result<(), Fault> {
        let stale = key.last_used.is_none_or(|last| now.duration_since(last) >= LAST_USED_STEP);
        if !stale {
            return Ok(());
        }
        on_db!(&self.db, c => {
            sqlx::query("UPDATE api_key SET last_used = $2 WHERE id = $1")
                .bind(key.id)
                .bind(row::millis(now))
                .execute(c)
                .await
                .map(rows)
        })
        .map_err(Fault::database("note the use of an API key"))?;
        Ok(())
    }
}
