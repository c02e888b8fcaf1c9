//! The scoreboard: what every seed measured, against what must hold.
//!
//! In: goals, and a number a seed. Out: rows; a table to read, JSON to keep.
//! Never: a pass for what could not be measured.

use super::metric::Worse;
use super::scenario::{Bound, Goal};
use serde::{Deserialize, Serialize};

/// One number of one scenario over all seeds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Row {
    /// Which scenario.
    pub(crate) scenario: String,
    /// What was measured.
    pub(crate) metric: String,
    /// Its unit.
    pub(crate) unit: String,
    /// What it has to be: `<= 2` or `>= 75`; nothing where it is only told.
    pub(crate) goal: Option<String>,
    /// The median of the seeds; nothing when it could not be measured.
    pub(crate) median: Option<f64>,
    /// The worst of the seeds; nothing when one could not be measured.
    pub(crate) worst: Option<f64>,
    /// The seed it was worst with.
    pub(crate) worst_seed: Option<u64>,
    /// What each seed measured, from `first_seed` on.
    pub(crate) values: Vec<Option<f64>>,
    /// The first seed.
    pub(crate) first_seed: u64,
    /// Whether the worst is as it has to be.
    pub(crate) pass: bool,
    /// What has to be known to judge it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) note: Option<String>,
}

/// All rows.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Scoreboard {
    /// In the order of the scenarios.
    pub(crate) rows: Vec<Row>,
}

/// Many seeds in two numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Summary {
    pub(crate) median: Option<f64>,
    pub(crate) worst: Option<f64>,
    pub(crate) worst_seed: Option<u64>,
}

impl Summary {
    /// Of these values, by seed from the first on; what was not measured is worst of all.
    pub(crate) fn of(worse: Worse, first: u64, values: &[Option<f64>]) -> Self {
        let mut measured: Vec<(u64, Option<f64>)> = (first..).zip(values.iter().copied()).collect();
        measured.sort_by(|a, b| from_best(worse, a.1, b.1).then(a.0.cmp(&b.0)));
        let worst = measured.last();
        let median = measured.get(measured.len().saturating_sub(1) / 2);
        Self {
            median: median.and_then(|(_, value)| *value),
            worst: worst.and_then(|(_, value)| *value),
            worst_seed: worst.map(|(seed, _)| *seed),
        }
    }
}

impl Row {
    /// The row of a goal: what each seed has measured, from the first on.
    pub(crate) fn new(scenario: &str, goal: &Goal, first: u64, values: Vec<Option<f64>>) -> Self {
        let worse = match goal.bound {
            Bound::AtMost(_) => Worse::More,
            Bound::AtLeast(_) => Worse::Less,
            Bound::Told => goal.metric.what.worse(),
        };
        let summary = Summary::of(worse, first, &values);
        Self {
            scenario: scenario.to_owned(),
            metric: goal.metric.label(),
            unit: goal.metric.what.unit().to_owned(),
            goal: told(goal.bound),
            median: summary.median.map(rounded),
            worst: summary.worst.map(rounded),
            worst_seed: summary.worst_seed,
            values: values.into_iter().map(|value| value.map(rounded)).collect(),
            first_seed: first,
            pass: match goal.bound {
                Bound::Told => true,
                Bound::AtMost(_) | Bound::AtLeast(_) => {
                    summary.worst.is_some_and(|worst| goal.bound.holds(worst))
                }
            },
            note: goal.note.clone(),
        }
    }

    /// What a seed has measured; nothing when it was not run.
    pub(crate) fn value(&self, seed: u64) -> Option<Option<f64>> {
        let place = usize::try_from(seed.checked_sub(self.first_seed)?).ok()?;
        self.values.get(place).copied()
    }

    /// The seeds that were run.
    pub(crate) fn seeds(&self) -> impl Iterator<Item = u64> {
        (self.first_seed..).take(self.values.len())
    }

