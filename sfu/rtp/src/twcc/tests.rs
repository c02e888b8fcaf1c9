//! Proves that both ends tell the same story, over wraps and losses, within their limits.

use super::*;
use crate::bytes::low_16;
use crate::moment::Micros;
use crate::rtcp::write::{self, FeedbackHead};
use crate::rtcp::{Feedback, Message, packets};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::time::Duration;

/// All there is to report.
fn polled(arrivals: &mut Arrivals) -> Vec<Vec<u8>> {
    let mut reports = Vec::new();
    loop {
        let mut out = Vec::new();
        if !arrivals.poll_feedback(1, 2, &mut out) {
            return reports;
        }
        reports.push(out);
    }
}

fn feedback(bytes: &[u8]) -> Feedback<'_> {
    match packets(bytes).collect::<Vec<_>>()[..] {
        [Message::Feedback(feedback)] => feedback,
        ref other => panic!("{other:?}"),
    }
}

fn fates(reports: &mut Reports, left: u64, sent: &[Vec<u8>]) -> Vec<Fate> {
    sent.iter().flat_map(|bytes| reports.read(left, &feedback(bytes))).collect()
}

#[test]
fn nothing_is_told_where_nothing_came() {
    let mut arrivals = Arrivals::default();
    assert!(polled(&mut arrivals).is_empty());
    arrivals.handle(65_535, Micros(1_000));
    assert_eq!(polled(&mut arrivals).len(), 1);
    assert!(polled(&mut arrivals).is_empty());
}

#[test]
fn what_comes_late_is_told_of_again() {
    let (mut arrivals, mut reports) = (Arrivals::default(), Reports::default());
    [65_534, 65_535, 1].into_iter().for_each(|number| arrivals.handle(number, Micros(9_000)));
    let came = |fates: Vec<Fate>| -> Vec<(u64, bool)> {
        fates.iter().map(|fate| (fate.number, fate.arrived.is_some())).collect()
    };
    let first = fates(&mut reports, 65_540, &polled(&mut arrivals));
    assert_eq!(came(first), [(65_534, true), (65_535, true), (65_536, false), (65_537, true)]);
    arrivals.handle(0, Micros(12_000));
    let second = fates(&mut reports, 65_540, &polled(&mut arrivals));
    assert_eq!(came(second), [(65_536, true), (65_537, true)]);
    arrivals.handle(0, Micros(13_000));
    assert!(polled(&mut arrivals).is_empty(), "a repetition is nothing new");
}

#[test]
fn a_leap_is_a_new_beginning_and_memory_has_an_end() {
    let mut arrivals = Arrivals::default();
    for number in (0..60_000_u16).step_by(1_900) {
        arrivals.handle(number, Micros(u64::from(number)));
    }
    let reports = polled(&mut arrivals);
    let told: usize = reports.iter().map(|bytes| feedback(bytes).statuses().count()).sum();
    assert!((1_900..=2_048).contains(&told), "{told}");
    assert!(reports.concat().len() < 60, "a hole takes two bytes");
    arrivals.handle(30_000, Micros(70_000));
    let last = polled(&mut arrivals);
    assert_eq!(feedback(&last[0]).base, 30_000);
    assert_eq!(feedback(&last[0]).count, 1);
}

#[test]
fn a_report_fits_into_a_datagram() {
    let mut arrivals = Arrivals::default();
    // Each comes before the one before it, which takes the longest steps.
    for number in 0..2_000_u16 {
        arrivals.handle(number, Micros(9_000_000 - u64::from(number) * 1_000));
    }
    let reports = polled(&mut arrivals);
    assert_eq!(
        reports.iter().map(|bytes| feedback(bytes).statuses().count()).sum::<usize>(),
        2_000
    );
    assert!(reports.iter().all(|bytes| bytes.len() < 1_200), "{reports:?}");
}

#[test]
fn what_never_left_is_not_believed() {
    let mut arrivals = Arrivals::default();
    (0..50).for_each(|number| arrivals.handle(number, Micros(5)));
    let sent = polled(&mut arrivals);
    let told = fates(&mut Reports::default(), 9, &sent);
    assert_eq!(
        told.iter().map(|fate| fate.number).collect::<Vec<_>>(),
        (0..10).collect::<Vec<_>>()
    );
    // Fates of 65,535 packets in twenty-eight bytes.
    let mut lie = vec![0x8f, 205, 0, 6, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0xff, 0xff, 0, 0, 0, 0];
    lie.extend([0x1f, 0xff].repeat(4));
    assert_eq!(fates(&mut Reports::default(), (1 << 40) + 30_000, &[lie]).len(), 2_500);
}

