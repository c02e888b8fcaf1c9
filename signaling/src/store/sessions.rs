//! Devices that have redeemed a personal link.
//!
//! In: the hash of a session token. Out: whose it is.
//! Never: the token itself; a session whose link has been voided since.

use super::db::{in_tx, on_db, rows};
use super::{Store, audit, row};
use crate::Fault;
use jiff::Timestamp;
use uuid::Uuid;

/// Most sessions of one person. Enough for every device in a house and for a bad evening of
/// reloads without storage; the oldest is forgotten first.
const SESSIONS_PER_PERSON_MAX: i64 = 16;

/// Whose a session is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionRow {
    /// The visit.
    pub visit: Uuid,
    /// The person.
    pub participant: Uuid,
    /// The generation of the link it was opened with.
    pub generation: u64,
}

impl Store {
    /// Keeps a session, and forgets this person's oldest beyond the limit.
    pub async fn create_session(
        &self,
        token_hash: &[u8],
        session: SessionRow,
        now: Timestamp,
    ) -> Result<(), Fault> {
        const OPERATION: &str = "keep a session";
        let mut tx = self.begin_write(OPERATION).await?;
        // Of two at once neither would see the other, and one too many would be kept.
        tx.lock(&format!("sessions:{}", session.participant.simple())).await?;
        in_tx!(&mut tx, c => {
            sqlx::query(
                "INSERT INTO session (token_hash, visit, participant, generation, created_at)
                 VALUES ($1, $2, $3, $4, $5)",
            )
            .bind(token_hash)
            .bind(session.visit)
            .bind(session.participant)
            .bind(row::kept(session.generation)?)
            .bind(row::millis(now))
            .execute(c)
            .await
            .map(rows)
        })
        .map_err(Fault::database(OPERATION))?;
        in_tx!(&mut tx, c => {
            sqlx::query(
                "DELETE FROM session WHERE participant = $1 AND token_hash NOT IN
                   (SELECT token_hash FROM session WHERE participant = $1
                    ORDER BY created_at DESC, token_hash LIMIT $2)",
            )
            .bind(session.participant)
            .bind(SESSIONS_PER_PERSON_MAX)
            .execute(c)
            .await
            .map(rows)
        })
        .map_err(Fault::database(OPERATION))?;
        audit::note_link(&mut tx, &self.audit, session, now).await?;
        tx.commit().await.map_err(Fault::database(OPERATION))
    }

    /// The session of that token hash, unless its link has been voided since.
    pub async fn session_by_hash(&self, token_hash: &[u8]) -> Result<Option<SessionRow>, Fault> {
        let found: Option<(Uuid, Uuid, i64)> = on_db!(&self.db, c => {
            sqlx::query_as(
                "SELECT s.visit, s.participant, s.generation
                 FROM session s JOIN participant p ON p.id = s.participant
                 WHERE s.token_hash = $1 AND p.generation = s.generation",
            )
            .bind(token_hash)
            .fetch_optional(c)
            .await
        })
        .map_err(Fault::database("look a session up"))?;
        let Some((visit, participant, generation)) = found else { return Ok(None) };
        Ok(Some(SessionRow { visit, participant, generation: row::count(generation)? }))
    }
}
