//! The audit log: who did what in visits, and who looked at records, in a chain a tenant.
//!
//! In: events of visits, in their own transaction (`told`); looks at records, before they are
//! shown (`access`). Out: rows of a keyed hash chain (`chain`), signed checkpoints of it
//! (`checkpoint`), and a report that names each row that was edited, moved or removed (`verify`).
//! Never: a name, a text or a number of a person (`entry`); two tenants in one chain.

pub mod chain;
pub mod checkpoint;
pub mod entry;
pub mod keys;
pub mod verify;

mod access;
pub mod fhir;
pub(crate) mod told;

pub(crate) use access::Waiting;
pub use access::{Access, Audit, NotNoted};
pub use verify::Report;
