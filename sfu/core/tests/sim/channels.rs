//! Language channels, proven on what arrives: whose voice reaches whom, from when to when.
//!
//! In: voices that are kept from some listeners, on bad lines, also as circles change. Out: what
//! each heard, by when and by whom it was said.
//! Never: trusts what the server says of itself.

use crate::chance::Chance;
use crate::circles::{PEOPLE, line, moves, visit};
use crate::client::Received;
use crate::link::Line;
use crate::world::World;
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

/// Seeds that are run each time. A seed that once found a fault is added here and stays.
const SEEDS: std::ops::RangeInclusive<u64> = 1..=6;
const STEPS: usize = 30;
/// The longest that a turn may take to be heard on a good line: the way there and a packet.
const HEARD_WITHIN: Duration = Duration::from_millis(60);

/// What two voices on one line may differ by: a packet waits while another is on the wire.
const BESIDE_ANOTHER: Duration = Duration::from_millis(1);

/// Some hear some, and not others.
fn silences(chance: &mut Chance) -> BTreeSet<(u64, u64)> {
    let pairs =
        (1..=PEOPLE).flat_map(|listener| (1..=PEOPLE).map(move |speaker| (listener, speaker)));
    pairs.filter(|(listener, speaker)| listener != speaker && chance.permille(350)).collect()
}

fn walk(seed: u64) -> usize {
    let mut chance = Chance::new(seed);
    let mut world = visit(seed, PEOPLE, Line::GOOD);
    for _ in 0..STEPS {
        let who = (1, 1 + chance.next() % PEOPLE);
        match chance.below(8) {
            0 => {
                let line = line(&mut chance);
                world.line(who, line);
            }
            1 => world.microphone(who, chance.permille(600)),
            2 => {
                let (moves, silences) = (moves(&mut chance), silences(&mut chance));
                world.arrange_with(1, &moves, silences);
            }
            3 => {
                world.admit(who, Line::GOOD);
                world.seat_by_person.get_mut(&who).unwrap().client.copies = chance.below(4);
            }
            _ => {
                let silences = silences(&mut chance);
                world.arrange_with(1, &[], silences);
            }
        }
        world.run(Duration::from_millis(20 + chance.next() % 1_500));
    }
    for person in 1..=PEOPLE {
        world.line((1, person), Line::GOOD);
    }
    world.run(Duration::from_secs(4));
    world.check_against_model();
    for person in 1..=PEOPLE {
        world.check_circles((1, person));
    }
    assert_eq!(world.shard.stats().rooms_failed, 0);
    world.learnt
}

#[test]
fn what_is_said_into_a_channel_reaches_nobody_else() {
    let learnt: usize = SEEDS.map(walk).sum();
    println!("{learnt} things learnt, all by those they were for");
    assert!(learnt > 100_000, "only {learnt} things were learnt");
}

/// `SIM_SEED=42 cargo nextest run channels_of_a_given_seed` replays one.
#[test]
#[expect(clippy::disallowed_methods, reason = "the seed to replay is a person's to give")]
fn channels_of_a_given_seed() {
    let seed = std::env::var("SIM_SEED").ok().and_then(|seed| seed.parse().ok());
    assert!(walk(seed.unwrap_or(*SEEDS.start())) > 0);
}

/// The words of a speaker that a listener got, since then.
fn words(world: &World, listener: u64, speaker: u64, since: Instant) -> Vec<Received> {
    let received = world.received((1, listener), since).into_iter();
    let of = |packet: &Received| packet.descriptor.is_none() && packet.tag.participant == speaker;
    received.filter(of).collect()
}

#[test]
fn who_turns_round_is_heard_by_the_others_at_once_and_loses_no_word() {
    // Person 1 interprets: first into the language of 2, then into that of 3.
    let mut world = visit(3, 3, Line::GOOD);
    let (into_two, into_three) = (BTreeSet::from([(3, 1)]), BTreeSet::from([(2, 1)]));
    world.arrange_with(1, &[], into_two);
    world.run(Duration::from_secs(2));
    let turned = world.now;
    world.arrange_with(1, &[], into_three);
    world.run(Duration::from_secs(2));
    let (two, three) = (words(&world, 2, 1, world.start), words(&world, 3, 1, turned));
    let after = three.first().unwrap().at - turned;
    assert!(after < HEARD_WITHIN, "heard only after {after:?}");
    let (last, first) = (two.last().unwrap().tag.frame, three.first().unwrap().tag.frame);
    assert_eq!(first, last + 1, "each word went to one of the two");
    assert!(
        three.len() > 90 && three.windows(2).all(|two| two[1].tag.frame == two[0].tag.frame + 1)
    );
    assert!(two.windows(2).all(|two| two[1].tag.frame == two[0].tag.frame + 1));
    for listener in [2, 3] {
        assert!(words(&world, 1, listener, turned).len() > 90, "the floor is heard all along");
    }
}

#[test]
fn a_channel_takes_no_longer_than_the_floor() {
    // Of person 1 only 2 hears; of person 4 everybody does.
    let mut world = visit(4, PEOPLE, Line::GOOD);
    let since = world.now;
    world.arrange_with(1, &[], BTreeSet::from([(3, 1), (4, 1)]));
    world.run(Duration::from_secs(5));
    let under_way = |speaker| {
        let words = words(&world, 2, speaker, since);
        assert!(words.len() > 200);
        let said = |word: &Received| world.start + Duration::from_micros(word.tag.said_us);
        words.iter().map(|word| word.at - said(word)).max().unwrap()
    };
    assert!(under_way(1).abs_diff(under_way(4)) < BESIDE_ANOTHER);
    assert_eq!(words(&world, 3, 1, since + Duration::from_millis(100)).len(), 0);
}

#[test]
fn a_silence_outlives_an_empty_room_and_ends_with_the_visit() {
    let mut world = visit(5, 2, Line::GOOD);
    world.arrange_with(1, &[], BTreeSet::from([(2, 1)]));
    world.remove((1, 1));
    world.remove((1, 2));
    let emptied = world.now;
    for person in [1, 2] {
        world.admit((1, person), Line::GOOD);
    }
    world.run(Duration::from_secs(4));
    assert_eq!(words(&world, 2, 1, emptied).len(), 0);
    assert!(!words(&world, 1, 2, emptied).is_empty());
    world.close(1);
    world.model.silence(world.now, 1, BTreeSet::new());
    let again = world.now;
    for person in [1, 2] {
        world.admit((1, person), Line::GOOD);
    }
    world.run(Duration::from_secs(4));
    assert!(!words(&world, 2, 1, again).is_empty());
}
