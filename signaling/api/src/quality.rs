//! REST bodies about how good a visit was: the quality record.
//!
//! In: nothing but the question. Out: what was measured, scored and judged, each with its unit.
//! Never: a name; people are ids. Never a score where nothing was measured; it is absent then.

use crate::socket::{Cause, Limited, Motion, Sound, Source};
use crate::visit::VisitState;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;
use uuid::Uuid;

/// Number of the formulas behind scores, causes and verdicts. Numbers of two methods are not
/// to be compared.
pub const METHOD: u16 = 1;
/// Most seconds of a person kept as a series: the last quarter of an hour.
pub const SERIES_SECONDS_MAX: usize = 900;
/// Most minutes of a person kept: twelve hours, half as much again as the longest visit.
pub const SERIES_MINUTES_MAX: usize = 720;
/// Most changes of step kept of one viewer; the oldest go first.
pub const LADDER_STEPS_MAX: usize = 256;

/// How good a visit was, or is so far.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct VisitQuality {
    /// The visit.
    pub visit: Uuid,
    /// Where it is in its life. Until it is `ended` the record grows.
    pub state: VisitState,
    /// Number of the formulas behind scores, causes and verdicts; numbers of two methods are not
    /// to be compared.
    #[schema(example = 1)]
    pub method: u16,
    /// The first second measured of anybody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub measured_from: Option<Timestamp>,
    /// The last second measured of anybody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub measured_to: Option<Timestamp>,
    /// Everybody of whom something was measured.
    pub participants: Vec<ParticipantQuality>,
    /// The four standards of video remote interpreting.
    pub interpreting: Interpreting,
    /// How long who interpreted into which language.
    #[serde(default)]
    pub interpreted: Vec<Interpreted>,
    /// Every change of step of every viewer, in the order of time; of each viewer the newest 256.
    pub ladder: Vec<LadderStep>,
    /// How many older changes were left out.
    #[schema(example = 0)]
    pub ladder_left_out: u32,
    /// Only with `series=true`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub series: Option<Vec<ParticipantSeries>>,
}

/// How long somebody interpreted into one language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Interpreted {
    /// Their id in the visit.
    pub participant: Uuid,
    /// The language, as the primary subtag of BCP 47.
    #[schema(example = "es")]
    pub language: String,
    /// Seconds in which the channel of that language was theirs and they were with the others, in
    /// whichever mode, whether or not somebody spoke.
    #[schema(example = 1260)]
    pub seconds: u64,
}

/// How good it was for one person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ParticipantQuality {
    /// Their id in the visit.
    pub participant: Uuid,
    /// Seconds in which their lines were measured.
    #[schema(example = 1740)]
    pub measured_seconds: u32,
    /// Milliseconds from being let in (or from coming back) to the first media connection.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = 640)]
    pub setup_ms: Option<u32>,
    /// Times their media connection was lost.
    #[schema(example = 0)]
    pub interruptions: u32,
    /// Milliseconds they were without one in all, until they were back or given up.
    #[schema(example = 0)]
    pub interrupted_ms: u32,
    /// What was wrong, the most telling first; `none` alone where nothing was.
    pub causes: Vec<CauseCode>,
    /// The way from the server to the person.
    pub down: LegQuality,
    /// The way from the person to the server.
    pub up: LegQuality,
    /// What they heard.
    pub heard: Heard,
    /// What they saw.
    pub seen: Seen,
    /// What held back the picture they sent, in their browser's words.
    pub sent: Sent,
    /// The minute with the lowest score.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub worst_minute: Option<MinuteSample>,
}

/// What went wrong, in words a program can count. The rule of each is in its text.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum CauseCode {
    /// Pictures were held back by the person's own line for 10 % of their time, or voices went
    /// in thin packets for 5 % of it.
    ThinLineDown,
    /// The person's browser held its picture back because of the line, 10 % of the time.
    ThinLineUp,
    /// In one second of twenty, 3 % or more of the packets to the person were lost.
    LossyLineDown,
    /// In one second of twenty, 3 % or more of the packets from the person were lost.
    LossyLineUp,
    /// Half of the time the round trip took 300 ms or more.
    LongDelay,
    /// The media connection was lost, or the person's line made a picture fall a step more than
    /// once a minute.
    UnstableLine,
    /// The person's browser held its picture back because of the device, 20 % of the time.
    WeakDevice,
    /// The server had no room for a picture, 1 % of its time.
    Server,
    /// Pictures were smaller than wanted because the other side sent no more, 10 % of their time.
    OtherSide,
    /// None of these.
    None,
}

/// Middle and bad end of what was measured each second, within 1 %.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Quantiles {
    /// Half of the seconds have this or less.
    pub median: u32,
    /// Nineteen of twenty seconds have this or less.
    pub p95: u32,
}

/// Middle and bad end of a score.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Score {
    /// Half of the seconds are at least this good.
    pub median: f64,
    /// Nineteen of twenty seconds are at least this good.
    pub p5: f64,
}

