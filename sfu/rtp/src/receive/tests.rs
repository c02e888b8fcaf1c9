//! Proves what is told of a stream, and what is asked of its sender, when and how often.

use super::*;
use proptest::prelude::*;

const RTT: Duration = Duration::from_millis(40);

fn ms(ms: u64) -> Micros {
    Micros(ms * 1_000)
}

fn lost(stream: &mut Incoming, now: Micros) -> Vec<u16> {
    let mut out = Vec::new();
    stream.poll_lost(now, RTT, &mut out);
    out
}

#[test]
fn loss_is_told_as_the_rfc_counts_it() {
    let mut stream = Incoming::new(7, 90_000, true);
    assert_eq!(stream.report(ms(0)), None);
    for index in (65_530_u64..65_550).filter(|index| index % 5 != 0) {
        assert_eq!(stream.handle_packet(ms(index), index, 0), Arrival::New);
    }
    let block = stream.report(ms(70_000)).unwrap();
    // The first is expected from the first that came: nineteen, of which three were lost.
    assert_eq!((block.ssrc, block.newest), (7, 65_549));
    assert_eq!((block.lost, block.fraction_lost), (3, u8::try_from(3 * 256 / 19).unwrap()));
    assert_eq!((block.last_report, block.since_report), (0, 0));
    // A repetition repairs the stream, but not the line.
    assert_eq!(stream.handle_repair(4), Some(65_540));
    assert_eq!(stream.handle_repair(4), None);
    assert_eq!(stream.handle_packet(ms(70_000), 65_540, 0), Arrival::Known);
    let block = stream.report(ms(70_000)).unwrap();
    assert_eq!((block.lost, block.fraction_lost), (2, 0), "it came after all");
}

#[test]
fn jitter_is_a_sixteenth_of_each_step() {
    let mut stream = Incoming::new(7, 48_000, false);
    for (at, index) in [(0, 1_u32), (20, 2), (50, 3), (60, 4)] {
        stream.handle_packet(ms(at), index.into(), (u32::MAX - 1_000).wrapping_add(index * 960));
    }
    // Twice 10 ms off: 480, then 480 and fifteen sixteenths of the 30 there were.
    assert_eq!(stream.report(ms(60)).unwrap().jitter, 30 + 28);
    stream.handle_packet(ms(80), 5, 123_456_789);
    assert!(stream.report(ms(60)).unwrap().jitter < 60, "a new clock is no jitter");
}

#[test]
fn the_last_report_of_the_sender_is_answered() {
    let mut stream = Incoming::new(7, 48_000, false);
    stream.handle_packet(ms(0), 1, 0);
    let report = SenderReport {
        ssrc: 7,
        ntp: Ntp(0x1111_2222_3333_4444),
        timestamp: 960,
        packets: 1,
        octets: 1,
    };
    stream.handle_report(ms(100), &report);
    let dated = Dated { ntp: report.ntp, timestamp: 960, at: ms(100) };
    assert_eq!(stream.dated(), Some(dated));
    let block = stream.report(ms(350)).unwrap();
    assert_eq!((block.last_report, block.since_report), (0x2222_3333, 16_384));
}

#[test]
fn what_is_missing_is_asked_for_until_it_is_hopeless() {
    let mut stream = Incoming::new(7, 90_000, true);
    stream.handle_packet(ms(0), 65_534, 0);
    stream.handle_packet(ms(0), 65_538, 0);
    assert_eq!(lost(&mut stream, ms(4)), [], "it may only be late");
    assert_eq!(stream.poll_timeout(RTT), Some(ms(5)));
    stream.handle_packet(ms(4), 65_536, 0);
    assert_eq!(lost(&mut stream, ms(5)), [65_535, 1]);
    assert_eq!(lost(&mut stream, ms(54)), [], "the answer takes a round trip");
    assert_eq!(stream.poll_timeout(RTT), Some(ms(55)));
    assert_eq!(stream.handle_repair(1), Some(65_537));
    let asked = (5..2_000).flat_map(|at| lost(&mut stream, ms(at))).collect::<Vec<_>>();
    assert_eq!(asked, [65_535; 9]);
    assert_eq!(stream.poll_timeout(RTT), None);

    stream.handle_packet(ms(2_000), 65_540, 0);
    assert_eq!(lost(&mut stream, ms(3_001)), [], "nobody asked for a second");
    assert_eq!(stream.poll_timeout(RTT), None);
}

#[test]
fn nothing_is_asked_of_a_voice_nor_after_a_leap() {
    let mut voice = Incoming::new(7, 48_000, false);
    for index in [1, 9] {
        voice.handle_packet(ms(0), index, 0);
    }
    assert_eq!(lost(&mut voice, ms(100)), []);
    let mut video = Incoming::new(7, 90_000, true);
    for index in [1, 9, 9 + LEAP + 1] {
        video.handle_packet(ms(0), index, 0);
    }
    assert_eq!(lost(&mut video, ms(100)), []);
    let block = video.report(ms(0)).unwrap();
    assert_eq!((block.lost, block.fraction_lost), (0, 0));
}

#[test]
fn a_retransmission_is_unwrapped() {
    assert_eq!(unwrap(&[1, 2, 3]), Some(Repaired { seq: 258, payload: &[3] }));
    assert_eq!(unwrap(&[1, 2]), None, "it only fills the line");
    assert_eq!(unwrap(&[1]), None);
    let mut stream = Incoming::new(7, 90_000, true);
    assert_eq!(stream.handle_repair(5), None, "of nothing yet");
    stream.handle_packet(ms(0), 9, 0);
    assert_eq!(stream.handle_repair(10), None, "of the future");
}

proptest! {
    /// Whatever comes in whatever order: no number is new twice, only what is missing is asked for,
    /// and memory ends.
    #[test]
    fn any_order_is_survived(
        steps in proptest::collection::vec((-300_i64..600, 0_u64..40, any::<bool>()), 1..300),
    ) {
        let mut stream = Incoming::new(7, 90_000, true);
        let (mut index, mut now, mut seen) = (1_u64 << 20, 0, std::collections::BTreeSet::new());
        for (step, pause, repaired) in steps {
            index = index.saturating_add_signed(if step > 500 { step * 9 } else { step / 40 });
            now += pause;
            let new = if repaired {
                stream.handle_repair(crate::bytes::low_16(index)).is_some()
            } else {
                stream.handle_packet(ms(now), index, 0) == Arrival::New
            };
            prop_assert!(!(new && seen.contains(&index)));
            if new { seen.insert(index); }
            let asked = lost(&mut stream, ms(now));
            prop_assert!(asked.len() <= 256);
            let newest = seen.last().copied().unwrap_or(index);
            for number in asked {
                prop_assert!(!seen.contains(&extend(newest, number)));
            }
            let _ = stream.report(ms(now));
        }
    }
}
