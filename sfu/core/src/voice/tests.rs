//! Proves what a receiver gets: every frame, in order, once, no later than the plan says.

mod residual;
mod sound;

use super::*;
use proptest::prelude::*;
use sound::{Ear, MS, OPUS_TYPE, deliver, frame, index_of, numbered, silence, spoken};
use std::time::Duration;

fn plan_of(packet: PacketTime, copies: Copies, repair: bool) -> Plan {
    Plan { packet, copies, repair }
}

fn voice(packet: PacketTime, copies: Copies, repair: bool) -> Voice {
    let mut voice = Voice::new(PayloadType::new(OPUS_TYPE));
    voice.set_plan(plan_of(packet, copies, repair));
    voice
}

fn drain(voice: &mut Voice) -> Vec<VoicePacket> {
    std::iter::from_fn(|| voice.poll_packet()).collect()
}

/// Gives so many frames at their times and collects the packets.
fn speak(voice: &mut Voice, start: Instant, numbers: std::ops::Range<u32>) -> Vec<VoicePacket> {
    let mut packets = Vec::new();
    for number in numbers {
        let now = start + number * 20 * MS;
        voice.handle_timeout(now);
        voice.handle_frame(now, frame(number));
        packets.extend(drain(voice));
    }
    packets
}

/// The numbers of the frames in each packet, the newest block last.
fn contents(packets: &[VoicePacket]) -> Vec<Vec<u32>> {
    let numbers =
        |packet: &VoicePacket| deliver(packet).iter().map(|frame| index_of(frame)).collect();
    packets.iter().map(numbers).collect()
}

#[test]
fn a_plain_voice_passes_as_it_is_and_at_once() {
    let start = crate::some_instant();
    let mut voice = Voice::new(None);
    for number in 0..5 {
        voice.handle_frame(start, frame(number));
        let packet = voice.poll_packet().unwrap();
        assert_eq!(packet.payload, frame(number).payload);
        assert_eq!(packet.timestamp, frame(number).timestamp);
        assert_eq!((packet.id, packet.red), (PacketId(u64::from(number)), false));
        assert_eq!((packet.begins, packet.marker), (number == 0, number == 0));
        assert_eq!((voice.poll_packet(), voice.poll_timeout()), (None, None));
    }
}

#[test]
fn three_frames_leave_together_with_the_third() {
    let start = crate::some_instant();
    let mut voice = voice(PacketTime::Long, Copies::None, false);
    let packets = speak(&mut voice, start, 0..7);
    assert_eq!(contents(&packets), [[0, 1, 2], [3, 4, 5]]);
    assert_eq!(voice.poll_timeout(), Some(start + 180 * MS), "60 ms after the seventh came");
    voice.handle_timeout(start + 179 * MS);
    assert_eq!(voice.poll_packet(), None);
    voice.handle_timeout(start + 180 * MS);
    assert_eq!(contents(&drain(&mut voice)), [[6]]);
}

#[test]
fn a_plan_for_shorter_packets_lets_go_of_what_is_held() {
    let start = crate::some_instant();
    let mut voice = voice(PacketTime::Long, Copies::None, false);
    assert_eq!(speak(&mut voice, start, 0..2), []);
    voice.set_plan(Plan::default());
    assert_eq!(contents(&drain(&mut voice)), [[0, 1]]);
    assert_eq!(contents(&speak(&mut voice, start, 2..4)), [[2], [3]]);
}

#[test]
fn frames_that_would_not_fit_twice_are_not_held() {
    let start = crate::some_instant();
    let mut voice = voice(PacketTime::Long, Copies::None, false);
    let forty = opus::join(&[&spoken(0), &spoken(1)]).unwrap();
    voice.handle_frame(start, VoiceFrame { payload: forty.into(), ..frame(0) });
    assert_eq!(contents(&drain(&mut voice)), [[0, 1]]);
}

