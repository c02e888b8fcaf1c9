//! What somebody hears of one voice: a model of NetEq, libwebrtc's jitter buffer.
//!
//! In: RTP payloads as they arrive. Out: for each 10 ms, whether a voice was played or made up;
//! which frames arrived, and when.
//! Never: sound. Stretching takes or leaves a pitch period of 8 ms, the middle of a human voice.

mod target;

use super::opus::{self, FRAME_TICKS, VoiceFrame};
use super::red;
use std::collections::{BTreeMap, VecDeque};
use std::time::{Duration, Instant};
use target::Target;

/// NetEq plays in blocks of this length.
pub(crate) const BLOCK: Duration = Duration::from_millis(10);
const BLOCK_MS: f64 = 10.0;
const FRAME_MS: f64 = 20.0;
/// What one stretch of time adds or takes away.
const PITCH_MS: f64 = 8.0;
/// Blocks between two stretches (`kMinTimescaleInterval`).
const STRETCH_BLOCKS: u32 = 5;
/// A buffer so many times too full is emptied without pause.
const FAST_TIMES: f64 = 4.0;
/// The delay may be so much more than is needed before time is shortened
/// (`kDelayAdjustmentGranularityMs`).
const HIGH_SLACK_MS: f64 = 20.0;
/// Frames the buffer holds; NetEq flushes when there are more.
const BUFFER_FRAMES_MAX: usize = 200;
/// Packets remembered, so that a copy of what came is told from a copy of what was lost.
const CAME_MAX: usize = 64;
/// Opus data of this length or less is silence.
const SILENT_BYTES_MAX: usize = 2;

/// What was played in one block.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Play {
    /// Nothing has come yet.
    #[default]
    Nothing,
    /// The silence of somebody who does not speak.
    Comfort,
    /// What was said.
    Speech,
    /// Something made up in place of what was said.
    Concealed,
}

/// A frame that arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Heard {
    /// Whose.
    pub(crate) frame: VoiceFrame,
    /// When it first came, in whatever packet.
    pub(crate) at: Instant,
}

/// Payload types agreed on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct AudioTypes {
    pub(crate) opus: u8,
    pub(crate) red: Option<u8>,
}

/// One receive slot.
#[derive(Debug)]
pub(crate) struct Ear {
    start: Instant,
    types: AudioTypes,
    /// By position on the sender's clock; true is speech.
    buffer_by_position: BTreeMap<u64, (bool, Instant)>,
    target: Target,
    clock: Clock,
    /// The position to be played next.
    next: Option<u64>,
    block_at: Option<Instant>,
    /// Decoded and not yet played.
    ready_ms: f64,
    silent: bool,
    /// Positions of the last packets, alone or out of RED.
    came: VecDeque<u64>,
    /// Made up since the last frame that was played.
    filled_ms: f64,
    since_stretch: u32,
    plays: Vec<Play>,
    /// Blocks that `drain_plays` has given away.
    drained: usize,
    heard: Vec<Heard>,
    delays: Vec<(Instant, f64)>,
}

impl Ear {
    /// A slot; blocks are counted from `start`.
    pub(crate) fn new(start: Instant, types: AudioTypes) -> Self {
        Self {
            start,
            types,
            buffer_by_position: BTreeMap::new(),
            target: Target::new(),
            clock: Clock::default(),
            next: None,
            block_at: None,
            ready_ms: 0.0,
            silent: false,
            came: VecDeque::new(),
            filled_ms: 0.0,
            since_stretch: 0,
            plays: Vec::new(),
            drained: 0,
            heard: Vec::new(),
            delays: Vec::new(),
        }
    }

    /// What was played, block by block from the start.
    pub(crate) fn plays(&self) -> &[Play] {
        &self.plays
    }

    /// What was played since this was last asked; it is not kept.
    pub(crate) fn drain_plays(&mut self) -> Vec<Play> {
        self.drained += self.plays.len();
        std::mem::take(&mut self.plays)
    }

    /// Frames that arrived since this was last asked; neither they nor their delays are kept.
    pub(crate) fn drain_heard(&mut self) -> Vec<Heard> {
        self.delays.clear();
        std::mem::take(&mut self.heard)
    }

    /// Frames that arrived, each time they did.
    pub(crate) fn heard(&self) -> &[Heard] {
        &self.heard
    }

    /// How long each played frame had waited in the buffer, in milliseconds.
    pub(crate) fn delays(&self) -> &[(Instant, f64)] {
        &self.delays
    }

    /// A packet of the slot's stream.
    pub(crate) fn handle_packet(
        &mut self,
        now: Instant,
        payload_type: u8,
        timestamp: u32,
        payload: &[u8],
    ) {
        self.handle_timeout(now);
        if payload_type == self.types.opus {
            self.wait_for(now, timestamp, false);
            self.arrive(now, timestamp, payload);
            self.measure(now, timestamp);
        } else if Some(payload_type) == self.types.red {
            for block in red::blocks(payload).unwrap_or_default() {
                if block.payload_type == self.types.opus {
                    self.wait_for(now, timestamp.wrapping_sub(block.age), block.age > 0);
                    self.arrive(now, timestamp.wrapping_sub(block.age), block.payload);
                }
            }
            self.measure(now, timestamp);
        }
    }

    /// Time has come to `now`: plays what is due.
    pub(crate) fn handle_timeout(&mut self, now: Instant) {
        while let Some(at) = self.block_at.filter(|at| *at <= now) {
            self.block_at = Some(at + BLOCK);
            let play = self.block(at);
            self.log(at, play);
        }
    }

