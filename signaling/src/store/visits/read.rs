//! Visits as stored.
//!
//! In: ids, a tenant, a place in the list. Out: rows for the API, and the log for the machine.
//! Never: a visit of another tenant.

use crate::Fault;
use crate::store::{Store, row};
use crate::visit::VisitEvent;
use bedside_signaling_api::role::Role;
use bedside_signaling_api::visit::VisitState;
use jiff::{SignedDuration, Timestamp};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;
use uuid::Uuid;

/// Somebody expected in a visit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParticipantRow {
    /// Their id in this visit.
    pub id: Uuid,
    /// The part they play.
    pub role: Role,
    /// Their language (BCP 47).
    pub language: String,
    /// What the others see.
    pub display_name: String,
    /// Counts the links they have been given; only the newest opens the door.
    pub generation: u64,
}

/// A visit as the API shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VisitRow {
    /// Its id.
    pub id: Uuid,
    /// Where it stands.
    pub state: VisitState,
    /// When it starts.
    pub starts_at: Timestamp,
    /// How long it is planned to take.
    pub duration_minutes: u16,
    /// When it was scheduled.
    pub created_at: Timestamp,
    /// Who is expected, in order.
    pub participants: Vec<ParticipantRow>,
}

impl VisitRow {
    /// When it is planned to end; the end of time where the calendar has no such day.
    #[must_use]
    pub fn ends_at(&self) -> Timestamp {
        let length = SignedDuration::from_mins(i64::from(self.duration_minutes));
        self.starts_at.checked_add(length).unwrap_or(Timestamp::MAX)
    }
}

/// A visit as its machine needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredVisit {
    /// How many events there are.
    pub version: u64,
    /// What happened, and when.
    pub events: Vec<(Timestamp, VisitEvent)>,
}

const READ_VISIT: &str = "read a visit";

impl Store {
    /// A visit's log from the beginning.
    pub async fn load_visit(&self, visit: Uuid) -> Result<Option<StoredVisit>, Fault> {
        let found: Option<i64> = sqlx::query_scalar("SELECT 1 FROM visit WHERE id = $1")
            .bind(visit)
            .fetch_optional(&self.pool)
            .await
            .map_err(Fault::database(READ_VISIT))?;
        if found.is_none() {
            return Ok(None);
        }
        let rows: Vec<(i64, String)> =
            sqlx::query_as("SELECT at, body FROM event WHERE visit = $1 ORDER BY seq")
                .bind(visit)
                .fetch_all(&self.pool)
                .await
                .map_err(Fault::database("read a visit's log"))?;
        let events = rows.iter().map(event).collect::<Result<Vec<_>, _>>()?;
        let version = u64::try_from(events.len()).map_err(Fault::stored("count"))?;
        Ok(Some(StoredVisit { version, events }))
    }

    /// One visit of a tenant.
    pub async fn visit(&self, tenant: &str, visit: Uuid) -> Result<Option<VisitRow>, Fault> {
        let found = sqlx::query("SELECT * FROM visit WHERE tenant = $1 AND id = $2")
            .bind(tenant)
            .bind(visit)
            .fetch_optional(&self.pool)
            .await
            .map_err(Fault::database(READ_VISIT))?;
        self.with_people(found.as_slice()).await.map(|mut visits| visits.pop())
    }

    /// A tenant's visits with ids under `before`, newest first.
    pub async fn visits(
        &self,
        tenant: &str,
        before: Uuid,
        limit: u16,
    ) -> Result<Vec<VisitRow>, Fault> {
        let found = sqlx::query(
            "SELECT * FROM visit WHERE tenant = $1 AND id < $2 ORDER BY id DESC LIMIT $3",
        )
        .bind(tenant)
        .bind(before)
        .bind(i64::from(limit))
        .fetch_all(&self.pool)
        .await
        .map_err(Fault::database("list visits"))?;
        self.with_people(&found).await
    }

    /// The visit and the person a link names.
    pub async fn participant(
        &self,
        participant: Uuid,
    ) -> Result<Option<(VisitRow, ParticipantRow)>, Fault> {
        let found = sqlx::query(
            "SELECT v.* FROM visit v JOIN participant p ON p.visit = v.id WHERE p.id = $1",
        )
        .bind(participant)
        .fetch_optional(&self.pool)
        .await
        .map_err(Fault::database("look a participant up"))?;
        let Some(visit) = self.with_people(found.as_slice()).await?.pop() else {
            return Ok(None);
        };
        let person = visit.participants.iter().find(|p| p.id == participant).cloned();
        Ok(person.map(|person| (visit, person)))
    }

    async fn with_people(&self, found: &[SqliteRow]) -> Result<Vec<VisitRow>, Fault> {
        let mut visits = Vec::with_capacity(found.len());
        for visit in found {
            let id = visit.try_get("id").map_err(Fault::database(READ_VISIT))?;
            let people = sqlx::query("SELECT * FROM participant WHERE visit = $1 ORDER BY ordinal")
                .bind(id)
                .fetch_all(&self.pool)
                .await
                .map_err(Fault::database("read a visit's participants"))?;
            let people = people.iter().map(participant_row).collect::<Result<Vec<_>, _>>()?;
            visits.push(visit_row(id, visit, people)?);
        }
        Ok(visits)
    }
}

fn event((at, body): &(i64, String)) -> Result<(Timestamp, VisitEvent), Fault> {
    let event = serde_json::from_str(body).map_err(Fault::stored("event"))?;
    Ok((row::instant(*at)?, event))
}

fn visit_row(
    id: Uuid,
    found: &SqliteRow,
    participants: Vec<ParticipantRow>,
) -> Result<VisitRow, Fault> {
    let number = |name: &str| -> Result<i64, Fault> {
        found.try_get(name).map_err(Fault::database(READ_VISIT))
    };
    let state: String = found.try_get("state").map_err(Fault::database(READ_VISIT))?;
    let minutes = u16::try_from(number("duration_minutes")?).map_err(Fault::stored("length"))?;
    Ok(VisitRow {
        id,
        state: row::state(&state)?,
        starts_at: row::instant(number("starts_at")?)?,
        duration_minutes: minutes,
        created_at: row::instant(number("created_at")?)?,
        participants,
    })
}

fn participant_row(found: &SqliteRow) -> Result<ParticipantRow, Fault> {
    const OPERATION: &str = "read a participant";
    let column = Fault::database;
    let role: String = found.try_get("role").map_err(column(OPERATION))?;
    Ok(ParticipantRow {
        id: found.try_get("id").map_err(column(OPERATION))?,
        role: row::role(&role)?,
        language: found.try_get("language").map_err(column(OPERATION))?,
        display_name: found.try_get("display_name").map_err(column(OPERATION))?,
        generation: row::count(found.try_get("generation").map_err(column(OPERATION))?)?,
    })
}
