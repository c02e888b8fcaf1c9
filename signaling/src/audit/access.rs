//! Looking at a record is noted before it is shown.
//!
//! In: who looked at what. Out: go on, once the entry is on the disk; or that it could not be
//! noted, and then nothing is shown.
//! Never: a record shown without its entry; a wait without end.
//!
//! What waits at the same time is written in one transaction, so that the disk is asked once for
//! all of it. Media never passes here: a visit goes on when this log is full.

use super::entry::{Entry, Outcome, kind};
use super::keys::Keys;
use super::told::MESSAGE_WRITTEN;
use crate::clock;
use crate::problem::{Kind, Rejection, chain};
use crate::store::{Actor, Store};
use jiff::Timestamp;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tokio::time::MissedTickBehavior;
use uuid::Uuid;

/// Most looks that wait to be noted; one more is refused. At a thousand a second, which a slow
/// disk does in groups, it is a second's worth.
const WAITING_MAX: usize = 1_024;
/// Most looks noted in one transaction. More would hold up the visits that write to the same
/// log, fewer would ask the disk more often.
const GROUP_MAX: usize = 256;
/// How often it is looked whether a log without new rows is to be signed; each time is a query.
const SIGN_EVERY: Duration = Duration::from_secs(30);
/// When a caller that was refused may come back, in seconds.
const RETRY_SECONDS: u64 = 1;

/// A look at one record or more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Access {
    actor: Actor,
    verb: &'static str,
    what: &'static str,
    visits: Vec<Uuid>,
    outcome: Outcome,
    recording: Option<Uuid>,
}

impl Access {
    /// `actor` reads `what` (a code word: `visit`, `quality`) of one visit.
    #[must_use]
    pub fn read(actor: Actor, what: &'static str, visit: Uuid) -> Self {
        Self {
            actor,
            verb: "read",
            what,
            visits: vec![visit],
            outcome: Outcome::Done,
            recording: None,
        }
    }

    /// `actor` is shown a list of `what`, with these visits on it. Each gets an entry of its own,
    /// so that who saw a visit is found by its id however it was seen.
    #[must_use]
    pub fn list(actor: Actor, what: &'static str, visits: Vec<Uuid>) -> Self {
        Self { actor, verb: "list", what, visits, outcome: Outcome::Done, recording: None }
    }

    /// `actor` writes to those who wait in these visits; noted before anybody can read it.
    #[must_use]
    pub fn written(actor: Actor, visits: Vec<Uuid>) -> Self {
        let (verb, what) = (MESSAGE_WRITTEN, "");
        Self { actor, verb, what, visits, outcome: Outcome::Done, recording: None }
    }

    /// The same look, which found nothing of that id.
    #[must_use]
    pub fn in_vain(self) -> Self {
        Self { outcome: Outcome::NotFound, ..self }
    }

    /// The same look, which was at this recording of the visit.
    #[must_use]
    pub fn of_recording(self, recording: Uuid) -> Self {
        Self { recording: Some(recording), ..self }
    }

    /// The entries of it in the log of `tenant`.
    fn entries(&self, keys: &Keys, tenant: &str) -> Vec<Entry> {
        let entry = |visit| Entry {
            visit,
            outcome: Cow::Borrowed(self.outcome.word()),
            detail: match self.recording {
                Some(recording) => Cow::Owned(format!("{} {recording}", self.what)),
                None => Cow::Borrowed(self.what),
            },
            ..Entry::new(keys, tenant, &self.actor, self.verb)
        };
        if self.visits.is_empty() {
            return vec![entry(None)];
        }
        self.visits.iter().map(|visit| entry(Some(*visit))).collect()
    }
}

/// It could not be noted, so nothing may be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotNoted;

impl From<NotNoted> for Rejection {
    fn from(_: NotNoted) -> Self {
        Self::new(Kind::NotAudited).retry_after(RETRY_SECONDS)
    }
}

/// Entries that wait for the disk.
#[derive(Debug)]
pub(crate) struct Waiting {
    /// Whose log.
    pub(crate) tenant: String,
    /// When it was looked.
    pub(crate) at: Timestamp,
    /// The entries.
    pub(crate) entries: Vec<Entry>,
    stored: oneshot::Sender<bool>,
}

/// Notes who looks at records. Clones share it.
#[derive(Debug, Clone)]
pub struct Audit {
    waiting: mpsc::Sender<Waiting>,
    keys: Arc<Keys>,
}

impl Audit {
    /// Starts the task that writes; it ends when the last clone of this is gone.
    pub(crate) fn start(store: Store) -> Self {
        let (waiting, queue) = mpsc::channel(WAITING_MAX);
        let keys = store.audit_keys();
        tokio::spawn(write(store, queue));
        Self { waiting, keys }
    }

    /// Notes a look at records of `tenant`; to be awaited before anything of them is shown.
    ///
    /// # Errors
    /// When it could not be noted. Then nothing may be shown.
    pub async fn access(&self, tenant: &str, access: &Access) -> Result<(), NotNoted> {
        let (stored, answer) = oneshot::channel();
        let waiting = Waiting {
            tenant: tenant.to_owned(),
            at: clock::now(),
            entries: access.entries(&self.keys, tenant),
            stored,
        };
        if self.waiting.try_send(waiting).is_err() {
            tracing::error!(actor = kind(&access.actor), "the audit log is behind; refused a look");
            return Err(NotNoted);
        }
        match answer.await {
            Ok(true) => Ok(()),
            Ok(false) | Err(_) => Err(NotNoted),
        }
    }
}

/// Writes what waits, and signs logs that have rested for long enough.
async fn write(store: Store, mut queue: mpsc::Receiver<Waiting>) {
    let mut sign = tokio::time::interval(SIGN_EVERY);
    sign.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut group = Vec::with_capacity(GROUP_MAX);
    loop {
        tokio::select! {
            biased;
            received = queue.recv_many(&mut group, GROUP_MAX) => {
                if received == 0 {
                    return;
                }
                note(&store, &mut group).await;
            }
            _ = sign.tick() => {
                if let Err(fault) = store.sign_audit(clock::now()).await {
                    tracing::error!(fault = %chain(&fault), "audit logs could not be signed");
                }
            }
        }
    }
}

/// Writes a group in one transaction and answers all who wait for it.
async fn note(store: &Store, group: &mut Vec<Waiting>) {
    let mut waiting_by_tenant: BTreeMap<&str, Vec<&Waiting>> = BTreeMap::new();
    for waiting in &*group {
        waiting_by_tenant.entry(&waiting.tenant).or_default().push(waiting);
    }
    let noted = store.note_access(&waiting_by_tenant).await;
    if let Err(fault) = &noted {
        tracing::error!(fault = %chain(fault), "looks at records could not be noted; refused them");
    }
    for waiting in group.drain(..) {
        // Whoever went away meanwhile is shown nothing.
        let _ = waiting.stored.send(noted.is_ok());
    }
}
