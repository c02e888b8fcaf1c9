//! What people stated at a gate: where they are, the number to call back.
//!
//! In: a statement. Out: those of a visit, for its own organisation.
//! Never: kept longer than the policy says; in the log of events.

use super::chat::erase_at;
use super::db::{on_db, rows};
use super::{Store, row};
use crate::Fault;
use bedside_signaling_api::policy::Gate;
use jiff::Timestamp;
use uuid::Uuid;

/// What somebody stated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// In which visit.
    pub visit: Uuid,
    /// Who.
    pub participant: Uuid,
    /// At which gate.
    pub gate: Gate,
    /// What.
    pub value: String,
    /// When.
    pub at: Timestamp,
}

impl Store {
    /// Keeps a statement for so many days, in place of the one before.
    pub async fn keep_statement(&self, statement: &Statement, days: u16) -> Result<(), Fault> {
        on_db!(&self.db, c => {
            sqlx::query(
                "INSERT INTO statement (participant, gate, visit, value, at, erase_at)
                 VALUES ($1, $2, $3, $4, $5, $6)
                 ON CONFLICT (participant, gate) DO UPDATE
                 SET value = excluded.value, at = excluded.at, erase_at = excluded.erase_at",
            )
            .bind(statement.participant)
            .bind(statement.gate.name())
            .bind(statement.visit)
            .bind(&statement.value)
            .bind(row::millis(statement.at))
            .bind(erase_at(statement.at, days))
            .execute(c)
            .await
            .map(rows)
        })
        .map_err(Fault::database("keep a statement"))?;
        Ok(())
    }

    /// What the people of a visit stated.
    pub async fn statements(&self, visit: Uuid) -> Result<Vec<Statement>, Fault> {
        let found: Vec<(Uuid, String, String, i64)> = on_db!(&self.db, c => {
            sqlx::query_as(
                "SELECT participant, gate, value, at FROM statement
                 WHERE visit = $1 ORDER BY at, gate",
            )
            .bind(visit)
            .fetch_all(c)
            .await
        })
        .map_err(Fault::database("read statements"))?;
        let read = |(participant, gate, value, at): (Uuid, String, String, i64)| {
            let (gate, at) = (row::worded(gate)?, row::instant(at)?);
            Ok(Statement { visit, participant, gate, value, at })
        };
        found.into_iter().map(read).collect()
    }
}
