//! What the recorder says of a recording, kept; and told on, in the same transaction.
//!
//! In: that it is sealed, shredded, erased, failing or well again. Out: the row as it stands
//! then, an entry of the tenant's audit log, a message to its webhooks.
//! Never: the same thing told twice, however often the recorder says it; a recording that comes
//! back from being erased.

use super::{RecordingRow, held, keep};
use crate::Fault;
use crate::audit::entry::Entry;
use crate::audit::told;
use crate::store::db::Tx;
use crate::store::{Actor, Store, audit, outbox, row};
use bedside_signaling_api::kept::KeptState;
use bedside_signaling_api::recorder::{RecordingFailure, Summary};
use bedside_signaling_api::webhook::{MessageFacts, WebhookType};
use jiff::Timestamp;
use std::borrow::Cow;
use uuid::Uuid;

const OPERATION: &str = "keep what the recorder says";

/// What is told of it: the verb of the audit log, what exactly, and the webhook's message.
struct News {
    verb: &'static str,
    what: String,
    kind: WebhookType,
    failure: Option<RecordingFailure>,
}

impl Store {
    /// The recording is whole and stored; false when that is known, or it is gone.
    pub async fn recording_sealed(
        &self,
        id: Uuid,
        summary: &Summary,
        at: Timestamp,
    ) -> Result<bool, Fault> {
        let mut tx = self.begin_write(OPERATION).await?;
        let Some(mut row) = held(&mut tx, id).await? else { return Ok(false) };
        if !seal(&mut row, summary, at) {
            return Ok(false);
        }
        let what = told::sealed(id, summary);
        let kind = WebhookType::RecordingSealed;
        let news = News { verb: "recording_sealed", what, kind, failure: None };
        self.settle(tx, &row, news, at).await
    }

    /// The recording's own key is destroyed; false when that is known, or it is gone.
    pub async fn recording_shredded(&self, id: Uuid, at: Timestamp) -> Result<bool, Fault> {
        let mut tx = self.begin_write(OPERATION).await?;
        let Some(mut row) = held(&mut tx, id).await? else { return Ok(false) };
        if matches!(row.state, KeptState::Shredded | KeptState::Erased) {
            return Ok(false);
        }
        row.state = KeptState::Shredded;
        (row.wish, row.tried_at) = (None, None);
        let what = format!("{id} head={}", head(&row));
        let kind = WebhookType::RecordingShredded;
        let news = News { verb: "recording_shredded", what, kind, failure: None };
        self.settle(tx, &row, news, at).await
    }

    /// No object of the recording is left, and how many there were; false when that is known.
    pub async fn recording_erased(
        &self,
        id: Uuid,
        objects: u32,
        at: Timestamp,
    ) -> Result<bool, Fault> {
        let mut tx = self.begin_write(OPERATION).await?;
        let Some(mut row) = held(&mut tx, id).await? else { return Ok(false) };
        if row.erased.is_some() {
            return Ok(false);
        }
        row.state = KeptState::Erased;
        row.ended_at = row.ended_at.or(Some(at));
        row.erased = Some((at, objects));
        (row.wish, row.hold, row.failure) = (None, None, None);
        let what = format!("{id} objects={objects} head={}", head(&row));
        let kind = WebhookType::RecordingErased;
        let news = News { verb: told::ERASED, what, kind, failure: None };
        self.settle(tx, &row, news, at).await
    }

    /// Something is wrong with a recording whose visit has no log to say so any more; false when
    /// that is known.
    pub async fn recording_failed(
        &self,
        id: Uuid,
        (failure, over): (RecordingFailure, bool),
        at: Timestamp,
    ) -> Result<bool, Fault> {
        let mut tx = self.begin_write(OPERATION).await?;
        let Some(mut row) = held(&mut tx, id).await? else { return Ok(false) };
        if !fail(&mut row, (failure, over), at) {
            return Ok(false);
        }
        let kind = WebhookType::RecordingFailed;
        let what = format!("{id} {}", row::word(&failure)?);
        let news = News { verb: "recording_failed", what, kind, failure: Some(failure) };
        self.settle(tx, &row, news, at).await
    }

    /// What had failed works again.
    pub async fn recording_recovered(&self, id: Uuid) -> Result<bool, Fault> {
        let mut tx = self.begin_write(OPERATION).await?;
        let Some(mut row) = held(&mut tx, id).await? else { return Ok(false) };
        if row.failure.is_none() || row.state == KeptState::Failed {
            return Ok(false);
        }
        row.failure = None;
        keep(&mut tx, &row).await?;
        tx.commit().await.map_err(Fault::database(OPERATION))?;
        Ok(true)
    }

    /// Keeps the row, notes it and tells it: all or nothing.
    async fn settle(
        &self,
        mut tx: Tx,
        row: &RecordingRow,
        news: News,
        at: Timestamp,
    ) -> Result<bool, Fault> {
        keep(&mut tx, row).await?;
        // Who asked for it, if anybody did, has an entry of their own.
        self.note_about(&mut tx, row, (&Actor::Recorder, news.verb, news.what), at).await?;
        let facts = MessageFacts {
            visit: Some(row.visit),
            recording: Some(row.id),
            failure: news.failure,
            ..MessageFacts::default()
        };
        // A partner of the visit is not told: the recording is the host's.
        outbox::note_beside(&mut tx, (&row.tenant, row.visit), (news.kind, facts), at).await?;
        tx.commit().await.map_err(Fault::database(OPERATION))?;
        self.outbox.notify_one();
        Ok(true)
    }

    /// Adds to the audit log of the recording's tenant what `actor` did to it.
    pub(super) async fn note_about(
        &self,
        tx: &mut Tx,
        row: &RecordingRow,
        (actor, verb, what): (&Actor, &'static str, String),
        at: Timestamp,
    ) -> Result<(), Fault> {
        let entry = Entry {
            visit: Some(row.visit),
            detail: Cow::Owned(what),
            ..Entry::new(&self.audit, &row.tenant, actor, verb)
        };
        audit::append(tx, &self.audit, &row.tenant, vec![(at, entry)]).await
    }
}

/// The recording is whole and stored; false when it is known, or there is nothing left of it. One
/// that was over by a failure may be found whole afterwards, when its node is back.
pub(super) fn seal(row: &mut RecordingRow, summary: &Summary, at: Timestamp) -> bool {
    match row.state {
        KeptState::Sealed | KeptState::Shredded | KeptState::Erased => return false,
        KeptState::Asked
        | KeptState::Recording
        | KeptState::Paused
        | KeptState::Closing
        | KeptState::Failed => {}
    }
    row.state = KeptState::Sealed;
    row.summary = Some(summary.clone());
    row.failure = None;
    row.ended_at = row.ended_at.or(Some(at));
    if row.wish.is_none() {
        row.tried_at = None;
    }
    true
}

/// Something is wrong with it, or it is over by it; false when that is known, or matters no more.
pub(super) fn fail(
    row: &mut RecordingRow,
    (failure, over): (RecordingFailure, bool),
    at: Timestamp,
) -> bool {
    let open = row.state.is_live() || row.state == KeptState::Closing;
    if !open || (!over && row.failure == Some(failure)) {
        return false;
    }
    row.failure = Some(failure);
    if over {
        row.state = KeptState::Failed;
        row.ended_at = row.ended_at.or(Some(at));
    }
    true
}

/// The hash that names everything there was.
fn head(row: &RecordingRow) -> &str {
    row.summary.as_ref().map_or("none", |summary| summary.head.as_str())
}
