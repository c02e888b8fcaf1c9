//! What has happened changes the visit.
//!
//! In: an event that was stored, and when. Out: the visit as it stands afterwards.
//! Never: fails; a line that makes no sense here changes nothing.

use super::seat::{Decision, Place, Seat};
use super::{Visit, VisitEvent, later, minutes};
use bedside_signaling_api::policy::{Gate, Purpose};
use bedside_signaling_api::visit::VisitState;
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

impl Visit {
    /// Takes in what has happened.
    pub fn apply(&mut self, at: Timestamp, event: &VisitEvent) {
        self.apply_recording(at, event);
        // How it was is told after the end, too.
        if let VisitEvent::Attend(event) = event {
            self.attended.apply(event);
        }
        if self.is_over() {
            return;
        }
        self.count_interpreted(at);
        self.touched_at = self.touched_at.max(at);
        self.apply_to_open(at, event);
    }

    /// Something has happened to a visit that is not over.
    fn apply_to_open(&mut self, at: Timestamp, event: &VisitEvent) {
        match event {
            VisitEvent::Scheduled { .. }
            | VisitEvent::Attend(_)
            | VisitEvent::RecordingAsked { .. }
            | VisitEvent::RecordingStarted { .. }
            | VisitEvent::RecordingPaused { .. }
            | VisitEvent::RecordingResumed { .. }
            | VisitEvent::RecordingStopped { .. }
            | VisitEvent::RecordingFailed { .. }
            | VisitEvent::RecordingSealed { .. } => {}
            VisitEvent::Rescheduled { starts_at, duration_minutes } => {
                self.move_to(*starts_at, *duration_minutes);
            }
            VisitEvent::Transferred { queue } => self.plan.queue = Some(queue.clone()),
            VisitEvent::Extended { minutes, by: _ } => {
                self.duration_minutes = self.duration_minutes.saturating_add(*minutes);
                self.overran = false;
            }
            VisitEvent::Opened => self.open(),
            VisitEvent::WentLive => self.go_live(),
            VisitEvent::Overran => self.overran = true,
            VisitEvent::NoShowProposed => self.propose_no_show(),
            VisitEvent::NoShowDismissed { by: _ } => self.state = self.state_by_presence(),
            VisitEvent::NoShowConfirmed { by: _ } => self.state = VisitState::NoShow,
            VisitEvent::Ended { by: _, outcome } => {
                self.state = VisitState::Ended;
                self.outcome = *outcome;
            }
            VisitEvent::Cancelled => self.state = VisitState::Cancelled,
            VisitEvent::SidebarOpened { members, by: _ } => self.sidebar.clone_from(members),
            VisitEvent::SidebarClosed { by: _ } => self.sidebar.clear(),
            VisitEvent::HandOverOffered { from: _, to } => self.offered = Some(*to),
            VisitEvent::HandedOver { to } => {
                self.lead = Some(*to);
                self.offered = None;
            }
            VisitEvent::SegmentStarted { segment, by: _ } => {
                self.segment = Some(*segment);
                self.segment_since = Some(at);
            }
            VisitEvent::Lesson(event) => self.teaching.apply(at, event),
            VisitEvent::Interpret(event) => self.interpretation.apply(event),
            VisitEvent::Invited { participant, by: _ } => {
                if self.seat(participant.id).is_none() {
                    self.seats.push(Seat::expected(participant));
                }
            }
            VisitEvent::Uninvited { participant }
            | VisitEvent::Amended { participant, .. }
            | VisitEvent::LinkRenewed { participant }
            | VisitEvent::Arrived { participant }
            | VisitEvent::Admitted { participant, .. }
            | VisitEvent::Declined { participant, .. }
            | VisitEvent::Removed { participant, .. }
            | VisitEvent::Left { participant }
            | VisitEvent::Lost { participant }
            | VisitEvent::Returned { participant }
            | VisitEvent::WaitBreached { participant }
            | VisitEvent::Checked { participant, .. }
            | VisitEvent::CheckFailed { participant, .. }
            | VisitEvent::Deviated { participant, .. }
            | VisitEvent::ConsentGiven { participant, .. }
            | VisitEvent::ConsentRefused { participant, .. }
            | VisitEvent::ConsentWithdrawn { participant, .. }
            | VisitEvent::SetApart { participant, .. }
            | VisitEvent::BroughtBack { participant, .. } => {
                self.apply_to_seat(at, *participant, event)
            }
        }
    }

    /// Something has happened to one person.
    fn apply_to_seat(&mut self, at: Timestamp, participant: Uuid, event: &VisitEvent) {
        let place_kept = minutes(self.plan.policy.times.place_kept_minutes);
        if let Some(seat) = self.open_seat_mut(participant) {
            seat.apply((at, place_kept), event);
            if matches!(seat.place, Place::Left | Place::Removed) {
                self.interpretation.leave(participant);
            }
        }
        self.forget_absent_members();
    }

    /// Whoever is not here, or is apart, confers with nobody.
    fn forget_absent_members(&mut self) {
        let members = std::mem::take(&mut self.sidebar);
        let stays =
            |id: &Uuid| self.is_here(*id) && self.seat(*id).is_some_and(|s| s.apart.is_none());
        self.sidebar = members.into_iter().filter(stays).collect();
    }

    fn move_to(&mut self, starts_at: Timestamp, duration_minutes: u16) {
        self.starts_at = starts_at;
        self.duration_minutes = duration_minutes;
        self.moves = self.moves.saturating_add(1);
        self.no_show_settled = false;
        self.overran = false;
        self.state = self.state_by_presence();
    }

    const fn propose_no_show(&mut self) {
        self.no_show_settled = true;
        self.state = VisitState::NoShowProposed;
    }

