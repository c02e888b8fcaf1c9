//! Sends what the outbox holds.
//!
//! In: deliveries that are due, a word that there may be new ones, the wish to stop. Out: requests
//! to endpoints, a few at a time to each; their results back in the store.
//! Never: anything known only to it: whatever it does is in the store before or after, so that
//! its death at any moment costs a second request at most.

use super::message::message_id;
use super::schedule::{Jitter, WAIT_MAX};
use super::sign::{Signed, SigningKeys, Which};
use super::verdict::{Underway, Verdict, attempt, judge};
use crate::metrics::WebhookSeries;
use crate::outward::{Limit, Outward, OutwardError, Reply};
use crate::problem::chain;
use crate::store::{Settled, Store, Taken};
use crate::{Fault, clock};
use aws_lc_rs::rand;
use axum::body::Bytes;
use hyper::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use jiff::{SignedDuration, Timestamp};
use std::collections::HashMap;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::{Id, JoinSet};
use tokio::time::Instant;
use uuid::Uuid;

/// Requests to one endpoint at once. Enough for a clinic's day; a receiver that hangs holds no
/// more than this of ours.
const UNDERWAY_MAX: usize = 4;
/// Requests at once. Each is a connection and some kilobytes; receivers that hang, each with its
/// four, leave room for those that do not.
const UNDERWAY_ALL_MAX: usize = 512;
/// How long a receiver may take. Standard Webhooks asks for 15 to 30 seconds.
const ANSWER_WAIT: Duration = Duration::from_secs(20);
/// How long a delivery is ours. Longer than a request and its writing down; after a crash of
/// another node, the time until somebody else tries.
const OURS_FOR: SignedDuration = SignedDuration::from_secs(60);
/// Longest time without looking. Other nodes write to the outbox too, and nobody tells us.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How long a burst of news is gathered into one look.
const GATHER: Duration = Duration::from_millis(10);
/// How long to leave the database alone after it failed.
const FAULT_WAIT: Duration = Duration::from_secs(2);
/// How often what waits is counted, for the operator.
const COUNT_EVERY: Duration = Duration::from_secs(5);
/// How often what is old is forgotten.
const FORGET_EVERY: Duration = Duration::from_secs(3600);
/// How long messages can be looked at and replayed. Longer than any outage that nobody notices;
/// every visit adds a dozen rows.
const KEPT_FOR: SignedDuration = SignedDuration::from_hours(30 * 24);
/// How long requests under way may take to end when the service stops. What is cut off is sent
/// again at the next start.
const STOP_WAIT: Duration = Duration::from_secs(3);

/// Sends what the outbox holds. Clones share everything.
#[derive(Debug, Clone)]
pub(crate) struct Dispatcher {
    pub(crate) store: Store,
    pub(crate) outward: Outward,
    pub(crate) keys: SigningKeys,
    pub(crate) series: WebhookSeries,
}

/// Requests under way, each with its endpoint.
#[derive(Default)]
struct Requests {
    tasks: JoinSet<()>,
    endpoint_by_task: HashMap<Id, Uuid>,
}

impl Requests {
    /// How many more may go to this endpoint.
    fn room(&self, endpoint: Uuid) -> usize {
        let here = self.endpoint_by_task.values().filter(|each| **each == endpoint).count();
        let all = UNDERWAY_ALL_MAX.saturating_sub(self.endpoint_by_task.len());
        UNDERWAY_MAX.saturating_sub(here).min(all)
    }

    fn begin(&mut self, endpoint: Uuid, request: impl Future<Output = ()> + Send + 'static) {
        let task = self.tasks.spawn(request);
        self.endpoint_by_task.insert(task.id(), endpoint);
    }

    /// Waits until one has ended; without any, for ever.
    async fn ended(&mut self) {
        let id = match self.tasks.join_next_with_id().await {
            None => return std::future::pending().await,
            Some(Ok((id, ()))) => id,
            // What it had taken is due again after a while.
            Some(Err(panicked)) => panicked.id(),
        };
        self.endpoint_by_task.remove(&id);
    }
}

impl Dispatcher {
    /// Sends until the service stops.
    pub(crate) async fn run(self, mut stopping: watch::Receiver<bool>) {
        let mut requests = Requests::default();
        tokio::select! {
            () = self.send(&mut requests) => {}
            _stopped_or_dropped = stopping.wait_for(|stopping| *stopping) => {}
        }
        let rest = async { while requests.tasks.join_next().await.is_some() {} };
        if tokio::time::timeout(STOP_WAIT, rest).await.is_err() {
            tracing::info!("webhooks under way were cut off; they are sent again");
        }
    }

    async fn send(&self, requests: &mut Requests) {
        while let Err(fault) = self.release().await {
            complain(&fault);
            tokio::time::sleep(FAULT_WAIT).await;
        }
        let (mut counted, mut forgot) = (None, None);
        loop {
            let next = match self.look(requests).await {
                Ok(next) => next,
                Err(fault) => {
                    complain(&fault);
                    FAULT_WAIT
                }
            };
            if due(&mut counted, COUNT_EVERY) {
                self.count().await;
            }
            if due(&mut forgot, FORGET_EVERY) {
                self.forget().await;
            }
            tokio::select! {
                () = requests.ended() => {}
                () = tokio::time::sleep(next) => {}
                () = self.store.webhooks_wanted() => tokio::time::sleep(GATHER).await,
            }
        }
    }