/// A client that begins each report with the first packet that came.
#[test]
fn what_no_report_tells_of_was_lost_unless_a_report_was() {
    let mut reports = Reports::default();
    let mut told = |number: u8, base: u16| -> Vec<(u64, bool)> {
        let head = FeedbackHead { sender: 1, media: 2, base, number };
        let mut out = Vec::new();
        write::feedback(&mut out, &head, std::iter::once(Some(Micros(7))));
        let fates = reports.read(100, &feedback(&out));
        fates.map(|fate| (fate.number, fate.arrived.is_some())).collect()
    };
    assert_eq!(told(255, 5), [(5, true)]);
    assert_eq!(told(0, 7), [(6, false), (7, true)]);
    assert_eq!(told(2, 12), [(12, true)]);
}

/// After twelve days of 64 ms the time of reports begins anew; that of fates does not.
#[test]
fn a_clock_that_begins_anew_runs_on() {
    let (mut arrivals, mut reports) = (Arrivals::default(), Reports::default());
    let turn = 64_000 << 24;
    let mut arrived = |number, at| {
        arrivals.handle(number, Micros(at));
        let told = fates(&mut reports, 100, &polled(&mut arrivals));
        told.last().unwrap().arrived.unwrap()
    };
    let before = arrived(1, turn - 1_000);
    let after = arrived(2, turn + 1_000);
    assert_eq!(after.since(before), Duration::from_millis(2));
    assert_eq!(arrived(3, turn - 500).0, before.0 + 500, "and back");
}

proptest! {
    /// Of every packet that left before the last that came, each end knows the same; times agree to
    /// the tick, over many wraps of the numbers and the clock.
    #[test]
    fn both_ends_agree(
        start in 0_u64..200_000, clock in 0_u64..3_000_000_000_000,
        gaps in proptest::collection::vec((0_u8..8, 0_u64..30_000, 0_u64..50_000), 1..400),
        every in 1_usize..60,
    ) {
        let (mut arrivals, mut reports) = (Arrivals::default(), Reports::default());
        let (mut sent_by_number, mut told_by_number) = (BTreeMap::new(), BTreeMap::new());
        let (mut number, mut now) = (start, clock);
        let mut left = number;
        for (n, (kind, gap, pause)) in gaps.into_iter().enumerate() {
            number += match kind { 0..6 => 1, 6 => 2, _ => 1 + gap % 90 };
            now += if kind == 5 { pause * 200 } else { gap };
            left = number;
            arrivals.handle(low_16(number), Micros(now));
            sent_by_number.insert(number, now);
            if n % every == 0 {
                for fate in fates(&mut reports, left, &polled(&mut arrivals)) {
                    told_by_number.insert(fate.number, fate.arrived);
                }
            }
        }
        for fate in fates(&mut reports, left, &polled(&mut arrivals)) {
            told_by_number.insert(fate.number, fate.arrived);
        }
        let first = *sent_by_number.keys().next().unwrap();
        let begun = told_by_number[&first].unwrap();
        for number in first..=left {
            let told = told_by_number.get(&number).copied().flatten();
            let sent = sent_by_number.get(&number);
            let since = told.map(|at| at.since(begun));
            let meant = sent.map(|at| Duration::from_micros(
                (at / 250 - sent_by_number[&first] / 250) * 250));
            prop_assert_eq!(since, meant, "{}", number);
        }
        prop_assert_eq!(told_by_number.keys().next(), Some(&first));
    }

    #[test]
    fn any_order_is_survived(
        numbers in proptest::collection::vec((any::<u16>(), any::<u64>()), 1..300),
    ) {
        let (mut arrivals, mut reports) = (Arrivals::default(), Reports::default());
        for (number, at) in numbers {
            arrivals.handle(number, Micros(at));
            let sent = polled(&mut arrivals);
            prop_assert!(sent.len() <= 2_048);
            let told = fates(&mut reports, 1 << 17, &sent);
            prop_assert!(told.len() <= 2_500 * sent.len());
        }
    }
}
