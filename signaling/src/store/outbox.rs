//! The outbox: what webhooks are to be told, stored with what it tells of.
//!
//! In: events on their way into a visit's log. Out: a message for each organisation that
//! listens, and a delivery for each of its endpoints.
//! Never: a message without its event or the other way round; two deliveries of one visit open
//! to one endpoint at once, so that order is kept.

mod endpoints;
mod log;
mod replay;
mod take;

pub use endpoints::{EndpointChange, EndpointRow, Registered};
pub use log::DeliveryRow;
pub use replay::ReplayOf;
pub use take::{Backlog, Settled, Taken};

use super::db::{Tx, in_tx, rows};
use super::happened::Happened;
use super::row;
use crate::Fault;
use crate::visit::VisitEvent;
use crate::webhook;
use bedside_signaling_api::webhook::{
    DeliveryState, Message, MessageFacts, WebhookState, WebhookType,
};
use endpoints::Listener;
use jiff::Timestamp;
use uuid::Uuid;

/// First place in a visit's lane of what is not of its log; no log ever gets so long.
const BESIDE: i64 = 1 << 40;

/// A message to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
struct NewMessage {
    id: Uuid,
    visit: Option<Uuid>,
    seq: u64,
    kind: WebhookType,
    at: Timestamp,
    body: String,
}

impl NewMessage {
    fn new(
        kind: WebhookType,
        (visit, seq): (Option<Uuid>, u64),
        data: MessageFacts,
        at: Timestamp,
    ) -> Result<Self, Fault> {
        let body = serde_json::to_string(&Message { kind, timestamp: at, data })
            .map_err(Fault::stored("message"))?;
        Ok(Self { id: Uuid::now_v7(), visit, seq, kind, at, body })
    }

    fn of(happened: &Happened<'_>, seq: u64, event: &VisitEvent) -> Result<Self, Fault> {
        let (kind, facts) = webhook::of(event);
        let visit = Some(happened.visit);
        let facts = MessageFacts { visit, sequence: Some(seq), ..facts };
        Self::new(kind, (visit, seq), facts, happened.at)
    }

    /// What it keeps order with: the visit, or nothing but itself.
    fn lane(&self) -> Uuid {
        self.visit.unwrap_or(self.id)
    }
}

/// Writes what is to be told of `happened`, to its own organisation and to its partners.
pub(super) async fn note(tx: &mut Tx, happened: &Happened<'_>) -> Result<(), Fault> {
    let own = std::iter::once(happened.tenant);
    let tenants = own.chain(happened.partners.iter().map(String::as_str));
    let mut locked = false;
    for tenant in tenants {
        let listeners = endpoints::listeners(tx, tenant).await?;
        if listeners.is_empty() {
            continue;
        }
        if !locked {
            lock(tx, happened.visit).await?;
            locked = true;
        }
        for (seq, event) in (happened.first_seq..).zip(happened.events) {
            let message = NewMessage::of(happened, seq, event)?;
            keep(tx, tenant, &message).await?;
            for listener in listeners.iter().filter(|each| each.hears(message.kind)) {
                queue(tx, listener.id, &message).await?;
            }
        }
        for Listener { id, .. } in listeners {
            promote(tx, (id, happened.visit), happened.at).await?;
        }
    }
    Ok(())
}

/// Writes what is to be told of a visit although it is not of its log: of something that outlives
/// it. It comes behind what the log has told until then.
pub(super) async fn note_beside(
    tx: &mut Tx,
    (tenant, visit): (&str, Uuid),
    (kind, facts): (WebhookType, MessageFacts),
    at: Timestamp,
) -> Result<(), Fault> {
    let listeners = endpoints::listeners(tx, tenant).await?;
    if listeners.is_empty() {
        return Ok(());
    }
    lock(tx, visit).await?;
    let place: i64 = in_tx!(tx, c => {
        sqlx::query_scalar(
            "SELECT COALESCE(MAX(seq) + 1, $2) FROM webhook_message WHERE visit = $1 AND seq >= $2",
        )
        .bind(visit)
        .bind(BESIDE)
        .fetch_one(c)
        .await
    })
    .map_err(Fault::database("find a message's place"))?;
    let message = NewMessage::new(kind, (Some(visit), row::count(place)?), facts, at)?;
    keep(tx, tenant, &message).await?;
    for listener in listeners.iter().filter(|each| each.hears(message.kind)) {
        queue(tx, listener.id, &message).await?;
    }
    for Listener { id, .. } in listeners {
        promote(tx, (id, visit), at).await?;
    }
    Ok(())
}

/// Nobody else changes the order of this lane until the transaction ends.
async fn lock(tx: &mut Tx, lane: Uuid) -> Result<(), Fault> {
    tx.lock(&format!("outbox:{lane}")).await
}

async fn keep(tx: &mut Tx, tenant: &str, message: &NewMessage) -> Result<(), Fault> {
    in_tx!(tx, c => {
        sqlx::query(
            "INSERT INTO webhook_message (id, tenant, visit, seq, type, at, body)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(message.id)
        .bind(tenant)
        .bind(message.visit)
        .bind(row::kept(message.seq)?)
        .bind(message.kind.name())
        .bind(row::millis(message.at))
        .bind(&message.body)
        .execute(c)
        .await
        .map(rows)
    })
    .map_err(Fault::database("keep a message"))?;
    Ok(())
}

/// Puts a message at its place in its lane.
async fn queue(tx: &mut Tx, endpoint: Uuid, message: &NewMessage) -> Result<(), Fault> {
    in_tx!(tx, c => {
        sqlx::query(
            "INSERT INTO webhook_delivery
               (endpoint, message, lane, seq, at, since, state, tries, attempts)
             VALUES ($1, $2, $3, $4, $5, $5, $6, 0, '[]')",
        )
        .bind(endpoint)
        .bind(message.id)
        .bind(message.lane())
        .bind(row::kept(message.seq)?)
        .bind(row::millis(message.at))
        .bind(DeliveryState::Queued.name())
        .execute(c)
        .await
        .map(rows)
    })
    .map_err(Fault::database("queue a message"))?;
    Ok(())
}

/// Makes the first in a lane the one that is sent, unless one is already.
async fn promote(tx: &mut Tx, (endpoint, lane): (Uuid, Uuid), now: Timestamp) -> Result<(), Fault> {
    in_tx!(tx, c => {
        sqlx::query(
            "UPDATE webhook_delivery SET state = 'pending', due_at = $3
             WHERE endpoint = $1 AND lane = $2 AND state = 'queued'
               AND seq = (SELECT MIN(seq) FROM webhook_delivery
                          WHERE endpoint = $1 AND lane = $2 AND state = 'queued')
               AND NOT EXISTS (SELECT 1 FROM webhook_delivery
                               WHERE endpoint = $1 AND lane = $2 AND state = 'pending')",
        )
        .bind(endpoint)
        .bind(lane)
        .bind(row::millis(now))
        .execute(c)
        .await
        .map(rows)
    })
    .map_err(Fault::database("go on to the next message"))?;
    Ok(())
}
