//! Numbers for the operator, in the text format of Prometheus.
//!
//! In: what the service and the shards count. Out: one page of text.
//! Never: an id, a name or a raw path in a label; every label takes few, known values.

mod shards;
#[cfg(test)]
mod tests;

use crate::Fault;
use bedside_sfu_api::{ShardStats, SrtpSuite};
use bedside_signaling_api::role::Role;
use prometheus::{
    Encoder as _, HistogramOpts, HistogramVec, IntCounterVec, IntGauge, IntGaugeVec, Opts, Registry,
    TextEncoder,
};
use shards::Shards;
use std::sync::Arc;
use std::time::Duration;

/// Counters of the service. Clones share them.
#[derive(Debug, Clone)]
pub struct Metrics(Arc<Series>);

#[derive(Debug)]
struct Series {
    registry: Registry,
    http_requests: IntCounterVec,
    http_seconds: HistogramVec,
    participants: IntGaugeVec,
    joins: IntCounterVec,
    sockets: IntGauge,
    srtp_suites: IntCounterVec,
    shards: Shards,
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

/// One open WebSocket; the gauge goes down when it is dropped.
#[derive(Debug)]
pub struct OpenSocket(Metrics);

impl Drop for OpenSocket {
    fn drop(&mut self) {
        self.0.0.sockets.dec();
    }
}

impl Metrics {
    /// All series at zero.
    ///
    /// # Errors
    /// Two series of one name, which a test would have shown.
    pub fn new() -> Result<Self, Fault> {
        let registry = Registry::new();
        let counter = |name: &str, help: &str, labels: &[&str]| {
            let series = IntCounterVec::new(Opts::new(name, help), labels)?;
            registry.register(Box::new(series.clone()))?;
            Ok::<_, prometheus::Error>(series)
        };
        let series = (|| {
            Ok(Series {
                http_requests: counter(
                    "bedside_http_requests_total",
                    "HTTP requests answered.",
                    &["route", "method", "status"],
                )?,
                http_seconds: http_seconds(&registry)?,
                participants: participants(&registry)?,
                joins: counter(
                    "bedside_joins_total",
                    "People let into a visit, by the part they play.",
                    &["role"],
                )?,
                sockets: sockets(&registry)?,
                srtp_suites: counter(
                    "bedside_dtls_srtp_suite_total",
                    "Media connections by the SRTP protection profile DTLS chose.",
                    &["suite"],
                )?,
                shards: Shards::new(&registry)?,
                registry: registry.clone(),
            })
        })()
        .map_err(Fault::Metric)?;
        // A series that is there at zero can be alerted on before it first counts.
        for suite in SrtpSuite::ALL {
            series.srtp_suites.with_label_values(&[suite.name()]).inc_by(0);
        }
        for role in Role::ALL {
            series.participants.with_label_values(&[role.name()]).set(0);
            series.joins.with_label_values(&[role.name()]).inc_by(0);
        }
        Ok(Self(Arc::new(series)))
    }

    /// Somebody was let into a visit.
    pub fn joined(&self, role: Role) {
        self.0.joins.with_label_values(&[role.name()]).inc();
    }

    /// Somebody of this role is in a visit from now on.
    pub fn came(&self, role: Role) {
        self.0.participants.with_label_values(&[role.name()]).inc();
    }

    /// Somebody of this role is in a visit no more.
    pub fn went(&self, role: Role) {
        self.0.participants.with_label_values(&[role.name()]).dec();
    }

    /// A WebSocket was opened; hold what is returned until it is closed.
    #[must_use]
    pub fn socket_opened(&self) -> OpenSocket {
        self.0.sockets.inc();
        OpenSocket(self.clone())
    }

    /// A media connection came up with this suite.
    pub fn srtp_suite(&self, suite: SrtpSuite) {
        self.0.srtp_suites.with_label_values(&[suite.name()]).inc();
    }

    /// A shard's newest numbers.
    pub fn shard(&self, stats: &ShardStats) {
        self.0.shards.take(stats);
    }

    pub(crate) fn answered(&self, request: Answered<'_>) {
        let Answered { route, method, class, took } = request;
        self.0.http_requests.with_label_values(&[route, method, class]).inc();
        self.0.http_seconds.with_label_values(&[route]).observe(took.as_secs_f64());
    }

    /// The page.
    pub(crate) fn page(&self) -> Result<String, Fault> {
        let mut page = Vec::new();
        TextEncoder::new()
            .encode(&self.0.registry.gather(), &mut page)
            .map_err(Fault::Metric)?;
        String::from_utf8(page).map_err(Fault::stored("metric"))
    }
}

fn http_seconds(registry: &Registry) -> Result<HistogramVec, prometheus::Error> {
    let options = HistogramOpts::new("bedside_http_request_seconds", "Time to answer a request.");
    let series = HistogramVec::new(options, &["route"])?;
    registry.register(Box::new(series.clone()))?;
    Ok(series)
}

fn participants(registry: &Registry) -> Result<IntGaugeVec, prometheus::Error> {
    let options = Opts::new("bedside_participants", "People in visits now, by the part they play.");
    let series = IntGaugeVec::new(options, &["role"])?;
    registry.register(Box::new(series.clone()))?;
    Ok(series)
}

fn sockets(registry: &Registry) -> Result<IntGauge, prometheus::Error> {
    let series = IntGauge::new("bedside_ws_connections", "WebSockets open now.")?;
    registry.register(Box::new(series.clone()))?;
    Ok(series)
}
