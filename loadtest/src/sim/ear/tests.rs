//! What is heard of a voice on lines of several kinds.

use super::*;
use crate::sim::some_instant;

const TYPES: AudioTypes = AudioTypes { opus: 111, red: Some(63) };

fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

fn packet(index: u32) -> Vec<u8> {
    opus::packet(&[VoiceFrame { origin: 1, index }.encoded(79)])
}

/// Hears 20 s of a voice; a packet is lost, or late by so many milliseconds.
fn hear(late: impl Fn(u32) -> Option<u64>) -> Ear {
    let start = some_instant();
    let mut ear = Ear::new(start, TYPES);
    let frames = (0..1_000_u32).filter_map(|n| Some((ms(u64::from(n) * 20 + late(n)?), n)));
    let mut frames: Vec<_> = frames.collect();
    frames.sort_unstable();
    for (at, n) in frames {
        ear.handle_packet(start + at, 111, n.wrapping_mul(960), &packet(n));
    }
    ear.handle_timeout(start + ms(20_000));
    ear
}

fn concealed(ear: &Ear) -> usize {
    ear.plays().iter().filter(|play| **play == Play::Concealed).count()
}

#[test]
fn a_good_line_is_heard_whole_and_soon() {
    let ear = hear(|_| Some(30));
    assert_eq!(concealed(&ear), 0);
    assert_eq!(ear.heard().len(), 1_000);
    let late: Vec<f64> = ear.delays().iter().rev().take(100).map(|(_, ms)| *ms).collect();
    assert!(late.iter().all(|ms| *ms < 60.0), "{late:?}");
}

#[test]
fn each_lost_frame_is_made_up_and_no_more() {
    let ear = hear(|n| (!n.is_multiple_of(10)).then_some(30));
    let share = concealed(&ear) * 1_000 / ear.plays().len();
    assert!((95..=110).contains(&share), "{share}");
}

#[test]
fn jitter_is_waited_for() {
    let ear = hear(|n| Some(30 + u64::from(n * 7_919 % 41)));
    let late = ear.plays().iter().skip(500);
    let made_up = late.filter(|play| **play == Play::Concealed).count();
    assert!(made_up <= 5, "{made_up} blocks of 1,500");
}

#[test]
fn a_queue_is_made_up_for_once_and_caught_up_with() {
    // From 5 s to 6 s the line stands still, then all comes at once.
    let ear = hear(|n| {
        Some(if (250..300).contains(&n) { 30 + 1_000 - u64::from(n - 250) * 20 } else { 30 })
    });
    let gap = concealed(&ear);
    assert!((90..=110).contains(&gap), "{gap}");
    let delay = |at| ear.delays().iter().find(|(when, _)| *when > ear.start + ms(at)).unwrap().1;
    // All that was said is heard, a second late; the buffer empties as the burst is forgotten.
    assert!((900.0..1_100.0).contains(&delay(7_200)), "{}", delay(7_200));
    assert!(delay(19_000) < delay(9_000), "{} {}", delay(9_000), delay(19_000));
}

#[test]
fn silence_is_no_loss() {
    let start = some_instant();
    let mut ear = Ear::new(start, TYPES);
    for n in 0..500_u32 {
        let at = start + ms(u64::from(n) * 20);
        let speaks = n % 200 < 100;
        if speaks {
            ear.handle_packet(at, 111, n * 960, &packet(n));
        } else if n % 20 == 0 {
            ear.handle_packet(at, 111, n * 960, &opus::packet(&[vec![0xff]]));
        }
    }
    ear.handle_timeout(start + ms(10_000));
    assert!(concealed(&ear) <= 2, "{}", concealed(&ear));
    let count = |wanted| ear.plays().iter().filter(|play| **play == wanted).count();
    assert!(count(Play::Speech) > 560 && count(Play::Comfort) > 330, "{}", count(Play::Comfort));
}

#[test]
fn words_said_twice_close_the_hole_and_packed_words_are_all_heard() {
    let start = some_instant();
    let mut ear = Ear::new(start, TYPES);
    for n in 1..300_u32 {
        let at = start + ms(u64::from(n) * 20);
        let (before, this) = (packet(n - 1), packet(n));
        let block = |age, payload| red::Block { payload_type: 111, age, payload };
        let payload = red::payload(&[block(960, &before), block(0, &this)]);
        if n % 3 != 0 {
            ear.handle_packet(at, 63, n * 960, &payload);
        }
    }
    for n in (300..600_u32).step_by(3) {
        let at = start + ms(u64::from(n + 2) * 20);
        let frames = (n..n + 3).map(|index| VoiceFrame { origin: 1, index }.encoded(79));
        let payload = opus::packet(&frames.collect::<Vec<_>>());
        ear.handle_packet(at, 111, n * 960, &payload);
    }
    ear.handle_timeout(start + ms(12_000));
    assert!(concealed(&ear) <= 8, "{}", concealed(&ear));
    let frames: std::collections::BTreeSet<u32> =
        ear.heard().iter().map(|h| h.frame.index).collect();
    assert_eq!(frames.len(), 600);
}

#[test]
fn timestamps_go_on_after_their_end() {
    let mut clock = Clock::default();
    let first = clock.extended(u32::MAX - 959);
    assert_eq!(clock.extended(0), first + 960);
    assert_eq!(clock.extended(u32::MAX - 1_919), first - 960);
    assert_eq!(clock.extended(960), first + 1_920);
}