    fn open(&mut self) {
        self.opened = true;
        if self.state == VisitState::Scheduled {
            self.state = VisitState::Open;
        }
    }

    fn go_live(&mut self) {
        self.opened = true;
        self.went_live = true;
        if self.state != VisitState::NoShowProposed {
            self.state = VisitState::Live;
        }
    }

    /// The state that who has been here makes it, when nothing is proposed.
    const fn state_by_presence(&self) -> VisitState {
        match (self.went_live, self.opened) {
            (true, _) => VisitState::Live,
            (false, true) => VisitState::Open,
            (false, false) => VisitState::Scheduled,
        }
    }

    // Second door: whoever was removed has no seat to be put into.
    fn open_seat_mut(&mut self, participant: Uuid) -> Option<&mut Seat> {
        self.seats.iter_mut().find(|seat| seat.id == participant && seat.place != Place::Removed)
    }
}

impl Seat {
    /// Takes in what has happened to this person.
    fn apply(&mut self, (at, place_kept): (Timestamp, SignedDuration), event: &VisitEvent) {
        match event {
            VisitEvent::Uninvited { .. } if self.admitted => {}
            VisitEvent::Uninvited { .. } | VisitEvent::Removed { .. } => {
                self.leave_queue(Place::Removed);
            }
            VisitEvent::Amended { language, display_name, .. } => {
                self.language.clone_from(language);
                self.display_name.clone_from(display_name);
            }
            VisitEvent::LinkRenewed { .. } => self.renew_link(),
            VisitEvent::Arrived { .. } => self.arrive(at, place_kept),
            VisitEvent::Admitted { .. } => {
                self.admitted = true;
                self.leave_queue(Place::Here);
            }
            VisitEvent::Declined { .. } => self.leave_queue(Place::Declined),
            VisitEvent::Left { .. } => self.leave_queue(Place::Left),
            VisitEvent::Lost { .. } => {
                self.lost_at = Some(at);
                self.place = if self.admitted { Place::Away } else { Place::Expected };
            }
            // Second door: `decide` says `Returned` only of the admitted, and here the others
            // go to the lobby all the same.
            VisitEvent::Returned { .. } if self.admitted => self.place = Place::Here,
            VisitEvent::Returned { .. } => self.arrive(at, place_kept),
            VisitEvent::WaitBreached { .. } => self.wait_told = true,
            VisitEvent::Checked { gate, .. } => self.pass(*gate),
            VisitEvent::CheckFailed { gate, .. } => {
                self.passed.remove(gate);
                let failures = self.failures_by_gate.entry(*gate).or_default();
                *failures = failures.saturating_add(1);
            }
            VisitEvent::Deviated { gate, .. } => drop(self.skipped.insert(*gate)),
            VisitEvent::ConsentGiven { purpose, version, .. } => {
                self.decided(*purpose, Decision::Given { version: version.clone() });
            }
            VisitEvent::ConsentRefused { purpose, .. } => self.decided(*purpose, Decision::Refused),
            VisitEvent::ConsentWithdrawn { purpose, .. } => {
                self.decided(*purpose, Decision::Withdrawn);
            }
            VisitEvent::SetApart { why, .. } => self.apart = Some(*why),
            VisitEvent::BroughtBack { .. } => self.apart = None,
            VisitEvent::Scheduled { .. }
            | VisitEvent::Rescheduled { .. }
            | VisitEvent::Transferred { .. }
            | VisitEvent::Extended { .. }
            | VisitEvent::Invited { .. }
            | VisitEvent::Opened
            | VisitEvent::WentLive
            | VisitEvent::SidebarOpened { .. }
            | VisitEvent::SidebarClosed { .. }
            | VisitEvent::HandOverOffered { .. }
            | VisitEvent::HandedOver { .. }
            | VisitEvent::SegmentStarted { .. }
            | VisitEvent::RecordingAsked { .. }
            | VisitEvent::RecordingStarted { .. }
            | VisitEvent::RecordingPaused { .. }
            | VisitEvent::RecordingResumed { .. }
            | VisitEvent::RecordingStopped { .. }
            | VisitEvent::RecordingFailed { .. }
            | VisitEvent::RecordingSealed { .. }
            | VisitEvent::Overran
            | VisitEvent::NoShowProposed
            | VisitEvent::NoShowDismissed { .. }
            | VisitEvent::NoShowConfirmed { .. }
            | VisitEvent::Ended { .. }
            | VisitEvent::Cancelled
            | VisitEvent::Lesson(_)
            | VisitEvent::Attend(_)
            | VisitEvent::Interpret(_) => {}
        }
    }

    /// Whoever opens the new link is to be looked at again.
    fn renew_link(&mut self) {
        self.generation = self.generation.saturating_add(1);
        self.passed.remove(&Gate::Identity);
        self.skipped.remove(&Gate::Identity);
    }

    /// Whoever was gone from the lobby for a short time only has waited all along.
    fn arrive(&mut self, at: Timestamp, place_kept: SignedDuration) {
        let kept = self.lost_at.is_none_or(|lost| at <= later(lost, place_kept));
        let since = self.waiting_since.filter(|_| kept);
        self.wait_told = self.wait_told && since.is_some();
        self.waiting_since = Some(since.unwrap_or(at));
        self.lost_at = None;
        self.came = true;
        self.place = Place::Waiting;
    }

    fn pass(&mut self, gate: Gate) {
        self.passed.insert(gate);
        self.failures_by_gate.remove(&gate);
    }

    fn leave_queue(&mut self, to: Place) {
        self.waiting_since = None;
        self.lost_at = None;
        self.wait_told = false;
        self.place = to;
    }

    fn decided(&mut self, purpose: Purpose, decision: Decision) {
        self.decision_by_purpose.insert(purpose, decision);
    }
}
