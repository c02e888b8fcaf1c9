//! A published track: its layers, what each measures, which of them anybody watches.
//!
//! In: packets as they arrive, who watches what, a steady tick. Out: rates, heights, and which
//! layers the publisher is to send.
//! Never: forwards anything.

use crate::allocate::Rates;
use crate::forward::Arrival;
use crate::keyframe::KeyframeRequests;
use crate::packet::{Codec, Layer, LineId};
use crate::tap::LayerSight;
use crate::travel::Travel;
use crate::worth::NOMINAL;
use bedside_sfu_api::{Bitrate, LayerWorth, VideoHeight};
use std::time::{Duration, Instant};

/// Ticks of 100 ms that the rate is measured over. Longer keeps a keyframe, ten times a frame,
/// from making a layer look dear; shorter follows a change of scene sooner.
const METER_TICKS: usize = 30;
/// How long that is.
const METER_SPAN: Duration = Duration::from_secs(3);
/// A layer without a packet for this long does not flow. Shorter falls back sooner when an
/// uplink drops a layer, longer forgives a stall.
const FLOWS_FOR: Duration = Duration::from_secs(1);
/// How long a watched layer may take to start before it counts as not to be had.
const STARTS_WITHIN: Duration = Duration::from_secs(3);
/// How long a layer that did not start is left alone.
const RETRY_AFTER: Duration = Duration::from_secs(15);
/// How long an unwatched layer goes on; viewers come and go, and a restart costs a keyframe.
const UNWATCHED_FOR: Duration = Duration::from_secs(2);
/// Highest temporal layer of L1T3.
const TEMPORAL_TOP: u8 = 2;
/// After a rate was asked, the meter shows the former one for this long: its own span, and the
/// encoder's.
const ASKED_FOR: Duration = Duration::from_secs(4);
/// A layer that takes this much more than was asked, in percent, does not heed it.
const HEEDS_PERCENT: u64 = 120;
/// How far a layer that heeds gives way before it is given up, in percent of what was asked.
const YIELDS_PERCENT: u64 = 82;
/// How long it is taken to go on not heeding.
const DEFIES_FOR: Duration = Duration::from_secs(60);
/// What an encoder makes of what flows; the rest are the packets' headers.
const PAYLOAD_PERCENT: u64 = 93;
/// What is asked is not lowered or raised for less than this, in percent, and not raised more
/// often than this: an encoder needs time, and so does the line that is measured by it.
const ASK_LOWER_PERCENT: u64 = 3;
const ASK_RAISE_PERCENT: u64 = 7;
const ASK_RAISE_EVERY: Duration = Duration::from_secs(1);
/// Lines of the lowest layer before a keyframe told.
const NOMINAL_HEIGHT: u16 = 180;

/// One simulcast layer.
#[derive(Debug)]
struct LayerState {
    bytes: [usize; METER_TICKS],
    flows_since: Option<Instant>,
    last_at: Option<Instant>,
    rate: Option<Bitrate>,
    height: Option<u16>,
    watched_at: Instant,
    /// When a recorder last took it, or would have.
    kept_at: Option<Instant>,
    watched_since: Option<Instant>,
    retry_at: Option<Instant>,
    asked: Option<(Bitrate, Instant)>,
    defies_until: Option<Instant>,
    requests: KeyframeRequests,
    travel: Option<Travel>,
}

impl LayerState {
    const fn new(now: Instant) -> Self {
        Self {
            bytes: [0; METER_TICKS],
            flows_since: None,
            last_at: None,
            rate: None,
            height: None,
            watched_at: now,
            kept_at: None,
            watched_since: None,
            retry_at: None,
            asked: None,
            defies_until: None,
            requests: KeyframeRequests::new(),
            travel: None,
        }
    }

    fn flows(&self, now: Instant) -> bool {
        self.last_at.is_some_and(|at| now < at + FLOWS_FOR)
    }

    /// Whether the publisher is to send it.
    fn is_wanted(&self, now: Instant) -> bool {
        let lately = |at: Instant| now <= at + UNWATCHED_FOR;
        lately(self.watched_at) || self.kept_at.is_some_and(lately)
    }

    /// What the layer takes: what was asked of it, if it heeds that, or what it was seen to take.
    fn cost(&self, now: Instant, nominal: Bitrate) -> Bitrate {
        let measured = self.rate.unwrap_or(nominal);
        match self.asked {
            Some((asked, _)) if self.defies_until.is_none_or(|until| now >= until) => asked,
            Some(_) | None => measured,
        }
    }

