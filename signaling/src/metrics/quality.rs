//! How good the visits are, as series.
//!
//! In: scored seconds and changes of step, as they happen. Out: histograms, counters, gauges.
//! Never: an id; labels are ways, steps and causes, so that there are as many series on the first
//! day as on the last.

use crate::quality::{Change, Scored, Way};
use bedside_signaling_api::quality::Step;
use bedside_signaling_api::socket::Cause;
use prometheus::core::Collector;
use prometheus::{
    Histogram, HistogramOpts, HistogramVec, IntCounterVec, IntGauge, IntGaugeVec, Opts, Registry,
};

/// Bounds of audio scores: 3.6 and 4.0 are where ITU-T G.109 changes its word.
const AUDIO: [f64; 8] = [1.5, 2.0, 2.6, 3.1, 3.6, 4.0, 4.2, 4.35];
/// Bounds of video scores.
const VIDEO: [f64; 9] = [0.0, 20.0, 40.0, 50.0, 60.0, 70.0, 80.0, 90.0, 99.0];
/// Bounds of loss, of one.
const LOSS: [f64; 9] = [0.0, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.5];
/// Bounds of round trips, in seconds.
const RTT: [f64; 9] = [0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.8, 2.0];
/// Bounds of estimates, in bits a second: the lines of the ladder's steps.
const ESTIMATE: [f64; 10] = [30e3, 60e3, 100e3, 200e3, 300e3, 500e3, 1e6, 2e6, 4e6, 8e6];
/// A person with less hears or sees badly: R under 70 (ITU-T G.109), and half of the points.
const POOR_AUDIO: f64 = 3.6;
const POOR_VIDEO: u8 = 50;

/// Every step and its label.
const STEPS: [(Step, &str); 9] = [
    (Step::High, "high"),
    (Step::Medium, "medium"),
    (Step::Low, "low"),
    (Step::Slow, "slow"),
    (Step::Still, "still"),
    (Step::Paused, "paused"),
    (Step::PlainSound, "plain_sound"),
    (Step::ProtectedSound, "protected_sound"),
    (Step::ThinSound, "thin_sound"),
];
/// Every cause and its label.
const CAUSES: [(Cause, &str); 6] = [
    (Cause::AsWanted, "as_wanted"),
    (Cause::YourLine, "your_line"),
    (Cause::TheirSide, "their_side"),
    (Cause::NotShown, "not_shown"),
    (Cause::DataSaver, "data_saver"),
    (Cause::TheServer, "the_server"),
];
const WAYS: [&str; 2] = ["down", "up"];
const PEOPLE: [&str; 3] = ["measured", "poor_audio", "poor_video"];

/// The series of all visits. Clones share them.
#[derive(Debug, Clone)]
pub struct QualitySeries {
    audio: HistogramVec,
    video: Histogram,
    loss: HistogramVec,
    rtt: HistogramVec,
    estimate: HistogramVec,
    steps: IntCounterVec,
    people: IntGaugeVec,
}

/// One person's part in the gauges; it ends when this is dropped.
#[derive(Debug)]
pub(crate) struct PersonSeries {
    series: QualitySeries,
    measured: Counted,
    poor_audio: Counted,
    poor_video: Counted,
}

/// Counts one in a gauge while it is true.
#[derive(Debug)]
struct Counted {
    gauge: IntGauge,
    is_so: bool,
}

impl Counted {
    fn set(&mut self, is_so: bool) {
        match (self.is_so, is_so) {
            (false, true) => self.gauge.inc(),
            (true, false) => self.gauge.dec(),
            (false, false) | (true, true) => {}
        }
        self.is_so = is_so;
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.set(false);
    }
}

