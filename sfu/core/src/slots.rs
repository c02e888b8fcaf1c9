//! A viewer's receive slots, and what plays in them.
//!
//! In: the lines of their offer, what is to play where. Out: the slot that something plays in, and
//! when a voice in one is due.
//! Never: decides what plays; that is `bind`. What every packet of a visit asks of every viewer lies
//! close together, apart from what only those are asked who are sent it.

use crate::bind::Play;
use crate::forward::Forwarder;
use crate::packet::LineId;
use crate::peer::Peer;
use crate::speech::Speech;
use bedside_sfu_api::Kind;
use std::time::Instant;

/// One slot.
#[derive(Debug)]
pub(crate) struct SlotState {
    pub(crate) line: LineId,
    pub(crate) kind: Kind,
    /// From when on what comes of it is for the viewer.
    pub(crate) shared_from: Instant,
    pub(crate) forwarder: Forwarder,
    /// The voice bound to it, if it is for voices.
    pub(crate) speech: Option<Box<Speech>>,
}

/// All slots of a viewer, in the order of their lines.
#[derive(Debug)]
pub(crate) struct Slots {
    bound: Vec<Option<Play>>,
    /// When a voice is due, by slot.
    due: Vec<Option<Instant>>,
    /// The soonest of them.
    first_due: Option<Instant>,
    states: Vec<SlotState>,
}

impl Slots {
    /// One for each line that receives; nothing plays.
    pub(crate) fn of(now: Instant, peer: &Peer) -> Self {
        let lines = (0_u8..).zip(peer.lines()).filter(|(_, line)| line.receives);
        let states: Vec<_> = lines
            .map(|(index, line)| SlotState {
                line: LineId(index),
                kind: line.kind,
                shared_from: now,
                forwarder: Forwarder::default(),
                speech: (line.kind == Kind::Audio)
                    .then(|| Box::new(Speech::new(peer.opus_in_red()))),
            })
            .collect();
        let (bound, due) = (vec![None; states.len()], vec![None; states.len()]);
        Self { bound, due, first_due: None, states }
    }

    /// The slot of a line.
    pub(crate) fn of_line(&self, line: LineId) -> Option<usize> {
        self.states.iter().position(|slot| slot.line == line)
    }

    /// How many there are.
    pub(crate) const fn len(&self) -> usize {
        self.states.len()
    }

    /// Where something plays.
    pub(crate) fn playing(&self, play: Play) -> Option<usize> {
        self.bound.iter().position(|bound| *bound == Some(play))
    }

    /// What plays in a slot.
    pub(crate) fn bound(&self, index: usize) -> Option<Play> {
        self.bound.get(index).copied().flatten()
    }

    /// Something, or nothing, plays in a slot from now on.
    pub(crate) fn bind(&mut self, index: usize, play: Option<Play>) {
        if let Some(bound) = self.bound.get_mut(index) {
            *bound = play;
        }
    }

    pub(crate) fn get(&self, index: usize) -> Option<&SlotState> {
        self.states.get(index)
    }

    pub(crate) fn get_mut(&mut self, index: usize) -> Option<&mut SlotState> {
        self.states.get_mut(index)
    }

    /// Each, with what plays there.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = (Option<Play>, &SlotState)> {
        self.bound.iter().copied().zip(&self.states)
    }

    /// Each, with what plays there.
    pub(crate) fn iter_mut(
        &mut self,
    ) -> impl DoubleEndedIterator<Item = (Option<Play>, &mut SlotState)> {
        self.bound.iter().copied().zip(&mut self.states)
    }

    /// Looks when the voice in a slot is due, after that may have changed.
    pub(crate) fn note_due(&mut self, index: usize) {
        let speech = self.states.get(index).and_then(|slot| slot.speech.as_deref());
        if let Some(due) = self.due.get_mut(index) {
            *due = speech.and_then(Speech::poll_timeout);
        }
        self.first_due = self.due.iter().copied().flatten().min();
    }

    /// When a voice in any of them is due.
    pub(crate) const fn first_due(&self) -> Option<Instant> {
        self.first_due
    }

    /// Whether the voice in a slot is due at `now`.
    pub(crate) fn is_due(&self, index: usize, now: Instant) -> bool {
        self.due.get(index).copied().flatten().is_some_and(|at| at <= now)
    }
}
