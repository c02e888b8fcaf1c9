//! A visit as a picture: the line, what flowed, what was thought of it, what was heard and seen.
//!
//! In: the record of one visit. Out: an SVG that stands by itself, in light and in dark.
//! Never: judges; and never more points than a screen has.

pub(super) mod powers;
pub(crate) mod svg;

use super::record::{Decision, Journey, Record, SAMPLE, WaySample};
use super::scenario::Scenario;
use super::vp8;
use bedside_sfu_api::{Bitrate, Motion};
use std::time::Duration;
use svg::{Axis, Band, Panel, Svg};

/// Samples in a point of a line.
const STRIDE: usize = 10;
/// A voice that comes later than this is late.
const LATE: Duration = Duration::from_millis(400);
/// What has not come this long after the end is still on its way.
const UNDER_WAY: Duration = Duration::from_secs(2);
/// A line without a limit is drawn at so many kilobits.
const UNLIMITED_KBPS: f64 = 5_000.0;

/// Draws the first person's way down.
pub(crate) fn plot(scenario: &Scenario, seed: u64, record: &Record) -> String {
    let Some(seat) = record.seats.first() else { return String::new() };
    let lasts = scenario.lasts.as_secs_f64();
    let mut svg = Svg::new(&scenario.name, &format!("{}; seed {seed}", scenario.about), lasts);
    svg.panel(rates(&seat.down, record));
    svg.panel(queue(&seat.down));
    svg.panel(voice(record));
    svg.panel(pictures(record));
    svg.band(steps(&seat.decisions, scenario.lasts));
    svg.finish()
}

fn rates(samples: &[WaySample], record: &Record) -> Panel {
    let line: Vec<(f64, f64)> = strided(samples)
        .map(|(at, samples)| {
            let rate = samples.last().and_then(|sample| sample.rate);
            (at, rate.map_or(UNLIMITED_KBPS, kbps))
        })
        .collect();
    let got: Vec<(f64, f64)> = strided(samples)
        .map(|(at, samples)| {
            let bytes: u64 = samples.iter().map(|sample| sample.bytes).sum();
            let seconds = SAMPLE.as_secs_f64() * count(samples.len());
            (at, kbps(Bitrate::bps(8 * bytes)) / seconds)
        })
        .collect();
    let quality = record.seats.first().map(|seat| seat.quality.as_slice()).unwrap_or_default();
    let estimate: Vec<(f64, f64)> = quality
        .iter()
        .filter_map(|(at, sample)| Some((at.as_secs_f64(), kbps(sample.down.estimate?))))
        .collect();
    let top = got.iter().chain(&line).map(|(_, value)| *value).fold(100.0, f64::max);
    Panel::new(Axis::over("kbit/s", (1.05 * top).min(UNLIMITED_KBPS)))
        .area("line", "line", &line)
        .line("got", "arrived", &got)
        .line("estimate", "estimate", &estimate)
}

fn queue(samples: &[WaySample]) -> Panel {
    let queue: Vec<(f64, f64)> = strided(samples)
        .map(|(at, samples)| {
            let longest = samples.iter().map(|sample| sample.queue).max().unwrap_or_default();
            (at, 1_000.0 * longest.as_secs_f64())
        })
        .collect();
    let top = queue.iter().map(|(_, value)| *value).fold(200.0, f64::max);
    Panel::new(Axis::over("queue, ms", top)).area("queue", "queue", &queue).mark(150.0)
}

/// How late each frame of a voice was; those that never came stand at the top.
fn voice(record: &Record) -> Panel {
    let mut said: Vec<Journey> = record.journeys(0).concat();
    // What was said last is still on its way.
    let end = said.iter().map(|journey| journey.left).max().unwrap_or_default();
    said.retain(|journey| journey.came.is_some() || journey.left + UNDER_WAY < end);
    let late = |journey: &Journey| {
        journey.took().map(|took| (journey.left.as_secs_f64(), 1_000.0 * took.as_secs_f64()))
    };
    let came: Vec<(f64, f64)> = said.iter().filter_map(late).collect();
    let axis = Axis::over("voice, ms", came.iter().map(|(_, took)| *took).fold(300.0, f64::max));
    let lost: Vec<(f64, f64)> = said
        .iter()
        .filter(|journey| journey.came.is_none())
        .map(|journey| (journey.left.as_secs_f64(), 0.97 * axis.top))
        .collect();
    let (late, fine): (Vec<_>, Vec<_>) =
        came.into_iter().partition(|(_, took)| *took > 1_000.0 * LATE.as_secs_f64());
    Panel::new(axis)
        .dots("voice", "in time", &fine)
        .dots("late", "later than 400 ms", &late)
        .dots("lost", "lost", &lost)
}

/// Height of what was shown, picture by picture, and how many a second.
fn pictures(record: &Record) -> Panel {
    let shown = |layer: u8| -> Vec<(f64, f64)> {
        let shown = record.shown(0).flatten().filter(|shown| shown.picture.layer == layer);
        shown
            .map(|shown| {
                let at = record.since(shown.at).as_secs_f64();
                (at, f64::from(vp8::height(layer)))
            })
            .collect()
    };
    Panel::new(Axis { title: "lines shown", top: 800.0 })
        .dots("low", "180", &shown(0))
        .dots("middle", "360", &shown(1))
        .dots("high", "720", &shown(2))
}

/// What was decided for the first picture, span by span.
fn steps(decisions: &[Decision], lasts: Duration) -> Vec<Band> {
    let nexts = decisions.iter().skip(1).map(|decision| decision.at).chain([lasts]);
    let mut bands: Vec<Band> = Vec::new();
    for (decision, next) in decisions.iter().zip(nexts) {
        let Some(delivery) = decision.deliveries.first() else { continue };
        let (class, label) = match delivery.given {
            None => ("none", "paused".to_owned()),
            Some(layer) => (motion_class(delivery.motion), motion_label(layer, delivery.motion)),
        };
        let (from, until) = (decision.at.as_secs_f64(), next.as_secs_f64());
        match bands.last_mut() {
            Some(last) if last.label == label => last.until = until,
            Some(_) | None => bands.push(Band { from, until, class, label }),
        }
    }
    bands
}

const fn motion_class(motion: Motion) -> &'static str {
    match motion {
        Motion::Still => "still",
        Motion::Slow => "slow",
        Motion::Half => "half",
        Motion::Full => "full",
    }
}

fn motion_label(layer: u8, motion: Motion) -> String {
    let height = vp8::height(layer);
    match motion {
        Motion::Still => format!("{height}, stills"),
        Motion::Slow => format!("{height}, slow"),
        Motion::Half => format!("{height}, half"),
        Motion::Full => format!("{height}"),
    }
}

fn strided(samples: &[WaySample]) -> impl Iterator<Item = (f64, &[WaySample])> {
    let seconds = SAMPLE.as_secs_f64() * count(STRIDE);
    samples
        .chunks(STRIDE)
        .enumerate()
        .map(move |(index, samples)| (seconds * count(index), samples))
}

fn kbps(rate: Bitrate) -> f64 {
    f64::from(u32::try_from(rate.as_bps() / 1_000).unwrap_or(u32::MAX))
}

fn count(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests;
