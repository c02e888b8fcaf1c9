//! Binds what people publish to a viewer's receive slots.
//!
//! In: the slots with what plays there, and what there is to play. Out: what plays there now.
//! Never: moves a track that has a slot; a picture that jumps is a picture lost.

use bedside_sfu_api::{Kind, ParticipantId, Source};

/// What may play in a slot.
pub(crate) type Play = (ParticipantId, Source);

/// Keeps every binding that still holds, frees the others, and puts what is new into free slots
/// of its kind, in the order given. What finds no slot is left out.
pub(crate) fn bind(slots: &[(Kind, Option<Play>)], available: &[Play]) -> Vec<Option<Play>> {
    let mut bound: Vec<Option<Play>> =
        slots.iter().map(|(_, play)| play.filter(|play| available.contains(play))).collect();
    for play in available {
        if !bound.contains(&Some(*play))
            && let Some(slot) = choose(slots, &bound, *play).and_then(|index| bound.get_mut(index))
        {
            *slot = Some(*play);
        }
    }
    bound
}

/// The free slot for a track: a face beside its voice and a voice beside its face, which play in
/// one stream (`peer/answer.rs`); a screen at the end, out of the faces' way.
fn choose(slots: &[(Kind, Option<Play>)], bound: &[Option<Play>], play: Play) -> Option<usize> {
    let (publisher, source) = play;
    let other = match source {
        Source::Microphone => Some(Source::Camera),
        Source::Camera => Some(Source::Microphone),
        Source::Screen => None,
    };
    let beside = other.and_then(|other| {
        let index = bound.iter().position(|bound| *bound == Some((publisher, other)))?;
        Some(rank(slots, index))
    });
    let is_free = |index: &usize| {
        let kind = slots.get(*index).map(|(kind, _)| *kind);
        kind == Some(source.kind()) && bound.get(*index) == Some(&None)
    };
    let mut free = (0..slots.len()).filter(is_free);
    let seat = beside.and_then(|seat| free.clone().find(|index| rank(slots, *index) == seat));
    seat.or_else(|| if source == Source::Screen { free.next_back() } else { free.next() })
}

/// Which of the slots of its kind it is.
fn rank(slots: &[(Kind, Option<Play>)], index: usize) -> usize {
    let kind = slots.get(index).map(|(kind, _)| *kind);
    slots.iter().take(index).filter(|(other, _)| Some(*other) == kind).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use uuid::Uuid;

    fn play(who: u128, source: Source) -> Play {
        (ParticipantId(Uuid::from_u128(who)), source)
    }

    #[test]
    fn a_bound_track_stays_where_it_is() {
        let (voice, face) = (play(1, Source::Microphone), play(1, Source::Camera));
        let (other, screen) = (play(2, Source::Camera), play(2, Source::Screen));
        let slots = [
            (Kind::Audio, None),
            (Kind::Video, None),
            (Kind::Video, Some(other)),
            (Kind::Video, None),
        ];
        assert_eq!(
            bind(&slots, &[voice, face, other, screen]),
            [Some(voice), Some(face), Some(other), Some(screen)]
        );
        assert_eq!(bind(&slots, &[face]), [None, Some(face), None, None]);
    }

    #[test]
    fn a_face_plays_beside_its_voice_and_a_screen_at_the_end() {
        let plays = |who| Source::ALL.map(|source| play(who, source));
        let [voice, face, _] = plays(1);
        let [other_voice, other_face, other_screen] = plays(2);
        let empty = [Kind::Audio, Kind::Audio, Kind::Video, Kind::Video, Kind::Video];
        let slots = empty.map(|kind| (kind, None));
        let all = [voice, other_voice, other_face, other_screen, face];
        assert_eq!(
            bind(&slots, &all),
            [voice, other_voice, face, other_face, other_screen].map(Some)
        );
        let away = empty.into_iter().zip(bind(&slots, &all)).collect::<Vec<_>>();
        let without = bind(&away, &[other_voice, other_face, other_screen]);
        assert_eq!(without, [None, Some(other_voice), None, Some(other_face), Some(other_screen)]);
    }

    fn any_play() -> impl Strategy<Value = Play> {
        (0_u128..6, 0_usize..3).prop_map(|(who, source)| play(who, Source::ALL[source]))
    }

    proptest! {
        #[test]
        fn kinds_match_and_nothing_plays_twice_or_unasked(
            kinds in proptest::collection::vec(any::<bool>(), 0..12),
            first in proptest::collection::vec(any_play(), 0..10),
            second in proptest::collection::vec(any_play(), 0..10),
        ) {
            let empty: Vec<_> = kinds
                .iter()
                .map(|&audio| (if audio { Kind::Audio } else { Kind::Video }, None))
                .collect();
            let before = bind(&empty, &first);
            let slots: Vec<_> = empty.iter().map(|slot| slot.0).zip(before.clone()).collect();
            let after = bind(&slots, &second);
            for (index, play) in after.iter().enumerate() {
                let Some(play) = play else { continue };
                prop_assert_eq!(slots[index].0, play.1.kind());
                prop_assert!(second.contains(play));
                prop_assert_eq!(after.iter().filter(|other| **other == Some(*play)).count(), 1);
            }
            for (old, new) in before.iter().zip(&after) {
                if old.is_some_and(|play| second.contains(&play)) {
                    prop_assert_eq!(old, new);
                }
            }
        }
    }
}
