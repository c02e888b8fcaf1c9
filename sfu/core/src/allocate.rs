//! Decides which step of each picture a receiver is sent.
//!
//! In: the budget left for video, and per picture what it may be and what it costs.
//! Out: one step, or a pause, per picture; never more than the budget.
//! Never: reads a clock, sends anything, remembers anything.

use crate::packet::Layer;
use bedside_sfu_api::{Bitrate, Motion};
use smallvec::SmallVec;

/// A new step has to fit with this much to spare, so that an estimate which wavers does not make
/// pictures waver. Higher is calmer, lower shows better pictures.
const RAISE_PERCENT: u64 = 106;

/// Share of a layer's rate that its base temporal layer takes (libvpx's L1T3: 40 to 45 %), and
/// the base with the middle one.
const SLOW_PERCENT: u64 = 45;
const HALF_PERCENT: u64 = 65;

/// What a still takes: a keyframe of the lowest layer every few seconds.
const STILL: Bitrate = Bitrate::kbps(16);

/// Layers of a picture as browsers send them, and the steps there are of these at most.
const LAYERS: usize = 3;
const RUNGS: usize = 8;

/// A quality of one picture: a simulcast layer, and how many of its frames.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Step {
    pub(crate) layer: Layer,
    pub(crate) motion: Motion,
}

impl Step {
    /// All of a layer.
    pub(crate) const fn full(layer: Layer) -> Self {
        Self { layer, motion: Motion::Full }
    }
}

/// What the way to a receiver bears.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Budget {
    /// Now.
    pub(crate) now: Bitrate,
    /// The least of the last moments; what is new has to fit this.
    pub(crate) steady: Bitrate,
}

/// What each layer of a picture costs.
pub(crate) type Rates = SmallVec<[Option<Bitrate>; LAYERS]>;

/// Something of each picture of a visit of eight; of a larger one, a decision takes memory.
pub(crate) type Each<T> = SmallVec<[T; 8]>;

/// One picture a receiver would like to see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Want {
    /// What each layer costs, lowest first, up to the wanted one; `None` is not to be had.
    pub(crate) rates: Rates,
    /// Whether frames can be left out by temporal layer.
    pub(crate) temporal: bool,
    /// Whether a new picture every few seconds serves, where nothing better fits.
    pub(crate) still: bool,
    /// Somebody signs: a larger picture of fewer frames is worth nothing.
    pub(crate) signing: bool,
    /// What the receiver has now.
    pub(crate) current: Option<Step>,
    /// Whether it may be made better than it is now; held back after a change, so that a line
    /// has time to show what it bears.
    pub(crate) may_raise: bool,
}

/// A step and its cost.
pub(crate) type Rung = (Step, Bitrate);

/// Steps, each with its cost.
type Ladder = SmallVec<[Rung; RUNGS]>;

impl Want {
    /// Every step it may be, from the least; each costs more than the one before.
    fn ladder(&self) -> Ladder {
        let mut ladder = Ladder::new();
        let layers = (0_u8..).zip(&self.rates).filter_map(|(layer, rate)| Some((layer, (*rate)?)));
        for (nth, (layer, rate)) in layers.enumerate() {
            let lowest = nth == 0;
            // Half the frames of a large picture are worse than all of a smaller one.
            let halves = if self.signing { 1 } else { 2 };
            let motions = [
                (Motion::Still, self.still && lowest, STILL),
                (Motion::Slow, self.temporal && lowest, rate.percent(SLOW_PERCENT)),
                (Motion::Half, self.temporal && nth < halves, rate.percent(HALF_PERCENT)),
                (Motion::Full, true, rate),
            ];
            for (motion, has, cost) in motions {
                if !has {
                    continue;
                }
                // What costs no less than something better is of no use, but to whoever has it.
                while ladder
                    .last()
                    .is_some_and(|rung| rung.1 >= cost && Some(rung.0) != self.current)
                {
                    ladder.pop();
                }
                if ladder.last().is_none_or(|rung| rung.1 < cost) {
                    ladder.push((Step { layer: Layer(layer), motion }, cost));
                }
            }
        }
        ladder
    }

    /// What a step costs.
    pub(crate) fn cost(&self, step: Step) -> Bitrate {
        let rung = self.ladder().into_iter().find(|rung| rung.0 == step);
        rung.map_or(Bitrate::ZERO, |rung| rung.1)
    }

    /// The cost of the next layer in full, if there is one above what is given.
    pub(crate) fn next(&self, given: Option<Step>) -> Option<Bitrate> {
        let better = |rung: &Rung| Some(rung.0) > given && rung.0.motion == Motion::Full;
        self.ladder().into_iter().find(better).map(|rung| rung.1)
    }

    /// Whether the rung is above what flows now.
    fn raises(&self, rung: Rung) -> bool {
        Some(rung.0) > self.current
    }
}

