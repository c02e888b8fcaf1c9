//! Whatever a page says, what is kept is something a browser could have counted.

use super::{Absurd, SPAN_MS_MAX, check};
use bedside_signaling_api::socket::{Felt, Limited};
use proptest::prelude::*;

const GOOD: Felt = Felt {
    span_ms: 5_000,
    samples: 240_000,
    concealed: 480,
    jitter_buffer_ms: 45,
    freezes: 1,
    frozen_ms: 300,
    frames_per_second: Some(25),
    height: Some(720),
    up_kbps: Some(900),
    limited: Limited::None,
};

#[test]
fn an_honest_report_is_kept_as_it_is() {
    assert_eq!(check(GOOD), Ok(Some(GOOD)));
    let fifteen_voices = Felt { samples: 15 * 240_000, ..GOOD };
    assert_eq!(check(fifteen_voices), Ok(Some(fifteen_voices)));
}

#[test]
fn what_no_browser_counts_is_refused() {
    assert_eq!(check(Felt { span_ms: 0, ..GOOD }), Err(Absurd));
    assert_eq!(check(Felt { samples: 100 * 240_000, ..GOOD }), Err(Absurd));
    assert_eq!(check(Felt { samples: u64::MAX, ..GOOD }), Err(Absurd));
}

#[test]
fn a_report_of_too_long_a_time_is_let_go() {
    assert_eq!(check(Felt { span_ms: SPAN_MS_MAX + 1, ..GOOD }), Ok(None));
    assert!(check(Felt { span_ms: SPAN_MS_MAX, ..GOOD }).is_ok_and(|kept| kept.is_some()));
}

#[test]
fn numbers_too_large_are_cut() {
    let loud = Felt {
        concealed: u64::MAX,
        jitter_buffer_ms: u32::MAX,
        freezes: u32::MAX,
        frozen_ms: u32::MAX,
        frames_per_second: Some(u32::MAX),
        height: Some(u32::MAX),
        up_kbps: Some(u32::MAX),
        ..GOOD
    };
    let kept = check(loud).expect("it is cut, not refused").expect("it is of a short time");
    assert_eq!(kept.concealed, kept.samples);
    assert_eq!(kept.jitter_buffer_ms, 10_000);
    assert_eq!((kept.freezes, kept.frozen_ms), (1_120, 160_000));
    assert_eq!((kept.frames_per_second, kept.height), (Some(240), Some(7_680)));
    assert_eq!(kept.up_kbps, Some(10_000_000));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_kept_is_kept_twice(
        span_ms in any::<u32>(), samples in any::<u64>(), concealed in any::<u64>(),
        frozen_ms in any::<u32>(), freezes in any::<u32>()
    ) {
        let said = Felt { span_ms, samples, concealed, frozen_ms, freezes, ..GOOD };
        if let Ok(Some(kept)) = check(said) {
            prop_assert!(kept.concealed <= kept.samples);
            prop_assert_eq!(check(kept), Ok(Some(kept)));
        }
    }
}
