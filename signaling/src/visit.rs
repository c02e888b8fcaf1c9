//! The life of one visit, as a state machine without input or output of its own.
//!
//! In: a command and the time (`decide`), or an event that was stored (`apply`). Out: events to
//! store, or a `Refusal`.
//! Never: a clock, a socket, a store; the same log gives the same visit on every machine.

mod apply;
mod attend;
mod captions;
mod channels;
mod circle;
mod command;
mod decide;
mod due;
mod event;
pub mod hearing;
mod interpreted;
mod interpreting;
mod lesson;
mod projection;
mod recording;
mod refusal;
mod schedule;
mod seat;
mod signed;
pub mod signing;
#[cfg(test)]
mod tests;
mod tongue;

pub use attend::{Attend, AttendEvent, Attended};
pub use circle::Circle;
pub use command::{Answer, By, Command, Seen, Shown, Skip};
pub use due::ABANDONED_AFTER;
pub use event::{Expected, Plan, VisitEvent};
pub use interpreted::Worked;
pub use interpreting::{Direction, Interpret, InterpretEvent, Interpretation};
pub use lesson::{Lesson, LessonEvent, Material, Teach, Teaching, spoken};
pub use projection::Projection;
pub use recording::{Phase, RecorderWord, Recording};
pub use refusal::Refusal;
pub use schedule::schedule;
pub use seat::{Decision, FIRST_GENERATION, Place, Seat};
pub use tongue::Tongue;

use bedside_signaling_api::person::Outcome;
use bedside_signaling_api::policy::Policy;
use bedside_signaling_api::role::Role;
use bedside_signaling_api::socket::Standing;
use bedside_signaling_api::visit::{SegmentKind, VisitState};
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

