//! A line that somebody had, lived through again.
//!
//! In: the text of a file: a quality series as `GET /v1/visits/{id}/quality?series=true` gives it,
//! or a trace of lines `seconds kbit/s`. Out: a scenario.
//! Never: who it was; an id at most, and only to choose by.

use super::metric::Metric;
use super::metric::What;
use super::scenario::{Bound, Change, Goal, Line, Person, Scenario};
use crate::link::{Loss, Profile, Trace, TraceError};
use bedside_sfu_api::Bitrate;
use serde::Deserialize;
use std::time::Duration;

/// Longest time replayed; a series keeps no more.
const REPLAYED_MAX: Duration = Duration::from_secs(900);
/// Shortest that anything can be said of.
const REPLAYED_MIN: Duration = Duration::from_secs(5);
/// Before this a visit is only beginning.
const WARM: Duration = Duration::from_secs(2);
/// What is said last has to arrive.
const TAIL: Duration = Duration::from_secs(2);
/// The round trip of a line nobody measured.
const RTT: Duration = Duration::from_millis(40);
/// The way up of a line of which only the way down is known.
const UP: Bitrate = Bitrate::kbps(2_000);

/// Why a file cannot be lived through.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// It looks like JSON, and is none or of another shape.
    #[error(
        "it is no quality series: {0}; save the answer of GET /v1/visits/ID/quality?series=true"
    )]
    Shape(#[from] serde_json::Error),
    /// It looks like a trace.
    #[error("{0}")]
    Trace(#[from] TraceError),
    /// A series of nobody, or of a moment.
    #[error("it holds less than {} seconds of anybody's line", REPLAYED_MIN.as_secs())]
    Short,
}

/// The answer of the API, one person of it, or that person's seconds.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Saved {
    Visit { series: Vec<Series> },
    Person(Series),
    Seconds(Vec<Second>),
}

#[derive(Debug, Default, Deserialize)]
struct Series {
    seconds: Vec<Second>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
struct Second {
    down: Leg,
    up: Leg,
}

/// One second of one way; what is not there was not measured.
#[derive(Debug, Clone, Copy, Deserialize)]
struct Leg {
    #[serde(default)]
    loss_permille: u16,
    #[serde(default)]
    jitter_ms: u16,
    #[serde(default)]
    queue_ms: u16,
    rtt_ms: Option<u16>,
    estimate_kbps: Option<u32>,
    #[serde(default)]
    rate_kbps: u32,
}

impl Leg {
    /// The line that would give such a second. What flowed it carried at least; where nothing
    /// estimates it, it has no limit.
    fn profile(self) -> Profile {
        let kbps = self.estimate_kbps.map(|estimate| estimate.max(self.rate_kbps));
        let rtt = self.rtt_ms.map_or(RTT, |rtt| ms(rtt.saturating_sub(self.queue_ms)));
        let loss = match self.loss_permille.min(1_000) {
            0 => Loss::None,
            permille => Loss::Random { permille },
        };
        Profile {
            rate: kbps.map(|kbps| Bitrate::kbps(kbps.max(1).into())),
            delay: rtt / 2,
            jitter: ms(self.jitter_ms),
            loss,
            ..Profile::default()
        }
    }
}

/// The scenario of a file.
///
/// # Errors
/// It is neither a series nor a trace, or too short.
pub(crate) fn replay(text: &str) -> Result<Scenario, ReplayError> {
    let lines = if text.trim_start().starts_with(['{', '[']) {
        recorded(serde_json::from_str(text)?)
    } else {
        traced(&Trace::parse(text)?)
    };
    let (Some((_, first)), Some((end, _))) = (lines.first(), lines.last()) else {
        return Err(ReplayError::Short);
    };
    let lasts = (*end + Duration::from_secs(1)).min(REPLAYED_MAX);
    if lasts < REPLAYED_MIN {
        return Err(ReplayError::Short);
    }
    let changes = lines.iter().skip(1).take_while(|(at, _)| *at < lasts);
    Ok(Scenario {
        name: "replay".to_owned(),
        about: format!("a line as it was, for {} s", lasts.as_secs()),
        people: vec![Person::seen().on(*first), Person::seen()],
        changes: changes.map(|(at, line)| Change { at: *at, who: 0, line: *line }).collect(),
        lasts: lasts + TAIL,
        goals: goals(lasts),
        seeds_min: 0,
    })
}

/// The person who was measured longest; their seconds count as following each other.
fn recorded(saved: Saved) -> Vec<(Duration, Line)> {
    let seconds = match saved {
        Saved::Visit { series } => {
            let longest = series.into_iter().max_by_key(|person| person.seconds.len());
            longest.unwrap_or_default().seconds
        }
        Saved::Person(series) => series.seconds,
        Saved::Seconds(seconds) => seconds,
    };
    (0_u32..)
        .zip(seconds)
        .map(|(number, second)| {
            let line = Line { down: second.down.profile(), up: second.up.profile() };
            (Duration::from_secs(1) * number, line)
        })
        .collect()
}

fn traced(trace: &Trace) -> Vec<(Duration, Line)> {
    let base = Profile { delay: RTT / 2, ..Profile::default() };
    let mut lines = Vec::new();
    let mut at = Duration::ZERO;
    while at < trace.length().min(REPLAYED_MAX) {
        let rate = trace.rate(at);
        let down = Profile { rate: Some(rate), down: rate == Bitrate::ZERO, ..base };
        lines.push((at, Line { down, up: Profile { rate: Some(UP), ..base } }));
        at = trace.next_change(at);
    }
    // The last rate holds to the end.
    let last = lines.last().map(|(_, line)| *line);
    let end = trace.length().saturating_sub(Duration::from_secs(1));
    lines.extend(
        last.filter(|_| lines.last().is_some_and(|(at, _)| *at < end)).map(|line| (end, line)),
    );
    lines
}

fn goals(lasts: Duration) -> Vec<Goal> {
    let told = [
        What::Concealed,
        What::LongestGap,
        What::VoiceResidual,
        What::JitterBuffer,
        What::Height,
        What::FrameRate,
        What::Frozen,
        What::Switches,
        What::Used,
    ];
    let goal = |what| {
        let metric = Metric { what, who: 0, from: WARM, until: lasts };
        Goal { metric, bound: Bound::Told, note: None }
    };
    told.into_iter().map(goal).collect()
}

fn ms(ms: u16) -> Duration {
    Duration::from_millis(ms.into())
}

#[cfg(test)]
mod tests;
