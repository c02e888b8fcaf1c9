//! Random walks: people of three rooms do whatever comes to their mind, the model does the same,
//! and both have to agree whenever it is quiet.

use crate::chance::Chance;
use crate::link::Line;
use crate::world::World;
use std::time::Duration;

/// Seeds that are run each time. A seed that once found a fault is added here and stays.
const SEEDS: [u64; 6] = [1, 2, 3, 4, 5, 6];
const STEPS: usize = 14;

fn line(chance: &mut Chance) -> Line {
    Line {
        kbps: [20_000, 20_000, 8_000][chance.below(3)],
        delay: Duration::from_millis([5, 40, 120][chance.below(3)]),
        loss_permille: [0, 0, 10, 30][chance.below(4)],
        ..Line::GOOD
    }
}

fn walk(seed: u64) {
    let (mut world, mut chance) = (World::new(seed), Chance::new(seed));
    let mut admitted = 0;
    for _ in 0..STEPS {
        let who = (1 + chance.next() % 3, 1 + chance.next() % 3);
        let inside = world.model.people().contains(&who);
        let height = [0, 180, 720][chance.below(3)];
        let line = line(&mut chance);
        match chance.below(10) {
            0 if inside => world.remove(who),
            1 if inside => world.camera(who, false),
            2 if inside => world.camera(who, true),
            3 if inside => world.show(who, height),
            4 if inside => world.line(who, line),
            5 if inside => world.microphone(who, false),
            6 if inside => world.microphone(who, true),
            _ => {
                admitted += 1; // newly, or again after a reload
                world.admit(who, line);
            }
        }
        if chance.permille(400) {
            world.run(Duration::from_millis(chance.next() % 700));
        } else {
            world.check_against_model();
        }
    }
    world.check_against_model();
    assert!(admitted > 3, "seed {seed}: too little happened");
    for who in world.model.people() {
        world.remove(who);
    }
    assert_eq!(world.shard.participants(), 0);
    assert_eq!(world.shard.stats().rooms, 0, "seed {seed}: an empty room is not kept");
}

#[test]
fn random_walks_agree_with_the_model() {
    for seed in SEEDS {
        walk(seed);
    }
}

/// `SIM_SEED=42 cargo nextest run walk_of_a_given_seed` replays one.
#[test]
#[expect(clippy::disallowed_methods, reason = "the seed to replay is a person's to give")]
fn walk_of_a_given_seed() {
    let seed = std::env::var("SIM_SEED").ok().and_then(|seed| seed.parse().ok());
    walk(seed.unwrap_or(SEEDS[0]));
}
