//! The words of a script as they are written, and what they come to.
//!
//! In: TOML read into fields. Out: a script, or the place of the first value that cannot be.
//! Never: a value changed to make it fit.

use super::{
    Act, Doing, Line, Person, SECONDS_MAX, STEPS_MAX, Script, ScriptError, Speaks, StackName, Step,
    VISIT_PEOPLE_MAX, VISITS_PER_SECOND_MAX, Wrong, is_staff,
};
use crate::link::Profile;
use crate::load::goal::Goals;
use crate::relay::Change;
use crate::sim::camera::LAYERS;
use bedside_sfu_api::Bitrate;
use bedside_signaling_api::role::Role;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::time::Duration;

/// Kilobits a second a layer of a camera may take.
const LAYER_KBPS_MAX: u32 = 20_000;
/// Tallest a picture is shown.
const SHOWN_MAX: u16 = 4_320;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Words {
    about: String,
    seconds: u32,
    #[serde(default = "five")]
    warm_up_seconds: u32,
    visits: Option<u32>,
    #[serde(default = "ten")]
    visits_per_second: f64,
    visit_seconds: Option<f64>,
    #[serde(default, rename = "lines")]
    line_by_name: BTreeMap<String, LineWords>,
    people: Vec<PersonWords>,
    #[serde(default)]
    settle_seconds: u32,
    #[serde(default)]
    goals: Goals,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct LineWords {
    up: Change,
    down: Change,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PersonWords {
    role: Role,
    #[serde(default = "one")]
    count: usize,
    line: Option<String>,
    #[serde(default)]
    comes: f64,
    goes: Option<f64>,
    #[serde(default)]
    stack: StackName,
    #[serde(default)]
    speaks: Speaks,
    #[serde(default = "camera")]
    camera: Vec<u32>,
    #[serde(default)]
    steady: bool,
    #[serde(default = "shown")]
    shows: u16,
    #[serde(default)]
    steps: Vec<StepWords>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct StepWords {
    at: f64,
    #[serde(rename = "do")]
    doing: Option<Doing>,
    line: Option<String>,
}

const fn five() -> u32 {
    5
}

const fn ten() -> f64 {
    10.0
}

const fn one() -> usize {
    1
}

fn camera() -> Vec<u32> {
    vec![150, 500, 1_500]
}

const fn shown() -> u16 {
    720
}

fn wrong(place: impl Into<String>, wrong: Wrong) -> ScriptError {
    ScriptError::Value { place: place.into(), wrong }
}

fn within(place: &str, value: f64, least: f64, most: f64) -> Result<f64, ScriptError> {
    if (least..=most).contains(&value) {
        return Ok(value);
    }
    Err(wrong(place, Wrong::Range { value, least, most }))
}

fn at_most(place: &str, found: usize, most: usize) -> Result<(), ScriptError> {
    if found <= most { Ok(()) } else { Err(wrong(place, Wrong::TooMany { found, most })) }
}

/// A time in the test, in seconds.
fn time(place: &str, seconds: f64) -> Result<Duration, ScriptError> {
    within(place, seconds, 0.0, f64::from(SECONDS_MAX)).map(Duration::from_secs_f64)
}

impl Words {
    pub(super) fn checked(self) -> Result<Script, ScriptError> {
        let most = f64::from(SECONDS_MAX);
        within("seconds", self.seconds.into(), 1.0, most)?;
        within("warm_up_seconds", self.warm_up_seconds.into(), 0.0, most)?;
        within("settle_seconds", self.settle_seconds.into(), 0.0, most)?;
        let least = 1.0 / most;
        let rate =
            within("visits_per_second", self.visits_per_second, least, VISITS_PER_SECOND_MAX)?;
        if let Some(visits) = self.visits {
            within("visits", visits.into(), 1.0, f64::from(u32::MAX))?;
        }
        let visit_lasts = match self.visit_seconds {
            Some(seconds) => {
                within("visit_seconds", seconds, 1.0, most)?;
                Some(time("visit_seconds", seconds)?)
            }
            None => None,
        };
        let mut people = Vec::new();
        for (number, person) in (1..).zip(&self.people) {
            let place = format!("people[{number}]");
            at_most(&format!("{place}.count"), person.count, VISIT_PEOPLE_MAX)?;
            let one = person.checked(&place, &self.line_by_name)?;
            people.extend(std::iter::repeat_n(one, person.count));
        }
        at_most("people", people.len(), VISIT_PEOPLE_MAX)?;
        if !people.iter().any(|person| is_staff(person.role)) {
            return Err(wrong("people", Wrong::NoStaff));
        }
        let script = Script {
            about: self.about,
            lasts: Duration::from_secs(self.seconds.into()),
            warm_up: Duration::from_secs(self.warm_up_seconds.into()),
            visits: self.visits,
            apart: Duration::from_secs_f64(1.0 / rate),
            visit_lasts,
            people,
            settle: Duration::from_secs(self.settle_seconds.into()),
            goals: self.goals,
        };
        script.checked()
    }
}

impl PersonWords {
    fn checked(
        &self,
        place: &str,
        line_by_name: &BTreeMap<String, LineWords>,
    ) -> Result<Person, ScriptError> {
        let line = |place: &str, name: &Option<String>| match name {
            Some(name) => line(place, name, line_by_name),
            None => Ok(Line::default()),
        };
        let comes = time(&format!("{place}.comes"), self.comes)?;
        let goes = match self.goes {
            Some(goes) if goes <= self.comes => {
                let place = format!("{place}.goes");
                return Err(wrong(place, Wrong::NotAfter(goes, self.comes)));
            }
            Some(goes) => Some(time(&format!("{place}.goes"), goes)?),
            None => None,
        };
        at_most(&format!("{place}.camera"), self.camera.len(), LAYERS)?;
        for kbps in &self.camera {
            let place = format!("{place}.camera");
            within(&place, f64::from(*kbps), 1.0, LAYER_KBPS_MAX.into())?;
        }
        within(&format!("{place}.shows"), self.shows.into(), 0.0, SHOWN_MAX.into())?;
        at_most(&format!("{place}.steps"), self.steps.len(), STEPS_MAX)?;
        let mut steps = Vec::new();
        for (number, step) in (1..).zip(&self.steps) {
            let place = format!("{place}.steps[{number}]");
            let act = match (step.doing, &step.line) {
                (Some(doing), None) => Act::Do(doing),
                (None, Some(_)) => Act::Line(line(&format!("{place}.line"), &step.line)?),
                (Some(_), Some(_)) | (None, None) => return Err(wrong(place, Wrong::EitherOr)),
            };
            steps.push(Step { at: time(&format!("{place}.at"), step.at)?, act });
        }
        steps.sort_by_key(|step| step.at);
        Ok(Person {
            role: self.role,
            line: line(&format!("{place}.line"), &self.line)?,
            comes,
            goes,
            stack: self.stack,
            speaks: self.speaks,
            camera: self.camera.iter().map(|kbps| Bitrate::kbps((*kbps).into())).collect(),
            is_steady: self.steady,
            shows: self.shows,
            steps,
        })
    }
}

fn line(
    place: &str,
    name: &str,
    line_by_name: &BTreeMap<String, LineWords>,
) -> Result<Line, ScriptError> {
    let words =
        line_by_name.get(name).ok_or_else(|| wrong(place, Wrong::NoSuchLine(name.to_owned())))?;
    let way = |change: Change| {
        let profile = change.apply(Profile::default());
        (profile != Profile::default()).then_some(profile)
    };
    Ok(Line { up: way(words.up), down: way(words.down) })
}
