//! Who is speaking, from the loudness the clients send along (RFC 6464).
//!
//! In: audio levels as they arrive, and a steady tick. Out: the list of speakers.
//! Never: listens to the sound itself.

use crate::packet::AudioLevel;
use smallvec::SmallVec;
use std::collections::BTreeMap;

/// Loudness above which somebody begins to count as speaking, in dB over silence (−127 dBov).
/// Lower marks a rustle as speech, higher misses a weak voice; palliative patients have one.
const SPEAKS_ABOVE: f32 = 72.0;
/// Loudness under which they cease; the gap keeps the list from flickering between words.
const CEASES_BELOW: f32 = 60.0;
/// Weight of a new packet; at 50 packets a second, about 150 ms of memory.
const ATTACK: f32 = 0.15;
/// What is left of the loudness at each tick without a packet (silence is not sent, DTX).
const DECAY: f32 = 0.85;
/// How much louder somebody has to be to pass another in the order.
const PASS_BY: f32 = 8.0;

/// Those who speak, with what they are ordered by.
type Ordered<P> = SmallVec<[(P, f32); 8]>;

#[derive(Debug, Default, Clone, Copy)]
struct Voice {
    loudness: f32,
    heard: bool,
    speaks: bool,
}

/// The voices of one circle.
#[derive(Debug)]
pub(crate) struct Speakers<P> {
    voice_by_participant: BTreeMap<P, Voice>,
    /// Loudest first.
    order: Vec<P>,
    /// Whoever has spoken, the last to do so first.
    spoke: Vec<P>,
}

impl<P: Copy + Ord> Speakers<P> {
    pub(crate) const fn new() -> Self {
        Self { voice_by_participant: BTreeMap::new(), order: Vec::new(), spoke: Vec::new() }
    }

    /// Who speaks now, loudest first.
    pub(crate) fn order(&self) -> &[P] {
        &self.order
    }

    /// Whether nobody was heard of.
    pub(crate) fn is_empty(&self) -> bool {
        self.voice_by_participant.is_empty()
    }

    /// Where somebody stands among all: who speaks by loudness, then who spoke last. Lower is
    /// louder.
    pub(crate) fn rank(&self, participant: P) -> usize {
        let all = self.order.iter().chain(&self.spoke);
        all.clone().position(|other| *other == participant).unwrap_or_else(|| all.count())
    }

    /// A packet of somebody's voice.
    pub(crate) fn handle_level(&mut self, participant: P, level: AudioLevel) {
        let voice = self.voice_by_participant.entry(participant).or_default();
        let loudness = if level.voice { 127.0 + f32::from(level.dbov) } else { 0.0 };
        voice.loudness += ATTACK * (loudness - voice.loudness);
        voice.heard = true;
    }

    /// Somebody is gone or may not be heard any more.
    pub(crate) fn remove(&mut self, participant: P) {
        self.voice_by_participant.remove(&participant);
        self.order.retain(|other| *other != participant);
        self.spoke.retain(|other| *other != participant);
    }

    /// A tick of 100 ms. Whether somebody passed another.
    pub(crate) fn handle_tick(&mut self) -> bool {
        for voice in self.voice_by_participant.values_mut() {
            if !voice.heard {
                voice.loudness *= DECAY;
            }
            voice.heard = false;
            let threshold = if voice.speaks { CEASES_BELOW } else { SPEAKS_ABOVE };
            voice.speaks = voice.loudness > threshold;
        }
        let order = ordered(&self.order, &self.voice_by_participant);
        let order = order.iter().map(|(speaker, _)| speaker);
        let passed = !order.clone().eq(&self.order);
        self.order.clear();
        self.order.extend(order);
        for speaker in self.order.iter().rev() {
            self.spoke.retain(|other| other != speaker);
            self.spoke.insert(0, *speaker);
        }
        passed
    }
}

/// Those who speak, in their former order unless somebody is clearly louder.
fn ordered<P: Copy + Ord>(before: &[P], voice_by_participant: &BTreeMap<P, Voice>) -> Ordered<P> {
    let mut speaking: Ordered<P> = voice_by_participant
        .iter()
        .filter(|(_, voice)| voice.speaks)
        .map(|(participant, voice)| {
            let rank = before.iter().position(|p| p == participant).unwrap_or(before.len());
            let lead = u16::try_from(before.len() - rank).unwrap_or(u16::MAX);
            (*participant, voice.loudness + PASS_BY * f32::from(lead))
        })
        .collect();
    speaking.sort_by(|a, b| b.1.total_cmp(&a.1));
    speaking
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The list after a tick, if it is another one.
    fn told(speakers: &mut Speakers<u8>) -> Option<Vec<u8>> {
        speakers.handle_tick().then(|| speakers.order().to_vec())
    }

    fn say(speakers: &mut Speakers<u8>, who: u8, dbov: i8, ticks: usize) -> Vec<Vec<u8>> {
        let mut changes = Vec::new();
        for _ in 0..ticks {
            for _ in 0..5 {
                speakers.handle_level(who, AudioLevel { dbov, voice: true });
            }
            changes.extend(told(speakers));
        }
        changes
    }

    #[test]
    fn speech_is_seen_soon_and_silence_after_a_moment() {
        let mut speakers = Speakers::new();
        assert_eq!(say(&mut speakers, 1, -30, 5), [vec![1]]);
        let quiet: Vec<_> = (0..10).filter_map(|_| told(&mut speakers)).collect();
        assert_eq!(quiet, [Vec::<u8>::new()]);
    }

    #[test]
    fn noise_without_a_voice_is_nobody() {
        let mut speakers = Speakers::new();
        for _ in 0..100 {
            speakers.handle_level(1, AudioLevel { dbov: -20, voice: false });
            assert_eq!(told(&mut speakers), None);
        }
    }

    #[test]
    fn two_speak_and_the_order_does_not_flicker() {
        let mut speakers = Speakers::new();
        say(&mut speakers, 1, -30, 5);
        let mut changes = 0;
        for tick in 0..50 {
            for _ in 0..5 {
                let wobble = if tick % 2 == 0 { 2 } else { -2 };
                speakers.handle_level(1, AudioLevel { dbov: -30 + wobble, voice: true });
                speakers.handle_level(2, AudioLevel { dbov: -30 - wobble, voice: true });
            }
            changes += usize::from(told(&mut speakers).is_some());
        }
        assert_eq!(changes, 1, "only the coming of the second");
        speakers.remove(1);
        assert_eq!(speakers.order(), [2], "who is gone is not named once more");
    }
}
