//! What a page says it has counted, before it is believed.
//!
//! In: one report. Out: the same within what a browser can count, or that it cannot be one.
//! Never: trusts a number because a browser sent it; a made-up report can only spoil its own
//! person's record.

#[cfg(test)]
mod tests;

use bedside_signaling_api::socket::Felt;

/// Longest time one report may be of. A hidden tab's timers come once a minute; what is of a
/// longer time, as after a lid was closed, says nothing about any moment.
const SPAN_MS_MAX: u32 = 90_000;
/// Samples a millisecond of each voice (WebRTC decodes Opus at 48 kHz).
const SAMPLES_A_MS: u64 = 48;
/// Voices that can play at once, and half as many again for a clock that ran on.
const VOICES_MAX: u64 = 24;
/// Longest wait in a jitter buffer that is believed; NetEq holds less than half of it.
const JITTER_BUFFER_MS_MAX: u32 = 10_000;
/// Pictures that can stand still at once, for the time they stand still in all.
const PICTURES_MAX: u32 = 32;
/// A freeze lasts 150 ms at least (webrtc-stats, `freezeCount`), so no more fit into a second.
const FREEZES_A_SECOND_MAX: u32 = 7 * PICTURES_MAX;
/// More frames a second than any camera or screen has.
const FRAMES_MAX: u32 = 240;
/// More lines than any picture has (8K, upright).
const HEIGHT_MAX: u32 = 7_680;
/// More than any line carries: ten gigabits a second.
const KBPS_MAX: u32 = 10_000_000;

/// No browser can have counted that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Absurd;

/// The report with every number in its bounds; `None` when it is of too long a time to be of
/// use.
pub(crate) fn check(felt: Felt) -> Result<Option<Felt>, Absurd> {
    if felt.span_ms > SPAN_MS_MAX {
        return Ok(None);
    }
    let samples_max = u64::from(felt.span_ms) * SAMPLES_A_MS * VOICES_MAX;
    if felt.span_ms == 0 || felt.samples > samples_max {
        return Err(Absurd);
    }
    Ok(Some(Felt {
        concealed: felt.concealed.min(felt.samples),
        jitter_buffer_ms: felt.jitter_buffer_ms.min(JITTER_BUFFER_MS_MAX),
        freezes: felt.freezes.min(felt.span_ms.saturating_mul(FREEZES_A_SECOND_MAX) / 1_000),
        frozen_ms: felt.frozen_ms.min(felt.span_ms.saturating_mul(PICTURES_MAX)),
        frames_per_second: felt.frames_per_second.map(|frames| frames.min(FRAMES_MAX)),
        height: felt.height.map(|height| height.min(HEIGHT_MAX)),
        up_kbps: felt.up_kbps.map(|kbps| kbps.min(KBPS_MAX)),
        ..felt
    }))
}
