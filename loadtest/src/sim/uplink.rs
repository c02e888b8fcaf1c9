//! How a browser finds out what its uplink carries: libwebrtc's send-side estimate, in short.
//!
//! In: what was sent, and the server's transport-wide reports of it. Out: an estimate, probes.
//! Never: decides what to send; that is `share`.
//!
//! What it has of GoogCC: the trend of the delay with its adaptive threshold, growth by 8 percent
//! a second (by a packet a round trip near a capacity that is known), a fall to 85 percent of what
//! arrived, probes at the start and every five seconds while less is sent than could be. What it
//! leaves out: the loss-based part but for heavy loss, and the congestion window.

mod grow;
mod probe;
pub(crate) mod share;
mod trend;

use bedside_sfu_api::Bitrate;
use grow::Growth;
use probe::Probes;
pub(crate) use probe::{PACKET_BYTES as PROBE_BYTES, Probe};
use std::collections::VecDeque;
use std::time::{Duration, Instant};
use trend::{Trend, Usage};

/// What a browser sends before it knows better (`kStartBitrate`).
pub(crate) const FIRST: Bitrate = Bitrate::kbps(300);
/// The least it goes down to; a voice keeps going at that (`kDefaultMinBitrate`, with a voice's
/// own least).
const LEAST: Bitrate = Bitrate::kbps(30);
/// What is sent is remembered for so long.
const REMEMBERED: Duration = Duration::from_secs(10);
/// Loss of so many packets in a hundred is taken for a line that is too narrow; less is the air's.
const HEAVY_LOSS_PERCENT: usize = 15;
/// Reports that loss is counted over, at least so many packets.
const LOSS_PACKETS: usize = 40;
/// A change by loss holds for so long.
const LOSS_PATIENCE: Duration = Duration::from_millis(500);

/// A packet that was sent.
#[derive(Debug, Clone, Copy)]
struct Sent {
    number: u64,
    at: Instant,
    bytes: usize,
    probe: Option<u32>,
}

/// What became of a packet: when it arrived, on the server's clock, if it did.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fate {
    /// Transport-wide sequence number, extended.
    pub(crate) number: u64,
    /// On a clock of the server's own.
    pub(crate) arrived: Option<Instant>,
}

/// A packet that arrived.
#[derive(Debug, Clone, Copy)]
struct Arrival {
    sent: Instant,
    arrived: Instant,
    bytes: usize,
    probe: Option<u32>,
}

/// The uplink, as the browser knows it.
#[derive(Debug)]
pub(crate) struct Uplink {
    sent: VecDeque<Sent>,
    trend: Trend,
    growth: Growth,
    probes: Probes,
    lost: usize,
    seen: usize,
    loss_percent: usize,
    loss_at: Option<Instant>,
}

impl Uplink {
    pub(crate) const fn new() -> Self {
        Self {
            sent: VecDeque::new(),
            trend: Trend::new(),
            growth: Growth::new(FIRST),
            probes: Probes::new(),
            lost: 0,
            seen: 0,
            loss_percent: 0,
            loss_at: None,
        }
    }

    /// What the line is thought to carry.
    pub(crate) const fn estimate(&self) -> Bitrate {
        self.growth.estimate()
    }

    /// Packets lost of a hundred, of the latest that were told of.
    pub(crate) fn loss_percent(&self) -> u64 {
        u64::try_from(self.loss_percent).unwrap_or(100)
    }

    /// A packet has left, as part of a probe or not.
    pub(crate) fn handle_sent(&mut self, now: Instant, number: u64, bytes: usize, is_probe: bool) {
        let probe = is_probe.then(|| self.probes.current());
        self.probes.handle_sent(now, bytes);
        self.sent.push_back(Sent { number, at: now, bytes, probe });
        while self.sent.front().is_some_and(|sent| now > sent.at + REMEMBERED) {
            self.sent.pop_front();
        }
    }

    /// The server has told what became of packets.
    pub(crate) fn handle_report(&mut self, now: Instant, fates: &[Fate]) {
        let mut round_trip = None;
        for fate in fates {
            let Some(sent) = self.take(fate.number) else { continue };
            self.seen += 1;
            let Some(arrived) = fate.arrived else {
                self.lost += 1;
                continue;
            };
            round_trip = Some(now.saturating_duration_since(sent.at));
            let arrival = Arrival { sent: sent.at, arrived, bytes: sent.bytes, probe: sent.probe };
            self.trend.handle_arrival(arrival);
            self.growth.handle_arrival(arrival);
            self.probes.handle_arrival(arrival);
        }
        if let Some(round_trip) = round_trip {
            self.growth.handle_round_trip(round_trip);
        }
        let usage = self.trend.usage();
        let has_room = self.probes.is_sending_less(now, self.estimate());
        self.growth.handle_usage(now, usage, has_room);
        if let Some(found) = self.probes.poll_found()
            && usage != Usage::Over
        {
            self.growth.handle_probe(found);
        }
        self.judge_loss(now);
        self.growth.keep_above(LEAST);
    }

    /// The next probe to send, if it is time; `wanted` is all that would be sent.
    pub(crate) fn poll_probe(&mut self, now: Instant, wanted: Bitrate) -> Option<Probe> {
        self.probes.poll(now, self.estimate(), wanted)
    }

    fn take(&mut self, number: u64) -> Option<Sent> {
        let place = self.sent.binary_search_by_key(&number, |sent| sent.number).ok()?;
        self.sent.remove(place)
    }

    fn judge_loss(&mut self, now: Instant) {
        if self.seen < LOSS_PACKETS {
            return;
        }
        let percent = 100 * self.lost / self.seen;
        (self.lost, self.seen) = (0, 0);
        self.loss_percent = percent;
        let is_soon = self.loss_at.is_some_and(|at| now < at + LOSS_PATIENCE);
        if percent > HEAVY_LOSS_PERCENT && !is_soon {
            self.loss_at = Some(now);
            self.growth.handle_loss(u64::try_from(percent).unwrap_or(100));
        }
    }
}

#[cfg(test)]
mod tests;
