//! How long who interpreted, and into which language.
//!
//! In: the visit, before each event of its log and at any time. Out: how long each interpreter had
//! each channel.
//! Never: sound; whoever had a channel interpreted, also while nobody spoke. A connection that is
//! gone for less than the grace time is in no log, and is counted too.

use super::{Tongue, Visit, later};
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeMap;
use uuid::Uuid;

/// How long one person has interpreted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Worked {
    /// So long, and they do not at the moment.
    Paused(SignedDuration),
    /// As long as if they had begun then and gone on since.
    Since(Timestamp),
}

impl Visit {
    /// Who speaks into each channel now.
    pub(super) fn speakers(&self) -> BTreeMap<Tongue, Uuid> {
        let holders = self.interpretation.holders();
        let there = holders.filter(|(_, holder)| self.is_on_the_floor(*holder));
        there.map(|(channel, id)| (channel.clone(), id)).collect()
    }

    /// Counts the time up to something that happens.
    pub(super) fn count_interpreted(&mut self, at: Timestamp) {
        let passed = at.duration_since(self.touched_at).max(SignedDuration::ZERO);
        for (channel, interpreter) in self.speakers() {
            self.interpretation.add_time((interpreter, channel), passed);
        }
    }

    /// How long each interpreter has had each channel until `now`.
    #[must_use]
    pub fn interpreted(&self, now: Timestamp) -> BTreeMap<(Uuid, Tongue), SignedDuration> {
        let mut until_now = self.clone();
        if !self.is_over() {
            until_now.count_interpreted(now);
        }
        until_now.interpretation.time_by_channel().clone()
    }

    /// How long one interpreter has worked, in all channels.
    #[must_use]
    pub fn worked(&self, interpreter: Uuid) -> Worked {
        let times = self.interpretation.time_by_channel().iter();
        let own = times.filter(|((id, _), _)| *id == interpreter);
        let sum = own.fold(SignedDuration::ZERO, |sum, (_, time)| sum.saturating_add(*time));
        let works = !self.is_over() && self.speakers().values().any(|id| *id == interpreter);
        if works { Worked::Since(later(self.touched_at, -sum)) } else { Worked::Paused(sum) }
    }
}
