//! Whether a scoreboard is worse than one that was kept.
//!
//! In: two scoreboards. Out: what became worse, and what is no longer there, a sentence each.
//! Never: judges numbers that have no goal, or compares what different seeds have measured.

use super::metric::Worse;
use super::score::{Row, Scoreboard, Summary};

/// How much worse a number may be than it was, in percent of what it was.
const TOLERANCE_PERCENT: f64 = 15.0;

/// How much worse a number may be whatever it was, by its unit: less is the chance of another
/// machine, as the WebRTC library draws numbers of its own.
fn tolerance(unit: &str) -> f64 {
    match unit {
        "s" => 0.4,
        "ms" => 30.0,
        "%" => 1.5,
        "kbit/s" => 30.0,
        "frames" => 3.0,
        "/s" => 2.0,
        _ => 1.0,
    }
}

/// What became worse. Of scenarios that were not run now nothing is said.
pub(crate) fn worse(before: &Scoreboard, now: &Scoreboard) -> Vec<String> {
    let judged = before.rows.iter().filter(|row| row.goal.is_some());
    judged
        .filter(|row| now.rows.iter().any(|other| other.scenario == row.scenario))
        .filter_map(|row| {
            let same =
                |other: &&Row| (&other.scenario, &other.metric) == (&row.scenario, &row.metric);
            match now.rows.iter().find(same) {
                None => Some(format!("{}: {} is no longer measured", row.scenario, row.metric)),
                Some(other) => compare(row, other),
            }
        })
        .collect()
}

/// Compares the seeds that both have run.
fn compare(before: &Row, now: &Row) -> Option<String> {
    let Row { scenario, metric, unit, .. } = now;
    let is_less_worse = now.goal.as_deref().is_some_and(|goal| goal.starts_with(">="));
    let worse = if is_less_worse { Worse::Less } else { Worse::More };
    let seeds: Vec<u64> = now.seeds().filter(|seed| before.value(*seed).is_some()).collect();
    let first = *seeds.first()?;
    let of = |row: &Row| {
        let values: Vec<Option<f64>> =
            seeds.iter().map(|seed| row.value(*seed).flatten()).collect();
        Summary::of(worse, first, &values)
    };
    let (was, is) = (of(before), of(now));
    let pairs = [("median", was.median, is.median), ("worst", was.worst, is.worst)];
    pairs.into_iter().find_map(|(which, was, is_now)| {
        let was = was?;
        let seed = is.worst_seed.unwrap_or_default();
        let Some(is) = is_now else {
            return Some(format!("{scenario}: {metric} could not be measured (seed {seed})"));
        };
        let by = if is_less_worse { was - is } else { is - was };
        let may = tolerance(unit).max(was.abs() * TOLERANCE_PERCENT / 100.0);
        (by > may).then(|| {
            format!("{scenario}: {metric}: the {which} was {was} {unit} and is {is} (seed {seed})")
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(goal: &str, unit: &str, values: &[f64]) -> Row {
        Row {
            scenario: "steady-250".to_owned(),
            metric: "x".to_owned(),
            unit: unit.to_owned(),
            goal: (!goal.is_empty()).then(|| goal.to_owned()),
            median: None,
            worst: None,
            worst_seed: None,
            values: values.iter().map(|value| Some(*value)).collect(),
            first_seed: 1,
            pass: true,
            note: None,
        }
    }

    fn told(before: Row, now: Row) -> Vec<String> {
        worse(&Scoreboard { rows: vec![before] }, &Scoreboard { rows: vec![now] })
    }

    #[test]
    fn small_differences_are_chance() {
        let told = |values: &[f64]| {
            told(row("<= 2", "s", &[1.0, 1.0, 5.0]), row("<= 2", "s", values)).len()
        };
        assert_eq!([told(&[1.39, 1.39, 5.7]), told(&[0.1, 0.2, 0.1])], [0, 0]);
        assert_eq!(told(&[1.41, 1.41, 5.0]), 1, "the median");
        assert_eq!(told(&[1.0, 1.0, 5.8]), 1, "the worst");
    }

    #[test]
    fn where_more_is_better_less_is_worse() {
        let was = || row(">= 75", "%", &[95.0, 90.0]);
        assert_eq!(told(was(), row(">= 75", "%", &[99.0, 99.0])), [""; 0]);
        let told = told(was(), row(">= 75", "%", &[60.0, 60.0]));
        assert_eq!(told, ["steady-250: x: the median was 95 % and is 60 (seed 2)"]);
    }

    #[test]
    fn only_the_same_seeds_are_compared() {
        let was = || row("<= 2", "s", &[1.0, 1.0, 1.0, 9.0]);
        assert_eq!(told(was(), row("<= 2", "s", &[5.0])).len(), 1, "seed 1 was better");
        let later = Row { first_seed: 4, ..row("<= 2", "s", &[8.0]) };
        assert_eq!(told(was(), later), [""; 0]);
        let others = Row { first_seed: 10, ..row("<= 2", "s", &[80.0]) };
        assert_eq!(told(was(), others), [""; 0]);
    }

    #[test]
    fn what_is_gone_or_not_measured_is_worse_and_what_has_no_goal_is_not() {
        let was = || row("<= 2", "s", &[1.0, 5.0]);
        let missed = Row { values: vec![Some(1.0), None], ..was() };
        assert_eq!(told(was(), missed).len(), 1);
        let other = Row { metric: "y".to_owned(), ..was() };
        assert_eq!(told(was(), other).len(), 1);
        let elsewhere = Row { scenario: "thin-30".to_owned(), ..was() };
        assert_eq!(told(was(), elsewhere), [""; 0], "it was not run");
        assert_eq!(told(row("", "s", &[1.0]), row("", "s", &[9.0])), [""; 0]);
    }
}
