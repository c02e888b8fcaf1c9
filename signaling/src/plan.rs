//! A visit asked for becomes a visit to be stored.
//!
//! In: a checked request, whose it is, and the time. Out: the row, its people and the first
//! events, which say the same.
//! Never: a link; it is made from the row when it is needed.

use crate::clock;
use crate::store::{NewVisitRow, ParticipantRow};
use crate::visit::{VisitEvent, schedule};
use bedside_signaling_api::visit::NewVisit;
use jiff::Timestamp;
use uuid::Uuid;

/// Generation of a person's first link.
const FIRST_GENERATION: u64 = 1;

/// Plans a visit. Ids are UUIDs of version 7: a list in their order is a list by age.
pub(crate) fn plan(tenant: &str, mut new: NewVisit, now: Timestamp) -> NewVisitRow {
    // What is answered is what is stored, and the store keeps milliseconds.
    new.starts_at = clock::to_millisecond(new.starts_at);
    let events = schedule(&new, Uuid::now_v7);
    let participants = events.iter().flat_map(people).collect();
    NewVisitRow {
        id: Uuid::now_v7(),
        tenant: tenant.to_owned(),
        starts_at: new.starts_at,
        duration_minutes: new.duration_minutes,
        created_at: now,
        participants,
        events,
    }
}

fn people(event: &VisitEvent) -> Vec<ParticipantRow> {
    let VisitEvent::Scheduled { participants, .. } = event else { return Vec::new() };
    let rows = participants.iter().map(|expected| ParticipantRow {
        id: expected.id,
        role: expected.role,
        language: expected.language.clone(),
        display_name: expected.display_name.clone(),
        generation: FIRST_GENERATION,
    });
    rows.collect()
}
