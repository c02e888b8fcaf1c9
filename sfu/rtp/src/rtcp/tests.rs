//! Proves that what is written is read again, that bytes made by hand mean what the RFCs say, and
//! that any bytes are survived.

use super::write::FeedbackHead;
use super::*;
use crate::moment::{Micros, Ntp};
use proptest::prelude::*;

fn read(bytes: &[u8]) -> Vec<Message<'_>> {
    packets(bytes).collect()
}

fn block() -> impl Strategy<Value = Block> {
    (any::<[u32; 5]>(), any::<u8>(), -0x80_0000_i32..0x80_0000).prop_map(|(words, share, lost)| {
        let [ssrc, newest, jitter, last_report, since_report] = words;
        Block { ssrc, fraction_lost: share, lost, newest, jitter, last_report, since_report }
    })
}

/// Everything a message says, by walking through all of it.
fn exhaust(bytes: &[u8]) -> usize {
    let parts = packets(bytes).map(|message| match message {
        Message::SenderReport(_, blocks) | Message::ReceiverReport(_, blocks) => blocks.count(),
        Message::Bye(sources) => sources.count(),
        Message::Nack(nack) => nack.lost().count(),
        Message::Pli { .. } => 1,
        Message::Fir(fir) => fir.asked().count(),
        Message::Feedback(feedback) => feedback.statuses().count(),
    });
    parts.sum()
}

#[test]
fn a_compound_of_a_browser_is_read() {
    let bytes = [
        0x80, 200, 0, 6, 0, 0, 0, 9, 1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 3, 0xc0, 0, 0, 0, 5, 0, 0, 1, 0,
        0x81, 202, 0, 3, 0, 0, 0, 9, 1, 4, b'n', b'a', b'm', b'e', 0, 0, // a name
        0x80, 207, 0, 1, 0, 0, 0, 9, // an extended report, of which we know nothing
        0x81, 205, 0, 4, 0, 0, 0, 9, 0, 0, 0, 7, 0xff, 0xff, 0x80, 0x01, 0, 9, 0, 0, //
        0xa1, 206, 0, 3, 0, 0, 0, 9, 0, 0, 0, 7, 0, 0, 0, 4, // padded
        0x84, 206, 0, 4, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 7, 3, 0, 0, 0, //
        0x82, 203, 0, 2, 0, 0, 0, 9, 0, 0, 0, 10, //
    ];
    let messages = read(&bytes);
    let [Message::SenderReport(report, _), Message::Nack(nack), pli, Message::Fir(fir), bye] =
        messages[..]
    else {
        panic!("{messages:?}");
    };
    assert_eq!((report.ntp, report.timestamp), (Ntp(0x0102_0304_0506_0708), 960));
    assert_eq!((report.packets, report.octets), (5, 256));
    assert_eq!(nack.lost().collect::<Vec<_>>(), [65_535, 0, 15, 9]);
    assert_eq!(pli, Message::Pli { sender: 9, media: 7 });
    assert_eq!(fir.asked().collect::<Vec<_>>(), [(7, 3)]);
    let Message::Bye(sources) = bye else { panic!("{bye:?}") };
    assert_eq!(sources.collect::<Vec<_>>(), [9, 10]);
}

/// A run of two, a chunk of fourteen, one of seven, in which one came before the one before it.
#[test]
fn arrivals_are_read_as_the_draft_says() {
    let bytes = [
        0x8f,
        205,
        0,
        9,
        0,
        0,
        0,
        1,
        0,
        0,
        0,
        2, // from whom, to whom
        0xff,
        0xff,
        0,
        19,
        0,
        0,
        3,
        77, // base, count, time, number
        0x20,
        2, // two that came
        0b1010_0000,
        0b0000_0001, // of fourteen the first and the last
        0b1110_0100,
        0, // far, soon, lost
        4,
        8,
        0,
        40,
        0xff,
        0xf8,
        12,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
    ];
    let [Message::Feedback(feedback)] = read(&bytes)[..] else { panic!("{:?}", read(&bytes)) };
    assert_eq!((feedback.base, feedback.count), (65_535, 19));
    assert_eq!((feedback.reference, feedback.number), (3, 77));
    let statuses: Vec<_> = feedback.statuses().collect();
    let came: Vec<_> =
        statuses.iter().filter_map(|(n, step)| step.map(|step| (*n, step))).collect();
    assert_eq!(came, [(65_535, 4), (0, 8), (1, 0), (14, 40), (15, -8), (16, 12)]);
    assert_eq!(statuses.last(), Some(&(17, None)));
}

#[test]
fn a_wrong_length_ends_the_packet() {
    let mut out = Vec::new();
    write::pli(&mut out, 1, 2);
    assert_eq!(read(&out[..11]), []);
    out.extend([0x81, 206, 0, 9]);
    assert_eq!(read(&out), [Message::Pli { sender: 1, media: 2 }]);
    out[0] = 0x41;
    assert_eq!(read(&out), [], "another version");
}

#[test]
fn seventeen_numbers_take_four_bytes() {
    let (mut near, mut far) = (Vec::new(), Vec::new());
    write::nack(&mut near, 1, 2, &(65_530..=65_535).chain(0..=10).collect::<Vec<_>>());
    write::nack(&mut far, 1, 2, &[65_530, 11]);
    assert_eq!((near.len(), far.len()), (16, 20));
    write::nack(&mut near, 1, 2, &[]);
    assert_eq!(near.len(), 16, "nothing is asked for");
}

