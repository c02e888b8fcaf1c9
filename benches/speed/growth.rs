//! How the cost of a packet grows with people, visits and cores.
//!
//! In: visits of four in which all send, from one to 250; five such visits among people who are
//! silent, up to ten thousand; one visit of up to a hundred, few of whom are seen and heard; as many
//! shards at once as there are cores. Out: numbers, and a drawing. What those who are silent take by
//! themselves, checks of their ways above all, is in the numbers, and told apart.
//! Never: sockets; what the kernel takes of a packet does not grow with people.

use crate::{FOUR, FOURS_LINES, Outcome, fours, timed};
use bedside_benches::paper::{Goal, Sheet, folder, median, say};
use bedside_loadtest::light::Lines;
use bedside_loadtest::light::hall::Hall;
use bedside_loadtest::sim::powers;
use std::time::Duration;

/// Visits in which all send.
const VISITS: [usize; 5] = [1, 5, 25, 100, 250];
/// Visits that send among those who are silent, and how many there are of these.
const AMONG: usize = 5;
const SILENT: [usize; 4] = [10, 100, 1_000, 10_000];
const WARM: Duration = Duration::from_secs(4);
/// People of one visit, and how many of them are seen and heard at most.
const TOGETHER: [usize; 6] = [2, 4, 10, 25, 50, 100];
const SEEN: usize = 6;
/// Lines for voices and pictures that a page is given at most, and for pictures all pages together.
const AUDIO_LINES_MAX: usize = 15;
const VIDEO_LINES_MAX: usize = 12;
const VIDEO_LINES_OF_ALL_MAX: usize = 600;
/// Visits of four on each core.
const VISITS_A_CORE: usize = 25;
/// Until rooms to which nobody sends are at rest.
const RESTS_AFTER: Duration = Duration::from_secs(8);
/// What is measured at a time, and how often.
const WINDOW: Duration = Duration::from_millis(400);
const ROUNDS: usize = 9;

type Points = Vec<(f64, f64)>;

pub(crate) fn growth(sheet: &mut Sheet) -> Outcome<()> {
    let mut sending = Points::new();
    for visits in VISITS {
        let mut hall = fours(visits, &mut |shard, round, out| round.work(shard, out));
        hall.run(WARM, &mut |shard, round, out| round.work(shard, out));
        // A large one has enough packets in a moment.
        let rounds = if visits > 50 { 3 } else { ROUNDS };
        let costs: Vec<f64> = (0..rounds).map(|_| cost(&mut hall, Duration::ZERO)).collect();
        let people = visits * FOUR;
        sheet.rounds(&format!("{people} people in visits of four"), "µs", &costs, None);
        sending.push((across(people), median(&costs)));
    }
    let together = together(sheet);
    cores(sheet)?;
    let Among { points, whole, beyond } = among_silent(sheet);
    let name = "five visits of four among 10,000 idle over among 10";
    sheet.rounds(name, "x", &whole, Some(Goal::AtMost(1.25)));
    sheet.rounds(&format!("{name}, without what the idle take"), "x", &beyond, None);
    draw(&sending, &points, &together)
}

/// One visit of more and more people.
fn together(sheet: &mut Sheet) -> Points {
    let mut points = Points::new();
    for people in TOGETHER {
        let mut hall = Hall::new(people);
        let others = people - 1;
        let lines = Lines {
            audio: others.min(AUDIO_LINES_MAX),
            video: others.min(VIDEO_LINES_MAX).min(VIDEO_LINES_OF_ALL_MAX / people),
        };
        for _ in 0..people {
            hall.admit(0, lines, &mut |shard, round, out| round.work(shard, out));
        }
        (0..people.min(SEEN)).for_each(|person| hall.send(person, true));
        hall.run(WARM, &mut |shard, round, out| round.work(shard, out));
        let (mut costs, mut shares) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            let before = hall.delivered_packets();
            let spent = spent(&mut hall);
            costs.push(each(spent, hall.delivered_packets() - before));
            shares.push(spent.as_secs_f64() / WINDOW.as_secs_f64() * 100.0);
        }
        sheet.rounds(&format!("one visit of {people}, {SEEN} seen at most"), "µs", &costs, None);
        sheet.rounds(&format!("one visit of {people}, of a core"), "%", &shares, None);
        points.push((across(people), median(&costs)));
    }
    points
}

/// As many shards as cores, each with visits of its own, at the same time.
fn cores(sheet: &mut Sheet) -> Outcome<()> {
    let cores = std::thread::available_parallelism()?.get();
    for count in 1..=cores {
        let shard = || {
            let mut hall = fours(VISITS_A_CORE, &mut |shard, round, out| round.work(shard, out));
            hall.run(WARM, &mut |shard, round, out| round.work(shard, out));
            (0..ROUNDS).map(|_| cost(&mut hall, Duration::ZERO)).collect::<Vec<f64>>()
        };
        let costs = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..count).map(|_| scope.spawn(shard)).collect();
            threads.into_iter().map(std::thread::ScopedJoinHandle::join).collect::<Vec<_>>()
        });
        let costs: Result<Vec<_>, _> = costs.into_iter().collect();
        let costs = costs.map_err(|_| "a shard's thread ended by a panic")?.concat();
        sheet.rounds(&format!("100 people a core on {count} at once"), "µs", &costs, None);
    }
    Ok(())
}

