//! Who may ask how often: each key, each address, and each address that tries what opens
//! nothing.
//!
//! In: a key or an address, now. Out: go on, or a problem that says when to come back; and the
//! headers that tell a caller where it stands.
//! Never: one caller slowed by another; an address that is a proxy's, where the proxy is named.

use super::peer::{Peer, peer};
use crate::AppState;
use crate::problem::{Kind, Rejection};
use crate::quota::{Left, Limit, Quota};
use axum::extract::{FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};
use uuid::Uuid;

/// What opens nothing: wrong links, wrong keys, wrong assertions. Guessing a secret of 256 bits
/// is hopeless at any rate, so this only makes a flood of guesses slow and seen. Who is right
/// gets in whatever their neighbours do: else one stranger behind the same address could keep a
/// whole clinic out.
const WRONG: Limit = Limit { burst: 100, per_second: 5 };

/// Headers of draft-ietf-httpapi-ratelimit-headers.
const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
const STANDING: HeaderName = HeaderName::from_static("ratelimit");

/// The limits in force. Locks are held for a few instructions, never over an await.
#[derive(Debug)]
pub(crate) struct Limits {
    key: Option<Mutex<Quota<Uuid>>>,
    address: Option<Mutex<Quota<IpAddr>>>,
    wrong: Mutex<Quota<IpAddr>>,
}

/// Where a caller stands with one limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Standing {
    name: &'static str,
    limit: Limit,
    left: Left,
}

/// Where the caller of one request stands, for its answer.
#[derive(Debug, Clone, Default)]
struct Told(Arc<OnceLock<Standing>>);

impl Limits {
    /// The limits of the settings.
    pub(crate) fn new(settings: &bedside_config::Limits) -> Self {
        Self {
            key: limit(settings.key_per_second, settings.key_burst)
                .map(|limit| Mutex::new(Quota::new(limit))),
            address: limit(settings.address_per_second, settings.address_burst)
                .map(|limit| Mutex::new(Quota::new(limit))),
            wrong: Mutex::new(Quota::new(WRONG)),
        }
    }

    /// Counts a request of a key or a client in force.
    pub(super) fn key(&self, id: Uuid, request: Option<&Extensions>) -> Result<(), Rejection> {
        self.key.as_ref().map_or(Ok(()), |quota| charge(quota, id, "key", request))
    }

    /// Counts a request that needs no key.
    pub(super) fn address(&self, peer: Peer, request: &Extensions) -> Result<(), Rejection> {
        let quota = self.address.as_ref();
        quota.map_or(Ok(()), |quota| charge(quota, peer.house(), "address", Some(request)))
    }

    /// Counts something that opened nothing.
    pub(super) fn wrong(&self, peer: Peer) -> Result<(), Rejection> {
        charge(&self.wrong, peer.house(), "wrong", None)
    }
}

/// None where the operator wants none.
fn limit(per_second: u16, burst: u16) -> Option<Limit> {
    let (per_second, burst) = (u32::from(per_second), u32::from(burst.max(1)));
    (per_second > 0).then_some(Limit { burst, per_second })
}

fn charge<K: Ord>(
    quota: &Mutex<Quota<K>>,
    who: K,
    name: &'static str,
    request: Option<&Extensions>,
) -> Result<(), Rejection> {
    let mut quota = quota.lock().unwrap_or_else(PoisonError::into_inner);
    let limit = quota.limit();
    let taken = quota.take(who, Instant::now());
    let left = taken.unwrap_or_else(|next| Left { tokens: 0, next });
    if let Some(Told(told)) = request.and_then(Extensions::get) {
        // The first one told is the narrowest: a request has a key or comes without.
        let _told_before = told.set(Standing { name, limit, left });
    }
    taken.map(drop).map_err(wait)
}

fn wait(duration: Duration) -> Rejection {
    let seconds = seconds(duration);
    Rejection::new(Kind::TooManyRequests)
        .detail(format!("Try again in {seconds} s."))
        .retry_after(seconds)
}

/// Whole seconds, at least one: who comes too early is turned away again.
fn seconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis().div_ceil(1_000).max(1)).unwrap_or(u64::MAX)
}

/// Somebody who needs no key; counted by where they come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Visitor(pub(super) Peer);

impl FromRequestParts<AppState> for Visitor {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Rejection> {
        let peer = peer(parts, state).await;
        state.limits.address(peer, &parts.extensions)?;
        Ok(Self(peer))
    }
}

/// Tells each caller that was counted where it stands.
pub(super) async fn tell(mut request: Request, next: Next) -> Response {
    let told = Told::default();
    request.extensions_mut().insert(told.clone());
    let mut response = next.run(request).await;
    if let Some(standing) = told.0.get() {
        let headers = response.headers_mut();
        headers.insert(POLICY, standing.policy());
        headers.insert(STANDING, standing.now());
    }
    response
}

impl Standing {
    fn policy(&self) -> HeaderValue {
        let Limit { burst, per_second } = self.limit;
        let window = burst.div_ceil(per_second.max(1));
        value(format!("\"{}\";q={burst};w={window}", self.name))
    }

    fn now(&self) -> HeaderValue {
        let Left { tokens, next } = self.left;
        value(format!("\"{}\";r={tokens};t={}", self.name, seconds(next)))
    }
}

fn value(text: String) -> HeaderValue {
    HeaderValue::try_from(text).expect("a name of ours and numbers are a header's value")
}
