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
//! Interpreters listen to the floor, or to another's channel (relay), never to their own.

use super::Tongue;
use bedside_signaling_api::interpreting::Level;
use std::collections::BTreeMap;
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
    /// The channel they speak into, now or when it is their turn.
    pub into: Option<Tongue>,
}

/// How it is interpreted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Arrangement {
    /// Everybody speaks on the floor.
    Consecutive,
    /// Interpreters speak into channels.
    Simultaneous {
        /// Who speaks into each.
        active_by_channel: BTreeMap<Tongue, Uuid>,
    },
}

/// How loud `listener` is to hear `speaker`.
#[must_use]
pub fn hearing(listener: &Person, speaker: &Person, arrangement: &Arrangement) -> Level {
    let Arrangement::Simultaneous { active_by_channel } = arrangement else { return Level::Full };
    let channel = listener.channel();
    let active = channel.and_then(|channel| active_by_channel.get(channel));
    if speaker.interprets.is_some() {
        return if active == Some(&speaker.id) { Level::Full } else { Level::Silent };
    }
    let understood = channel == Some(&speaker.tongue);
    if active.is_some() && !understood { Level::Ducked } else { Level::Full }
}

impl Person {
    /// The channel they hear: the one they chose, but never the one they speak into.
    fn channel(&self) -> Option<&Tongue> {
        let own = self.interprets.as_ref().and_then(|interpreter| interpreter.into.as_ref());
        self.listens.as_ref().filter(|channel| Some(*channel) != own)
    }
}

#[cfg(test)]
mod tests;