impl QualitySeries {
    pub(super) fn new(registry: &Registry) -> Result<Self, prometheus::Error> {
        let series = Self {
            audio: by_way(
                "bedside_quality_audio_score",
                "Seconds of people by audio score (ITU-T G.107): the voices they hear (down), \
                 their own at the server (up).",
                &AUDIO,
            )?,
            video: Histogram::with_opts(
                HistogramOpts::new(
                    "bedside_quality_video_score",
                    "Seconds of people by the score of their largest picture, 0 to 100.",
                )
                .buckets(VIDEO.to_vec()),
            )?,
            loss: by_way("bedside_quality_loss_ratio", "Seconds of people by packet loss.", &LOSS)?,
            rtt: by_way(
                "bedside_quality_round_trip_seconds",
                "Seconds of people by round trip time.",
                &RTT,
            )?,
            estimate: by_way(
                "bedside_quality_estimate_bits_per_second",
                "Seconds of people by what their line was thought to carry.",
                &ESTIMATE,
            )?,
            steps: IntCounterVec::new(
                Opts::new(
                    "bedside_quality_steps_total",
                    "Changes of step on the ladder, by the step reached and its cause.",
                ),
                &["step", "cause"],
            )?,
            people: IntGaugeVec::new(
                Opts::new(
                    "bedside_quality_participants",
                    "People measured now, and of them those who hear or see badly.",
                ),
                &["state"],
            )?,
        };
        series.begin();
        let parts: [Box<dyn Collector>; 7] = [
            Box::new(series.audio.clone()),
            Box::new(series.video.clone()),
            Box::new(series.loss.clone()),
            Box::new(series.rtt.clone()),
            Box::new(series.estimate.clone()),
            Box::new(series.steps.clone()),
            Box::new(series.people.clone()),
        ];
        parts.into_iter().try_for_each(|part| registry.register(part))?;
        Ok(series)
    }

    /// Every series is there from the start, at zero.
    fn begin(&self) {
        for way in WAYS {
            for series in [&self.audio, &self.loss, &self.rtt, &self.estimate] {
                series.with_label_values(&[way]);
            }
        }
        for (_, step) in STEPS {
            for (_, cause) in CAUSES {
                self.steps.with_label_values(&[step, cause]).inc_by(0);
            }
        }
        for state in PEOPLE {
            self.people.with_label_values(&[state]).set(0);
        }
    }

    /// One more person whose lines are measured.
    pub(crate) fn person(&self) -> PersonSeries {
        let [measured, poor_audio, poor_video] = PEOPLE
            .map(|state| Counted { gauge: self.people.with_label_values(&[state]), is_so: false });
        PersonSeries { series: self.clone(), measured, poor_audio, poor_video }
    }

    /// Something has changed on somebody's ladder.
    pub(crate) fn stepped(&self, change: &Change) {
        let step = STEPS.into_iter().find(|(step, _)| *step == change.step);
        let cause = CAUSES.into_iter().find(|(cause, _)| *cause == change.cause);
        if let (Some((_, step)), Some((_, cause))) = (step, cause) {
            self.steps.with_label_values(&[step, cause]).inc();
        }
    }

    fn observe_way(&self, way: &str, measured: &Way, audio: Option<f64>) {
        self.loss.with_label_values(&[way]).observe(measured.loss);
        let each =
            [(&self.audio, audio), (&self.rtt, measured.rtt), (&self.estimate, measured.estimate)];
        for (series, value) in each {
            value.into_iter().for_each(|value| series.with_label_values(&[way]).observe(value));
        }
    }
}

impl PersonSeries {
    /// One second more of this person.
    pub(crate) fn observe(&mut self, scored: &Scored) {
        let [down, up] = WAYS;
        self.series.observe_way(down, &scored.down, scored.audio_down);
        self.series.observe_way(up, &scored.up, scored.audio_up);
        scored.video.into_iter().for_each(|video| self.series.video.observe(video.into()));
        self.measured.set(true);
        self.poor_audio.set(scored.audio_down.is_some_and(|audio| audio < POOR_AUDIO));
        self.poor_video.set(scored.video.is_some_and(|video| video < POOR_VIDEO));
    }
}

fn by_way(name: &str, help: &str, bounds: &[f64]) -> Result<HistogramVec, prometheus::Error> {
    HistogramVec::new(HistogramOpts::new(name, help).buckets(bounds.to_vec()), &["way"])
}
