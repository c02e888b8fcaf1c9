//! Authorisation of software by its own key (SMART Backend Services; RFC 6749, 7521, 7523).
//!
//! In: what a client's assertion claims; what the client asked for and what it was registered
//! for. Out: whether the assertion holds, and the words of the grant.
//! Never: a signature checked here (that is `token`'s); a grant wider than the registration.

mod assertion;
mod fhir;
mod metadata;

pub(crate) use assertion::{ALGORITHMS, Assertion, claimed_client};
pub(crate) use fhir::{Rights, grant};
pub(crate) use metadata::{metadata, token_url};
