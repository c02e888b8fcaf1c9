//! Planning a visit.
//!
//! In: what a scheduling system asks for, already checked, and a source of ids. Out: the
//! first events of the log.
//! Never: a link or a secret; those are made beside the log, not in it.

use super::{Expected, Plan, VisitEvent};
use bedside_signaling_api::policy::Policy;
use bedside_signaling_api::visit::NewVisit;
use jiff::Timestamp;
use uuid::Uuid;

/// The events that begin a visit's log.
pub fn schedule(
    new: &NewVisit,
    starts_at: Timestamp,
    policy: Policy,
    mut ids: impl FnMut() -> Uuid,
) -> Vec<VisitEvent> {
    let participants = new.participants.iter().map(|participant| Expected {
        id: ids(),
        role: participant.role,
        language: participant.language.clone(),
        display_name: participant.display_name.clone(),
        partner: None,
        relationship: participant.relationship,
        authority: participant.authority,
        interpreter_needed: participant.interpreter_needed,
    });
    let plan = Plan {
        urgent: new.urgent,
        queue: new.queue.clone(),
        policy,
        segments: new.segments.clone(),
    };
    vec![VisitEvent::Scheduled {
        starts_at,
        duration_minutes: new.duration_minutes,
        participants: participants.collect(),
        plan,
    }]
}