/// Fills the budget rung by rung, the lowest of every picture before a higher of any; among
/// equals the first in the list.
pub(crate) fn allocate(budget: Budget, wants: &[Want]) -> Each<Option<Step>> {
    let ladders: Each<Ladder> = wants.iter().map(Want::ladder).collect();
    let mut given: Each<Option<Rung>> = wants.iter().map(|_| None).collect();
    let mut left = budget.now;
    let unsteady = budget.now.saturating_sub(budget.steady);
    let rungs = ladders.iter().map(SmallVec::len).max().unwrap_or_default();
    for height in 0..rungs {
        for ((want, ladder), given) in wants.iter().zip(&ladders).zip(&mut given) {
            let below = height.checked_sub(1).and_then(|under| ladder.get(under));
            let Some(&rung) = ladder.get(height) else { continue };
            if below.map(|rung| rung.0) != given.map(|rung| rung.0) {
                continue; // a lower rung did not fit
            }
            let room = left + given.map_or(Bitrate::ZERO, |rung| rung.1);
            let fits = if want.raises(rung) {
                want.may_raise && room >= rung.1.percent(RAISE_PERCENT) + unsteady
            } else {
                room >= rung.1
            };
            if fits {
                left = room.saturating_sub(rung.1);
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

    fn allocate(budget: Budget, wants: &[Want]) -> Vec<Option<Step>> {
        super::allocate(budget, wants).into_vec()
    }

    fn steady(kbps: u64) -> Budget {
        Budget { now: Bitrate::kbps(kbps), steady: Bitrate::kbps(kbps) }
    }

    fn camera(current: Option<Step>) -> Want {
        let rates = [150, 500, 1_500].map(|kbps| Some(Bitrate::kbps(kbps))).into();
        let (still, signing) = (true, false);
        Want { rates, temporal: true, still, signing, current, may_raise: true }
    }

    fn step(layer: u8, motion: Motion) -> Option<Step> {
        Some(Step { layer: Layer(layer), motion })
    }

    use Motion::{Full, Half, Slow, Still};

    #[test]
    fn lowest_layers_of_all_come_before_a_higher_of_one() {
        let wants = [camera(None), camera(None)];
        let given = |kbps| allocate(steady(kbps), &wants);
        assert_eq!(given(10), [None, None]);
        assert_eq!(given(20), [step(0, Still), None]);
        assert_eq!(given(90), [step(0, Slow), step(0, Still)]);
        assert_eq!(given(180), [step(0, Half), step(0, Slow)]);
        assert_eq!(given(350), [step(0, Full), step(0, Full)]);
        assert_eq!(given(900), [step(1, Full), step(1, Half)]);
        assert_eq!(given(4_000), [step(2, Full), step(2, Full)]);
    }

    #[test]
    fn a_step_up_needs_more_room_than_staying_and_has_to_last() {
        let up = allocate(steady(520), &[camera(step(0, Full))]);
        assert_eq!(up, [step(1, Half)]);
        let stay = allocate(steady(520), &[camera(step(1, Full))]);
        assert_eq!(stay, [step(1, Full)]);
        let held = Want { may_raise: false, ..camera(step(0, Full)) };
        assert_eq!(allocate(steady(5_000), &[held]), [step(0, Full)]);
        let sudden = Budget { now: Bitrate::kbps(5_000), steady: Bitrate::kbps(200) };
        assert_eq!(allocate(sudden, &[camera(step(0, Full))]), [step(0, Full)]);
    }

    #[test]
    fn a_layer_that_is_not_to_be_had_is_passed_over() {
        let mut want = camera(None);
        want.rates[1] = None;
        assert_eq!(allocate(steady(900), &[want.clone()]), [step(0, Full)]);
        assert_eq!(allocate(steady(2_000), &[want]), [step(2, Full)]);
    }

    #[test]
    fn signing_keeps_its_frames_before_its_size() {
        let signing = [Want { signing: true, ..camera(None) }];
        assert_eq!(allocate(steady(400), &signing), [step(0, Full)]);
        assert_eq!(allocate(steady(1_200), &signing), [step(1, Full)]);
    }

    fn any_want() -> impl Strategy<Value = Want> {
        let rate = proptest::option::of((1_u64..3_000).prop_map(Bitrate::kbps));
        let motion = prop_oneof![Just(Still), Just(Slow), Just(Half), Just(Full)];
        let current = proptest::option::of((0_u8..3, motion))
            .prop_map(|step| step.map(|(layer, motion)| Step { layer: Layer(layer), motion }));
        let rates = proptest::collection::vec(rate, 0..4);
        (rates, any::<[bool; 4]>(), current).prop_map(
            |(rates, [temporal, still, signing, may_raise], current)| Want {
                rates: rates.into(),
                temporal,
                still,
                signing,
                current,
                may_raise,
            },
        )
    }

    proptest! {
        #[test]
        fn never_more_than_the_budget_and_the_same_for_the_same(
            kbps in 0_u64..10_000,
            unsteady in 0_u64..5_000,
            wants in proptest::collection::vec(any_want(), 0..8),
        ) {
            let now = Bitrate::kbps(kbps);
            let budget = Budget { now, steady: now.saturating_sub(Bitrate::kbps(unsteady)) };
            let given = allocate(budget, &wants);
            prop_assert_eq!(&given, &allocate(budget, &wants));
            prop_assert_eq!(given.len(), wants.len());
            let spent: Bitrate =
                wants.iter().zip(&given).filter_map(|(want, step)| Some(want.cost((*step)?))).sum();
            prop_assert!(spent <= now);
            for (want, step) in wants.iter().zip(&given) {
                prop_assert!(want.may_raise || *step <= want.current);
            }
        }
    }
}
