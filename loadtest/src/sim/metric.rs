//! What is measured of a simulated visit, and how exactly.
//!
//! In: the record of a visit, whom and which span it is about. Out: a number, or nothing where it
//! cannot be measured; that is a failure, never a pass.
//! Never: says what the number should be; that is the scenario's goal.

mod line;
mod picture;
mod sound;

use super::record::Record;
use std::time::Duration;

/// A measurement: what, of whom, over which span (from the first word).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Metric {
    /// What is measured.
    pub(crate) what: What,
    /// Of whom: the listener, the viewer.
    pub(crate) who: usize,
    /// From when.
    pub(crate) from: Duration,
    /// Until when.
    pub(crate) until: Duration,
}

/// What can be measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum What {
    /// Seconds from the start of the span to the last instant in it at which the queue of the way
    /// down was longer than 150 ms (to 20 ms exactly).
    QueueSettles,
    /// The same of the way up.
    UplinkSettles,
    /// Seconds of voice that came later than 400 ms after they had left the browser of who spoke,
    /// over all voices the person should have heard. Waiting in the server, to be packed with
    /// others, is in it; waiting for that in the speaker's own browser is not.
    VoiceLate,
    /// Frames of voice that left in the span and never came in any packet.
    VoiceLost,
    /// Percent of the frames that left in the span that never came, or later than 400 ms.
    VoiceResidual,
    /// 95th percentile of the time from leaving to coming, of the frames that came, in milliseconds;
    /// of the worst voice.
    VoiceDelay,
    /// Percent of the time in which a voice should have been heard and something made up was
    /// played instead, by the model of NetEq; all voices together.
    Concealed,
    /// The longest run of made-up sound, in milliseconds; of the worst voice.
    LongestGap,
    /// Milliseconds from the start of the span to the first sound of a voice after it.
    VoiceBack,
    /// Mean time a frame waited in the jitter buffer, in milliseconds (`jitterBufferDelay`).
    JitterBuffer,
    /// Seconds from the start of the span until a picture is shown that is as tall as the one
    /// shown most in the two seconds before `cut`.
    LayerBack {
        /// When the line became bad.
        cut: Duration,
    },
    /// How often the picture was made worse, or paused, in the thirty seconds after it was back.
    SwitchesDown {
        /// When the line became bad.
        cut: Duration,
    },
    /// Changes of what is decided for any picture (its layer, how it moves, a pause), a minute.
    Switches,
    /// Percent of the span in which the largest layer was shown.
    TopShown,
    /// Payload bits a second of pictures that were shown, in kbit/s.
    VideoRate,
    /// Pictures shown a second.
    FrameRate,
    /// Median height of the pictures shown, each weighing the time it stood; zero when none was.
    Height,
    /// How often a picture froze, as getStats counts it (`freezeCount`).
    Freezes,
    /// How long pictures stood frozen in all, in seconds (`totalFreezesDuration`).
    Frozen,
    /// Seconds to the first picture.
    FirstPicture,
    /// Percent of what the way down could have carried that it did carry, all headers included.
    Used,
    /// RTP that carried nothing new, in kbit/s: padding, probes, what had come before.
    Padding,
    /// Percent of the seconds in which the estimate of the way down was within 15 percent of the
    /// line, of those in which the person wanted more than the line carries.
    EstimateTrue,
    /// Seconds from the start of the span until the estimate of the way down is within 15 percent
    /// of the line, or beyond what is wanted.
    EstimateFollows,
    /// Seconds from the start of the span until the estimate of the way down is 80 percent of what
    /// is wanted at least.
    EstimateBack,
}

/// Whether more is worse, where no goal says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Worse {
    /// Larger numbers are worse.
    More,
    /// Smaller numbers are worse.
    Less,
}

