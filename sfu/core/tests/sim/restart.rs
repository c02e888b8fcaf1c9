//! Another way on the same connection: somebody's network changes, is cut, or is looked past in
//! time, and nothing but the way is new.

use crate::client::{Client, SlotCount};
use crate::link::Line;
use crate::model::Who;
use crate::world::{SERVER, World, participant_id};
use bedside_sfu_api::{Event, IceCredentials};
use bedside_sfu_core::Datagram;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

const MOVER: Who = (1, 1);
const OTHER: Who = (1, 2);
/// A page learns of a new network, and its word reaches us.
const TOLD_AFTER: Duration = Duration::from_millis(300);
/// Checks, and what a frame takes to be there.
const FOUND_WITHIN: Duration = Duration::from_millis(400);

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn two_people(seed: u64) -> World {
    let mut world = World::new(seed);
    world.admit(MOVER, Line::GOOD);
    world.admit(OTHER, Line::GOOD);
    world.run(seconds(4));
    world
}

/// The longest time nothing was received, and how much was in all.
fn longest_gap(world: &World, who: Who, since: Instant) -> (Duration, usize) {
    let received = world.received(who, since);
    let mut instants: Vec<_> = received.iter().map(|packet| packet.at).collect();
    instants.insert(0, since);
    instants.push(world.now);
    let gaps = instants.windows(2).map(|pair| pair[1].saturating_duration_since(pair[0]));
    (gaps.max().unwrap(), received.len())
}

/// How long nothing had been heard of those who were reached again, by when they were.
fn reached(world: &World, since: Instant) -> Vec<(Duration, u32)> {
    let events = world.events.iter().filter(|(at, _)| *at >= since);
    let reached = events.filter_map(|(at, event)| match event {
        Event::Reached { participant, unheard_ms, .. } if *participant == participant_id(MOVER) => {
            Some((*at - since, *unheard_ms))
        }
        _ => None,
    });
    reached.collect()
}

/// Nobody shook hands anew, was answered anew or got other slots, and no number was left out or
/// given twice.
fn check_nothing_else_changed(world: &mut World, since: Instant) {
    let shaken = world.shaken.iter().filter(|(at, _)| *at >= since).count();
    assert_eq!(shaken, 0, "a new DTLS handshake");
    let anew = world.events.iter().filter(|(at, event)| {
        let is_new = matches!(
            event,
            Event::Admitted { .. }
                | Event::Connected { .. }
                | Event::Departed { .. }
                | Event::Slots { .. }
        );
        *at >= since && is_new
    });
    assert_eq!(anew.count(), 0);
    world.check_circles(MOVER);
    world.check_circles(OTHER);
    world.check_against_model();
}

#[test]
fn a_change_of_network_costs_as_long_as_it_takes_to_be_told_of_it() {
    for seed in 1..=3 {
        let mut world = two_people(seed);
        let moved = world.now;
        let from = world.seat_by_person[&MOVER].address;
        let to = world.relocate(MOVER);
        world.run(TOLD_AFTER);
        world.restart_ice(MOVER);
        world.run(seconds(4));
        let told = reached(&world, moved);
        assert!(matches!(told[..], [(at, _)] if at < TOLD_AFTER + FOUND_WITHIN), "{told:?}");
        for who in [MOVER, OTHER] {
            let (gap, packets) = longest_gap(&world, who, moved);
            assert!(
                gap < TOLD_AFTER + FOUND_WITHIN,
                "seed {seed}: {who:?} had nothing for {gap:?}"
            );
            assert!(packets > 200, "seed {seed}: {who:?} received {packets} packets in all");
        }
        let late = world.now - seconds(3);
        let left = |address| world.astray.iter().any(|(at, a)| *at > late && *a == address);
        assert!(!left(from), "seed {seed}: something still goes where nobody is");
        assert_eq!(world.seat_by_person[&MOVER].address, to);
        check_nothing_else_changed(&mut world, moved);
    }
}

#[test]
fn a_way_that_still_works_is_used_until_the_new_one_is_found() {
    for seed in 1..=3 {
        let mut world = two_people(seed);
        let began = world.now;
        world.restart_ice(MOVER);
        world.run(seconds(4));
        let told = reached(&world, began);
        assert!(matches!(told[..], [(_, unheard)] if unheard < 1_000), "{told:?}");
        for who in [MOVER, OTHER] {
            let (gap, _) = longest_gap(&world, who, began);
            assert!(gap < Duration::from_millis(150), "seed {seed}: {who:?} froze for {gap:?}");
        }
        check_nothing_else_changed(&mut world, began);
    }
}

