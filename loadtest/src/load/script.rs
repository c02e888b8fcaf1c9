//! A load test's script: who comes when with which line, and what they do there.
//!
//! In: TOML. Out: a checked script, or what is wrong and where.
//! Never: a field it does not know passed over, nor a test without an end.

mod words;

use super::goal::Goals;
use crate::link::Profile;
use bedside_sfu_api::Bitrate;
use bedside_signaling_api::role::Role;
use serde::Deserialize;
use std::time::Duration;

/// Longest test, in seconds: a day.
pub const SECONDS_MAX: u32 = 86_400;
/// Most people at once. Each has a socket, and the machine that plays them all has to keep up.
pub const PEOPLE_MAX: usize = 10_000;
/// Most people in one visit: a number of one byte names them in what they send, and the eighth
/// bit says that it is a screen.
pub const VISIT_PEOPLE_MAX: usize = 127;
/// Most visits that may begin in a second.
pub const VISITS_PER_SECOND_MAX: f64 = 1_000.0;
/// Most steps of one person in one visit.
pub const STEPS_MAX: usize = 100;

/// A test.
#[derive(Debug, Clone, PartialEq)]
pub struct Script {
    /// What it shows.
    pub about: String,
    /// How long it is.
    pub lasts: Duration,
    /// What happens before that is not counted.
    pub warm_up: Duration,
    /// How many visits in all; nothing: until the end.
    pub visits: Option<u32>,
    /// From the beginning of one visit to that of the next.
    pub apart: Duration,
    /// How long a visit is; nothing: until the end.
    pub visit_lasts: Option<Duration>,
    /// Who comes to each, in the order of the script.
    pub people: Vec<Person>,
    /// How long the server has after everybody has gone, before it is looked at once more.
    pub settle: Duration,
    /// What has to hold.
    pub goals: Goals,
}

/// Somebody in each visit.
#[derive(Debug, Clone, PartialEq)]
pub struct Person {
    /// The part they play.
    pub role: Role,
    /// Their way to the server.
    pub line: Line,
    /// When they come, from the beginning of the visit.
    pub comes: Duration,
    /// When they go; nothing: at its end.
    pub goes: Option<Duration>,
    /// Which WebRTC they speak.
    pub stack: StackName,
    /// When they speak.
    pub speaks: Speaks,
    /// What each layer of their camera takes, smallest first; empty: they have none.
    pub camera: Vec<Bitrate>,
    /// The camera takes that whatever the server finds worth it: to compare servers.
    pub is_steady: bool,
    /// How tall they show the others.
    pub shows: u16,
    /// What they do, in its order.
    pub steps: Vec<Step>,
}

/// Somebody's line; nothing is a perfect one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Line {
    /// To the server.
    pub up: Option<Profile>,
    /// From it.
    pub down: Option<Profile>,
}

/// Something a person does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// When, from when they come.
    pub at: Duration,
    /// What.
    pub act: Act,
}

/// What a person does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// One of the words.
    Do(Doing),
    /// Their line becomes another.
    Line(Line),
}

/// The words for what a person does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Doing {
    /// Switches the microphone off.
    Mute,
    /// And on.
    Unmute,
    /// Switches the camera off.
    CameraOff,
    /// And on.
    CameraOn,
    /// Shares a screen.
    Share,
    /// And no longer.
    Unshare,
    /// Loads the page anew.
    Reload,
    /// Loses the socket of the signalling, not the media; the page comes back.
    Cut,
    /// Sends what no page would: words that are none, an offer that is none, a link that opens
    /// nothing, and datagrams of noise.
    Nonsense,
}

/// Which WebRTC somebody speaks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StackName {
    /// str0m.
    #[default]
    Str0m,
    /// The `rtc` crate, which shares no code with it.
    Rtc,
}

/// When somebody speaks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Speaks {
    /// All the time: fifty packets a second.
    #[default]
    Always,
    /// In turn with the others who do.
    InTurn,
    /// Never.
    Never,
}

/// Why a script cannot be played.
#[derive(Debug, thiserror::Error)]
pub enum ScriptError {
    /// It is not the TOML of a script; the message names line and column.
    #[error("{0}")]
    Words(#[from] toml::de::Error),
    /// A value that cannot be.
    #[error("{place}: {wrong}")]
    Value {
        /// Where: `people[2].steps[1].at`, counted from one.
        place: String,
        /// What is wrong.
        wrong: Wrong,
    },
}

/// What is wrong with a value.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Wrong {
    /// Out of its range.
    #[error("{value} is not between {least} and {most}")]
    Range {
        /// What was written.
        value: f64,
        /// The least it may be.
        least: f64,
        /// The most.
        most: f64,
    },
    /// No line has that name.
    #[error("there is no line `{0}`; lines are written as [lines.{0}]")]
    NoSuchLine(String),
    /// Neither something to do nor a line, or both.
    #[error("a step has either `do` or `line`")]
    EitherOr,
    /// Before what has to come before it.
    #[error("{0} s is not after {1} s")]
    NotAfter(f64, f64),
    /// Too many.
    #[error("{found} are too many; {most} may be")]
    TooMany {
        /// So many.
        found: usize,
        /// So many may be.
        most: usize,
    },
    /// Nobody would let anybody in.
    #[error("nobody of the visit is staff, so nobody would let the others in")]
    NoStaff,
}

impl Script {
    /// Reads a script.
    ///
    /// # Errors
    /// When it cannot be played; the error says where and why.
    pub fn parse(text: &str) -> Result<Self, ScriptError> {
        let words: words::Words = toml::from_str(text)?;
        words.checked()
    }

    /// The same, if all of it can be.
    pub(super) fn checked(self) -> Result<Self, ScriptError> {
        let value = |place: &str, wrong| ScriptError::Value { place: place.to_owned(), wrong };
        if self.warm_up >= self.lasts {
            let wrong = Wrong::NotAfter(self.lasts.as_secs_f64(), self.warm_up.as_secs_f64());
            return Err(value("seconds", wrong));
        }
        let found = self.people_at_once();
        if found > PEOPLE_MAX {
            return Err(value("visits", Wrong::TooMany { found, most: PEOPLE_MAX }));
        }
        Ok(self)
    }

    /// Most people that are there at once.
    #[must_use]
    pub fn people_at_once(&self) -> usize {
        self.people.len().saturating_mul(self.visits_at_once())
    }

    fn visits_at_once(&self) -> usize {
        let lasts = self.visit_lasts.unwrap_or(self.lasts).min(self.lasts);
        let begun = lasts.as_nanos() / self.apart.as_nanos().max(1) + 1;
        let begun = usize::try_from(begun).unwrap_or(usize::MAX);
        self.visits.map_or(begun, |visits| begun.min(usize::try_from(visits).unwrap_or(usize::MAX)))
    }
}

/// Whether they let the others in.
#[must_use]
pub const fn is_staff(role: Role) -> bool {
    matches!(role, Role::Clinician | Role::Pharmacist | Role::Coordinator)
}

impl Line {
    /// Whether it is as good as none.
    #[must_use]
    pub const fn is_perfect(&self) -> bool {
        self.up.is_none() && self.down.is_none()
    }
}

#[cfg(test)]
mod tests;