/// One way, measured by the server each second.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct LegQuality {
    /// How a voice comes through: an opinion score from 1 (bad) to 4.41 (as a good telephone),
    /// computed by the E-model of ITU-T G.107. Down: from mouth to ear. Up: to the server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audio_score: Option<Score>,
    /// Packets lost of a thousand, before any repair.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub loss_permille: Option<Quantiles>,
    /// Deviation of the travel time (RFC 3550, 6.4.1), in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jitter_ms: Option<Quantiles>,
    /// Round trip time, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rtt_ms: Option<Quantiles>,
    /// Delay of the line's standing queue, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queue_ms: Option<Quantiles>,
    /// What the line was thought to carry, in kilobits a second.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub estimate_kbps: Option<Quantiles>,
    /// What flowed with all headers, in kilobits a second.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate_kbps: Option<Quantiles>,
}

/// What a person heard, as their browser counted it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Heard {
    /// Seconds their page has reported on.
    #[schema(example = 1735)]
    pub reported_seconds: u32,
    /// Sound that was made up because the real one was missing, of a thousand parts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = 3)]
    pub concealed_permille: Option<u32>,
    /// How long a sound waited in the jitter buffer, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jitter_buffer_ms: Option<Quantiles>,
    /// From the mouth of the farthest other person to this one's ear, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mouth_to_ear_ms: Option<Quantiles>,
}

/// What a person saw.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Seen {
    /// How the largest picture was, from 0 (none) to 100 (as wanted), by Bedside's own formula:
    /// layers short of what was wanted, frame rate, time it stood still.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub video_score: Option<Score>,
    /// Times a picture stood still.
    #[schema(example = 2)]
    pub freezes: u32,
    /// The same, each minute reported on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = 0.07)]
    pub freezes_per_minute: Option<f64>,
    /// Time pictures stood still, of a thousand parts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = 1)]
    pub frozen_permille: Option<u32>,
    /// Frames a second of the best picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub frames_per_second: Option<Quantiles>,
    /// Its height in pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub height: Option<Quantiles>,
    /// The time of all pictures, by step and cause.
    pub steps: Vec<StepShare>,
}

/// What held back the picture a person sent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Sent {
    /// What the browser thought its line carries, in kilobits a second.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub up_kbps: Option<Quantiles>,
    /// Time the line held it back, of a thousand parts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = 0)]
    pub limited_by_line_permille: Option<u32>,
    /// Time the device held it back, of a thousand parts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = 0)]
    pub limited_by_device_permille: Option<u32>,
}

/// A rung of the ladder that a visit goes down on a bad line, and up again. Of a picture the
/// first six, best first; of all voices the last three.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// The largest layer: 720 lines of a camera of 1280 by 720.
    High,
    /// The next one: 360 lines.
    Medium,
    /// The smallest: 180 lines.
    Low,
    /// A few frames a second.
    Slow,
    /// A new picture every few seconds.
    Still,
    /// No picture: audio only.
    Paused,
    /// The voices as they come.
    PlainSound,
    /// Each voice with copies of earlier words, because the line loses packets.
    ProtectedSound,
    /// The voices in fewer, longer packets, because the line is very thin.
    ThinSound,
}

/// How long pictures were at one step for one cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StepShare {
    /// The step.
    pub step: Step,
    /// Why it was this one.
    pub cause: Cause,
    /// Seconds, of all pictures together.
    #[schema(example = 1690)]
    pub seconds: u32,
    /// Of a thousand parts of all pictures' time.
    #[schema(example = 971)]
    pub share_permille: u32,
}

/// A change of step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LadderStep {
    /// When.
    pub at: Timestamp,
    /// Whose screen or loudspeaker it was.
    pub participant: Uuid,
    /// Whose picture it was; absent where it was all voices.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub publisher: Option<Uuid>,
    /// Camera or screen; absent where it was all voices.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    /// The step before; absent where it began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Step>,
    /// The step after.
    pub step: Step,
    /// Why, as the viewer was told.
    pub cause: Cause,
}

/// The four standards for video remote interpreting (45 CFR 92.201(f); for sign language also
/// 28 CFR 35.160(d) and EN 301 549, 6.5), judged as far as what was measured can.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Interpreting {
    /// Whether an interpreter's lines were measured. The standards are judged either way; only
    /// with an interpreter they are owed.
    pub interpreter_present: bool,
    /// Whether somebody's page said that somebody signs. Then more frames are asked for.
    pub signing: bool,
    /// The four, in their order.
    pub standards: Vec<Standard>,
}

/// One standard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Standard {
    /// Its number.
    #[schema(example = 1)]
    pub number: u8,
    /// What it asks for, in short.
    pub title: String,
    /// Whether every finding is met.
    pub verdict: Verdict,
    /// What was measured, a person each.
    pub findings: Vec<Finding>,
    /// What of it no measurement here can tell.
    pub not_judged: String,
}

/// Whether a standard was met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// As far as it was measured.
    Met,
    /// At least one finding is not.
    NotMet,
    /// Nothing was measured that could tell.
    NotMeasured,
}

/// One thing measured for a standard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Finding {
    /// Of whom.
    pub participant: Uuid,
    /// What.
    pub measure: Measure,
    /// How much.
    #[schema(example = 993)]
    pub value: u32,
    /// How much is asked for.
    #[schema(example = 950)]
    pub bound: u32,
    /// Whether that is so.
    pub met: bool,
}

