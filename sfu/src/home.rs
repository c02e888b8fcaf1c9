//! Which shard a room lives on: a new one goes where the fewest people are.
//!
//! In: commands on their way; how many people each shard has. Out: the number of a shard.
//! Never: moves a room while it is open; what a shard holds of a room is there alone.

use bedside_sfu_api::{Command, RoomId};
use std::collections::HashMap;

/// The homes of all rooms that are open.
#[derive(Debug, Default)]
pub(crate) struct Homes {
    shard_by_room: HashMap<RoomId, usize>,
}

impl Homes {
    /// The shard a command goes to; `None` where it is about a room that no shard knows.
    pub(crate) fn find(&mut self, command: &Command, people: &[usize]) -> Option<usize> {
        let room = command.room();
        if let Command::Close { .. } = command {
            return self.shard_by_room.remove(&room);
        }
        if let Some(shard) = self.shard_by_room.get(&room) {
            return Some(*shard);
        }
        let (shard, _) = people.iter().enumerate().min_by_key(|(_, people)| **people)?;
        begins(command).then(|| *self.shard_by_room.entry(room).or_insert(shard))
    }
}

/// Whether a shard that does not know the room has to keep something of it from now on.
fn begins(command: &Command) -> bool {
    match command {
        Command::Admit { .. } => true,
        Command::Tap { tap, .. } => tap.is_some(),
        Command::Arrange { silences, .. } => !silences.is_empty(),
        Command::RestartIce { .. }
        | Command::Switch { .. }
        | Command::Show { .. }
        | Command::Refresh { .. }
        | Command::Remove { .. }
        | Command::Close { .. } => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bedside_sfu_api::{
        Circle, ConnectionId, Grant, ParticipantId, Precedence, Silence, Sources,
    };
    use proptest::prelude::*;
    use uuid::Uuid;

    fn room(number: u64) -> RoomId {
        RoomId(Uuid::from_u64_pair(7, number))
    }

    fn command(kind: u8, number: u64) -> Command {
        let (room, participant) = (room(number), ParticipantId(Uuid::from_u128(1)));
        let (publish, precedence) = (Sources::ALL, Precedence::default());
        match kind {
            0 => Command::Admit {
                room,
                participant,
                connection: ConnectionId(1),
                grant: Grant { publish, hear: true, see: true, precedence },
                circle: Circle::MAIN,
                sources: Sources::ALL,
                offer: String::new(),
            },
            1 => Command::Tap { room, tap: None },
            2 => Command::Remove { room, participant },
            3 => {
                let silences = vec![Silence { listener: participant, speaker: participant }];
                Command::Arrange { room, circles: Vec::new(), silences }
            }
            _ => Command::Close { room },
        }
    }

    #[test]
    fn a_new_room_goes_where_the_fewest_are_and_stays() {
        let mut homes = Homes::default();
        assert_eq!(homes.find(&command(0, 1), &[5, 3, 4]), Some(1));
        assert_eq!(homes.find(&command(0, 1), &[0, 9, 0]), Some(1));
        assert_eq!(homes.find(&command(2, 1), &[0, 9, 0]), Some(1));
        assert_eq!(homes.find(&command(4, 1), &[0, 9, 0]), Some(1));
        assert_eq!(homes.find(&command(0, 1), &[0, 9, 0]), Some(0), "it was closed");
        assert_eq!(homes.find(&command(0, 2), &[]), None);
    }

    proptest! {
        /// Nothing of a room is kept once it is closed, and until then it is in one place.
        #[test]
        fn rooms_stay_and_are_forgotten(
            steps in proptest::collection::vec((0_u8..5, 0_u64..4, [0_usize..9, 0..9]), 0..200),
        ) {
            let mut homes = Homes::default();
            let mut home_by_room = HashMap::new();
            for (kind, number, people) in steps {
                let found = homes.find(&command(kind, number), &people);
                let known = home_by_room.get(&number).copied();
                prop_assert!(known.is_none() || found == known);
                match kind {
                    4 => drop(home_by_room.remove(&number)),
                    0 | 3 => drop(home_by_room.insert(number, found.unwrap())),
                    _ => prop_assert_eq!(found, known),
                }
                prop_assert_eq!(homes.shard_by_room.len(), home_by_room.len());
            }
        }
    }
}