    /// Learns from a copy of what was lost how long such copies take.
    fn wait_for(&mut self, now: Instant, timestamp: u32, copy: bool) {
        let position = self.clock.extended(timestamp);
        if self.came.contains(&position) {
            return;
        }
        self.came.push_back(position);
        if self.came.len() > CAME_MAX {
            self.came.pop_front();
        }
        if copy {
            self.target.handle_reordered(now, position);
        }
    }

    fn measure(&mut self, now: Instant, timestamp: u32) {
        let position = self.clock.extended(timestamp);
        self.target.handle_packet(now, position);
    }

    /// An Opus packet, alone or out of a RED packet.
    fn arrive(&mut self, now: Instant, timestamp: u32, packet: &[u8]) {
        let Some(frames) = opus::frames(packet) else { return };
        let first = self.clock.extended(timestamp) / u64::from(FRAME_TICKS);
        for (position, data) in (first..).zip(frames) {
            self.heard.extend(VoiceFrame::decoded(data).map(|frame| Heard { frame, at: now }));
            if self.next.is_none_or(|next| position >= next) {
                let speech = data.len() > SILENT_BYTES_MAX;
                self.buffer_by_position.entry(position).or_insert((speech, now));
            }
        }
        if self.buffer_by_position.len() > BUFFER_FRAMES_MAX {
            self.buffer_by_position.retain(|position, _| *position + 5 > first);
            self.next = self.buffer_by_position.keys().next().copied();
        }
        if self.next.is_none() {
            self.next = Some(first);
            self.block_at = Some(now + BLOCK);
        }
    }

    fn log(&mut self, at: Instant, play: Play) {
        let block = at.saturating_duration_since(self.start).as_millis() / BLOCK.as_millis();
        let block = usize::try_from(block).unwrap_or_default();
        let kept = block.saturating_sub(self.drained);
        if self.plays.len() < kept {
            self.plays.resize(kept, Play::Nothing);
        }
        self.plays.push(play);
    }

    /// Plays the next block.
    fn block(&mut self, at: Instant) -> Play {
        self.since_stretch += 1;
        while self.ready_ms < BLOCK_MS {
            let Some(next) = self.next else { return Play::Nothing };
            let due = self.buffer_by_position.remove(&next);
            match due {
                Some((speech, came)) => self.decode(at, next, speech, came),
                None => match self.fill(next) {
                    Some(play) => return play,
                    None => continue,
                },
            }
        }
        self.ready_ms -= BLOCK_MS;
        if self.silent { Play::Comfort } else { Play::Speech }
    }

    fn decode(&mut self, at: Instant, position: u64, speech: bool, came: Instant) {
        self.next = Some(position + 1);
        self.silent = !speech;
        self.filled_ms = 0.0;
        let waited = at.saturating_duration_since(came).as_secs_f64() * 1_000.0;
        self.delays.push((at, waited + self.ready_ms));
        self.ready_ms += FRAME_MS + self.stretch(at, position);
    }

    /// How much longer or shorter the frame is played than it was said.
    fn stretch(&mut self, at: Instant, position: u64) -> f64 {
        let low = self.target.delay_ms();
        let high = low + self.target.spread_ms() + HIGH_SLACK_MS;
        let late = self.target.lateness_ms(at, position * u64::from(FRAME_TICKS));
        let delay = late + self.ready_ms;
        let by = if delay >= FAST_TIMES * high {
            -PITCH_MS
        } else if self.since_stretch < STRETCH_BLOCKS {
            return 0.0;
        } else if delay >= high {
            -PITCH_MS
        } else if delay < low {
            PITCH_MS
        } else {
            return 0.0;
        };
        self.since_stretch = 0;
        by
    }

    /// The frame that is due is not there: something is made up, unless what was made up already
    /// covers the hole before the next frame; then that is due, and nothing is returned.
    fn fill(&mut self, next: u64) -> Option<Play> {
        let later = self.buffer_by_position.keys().next().copied();
        if let Some(later) = later {
            let hole = u32::try_from(later - next).unwrap_or(u32::MAX);
            // In silence a full buffer does not wait for the hole to be filled.
            let covered = self.filled_ms >= f64::from(hole) * FRAME_MS;
            if covered || (self.silent && self.span_ms() > self.target.delay_ms()) {
                self.next = Some(later);
                return None;
            }
        }
        self.filled_ms += BLOCK_MS;
        Some(if self.silent { Play::Comfort } else { Play::Concealed })
    }

    /// What is there to be played.
    fn span_ms(&self) -> f64 {
        let frames = u32::try_from(self.buffer_by_position.len()).unwrap_or(u32::MAX);
        f64::from(frames) * FRAME_MS + self.ready_ms
    }
}

/// RTP timestamps without their end.
#[derive(Debug, Default)]
struct Clock {
    last: Option<u64>,
}

impl Clock {
    fn extended(&mut self, timestamp: u32) -> u64 {
        const ROUND: u64 = 1 << 32;
        let Some(last) = self.last else {
            // Room below for what was said before.
            let first = ROUND + u64::from(timestamp);
            self.last = Some(first);
            return first;
        };
        let base = last & !(ROUND - 1);
        let here = base + u64::from(timestamp);
        let near = [here.saturating_sub(ROUND), here, here + ROUND];
        let near = near.into_iter().min_by_key(|place| place.abs_diff(last)).unwrap_or(here);
        self.last = Some(last.max(near));
        near
    }
}

#[cfg(test)]
mod tests;
