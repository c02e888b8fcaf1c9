//! Interpretation in a visit: the mode, who speaks into which channel, who listens to what.
//!
//! In: events of the log. Out: what holds until the next of them.
//! Never: who is in the visit, or in which circle; whoever asks says who could speak.

use super::Tongue;
use bedside_signaling_api::interpreting::InterpretingMode;
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Two languages, one way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Direction {
    /// The language that is listened for.
    pub from: Tongue,
    /// The language that is spoken.
    pub into: Tongue,
}

impl Direction {
    /// Whether both are between the same two languages, either way round.
    #[must_use]
    pub fn is_between_same(&self, other: &Self) -> bool {
        self == other || (&self.from, &self.into) == (&other.into, &other.from)
    }

    /// Whether the language is one of the two.
    #[must_use]
    pub fn has(&self, tongue: &Tongue) -> bool {
        &self.from == tongue || &self.into == tongue
    }
}

/// What has happened with interpretation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event")]
pub enum InterpretEvent {
    /// The visit is interpreted in this mode from now on.
    #[serde(rename = "interpreting_set")]
    ModeSet {
        /// Which.
        mode: InterpretingMode,
        /// Who chose it.
        by: Uuid,
    },
    /// An interpreter works this way from now on, or no longer.
    #[serde(rename = "direction_set")]
    DirectionSet {
        /// Who.
        participant: Uuid,
        /// Which way.
        direction: Option<Direction>,
        /// Whether it is they who speak into the channel; else a partner does, and they rest.
        speaks: bool,
    },
    /// An interpreter asks another to take the channel over.
    #[serde(rename = "channel_offered")]
    Offered {
        /// Who speaks into it.
        from: Uuid,
        /// Who is asked.
        to: Uuid,
    },
    /// They did, asked or not; the other rests.
    #[serde(rename = "channel_taken")]
    Taken {
        /// Who speaks now.
        participant: Uuid,
        /// Who rests now.
        from: Uuid,
    },
    /// A person has chosen what to listen to.
    #[serde(rename = "listening_chosen")]
    ListeningChosen {
        /// Who.
        participant: Uuid,
        /// Which channel; `None` is the floor.
        language: Option<Tongue>,
    },
}

impl InterpretEvent {
    /// The name it has in the store.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::ModeSet { .. } => "interpreting_set",
            Self::DirectionSet { .. } => "direction_set",
            Self::Offered { .. } => "channel_offered",
            Self::Taken { .. } => "channel_taken",
            Self::ListeningChosen { .. } => "listening_chosen",
        }
    }

    /// The one person it is about.
    #[must_use]
    pub const fn participant(&self) -> Option<Uuid> {
        match self {
            Self::ModeSet { .. } => None,
            Self::DirectionSet { participant, .. }
            | Self::Taken { participant, .. }
            | Self::ListeningChosen { participant, .. } => Some(*participant),
            Self::Offered { to, .. } => Some(*to),
        }
    }

    /// Who did it for others.
    #[must_use]
    pub const fn by(&self) -> Option<Uuid> {
        match self {
            Self::ModeSet { by, .. } => Some(*by),
            Self::Offered { from, .. } => Some(*from),
            Self::DirectionSet { .. } | Self::Taken { .. } | Self::ListeningChosen { .. } => None,
        }
    }
}

/// What somebody wants of interpretation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Interpret {
    /// The visit is to be interpreted in this mode.
    SetMode {
        /// Who asks.
        by: Uuid,
        /// Which.
        mode: InterpretingMode,
    },
    /// An interpreter is to work this way, or no longer.
    SetDirection {
        /// Who.
        by: Uuid,
        /// Which way.
        direction: Option<Direction>,
    },
    /// Another interpreter is to take the channel over.
    Offer {
        /// Who asks.
        by: Uuid,
        /// Who is asked.
        to: Uuid,
    },
    /// The partner's channel is to be theirs.
    Take {
        /// Who asks.
        by: Uuid,
    },
    /// A person wants to listen to a channel, or to the floor.
    Listen {
        /// Who.
        by: Uuid,
        /// Which; `None` is the floor.
        language: Option<Tongue>,
    },
}

