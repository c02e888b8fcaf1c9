//! Which entry of an appointment is which person of the visit.
//!
//! In: who is asked for now, who was asked for before, who is in the visit. Out: pairs, who is
//! new and by which id, who is asked for no more.
//! Never: takes somebody for another because they have the same name as a third; and never
//! sends away a person whom the appointment did not bring.

use super::person::Person;
use crate::identifiers::Identifiers;
use crate::store::VisitRow;
use bedside_signaling_api::role::Role;
use serde::{Deserialize, Serialize};
use uuid::{Builder, Uuid, Version};

/// Which entry of the kept appointment a person of the visit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Seated {
    /// Their id in the visit.
    pub(super) participant: Uuid,
    /// Where they stand in `participant`; none for an interpreter who came because one is
    /// needed.
    pub(super) entry: Option<usize>,
}

/// Somebody whom the appointment asked for before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Earlier {
    /// Their id in the visit.
    pub(super) participant: Uuid,
    /// Whom the entry referred to.
    pub(super) actor: Option<String>,
    /// They came because an interpreter is needed.
    pub(super) unasked: bool,
}

/// Somebody who is in the visit now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Present<'a> {
    /// Their id in the visit.
    pub(super) id: Uuid,
    /// The part they play.
    pub(super) role: Role,
    /// What the others see.
    pub(super) name: &'a str,
    /// Another organisation sends them, and says who they are.
    pub(super) theirs: bool,
}

/// What becomes of whom.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Pairing {
    /// Where each person asked for stands: with whom they are one, or that they are new. In the
    /// order of asking.
    pub(super) asked: Vec<Option<Uuid>>,
    /// Who was asked for before and is no more.
    pub(super) gone: Vec<Uuid>,
}

/// Pairs the people asked for with those who are there.
pub(super) fn pair(asked: &[Person], earlier: &[Earlier], present: &[Present<'_>]) -> Pairing {
    let mut free: Vec<Present<'_>> = present.to_vec();
    let mut pairing = Pairing { asked: vec![None; asked.len()], gone: Vec::new() };
    for rule in [by_id, by_actor, by_name] {
        for (person, place) in asked.iter().zip(&mut pairing.asked) {
            if place.is_some() {
                continue;
            }
            if let Some(index) = free.iter().position(|seat| rule(person, seat, earlier)) {
                *place = Some(free.swap_remove(index).id);
            }
        }
    }
    let brought = |seat: &&Present<'_>| {
        let before = earlier.iter().any(|before| before.participant == seat.id);
        !seat.theirs && (before || seat.id.get_version() == Some(Version::Custom))
    };
    pairing.gone = free.iter().filter(brought).map(|seat| seat.id).collect();
    // In the order of the visit, whatever the pairing did.
    pairing.gone.sort_by_key(|id| present.iter().position(|seat| seat.id == *id));
    pairing
}

/// The id of somebody new: the same whenever this writing is tried again, so that nobody is
/// invited twice, and of a version that tells whom an appointment has brought, even if the server
/// stopped before the appointment was kept.
pub(super) fn id(
    identifiers: &Identifiers,
    (visit, revision): (&VisitRow, u64),
    person: &Person,
) -> Uuid {
    let (asked, revision) = (&person.asked, revision.to_string());
    let entry = person.entry.map(|entry| entry.to_string()).unwrap_or_default();
    let actor = person.actor.as_deref().unwrap_or_default();
    let is_free = |id: &Uuid| !visit.participants.iter().any(|seat| seat.id == *id);
    // Who was sent away under an id does not come back under it.
    let mut ids = (0..=visit.participants.len()).map(|turn| {
        let turn = turn.to_string();
        let name = &*asked.display_name;
        let words = [&*revision, &*entry, &*turn, actor, asked.role.name(), &*asked.language, name];
        let mut id = [0; 16];
        id.iter_mut().zip(identifiers.place(visit.id, &words)).for_each(|(to, from)| *to = from);
        Builder::from_custom_bytes(id).into_uuid()
    });
    ids.find(is_free).unwrap_or_else(Uuid::now_v7)
}

fn by_id(person: &Person, seat: &Present<'_>, _: &[Earlier]) -> bool {
    person.known == Some(seat.id) && (seat.theirs || is_part(person, seat))
}

/// Whether somebody of this organisation has the part that is asked for.
fn is_part(person: &Person, seat: &Present<'_>) -> bool {
    !seat.theirs && seat.role == person.asked.role
}

fn by_actor(person: &Person, seat: &Present<'_>, earlier: &[Earlier]) -> bool {
    let mut before = earlier.iter().filter(|before| before.participant == seat.id);
    let is_same = before.any(|before| {
        (before.actor.is_some() && before.actor == person.actor)
            || (before.unasked && person.entry.is_none())
    });
    is_same && is_part(person, seat)
}

fn by_name(person: &Person, seat: &Present<'_>, earlier: &[Earlier]) -> bool {
    let before = earlier.iter().find(|before| before.participant == seat.id);
    // Two references are two people, whatever they are called.
    let other = before.is_some_and(|before| before.actor.is_some() && person.actor.is_some());
    !other && is_part(person, seat) && person.asked.display_name == seat.name
}