    /// Cells of the table.
    #[must_use]
    pub(crate) fn cells(&self) -> Vec<String> {
        let number =
            |value: Option<f64>| value.map_or_else(|| "–".to_owned(), |value| format!("{value}"));
        let verdict = match (&self.goal, self.pass) {
            (None, _) => "",
            (Some(_), true) => "yes",
            (Some(_), false) => "NO",
        };
        vec![
            self.scenario.clone(),
            self.metric.clone(),
            self.goal.clone().unwrap_or_default(),
            number(self.median),
            number(self.worst),
            self.unit.clone(),
            verdict.to_owned(),
        ]
    }
}

impl Scoreboard {
    /// Heads of the table's columns.
    pub(crate) const HEADS: [&str; 7] =
        ["scenario", "what is measured", "goal", "median", "worst", "", "holds"];

    /// How many goals there are, and how many of them hold.
    #[must_use]
    pub(crate) fn count(&self) -> (usize, usize) {
        let goals = || self.rows.iter().filter(|row| row.goal.is_some());
        (goals().count(), goals().filter(|row| row.pass).count())
    }
}

/// Best first; what was not measured is worst.
fn from_best(worse: Worse, a: Option<f64>, b: Option<f64>) -> std::cmp::Ordering {
    match (a, b) {
        (Some(a), Some(b)) => match worse {
            Worse::More => a.total_cmp(&b),
            Worse::Less => b.total_cmp(&a),
        },
        (a, b) => b.is_some().cmp(&a.is_some()),
    }
}

fn told(bound: Bound) -> Option<String> {
    match bound {
        Bound::AtMost(most) => Some(format!("<= {most}")),
        Bound::AtLeast(least) => Some(format!(">= {least}")),
        Bound::Told => None,
    }
}

/// Three digits behind the point, and four in all where there are more before it.
fn rounded(value: f64) -> f64 {
    let parts = if value.abs() >= 100.0 {
        1.0
    } else if value.abs() >= 10.0 {
        10.0
    } else {
        100.0
    };
    (value * parts).round() / parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::metric::{Metric, What};
    use std::time::Duration;

    fn row(what: What, bound: Bound, values: &[Option<f64>]) -> Row {
        let metric = Metric { what, who: 0, from: Duration::ZERO, until: Duration::from_secs(1) };
        Row::new("x", &Goal { metric, bound, note: None }, 1, values.to_vec())
    }

    #[test]
    fn the_worst_seed_decides() {
        let values = [1.0, 3.0, 2.0, 9.0, 2.5].map(Some);
        let late = row(What::VoiceLate, Bound::AtMost(5.0), &values);
        assert_eq!((late.median, late.worst, late.worst_seed), (Some(2.5), Some(9.0), Some(4)));
        assert!(!late.pass);
        assert_eq!(late.goal.as_deref(), Some("<= 5"));
        assert_eq!((late.value(0), late.value(4), late.value(6)), (None, Some(Some(9.0)), None));
        assert_eq!(late.seeds().collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
        let used = row(What::Used, Bound::AtLeast(1.0), &values);
        assert_eq!((used.worst, used.worst_seed, used.pass), (Some(1.0), Some(1), true));
    }

    #[test]
    fn what_could_not_be_measured_is_no_pass() {
        let row_of = |bound| row(What::VoiceLate, bound, &[Some(0.0), None, Some(0.0)]);
        let late = row_of(Bound::AtMost(5.0));
        assert_eq!((late.median, late.worst, late.worst_seed), (Some(0.0), None, Some(2)));
        assert!(!late.pass && row_of(Bound::Told).pass);
        assert!(!row(What::VoiceLate, Bound::AtMost(5.0), &[]).pass);
    }

    #[test]
    fn numbers_are_as_exact_as_they_are_meant() {
        assert_eq!([1.2345, 12.345, 123.45, 0.0].map(rounded), [1.23, 12.3, 123.0, 0.0]);
        let board = Scoreboard {
            rows: vec![
                row(What::Used, Bound::AtLeast(1.0), &[Some(2.0)]),
                row(What::Used, Bound::AtLeast(3.0), &[Some(2.0)]),
                row(What::Used, Bound::Told, &[Some(2.0)]),
            ],
        };
        assert_eq!(board.count(), (2, 1));
    }
}
