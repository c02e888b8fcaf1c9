//! Frames that wait to leave in one packet.
//!
//! In: frames that follow each other. Out: one packet of them.
//! Never: holds frames with a gap between them, of two encodings, or longer than a plan asks.

use super::clock::MediaTime;
use super::plan::PacketTime;
use crate::codec::opus::{self, Toc};
use bytes::Bytes;
use std::time::Instant;

/// Longest packet of joined frames, in bytes. It has to fit into one datagram with a copy of
/// its like, and into a block of RED.
const JOINED_BYTES_MAX: usize = 500;

/// Sound that goes as one: a publisher's packet, or several joined.
#[derive(Debug, Clone)]
pub(super) struct Sound {
    /// When it begins.
    pub(super) at: MediaTime,
    /// How long it is; at least one tick.
    pub(super) ticks: u32,
    /// Start of a talk spurt.
    pub(super) marker: bool,
    /// Opus.
    pub(super) payload: Bytes,
}

impl Sound {
    /// When it is over.
    pub(super) const fn end(&self) -> MediaTime {
        self.at.plus(self.ticks)
    }

    /// Whether it sounds at that time.
    pub(super) fn covers(&self, at: MediaTime) -> bool {
        self.at <= at && at < self.end()
    }

    /// Whether the other may lie in one packet with it. A decoder learns that it is quiet only
    /// from a packet of its own, so silence never joins.
    fn joins(&self, other: &Self) -> bool {
        let (Some(this), Some(that)) = (Toc::of(&self.payload), Toc::of(&other.payload)) else {
            return false;
        };
        this.joins(that) && !opus::is_silence(&self.payload) && !opus::is_silence(&other.payload)
    }
}

/// The frames.
#[derive(Debug, Default)]
pub(super) struct Held {
    sounds: Vec<Sound>,
    /// When the first of them came.
    since: Option<Instant>,
}

impl Held {
    /// When it has to leave at the latest.
    pub(super) fn deadline(&self, packet: PacketTime) -> Option<Instant> {
        self.since.map(|since| since + packet.duration())
    }

    /// Whether it sounds at that time.
    pub(super) fn covers(&self, at: MediaTime) -> bool {
        self.sounds.iter().any(|sound| sound.covers(at))
    }

    /// When it begins, if it holds anything.
    pub(super) fn at(&self) -> Option<MediaTime> {
        self.sounds.first().map(|sound| sound.at)
    }

    /// Whether a frame that comes now would lie in one packet with what is held: behind it, or,
    /// if it is late, in front.
    pub(super) fn takes(&self, sound: &Sound, packet: PacketTime) -> bool {
        let (Some(first), Some(last)) = (self.sounds.first(), self.sounds.last()) else {
            return true;
        };
        let behind = last.end() == sound.at && !sound.marker;
        let before = sound.end() == first.at && !first.marker;
        (behind || before)
            && first.joins(sound)
            && self.ticks() + sound.ticks <= packet.ticks()
            && self.bytes() + sound.payload.len() <= JOINED_BYTES_MAX
    }

    /// Holds a frame that it takes.
    pub(super) fn put(&mut self, now: Instant, sound: Sound) {
        self.since.get_or_insert(now);
        let place = if self.at().is_some_and(|at| sound.at < at) { 0 } else { self.sounds.len() };
        self.sounds.insert(place, sound);
    }

    /// Whether nothing like its last frame would still fit, so that waiting is for nothing.
    pub(super) fn is_full(&self, packet: PacketTime) -> bool {
        self.sounds.last().is_some_and(|last| {
            self.ticks() + last.ticks > packet.ticks() || opus::is_silence(&last.payload)
        })
    }

    /// All of it as one, if it holds anything.
    pub(super) fn take(&mut self) -> Option<Sound> {
        self.since = None;
        if self.sounds.len() <= 1 {
            return self.sounds.pop();
        }
        let payloads: Vec<&[u8]> = self.sounds.iter().map(|sound| &*sound.payload).collect();
        let payload = opus::join(&payloads).expect("what was taken in is of one encoding");
        let (first, ticks) = (self.sounds.first()?, self.ticks());
        let sound = Sound { at: first.at, ticks, marker: first.marker, payload: payload.into() };
        self.sounds.clear();
        Some(sound)
    }

    fn ticks(&self) -> u32 {
        self.sounds.iter().map(|sound| sound.ticks).sum()
    }

    fn bytes(&self) -> usize {
        self.sounds.iter().map(|sound| sound.payload.len()).sum()
    }
}
