//! What each person may know of a visit.
//!
//! In: the visit, who looks, and the passing side of everybody (sources, a lost connection).
//! Out: the messages that tell it.
//! Never: a name to somebody who waits; the lobby knows only whether staff is here.

mod ready;
mod recording;
#[cfg(test)]
mod tests;

pub(super) use ready::asks;
pub(super) use recording::recording;

use crate::role::{capabilities, is_staff, may};
use crate::visit::{Place, Seat, Visit};
use bedside_signaling_api::socket::{
    Capability, Person, Presence, ServerMessage, SlotCount, Sources, Standing,
};
use bedside_signaling_api::visit::VisitState;
use uuid::Uuid;

/// Most audio lines. In a visit of more people than eight the loudest are heard, and those whose
/// voice is always kept; so many do not speak at once.
const AUDIO_SLOTS_MAX: usize = 15;
/// Most video lines. More pictures than these are too small to read a face in, and every
/// line costs a few hundred bytes of offer and answer.
const VIDEO_SLOTS_MAX: usize = 12;
/// Most video lines of a visit's people together, so that a visit of a hundred is still carried by
/// one core: in a lesson fewer pictures, of those who speak.
const VIDEO_SLOTS_OF_ALL_MAX: usize = 600;

/// The side of a person that passes and is in no log.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Passing {
    /// What is switched on.
    pub(super) sources: Sources,
    /// Whether socket or media connection is gone at the moment.
    pub(super) reconnecting: bool,
}

/// Who is here, as far as `viewer` may know.
pub(super) fn people(
    visit: &Visit,
    viewer: Uuid,
    passing: impl Fn(Uuid) -> Passing,
) -> ServerMessage {
    let looking = visit.seat(viewer).filter(|_| visit.is_here(viewer));
    let people = looking
        .map(|looking| {
            let others = visit.seats().iter().filter(|seat| seat.id != viewer);
            others.filter_map(|seat| person(visit, looking, seat, passing(seat.id))).collect()
        })
        .unwrap_or_default();
    ServerMessage::People {
        people,
        staff_here: visit.staff_here(),
        apart: looking.and_then(|seat| visit.apart(seat)),
        in_sidebar: looking.is_some() && visit.sidebar().contains(&viewer),
        voice_only: looking.is_some() && visit.attended().is_voice_only(viewer),
        leads: looking.is_some() && visit.lead() == Some(viewer),
    }
}

fn person(visit: &Visit, looking: &Seat, seat: &Seat, passing: Passing) -> Option<Person> {
    let to_staff = is_staff(looking.role);
    let presence = match seat.place {
        // The lost were let in and did not leave: they are on their way back for as long as
        // the visit goes on.
        Place::Away => Presence::Reconnecting,
        Place::Here if passing.reconnecting => Presence::Reconnecting,
        Place::Here => Presence::Here,
        Place::Waiting if to_staff => Presence::Waiting,
        Place::Expected | Place::Declined | Place::Left if to_staff => Presence::Expected,
        Place::Expected | Place::Waiting | Place::Declined | Place::Left | Place::Removed => {
            return None;
        }
    };
    let voice_only = visit.attended().is_voice_only(seat.id);
    let sources = match seat.place {
        Place::Here if voice_only => Sources { camera: false, screen: false, ..passing.sources },
        Place::Here => passing.sources,
        Place::Expected
        | Place::Waiting
        | Place::Away
        | Place::Declined
        | Place::Left
        | Place::Removed => Sources::default(),
    };
    Some(Person {
        participant: seat.id,
        display_name: seat.display_name.clone(),
        role: seat.role,
        language: seat.language.clone(),
        presence,
        sources,
        relationship: seat.relationship,
        leads: visit.lead() == Some(seat.id),
        apart: visit.apart(seat),
        in_sidebar: visit.sidebar().contains(&seat.id),
        voice_only,
        readiness: to_staff.then(|| ready::readiness(visit, seat)),
    })
}

/// The whole picture for one person.
pub(super) fn welcome(
    visit: &Visit,
    seat: &Seat,
    standing: Standing,
    media_up: bool,
    has_recorder: bool,
) -> ServerMessage {
    let may_act = !is_final(standing);
    let may_record = has_recorder && visit.policy().allows_recording();
    let can = capabilities(seat.role)
        .iter()
        .copied()
        .filter(|capability| may_act && (may_record || *capability != Capability::Record));
    ServerMessage::Welcome {
        you: seat.id,
        role: seat.role,
        standing,
        can: can.collect(),
        starts_at: visit.starts_at(),
        ends_at: visit.ends_at(),
        opens_at: visit.opens_at(),
        slots: slots(visit.seats().len()),
        media_up,
    }
}

/// When the visit is, and which part it is in. What is proposed is told to staff only.
pub(super) fn schedule(visit: &Visit, viewer: Uuid) -> ServerMessage {
    let to_staff = visit.seat(viewer).is_some_and(|seat| is_staff(seat.role));
    let counsels = visit.seat(viewer).is_some_and(|seat| may(seat.role, Capability::Counsel));
    ServerMessage::Schedule {
        starts_at: visit.starts_at(),
        ends_at: visit.ends_at(),
        segments: visit.plan().segments.iter().map(|segment| segment.kind).collect(),
        segment: visit.segment(),
        segment_since: visit.segment_since(),
        topics: if counsels {
            visit.attended().topics().iter().copied().collect()
        } else {
            Vec::new()
        },
        hand_over_to: visit.hand_over_to().filter(|_| to_staff),
        no_show_proposed: to_staff && visit.state() == VisitState::NoShowProposed,
        overran: to_staff && visit.overran(),
    }
}

/// How the visit ended, for those who were in it.
pub(super) fn outcome(visit: &Visit, participant: Uuid) -> Option<ServerMessage> {
    visit.seat(participant).filter(|seat| seat.admitted)?;
    visit.outcome().map(|outcome| ServerMessage::Outcome { outcome })
}

/// How many receive slots an offer is to hold: everybody else's voice, and everybody else's
/// face and one screen.
pub(super) fn slots(planned: usize) -> SlotCount {
    let audio = planned.saturating_sub(1).clamp(1, AUDIO_SLOTS_MAX);
    let share = VIDEO_SLOTS_OF_ALL_MAX / planned.max(1);
    let video = audio.saturating_add(1).min(VIDEO_SLOTS_MAX).min(share);
    let narrow = |slots: usize| u8::try_from(slots).unwrap_or(u8::MAX);
    SlotCount { audio: narrow(audio), video: narrow(video) }
}

/// Whether the socket is of no more use to a person who stands there.
pub(super) const fn is_final(standing: Standing) -> bool {
    match standing {
        Standing::Early | Standing::Waiting | Standing::Admitted => false,
        Standing::Declined
        | Standing::Removed
        | Standing::Left
        | Standing::Ended
        | Standing::Cancelled
        | Standing::Missed
        | Standing::Replaced => true,
    }
}
