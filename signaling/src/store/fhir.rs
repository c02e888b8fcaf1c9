//! The resources that visits were planned by, as scheduling systems wrote them.
//!
//! In: a resource with its visit. Out: what was written, and what of the visit has changed since.
//! Never: the truth about a visit; that is the visit's row and log, and goes over what is here.

mod find;
mod read;
mod write;

pub(crate) use find::Window;
pub(crate) use read::Held;
pub(crate) use write::{Made, NewResource, Replaced, Written};

use jiff::Timestamp;
use uuid::Uuid;

/// A resource as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ResourceRow {
    /// Its id, unique in its tenant.
    pub(crate) id: String,
    /// The visit that was planned by it.
    pub(crate) visit: Uuid,
    /// The release of FHIR it was written in.
    pub(crate) release: String,
    /// As it was written, without what is ours.
    pub(crate) body: String,
    /// Which entry is which person, as JSON.
    pub(crate) seated: String,
    /// Counts how often it was written.
    pub(crate) revision: u64,
    /// When it was last written.
    pub(crate) updated_at: Timestamp,
}

/// A business identifier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct IdentifierRow {
    /// Whose; empty where it was not said.
    pub(crate) system: String,
    /// The identifier.
    pub(crate) value: String,
}

/// An identifier looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SoughtRow {
    /// Whose; any where it is not said.
    pub(crate) system: Option<String>,
    /// The identifier.
    pub(crate) value: String,
}
