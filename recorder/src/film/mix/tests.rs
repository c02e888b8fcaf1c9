//! Sums, limits and fades of plain numbers.

use super::{add, fade_in, fade_out, level, limit, stretch};

#[test]
fn quiet_sums_are_exact_and_loud_ones_stay_within_full_scale() {
    let mut sum = vec![0.25, -0.5, 0.0];
    add(&mut sum, &[0.25, 0.25, 0.1]);
    limit(&mut sum);
    assert_eq!(sum, [0.5, -0.25, 0.1]);

    let mut loud: Vec<f32> = (-80..=80).map(|tenth| tenth as f32 / 10.0).collect();
    limit(&mut loud);
    assert!(loud.iter().all(|sample| sample.abs() <= 1.0));
    assert!(loud.windows(2).all(|pair| pair[0] <= pair[1]), "it never turns round");
    let mut near = [0.7, 0.701];
    limit(&mut near);
    assert!((near[1] - near[0] - 0.001).abs() < 1e-4, "no bend at the knee: {near:?}");
}

#[test]
fn fades_begin_and_end_at_nothing() {
    let mut samples = [1.0; 480];
    fade_in(&mut samples);
    assert!(samples[0] == 0.0 && samples[120] > 0.4 && samples[240..] == [1.0; 240]);
    let mut samples = [1.0; 480];
    fade_out(&mut samples);
    assert!(samples[479] == 0.0 && samples[0] > 0.99);
}

#[test]
fn a_stretched_tone_is_the_same_tone() {
    let wave = |n: usize, len: f32| (n as f32 / len * 20.0).sin();
    let tone: Vec<f32> = (0..960).map(|n| wave(n, 959.0)).collect();
    for len in [956, 960, 964] {
        let mut stretched = Vec::new();
        stretch(&tone, len, &mut stretched);
        assert_eq!(stretched.len(), len);
        let wanted = (0..len).map(|n| wave(n, (len - 1) as f32));
        let off = stretched.iter().zip(wanted).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(off < 2e-3, "{len}: {off}");
    }
    let mut short = Vec::new();
    stretch(&[0.5], 7, &mut short);
    assert_eq!(short, [0.5]);
}

#[test]
fn loudness_is_that_of_a_sine() {
    let tone: Vec<f32> = (0..4_800).map(|n| (n as f32 * 0.1).sin()).collect();
    assert!((level(&tone) - 0.707).abs() < 0.01);
    assert_eq!(level(&[]), 0.0);
}
