//! The words a relay is told what a line is to be like with.
//!
//! In: a line such as `down.kbps = 250, down.delay_ms = 20`, or a timeline file of such steps.
//! Out: changes to a profile; or what is wrong with the words.
//! Never: a word it does not know is passed over.

use crate::link::{Loss, Profile};
use bedside_sfu_api::Bitrate;
use serde::Deserialize;
use std::fmt;
use std::time::Duration;

/// Latest time a timeline may name, in seconds: a day.
const AT_SECONDS_MAX: f64 = 86_400.0;
/// Most of a thousand.
const PERMILLE_MAX: u16 = 1_000;

/// What changes about one direction; what is not named stays.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Change {
    kbps: Option<Rate>,
    buffer_kb: Option<u16>,
    delay_ms: Option<u16>,
    jitter_ms: Option<u16>,
    loss_percent: Option<u16>,
    loss_burst: Option<u16>,
    reorder_percent: Option<u16>,
    outage: Option<bool>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(untagged, expecting = "kbps is a whole number or \"unlimited\"")]
enum Rate {
    Kbps(u32),
    Word(Word),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Word {
    Unlimited,
}

impl Change {
    /// The profile after the change.
    #[must_use]
    pub fn apply(self, to: Profile) -> Profile {
        let ms = |ms: u16| Duration::from_millis(ms.into());
        let permille = |percent: u16| percent.saturating_mul(10).min(PERMILLE_MAX);
        let rate = match self.kbps {
            Some(Rate::Kbps(kbps)) => Some(Bitrate::kbps(kbps.into())),
            Some(Rate::Word(Word::Unlimited)) => None,
            None => to.rate,
        };
        let (lost, burst_tenths) = lost(to.loss);
        let lost = self.loss_percent.map_or(lost, permille);
        let burst_tenths = self.loss_burst.map_or(burst_tenths, |burst| burst.saturating_mul(10));
        Profile {
            rate,
            buffer_bytes: self.buffer_kb.map_or(to.buffer_bytes, |kb| usize::from(kb) * 1_000),
            delay: self.delay_ms.map_or(to.delay, ms),
            jitter: self.jitter_ms.map_or(to.jitter, ms),
            loss: loss(lost, burst_tenths),
            reorder_permille: self.reorder_percent.map_or(to.reorder_permille, permille),
            down: self.outage.unwrap_or(to.down),
        }
    }
}

/// The share lost and the tenths of a packet a burst is long, of any loss.
const fn lost(loss: Loss) -> (u16, u16) {
    match loss {
        Loss::None => (0, 0),
        Loss::Random { permille } => (permille, 0),
        Loss::Gilbert { permille, burst_tenths } => (permille, burst_tenths),
    }
}

/// A burst of one packet or less is none.
const fn loss(permille: u16, burst_tenths: u16) -> Loss {
    match (permille, burst_tenths) {
        (0, _) => Loss::None,
        (_, 0..=10) => Loss::Random { permille },
        _ => Loss::Gilbert { permille, burst_tenths },
    }
}

/// What a leg's line is to be like from now on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Order {
    /// Which leg, counted from one; without it, all.
    pub leg: Option<usize>,
    /// From the server to the client.
    pub down: Change,
    /// From the client to the server.
    pub up: Change,
}

impl Order {
    /// Reads `down.kbps = 250, up.loss_percent = 10`.
    ///
    /// # Errors
    /// When a word or a number is none of an order's.
    pub fn parse(words: &str) -> Result<Self, OrderError> {
        #[derive(Deserialize)]
        struct Line {
            order: Order,
        }
        let line: Line = toml::from_str(&format!("order = {{ {words} }}"))?;
        Ok(line.order)
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let numbers = [
            ("buffer_kb", self.buffer_kb),
            ("delay_ms", self.delay_ms),
            ("jitter_ms", self.jitter_ms),
            ("loss_percent", self.loss_percent),
            ("loss_burst", self.loss_burst),
            ("reorder_percent", self.reorder_percent),
        ];
        let rate = self.kbps.map(|rate| match rate {
            Rate::Kbps(kbps) => format!("kbps = {kbps}"),
            Rate::Word(Word::Unlimited) => "kbps = \"unlimited\"".to_owned(),
        });
        let numbers = numbers
            .into_iter()
            .filter_map(|(name, number)| number.map(|number| format!("{name} = {number}")));
        let outage = self.outage.map(|outage| format!("outage = {outage}"));
        let all: Vec<String> = rate.into_iter().chain(numbers).chain(outage).collect();
        f.write_str(&all.join(", "))
    }
}

impl fmt::Display for Order {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let leg = self.leg.map(|leg| format!("leg = {leg}"));
        let way = |name: &str, change: Change| {
            (change != Change::default()).then(|| format!("{name} = {{ {change} }}"))
        };
        let ways = [way("down", self.down), way("up", self.up)].into_iter().flatten();
        f.write_str(&leg.into_iter().chain(ways).collect::<Vec<String>>().join(", "))
    }
}

/// What may stand on a line of a relay's input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said {
    /// Change the lines.
    Order(Order),
    /// Say how it went since the last report.
    Report,
    /// End.
    Stop,
}

impl Said {
    /// Reads a line; an empty one says nothing.
    ///
    /// # Errors
    /// When it is neither `report`, `stop` nor an order.
    pub fn parse(line: &str) -> Result<Option<Self>, OrderError> {
        match line.trim() {
            "" => Ok(None),
            "report" => Ok(Some(Self::Report)),
            "stop" => Ok(Some(Self::Stop)),
            words => Order::parse(words).map(|order| Some(Self::Order(order))),
        }
    }
}

/// Orders, each at its time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Timeline {
    /// By time.
    pub steps: Vec<Step>,
    /// When the relay ends by itself.
    pub end: Option<Duration>,
}

/// An order and its time from the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// From the start.
    pub at: Duration,
    /// What then changes.
    pub order: Order,
}

impl Timeline {
    /// Reads a timeline file.
    ///
    /// # Errors
    /// When it is no TOML, or holds a key or a time that no timeline has.
    pub fn parse(text: &str) -> Result<Self, OrderError> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct File {
            #[serde(default)]
            step: Vec<FileStep>,
            end: Option<f64>,
        }
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct FileStep {
            at: f64,
            leg: Option<usize>,
            #[serde(default)]
            down: Change,
            #[serde(default)]
            up: Change,
        }
        let file: File = toml::from_str(text)?;
        let step = |FileStep { at, leg, down, up }| {
            Ok(Step { at: seconds(at)?, order: Order { leg, down, up } })
        };
        let mut steps =
            file.step.into_iter().map(step).collect::<Result<Vec<Step>, OrderError>>()?;
        steps.sort_by_key(|step| step.at);
        Ok(Self { steps, end: file.end.map(seconds).transpose()? })
    }
}

fn seconds(seconds: f64) -> Result<Duration, OrderError> {
    if !(0.0..=AT_SECONDS_MAX).contains(&seconds) {
        return Err(OrderError::Time(seconds));
    }
    Duration::try_from_secs_f64(seconds).map_err(|_| OrderError::Time(seconds))
}

/// Why words are no order.
#[derive(Debug, thiserror::Error)]
pub enum OrderError {
    /// Not the shape of an order.
    #[error("{}", .0.message())]
    Words(#[from] toml::de::Error),
    /// A time that cannot be.
    #[error("{0} is no time; times are seconds from the start, a day at most")]
    Time(f64),
}

#[cfg(test)]
mod tests;
