//! The quality record of a visit: how good it was for each person, second by second, and why.
//!
//! In: what the media plane measures and gives, what pages report, who comes and goes; each with
//! its time. Out: a summary at any time; what the store keeps; a series of the last quarter of
//! an hour.
//! Never: a clock, a name, a picture or a sound; more memory than the arithmetic below.
//!
//! A second of a person takes 112 bytes, and 900 are held: 0.1 MB. What is older is one minute of
//! 232 bytes for 60 seconds: 14 kB an hour, and 720 minutes at most. A change of step takes 72
//! bytes, and 256 are held: 18 kB. A bin of a spread takes about ten; 17 spreads of a few dozen
//! bins each are some ten kilobytes, and the reports of the last minute two or three. So a person
//! takes about 0.15 MB in the first hour, 14 kB
//! more in each further one, and never more than half a megabyte.
//!
//! The record lives with the visit's actor. It is stored with the end of the visit, when the
//! actor goes to sleep and when the service stops; a crash in the middle of a visit loses what
//! was measured since. What was stored is gone on with, not begun anew.

mod audio;
mod cause;
mod felt;
mod kept;
mod ladder;
mod lately;
mod minute;
mod person;
mod second;
mod series;
mod spread;
mod standard;
mod summary;
#[cfg(test)]
mod tests;
mod video;

pub(crate) use felt::{Absurd, check};
pub(crate) use ladder::Change;
pub(crate) use summary::Asked;

use bedside_sfu_api::{QualitySample, VoiceWorth};
use bedside_signaling_api::quality::METHOD;
use bedside_signaling_api::socket::{Delivery, Felt, Sound};
use jiff::Timestamp;
use kept::Kept;
use person::Person;
use second::Second;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use uuid::Uuid;

/// The quality record of one visit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Record {
    /// Number of the formulas it was begun with; what was folded by them stays theirs.
    method: u16,
    person_by_id: BTreeMap<Uuid, Person>,
}

/// The record as it is stored.
#[derive(Debug, Serialize, Deserialize)]
struct Stored {
    method: u16,
    kept_by_participant: BTreeMap<Uuid, Kept>,
}

/// A second whose scores are final, for metrics.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Scored {
    /// 1 to 4.41.
    pub(crate) audio_down: Option<f64>,
    /// 1 to 4.41.
    pub(crate) audio_up: Option<f64>,
    /// 0 to 100.
    pub(crate) video: Option<u8>,
    /// The way to the person.
    pub(crate) down: Way,
    /// The way from the person.
    pub(crate) up: Way,
}

/// One way in a scored second, in base units.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Way {
    /// Of one.
    pub(crate) loss: f64,
    /// Seconds.
    pub(crate) rtt: Option<f64>,
    /// Bits a second.
    pub(crate) estimate: Option<f64>,
}

impl Default for Record {
    fn default() -> Self {
        Self { method: METHOD, person_by_id: BTreeMap::new() }
    }
}

impl Record {
    /// Goes on with a record that was stored.
    ///
    /// # Errors
    /// When the text is not one that `to_stored` has made.
    pub(crate) fn from_stored(text: &str) -> Result<Self, serde_json::Error> {
        let stored: Stored = serde_json::from_str(text)?;
        let people = stored.kept_by_participant.into_iter();
        let person_by_id = people.map(|(id, kept)| (id, Person::new(kept))).collect();
        Ok(Self { method: stored.method, person_by_id })
    }

    /// All that lasts, as if the record ended now; `None` when there is nothing.
    ///
    /// # Errors
    /// Never in practice: numbers and ids are JSON.
    pub(crate) fn to_stored(&self, now: Timestamp) -> Result<Option<String>, serde_json::Error> {
        if self.person_by_id.is_empty() {
            return Ok(None);
        }
        let people = self.person_by_id.iter();
        let kept_by_participant = people.map(|(id, person)| (*id, person.lasting(now))).collect();
        serde_json::to_string(&Stored { method: self.method, kept_by_participant }).map(Some)
    }

    /// One second of one person was measured. Returns a second whose scores are final now.
    pub(crate) fn handle_sample(
        &mut self,
        at: Timestamp,
        participant: Uuid,
        sample: &QualitySample,
    ) -> Option<Scored> {
        let others = self.person_by_id.iter().filter(|(id, _)| **id != participant);
        let far_ms = others.filter_map(|(_, person)| person.way_ms(at)).max();
        self.person(participant).handle_sample(at, sample, far_ms).map(Scored::of)
    }

    /// A page has reported; the report was checked.
    pub(crate) fn handle_felt(&mut self, at: Timestamp, participant: Uuid, felt: &Felt) {
        self.person(participant).handle_felt(at, felt);
    }

    /// What a person is given from now on. Returns what has changed on the ladder.
    pub(crate) fn handle_delivered(
        &mut self,
        at: Timestamp,
        participant: Uuid,
        deliveries: &[Delivery],
        sound: Sound,
    ) -> Vec<Change> {
        self.person(participant).handle_delivered(at, deliveries, sound)
    }

    /// How a person's voice is asked for from now on.
    pub(crate) fn handle_voice_wanted(&mut self, participant: Uuid, voice: VoiceWorth) {
        self.person(participant).handle_voice_wanted(voice);
    }

    /// Whether somebody signs on a person's screen.
    pub(crate) fn handle_shown(&mut self, participant: Uuid, is_signing: bool) {
        self.person(participant).handle_shown(is_signing);
    }

    /// A person may have media from now on.
    pub(crate) fn handle_let_in(&mut self, at: Timestamp, participant: Uuid) {
        self.person(participant).handle_let_in(at);
    }

    /// A person's media can flow.
    pub(crate) fn handle_connected(&mut self, at: Timestamp, participant: Uuid) {
        self.person(participant).handle_connected(at);
    }

    /// A person's media connection is gone and was not meant to go.
    pub(crate) fn handle_interrupted(&mut self, at: Timestamp, participant: Uuid) {
        self.person(participant).handle_interrupted(at);
    }

    /// A person was reached again on the media connection they had, after nothing was heard of them.
    pub(crate) fn handle_reached(&mut self, participant: Uuid, unheard_ms: u32) {
        self.person(participant).handle_reached(unheard_ms);
    }

    /// A person's media connection has ended as it was meant to; another may come.
    pub(crate) fn handle_ended(&mut self, at: Timestamp, participant: Uuid) {
        if let Some(person) = self.person_by_id.get_mut(&participant) {
            person.handle_ended(at);
        }
    }

    /// A person is gone, or is waited for no longer.
    pub(crate) fn handle_gone(&mut self, at: Timestamp, participant: Uuid) {
        if let Some(person) = self.person_by_id.get_mut(&participant) {
            person.handle_gone(at);
        }
    }

    fn person(&mut self, participant: Uuid) -> &mut Person {
        self.person_by_id.entry(participant).or_insert_with(|| Person::new(Kept::default()))
    }
}

impl Scored {
    fn of(second: &Second) -> Self {
        let way = |line: &second::Line| Way {
            loss: f64::from(line.loss_permille) / 1_000.0,
            rtt: line.rtt_ms.map(|ms| f64::from(ms) / 1_000.0),
            estimate: line.estimate_kbps.map(|kbps| f64::from(kbps) * 1_000.0),
        };
        Self {
            audio_down: second.audio_down().map(audio::Mos::as_f64),
            audio_up: second.audio_up().map(audio::Mos::as_f64),
            video: second.video(),
            down: way(&second.down),
            up: way(&second.up),
        }
    }
}
