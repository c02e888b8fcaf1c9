//! One visit, line by line: what a tenth of a second looked like.
//!
//! In: a scenario and a seed. Out: text, a line each 100 ms of the first person's way down.
//! Never: judges.

use super::record::{Decision, Record, SAMPLE, WaySample};
use super::scenario::Scenario;
use super::world;
use bedside_sfu_api::{Bitrate, Motion};
use std::fmt::Write as _;
use std::time::Duration;

/// Samples in a line.
const STRIDE: usize = 5;

/// The trace of a visit.
#[must_use]
pub(crate) fn trace(scenario: &Scenario, seed: u64) -> String {
    let record = world::live(scenario, seed);
    let mut out = format!("# {}, seed {seed}: {}\n", scenario.name, scenario.about);
    out.push_str(
        "#  time   line  queue  got kbit/s  estimate  budget  wanted   given  pictures          \
         fps  shown  void  lost  late  up est  up queue  up kbit/s\n",
    );
    let Some(seat) = record.seats.first() else { return out };
    let words = Words::new(&record);
    for (number, samples) in (1_u32..).zip(seat.down.chunks(STRIDE)) {
        let stride = SAMPLE * u32::try_from(STRIDE).unwrap_or(1);
        let (from, until) = (stride * (number - 1), stride * number);
        let place = (usize::try_from(number).unwrap_or_default() - 1) * STRIDE;
        let void: u64 = seat.void_bytes.iter().skip(place).take(STRIDE).sum();
        let up = seat.uplink.get(place).copied();
        let quality = seat.quality.iter().take_while(|(at, _)| *at <= until).last();
        let decision = seat.decisions.iter().take_while(|decision| decision.at <= until).last();
        let (fps, tallest) = words.shown(&record, from, until);
        let (lost, late) = words.voice(from, until);
        let _ = writeln!(
            out,
            "{:7.1} {} {:6} {:11} {} {} {} {} {:19} {fps:3} {tallest:6} {void:5} {lost:5} {late:5} {} {:9} {:10}",
            until.as_secs_f64(),
            kbps(samples.last().and_then(|sample| sample.rate), 6),
            queue_ms(samples),
            got_kbps(samples, stride),
            kbps(quality.and_then(|(_, sample)| sample.down.estimate), 9),
            kbps(decision.map(|decision| decision.budget), 7),
            kbps(quality.map(|(_, sample)| sample.wanted), 7),
            kbps(quality.map(|(_, sample)| sample.given), 7),
            decision.map(steps).unwrap_or_default(),
            kbps(up, 7),
            queue_ms(seat.up.get(place..place + STRIDE).unwrap_or_default()),
            got_kbps(seat.up.get(place..place + STRIDE).unwrap_or_default(), stride),
        );
    }
    for fault in &record.faults {
        let _ = writeln!(out, "# {fault}");
    }
    out
}

fn kbps(rate: Option<Bitrate>, width: usize) -> String {
    let text = rate.map_or_else(|| "–".to_owned(), |rate| (rate.as_bps() / 1_000).to_string());
    format!("{text:>width$}")
}

fn queue_ms(samples: &[WaySample]) -> u128 {
    samples.iter().map(|sample| sample.queue.as_millis()).max().unwrap_or_default()
}

fn got_kbps(samples: &[WaySample], stride: Duration) -> u128 {
    let bytes: u64 = samples.iter().map(|sample| sample.bytes).sum();
    u128::from(8 * bytes) / stride.as_millis().max(1)
}

/// Layer and motion of each picture, and how voices go.
fn steps(decision: &Decision) -> String {
    let step = |delivery: &bedside_sfu_api::Delivery| match delivery.given {
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

/// What the first person should have heard.
struct Words {
    said: Vec<super::record::Journey>,
}

impl Words {
    fn new(record: &Record) -> Self {
        Self { said: record.journeys(0).concat() }
    }

    /// Frames said then that never came, and that came late.
    fn voice(&self, from: Duration, until: Duration) -> (usize, usize) {
        const LATE: Duration = Duration::from_millis(400);
        let said =
            || self.said.iter().filter(|journey| journey.said > from && journey.said <= until);
        let lost = said().filter(|journey| journey.came.is_none()).count();
        let late = said().filter(|journey| journey.took().is_some_and(|took| took > LATE)).count();
        (lost, late)
    }

    /// Pictures shown then, and the height of the tallest.
    #[expect(clippy::unused_self, reason = "what was heard and seen is told side by side")]
    fn shown(&self, record: &Record, from: Duration, until: Duration) -> (usize, u16) {
        let shown = || {
            let all = record.shown(0).flatten();
            all.filter(|shown| (from..until).contains(&record.since(shown.at)))
        };
        let tallest = shown().map(|shown| super::vp8::height(shown.picture.layer)).max();
        (shown().count(), tallest.unwrap_or_default())
    }
}
