//! Order out of disorder, and how long it is waited for.

use super::pictures::Pictures;
use super::voices::Voices;
use super::{HOLD, Held, Step};
use proptest::prelude::*;
use std::time::{Duration, Instant};

const MS: Duration = Duration::from_millis(1);
/// Opus: one frame of 20 ms.
const VOICE: [u8; 2] = [0x78, 0];

fn held(start: Instant, seq: u64, ticks: i64, at_ms: u32) -> Held {
    let arrival = start + MS * at_ms;
    Held { seq, timestamp: 0, ticks, marker: false, arrival, payload: VOICE.to_vec() }
}

/// What came out: numbers, and losses as what is below zero.
fn told(poll: impl FnMut() -> Option<Step>, of: impl Fn(&Held) -> i64) -> Vec<i64> {
    std::iter::from_fn(poll)
        .map(|step| match step {
            Step::Packet(packet) => of(&packet),
            Step::Lost(lost) => -i64::try_from(lost).unwrap(),
        })
        .collect()
}

fn numbers(pictures: &mut Pictures) -> Vec<i64> {
    told(|| pictures.poll(), |packet| i64::try_from(packet.seq).unwrap())
}

fn ticks(voices: &mut Voices) -> Vec<i64> {
    told(|| voices.poll(), |packet| packet.ticks)
}

#[test]
fn a_hole_is_waited_for_and_then_given_up() {
    let start = Instant::now();
    let mut pictures = Pictures::default();
    for (seq, at_ms) in [(10, 0), (12, 5), (13, 9)] {
        pictures.handle(held(start, seq, 0, at_ms));
    }
    assert_eq!(numbers(&mut pictures), [10]);
    assert_eq!(pictures.poll_timeout(), Some(start + MS * 5 + HOLD));
    pictures.handle_timeout(start + MS * 4 + HOLD);
    assert_eq!(numbers(&mut pictures), [0; 0]);
    pictures.handle_timeout(start + MS * 5 + HOLD);
    assert_eq!(numbers(&mut pictures), [-1, 12, 13]);
    assert_eq!(pictures.poll_timeout(), None);
    // It comes after all, and once more: nobody waits for it.
    pictures.handle(held(start, 11, 0, 600));
    pictures.handle(held(start, 13, 0, 601));
    assert_eq!(numbers(&mut pictures), [0; 0]);
}

#[test]
fn what_is_repeated_in_time_fills_its_hole() {
    let start = Instant::now();
    let mut pictures = Pictures::default();
    for (seq, at_ms) in [(10, 0), (12, 5), (14, 6), (11, 100), (13, 390)] {
        pictures.handle(held(start, seq, 0, at_ms));
        pictures.handle_timeout(start + MS * at_ms);
    }
    assert_eq!(numbers(&mut pictures), [10, 11, 12, 13, 14]);
}

#[test]
fn a_leap_is_no_reason_to_wait() {
    let start = Instant::now();
    let mut pictures = Pictures::default();
    for seq in [10, 12, 5_000, 5_001, 100, 101] {
        pictures.handle(held(start, seq, 0, 0));
    }
    assert_eq!(numbers(&mut pictures), [10, -1, 12, -4_987, 5_000, 5_001, -1, 100, 101]);
}

#[test]
fn silence_is_no_loss() {
    let start = Instant::now();
    let mut voices = Voices::default();
    voices.handle(held(start, 1, 0, 0));
    voices.handle(held(start, 2, 960, 20));
    // Nothing was sent for a second: the numbers say so.
    voices.handle(held(start, 3, 50_000, 1_000));
    assert_eq!(ticks(&mut voices), [0, 960, 50_000]);
    // Three packets are lost in two seconds of silence.
    voices.handle(held(start, 7, 150_000, 3_000));
    assert_eq!(ticks(&mut voices), [0; 0]);
    voices.handle_timeout(start + MS * 3_000 + HOLD);
    assert_eq!(ticks(&mut voices), [-3, 150_000]);
}

#[test]
fn what_redundancy_recovers_has_the_number_of_its_carrier() {
    let start = Instant::now();
    let mut voices = Voices::default();
    voices.handle(held(start, 1, 0, 0));
    // Packets 2 and 3 were lost; 4 carries them again.
    for ticks in [2_880, 960, 1_920] {
        voices.handle(held(start, 4, ticks, 80));
    }
    voices.handle(held(start, 5, 3_840, 100));
    assert_eq!(ticks(&mut voices), [0, 960, 1_920, 2_880, 3_840]);
    // Late or twice: dropped.
    voices.handle(held(start, 2, 960, 110));
    voices.handle(held(start, 5, 3_840, 110));
    assert_eq!(ticks(&mut voices), [0; 0]);
}

#[test]
fn a_sender_that_counts_anew_is_followed() {
    let start = Instant::now();
    let mut voices = Voices::default();
    voices.handle(held(start, 1, 9_000_000, 0));
    voices.handle(held(start, 2, 100, 20));
    voices.handle(held(start, 3, 1_060, 40));
    assert_eq!(ticks(&mut voices), [9_000_000, 100, 1_060]);
}

proptest! {
    /// Whatever is lost, doubled or delayed: numbers rise, nothing comes twice, each loss is told,
    /// and nothing waits longer than it may.
    #[test]
    fn order_comes_of_any_disorder(
        packets in proptest::collection::vec((0_u64..600, 0_u32..40), 1..200),
    ) {
        let start = Instant::now();
        let mut pictures = Pictures::default();
        let mut at_ms = 0;
        let mut last: Option<i64> = None;
        for (seq, wait_ms) in packets {
            at_ms += wait_ms;
            let now = start + MS * at_ms;
            pictures.handle_timeout(now);
            pictures.handle(held(start, seq, 0, at_ms));
            prop_assert!(pictures.poll_timeout().is_none_or(|due| due > now));
            for number in numbers(&mut pictures) {
                let expected = last.map_or(number, |last| last + 1);
                if number < 0 {
                    last = last.map(|last| last - number);
                } else {
                    prop_assert_eq!(number, expected);
                    last = Some(number);
                }
            }
        }
        pictures.flush();
        prop_assert_eq!(pictures.poll_timeout(), None);
    }

    #[test]
    fn a_voice_never_goes_back(
        packets in proptest::collection::vec((0_u64..300, 0_i64..300, 0_u32..40), 1..200),
    ) {
        let start = Instant::now();
        let mut voices = Voices::default();
        let mut at_ms = 0;
        let mut last = -1;
        for (seq, place, wait_ms) in packets {
            at_ms += wait_ms;
            let now = start + MS * at_ms;
            voices.handle_timeout(now);
            voices.handle(held(start, seq, place * 960, at_ms));
            prop_assert!(voices.poll_timeout().is_none_or(|due| due > now));
            for number in ticks(&mut voices).into_iter().filter(|&number| number >= 0) {
                prop_assert!(number > last);
                last = number;
            }
        }
    }
}
