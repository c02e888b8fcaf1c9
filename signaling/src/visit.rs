//! The life of one visit, as a state machine without input or output of its own.
//!
//! In: a command and the time (`decide`), or an event that was stored (`apply`). Out: events to
//! store, or a `Refusal`.
//! Never: a clock, a socket, a store; the same log gives the same visit on every machine.

mod decide;
mod event;
mod refusal;
mod schedule;
#[cfg(test)]
mod tests;

pub use decide::{ABANDONED_AFTER, Command};
pub use event::{Expected, VisitEvent};
pub use refusal::Refusal;
pub use schedule::schedule;

use bedside_signaling_api::role::Role;
use bedside_signaling_api::socket::Standing;
use bedside_signaling_api::visit::VisitState;
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

/// A visit as its log tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visit {
    state: VisitState,
    scheduled_at: Timestamp,
    starts_at: Timestamp,
    duration_minutes: u16,
    touched_at: Timestamp,
    seats: Vec<Seat>,
}

/// One expected person and where they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seat {
    /// Their id in this visit.
    pub id: Uuid,
    /// The part they play.
    pub role: Role,
    /// Their language (BCP 47).
    pub language: String,
    /// What the others see.
    pub display_name: String,
    /// Where they are.
    pub place: Place,
    /// Whether staff, or their role, has let them in; it outlives reloads and restarts.
    pub admitted: bool,
}

/// Where somebody is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Place {
    /// Not here yet, or gone from the lobby without a word.
    Expected,
    /// In the lobby.
    Waiting,
    /// In the visit.
    Here,
    /// Let in, and their connection was lost.
    Away,
    /// Sent away from the lobby; may queue again.
    Declined,
    /// Gone by their own will; may come back.
    Left,
    /// Taken out for good.
    Removed,
}

impl Visit {
    /// The visit that a log tells of; `None` when the log does not begin with its schedule.
    #[must_use]
    pub fn replay(log: &[(Timestamp, VisitEvent)]) -> Option<Self> {
        let ((scheduled_at, first), rest) = log.split_first()?;
        let mut visit = Self::planned(*scheduled_at, first)?;
        for (at, event) in rest {
            visit.apply(*at, event);
        }
        Some(visit)
    }

    fn planned(at: Timestamp, first: &VisitEvent) -> Option<Self> {
        let VisitEvent::Scheduled { starts_at, duration_minutes, participants } = first else {
            return None;
        };
        let seats = participants.iter().map(Seat::expected).collect();
        Some(Self {
            state: VisitState::Scheduled,
            scheduled_at: at,
            starts_at: *starts_at,
            duration_minutes: *duration_minutes,
            touched_at: at,
            seats,
        })
    }

    /// Takes in what has happened. Total: a line that makes no sense here changes nothing.
    pub fn apply(&mut self, at: Timestamp, event: &VisitEvent) {
        if self.is_over() {
            return;
        }
        self.touched_at = self.touched_at.max(at);
        match event {
            VisitEvent::Scheduled { .. } => {}
            VisitEvent::Opened => self.state = VisitState::Open,
            VisitEvent::WentLive => self.state = VisitState::Live,
            VisitEvent::Ended { .. } => self.state = VisitState::Ended,
            VisitEvent::Cancelled => self.state = VisitState::Cancelled,
            VisitEvent::Arrived { participant } => self.put(*participant, Place::Waiting),
            VisitEvent::Admitted { participant, by: _ } => self.let_in(*participant),
            VisitEvent::Declined { participant, by: _ } => self.put(*participant, Place::Declined),
            VisitEvent::Removed { participant, by: _ } => self.put(*participant, Place::Removed),
            VisitEvent::Left { participant } => self.put(*participant, Place::Left),
            VisitEvent::Lost { participant } => self.lose(*participant),
            VisitEvent::Returned { participant } => self.take_back(*participant),
        }
    }

    fn put(&mut self, participant: Uuid, place: Place) {
        if let Some(seat) = self.open_seat_mut(participant) {
            seat.place = place;
        }
    }

