//! What staff does for one person beside the talk: topics of counselling, a line without pictures,
//! a still picture, how it was.
//!
//! In and out: parts of the messages of `visit.v1` and of the end page's request.
//! Never: a picture, or what was said under a topic.

use garde::Validate;
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;
use uuid::Uuid;

/// What is spoken of when a medicine is explained (42 CFR 456.705(c)(2) names most of them).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    /// What it is and what it is for.
    Purpose,
    /// How, how much, when and for how long it is taken.
    HowToTake,
    /// What it may do that is not wanted, and what to do then.
    SideEffects,
    /// What it does not go together with.
    Interactions,
    /// What to do when one was missed.
    MissedDose,
    /// How it is kept.
    Storage,
    /// How to get more of it.
    Refill,
    /// The person has said it in their own words.
    TeachBack,
}

impl Topic {
    /// The code word.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Purpose => "purpose",
            Self::HowToTake => "how_to_take",
            Self::SideEffects => "side_effects",
            Self::Interactions => "interactions",
            Self::MissedDose => "missed_dose",
            Self::Storage => "storage",
            Self::Refill => "refill",
            Self::TeachBack => "teach_back",
        }
    }
}

/// How somebody could see and hear in the visit, as they say themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Experience {
    /// Well.
    Good,
    /// With trouble.
    Fair,
    /// Badly.
    Bad,
}

impl Experience {
    /// The code word.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Fair => "fair",
            Self::Bad => "bad",
        }
    }
}

/// The answer to the one question of the end page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Validate, TS, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Told {
    /// How it was.
    #[garde(skip)]
    pub experience: Experience,
}

/// What becomes of a still picture that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum StillState {
    /// The person is asked.
    Asked,
    /// They do not want it.
    Refused,
    /// It has come and can be fetched.
    Ready,
}

/// How a person's line does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum LineState {
    /// It carries what is wanted.
    Good,
    /// It carries less; voices come through.
    Weak,
    /// It carries voices only, or hardly those.
    Bad,
}

/// What was done about a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum LineStep {
    /// They are sent smaller pictures.
    Smaller,
    /// They are sent fewer frames.
    Slower,
    /// They are sent a picture every few seconds.
    Still,
    /// They are sent no picture.
    SoundOnly,
    /// Every word is sent to them more than once.
    Protected,
    /// Voices are sent to them with fewer bits, later.
    Thin,
    /// Their own picture is sent smaller or slower.
    OwnLess,
}

/// How one person's line does, and what was done about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PersonLine {
    /// Whose.
    pub participant: Uuid,
    /// How it does.
    pub state: LineState,
    /// What was done.
    pub steps: Vec<LineStep>,
}