/// What a finding is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// Seconds with a moving picture that stood still for less than a twentieth of the time, of
    /// a thousand; at least the bound.
    SmoothPermille,
    /// Seconds with 400 ms or less from mouth to ear (EN 301 549, 6.5), of a thousand; at least
    /// the bound.
    PromptPermille,
    /// Seconds with a picture as large as wanted, or of 288 lines (CIF), and 15 frames a second;
    /// where somebody signs, of 288 lines and 20 frames. Of a thousand; at least the bound.
    SharpPermille,
    /// Seconds with an audio score of 3.6 or more (an R of 70: below it many users are
    /// dissatisfied, ITU-T G.109), of a thousand; at least the bound.
    ClearPermille,
    /// Sound that was made up, of a thousand parts; at most the bound.
    ConcealedPermille,
    /// Milliseconds from being let in to the first media connection; at most the bound.
    SetupMs,
}

/// What was measured of one person over time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ParticipantSeries {
    /// Their id in the visit.
    pub participant: Uuid,
    /// The last 900 seconds measured, as long as the visit is in memory; empty after its end.
    pub seconds: Vec<SecondSample>,
    /// What is older, folded into minutes of the clock; after the end of the visit all of it. At
    /// most 720.
    pub minutes: Vec<MinuteSample>,
}

/// One second of one person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SecondSample {
    /// When it ended, to about a second.
    pub at: Timestamp,
    /// The way to the person.
    pub down: LegSample,
    /// The way from the person.
    pub up: LegSample,
    /// Kilobits a second that the page's pictures and voices would take as wanted.
    pub wanted_kbps: u32,
    /// Kilobits a second given.
    pub given_kbps: u32,
    /// How the voices were sent.
    pub sound: Sound,
    /// The largest picture wanted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub picture: Option<PictureSample>,
    /// What the page counted; it says so a few seconds later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub felt: Option<FeltSample>,
    /// From 0 to 100.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub video_score: Option<u8>,
}

/// One second of one way.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct LegSample {
    /// Packets lost of a thousand, before any repair.
    pub loss_permille: u16,
    /// Deviation of the travel time, in milliseconds.
    pub jitter_ms: u16,
    /// Round trip time, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rtt_ms: Option<u16>,
    /// Delay of the standing queue, in milliseconds.
    pub queue_ms: u16,
    /// What the line was thought to carry, in kilobits a second.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub estimate_kbps: Option<u32>,
    /// What flowed, in kilobits a second.
    pub rate_kbps: u32,
    /// From 1 to 4.41.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audio_score: Option<f64>,
}

/// The largest picture a page wanted in one second.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PictureSample {
    /// The layer that fits the size shown; zero is the smallest.
    pub wanted: u8,
    /// The layer given; absent while it is paused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub given: Option<u8>,
    /// How much it moved.
    pub motion: Motion,
    /// Why given differs from wanted.
    pub cause: Cause,
}

/// One second of what a page counted: its report spread evenly over the seconds it is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FeltSample {
    /// Sound made up, of a thousand parts; absent where nothing played.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub concealed_permille: Option<u16>,
    /// Wait in the jitter buffer, in milliseconds.
    pub jitter_buffer_ms: u16,
    /// Freezes; those of a report stand with its last second.
    pub freezes: u16,
    /// Time a picture stood still, of a thousand parts.
    pub frozen_permille: u16,
    /// Frames a second of the best picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub frames_per_second: Option<u16>,
    /// Its height in pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub height: Option<u16>,
    /// What the browser thinks its line carries upwards, in kilobits a second.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub up_kbps: Option<u32>,
    /// What held back the person's own picture.
    pub limited: Limited,
}

/// One minute of one person: means of its seconds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct MinuteSample {
    /// When it began.
    pub at: Timestamp,
    /// Seconds measured in it.
    #[schema(example = 60)]
    pub seconds: u16,
    /// The voices they heard, from 1 to 4.41.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = 4.2)]
    pub audio_score: Option<f64>,
    /// Their voice at the server, from 1 to 4.41.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = 4.3)]
    pub audio_score_up: Option<f64>,
    /// From 0 to 100.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = 94)]
    pub video_score: Option<u32>,
    /// Lost of a thousand packets to the person.
    pub loss_down_permille: u32,
    /// Lost of a thousand packets from the person.
    pub loss_up_permille: u32,
    /// Round trip time, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rtt_ms: Option<u32>,
    /// Delay of the queue towards the person, in milliseconds.
    pub queue_down_ms: u32,
    /// What the line to the person was thought to carry, in kilobits a second.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub estimate_down_kbps: Option<u32>,
    /// What flowed to the person, in kilobits a second.
    pub rate_down_kbps: u32,
    /// What flowed from the person, in kilobits a second.
    pub rate_up_kbps: u32,
    /// Sound made up, of a thousand parts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub concealed_permille: Option<u32>,
    /// Time pictures stood still, of a thousand parts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub frozen_permille: Option<u32>,
    /// Freezes.
    pub freezes: u32,
}