#[test]
fn many_blocks_take_several_reports() {
    let block = Block {
        ssrc: 1,
        fraction_lost: 0,
        lost: -1,
        newest: 0,
        jitter: 0,
        last_report: 0,
        since_report: 0,
    };
    let mut out = Vec::new();
    write::receiver_report(&mut out, 5, &[block; 70]);
    let counts: Vec<_> = packets(&out)
        .map(|message| match message {
            Message::ReceiverReport(5, blocks) => blocks.filter(|read| *read == block).count(),
            Message::SenderReport(..)
            | Message::ReceiverReport(..)
            | Message::Bye(_)
            | Message::Nack(_)
            | Message::Pli { .. }
            | Message::Fir(_)
            | Message::Feedback(_) => panic!("{message:?}"),
        })
        .collect();
    assert_eq!(counts, [31, 31, 8]);
}

proptest! {
    #[test]
    fn any_bytes_are_survived(
        mut bytes in proptest::collection::vec(any::<u8>(), 0..200), kind in 199_u8..208, first: u8,
    ) {
        exhaust(&bytes);
        for first in [first, 0x81, 0x8f, 0x84, 0xbf] {
            for (slot, byte) in bytes.iter_mut().zip([first | 0x80, kind, 0, 9]) { *slot = byte; }
            prop_assert!(exhaust(&bytes) <= 1 << 16);
        }
    }

    #[test]
    fn reports_come_out_as_they_went_in(
        words: [u32; 4], time: u64, blocks in proptest::collection::vec(block(), 0..40),
        name in proptest::collection::vec(any::<u8>(), 0..300),
    ) {
        let [ssrc, timestamp, packets, octets] = words;
        let report = SenderReport { ssrc, ntp: Ntp(time), timestamp, packets, octets };
        let mut out = Vec::new();
        write::sender_report(&mut out, &report, &blocks);
        write::cname(&mut out, ssrc, &name);
        write::bye(&mut out, &words);
        let mut found = Vec::new();
        for message in read(&out) {
            match message {
                Message::SenderReport(read, blocks) => {
                    prop_assert_eq!(read, report);
                    found.extend(blocks);
                }
                Message::ReceiverReport(whose, blocks) => {
                    prop_assert_eq!(whose, ssrc);
                    found.extend(blocks);
                }
                Message::Bye(sources) => prop_assert_eq!(sources.collect::<Vec<_>>(), words),
                Message::Nack(_)
                | Message::Pli { .. }
                | Message::Fir(_)
                | Message::Feedback(_) => prop_assert!(false, "{message:?}"),
            }
        }
        prop_assert_eq!(found, blocks);
        prop_assert_eq!(out.len() % 4, 0);
    }

    #[test]
    fn requests_come_out_as_they_went_in(
        start: u16, steps in proptest::collection::vec(1_u16..40, 0..60), number: u8,
    ) {
        let mut lost = vec![start];
        for step in steps { lost.push(lost.last().unwrap().wrapping_add(step)); }
        let mut out = Vec::new();
        write::nack(&mut out, 1, 2, &lost);
        write::fir(&mut out, 1, 2, number);
        let messages = read(&out);
        let [Message::Nack(nack), Message::Fir(fir)] = messages[..] else {
            panic!("{messages:?}")
        };
        prop_assert_eq!(nack.lost().collect::<Vec<_>>(), lost);
        prop_assert_eq!((nack.sender, nack.media), (1, 2));
        prop_assert_eq!(fir.asked().collect::<Vec<_>>(), [(2, number)]);
    }

    /// Each arrival comes back to the tick, the lost stay lost.
    #[test]
    fn arrivals_come_out_as_they_went_in(
        start in 0_u64..1 << 40, base: u16,
        steps in proptest::collection::vec((0_u8..10, -40_000_i64..80_000, 1_usize..40), 1..60),
    ) {
        let mut arrivals = vec![Some(Micros(start))];
        let mut now = start;
        for (kind, step, times) in steps {
            for _ in 0..times {
                now = now.saturating_add_signed(if kind < 3 { step } else { step.abs() / 20 });
                arrivals.push((kind != 9).then_some(Micros(now)));
            }
        }
        let mut out = Vec::new();
        let head = FeedbackHead { sender: 1, media: 2, base, number: 3 };
        let count = write::feedback(&mut out, &head, arrivals.iter().copied());
        prop_assert_eq!(usize::from(count), arrivals.len());
        let [Message::Feedback(feedback)] = read(&out)[..] else { panic!("{out:?}") };
        let mut at = i64::from(feedback.reference) * 256;
        let mut told = 0;
        for ((number, step), arrival) in feedback.statuses().zip(&arrivals) {
            prop_assert_eq!(number, base.wrapping_add(told));
            told += 1;
            at += i64::from(step.unwrap_or(0));
            let turn = 256 << 24;
            let sent = arrival.map(|at| i64::try_from(at.0 / 250).unwrap() % turn);
            prop_assert_eq!(step.map(|_| at % turn), sent);
        }
        prop_assert_eq!(told, count);
        prop_assert_eq!(out.len() % 4, 0);
    }
}

#[test]
fn a_step_too_far_ends_the_report() {
    let mut out = Vec::new();
    let head = FeedbackHead { sender: 1, media: 2, base: 0, number: 0 };
    let at = [0, 1_000, 9_000_000].map(|at| Some(Micros(at)));
    assert_eq!(write::feedback(&mut out, &head, at.into_iter()), 2);
    assert_eq!(exhaust(&out), 2);
}
