//! Recordings, as series.
//!
//! In: how many stand where, what the recorder says. Out: counters and gauges.
//! Never: whose recording it is.

use bedside_signaling_api::kept::KeptState;
use bedside_signaling_api::recorder::{RecorderEvent, RecordingFailure};
use prometheus::core::Collector;
use prometheus::{IntCounterVec, IntGauge, IntGaugeVec, Opts, Registry};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use uuid::Uuid;

/// Every failure and its label.
const FAILURES: [(RecordingFailure, &str); 7] = [
    (RecordingFailure::NotStarted, "not_started"),
    (RecordingFailure::DiskFull, "disk_full"),
    (RecordingFailure::Disk, "disk"),
    (RecordingFailure::Store, "store"),
    (RecordingFailure::TooSlow, "too_slow"),
    (RecordingFailure::Keys, "keys"),
    (RecordingFailure::Restarted, "restarted"),
];

/// The series of recordings. Clones share them.
#[derive(Debug, Clone)]
pub struct RecordingSeries {
    recordings: IntGaugeVec,
    failures: IntCounterVec,
    trouble: IntGaugeVec,
    waiting: IntGauge,
    /// What is wrong with which recording, from when it fails until it is well again or over.
    failure_by_recording: Arc<Mutex<BTreeMap<Uuid, RecordingFailure>>>,
}

impl RecordingSeries {
    pub(super) fn new(registry: &Registry) -> Result<Self, prometheus::Error> {
        let series = Self {
            recordings: IntGaugeVec::new(
                Opts::new("bedside_recordings", "Recordings that are known, by where they stand."),
                &["state"],
            )?,
            failures: IntCounterVec::new(
                Opts::new(
                    "bedside_recording_failures_total",
                    "What went wrong with recordings, by what it was.",
                ),
                &["failure"],
            )?,
            trouble: IntGaugeVec::new(
                Opts::new(
                    "bedside_recordings_in_trouble",
                    "Recordings with which something is wrong now: disk_full and store are alarms \
                     of the spool.",
                ),
                &["failure"],
            )?,
            waiting: IntGauge::new(
                "bedside_recordings_waiting",
                "Recordings that are to be erased, shredded or closed, for which the recorder is \
                 not there.",
            )?,
            failure_by_recording: Arc::default(),
        };
        for state in KeptState::ALL {
            series.recordings.with_label_values(&[state.name()]).set(0);
        }
        for (_, failure) in FAILURES {
            series.failures.with_label_values(&[failure]).inc_by(0);
            series.trouble.with_label_values(&[failure]).set(0);
        }
        let parts: [Box<dyn Collector>; 4] = [
            Box::new(series.recordings.clone()),
            Box::new(series.failures.clone()),
            Box::new(series.trouble.clone()),
            Box::new(series.waiting.clone()),
        ];
        parts.into_iter().try_for_each(|part| registry.register(part))?;
        Ok(series)
    }

    /// So many stand in each state.
    pub(crate) fn stand(&self, count_by_state: &BTreeMap<KeptState, u64>) {
        for state in KeptState::ALL {
            let count = count_by_state.get(&state).copied().unwrap_or_default();
            let gauge = self.recordings.with_label_values(&[state.name()]);
            gauge.set(i64::try_from(count).unwrap_or(i64::MAX));
        }
    }

    /// For so many that are due the recorder was not there.
    pub(crate) fn waiting(&self, count: usize) {
        self.waiting.set(i64::try_from(count).unwrap_or(i64::MAX));
    }

    /// The recorder has said something.
    pub(crate) fn said(&self, event: &RecorderEvent) {
        let mut failures = self.failure_by_recording.lock().unwrap_or_else(PoisonError::into_inner);
        match event {
            RecorderEvent::Failed { recording, failure, over } => {
                self.failures.with_label_values(&[name(*failure)]).inc();
                if *over {
                    failures.remove(recording);
                } else {
                    failures.insert(*recording, *failure);
                }
            }
            RecorderEvent::Recovered { recording }
            | RecorderEvent::Sealed { recording, .. }
            | RecorderEvent::Erased { recording, .. } => {
                failures.remove(recording);
            }
            RecorderEvent::Durable { .. }
            | RecorderEvent::Rested { .. }
            | RecorderEvent::Shredded { .. } => return,
        }
        for (failure, name) in FAILURES {
            let count = failures.values().filter(|each| **each == failure).count();
            let gauge = self.trouble.with_label_values(&[name]);
            gauge.set(i64::try_from(count).unwrap_or(i64::MAX));
        }
    }
}

fn name(failure: RecordingFailure) -> &'static str {
    FAILURES.iter().find(|(each, _)| *each == failure).map_or("other", |(_, name)| name)
}
