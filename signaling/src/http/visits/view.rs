//! A stored visit as the API shows it.
//!
//! In: rows. Out: bodies.
//! Never: a link where the caller did not just make the visit.

use crate::link::Links;
use crate::store::{ParticipantRow, VisitRow};
use bedside_signaling_api::visit::{Participant, Visit};

/// Without links.
pub(super) fn visit(row: &VisitRow) -> Visit {
    with(row, |_| None)
}

/// With one personal link a participant.
pub(super) fn visit_with_links(row: &VisitRow, links: &Links) -> Visit {
    with(row, |person| Some(links.link(person.id, person.generation)))
}

fn with(row: &VisitRow, link: impl Fn(&ParticipantRow) -> Option<String>) -> Visit {
    let participants = row.participants.iter().map(|person| Participant {
        id: person.id,
        role: person.role,
        language: person.language.clone(),
        display_name: person.display_name.clone(),
        link: link(person),
    });
    Visit {
        id: row.id,
        state: row.state,
        starts_at: row.starts_at,
        ends_at: row.ends_at(),
        duration_minutes: row.duration_minutes,
        created_at: row.created_at,
        participants: participants.collect(),
    }
}
