//! Visits as people live them: joining, leaving, muting, coming back, being removed.

use crate::client::Received;
use crate::link::Line;
use crate::world::{EVERYTHING, IN_FLIGHT, World, participant_id};
use bedside_sfu_api::{
    Departure, Event, Grant, ParticipantId, Precedence, Source, Sources, SrtpSuite,
};
use std::collections::BTreeMap;
use std::time::Duration;
use str0m::media::Mid;

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn by_mid(received: &[Received]) -> BTreeMap<Mid, Vec<Received>> {
    let mut by_mid: BTreeMap<Mid, Vec<Received>> = BTreeMap::new();
    for packet in received {
        by_mid.entry(packet.mid).or_default().push(*packet);
    }
    by_mid
}

#[test]
fn four_people_hear_and_see_each_other_soon_and_well() {
    let mut world = World::new(1);
    for person in 1..=4 {
        world.admit((1, person), Line::GOOD);
    }
    world.check_against_model();
    for (who, seat) in &world.seat_by_person {
        assert!(seat.client.connected_at.unwrap() < world.start + Duration::from_millis(400));
        let first = |video| {
            let mut packets = seat.client.received.iter();
            packets.find(|packet| packet.descriptor.is_some() == video).unwrap().at
        };
        // Round trip 40 ms: ICE, DTLS, a keyframe request, a keyframe.
        assert!(first(true) < world.start + Duration::from_millis(700), "{who:?} sees late");
        assert!(first(false) < world.start + Duration::from_millis(400), "{who:?} hears late");
    }
    let suites: Vec<_> = world
        .events
        .iter()
        .filter_map(|(_, event)| match event {
            Event::Connected { suite, .. } => Some(*suite),
            _ => None,
        })
        .collect();
    assert_eq!(suites, [SrtpSuite::AeadAes256Gcm; 4]);
}

#[test]
fn a_stream_begins_with_a_keyframe_and_has_no_hole_of_ours() {
    let mut world = World::new(2);
    world.admit((1, 1), Line::GOOD);
    world.run(seconds(3));
    world.admit((1, 2), Line::GOOD);
    for height in [180, 720, 360, 720] {
        world.run(seconds(4));
        world.show((1, 2), height);
    }
    world.run(seconds(4));
    let received = world.received((1, 2), world.start);
    let mut switches = 0;
    for packets in by_mid(&received).values() {
        let mut sorted = packets.clone();
        sorted.sort_by_key(|packet| packet.seq);
        assert!(sorted.windows(2).all(|pair| pair[1].seq == pair[0].seq + 1), "a hole in seq");
        for pair in sorted.windows(2) {
            let passed = pair[1].timestamp.wrapping_sub(pair[0].timestamp);
            assert!(passed < 48_000, "the timestamp jumps by {passed}");
            let (Some(before), Some(after)) = (pair[0].descriptor, pair[1].descriptor) else {
                continue;
            };
            let step = after.picture_id.wrapping_sub(before.picture_id) & 0x7fff;
            assert!(step <= 1, "the picture id jumps by {step}");
            assert!(after.tl0.wrapping_sub(before.tl0) <= 1);
            if pair[0].tag.layer != pair[1].tag.layer {
                switches += 1;
                assert!(after.starts_keyframe, "a switch without a keyframe");
            }
        }
        if let Some(first) = sorted.first().and_then(|packet| packet.descriptor) {
            assert!(first.starts_keyframe);
        }
    }
    assert!(switches >= 3, "only {switches} switches: the test has lost its point");
}

#[test]
fn two_visits_on_one_shard_never_meet() {
    let mut world = World::new(3);
    for person in 1..=3 {
        world.admit((1, person), Line::GOOD);
        world.admit((2, person), Line::GOOD);
    }
    world.check_against_model();
    for who in world.model.people() {
        assert!(
            world.received(who, world.start).len() > 300,
            "{who:?} received too little to tell"
        );
    }
}

#[test]
fn who_was_removed_receives_nothing_more_and_is_not_received() {
    let mut world = World::new(4);
    for person in 1..=3 {
        world.admit((1, person), Line::GOOD);
    }
    world.run(seconds(3));
    assert!(world.received((1, 3), world.start).len() > 300);
    world.remove((1, 3));
    let removed = world.now;
    world.check_against_model();
    assert!(world.received((1, 3), removed + IN_FLIGHT).is_empty());
    for person in [1, 2] {
        let after = world.received((1, person), removed + IN_FLIGHT);
        assert!(!after.is_empty());
        assert!(after.iter().all(|packet| packet.tag.participant != 3));
    }
}

#[test]
fn a_grant_is_checked_at_both_doors() {
    let mut world = World::new(5);
    let listener =
        Grant { publish: Sources::NONE, hear: true, see: true, precedence: Precedence::default() };
    let speaker =
        Grant { publish: Sources::ALL, hear: false, see: false, precedence: Precedence::default() };
    world.admit((1, 1), Line::GOOD);
    world.admit_with((1, 2), Line::GOOD, listener);
    world.admit_with((1, 3), Line::GOOD, speaker);
    world.check_against_model();
    assert!(world.received((1, 3), world.start).is_empty());
    assert!(world.shard.stats().rtp_not_granted > 100, "the listener's client sent all the same");
}

#[test]
fn a_camera_goes_off_and_on() {
    let mut world = World::new(6);
    world.admit((1, 1), Line::GOOD);
    world.admit((1, 2), Line::GOOD);
    world.check_against_model();
    world.camera((1, 1), false);
    world.check_against_model();
    world.camera((1, 1), true);
    world.check_against_model();
}