    async fn release(&self) -> Result<u64, Fault> {
        let now = clock::now();
        let latest = now.checked_add(WAIT_MAX).unwrap_or(Timestamp::MAX);
        self.store.release_webhooks((now, latest)).await
    }

    /// Begins what is due and has room. Out: when to look again. An endpoint that cannot be read
    /// does not hold up the others.
    async fn look(&self, requests: &mut Requests) -> Result<Duration, Fault> {
        let mut next = LOOK_EVERY;
        for (endpoint, due) in self.store.webhooks_due().await? {
            let now = clock::now();
            let room = requests.room(endpoint);
            if due > now {
                next = next.min(due.duration_since(now).unsigned_abs());
            } else if room > 0 {
                let until = now.checked_add(OURS_FOR).unwrap_or(Timestamp::MAX);
                match self.store.take_webhooks(endpoint, room, (now, until)).await {
                    Ok(taken) => {
                        for one in taken {
                            requests.begin(endpoint, self.clone().deliver(one));
                        }
                    }
                    Err(fault) => complain(&fault),
                }
            }
        }
        Ok(next)
    }

    /// One attempt.
    async fn deliver(self, taken: Taken) {
        let began = clock::now();
        let answer = match self.headers(&taken, began) {
            Ok(headers) => self.post(&taken, headers).await,
            Err(fault) => return complain(&fault),
        };
        let ended = clock::now();
        let underway = Underway { tries: taken.tries, since: taken.since };
        let verdict = judge(underway, &answer, ended, chance());
        self.series.settled(verdict);
        report(&taken, verdict, &answer);
        let settled = match verdict {
            Verdict::Delivered => Settled::Delivered,
            Verdict::Gone => Settled::Gone,
            Verdict::Retry(at) => Settled::Later(at),
            Verdict::GivenUp => Settled::GivenUp,
        };
        let kept = (attempt(&answer, (began, ended)), ended);
        if let Err(fault) = self.store.settle_webhook(&taken, settled, kept).await {
            complain(&fault);
        }
    }

    async fn post(&self, taken: &Taken, headers: HeaderMap) -> Result<Reply, OutwardError> {
        // Only the head of the answer means anything; its body is not read.
        let limit = Limit { wait: ANSWER_WAIT, bytes: 0 };
        let body = Bytes::from(taken.body.clone());
        self.outward.post(&taken.endpoint.url, headers, body, limit).await
    }

    /// The headers of Standard Webhooks.
    fn headers(&self, taken: &Taken, now: Timestamp) -> Result<HeaderMap, Fault> {
        let (id, timestamp) = (message_id(taken.message), now.as_second());
        let message = Signed { id: &id, timestamp, body: &taken.body };
        let endpoint = &taken.endpoint;
        let sign = |generation| {
            let which = Which { endpoint: endpoint.id, generation };
            self.keys.sign(endpoint.signature, which, message)
        };
        let mut signatures = sign(endpoint.generation)?;
        if endpoint.previous_until.is_some_and(|until| now < until) {
            let before = sign(endpoint.generation.saturating_sub(1))?;
            signatures = format!("{signatures} {before}");
        }
        let value = |text: &str| HeaderValue::from_str(text).map_err(Fault::stored("header"));
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert("webhook-id", value(&id)?);
        headers.insert("webhook-timestamp", HeaderValue::from(timestamp));
        headers.insert("webhook-signature", value(&signatures)?);
        Ok(headers)
    }

    async fn count(&self) {
        match self.store.webhook_backlog().await {
            Ok(backlog) => self.series.waiting(backlog, clock::now()),
            Err(fault) => complain(&fault),
        }
    }

    async fn forget(&self) {
        let oldest = clock::now().checked_sub(KEPT_FOR).unwrap_or(Timestamp::MIN);
        loop {
            match self.store.forget_webhook_messages(oldest).await {
                Ok(true) => {}
                Ok(false) => return,
                Err(fault) => return complain(&fault),
            }
        }
    }
}

/// Whether it is time again; the first time it is.
fn due(last: &mut Option<Instant>, every: Duration) -> bool {
    let due = last.is_none_or(|last| last.elapsed() >= every);
    if due {
        *last = Some(Instant::now());
    }
    due
}

fn chance() -> Jitter {
    let mut byte = [0];
    // Without chance the wait is the usual one, which is no fault.
    let _no_chance = rand::fill(&mut byte);
    Jitter(byte[0])
}

fn report(taken: &Taken, verdict: Verdict, answer: &Result<Reply, OutwardError>) {
    let (endpoint, message) = (taken.endpoint.id, taken.message);
    let error = answer.as_ref().err().map(|error| error.code());
    let status = answer.as_ref().ok().map(|reply| reply.status.as_u16());
    match verdict {
        Verdict::Delivered | Verdict::Retry(_) => {
            tracing::debug!(%endpoint, %message, status, error, "a webhook: {}", verdict.name());
        }
        Verdict::Gone | Verdict::GivenUp => {
            tracing::warn!(%endpoint, %message, status, error, "a webhook: {}", verdict.name());
        }
    }
}

fn complain(fault: &Fault) {
    tracing::error!(fault = %chain(fault), "webhooks are held up");
}
