//! The record in the API's words: scores, spreads, shares, causes, verdicts.
//!
//! In: a record at some time, and who is who in the visit. Out: the body of the answer.
//! Never: a number where nothing was measured; a name.

use super::kept::{Kept, Reports, Way};
use super::ladder::{Change, Trail};
use super::second::permille;
use super::spread::Spread;
use super::{Record, cause, series, standard};
use bedside_signaling_api::quality::{
    Heard, Interpreted, LadderStep, LegQuality, ParticipantQuality, ParticipantSeries, Quantiles,
    Score, Seen, Sent, StepShare, VisitQuality,
};
use bedside_signaling_api::role::Role;
use bedside_signaling_api::visit::VisitState;
use jiff::Timestamp;
use uuid::Uuid;

/// Quantiles, of a thousand.
const ONE_IN_TWENTY: u64 = 50;
const HALF: u64 = 500;
const NINETEEN_IN_TWENTY: u64 = 950;

/// Fewer seconds than these are no minute to be called the worst.
const MINUTE_SECONDS_MIN: u16 = 20;

/// What is asked for, and who is who.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    /// The visit.
    pub(crate) visit: Uuid,
    /// Where it is in its life.
    pub(crate) state: VisitState,
    /// Everybody planned.
    pub(crate) people: Vec<(Uuid, Role)>,
    /// How long who interpreted.
    pub(crate) interpreted: Vec<Interpreted>,
    /// With the series.
    pub(crate) series: bool,
}

impl Record {
    /// The record as it stands now.
    pub(crate) fn summary(&self, now: Timestamp, asked: &Asked) -> VisitQuality {
        let lasting = self.person_by_id.iter().map(|(id, person)| (*id, person.lasting(now)));
        let lasting: Vec<(Uuid, Kept)> = lasting.collect();
        let measured: Vec<(Uuid, &Kept)> =
            lasting.iter().map(|(id, kept)| (*id, kept)).filter(|(_, kept)| kept.says()).collect();
        let is_interpreter = |id| asked.people.contains(&(id, Role::Interpreter));
        let interpreter_present = measured.iter().any(|(id, _)| is_interpreter(*id));
        VisitQuality {
            visit: asked.visit,
            state: asked.state,
            method: self.method,
            measured_from: measured
                .iter()
                .filter_map(|(_, kept)| kept.first_at)
                .min()
                .map(series::instant),
            measured_to: measured
                .iter()
                .filter_map(|(_, kept)| kept.last_at)
                .max()
                .map(series::instant),
            participants: measured.iter().map(|(id, kept)| participant(*id, kept)).collect(),
            interpreting: standard::judge(&measured, interpreter_present),
            interpreted: asked.interpreted.clone(),
            ladder: ladder(&measured),
            ladder_left_out: measured
                .iter()
                .fold(0, |sum, (_, kept)| kept.trail.left_out.saturating_add(sum)),
            series: asked.series.then(|| self.series()),
        }
    }

    fn series(&self) -> Vec<ParticipantSeries> {
        let people = self.person_by_id.iter();
        let each = people.map(|(id, person)| ParticipantSeries {
            participant: *id,
            seconds: person.seconds().iter().map(series::second).collect(),
            minutes: person.folded().minutes.iter().map(series::minute).collect(),
        });
        each.collect()
    }
}

impl Kept {
    /// Whether there is anything to say.
    fn says(&self) -> bool {
        self.seconds > 0 || self.setup_ms.is_some() || self.reports.span_ms > 0
    }
}

fn participant(id: Uuid, kept: &Kept) -> ParticipantQuality {
    let whole = kept.minutes.iter().filter(|minute| minute.seconds >= MINUTE_SECONDS_MIN);
    let worst = whole.filter_map(|minute| Some((minute.goodness()?, minute)));
    ParticipantQuality {
        participant: id,
        measured_seconds: kept.seconds,
        setup_ms: kept.setup_ms,
        interruptions: kept.interruptions,
        interrupted_ms: u32::try_from(kept.interrupted_ms).unwrap_or(u32::MAX),
        causes: cause::causes(kept),
        down: leg(&kept.down),
        up: leg(&kept.up),
        heard: heard(kept),
        seen: seen(kept),
        sent: sent(&kept.reports),
        worst_minute: worst.min_by_key(|(good, _)| *good).map(|(_, minute)| series::minute(minute)),
    }
}

