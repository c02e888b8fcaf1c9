//! What is sent to webhooks, as series.
//!
//! In: what became of each attempt, and what waits. Out: counters and gauges.
//! Never: whose webhook it is.

use crate::store::Backlog;
use crate::webhook::Verdict;
use jiff::Timestamp;
use prometheus::{IntCounterVec, IntGauge, Opts, Registry};

/// The series of the webhooks. Clones share them.
#[derive(Debug, Clone)]
pub struct WebhookSeries {
    attempts: IntCounterVec,
    waiting: IntGauge,
    oldest: IntGauge,
}

impl WebhookSeries {
    pub(super) fn new(registry: &Registry) -> Result<Self, prometheus::Error> {
        let series = Self {
            attempts: IntCounterVec::new(
                Opts::new(
                    "bedside_webhook_attempts_total",
                    "Attempts to deliver a message to a webhook, by result.",
                ),
                &["result"],
            )?,
            waiting: IntGauge::new(
                "bedside_webhook_waiting",
                "Messages that wait to be delivered to a webhook that is enabled.",
            )?,
            oldest: IntGauge::new(
                "bedside_webhook_oldest_seconds",
                "How long ago what the oldest of them tells of happened.",
            )?,
        };
        for result in Verdict::NAMES {
            series.attempts.with_label_values(&[result]).inc_by(0);
        }
        registry.register(Box::new(series.attempts.clone()))?;
        registry.register(Box::new(series.waiting.clone()))?;
        registry.register(Box::new(series.oldest.clone()))?;
        Ok(series)
    }

    /// An attempt has ended.
    pub(crate) fn settled(&self, verdict: Verdict) {
        self.attempts.with_label_values(&[verdict.name()]).inc();
    }

    /// So much waits at present.
    pub(crate) fn waiting(&self, backlog: Backlog, now: Timestamp) {
        self.waiting.set(i64::try_from(backlog.deliveries).unwrap_or(i64::MAX));
        let oldest = backlog.oldest.map_or(0, |oldest| now.duration_since(oldest).as_secs());
        self.oldest.set(oldest.max(0));
    }
}
