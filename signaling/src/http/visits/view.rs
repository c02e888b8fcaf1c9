//! A stored visit as the API shows it.
//!
//! In: rows. Out: bodies.
//! Never: a link where the caller did not just make the visit.

use crate::link::Links;
use crate::store::{ParticipantRow, VisitRow};
use bedside_signaling_api::visit::{Participant, Visit};

/// Without links, as `viewer` may see it: of the people another organisation sends, only who
/// they are in the visit.
pub(crate) fn visit(row: &VisitRow, viewer: &str) -> Visit {
    with(row, viewer, |_| None)
}

/// With one personal link a participant, for the visit's own organisation.
pub(crate) fn visit_with_links(row: &VisitRow, links: &Links) -> Visit {
    with(row, &row.tenant, |person| Some(links.link(person.id, person.generation)))
}

/// One person, as `viewer` may see them.
pub(crate) fn participant(
    row: &VisitRow,
    person: &ParticipantRow,
    viewer: &str,
    link: Option<String>,
) -> Participant {
    let own = person.partner.as_deref().unwrap_or(&row.tenant) == viewer;
    Participant {
        id: person.id,
        role: person.role,
        language: person.language.clone(),
        display_name: own.then(|| person.display_name.clone()),
        partner: person.partner.clone(),
        relationship: person.relationship.filter(|_| own),
        authority: person.authority.filter(|_| own),
        interpreter_needed: person.interpreter_needed,
        link: link.filter(|_| own),
    }
}

fn with(row: &VisitRow, viewer: &str, link: impl Fn(&ParticipantRow) -> Option<String>) -> Visit {
    let expected = row.participants.iter().filter(|person| !person.gone);
    let participants = expected.map(|person| participant(row, person, viewer, link(person)));
    let own = row.tenant == viewer;
    Visit {
        id: row.id,
        state: row.state,
        starts_at: row.starts_at,
        ends_at: row.ends_at(),
        duration_minutes: row.duration_minutes,
        created_at: row.created_at,
        participants: participants.collect(),
        urgent: row.urgent,
        queue: row.queue.clone().filter(|_| own),
        policy: row.policy.clone(),
        reference: row.reference.clone().filter(|_| own),
        series: row.series.filter(|_| own),
        follows: row.follows.filter(|_| own),
        partners: if own { row.partners.clone() } else { Vec::new() },
        segments: row.segments.clone(),
        recording: row.recording,
    }
}