fn leg(way: &Way) -> LegQuality {
    LegQuality {
        audio_score: score(&way.audio, 100.0),
        loss_permille: quantiles(&way.loss),
        jitter_ms: quantiles(&way.jitter),
        rtt_ms: quantiles(&way.rtt),
        queue_ms: quantiles(&way.queue),
        estimate_kbps: quantiles(&way.estimate),
        rate_kbps: quantiles(&way.rate),
    }
}

fn heard(kept: &Kept) -> Heard {
    let reports = &kept.reports;
    Heard {
        reported_seconds: whole_seconds(reports.span_ms),
        concealed_permille: permille(reports.concealed, reports.samples),
        jitter_buffer_ms: quantiles(&reports.jitter_buffer),
        mouth_to_ear_ms: quantiles(&kept.mouth_to_ear),
    }
}

fn seen(kept: &Kept) -> Seen {
    let reports = &kept.reports;
    let minutes = f64::from(whole_seconds(reports.span_ms)) / 60.0;
    Seen {
        video_score: score(&kept.video, 1.0),
        freezes: reports.freezes,
        freezes_per_minute: (minutes > 0.0)
            .then(|| (f64::from(reports.freezes) / minutes * 100.0).round() / 100.0),
        frozen_permille: permille(reports.frozen_ms, reports.span_ms),
        frames_per_second: quantiles(&reports.frames),
        height: quantiles(&reports.height),
        steps: steps(&kept.trail),
    }
}

fn sent(reports: &Reports) -> Sent {
    Sent {
        up_kbps: quantiles(&reports.up_kbps),
        limited_by_line_permille: permille(reports.limited_by_line_ms, reports.span_ms),
        limited_by_device_permille: permille(reports.limited_by_device_ms, reports.span_ms),
    }
}

/// The longest first.
fn steps(trail: &Trail) -> Vec<StepShare> {
    let all = trail.times.iter().map(|time| time.ms).sum();
    let mut times = trail.times.clone();
    times.sort_by_key(|time| std::cmp::Reverse(time.ms));
    let shares = times.into_iter().map(|time| StepShare {
        step: time.step,
        cause: time.cause,
        seconds: whole_seconds(time.ms),
        share_permille: permille(time.ms, all).unwrap_or_default(),
    });
    shares.collect()
}

fn ladder(people: &[(Uuid, &Kept)]) -> Vec<LadderStep> {
    let changes = people
        .iter()
        .flat_map(|(id, kept)| kept.trail.changes.iter().map(move |change| step(*id, change)));
    let mut steps: Vec<LadderStep> = changes.collect();
    steps.sort_by_key(|step| step.at);
    steps
}

fn step(viewer: Uuid, change: &Change) -> LadderStep {
    LadderStep {
        at: change.at,
        participant: viewer,
        publisher: change.picture.map(|(publisher, _)| publisher),
        source: change.picture.map(|(_, source)| source),
        from: change.from,
        step: change.step,
        cause: change.cause,
    }
}

fn quantiles(spread: &Spread) -> Option<Quantiles> {
    let (median, p95) = (spread.quantile(HALF)?, spread.quantile(NINETEEN_IN_TWENTY)?);
    Some(Quantiles { median, p95 })
}

/// A score is bad where it is low.
fn score(spread: &Spread, parts: f64) -> Option<Score> {
    let at = |permille| Some(f64::from(spread.quantile(permille)?) / parts);
    Some(Score { median: at(HALF)?, p5: at(ONE_IN_TWENTY)? })
}

fn whole_seconds(ms: u64) -> u32 {
    u32::try_from(ms / 1_000).unwrap_or(u32::MAX)
}
