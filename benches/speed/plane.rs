//! What the media plane costs, beside the least that this machine can do it for at this minute.
//!
//! In: which loads (`make bench WHICH=plane ARGS="--only rooms"`), how many rounds. Out: a table, and
//! the same numbers in `target/bench/report.json`.
//! Never: a number of the generator's; the media thread's processor time alone is counted, and only
//! ratios are worth something on a machine that others use too.

mod bare;
mod crowd;
mod flood;
mod media;
mod rounds;

use bedside_benches::order::Order;
use bedside_benches::paper::{Goal, Sheet, median, say};
use bedside_benches::processor::pin;
use flood::Flood;
use rounds::{Limit, Load, Served, Turn};
use std::error::Error;
use std::time::Duration;

/// Whatever went wrong ends the run.
type Outcome<T> = Result<T, Box<dyn Error>>;

/// What can be measured by itself.
const PARTS: [&str; 6] = ["rooms", "fan-out", "light", "full", "half", "flood"];
/// Rounds of which the middle is told.
const ROUNDS: usize = 9;
/// Part of a core that is full load: beyond it packets wait, and what is measured is the wait.
const FULL: f64 = 0.8;
/// Visits of three to find full load with, and the most that one thread of people can be.
const TRIAL_VISITS: usize = 30;
const FULL_VISITS_MAX: usize = 190;
/// One to fifty.
const FAN_OUT: Load = Load { visits: 1, people: 51, senders: 1 };
const ROOMS: Load = Load { visits: 5, people: 4, senders: 4 };
/// 3,060 packets a second arrive.
const LIGHT: Load = Load { visits: 6, people: 3, senders: 3 };
/// Junk, in datagrams a second.
const JUNK: usize = 50_000;
/// The best of others on the machine where they were measured, halved.
const ROOMS_US: f64 = 24.7 / 2.0;
const FAN_OUT_US: f64 = 19.6 / 2.0;

fn main() -> Outcome<()> {
    pin(1);
    let order = Order::read(std::env::args().skip(1), &PARTS, ROUNDS)?;
    let mut sheet = Sheet::new("plane");
    say("the media plane and the bare loop in turns, on one core; people on another:");
    if order.wants("rooms") {
        let turns = both("rooms", ROOMS, &order)?;
        tell(&mut sheet, "five visits of four", &turns, Some(Goal::AtMost(ROOMS_US)));
        let p99: Vec<f64> = turns.iter().map(|(served, _)| served.ms[1]).collect();
        sheet.rounds("five visits of four, p99", "ms", &p99, Some(Goal::AtMost(0.7)));
    }
    if order.wants("fan-out") {
        let turns = both("fan-out", FAN_OUT, &order)?;
        tell(&mut sheet, "one to fifty", &turns, Some(Goal::AtMost(FAN_OUT_US)));
    }
    if order.wants("light") {
        let turns = both("light", LIGHT, &order)?;
        tell(&mut sheet, "3,000 packets a second", &turns, Some(Goal::AtMost(8.5)));
    }
    if order.wants("full") || order.wants("half") {
        let full = full_load()?;
        if order.wants("full") {
            let turns = both("full", full, &order)?;
            tell(&mut sheet, "full load", &turns, None);
            let times: Vec<f64> = turns.iter().map(|(served, bare)| served.us / bare.us).collect();
            let goal = Some(Goal::AtMost(1.6));
            sheet.rounds("full load, fan-out 2, over the bare loop", "x", &times, goal);
        }
        if order.wants("half") {
            half_load(&mut sheet, full, &order)?;
        }
    }
    if order.wants("flood") {
        under_flood(&mut sheet, &order)?;
    }
    sheet.close()?;
    Ok(())
}

/// Turns of both, one after the other.
fn both(name: &str, load: Load, order: &Order) -> Outcome<Vec<(Turn, Turn)>> {
    say(&format!(
        "{name}: {} visits of {}, {} packets a second arrive, {} leave",
        load.visits,
        load.people,
        load.arriving(),
        load.leaving()
    ));
    let (mut limit, mut served) = (Limit::start(load)?, Served::start(load)?);
    let mut turns = Vec::new();
    for round in 1..=order.rounds {
        let pair = (served.turn()?, limit.turn()?);
        say(&format!(
            "  round {round}: {:.2} µs ({:.0} % of a core, {:.1} % delivered), bare {:.2} µs ({:.1} %)",
            pair.0.us,
            100.0 * pair.0.core,
            100.0 * pair.0.delivered,
            pair.1.us,
            100.0 * pair.1.delivered
        ));
        turns.push(pair);
    }
    limit.stop()?;
    served.stop();
    Ok(turns)
}

