//! The hub's own numbers as series.
//!
//! In: what the hub has counted since it started, at each scrape. Out: gauges, and counters
//! that only grow.
//! Never: an id of a visit or a person.

use super::shards::growth;
use crate::hub::HubCounts;
use bedside_sfu_api::SrtpSuite;
use prometheus::{IntCounter, IntCounterVec, IntGauge, Opts, Registry};
use std::sync::{Mutex, PoisonError};

/// The series of the hub.
#[derive(Debug)]
pub(super) struct HubSeries {
    visits: IntGauge,
    sockets: IntGauge,
    suites: IntCounterVec,
    events_dropped: IntCounter,
    last: Mutex<Option<HubCounts>>,
}

impl HubSeries {
    pub(super) fn new(registry: &Registry) -> Result<Self, prometheus::Error> {
        let series = Self {
            visits: IntGauge::new("bedside_visits", "Visits somebody has come to, in memory.")?,
            sockets: IntGauge::new("bedside_ws_connections", "WebSockets that hold a seat.")?,
            suites: IntCounterVec::new(
                Opts::new(
                    "bedside_dtls_srtp_suite_total",
                    "Media connections by the SRTP protection profile DTLS chose.",
                ),
                &["suite"],
            )?,
            events_dropped: IntCounter::new(
                "bedside_media_events_dropped_total",
                "Media events lost because their visit was too busy.",
            )?,
            last: Mutex::new(None),
        };
        for suite in SrtpSuite::ALL {
            series.suites.with_label_values(&[suite.name()]).inc_by(0);
        }
        registry.register(Box::new(series.visits.clone()))?;
        registry.register(Box::new(series.sockets.clone()))?;
        registry.register(Box::new(series.suites.clone()))?;
        registry.register(Box::new(series.events_dropped.clone()))?;
        Ok(series)
    }

    /// Takes in what the hub has counted.
    pub(super) fn take(&self, counts: &HubCounts) {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let before = last.replace(*counts);
        for (suite, now) in counts.connections_by_suite {
            let known = before.iter().flat_map(|before| before.connections_by_suite);
            let then = known.filter(|(each, _)| *each == suite).map(|(_, count)| count).sum();
            self.suites.with_label_values(&[suite.name()]).inc_by(growth(then, now));
        }
        let dropped = before.map_or(0, |before| before.media_events_dropped);
        self.events_dropped.inc_by(growth(dropped, counts.media_events_dropped));
        self.visits.set(gauge(counts.visits));
        self.sockets.set(gauge(counts.sockets));
    }
}

fn gauge(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