#[test]
fn who_mutes_is_not_heard_and_is_heard_again_at_once() {
    let mut world = World::new(12);
    for person in 1..=3 {
        world.admit((1, person), Line::GOOD);
    }
    world.check_against_model();
    world.microphone((1, 1), false);
    world.check_against_model();
    world.microphone((1, 1), true);
    let spoken = world.now;
    world.run(Duration::from_millis(200));
    let received = world.received((1, 2), spoken);
    let first = received.iter().find(|p| p.descriptor.is_none() && p.tag.participant == 1);
    assert!(first.unwrap().at < spoken + Duration::from_millis(80), "the first word is clipped");
    world.check_against_model();
}

#[test]
fn a_reload_takes_the_seat_over_and_disturbs_nobody() {
    let mut world = World::new(7);
    for person in 1..=3 {
        world.admit((1, person), Line::GOOD);
    }
    world.run(seconds(3));
    world.admit((1, 2), Line::GOOD);
    let reloaded = world.now;
    world.check_against_model();
    let mut between = world.received((1, 1), reloaded);
    between.retain(|packet| packet.tag.participant == 3 && packet.descriptor.is_some());
    let gap = between.windows(2).map(|pair| pair[1].at - pair[0].at).max().unwrap();
    assert!(gap < Duration::from_millis(200), "the third person froze for {gap:?}");
    assert!(!world.events.iter().any(|(_, event)| matches!(event, Event::Departed { .. })));
}

#[test]
fn a_client_that_falls_silent_departs_and_one_that_waits_does_not() {
    let mut world = World::new(8);
    world.admit((1, 1), Line::GOOD);
    world.admit((1, 2), Line::GOOD);
    world.run(seconds(2));
    world.line((1, 2), Line { loss_permille: 1_000, ..Line::GOOD });
    world.run(seconds(40));
    let gone: Vec<_> = world
        .events
        .iter()
        .filter_map(|(_, event)| match event {
            Event::Departed { participant, departure, .. } => Some((*participant, *departure)),
            _ => None,
        })
        .collect();
    assert_eq!(gone, [(participant_id((1, 2)), Departure::Silent)]);
}

#[test]
fn pictures_nobody_shows_are_paused_at_the_publisher_and_come_back() {
    let mut world = World::new(9);
    world.admit((1, 1), Line::GOOD);
    world.admit((1, 2), Line::GOOD);
    world.show((1, 1), 720);
    world.show((1, 2), 720);
    world.run(seconds(6));
    assert_eq!(world.seat_by_person[&(1, 1)].client.active, [false, false, true]);
    world.show((1, 2), 0);
    world.check_against_model();
    assert_eq!(world.seat_by_person[&(1, 1)].client.active, [false; 3]);
    world.show((1, 2), 180);
    world.check_against_model();
    assert_eq!(world.seat_by_person[&(1, 1)].client.active, [true, false, false]);
}

#[test]
fn who_speaks_is_told_and_who_is_silent_is_not() {
    let mut world = World::new(10);
    for person in 1..=3 {
        world.admit((1, person), Line::GOOD);
        world.seat_by_person.get_mut(&(1, person)).unwrap().client.loudness = Some(-90);
    }
    world.run(seconds(2));
    // Everybody is told, the speaker too.
    let last = |world: &World| {
        let told_to = |listener| {
            let events = world.events.iter().rev();
            let mut told = events.filter_map(move |(_, event)| match event {
                Event::Speakers { participant, speakers, .. } if *participant == listener => {
                    Some(speakers.clone())
                }
                _ => None,
            });
            told.next()
        };
        let [first, second, third] = [1, 2, 3].map(|person| told_to(participant_id((1, person))));
        assert_eq!((&first, &second), (&second, &third));
        first
    };
    assert_eq!(last(&world).unwrap_or_default(), Vec::<ParticipantId>::new());
    world.seat_by_person.get_mut(&(1, 2)).unwrap().client.loudness = Some(-30);
    world.run(seconds(1));
    assert_eq!(last(&world).unwrap(), [participant_id((1, 2))]);
    world.seat_by_person.get_mut(&(1, 2)).unwrap().client.loudness = None;
    world.run(seconds(2));
    assert_eq!(last(&world).unwrap(), []);
}

#[test]
fn slots_are_named_by_the_lines_of_the_offer() {
    let mut world = World::new(11);
    world.admit((1, 1), Line::GOOD);
    world.admit_with((1, 2), Line::GOOD, EVERYTHING);
    world.run(seconds(3));
    let slots = world.events.iter().rev().find_map(|(_, event)| match event {
        Event::Slots { participant, slots, .. } if *participant == participant_id((1, 1)) => {
            Some(slots.clone())
        }
        _ => None,
    });
    let received = world.received((1, 1), world.start);
    for slot in slots.unwrap() {
        let plays: Vec<_> =
            received.iter().filter(|packet| packet.mid.to_string() == slot.mid).collect();
        assert_eq!(plays.is_empty(), slot.bound.is_none(), "slot {}", slot.mid);
        if let Some((publisher, source)) = slot.bound {
            assert_eq!(publisher, participant_id((1, 2)));
            let video = source == Source::Camera;
            assert!(plays.iter().all(|packet| packet.descriptor.is_some() == video));
        }
    }
}