    /// Notes whether the layer heeds what was asked.
    fn look_whether_it_heeds(&mut self, now: Instant) {
        let Some((asked, at)) = self.asked else { return };
        let settled =
            now >= at + ASKED_FOR && self.flows_since.is_some_and(|since| now >= since + ASKED_FOR);
        if settled && self.flows(now) {
            let defies = self.rate.is_some_and(|rate| rate > asked.percent(HEEDS_PERCENT));
            if defies {
                self.defies_until = Some(now + DEFIES_FOR);
            } else if self.rate.is_some() {
                self.defies_until = None;
            }
        }
    }

    /// The layer should take this much from now on.
    fn ask(&mut self, now: Instant, rate: Bitrate) {
        if let Some((asked, at)) = self.asked {
            let raises = rate > asked.percent(100 + ASK_RAISE_PERCENT);
            let lowers = rate < asked.percent(100 - ASK_LOWER_PERCENT);
            let may_raise = now >= at + ASK_RAISE_EVERY;
            if !(lowers || (raises && may_raise)) {
                return;
            }
        }
        self.asked = Some((rate, now));
    }
}

/// A published track.
#[derive(Debug)]
pub(crate) struct Track {
    /// The publisher's line.
    pub(crate) line: LineId,
    /// How it is encoded, once a packet has told.
    pub(crate) codec: Option<Codec>,
    layers: Vec<LayerState>,
    temporal: u8,
    told: Vec<LayerWorth>,
}

impl Track {
    pub(crate) fn new(now: Instant, line: LineId, layers: usize) -> Self {
        Self {
            line,
            codec: None,
            layers: (0..layers).map(|_| LayerState::new(now)).collect(),
            temporal: 0,
            told: vec![LayerWorth { watched: true, rate_max: None }; layers],
        }
    }

    /// A packet of the track.
    pub(crate) fn handle_packet(&mut self, now: Instant, arrival: &Arrival, bytes: usize) {
        self.codec = Some(arrival.codec);
        let Some(layer) = self.layers.get_mut(arrival.layer.index()) else { return };
        if !layer.flows(now) {
            layer.flows_since = Some(now);
            layer.bytes = [0; METER_TICKS];
        }
        if arrival.starts {
            layer.requests.handle_keyframe();
        }
        let clock_rate = arrival.codec.clock_rate();
        let travel = layer.travel.get_or_insert_with(|| Travel::new(clock_rate));
        travel.handle(now, arrival.timestamp);
        layer.last_at = Some(now);
        layer.retry_at = None;
        if let Some(slot) = layer.bytes.last_mut() {
            *slot += bytes;
        }
        if let Some(vp8) = arrival.vp8 {
            layer.height = vp8.keyframe_height.or(layer.height);
            self.temporal = self.temporal.max(vp8.temporal);
        }
    }

    /// When something of this timestamp would have come at the earliest.
    pub(crate) fn earliest(&self, layer: Layer, timestamp: u32) -> Option<Instant> {
        self.layers.get(layer.index())?.travel.as_ref()?.earliest(timestamp)
    }

    /// A tick of 100 ms: moves the meters on.
    pub(crate) fn handle_tick(&mut self, now: Instant) {
        for layer in &mut self.layers {
            let flowed = layer.flows_since.map(|since| now.saturating_duration_since(since));
            let measured = flowed.unwrap_or_default().min(METER_SPAN);
            if measured >= FLOWS_FOR && layer.flows(now) {
                let bits = u64::try_from(8 * layer.bytes.iter().sum::<usize>()).unwrap_or(u64::MAX);
                let millis = u64::try_from(measured.as_millis()).unwrap_or(u64::MAX);
                layer.rate = Some(Bitrate::bps(bits.saturating_mul(1_000) / millis.max(1)));
            }
            layer.look_whether_it_heeds(now);
            layer.bytes.rotate_left(1);
            if let Some(slot) = layer.bytes.last_mut() {
                *slot = 0;
            }
        }
    }

    /// Whether frames may be left out by temporal layer.
    pub(crate) const fn has_temporal(&self) -> bool {
        self.temporal == TEMPORAL_TOP
    }

    /// The smallest layer that is at least about as tall as it is drawn, or the largest.
    pub(crate) fn layer_for(&self, height: VideoHeight) -> Layer {
        let wanted = u32::from(height.0) * 9 / 10;
        let mut best = 0;
        for (index, _) in self.layers.iter().enumerate() {
            best = index;
            if self.height(index) >= wanted {
                break;
            }
        }
        Layer(u8::try_from(best).unwrap_or(u8::MAX))
    }

