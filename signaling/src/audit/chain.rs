//! The chain: each row's hash is made over its entry, its place, and the hash of the row before.
//!
//! In: the head of a tenant's chain and an entry. Out: the next row.
//! Never: a row whose tenant, place, time or entry can be changed without its hash being wrong.
//!
//! The hash is an HMAC, not a plain one: somebody who may write the database but has not the key
//! file can neither change a row nor add one.

use super::entry::Entry;
use aws_lc_rs::hmac;
use std::fmt;

const DOMAIN: &[u8] = b"bedside audit row v1\0";

/// Hash of a row.
pub type Hash = [u8; 32];

/// What the hash of the first row is made over, in place of a row before it.
pub const NO_ROW_BEFORE: Hash = [0; 32];

/// How far a chain has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// Place of the last row; zero while there is none.
    pub seq: u64,
    /// Its hash.
    pub hash: Hash,
}

impl Head {
    /// Of a chain without a row.
    pub const EMPTY: Self = Self { seq: 0, hash: NO_ROW_BEFORE };
}

/// A row as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its place, from one.
    pub seq: u64,
    /// When, in Unix milliseconds.
    pub at_ms: i64,
    /// What it says.
    pub entry: Entry,
    /// Hash of the row before.
    pub prev: Hash,
    /// Its own.
    pub hash: Hash,
}

/// Makes the hashes of a chain.
pub struct ChainKey(hmac::Key);

impl ChainKey {
    /// Of these bytes.
    pub(super) fn new(bytes: &[u8]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, bytes))
    }

    /// The row behind `head`.
    #[must_use]
    pub fn next(&self, tenant: &str, head: Head, at_ms: i64, entry: Entry) -> Row {
        let seq = head.seq.saturating_add(1);
        let mut row = Row { seq, at_ms, entry, prev: head.hash, hash: NO_ROW_BEFORE };
        row.hash = self.hash(tenant, seq, &row);
        row
    }

    /// The hash the row has to have if its place is `seq`.
    #[must_use]
    pub fn hash(&self, tenant: &str, seq: u64, row: &Row) -> Hash {
        let mut context = hmac::Context::with_key(&self.0);
        context.update(DOMAIN);
        context.update(&row.prev);
        context.update(&seq.to_be_bytes());
        context.update(&row.at_ms.to_be_bytes());
        // The entry's own lengths end it, so the tenant behind it needs none.
        context.update(&row.entry.bytes());
        context.update(tenant.as_bytes());
        let mut hash = NO_ROW_BEFORE;
        for (to, from) in hash.iter_mut().zip(context.sign().as_ref()) {
            *to = *from;
        }
        hash
    }
}

impl Row {
    /// Where the chain stands behind this row.
    #[must_use]
    pub const fn head(&self) -> Head {
        Head { seq: self.seq, hash: self.hash }
    }
}

impl fmt::Debug for ChainKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ChainKey")
    }
}
