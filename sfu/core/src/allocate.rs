//! Decides which step of each picture a receiver is sent.
//!
//! In: the budget left for video, and per picture what it may be and what it costs.
//! Out: one step, or a pause, per picture; never more than the budget.
//! Never: reads a clock, sends anything, remembers anything.

use crate::packet::Layer;
use bedside_sfu_api::Bitrate;

/// A new step has to fit with this much to spare, so that an estimate which wavers does not make
/// pictures waver. Higher is calmer, lower shows better pictures.
const RAISE_PERCENT: u64 = 115;

/// Share of a layer's rate that its base temporal layer takes (libvpx's L1T3: 40 to 45 %).
const BASE_TEMPORAL_PERCENT: u64 = 45;

/// Highest temporal layer of L1T3.
pub(crate) const TEMPORAL_TOP: u8 = 2;

/// A quality of one picture: a simulcast layer, up to a temporal layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Step {
    pub(crate) layer: Layer,
    pub(crate) temporal: u8,
}

/// One picture a receiver would like to see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Want {
    /// What each layer costs, lowest first, up to the wanted one; `None` is not to be had.
    pub(crate) rates: Vec<Option<Bitrate>>,
    /// Whether frames can be left out by temporal layer.
    pub(crate) temporal: bool,
    /// What the receiver has now.
    pub(crate) current: Option<Step>,
    /// Whether it may be made better than it is now; held back after a change, so that a line
    /// has time to show what it bears.
    pub(crate) may_raise: bool,
}

/// A step and its cost.
type Rung = (Step, Bitrate);

impl Want {
    fn ladder(&self) -> Vec<Rung> {
        let layers = (0_u8..).zip(&self.rates).filter_map(|(layer, rate)| Some((layer, (*rate)?)));
        let mut ladder: Vec<Rung> = layers
            .map(|(layer, rate)| (Step { layer: Layer(layer), temporal: TEMPORAL_TOP }, rate))
            .collect();
        if let (true, Some(&(step, rate))) = (self.temporal, ladder.first()) {
            let base = Step { temporal: 0, ..step };
            ladder.insert(0, (base, rate.percent(BASE_TEMPORAL_PERCENT)));
        }
        ladder
    }

    /// What a rung must fit into: more than its cost, when it is above what flows now.
    fn demand(&self, rung: Rung) -> Bitrate {
        if Some(rung.0) > self.current { rung.1.percent(RAISE_PERCENT) } else { rung.1 }
    }
}

/// Fills the budget rung by rung, the lowest of every picture before a higher of any; among
/// equals the first in the list.
pub(crate) fn allocate(budget: Bitrate, wants: &[Want]) -> Vec<Option<Step>> {
    let ladders: Vec<Vec<Rung>> = wants.iter().map(Want::ladder).collect();
    let mut given: Vec<Option<Rung>> = vec![None; wants.len()];
    let mut left = budget;
    let rungs = ladders.iter().map(Vec::len).max().unwrap_or_default();
    for height in 0..rungs {
        for ((want, ladder), given) in wants.iter().zip(&ladders).zip(&mut given) {
            let below = height.checked_sub(1).and_then(|under| ladder.get(under));
            let Some(&rung) = ladder.get(height) else { continue };
            if below.map(|rung| rung.0) != given.map(|rung| rung.0) {
                continue; // a lower rung did not fit
            }
            let spent = given.map_or(Bitrate::ZERO, |rung| rung.1);
            let raise = Some(rung.0) > want.current;
            if left + spent >= want.demand(rung) && (want.may_raise || !raise) {
                left = (left + spent).saturating_sub(rung.1);
                *given = Some(rung);
            }
        }
    }
    given.into_iter().map(|rung| rung.map(|rung| rung.0)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn camera(current: Option<Step>) -> Want {
        let rates = [150, 500, 1_500].map(|kbps| Some(Bitrate::kbps(kbps))).into();
        Want { rates, temporal: true, current, may_raise: true }
    }

    fn step(layer: u8, temporal: u8) -> Option<Step> {
        Some(Step { layer: Layer(layer), temporal })
    }

    #[test]
    fn lowest_layers_of_all_come_before_a_higher_of_one() {
        let wants = [camera(None), camera(None)];
        let given = |kbps| allocate(Bitrate::kbps(kbps), &wants);
        assert_eq!(given(50), [None, None]);
        assert_eq!(given(100), [step(0, 0), None]);
        assert_eq!(given(170), [step(0, 0), step(0, 0)]);
        assert_eq!(given(350), [step(0, 2), step(0, 2)]);
        assert_eq!(given(800), [step(1, 2), step(0, 2)]);
        assert_eq!(given(4_000), [step(2, 2), step(2, 2)]);
    }

    #[test]
    fn a_step_up_needs_more_room_than_staying() {
        let up = allocate(Bitrate::kbps(520), &[camera(step(0, 2))]);
        assert_eq!(up, [step(0, 2)]);
        let stay = allocate(Bitrate::kbps(520), &[camera(step(1, 2))]);
        assert_eq!(stay, [step(1, 2)]);
        let held = Want { may_raise: false, ..camera(step(0, 2)) };
        assert_eq!(allocate(Bitrate::kbps(5_000), &[held]), [step(0, 2)]);
    }

    #[test]
    fn a_layer_that_is_not_to_be_had_is_passed_over() {
        let mut want = camera(None);
        want.rates[1] = None;
        assert_eq!(allocate(Bitrate::kbps(900), &[want.clone()]), [step(0, 2)]);
        assert_eq!(allocate(Bitrate::kbps(2_000), &[want]), [step(2, 2)]);
    }

    fn any_want() -> impl Strategy<Value = Want> {
        let rate = proptest::option::of((1_u64..3_000).prop_map(Bitrate::kbps));
        let current = proptest::option::of((0_u8..3, 0_u8..3))
            .prop_map(|step| step.map(|(layer, temporal)| Step { layer: Layer(layer), temporal }));
        (proptest::collection::vec(rate, 0..4), any::<bool>(), current, any::<bool>()).prop_map(
            |(rates, temporal, current, may_raise)| Want { rates, temporal, current, may_raise },
        )
    }

    proptest! {
        #[test]
        fn never_more_than_the_budget(
            kbps in 0_u64..10_000,
            wants in proptest::collection::vec(any_want(), 0..8),
        ) {
            let budget = Bitrate::kbps(kbps);
            let given = allocate(budget, &wants);
            prop_assert_eq!(given.len(), wants.len());
            let spent: Bitrate = wants.iter().zip(&given).filter_map(|(want, step)| {
                let step = (*step)?;
                want.ladder().into_iter().find(|rung| rung.0 == step).map(|rung| rung.1)
            }).sum();
            prop_assert!(spent <= budget);
            for (want, step) in wants.iter().zip(&given) {
                prop_assert!(want.may_raise || *step <= want.current);
            }
        }
    }
}
