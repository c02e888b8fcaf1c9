//! What happened in a simulated visit, kept to be judged and drawn.
//!
//! In: samples every 20 ms, events of the server, what browsers heard and saw.
//! Out: the same, by person, all times from the first word.
//! Never: judges; that is `metric`.

use super::ear::{Ear, Play};
use super::eye::{Eye, Shown};
use super::opus;
use super::page::Rung;
use bedside_sfu_api::{Bitrate, Delivery, QualitySample, Sound, VoiceWorth};
use std::time::{Duration, Instant};

/// From a sample to the next: a frame of voice.
pub(crate) const SAMPLE: Duration = Duration::from_millis(20);

/// One way of a line during one sample.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct WaySample {
    /// What it carried; nothing is no limit.
    pub(crate) rate: Option<Bitrate>,
    /// The longest its queue was.
    pub(crate) queue: Duration,
    /// What arrived, headers included.
    pub(crate) bytes: u64,
}

/// What a browser sends at one time, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct UplinkSample {
    pub(crate) estimate: Bitrate,
    pub(crate) rung: Rung,
    pub(crate) voice: VoiceWorth,
}

/// What the server decided for a viewer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Decision {
    pub(crate) at: Duration,
    pub(crate) budget: Bitrate,
    pub(crate) sound: Sound,
    pub(crate) deliveries: Vec<Delivery>,
}

/// One person's part.
#[derive(Debug, Default)]
pub(crate) struct SeatRecord {
    pub(crate) down: Vec<WaySample>,
    pub(crate) up: Vec<WaySample>,
    /// What the browser thought of its own uplink, and made of it, by sample.
    pub(crate) uplink: Vec<UplinkSample>,
    /// Bytes of RTP that carried nothing new, by sample.
    pub(crate) void_bytes: Vec<u64>,
    pub(crate) quality: Vec<(Duration, QualitySample)>,
    pub(crate) decisions: Vec<Decision>,
    pub(crate) ears: Vec<Ear>,
    pub(crate) eyes: Vec<Eye>,
    /// When each frame of this person's voice left their browser, in frames from the first word.
    pub(crate) left: Vec<Option<u32>>,
}

/// A frame of voice on its way to one listener.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Journey {
    /// When it left the browser of who said it.
    pub(crate) left: Duration,
    /// When it came first, if it did.
    pub(crate) came: Option<Duration>,
}

impl Journey {
    /// How long it was under way.
    pub(crate) fn took(&self) -> Option<Duration> {
        self.came.map(|came| came.saturating_sub(self.left))
    }
}

/// The visit.
#[derive(Debug)]
pub(crate) struct Record {
    pub(crate) begins: Instant,
    pub(crate) seats: Vec<SeatRecord>,
    /// What must not happen and did.
    pub(crate) faults: Vec<String>,
}

impl Record {
    /// A time of the world, from the first word.
    pub(crate) fn since(&self, at: Instant) -> Duration {
        at.saturating_duration_since(self.begins)
    }

    /// What a listener should have heard of each of the others.
    pub(crate) fn journeys(&self, listener: usize) -> Vec<Vec<Journey>> {
        let others = self.seats.iter().enumerate().filter(|(index, _)| *index != listener);
        others.map(|(index, seat)| self.journeys_from(listener, index, &seat.left)).collect()
    }

    fn journeys_from(&self, listener: usize, speaker: usize, left: &[Option<u32>]) -> Vec<Journey> {
        let mut came: Vec<Option<Duration>> = vec![None; left.len()];
        let ears = self.seats.get(listener).map(|seat| seat.ears.as_slice()).unwrap_or_default();
        for heard in ears.iter().flat_map(Ear::heard) {
            if usize::from(heard.frame.origin) != speaker {
                continue;
            }
            let index = usize::try_from(heard.frame.index).unwrap_or(usize::MAX);
            if let Some(first) = came.get_mut(index) {
                let at = self.since(heard.at);
                *first = Some(first.map_or(at, |first| first.min(at)));
            }
        }
        let frames = left.iter().zip(came);
        frames
            .filter_map(|(left, came)| Some(Journey { left: opus::FRAME * (*left)?, came }))
            .collect()
    }

    /// Pictures shown to a viewer, slot by slot.
    pub(crate) fn shown(&self, viewer: usize) -> impl Iterator<Item = &[Shown]> {
        let eyes = self.seats.get(viewer).map(|seat| seat.eyes.as_slice()).unwrap_or_default();
        eyes.iter().map(Eye::shown)
    }

    /// What was played to a listener, slot by slot, in blocks of 10 ms from the first word.
    pub(crate) fn plays(&self, listener: usize) -> impl Iterator<Item = &[Play]> {
        let ears = self.seats.get(listener).map(|seat| seat.ears.as_slice()).unwrap_or_default();
        ears.iter().map(Ear::plays)
    }
}
