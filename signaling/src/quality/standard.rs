//! The four standards for video remote interpreting, judged as far as measurements can.
//!
//! In: each person's seconds. Out: findings with their bounds, and what no measurement can tell.
//! Never: a claim that a rule of law is kept; a finding is a number beside a bound.
//!
//! The rule is 45 CFR 92.201(f): (1) real-time, full-motion video and audio without lags, choppy,
//! blurry or grainy images or irregular pauses; (2) a sharply delineated image, large enough; (3)
//! a clear, audible transmission of voices; (4) training, so that it is set up quickly. For sign
//! language 28 CFR 35.160(d) asks for face, arms, hands and fingers; EN 301 549, 6.5 gives the
//! numbers: CIF (288 lines) and 20 frames a second, a delay under 0.4 s preferred.

#[cfg(test)]
mod tests;

use super::audio::Mos;
use super::kept::Kept;
use super::second::{Second, permille};
use super::video::frames_sent;
use bedside_signaling_api::quality::{Finding, Interpreting, Measure, Standard, Verdict};
use bedside_signaling_api::socket::Motion;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// How many of a thousand seconds have to be within bounds. The rules name no number; 19 of 20
/// lets one short trouble in a visit pass, and not a visit of troubles.
const SHARE_MIN: u32 = 950;
/// Fewer seconds than these say nothing about a visit.
const SECONDS_MIN: u32 = 30;
/// A second counts as smooth when pictures stood still for no more than this part of a thousand
/// of its report: a quarter of a second in a report of five.
const FROZEN_PERMILLE_MAX: u16 = 50;
/// Longest delay from mouth to ear (EN 301 549, 6.5: preferred).
const DELAY_MS_MAX: u32 = 400;
/// Fewest lines that count as a sharp picture however large it is drawn: CIF.
const LINES_MIN: u16 = 288;
/// Fewest frames a second of a talking face (Maryland, COMAR 10.09.49.07).
const FRAMES_MIN: u32 = 15;
/// The same of signing hands (EN 301 549, 6.5).
const FRAMES_SIGNING_MIN: u32 = 20;
/// A clear voice: R = 70, under which many are dissatisfied (ITU-T G.109).
const CLEAR_MIN: Mos = Mos(360);
/// Most sound made up in all, of a thousand parts.
const CONCEALED_PERMILLE_MAX: u32 = 20;
/// Longest way from being let in to a media connection: three times what a slow line takes,
/// and room for one click.
const SETUP_MS_MAX: u32 = 10_000;

/// Seconds within bounds, of those that could be judged.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Share {
    good: u32,
    of: u32,
}

/// The seconds of one person, judged.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Judged {
    smooth: Share,
    prompt: Share,
    sharp: Share,
    clear: Share,
}

impl Share {
    fn add(&mut self, good: Option<bool>) {
        if let Some(good) = good {
            self.of = self.of.saturating_add(1);
            self.good = self.good.saturating_add(u32::from(good));
        }
    }

    /// With so many seconds more that were lost altogether; `None` of too few.
    fn permille(self, lost: u32) -> Option<u32> {
        if self.of < SECONDS_MIN {
            return None;
        }
        permille(self.good.into(), u64::from(self.of) + u64::from(lost))
    }
}

impl Judged {
    /// Judges one second more.
    pub(super) fn fold(&mut self, second: &Second) {
        self.smooth.add(is_smooth(second));
        self.prompt.add(is_prompt(second));
        self.sharp.add(is_sharp(second));
        self.clear.add(second.audio_down().map(|mos| mos >= CLEAR_MIN));
    }
}

/// Whether the picture moved as it should; not judged where none was wanted, or where the page
/// has not counted.
fn is_smooth(second: &Second) -> Option<bool> {
    let picture = second.picture?;
    let full_motion = match picture.motion {
        Motion::Still | Motion::Slow => picture.is_screen,
        Motion::Half | Motion::Full => true,
    };
    if picture.given.is_none() || !full_motion {
        return Some(false);
    }
    second.felt.map(|felt| {
        let came = felt.frames_per_second.is_some() || picture.is_screen;
        came && felt.frozen_permille <= FROZEN_PERMILLE_MAX
    })
}

