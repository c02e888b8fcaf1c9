//! A test in numbers, each against its goal.
//!
//! In: the record of a test. Out: rows of `{name, unit, value, goal, pass}`, as JSON and to read.
//! Never: a pass for what could not be measured; the warm-up.

mod figure;

use super::count::Count;
use super::play::{Record, Second};
use super::process::Used;
use super::spans::Spans;
use super::stay::Pairs;
use figure::{count, percent, slope_percent_per_hour};
use serde::Serialize;
use std::collections::BTreeMap;
use std::time::Duration;

/// One number.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Row {
    /// What it is.
    pub name: &'static str,
    /// Its unit.
    pub unit: &'static str,
    /// What was measured; nothing where it could not be.
    pub value: Option<f64>,
    /// What it has to be, where something was asked.
    pub goal: Option<String>,
    /// Whether it is.
    pub pass: bool,
}

/// The report.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// What the script shows.
    pub about: String,
    /// Whether it was stopped before its end.
    pub cut_short: bool,
    /// The numbers.
    pub rows: Vec<Row>,
    /// What went wrong, and how often.
    #[serde(rename = "troubles")]
    pub times_by_trouble: BTreeMap<String, u64>,
    /// Each second of the test.
    pub seconds: Vec<Moment>,
}

/// One second.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Moment {
    /// When it ended, in seconds.
    pub at: f64,
    /// People whose connection is up.
    pub people: u64,
    /// Packets the server has sent in it.
    pub forwarded: u64,
    /// Through the server, in milliseconds.
    pub latency_p50_ms: Option<f64>,
    /// Through the server, in milliseconds.
    pub latency_p99_ms: Option<f64>,
    /// Of the voices, in percent.
    pub concealed_percent: Option<f64>,
    /// Pictures that stood still and went on.
    pub freezes: u64,
    /// Cores the server has used.
    pub cores: Option<f64>,
    /// Its memory, in MiB.
    pub rss_mib: Option<f64>,
    /// Its threads.
    pub threads: Option<u64>,
    /// Its open files.
    pub open_files: Option<u64>,
}

/// What a number has to be.
#[derive(Debug, Clone, Copy)]
enum Bound {
    AtMost(f64),
    AtLeast(f64),
}

impl Report {
    /// The report of a test.
    pub(crate) fn of(record: &Record) -> Self {
        let rows = [met(record), felt(record), times(record), cost(record), left(record)].concat();
        Self {
            about: record.script.about.clone(),
            cut_short: record.is_cut_short,
            rows,
            times_by_trouble: record.times_by_trouble.clone(),
            seconds: moments(record),
        }
    }

    /// How many goals there are, and how many hold.
    #[must_use]
    pub fn held(&self) -> (usize, usize) {
        let goals = || self.rows.iter().filter(|row| row.goal.is_some());
        (goals().count(), goals().filter(|row| row.pass).count())
    }

    /// To read in a terminal.
    #[must_use]
    pub fn told(&self) -> String {
        let mut lines: Vec<String> = self.rows.iter().map(Row::told).collect();
        if !self.times_by_trouble.is_empty() {
            lines.push("\nWhat went wrong:".to_owned());
            lines.extend(
                self.times_by_trouble.iter().map(|(words, times)| format!("  {times} × {words}")),
            );
        }
        let (goals, held) = self.held();
        let short = if self.cut_short { "; it was stopped before its end" } else { "" };
        lines.push(format!("\n{held} of {goals} goals hold{short}."));
        lines.join("\n")
    }
}

impl Row {
    fn told(&self) -> String {
        let value = self.value.map_or_else(|| "–".to_owned(), |value| format!("{value}"));
        let goal = match (&self.goal, self.pass) {
            (None, _) => String::new(),
            (Some(goal), true) => format!("  ({goal}: yes)"),
            (Some(goal), false) => format!("  ({goal}: NO)"),
        };
        format!("{:<44} {value:>10} {}{goal}", self.name, self.unit)
    }
}

fn row(name: &'static str, unit: &'static str, value: Option<f64>) -> Row {
    Row { name, unit, value: value.map(rounded), goal: None, pass: true }
}

fn held(row: Row, bound: Option<Bound>) -> Row {
    let Some(bound) = bound else { return row };
    let (goal, pass) = match bound {
        Bound::AtMost(most) => (format!("<= {most}"), row.value.is_some_and(|is| is <= most)),
        Bound::AtLeast(least) => (format!(">= {least}"), row.value.is_some_and(|is| is >= least)),
    };
    Row { goal: Some(goal), pass, ..row }
}

