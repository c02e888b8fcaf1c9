//! A minute of one person, folded of its seconds.
//!
//! In: seconds that grow old. Out: their means.
//! Never: the seconds themselves; what a minute cannot say is gone.

use super::second::Second;
use serde::{Deserialize, Serialize};

/// Seconds in a minute of the clock.
const SECONDS: i64 = 60;

/// One minute of one person.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Minute {
    /// Unix time in seconds at which it began.
    pub(super) at: i64,
    /// Seconds folded into it.
    pub(super) seconds: u16,
    /// Hundredths of a score.
    pub(super) audio_down: Mean,
    pub(super) audio_up: Mean,
    pub(super) video: Mean,
    pub(super) loss_down: Mean,
    pub(super) loss_up: Mean,
    pub(super) rtt: Mean,
    pub(super) queue_down: Mean,
    pub(super) estimate_down: Mean,
    pub(super) rate_down: Mean,
    pub(super) rate_up: Mean,
    pub(super) concealed: Mean,
    pub(super) frozen: Mean,
    pub(super) freezes: u32,
}

/// A mean that can still grow: sum and count.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Mean(u64, u16);

impl Mean {
    fn add(&mut self, value: impl Into<u64>) {
        let Self(sum, count) = self;
        *sum = sum.saturating_add(value.into());
        *count = count.saturating_add(1);
    }

    fn add_if(&mut self, value: Option<impl Into<u64>>) {
        value.into_iter().for_each(|value| self.add(value));
    }

    /// The mean, rounded; `None` of nothing.
    pub(super) fn value(self) -> Option<u32> {
        let Self(sum, count) = self;
        let half = u64::from(count / 2);
        let mean = sum.saturating_add(half).checked_div(count.into())?;
        Some(u32::try_from(mean).unwrap_or(u32::MAX))
    }
}

impl Minute {
    /// The minute of a second, still empty.
    pub(super) fn of(second: &Second) -> Self {
        Self { at: begin(second.at), ..Self::default() }
    }

    /// Whether the second is one of it.
    pub(super) fn holds(&self, second: &Second) -> bool {
        self.at == begin(second.at)
    }

    /// Folds one of its seconds into it.
    pub(super) fn fold(&mut self, second: &Second) {
        self.seconds = self.seconds.saturating_add(1);
        self.audio_down.add_if(second.audio_down().map(|mos| mos.0));
        self.audio_up.add_if(second.audio_up().map(|mos| mos.0));
        self.video.add_if(second.video());
        self.loss_down.add(second.down.loss_permille);
        self.loss_up.add(second.up.loss_permille);
        self.rtt.add_if(second.rtt_ms());
        self.queue_down.add(second.down.queue_ms);
        self.estimate_down.add_if(second.down.estimate_kbps);
        self.rate_down.add(second.down.rate_kbps);
        self.rate_up.add(second.up.rate_kbps);
        if let Some(felt) = second.felt {
            self.concealed.add_if(felt.concealed_permille);
            self.frozen.add(felt.frozen_permille);
            self.freezes = self.freezes.saturating_add(felt.freezes.into());
        }
    }

    /// How bad it was: the lower the worse. A minute without a voice or a picture is judged by
    /// what it has.
    pub(super) fn goodness(&self) -> Option<u32> {
        // A voice goes from 100 to 441, a picture from 0 to 100; both as parts of a thousand.
        let voice = self.audio_down.value().map(|mos| mos.saturating_sub(100) * 1_000 / 341);
        let picture = self.video.value().map(|points| points * 10);
        voice.into_iter().chain(picture).min()
    }
}

fn begin(second: i64) -> i64 {
    second - second.rem_euclid(SECONDS)
}