    fn height(&self, index: usize) -> u32 {
        let known = |layer: &LayerState| layer.height.map(u32::from);
        let guess = || {
            let lowest = self.layers.first().and_then(known);
            lowest.unwrap_or(u32::from(NOMINAL_HEIGHT)) << index.min(4)
        };
        self.layers.get(index).and_then(known).unwrap_or_else(guess)
    }

    /// What each layer costs up to `top`; `None` for one that cannot be had now. The lowest is
    /// always asked for: without it there is no picture at all.
    pub(crate) fn rates(&self, now: Instant, top: Layer) -> Rates {
        let layers = self.layers.iter().zip(NOMINAL.iter().chain(std::iter::repeat(&NOMINAL[2])));
        layers
            .take(top.index() + 1)
            .enumerate()
            .map(|(index, (layer, nominal))| {
                let out = layer.retry_at.is_some_and(|at| now < at);
                let rate = layer.cost(now, *nominal);
                (index == 0 || !out).then_some(rate)
            })
            .collect()
    }

    /// Somebody watches the layer now. Called at each tick for each that is watched. A publisher
    /// who is not connected is not late.
    pub(crate) fn watch(&mut self, now: Instant, layer: Layer, connected: bool) {
        let Some(layer) = self.layers.get_mut(layer.index()) else { return };
        layer.watched_at = now;
        if layer.flows(now) || !connected {
            layer.watched_since = None;
            return;
        }
        let since = *layer.watched_since.get_or_insert(now);
        if now > since + STARTS_WITHIN {
            layer.retry_at =
                Some(layer.retry_at.filter(|at| now < *at).unwrap_or(now + RETRY_AFTER));
        }
    }

    /// A recorder takes the layer, or would. It is sent for that too; how soon it comes says
    /// nothing to viewers.
    pub(crate) fn keep(&mut self, now: Instant, layer: Layer) {
        if let Some(layer) = self.layers.get_mut(layer.index()) {
            layer.kept_at = Some(now);
        }
    }

    /// What a recorder has to know of each layer to choose one.
    pub(crate) fn sights(&self, now: Instant) -> Vec<LayerSight> {
        let layers = self.layers.iter().enumerate();
        layers
            .map(|(index, layer)| {
                let since = layer.flows_since.filter(|_| layer.flows(now));
                let flows_for = since.map(|since| now.saturating_duration_since(since));
                LayerSight { height: self.height(index), flows_for }
            })
            .collect()
    }

    /// The least a layer that flows can be had for, if its sender heeds what is asked: it will be
    /// asked for that much less at once.
    pub(crate) fn yields_to(&self, now: Instant, layer: Layer) -> Option<Bitrate> {
        let layer = self.layers.get(layer.index())?;
        let heeds = layer.defies_until.is_none_or(|until| now >= until);
        layer.asked.filter(|_| heeds).map(|(asked, _)| asked.percent(YIELDS_PERCENT))
    }

    /// How many layers there are.
    pub(crate) const fn layers(&self) -> usize {
        self.layers.len()
    }

    /// A layer should take this much from now on.
    pub(crate) fn ask_rate(&mut self, now: Instant, layer: Layer, rate: Bitrate) {
        if let Some(layer) = self.layers.get_mut(layer.index()) {
            layer.ask(now, rate);
        }
    }

    /// What to tell the publisher, if it is other than last time.
    pub(crate) fn poll_worth(&mut self, now: Instant) -> Option<Vec<LayerWorth>> {
        for layer in &mut self.layers {
            if now > layer.watched_at + UNWATCHED_FOR {
                layer.watched_since = None;
            }
        }
        let worth = |layer: &LayerState| LayerWorth {
            watched: layer.is_wanted(now),
            rate_max: layer.asked.map(|(rate, _)| rate.percent(PAYLOAD_PERCENT)),
        };
        if self.layers.iter().map(worth).eq(self.told.iter().copied()) {
            return None;
        }
        self.told = self.layers.iter().map(worth).collect();
        Some(self.told.clone())
    }

    /// Somebody needs a keyframe of the layer. Whether to ask the publisher now.
    pub(crate) fn request_keyframe(&mut self, now: Instant, layer: Layer) -> bool {
        let layer = self.layers.get_mut(layer.index());
        layer.is_some_and(|layer| layer.requests.handle_request(now))
    }

    /// Layers for which a held keyframe request may go now.
    pub(crate) fn poll_keyframes(&mut self, now: Instant) -> Vec<Layer> {
        let layers = (0_u8..).zip(&mut self.layers);
        layers
            .filter_map(|(index, layer)| layer.requests.handle_tick(now).then_some(Layer(index)))
            .collect()
    }
}

#[cfg(test)]
mod tests;
