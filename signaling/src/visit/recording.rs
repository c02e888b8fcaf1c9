//! The recording of a visit: where it stands, and whom it may take.
//!
//! In: the visit as its log tells it. Out: the set of people who may be recorded at this moment.
//! Never: somebody without the consent the policy asks of them, whoever said no, or whoever is
//! not with the others.

use super::{Circle, Place, Seat, Visit, VisitEvent};
use crate::role::grant;
use bedside_sfu_api::Source;
use bedside_signaling_api::policy::{Late, Need, Purpose};
use bedside_signaling_api::recorder::{RecordingFailure, Summary};
use bedside_signaling_api::recording::{self, RecordingState, RestReason};
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeSet;
use uuid::Uuid;

/// So long a recording that was asked for may take until its first part is on a disk. Longer
/// leaves staff in doubt; shorter calls a slow disk a fault.
pub(super) const STARTS_WITHIN: SignedDuration = SignedDuration::from_secs(3);

/// One recording of a visit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recording {
    /// Its id.
    pub id: Uuid,
    /// Where it stands.
    pub phase: Phase,
    /// Since when.
    pub since: Timestamp,
    /// Something of it has been on a disk.
    pub started: bool,
    /// What is wrong with it at present.
    pub failure: Option<RecordingFailure>,
    /// What it is, once it is whole and in the store.
    pub summary: Option<Summary>,
}

/// Where a recording stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Phase {
    /// It was asked for; nothing is on a disk since.
    Asked,
    /// What happens is recorded.
    On,
    /// Nobody is recorded for a while.
    Paused(RestReason),
    /// It is over.
    Stopped,
    /// It is over by a fault.
    Failed,
}

/// What the recorder says of a recording.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RecorderWord {
    /// The first part since it was asked for is on a disk.
    Durable,
    /// Something is wrong.
    Failed {
        /// What.
        why: RecordingFailure,
        /// Whether the recording is over by it.
        over: bool,
    },
    /// What was wrong is not any more.
    Recovered,
    /// It is whole and in the store.
    Sealed(Summary),
}

impl Recording {
    /// Whether nothing more is added to it.
    #[must_use]
    pub const fn is_over(&self) -> bool {
        match self.phase {
            Phase::Asked | Phase::On | Phase::Paused(_) => false,
            Phase::Stopped | Phase::Failed => true,
        }
    }

    /// As it is told to pages and scheduling systems.
    #[must_use]
    pub const fn shown(&self) -> recording::Recording {
        let (state, why) = match self.phase {
            Phase::Asked => (RecordingState::Starting, None),
            Phase::On => (RecordingState::On, None),
            Phase::Paused(why) => (RecordingState::Paused, Some(why)),
            Phase::Stopped => (RecordingState::Off, None),
            Phase::Failed => (RecordingState::Failed, None),
        };
        let Self { id, since, failure, .. } = *self;
        recording::Recording { id, state, since, why, failure }
    }

    /// Whether people are to be recorded as far as staff and recorder go; whose consent is there
    /// is another question. A recorder in trouble goes on trying.
    pub(super) const fn is_wanted(&self) -> bool {
        match self.phase {
            Phase::Asked | Phase::On | Phase::Paused(RestReason::Failure) => true,
            Phase::Paused(RestReason::Staff | RestReason::Consent | RestReason::Apart)
            | Phase::Stopped
            | Phase::Failed => false,
        }
    }
}

impl Visit {
    /// The present or the last recording.
    #[must_use]
    pub fn recording(&self) -> Option<&Recording> {
        self.recordings.last()
    }

    /// The recording that goes on, if one does.
    #[must_use]
    pub fn open_recording(&self) -> Option<&Recording> {
        self.recording().filter(|recording| !recording.is_over())
    }

    /// A recording of this visit by its id.
    #[must_use]
    pub fn recording_of(&self, id: Uuid) -> Option<&Recording> {
        self.recordings.iter().find(|recording| recording.id == id)
    }

    /// Whose media may be recorded at this moment, and in which recording; `None` takes nobody.
    /// The set is never empty.
    #[must_use]
    pub fn recordable(&self) -> Option<(Uuid, BTreeSet<Uuid>)> {
        let recording = self.open_recording().filter(|recording| recording.is_wanted())?;
        self.may_be_taken().ok().map(|people| (recording.id, people))
    }

    /// Who may be taken if a recording is wanted, or why nobody may.
    pub(super) fn may_be_taken(&self) -> Result<BTreeSet<Uuid>, RestReason> {
        if self.policy().recording.late == Late::Pause && self.withheld().next().is_some() {
            return Err(RestReason::Consent);
        }
        let heard = || self.with_all().filter(|seat| publishes(seat));
        let people: BTreeSet<Uuid> =
            heard().filter(|seat| self.has_agreed(seat)).map(|seat| seat.id).collect();
        if people.is_empty() {
            let why =
                if heard().next().is_some() { RestReason::Consent } else { RestReason::Apart };
            return Err(why);
        }
        Ok(people)
    }

