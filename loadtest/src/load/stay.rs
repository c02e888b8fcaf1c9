//! One person's stay in a visit, and what should have come of it: everybody who was there together
//! heard and saw each other.
//!
//! In: when each came, and whom they met. Out: how many pairs there were, how many of them met,
//! and how long it took.
//! Never: a pair that was too short together, or that had no room for each other.

use super::seat::Told;
use super::senses::MetByOrigin;
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

/// Two who were together for less did not have to meet: a handshake, a keyframe and a slow
/// machine take their time.
const TOGETHER_MIN: Duration = Duration::from_secs(3);

/// A stay.
#[derive(Debug, Clone)]
pub(crate) struct Stay {
    /// Number of the person in the visit.
    pub(crate) origin: u8,
    /// From the press on the link until the server said welcome.
    pub(crate) greeted: Duration,
    /// When staff had let them in.
    pub(crate) admitted_at: Instant,
    pub(crate) left_at: Instant,
    /// Whether a voice all the time, and pictures, came from them from the beginning on.
    pub(crate) is_audible: bool,
    pub(crate) is_visible: bool,
    /// Whether they look at others.
    pub(crate) watches: bool,
    /// How many they can hear and see at once.
    pub(crate) slots: (usize, usize),
    pub(crate) told: Told,
}

/// What came of a visit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Outcome {
    /// Stays, and those in which media came to flow.
    pub(crate) stays: Pairs,
    /// From the press on the link to media that flows, without the wait for staff.
    pub(crate) joins: Vec<Duration>,
    /// Until somebody's first word and first picture, from when both were there.
    pub(crate) first_words: Vec<Duration>,
    pub(crate) first_pictures: Vec<Duration>,
    /// Pairs that should have heard each other, and that did; the same for pictures.
    pub(crate) hearing: Pairs,
    pub(crate) seeing: Pairs,
}

/// Pairs that should have met, and that did; or anything else that should and did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Pairs {
    pub(crate) expected: u64,
    pub(crate) met: u64,
}

impl Pairs {
    fn add(&mut self, met: bool) {
        self.expected += 1;
        self.met += u64::from(met);
    }

    pub(crate) const fn merge(&mut self, other: Self) {
        self.expected += other.expected;
        self.met += other.met;
    }
}

impl Stay {
    fn since(&self) -> Option<Instant> {
        self.told.connected_at
    }
}

/// Judges a visit by the stays of its people.
pub(crate) fn judge(stays: &[Stay]) -> Outcome {
    let mut outcome = Outcome::default();
    let origins = |is: fn(&Stay) -> bool| -> BTreeSet<u8> {
        stays.iter().filter(|stay| is(stay)).map(|stay| stay.origin).collect()
    };
    let (audible, visible) = (origins(|stay| stay.is_audible), origins(|stay| stay.is_visible));
    for stay in stays {
        outcome.stays.add(stay.since().is_some());
        let Some(connected_at) = stay.since() else { continue };
        let connecting = connected_at.saturating_duration_since(stay.admitted_at);
        outcome.joins.push(stay.greeted + connecting);
        for other in stays.iter().filter(|other| other.origin != stay.origin) {
            let Some(there_at) = other.since() else { continue };
            let both_at = connected_at.max(there_at);
            let until = stay.left_at.min(other.left_at);
            if until.saturating_duration_since(both_at) < TOGETHER_MIN {
                continue;
            }
            // For a picture or a word one does not wait for one's own handshake twice.
            let from = stay.admitted_at.max(there_at);
            let others = |all: &BTreeSet<u8>| all.len() - usize::from(all.contains(&stay.origin));
            let (audio, video) = stay.slots;
            if other.is_audible && audio >= others(&audible) {
                outcome.hearing.add(stay.told.heard.contains_key(&other.origin));
                outcome.first_words.extend(first(&stay.told.heard, other.origin, from));
            }
            if other.is_visible && stay.watches && video >= others(&visible) {
                outcome.seeing.add(stay.told.seen.contains_key(&other.origin));
                outcome.first_pictures.extend(first(&stay.told.seen, other.origin, from));
            }
        }
    }
    outcome
}

/// Nothing where they met before: then it was the other who came again.
fn first(met: &MetByOrigin, origin: u8, from: Instant) -> Option<Duration> {
    met.get(&origin)?.first.checked_duration_since(from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::senses::Met;
    use crate::sim::some_instant;

    fn stay(start: Instant, origin: u8, from: u64, until: u64, met: &[(u8, u64)]) -> Stay {
        let at = |seconds| start + Duration::from_secs(seconds);
        let met: MetByOrigin =
            met.iter().map(|(who, s)| (*who, Met { first: at(*s), times: 1 })).collect();
        Stay {
            origin,
            greeted: Duration::from_millis(100),
            admitted_at: at(from),
            left_at: at(until),
            is_audible: true,
            is_visible: origin == 0,
            watches: true,
            slots: (3, 3),
            told: Told { connected_at: Some(at(from + 1)), heard: met.clone(), seen: met },
        }
    }

    #[test]
    fn who_was_together_should_have_met() {
        let start = some_instant();
        let stays = [
            stay(start, 0, 0, 60, &[(1, 2), (2, 31)]),
            stay(start, 1, 0, 60, &[(0, 3)]),
            stay(start, 2, 30, 60, &[(0, 32), (1, 33)]),
            stay(start, 3, 58, 60, &[]),
        ];
        let outcome = judge(&stays);
        assert_eq!(outcome.hearing, Pairs { expected: 6, met: 5 }, "one did not hear the third");
        assert_eq!(outcome.seeing, Pairs { expected: 2, met: 2 }, "only the first shows a face");
        let seconds: Vec<u64> = outcome.first_pictures.iter().map(Duration::as_secs).collect();
        assert_eq!(seconds, [2, 2]);
        assert_eq!(outcome.joins, [Duration::from_millis(1_100); 4]);
        assert_eq!(outcome.stays, Pairs { expected: 4, met: 4 });
    }

    #[test]
    fn who_has_no_room_for_all_does_not_have_to_meet_all() {
        let start = some_instant();
        let stays: Vec<Stay> = (0..5).map(|origin| stay(start, origin, 0, 60, &[])).collect();
        assert_eq!(judge(&stays).hearing, Pairs::default());
        assert_eq!(judge(&stays[..4]).hearing, Pairs { expected: 12, met: 0 });
    }

    #[test]
    fn who_listens_only_takes_nobodys_place() {
        let start = some_instant();
        let listens = |origin| Stay { is_audible: false, ..stay(start, origin, 0, 60, &[(0, 2)]) };
        let stays: Vec<Stay> = (1..9).map(listens).chain([stay(start, 0, 0, 60, &[])]).collect();
        assert_eq!(judge(&stays).hearing, Pairs { expected: 8, met: 8 });
        assert_eq!(judge(&stays).seeing, Pairs { expected: 8, met: 8 });
    }

    #[test]
    fn who_comes_again_is_not_late() {
        let start = some_instant();
        let stays = [
            stay(start, 0, 0, 60, &[(1, 2)]),
            stay(start, 1, 0, 20, &[(0, 2)]),
            stay(start, 1, 30, 60, &[(0, 31)]),
        ];
        let outcome = judge(&stays);
        assert_eq!(outcome.hearing, Pairs { expected: 4, met: 4 });
        assert_eq!(outcome.first_words.len(), 3, "the second coming is heard of no first word");
    }
}
