//! A new visit: its row, its people, its first events and its idempotency key, as one.
//!
//! In: a visit as planned. Out: that it is stored, or that the same request made it before.
//! Never: half a visit; two visits for one key.

use super::{ParticipantRow, VisitRow, add_event, party, people};
use crate::Fault;
use crate::audit::keys::Keys;
use crate::identifiers::IdentifierHash;
use crate::store::db::{Tx, in_tx, rows};
use crate::store::happened::{Actor, Happened};
use crate::store::idempotency::{self, Earlier, Idempotency};
use crate::store::{Store, row};
use crate::visit::{Plan, Visit, VisitEvent};
use bedside_signaling_api::visit::VisitState;
use jiff::Timestamp;
use std::collections::BTreeMap;
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
    /// Keyed hashes of what tells that it is them, by person.
    pub hash_by_participant: BTreeMap<Uuid, IdentifierHash>,
    /// What the scheduling system calls it.
    pub reference: Option<String>,
    /// The series it belongs to.
    pub series: Option<Uuid>,
    /// The visit it follows.
    pub follows: Option<Uuid>,
    /// Other organisations that send people of their own.
    pub partners: Vec<String>,
    /// Who asked for it.
    pub actor: Actor,
    /// The first events of its log.
    pub events: Vec<VisitEvent>,
}

impl NewVisitRow {
    /// The row as it will be read back.
    pub(crate) fn row(&self) -> VisitRow {
        let plan = self.plan();
        VisitRow {
            id: self.id,
            tenant: self.tenant.clone(),
            state: VisitState::Scheduled,
            starts_at: self.starts_at,
            duration_minutes: self.duration_minutes,
            created_at: self.created_at,
            participants: self.participants.clone(),
            urgent: plan.urgent,
            queue: plan.queue,
            policy: plan.policy.name,
            reference: self.reference.clone(),
            series: self.series,
            follows: self.follows,
            partners: self.partners.clone(),
            segments: plan.segments,
            moves: 0,
            recording: None,
        }
    }

    fn plan(&self) -> Plan {
        let planned = self.events.iter().find_map(|event| {
            if let VisitEvent::Scheduled { plan, .. } = event { Some(plan.clone()) } else { None }
        });
        planned.unwrap_or_default()
    }
}

/// What became of a new visit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Created {
    /// It is stored.
    Now,
    /// The same request made this visit before; nothing was stored.
    Before(Uuid),
    /// The key was used for another request before; nothing was stored.
    KeyTaken,
    /// There is no organisation of that name here; nothing was stored.
    NoSuchPartner(String),
}

impl Store {
    /// Stores a visit, once a key.
    pub async fn create_visit(
        &self,
        visit: &NewVisitRow,
        request: Option<&Idempotency>,
    ) -> Result<Created, Fault> {
        self.create_visits(std::slice::from_ref(visit), request).await
    }

    /// Stores the visits of a series, all of them or none, once a key. The first stands for
    /// all where the same request comes again.
    pub async fn create_visits(
        &self,
        visits: &[NewVisitRow],
        request: Option<&Idempotency>,
    ) -> Result<Created, Fault> {
        const OPERATION: &str = "store a visit";
        let mut tx = self.begin_write(OPERATION).await?;
        let first = visits.first().ok_or("no visit").map_err(Fault::stored("series"))?;
        if let Some(request) = request {
            match idempotency::earlier(&mut tx, &first.tenant, request, first.created_at).await? {
                Earlier::None => {}
                Earlier::Same(before) => return Ok(Created::Before(before)),
                Earlier::Other => return Ok(Created::KeyTaken),
            }
        }
        for visit in visits {
            if let Some(partner) = add(&mut tx, &self.audit, visit).await? {
                return Ok(Created::NoSuchPartner(partner));
            }
        }
        if let Some(request) = request {
            let made = (first.id, first.created_at);
            idempotency::note(&mut tx, &first.tenant, request, made).await?;
        }
        tx.commit().await.map_err(Fault::database(OPERATION))?;
        visits.iter().for_each(|visit| self.tally.add(&visit.events));
        self.outbox.notify_one();
        Ok(Created::Now)
    }
}

/// Adds a visit with all that belongs to it; a partner that is no tenant here is told.
pub(in crate::store) async fn add(
    tx: &mut Tx,
    keys: &Keys,
    visit: &NewVisitRow,
) -> Result<Option<String>, Fault> {
    insert(tx, visit).await?;
    let unknown = party::keep(tx, visit.id, (&visit.tenant, &visit.partners)).await?;
    if unknown.is_some() {
        return Ok(unknown);
    }
    for (place, participant) in (0_i64..).zip(&visit.participants) {
        let hash = visit.hash_by_participant.get(&participant.id).map(<[u8; 32]>::as_slice);
        people::insert(tx, (visit.id, place), participant, hash).await?;
    }
    for (seq, event) in (1_i64..).zip(&visit.events) {
        add_event(tx, (visit.id, seq), visit.created_at, event).await?;
    }
    let happened = Happened {
        tenant: &visit.tenant,
        partners: &visit.partners,
        visit: visit.id,
        at: visit.created_at,
        first_seq: 1,
        events: &visit.events,
        actor: &visit.actor,
    };
    happened.note(tx, keys).await?;
    Ok(None)
}

async fn insert(tx: &mut Tx, visit: &NewVisitRow) -> Result<(), Fault> {
    let version = i64::try_from(visit.events.len()).map_err(Fault::stored("count"))?;
    let plan = visit.plan();
    let segments = serde_json::to_string(&plan.segments).map_err(Fault::stored("segments"))?;
    let log: Vec<_> = visit.events.iter().map(|event| (visit.created_at, event.clone())).collect();
    let wakes_at = Visit::replay(&log).and_then(|visit| visit.wakes_at());
    in_tx!(tx, c => {
        sqlx::query(
            "INSERT INTO visit
               (id, tenant, state, starts_at, duration_minutes, created_at, version, urgent,
                queue, policy, reference, series, follows, segments, wakes_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
        )
        .bind(visit.id)
        .bind(&visit.tenant)
        .bind(VisitState::Scheduled.name())
        .bind(row::millis(visit.starts_at))
        .bind(i64::from(visit.duration_minutes))
        .bind(row::millis(visit.created_at))
        .bind(version)
        .bind(i64::from(plan.urgent))
        .bind(plan.queue)
        .bind(plan.policy.name)
        .bind(&visit.reference)
        .bind(visit.series)
        .bind(visit.follows)
        .bind(segments)
        .bind(wakes_at.map(row::millis))
        .execute(c)
        .await
        .map(rows)
    })
    .map_err(Fault::database("store a visit"))?;
    Ok(())
}
