//! The quality record of a visit in its actor's hands.
//!
//! In: what the actor sees and hears. Out: the record with its times; metrics without ids; text
//! for the store.
//! Never: a reason for a visit not to go on; a record that cannot be read is begun anew.

use super::Rooms;
use super::live::Live;
use crate::clock;
use crate::metrics::{PersonSeries, QualitySeries};
use crate::quality::{Asked, Record};
use crate::store::QualityWrite;
use crate::visit::VisitEvent;
use bedside_sfu_api::{Departure, QualitySample, VoiceWorth};
use bedside_signaling_api::interpreting::StandardNow;
use bedside_signaling_api::quality::VisitQuality;
use bedside_signaling_api::socket::{Delivery, Felt, Sound};
use jiff::Timestamp;
use std::collections::BTreeMap;
use uuid::Uuid;

/// One visit's record.
#[derive(Debug)]
pub(super) struct Measured {
    record: Record,
    series: QualitySeries,
    series_by_participant: BTreeMap<Uuid, PersonSeries>,
    /// It holds what the store does not.
    is_news: bool,
    /// How lines kept the four standards when they were last looked at.
    lately: Lately,
}

/// A judgement, and the second it was made in.
#[derive(Debug, Default)]
struct Lately {
    at: i64,
    standards_by_interpreter: BTreeMap<Uuid, Vec<StandardNow>>,
}

impl Measured {
    /// Goes on with what an earlier actor has stored.
    pub(super) async fn load(rooms: &Rooms, visit: Uuid) -> Self {
        Self {
            record: stored(rooms, visit).await.unwrap_or_default(),
            series: rooms.quality.clone(),
            series_by_participant: BTreeMap::new(),
            is_news: false,
            lately: Lately::default(),
        }
    }

    pub(super) fn handle_sample(&mut self, participant: Uuid, sample: &QualitySample) {
        self.is_news = true;
        if let Some(scored) = self.record.handle_sample(clock::now(), participant, sample) {
            let series = self.series_by_participant.entry(participant);
            series.or_insert_with(|| self.series.person()).observe(&scored);
        }
    }

    pub(super) fn handle_delivered(
        &mut self,
        participant: Uuid,
        deliveries: &[Delivery],
        sound: Sound,
    ) {
        self.is_news = true;
        let changes = self.record.handle_delivered(clock::now(), participant, deliveries, sound);
        changes.iter().for_each(|change| self.series.stepped(change));
    }

    pub(super) fn handle_voice_wanted(&mut self, participant: Uuid, voice: VoiceWorth) {
        self.record.handle_voice_wanted(participant, voice);
    }

    pub(super) fn handle_shown(&mut self, participant: Uuid, is_signing: bool) {
        self.record.handle_shown(participant, is_signing);
    }

    pub(super) fn handle_felt(&mut self, participant: Uuid, felt: &Felt) {
        self.is_news = true;
        self.record.handle_felt(clock::now(), participant, felt);
    }

    pub(super) fn handle_connected(&mut self, participant: Uuid) {
        self.is_news = true;
        self.record.handle_connected(clock::now(), participant);
    }

    /// A client was reached again on the connection it had.
    pub(super) fn handle_reached(&mut self, participant: Uuid, unheard_ms: u32) {
        self.is_news = true;
        self.record.handle_reached(participant, unheard_ms);
    }

    /// A media connection is gone: as the page wished, or not.
    pub(super) fn handle_departed(&mut self, participant: Uuid, departure: Departure) {
        match departure {
            Departure::Closed => self.handle_ended(participant),
            Departure::Silent | Departure::Fault => {
                self.is_news = true;
                self.series_by_participant.remove(&participant);
                self.record.handle_interrupted(clock::now(), participant);
            }
        }
    }

    /// A media connection has ended for another, or for a while.
    pub(super) fn handle_ended(&mut self, participant: Uuid) {
        self.series_by_participant.remove(&participant);
        self.record.handle_ended(clock::now(), participant);
    }

