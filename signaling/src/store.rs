//! The memory of the service: visits and what happened in them, keys, sessions, ownership.
//!
//! In: values to keep. Out: values kept, or a `Fault` that names the operation.
//! Never: a secret in clear; an effect without its idempotency row; a write by somebody who
//! no longer owns the visit.
//!
//! The SQL is the text that SQLite and PostgreSQL both understand (`$1`, `ON CONFLICT`,
//! `RETURNING`); what differs between engines stays in `db` and `open`.

mod audit;
mod chat;
mod clients;
pub(crate) mod db;
mod due;
pub(crate) mod fhir;
mod happened;
mod idempotency;
mod identity;
mod keys;
mod lease;
mod open;
mod outbox;
mod quality;
mod queue;
mod recorded;
mod recordings;
mod row;
mod sessions;
mod sign_ins;
mod statement;
mod tally;
#[cfg(test)]
mod tests;
mod tutorials;
mod visits;

pub use audit::AuditPage;
pub use chat::{CHAT_LINES_SHOWN, ChatRow};
pub use clients::{ClientKeys, ClientRow, NewClientRow};
pub use happened::Actor;
pub use idempotency::Idempotency;
pub use keys::{FormerSecret, KeyKept, KeyRow, NewKeyRow, Rotation};
pub(crate) use lease::LEASE;
pub use lease::{Claim, Epoch};
pub use outbox::{
    Backlog, DeliveryRow, EndpointChange, EndpointRow, Registered, ReplayOf, Settled, Taken,
};
pub use quality::QualityWrite;
pub use queue::QueueRow;
pub use recordings::{Asked, Due, Held, RecordingKeyRow, RecordingRow, RecordingsWanted};
pub use sessions::SessionRow;
pub use sign_ins::SignInRow;
pub use statement::Statement;
pub use tutorials::{Changed, Editor, FilmRow, TutorialRow};
pub use visits::{
    Append, Created, Finding, NewVisitRow, ParticipantRow, StoredVisit, VisitRow, VisitWrite,
};

use crate::audit::keys::Keys;
use db::Db;
use lease::Node;
use std::collections::BTreeMap;
use std::sync::Arc;
use tally::Tally;
use tokio::sync::Notify;

/// The memory of the service. Clones share it.
#[derive(Debug, Clone)]
pub struct Store {
    db: Db,
    node: Node,
    tally: Tally,
    audit: Arc<Keys>,
    /// Told when there may be something to send.
    outbox: Arc<Notify>,
}

impl Store {
    /// How often each kind of event was stored since this start, by its name.
    #[must_use]
    pub fn event_counts(&self) -> BTreeMap<&'static str, u64> {
        self.tally.read()
    }

    /// Waits until there may be something to send to a webhook.
    pub(crate) async fn webhooks_wanted(&self) {
        self.outbox.notified().await;
    }
}
