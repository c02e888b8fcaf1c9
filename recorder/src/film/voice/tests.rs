//! A tone over a line that loses, delays and drifts.

use super::Voice;
use crate::film::tests::material::tone;

/// Plays packets at moments (in samples) and returns what is heard, 20 ms late at most as the
/// film does it: a packet is there before sound 60 ms before it is taken.
fn play(packets: &[(u64, Vec<u8>)], until: u64) -> Vec<f32> {
    let mut voice = Voice::new().expect("a decoder");
    let mut heard = Vec::new();
    let mut packets = packets.iter().peekable();
    for at in (0..until).step_by(960) {
        while let Some((moment, packet)) = packets.next_if(|(moment, _)| *moment <= at + 2_880) {
            voice.handle_packet(*moment, packet);
        }
        let mut sum = vec![0.0; 960];
        voice.take(at, &mut sum);
        heard.extend(sum);
    }
    heard
}

fn packets(until_ms: u64) -> Vec<(u64, Vec<u8>)> {
    let frames = tone(400.0, 0, until_ms, until_ms);
    frames.into_iter().map(|(at, _, data)| (at * 48, data)).collect()
}

/// Quietest and loudest 10 ms between two moments in milliseconds.
fn range(heard: &[f32], from: usize, to: usize) -> (f32, f32) {
    let levels = heard[from * 48..to * 48].chunks(480).map(super::mix::level);
    levels.fold((1.0, 0.0), |(low, high), level| (f32::min(low, level), f32::max(high, level)))
}

#[test]
fn a_whole_tone_has_no_hole() {
    let heard = play(&packets(1_000), 48_000);
    let (low, high) = range(&heard, 60, 990);
    assert!(low > 0.15 && high < 0.3, "{low} {high}");
}

#[test]
fn a_lost_packet_is_bridged() {
    let mut packets = packets(1_000);
    packets.remove(20);
    let (low, _) = range(&play(&packets, 48_000), 390, 440);
    assert!(low > 0.08, "{low}");
}

#[test]
fn a_long_hole_is_silent_and_begins_and_ends_softly() {
    let mut packets = packets(1_000);
    packets.drain(20..35);
    let heard = play(&packets, 48_000);
    let (_, high) = range(&heard, 440, 690);
    assert!(high < 1e-3, "{high}");
    let (low, _) = range(&heard, 720, 980);
    assert!(low > 0.15, "{low}");
    let steps = heard.windows(2).map(|pair| (pair[1] - pair[0]).abs()).fold(0.0, f32::max);
    assert!(steps < 0.06, "a click of {steps}");
}

#[test]
fn a_drifting_clock_is_followed_without_holes() {
    // 500 ppm fast for 20 s: 10 ms, which would be half a packet.
    let mut packets = packets(20_000);
    for (at, _) in &mut packets {
        *at += *at / 2_000;
    }
    let heard = play(&packets, 964_800);
    let (low, high) = range(&heard, 100, 19_900);
    assert!(low > 0.12 && high < 0.3, "{low} {high}");
    let end = heard.iter().rposition(|sample| sample.abs() > 0.05).expect("a tone");
    let end_ms = end as u64 / 48;
    assert!((20_005..20_045).contains(&end_ms), "ends at {end_ms}");
}

#[test]
fn what_repeats_itself_or_is_no_packet_adds_nothing() {
    let packets = packets(200);
    let mut voice = Voice::new().expect("a decoder");
    for (_, packet) in packets.iter().cycle().take(1_000) {
        voice.handle_packet(0, packet);
    }
    assert!(voice.samples.len() < 48 * 200, "{}", voice.samples.len());
    assert!(!voice.handle_packet(9_600, &[]));
    assert!(!voice.handle_packet(9_600, &[0xff; 3]));
    assert!(voice.handle_packet(u64::MAX / 2, &packets[0].1));
}
