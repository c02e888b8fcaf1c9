//! Where each visit stands in a queue, and how long its people are likely to wait.
//!
//! In: the visits in which somebody waits or is being seen, and now. Out: a place each.
//! Never: a place lost by a reload or a screen lock; whoever is gone for a short time is still
//! counted.

#[cfg(test)]
mod tests;

use crate::store::QueueRow;
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

/// Whoever is gone from the lobby for longer than this without a word stands in nobody's way.
const GONE_AFTER: SignedDuration = SignedDuration::from_mins(5);

/// A place in a queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    /// The visit.
    pub(crate) visit: Uuid,
    /// From one; one is next.
    pub(crate) position: u32,
    /// How long it is likely to take, in minutes; `None` while nobody is being seen, so that
    /// nothing tells how fast the queue moves.
    pub(crate) wait_minutes: Option<u32>,
}

/// The places of one queue. Urgent visits go first, then who has waited longest.
pub(crate) fn places(rows: &[QueueRow], now: Timestamp) -> Vec<Place> {
    let gone = |row: &QueueRow| row.lost_at.is_some_and(|at| now.duration_since(at) > GONE_AFTER);
    let mut waiting: Vec<(bool, Timestamp, &QueueRow)> = rows
        .iter()
        .filter(|row| row.seen_since.is_none() && !gone(row))
        .filter_map(|row| row.waiting_since.map(|since| (!row.urgent, since, row)))
        .collect();
    waiting.sort_by_key(|(not_urgent, since, row)| (*not_urgent, *since, row.visit));
    // When each of those who see people now is likely to be free.
    let mut free: Vec<SignedDuration> =
        rows.iter().filter_map(|row| row.seen_since.map(|since| left(row, since, now))).collect();
    let mut places = Vec::with_capacity(waiting.len());
    for (position, (_, _, row)) in (1_u32..).zip(waiting) {
        let next = free.iter_mut().min();
        let wait_minutes = next.map(|free_in| {
            let wait = minutes(*free_in);
            *free_in = free_in.saturating_add(planned(row));
            wait
        });
        places.push(Place { visit: row.visit, position, wait_minutes });
    }
    places
}

/// How long a visit that is under way is likely to take yet; one that overran ends any moment.
fn left(row: &QueueRow, since: Timestamp, now: Timestamp) -> SignedDuration {
    let spent = now.duration_since(since);
    planned(row).saturating_sub(spent).max(SignedDuration::ZERO)
}

const fn planned(row: &QueueRow) -> SignedDuration {
    SignedDuration::from_mins(row.minutes as i64)
}

fn minutes(span: SignedDuration) -> u32 {
    u32::try_from((span.as_secs().saturating_add(59)) / 60).unwrap_or(u32::MAX)
}
