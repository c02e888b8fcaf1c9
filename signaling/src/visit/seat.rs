//! One expected person: where they are, and what they have passed and agreed to.
//!
//! In: an expected person; the visit's `apply` changes it. Out: values for the rules.
//! Never: what the person stated, or a socket; those pass, and a seat outlives them.

use super::Expected;
use bedside_signaling_api::person::{Apart, Authority, Relationship};
use bedside_signaling_api::policy::{Gate, Purpose};
use bedside_signaling_api::role::Role;
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Generation of a person's first link.
pub const FIRST_GENERATION: u64 = 1;

/// One expected person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seat {
    /// Their id in this visit.
    pub id: Uuid,
    /// The part they play.
    pub role: Role,
    /// Their language (BCP 47).
    pub language: String,
    /// What the others see.
    pub display_name: String,
    /// The organisation that sends them, where it is not the visit's own.
    pub partner: Option<String>,
    /// How they are related to the patient.
    pub relationship: Option<Relationship>,
    /// What a proxy's word stands on.
    pub authority: Option<Authority>,
    /// They need an interpreter into their language.
    pub interpreter_needed: bool,
    /// Counts their links; only the newest opens the door.
    pub generation: u64,
    /// Where they are.
    pub place: Place,
    /// Whether staff, or their role, has let them in; it outlives reloads and restarts.
    pub admitted: bool,
    /// Whether they have come at all.
    pub came: bool,
    /// Since when they have waited to be let in; a short absence does not change it.
    pub waiting_since: Option<Timestamp>,
    /// Since when they are gone from the lobby without a word.
    pub lost_at: Option<Timestamp>,
    /// That they wait too long has been said.
    pub wait_told: bool,
    /// Staff has taken them out of the room's media for a while.
    pub apart: Option<Apart>,
    /// What they have passed.
    pub passed: BTreeSet<Gate>,
    /// What staff has gone on without.
    pub skipped: BTreeSet<Gate>,
    /// How often they have tried and not passed.
    pub failures_by_gate: BTreeMap<Gate, u32>,
    /// What they said when they were asked to agree.
    pub decision_by_purpose: BTreeMap<Purpose, Decision>,
}

/// Where somebody is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Place {
    /// Not here yet, or gone from the lobby without a word.
    Expected,
    /// In the lobby.
    Waiting,
    /// In the visit.
    Here,
    /// Let in, and their connection was lost.
    Away,
    /// Sent away from the lobby; may queue again.
    Declined,
    /// Gone by their own will; may come back.
    Left,
    /// Taken out for good, or expected no more.
    Removed,
}

/// What somebody said when they were asked to agree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// Yes, to this text.
    Given {
        /// Which text.
        version: String,
    },
    /// No.
    Refused,
    /// Yes, and later no.
    Withdrawn,
}

impl Seat {
    /// Somebody who has not come.
    #[must_use]
    pub fn expected(expected: &Expected) -> Self {
        Self {
            id: expected.id,
            role: expected.role,
            language: expected.language.clone(),
            display_name: expected.display_name.clone(),
            partner: expected.partner.clone(),
            relationship: expected.relationship,
            authority: expected.authority,
            interpreter_needed: expected.interpreter_needed,
            generation: FIRST_GENERATION,
            place: Place::Expected,
            admitted: false,
            came: false,
            waiting_since: None,
            lost_at: None,
            wait_told: false,
            apart: None,
            passed: BTreeSet::new(),
            skipped: BTreeSet::new(),
            failures_by_gate: BTreeMap::new(),
            decision_by_purpose: BTreeMap::new(),
        }
    }

    /// Whether they have agreed and not taken it back.
    #[must_use]
    pub fn agrees(&self, purpose: Purpose) -> bool {
        matches!(self.decision_by_purpose.get(&purpose), Some(Decision::Given { .. }))
    }

    /// Whether they have said no.
    #[must_use]
    pub fn objects(&self, purpose: Purpose) -> bool {
        let decision = self.decision_by_purpose.get(&purpose);
        matches!(decision, Some(Decision::Refused | Decision::Withdrawn))
    }

    /// Whether the gate stands open for them: passed, or gone on without.
    #[must_use]
    pub fn is_through(&self, gate: Gate) -> bool {
        self.passed.contains(&gate) || self.skipped.contains(&gate)
    }
}
