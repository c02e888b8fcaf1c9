//! The public keys a tenant's recordings are sealed to.
//!
//! In: a whole new set of them. Out: those in use, and those of before.
//! Never: a key that is forgotten: recordings of its time are sealed to it; a private one.

use crate::Fault;
use crate::audit::entry::Entry;
use crate::audit::told;
use crate::store::db::{Tx, in_tx, on_db, rows};
use crate::store::{Actor, Store, audit, row};
use jiff::Timestamp;
use std::borrow::Cow;
use uuid::Uuid;

/// Most keys that are shown, those in use first. A tenant that changes two keys each month sees
/// all of four years.
const SHOWN: i64 = 100;

const KEEP: &str = "keep the keys of recordings";
const READ: &str = "read the keys of recordings";

/// A public key as kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordingKeyRow {
    /// Its id.
    pub id: Uuid,
    /// What its tenant calls it.
    pub label: String,
    /// Its text.
    pub key: String,
    /// Since when recordings are sealed to it.
    pub made_at: Timestamp,
    /// Since when they are not any more.
    pub revoked_at: Option<Timestamp>,
}

/// A row of `recording_recipient`, as either engine gives it.
type Columns = (Uuid, String, String, i64, Option<i64>);

impl Store {
    /// A tenant's keys, those in use first, of either the newest first.
    pub async fn recording_keys(&self, tenant: &str) -> Result<Vec<RecordingKeyRow>, Fault> {
        let found: Vec<Columns> = on_db!(&self.db, c => {
            sqlx::query_as(
                "SELECT id, label, key_text, made_at, revoked_at FROM recording_recipient
                 WHERE tenant = $1
                 ORDER BY CASE WHEN revoked_at IS NULL THEN 0 ELSE 1 END, id DESC LIMIT $2",
            )
            .bind(tenant)
            .bind(SHOWN)
            .fetch_all(c)
            .await
        })
        .map_err(Fault::database(READ))?;
        found.into_iter().map(kept).collect()
    }

    /// The texts of the keys that a tenant's recordings are sealed to; none where it has named
    /// none of its own.
    pub async fn recording_recipients(&self, tenant: &str) -> Result<Vec<String>, Fault> {
        on_db!(&self.db, c => {
            sqlx::query_scalar(
                "SELECT key_text FROM recording_recipient
                 WHERE tenant = $1 AND revoked_at IS NULL ORDER BY id",
            )
            .bind(tenant)
            .fetch_all(c)
            .await
        })
        .map_err(Fault::database(READ))
    }

    /// Puts these labels and keys in the place of those in use. A key that stays keeps its id.
    pub async fn set_recording_keys(
        &self,
        (tenant, by): (&str, Uuid),
        keys: &[(String, String)],
        now: Timestamp,
    ) -> Result<(), Fault> {
        let mut tx = self.begin_write(KEEP).await?;
        tx.lock(&format!("recording_keys:{tenant}")).await?;
        let had: Vec<(Uuid, String, String)> = in_tx!(&mut tx, c => {
            sqlx::query_as(
                "SELECT id, label, key_text FROM recording_recipient
                 WHERE tenant = $1 AND revoked_at IS NULL",
            )
            .bind(tenant)
            .fetch_all(c)
            .await
        })
        .map_err(Fault::database(KEEP))?;
        let mut changed = false;
        for (id, _, key) in &had {
            if !keys.iter().any(|(_, kept)| kept == key) {
                revoke(&mut tx, *id, now).await?;
                changed = true;
            }
        }
        for (label, key) in keys {
            let before = had.iter().find(|(_, _, had)| had == key);
            match before {
                Some((_, same, _)) if same == label => continue,
                Some((id, _, _)) => rename(&mut tx, *id, label).await?,
                None => add(&mut tx, tenant, (label, key), now).await?,
            }
            changed = true;
        }
        if changed {
            let entry = Entry {
                detail: Cow::Owned(format!("keys={}", keys.len())),
                ..Entry::new(&self.audit, tenant, &Actor::Key(by), told::KEYS_SET)
            };
            audit::append(&mut tx, &self.audit, tenant, vec![(now, entry)]).await?;
        }
        tx.commit().await.map_err(Fault::database(KEEP))
    }
}

async fn revoke(tx: &mut Tx, id: Uuid, now: Timestamp) -> Result<(), Fault> {
    in_tx!(tx, c => {
        sqlx::query("UPDATE recording_recipient SET revoked_at = $2 WHERE id = $1")
            .bind(id)
            .bind(row::millis(now))
            .execute(c)
            .await
            .map(rows)
    })
    .map(drop)
    .map_err(Fault::database(KEEP))
}

async fn rename(tx: &mut Tx, id: Uuid, label: &str) -> Result<(), Fault> {
    in_tx!(tx, c => {
        sqlx::query("UPDATE recording_recipient SET label = $2 WHERE id = $1")
            .bind(id)
            .bind(label)
            .execute(c)
            .await
            .map(rows)
    })
    .map(drop)
    .map_err(Fault::database(KEEP))
}

async fn add(
    tx: &mut Tx,
    tenant: &str,
    (label, key): (&str, &str),
    now: Timestamp,
) -> Result<(), Fault> {
    in_tx!(tx, c => {
        sqlx::query(
            "INSERT INTO recording_recipient (id, tenant, label, key_text, made_at)
             VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(Uuid::now_v7())
        .bind(tenant)
        .bind(label)
        .bind(key)
        .bind(row::millis(now))
        .execute(c)
        .await
        .map(rows)
    })
    .map(drop)
    .map_err(Fault::database(KEEP))
}

fn kept((id, label, key, made_at, revoked_at): Columns) -> Result<RecordingKeyRow, Fault> {
    Ok(RecordingKeyRow {
        id,
        label,
        key,
        made_at: row::instant(made_at)?,
        revoked_at: revoked_at.map(row::instant).transpose()?,
    })
}