impl What {
    /// What it is called.
    #[must_use]
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::QueueSettles => "queue under 150 ms for good",
            Self::UplinkSettles => "uplink queue under 150 ms for good",
            Self::VoiceLate => "voice over 400 ms late",
            Self::VoiceLost => "voice lost",
            Self::VoiceResidual => "voice lost or late",
            Self::VoiceDelay => "voice delay, p95",
            Self::Concealed => "voice concealed",
            Self::LongestGap => "longest gap of a voice",
            Self::VoiceBack => "voice back",
            Self::JitterBuffer => "jitter buffer delay",
            Self::LayerBack { .. } => "former layer back",
            Self::SwitchesDown { .. } => "switches down in the 30 s after",
            Self::Switches => "switches a minute",
            Self::TopShown => "top layer shown",
            Self::VideoRate => "video shown",
            Self::FrameRate => "frame rate",
            Self::Height => "height",
            Self::Freezes => "freezes",
            Self::Frozen => "frozen",
            Self::FirstPicture => "first picture",
            Self::Used => "line used",
            Self::Padding => "nothing new sent",
            Self::EstimateTrue => "estimate within 15 %",
            Self::EstimateFollows => "estimate true again",
            Self::EstimateBack => "estimate at 80 % of wanted",
        }
    }

    /// Its unit.
    #[must_use]
    pub(crate) const fn unit(self) -> &'static str {
        match self {
            Self::QueueSettles
            | Self::UplinkSettles
            | Self::VoiceLate
            | Self::LayerBack { .. }
            | Self::Frozen
            | Self::FirstPicture
            | Self::EstimateFollows
            | Self::EstimateBack => "s",
            Self::VoiceLost => "frames",
            Self::VoiceDelay | Self::LongestGap | Self::VoiceBack | Self::JitterBuffer => "ms",
            Self::VoiceResidual
            | Self::Concealed
            | Self::TopShown
            | Self::Used
            | Self::EstimateTrue => "%",
            Self::SwitchesDown { .. } | Self::Freezes => "",
            Self::Switches => "/min",
            Self::VideoRate | Self::Padding => "kbit/s",
            Self::FrameRate => "/s",
            Self::Height => "lines",
        }
    }

    /// Which numbers are worse.
    #[must_use]
    pub(crate) const fn worse(self) -> Worse {
        match self {
            Self::TopShown
            | Self::VideoRate
            | Self::FrameRate
            | Self::Height
            | Self::Used
            | Self::EstimateTrue => Worse::Less,
            Self::QueueSettles
            | Self::UplinkSettles
            | Self::VoiceLate
            | Self::VoiceLost
            | Self::VoiceResidual
            | Self::VoiceDelay
            | Self::Concealed
            | Self::LongestGap
            | Self::VoiceBack
            | Self::JitterBuffer
            | Self::LayerBack { .. }
            | Self::SwitchesDown { .. }
            | Self::Switches
            | Self::Freezes
            | Self::Frozen
            | Self::FirstPicture
            | Self::Padding
            | Self::EstimateFollows
            | Self::EstimateBack => Worse::More,
        }
    }
}

impl Metric {
    /// What it is called in the scoreboard: what, of whom, and when.
    #[must_use]
    pub(crate) fn label(&self) -> String {
        let who = if self.who == 0 { String::new() } else { format!(", person {}", self.who + 1) };
        let (from, until) = (self.from.as_secs(), self.until.as_secs());
        format!("{}{who}, {from}–{until} s", self.what.name())
    }

    /// Measures it.
    pub(crate) fn measure(&self, record: &Record) -> Option<f64> {
        if !record.faults.is_empty() {
            return None;
        }
        match self.what {
            What::QueueSettles => line::settles(record, self, |seat| &seat.down),
            What::UplinkSettles => line::settles(record, self, |seat| &seat.up),
            What::Used => line::used(record, self),
            What::Padding => line::padding(record, self),
            What::EstimateTrue => line::estimate_true(record, self),
            What::EstimateFollows => line::estimate_follows(record, self),
            What::EstimateBack => line::estimate_back(record, self),
            What::VoiceLate => sound::late(record, self),
            What::VoiceLost => sound::lost(record, self),
            What::VoiceResidual => sound::residual(record, self),
            What::VoiceDelay => sound::delay(record, self),
            What::Concealed => sound::concealed(record, self),
            What::LongestGap => sound::longest_gap(record, self),
            What::VoiceBack => sound::back(record, self),
            What::JitterBuffer => sound::jitter_buffer(record, self),
            What::LayerBack { cut } => picture::back(record, self, cut),
            What::SwitchesDown { cut } => picture::switches_down(record, self, cut),
            What::Switches => picture::switches(record, self),
            What::TopShown => picture::top_shown(record, self),
            What::VideoRate => picture::rate(record, self),
            What::FrameRate => picture::frame_rate(record, self),
            What::Height => picture::height(record, self),
            What::Freezes => picture::freezes(record, self),
            What::Frozen => picture::frozen(record, self),
            What::FirstPicture => picture::first(record, self),
        }
    }

    /// Whether a time is in the span.
    fn covers(&self, at: Duration) -> bool {
        (self.from..self.until).contains(&at)
    }

    /// How long the span is, in seconds.
    fn seconds(&self) -> f64 {
        self.until.saturating_sub(self.from).as_secs_f64()
    }
}

#[cfg(test)]
mod tests;
