//! How each person's line does, and what was done about it, for staff.
//!
//! In: what a person is given of pictures and voices, and how their own way up does. Out: a state
//! and the steps taken.
//! Never: a number; who sees to a patient has no use for one.

use super::client::{Client, Topic};
use super::live::Live;
use crate::role::is_staff;
use bedside_signaling_api::attend::{LineState, LineStep, PersonLine};
use bedside_signaling_api::socket::{Cause, Delivery, Felt, Limited, Motion, ServerMessage, Sound};
use uuid::Uuid;

/// Loss on the way up from which it is worth a word: redundancy hides less than this.
const UP_LOSS_WEAK_PERMILLE: u16 = 50;
/// Loss on the way up from which words are missing.
const UP_LOSS_BAD_PERMILLE: u16 = 200;

/// How a person's own way up does.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Up {
    /// Packets lost of a thousand, in the last second.
    pub(super) loss_permille: u16,
    /// Their browser says that the line holds their picture back.
    pub(super) is_limited: bool,
}

impl Up {
    /// Takes in what the browser counted.
    pub(super) const fn handle_felt(&mut self, felt: &Felt) {
        self.is_limited = matches!(felt.limited, Limited::Line);
    }
}

/// How a line does.
fn judge(deliveries: &[Delivery], sound: Sound, up: Up) -> (LineState, Vec<LineStep>) {
    let mut steps: Vec<LineStep> = deliveries.iter().filter_map(step).collect();
    match sound {
        Sound::Plain => {}
        Sound::Protected => steps.push(LineStep::Protected),
        Sound::Thin => steps.push(LineStep::Thin),
    }
    if up.is_limited || up.loss_permille >= UP_LOSS_WEAK_PERMILLE {
        steps.push(LineStep::OwnLess);
    }
    steps.sort_unstable();
    steps.dedup();
    let voices_only = steps.contains(&LineStep::SoundOnly) || steps.contains(&LineStep::Thin);
    let state = if voices_only || up.loss_permille >= UP_LOSS_BAD_PERMILLE {
        LineState::Bad
    } else if steps.is_empty() {
        LineState::Good
    } else {
        LineState::Weak
    };
    (state, steps)
}

/// What of one picture was taken back because the line does not carry it.
fn step(delivery: &Delivery) -> Option<LineStep> {
    if delivery.cause != Cause::YourLine {
        return None;
    }
    let Some(given) = delivery.given else { return Some(LineStep::SoundOnly) };
    match delivery.motion {
        Motion::Still => Some(LineStep::Still),
        Motion::Slow | Motion::Half => Some(LineStep::Slower),
        Motion::Full => (given < delivery.wanted).then_some(LineStep::Smaller),
    }
}

impl Client {
    fn line_state(&self, participant: Uuid) -> Option<PersonLine> {
        let delivered = self.message_by_topic.get(&Topic::Delivered)?;
        let ServerMessage::Delivered { sound, deliveries } = delivered else { return None };
        let (state, steps) = judge(deliveries, *sound, self.up);
        Some(PersonLine { participant, state, steps })
    }
}

impl Live {
    /// How everybody's line does.
    pub(super) fn lines(&self) -> Vec<PersonLine> {
        let clients = self.client_by_participant.iter();
        clients.filter_map(|(participant, client)| client.line_state(*participant)).collect()
    }

    /// What this person may know of the lines of the others.
    pub(super) fn lines_for(&self, viewer: Uuid, lines: &[PersonLine]) -> Option<ServerMessage> {
        let seat = self.visit.seat(viewer)?;
        if !is_staff(seat.role) || !self.visit.is_here(viewer) {
            return None;
        }
        let others = lines.iter().filter(|line| line.participant != viewer);
        Some(ServerMessage::Lines { lines: others.cloned().collect() })
    }
}

#[cfg(test)]
mod tests {
    use super::{Up, judge};
    use bedside_signaling_api::attend::{LineState, LineStep};
    use bedside_signaling_api::socket::{Cause, Delivery, Motion, Sound, Source};
    use uuid::Uuid;

    fn face(given: Option<u8>, motion: Motion, cause: Cause) -> Delivery {
        let (participant, source) = (Uuid::from_u128(1), Source::Camera);
        Delivery { participant, source, wanted: 2, given, motion, cause }
    }

    #[test]
    fn a_line_that_carries_what_is_wanted_is_good() {
        let whole = face(Some(2), Motion::Full, Cause::AsWanted);
        assert_eq!(judge(&[whole], Sound::Plain, Up::default()), (LineState::Good, Vec::new()));
    }

    #[test]
    fn what_others_or_the_person_chose_is_not_the_lines_fault() {
        for cause in [Cause::TheirSide, Cause::NotShown, Cause::DataSaver, Cause::TheServer] {
            let less = face(None, Motion::Full, cause);
            let (state, steps) = judge(&[less], Sound::Plain, Up::default());
            assert_eq!((state, steps), (LineState::Good, Vec::new()), "{cause:?}");
        }
    }

    #[test]
    fn each_step_down_is_named_once_and_makes_the_line_weak() {
        for (given, motion, step) in [
            (Some(1), Motion::Full, LineStep::Smaller),
            (Some(1), Motion::Half, LineStep::Slower),
            (Some(0), Motion::Slow, LineStep::Slower),
            (Some(0), Motion::Still, LineStep::Still),
        ] {
            let less = face(given, motion, Cause::YourLine);
            let judged = judge(&[less, less], Sound::Plain, Up::default());
            assert_eq!(judged, (LineState::Weak, vec![step]), "{motion:?}");
        }
    }

    #[test]
    fn voices_only_or_hardly_those_is_bad() {
        let none = face(None, Motion::Full, Cause::YourLine);
        let (state, steps) = judge(&[none], Sound::Protected, Up::default());
        assert_eq!(
            (state, steps),
            (LineState::Bad, vec![LineStep::SoundOnly, LineStep::Protected])
        );
        let (state, _) = judge(&[], Sound::Thin, Up::default());
        assert_eq!(state, LineState::Bad);
    }

    #[test]
    fn the_way_up_counts_too() {
        for (loss_permille, is_limited, state) in [
            (0, false, LineState::Good),
            (49, false, LineState::Good),
            (50, false, LineState::Weak),
            (0, true, LineState::Weak),
            (200, false, LineState::Bad),
        ] {
            let up = Up { loss_permille, is_limited };
            let (judged, steps) = judge(&[], Sound::Plain, up);
            assert_eq!(judged, state, "{up:?}");
            assert_eq!(steps.contains(&LineStep::OwnLess), state != LineState::Good);
        }
    }
}