#[test]
fn a_gap_another_encoding_and_a_talk_spurt_end_a_packet() {
    let start = crate::some_instant();
    let mut voice = voice(PacketTime::Long, Copies::None, false);
    let stereo: Bytes = [&[spoken(4)[0] | 4], &spoken(4)[1..]].concat().into();
    for other in [
        frame(0),
        frame(2),
        VoiceFrame { marker: true, ..frame(3) },
        VoiceFrame { payload: stereo, ..frame(4) },
        VoiceFrame { payload: Bytes::new(), ..frame(5) },
    ] {
        voice.handle_frame(start, other);
    }
    let packets = drain(&mut voice);
    assert_eq!(packets.len(), 4, "each ended by the next");
    assert_eq!(packets.iter().map(|p| p.marker).collect::<Vec<_>>(), [true, false, true, false]);
}

#[test]
fn copies_keep_their_distance() {
    let start = crate::some_instant();
    let last = |copies| {
        let packets = speak(&mut voice(PacketTime::Short, copies, false), start, 0..10);
        contents(&packets).pop().unwrap()
    };
    assert_eq!(last(Copies::None), [9]);
    assert_eq!(last(Copies::One), [8, 9]);
    assert_eq!(last(Copies::OneFar), [6, 9]);
    assert_eq!(last(Copies::Two), [7, 8, 9]);
    assert_eq!(last(Copies::Three), [6, 7, 8, 9]);
    assert_eq!(last(Copies::TwoFar), [3, 6, 9]);
    let long = speak(&mut voice(PacketTime::Long, Copies::TwoFar, false), start, 0..24);
    let expected = [12, 13, 14, 18, 19, 20, 21, 22, 23];
    assert_eq!(contents(&long).pop().unwrap(), expected, "not later than 180 ms");
}

#[test]
fn a_publisher_s_own_long_packets_have_copies_as_near() {
    let start = crate::some_instant();
    let mut voice = voice(PacketTime::Short, Copies::TwoFar, false);
    for first in (0..24).step_by(3) {
        let three = [0, 1, 2].map(|number| spoken(first + number));
        let payload = opus::join(&three.each_ref().map(Vec::as_slice)).unwrap().into();
        voice.handle_frame(start, VoiceFrame { payload, ..frame(first) });
    }
    let last = contents(&drain(&mut voice)).pop().unwrap();
    assert_eq!(last, [12, 13, 14, 18, 19, 20, 21, 22, 23]);
}

#[test]
fn a_receiver_without_red_gets_none() {
    let start = crate::some_instant();
    let mut voice = Voice::new(None);
    voice.set_plan(plan_of(PacketTime::Short, Copies::Two, true));
    let packets = speak(&mut voice, start, 0..10);
    voice.handle_lost(PacketId(9));
    let more = speak(&mut voice, start, 10..12);
    assert!(packets.iter().chain(&more).all(|packet| !packet.red));
}

#[test]
fn what_was_lost_everywhere_goes_with_the_next_packet_once() {
    let start = crate::some_instant();
    let mut voice = voice(PacketTime::Short, Copies::None, true);
    speak(&mut voice, start, 0..10);
    for lost in [7, 5, 5] {
        voice.handle_lost(PacketId(lost));
    }
    assert_eq!(contents(&speak(&mut voice, start, 10..12)), [vec![5, 7, 10], vec![11]]);
    voice.handle_lost(PacketId(10));
    assert_eq!(contents(&speak(&mut voice, start, 12..13)), [[5, 7, 10, 12]], "lost again");
}

#[test]
fn what_a_copy_brought_is_not_lost() {
    let start = crate::some_instant();
    let mut voice = voice(PacketTime::Short, Copies::One, true);
    speak(&mut voice, start, 0..10);
    voice.handle_lost(PacketId(6));
    assert_eq!(contents(&speak(&mut voice, start, 10..11)), [[9, 10]]);
    voice.handle_lost(PacketId(7));
    assert_eq!(contents(&speak(&mut voice, start, 11..12)), [[6, 10, 11]], "7 is in 8, 5 in 5");
}

