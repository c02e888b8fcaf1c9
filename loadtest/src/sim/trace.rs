//! One visit, line by line: what a tenth of a second looked like.
//!
//! In: a scenario and a seed. Out: text, a line each 100 ms of the first person's two ways.
//! Never: judges.

use super::record::{Decision, Journey, Record, SAMPLE, SeatRecord, UplinkSample, WaySample};
use super::scenario::Scenario;
use super::{vp8, world};
use bedside_sfu_api::{Bitrate, Delivery, Motion};
use std::fmt::Write as _;
use std::time::Duration;

/// Samples in a line.
const STRIDE: usize = 5;
/// A voice that comes later than this is late.
const LATE: Duration = Duration::from_millis(400);
const HEADS: &str = "\
#        way down                                                          shown         voice       way up
#  time   line  queue    got  estimate  budget  wanted   given  decided             fps  lines  void lost late   queue    got  estimate  rung        voice
";

/// The trace of a visit.
#[must_use]
pub(crate) fn trace(scenario: &Scenario, seed: u64) -> String {
    let record = world::live(scenario, seed);
    let mut out = format!("# {}, seed {seed}: {}\n{HEADS}", scenario.name, scenario.about);
    let Some(seat) = record.seats.first() else { return out };
    let said = record.journeys(0).concat();
    for (index, samples) in seat.down.chunks(STRIDE).enumerate() {
        let tenth = Tenth::of(index);
        let _ = writeln!(
            out,
            "{:7.1} {} {} {}  {}   {}",
            tenth.until.as_secs_f64(),
            down(samples, seat, tenth.until),
            shown(&record, &tenth),
            void(seat, &tenth),
            voice(&said, &tenth),
            up(seat, &tenth)
        );
    }
    for fault in &record.faults {
        let _ = writeln!(out, "# {fault}");
    }
    out
}

/// One line's span.
struct Tenth {
    place: usize,
    from: Duration,
    until: Duration,
}

impl Tenth {
    fn of(index: usize) -> Self {
        let at = |samples: usize| SAMPLE * u32::try_from(samples).unwrap_or(u32::MAX);
        let place = index * STRIDE;
        Self { place, from: at(place), until: at(place + STRIDE) }
    }

    fn samples<'a, T>(&self, all: &'a [T]) -> &'a [T] {
        let end = all.len().min(self.place + STRIDE);
        all.get(self.place..end).unwrap_or_default()
    }
}

fn down(samples: &[WaySample], seat: &SeatRecord, until: Duration) -> String {
    let quality = seat.quality.iter().take_while(|(at, _)| *at <= until).last();
    let decision = seat.decisions.iter().take_while(|decision| decision.at <= until).last();
    format!(
        "{} {:6} {:6} {} {} {} {}  {:18}",
        kbps(samples.last().and_then(|sample| sample.rate), 6),
        queue_ms(samples),
        got_kbps(samples),
        kbps(quality.and_then(|(_, sample)| sample.down.estimate), 9),
        kbps(decision.map(|decision| decision.budget), 7),
        kbps(quality.map(|(_, sample)| sample.wanted), 7),
        kbps(quality.map(|(_, sample)| sample.given), 7),
        decision.map(steps).unwrap_or_default()
    )
}

fn up(seat: &SeatRecord, tenth: &Tenth) -> String {
    let samples = tenth.samples(&seat.up);
    let (queue, got) = (queue_ms(samples), got_kbps(samples));
    let Some(UplinkSample { estimate, rung, voice }) = tenth.samples(&seat.uplink).last() else {
        return format!("{queue:5} {got:6}");
    };
    let twice = if voice.redundant { ", twice" } else { "" };
    format!(
        "{queue:5} {got:6} {}  {:11} {} in {} ms{twice}",
        kbps(Some(*estimate), 9),
        format!("{rung:?}"),
        voice.rate.as_bps() / 1_000,
        voice.packet_ms
    )
}

fn kbps(rate: Option<Bitrate>, width: usize) -> String {
    let text = rate.map_or_else(|| "–".to_owned(), |rate| (rate.as_bps() / 1_000).to_string());
    format!("{text:>width$}")
}

fn queue_ms(samples: &[WaySample]) -> u128 {
    samples.iter().map(|sample| sample.queue.as_millis()).max().unwrap_or_default()
}

fn got_kbps(samples: &[WaySample]) -> u128 {
    let bytes: u64 = samples.iter().map(|sample| sample.bytes).sum();
    let stride = SAMPLE * u32::try_from(samples.len()).unwrap_or(1);
    u128::from(8 * bytes) / stride.as_millis().max(1)
}

/// Layer and motion of each picture, and how voices go.
fn steps(decision: &Decision) -> String {
    let step = |delivery: &Delivery| match delivery.given {
        None => "–".to_owned(),
        Some(layer) => {
            let motion = match delivery.motion {
                Motion::Still => "still",
                Motion::Slow => "slow",
                Motion::Half => "half",
                Motion::Full => "full",
            };
            format!("{layer}{motion}")
        }
    };
    let pictures: Vec<String> = decision.deliveries.iter().map(step).collect();
    format!("{} {:?}", pictures.join(" "), decision.sound)
}

/// Pictures shown, and the height of the tallest.
fn shown(record: &Record, tenth: &Tenth) -> String {
    let shown = || {
        let all = record.shown(0).flatten();
        all.filter(|shown| (tenth.from..tenth.until).contains(&record.since(shown.at)))
    };
    let tallest = shown().map(|shown| vp8::height(shown.picture.layer)).max();
    format!("{:4} {:6}", shown().count(), tallest.unwrap_or_default())
}

/// Bytes that carried nothing new.
fn void(seat: &SeatRecord, tenth: &Tenth) -> String {
    let bytes: u64 = tenth.samples(&seat.void_bytes).iter().sum();
    format!("{bytes:5}")
}

/// Frames said then that never came, and that came late.
fn voice(said: &[Journey], tenth: &Tenth) -> String {
    let then = || said.iter().filter(|each| each.left > tenth.from && each.left <= tenth.until);
    let lost = then().filter(|journey| journey.came.is_none()).count();
    let late = then().filter(|journey| journey.took().is_some_and(|took| took > LATE)).count();
    format!("{lost:3} {late:4}")
}
