//! A visit of more people than anybody has slots for: a lesson, a conference about a case.
//!
//! In: thirty people, one of whom is always to be heard. Out: nothing; who speaks is heard and seen.

use crate::link::Line;
use crate::world::{EVERYTHING, World};
use bedside_sfu_api::{Grant, Precedence};
use std::time::Duration;

const PEOPLE: u64 = 30;
/// Their voice is kept in a visit of any size.
const KEPT: u64 = PEOPLE;

fn loudness(world: &mut World, person: u64, dbov: i8) {
    world.seat_by_person.get_mut(&(1, person)).unwrap().client.loudness = Some(dbov);
}

#[test]
fn whoever_speaks_is_heard_and_seen_by_all() {
    let mut world = World::new(41);
    for person in 1..=PEOPLE {
        let precedence = Precedence { voice_kept: person == KEPT, ..EVERYTHING.precedence };
        world.admit_with((1, person), Line::GOOD, Grant { precedence, ..EVERYTHING });
        loudness(&mut world, person, -90);
    }
    world.run(Duration::from_secs(3));
    for speaker in [29, 3, 17, 8, 23, 1, 12, 28] {
        loudness(&mut world, speaker, -30);
        world.run(Duration::from_secs(2));
        let since = world.now;
        world.run(Duration::from_secs(1));
        for listener in (1..=PEOPLE).filter(|listener| *listener != speaker) {
            let received = world.received((1, listener), since);
            let of = |person: u64, picture: bool| {
                let of = received.iter().filter(|packet| packet.tag.participant == person);
                of.filter(|packet| packet.descriptor.is_some() == picture).count()
            };
            assert!(of(speaker, false) > 40, "{listener} hears {speaker}");
            assert!(of(speaker, true) > 5, "{listener} sees {speaker}");
            assert!(listener == KEPT || of(KEPT, false) > 40, "{listener} hears who is kept");
        }
        loudness(&mut world, speaker, -90);
    }
}

#[test]
fn a_pinned_picture_stays_whoever_speaks() {
    let mut world = World::new(42);
    for person in 1..=PEOPLE {
        world.admit((1, person), Line::GOOD);
        loudness(&mut world, person, -90);
    }
    world.run(Duration::from_secs(3));
    world.pin((1, 1), (1, 26));
    for speaker in 2..=20 {
        loudness(&mut world, speaker, -30);
        world.run(Duration::from_secs(1));
        loudness(&mut world, speaker, -90);
    }
    let since = world.now;
    world.run(Duration::from_secs(1));
    let received = world.received((1, 1), since);
    let of_pinned = received.iter().filter(|packet| packet.tag.participant == 26);
    assert!(of_pinned.filter(|packet| packet.descriptor.is_some()).count() > 5);
}