#[test]
fn repair_is_bounded_and_ends_with_the_plan_and_with_its_use() {
    let start = crate::some_instant();
    let mut other = voice(PacketTime::Short, Copies::None, true);
    speak(&mut other, start, 0..20);
    (0..20).for_each(|lost| other.handle_lost(PacketId(lost)));
    let packets = contents(&speak(&mut other, start, 20..24));
    let expected = [[16, 17, 18, 19, 20], [12, 13, 14, 15, 21], [8, 9, 10, 11, 22]];
    assert_eq!(packets[..3], expected);
    assert_eq!(packets[3], [23], "300 ms are over");

    (18..24).for_each(|lost| other.handle_lost(PacketId(lost)));
    other.set_plan(Plan::default());
    assert_eq!(contents(&speak(&mut other, start, 24..25)), [[24]]);
}

#[test]
fn a_late_frame_goes_before_what_is_held_or_along_with_the_next() {
    let start = crate::some_instant();
    let order = |packet, numbers: &[u32]| {
        let mut voice = voice(packet, Copies::None, false);
        for number in numbers {
            voice.handle_frame(start, frame(*number));
        }
        contents(&drain(&mut voice))
    };
    assert_eq!(order(PacketTime::Short, &[0, 2, 1, 3]), [vec![0], vec![2], vec![1, 3]]);
    assert_eq!(order(PacketTime::Middle, &[0, 1, 3, 2, 4, 5]), [[0, 1], [2, 3], [4, 5]]);
    let between = order(PacketTime::Long, &[0, 1, 2, 6, 4, 7, 8]);
    assert_eq!(between, [vec![0, 1, 2], vec![4], vec![6, 7, 8]], "in order, though alone");
}

#[test]
fn a_publisher_that_begins_anew_is_heard_at_once() {
    let start = crate::some_instant();
    let mut voice = voice(PacketTime::Long, Copies::Two, true);
    speak(&mut voice, start, 100..104);
    let anew = VoiceFrame { sequence: 70_104, timestamp: 17, ..frame(0) };
    let long_ago = anew.timestamp.wrapping_sub(100_000);
    voice.handle_frame(start, anew);
    voice.handle_frame(start, VoiceFrame { timestamp: long_ago, ..frame(1) });
    voice.handle_timeout(start + 60 * MS);
    let packets = drain(&mut voice);
    assert_eq!(packets.iter().map(|p| p.begins).collect::<Vec<_>>(), [false, true]);
    assert_eq!(contents(&packets)[1], [0], "no copy of another clock");
}

#[test]
fn on_a_thin_line_noise_is_sent_every_two_seconds_and_whole() {
    let start = crate::some_instant();
    let passed = |packet: PacketTime, lost_at: Option<u32>| {
        let mut voice = voice(packet, Copies::None, false);
        let mut times = Vec::new();
        voice.handle_frame(start, silence(0));
        for round in 1..=12_u32 {
            let first = round * 20;
            for (number, sound) in [(first, numbered(first)), (first + 1, silence(first + 1))] {
                let now = start + number * 20 * MS;
                voice.handle_timeout(now);
                voice.handle_frame(now, sound);
            }
            if lost_at == Some(round) {
                voice.handle_lost(PacketId(0));
            }
            let packets = drain(&mut voice).len();
            times.extend((packets > 1).then_some(round));
            assert!(packets == 2 || packets == 0 || round == 1, "noise and its end, or neither");
        }
        times
    };
    assert_eq!(passed(PacketTime::Short, None).len(), 12, "no line is thin that has room");
    assert_eq!(passed(PacketTime::Long, None), [5, 10]);
    assert_eq!(passed(PacketTime::Long, Some(1)), [2, 7, 12], "the word of silence was lost");
}

#[test]
fn the_start_of_a_word_after_silence_is_never_noise() {
    let start = crate::some_instant();
    let mut voice = voice(PacketTime::Long, Copies::None, false);
    voice.handle_frame(start, silence(0));
    assert_eq!(drain(&mut voice).len(), 1);
    // A client that hears no voice in its first frames.
    for number in 20..23 {
        voice.handle_frame(start + number * 20 * MS, numbered(number));
    }
    assert_eq!(contents(&drain(&mut voice)), [[20, 21, 22]]);
}

