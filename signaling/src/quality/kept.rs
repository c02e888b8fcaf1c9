//! What lasts of one person's record: spreads, sums, minutes, the trail of the ladder.
//!
//! In: seconds that grow old, reports, changes. Out: the material of the summary; as JSON, what
//! the store keeps.
//! Never: unbounded; each part has its own limit. A later version may add a field, with a
//! default.

use super::ladder::Trail;
use super::minute::Minute;
use super::second::{Line, Second};
use super::spread::Spread;
use super::standard::Judged;
use bedside_signaling_api::quality::SERIES_MINUTES_MAX;
use bedside_signaling_api::socket::{Felt, Limited, Sound};
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

/// What lasts of one person's record.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Kept {
    /// Unix seconds of the first and the last second measured.
    pub(super) first_at: Option<i64>,
    pub(super) last_at: Option<i64>,
    pub(super) seconds: u32,
    /// Of them, with the voices in thin packets.
    pub(super) thin_seconds: u32,
    pub(super) setup_ms: Option<u32>,
    pub(super) interruptions: u32,
    pub(super) interrupted_ms: u64,
    pub(super) is_signing: bool,
    pub(super) down: Way,
    pub(super) up: Way,
    pub(super) mouth_to_ear: Spread,
    pub(super) video: Spread,
    pub(super) reports: Reports,
    pub(super) judged: Judged,
    pub(super) trail: Trail,
    pub(super) minutes: VecDeque<Minute>,
}

/// One way, second by second.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Way {
    /// Hundredths of a score.
    pub(super) audio: Spread,
    pub(super) loss: Spread,
    pub(super) jitter: Spread,
    pub(super) rtt: Spread,
    pub(super) queue: Spread,
    pub(super) estimate: Spread,
    pub(super) rate: Spread,
}

/// What the page has reported, in all.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Reports {
    pub(super) span_ms: u64,
    pub(super) samples: u64,
    pub(super) concealed: u64,
    pub(super) freezes: u32,
    pub(super) frozen_ms: u64,
    pub(super) limited_by_line_ms: u64,
    pub(super) limited_by_device_ms: u64,
    pub(super) jitter_buffer: Spread,
    pub(super) frames: Spread,
    pub(super) height: Spread,
    pub(super) up_kbps: Spread,
}

impl Kept {
    /// Folds a second into everything that lasts.
    pub(super) fn fold(&mut self, second: &Second) {
        self.first_at = self.first_at.or(Some(second.at));
        self.last_at = self.last_at.max(Some(second.at));
        self.seconds = self.seconds.saturating_add(1);
        let is_thin = second.sound == Sound::Thin;
        self.thin_seconds = self.thin_seconds.saturating_add(is_thin.into());
        self.down.fold(&second.down, second.audio_down().map(|mos| mos.0));
        self.up.fold(&second.up, second.audio_up().map(|mos| mos.0));
        self.mouth_to_ear.add_if(second.mouth_to_ear_ms().filter(|_| second.down.rate_kbps > 0));
        self.video.add_if(second.video().map(u32::from));
        self.judged.fold(second);
        self.fold_into_minute(second);
    }

    fn fold_into_minute(&mut self, second: &Second) {
        if self.minutes.back().is_none_or(|minute| !minute.holds(second)) {
            if self.minutes.len() >= SERIES_MINUTES_MAX {
                self.minutes.pop_front();
            }
            self.minutes.push_back(Minute::of(second));
        }
        if let Some(minute) = self.minutes.back_mut() {
            minute.fold(second);
        }
    }
}

impl Way {
    fn fold(&mut self, line: &Line, audio: Option<u16>) {
        self.audio.add_if(audio.map(u32::from));
        self.loss.add(line.loss_permille.into());
        self.jitter.add(line.jitter_ms.into());
        self.rtt.add_if(line.rtt_ms.map(u32::from));
        self.queue.add(line.queue_ms.into());
        self.estimate.add_if(line.estimate_kbps);
        self.rate.add(line.rate_kbps);
    }
}

impl Reports {
    /// Adds a report that has been checked.
    pub(super) fn add(&mut self, felt: &Felt) {
        let span = u64::from(felt.span_ms);
        self.span_ms = self.span_ms.saturating_add(span);
        self.samples = self.samples.saturating_add(felt.samples);
        self.concealed = self.concealed.saturating_add(felt.concealed);
        self.freezes = self.freezes.saturating_add(felt.freezes);
        // Two pictures that stand still at once are one moment of standing still.
        self.frozen_ms = self.frozen_ms.saturating_add(u64::from(felt.frozen_ms).min(span));
        match felt.limited {
            Limited::None => {}
            Limited::Line => self.limited_by_line_ms = self.limited_by_line_ms.saturating_add(span),
            Limited::Device => {
                self.limited_by_device_ms = self.limited_by_device_ms.saturating_add(span);
            }
        }
        if felt.samples > 0 {
            self.jitter_buffer.add(felt.jitter_buffer_ms);
        }
        self.frames.add_if(felt.frames_per_second);
        self.height.add_if(felt.height);
        self.up_kbps.add_if(felt.up_kbps);
    }
}
