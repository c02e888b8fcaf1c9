//! One second of one person: what was measured, and what follows from it.
//!
//! In: the media plane's sample, the page's report, what was delivered. Out: the same, packed,
//! with scores computed when they are asked for.
//! Never: more than a hundred bytes or so; 900 of them are kept of each person.

use super::audio::{self, Mos};
use super::video::{self, Shown};
use crate::media::kbps;
use bedside_sfu_api::{Leg, QualitySample};
use bedside_signaling_api::socket::{Cause, Felt, Limited, Motion, Sound};

/// How long a sound waits in a jitter buffer, in milliseconds, where the page has not said:
/// what NetEq holds on a quiet line.
const JITTER_BUFFER_GUESS_MS: u32 = 40;

/// One second of one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Second {
    /// Unix time in seconds.
    pub(super) at: i64,
    pub(super) down: Line,
    pub(super) up: Line,
    pub(super) wanted_kbps: u32,
    pub(super) given_kbps: u32,
    /// From the mouth of the farthest other person to the server.
    pub(super) far_ms: Option<u16>,
    /// How the voices go to the person.
    pub(super) sound: Sound,
    /// How the person's own voice is asked for.
    pub(super) voice: Sound,
    /// Whether somebody signs on the person's screen.
    pub(super) signing: bool,
    pub(super) picture: Option<Picture>,
    pub(super) felt: Option<FeltSecond>,
}

/// One second of one way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) loss_permille: u16,
    pub(super) jitter_ms: u16,
    pub(super) queue_ms: u16,
    pub(super) rtt_ms: Option<u16>,
    pub(super) estimate_kbps: Option<u32>,
    pub(super) rate_kbps: u32,
}

/// The largest picture the page wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Picture {
    pub(super) wanted: u8,
    pub(super) given: Option<u8>,
    pub(super) motion: Motion,
    pub(super) cause: Cause,
    pub(super) is_screen: bool,
}

/// A page's report, spread over the seconds it is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FeltSecond {
    /// `None` where no voice played.
    pub(super) concealed_permille: Option<u16>,
    pub(super) jitter_buffer_ms: u16,
    /// Those of the whole report stand with its last second.
    pub(super) freezes: u16,
    pub(super) frozen_permille: u16,
    pub(super) frames_per_second: Option<u16>,
    pub(super) height: Option<u16>,
    pub(super) up_kbps: Option<u32>,
    pub(super) limited: Limited,
}

impl Second {
    /// What the server measured; nothing of pictures or of the page is known yet.
    pub(super) fn measured(at: i64, sample: &QualitySample) -> Self {
        Self {
            at,
            down: Line::of(&sample.down),
            up: Line::of(&sample.up),
            wanted_kbps: kbps(sample.wanted),
            given_kbps: kbps(sample.given),
            far_ms: None,
            sound: crate::media::page_sound(sample.sound),
            voice: Sound::Plain,
            signing: false,
            picture: None,
            felt: None,
        }
    }

    /// The person's round trip to the server: both ways measure the same.
    pub(super) fn rtt_ms(&self) -> Option<u16> {
        self.down.rtt_ms.or(self.up.rtt_ms)
    }

    /// From the farthest other mouth to this ear; `None` before the round trip was measured.
    pub(super) fn mouth_to_ear_ms(&self) -> Option<u32> {
        let waits = match self.felt {
            Some(felt) if felt.concealed_permille.is_some() => u32::from(felt.jitter_buffer_ms),
            Some(_) | None => JITTER_BUFFER_GUESS_MS.max(2 * u32::from(self.down.jitter_ms)),
        };
        let own = u32::from(self.rtt_ms()?) / 2;
        let far = self.far_ms.map(u32::from).unwrap_or_default();
        Some(far + own + waits + audio::packet_delay_ms(self.sound))
    }

    /// What was missing of the voices: as the page counted, or as the losses lead to.
    pub(super) fn missing_permille(&self) -> u32 {
        let counted = self.felt.and_then(|felt| felt.concealed_permille).map(u32::from);
        let lost = u32::from(self.down.loss_permille);
        counted.unwrap_or_else(|| audio::residual_permille(lost, self.sound))
    }

    /// How the others' voices came; `None` where nothing flowed or the delay is not known.
    pub(super) fn audio_down(&self) -> Option<Mos> {
        if self.down.rate_kbps == 0 {
            return None;
        }
        Some(audio::score(self.mouth_to_ear_ms()?, self.missing_permille(), self.sound))
    }

    /// How the person's own voice reached the server.
    pub(super) fn audio_up(&self) -> Option<Mos> {
        if self.up.rate_kbps == 0 {
            return None;
        }
        let delay = u32::from(self.rtt_ms()?) / 2 + audio::packet_delay_ms(self.voice);
        let lost = audio::residual_permille(u32::from(self.up.loss_permille), self.voice);
        Some(audio::score(delay, lost, self.voice))
    }

    /// Frames a second, as the page counted them: none where it has reported and named no
    /// picture. `None` where it has not reported.
    pub(super) fn frames_counted(&self) -> Option<u32> {
        self.felt.map(|felt| felt.frames_per_second.map(u32::from).unwrap_or_default())
    }

    /// How the largest picture was; `None` where none was wanted.
    pub(super) fn video(&self) -> Option<u8> {
        let picture = self.picture?;
        Some(video::score(Shown {
            wanted: picture.wanted,
            given: picture.given,
            motion: picture.motion,
            frames_per_second: self.frames_counted(),
            frozen_permille: self.felt.map_or(0, |felt| u32::from(felt.frozen_permille)),
            signing: self.signing,
            is_screen: picture.is_screen,
        }))
    }
}

impl Picture {
    /// Whether frames of it must come. A still comes every few seconds, a paused picture not at
    /// all, and a screen when somebody scrolls.
    pub(super) fn must_move(&self) -> bool {
        self.given.is_some() && self.motion != Motion::Still && !self.is_screen
    }
}

impl Line {
    fn of(leg: &Leg) -> Self {
        Self {
            loss_permille: leg.loss_permille.min(1_000),
            jitter_ms: leg.jitter_ms,
            queue_ms: leg.queue_ms,
            rtt_ms: leg.rtt_ms,
            estimate_kbps: leg.estimate.map(kbps),
            rate_kbps: kbps(leg.rate),
        }
    }
}

impl FeltSecond {
    /// What one report says of each second it is of, its freezes left out.
    pub(super) fn of(felt: &Felt) -> Self {
        let narrow = |value: u32| u16::try_from(value).unwrap_or(u16::MAX);
        let frozen = felt.frozen_ms.saturating_mul(1_000).checked_div(felt.span_ms);
        Self {
            concealed_permille: permille(felt.concealed, felt.samples).map(narrow),
            jitter_buffer_ms: narrow(felt.jitter_buffer_ms),
            freezes: 0,
            frozen_permille: narrow(frozen.unwrap_or_default().min(1_000)),
            frames_per_second: felt.frames_per_second.map(narrow),
            height: felt.height.map(narrow),
            up_kbps: felt.up_kbps,
            limited: felt.limited,
        }
    }
}

/// Of a thousand parts; `None` of nothing.
pub(super) fn permille(part: u64, whole: u64) -> Option<u32> {
    let share = part.saturating_mul(1_000).checked_div(whole)?;
    Some(u32::try_from(share).unwrap_or(u32::MAX).min(1_000))
}