fn tell(sheet: &mut Sheet, name: &str, turns: &[(Turn, Turn)], goal: Option<Goal>) {
    let of = |read: &dyn Fn(&(Turn, Turn)) -> f64| turns.iter().map(read).collect::<Vec<f64>>();
    sheet.rounds(&format!("{name}, a packet delivered"), "µs", &of(&|turn| turn.0.us), goal);
    sheet.rounds(&format!("{name}, the bare loop"), "µs", &of(&|turn| turn.1.us), None);
    let times = of(&|turn| turn.0.us / turn.1.us);
    sheet.rounds(&format!("{name}, media plane over bare loop"), "x", &times, None);
    let delivered = of(&|turn| 100.0 * turn.0.delivered);
    sheet.rounds(&format!("{name}, delivered"), "%", &delivered, Some(Goal::AtLeast(99.0)));
}

/// So many visits of three that a core is full.
fn full_load() -> Outcome<Load> {
    let trial = Load { visits: TRIAL_VISITS, people: 3, senders: 3 };
    let mut served = Served::start(trial)?;
    let mut shares = Vec::new();
    for _ in 0..3 {
        shares.push(served.turn()?.core);
    }
    served.stop();
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a few hundred visits"
    )]
    let visits = (TRIAL_VISITS as f64 * FULL / median(&shares).max(0.01)) as usize;
    Ok(Load { visits: visits.clamp(1, FULL_VISITS_MAX), ..trial })
}

/// How long packets take with a core half used.
fn half_load(sheet: &mut Sheet, full: Load, order: &Order) -> Outcome<()> {
    let half = Load { visits: (full.visits * 5 / 8).max(1), ..full };
    let turns = both("half", half, order)?;
    let goals = [("p50", 0.7), ("p99", 2.0), ("p99.9", 5.0)];
    for (at, (name, goal)) in goals.into_iter().enumerate() {
        let of = |turn: &Turn| turn.ms.get(at).copied().unwrap_or(f64::NAN);
        let served: Vec<f64> = turns.iter().map(|(served, _)| of(served)).collect();
        let bare: Vec<f64> = turns.iter().map(|(_, bare)| of(bare)).collect();
        sheet.rounds(&format!("half load, {name}"), "ms", &served, Some(Goal::AtMost(goal)));
        sheet.rounds(&format!("half load, {name}, the bare loop"), "ms", &bare, None);
    }
    let core: Vec<f64> = turns.iter().map(|(served, _)| 100.0 * served.core).collect();
    sheet.rounds("half load, of a core", "%", &core, None);
    Ok(())
}

/// What junk of strangers costs a visit.
fn under_flood(sheet: &mut Sheet, order: &Order) -> Outcome<()> {
    say(&format!(
        "flood: five visits of four, with and without {JUNK} datagrams of strangers a second"
    ));
    let mut served = Served::start(ROOMS)?;
    let (mut times, mut delivered) = (Vec::new(), Vec::new());
    for round in 1..=order.rounds {
        let calm = served.turn()?;
        let flood = Flood::start(served.server, JUNK)?;
        let stormy = served.turn()?;
        let sent = flood.stop()?;
        say(&format!(
            "  round {round}: {:.2} µs, under {sent} datagrams of junk {:.2} µs",
            calm.us, stormy.us
        ));
        times.push(stormy.us / calm.us);
        delivered.push(100.0 * stormy.delivered);
    }
    served.crowd.run(Duration::from_millis(1_200))?;
    let stats = served.media.stats();
    let goal = Some(Goal::AtMost(1.5));
    sheet.rounds("50,000 datagrams of strangers a second, a visit's packet", "x", &times, goal);
    sheet.rounds("under strangers, delivered", "%", &delivered, Some(Goal::AtLeast(99.0)));
    #[expect(clippy::cast_precision_loss, reason = "millions")]
    sheet.number("datagrams of strangers turned away", "", stats.datagrams_unknown as f64);
    served.stop();
    Ok(())
}
