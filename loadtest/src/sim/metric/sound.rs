//! Measurements of voices: what came, when, and what was played.
//!
//! In: journeys of frames, what NetEq's model played. Out: numbers.
//! Never: pictures, queues.

use super::Metric;
use crate::sim::ear::{BLOCK, Ear, Play};
use crate::sim::record::{Journey, Record};
use std::time::Duration;

/// A voice that comes later than this is heard as somebody who hesitates, or not at all.
const LATE: Duration = Duration::from_millis(400);

/// Frames said in the span, by voice; nothing where nobody spoke.
fn said(record: &Record, metric: &Metric) -> Option<Vec<Vec<Journey>>> {
    let mut voices = record.journeys(metric.who);
    for voice in &mut voices {
        voice.retain(|journey| metric.covers(journey.left));
    }
    voices.retain(|voice| !voice.is_empty());
    (!voices.is_empty()).then_some(voices)
}

fn is_late(journey: &Journey) -> bool {
    journey.took().is_some_and(|took| took > LATE)
}

/// How many there are, as a number.
fn many<'a>(journeys: &'a [Vec<Journey>], which: impl Fn(&'a Journey) -> bool) -> f64 {
    let count = journeys.iter().flatten().filter(|journey| which(journey)).count();
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

pub(super) fn late(record: &Record, metric: &Metric) -> Option<f64> {
    let voices = said(record, metric)?;
    Some(many(&voices, is_late) * crate::sim::opus::FRAME.as_secs_f64())
}

pub(super) fn lost(record: &Record, metric: &Metric) -> Option<f64> {
    let voices = said(record, metric)?;
    Some(many(&voices, |journey| journey.came.is_none()))
}

pub(super) fn residual(record: &Record, metric: &Metric) -> Option<f64> {
    let voices = said(record, metric)?;
    let missed = many(&voices, |journey| journey.came.is_none() || is_late(journey));
    Some(100.0 * missed / many(&voices, |_| true))
}

pub(super) fn delay(record: &Record, metric: &Metric) -> Option<f64> {
    let voices = said(record, metric)?;
    let worst = voices.iter().filter_map(|voice| {
        let mut took: Vec<Duration> = voice.iter().filter_map(Journey::took).collect();
        took.sort_unstable();
        took.get(took.len() * 95 / 100).copied()
    });
    worst.max().map(|took| took.as_secs_f64() * 1_000.0)
}

/// What was played in the span, slot by slot.
fn played<'a>(record: &'a Record, metric: &'a Metric) -> impl Iterator<Item = Vec<Play>> + 'a {
    let block =
        |at: Duration| usize::try_from(at.as_nanos() / BLOCK.as_nanos()).unwrap_or(usize::MAX);
    record.plays(metric.who).map(move |plays| {
        let until = block(metric.until).min(plays.len());
        plays.get(block(metric.from)..until).unwrap_or_default().to_vec()
    })
}

pub(super) fn concealed(record: &Record, metric: &Metric) -> Option<f64> {
    said(record, metric)?;
    let (mut made_up, mut all) = (0_u32, 0_u32);
    for play in played(record, metric).flatten() {
        made_up += u32::from(play == Play::Concealed);
        all += u32::from(matches!(play, Play::Concealed | Play::Speech));
    }
    (all > 0).then(|| 100.0 * f64::from(made_up) / f64::from(all))
}

pub(super) fn longest_gap(record: &Record, metric: &Metric) -> Option<f64> {
    said(record, metric)?;
    let mut longest = 0_u32;
    for plays in played(record, metric) {
        let mut run = 0_u32;
        for play in plays {
            run = if play == Play::Concealed { run + 1 } else { 0 };
            longest = longest.max(run);
        }
    }
    Some((BLOCK * longest).as_secs_f64() * 1_000.0)
}

pub(super) fn back(record: &Record, metric: &Metric) -> Option<f64> {
    said(record, metric)?;
    let first = played(record, metric)
        .filter_map(|plays| plays.iter().position(|play| *play == Play::Speech))
        .min();
    let blocks = first.map(|first| u32::try_from(first + 1).unwrap_or(u32::MAX));
    // Never: as long as was waited for it.
    Some(blocks.map_or(metric.seconds(), |blocks| (BLOCK * blocks).as_secs_f64()) * 1_000.0)
}

pub(super) fn jitter_buffer(record: &Record, metric: &Metric) -> Option<f64> {
    let ears = record.seats.get(metric.who)?.ears.iter().flat_map(Ear::delays);
    let (mut sum, mut count) = (0.0, 0_u32);
    for (_, delay) in ears.filter(|(at, _)| metric.covers(record.since(*at))) {
        sum += delay;
        count += 1;
    }
    (count > 0).then(|| sum / f64::from(count))
}
