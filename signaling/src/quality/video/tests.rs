//! Points fall with every thing that gets worse, and with frames before lines.

use super::{Shown, score};
use bedside_signaling_api::socket::Motion;
use proptest::prelude::*;

const WELL: Shown = Shown {
    wanted: 2,
    given: Some(2),
    motion: Motion::Full,
    frames_per_second: Some(25),
    frozen_permille: 0,
    signing: false,
    is_screen: false,
};

#[test]
fn as_wanted_is_a_hundred_and_nothing_is_nothing() {
    assert_eq!(score(WELL), 100);
    assert_eq!(score(Shown { given: None, ..WELL }), 0);
    assert_eq!(score(Shown { frozen_permille: 1_000, ..WELL }), 0);
    assert_eq!(score(Shown { frozen_permille: u32::MAX, ..WELL }), 0);
}

#[test]
fn every_rung_down_the_ladder_costs() {
    let rungs = [
        WELL,
        Shown { given: Some(1), ..WELL },
        Shown { given: Some(0), ..WELL },
        Shown { given: Some(0), motion: Motion::Slow, frames_per_second: None, ..WELL },
        Shown { given: Some(0), motion: Motion::Still, frames_per_second: None, ..WELL },
        Shown { given: None, ..WELL },
    ];
    assert!(
        rungs.map(score).is_sorted_by(|better, worse| better > worse),
        "{:?}",
        rungs.map(score)
    );
}

#[test]
fn lines_cost_less_than_frames() {
    let few_lines = Shown { given: Some(0), ..WELL };
    let few_frames = Shown { frames_per_second: Some(6), ..WELL };
    assert!(score(few_frames) < score(few_lines));
    let signing = |shown| Shown { signing: true, ..shown };
    assert!(score(signing(few_frames)) < score(few_frames), "hands need more frames");
    assert_eq!(score(signing(few_lines)), score(few_lines));
}

#[test]
fn a_screen_may_stand_still() {
    let screen = Shown { frames_per_second: Some(1), is_screen: true, ..WELL };
    assert_eq!(score(screen), 100);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn worse_is_never_better(
        wanted in 0..3_u8, given in 0..3_u8, frames in 0..60_u32, fewer in 0..60_u32,
        frozen in 0..1_000_u32, more in 0..1_000_u32, signing in any::<bool>()
    ) {
        let shown = Shown {
            wanted, given: Some(given), frames_per_second: Some(frames), frozen_permille: frozen,
            signing, ..WELL
        };
        let here = score(shown);
        prop_assert!(here <= 100);
        let fewer = Some(frames.saturating_sub(fewer));
        let worse = [
            Shown { frozen_permille: frozen + more, ..shown },
            Shown { frames_per_second: fewer, ..shown },
            Shown { given: given.checked_sub(1), ..shown },
        ];
        for shown in worse {
            prop_assert!(score(shown) <= here, "{shown:?}");
        }
    }
}
