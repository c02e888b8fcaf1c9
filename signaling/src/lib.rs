//! Signaling: visits, doors, consent, memory. The service people and schedulers talk to.
//!
//! In: HTTP requests, WebSocket messages, events of the media plane, the clock.
//! Out: answers, commands to the media plane, a log of what happened in each visit.
//! Never: a media packet; and no name or secret in a log, a URL or a metric label.

pub mod audit;
pub mod fault;
mod fhir;
pub mod hub;
pub mod media;
mod quality;
pub mod role;
pub mod socket;
pub mod store;
pub mod visit;
mod webhook;

mod captions;
pub mod client;
pub mod clock;
pub mod consent;
mod films;
mod health;
mod http;
mod ical;
pub mod identifiers;
pub mod key;
pub mod link;
pub mod metrics;
mod oidc;
pub mod outward;
mod pages;
mod plan;
mod policy;
mod problem;
mod queue;
mod quota;
pub mod recorder;
mod recordings;
mod secret;
pub mod service;
mod session;
mod smart;
mod state;
mod timekeeper;
mod token;

pub use fault::Fault;
pub use http::document as openapi_document;
pub use service::{Bound, DevLink, DevVisit, Service};
pub use state::AppState;
