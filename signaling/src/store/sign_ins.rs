//! Attempts of staff to sign in, and who it then was.
//!
//! In: the hash of an attempt's `state`; the keyed hash of a person. Out: whose attempt it is,
//! once.
//! Never: the state itself, a name or a mail address; an attempt that ends twice.

use super::db::{in_tx, on_db, rows};
use super::{Store, row};
use crate::Fault;
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

/// How long an attempt may take: to find the password and the second factor. What is older is
/// forgotten.
const LIFE: SignedDuration = SignedDuration::from_mins(15);

/// Most attempts of one person under way. Each costs a row; who clicks again wants the last.
const PER_PERSON_MAX: i64 = 8;

/// Whose attempt it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SignInRow {
    /// The visit.
    pub visit: Uuid,
    /// The person.
    pub participant: Uuid,
}

impl Store {
    /// Keeps an attempt, and forgets those that took too long.
    pub async fn begin_sign_in(
        &self,
        state_hash: &[u8],
        attempt: SignInRow,
        now: Timestamp,
    ) -> Result<(), Fault> {
        const OPERATION: &str = "begin a sign-in";
        let mut tx = self.begin_write(OPERATION).await?;
        tx.lock(&format!("sign-in:{}", attempt.participant.simple())).await?;
        let oldest = row::millis(now).saturating_sub(row::length(LIFE));
        let text = sqlx::AssertSqlSafe(format!(
            "DELETE FROM sign_in WHERE state_hash IN
               (SELECT state_hash FROM sign_in WHERE created_at < $1{})",
            tx.skip_locked()
        ));
        in_tx!(&mut tx, c => sqlx::query(text).bind(oldest).execute(c).await.map(rows))
            .map_err(Fault::database(OPERATION))?;
        in_tx!(&mut tx, c => {
            sqlx::query(
                "INSERT INTO sign_in (state_hash, visit, participant, created_at)
                 VALUES ($1, $2, $3, $4)",
            )
            .bind(state_hash)
            .bind(attempt.visit)
            .bind(attempt.participant)
            .bind(row::millis(now))
            .execute(c)
            .await
            .map(rows)
        })
        .map_err(Fault::database(OPERATION))?;
        in_tx!(&mut tx, c => {
            sqlx::query(
                "DELETE FROM sign_in WHERE participant = $1 AND state_hash NOT IN
                   (SELECT state_hash FROM sign_in WHERE participant = $1
                    ORDER BY created_at DESC, state_hash LIMIT $2)",
            )
            .bind(attempt.participant)
            .bind(PER_PERSON_MAX)
            .execute(c)
            .await
            .map(rows)
        })
        .map_err(Fault::database(OPERATION))?;
        tx.commit().await.map_err(Fault::database(OPERATION))
    }

    /// Ends an attempt: whose it was, if it was under way and not too old. A second time there
    /// is none.
    pub async fn end_sign_in(
        &self,
        state_hash: &[u8],
        now: Timestamp,
    ) -> Result<Option<SignInRow>, Fault> {
        let found: Option<(Uuid, Uuid, i64)> = on_db!(&self.db, c => {
            sqlx::query_as(
                "DELETE FROM sign_in WHERE state_hash = $1
                 RETURNING visit, participant, created_at",
            )
            .bind(state_hash)
            .fetch_optional(c)
            .await
        })
        .map_err(Fault::database("end a sign-in"))?;
        let oldest = row::millis(now).saturating_sub(row::length(LIFE));
        let young = found.filter(|(_, _, created_at)| *created_at >= oldest);
        Ok(young.map(|(visit, participant, _)| SignInRow { visit, participant }))
    }

    /// Notes by keyed hash who signed in for a person of a visit.
    pub async fn note_identity(
        &self,
        participant: Uuid,
        person_hash: &[u8],
        now: Timestamp,
    ) -> Result<(), Fault> {
        on_db!(&self.db, c => {
            sqlx::query(
                "INSERT INTO staff_identity (participant, person_hash, at) VALUES ($1, $2, $3)
                 ON CONFLICT (participant, person_hash) DO UPDATE SET at = excluded.at",
            )
            .bind(participant)
            .bind(person_hash)
            .bind(row::millis(now))
            .execute(c)
            .await
            .map(rows)
        })
        .map_err(Fault::database("note who signed in"))?;
        Ok(())
    }
}
