//! Visits as stored.
//!
//! In: ids, a tenant, a place in the list. Out: rows for the API, and the log for the machine.
//! Never: a visit of another tenant.

use crate::Fault;
use crate::store::db::on_db;
use crate::store::{Store, row};
use crate::visit::{Expected, FIRST_GENERATION, VisitEvent};
use bedside_signaling_api::person::{Authority, Relationship};
use bedside_signaling_api::recording::Recording;
use bedside_signaling_api::role::Role;
use bedside_signaling_api::visit::{Segment, VisitState};
use jiff::{SignedDuration, Timestamp};
use sqlx::AssertSqlSafe;
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
    /// The organisation that sends them, where it is not the visit's own.
    pub partner: Option<String>,
    /// How they are related to the patient.
    pub relationship: Option<Relationship>,
    /// What a proxy's word stands on.
    pub authority: Option<Authority>,
    /// They need an interpreter into their language.
    pub interpreter_needed: bool,
    /// They are expected no more.
    pub gone: bool,
}

impl ParticipantRow {
    /// Somebody expected, with their first link.
    #[must_use]
    pub fn expected(expected: &Expected) -> Self {
        Self {
            id: expected.id,
            role: expected.role,
            language: expected.language.clone(),
            display_name: expected.display_name.clone(),
            generation: FIRST_GENERATION,
            partner: expected.partner.clone(),
            relationship: expected.relationship,
            authority: expected.authority,
            interpreter_needed: expected.interpreter_needed,
            gone: false,
        }
    }
}

/// A visit as the API shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VisitRow {
    /// Its id.
    pub id: Uuid,
    /// Whose it is.
    pub tenant: String,
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
    /// Whether it goes before the others of its queue.
    pub urgent: bool,
    /// The queue it waits in.
    pub queue: Option<String>,
    /// Name of the profile of rules it is held under.
    pub policy: String,
    /// What the scheduling system calls it.
    pub reference: Option<String>,
    /// The series it belongs to.
    pub series: Option<Uuid>,
    /// The visit it follows.
    pub follows: Option<Uuid>,
    /// Other organisations that send people of their own.
    pub partners: Vec<String>,
    /// Its parts, one after another.
    pub segments: Vec<Segment>,
    /// How often it was moved.
    pub moves: u32,
    /// Its present or last recording.
    pub recording: Option<Recording>,
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
    urgent: i64,
    queue: Option<String>,
    policy: String,
    reference: Option<String>,
    series: Option<Uuid>,
    follows: Option<Uuid>,
    segments: String,
    moves: i64,
    recording: Option<String>,
}

/// The columns of `VisitColumns`, of `visit v`.
macro_rules! visit_columns {
    ($rest:literal) => {
        concat!(
            "SELECT v.id, v.tenant, v.state, v.starts_at, v.duration_minutes, v.created_at,
               v.urgent, v.queue, v.policy, v.reference, v.series, v.follows, v.segments,
               v.moves, v.recording ",
            $rest
        )
    };
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
    partner: Option<String>,
    relationship: Option<String>,
    authority: Option<String>,
    interpreter_needed: i64,
    gone: i64,
}

