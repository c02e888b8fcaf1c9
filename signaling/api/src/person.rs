//! Words about the people of a visit that scheduling systems, pages and the log share.
//!
//! In and out: code words. Never: free text about a person; what they state is kept elsewhere,
//! for as long as the policy says.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

/// How somebody is related to the patient (after v3-RoleCode, in plain words).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Relationship {
    /// Husband, wife, partner.
    Partner,
    /// Son or daughter.
    Child,
    /// Mother or father.
    Parent,
    /// Brother or sister.
    Sibling,
    /// Another relative.
    Relative,
    /// A friend or neighbour.
    Friend,
    /// Cares for the patient without being any of these.
    Caregiver,
}

/// What a proxy's word stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Authority {
    /// Named by the patient for decisions about health care.
    HealthCareProxy,
    /// Appointed by a court.
    LegalGuardian,
    /// Parent of a patient under age.
    ParentOfMinor,
    /// Holds a power of attorney.
    PowerOfAttorney,
}

/// How a gate was passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// The person said it of themselves.
    Stated,
    /// Two identifiers, compared with what the scheduling system gave.
    TwoIdentifiers,
    /// A one-time code.
    OneTimeCode,
    /// Signed in with the clinic's identity provider (OpenID Connect).
    Oidc,
    /// Staff looked, at a face or a document.
    Visual,
    /// Staff knows or asked.
    Staff,
    /// The page measured it.
    Measured,
}

/// How a visit ended, in the clinician's word. Clinical detail belongs to the health record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// What it was for has been done.
    Completed,
    /// Another visit is wanted.
    FollowUp,
    /// Somebody has to see the patient in person.
    InPerson,
    /// Passed on to somebody else.
    Referred,
    /// It is an emergency.
    Emergency,
    /// It broke off for a technical reason.
    Technical,
    /// It was not held for another reason.
    NotHeld,
}

/// Why somebody is out of the room's media for a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Apart {
    /// Staff has asked them to wait a moment.
    Hold,
    /// Something is spoken of that is not for them.
    Confidential,
    /// Somebody has not agreed to their listening, or they themselves not to being here.
    Consent,
}

impl Apart {
    /// The name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Hold => "hold",
            Self::Confidential => "confidential",
            Self::Consent => "consent",
        }
    }
}
