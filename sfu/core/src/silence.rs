//! Whose voices somebody is not sent, though they share a circle: who interprets speaks to some.
//!
//! In: pairs of listener and speaker, and when they were decided. Out: whether a word is for a
//! listener, by when it was said.
//! Never: a circle's task; what is said elsewhere stays there, whatever is decided here.

use bedside_sfu_api::{ParticipantId, Silence};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

/// The last time that somebody was to hear somebody else; of those before it nothing is kept.
/// Words count by when they were said: one that waited on its way goes to those it was meant for.
///
/// A change counts from the moment the server knows of it, and no later: whoever turns to others
/// presses a button and speaks, and their first word is not to be cut. What an Opus packet repeats
/// of the one before it (in-band FEC, at most 60 ms) may so be heard by those others.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Spell {
    /// `None`: from the beginning.
    from: Option<Instant>,
    /// `None`: it goes on.
    until: Option<Instant>,
}

impl Spell {
    /// Whether something that would have come then, had it waited nowhere, falls into it.
    pub(crate) fn holds(self, earliest: Instant) -> bool {
        self.from.is_none_or(|from| earliest >= from)
            && self.until.is_none_or(|until| earliest < until)
    }

    const fn goes_on(self) -> bool {
        self.until.is_none()
    }
}

/// The silences of a room.
#[derive(Debug, Default)]
pub(crate) struct Silences {
    /// By listener and speaker; whoever is not here has been heard all along.
    spell_by_pair: BTreeMap<(ParticipantId, ParticipantId), Spell>,
}

impl Silences {
    /// These are the silences from now on, and no others.
    pub(crate) fn decide(&mut self, now: Instant, silences: &[Silence]) {
        let silent: BTreeSet<_> =
            silences.iter().map(|pair| (pair.listener, pair.speaker)).collect();
        for (pair, spell) in &mut self.spell_by_pair {
            if !spell.goes_on() && !silent.contains(pair) {
                *spell = Spell { from: Some(now), until: None };
            }
        }
        for pair in silent {
            let spell = self.spell_by_pair.entry(pair).or_default();
            spell.until.get_or_insert(now);
        }
    }

    /// When a listener was last to hear a speaker.
    pub(crate) fn spell(&self, listener: ParticipantId, speaker: ParticipantId) -> Spell {
        self.spell_by_pair.get(&(listener, speaker)).copied().unwrap_or_default()
    }

    /// Whether a listener is to hear what a speaker says now.
    pub(crate) fn hears(&self, listener: ParticipantId, speaker: ParticipantId) -> bool {
        self.spell(listener, speaker).goes_on()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::time::Duration;

    fn id(number: u8) -> ParticipantId {
        ParticipantId(uuid::Uuid::from_u128(u128::from(number)))
    }

    fn silence(listener: u8, speaker: u8) -> Silence {
        Silence { listener: id(listener), speaker: id(speaker) }
    }

    #[test]
    fn a_word_goes_to_those_it_was_said_to_however_late_it_comes() {
        let start = crate::some_instant();
        let at = |second: u64| start + Duration::from_secs(second);
        let mut silences = Silences::default();
        silences.decide(at(10), &[silence(1, 2)]);
        let spell = silences.spell(id(1), id(2));
        assert!(spell.holds(at(9)) && !spell.holds(at(10)) && !silences.hears(id(1), id(2)));
        assert!(silences.hears(id(2), id(1)), "silence is of one ear");
        // Said again, it begins no later.
        silences.decide(at(12), &[silence(1, 2), silence(1, 3)]);
        assert!(!silences.spell(id(1), id(2)).holds(at(11)));
        silences.decide(at(20), &[silence(1, 3)]);
        let spell = silences.spell(id(1), id(2));
        assert!(!spell.holds(at(19)) && spell.holds(at(20)), "nothing of what was not for them");
        assert!(!spell.holds(at(9)), "what was for them so long ago is over");
    }

    proptest! {
        /// Whatever was decided when: who is silent now is not heard, who is not is, and no word
        /// is heard that was said in a silence.
        #[test]
        fn no_word_of_a_silence_is_ever_heard(
            steps in proptest::collection::vec((any::<bool>(), 1_u64..2_000), 1..30),
        ) {
            let start = crate::some_instant();
            let (mut silences, mut now) = (Silences::default(), start);
            // Since when it was so.
            let mut log = vec![(start, false)];
            for (silent, millis) in steps {
                now += Duration::from_millis(millis);
                let pairs = [silence(1, 2)];
                silences.decide(now, if silent { &pairs } else { &[] });
                log.push((now, silent));
                prop_assert_eq!(silences.hears(id(1), id(2)), !silent);
                let spell = silences.spell(id(1), id(2));
                prop_assert_eq!(spell.holds(now), !silent);
                for two in log.windows(2) {
                    let [(since, silent), (until, _)] = [two[0], two[1]];
                    if silent {
                        prop_assert!(!spell.holds(since));
                        prop_assert!(!spell.holds(until - Duration::from_nanos(1)));
                    }
                }
            }
        }
    }
}
