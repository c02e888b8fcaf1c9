//! The film's sound: everybody's voice, mixed, and who of them speaks.
//!
//! In: Opus packets with their moment in the film. Out: Opus packets of all voices together.
//! Never: a voice of somebody who is not among the people of the moment.

use super::encode::{Coded, FilmFault, SoundEncoder};
use super::floor::Floor;
use super::mix::{self, SAMPLES_A_MS, SOUND_MS, SOUND_SAMPLES};
use super::voice::{self, Voice};
use bedside_sfu_api::ParticipantId;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

/// Sound is mixed so long after its moment: a packet that comes within it can still fill a hole
/// before it.
const LATER_MS: u64 = voice::CONCEALED_SAMPLES / SAMPLES_A_MS;

/// Everybody's voice.
pub(crate) struct Sound {
    voice_by_participant: BTreeMap<ParticipantId, Voice>,
    floor: Floor,
    encoder: SoundEncoder,
    sum: Vec<f32>,
}

impl Sound {
    pub(crate) fn new() -> Result<Self, FilmFault> {
        Ok(Self {
            voice_by_participant: BTreeMap::new(),
            floor: Floor::default(),
            encoder: SoundEncoder::new()?,
            sum: vec![0.0; SOUND_SAMPLES],
        })
    }

    pub(crate) const fn floor(&self) -> &Floor {
        &self.floor
    }

    pub(crate) fn pre_skip(&mut self) -> u16 {
        self.encoder.pre_skip()
    }

    /// Only these are heard from now on.
    pub(crate) fn keep(&mut self, people: &[ParticipantId]) {
        self.voice_by_participant.retain(|participant, _| people.contains(participant));
        self.floor.keep(people);
    }

    /// What was said before is over; the same people begin anew.
    pub(crate) fn cut(&mut self) {
        self.voice_by_participant.clear();
    }

    /// Takes in a packet. Says whether it could be decoded.
    pub(crate) fn handle_packet(
        &mut self,
        at_ms: u64,
        participant: ParticipantId,
        packet: &[u8],
    ) -> Result<bool, FilmFault> {
        let voice = match self.voice_by_participant.entry(participant) {
            Entry::Occupied(voice) => voice.into_mut(),
            Entry::Vacant(place) => place.insert(Voice::new().map_err(FilmFault::Sound)?),
        };
        Ok(voice.handle_packet(at_ms * SAMPLES_A_MS, packet))
    }

    /// The next 20 ms, once everything said until `at_ms` is in; if this is the end, at once.
    pub(crate) fn poll(&mut self, at_ms: u64, is_end: bool) -> Result<Option<Coded>, FilmFault> {
        let later = if is_end { 0 } else { LATER_MS };
        let begin = self.encoder.at_ms();
        if begin + SOUND_MS + later > at_ms {
            return Ok(None);
        }
        self.sum.fill(0.0);
        for (participant, voice) in &mut self.voice_by_participant {
            let level = voice.take(begin * SAMPLES_A_MS, &mut self.sum);
            self.floor.handle_level(begin, *participant, level);
        }
        self.floor.handle_moment(begin);
        mix::limit(&mut self.sum);
        self.encoder.encode(&self.sum).map(Some)
    }
}