/// All that a visit knows of its interpretation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Interpretation {
    /// What was chosen last; `None` before anybody has.
    mode: Option<InterpretingMode>,
    direction_by_interpreter: BTreeMap<Uuid, Direction>,
    /// Who has the channel, here or away.
    holder_by_channel: BTreeMap<Tongue, Uuid>,
    /// Who was asked to take a channel over, and by whom.
    offered_by_interpreter: BTreeMap<Uuid, Uuid>,
    /// What people have chosen to listen to; of the others a default holds.
    choice_by_person: BTreeMap<Uuid, Option<Tongue>>,
    /// How long who had which channel, until the last event.
    time_by_channel: BTreeMap<(Uuid, Tongue), SignedDuration>,
}

impl Interpretation {
    /// In which mode.
    #[must_use]
    pub fn mode(&self) -> InterpretingMode {
        self.mode.unwrap_or_default()
    }

    /// Whether a mode was ever chosen; until then nobody is kept from hearing anybody.
    #[must_use]
    pub const fn is_steered(&self) -> bool {
        self.mode.is_some()
    }

    /// Which way an interpreter works.
    #[must_use]
    pub fn direction(&self, interpreter: Uuid) -> Option<&Direction> {
        self.direction_by_interpreter.get(&interpreter)
    }

    /// Everybody who works between languages, and which way.
    pub fn directions(&self) -> impl Iterator<Item = (Uuid, &Direction)> {
        self.direction_by_interpreter.iter().map(|(id, direction)| (*id, direction))
    }

    /// Who has a channel.
    #[must_use]
    pub fn holder(&self, channel: &Tongue) -> Option<Uuid> {
        self.holder_by_channel.get(channel).copied()
    }

    /// Everybody who has a channel, and which.
    pub fn holders(&self) -> impl Iterator<Item = (&Tongue, Uuid)> {
        self.holder_by_channel.iter().map(|(channel, id)| (channel, *id))
    }

    /// Who asked this interpreter to take a channel over.
    #[must_use]
    pub fn offered_by(&self, interpreter: Uuid) -> Option<Uuid> {
        self.offered_by_interpreter.get(&interpreter).copied()
    }

    /// What a person has chosen to listen to, if they have chosen.
    #[must_use]
    pub fn choice(&self, person: Uuid) -> Option<Option<&Tongue>> {
        self.choice_by_person.get(&person).map(Option::as_ref)
    }

    /// How long who had which channel, until the last event.
    pub(super) const fn time_by_channel(&self) -> &BTreeMap<(Uuid, Tongue), SignedDuration> {
        &self.time_by_channel
    }

    /// Somebody had a channel for so much longer.
    pub(super) fn add_time(&mut self, channel: (Uuid, Tongue), passed: SignedDuration) {
        let time = self.time_by_channel.entry(channel).or_insert(SignedDuration::ZERO);
        *time = time.saturating_add(passed);
    }

    /// Takes in what has happened.
    pub(super) fn apply(&mut self, event: &InterpretEvent) {
        match event {
            InterpretEvent::ModeSet { mode, by: _ } => self.mode = Some(*mode),
            InterpretEvent::DirectionSet { participant, direction: None, speaks: _ } => {
                self.leave(*participant);
            }
            InterpretEvent::DirectionSet { participant, direction: Some(direction), speaks } => {
                self.release(*participant);
                if *speaks {
                    self.holder_by_channel.insert(direction.into.clone(), *participant);
                }
                self.direction_by_interpreter.insert(*participant, direction.clone());
            }
            InterpretEvent::Offered { from, to } => {
                self.offered_by_interpreter.retain(|_, by| by != from);
                self.offered_by_interpreter.insert(*to, *from);
            }
            InterpretEvent::Taken { participant, from } => {
                let Some(direction) = self.direction(*from).cloned() else { return };
                self.release(*participant);
                self.offered_by_interpreter.retain(|to, by| to != participant && by != from);
                self.holder_by_channel.insert(direction.into.clone(), *participant);
                self.direction_by_interpreter.insert(*participant, direction);
            }
            InterpretEvent::ListeningChosen { participant, language } => {
                self.choice_by_person.insert(*participant, language.clone());
            }
        }
    }

    /// Somebody interprets no longer: nothing is theirs, and nobody waits for them.
    pub(super) fn leave(&mut self, interpreter: Uuid) {
        self.release(interpreter);
        self.offered_by_interpreter.retain(|to, by| *to != interpreter && *by != interpreter);
    }

    fn release(&mut self, interpreter: Uuid) {
        self.direction_by_interpreter.remove(&interpreter);
        self.holder_by_channel.retain(|_, holder| *holder != interpreter);
    }
}
