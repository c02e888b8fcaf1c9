//! The mind of the media plane by itself, in virtual time: what people cost who join, who are
//! there and silent, who speak; what of it stays in memory, and how all that grows.
//!
//! In: people, as many as this machine has room for. Out: a table, the same numbers in
//! `target/bench/report.json`, and how cost grows in `target/bench/growth.svg`.
//! Never: a socket. Time is the shard's alone; the people before it live outside of what is counted.

mod allocations;
mod growth;
mod wakes;

use allocation_counter::measure;
use allocations::Allocations;
use bedside_benches::order::Order;
use bedside_benches::paper::{Goal, Sheet, say};
use bedside_benches::processor::processor_time;
use bedside_loadtest::light::Lines;
use bedside_loadtest::light::hall::{Hall, Work, pass};
use bedside_sfu_core::Datagram;
use std::error::Error;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

/// Whatever went wrong ends the run.
type Outcome<T> = Result<T, Box<dyn Error>>;

/// Rounds of which the middle is told, and joins in each.
const ROUNDS: usize = 9;
/// What can be measured by itself.
const PARTS: [&str; 4] = ["join", "idle", "memory", "growth"];
const JOINS: usize = 10;
/// A visit of four.
const FOUR: usize = 4;
const FOURS_LINES: Lines = Lines { audio: 3, video: 3 };
const VIEWERS_LINES: Lines = Lines { audio: 1, video: 1 };
/// Until every line is known to carry what is sent, and repairs are kept as long as they are kept.
const WARM: Duration = Duration::from_secs(6);
/// Visits, and people who are there and silent, whose memory is weighed.
const WEIGHED_VISITS: usize = 10;
const WEIGHED_IDLE: usize = 200;
/// Until a room to which nobody sends is at rest.
const RESTS_AFTER: Duration = Duration::from_secs(8);
/// Datagrams of strangers.
const JUNK: u32 = 200_000;

fn main() -> Outcome<()> {
    let order = Order::read(std::env::args().skip(1), &PARTS, ROUNDS)?;
    let mut sheet = Sheet::new("mind");
    say("the mind of the media plane, in virtual time:");
    if order.wants("join") {
        joins(&mut sheet, order.rounds)?;
    }
    if order.wants("idle") {
        idle(&mut sheet, order.rounds)?;
    }
    if order.wants("memory") {
        memory(&mut sheet);
        let Allocations { way, beside } = allocations::a_packet();
        let name = "allocations a packet delivered, fan-out 3";
        sheet.judged(name, "", way, Goal::AtMost(0.0));
        sheet.number("the same, for answers to checks of the way", "", beside);
        strangers(&mut sheet);
    }
    if order.wants("growth") {
        growth::growth(&mut sheet)?;
    }
    sheet.close()?;
    Ok(())
}

/// Works rounds, and counts the time they take.
pub(crate) fn timed(
    spent: &mut Duration,
) -> impl FnMut(
    &mut bedside_sfu_core::Shard,
    &bedside_loadtest::light::hall::Round,
    &mut bedside_loadtest::light::hall::Outbox,
) {
    move |shard, round, out| {
        let began = processor_time().unwrap_or_default();
        round.work(shard, out);
        *spent += processor_time().unwrap_or_default().saturating_sub(began);
    }
}

/// From the offer to the keys.
fn joins(sheet: &mut Sheet, rounds: usize) -> Outcome<()> {
    let mut hall = Hall::new(10_000);
    let mut times = Vec::new();
    for round in 0..=rounds {
        let mut spent = Duration::ZERO;
        for person in 0..JOINS {
            let visit = u64::try_from(round * JOINS + person)?;
            if !hall.admit(visit, FOURS_LINES, &mut timed(&mut spent)) {
                return Err("somebody was not let in".into());
            }
        }
        times.push(spent.as_secs_f64() * 1_000.0 / f64::from(u32::try_from(JOINS)?));
    }
    // The first round warms up what is made once.
    sheet.rounds("join", "ms", times.get(1..).unwrap_or_default(), Some(Goal::AtMost(0.3)));
    Ok(())
}