fn at_most(most: Option<f64>) -> Option<Bound> {
    most.map(Bound::AtMost)
}

/// Whole from a thousand on, otherwise three digits behind the point.
fn rounded(value: f64) -> f64 {
    let parts = if value.abs() >= 1_000.0 { 1.0 } else { 1_000.0 };
    (value * parts).round() / parts
}

/// Did everybody meet, and nobody else?
fn met(record: &Record) -> Vec<Row> {
    let pairs = |name, Pairs { expected, met }: Pairs| {
        let row = row(name, "%", percent(met, expected));
        // Where nobody had to meet, there is nothing to hold.
        held(row, (expected > 0).then_some(Bound::AtLeast(100.0)))
    };
    let total = counted(record);
    let none = Some(Bound::AtMost(0.0));
    let troubles: u64 = record.times_by_trouble.values().sum();
    let lost = all(record).lost;
    vec![
        row("visits", "", Some(f64::from(record.visits))),
        row("stays", "", Some(count(record.stays.expected))),
        row(
            "stays in which media came to flow",
            "%",
            percent(record.stays.met, record.stays.expected),
        ),
        row("people at once, at most", "", record.seconds.iter().map(people).max().map(count)),
        pairs("pairs that heard each other", record.hearing),
        pairs("pairs that saw each other", record.seeing),
        held(row("packets of another visit", "", Some(count(all(record).strays))), none),
        held(row("connections that failed", "", Some(count(lost))), none),
        held(row("troubles", "", Some(count(troubles))), none),
        row("packets forwarded a second", "/s", per_second(record, total.forwarded)),
    ]
}

fn felt(record: &Record) -> Vec<Row> {
    let goals = &record.script.goals;
    let felt = counted(record).felt;
    let sound = felt.spoken + felt.concealed;
    let concealed = row("voices made up (concealed)", "%", percent(felt.concealed, sound));
    let frozen = percent(micros(felt.frozen), micros(felt.watched));
    let frozen = row("time that pictures stood still", "%", frozen);
    vec![
        held(concealed, at_most(goals.concealed_percent)),
        row("freezes", "", Some(count(felt.freezes))),
        held(frozen, at_most(goals.frozen_percent)),
        row("pictures shown", "", Some(count(felt.pictures))),
    ]
}

fn times(record: &Record) -> Vec<Row> {
    let goals = &record.script.goals;
    let counted = counted(record);
    let direct = counted.direct();
    let ms = |name, spans: &Spans, permille| row(name, "ms", spans.ms(permille));
    let p95 = at_most(goals.first_picture_p95_ms);
    vec![
        ms("join, p50", &record.joins, 500),
        held(ms("join, p95", &record.joins, 950), at_most(goals.join_p95_ms)),
        ms("first word, p95", &record.first_words, 950),
        ms("first picture, p50", &record.first_pictures, 500),
        held(ms("first picture, p95", &record.first_pictures, 950), p95),
        held(ms("through the server, p50", &direct, 500), at_most(goals.latency_p50_ms)),
        held(ms("through the server, p99", &direct, 990), at_most(goals.latency_p99_ms)),
        held(ms("through the server, p99.9", &direct, 999), at_most(goals.latency_p999_ms)),
        ms("a voice through the server, p99", &counted.voices, 990),
        ms("a picture through the server, p99", &counted.pictures, 990),
        ms("on modelled lines, p50", &counted.by_line, 500),
        ms("on modelled lines, p99", &counted.by_line, 990),
        ms("this program itself was late, p99", &counted.late, 990),
    ]
}

