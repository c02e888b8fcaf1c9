//! Seals what is said and shown in a visit, and opens it again for whoever holds the key.
//!
//! In: packets of those who agreed. Out: sealed parts, and later, for the key holder, a film.
//! Never: a private key while it records, plaintext on a disk, a name in anything unsealed.

pub mod binding;
pub mod child;
pub mod compose;
pub mod composite;
pub mod dating;
pub mod depacketise;
pub mod draft;
pub mod export;
pub mod fetch;
pub mod film;
mod hash;
pub mod manifest;
pub mod matroska;
pub mod open;
pub mod part;
pub mod play;
pub mod recover;
mod reorder;
pub mod seal;
pub mod service;
pub mod shelf;
pub mod spool;
pub mod take;
pub mod upload;
pub mod verify;
