//! Who somebody is in a visit.
//!
//! In and out: the role's name in API, WebSocket and store.
//! Never: what the role may do; that table is signaling's.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

/// The part somebody plays in a visit.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema, TS,
)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// The person the visit is about.
    Patient,
    /// Speaks for the patient with authority.
    Proxy,
    /// A relative or friend.
    Family,
    /// Physician, nurse, therapist.
    Clinician,
    /// Explains and reviews medicines.
    Pharmacist,
    /// Carries speech or sign from one language into another.
    Interpreter,
    /// Writes live captions.
    Captioner,
    /// Watches with the others' knowledge, for training or supervision.
    Observer,
    /// Runs the schedule and the waiting room.
    Coordinator,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 9] = [
        Self::Patient,
        Self::Proxy,
        Self::Family,
        Self::Clinician,
        Self::Pharmacist,
        Self::Interpreter,
        Self::Captioner,
        Self::Observer,
        Self::Coordinator,
    ];

    /// The name used on the wire and in the store.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Patient => "patient",
            Self::Proxy => "proxy",
            Self::Family => "family",
            Self::Clinician => "clinician",
            Self::Pharmacist => "pharmacist",
            Self::Interpreter => "interpreter",
            Self::Captioner => "captioner",
            Self::Observer => "observer",
            Self::Coordinator => "coordinator",
        }
    }
}
