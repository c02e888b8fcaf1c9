//! Where benches put what they measured: in front of a person, and into one file for machines.
//!
//! In: lines; a bench's numbers. Out: the terminal, and `target/bench/report.json`, a list of
//! `{name, unit, value, goal, pass}`.
//! Never: throws away what other benches have put into the report; passes a number without a goal.

use serde_json::{Map, Value, json};
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// What a number has to be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Goal {
    /// This or less.
    AtMost(f64),
    /// This or more.
    AtLeast(f64),
}

/// What a bench has measured.
#[derive(Debug)]
pub struct Sheet {
    part: &'static str,
    numbers: Vec<Map<String, Value>>,
}

impl Sheet {
    /// An empty sheet of a part.
    #[must_use]
    pub const fn new(part: &'static str) -> Self {
        Self { part, numbers: Vec::new() }
    }

    /// A number without a goal.
    pub fn number(&mut self, name: &str, unit: &str, value: f64) {
        self.put(name, unit, (value, None), None);
    }

    /// A number that has to be something.
    pub fn judged(&mut self, name: &str, unit: &str, value: f64, goal: Goal) {
        self.put(name, unit, (value, None), Some(goal));
    }

    /// The middle of several rounds, with the least and the most.
    pub fn rounds(&mut self, name: &str, unit: &str, values: &[f64], goal: Option<Goal>) {
        let spread =
            values.iter().copied().reduce(f64::min).zip(values.iter().copied().reduce(f64::max));
        self.put(name, unit, (median(values), spread), goal);
    }

    fn put(
        &mut self,
        name: &str,
        unit: &str,
        (value, spread): (f64, Option<(f64, f64)>),
        goal: Option<Goal>,
    ) {
        let name = format!("{}: {name}", self.part);
        let (goal_text, pass) = match goal {
            None => (Value::Null, Value::Null),
            Some(Goal::AtMost(most)) => (json!(format!("<= {most}")), json!(value <= most)),
            Some(Goal::AtLeast(least)) => (json!(format!(">= {least}")), json!(value >= least)),
        };
        let mark = match pass.as_bool() {
            None => "",
            Some(true) => "  good",
            Some(false) => "  NOT YET",
        };
        let shown = goal_text.as_str().map_or(String::new(), |goal| format!("  goal {goal}"));
        let between = spread
            .map_or(String::new(), |(low, high)| format!("  [{} to {}]", short(low), short(high)));
        say(&format!("  {name:<72} {:>10} {unit}{between}{shown}{mark}", short(value)));
        let mut number = Map::new();
        number.insert("name".to_owned(), json!(name));
        number.insert("unit".to_owned(), json!(unit));
        number.insert("value".to_owned(), json!(rounded(value)));
        number.insert("goal".to_owned(), goal_text);
        number.insert("pass".to_owned(), pass);
        if let Some((low, high)) = spread {
            number.insert("spread".to_owned(), json!([rounded(low), rounded(high)]));
        }
        self.numbers.push(number);
    }

    /// Puts it beside what other benches have reported, in place of what this one had before.
    ///
    /// # Errors
    ///
    /// Where the report cannot be written.
    pub fn close(self) -> std::io::Result<()> {
        let file = folder().join("report.json");
        let whole = fs::read_to_string(&file).ok();
        let whole = whole.and_then(|text| serde_json::from_str::<Vec<Value>>(&text).ok());
        let mine =
            |number: &Value| self.numbers.iter().any(|own| own.get("name") == number.get("name"));
        let mut whole = whole.unwrap_or_default();
        whole.retain(|number| !mine(number));
        whole.extend(self.numbers.into_iter().map(Value::Object));
        fs::create_dir_all(folder())?;
        let lines: Vec<String> = whole.iter().map(Value::to_string).collect();
        fs::write(&file, format!("[\n{}\n]\n", lines.join(",\n")))?;
        say(&format!("written to {}", file.display()));
        Ok(())
    }
}

/// The number in the middle; of none, nothing.
#[must_use]
pub fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or_default()
}

/// Says something to whoever runs the bench.
pub fn say(text: &str) {
    // A reader that went away is no fault.
    let _gone = writeln!(std::io::stdout().lock(), "{text}");
}

/// Where reports and drawings go.
#[must_use]
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/bench")
}

fn rounded(value: f64) -> f64 {
    (value * 1_000.0).round() / 1_000.0
}

fn short(value: f64) -> String {
    if value.abs() >= 1_000.0 { format!("{value:.0}") } else { format!("{value:.3}") }
}
