//! Recordings: where each stands, what is to become of it, what remains of it.
//!
//! In: what a visit and the recorder have said; holds and wishes of whoever may. Out: rows.
//! Never: a recording of another tenant; a row that goes: what was erased is still known by its
//! hash.

mod fate;
mod keys;
mod lived;
mod told;

pub use fate::{Asked, Due, Held};
pub use keys::RecordingKeyRow;
pub(in crate::store) use lived::note;

use super::db::{Tx, in_tx, on_db, rows};
use super::{Store, row};
use crate::Fault;
use bedside_signaling_api::kept::{KeptState, RecordingHold, RecordingWish};
use bedside_signaling_api::recorder::{Mode, RecordingFailure, Summary};
use jiff::Timestamp;
use std::collections::BTreeMap;
use uuid::Uuid;

const READ: &str = "read recordings";

/// A recording as kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordingRow {
    /// Its id.
    pub id: Uuid,
    /// Whose it is: the visit's own organisation.
    pub tenant: String,
    /// The visit, which may be erased by now.
    pub visit: Uuid,
    /// Where it stands.
    pub state: KeptState,
    /// What is made of the visit's media.
    pub mode: Mode,
    /// When it was asked for.
    pub asked_at: Timestamp,
    /// Since when something is sealed.
    pub begun_at: Option<Timestamp>,
    /// When it was over.
    pub ended_at: Option<Timestamp>,
    /// What is wrong with it, or what ended it.
    pub failure: Option<RecordingFailure>,
    /// What it is, once it is sealed.
    pub summary: Option<Summary>,
    /// When it is erased by itself.
    pub keep_until: Option<Timestamp>,
    /// Why it is not erased.
    pub hold: Option<RecordingHold>,
    /// What was asked for and is not done yet, and since when.
    pub wish: Option<(RecordingWish, Timestamp)>,
    /// When the recorder was last told to do it.
    pub tried_at: Option<Timestamp>,
    /// When it was erased, and how many objects were removed.
    pub erased: Option<(Timestamp, u32)>,
}

/// Which recordings of a tenant, newest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecordingsWanted<'a> {
    /// Whose.
    pub tenant: &'a str,
    /// Only those of this visit.
    pub visit: Option<Uuid>,
    /// Only those that stand so.
    pub state: Option<KeptState>,
    /// Only those with an id under this one.
    pub before: Uuid,
    /// At most so many.
    pub limit: u16,
}

/// A row of `recording`, as either engine gives it.
#[derive(sqlx::FromRow)]
struct Columns {
    id: Uuid,
    tenant: String,
    visit: Uuid,
    state: String,
    mode: String,
    asked_at: i64,
    begun_at: Option<i64>,
    ended_at: Option<i64>,
    failure: Option<String>,
    summary: Option<String>,
    keep_until: Option<i64>,
    hold_reason: Option<String>,
    hold_by: Option<Uuid>,
    hold_since: Option<i64>,
    wish: Option<String>,
    wish_at: Option<i64>,
    tried_at: Option<i64>,
    erased_at: Option<i64>,
    erased_objects: Option<i64>,
}

/// What is read of a recording; its filter comes behind.
const SELECT: &str = "SELECT id, tenant, visit, state, mode, asked_at, begun_at, ended_at,
    failure, summary, keep_until, hold_reason, hold_by, hold_since, wish, wish_at,
    tried_at, erased_at, erased_objects FROM recording";

impl TryFrom<Columns> for RecordingRow {
    type Error = Fault;

    fn try_from(found: Columns) -> Result<Self, Fault> {
        let summary = found.summary.as_deref().map(serde_json::from_str).transpose();
        let hold = match (found.hold_reason, found.hold_by, found.hold_since) {
            (Some(reason), Some(by), Some(since)) => {
                Some(RecordingHold { reason, by, since: row::instant(since)? })
            }
            (None, _, _) | (_, None, _) | (_, _, None) => None,
        };
        let erased = match (found.erased_at, found.erased_objects) {
            (Some(at), Some(objects)) => {
                let objects = u32::try_from(objects).map_err(Fault::stored("count"))?;
                Some((row::instant(at)?, objects))
            }
            (None, _) | (_, None) => None,
        };
        let wish = match (found.wish, found.wish_at) {
            (Some(word), Some(at)) => Some((row::worded(word)?, row::instant(at)?)),
            (None, _) | (_, None) => None,
        };
        Ok(Self {
            id: found.id,
            tenant: found.tenant,
            visit: found.visit,
            state: state(&found.state)?,
            mode: row::worded(found.mode)?,
            asked_at: row::instant(found.asked_at)?,
            begun_at: found.begun_at.map(row::instant).transpose()?,
            ended_at: found.ended_at.map(row::instant).transpose()?,
            failure: found.failure.map(row::worded).transpose()?,
            summary: summary.map_err(Fault::stored("summary of a recording"))?,
            keep_until: found.keep_until.map(row::instant).transpose()?,
            hold,
            wish,
            tried_at: found.tried_at.map(row::instant).transpose()?,
            erased,
        })
    }
}

