//! What time alone makes happen.
//!
//! In: the visit as it stands, and now. Out: events that are due, and when to look again.
//! Never: a no-show; it is proposed, and a person confirms it.

use super::{LessonEvent, Place, Seat, Visit, VisitEvent, later, minutes};
use bedside_signaling_api::role::Role;
use bedside_signaling_api::visit::VisitState;
use jiff::{SignedDuration, Timestamp};

/// A visit that nobody ended is over this long after its planned end and after the last thing
/// that happened in it. Longer is kinder to a visit that drags on; shorter closes the door
/// sooner on a link that lies in an old message.
pub const ABANDONED_AFTER: SignedDuration = SignedDuration::from_hours(24);

impl Visit {
    /// What is due at `now`.
    pub(super) fn due(&self, now: Timestamp) -> Vec<VisitEvent> {
        if self.abandoned_at() <= now {
            return vec![VisitEvent::Ended { by: None, outcome: None }];
        }
        let mut events = Vec::new();
        if self.no_show_at().is_some_and(|at| at <= now) {
            events.push(VisitEvent::NoShowProposed);
        }
        for seat in &self.seats {
            if self.breach_at(seat).is_some_and(|at| at <= now) {
                events.push(VisitEvent::WaitBreached { participant: seat.id });
            }
        }
        if self.overrun_at().is_some_and(|at| at <= now) {
            events.push(VisitEvent::Overran);
        }
        events.extend(self.recording_due(now));
        if self.lesson_ends_at().is_some_and(|at| at <= now) {
            events.push(VisitEvent::Lesson(LessonEvent::Ended));
        }
        events
    }

    /// When something is due next, if nothing else happens; `None` when it is over.
    #[must_use]
    pub fn wakes_at(&self) -> Option<Timestamp> {
        if self.is_over() {
            return None;
        }
        let breaches = self.seats.iter().filter_map(|seat| self.breach_at(seat));
        let others =
            [self.no_show_at(), self.overrun_at(), self.recording_due_at(), self.lesson_ends_at()];
        breaches.chain(others.into_iter().flatten()).chain([self.abandoned_at()]).min()
    }

    /// When the visit is over without anybody's word, if nothing happens in it. Whoever its log
    /// says is in it may be long gone: a server that stopped said no goodbye for them.
    pub(super) fn abandoned_at(&self) -> Timestamp {
        later(self.ends_at().max(self.touched_at), ABANDONED_AFTER)
    }

    /// Nobody is missed where no patient was planned.
    fn no_show_at(&self) -> Option<Timestamp> {
        let patients = || self.seats.iter().filter(|s| s.role == Role::Patient);
        let awaited = patients().any(|s| s.place != Place::Removed);
        let none_came = patients().all(|seat| !seat.came);
        let open =
            matches!(self.state, VisitState::Scheduled | VisitState::Open | VisitState::Live);
        (open && awaited && none_came && !self.no_show_settled)
            .then(|| later(self.starts_at, minutes(self.policy().times.no_show_minutes)))
    }

    /// Nobody waits too long before the visit was to start.
    fn breach_at(&self, seat: &Seat) -> Option<Timestamp> {
        let since = seat.waiting_since.filter(|_| seat.place == Place::Waiting)?;
        let from = since.max(self.starts_at);
        let breach = later(from, minutes(self.policy().times.wait_breach_minutes));
        (!seat.wait_told).then_some(breach)
    }

    fn lesson_ends_at(&self) -> Option<Timestamp> {
        self.teaching.lesson().and_then(super::Lesson::ends_at)
    }

    fn overrun_at(&self) -> Option<Timestamp> {
        let goes_on = self.state == VisitState::Live && self.staff_here() && !self.overran;
        goes_on.then(|| self.ends_at())
    }

    /// Whether the door is not open yet to this person.
    pub(super) fn is_early(&self, seat: &Seat, now: Timestamp) -> bool {
        let own_door = crate::role::is_staff(seat.role) || seat.admitted;
        !own_door && !self.went_live && !self.plan.urgent && now < self.opens_at()
    }

    /// Whether the door is closed again to this person, who has never been in.
    pub(super) fn is_late(&self, seat: &Seat, now: Timestamp) -> bool {
        let own_door = crate::role::is_staff(seat.role) || seat.admitted;
        let last = self.ends_at().max(self.scheduled_at);
        let closes_at = later(last, minutes(self.policy().times.late_minutes));
        !own_door && !self.staff_here() && now > closes_at
    }
}
