//! The shards' own numbers as series.
//!
//! In: one snapshot a shard and second, counted from the shard's start. Out: counters that only
//! grow, and gauges.
//! Never: a number smaller than the scraper saw before, also when a shard starts over.

use bedside_sfu_api::ShardStats;
use prometheus::{IntCounterVec, IntGaugeVec, Opts, Registry};
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// How a number is read from a snapshot.
type Read = fn(&ShardStats) -> u64;

/// One counter: its name, what it says, the value of its `direction`, where it is read.
struct Column(&'static str, &'static str, Option<&'static str>, Read);

const GAUGES: [Column; 2] = [
    Column("bedside_sfu_rooms", "Rooms open now.", None, |s| s.rooms),
    Column("bedside_sfu_participants", "People connected or connecting.", None, |s| s.participants),
];

const DATAGRAMS: &str = "UDP datagrams.";
const BYTES: &str = "UDP payload bytes.";
const RTP: &str = "RTP packets accepted from publishers (in) and forwarded to receivers (out).";
const KEYFRAMES: &str = "Keyframe requests from receivers (in) and to publishers (out).";

const COUNTERS: [Column; 15] = [
    Column("bedside_sfu_datagrams_total", DATAGRAMS, Some("in"), |s| s.datagrams_in),
    Column("bedside_sfu_datagrams_total", DATAGRAMS, Some("out"), |s| s.datagrams_out),
    Column("bedside_sfu_bytes_total", BYTES, Some("in"), |s| s.bytes_in),
    Column("bedside_sfu_bytes_total", BYTES, Some("out"), |s| s.bytes_out),
    Column("bedside_sfu_datagrams_unknown_total", "Datagrams from nobody known.", None, |s| {
        s.datagrams_unknown
    }),
    Column("bedside_sfu_datagrams_unsent_total", "Datagrams the kernel refused.", None, |s| {
        s.datagrams_unsent
    }),
    Column("bedside_sfu_rtp_packets_total", RTP, Some("in"), |s| s.rtp_in),
    Column("bedside_sfu_rtp_packets_total", RTP, Some("out"), |s| s.rtp_forwarded),
    Column("bedside_sfu_rtp_not_granted_total", "RTP packets no grant allowed.", None, |s| {
        s.rtp_not_granted
    }),
    Column("bedside_sfu_tapped_packets_total", "RTP packets taken for a recorder.", None, |s| {
        s.rtp_tapped
    }),
    Column(
        "bedside_sfu_tap_missed_packets_total",
        "Packets the recorder was too slow for.",
        None,
        |s| s.rtp_tap_missed,
    ),
    Column("bedside_sfu_keyframe_requests_total", KEYFRAMES, Some("in"), |s| {
        s.keyframe_requests_in
    }),
    Column("bedside_sfu_keyframe_requests_total", KEYFRAMES, Some("out"), |s| {
        s.keyframe_requests_out
    }),
    Column("bedside_sfu_layer_switches_total", "Simulcast layer switches.", None, |s| {
        s.layer_switches
    }),
    Column("bedside_sfu_rooms_failed_total", "Rooms ended by a broken invariant.", None, |s| {
        s.rooms_failed
    }),
];

/// The series of all shards.
#[derive(Debug)]
pub(super) struct Shards {
    gauge_by_name: BTreeMap<&'static str, IntGaugeVec>,
    counter_by_name: BTreeMap<&'static str, IntCounterVec>,
    last_by_shard: Mutex<BTreeMap<u16, ShardStats>>,
}

impl Shards {
    pub(super) fn new(registry: &Registry) -> Result<Self, prometheus::Error> {
        let mut gauge_by_name = BTreeMap::new();
        for Column(name, help, _, _) in GAUGES {
            let series = IntGaugeVec::new(Opts::new(name, help), &["shard"])?;
            registry.register(Box::new(series.clone()))?;
            gauge_by_name.insert(name, series);
        }
        let mut counter_by_name = BTreeMap::new();
        for Column(name, help, direction, _) in COUNTERS {
            if counter_by_name.contains_key(name) {
                continue;
            }
            let labels: &[&str] =
                if direction.is_some() { &["shard", "direction"] } else { &["shard"] };
            let series = IntCounterVec::new(Opts::new(name, help), labels)?;
            registry.register(Box::new(series.clone()))?;
            counter_by_name.insert(name, series);
        }
        Ok(Self { gauge_by_name, counter_by_name, last_by_shard: Mutex::default() })
    }

    /// Takes in a snapshot.
    pub(super) fn take(&self, stats: &ShardStats) {
        let shard = stats.shard.to_string();
        let mut last_by_shard = self.last_by_shard.lock().unwrap_or_else(PoisonError::into_inner);
        let last = last_by_shard.insert(stats.shard, *stats).unwrap_or_default();
        for Column(name, _, direction, read) in COUNTERS {
            let Some(series) = self.counter_by_name.get(name) else { continue };
            let grown = growth(read(&last), read(stats));
            match direction {
                Some(way) => series.with_label_values(&[shard.as_str(), way]).inc_by(grown),
                None => series.with_label_values(&[shard.as_str()]).inc_by(grown),
            }
        }
        for Column(name, _, _, read) in GAUGES {
            let Some(series) = self.gauge_by_name.get(name) else { continue };
            let value = i64::try_from(read(stats)).unwrap_or(i64::MAX);
            series.with_label_values(&[shard.as_str()]).set(value);
        }
    }
}

/// By how much a count has grown. One that went back has started over from zero.
pub(super) const fn growth(before: u64, now: u64) -> u64 {
    if now >= before { now - before } else { now }
}
