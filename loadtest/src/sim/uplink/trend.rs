//! Whether the delay of an uplink grows: libwebrtc's trend line with its adaptive threshold.
//!
//! In: packets as they were sent and arrived. Out: over-used, under-used, or neither.
//! Never: how much delay there is; a queue that is full and stays so has no trend.

use super::Arrival;
use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// Packets sent within this time are one group.
const BURST: Duration = Duration::from_millis(5);
/// Groups that the line is drawn through.
const WINDOW: usize = 20;
const SMOOTHING: f64 = 0.9;
const GAIN: f64 = 4.0;
/// The trend weighs more with more groups, up to so many.
const GROUPS_MAX: f64 = 60.0;
/// Over this, in milliseconds, for more than that, is over-use.
const THRESHOLD_FIRST: f64 = 12.5;
const THRESHOLD_MIN: f64 = 6.0;
const THRESHOLD_MAX: f64 = 600.0;
const OVER_FOR_MS: f64 = 10.0;
/// How fast the threshold follows a trend above it, and one below.
const FOLLOW_UP: f64 = 0.0087;
const FOLLOW_DOWN: f64 = 0.039;
/// A trend so far beyond the threshold does not move it.
const FOLLOW_WITHIN: f64 = 15.0;

/// How the line is used.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Usage {
    #[default]
    Normal,
    Over,
    Under,
}

#[derive(Debug, Clone, Copy)]
struct Group {
    first_sent: Instant,
    sent: Instant,
    arrived: Instant,
}

/// The trend.
#[derive(Debug)]
pub(super) struct Trend {
    group: Option<Group>,
    before: Option<Group>,
    first_arrived: Option<Instant>,
    groups: f64,
    sum_ms: f64,
    smoothed_ms: f64,
    points: VecDeque<(f64, f64)>,
    threshold: f64,
    adapted_at: Option<Instant>,
    over_ms: f64,
    last: f64,
    usage: Usage,
}

impl Trend {
    pub(super) const fn new() -> Self {
        Self {
            group: None,
            before: None,
            first_arrived: None,
            groups: 0.0,
            sum_ms: 0.0,
            smoothed_ms: 0.0,
            points: VecDeque::new(),
            threshold: THRESHOLD_FIRST,
            adapted_at: None,
            over_ms: 0.0,
            last: 0.0,
            usage: Usage::Normal,
        }
    }

    pub(super) const fn usage(&self) -> Usage {
        self.usage
    }

    pub(super) fn handle_arrival(&mut self, arrival: Arrival) {
        let Some(group) = &mut self.group else {
            self.group = Some(Group::of(arrival));
            return;
        };
        if arrival.sent <= group.first_sent + BURST {
            group.sent = group.sent.max(arrival.sent);
            group.arrived = group.arrived.max(arrival.arrived);
            return;
        }
        let whole = *group;
        self.group = Some(Group::of(arrival));
        if let Some(before) = self.before.replace(whole) {
            self.handle_groups(before, whole);
        }
    }

    fn handle_groups(&mut self, before: Group, group: Group) {
        let sent_ms = millis(before.sent, group.sent);
        let arrived_ms = millis(before.arrived, group.arrived);
        self.groups = (self.groups + 1.0).min(GROUPS_MAX);
        self.sum_ms += arrived_ms - sent_ms;
        self.smoothed_ms = SMOOTHING * self.smoothed_ms + (1.0 - SMOOTHING) * self.sum_ms;
        let first = *self.first_arrived.get_or_insert(group.arrived);
        self.points.push_back((millis(first, group.arrived), self.smoothed_ms));
        if self.points.len() > WINDOW {
            self.points.pop_front();
        }
        let slope = if self.points.len() == WINDOW { slope(&self.points) } else { 0.0 };
        let trend = self.groups * slope * GAIN;
        self.judge(trend, sent_ms);
        self.adapt(trend, group.arrived);
    }

    fn judge(&mut self, trend: f64, passed_ms: f64) {
        if trend > self.threshold {
            self.over_ms += passed_ms;
            if self.over_ms > OVER_FOR_MS && trend >= self.last {
                self.usage = Usage::Over;
            }
        } else {
            self.over_ms = 0.0;
            self.usage = if trend < -self.threshold { Usage::Under } else { Usage::Normal };
        }
        self.last = trend;
    }

    fn adapt(&mut self, trend: f64, now: Instant) {
        let passed = self.adapted_at.map_or(0.0, |at| millis(at, now)).clamp(0.0, 100.0);
        self.adapted_at = Some(now);
        let beyond = trend.abs() - self.threshold;
        if beyond > FOLLOW_WITHIN {
            return;
        }
        let follow = if beyond < 0.0 { FOLLOW_DOWN } else { FOLLOW_UP };
        self.threshold =
            (self.threshold + follow * beyond * passed).clamp(THRESHOLD_MIN, THRESHOLD_MAX);
    }
}

impl Group {
    const fn of(arrival: Arrival) -> Self {
        Self { first_sent: arrival.sent, sent: arrival.sent, arrived: arrival.arrived }
    }
}

/// Milliseconds from one to the other; negative when it is the earlier.
fn millis(from: Instant, to: Instant) -> f64 {
    let forward = to.saturating_duration_since(from).as_secs_f64();
    let backward = from.saturating_duration_since(to).as_secs_f64();
    1_000.0 * (forward - backward)
}

/// The slope of the line through the points that has the least squares.
fn slope(points: &VecDeque<(f64, f64)>) -> f64 {
    let count = f64::from(u32::try_from(points.len()).unwrap_or(u32::MAX));
    let mean_x = points.iter().map(|point| point.0).sum::<f64>() / count;
    let mean_y = points.iter().map(|point| point.1).sum::<f64>() / count;
    let above: f64 = points.iter().map(|(x, y)| (x - mean_x) * (y - mean_y)).sum();
    let below: f64 = points.iter().map(|(x, _)| (x - mean_x).powi(2)).sum();
    if below > 0.0 { above / below } else { 0.0 }
}
