//! How a picture was: 0 (none) to 100 (as wanted).
//!
//! In: what was wanted and given of it, how many frames came, how long it stood still. Out:
//! points.
//! Never: a look at the picture; blur, darkness and grain are not seen here.
//!
//! Of 100 points each layer short of what was wanted takes `POINTS_A_LAYER`, and few frames take
//! what `FRAMES` says; what is left counts for the share of time it did not stand still. That
//! frames weigh more than lines is the advice of EN 301 549, 6.5: lower resolution disturbs less
//! than a lower frame rate, 20 frames a second are good, 12 usable with limits. The numbers
//! themselves are chosen and were not tried on people; they order seconds of one visit well and
//! are no opinion score.

#[cfg(test)]
mod tests;

use bedside_signaling_api::socket::Motion;

/// What half the lines take.
const POINTS_A_LAYER: u32 = 15;
/// From so many frames a second on, so many points are taken; the first line that fits counts.
const FRAMES: [(u32, u32); 5] = [(20, 0), (15, 10), (12, 20), (5, 45), (0, 60)];
/// The same where somebody signs: below 12 frames hands cannot be read.
const FRAMES_SIGNING: [(u32, u32); 5] = [(20, 0), (15, 20), (12, 40), (5, 65), (0, 70)];

/// One picture in one second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shown {
    /// The layer wanted.
    pub(super) wanted: u8,
    /// The layer given.
    pub(super) given: Option<u8>,
    /// How much it moved, as the server sent it.
    pub(super) motion: Motion,
    /// Frames a second, as the page counted them.
    pub(super) frames_per_second: Option<u32>,
    /// Time it stood still, of a thousand.
    pub(super) frozen_permille: u32,
    /// Whether somebody signs.
    pub(super) signing: bool,
    /// A screen stands still when nobody scrolls; its frames say nothing.
    pub(super) is_screen: bool,
}

/// Its points.
pub(super) fn score(shown: Shown) -> u8 {
    let Some(given) = shown.given else { return 0 };
    let layers = u32::from(shown.wanted.saturating_sub(given)).saturating_mul(POINTS_A_LAYER);
    let frames = if shown.is_screen { 0 } else { taken_for_frames(shown) };
    let left = 100_u32.saturating_sub(layers).saturating_sub(frames);
    let moving = 1_000_u32.saturating_sub(shown.frozen_permille);
    u8::try_from(left.saturating_mul(moving) / 1_000).unwrap_or(100)
}

fn taken_for_frames(shown: Shown) -> u32 {
    let frames = shown.frames_per_second.unwrap_or_else(|| frames_sent(shown.motion));
    let table = if shown.signing { FRAMES_SIGNING } else { FRAMES };
    let fits = table.into_iter().find(|(least, _)| frames >= *least);
    fits.map_or(100, |(_, points)| points)
}

/// What the server sends of a camera of 25 to 30 frames a second (the temporal layers of L1T3).
pub(super) const fn frames_sent(motion: Motion) -> u32 {
    match motion {
        Motion::Full => 25,
        Motion::Half => 12,
        Motion::Slow => 6,
        Motion::Still => 0,
    }
}
