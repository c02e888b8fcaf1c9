//! The four standards on one person's line, over its last minute.
//!
//! In: the seconds, reports and losses of that minute. Out: the same judgement as the record's,
//! without its numbers.
//! Never: another rule than the record's; only the span is another.

#[cfg(test)]
mod tests;

use super::kept::Kept;
use super::ladder::ms_between;
use super::person::Person;
use super::{Record, standard};
use bedside_signaling_api::interpreting::StandardNow;
use bedside_signaling_api::socket::Felt;
use jiff::{SignedDuration, Timestamp};
use std::collections::VecDeque;
use uuid::Uuid;

/// How far back is judged. Long enough for the thirty seconds a verdict needs; a trouble of four
/// seconds is told at once, and forgotten a minute later.
const SPAN: SignedDuration = SignedDuration::from_secs(60);
/// Most reports held: as many as a page can send in that time.
const REPORTS_MAX: usize = 67;
/// Most losses held; more in a minute say nothing new.
const LOSSES_MAX: usize = 16;

/// What of the last minute is not in the seconds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Recent {
    reports: VecDeque<(Timestamp, Felt)>,
    /// From when to when a media connection was missing.
    losses: VecDeque<(Timestamp, Timestamp)>,
}

impl Recent {
    /// A report was taken in.
    pub(super) fn add_report(&mut self, at: Timestamp, felt: &Felt) {
        push(&mut self.reports, (at, *felt), REPORTS_MAX);
    }

    /// A media connection was missing.
    pub(super) fn add_loss(&mut self, since: Timestamp, until: Timestamp) {
        push(&mut self.losses, (since, until), LOSSES_MAX);
    }

    fn add_to(&self, kept: &mut Kept, from: Timestamp, now: Timestamp) {
        let lately = self.reports.iter().filter(|(at, _)| (from..=now).contains(at));
        lately.for_each(|(_, felt)| kept.reports.add(felt));
        for (since, until) in &self.losses {
            add_loss(kept, (*since).max(from), *until);
        }
    }
}

impl Person {
    /// The last minute, as if nothing had been before it but the setting up.
    fn lately(&self, now: Timestamp) -> Kept {
        let from = now.checked_sub(SPAN).unwrap_or(Timestamp::MIN);
        let mut kept = Kept { setup_ms: self.folded().setup_ms, ..Kept::default() };
        let seconds = self.seconds().iter().rev();
        for second in seconds.take_while(|second| second.at > from.as_second()) {
            kept.judged.fold(second);
        }
        self.recent().add_to(&mut kept, from, now);
        if let Some(since) = self.lost_since() {
            add_loss(&mut kept, since.max(from), now);
        }
        kept
    }
}

impl Record {
    /// How one person's line keeps the four standards, over its last minute.
    pub(crate) fn lately(&self, now: Timestamp, participant: Uuid) -> Vec<StandardNow> {
        let kept = self.person_by_id.get(&participant).map(|person| person.lately(now));
        let measured: Vec<_> = kept.iter().map(|kept| (participant, kept)).collect();
        let judged = standard::judge(&measured, true).standards.into_iter();
        let now = judged.map(|standard| StandardNow {
            number: standard.number,
            verdict: standard.verdict,
            not_met: standard
                .findings
                .iter()
                .filter(|finding| !finding.met)
                .map(|finding| finding.measure)
                .collect(),
        });
        now.collect()
    }
}

fn push<T>(held: &mut VecDeque<T>, one: T, most: usize) {
    if held.len() >= most {
        held.pop_front();
    }
    held.push_back(one);
}

fn add_loss(kept: &mut Kept, since: Timestamp, until: Timestamp) {
    kept.interrupted_ms = kept.interrupted_ms.saturating_add(ms_between(since, until));
}
