//! Numbers for the operator, in the text format of Prometheus.
//!
//! In: what the service and the shards count. Out: one page of text.
//! Never: an id, a name or a raw path in a label; every label takes few, known values.

mod hub;
mod quality;
mod recordings;
mod shards;
#[cfg(test)]
mod tests;
mod webhooks;

use crate::Fault;
pub(crate) use quality::PersonSeries;
pub use quality::QualitySeries;
pub use recordings::RecordingSeries;
pub use webhooks::WebhookSeries;

use crate::hub::HubCounts;
use bedside_sfu_api::ShardStats;
use hub::HubSeries;
use prometheus::{
    Encoder as _, HistogramOpts, HistogramVec, IntCounterVec, Opts, Registry, TextEncoder,
};
use shards::Shards;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Counters of the service. Clones share them.
#[derive(Debug, Clone)]
pub struct Metrics(Arc<Series>);

#[derive(Debug)]
struct Series {
    registry: Registry,
    http_requests: IntCounterVec,
    http_seconds: HistogramVec,
    redemptions: IntCounterVec,
    visit_events: IntCounterVec,
    last_event_count_by_name: Mutex<BTreeMap<&'static str, u64>>,
    hub: HubSeries,
    quality: QualitySeries,
    recordings: RecordingSeries,
    shards: Shards,
    webhooks: WebhookSeries,
}

/// One answered HTTP request, in words that may be labels.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Answered<'a> {
    /// The route as written in the code, never the path as sent.
    pub(crate) route: &'a str,
    /// The method, or `OTHER`.
    pub(crate) method: &'static str,
    /// `2xx` and so on.
    pub(crate) class: &'static str,
    /// How long the answer took.
    pub(crate) took: Duration,
}

/// What came of trying a personal link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Redeemed {
    /// A session was opened.
    Opened,
    /// It opens nothing.
    Unknown,
    /// Its visit is over or cancelled.
    Over,
    /// Too many in a short time.
    Limited,
}

impl Redeemed {
    const ALL: [Self; 4] = [Self::Opened, Self::Unknown, Self::Over, Self::Limited];

    const fn name(self) -> &'static str {
        match self {
            Self::Opened => "opened",
            Self::Unknown => "unknown",
            Self::Over => "over",
            Self::Limited => "limited",
        }
    }
}

impl Metrics {
    /// All series at zero.
    ///
    /// # Errors
    /// Two series of one name, which a test would have shown.
    pub fn new() -> Result<Self, Fault> {
        let series = series().map_err(Fault::Metric)?;
        // A series that is there at zero can be alerted on before it first counts.
        for result in Redeemed::ALL {
            series.redemptions.with_label_values(&[result.name()]).inc_by(0);
        }
        Ok(Self(Arc::new(series)))
    }

    /// Where the visits write how good they are.
    #[must_use]
    pub fn quality(&self) -> QualitySeries {
        self.0.quality.clone()
    }

    /// Where what becomes of recordings is written.
    pub(crate) fn recordings(&self) -> RecordingSeries {
        self.0.recordings.clone()
    }

    /// Where the webhooks write what becomes of them.
    pub(crate) fn webhooks(&self) -> WebhookSeries {
        self.0.webhooks.clone()
    }

    /// What the hub has counted until now.
    pub(crate) fn take_hub(&self, counts: &HubCounts) {
        self.0.hub.take(counts);
    }

    /// What the store has counted until now.
    pub(crate) fn take_events(&self, count_by_name: &BTreeMap<&'static str, u64>) {
        // Held to the end, so that two scrapes at once do not count one growth twice.
        let mut last_by_name =
            self.0.last_event_count_by_name.lock().unwrap_or_else(PoisonError::into_inner);
        for (name, count) in count_by_name {
            let before = last_by_name.insert(name, *count).unwrap_or_default();
            let series = self.0.visit_events.with_label_values(&[name]);
            series.inc_by(shards::growth(before, *count));
        }
    }

    /// A shard's newest numbers.
    pub(crate) fn take_shard(&self, stats: &ShardStats) {
        self.0.shards.take(stats);
    }

    /// A personal link was tried, with this result.
    pub(crate) fn redeemed(&self, result: Redeemed) {
        self.0.redemptions.with_label_values(&[result.name()]).inc();
    }

    pub(crate) fn answered(&self, request: Answered<'_>) {
        let Answered { route, method, class, took } = request;
        self.0.http_requests.with_label_values(&[route, method, class]).inc();
        self.0.http_seconds.with_label_values(&[route]).observe(took.as_secs_f64());
    }

    /// The page.
    pub(crate) fn page(&self) -> Result<String, Fault> {
        let mut page = Vec::new();
        TextEncoder::new().encode(&self.0.registry.gather(), &mut page).map_err(Fault::Metric)?;
        String::from_utf8(page).map_err(Fault::stored("metric"))
    }
}

fn series() -> Result<Series, prometheus::Error> {
    let registry = Registry::new();
    let counter = |name: &str, help: &str, labels: &[&str]| {
        let series = IntCounterVec::new(Opts::new(name, help), labels)?;
        registry.register(Box::new(series.clone()))?;
        Ok::<_, prometheus::Error>(series)
    };
    Ok(Series {
        http_requests: counter(
            "bedside_http_requests_total",
            "HTTP requests answered.",
            &["route", "method", "status"],
        )?,
        http_seconds: http_seconds(&registry)?,
        redemptions: counter(
            "bedside_links_redeemed_total",
            "Personal links tried, by result.",
            &["result"],
        )?,
        visit_events: counter(
            "bedside_visit_events_total",
            "What has happened in visits: scheduled, admitted, returned, left and so on.",
            &["event"],
        )?,
        last_event_count_by_name: Mutex::default(),
        hub: HubSeries::new(&registry)?,
        quality: QualitySeries::new(&registry)?,
        recordings: RecordingSeries::new(&registry)?,
        shards: Shards::new(&registry)?,
        webhooks: WebhookSeries::new(&registry)?,
        registry: registry.clone(),
    })
}

fn http_seconds(registry: &Registry) -> Result<HistogramVec, prometheus::Error> {
    let options = HistogramOpts::new("bedside_http_request_seconds", "Time to answer a request.");
    let series = HistogramVec::new(options, &["route"])?;
    registry.register(Box::new(series.clone()))?;
    Ok(series)
}
