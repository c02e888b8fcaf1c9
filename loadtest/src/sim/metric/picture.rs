//! Measurements of pictures: what was shown, and what was decided for them.
//!
//! In: pictures as they were shown, the server's decisions. Out: numbers.
//! Never: voices, queues.

use super::Metric;
use crate::sim::eye::{self, Shown};
use crate::sim::record::{Decision, Record};
use crate::sim::vp8;
use bedside_sfu_api::{Delivery, Motion};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// How long before the cut the former picture is looked for.
const FORMER: Duration = Duration::from_secs(2);
/// How long after it is back a picture is watched.
const AFTER: Duration = Duration::from_secs(30);
/// A picture stands for the time until the next, but no longer than this: then it froze.
const STANDS_MAX: Duration = Duration::from_millis(500);

fn shown_in<'a>(record: &'a Record, metric: &'a Metric) -> impl Iterator<Item = &'a Shown> {
    let shown = record.shown(metric.who).flatten();
    shown.filter(|shown| metric.covers(record.since(shown.at)))
}

/// The height that was shown most often in a span.
fn usual_height(record: &Record, who: usize, from: Duration, until: Duration) -> Option<u16> {
    let mut count_by_height: BTreeMap<u16, usize> = BTreeMap::new();
    let shown = record.shown(who).flatten();
    for shown in shown.filter(|shown| (from..until).contains(&record.since(shown.at))) {
        *count_by_height.entry(vp8::height(shown.picture.layer)).or_default() += 1;
    }
    count_by_height.into_iter().max_by_key(|(_, count)| *count).map(|(height, _)| height)
}

/// When the former height is back.
fn back_at(record: &Record, metric: &Metric, cut: Duration) -> Option<Option<Duration>> {
    let former = usual_height(record, metric.who, cut.saturating_sub(FORMER), cut)?;
    let back = shown_in(record, metric).find(|shown| vp8::height(shown.picture.layer) >= former);
    Some(back.map(|shown| record.since(shown.at)))
}

pub(super) fn back(record: &Record, metric: &Metric, cut: Duration) -> Option<f64> {
    let back = back_at(record, metric, cut)?;
    // Never: as long as was waited for it.
    Some(back.map_or(metric.seconds(), |at| at.saturating_sub(metric.from).as_secs_f64()))
}

/// A picture's worth, to be compared: nothing, then layer, then how it moves.
type Worth = Option<(u8, Motion)>;

/// What changed for each picture from a decision to the next.
fn changes(decisions: &[Decision]) -> Vec<(Duration, Worth, Worth)> {
    let worth = |delivery: &Delivery| delivery.given.map(|layer| (layer, delivery.motion));
    let mut changes = Vec::new();
    for (before, after) in decisions.iter().zip(decisions.iter().skip(1)) {
        for delivery in &after.deliveries {
            let same = |other: &&Delivery| {
                (other.publisher, other.source) == (delivery.publisher, delivery.source)
            };
            let Some(former) = before.deliveries.iter().find(same) else { continue };
            if worth(former) != worth(delivery) {
                changes.push((after.at, worth(former), worth(delivery)));
            }
        }
    }
    changes
}

pub(super) fn switches(record: &Record, metric: &Metric) -> Option<f64> {
    let seat = record.seats.get(metric.who)?;
    if seat.decisions.is_empty() {
        return None;
    }
    let changes = changes(&seat.decisions);
    let count = changes.iter().filter(|(at, _, _)| metric.covers(*at)).count();
    Some(number(count) * 60.0 / metric.seconds())
}

pub(super) fn switches_down(record: &Record, metric: &Metric, cut: Duration) -> Option<f64> {
    let seat = record.seats.get(metric.who)?;
    // One that never came back cannot be judged.
    let back = back_at(record, metric, cut)??;
    let span = back..(back + AFTER).min(metric.until);
    let changes = changes(&seat.decisions);
    let down = changes.iter().filter(|(at, before, after)| span.contains(at) && after < before);
    Some(number(down.count()))
}

/// Each picture with how long it stood.
fn stood(record: &Record, metric: &Metric) -> Vec<(u16, Duration)> {
    let mut stood = Vec::new();
    for shown in record.shown(metric.who) {
        let span: Vec<&Shown> =
            shown.iter().filter(|shown| metric.covers(record.since(shown.at))).collect();
        let nexts = span.iter().skip(1).map(|shown| record.since(shown.at)).chain([metric.until]);
        for (shown, next) in span.iter().zip(nexts) {
            let stands = next.saturating_sub(record.since(shown.at)).min(STANDS_MAX);
            stood.push((vp8::height(shown.picture.layer), stands));
        }
    }
    stood
}

fn share_of_height(stood: &[(u16, Duration)], height: u16, span: f64) -> f64 {
    let time: Duration = stood.iter().filter(|(h, _)| *h >= height).map(|(_, time)| *time).sum();
    (100.0 * time.as_secs_f64() / span).min(100.0)
}

const TOP: u16 = vp8::height(2);

pub(super) fn top_shown(record: &Record, metric: &Metric) -> Option<f64> {
    Some(share_of_height(&stood(record, metric), TOP, metric.seconds()))
}

pub(super) fn rate(record: &Record, metric: &Metric) -> Option<f64> {
    let bytes: usize = shown_in(record, metric).map(|shown| shown.bytes).sum();
    Some(number(bytes) * 8.0 / metric.seconds() / 1_000.0)
}

pub(super) fn frame_rate(record: &Record, metric: &Metric) -> Option<f64> {
    Some(number(shown_in(record, metric).count()) / metric.seconds())
}

pub(super) fn height(record: &Record, metric: &Metric) -> Option<f64> {
    let mut stood = stood(record, metric);
    stood.sort_unstable();
    let total: Duration = stood.iter().map(|(_, time)| *time).sum();
    let mut passed = Duration::ZERO;
    let median = stood.iter().find(|(_, time)| {
        passed += *time;
        passed * 2 >= total
    });
    Some(median.map_or(0.0, |(height, _)| f64::from(*height)))
}

/// Freezes that ended in the span, or still stood at its end.
fn frozen_spans(record: &Record, metric: &Metric) -> Vec<(Duration, Duration)> {
    let until = record.begins + metric.until;
    let mut spans = Vec::new();
    for shown in record.shown(metric.who) {
        let times: Vec<Instant> =
            shown.iter().map(|shown| shown.at).filter(|at| *at < until).collect();
        let freezes = eye::freezes(&times, until).into_iter();
        let freezes = freezes.map(|(from, to)| (record.since(from), record.since(to)));
        spans.extend(freezes.filter(|(_, to)| *to > metric.from));
    }
    spans
}

pub(super) fn freezes(record: &Record, metric: &Metric) -> Option<f64> {
    Some(number(frozen_spans(record, metric).len()))
}

pub(super) fn frozen(record: &Record, metric: &Metric) -> Option<f64> {
    let spans = frozen_spans(record, metric);
    let time = spans.iter().map(|(from, to)| to.saturating_sub((*from).max(metric.from)));
    Some(time.sum::<Duration>().as_secs_f64())
}

pub(super) fn first(record: &Record, metric: &Metric) -> Option<f64> {
    let first = shown_in(record, metric).map(|shown| record.since(shown.at)).min();
    Some(first.map_or(metric.seconds(), |at| at.saturating_sub(metric.from).as_secs_f64()))
}

/// A count as a number to divide.
fn number(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}
