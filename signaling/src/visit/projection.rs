//! What of a visit the store keeps in columns, so that lists, queues and timers find it.
//!
//! In: the visit as it stands. Out: plain values.
//! Never: a second truth; whatever is here can be made again from the log.

use super::{Place, Visit, later};
use crate::role::is_staff;
use bedside_signaling_api::recorder::Mode;
use bedside_signaling_api::recording;
use bedside_signaling_api::visit::VisitState;
use jiff::{SignedDuration, Timestamp};

/// What the store keeps in columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Projection<'a> {
    /// Where it stands.
    pub state: VisitState,
    /// The queue it waits in.
    pub queue: Option<&'a str>,
    /// When it starts.
    pub starts_at: Timestamp,
    /// How long it is planned to take.
    pub duration_minutes: u16,
    /// How often it was moved.
    pub moves: u32,
    /// When something is due next.
    pub wakes_at: Option<Timestamp>,
    /// When it is to be erased, once it is over.
    pub erase_at: Option<Timestamp>,
    /// Until when its recordings are kept, once it is over.
    pub keep_recordings_until: Option<Timestamp>,
    /// What is made of its media where it is recorded.
    pub recording_mode: Mode,
    /// Since when the first of those who wait has waited.
    pub waiting_since: Option<Timestamp>,
    /// Since when nobody of them is in the lobby any more, though they keep their place a while.
    pub waiting_lost_at: Option<Timestamp>,
    /// Whether staff and somebody they let in are together.
    pub is_seen: bool,
    /// Its present or last recording.
    pub recording: Option<recording::Recording>,
    /// Whether somebody is to be recorded, so that a visit nobody has in memory is to be woken.
    pub is_recorded: bool,
}

impl Visit {
    /// What the store keeps in columns.
    #[must_use]
    pub fn projection(&self) -> Projection<'_> {
        let over = self.is_over();
        let queueing = || self.seats.iter().filter(|s| !over && s.waiting_since.is_some());
        let in_lobby = queueing().any(|seat| seat.place == Place::Waiting);
        let guests = |place| move |s: &&super::Seat| s.place == place && !is_staff(s.role);
        let guest_here = self.seats.iter().any(|seat| guests(Place::Here)(&seat));
        Projection {
            state: self.state,
            queue: self.plan.queue.as_deref(),
            starts_at: self.starts_at,
            duration_minutes: self.duration_minutes,
            moves: self.moves,
            wakes_at: self.wakes_at(),
            erase_at: over.then(|| later(self.touched_at, days(self.policy().keep.visit_days))),
            keep_recordings_until: over
                .then(|| later(self.touched_at, days(self.policy().keep.recording_days))),
            recording_mode: self.policy().recording.mode,
            waiting_since: queueing().filter_map(|seat| seat.waiting_since).min(),
            waiting_lost_at: queueing().filter_map(|s| s.lost_at).max().filter(|_| !in_lobby),
            is_seen: self.staff_here() && guest_here,
            recording: self.recording().map(super::Recording::shown),
            is_recorded: self.recordable().is_some(),
        }
    }
}

fn days(count: u16) -> SignedDuration {
    SignedDuration::from_hours(24 * i64::from(count))
}
