//! API keys of scheduling systems: `vk_<id>_<secret>`.
//!
//! In: a key as sent; a key to be made or rotated. Out: whether it opens; the text of a new one,
//! once.
//! Never: the secret in the store; a reason that would help somebody guess.

mod scopes;

pub use bedside_signaling_api::key::Scope;
pub use scopes::Scopes;

use crate::store::{KeyRow, NewKeyRow, Rotation};
use crate::{Fault, secret};
use jiff::{SignedDuration, Timestamp};
use std::fmt;
use uuid::Uuid;

/// How every key begins, so that scanners for leaked secrets can find one.
const PREFIX: &str = "vk_";

/// Most keys of one tenant, and most clients, that were not revoked. A hospital has one for each
/// system that schedules; a list of these fits into one answer.
pub const KEYS_PER_TENANT_MAX: u16 = 500;

/// A key to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewKey {
    /// Whose it is; made when it is new.
    pub tenant: String,
    /// What the operator calls it.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// When it stops working by itself.
    pub expires_at: Option<Timestamp>,
}

/// A key just made. The only moment its text exists on our side.
#[derive(Clone, PartialEq, Eq)]
pub struct FreshKey {
    /// Its public part.
    pub id: Uuid,
    /// The key, for the `Authorization` header.
    pub text: String,
}

impl fmt::Debug for FreshKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FreshKey").field("id", &self.id).finish_non_exhaustive()
    }
}

/// Mints a key and the row that knows it again; `made_by` is the caller's own key.
pub(crate) fn mint(
    new: &NewKey,
    made_by: Option<Uuid>,
    now: Timestamp,
) -> Result<(FreshKey, NewKeyRow), Fault> {
    let id = Uuid::now_v7();
    let secret = secret::fresh()?;
    let scopes: Scopes = new.scopes.iter().copied().collect();
    let row = NewKeyRow {
        id,
        tenant: new.tenant.clone(),
        name: new.name.clone(),
        secret_hash: secret::hash(secret.as_bytes()),
        scopes: scopes.kept(),
        created_at: now,
        expires_at: new.expires_at,
        made_by,
    };
    Ok((FreshKey { id, text: text(id, &secret) }, row))
}

/// A new secret for a key; the present one works for `overlap` more, so that a caller can change
/// over without a gap.
pub(crate) fn rotate(
    id: Uuid,
    overlap: SignedDuration,
    now: Timestamp,
) -> Result<(FreshKey, Rotation), Fault> {
    let secret = secret::fresh()?;
    let former_until = now.saturating_add(overlap).ok().filter(|until| *until > now);
    let rotation = Rotation { id, secret_hash: secret::hash(secret.as_bytes()), former_until };
    Ok((FreshKey { id, text: text(id, &secret) }, rotation))
}

fn text(id: Uuid, secret: &str) -> String {
    format!("{PREFIX}{}_{secret}", id.simple())
}

/// A key as sent, taken apart but not yet believed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Sent<'a> {
    /// Which key it says it is.
    pub(crate) id: Uuid,
    secret: &'a str,
}

impl<'a> Sent<'a> {
    /// Takes `vk_<id>_<secret>` apart.
    pub(crate) fn parse(text: &'a str) -> Option<Self> {
        let (id, secret) = text.strip_prefix(PREFIX)?.split_once('_')?;
        Some(Self { id: Uuid::try_parse(id).ok()?, secret })
    }

    /// Whether this is the key of that row and it is in force at `now`. A rotated key opens by
    /// its former secret too, for as long as was said then.
    pub(crate) fn opens(self, row: &KeyRow, now: Timestamp) -> bool {
        let hash = secret::hash(self.secret.as_bytes());
        let former = row.former.as_ref().filter(|former| now < former.until);
        let known = secret::same(&hash, &row.secret_hash)
            || former.is_some_and(|former| secret::same(&hash, &former.hash));
        let expired = row.expires_at.is_some_and(|at| at <= now);
        known && !expired && row.revoked_at.is_none()
    }
}
