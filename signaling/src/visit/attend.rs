//! What staff does for people beside the talk: topics of a counselling, voices only, pictures
//! taken, and what people say of it afterwards.
//!
//! In: events of the log. Out: what holds until the next of them.
//! Never: a picture, or a word of the counselling.

use bedside_signaling_api::attend::{Experience, Topic};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// What has happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event")]
pub enum AttendEvent {
    /// No picture goes to a person or from them any more, or again.
    #[serde(rename = "voice_only_set")]
    VoiceOnlySet {
        /// Whose.
        participant: Uuid,
        /// Whether only voices go.
        on: bool,
        /// Who did it.
        by: Uuid,
    },
    /// A topic of the counselling has been spoken of.
    #[serde(rename = "topic_covered")]
    TopicCovered {
        /// Which.
        topic: Topic,
        /// Who says so.
        by: Uuid,
    },
    /// A still picture of somebody's camera was given to a member of staff.
    #[serde(rename = "still_given")]
    StillGiven {
        /// Whose.
        participant: Uuid,
        /// Who asked for it.
        by: Uuid,
    },
    /// Somebody has said how it was.
    #[serde(rename = "experience_told")]
    ExperienceTold {
        /// Who.
        participant: Uuid,
        /// How.
        experience: Experience,
    },
}

impl AttendEvent {
    /// The name it has in the store.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::VoiceOnlySet { .. } => "voice_only_set",
            Self::TopicCovered { .. } => "topic_covered",
            Self::StillGiven { .. } => "still_given",
            Self::ExperienceTold { .. } => "experience_told",
        }
    }

    /// The one person it is about.
    #[must_use]
    pub const fn participant(&self) -> Option<Uuid> {
        match self {
            Self::TopicCovered { .. } => None,
            Self::VoiceOnlySet { participant, .. }
            | Self::StillGiven { participant, .. }
            | Self::ExperienceTold { participant, .. } => Some(*participant),
        }
    }

    /// Who did it.
    #[must_use]
    pub const fn by(&self) -> Option<Uuid> {
        match self {
            Self::VoiceOnlySet { by, .. }
            | Self::TopicCovered { by, .. }
            | Self::StillGiven { by, .. } => Some(*by),
            Self::ExperienceTold { .. } => None,
        }
    }

    /// The code word of what it is about.
    #[must_use]
    pub const fn about(&self) -> Option<&'static str> {
        match self {
            Self::TopicCovered { topic, .. } => Some(topic.name()),
            Self::ExperienceTold { experience, .. } => Some(experience.name()),
            Self::VoiceOnlySet { .. } | Self::StillGiven { .. } => None,
        }
    }
}

/// What somebody wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attend {
    /// No picture is to go to a person or from them any more, or again.
    SetVoiceOnly {
        /// Who asks.
        by: Uuid,
        /// Whose.
        participant: Uuid,
        /// Whether only voices go.
        on: bool,
    },
    /// A topic has been spoken of.
    CoverTopic {
        /// Who says so.
        by: Uuid,
        /// Which.
        topic: Topic,
    },
    /// A picture that was asked for has come.
    GiveStill {
        /// Whose.
        participant: Uuid,
        /// Who asked for it.
        by: Uuid,
    },
    /// Somebody says how it was.
    TellExperience {
        /// Who.
        participant: Uuid,
        /// How.
        experience: Experience,
    },
}

/// What holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Attended {
    voice_only: BTreeSet<Uuid>,
    topics: BTreeSet<Topic>,
    experience_by_participant: BTreeMap<Uuid, Experience>,
}

impl Attended {
    /// Takes in what has happened.
    pub(super) fn apply(&mut self, event: &AttendEvent) {
        match event {
            AttendEvent::VoiceOnlySet { participant, on: true, by: _ } => {
                self.voice_only.insert(*participant);
            }
            AttendEvent::VoiceOnlySet { participant, on: false, by: _ } => {
                self.voice_only.remove(participant);
            }
            AttendEvent::TopicCovered { topic, by: _ } => {
                self.topics.insert(*topic);
            }
            AttendEvent::StillGiven { .. } => {}
            AttendEvent::ExperienceTold { participant, experience } => {
                self.experience_by_participant.insert(*participant, *experience);
            }
        }
    }

    /// Whether no picture goes to this person or from them.
    #[must_use]
    pub fn is_voice_only(&self, participant: Uuid) -> bool {
        self.voice_only.contains(&participant)
    }

    /// What was spoken of in the counselling.
    #[must_use]
    pub const fn topics(&self) -> &BTreeSet<Topic> {
        &self.topics
    }

    /// What this person says of how it was.
    #[must_use]
    pub fn experience(&self, participant: Uuid) -> Option<Experience> {
        self.experience_by_participant.get(&participant).copied()
    }
}
