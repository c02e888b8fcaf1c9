//! What must be, said naively: who is in which room and circle with what switched on, and so who
//! receives whom.
//!
//! In: the same commands as the shard. Out: for each viewer, the people they hear and see.
//! Never: slots, layers, packets.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

/// A person: room and number.
pub(crate) type Who = (u64, u64);

#[derive(Debug, Clone, Copy)]
struct State {
    microphone: bool,
    camera: bool,
    may_publish: bool,
    may_receive: bool,
    shows: bool,
}

/// Who is not to be sent whose voice, as listener and speaker.
type Silent = BTreeSet<(u64, u64)>;

#[derive(Debug, Default)]
pub(crate) struct Model {
    state_by_person: BTreeMap<Who, State>,
    /// Since when each person was where, oldest first.
    circles_by_person: BTreeMap<Who, Vec<(Instant, u32)>>,
    /// Since when which voices were kept from whom in each room, oldest first.
    silences_by_room: BTreeMap<u64, Vec<(Instant, Silent)>>,
    /// Since when whose media might be recorded in each room, in which turn; oldest first.
    taps_by_room: BTreeMap<u64, Vec<(Instant, u64, BTreeSet<u64>)>>,
}

impl Model {
    pub(crate) fn admit(&mut self, who: Who, may_publish: bool, may_receive: bool) {
        let state = State { microphone: true, camera: true, may_publish, may_receive, shows: true };
        self.state_by_person.insert(who, state);
    }

    /// Somebody is in a circle from now on.
    pub(crate) fn place(&mut self, now: Instant, who: Who, circle: u32) {
        self.circles_by_person.entry(who).or_default().push((now, circle));
    }

    /// Where somebody is.
    pub(crate) fn circle(&self, who: Who) -> u32 {
        self.circles_by_person.get(&who).and_then(|all| all.last()).map_or(0, |(_, at)| *at)
    }

    /// Where somebody was; `None` before they came.
    pub(crate) fn circle_at(&self, who: Who, instant: Instant) -> Option<u32> {
        let all = self.circles_by_person.get(&who)?.iter().rev();
        all.clone().find(|(since, _)| *since <= instant).map(|(_, circle)| *circle)
    }

    /// These listeners are not to be sent these voices from now on.
    pub(crate) fn silence(&mut self, now: Instant, room: u64, pairs: Silent) {
        self.silences_by_room.entry(room).or_default().push((now, pairs));
    }

    /// Who is not to be sent whose voice.
    pub(crate) fn silences(&self, room: u64) -> Silent {
        let last = self.silences_by_room.get(&room).and_then(|all| all.last());
        last.map_or_else(BTreeSet::new, |(_, pairs)| pairs.clone())
    }

    /// Whether a listener was to be sent a speaker's voice at some time between the two.
    pub(crate) fn was_to_hear(
        &self,
        listener: Who,
        speaker: Who,
        from: Instant,
        to: Instant,
    ) -> bool {
        let Some(all) = self.silences_by_room.get(&listener.0) else { return true };
        let pair = (listener.1, speaker.1);
        let began = all.first().is_none_or(|(since, _)| from < *since);
        let ends = all.iter().skip(1).map(|(since, _)| Some(*since)).chain([None]);
        began
            || all.iter().zip(ends).any(|((since, pairs), until)| {
                let meets = *since <= to && until.is_none_or(|until| from < until);
                meets && !pairs.contains(&pair)
            })
    }

    /// These people and nobody else may be recorded from now on.
    pub(crate) fn tap(&mut self, now: Instant, room: u64, turn: u64, people: BTreeSet<u64>) {
        self.taps_by_room.entry(room).or_default().push((now, turn, people));
    }

    /// The turn of a room's recorder, and who is named in it.
    pub(crate) fn tapped(&self, room: u64) -> (u64, BTreeSet<u64>) {
        let last = self.taps_by_room.get(&room).and_then(|all| all.last());
        last.map_or_else(Default::default, |(_, turn, people)| (*turn, people.clone()))
    }

    /// Whether somebody might be recorded then.
    pub(crate) fn may_be_recorded(&self, who: Who, instant: Instant) -> bool {
        let all = self.taps_by_room.get(&who.0).into_iter().flatten();
        let mut before = all.rev().skip_while(|(since, ..)| *since > instant);
        before.next().is_some_and(|(.., people)| people.contains(&who.1))
    }

    pub(crate) fn remove(&mut self, who: Who) {
        self.state_by_person.remove(&who);
    }

    pub(crate) fn camera(&mut self, who: Who, on: bool) {
        self.state_by_person.get_mut(&who).unwrap().camera = on;
    }

    pub(crate) fn microphone(&mut self, who: Who, on: bool) {
        self.state_by_person.get_mut(&who).unwrap().microphone = on;
    }

    /// Whether the page shows pictures at all.
    pub(crate) fn shows(&mut self, who: Who, shows: bool) {
        self.state_by_person.get_mut(&who).unwrap().shows = shows;
    }

    pub(crate) fn people(&self) -> Vec<Who> {
        self.state_by_person.keys().copied().collect()
    }

    fn others(&self, viewer: Who, sends: impl Fn(&State) -> bool) -> BTreeSet<u64> {
        let mine = &self.state_by_person[&viewer];
        let people = self.state_by_person.iter();
        people
            .filter(|(who, state)| {
                let here = who.0 == viewer.0 && self.circle(**who) == self.circle(viewer);
                here && **who != viewer && mine.may_receive && sends(state)
            })
            .map(|(who, _)| who.1)
            .collect()
    }

    pub(crate) fn heard_by(&self, viewer: Who) -> BTreeSet<u64> {
        let mut heard = self.others(viewer, |state| state.may_publish && state.microphone);
        let silences = self.silences(viewer.0);
        heard.retain(|speaker| !silences.contains(&(viewer.1, *speaker)));
        heard
    }

    pub(crate) fn seen_by(&self, viewer: Who) -> BTreeSet<u64> {
        if !self.state_by_person[&viewer].shows {
            return BTreeSet::new();
        }
        self.others(viewer, |state| state.may_publish && state.camera)
    }
}
