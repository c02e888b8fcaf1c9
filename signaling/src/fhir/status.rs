//! Where a visit stands, in FHIR's codes; and what a scheduling system's code asks for.
//!
//! In: the visit's own state and the code its appointment was last written with. Out: the code
//! to show; or, the other way, what is wanted.
//! Never: mixes the two. The visit's state is the truth; a code of planning (`pending`,
//! `waitlist`) is kept beside it for as long as nobody has come.

use super::release::Release;
use bedside_signaling_api::visit::VisitState;

/// A code of `Appointment.status`; the same in both releases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Status {
    /// Still to be agreed on.
    Proposed,
    /// Somebody has not answered yet.
    Pending,
    /// It is agreed on.
    Booked,
    /// Somebody is in the lobby or in the visit.
    Arrived,
    /// It was held.
    Fulfilled,
    /// It will not be held.
    Cancelled,
    /// The patient did not come.
    NoShow,
    /// It should never have been.
    EnteredInError,
    /// The front desk's work is done.
    CheckedIn,
    /// Waits for an earlier time.
    Waitlist,
}

impl Status {
    /// Every code.
    pub(super) const ALL: [Self; 10] = [
        Self::Proposed,
        Self::Pending,
        Self::Booked,
        Self::Arrived,
        Self::Fulfilled,
        Self::Cancelled,
        Self::NoShow,
        Self::EnteredInError,
        Self::CheckedIn,
        Self::Waitlist,
    ];

    /// As it is written.
    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::Proposed => "proposed",
            Self::Pending => "pending",
            Self::Booked => "booked",
            Self::Arrived => "arrived",
            Self::Fulfilled => "fulfilled",
            Self::Cancelled => "cancelled",
            Self::NoShow => "noshow",
            Self::EnteredInError => "entered-in-error",
            Self::CheckedIn => "checked-in",
            Self::Waitlist => "waitlist",
        }
    }

    /// The code that is written so.
    pub(super) fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.code() == code)
    }

    /// Whether it says that the visit is not to be held.
    pub(super) const fn calls_off(self) -> bool {
        match self {
            Self::Cancelled | Self::EnteredInError => true,
            Self::Proposed
            | Self::Pending
            | Self::Booked
            | Self::Arrived
            | Self::Fulfilled
            | Self::NoShow
            | Self::CheckedIn
            | Self::Waitlist => false,
        }
    }

    /// The code to show for a visit in that state, last written with `written`.
    pub(super) const fn shown(state: VisitState, written: Option<Self>) -> Self {
        match (state, written) {
            (VisitState::Cancelled, Some(Self::EnteredInError)) => Self::EnteredInError,
            (VisitState::Cancelled, _) => Self::Cancelled,
            (VisitState::Ended, _) => Self::Fulfilled,
            (VisitState::NoShow, _) => Self::NoShow,
            (VisitState::Open | VisitState::Live, _) => Self::Arrived,
            (
                VisitState::Scheduled | VisitState::NoShowProposed,
                Some(
                    planning @ (Self::Proposed
                    | Self::Pending
                    | Self::Arrived
                    | Self::CheckedIn
                    | Self::Waitlist),
                ),
            ) => planning,
            (VisitState::Scheduled | VisitState::NoShowProposed, _) => Self::Booked,
        }
    }

    /// The states in which a visit can show this code.
    pub(super) const fn states(self) -> &'static [VisitState] {
        use VisitState::{Cancelled, Ended, Live, NoShow, NoShowProposed, Open, Scheduled};
        match self {
            Self::Proposed | Self::Pending | Self::Booked | Self::CheckedIn | Self::Waitlist => {
                &[Scheduled, NoShowProposed]
            }
            Self::Arrived => &[Scheduled, NoShowProposed, Open, Live],
            Self::Fulfilled => &[Ended],
            Self::Cancelled | Self::EnteredInError => &[Cancelled],
            Self::NoShow => &[NoShow],
        }
    }
}

/// The code of `Encounter.status`; none while nobody has come.
pub(super) const fn encounter(state: VisitState, release: Release) -> Option<&'static str> {
    match (state, release) {
        (VisitState::Scheduled | VisitState::NoShowProposed | VisitState::NoShow, _) => None,
        (VisitState::Open, Release::R4) => Some("arrived"),
        (VisitState::Open, Release::R5) => Some("planned"),
        (VisitState::Live, _) => Some("in-progress"),
        (VisitState::Ended, Release::R4) => Some("finished"),
        (VisitState::Ended, Release::R5) => Some("completed"),
        (VisitState::Cancelled, _) => Some("cancelled"),
    }
}