fn is_prompt(second: &Second) -> Option<bool> {
    if second.down.rate_kbps == 0 {
        return None;
    }
    second.mouth_to_ear_ms().map(|delay| delay <= DELAY_MS_MAX)
}

/// Whether the picture was large enough and moved enough.
fn is_sharp(second: &Second) -> Option<bool> {
    let picture = second.picture?;
    let Some(given) = picture.given else { return Some(false) };
    let felt = second.felt;
    let as_wanted = given >= picture.wanted;
    let has_lines = felt.and_then(|felt| felt.height).map(|height| height >= LINES_MIN);
    let large = match has_lines {
        // Hands need the lines even where the page draws them small.
        Some(has_lines) if second.signing => has_lines,
        Some(has_lines) => has_lines || as_wanted,
        None => as_wanted,
    };
    let frames = second.frames_counted().unwrap_or_else(|| frames_sent(picture.motion));
    let least = if second.signing { FRAMES_SIGNING_MIN } else { FRAMES_MIN };
    Some(large && (picture.is_screen || frames >= least))
}

/// All four, of everybody.
pub(super) fn judge(people: &[(Uuid, &Kept)], interpreter_present: bool) -> Interpreting {
    let each = |measure: Measure| {
        let values = people.iter().map(move |(id, kept)| (*id, value(kept, measure)));
        values.filter_map(move |(id, value)| Some(finding(id, measure, value?)))
    };
    let standards = vec![
        standard(
            1,
            "Real-time, full-motion video and audio, without lags or irregular pauses",
            each(Measure::SmoothPermille).chain(each(Measure::PromptPermille)).collect(),
            "Whether lips and voice agree; blur and grain.",
        ),
        standard(
            2,
            "A sharply delineated image that is large enough",
            each(Measure::SharpPermille).collect(),
            "Whether face, arms, hands and fingers are in the picture, whatever the body's \
             position; light and focus.",
        ),
        standard(
            3,
            "A clear, audible transmission of voices",
            each(Measure::ClearPermille).chain(each(Measure::ConcealedPermille)).collect(),
            "Noise, echo, the microphone, and whether anybody could follow what was said.",
        ),
        standard(
            4,
            "Quick set-up by trained people",
            each(Measure::SetupMs).collect(),
            "Whether anybody was trained; what it took before the person was let in.",
        ),
    ];
    let signing = people.iter().any(|(_, kept)| kept.is_signing);
    Interpreting { interpreter_present, signing, standards }
}

/// What was measured of one person; `None` where it says nothing.
fn value(kept: &Kept, measure: Measure) -> Option<u32> {
    // Seconds without a connection moved no picture and carried no voice.
    let lost = u32::try_from(kept.interrupted_ms / 1_000).unwrap_or(u32::MAX);
    let (judged, reports) = (&kept.judged, &kept.reports);
    match measure {
        Measure::SmoothPermille => judged.smooth.permille(lost),
        Measure::PromptPermille => judged.prompt.permille(lost),
        Measure::SharpPermille => judged.sharp.permille(0),
        Measure::ClearPermille => judged.clear.permille(0),
        Measure::ConcealedPermille => permille(reports.concealed, reports.samples),
        Measure::SetupMs => kept.setup_ms,
    }
}

fn finding(participant: Uuid, measure: Measure, value: u32) -> Finding {
    let (bound, met) = match measure {
        Measure::SmoothPermille
        | Measure::PromptPermille
        | Measure::SharpPermille
        | Measure::ClearPermille => (SHARE_MIN, value >= SHARE_MIN),
        Measure::ConcealedPermille => (CONCEALED_PERMILLE_MAX, value <= CONCEALED_PERMILLE_MAX),
        Measure::SetupMs => (SETUP_MS_MAX, value <= SETUP_MS_MAX),
    };
    Finding { participant, measure, value, bound, met }
}

fn standard(number: u8, title: &str, findings: Vec<Finding>, not_judged: &str) -> Standard {
    let verdict = if findings.is_empty() {
        Verdict::NotMeasured
    } else if findings.iter().all(|finding| finding.met) {
        Verdict::Met
    } else {
        Verdict::NotMet
    };
    Standard {
        number,
        title: title.to_owned(),
        verdict,
        findings,
        not_judged: not_judged.to_owned(),
    }
}