    fn let_in(&mut self, participant: Uuid) {
        if let Some(seat) = self.open_seat_mut(participant) {
            seat.admitted = true;
            seat.place = Place::Here;
        }
    }

    fn lose(&mut self, participant: Uuid) {
        if let Some(seat) = self.open_seat_mut(participant) {
            seat.place = if seat.admitted { Place::Away } else { Place::Expected };
        }
    }

    // Second door: `decide` says `Returned` only of the admitted, and here the others go to
    // the lobby all the same.
    fn take_back(&mut self, participant: Uuid) {
        if let Some(seat) = self.open_seat_mut(participant) {
            seat.place = if seat.admitted { Place::Here } else { Place::Waiting };
        }
    }

    // Second door: whoever was removed has no seat to be put into.
    fn open_seat_mut(&mut self, participant: Uuid) -> Option<&mut Seat> {
        self.seats.iter_mut().find(|seat| seat.id == participant && seat.place != Place::Removed)
    }

    /// Where the visit is in its life.
    #[must_use]
    pub const fn state(&self) -> VisitState {
        self.state
    }

    /// When it was scheduled.
    #[must_use]
    pub const fn scheduled_at(&self) -> Timestamp {
        self.scheduled_at
    }

    /// When it starts.
    #[must_use]
    pub const fn starts_at(&self) -> Timestamp {
        self.starts_at
    }

    /// How long it is planned to take.
    #[must_use]
    pub const fn duration_minutes(&self) -> u16 {
        self.duration_minutes
    }

    /// When it is planned to end.
    #[must_use]
    pub fn ends_at(&self) -> Timestamp {
        later(self.starts_at, SignedDuration::from_mins(i64::from(self.duration_minutes)))
    }

    /// Everybody planned, in the order of the schedule.
    #[must_use]
    pub fn seats(&self) -> &[Seat] {
        &self.seats
    }

    /// One person's seat.
    #[must_use]
    pub fn seat(&self, participant: Uuid) -> Option<&Seat> {
        self.seats.iter().find(|seat| seat.id == participant)
    }

    /// Whether nobody can come in any more.
    #[must_use]
    pub const fn is_over(&self) -> bool {
        matches!(self.state, VisitState::Ended | VisitState::Cancelled)
    }

    /// Whether the person is in the visit now.
    #[must_use]
    pub fn is_here(&self, participant: Uuid) -> bool {
        !self.is_over() && self.seat(participant).is_some_and(|seat| seat.place == Place::Here)
    }

    /// Whether staff is in the visit now.
    #[must_use]
    pub fn staff_here(&self) -> bool {
        !self.is_over()
            && self
                .seats
                .iter()
                .any(|seat| seat.place == Place::Here && crate::role::is_staff(seat.role))
    }

    /// Where the person stands, in the word their own page uses; `None` for a stranger and
    /// for whoever has not come.
    #[must_use]
    pub fn standing(&self, participant: Uuid) -> Option<Standing> {
        let seat = self.seat(participant)?;
        match (self.state, seat.place) {
            (_, Place::Removed) => Some(Standing::Removed),
            (VisitState::Ended, _) => Some(Standing::Ended),
            (VisitState::Cancelled, _) => Some(Standing::Cancelled),
            (_, Place::Waiting) => Some(Standing::Waiting),
            (_, Place::Here) => Some(Standing::Admitted),
            (_, Place::Declined) => Some(Standing::Declined),
            (_, Place::Left) => Some(Standing::Left),
            (_, Place::Expected | Place::Away) => None,
        }
    }
}

impl Seat {
    fn expected(expected: &Expected) -> Self {
        Self {
            id: expected.id,
            role: expected.role,
            language: expected.language.clone(),
            display_name: expected.display_name.clone(),
            place: Place::Expected,
            admitted: false,
        }
    }
}

/// A moment later; the end of time where the calendar has no such day.
fn later(from: Timestamp, by: SignedDuration) -> Timestamp {
    from.checked_add(by).unwrap_or(Timestamp::MAX)
}
