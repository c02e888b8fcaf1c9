//! One open recording at the desk: its taker, and what has to be known to begin it anew.
//!
//! In: who may be recorded, what the media plane let through, time. Out: parts, and wishes for
//! whole pictures.
//! Never: a second epoch number twice; where a recording goes on is read from its manifest.

use super::taking::{Taking, possible};
use crate::composite::CompositeFault;
use crate::spool::{NewRecording, Spool, SpoolFault, Writer};
use crate::take::Start;
use bedside_config::Recording;
use bedside_sfu_api::Turn;
use bedside_signaling_api::recorder::{RecordingFailure, Take};
use jiff::Timestamp;
use std::time::{Duration, Instant};

/// Why a recording does not begin.
#[derive(Debug, thiserror::Error)]
pub(super) enum NotOpened {
    /// Spool or keys.
    #[error(transparent)]
    Spool(#[from] SpoolFault),
    /// The film.
    #[error(transparent)]
    Film(#[from] CompositeFault),
}

impl NotOpened {
    /// The same as a code word for the visit.
    pub(super) const fn failure(&self) -> RecordingFailure {
        match self {
            Self::Spool(fault) => fault.failure(),
            Self::Film(_) => RecordingFailure::TooSlow,
        }
    }
}

/// An open recording.
#[derive(Debug)]
pub(super) struct Session {
    /// What was asked last; nobody is named while it rests.
    pub(super) take: Take,
    /// Takes.
    pub(super) taker: Taking,
    /// It was asked to rest, and whoever asked is still to be told that it does.
    pub(super) owes_rest: bool,
    /// When an epoch that could not begin is tried again.
    pub(super) again_at: Option<Instant>,
}

impl Session {
    /// Begins a recording, or goes on with one that was left open.
    ///
    /// # Errors
    /// Spool, keys, or the film.
    pub(super) fn open(
        now: Instant,
        settings: &Recording,
        spool: &Spool,
        mut take: Take,
    ) -> Result<(Self, Writer), NotOpened> {
        let at = Timestamp::now();
        take.mode = possible(settings, take.mode);
        let writer = match Writer::resume(spool, take.recording) {
            Ok(writer) => writer,
            Err(SpoolFault::Unknown(_)) => Writer::begin(spool, &new(settings, &take, at))?,
            Err(fault) => return Err(fault.into()),
        };
        // Its clock goes on with the wall clock, or where its last part ended if that is later:
        // a wall clock set back turns no recording back.
        let age = at.as_millisecond().saturating_sub(writer.recording().at_ms);
        let from_ms = u64::try_from(age).unwrap_or(0).max(writer.at_ms());
        let start = Start {
            visit: take.visit,
            recording: take.recording,
            at,
            part: Duration::from_secs(u64::from(settings.part_seconds)),
            first_epoch: writer.next_epoch(),
            from_ms,
        };
        let taker = Taking::new(now, settings, &take, start)?;
        let mut session = Self { take, taker, owes_rest: false, again_at: None };
        session.allow(now);
        Ok((session, writer))
    }

    /// Takes those who are named, from a new epoch on.
    pub(super) fn allow(&mut self, now: Instant) {
        self.again_at = None;
        if self.take.people.is_empty() {
            self.taker.rest(now);
        } else {
            self.taker.allow(now, Turn(self.take.turn), &self.take.people);
        }
    }

    /// When it has something to do.
    pub(super) fn poll_timeout(&self) -> Option<Instant> {
        self.taker.poll_timeout().into_iter().chain(self.again_at).min()
    }

    /// Time has passed.
    pub(super) fn handle_timeout(&mut self, now: Instant) {
        if self.again_at.is_some_and(|at| at <= now) {
            self.allow(now);
        }
        self.taker.handle_timeout(now);
    }
}

fn new(settings: &Recording, take: &Take, at: Timestamp) -> NewRecording {
    NewRecording {
        recording: take.recording,
        visit: take.visit,
        mode: take.mode,
        suite: settings.suite,
        recipients: take.recipients.clone(),
        shreddable: settings.shreddable,
        at,
    }
}
