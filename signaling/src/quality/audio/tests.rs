//! The E-model's own landmarks, and that nothing bad makes a score better.

use super::{Mos, delay_impairment, mos, packet_delay_ms, residual_permille, score};
use bedside_signaling_api::socket::Sound;
use proptest::prelude::*;

/// The formula as the recommendation writes it.
fn mos_in_floats(r: f64) -> f64 {
    if r <= 0.0 {
        return 1.0;
    }
    (1.0 + 0.035 * r + 7e-6 * r * (r - 60.0) * (100.0 - r)).max(1.0)
}

#[test]
fn landmarks_of_the_recommendation() {
    // ITU-T G.107, table B.1: R and MOS.
    for (r, expected) in [(90, 434), (80, 403), (70, 360), (60, 310), (50, 258)] {
        // The table's own rounding differs from its formula by one hundredth at 80.
        assert!(mos(r * 1_000).0.abs_diff(expected) <= 1, "R = {r}");
    }
    assert_eq!(mos(93_200), Mos(441));
    assert_eq!(mos(-5), Mos(100));
}

#[test]
fn what_a_line_does_to_a_voice() {
    assert_eq!(score(0, 0, Sound::Plain), Mos(441));
    assert_eq!(score(150, 0, Sound::Plain), Mos(433), "150 ms are nearly not noticed (G.114)");
    let late = score(400, 0, Sound::Plain);
    assert!(late < Mos(360), "{late:?}: with 400 ms people talk into each other");
    let choppy = score(100, 50, Sound::Plain);
    assert!((Mos(280)..Mos(320)).contains(&choppy), "{choppy:?}: one word in twenty is missing");
    assert!(score(100, 0, Sound::Thin) < score(100, 0, Sound::Plain));
    assert_eq!(score(u32::MAX, u32::MAX, Sound::Thin), Mos(100));
}

#[test]
fn a_copy_of_each_word_squares_the_loss() {
    assert_eq!(residual_permille(100, Sound::Plain), 100);
    assert_eq!(residual_permille(100, Sound::Protected), 10);
    assert_eq!(residual_permille(u32::MAX, Sound::Protected), 1_000);
    assert_eq!(packet_delay_ms(Sound::Thin) - packet_delay_ms(Sound::Plain), 40);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_whole_numbers_are_the_formula_s(r in -20_000..110_000_i64) {
        let exact = mos_in_floats(r.clamp(0, 100_000) as f64 / 1_000.0);
        let found = mos(r).as_f64();
        prop_assert!((found - exact).abs() <= 0.006, "{found} for {exact} at {r}");
    }

    #[test]
    fn more_delay_or_loss_is_never_better(
        delay in 0..3_000_u32, more_delay in 0..500_u32, lost in 0..1_000_u32, more in 0..300_u32
    ) {
        for sound in [Sound::Plain, Sound::Protected, Sound::Thin] {
            let here = score(delay, lost, sound);
            // Near R = 0 the recommendation's own curve dips below 1 and is cut there.
            prop_assert!(score(delay + more_delay, lost, sound) <= here);
            prop_assert!(score(delay, lost + more, sound) <= here);
        }
        prop_assert!(delay_impairment(delay) <= delay_impairment(delay + more_delay));
    }
}
