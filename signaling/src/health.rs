//! Numbers and health for the operator, on a listener of their own.
//!
//! In: scrapes and probes. Out: metrics; whether the program lives; whether it is to be sent
//! people.
//! Never: a database question in `/livez`; a slow database is no reason to be restarted in
//! the middle of visits.

use crate::http::guarded;
use crate::hub::Hub;
use crate::metrics::Metrics;
use crate::problem::Rejection;
use crate::store::Store;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use std::time::{Duration, Instant};
use tokio::sync::watch;

/// How long readiness waits for the database. Probes come every few seconds and have little
/// patience themselves.
const DATABASE_WAIT: Duration = Duration::from_secs(1);
/// How old a shard's counters may be. They come once a second; shorter takes one that is busy
/// for dead, longer sends people to one that is.
const MEDIA_SILENCE_MAX: Duration = Duration::from_secs(5);

/// What the operator's questions are answered from.
#[derive(Debug, Clone)]
pub(crate) struct Health {
    pub(crate) metrics: Metrics,
    pub(crate) hub: Hub,
    pub(crate) store: Store,
    pub(crate) stopping: watch::Receiver<bool>,
}

/// `/metrics`, `/livez`, `/readyz`.
pub(crate) fn router(health: Health) -> Router {
    let routes = Router::new()
        .route("/metrics", get(metrics))
        .route("/livez", get(|| async { "alive\n" }))
        .route("/readyz", get(ready));
    guarded(routes.with_state(health))
}

async fn metrics(State(health): State<Health>) -> Result<Response, Rejection> {
    health.metrics.take_events(&health.store.event_counts());
    health.metrics.take_hub(&health.hub.counts());
    for shard in health.hub.stats().borrow().iter() {
        health.metrics.take_shard(shard);
    }
    let page = health.metrics.page()?;
    Ok(([(CONTENT_TYPE, prometheus::TEXT_FORMAT)], page).into_response())
}

async fn ready(State(health): State<Health>) -> Response {
    if *health.stopping.borrow() {
        return (StatusCode::SERVICE_UNAVAILABLE, "stopping").into_response();
    }
    if !media_lives(&health.hub.shards_heard(), Instant::now()) {
        return (StatusCode::SERVICE_UNAVAILABLE, "the media plane does not answer")
            .into_response();
    }
    match tokio::time::timeout(DATABASE_WAIT, health.store.reachable()).await {
        Ok(Ok(())) => "ready\n".into_response(),
        Ok(Err(_)) | Err(_) => {
            (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer").into_response()
        }
    }
}

/// Whether every shard was heard of lately; one at least there has to be.
fn media_lives(heard: &[Instant], now: Instant) -> bool {
    let lately = |at: &Instant| now.saturating_duration_since(*at) < MEDIA_SILENCE_MAX;
    !heard.is_empty() && heard.iter().all(lately)
}

#[cfg(test)]
mod tests {
    use super::{MEDIA_SILENCE_MAX, media_lives};
    use std::time::{Duration, Instant};

    #[test]
    fn the_media_plane_lives_while_every_shard_is_heard() {
        let then = Instant::now();
        let now = then + MEDIA_SILENCE_MAX;
        let lately = then + Duration::from_millis(1);
        assert!(media_lives(&[lately, now], now));
        assert!(!media_lives(&[lately, then], now), "one shard is silent");
        assert!(!media_lives(&[], now), "there is none");
    }
}
