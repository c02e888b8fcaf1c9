//! What the hub counts for the operator.
//!
//! In: things that happen. Out: numbers.
//! Never: an id; these numbers become public metrics.

use bedside_sfu_api::{ShardStats, SrtpSuite};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;
use tokio::sync::watch;

/// What the hub holds now and has seen since it started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HubCounts {
    /// Visits held in memory now.
    pub visits: usize,
    /// Sockets that hold a seat now.
    pub sockets: usize,
    /// Media connections made, by SRTP suite.
    pub connections_by_suite: [(SrtpSuite, u64); SrtpSuite::ALL.len()],
    /// Media events dropped because their visit was too busy.
    pub media_events_dropped: u64,
}

/// The counters themselves.
#[derive(Debug, Default)]
pub(super) struct Counts {
    pub(super) sockets: watch::Sender<usize>,
    pub(super) shards: watch::Sender<Vec<ShardStats>>,
    heard_by_shard: Mutex<BTreeMap<u16, Instant>>,
    connections: [AtomicU64; SrtpSuite::ALL.len()],
    media_events_dropped: AtomicU64,
}

impl Counts {
    pub(super) fn connected(&self, suite: SrtpSuite) {
        for (each, count) in SrtpSuite::ALL.iter().zip(&self.connections) {
            if *each == suite {
                count.fetch_add(1, Ordering::Relaxed);
            }
        }
    }

    pub(super) fn media_event_dropped(&self) {
        self.media_events_dropped.fetch_add(1, Ordering::Relaxed);
    }

    /// Keeps the newest counters of one shard beside the others'.
    pub(super) fn shard(&self, stats: ShardStats, now: Instant) {
        let mut heard = self.heard_by_shard.lock().unwrap_or_else(PoisonError::into_inner);
        heard.insert(stats.shard, now);
        drop(heard);
        self.shards.send_modify(|shards| {
            match shards.binary_search_by_key(&stats.shard, |each| each.shard) {
                Ok(at) => shards.splice(at..=at, [stats]),
                Err(at) => shards.splice(at..at, [stats]),
            };
        });
    }

    /// Nothing will be heard of any shard again.
    pub(super) fn silence(&self) {
        self.heard_by_shard.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// When each shard was last heard of.
    pub(super) fn heard(&self) -> Vec<Instant> {
        let heard = self.heard_by_shard.lock().unwrap_or_else(PoisonError::into_inner);
        heard.values().copied().collect()
    }

    pub(super) fn read(&self, visits: usize) -> HubCounts {
        let mut connections_by_suite = SrtpSuite::ALL.map(|suite| (suite, 0));
        for ((_, read), count) in connections_by_suite.iter_mut().zip(&self.connections) {
            *read = count.load(Ordering::Relaxed);
        }
        HubCounts {
            visits,
            sockets: *self.sockets.borrow(),
            connections_by_suite,
            media_events_dropped: self.media_events_dropped.load(Ordering::Relaxed),
        }
    }
}
