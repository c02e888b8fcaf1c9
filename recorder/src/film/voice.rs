//! One person's voice on the film's clock.
//!
//! In: Opus packets, each with its moment. Out: samples without holes for as long as they can be
//! guessed, then silence.
//! Never: a jump within a word for a few milliseconds of clock: those are stretched away.

use super::mix::{self, SOUND_SAMPLES};
use opus::{Channels, Decoder};
use std::collections::VecDeque;
use std::iter;

/// Longest packet (RFC 6716): 120 ms.
const PACKET_SAMPLES_MAX: usize = 5_760;

/// Smallest step of Opus: concealment comes in multiples of 2.5 ms.
const STEP_SAMPLES: usize = 120;

/// A packet this near to the end of the one before follows it exactly: timestamps are whole
/// milliseconds, so 2 ms are nothing.
const EXACT_SAMPLES: i64 = 96;

/// Up to this distance (10 ms) a packet follows the one before and the difference is stretched
/// away; beyond, something is missing.
const FOLLOWS_SAMPLES: i64 = 480;

/// Longest hole that is concealed (60 ms, three packets). Longer guesses sound like a machine.
pub(crate) const CONCEALED_SAMPLES: u64 = 2_880;

/// A packet may begin this far before the end of the one before (60 ms); one that overlaps by
/// more repeats what was heard.
const OVERLAP_SAMPLES: i64 = -2_880;

/// A packet is made at most this much longer or shorter: 0.4 %, which nobody hears, and 40 times
/// what clocks differ.
const STRETCH_SAMPLES: i64 = 4;

/// A voice.
pub(crate) struct Voice {
    decoder: Decoder,
    /// What is not yet taken.
    samples: VecDeque<f32>,
    /// The moment after the last sample.
    end: u64,
    /// It has ended, and faded; the next packet begins anew.
    is_silent: bool,
    pcm: Vec<f32>,
    stretched: Vec<f32>,
}

impl Voice {
    pub(crate) fn new() -> Result<Self, opus::Error> {
        let rate = u32::try_from(mix::SAMPLE_RATE).unwrap_or(u32::MAX);
        Ok(Self {
            decoder: Decoder::new(rate, Channels::Mono)?,
            samples: VecDeque::new(),
            end: 0,
            is_silent: true,
            pcm: vec![0.0; PACKET_SAMPLES_MAX],
            stretched: Vec::new(),
        })
    }

    /// Takes in a packet that begins at a sample of the film. Says whether it could be decoded.
    pub(crate) fn handle_packet(&mut self, at: u64, packet: &[u8]) -> bool {
        if packet.is_empty() {
            return false;
        }
        let off = i64::try_from(at).unwrap_or(i64::MAX).saturating_sub_unsigned(self.end);
        if !self.is_silent && off < OVERLAP_SAMPLES {
            return true;
        }
        if self.is_silent {
            self.rest_until(at);
        } else if off > FOLLOWS_SAMPLES {
            self.bridge(off.unsigned_abs(), packet);
        }
        let Ok(len) = self.decoder.decode_float(packet, &mut self.pcm, false) else {
            return false;
        };
        let off = i64::try_from(at).unwrap_or(i64::MAX).saturating_sub_unsigned(self.end);
        self.append(len, stretch(off));
        true
    }

    /// Adds the next samples to a sum and returns how loud they are.
    pub(crate) fn take(&mut self, at: u64, sum: &mut [f32]) -> f32 {
        let until = at + sum.len() as u64;
        if self.end < until && !self.is_silent {
            self.end_softly();
        }
        let begin = self.end - self.samples.len() as u64;
        let late = usize::try_from(at.saturating_sub(begin)).unwrap_or(usize::MAX);
        self.samples.drain(..late.min(self.samples.len()));
        let skip = usize::try_from(begin.saturating_sub(at)).unwrap_or(usize::MAX).min(sum.len());
        let count = (sum.len() - skip).min(self.samples.len());
        self.stretched.clear();
        self.stretched.extend(self.samples.drain(..count));
        mix::add(sum.get_mut(skip..).unwrap_or_default(), &self.stretched);
        mix::level(&self.stretched)
    }

    /// Silence from the end of what is there to where the voice begins anew.
    fn rest_until(&mut self, at: u64) {
        let rest = usize::try_from(at.saturating_sub(self.end)).unwrap_or(usize::MAX);
        if rest > PACKET_SAMPLES_MAX {
            self.samples.clear();
        } else if !self.samples.is_empty() {
            self.samples.extend(iter::repeat_n(0.0, rest));
        }
        self.end = at.max(self.end);
    }

    /// Fills a short hole before a packet: the end of it by what the packet repeats of the one
    /// before (FEC), the rest by guessing.
    fn bridge(&mut self, hole: u64, packet: &[u8]) {
        let hole = usize::try_from(hole.min(CONCEALED_SAMPLES)).unwrap_or_default();
        let repeated = if hole >= SOUND_SAMPLES { SOUND_SAMPLES } else { 0 };
        let guessed = (hole - repeated) / STEP_SAMPLES * STEP_SAMPLES;
        self.conceal(guessed, &[]);
        self.conceal(repeated, packet);
    }

    fn conceal(&mut self, len: usize, packet: &[u8]) {
        let Some(pcm) = self.pcm.get_mut(..len).filter(|pcm| !pcm.is_empty()) else {
            return;
        };
        if let Ok(len) = self.decoder.decode_float(packet, pcm, !packet.is_empty()) {
            self.append(len, 0);
        }
    }

    /// No packet came in time: the voice fades away instead of breaking off.
    fn end_softly(&mut self) {
        self.conceal(SOUND_SAMPLES, &[]);
        let from = self.samples.len().saturating_sub(SOUND_SAMPLES);
        if let Some(tail) = self.samples.make_contiguous().get_mut(from..) {
            mix::fade_out(tail);
        }
        self.is_silent = true;
    }

    /// Puts what was decoded at the end, a little longer or shorter.
    fn append(&mut self, len: usize, longer: isize) {
        let Some(pcm) = self.pcm.get_mut(..len) else {
            return;
        };
        if self.is_silent {
            mix::fade_in(pcm);
            self.is_silent = false;
        }
        let wanted = len.saturating_add_signed(longer);
        mix::stretch(pcm, wanted, &mut self.stretched);
        self.end += self.stretched.len() as u64;
        self.samples.extend(&self.stretched);
    }
}

/// How many samples longer a packet is made that begins so much after the end of the one before.
fn stretch(off: i64) -> isize {
    if off.abs() <= EXACT_SAMPLES {
        return 0;
    }
    isize::try_from(off.clamp(-STRETCH_SAMPLES, STRETCH_SAMPLES)).unwrap_or_default()
}

#[cfg(test)]
mod tests;
