//! Which voices a person is sent in a large visit.
//!
//! In: the voices, and how many people there are. Out: those worth sending.
//! Never: leaves out somebody whose voice is kept, or anybody of a small visit.

use std::collections::BTreeSet;

/// Up to so many people everybody is heard: families talk across each other, and that is well.
const PEOPLE_ALL_HEARD: usize = 8;

/// Beyond that, how many are heard besides those who are always kept. More than three voices at
/// once nobody understands, and each takes its part of every line.
const LOUDEST: usize = 3;

/// Somebody who might be heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct VoiceCandidate<P> {
    /// Who.
    pub(crate) id: P,
    /// The voice is never left out: a clinician's, an interpreter's.
    pub(crate) kept: bool,
    /// Place among all: those who speak by loudness, then the others by who spoke last, so that
    /// nobody is cut off for taking a breath. Lower is louder.
    pub(crate) rank: usize,
}

/// Whether there are so few people that nobody's voice is left out.
pub(crate) const fn all_are_heard(people: usize) -> bool {
    people <= PEOPLE_ALL_HEARD
}

/// Those worth sending. Kept voices take none of the loudest places: the patient is heard also
/// while three clinicians talk.
pub(crate) fn heard<P: Copy + Ord>(voices: &[VoiceCandidate<P>], people: usize) -> BTreeSet<P> {
    if all_are_heard(people) {
        return voices.iter().map(|voice| voice.id).collect();
    }
    let (kept, mut others): (Vec<&VoiceCandidate<P>>, Vec<_>) =
        voices.iter().partition(|voice| voice.kept);
    others.sort_by_key(|voice| (voice.rank, voice.id));
    others.truncate(LOUDEST);
    kept.into_iter().chain(others).map(|voice| voice.id).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn voices(ranks: &[(usize, bool)]) -> Vec<VoiceCandidate<usize>> {
        let voice = |(id, (rank, kept)): (usize, &(usize, bool))| VoiceCandidate {
            id,
            kept: *kept,
            rank: *rank,
        };
        ranks.iter().enumerate().map(voice).collect()
    }

    #[test]
    fn eight_people_all_hear_each_other_and_nine_the_loudest_three() {
        let seven = voices(&[
            (6, false),
            (5, false),
            (4, false),
            (3, false),
            (2, false),
            (1, false),
            (0, false),
        ]);
        assert_eq!(heard(&seven, 8).len(), 7);
        let eight = [&seven[..], &voices(&[(9, false)])].concat();
        assert_eq!(heard(&eight, 9), BTreeSet::from([4, 5, 6]));
    }

    #[test]
    fn kept_voices_take_nobody_s_place() {
        let nine = voices(&[
            (0, true),
            (1, true),
            (8, true),
            (2, false),
            (3, false),
            (4, false),
            (5, false),
            (6, false),
            (7, false),
        ]);
        assert_eq!(heard(&nine, 10), BTreeSet::from([0, 1, 2, 3, 4, 5]));
    }

    proptest! {
        #[test]
        fn nobody_kept_is_left_out_and_the_rest_is_bounded(
            ranks in proptest::collection::vec((0_usize..40, any::<bool>()), 0..40),
            people in 0_usize..60,
        ) {
            let voices = voices(&ranks);
            let sent = heard(&voices, people);
            let kept = voices.iter().filter(|voice| voice.kept);
            prop_assert!(kept.clone().all(|voice| sent.contains(&voice.id)));
            let others = voices.len() - kept.clone().count();
            let places = if people > PEOPLE_ALL_HEARD { others.min(LOUDEST) } else { others };
            prop_assert_eq!(sent.len(), kept.count() + places);
        }
    }
}
