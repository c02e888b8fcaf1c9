//! Who hears whom, and how loud, while interpreters speak into channels.
//!
//! In: a listener and a speaker of the common circle, and how it is interpreted. Out: a level.
//! Never: a circle's task, which comes first: whoever is apart or confers is no matter of this.
//!
//! | the speaker | is heard |
//! |---|---|
//! | an interpreter on the microphone | full by those who listen to that channel, by nobody else |
//! | an interpreter who rests | by nobody |
//! | anybody else: the floor | full; ducked by those whose channel has an interpreter on it, unless the speaker's own language is that channel's |
//!
//! Interpreters listen to the floor, or to another's channel (relay), never to their own. Under an
//! interpreter whose connection is gone nothing is ducked; the way stays open to them, so that
//! their first word back is heard. Under hands nothing is ducked either: they make no sound.

use super::{Direction, Tongue};
use bedside_signaling_api::interpreting::{InterpretingMode, Level};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Somebody of the common circle, as far as hearing goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Who.
    pub id: Uuid,
    /// What they speak on the floor.
    pub tongue: Tongue,
    /// The channel they have chosen; `None` is the floor.
    pub listens: Option<Tongue>,
    /// Set for interpreters.
    pub interprets: Option<Interpreter>,
}

/// What somebody who interprets does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interpreter {
    /// Which way they work, now or when it is their turn.
    pub way: Option<Direction>,
    /// Another has the channel.
    pub rests: bool,
}

/// How it is interpreted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Arrangement {
    /// Whether interpreters speak on the floor or into channels.
    pub mode: InterpretingMode,
    /// Who has each channel.
    pub active_by_channel: BTreeMap<Tongue, Uuid>,
    /// Whose connection is gone at the moment.
    pub cut_off: BTreeSet<Uuid>,
}

/// How loud `listener` is to hear `speaker`.
#[must_use]
pub fn hearing(listener: &Person, speaker: &Person, arrangement: &Arrangement) -> Level {
    if arrangement.mode == InterpretingMode::Consecutive {
        return Level::Full;
    }
    let channel = listener.channel();
    let active = channel.and_then(|channel| arrangement.active_by_channel.get(channel));
    if speaker.interprets.is_some() {
        return if active == Some(&speaker.id) { Level::Full } else { Level::Silent };
    }
    let under_a_voice = active.is_some_and(|active| !arrangement.cut_off.contains(active))
        && channel.is_some_and(|channel| !channel.is_signed());
    let understood = channel == Some(&speaker.tongue);
    if under_a_voice && !understood { Level::Ducked } else { Level::Full }
}

impl Person {
    /// The channel they hear: the one they chose, but never the one they speak into.
    pub(super) fn channel(&self) -> Option<&Tongue> {
        let own = self.way().map(|way| &way.into);
        self.listens.as_ref().filter(|channel| Some(*channel) != own)
    }

    /// Which way they work between languages, if they do.
    pub(super) fn way(&self) -> Option<&Direction> {
        self.interprets.as_ref().and_then(|interpreter| interpreter.way.as_ref())
    }
}

#[cfg(test)]
mod tests;