/// What five visits cost among more and more people who are silent.
struct Among {
    points: Points,
    /// Among the most over among the fewest: all that the shard does.
    whole: Vec<f64>,
    /// The same without what it does for those who are silent.
    beyond: Vec<f64>,
}

/// Five visits among more and more people who are silent; at the end beside five among a few.
fn among_silent(sheet: &mut Sheet) -> Among {
    let started = || {
        let mut hall = fours(AMONG, &mut |shard, round, out| round.work(shard, out));
        for visit in 0..SILENT[0] {
            let room = 100_000 + visit as u64;
            hall.admit(room, FOURS_LINES, &mut |shard, round, out| round.work(shard, out));
        }
        hall
    };
    let (mut few, mut many, mut points) = (started(), started(), Points::new());
    let few_at_rest = rest(&mut few);
    let mut at_rest = Duration::ZERO;
    let mut there = SILENT[0];
    for silent in SILENT {
        // Nobody speaks while the others come: it would be many minutes.
        say_all(&mut many, false);
        while there < silent {
            let room = 100_000 + there as u64;
            many.admit(room, FOURS_LINES, &mut |shard, round, out| round.work(shard, out));
            there += 1;
            if there.is_multiple_of(1_000) {
                say(&format!("  {there} people are there and silent"));
            }
        }
        at_rest = rest(&mut many);
        let costs: Vec<f64> = (0..ROUNDS).map(|_| cost(&mut many, Duration::ZERO)).collect();
        let name = format!("five visits of four among {silent} idle");
        sheet.rounds(&name, "µs", &costs, None);
        let share = at_rest.as_secs_f64() / WINDOW.as_secs_f64() * 100.0;
        sheet.number(&format!("{silent} idle by themselves, of a core"), "%", share);
        points.push((across(AMONG * FOUR + silent), median(&costs)));
    }
    let mut times = |of_many: Duration, of_few: Duration| {
        (0..ROUNDS).map(|_| cost(&mut many, of_many) / cost(&mut few, of_few)).collect()
    };
    let whole = times(Duration::ZERO, Duration::ZERO);
    Among { points, whole, beyond: times(at_rest, few_at_rest) }
}

/// Those who have something to say begin, or end.
fn say_all(hall: &mut Hall, sends: bool) {
    for person in 0..AMONG * FOUR {
        hall.send(person, sends);
    }
}

/// What the shard takes of a window while nobody sends; afterwards all do who have something to say.
fn rest(hall: &mut Hall) -> Duration {
    say_all(hall, false);
    hall.run(RESTS_AFTER, &mut |shard, round, out| round.work(shard, out));
    let mut windows: Vec<Duration> = (0..ROUNDS).map(|_| spent(hall)).collect();
    windows.sort_unstable();
    say_all(hall, true);
    hall.run(WARM, &mut |shard, round, out| round.work(shard, out));
    windows.get(ROUNDS / 2).copied().unwrap_or_default()
}

/// What the shard takes of a window.
fn spent(hall: &mut Hall) -> Duration {
    let mut spent = Duration::ZERO;
    hall.run(WINDOW, &mut timed(&mut spent));
    spent
}

/// Microseconds of the shard for each packet delivered, beyond what it takes at rest.
fn cost(hall: &mut Hall, at_rest: Duration) -> f64 {
    let before = hall.delivered_packets();
    let spent = spent(hall).saturating_sub(at_rest);
    each(spent, hall.delivered_packets() - before)
}

fn each(spent: Duration, packets: u64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "thousands")]
    let packets = packets.max(1) as f64;
    spent.as_secs_f64() * 1e6 / packets
}

/// So many people, on an axis.
fn across(people: usize) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "thousands")]
    let people = people as f64;
    people
}

fn draw(sending: &[(f64, f64)], silent: &[(f64, f64)], together: &[(f64, f64)]) -> Outcome<()> {
    let lines = [
        ("in visits of four, all send", sending),
        ("five visits of four, the rest idle", silent),
        ("one visit, six seen at most", together),
    ];
    let about = "processor time of a shard for each packet delivered, by people on it; no sockets";
    let drawn = powers("What a packet costs as a shard fills", about, "µs a packet", &lines);
    std::fs::create_dir_all(folder())?;
    let file = folder().join("growth.svg");
    std::fs::write(&file, drawn)?;
    say(&format!("drawn to {}", file.display()));
    Ok(())
}
