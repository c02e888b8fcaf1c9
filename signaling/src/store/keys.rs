//! Tenants and their API keys.
//!
//! In: the hash of a key's secret. Out: the row of a key by its id; the keys of a tenant.
//! Never: the secret; a decision whether the key is good, which is `key`'s; a key of another
//! tenant.

use super::db::{Tx, in_tx, on_db, rows};
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
    /// The key or client that made it; none for the command line.
    pub made_by: Option<Uuid>,
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
    /// The secret it had before it was rotated, and until when that one works.
    pub former: Option<FormerSecret>,
}

/// The secret that a rotated key had before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormerSecret {
    /// SHA-256 of it.
    pub hash: Vec<u8>,
    /// Until when it works.
    pub until: Timestamp,
}

/// A key's new secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rotation {
    /// Which key.
    pub id: Uuid,
    /// SHA-256 of the new secret.
    pub secret_hash: [u8; 32],
    /// Until when the present one works; none: no longer.
    pub former_until: Option<Timestamp>,
}

/// What became of a key to be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyKept {
    /// It is kept.
    Kept,
    /// The tenant has as many as it may have.
    Full,
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
    former_hash: Option<Vec<u8>>,
    former_until: Option<i64>,
}

impl TryFrom<Columns> for KeyRow {
    type Error = Fault;

    fn try_from(found: Columns) -> Result<Self, Fault> {
        let former = match (found.former_hash, found.former_until) {
            (Some(hash), Some(until)) => Some(FormerSecret { hash, until: row::instant(until)? }),
            (None, _) | (_, None) => None,
        };
        Ok(Self {
            former,
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

/// What is read of a key.
const COLUMNS: &str = "id, tenant, name, secret_hash, scopes, created_at, expires_at,
    revoked_at, last_used, former_hash, former_until";

impl Store {
    /// Keeps a key, and its tenant when that is new, unless the tenant has `most` already.
    pub async fn create_key(&self, key: &NewKeyRow, most: u16) -> Result<KeyKept, Fault> {
        const OPERATION: &str = "keep an API key";
        let mut tx = self.begin_write(OPERATION).await?;
        // Of two at once neither would see the other.
        tx.lock(&format!("keys:{}", key.tenant)).await?;
        note_tenant(&mut tx, &key.tenant, key.created_at).await?;
        let had: i64 = in_tx!(&mut tx, c => {
            sqlx::query_scalar(
                "SELECT COUNT(*) FROM api_key WHERE tenant = $1 AND revoked_at IS NULL",
            )
            .bind(&key.tenant)
            .fetch_one(c)
            .await
        })
        .map_err(Fault::database(OPERATION))?;
        if had >= i64::from(most) {
            return Ok(KeyKept::Full);
        }
        in_tx!(&mut tx, c => {
            sqlx::query(
                "INSERT INTO api_key
                   (id, tenant, name, secret_hash, scopes, created_at, expires_at, made_by)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            )
            .bind(key.id)
            .bind(&key.tenant)
            .bind(&key.name)
            .bind(&key.secret_hash[..])
            .bind(&key.scopes)
            .bind(row::millis(key.created_at))
            .bind(key.expires_at.map(row::millis))
            .bind(key.made_by)
            .execute(c)
            .await
            .map(rows)
        })
        .map_err(Fault::database(OPERATION))?;
        tx.commit().await.map_err(Fault::database(OPERATION))?;
        Ok(KeyKept::Kept)
    }

    /// The key of that id.
    pub async fn key(&self, id: Uuid) -> Result<Option<KeyRow>, Fault> {
        let text = format!("SELECT {COLUMNS} FROM api_key WHERE id = $1");
        let text = sqlx::AssertSqlSafe(text);
        let found: Option<Columns> = on_db!(&self.db, c => {
            sqlx::query_as(text).bind(id).fetch_optional(c).await
        })
        .map_err(Fault::database("look an API key up"))?;
        found.map(KeyRow::try_from).transpose()
    }

    /// Every key, oldest first; for the command line.
    pub async fn keys(&self) -> Result<Vec<KeyRow>, Fault> {
        let text = sqlx::AssertSqlSafe(format!("SELECT {COLUMNS} FROM api_key ORDER BY id"));
        let found: Vec<Columns> = on_db!(&self.db, c => {
            sqlx::query_as(text).fetch_all(c).await
        })
        .map_err(Fault::database("list the API keys"))?;
        found.into_iter().map(KeyRow::try_from).collect()
    }

    /// A tenant's keys that were not revoked, oldest first. They are as few as `create_key`
    /// lets there be.
    pub async fn keys_of(&self, tenant: &str) -> Result<Vec<KeyRow>, Fault> {
        let text = sqlx::AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM api_key WHERE tenant = $1 AND revoked_at IS NULL ORDER BY id"
        ));
        let found: Vec<Columns> = on_db!(&self.db, c => {
            sqlx::query_as(text).bind(tenant).fetch_all(c).await
        })
        .map_err(Fault::database("list a tenant's API keys"))?;
        found.into_iter().map(KeyRow::try_from).collect()
    }

    /// Gives a key a new secret; false when there is no such key, or it was revoked. One
    /// statement, so that of two at once the later one's secret works and the earlier one's
    /// is the former.
    pub async fn rotate_key(&self, rotation: &Rotation) -> Result<bool, Fault> {
        let done = on_db!(&self.db, c => {
            sqlx::query(
                "UPDATE api_key SET
                   former_hash = CASE WHEN $2 IS NULL THEN NULL ELSE secret_hash END,
                   former_until = $2, secret_hash = $3
                 WHERE id = $1 AND revoked_at IS NULL",
            )
            .bind(rotation.id)
            .bind(rotation.former_until.map(row::millis))
            .bind(&rotation.secret_hash[..])
            .execute(c)
            .await
            .map(rows)
        })
        .map_err(Fault::database("rotate an API key"))?;
        Ok(done == 1)
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

/// Makes a tenant that is new.
pub(super) async fn note_tenant(tx: &mut Tx, tenant: &str, now: Timestamp) -> Result<(), Fault> {
    in_tx!(tx, c => {
        sqlx::query("INSERT INTO tenant (id, created_at) VALUES ($1, $2) ON CONFLICT DO NOTHING")
            .bind(tenant)
            .bind(row::millis(now))
            .execute(c)
            .await
            .map(rows)
    })
    .map_err(Fault::database("note a tenant"))?;
    Ok(())
}
