//! One open recording at the desk: its taker, and what has to be known to begin it anew.
//!
//! In: who may be recorded, what the media plane let through, time. Out: parts, and wishes for
//! whole pictures.
//! Never: a second epoch number twice; where a recording goes on is read from its manifest.

use crate::spool::{NewRecording, Spool, SpoolFault, Writer};
use crate::take::{Start, Taker};
use bedside_config::Recording;
use bedside_sfu_api::Turn;
use bedside_signaling_api::recorder::Take;
use jiff::Timestamp;
use std::time::{Duration, Instant};

/// An open recording.
#[derive(Debug)]
pub(super) struct Session {
    /// What was asked last; nobody is named while it rests.
    pub(super) take: Take,
    /// Takes.
    pub(super) taker: Taker,
    /// When an epoch that could not begin is tried again.
    pub(super) again_at: Option<Instant>,
}

impl Session {
    /// Begins a recording, or goes on with one that was left open.
    ///
    /// # Errors
    /// Spool or keys.
    pub(super) fn open(
        now: Instant,
        settings: &Recording,
        spool: &Spool,
        take: Take,
    ) -> Result<(Self, Writer), SpoolFault> {
        let at = Timestamp::now();
        let writer = match Writer::resume(spool, take.recording) {
            Ok(writer) => writer,
            Err(SpoolFault::Unknown(_)) => Writer::begin(spool, &new(settings, &take, at))?,
            Err(fault) => return Err(fault),
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
        let mut session = Self { take, taker: Taker::new(now, start), again_at: None };
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