fn state(name: &str) -> Result<KeptState, Fault> {
    let found = KeptState::ALL.into_iter().find(|state| state.name() == name);
    row::named(found, "recording state")
}

impl Store {
    /// One recording of a tenant.
    pub async fn recording(&self, tenant: &str, id: Uuid) -> Result<Option<RecordingRow>, Fault> {
        let text = sqlx::AssertSqlSafe(format!("{SELECT} WHERE id = $1 AND tenant = $2"));
        let found: Option<Columns> = on_db!(&self.db, c => {
            sqlx::query_as(text).bind(id).bind(tenant).fetch_optional(c).await
        })
        .map_err(Fault::database(READ))?;
        found.map(RecordingRow::try_from).transpose()
    }

    /// Recordings of a tenant.
    pub async fn recordings(&self, page: RecordingsWanted<'_>) -> Result<Vec<RecordingRow>, Fault> {
        let visit = if page.visit.is_some() { " AND visit = $4" } else { "" };
        let state = match (page.state, page.visit) {
            (Some(_), Some(_)) => " AND state = $5",
            (Some(_), None) => " AND state = $4",
            (None, _) => "",
        };
        let text = sqlx::AssertSqlSafe(format!(
            "{SELECT} WHERE tenant = $1 AND id < $2{visit}{state} ORDER BY id DESC LIMIT $3"
        ));
        let found: Vec<Columns> = on_db!(&self.db, c => {
            let query = sqlx::query_as(text)
                .bind(page.tenant)
                .bind(page.before)
                .bind(i64::from(page.limit));
            let query = if let Some(visit) = page.visit { query.bind(visit) } else { query };
            let query = match page.state {
                Some(state) => query.bind(state.name()),
                None => query,
            };
            query.fetch_all(c).await
        })
        .map_err(Fault::database(READ))?;
        found.into_iter().map(RecordingRow::try_from).collect()
    }

    /// How many recordings stand in each state.
    pub(crate) async fn recording_counts(&self) -> Result<BTreeMap<KeptState, u64>, Fault> {
        let found: Vec<(String, i64)> = on_db!(&self.db, c => {
            sqlx::query_as("SELECT state, COUNT(*) FROM recording GROUP BY state")
                .fetch_all(c)
                .await
        })
        .map_err(Fault::database("count recordings"))?;
        found.into_iter().map(|(name, many)| Ok((state(&name)?, row::count(many)?))).collect()
    }
}

/// A recording that nobody else changes until the transaction ends.
async fn held(tx: &mut Tx, id: Uuid) -> Result<Option<RecordingRow>, Fault> {
    let text = sqlx::AssertSqlSafe(format!("{SELECT} WHERE id = $1{}", tx.for_update()));
    let found: Option<Columns> = in_tx!(tx, c => {
        sqlx::query_as(text).bind(id).fetch_optional(c).await
    })
    .map_err(Fault::database(READ))?;
    found.map(RecordingRow::try_from).transpose()
}

/// Keeps a held recording as it stands now.
async fn keep(tx: &mut Tx, recording: &RecordingRow) -> Result<(), Fault> {
    let summary = recording.summary.as_ref().map(serde_json::to_string).transpose();
    let summary = summary.map_err(Fault::stored("summary of a recording"))?;
    let failure = recording.failure.as_ref().map(row::word).transpose()?;
    in_tx!(tx, c => {
        sqlx::query(
            "UPDATE recording SET state = $2, begun_at = $3, ended_at = $4, failure = $5,
               summary = $6, keep_until = $7, hold_reason = $8, hold_by = $9, hold_since = $10,
               wish = $11, wish_at = $12, tried_at = $13, erased_at = $14, erased_objects = $15
             WHERE id = $1",
        )
        .bind(recording.id)
        .bind(recording.state.name())
        .bind(recording.begun_at.map(row::millis))
        .bind(recording.ended_at.map(row::millis))
        .bind(failure)
        .bind(summary)
        .bind(recording.keep_until.map(row::millis))
        .bind(recording.hold.as_ref().map(|hold| hold.reason.as_str()))
        .bind(recording.hold.as_ref().map(|hold| hold.by))
        .bind(recording.hold.as_ref().map(|hold| row::millis(hold.since)))
        .bind(recording.wish.map(|(wish, _)| wish.name()))
        .bind(recording.wish.map(|(_, at)| row::millis(at)))
        .bind(recording.tried_at.map(row::millis))
        .bind(recording.erased.map(|(at, _)| row::millis(at)))
        .bind(recording.erased.map(|(_, objects)| i64::from(objects)))
        .execute(c)
        .await
        .map(rows)
    })
    .map(drop)
    .map_err(Fault::database("keep a recording"))
}