/// What somebody costs who is there, and to whom nothing is sent.
fn idle(sheet: &mut Sheet, rounds: usize) -> Outcome<()> {
    let wakes = wakes::idle();
    sheet.judged("idle viewer, wake-ups a second", "/s", wakes, Goal::AtMost(5.0));
    let mut hall = Hall::new(10_000);
    let work: Work<'_> = &mut |shard, round, out| round.work(shard, out);
    for visit in 0..WEIGHED_IDLE {
        hall.admit(u64::try_from(visit)?, VIEWERS_LINES, work);
    }
    hall.run(RESTS_AFTER, work);
    let mut times = Vec::new();
    for _ in 0..rounds {
        let (mut spent, until) = (Duration::ZERO, hall.now() + Duration::from_secs(2));
        let mut timed = timed(&mut spent);
        while hall.now() < until {
            hall.leap(&mut timed);
        }
        drop(timed);
        times.push(spent.as_secs_f64() * 1e6 / 2.0 / f64::from(u32::try_from(WEIGHED_IDLE)?));
    }
    sheet.rounds("idle viewer, of a second", "µs", &times, Some(Goal::AtMost(10.0)));
    Ok(())
}

/// What is held for each person.
fn memory(sheet: &mut Sheet) {
    let kib = |bytes: i64, people: usize| {
        #[expect(clippy::cast_precision_loss, reason = "megabytes")]
        let each = bytes as f64 / 1_024.0 / people as f64;
        each
    };
    let mut held = 0;
    let weigh: Work<'_> = &mut |shard, round, out| {
        held += measure(|| round.work(shard, out)).bytes_current;
    };
    let mut hall = Hall::new(10_000);
    for visit in 0..WEIGHED_IDLE {
        hall.admit(visit as u64, FOURS_LINES, weigh);
    }
    hall.run(WARM, weigh);
    sheet.judged("memory of a person, idle", "KiB", kib(held, WEIGHED_IDLE), Goal::AtMost(64.0));
    let mut held = 0;
    let weigh: Work<'_> = &mut |shard, round, out| {
        held += measure(|| round.work(shard, out)).bytes_current;
    };
    let mut hall = fours(WEIGHED_VISITS, weigh);
    hall.run(WARM, weigh);
    let people = WEIGHED_VISITS * FOUR;
    sheet.judged(
        "memory of a person in a visit of four",
        "KiB",
        kib(held, people),
        Goal::AtMost(400.0),
    );
}

/// What stays of datagrams of strangers.
fn strangers(sheet: &mut Sheet) {
    let mut hall = fours(1, &mut |shard, round, out| round.work(shard, out));
    hall.run(WARM, &mut |shard, round, out| round.work(shard, out));
    let mut held = 0;
    hall.step(&mut |shard, round, out| {
        round.work(shard, out);
        held = measure(|| {
            for number in 0..JUNK {
                let mut payload = [0; 120];
                fastrand::fill(&mut payload);
                let address = Ipv4Addr::from(fastrand::u32(..));
                let source = SocketAddr::from((address, fastrand::u16(1..)));
                let head: [u8; 8] = match number % 3 {
                    0 => [0, 1, 0, 100, 0x21, 0x12, 0xa4, 0x42],
                    1 => [22, 254, 253, 0, 0, 0, 0, 0],
                    _ => [0x90, 96, 0, 1, 0, 0, 0, 9],
                };
                for (byte, of) in payload.iter_mut().zip(head) {
                    *byte = of;
                }
                let destination = SocketAddr::from(([192, 0, 2, 1], 7_882));
                let datagram = Datagram { source, destination, payload: &payload };
                shard.handle_datagram(round.now, datagram);
            }
        })
        .bytes_current;
        pass(shard, round.now, out);
    });
    #[expect(clippy::cast_precision_loss, reason = "a handful of bytes")]
    let held = held as f64;
    sheet.judged("held of 200,000 datagrams of strangers", "bytes", held, Goal::AtMost(0.0));
}

/// So many visits of four, in which everybody sends.
pub(crate) fn fours(visits: usize, work: Work<'_>) -> Hall {
    let mut hall = Hall::new(20_000);
    for person in 0..visits * FOUR {
        hall.admit((person / FOUR) as u64, FOURS_LINES, work);
    }
    for person in 0..visits * FOUR {
        hall.send(person, true);
    }
    hall
}
