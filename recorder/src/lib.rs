//! Seals what is said and shown in a visit, and opens it again for whoever holds the key.
//!
//! In: packets of those who agreed. Out: sealed parts, and later, for the key holder, a film.
//! Never: a private key while it records, plaintext on a disk, a name in anything unsealed.

pub mod binding;
pub mod composite;
pub mod dating;
pub mod depacketise;
pub mod film;
pub mod child;
pub mod draft;
mod hash;
pub mod manifest;
pub mod matroska;
pub mod part;
pub mod recover;
mod reorder;
pub mod seal;
pub mod shelf;
pub mod spool;
pub mod take;
pub mod upload;
pub mod verify;
