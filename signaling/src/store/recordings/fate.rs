//! What is to become of a recording: held, shredded, erased when its time is up.
//!
//! In: holds and wishes of whoever may; now. Out: whether that can be; what the recorder is to
//! be told.
//! Never: an erasure under a hold: both look at the row while nobody else changes it.

use super::{KeptState, RecordingHold, RecordingRow, RecordingWish, held, keep};
use crate::Fault;
use crate::store::db::{Tx, on_db, rows};
use crate::store::{Actor, Store, row};
use jiff::{SignedDuration, Timestamp};
use sqlx::AssertSqlSafe;
use uuid::Uuid;

/// How long the recorder has for what it was told before it is told again. Erasing ten hours of
/// parts in a store far away takes some minutes.
const AGAIN_AFTER: SignedDuration = SignedDuration::from_mins(15);
/// Most recordings given to the recorder at once. It removes one object after another, so more
/// would only wait there.
const STEP: i64 = 20;

/// What came of a hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Held {
    /// It is as wished.
    Done(Box<RecordingRow>),
    /// There is no such recording.
    Unknown,
    /// It is gone, or the recorder is removing it.
    TooLate,
}

/// What came of a wish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// It is noted, or done already.
    Noted(Box<RecordingRow>),
    /// There is no such recording.
    Unknown,
    /// It is held.
    OnHold,
    /// It is still being made.
    Live,
    /// There is nothing left to do it to.
    TooLate,
}

/// Something the recorder is to be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// The recording.
    pub id: Uuid,
    /// What is to be done with it; `None`: it is to be closed.
    pub wish: Option<RecordingWish>,
}

const HOLD: &str = "hold a recording";
const ASK: &str = "note what is to become of a recording";
const DUE: &str = "look for recordings whose time is up";
/// What of this node's recordings may be told now; the reason is to follow.
const DUE_OF: &str = "SELECT id, wish, CAST(CASE WHEN hold_since IS NULL AND keep_until <= $1
                                        THEN 1 ELSE 0 END AS BIGINT) AS is_up,
                             COALESCE(wish_at, keep_until, ended_at) AS since
                      FROM recording
                      WHERE node = $4 AND erased_at IS NULL
                        AND (tried_at IS NULL OR tried_at <= $2)";

impl Store {
    /// Holds a recording, so that nobody erases it; a hold that is there gets the new reason.
    pub async fn hold_recording(
        &self,
        (tenant, id): (&str, Uuid),
        (reason, by): (&str, Uuid),
        now: Timestamp,
    ) -> Result<Held, Fault> {
        let mut tx = self.begin_write(HOLD).await?;
        let Some(mut row) = held(&mut tx, id).await?.filter(|row| row.tenant == tenant) else {
            return Ok(Held::Unknown);
        };
        if row.erased.is_some() || is_taken(&row) {
            return Ok(Held::TooLate);
        }
        let since = row.hold.as_ref().map_or(now, |hold| hold.since);
        row.hold = Some(RecordingHold { reason: reason.to_owned(), by, since });
        row.wish = None;
        self.acted((tx, row), (by, "recording_held"), now).await.map(Held::Done)
    }

    /// Lets go of a hold; what is due is erased then.
    pub async fn release_recording(
        &self,
        (tenant, id): (&str, Uuid),
        by: Uuid,
        now: Timestamp,
    ) -> Result<Held, Fault> {
        let mut tx = self.begin_write(HOLD).await?;
        let Some(mut row) = held(&mut tx, id).await?.filter(|row| row.tenant == tenant) else {
            return Ok(Held::Unknown);
        };
        if row.hold.is_none() {
            return Ok(Held::Done(Box::new(row)));
        }
        row.hold = None;
        self.acted((tx, row), (by, "recording_released"), now).await.map(Held::Done)
    }

    /// Notes that a recording is to be shredded or erased.
    pub async fn wish_recording(
        &self,
        (tenant, id): (&str, Uuid),
        (wish, by): (RecordingWish, Uuid),
        now: Timestamp,
    ) -> Result<Asked, Fault> {
        let mut tx = self.begin_write(ASK).await?;
        let Some(mut row) = held(&mut tx, id).await?.filter(|row| row.tenant == tenant) else {
            return Ok(Asked::Unknown);
        };
        match stands(&row, wish) {
            Stands::Wishable => {}
            Stands::Done => return Ok(Asked::Noted(Box::new(row))),
            Stands::OnHold => return Ok(Asked::OnHold),
            Stands::Live => return Ok(Asked::Live),
            Stands::TooLate => return Ok(Asked::TooLate),
        }
        (row.wish, row.tried_at) = (Some((wish, now)), None);
        let verb = match wish {
            RecordingWish::Shred => "recording_shred_asked",
            RecordingWish::Erase => "recording_erase_asked",
        };
        self.acted((tx, row), (by, verb), now).await.map(Asked::Noted)
    }

