//! Visits as stored.
//!
//! In: ids, a tenant, a place in the list. Out: rows for the API, and the log for the machine.
//! Never: a visit of another tenant.

use crate::Fault;
use crate::store::db::on_db;
use crate::store::{Store, row};
use crate::visit::VisitEvent;
use bedside_signaling_api::role::Role;
use bedside_signaling_api::visit::VisitState;
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeMap;
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

/// A row of `visit`, as either engine gives it.
#[derive(sqlx::FromRow)]
struct VisitColumns {
    id: Uuid,
    tenant: String,
    state: String,
    starts_at: i64,
    duration_minutes: i64,
    created_at: i64,
}

/// A row of `participant`, as either engine gives it.
#[derive(sqlx::FromRow)]
struct ParticipantColumns {
    id: Uuid,
    visit: Uuid,
    role: String,
    language: String,
    display_name: String,
    generation: i64,
}

const READ_VISIT: &str = "read a visit";

impl Store {
    /// A visit's log from the beginning.
    pub async fn load_visit(&self, visit: Uuid) -> Result<Option<StoredVisit>, Fault> {
        let found: Option<i64> = on_db!(&self.db, c => {
            sqlx::query_scalar("SELECT version FROM visit WHERE id = $1")
                .bind(visit)
                .fetch_optional(c)
                .await
        })
        .map_err(Fault::database(READ_VISIT))?;
        if found.is_none() {
            return Ok(None);
        }
        let rows: Vec<(i64, String)> = on_db!(&self.db, c => {
            sqlx::query_as("SELECT at, body FROM event WHERE visit = $1 ORDER BY seq")
                .bind(visit)
                .fetch_all(c)
                .await
        })
        .map_err(Fault::database("read a visit's log"))?;
        let events = rows.iter().map(event).collect::<Result<Vec<_>, _>>()?;
        let version = u64::try_from(events.len()).map_err(Fault::stored("count"))?;
        Ok(Some(StoredVisit { version, events }))
    }

    /// One visit of a tenant.
    pub async fn visit(&self, tenant: &str, visit: Uuid) -> Result<Option<VisitRow>, Fault> {
        let found: Option<VisitColumns> = on_db!(&self.db, c => {
            sqlx::query_as(
                "SELECT id, tenant, state, starts_at, duration_minutes, created_at
                 FROM visit WHERE tenant = $1 AND id = $2",
            )
            .bind(tenant)
            .bind(visit)
            .fetch_optional(c)
            .await
        })
        .map_err(Fault::database(READ_VISIT))?;
        self.with_people(found.into_iter().collect()).await.map(|mut visits| visits.pop())
    }

    /// A tenant's visits with ids under `before`, newest first.
    pub async fn visits(
        &self,
        tenant: &str,
        before: Uuid,
        limit: u16,
    ) -> Result<Vec<VisitRow>, Fault> {
        let found: Vec<VisitColumns> = on_db!(&self.db, c => {
            sqlx::query_as(
                "SELECT id, tenant, state, starts_at, duration_minutes, created_at
                 FROM visit WHERE tenant = $1 AND id < $2 ORDER BY id DESC LIMIT $3",
            )
            .bind(tenant)
            .bind(before)
            .bind(i64::from(limit))
            .fetch_all(c)
            .await
        })
        .map_err(Fault::database("list visits"))?;
        self.with_people(found).await
    }

    /// The visit and the person a link names.
    pub async fn participant(
        &self,
        participant: Uuid,
    ) -> Result<Option<(VisitRow, ParticipantRow)>, Fault> {
        let found: Option<VisitColumns> = on_db!(&self.db, c => {
            sqlx::query_as(
                "SELECT v.id, v.tenant, v.state, v.starts_at, v.duration_minutes, v.created_at
                 FROM visit v JOIN participant p ON p.visit = v.id WHERE p.id = $1",
            )
            .bind(participant)
            .fetch_optional(c)
            .await
        })
        .map_err(Fault::database("look a participant up"))?;
        let Some(visit) = self.with_people(found.into_iter().collect()).await?.pop() else {
            return Ok(None);
        };
        let person = visit.participants.iter().find(|p| p.id == participant).cloned();
        Ok(person.map(|person| (visit, person)))
    }

    /// Visits of one tenant with their people, all of whom one query reads.
    async fn with_people(&self, found: Vec<VisitColumns>) -> Result<Vec<VisitRow>, Fault> {
        let ids = || found.iter().map(|visit| visit.id);
        let (Some(first), Some(last), Some(visit)) = (ids().min(), ids().max(), found.first())
        else {
            return Ok(Vec::new());
        };
        // By the ids' range, which is the page's; a visit that came since adds rows nobody
        // asks for.
        let people: Vec<ParticipantColumns> = on_db!(&self.db, c => {
            sqlx::query_as(
                "SELECT p.id, p.visit, p.role, p.language, p.display_name, p.generation
                 FROM participant p JOIN visit v ON v.id = p.visit
                 WHERE v.tenant = $1 AND v.id >= $2 AND v.id <= $3 ORDER BY p.ordinal",
            )
            .bind(&visit.tenant)
            .bind(first)
            .bind(last)
            .fetch_all(c)
            .await
        })
        .map_err(Fault::database("read the participants of visits"))?;
        let mut people_by_visit: BTreeMap<Uuid, Vec<ParticipantRow>> = BTreeMap::new();
        for person in people {
            people_by_visit.entry(person.visit).or_default().push(participant_row(person)?);
        }
        let with = |visit: VisitColumns| {
            let participants = people_by_visit.remove(&visit.id).unwrap_or_default();
            visit_row(&visit, participants)
        };
        found.into_iter().map(with).collect()
    }
}

fn event((at, body): &(i64, String)) -> Result<(Timestamp, VisitEvent), Fault> {
    let event = serde_json::from_str(body).map_err(Fault::stored("event"))?;
    Ok((row::instant(*at)?, event))
}

fn visit_row(found: &VisitColumns, participants: Vec<ParticipantRow>) -> Result<VisitRow, Fault> {
    Ok(VisitRow {
        id: found.id,
        state: row::state(&found.state)?,
        starts_at: row::instant(found.starts_at)?,
        duration_minutes: u16::try_from(found.duration_minutes).map_err(Fault::stored("length"))?,
        created_at: row::instant(found.created_at)?,
        participants,
    })
}

fn participant_row(found: ParticipantColumns) -> Result<ParticipantRow, Fault> {
    Ok(ParticipantRow {
        id: found.id,
        role: row::role(&found.role)?,
        language: found.language,
        display_name: found.display_name,
        generation: row::count(found.generation)?,
    })
}
