//! A new visit: its row, its people, its first events and its idempotency key, as one.
//!
//! In: a visit as planned. Out: that it is stored, or that the same request made it before.
//! Never: half a visit; two visits for one key.

use super::{ParticipantRow, VisitRow, add_event};
use crate::Fault;
use crate::store::db::{Tx, in_tx, rows};
use crate::store::idempotency::{self, Earlier, Idempotency};
use crate::store::{Store, row};
use crate::visit::VisitEvent;
use bedside_signaling_api::visit::VisitState;
use jiff::Timestamp;
use uuid::Uuid;

/// A visit to be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewVisitRow {
    /// Its id (UUID version 7).
    pub id: Uuid,
    /// Whose it is.
    pub tenant: String,
    /// When it starts; whole milliseconds.
    pub starts_at: Timestamp,
    /// How long it is planned to take.
    pub duration_minutes: u16,
    /// When it was scheduled; whole milliseconds.
    pub created_at: Timestamp,
    /// Who is expected, in order.
    pub participants: Vec<ParticipantRow>,
    /// The first events of its log.
    pub events: Vec<VisitEvent>,
}

impl NewVisitRow {
    /// The row as it will be read back.
    pub(crate) fn row(&self) -> VisitRow {
        VisitRow {
            id: self.id,
            state: VisitState::Scheduled,
            starts_at: self.starts_at,
            duration_minutes: self.duration_minutes,
            created_at: self.created_at,
            participants: self.participants.clone(),
        }
    }
}

/// What became of a new visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Created {
    /// It is stored.
    Now,
    /// The same request made this visit before; nothing was stored.
    Before(Uuid),
    /// The key was used for another request before; nothing was stored.
    KeyTaken,
}

impl Store {
    /// Stores a visit, once a key.
    pub async fn create_visit(
        &self,
        visit: &NewVisitRow,
        request: Option<&Idempotency>,
    ) -> Result<Created, Fault> {
        const OPERATION: &str = "store a visit";
        let mut tx = self.begin_write(OPERATION).await?;
        if let Some(request) = request {
            match idempotency::earlier(&mut tx, &visit.tenant, request, visit.created_at).await? {
                Earlier::None => {}
                Earlier::Same(before) => return Ok(Created::Before(before)),
                Earlier::Other => return Ok(Created::KeyTaken),
            }
        }
        insert(&mut tx, visit).await?;
        for (ordinal, participant) in (0_i64..).zip(&visit.participants) {
            insert_participant(&mut tx, visit.id, ordinal, participant).await?;
        }
        for (seq, event) in (1_i64..).zip(&visit.events) {
            add_event(&mut tx, (visit.id, seq), visit.created_at, event).await?;
        }
        if let Some(request) = request {
            let made = (visit.id, visit.created_at);
            idempotency::note(&mut tx, &visit.tenant, request, made).await?;
        }
        tx.commit().await.map_err(Fault::database(OPERATION))?;
        self.tally.add(&visit.events);
        Ok(Created::Now)
    }
}

async fn insert(tx: &mut Tx, visit: &NewVisitRow) -> Result<(), Fault> {
    let version = i64::try_from(visit.events.len()).map_err(Fault::stored("count"))?;
    in_tx!(tx, c => {
        sqlx::query(
            "INSERT INTO visit
               (id, tenant, state, starts_at, duration_minutes, created_at, version)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(visit.id)
        .bind(&visit.tenant)
        .bind(VisitState::Scheduled.name())
        .bind(row::millis(visit.starts_at))
        .bind(i64::from(visit.duration_minutes))
        .bind(row::millis(visit.created_at))
        .bind(version)
        .execute(c)
        .await
        .map(rows)
    })
    .map_err(Fault::database("store a visit"))?;
    Ok(())
}

async fn insert_participant(
    tx: &mut Tx,
    visit: Uuid,
    ordinal: i64,
    participant: &ParticipantRow,
) -> Result<(), Fault> {
    in_tx!(tx, c => {
        sqlx::query(
            "INSERT INTO participant
               (id, visit, ordinal, role, language, display_name, generation)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(participant.id)
        .bind(visit)
        .bind(ordinal)
        .bind(participant.role.name())
        .bind(&participant.language)
        .bind(&participant.display_name)
        .bind(row::kept(participant.generation)?)
        .execute(c)
        .await
        .map(rows)
    })
    .map_err(Fault::database("store a participant"))?;
    Ok(())
}