/// A visit as its log tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visit {
    state: VisitState,
    scheduled_at: Timestamp,
    starts_at: Timestamp,
    duration_minutes: u16,
    /// Counts how often it was moved.
    moves: u32,
    touched_at: Timestamp,
    plan: Plan,
    seats: Vec<Seat>,
    /// Somebody has opened their link once.
    opened: bool,
    /// Staff has been in once.
    went_live: bool,
    /// A no-show was proposed and is not to be proposed again.
    no_show_settled: bool,
    /// That it goes on after its end has been said.
    overran: bool,
    /// Who confers apart from the others.
    sidebar: Vec<Uuid>,
    /// Who leads, after a hand-over.
    lead: Option<Uuid>,
    /// Who was asked to lead.
    offered: Option<Uuid>,
    /// The part it is in.
    segment: Option<u16>,
    /// Its recordings, one after another.
    recordings: Vec<Recording>,
    /// What of recorded education plays, is offered and was watched.
    teaching: Teaching,
    /// How it is interpreted.
    interpretation: Interpretation,
    /// What staff has done for people beside the talk.
    attended: Attended,
    /// Since when it is in its part.
    segment_since: Option<Timestamp>,
    /// How it ended, as staff has said.
    outcome: Option<Outcome>,
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
        let VisitEvent::Scheduled { starts_at, duration_minutes, participants, plan } = first
        else {
            return None;
        };
        Some(Self {
            state: VisitState::Scheduled,
            scheduled_at: at,
            starts_at: *starts_at,
            duration_minutes: *duration_minutes,
            moves: 0,
            touched_at: at,
            plan: plan.clone(),
            seats: participants.iter().map(Seat::expected).collect(),
            opened: false,
            went_live: false,
            no_show_settled: false,
            overran: false,
            sidebar: Vec::new(),
            lead: None,
            offered: None,
            segment: None,
            recordings: Vec::new(),
            teaching: Teaching::default(),
            interpretation: Interpretation::default(),
            attended: Attended::default(),
            segment_since: None,
            outcome: None,
        })
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
        later(self.starts_at, minutes(self.duration_minutes))
    }

    /// From when the door is open to those who are not staff.
    #[must_use]
    pub fn opens_at(&self) -> Timestamp {
        later(self.starts_at, -minutes(self.plan.policy.times.early_minutes))
    }

    /// How often it was moved.
    #[must_use]
    pub const fn moves(&self) -> u32 {
        self.moves
    }

    /// What was planned beside time and people.
    #[must_use]
    pub const fn plan(&self) -> &Plan {
        &self.plan
    }

    /// The rules it is held under.
    #[must_use]
    pub const fn policy(&self) -> &Policy {
        &self.plan.policy
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

    /// Who confers apart from the others; nobody, mostly.
    #[must_use]
    pub fn sidebar(&self) -> &[Uuid] {
        &self.sidebar
    }

    /// Who leads: whom it was handed to, else the first clinician planned.
    #[must_use]
    pub fn lead(&self) -> Option<Uuid> {
        let first = || self.seats.iter().find(|seat| seat.role == Role::Clinician);
        self.lead.or_else(|| first().map(|seat| seat.id))
    }

    /// Who was asked to lead and has not said yes.
    #[must_use]
    pub const fn hand_over_to(&self) -> Option<Uuid> {
        self.offered
    }

    /// The part it is in, as its place in the plan.
    #[must_use]
    pub const fn segment(&self) -> Option<u16> {
        self.segment
    }

    /// What kind of part it is in.
    #[must_use]
    pub fn segment_kind(&self) -> Option<SegmentKind> {
        let segment = self.plan.segments.get(usize::from(self.segment?))?;
        Some(segment.kind)
    }

    /// Since when it is in that part.
    #[must_use]
    pub const fn segment_since(&self) -> Option<Timestamp> {
        self.segment_since
    }

    /// What staff has done for people beside the talk.
    #[must_use]
    pub const fn attended(&self) -> &Attended {
        &self.attended
    }

    /// How it ended, as staff has said.
    #[must_use]
    pub const fn outcome(&self) -> Option<Outcome> {
        self.outcome
    }

    /// What of recorded education plays, is offered and was watched.
    #[must_use]
    pub const fn teaching(&self) -> &Teaching {
        &self.teaching
    }

    /// How it is interpreted.
    #[must_use]
    pub const fn interpretation(&self) -> &Interpretation {
        &self.interpretation
    }

    /// Whether it goes on after its planned end, and that has been said.
    #[must_use]
    pub const fn overran(&self) -> bool {
        self.overran
    }

    /// Whether nobody can come in any more.
    #[must_use]
    pub const fn is_over(&self) -> bool {
        self.state.is_over()
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

    /// Where the person stands at `now`, in the word their own page uses; `None` for a stranger
    /// and for whoever has not come.
    #[must_use]
    pub fn standing(&self, participant: Uuid, now: Timestamp) -> Option<Standing> {
        let seat = self.seat(participant)?;
        match (self.state, seat.place) {
            (_, Place::Removed) => Some(Standing::Removed),
            (VisitState::Ended, _) => Some(Standing::Ended),
            (VisitState::Cancelled, _) => Some(Standing::Cancelled),
            (VisitState::NoShow, _) => Some(Standing::Missed),
            (_, Place::Waiting) => Some(Standing::Waiting),
            (_, Place::Here) => Some(Standing::Admitted),
            (_, Place::Declined) => Some(Standing::Declined),
            (_, Place::Left) => Some(Standing::Left),
            (_, Place::Expected) if self.is_early(seat, now) => Some(Standing::Early),
            (_, Place::Expected) if self.is_late(seat, now) => Some(Standing::Missed),
            (_, Place::Expected | Place::Away) => None,
        }
    }
}

/// A moment later; the end of time where the calendar has no such day.
fn later(from: Timestamp, by: SignedDuration) -> Timestamp {
    from.checked_add(by).unwrap_or(Timestamp::MAX)
}

fn minutes(count: u16) -> SignedDuration {
    SignedDuration::from_mins(i64::from(count))
}
