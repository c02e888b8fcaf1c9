//! The manifest of a recording: what was sealed, in which order, and that nobody changed it since.
//!
//! In: what the spool has made durable. Out: lines of JSON, each naming the one before by its hash
//! and signed by the server; and back, with everything that is wrong named.
//! Never: a name of a person, or anything of what was said.
//!
//! # The format
//!
//! `manifest.jsonl` is UTF-8, a JSON object a line, each line ended by `\n`. The first has `kind`
//! `begin`, then come `part` and `gap`, the last is `end`. Each has `line` (its number, from 1),
//! `prev` (SHA-256 in hex of the line before, without its `\n`; 64 zeros in the first) and, as its
//! very last member, `sig`: the Ed25519 signature in hex, by the key that `begin` names as
//! `signer`, of the line's bytes without this member, that is with `,"sig":"…"}` replaced by `}`.
//! Times are milliseconds of the recording's clock, which begins with it at `at_ms` (Unix time).
//!
//! A server that is hostile while it records can sign what it likes. The manifest proves that
//! nothing was changed afterwards, and the hash of its last line, kept elsewhere, proves it of the
//! server too.

mod chain;
mod entry;
mod judge;
pub mod object;
mod reading;
mod signer;

pub(crate) use chain::Chain;
pub use entry::{Begin, End, Entry, Gap, Part, Why};
pub use judge::Flaw;
pub use reading::Manifest;
pub use signer::{KEY_FILE, Signer, SignerFault};

/// Its name, in the spool and in the store.
pub const MANIFEST: &str = "manifest.jsonl";

#[cfg(test)]
mod tests;
