//! What tells that somebody is who they should be: keyed hashes, and one-time codes.
//!
//! In: hashes. Out: the kept hash of a person; whether a code was right, once.
//! Never: an identifier or a code in clear; a code that works twice.

use super::db::{on_db, rows};
use super::{Store, row};
use crate::Fault;
use jiff::Timestamp;
use uuid::Uuid;

impl Store {
    /// The hash of a person's identifiers, if the scheduling system gave any.
    pub async fn identifiers(&self, participant: Uuid) -> Result<Option<Vec<u8>>, Fault> {
        let found: Option<Option<Vec<u8>>> = on_db!(&self.db, c => {
            sqlx::query_scalar("SELECT identifier_hash FROM participant WHERE id = $1")
                .bind(participant)
                .fetch_optional(c)
                .await
        })
        .map_err(Fault::database("read what identifies a person"))?;
        Ok(found.flatten())
    }

    /// Keeps the hash of a person's identifiers, in place of the one before.
    pub async fn keep_identifiers(&self, participant: Uuid, hash: &[u8]) -> Result<(), Fault> {
        on_db!(&self.db, c => {
            sqlx::query("UPDATE participant SET identifier_hash = $2 WHERE id = $1")
                .bind(participant)
                .bind(hash)
                .execute(c)
                .await
                .map(rows)
        })
        .map_err(Fault::database("keep what identifies a person"))?;
        Ok(())
    }

    /// Keeps a one-time code until it expires, in place of the one before.
    pub async fn keep_code(
        &self,
        participant: Uuid,
        code_hash: &[u8],
        expires_at: Timestamp,
    ) -> Result<(), Fault> {
        on_db!(&self.db, c => {
            sqlx::query(
                "INSERT INTO one_time_code (participant, code_hash, expires_at)
                 VALUES ($1, $2, $3)
                 ON CONFLICT (participant) DO UPDATE
                 SET code_hash = excluded.code_hash, expires_at = excluded.expires_at",
            )
            .bind(participant)
            .bind(code_hash)
            .bind(row::millis(expires_at))
            .execute(c)
            .await
            .map(rows)
        })
        .map_err(Fault::database("keep a one-time code"))?;
        Ok(())
    }

    /// Uses a code up; false when it is not the kept one, or has expired.
    pub async fn use_code(
        &self,
        participant: Uuid,
        code_hash: &[u8],
        now: Timestamp,
    ) -> Result<bool, Fault> {
        let used = on_db!(&self.db, c => {
            sqlx::query(
                "DELETE FROM one_time_code
                 WHERE participant = $1 AND code_hash = $2 AND expires_at > $3",
            )
            .bind(participant)
            .bind(code_hash)
            .bind(row::millis(now))
            .execute(c)
            .await
            .map(rows)
        })
        .map_err(Fault::database("use a one-time code"))?;
        Ok(used == 1)
    }
}
