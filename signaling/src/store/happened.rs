//! What has just happened in a visit, for those who tell of it: webhooks and audit.
//!
//! In: events on their way into the log, and who brought them about. Out: rows of the outbox
//! and of the audit, in the transaction of the events themselves.
//! Never: a notice of something that is not stored, or the other way round.

use super::audit;
use super::db::Tx;
use super::outbox;
use crate::Fault;
use crate::audit::keys::Keys;
use crate::visit::VisitEvent;
use jiff::Timestamp;
use uuid::Uuid;

/// Who brought something about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Actor {
    /// A scheduling system, by its key.
    Key(Uuid),
    /// A person of the visit.
    Person(Uuid),
    /// The passing of time.
    Clock,
    /// The recorder.
    Recorder,
    /// The operator, by the command line.
    Operator,
}

/// What has just happened in a visit.
#[derive(Debug, Clone, Copy)]
pub(super) struct Happened<'a> {
    /// Whose visit it is.
    pub(super) tenant: &'a str,
    /// The other organisations in it.
    pub(super) partners: &'a [String],
    /// The visit.
    pub(super) visit: Uuid,
    /// When.
    pub(super) at: Timestamp,
    /// The place of the first of the events in the visit's log.
    pub(super) first_seq: u64,
    /// What.
    pub(super) events: &'a [VisitEvent],
    /// Who.
    pub(super) actor: &'a Actor,
}

impl Happened<'_> {
    /// Tells whoever has to know, in the same transaction.
    pub(super) async fn note(&self, tx: &mut Tx, keys: &Keys) -> Result<(), Fault> {
        outbox::note(tx, self).await?;
        audit::note(tx, keys, self).await
    }
}