/// Which of an organisation's visits are listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// All it may see, also those of others in which it has people.
    All,
    /// Its own, by what the scheduling system calls them.
    Reference(String),
    /// Its own, of one series.
    Series(Uuid),
    /// Its own, of one queue.
    Queue(String),
    /// Its own, in one state.
    State(VisitState),
    /// Its own, that start in a span of time, the end not in it.
    Starting(Timestamp, Timestamp),
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

    /// Whose a visit is.
    pub async fn tenant_of(&self, visit: Uuid) -> Result<String, Fault> {
        on_db!(&self.db, c => {
            sqlx::query_scalar("SELECT tenant FROM visit WHERE id = $1")
                .bind(visit)
                .fetch_one(c)
                .await
        })
        .map_err(Fault::database(READ_VISIT))
    }

    /// One visit that a tenant may see: its own, or one in which it has people.
    pub async fn visit(&self, tenant: &str, visit: Uuid) -> Result<Option<VisitRow>, Fault> {
        let found: Option<VisitColumns> = on_db!(&self.db, c => {
            sqlx::query_as(visit_columns!(
                "FROM visit_party y JOIN visit v ON v.id = y.visit
                 WHERE y.tenant = $1 AND y.visit = $2"
            ))
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
        finding: &Finding,
        before: Uuid,
        limit: u16,
    ) -> Result<Vec<VisitRow>, Fault> {
        let limit = i64::from(limit);
        macro_rules! found {
            ($text:literal $(, $bound:expr)*) => {
                on_db!(&self.db, c => {
                    sqlx::query_as::<_, VisitColumns>(visit_columns!($text))
                        .bind(tenant)
                        .bind(before)
                        .bind(limit)
                        $(.bind($bound))*
                        .fetch_all(c)
                        .await
                })
            };
        }
        let found = match finding {
            Finding::All => found!(
                "FROM visit_party y JOIN visit v ON v.id = y.visit
                 WHERE y.tenant = $1 AND y.visit < $2 ORDER BY y.visit DESC LIMIT $3"
            ),
            Finding::Reference(reference) => found!(
                "FROM visit v WHERE v.tenant = $1 AND v.reference = $4 AND v.id < $2
                 ORDER BY v.id DESC LIMIT $3",
                reference
            ),
            Finding::Series(series) => found!(
                "FROM visit v WHERE v.tenant = $1 AND v.series = $4 AND v.id < $2
                 ORDER BY v.id DESC LIMIT $3",
                series
            ),
            Finding::Queue(queue) => found!(
                "FROM visit v WHERE v.tenant = $1 AND v.queue = $4 AND v.id < $2
                   AND v.state IN ('scheduled', 'open', 'live', 'no_show_proposed')
                 ORDER BY v.id DESC LIMIT $3",
                queue
            ),
            Finding::State(state) => found!(
                "FROM visit v WHERE v.tenant = $1 AND v.state = $4 AND v.id < $2
                 ORDER BY v.id DESC LIMIT $3",
                state.name()
            ),
            Finding::Starting(from, to) => found!(
                "FROM visit v WHERE v.tenant = $1 AND v.starts_at >= $4 AND v.starts_at < $5
                   AND v.id < $2 ORDER BY v.id DESC LIMIT $3",
                row::millis(*from),
                row::millis(*to)
            ),
        };
        self.with_people(found.map_err(Fault::database("list visits"))?).await
    }

    /// The visit and the person a link names; nobody who is expected no more.
    pub async fn participant(
        &self,
        participant: Uuid,
    ) -> Result<Option<(VisitRow, ParticipantRow)>, Fault> {
        let found: Option<VisitColumns> = on_db!(&self.db, c => {
            sqlx::query_as(visit_columns!(
                "FROM visit v JOIN participant p ON p.visit = v.id
                 WHERE p.id = $1 AND p.gone = 0"
            ))
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

    /// Visits with their people and partners. A page of visits costs two queries more, however
    /// long it is; the ids are spelled out, which both engines answer by their index.
    async fn with_people(&self, found: Vec<VisitColumns>) -> Result<Vec<VisitRow>, Fault> {
        if found.is_empty() {
            return Ok(Vec::new());
        }
        let ids = found.iter().map(|visit| visit.id).collect::<Vec<_>>();
        let mut people_by_visit = self.people(&ids).await?;
        let mut partners_by_visit = self.partners(&ids).await?;
        let with = |visit: VisitColumns| {
            let participants = people_by_visit.remove(&visit.id).unwrap_or_default();
            let partners = partners_by_visit.remove(&visit.id).unwrap_or_default();
            visit_row(visit, participants, partners)
        };
        found.into_iter().map(with).collect()
    }

    async fn people(&self, ids: &[Uuid]) -> Result<BTreeMap<Uuid, Vec<ParticipantRow>>, Fault> {
        let text = format!(
            "SELECT id, visit, role, language, display_name, generation, partner, relationship,
               authority, interpreter_needed, gone
             FROM participant WHERE visit IN ({}) ORDER BY ordinal",
            row::places(ids.len())
        );
        let people: Vec<ParticipantColumns> = on_db!(&self.db, c => {
            let mut query = sqlx::query_as(AssertSqlSafe(text));
            for id in ids {
                query = query.bind(*id);
            }
            query.fetch_all(c).await
        })
        .map_err(Fault::database("read the participants of visits"))?;
        let mut people_by_visit: BTreeMap<Uuid, Vec<ParticipantRow>> = BTreeMap::new();
        for person in people {
            people_by_visit.entry(person.visit).or_default().push(participant_row(person)?);
        }
        Ok(people_by_visit)
    }

    async fn partners(&self, ids: &[Uuid]) -> Result<BTreeMap<Uuid, Vec<String>>, Fault> {
        let text = format!(
            "SELECT visit, tenant FROM visit_party
             WHERE visit IN ({}) AND kind = 'partner' ORDER BY tenant",
            row::places(ids.len())
        );
        let partners: Vec<(Uuid, String)> = on_db!(&self.db, c => {
            let mut query = sqlx::query_as(AssertSqlSafe(text));
            for id in ids {
                query = query.bind(*id);
            }
            query.fetch_all(c).await
        })
        .map_err(Fault::database("read the partners of visits"))?;
        let mut partners_by_visit: BTreeMap<Uuid, Vec<String>> = BTreeMap::new();
        for (visit, tenant) in partners {
            partners_by_visit.entry(visit).or_default().push(tenant);
        }
        Ok(partners_by_visit)
    }
}

fn event((at, body): &(i64, String)) -> Result<(Timestamp, VisitEvent), Fault> {
    let event = serde_json::from_str(body).map_err(Fault::stored("event"))?;
    Ok((row::instant(*at)?, event))
}

fn visit_row(
    found: VisitColumns,
    participants: Vec<ParticipantRow>,
    partners: Vec<String>,
) -> Result<VisitRow, Fault> {
    Ok(VisitRow {
        id: found.id,
        tenant: found.tenant,
        state: row::state(&found.state)?,
        starts_at: row::instant(found.starts_at)?,
        duration_minutes: u16::try_from(found.duration_minutes).map_err(Fault::stored("length"))?,
        created_at: row::instant(found.created_at)?,
        participants,
        urgent: found.urgent != 0,
        queue: found.queue,
        policy: found.policy,
        reference: found.reference,
        series: found.series,
        follows: found.follows,
        partners,
        segments: serde_json::from_str(&found.segments).map_err(Fault::stored("segments"))?,
        moves: u32::try_from(found.moves).map_err(Fault::stored("count"))?,
        recording: recording(found.recording.as_deref())?,
    })
}

fn recording(stored: Option<&str>) -> Result<Option<Recording>, Fault> {
    stored.map(serde_json::from_str).transpose().map_err(Fault::stored("recording"))
}

fn participant_row(found: ParticipantColumns) -> Result<ParticipantRow, Fault> {
    Ok(ParticipantRow {
        id: found.id,
        role: row::role(&found.role)?,
        language: found.language,
        display_name: found.display_name,
        generation: row::count(found.generation)?,
        partner: found.partner,
        relationship: found.relationship.map(row::worded).transpose()?,
        authority: found.authority.map(row::worded).transpose()?,
        interpreter_needed: found.interpreter_needed != 0,
        gone: found.gone != 0,
    })
}
