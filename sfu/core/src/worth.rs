//! At what rate each layer of a picture is worth sending: the rate its watchers' lines bear.
//!
//! In: what each viewer could be sent of the picture. Out: a rate for each layer.
//! Never: asks less of a layer than it takes to look better than the layer below.

use crate::packet::Layer;
use bedside_sfu_api::Bitrate;

/// What a layer takes when nothing is asked: 180, 360 and 720 lines of VP8.
pub(crate) const NOMINAL: [Bitrate; 3] =
    [Bitrate::kbps(150), Bitrate::kbps(500), Bitrate::kbps(1_500)];
/// Least and most that may be asked of a layer, in percent of that. Less shows blocks, more is
/// better spent on the next layer.
const LEAST_PERCENT: u64 = 50;
const MOST_PERCENT: u64 = 150;
/// How much a viewer's room must exceed a rate, in percent: enough for the step up to it.
const ROOM_PERCENT: u64 = 110;

/// What one viewer could be sent of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Could {
    /// The layer that fits the size shown.
    pub(crate) top: Layer,
    /// Room for the picture.
    pub(crate) room: Bitrate,
}

/// The rate to ask of a layer, if any viewer's line should decide it. The viewer with the most
/// room among those for whom this is the best layer does.
pub(crate) fn rate_of(layer: Layer, layers: usize, could: &[Could]) -> Option<Bitrate> {
    let nominal = *NOMINAL.get(layer.index())?;
    let above = NOMINAL.get(layer.index() + 1).filter(|_| layer.index() + 1 < layers);
    let bears_more = |could: &Could| {
        could.top > layer
            && above.is_some_and(|above| {
                could.room >= above.percent(LEAST_PERCENT).percent(ROOM_PERCENT)
            })
    };
    let takers = could.iter().filter(|could| could.top >= layer && !bears_more(could));
    let room = takers.map(|could| could.room).max()?;
    let rate = Bitrate::bps(room.as_bps() * 100 / ROOM_PERCENT);
    let least = nominal.percent(LEAST_PERCENT);
    if rate < least && layer.0 > 0 {
        return None;
    }
    let most = if above.is_some() { nominal.percent(MOST_PERCENT) } else { nominal };
    Some(rate.clamp(least, most))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn asked(could: &[(u8, u64)]) -> Vec<Option<u64>> {
        let could: Vec<Could> = could
            .iter()
            .map(|&(top, kbps)| Could { top: Layer(top), room: Bitrate::kbps(kbps) })
            .collect();
        (0..3).map(|n| rate_of(Layer(n), 3, &could).map(|rate| rate.as_bps() / 1_000)).collect()
    }

    #[test]
    fn a_layer_is_asked_to_fit_the_line_of_those_it_is_best_for() {
        assert_eq!(asked(&[(2, 440)]), [None, Some(400), None]);
        assert_eq!(asked(&[(2, 1_100)]), [None, None, Some(1_000)]);
        assert_eq!(asked(&[(2, 9_000)]), [None, None, Some(1_500)]);
        assert_eq!(asked(&[(2, 110)]), [Some(100), None, None]);
        assert_eq!(asked(&[(2, 20)]), [Some(75), None, None]);
        // A good line decides the highest layer, a poor one beside it the lowest.
        assert_eq!(asked(&[(2, 9_000), (2, 110)]), [Some(100), None, Some(1_500)]);
        // Drawn small, no line needs more than the lowest layer.
        assert_eq!(asked(&[(0, 9_000)]), [Some(225), None, None]);
        assert_eq!(asked(&[]), [None, None, None]);
    }

    proptest! {
        #[test]
        fn what_is_asked_lies_between_the_bounds(
            layer in 0_u8..4,
            could in proptest::collection::vec((0_u8..3, 0_u64..20_000), 0..6),
        ) {
            let could: Vec<Could> = could
                .iter()
                .map(|&(top, kbps)| Could { top: Layer(top), room: Bitrate::kbps(kbps) })
                .collect();
            if let Some(rate) = rate_of(Layer(layer), 3, &could) {
                let nominal = NOMINAL[usize::from(layer)];
                prop_assert!(rate >= nominal.percent(50) && rate <= nominal.percent(150));
            }
        }
    }
}
