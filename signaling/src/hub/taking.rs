//! Whose media the recorder takes: what the visit decides, told to recorder and media plane.
//!
//! In: the visit as it stands. Out: a turn, whenever the set of people has changed; first to the
//! recorder, then to the media plane, with no wait between.
//! Never: a set the visit did not give; a turn used twice, also not by a later start of the
//! program.

use super::live::Live;
use super::owed::Owed;
use crate::clock;
use crate::visit::{Recording, Visit};
use bedside_sfu_api as sfu;
use bedside_signaling_api::recorder::{Labelled, RecorderCommand, Take};
use std::collections::BTreeSet;
use tokio::sync::mpsc;
use uuid::Uuid;

/// A place in the recorder's queue; an error when there is no recorder any more.
pub(super) type RecorderPlace =
    Result<mpsc::OwnedPermit<RecorderCommand>, mpsc::error::SendError<()>>;

/// The recorder as one visit knows it.
#[derive(Debug)]
pub(super) struct Taking {
    /// The way to it.
    pub(super) owed: Owed<RecorderCommand>,
    /// Public keys the present recording is sealed to.
    pub(super) recipients: Vec<String>,
    /// Number of the last decision.
    turn: u64,
    /// Number of the first decision since nobody was taken.
    since: u64,
    /// What was told last.
    told: Option<(Uuid, BTreeSet<Uuid>)>,
    /// The recording the recorder knows and was not told to close.
    open: Option<Uuid>,
    /// What is taken is known to be on a disk.
    is_durable: bool,
}

impl Taking {
    pub(super) const fn new(owed: Owed<RecorderCommand>, open: Option<Uuid>) -> Self {
        Self {
            owed,
            recipients: Vec::new(),
            turn: 0,
            since: 0,
            told: None,
            open,
            is_durable: false,
        }
    }

    /// Whether this person's media may be taken at this moment.
    pub(super) fn takes(&self, participant: Uuid) -> bool {
        self.told.as_ref().is_some_and(|(_, people)| people.contains(&participant))
    }

    /// Whether what is taken is known to be on a disk.
    pub(super) const fn is_durable(&self) -> bool {
        self.is_durable
    }

    /// A part of this turn is on a disk; whether that is news of the present take.
    pub(super) fn handle_durable(&mut self, recording: Uuid, turn: u64) -> bool {
        let present = self.told.as_ref().is_some_and(|(id, _)| *id == recording);
        let fresh = present && turn >= self.since;
        self.is_durable = self.is_durable || fresh;
        fresh
    }

    /// The recorder lost what it was told; the next decision begins anew.
    pub(super) fn forget(&mut self) {
        self.told = None;
        self.is_durable = false;
    }
}

impl Live {
    /// Tells recorder and media plane whom to take, if that has changed. Before the circles are
    /// arranged anew: whoever is to be out of the recording is so before they meet the others,
    /// and whoever is to be in it is not taken before they do.
    pub(super) fn retake(&mut self) {
        let wanted = self.visit.recordable();
        let Some(taking) = &mut self.taking else { return };
        let over = |id: &Uuid| self.visit.recording_of(*id).is_none_or(Recording::is_over);
        if taking.told != wanted {
            let tap = match &wanted {
                Some((recording, people)) => {
                    taking.turn = next_turn(taking.turn, clock::now().as_millisecond());
                    if taking.told.as_ref().is_none_or(|(id, _)| id != recording) {
                        (taking.since, taking.is_durable) = (taking.turn, false);
                    }
                    taking.open = Some(*recording);
                    let take = take((self.id, &self.visit), taking, (*recording, people));
                    taking.owed.insist(RecorderCommand::Record(Box::new(take)));
                    Some(tap(taking.turn, people))
                }
                None => {
                    taking.is_durable = false;
                    if let Some(recording) = taking.open.filter(|id| !over(id)) {
                        taking.owed.insist(RecorderCommand::Pause { recording });
                    }
                    None
                }
            };
            self.owed.insist(sfu::Command::Tap { room: sfu::RoomId(self.id), tap });
            taking.told = wanted;
        }
        if let Some(recording) = taking.open.take_if(|id| over(id)) {
            taking.owed.insist(RecorderCommand::Stop { recording });
        }
    }

    /// Whether the recorder has not taken everything it was to be told.
    pub(super) fn owes_recorder(&self) -> bool {
        self.taking.as_ref().is_some_and(|taking| !taking.owed.is_settled())
    }

    /// A place in the recorder's queue, as soon as there is one.
    pub(super) async fn recorder_place(&self) -> RecorderPlace {
        match &self.taking {
            Some(taking) => taking.owed.place().await,
            None => std::future::pending().await,
        }
    }

    /// Gives the recorder the first thing it is owed.
    pub(super) fn settle_recorder(&mut self, place: RecorderPlace) {
        if let Some(taking) = &mut self.taking {
            taking.owed.settle(place);
        }
    }

    /// Another node has the visit, and records it itself: what was recorded here is closed.
    pub(super) async fn give_up_recording(&mut self) {
        let Some(taking) = &mut self.taking else { return };
        if let Some(recording) = taking.open.take()
            && let Ok(place) = taking.owed.place().await
        {
            drop(place.send(RecorderCommand::Stop { recording }));
        }
    }

    /// Tells the media plane again whom to take: a room made anew knows of nobody.
    pub(super) fn tap_again(&mut self) {
        if let Some(taking) = &self.taking
            && let Some((_, people)) = &taking.told
        {
            let tap = Some(tap(taking.turn, people));
            self.owed.insist(sfu::Command::Tap { room: sfu::RoomId(self.id), tap });
        }
    }
}

fn tap(turn: u64, people: &BTreeSet<Uuid>) -> sfu::Tap {
    let people = people.iter().map(|id| sfu::ParticipantId(*id)).collect();
    sfu::Tap { turn: sfu::Turn(turn), people }
}

fn take(
    (id, visit): (Uuid, &Visit),
    taking: &Taking,
    (recording, people): (Uuid, &BTreeSet<Uuid>),
) -> Take {
    let named = visit.seats().iter().filter(|seat| people.contains(&seat.id));
    let people =
        named.map(|seat| Labelled { participant: seat.id, label: seat.display_name.clone() });
    let rules = visit.policy().recording;
    Take {
        recording,
        visit: id,
        turn: taking.turn,
        people: people.collect(),
        mode: rules.mode,
        layout: rules.layout,
        recipients: taking.recipients.clone(),
    }
}

/// Rises within a visit, also over a restart as long as the clock is not set back by more than
/// the program was away.
fn next_turn(last: u64, unix_ms: i64) -> u64 {
    last.saturating_add(1).max(u64::try_from(unix_ms).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::next_turn;

    #[test]
    fn a_turn_rises_with_the_clock_and_without_it() {
        assert_eq!(next_turn(0, 1_700), 1_700);
        assert_eq!(next_turn(1_700, 1_700), 1_701);
        assert_eq!(next_turn(1_700, -5), 1_701, "a clock before 1970 turns nothing back");
    }
}
