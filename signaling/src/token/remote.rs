//! Key sets that others publish at a URL: fetched when needed, kept a while, fetched anew when
//! a signer has changed its keys.
//!
//! In: a URL, a token, the time. Out: the token's claims.
//! Never: a fetch for each wrong token, so that nobody makes this server knock at another's
//! door; a key believed long after its owner took it back.

use super::{Alg, Claims, Jws, Keys, Untrusted};
use crate::outward::{Limit, Outward};
use crate::problem::chain;
use axum::http::{HeaderMap, StatusCode};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant};

/// How long a fetched set is believed. A key that its owner removed opens for this long at
/// most; shorter would ask the owner's server more often.
const AGE_MAX: Duration = Duration::from_secs(10 * 60);
/// At least so long lies between two fetches of one URL, whatever tokens come. A signer that
/// changes its keys publishes the new one before it uses it; shorter would make this server a
/// hammer on another's door, longer would keep people out who are right.
const PAUSE: Duration = Duration::from_secs(2);
/// How long a fetch may take, and the most bytes of a set: several times what any has.
const FETCH: Limit = Limit { wait: Duration::from_secs(5), bytes: 256 * 1024 };
/// Most URLs remembered; beyond them all are forgotten, and asked again.
const URLS_MAX: usize = 1_000;

/// Key sets of others. Clones share them.
#[derive(Debug, Clone)]
pub(crate) struct RemoteKeys {
    outward: Outward,
    set_by_url: Arc<Mutex<BTreeMap<String, Arc<RemoteSet>>>>,
}

/// The key set of one URL.
#[derive(Debug, Default)]
struct RemoteSet {
    kept: RwLock<Option<Kept>>,
    /// When it was last asked for. One asks at a time; the others wait for its answer.
    tried_at: tokio::sync::Mutex<Option<Instant>>,
}

#[derive(Debug, Clone)]
struct Kept {
    keys: Arc<Keys>,
    at: Instant,
}

impl RemoteKeys {
    pub(crate) fn new(outward: Outward) -> Self {
        Self { outward, set_by_url: Arc::default() }
    }

    /// The claims of a token that a key of that URL signed by an `allowed` algorithm.
    pub(crate) async fn open(
        &self,
        url: &str,
        token: &Jws<'_>,
        allowed: &[Alg],
    ) -> Result<Claims, Untrusted> {
        let set = self.set(url);
        let known = set.open(token, allowed, Instant::now());
        if !matches!(known, Err(Untrusted::UnknownKey)) {
            return known;
        }
        let mut tried_at = set.tried_at.lock().await;
        // Whoever held the lock before may have fetched what is wanted.
        let now = Instant::now();
        let known = set.open(token, allowed, now);
        let too_soon = tried_at.is_some_and(|at| now.saturating_duration_since(at) < PAUSE);
        if !matches!(known, Err(Untrusted::UnknownKey)) || too_soon {
            return known;
        }
        *tried_at = Some(now);
        if let Some(keys) = self.fetch(url).await {
            *set.kept.write().unwrap_or_else(PoisonError::into_inner) =
                Some(Kept { keys: Arc::new(keys), at: now });
        }
        set.open(token, allowed, Instant::now())
    }

    fn set(&self, url: &str) -> Arc<RemoteSet> {
        let mut sets = self.set_by_url.lock().unwrap_or_else(PoisonError::into_inner);
        if sets.len() >= URLS_MAX && !sets.contains_key(url) {
            sets.clear();
        }
        Arc::clone(sets.entry(url.to_owned()).or_default())
    }

    async fn fetch(&self, url: &str) -> Option<Keys> {
        let reply = match self.outward.get(url, HeaderMap::new(), FETCH).await {
            Ok(reply) if reply.status == StatusCode::OK => reply,
            Ok(reply) => {
                tracing::warn!(status = reply.status.as_u16(), "a key set was not handed out");
                return None;
            }
            Err(error) => {
                tracing::warn!(error = %chain(&error), "a key set cannot be fetched");
                return None;
            }
        };
        let keys = Keys::from_json(&reply.body);
        keys.inspect_err(|error| tracing::warn!(%error, "a fetched key set is of no use")).ok()
    }
}

impl RemoteSet {
    fn open(&self, token: &Jws<'_>, allowed: &[Alg], now: Instant) -> Result<Claims, Untrusted> {
        let kept = self.kept.read().unwrap_or_else(PoisonError::into_inner).clone();
        let young = kept.filter(|kept| now.saturating_duration_since(kept.at) < AGE_MAX);
        young.ok_or(Untrusted::UnknownKey)?.keys.open(token, allowed)
    }
}
