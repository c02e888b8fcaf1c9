//! The API as software sees it: the real server on loopback, a real database, a real HTTP
//! client.
//!
//! In: requests, right and wrong. Out: a failure where an answer is not the promised one.
//! Never: a part replaced by a stand-in. The media plane has nothing to do here; its queues
//! are held open and stay empty.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that fails says where; its helpers are part of it"
)]

mod attend;
mod audit;
pub(crate) mod client;
mod desk;
#[path = "../../src/store/tests/engine.rs"]
pub(crate) mod engine;
mod errors;
mod fhir;
mod health;
mod idempotency;
mod jwks_url;
mod keys;
mod keys_by_api;
mod limits;
mod links;
mod oidc;
mod openapi;
mod pages;
mod paging;
mod quality;
mod recording;
mod recordings;
mod restart;
mod secrets;
pub(crate) mod server;
pub(crate) mod shelf;
mod signer;
mod tutorials;
mod visits;
mod webhooks;
