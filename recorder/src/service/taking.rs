//! How one recording is taken: as everybody's tracks, or as a film that is made meanwhile.
//!
//! In: who may be recorded, what the media plane let through, time. Out: parts, and wishes for
//! whole pictures.
//! Never: a film on the cores of the media threads; without cores of its own it is tracks.

use crate::composite::CompositeFault;
use crate::film::Plan;
use crate::part::PlainPart;
use crate::take::filmed::{FilmTaker, Keeping};
use crate::take::{Start, Taker};
use bedside_config::Recording;
use bedside_sfu_api::{ParticipantId, Source, Tapped, Turn};
use bedside_signaling_api::recorder::{Labelled, Mode, Take};
use std::time::Instant;

/// A recording in the making.
#[derive(Debug)]
pub(super) enum Taking {
    /// As tracks.
    Tracks(Box<Taker>),
    /// As one film.
    Film(Box<FilmTaker>),
}

impl Taking {
    /// Of nobody yet.
    ///
    /// # Errors
    /// The film does not start.
    pub(super) fn new(
        now: Instant,
        settings: &Recording,
        take: &Take,
        start: Start,
    ) -> Result<Self, CompositeFault> {
        match take.mode {
            Mode::Composite => {
                let cores = cores(settings.composite_cores);
                let plan = Plan { from_ms: start.from_ms, ..Plan::new(take.layout) };
                Ok(Self::Film(Box::new(FilmTaker::new(now, start, plan, &cores)?)))
            }
            Mode::Tracks => Ok(Self::Tracks(Box::new(Taker::new(now, start)))),
        }
    }

    pub(super) fn allow(&mut self, now: Instant, turn: Turn, people: &[Labelled]) {
        match self {
            Self::Tracks(taker) => taker.allow(now, turn, people),
            Self::Film(taker) => taker.allow(now, turn, people),
        }
    }

    pub(super) fn rest(&mut self, now: Instant) {
        match self {
            Self::Tracks(taker) => taker.rest(now),
            Self::Film(taker) => taker.rest(now),
        }
    }

    /// Whether all that was taken is in parts, once nobody is taken any more.
    pub(super) fn is_resting(&self) -> bool {
        match self {
            Self::Tracks(_) => true,
            Self::Film(taker) => taker.is_resting(),
        }
    }

    pub(super) fn handle_tapped(&mut self, now: Instant, tapped: Tapped) {
        match self {
            Self::Tracks(taker) => taker.handle_tapped(now, tapped),
            Self::Film(taker) => taker.handle_tapped(now, tapped),
        }
    }

    pub(super) fn handle_say(
        &mut self,
        now: Instant,
        who: ParticipantId,
        language: String,
        text: String,
    ) {
        match self {
            Self::Tracks(taker) => taker.handle_say(now, who, language, text),
            Self::Film(taker) => taker.handle_say(now, who, language, text),
        }
    }

    pub(super) fn handle_timeout(&mut self, now: Instant) {
        match self {
            Self::Tracks(taker) => taker.handle_timeout(now),
            Self::Film(taker) => taker.handle_timeout(now),
        }
    }

    pub(super) fn poll_timeout(&self) -> Option<Instant> {
        match self {
            Self::Tracks(taker) => taker.poll_timeout(),
            Self::Film(taker) => taker.poll_timeout(),
        }
    }

    pub(super) fn poll_part(&mut self) -> Option<PlainPart> {
        match self {
            Self::Tracks(taker) => taker.poll_part(),
            Self::Film(taker) => taker.poll_part(),
        }
    }

    pub(super) fn poll_refresh(&mut self) -> Option<(ParticipantId, Source)> {
        match self {
            Self::Tracks(taker) => taker.poll_refresh(),
            Self::Film(taker) => taker.poll_refresh(),
        }
    }

    /// Whether a film keeps up, whenever that changes.
    pub(super) fn poll_keeping(&mut self) -> Option<Keeping> {
        match self {
            Self::Tracks(_) => None,
            Self::Film(taker) => taker.poll_keeping(),
        }
    }

    /// Nobody is taken any more, and this was all. A film is waited for.
    pub(super) fn finish(self, now: Instant) -> Vec<PlainPart> {
        match self {
            Self::Tracks(mut taker) => {
                taker.rest(now);
                std::iter::from_fn(|| taker.poll_part()).collect()
            }
            Self::Film(taker) => taker.finish(now),
        }
    }
}

/// What can be made of what was asked: a film needs cores of its own.
pub(super) const fn possible(settings: &Recording, mode: Mode) -> Mode {
    if settings.composite_cores == 0 { Mode::Tracks } else { mode }
}

/// The last so many cores of this machine.
fn cores(count: u16) -> Vec<usize> {
    let all = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    (all.saturating_sub(usize::from(count))..all).collect()
}
