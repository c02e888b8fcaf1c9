//! Who speaks.
//!
//! In: how loud each voice is, frame by frame. Out: who has the floor, who is heard at all, who
//! spoke last.
//! Never: a change of the floor for a cough: what is shown large may not flicker.

use bedside_sfu_api::ParticipantId;
use std::collections::BTreeMap;

/// Quietest voice, as a root mean square of samples from -1 to 1: about -46 dB. Breath and rooms
/// lie below it.
const VOICE_MIN: f32 = 0.005;

/// A voice stands this much above its own room's noise (12 dB).
const ABOVE_NOISE: f32 = 4.0;

/// Below this part of what began it a voice has ended, so that it does not end between syllables.
const ENDS_BELOW: f32 = 0.5;

/// How fast the idea of a room's noise rises, a second: 1 dB. Between words it falls back at once.
const NOISE_RISES: f32 = 1.12;

/// Part by which loudness falls, a second (natural logarithm): a third of a second to a third.
const LOUDNESS_FALLS: f32 = 3.0;

/// Somebody is heard from so much voice on. A click is shorter.
const HEARD_AFTER_MS: u64 = 100;

/// Somebody is still heard after so much silence; pauses between words are shorter.
const HEARD_FOR_MS: u64 = 600;

/// To take the floor from somebody silent, this much voice is needed: more than "yes".
const TAKES_AFTER_MS: u64 = 500;

/// To take it from somebody who goes on, this much, and louder.
const INTERRUPTS_AFTER_MS: u64 = 2_000;

/// How much louder.
const LOUDER: f32 = 1.5;

/// Whoever has the floor keeps it for so long at least.
const HOLDS_MS: u64 = 1_500;

#[derive(Debug, Clone, Copy, Default)]
struct Voice {
    loudness: f32,
    noise: f32,
    /// When what is now said began.
    since: Option<u64>,
    /// When it was last above the threshold.
    last: u64,
    /// When it was last measured.
    at: u64,
}

impl Voice {
    fn is_heard(&self) -> bool {
        self.since.is_some_and(|since| self.last.saturating_sub(since) >= HEARD_AFTER_MS)
    }

    fn has_spoken_for(&self, ms: u64) -> bool {
        self.since.is_some_and(|since| self.last.saturating_sub(since) >= ms)
    }

    /// Takes in how loud it was in the time up to now.
    fn handle(&mut self, at: u64, level: f32) {
        #[expect(clippy::cast_precision_loss, reason = "a few milliseconds; exact")]
        let passed = at.saturating_sub(self.at).min(1_000) as f32 / 1_000.0;
        self.at = at;
        self.loudness = level.max(self.loudness * (-LOUDNESS_FALLS * passed).exp());
        let risen = self.noise.max(VOICE_MIN / ABOVE_NOISE) * NOISE_RISES.powf(passed);
        self.noise = level.min(risen);
        let begins = VOICE_MIN.max(self.noise * ABOVE_NOISE);
        let threshold = if self.since.is_some() { begins * ENDS_BELOW } else { begins };
        if level >= threshold {
            self.since = self.since.or(Some(at));
            self.last = at;
        } else if at.saturating_sub(self.last) > HEARD_FOR_MS {
            self.since = None;
        }
    }
}

/// The floor of a visit.
#[derive(Debug, Default)]
pub(crate) struct Floor {
    voice_by_participant: BTreeMap<ParticipantId, Voice>,
    speaker: Option<ParticipantId>,
    /// When the floor was last taken.
    taken_at: u64,
    /// Who had the floor or was heard, the latest first.
    recent: Vec<ParticipantId>,
}

impl Floor {
    /// Who has the floor; the last one, while nobody speaks.
    #[must_use]
    pub(crate) const fn speaker(&self) -> Option<ParticipantId> {
        self.speaker
    }

    /// Whether somebody is heard now.
    #[must_use]
    pub(crate) fn is_heard(&self, participant: ParticipantId) -> bool {
        self.voice_by_participant.get(&participant).is_some_and(Voice::is_heard)
    }

    /// Whoever has the floor or had it last comes first.
    #[must_use]
    pub(crate) fn recent(&self) -> &[ParticipantId] {
        &self.recent
    }

    /// How loud somebody was in the time up to now: the root mean square of their samples.
    pub(crate) fn handle_level(&mut self, at_ms: u64, participant: ParticipantId, level: f32) {
        self.voice_by_participant.entry(participant).or_default().handle(at_ms, level);
    }

    /// Decides who has the floor, once all levels of a moment are in.
    pub(crate) fn handle_moment(&mut self, at_ms: u64) {
        let loudest = self.voice_by_participant.iter().filter(|(_, voice)| voice.is_heard());
        let loudest = loudest.max_by(|(_, a), (_, b)| a.loudness.total_cmp(&b.loudness));
        let Some((loudest, voice)) = loudest.map(|(participant, voice)| (*participant, *voice))
        else {
            return;
        };
        if self.speaker == Some(loudest) {
            return;
        }
        let current = self.speaker.and_then(|speaker| self.voice_by_participant.get(&speaker));
        let held = at_ms.saturating_sub(self.taken_at);
        if takes(&voice, current, held) {
            self.speaker = Some(loudest);
            self.taken_at = at_ms;
            self.recent.retain(|participant| *participant != loudest);
            self.recent.insert(0, loudest);
        }
    }

    /// Only these are there from now on.
    pub(crate) fn keep(&mut self, people: &[ParticipantId]) {
        self.voice_by_participant.retain(|participant, _| people.contains(participant));
        self.recent.retain(|participant| people.contains(participant));
        self.speaker = self.speaker.filter(|speaker| people.contains(speaker));
    }
}

/// Whether the loudest voice takes the floor from whoever has had it for so long.
fn takes(loudest: &Voice, current: Option<&Voice>, held_ms: u64) -> bool {
    match current {
        None => true,
        Some(_) if held_ms < HOLDS_MS => false,
        Some(current) if current.is_heard() => {
            loudest.has_spoken_for(INTERRUPTS_AFTER_MS)
                && loudest.loudness > current.loudness * LOUDER
        }
        Some(_) => loudest.has_spoken_for(TAKES_AFTER_MS),
    }
}

#[cfg(test)]
mod tests;
