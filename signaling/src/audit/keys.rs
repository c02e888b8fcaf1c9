//! The keys of the audit log.
//!
//! In: two key files of the data folder. Out: keyed hashes of ids, the key of the chain, the
//! signer of checkpoints.
//! Never: an id that can be had back from its hash.
//!
//! `audit.key` makes the chain and signs its checkpoints: without it no row can be added or
//! changed unseen, also by somebody who may write the database. `audit-ids.key` hashes the ids of
//! people and API keys, each tenant's by itself, so that two tenants' logs cannot be laid side by
//! side. It means this: whoever holds the file and an id can tell whether a row is about it, and
//! nobody else can. When a person's rows are erased elsewhere, their id is gone and their entries
//! here name nobody, while the chain stays whole. When the file itself is destroyed, no entry
//! written before can be told to be anybody's, for good.
//! Nodes that share a database have to have the same two files.

use super::chain::ChainKey;
use super::checkpoint::Signer;
use crate::{Fault, secret};
use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::fmt;
use std::path::Path;
use uuid::Uuid;

/// File of the key of the chain and its checkpoints in the data folder.
const LOG_FILE: &str = "audit.key";
/// File of the key that hashes ids in the data folder.
const IDS_FILE: &str = "audit-ids.key";
/// Length of both.
const KEY_BYTES: usize = 32;
/// Length of a hashed id: half an HMAC-SHA256. 128 bits are beyond guessing and beyond chance;
/// more would only make each row longer.
const TAG_BYTES: usize = 16;

const TAG_DOMAIN: &[u8] = b"bedside audit id v1\0";
const CHAIN_DOMAIN: &[u8] = b"bedside audit chain key v1\0";
const SIGN_DOMAIN: &[u8] = b"bedside audit checkpoint key v1\0";

/// The keyed hash of an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tag([u8; TAG_BYTES]);

impl Tag {
    /// Its bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// As it is kept.
    pub(crate) fn kept(bytes: &[u8]) -> Result<Self, Fault> {
        bytes.try_into().map(Self).map_err(Fault::stored("hashed id"))
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&URL_SAFE_NO_PAD.encode(self.0))
    }
}

/// The keys of the audit log.
pub struct Keys {
    ids: hmac::Key,
    /// Makes each row's hash.
    pub(crate) chain: ChainKey,
    /// Signs checkpoints.
    pub(crate) signer: Signer,
}

impl Keys {
    /// The keys in `folder`, made at first.
    pub(crate) fn open(folder: &Path) -> Result<Self, Fault> {
        let log = secret::key_file(&folder.join(LOG_FILE))?;
        let ids = secret::key_file(&folder.join(IDS_FILE))?;
        Ok(Self::new(&log, &ids))
    }

    /// Of the two files' bytes.
    pub(crate) fn new(log: &[u8; KEY_BYTES], ids: &[u8; KEY_BYTES]) -> Self {
        let log = hmac::Key::new(hmac::HMAC_SHA256, log);
        let derived = |domain: &[u8]| hmac::sign(&log, domain);
        Self {
            ids: hmac::Key::new(hmac::HMAC_SHA256, ids),
            chain: ChainKey::new(derived(CHAIN_DOMAIN).as_ref()),
            signer: Signer::new(derived(SIGN_DOMAIN).as_ref()),
        }
    }

    /// How that id is written in the log of `tenant`.
    #[must_use]
    pub fn tag(&self, tenant: &str, id: Uuid) -> Tag {
        let mut context = hmac::Context::with_key(&self.ids);
        context.update(TAG_DOMAIN);
        context.update(id.as_bytes());
        context.update(tenant.as_bytes());
        let mut tag = [0; TAG_BYTES];
        for (to, from) in tag.iter_mut().zip(context.sign().as_ref()) {
            *to = *from;
        }
        Tag(tag)
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keys").field("signer", &self.signer).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::Keys;
    use uuid::Uuid;

    #[test]
    fn an_id_is_one_hash_a_tenant_and_an_installation() {
        let keys = Keys::new(&[1; 32], &[2; 32]);
        let id = Uuid::from_u128(7);
        let tag = keys.tag("clinic", id);
        assert_eq!(tag, keys.tag("clinic", id));
        assert_ne!(tag, keys.tag("pharmacy", id));
        assert_ne!(tag, keys.tag("clinic", Uuid::from_u128(8)));
        assert_ne!(tag, Keys::new(&[1; 32], &[3; 32]).tag("clinic", id));
        assert_eq!(tag, Keys::new(&[9; 32], &[2; 32]).tag("clinic", id), "the other file's");
        assert!(!format!("{keys:?}").contains("2, 2"), "{keys:?}");
    }
}
