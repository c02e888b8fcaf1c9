//! The ladder a visit goes down on a bad line: every change of step, with its cause and time.
//!
//! In: what a viewer is given of each picture, and how the voices go to them. Out: changes, in
//! order, and how long each step lasted.
//! Never: grows without bound; the oldest changes go first, and are counted.

#[cfg(test)]
mod tests;

use super::second::Picture;
use bedside_signaling_api::quality::{LADDER_STEPS_MAX, Step};
use bedside_signaling_api::socket::{Cause, Delivery, Motion, Sound, Source};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, VecDeque};
use uuid::Uuid;

/// Most pictures of one viewer that are followed: a camera and a screen of everybody planned.
const PICTURES_MAX: usize = crate::hub::VIEWS_MAX;

/// One change of step of one viewer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Change {
    /// When.
    pub(crate) at: Timestamp,
    /// Whose picture; `None` where it was all voices.
    pub(crate) picture: Option<(Uuid, Source)>,
    /// Before.
    pub(crate) from: Option<Step>,
    /// After.
    pub(crate) step: Step,
    /// Why.
    pub(crate) cause: Cause,
}

/// Where one viewer stands on the ladder now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Ladder {
    held_by_picture: BTreeMap<(Uuid, Source), Held>,
    sound: Sound,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Held {
    step: Step,
    cause: Cause,
    since: Timestamp,
}

/// What one viewer's way on the ladder leaves behind.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Trail {
    /// The newest changes.
    pub(super) changes: VecDeque<Change>,
    /// Older ones that were let go.
    pub(super) left_out: u32,
    /// Times a picture fell because of the viewer's own line.
    pub(super) falls: u32,
    /// How long all pictures were where.
    pub(super) times: Vec<StepTime>,
}

/// How long pictures were at one step for one cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct StepTime {
    pub(super) step: Step,
    pub(super) cause: Cause,
    pub(super) ms: u64,
}

impl Default for Ladder {
    fn default() -> Self {
        Self { held_by_picture: BTreeMap::new(), sound: Sound::Plain }
    }
}

impl Ladder {
    /// Takes in what the viewer is given from now on, and returns what has changed.
    pub(super) fn handle_delivered(
        &mut self,
        trail: &mut Trail,
        at: Timestamp,
        deliveries: &[Delivery],
        sound: Sound,
    ) -> Vec<Change> {
        self.settle(trail, at);
        let before = std::mem::take(&mut self.held_by_picture);
        let mut changes = Vec::new();
        for delivery in deliveries.iter().take(PICTURES_MAX) {
            let Some(step) = step_of(delivery) else { continue };
            let (picture, cause) = ((delivery.participant, delivery.source), delivery.cause);
            let from = before.get(&picture).map(|held| held.step);
            if is_change(from, step, cause) {
                changes.push(Change { at, picture: Some(picture), from, step, cause });
            }
            self.held_by_picture.insert(picture, Held { step, cause, since: at });
        }
        if sound != self.sound {
            let from = Some(step_of_sound(self.sound));
            let step = step_of_sound(sound);
            // Only the listener's own line makes voices go otherwise than they come.
            let cause = if sound == Sound::Plain { Cause::AsWanted } else { Cause::YourLine };
            changes.push(Change { at, picture: None, from, step, cause });
            self.sound = sound;
        }
        changes.iter().for_each(|change| trail.note(*change));
        changes
    }

    /// The viewer's media has ended: nothing is given any more.
    pub(super) fn close(&mut self, trail: &mut Trail, at: Timestamp) {
        self.settle(trail, at);
        *self = Self::default();
    }

    /// Adds the time up to now to where each picture stands.
    pub(super) fn settle(&mut self, trail: &mut Trail, at: Timestamp) {
        for held in self.held_by_picture.values_mut() {
            trail.add(held.step, held.cause, ms_between(held.since, at));
            held.since = at;
        }
    }
}

impl Trail {
    fn note(&mut self, change: Change) {
        if self.changes.len() >= LADDER_STEPS_MAX {
            self.changes.pop_front();
            self.left_out = self.left_out.saturating_add(1);
        }
        self.changes.push_back(change);
        let fell = height(change.step) < change.from.and_then(height);
        if change.picture.is_some() && fell && change.cause == Cause::YourLine {
            self.falls = self.falls.saturating_add(1);
        }
    }

    fn add(&mut self, step: Step, cause: Cause, ms: u64) {
        match self.times.iter_mut().find(|time| time.step == step && time.cause == cause) {
            Some(time) => time.ms = time.ms.saturating_add(ms),
            None => self.times.push(StepTime { step, cause, ms }),
        }
    }
}

/// A picture that begins as wanted is no news; one that begins otherwise is.
fn is_change(from: Option<Step>, step: Step, cause: Cause) -> bool {
    match from {
        Some(from) => from != step,
        None => cause != Cause::AsWanted,
    }
}

/// The step of one picture; `None` where the page does not show it.
fn step_of(delivery: &Delivery) -> Option<Step> {
    if delivery.cause == Cause::NotShown {
        return None;
    }
    let Some(given) = delivery.given else { return Some(Step::Paused) };
    Some(match (delivery.motion, given) {
        (Motion::Still, _) => Step::Still,
        (Motion::Slow, _) => Step::Slow,
        (Motion::Half | Motion::Full, 0) => Step::Low,
        (Motion::Half | Motion::Full, 1) => Step::Medium,
        (Motion::Half | Motion::Full, 2..) => Step::High,
    })
}

const fn step_of_sound(sound: Sound) -> Step {
    match sound {
        Sound::Plain => Step::PlainSound,
        Sound::Protected => Step::ProtectedSound,
        Sound::Thin => Step::ThinSound,
    }
}

/// How far up the ladder of pictures a step is; `None` of voices.
const fn height(step: Step) -> Option<u8> {
    match step {
        Step::High => Some(5),
        Step::Medium => Some(4),
        Step::Low => Some(3),
        Step::Slow => Some(2),
        Step::Still => Some(1),
        Step::Paused => Some(0),
        Step::PlainSound | Step::ProtectedSound | Step::ThinSound => None,
    }
}

/// The picture to judge a viewer's second by: a face before a screen, the larger before the
/// smaller.
pub(super) fn chief(deliveries: &[Delivery]) -> Option<Picture> {
    let shown = deliveries.iter().take(PICTURES_MAX).filter(|each| step_of(each).is_some());
    let chief = shown.max_by_key(|each| (each.source != Source::Screen, each.wanted))?;
    Some(Picture {
        wanted: chief.wanted,
        given: chief.given,
        motion: chief.motion,
        cause: chief.cause,
        is_screen: chief.source == Source::Screen,
    })
}

/// Milliseconds from one moment to another; none where the clock went back.
pub(super) fn ms_between(from: Timestamp, to: Timestamp) -> u64 {
    u64::try_from(to.as_millisecond().saturating_sub(from.as_millisecond())).unwrap_or_default()
}
