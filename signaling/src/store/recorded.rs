//! Recordings as the visit service has to know them: of which visit, and on which node.
//!
//! In: events on their way into the log. Out: a row a recording, in the same transaction; the
//! visit a recording is of.
//! Never: what was recorded, or who is in it.

use super::db::{Tx, in_tx, on_db, rows};
use super::{Store, row};
use crate::Fault;
use crate::visit::VisitEvent;
use jiff::Timestamp;
use uuid::Uuid;

/// Takes in which recordings have begun. The many events that say nothing of it cost nothing.
pub(super) async fn note(
    tx: &mut Tx,
    (visit, node): (Uuid, Uuid),
    at: Timestamp,
    events: &[VisitEvent],
) -> Result<(), Fault> {
    for event in events {
        let VisitEvent::RecordingAsked { recording, .. } = event else { continue };
        in_tx!(tx, c => {
            sqlx::query(
                "INSERT INTO recording (id, visit, node, asked_at) VALUES ($1, $2, $3, $4)
                 ON CONFLICT (id) DO NOTHING",
            )
            .bind(*recording)
            .bind(visit)
            .bind(node)
            .bind(row::millis(at))
            .execute(c)
            .await
            .map(rows)
        })
        .map_err(Fault::database("note a recording"))?;
    }
    Ok(())
}

impl Store {
    /// The visit a recording is of.
    pub async fn visit_of_recording(&self, recording: Uuid) -> Result<Option<Uuid>, Fault> {
        on_db!(&self.db, c => {
            sqlx::query_scalar("SELECT visit FROM recording WHERE id = $1")
                .bind(recording)
                .fetch_optional(c)
                .await
        })
        .map_err(Fault::database("look a recording up"))
    }

    /// Whether a recording was begun on this node, whose recorder has what there is of it.
    pub async fn is_recorded_here(&self, recording: Uuid) -> Result<bool, Fault> {
        let node: Option<Uuid> = on_db!(&self.db, c => {
            sqlx::query_scalar("SELECT node FROM recording WHERE id = $1")
                .bind(recording)
                .fetch_optional(c)
                .await
        })
        .map_err(Fault::database("look a recording's node up"))?;
        Ok(node == Some(self.node.id))
    }

    /// Visits in which somebody is to be recorded now.
    pub async fn recorded_visits(&self) -> Result<Vec<Uuid>, Fault> {
        on_db!(&self.db, c => {
            sqlx::query_scalar("SELECT id FROM visit WHERE is_recorded = 1").fetch_all(c).await
        })
        .map_err(Fault::database("look for visits that are recorded"))
    }
}
