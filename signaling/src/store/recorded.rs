//! Recordings as the visit service has to know them: of which visit, and on which node.
//!
//! In: a recording. Out: the visit it is of, and whether this node's recorder made it.
//! Never: what was recorded, or who is in it.

use super::Store;
use super::db::on_db;
use crate::Fault;
use uuid::Uuid;

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
