//! Finding visits by time, state and identifier.
//!
//! In: a window and a place in the list. Out: ids, by start.
//! Never: a scan; each of these goes along an index.

use super::SoughtRow;
use crate::Fault;
use crate::store::db::on_db;
use crate::store::{Store, row};
use bedside_signaling_api::visit::VisitState;
use jiff::Timestamp;
use uuid::Uuid;

/// Most visits found by one identifier; one that more visits have is none.
const SAME_IDENTIFIER_MAX: i64 = 100;

/// Which visits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Window {
    /// Starting at this instant or later.
    pub(crate) from: Timestamp,
    /// Starting before this instant.
    pub(crate) until: Timestamp,
    /// In one of these states; in any where none is named.
    pub(crate) states: Vec<VisitState>,
    /// Behind this visit in the list.
    pub(crate) after: Option<(Timestamp, Uuid)>,
    /// At most so many.
    pub(crate) limit: u16,
}

impl Store {
    /// A tenant's visits in a window, with their starts: the earliest first.
    pub(crate) async fn visits_in(
        &self,
        tenant: &str,
        window: &Window,
    ) -> Result<Vec<(Timestamp, Uuid)>, Fault> {
        let (start, id) = match window.after {
            Some((start, id)) => (row::millis(start), id),
            None => (i64::MIN, Uuid::nil()),
        };
        let found: Vec<(i64, Uuid)> = on_db!(&self.db, c => {
            sqlx::query_as(
                "SELECT starts_at, id FROM visit
                 WHERE tenant = $1 AND starts_at >= $2 AND starts_at < $3
                   AND (starts_at, id) > ($4, $5) AND $6 LIKE '%,' || state || ',%'
                 ORDER BY starts_at, id LIMIT $7",
            )
            .bind(tenant)
            .bind(row::millis(window.from))
            .bind(row::millis(window.until))
            .bind(start)
            .bind(id)
            .bind(names(&window.states))
            .bind(i64::from(window.limit))
            .fetch_all(c)
            .await
        })
        .map_err(Fault::database("find visits by time"))?;
        found.into_iter().map(|(start, id)| Ok((row::instant(start)?, id))).collect()
    }

    /// A tenant's visits of which the resource has this identifier.
    pub(crate) async fn visits_identified(
        &self,
        tenant: &str,
        sought: &SoughtRow,
    ) -> Result<Vec<Uuid>, Fault> {
        on_db!(&self.db, c => {
            sqlx::query_scalar(IDENTIFIED)
                .bind(tenant)
                .bind(&sought.value)
                .bind(sought.system.as_deref().unwrap_or_default())
                .bind(i64::from(sought.system.is_none()))
                .bind(SAME_IDENTIFIER_MAX)
                .fetch_all(c)
                .await
        })
        .map_err(Fault::database("find visits by an identifier"))
    }
}

/// Visits by identifier; `$4` says that any system will do.
pub(super) const IDENTIFIED: &str = "SELECT DISTINCT visit FROM fhir_identifier
     WHERE tenant = $1 AND value = $2 AND (system = $3 OR $4 = 1) ORDER BY visit LIMIT $5";

/// The names of states, each between commas.
fn names(states: &[VisitState]) -> String {
    let states = if states.is_empty() { &VisitState::ALL[..] } else { states };
    let names: Vec<_> = states.iter().map(|state| state.name()).collect();
    format!(",{},", names.join(","))
}