    /// Keeps the recording as it stands then, and notes who did it.
    async fn acted(
        &self,
        (mut tx, row): (Tx, RecordingRow),
        (by, verb): (Uuid, &'static str),
        now: Timestamp,
    ) -> Result<Box<RecordingRow>, Fault> {
        keep(&mut tx, &row).await?;
        self.note_about(&mut tx, &row, (&Actor::Key(by), verb, row.id.to_string()), now).await?;
        tx.commit().await.map_err(Fault::database(ASK))?;
        Ok(Box::new(row))
    }

    /// What the recorder is to be told now, the longest due first: what was asked for, what was
    /// kept long enough, and what was to be closed and is not yet known to be. What it was told a
    /// while ago and has not confirmed is among it again. Only what this node's recorder made:
    /// where each node has a store of its own, no other would find it and would say it is gone.
    pub async fn recordings_due(&self, now: Timestamp) -> Result<Vec<Due>, Fault> {
        let again = row::millis(now).saturating_sub(row::length(AGAIN_AFTER));
        // Each reason has an index of its own: few of all that are kept are due.
        let text = AssertSqlSafe(format!(
            "SELECT id, wish, is_up FROM (
                 {DUE_OF} AND hold_since IS NULL AND wish IS NOT NULL AND wish_at <= $1
                 UNION {DUE_OF} AND hold_since IS NULL AND keep_until <= $1
                 UNION {DUE_OF} AND state = 'closing' AND ended_at <= $2) due
             ORDER BY since LIMIT $3"
        ));
        let found: Vec<(Uuid, Option<String>, i64)> = on_db!(&self.db, c => {
            sqlx::query_as(text)
            .bind(row::millis(now))
            .bind(again)
            .bind(STEP)
            .bind(self.node.id)
            .fetch_all(c)
            .await
        })
        .map_err(Fault::database(DUE))?;
        found.into_iter().map(|(id, wish, is_up)| due(id, wish, is_up == 1)).collect()
    }

    /// Takes something that is due for a while, so that the recorder is not told at each look;
    /// false when it is due no more.
    pub async fn take_recording(&self, due: Due, now: Timestamp) -> Result<bool, Fault> {
        let again = row::millis(now).saturating_sub(row::length(AGAIN_AFTER));
        // What is taken for its time is a wish from here on, so that a hold comes too late.
        let text = match due.wish {
            Some(_) => {
                "UPDATE recording SET tried_at = $2, wish = $4, wish_at = COALESCE(wish_at, $2)
                 WHERE id = $1 AND erased_at IS NULL AND hold_since IS NULL
                   AND (tried_at IS NULL OR tried_at <= $3)"
            }
            None => {
                "UPDATE recording SET tried_at = $2
                 WHERE id = $1 AND state = 'closing' AND wish IS NULL
                   AND (tried_at IS NULL OR tried_at <= $3)"
            }
        };
        let taken = on_db!(&self.db, c => {
            let query = sqlx::query(text).bind(due.id).bind(row::millis(now)).bind(again);
            let query = match due.wish {
                Some(wish) => query.bind(wish.name()),
                None => query,
            };
            query.execute(c).await.map(rows)
        })
        .map_err(Fault::database(DUE))?;
        Ok(taken == 1)
    }
}

/// Whether the recorder was told and may be at it.
const fn is_taken(row: &RecordingRow) -> bool {
    row.wish.is_some() && row.tried_at.is_some()
}

fn due(id: Uuid, wish: Option<String>, is_up: bool) -> Result<Due, Fault> {
    let wish =
        if is_up { Some(RecordingWish::Erase) } else { wish.map(row::worded).transpose()? };
    Ok(Due { id, wish })
}

/// What a wish meets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stands {
    Wishable,
    Done,
    OnHold,
    Live,
    TooLate,
}

fn stands(row: &RecordingRow, wish: RecordingWish) -> Stands {
    let is_erased = row.erased.is_some();
    let is_shredded = row.state == KeptState::Shredded;
    match wish {
        RecordingWish::Erase if is_erased => return Stands::Done,
        RecordingWish::Shred if is_shredded => return Stands::Done,
        RecordingWish::Shred if is_erased => return Stands::TooLate,
        RecordingWish::Erase | RecordingWish::Shred => {}
    }
    if row.hold.is_some() {
        return Stands::OnHold;
    }
    if row.state.is_live() {
        return Stands::Live;
    }
    match row.wish {
        Some((before, _)) if before == wish => Stands::Done,
        // What is to be erased is not to be made unreadable first.
        Some((RecordingWish::Erase, _)) => Stands::TooLate,
        Some((RecordingWish::Shred, _)) | None => Stands::Wishable,
    }
}