    /// What the visit has decided about who is in it.
    pub(super) fn take_event(&mut self, at: Timestamp, event: &VisitEvent) {
        match event {
            VisitEvent::Admitted { participant, by: _ } | VisitEvent::Returned { participant } => {
                self.record.handle_let_in(at, *participant);
            }
            VisitEvent::Declined { participant, by: _ }
            | VisitEvent::Removed { participant, by: _ }
            | VisitEvent::Left { participant }
            | VisitEvent::Lost { participant } => {
                self.series_by_participant.remove(participant);
                self.record.handle_gone(at, *participant);
            }
            VisitEvent::Ended { .. }
            | VisitEvent::Cancelled
            | VisitEvent::NoShowConfirmed { .. } => self.series_by_participant.clear(),
            VisitEvent::Scheduled { .. }
            | VisitEvent::Rescheduled { .. }
            | VisitEvent::Transferred { .. }
            | VisitEvent::Extended { .. }
            | VisitEvent::Invited { .. }
            | VisitEvent::Uninvited { .. }
            | VisitEvent::Amended { .. }
            | VisitEvent::LinkRenewed { .. }
            | VisitEvent::Opened
            | VisitEvent::Arrived { .. }
            | VisitEvent::WaitBreached { .. }
            | VisitEvent::WentLive
            | VisitEvent::Checked { .. }
            | VisitEvent::CheckFailed { .. }
            | VisitEvent::Deviated { .. }
            | VisitEvent::ConsentGiven { .. }
            | VisitEvent::ConsentRefused { .. }
            | VisitEvent::ConsentWithdrawn { .. }
            | VisitEvent::SidebarOpened { .. }
            | VisitEvent::SidebarClosed { .. }
            | VisitEvent::SetApart { .. }
            | VisitEvent::BroughtBack { .. }
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
            | VisitEvent::Lesson(_)
            | VisitEvent::Interpret(_)
            | VisitEvent::Attend(_)
            | VisitEvent::Overran
            | VisitEvent::NoShowProposed
            | VisitEvent::NoShowDismissed { .. } => {}
        }
    }

    /// The record as it stands.
    pub(super) fn summary(&self, asked: &Asked) -> VisitQuality {
        self.record.summary(clock::now(), asked)
    }

    /// How the line of an interpreter keeps the four standards. They are judged once a second,
    /// however often they are asked for.
    pub(super) fn lately(&mut self, now: Timestamp, interpreter: Uuid) -> Vec<StandardNow> {
        if self.lately.at != now.as_second() {
            self.lately = Lately { at: now.as_second(), ..Lately::default() };
        }
        let known = self.lately.standards_by_interpreter.entry(interpreter);
        known.or_insert_with(|| self.record.lately(now, interpreter)).clone()
    }

    /// What is to be stored; `None` when there is nothing the store does not have.
    pub(super) fn to_stored(&self, now: Timestamp) -> Option<String> {
        if !self.is_news {
            return None;
        }
        self.record.to_stored(now).unwrap_or_else(|error| {
            tracing::error!(%error, "a quality record cannot be written down");
            None
        })
    }

    /// The store has it all.
    pub(super) const fn is_kept(&mut self) {
        self.is_news = false;
    }
}

impl Live {
    /// Stores what is known of the visit's quality, if the store does not have it. A store that
    /// fails is logged, and the visit goes on.
    pub(super) async fn keep_quality(&mut self) {
        let at = clock::now();
        let Some(body) = self.measured.to_stored(at).filter(|_| !self.superseded) else { return };
        let write = QualityWrite { visit: self.id, epoch: self.epoch, at, body: &body };
        match self.rooms.store.keep_quality(write).await {
            Ok(true) => self.measured.is_kept(),
            Ok(false) => self.superseded = true,
            Err(fault) => {
                let fault: &dyn std::error::Error = &fault;
                tracing::error!(visit = %self.id, fault, "a quality record could not be stored");
            }
        }
    }
}

async fn stored(rooms: &Rooms, visit: Uuid) -> Option<Record> {
    let text = rooms.store.quality(visit).await.unwrap_or_else(|fault| {
        let fault: &dyn std::error::Error = &fault;
        tracing::error!(%visit, fault, "a quality record could not be read");
        None
    })?;
    Record::from_stored(&text)
        .inspect_err(|error| tracing::error!(%visit, %error, "a stored quality record is broken"))
        .ok()
}
