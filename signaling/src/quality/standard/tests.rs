//! What counts for and against each standard, and what is not judged at all.

use super::super::second::{FeltSecond, Picture, Second};
use super::super::tests::{PATIENT, good, well};
use super::{Kept, Measure, Verdict, is_prompt, is_sharp, is_smooth, judge};
use bedside_signaling_api::socket::{Cause, Felt, Motion};

/// A good second with a picture in it.
fn seen(felt: &Felt) -> Second {
    let picture = Picture {
        wanted: 2,
        given: Some(2),
        motion: Motion::Full,
        cause: Cause::AsWanted,
        is_screen: false,
    };
    let felt = Some(FeltSecond::of(felt));
    Second { picture: Some(picture), felt, ..Second::measured(0, &good()) }
}

fn given(given: Option<u8>, motion: Motion, felt: &Felt) -> Second {
    let second = seen(felt);
    let picture = second.picture.map(|picture| Picture { given, motion, ..picture });
    Second { picture, ..second }
}

#[test]
fn smooth_is_a_picture_that_moves() {
    assert_eq!(is_smooth(&seen(&well())), Some(true));
    let blink = Felt { frozen_ms: 250, ..well() };
    let stall = Felt { frozen_ms: 251 + 5, ..well() };
    assert_eq!((is_smooth(&seen(&blink)), is_smooth(&seen(&stall))), (Some(true), Some(false)));
    for motion in [Motion::Slow, Motion::Still] {
        assert_eq!(is_smooth(&given(Some(0), motion, &well())), Some(false));
    }
    assert_eq!(is_smooth(&given(None, Motion::Full, &well())), Some(false), "audio only");
    assert_eq!(is_smooth(&Second { felt: None, ..seen(&well()) }), None, "nobody has counted");
    assert_eq!(is_smooth(&Second { picture: None, ..seen(&well()) }), None, "none is wanted");
}

#[test]
fn prompt_is_up_to_400_ms_from_mouth_to_ear() {
    // 30 ms of one's own, 45 in the buffer, 27 for the packet; 298 are left for the other.
    let from = |far_ms| Second { far_ms: Some(far_ms), ..seen(&well()) };
    assert_eq!((is_prompt(&from(298)), is_prompt(&from(299))), (Some(true), Some(false)));
    let mut silent = seen(&well());
    silent.down.rate_kbps = 0;
    assert_eq!(is_prompt(&silent), None);
}

#[test]
fn sharp_is_as_large_as_wanted_or_cif_with_enough_frames() {
    let sized =
        |height, frames| Felt { height: Some(height), frames_per_second: Some(frames), ..well() };
    let cases = [
        (Some(2), sized(180, 15), Some(true)),
        (Some(1), sized(288, 15), Some(true)),
        (Some(1), sized(287, 15), Some(false)),
        (Some(2), sized(720, 14), Some(false)),
        (None, sized(720, 25), Some(false)),
    ];
    for (layer, felt, expected) in cases {
        assert_eq!(is_sharp(&given(layer, Motion::Full, &felt)), expected, "{layer:?} {felt:?}");
    }
    let signing = |felt: &Felt| is_sharp(&Second { signing: true, ..seen(felt) });
    assert_eq!(signing(&sized(288, 20)), Some(true));
    assert_eq!(signing(&sized(288, 19)), Some(false));
    assert_eq!(signing(&sized(270, 25)), Some(false), "hands need lines however small the tile");
}

/// So many seconds, the first of them with a picture that stands still.
fn kept(seconds: u32, still: u32) -> Kept {
    let mut kept = Kept::default();
    for number in 0..seconds {
        let motion = if number < still { Motion::Still } else { Motion::Full };
        kept.fold(&given(Some(2), motion, &well()));
    }
    kept
}

fn verdicts(kept: &Kept) -> Vec<Verdict> {
    let judged = judge(&[(PATIENT, kept)], true);
    judged.standards.iter().map(|standard| standard.verdict).collect()
}

#[test]
fn nineteen_of_twenty_seconds_are_enough() {
    use Verdict::{Met, NotMeasured, NotMet};
    assert_eq!(verdicts(&kept(100, 5)), [Met, Met, Met, NotMeasured]);
    assert_eq!(verdicts(&kept(100, 6)), [NotMet, Met, Met, NotMeasured]);
    assert_eq!(verdicts(&kept(29, 29)), [NotMeasured; 4], "too short to say");
    let lost = Kept { interrupted_ms: 6_000, ..kept(100, 0) };
    assert_eq!(verdicts(&lost)[0], NotMet, "seconds without a connection count against it");
}

#[test]
fn set_up_and_concealment_have_their_bounds() {
    let took = |setup_ms| Kept { setup_ms: Some(setup_ms), ..Kept::default() };
    assert_eq!(verdicts(&took(10_000))[3], Verdict::Met);
    assert_eq!(verdicts(&took(10_001))[3], Verdict::NotMet);
    let mut heard = kept(100, 0);
    heard.reports.add(&Felt { concealed: 240_000 / 50, ..well() });
    assert_eq!(verdicts(&heard)[2], Verdict::Met, "20 of a thousand");
    heard.reports.add(&Felt { concealed: 240_000, ..well() });
    let judged = judge(&[(PATIENT, &heard)], true);
    let third = &judged.standards[2];
    assert_eq!(third.verdict, Verdict::NotMet);
    let concealed = third.findings.iter().find(|each| each.measure == Measure::ConcealedPermille);
    assert!(
        concealed
            .is_some_and(|finding| !finding.met && finding.value == 510 && finding.bound == 20)
    );
}

#[test]
fn what_cannot_be_judged_is_said() {
    let judged = judge(&[], false);
    assert_eq!(judged.standards.len(), 4);
    for (number, standard) in (1..).zip(&judged.standards) {
        assert_eq!((standard.number, standard.verdict), (number, Verdict::NotMeasured));
        assert!(!standard.not_judged.is_empty() && !standard.title.is_empty());
    }
}
