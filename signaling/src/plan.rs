//! A visit asked for becomes visits to be stored.
//!
//! In: a checked request, who asks, and the time. Out: the rows, their people and first events,
//! which say the same; or what of the request makes no sense.
//! Never: a link; it is made from the row when it is needed. An identifier in clear.

mod series;
#[cfg(test)]
mod tests;

use crate::clock;
use crate::identifiers::{Claim, IdentifierHash, Identifiers};
use crate::policy;
use crate::store::{Actor, NewVisitRow, ParticipantRow};
use crate::visit::{VisitEvent, schedule};
use bedside_signaling_api::policy::RecordedAs;
use bedside_signaling_api::visit::{NewParticipant, NewVisit};
use jiff::Timestamp;
use std::collections::BTreeMap;
use uuid::Uuid;

/// Name of the profile of a visit that names none.
pub(crate) const POLICY_DEFAULT: &str = "plain";

/// Who asks for a visit, and what it follows.
#[derive(Debug, Clone)]
pub(crate) struct Asker {
    /// Whose visit it is to be.
    pub(crate) tenant: String,
    /// Who asks.
    pub(crate) actor: Actor,
    /// The visit it follows.
    pub(crate) follows: Option<Uuid>,
}

/// What of a request makes no sense.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Senseless {
    /// There is no profile of that name.
    #[error("names no profile of `GET /v1/policies`")]
    Policy,
    /// There is no time zone of that name.
    #[error("names no time zone (IANA)")]
    TimeZone,
    /// The calendar has no such day.
    #[error("goes beyond the calendar")]
    Calendar,
}

/// Plans the visits of a request: one, or a series. Ids are UUIDs of version 7: a list in their
/// order is a list by age.
pub(crate) fn plan(
    asker: &Asker,
    new: &NewVisit,
    identifiers: &Identifiers,
    now: Timestamp,
) -> Result<Vec<NewVisitRow>, Senseless> {
    let name = new.policy.as_deref().unwrap_or(POLICY_DEFAULT);
    let mut rules = policy::named(name).ok_or(Senseless::Policy)?.clone();
    if let Some(RecordedAs { mode, layout }) = new.recorded_as {
        (rules.recording.mode, rules.recording.layout) = (mode, layout);
    }
    // What is answered is what is stored, and the store keeps milliseconds.
    let first = clock::to_millisecond(new.starts_at.unwrap_or(now));
    let starts = series::starts(first, new.repeat.as_ref())?;
    let series = new.repeat.as_ref().map(|_| Uuid::now_v7());
    let row = |starts_at: Timestamp| {
        let events = schedule(new, starts_at, rules.clone(), Uuid::now_v7);
        let participants: Vec<_> = events.iter().flat_map(people).collect();
        let hash_by_participant = hashes(&participants, &new.participants, identifiers);
        NewVisitRow {
            id: Uuid::now_v7(),
            tenant: asker.tenant.clone(),
            starts_at,
            duration_minutes: new.duration_minutes,
            created_at: now,
            participants,
            hash_by_participant,
            reference: new.reference.clone(),
            series,
            follows: asker.follows,
            partners: partners(asker, new),
            actor: asker.actor,
            events,
        }
    };
    Ok(starts.into_iter().map(row).collect())
}

/// Other organisations, each once.
fn partners(asker: &Asker, new: &NewVisit) -> Vec<String> {
    let mut partners: Vec<String> =
        new.partners.iter().filter(|partner| **partner != asker.tenant).cloned().collect();
    partners.sort();
    partners.dedup();
    partners
}

fn people(event: &VisitEvent) -> Vec<ParticipantRow> {
    let VisitEvent::Scheduled { participants, .. } = event else { return Vec::new() };
    participants.iter().map(ParticipantRow::expected).collect()
}

fn hashes(
    rows: &[ParticipantRow],
    asked: &[NewParticipant],
    identifiers: &Identifiers,
) -> BTreeMap<Uuid, IdentifierHash> {
    let hash = |(row, new): (&ParticipantRow, &NewParticipant)| {
        let given = new.identifiers.as_ref()?;
        let claim = Claim { birth_date: &given.birth_date, second: &given.second };
        Some((row.id, identifiers.hash(row.id, &claim)))
    };
    rows.iter().zip(asked).filter_map(hash).collect()
}
