//! One seed is one run, on however many threads.

use super::*;
use crate::sim::catalogue;

fn chosen(names: &[&str]) -> Vec<Scenario> {
    let all = catalogue::all().into_iter();
    all.filter(|scenario| names.contains(&scenario.name.as_str())).collect()
}

fn jobs(threads: usize) -> Jobs {
    Jobs { seed: 3, seeds: 2, strict: false, threads, plots: true }
}

#[test]
fn the_same_seeds_give_the_same_numbers_whatever_the_threads() {
    let scenarios = chosen(&["steady-250", "thin-50", "cut-500-16k-40ms"]);
    assert_eq!(scenarios.len(), 3);
    let once = run(&scenarios, jobs(1), |_, _| {});
    let again = run(&scenarios, jobs(3), |_, _| {});
    assert_eq!(once.scoreboard, again.scoreboard);
    assert_eq!(once.faults, [""; 0]);
    let names: Vec<&str> = once.drawings.iter().map(|drawing| drawing.name.as_str()).collect();
    assert_eq!(names, ["cut-500-16k-40ms", "steady-250", "thin-50"]);
    for (one, other) in once.drawings.iter().zip(&again.drawings) {
        assert_eq!(one.svg, other.svg, "{}", one.name);
    }
}

#[test]
fn another_seed_is_another_run() {
    let scenarios = chosen(&["cut-500-16k-40ms"]);
    let one = Jobs { seeds: 1, ..jobs(1) };
    let board = |seed| run(&scenarios, Jobs { seed, ..one }, |_, _| {}).drawings.remove(0).svg;
    assert_ne!(board(1), board(2));
}

#[test]
fn a_rare_fault_gets_as_many_seeds_as_it_asks_for() {
    let mut scenarios = chosen(&["unfreeze"]);
    assert_eq!(jobs(1).seeds_of(&scenarios[0]), 3..5);
    assert_eq!(Jobs { strict: true, ..jobs(1) }.seeds_of(&scenarios[0]), 3..43);
    scenarios[0].seeds_min = 1;
    assert_eq!(Jobs { strict: true, ..jobs(1) }.seeds_of(&scenarios[0]), 3..5);
}
