//! Which entry of an appointment is which person of the visit.
//!
//! In: who is asked for now, who was asked for before, who is in the visit. Out: pairs, who is
//! new, who is asked for no more.
//! Never: takes somebody for another because they have the same name as a third; and never
//! sends away a person whom the appointment did not bring.

use super::person::Person;
use bedside_signaling_api::role::Role;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

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
            let same =
                |seat: &Present<'_>| seat.role == person.asked.role && rule(person, seat, earlier);
            if let Some(index) = free.iter().position(same) {
                *place = Some(free.swap_remove(index).id);
            }
        }
    }
    let brought = |seat: &&Present<'_>| earlier.iter().any(|before| before.participant == seat.id);
    pairing.gone = free.iter().filter(brought).map(|seat| seat.id).collect();
    // In the order of the visit, whatever the pairing did.
    pairing.gone.sort_by_key(|id| present.iter().position(|seat| seat.id == *id));
    pairing
}

fn by_id(person: &Person, seat: &Present<'_>, _: &[Earlier]) -> bool {
    person.known == Some(seat.id)
}

fn by_actor(person: &Person, seat: &Present<'_>, earlier: &[Earlier]) -> bool {
    earlier.iter().filter(|before| before.participant == seat.id).any(|before| {
        (before.actor.is_some() && before.actor == person.actor)
            || (before.unasked && person.entry.is_none())
    })
}

fn by_name(person: &Person, seat: &Present<'_>, earlier: &[Earlier]) -> bool {
    let before = earlier.iter().find(|before| before.participant == seat.id);
    // Two references are two people, whatever they are called.
    let other = before.is_some_and(|before| before.actor.is_some() && person.actor.is_some());
    !other && person.asked.display_name == seat.name
}