#[test]
fn a_cut_of_twenty_seconds_ends_on_the_same_connection() {
    let mut world = two_people(1);
    let cut = world.now;
    world.line(MOVER, Line { loss_permille: 1_000, ..Line::GOOD });
    world.run(seconds(20));
    world.line(MOVER, Line::GOOD);
    let back = world.now;
    world.restart_ice(MOVER);
    world.run(seconds(6));
    let told = reached(&world, back);
    let [(at, unheard)] = told[..] else { panic!("{told:?}") };
    assert!(at < FOUND_WITHIN, "{told:?}");
    assert!((19_500..21_000).contains(&unheard), "{told:?}");
    for who in [MOVER, OTHER] {
        let (gap, packets) = longest_gap(&world, who, back + seconds(1));
        assert!(gap < FOUND_WITHIN && packets > 200, "{who:?} had nothing for {gap:?}");
    }
    check_nothing_else_changed(&mut world, cut);
}

#[test]
fn checks_by_former_credentials_are_answered_no_more() {
    let mut world = two_people(1);
    let checked = |world: &World, since| {
        world.checked.iter().filter(|(at, who)| *at >= since && *who == MOVER).count()
    };
    assert!(checked(&world, world.start) > 0);
    // The server is told; this client never learns of it, and goes on checking as before.
    let restarted = world.now;
    let theirs = IceCredentials::new("somebody".to_owned(), "p".repeat(22)).unwrap();
    world.tell_restart(MOVER, theirs);
    world.run(seconds(1));
    assert_eq!(checked(&world, restarted), 0);
    let (gap, _) = longest_gap(&world, OTHER, restarted);
    assert!(gap < Duration::from_millis(150), "what is under way the old way still comes: {gap:?}");
}

/// An answer to somebody's offer, as if it were one to this one.
fn to_the_lines_of(offer: &str, answer: &str) -> String {
    let mids = |sdp: &str| -> Vec<String> {
        let lines = sdp.lines().filter_map(|line| line.strip_prefix("a=mid:"));
        lines.map(str::to_owned).collect()
    };
    let mine_by_theirs: BTreeMap<_, _> = mids(answer).into_iter().zip(mids(offer)).collect();
    let lines = answer.lines().map(|line| match line.split_once(':') {
        Some(("a=mid", mid)) => format!("a=mid:{}\r\n", mine_by_theirs[mid]),
        Some(("a=group", _)) => format!("a=group:BUNDLE {}\r\n", mids(offer).join(" ")),
        // A candidate that names other credentials than its line would not be tried at all.
        Some(("a=candidate", _)) => format!("{}\r\n", line.split(" ufrag ").next().unwrap()),
        _ => format!("{line}\r\n"),
    });
    lines.collect()
}

/// Somebody else checks us by what they have, for three seconds; how often they tried.
fn attack(world: &mut World, answer: &str) -> usize {
    let address = SocketAddr::from(([203, 0, 113, 9], 4_444));
    let slots = SlotCount { audio: 6, video: 7 };
    let (mut attacker, offer) = Client::offer(world.now, (9, 9), address, slots);
    attacker.accept(world.now, &to_the_lines_of(&offer, answer));
    let (end, mut tries) = (world.now + seconds(3), 0);
    while world.now < end {
        attacker.handle_timeout(world.now);
        while let Some((destination, bytes)) = attacker.transmits.pop_front() {
            assert_eq!(destination, SERVER);
            tries += 1;
            let datagram = Datagram { source: address, destination, payload: &bytes };
            world.shard.handle_datagram(world.now, datagram);
            world.drain_shard();
            // And media at once, as if the check had been good.
            let media = [0x80, 111, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 2, 3];
            let datagram = Datagram { payload: &media, ..datagram };
            world.shard.handle_datagram(world.now, datagram);
            world.drain_shard();
        }
        world.run(Duration::from_millis(20));
    }
    assert!(!world.astray.iter().any(|(_, to)| *to == address), "the attacker was answered");
    tries
}

#[test]
fn whoever_has_other_credentials_changes_nothing_before_during_or_after() {
    let mut world = two_people(1);
    let answers = |world: &World| {
        let events = world.events.iter().filter_map(|(_, event)| match event {
            Event::Admitted { participant, answer, .. } => Some((*participant, answer.clone())),
            _ => None,
        });
        events.collect::<Vec<_>>()
    };
    let mine = |(id, _): &(_, String)| *id == participant_id(MOVER);
    let (_, answer) = answers(&world).into_iter().find(mine).unwrap();
    let with = |name: &str, value: &str| -> String {
        let lines = answer.lines().map(|line| match line.split_once(':') {
            Some((found, _)) if found == name => format!("{name}:{value}\r\n"),
            _ => format!("{line}\r\n"),
        });
        lines.collect()
    };
    let began = world.now;
    let former = &answer;
    for attempt in [with("a=ice-ufrag", "guessed"), with("a=ice-pwd", &"g".repeat(22))] {
        assert!(attack(&mut world, &attempt) > 1);
    }
    world.restart_ice(MOVER);
    for attempt in [former, &with("a=ice-ufrag", "guessed")] {
        assert!(attack(&mut world, attempt) > 1);
    }
    assert_eq!(reached(&world, began).len(), 1);
    for who in [MOVER, OTHER] {
        let (gap, _) = longest_gap(&world, who, began);
        assert!(gap < Duration::from_millis(150), "{who:?} froze for {gap:?}");
    }
    check_nothing_else_changed(&mut world, began);
}