fn cost(record: &Record) -> Vec<Row> {
    let goals = &record.script.goals;
    let window = window(record);
    let used = window.first().and_then(|first| Some((first.used?, window.last()?.used?)));
    let cpu = used.map(|(from, to)| to.cpu.saturating_sub(from.cpu).as_secs_f64() * 1e6);
    // What the first second of the window has counted was before its sample.
    let behind = window.get(1..).unwrap_or_default();
    let forwarded: u64 = behind.iter().map(|second| second.count.forwarded).sum();
    let people_seconds: u64 = behind.iter().copied().map(people).sum();
    let over = |of: u64| cpu.filter(|_| of > 0).map(|cpu| cpu / count(of));
    let bytes = |second: &Second| second.used.map(|used| count(used.rss_bytes));
    let rss: Vec<f64> = window.iter().copied().filter_map(bytes).collect();
    let mean_rss = mean(&rss);
    let mean_people = mean(&window.iter().map(|second| count(people(second))).collect::<Vec<_>>());
    let a_person = mean_rss.zip(mean_people.filter(|people| *people > 0.0)).zip(record.before);
    let a_person =
        a_person.map(|((rss, people), before)| (rss - count(before.rss_bytes)) / people / 1_024.0);
    let packet = row("server CPU per forwarded packet", "µs", over(forwarded));
    let person = row("server memory per person", "KiB", a_person);
    vec![
        held(packet, at_most(goals.cpu_us_per_packet)),
        row("server CPU per person", "ms/s", over(people_seconds).map(|cpu| cpu / 1_000.0)),
        held(person, at_most(goals.kib_per_person)),
        row("server memory", "MiB", mean_rss.map(|rss| rss / 1_048_576.0)),
    ]
}

/// What is left when everybody has gone, and what grows.
fn left(record: &Record) -> Vec<Row> {
    let goals = &record.script.goals;
    let window = window(record);
    let point =
        |second: &Second| second.used.map(|used| (second.at.as_secs_f64(), count(used.rss_bytes)));
    let points: Vec<(f64, f64)> = window.iter().copied().filter_map(point).collect();
    let more = |of: fn(&Used) -> u64| {
        let (before, after) = (of(&record.before?), of(&record.after?));
        Some(count(after) - count(before))
    };
    let slope = row("server memory grows", "%/h", slope_percent_per_hour(&points));
    let files = row("open files more than before", "", more(|used| used.open_files));
    let threads = row("threads more than before", "", more(|used| used.threads));
    vec![
        held(slope, at_most(goals.rss_percent_per_hour)),
        held(files, at_most(goals.files_left)),
        held(threads, at_most(goals.threads_left)),
    ]
}

fn mean(values: &[f64]) -> Option<f64> {
    let number = u64::try_from(values.len()).unwrap_or(u64::MAX);
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / count(number))
}

const fn people(second: &Second) -> u64 {
    second.count.connected
}

fn micros(span: Duration) -> u64 {
    u64::try_from(span.as_micros()).unwrap_or(u64::MAX)
}

/// Seconds after the warm-up and before everybody goes.
fn window(record: &Record) -> Vec<&Second> {
    let (from, until) = (record.script.warm_up, record.script.lasts);
    record.seconds.iter().filter(|second| second.at >= from && second.at <= until).collect()
}

fn counted(record: &Record) -> Count {
    let mut sum = Count::default();
    window(record).iter().for_each(|second| sum.merge(&second.count));
    sum
}

fn all(record: &Record) -> Count {
    let mut sum = Count::default();
    record.seconds.iter().for_each(|second| sum.merge(&second.count));
    sum
}

fn per_second(record: &Record, number: u64) -> Option<f64> {
    let window = u64::try_from(window(record).len()).unwrap_or(u64::MAX);
    (window > 0).then(|| count(number) / count(window))
}

fn moments(record: &Record) -> Vec<Moment> {
    let before = record.before;
    let mut last: Option<(Duration, Duration)> = before.map(|used| (Duration::ZERO, used.cpu));
    let moment = |second: &Second| {
        let Second { at, count: counted, used } = second;
        let cores = last.zip(*used).and_then(|((since, cpu), used)| {
            let span = at.saturating_sub(since).as_secs_f64();
            (span > 0.0).then(|| used.cpu.saturating_sub(cpu).as_secs_f64() / span)
        });
        last = used.map(|used| (*at, used.cpu));
        let direct = counted.direct();
        let sound = counted.felt.spoken + counted.felt.concealed;
        Moment {
            at: rounded(at.as_secs_f64()),
            people: counted.connected,
            forwarded: counted.forwarded,
            latency_p50_ms: direct.ms(500),
            latency_p99_ms: direct.ms(990),
            concealed_percent: percent(counted.felt.concealed, sound).map(rounded),
            freezes: counted.felt.freezes,
            cores: cores.map(rounded),
            rss_mib: used.map(|used| rounded(count(used.rss_bytes) / 1_048_576.0)),
            threads: used.map(|used| used.threads),
            open_files: used.map(|used| used.open_files),
        }
    };
    record.seconds.iter().map(moment).collect()
}

#[cfg(test)]
mod tests;
