//! What a browser spends its uplink on: the voice first, then simulcast layers from below.
//!
//! In: its own estimate, what the server finds worth sending. Out: a rate a layer, or nothing.
//! Never: more than the estimate, but for the voice.

use crate::sim::camera::LAYERS;
use bedside_sfu_api::{Bitrate, LayerWorth};

/// The least a layer is worth encoding with, and what it takes at most: libwebrtc's table for
/// VP8 at 180, 360 and 720 lines, with the most that our own page sets.
const LEAST: [Bitrate; LAYERS] = [Bitrate::kbps(30), Bitrate::kbps(150), Bitrate::kbps(600)];
const MOST: [Bitrate; LAYERS] = [Bitrate::kbps(150), Bitrate::kbps(500), Bitrate::kbps(1_500)];
/// A layer that was off has to fit with this much to spare (libwebrtc's bit rate hysteresis).
const RETURN_PERCENT: u64 = 120;

/// Worth of every layer before the server has said anything.
pub(crate) const ALL: [LayerWorth; LAYERS] = [LayerWorth { watched: true, rate_max: None }; LAYERS];

/// The most each layer may take.
pub(crate) fn most(worth: &[LayerWorth]) -> impl Iterator<Item = Bitrate> {
    let layers = worth.iter().zip(MOST);
    layers.map(|(worth, most)| worth.rate_max.map_or(most, |max| max.min(most)).max(LEAST[0]))
}

/// The least and the most of each layer, or nothing where nobody watches.
fn ranges(worth: &[LayerWorth]) -> [Option<(Bitrate, Bitrate)>; LAYERS] {
    let mut ranges = [None; LAYERS];
    let limits = LEAST.into_iter().zip(most(worth));
    for ((range, worth), (least, most)) in ranges.iter_mut().zip(worth).zip(limits) {
        *range = worth.watched.then_some((least.min(most), most));
    }
    ranges
}

/// Shares the estimate out. `before` is what each layer had.
pub(crate) fn share(
    estimate: Bitrate,
    voice: Bitrate,
    worth: &[LayerWorth],
    before: [Option<Bitrate>; LAYERS],
) -> [Option<Bitrate>; LAYERS] {
    let mut left = estimate.saturating_sub(voice);
    let mut shares = [None; LAYERS];
    let layers = ranges(worth).into_iter().zip(before);
    for (share, (range, before)) in shares.iter_mut().zip(layers) {
        let Some((least, most)) = range else { continue };
        let need = if before.is_some() { least } else { least.percent(RETURN_PERCENT) };
        if left < need {
            // A higher layer is dearer still.
            break;
        }
        let rate = left.min(most);
        left = left.saturating_sub(rate);
        *share = Some(rate);
    }
    shares
}

/// How much would be sent if the line had it.
pub(crate) fn wanted(voice: Bitrate, worth: &[LayerWorth]) -> Bitrate {
    let most: Bitrate = ranges(worth).into_iter().flatten().map(|range| range.1).sum();
    most + voice
}

/// Up to what rate it is worth filling the line with nothing, so that the estimate can grow into
/// the layer that does not fit yet: as libwebrtc pads.
pub(crate) fn look(voice: Bitrate, worth: &[LayerWorth]) -> Bitrate {
    let ranges: Vec<(Bitrate, Bitrate)> = ranges(worth).into_iter().flatten().collect();
    ranges.split_last().map_or(Bitrate::ZERO, |(top, lower)| {
        let lower: Bitrate = lower.iter().map(|range| range.1).sum();
        voice + lower + top.0.percent(RETURN_PERCENT)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const VOICE: Bitrate = Bitrate::kbps(40);
    const OFF: LayerWorth = LayerWorth { watched: false, rate_max: None };

    fn kbps(rates: [Option<Bitrate>; 3]) -> [u64; 3] {
        rates.map(|rate| rate.map_or(0, |rate| rate.as_bps() / 1_000))
    }

    #[test]
    fn a_poor_uplink_gives_up_the_top_first_and_the_voice_never() {
        let flows = [Some(Bitrate::kbps(30)); 3];
        let given = |estimate| kbps(share(Bitrate::kbps(estimate), VOICE, &ALL, flows));
        assert_eq!(given(3_000), [150, 500, 1_500]);
        assert_eq!(given(1_400), [150, 500, 710]);
        assert_eq!(given(1_200), [150, 500, 0]);
        assert_eq!(given(300), [150, 0, 0]);
        assert_eq!(given(80), [40, 0, 0]);
        assert_eq!(given(60), [0, 0, 0]);
    }

    #[test]
    fn a_layer_comes_back_later_than_it_goes() {
        let given = |before| kbps(share(Bitrate::kbps(1_300), VOICE, &ALL, before))[2];
        assert_eq!(given([None; 3]), 0);
        assert_eq!(given([None, None, Some(Bitrate::kbps(600))]), 610);
    }

    #[test]
    fn what_nobody_watches_costs_nothing_and_a_limit_is_kept() {
        let top = LayerWorth { watched: true, rate_max: Some(Bitrate::kbps(850)) };
        let rates = share(Bitrate::kbps(3_000), VOICE, &[OFF, OFF, top], [None; 3]);
        assert_eq!(kbps(rates), [0, 0, 850]);
        assert_eq!(share(Bitrate::kbps(3_000), VOICE, &[OFF; 3], [None; 3]), [None; 3]);
        assert_eq!(wanted(VOICE, &[OFF, OFF, top]), Bitrate::kbps(890));
        assert_eq!(wanted(VOICE, &[OFF; 3]), VOICE);
        assert_eq!(wanted(VOICE, &ALL), Bitrate::kbps(2_190));
        assert_eq!(look(VOICE, &ALL), Bitrate::kbps(1_410));
        assert_eq!(look(VOICE, &[OFF; 3]), Bitrate::ZERO);
    }
}