    /// Whether somebody's no, and not only a missing yes, stands in the way.
    pub(super) fn is_refused(&self) -> bool {
        let no = |seat: &&Seat| seat.objects(Purpose::Recording);
        match self.policy().recording.late {
            Late::Pause => self.withheld().any(|seat| no(&seat)),
            Late::LeaveOut => {
                let mut heard = self.with_all().filter(|seat| publishes(seat)).peekable();
                heard.peek().is_some() && heard.all(|seat| no(&seat))
            }
        }
    }

    /// Those with the others who count for consent and have not agreed.
    fn withheld(&self) -> impl Iterator<Item = &Seat> {
        let asked = |seat: &Seat| self.policy().consent(Purpose::Recording, seat.role) != Need::Off;
        self.with_all()
            .filter(move |seat| (publishes(seat) || asked(seat)) && !self.has_agreed(seat))
    }

    /// Whether everybody who is with the others has agreed, so that whatever is said there may be
    /// kept, whoever says it.
    pub(super) fn all_recorded(&self) -> bool {
        self.with_all().all(|seat| self.has_agreed(seat))
    }

    /// Nobody who said no is recorded, whether or not they were asked.
    fn has_agreed(&self, seat: &Seat) -> bool {
        self.agrees_as_asked(seat, Purpose::Recording) && !seat.objects(Purpose::Recording)
    }

    /// Those who are in the visit and hear and see each other.
    fn with_all(&self) -> impl Iterator<Item = &Seat> {
        let main = |(id, circle): (Uuid, Circle)| (circle == Circle::Main).then_some(id);
        let main: BTreeSet<Uuid> = if self.is_over() {
            BTreeSet::new()
        } else {
            self.circles().into_iter().filter_map(main).collect()
        };
        self.seats.iter().filter(move |s| s.place == Place::Here && main.contains(&s.id))
    }

    /// Takes in what has happened to a recording; also after the visit's end.
    pub(super) fn apply_recording(&mut self, at: Timestamp, event: &VisitEvent) {
        let Some(id) = event.recording() else { return };
        let known = self.recordings.iter().any(|recording| recording.id == id);
        if !known && matches!(event, VisitEvent::RecordingAsked { .. }) && !self.is_over() {
            self.recordings.push(Recording {
                id,
                phase: Phase::Asked,
                since: at,
                started: false,
                failure: None,
                summary: None,
            });
        } else if let Some(recording) = self.recordings.iter_mut().find(|each| each.id == id) {
            recording.apply(at, event);
        }
    }

    /// When a recording that was asked for has failed to start.
    pub(super) fn recording_due_at(&self) -> Option<Timestamp> {
        let asked = self.open_recording().filter(|recording| recording.phase == Phase::Asked)?;
        Some(super::later(asked.since, STARTS_WITHIN))
    }
}

impl Recording {
    fn apply(&mut self, at: Timestamp, event: &VisitEvent) {
        if let VisitEvent::RecordingSealed { summary, .. } = event {
            self.summary = Some(summary.clone());
        }
        if let VisitEvent::RecordingFailed { why, .. } = event {
            self.failure = Some(*why);
        }
        // Second door: nothing makes a recording that is over go on.
        if self.is_over() {
            return;
        }
        if let VisitEvent::RecordingFailed { over: true, .. } = event {
            self.stand(Phase::Failed, at);
        } else if let VisitEvent::RecordingAsked { .. } = event {
            self.failure = None;
            self.stand(Phase::Asked, at);
        } else if let VisitEvent::RecordingStarted { .. } | VisitEvent::RecordingResumed { .. } =
            event
        {
            self.started = true;
            self.failure = None;
            self.stand(Phase::On, at);
        } else if let VisitEvent::RecordingPaused { why, .. } = event {
            self.stand(Phase::Paused(*why), at);
        } else if let VisitEvent::RecordingStopped { .. } = event {
            self.stand(Phase::Stopped, at);
        }
    }

    fn stand(&mut self, phase: Phase, at: Timestamp) {
        if self.phase != phase || phase == Phase::Asked {
            (self.phase, self.since) = (phase, at);
        }
    }
}

/// Whether this person's role sends anything that could be recorded.
fn publishes(seat: &Seat) -> bool {
    let sources = grant(seat.role).publish;
    Source::ALL.into_iter().any(|source| sources.has(source))
}
