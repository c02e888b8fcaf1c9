//! What a visit's own events do to the rows of its recordings, in the events' transaction.
//!
//! In: events on their way into the log, and what of the visit is kept in columns. Out: rows.
//! Never: a row without its event or the other way round; a recording that goes on after it was
//! over.

use super::told::{fail, seal};
use super::{KeptState, RecordingRow, held, keep};
use crate::Fault;
use crate::store::db::{Tx, in_tx, rows};
use crate::store::happened::Happened;
use crate::store::row;
use crate::visit::{Projection, VisitEvent};
use jiff::Timestamp;
use uuid::Uuid;

const OPERATION: &str = "keep what became of a visit's recording";

/// Keeps what the events say of recordings; and, once the visit is over, until when they are kept.
pub(in crate::store) async fn note(
    tx: &mut Tx,
    (node, happened): (Uuid, &Happened<'_>),
    after: &Projection<'_>,
) -> Result<(), Fault> {
    for event in happened.events {
        let Some(id) = event.recording() else { continue };
        if let VisitEvent::RecordingAsked { .. } = event {
            begin(tx, (node, id), (happened, after)).await?;
        }
        let Some(mut row) = held(tx, id).await? else { continue };
        if live(&mut row, event, happened.at) {
            keep(tx, &row).await?;
        }
    }
    if let Some(until) = after.keep_recordings_until {
        keep_until(tx, happened.visit, until).await?;
    }
    Ok(())
}

/// Makes the row, when the recording is new.
async fn begin(
    tx: &mut Tx,
    (node, id): (Uuid, Uuid),
    (happened, after): (&Happened<'_>, &Projection<'_>),
) -> Result<(), Fault> {
    in_tx!(tx, c => {
        sqlx::query(
            "INSERT INTO recording (id, tenant, visit, node, state, mode, asked_at)
             VALUES ($1, $2, $3, $7, $4, $5, $6) ON CONFLICT (id) DO NOTHING",
        )
        .bind(id)
        .bind(happened.tenant)
        .bind(happened.visit)
        .bind(KeptState::Asked.name())
        .bind(row::word(&after.recording_mode)?)
        .bind(row::millis(happened.at))
        .bind(node)
        .execute(c)
        .await
        .map(rows)
    })
    .map(drop)
    .map_err(Fault::database(OPERATION))
}

/// What an event makes of a recording; false when it changes nothing.
fn live(row: &mut RecordingRow, event: &VisitEvent, at: Timestamp) -> bool {
    if let VisitEvent::RecordingSealed { summary, .. } = event {
        return seal(row, summary, at);
    }
    if let VisitEvent::RecordingFailed { why, over, .. } = event {
        return fail(row, (*why, *over), at);
    }
    if !row.state.is_live() {
        return false;
    }
    if let VisitEvent::RecordingAsked { .. } = event {
        (row.state, row.failure) = (KeptState::Asked, None);
    } else if let VisitEvent::RecordingStarted { .. } | VisitEvent::RecordingResumed { .. } = event
    {
        (row.state, row.failure) = (KeptState::Recording, None);
        row.begun_at = row.begun_at.or(Some(at));
    } else if let VisitEvent::RecordingPaused { .. } = event {
        row.state = KeptState::Paused;
    } else if let VisitEvent::RecordingStopped { .. } = event {
        row.state = KeptState::Closing;
        row.ended_at = Some(at);
    } else {
        return false;
    }
    true
}

/// Its time counts from the end of the visit, once.
async fn keep_until(tx: &mut Tx, visit: Uuid, until: Timestamp) -> Result<(), Fault> {
    in_tx!(tx, c => {
        sqlx::query(
            "UPDATE recording SET keep_until = $2 WHERE visit = $1 AND keep_until IS NULL",
        )
        .bind(visit)
        .bind(row::millis(until))
        .execute(c)
        .await
        .map(rows)
    })
    .map(drop)
    .map_err(Fault::database(OPERATION))
}