#[test]
fn noise_that_nothing_follows_is_given_up() {
    let start = crate::some_instant();
    let at = |number: u32| start + number * 20 * MS;
    let mut voice = voice(PacketTime::Long, Copies::None, false);
    voice.handle_frame(start, silence(0));
    drain(&mut voice);
    for number in [20, 40] {
        voice.handle_frame(at(number), numbered(number));
        assert_eq!(voice.poll_timeout(), Some(at(number + 3)));
        voice.handle_timeout(at(number + 3));
        assert_eq!((voice.poll_timeout(), drain(&mut voice)), (None, Vec::new()));
    }
}

/// Frames with some missing, doubled and out of order, and plans that come in between.
fn events() -> impl Strategy<Value = Vec<(u32, Option<Plan>)>> {
    let copies = proptest::sample::select(vec![
        Copies::None,
        Copies::One,
        Copies::OneFar,
        Copies::Two,
        Copies::Three,
        Copies::TwoFar,
    ]);
    let packet =
        proptest::sample::select(vec![PacketTime::Short, PacketTime::Middle, PacketTime::Long]);
    let plan = (packet, copies, any::<bool>())
        .prop_map(|(packet, copies, repair)| plan_of(packet, copies, repair));
    proptest::collection::vec((0_u32..12, proptest::option::weighted(0.2, plan)), 1..120)
}

/// Lets the time pass to `now`, with every deadline on the way.
fn pass(voice: &mut Voice, ear: &mut Ear, now: Instant) {
    while let Some(due) = voice.poll_timeout().filter(|due| *due <= now) {
        voice.handle_timeout(due);
        while let Some(packet) = voice.poll_packet() {
            ear.hear(&packet, due);
        }
    }
}

proptest! {
    #[test]
    fn whatever_comes_leaves_in_order_in_time_and_once(events in events()) {
        let start = crate::some_instant();
        let mut voice = voice(PacketTime::Short, Copies::None, false);
        let mut ear = Ear::default();
        let mut came = std::collections::BTreeMap::new();
        let mut now = start;
        // The two at the end take along what is still owed then.
        let ends = [(9, None), (9, None)];
        for (place, (back, plan)) in (3_u32..).zip(events.into_iter().chain(ends)) {
            now = start + place * 20 * MS;
            pass(&mut voice, &mut ear, now);
            if let Some(plan) = plan {
                voice.set_plan(plan);
            }
            // Most come in order, some late by up to three places; others then come twice.
            let number = if back < 4 { place - back } else { place };
            came.entry(number).or_insert(now);
            voice.handle_frame(now, frame(number));
            while let Some(packet) = voice.poll_packet() {
                ear.hear(&packet, now);
            }
        }
        pass(&mut voice, &mut ear, now + 60 * MS);
        prop_assert_eq!(voice.poll_timeout(), None, "nothing stays");
        let timestamps = &ear.timestamps;
        prop_assert!(timestamps.windows(2).all(|two| two[0] < two[1]), "{:?}", timestamps);
        prop_assert!(ear.primaries.values().all(|times| *times == 1));
        for (number, at) in &came {
            let after = ear.first_heard.get(number).map(|heard| *heard - *at);
            let overtaken = came.range(number + 1..).any(|(_, later)| later < at);
            let in_time = after.is_some_and(|after| overtaken || after <= 60 * MS);
            prop_assert!(in_time, "{} after {:?}", number, after);
        }
    }

    #[test]
    fn any_payload_is_survived(
        payloads in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..1_500), 1..40),
        numbers in proptest::collection::vec((any::<u32>(), 0_u64..100), 40),
    ) {
        let start = crate::some_instant();
        let mut voice = voice(PacketTime::Long, Copies::Two, true);
        for (payload, (timestamp, sequence)) in payloads.into_iter().zip(numbers) {
            let payload = payload.into();
            voice.handle_frame(start, VoiceFrame { payload, timestamp, sequence, ..frame(0) });
            voice.handle_lost(PacketId(sequence));
        }
        voice.handle_timeout(start + 60 * MS);
        for packet in drain(&mut voice) {
            prop_assert!(!packet.red || packet.payload.len() <= RED_BYTES_MAX);
            prop_assert!(!packet.red || red::parse(&packet.payload).is_some());
        }
    }
}
