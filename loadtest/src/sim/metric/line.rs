//! Measurements of lines: queues, use, and whether the estimate is true.
//!
//! In: samples of a way, the server's own quality samples. Out: numbers.
//! Never: what was heard or seen.

use super::Metric;
use crate::sim::record::{Record, SAMPLE, SeatRecord, WaySample};
use bedside_sfu_api::Bitrate;
use std::time::Duration;

/// A queue that is longer than this is felt in a conversation.
const QUEUE_LONG: Duration = Duration::from_millis(150);
/// How far from the line an estimate may be, in percent.
const TRUE_PERCENT: u64 = 15;
/// The share of what is wanted that counts as back, in percent.
const BACK_PERCENT: u64 = 80;

/// Samples of the span, each with the time at its end.
fn samples<'a, T>(metric: &'a Metric, all: &'a [T]) -> impl Iterator<Item = (Duration, &'a T)> {
    let ends = (1_u32..).map(|number| SAMPLE * number);
    ends.zip(all).filter(|(end, _)| *end > metric.from && *end <= metric.until)
}

pub(super) fn settles(
    record: &Record,
    metric: &Metric,
    way: impl Fn(&SeatRecord) -> &Vec<WaySample>,
) -> Option<f64> {
    let seat = record.seats.get(metric.who)?;
    let long = samples(metric, way(seat)).filter(|(_, sample)| sample.queue > QUEUE_LONG);
    let last = long.map(|(at, _)| at).last();
    Some(last.map_or(0.0, |at| at.saturating_sub(metric.from).as_secs_f64()))
}

pub(super) fn used(record: &Record, metric: &Metric) -> Option<f64> {
    let seat = record.seats.get(metric.who)?;
    let (mut could, mut did) = (0.0, 0.0);
    for (_, sample) in samples(metric, &seat.down) {
        could += as_f64(sample.rate?.as_bps()) * SAMPLE.as_secs_f64();
        did += 8.0 * as_f64(sample.bytes);
    }
    (could > 0.0).then(|| 100.0 * did / could)
}

pub(super) fn padding(record: &Record, metric: &Metric) -> Option<f64> {
    let seat = record.seats.get(metric.who)?;
    let bytes: u64 = samples(metric, &seat.void_bytes).map(|(_, bytes)| bytes).sum();
    Some(8.0 * as_f64(bytes) / metric.seconds() / 1_000.0)
}

/// One of the server's samples beside the truth.
struct Second {
    at: Duration,
    estimate: Option<Bitrate>,
    wanted: Bitrate,
    line: Option<Bitrate>,
}

impl Second {
    fn wants_more(&self) -> bool {
        self.line.is_some_and(|line| self.wanted > line)
    }

    fn is_true(&self) -> bool {
        let (Some(estimate), Some(line)) = (self.estimate, self.line) else { return false };
        estimate.as_bps().abs_diff(line.as_bps()) <= line.percent(TRUE_PERCENT).as_bps()
    }
}

fn seconds(record: &Record, metric: &Metric) -> Option<Vec<Second>> {
    let seat = record.seats.get(metric.who)?;
    let samples = seat.quality.iter().filter(|(at, _)| *at > metric.from && *at <= metric.until);
    let line = |at: Duration| {
        let index = usize::try_from(at.as_nanos() / SAMPLE.as_nanos()).unwrap_or_default();
        seat.down.get(index.min(seat.down.len().saturating_sub(1)))?.rate
    };
    let seconds: Vec<Second> = samples
        .map(|(at, sample)| Second {
            at: *at,
            estimate: sample.down.estimate,
            wanted: sample.wanted,
            line: line(*at),
        })
        .collect();
    (!seconds.is_empty()).then_some(seconds)
}

pub(super) fn estimate_true(record: &Record, metric: &Metric) -> Option<f64> {
    let mut seconds = seconds(record, metric)?;
    seconds.retain(Second::wants_more);
    let truly = seconds.iter().filter(|second| second.is_true()).count();
    (!seconds.is_empty()).then(|| 100.0 * count(truly) / count(seconds.len()))
}

fn first_second(record: &Record, metric: &Metric, holds: impl Fn(&Second) -> bool) -> Option<f64> {
    let seconds = seconds(record, metric)?;
    let first = seconds.iter().find(|second| holds(second));
    let first = first.map(|second| second.at.saturating_sub(metric.from).as_secs_f64());
    // Never: as long as was waited for it.
    Some(first.unwrap_or(metric.seconds()))
}

pub(super) fn estimate_follows(record: &Record, metric: &Metric) -> Option<f64> {
    first_second(record, metric, |second| {
        let beyond = second.estimate.is_some_and(|estimate| estimate >= second.wanted);
        second.is_true() || (beyond && !second.wants_more())
    })
}

pub(super) fn estimate_back(record: &Record, metric: &Metric) -> Option<f64> {
    first_second(record, metric, |second| {
        let enough = second.wanted.percent(BACK_PERCENT);
        second.wanted > Bitrate::ZERO && second.estimate.is_some_and(|estimate| estimate >= enough)
    })
}

/// A count as a number to divide; exact for all that is counted here.
fn count(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

/// A number of bits or bytes as one to divide; exact up to 2^53.
#[expect(clippy::cast_precision_loss, reason = "nobody sends petabytes in a simulation")]
const fn as_f64(number: u64) -> f64 {
    number as f64
}
