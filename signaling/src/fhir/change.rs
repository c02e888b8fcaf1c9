//! What has to be done to a visit so that it is as its appointment says.
//!
//! In: what is wanted, the visit as it stands, who is who. Out: commands, in an order in which
//! each can be decided after the one before.
//! Never: sends one; and never revives a visit that is over.

use super::person::Person;
use super::seats::{Pairing, Seated};
use super::status::Status;
use super::wanted::Wanted;
use crate::store::{ParticipantRow, VisitRow};
use crate::visit::{By, Command, Expected};
use bedside_signaling_api::visit::VisitState;
use uuid::Uuid;

/// What is to be done, and who sits where when it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Changes {
    /// The commands, in order.
    pub(super) commands: Vec<Command>,
    /// Which entry is which person.
    pub(super) seated: Vec<Seated>,
}

/// What makes the visit as it is wanted.
pub(super) fn changes(
    wanted: &Wanted,
    visit: &VisitRow,
    pairing: &Pairing,
    id: impl Fn(&Person) -> Uuid,
) -> Changes {
    let paired = |place: &Option<Uuid>, person: &Person| {
        place.map(|participant| Seated { participant, entry: person.entry })
    };
    let pairs = || pairing.asked.iter().zip(&wanted.people);
    if let Some(commands) = last_word(wanted.status, visit.state) {
        let seated = pairs().filter_map(|(place, person)| paired(place, person)).collect();
        return Changes { commands, seated };
    }
    let mut commands = Vec::new();
    if let Some(time) = wanted.time
        && (time.starts_at, time.minutes) != (visit.starts_at, visit.duration_minutes)
    {
        let (starts_at, duration_minutes) = (time.starts_at, time.minutes);
        commands.push(Command::Reschedule { starts_at, duration_minutes });
    }
    commands.extend(pairing.gone.iter().map(|gone| Command::Uninvite { participant: *gone }));
    let mut seated = Vec::with_capacity(wanted.people.len());
    for (place, person) in pairs() {
        let seat = visit.participants.iter().find(|seat| Some(seat.id) == *place);
        let participant = seat.map_or_else(|| id(person), |seat| seat.id);
        seated.push(Seated { participant, entry: person.entry });
        match seat {
            // Whom another organisation sends, that organisation describes.
            Some(seat) if seat.partner.is_some() => {}
            Some(seat) => commands.extend(amend(person, seat)),
            None => {
                let expected = expected(person, participant);
                commands.push(Command::Invite { by: By::Desk, expected });
            }
        }
    }
    Changes { commands, seated }
}

/// Where the code leaves room for one thing only.
pub(super) fn last_word(status: Status, state: VisitState) -> Option<Vec<Command>> {
    let once = |done: bool, command: Command| Some(if done { Vec::new() } else { vec![command] });
    match status {
        Status::Cancelled | Status::EnteredInError => {
            once(state == VisitState::Cancelled, Command::Cancel)
        }
        Status::NoShow => {
            once(state == VisitState::NoShow, Command::ConfirmNoShow { by: By::Desk })
        }
        Status::Fulfilled => {
            let end = Command::End { by: By::Desk, outcome: None, skip: Vec::new() };
            once(state == VisitState::Ended, end)
        }
        Status::Proposed
        | Status::Pending
        | Status::Booked
        | Status::Arrived
        | Status::CheckedIn
        | Status::Waitlist => None,
    }
}

/// Puts right what the appointment says and only that.
fn amend(person: &Person, seat: &ParticipantRow) -> Option<Command> {
    let language = if person.language_told { &person.asked.language } else { &seat.language };
    let name = if person.name_told { &person.asked.display_name } else { &seat.display_name };
    let same = *language == seat.language && *name == seat.display_name;
    (!same).then(|| Command::Amend {
        participant: seat.id,
        language: language.clone(),
        display_name: name.clone(),
    })
}

fn expected(person: &Person, id: Uuid) -> Expected {
    Expected {
        id,
        role: person.asked.role,
        language: person.asked.language.clone(),
        display_name: person.asked.display_name.clone(),
        partner: None,
        relationship: person.asked.relationship,
        authority: person.asked.authority,
        interpreter_needed: person.asked.interpreter_needed,
    }
}
