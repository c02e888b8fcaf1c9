//! Makes the lines of a manifest: each names the one before, and is signed.
//!
//! In: entries, one after another. Out: lines.
//! Never: a file; whoever asked writes the line, and says with the next one that it was written.

use super::entry::Entry;
use super::signer::Signer;
use crate::hash;
use serde::{Deserialize, Serialize};

/// What the first line names as the one before.
pub(super) const NO_LINE: &str = "0000000000000000000000000000000000000000000000000000000000000000";
/// What stands before the signature in a line.
pub(super) const SIG_MARK: &str = ",\"sig\":\"";
/// What stands after it.
pub(super) const SIG_END: &str = "\"}";

/// A line as JSON, without its signature.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Line {
    /// What it says.
    #[serde(flatten)]
    pub(super) entry: Entry,
    /// Its number, from 1.
    pub(super) line: u32,
    /// Hash of the line before.
    pub(super) prev: String,
}

/// The end of a manifest that grows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Chain {
    lines: u32,
    head: String,
}

impl Chain {
    /// Of a manifest without lines.
    pub(crate) fn new() -> Self {
        Self { lines: 0, head: NO_LINE.to_owned() }
    }

    /// Of a manifest that has so many lines, of which the last has this hash.
    pub(crate) const fn after(lines: u32, head: String) -> Self {
        Self { lines, head }
    }

    /// Hash of the last line, in hex.
    pub(crate) fn head(&self) -> &str {
        &self.head
    }

    /// The next line, with its line end.
    pub(crate) fn add(&mut self, entry: Entry, signer: &Signer) -> String {
        let line = self.lines.saturating_add(1);
        let body = Line { entry, line, prev: self.head.clone() };
        let text = serde_json::to_string(&body)
            .expect("a line holds texts, numbers and flags, which JSON can write");
        let signature = signer.sign(text.as_bytes());
        let open = text.strip_suffix('}').unwrap_or(&text);
        let mut text = format!("{open}{SIG_MARK}{signature}{SIG_END}");
        self.head = hash::hex(&hash::sha256(text.as_bytes()));
        self.lines = line;
        text.push('\n');
        text
    }
}
