//! What leads out to a recorder, proven on what is taken: of whom, said when and where.
//!
//! In: people who agree, withdraw, step aside and come back, on bad lines. Out: every packet that
//! was taken, checked as it comes out (`World::check_tapped`), and what the visit itself received.
//! Never: trusts what the server says of itself.

use crate::chance::Chance;
use crate::circles::{PEOPLE, line, moves, visit};
use crate::link::Line;
use crate::media::{Descriptor, Tag};
use crate::world::{EVERYTHING, World, participant_id, room_id};
use bedside_sfu_api::{Command, Grant, Source, Sources, Tapped, TappedPacket, TappedReport, Turn};
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

/// Seeds that are run each time. A seed that once found a fault is added here and stays.
const SEEDS: std::ops::RangeInclusive<u64> = 1..=8;
const STEPS: usize = 30;
const ROOM: u64 = 1;

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn packets(world: &World, since: Instant) -> Vec<(Instant, TappedPacket)> {
    let tapped = world.tapped.iter().filter(|(at, _)| *at >= since);
    tapped
        .filter_map(|(at, tapped)| match tapped {
            Tapped::Packet(packet) => Some((*at, packet.clone())),
            Tapped::Report(_) | Tapped::Missed { .. } => None,
        })
        .collect()
}

/// Of one person's camera: when, of which layer, and whether a keyframe begins.
fn pictures(world: &World, person: u64, since: Instant) -> Vec<(Instant, u8, bool)> {
    let of = |packet: &TappedPacket| {
        let stream = packet.stream;
        stream.participant == participant_id((ROOM, person)) && stream.source == Source::Camera
    };
    let packets = packets(world, since).into_iter().filter(|(_, packet)| of(packet));
    packets
        .map(|(at, packet)| {
            let starts = Descriptor::read(&packet.payload).starts_keyframe;
            (at, Tag::read(&packet.payload).layer, starts)
        })
        .collect()
}

/// The words of one person, by the number of their frame.
fn words(world: &World, person: u64, since: Instant) -> Vec<u32> {
    let of = |packet: &TappedPacket| {
        let stream = packet.stream;
        stream.participant == participant_id((ROOM, person)) && stream.source == Source::Microphone
    };
    let packets = packets(world, since).into_iter().filter(|(_, packet)| of(packet));
    packets.map(|(_, packet)| Tag::read(&packet.payload).frame).collect()
}

fn taken_of(world: &World, since: Instant) -> BTreeSet<(u64, Source)> {
    let person =
        |packet: &TappedPacket| u64::try_from(packet.stream.participant.0.as_u128()).unwrap();
    let packets = packets(world, since).into_iter();
    packets.map(|(_, packet)| (person(&packet), packet.stream.source)).collect()
}

fn both(people: &[u64]) -> BTreeSet<(u64, Source)> {
    let sources = |person: &u64| [(*person, Source::Microphone), (*person, Source::Camera)];
    people.iter().flat_map(sources).collect()
}

#[test]
fn only_those_named_are_taken_and_nobody_from_the_moment_it_ends() {
    let mut world = visit(1, 3, Line::GOOD);
    world.admit((2, 1), Line::GOOD);
    world.run(seconds(2));
    assert_eq!(world.tapped, [], "nobody has agreed");
    world.tap(ROOM, &[1, 3]);
    let began = world.now;
    world.run(seconds(3));
    assert_eq!(taken_of(&world, began), both(&[1, 3]));
    let first = packets(&world, began).first().unwrap().0;
    assert!(first - began < Duration::from_millis(400), "{:?}", first - began);
    world.tap(ROOM, &[3]);
    let withdrawn = world.now;
    world.run(seconds(2));
    assert_eq!(taken_of(&world, withdrawn), both(&[3]), "from the same moment on");
    world.tap(ROOM, &[]);
    let ended = world.now;
    world.run(seconds(2));
    assert_eq!(taken_of(&world, ended), both(&[]));
}

fn walk(seed: u64) -> usize {
    let mut chance = Chance::new(seed);
    let mut world = visit(seed, PEOPLE, Line::GOOD);
    for _ in 0..STEPS {
        let who = (ROOM, 1 + chance.next() % PEOPLE);
        match chance.below(14) {
            0 => {
                // A reload, and by the time it is answered the person may belong elsewhere.
                let circle = u32::try_from(chance.below(2)).unwrap();
                let line = line(&mut chance);
                world.admit_to(who, line, EVERYTHING, circle);
                world.seat_by_person.get_mut(&who).unwrap().client.copies = chance.below(4);
            }
            1 => {
                world.remove(who);
                world.run(Duration::from_millis(chance.next() % 300));
                world.admit(who, Line::GOOD);
            }
            2 => {
                let line = line(&mut chance);
                world.line(who, line);
            }
            3 => world.microphone(who, chance.permille(600)),
            4 => world.camera(who, chance.permille(600)),
            5 => world.command(Command::Refresh {
                room: room_id(ROOM),
                participant: participant_id(who),
                source: Source::Camera,
            }),
            6..9 => world.arrange(ROOM, &moves(&mut chance)),
            _ => {
                let people = (1..=PEOPLE).filter(|_| chance.permille(700));
                let people: Vec<u64> = people.collect();
                world.tap(ROOM, &people);
            }
        }
        world.run(Duration::from_millis(20 + chance.next() % 1_500));
    }
    let everybody: Vec<u64> = (1..=PEOPLE).collect();
    for person in &everybody {
        world.line((ROOM, *person), Line::GOOD);
        world.microphone((ROOM, *person), true);
        world.camera((ROOM, *person), true);
    }
    let home: Vec<(u64, u32)> = everybody.iter().map(|person| (*person, 0)).collect();
    world.arrange(ROOM, &home);
    world.tap(ROOM, &everybody);
    world.run(seconds(4));
    let since = world.now;
    world.run(seconds(1));
    assert_eq!(taken_of(&world, since), both(&everybody), "seed {seed}: all who agreed");
    assert_eq!(world.shard.stats().rooms_failed, 0);
    world.tapped.len()
}

#[test]
fn whatever_people_do_nothing_is_taken_but_what_was_said_together_by_those_who_had_agreed() {
    let taken: usize = SEEDS.map(walk).sum();
    println!("{taken} packets taken, all where and when they might be");
    assert!(taken > 50_000, "only {taken} packets were taken");
}

/// `SIM_SEED=42 cargo nextest run taps_of_a_given_seed` replays one.
#[test]
#[expect(clippy::disallowed_methods, reason = "the seed to replay is a person's to give")]
fn taps_of_a_given_seed() {
    let seed = std::env::var("SIM_SEED").ok().and_then(|seed| seed.parse().ok());
    assert!(walk(seed.unwrap_or(*SEEDS.start())) > 0);
}

#[test]
fn each_turn_begins_with_a_keyframe_and_a_change_of_turn_costs_no_word() {
    let mut world = visit(2, 3, Line::GOOD);
    world.tap(ROOM, &[1]);
    world.run(seconds(3));
    let changed = world.now;
    world.tap(ROOM, &[1, 2]);
    world.run(seconds(2));
    let shown = pictures(&world, 1, changed);
    assert!(shown[0].2, "a new turn begins with a keyframe");
    assert!(shown[0].0 - changed < Duration::from_millis(200), "{:?}", shown[0].0 - changed);
    let said = words(&world, 1, world.start);
    assert!(said.len() > 200 && said.windows(2).all(|two| two[1] == two[0] + 1));
    world.run(seconds(33));
    let of = pictures(&world, 1, changed);
    let keyframes: Vec<_> = of.iter().filter(|(.., starts)| *starts).map(|(at, ..)| *at).collect();
    let longest = keyframes.windows(2).map(|two| two[1] - two[0]).max().unwrap();
    assert!(longest <= seconds(10), "{longest:?} without a keyframe");
    let asked = world.now;
    let (room, participant) = (room_id(ROOM), participant_id((ROOM, 1)));
    for source in Source::ALL {
        world.command(Command::Refresh { room, participant, source });
    }
    world.run(Duration::from_millis(300));
    assert!(pictures(&world, 1, asked).iter().any(|(.., starts)| *starts), "asked, and given");
}

#[test]
fn what_nobody_looks_at_is_sent_for_the_recording_in_its_best_layer_and_no_longer() {
    let mut world = visit(3, 2, Line::GOOD);
    world.show((ROOM, 1), 0);
    world.show((ROOM, 2), 0);
    world.run(seconds(4));
    let active = |world: &World, person| world.seat_by_person[&(ROOM, person)].client.active;
    assert_eq!((active(&world, 1), active(&world, 2)), ([false; 3], [false; 3]));
    world.tap(ROOM, &[1]);
    let began = world.now;
    world.run(seconds(3));
    assert_eq!(active(&world, 1), [false, false, true], "720 lines");
    assert_eq!(active(&world, 2), [false; 3]);
    let layers: BTreeSet<u8> = pictures(&world, 1, began).iter().map(|taken| taken.1).collect();
    assert_eq!(layers, BTreeSet::from([2]));
    world.tap(ROOM, &[]);
    world.run(seconds(4));
    assert_eq!(active(&world, 1), [false; 3]);
}

#[test]
fn layers_change_at_keyframes_and_a_lost_layer_is_replaced() {
    let mut world = visit(4, 2, Line::GOOD);
    world.tap(ROOM, &[1]);
    let since = world.now;
    world.run(seconds(4));
    let give_up = |world: &mut World, layers| {
        world.seat_by_person.get_mut(&(ROOM, 1)).unwrap().client.given_up = layers;
    };
    // The page gives up its largest layer, and takes it up again.
    give_up(&mut world, [false, false, true]);
    world.run(seconds(5));
    let between = world.now;
    give_up(&mut world, [false; 3]);
    world.run(seconds(6));
    let shown = pictures(&world, 1, since);
    let late = |(at, ..): &&(Instant, u8, bool)| *at < between && *at + seconds(2) > between;
    assert!(shown.iter().filter(late).count() > 30, "the next best");
    assert!(shown.iter().filter(late).all(|taken| taken.1 == 1), "the next best");
    assert_eq!(shown.last().unwrap().1, 2, "back when it flows again");
    let changes: Vec<_> = shown.windows(2).filter(|two| two[0].1 != two[1].1).collect();
    assert_eq!(changes.len(), 2, "down, and up again");
    assert!(changes.iter().all(|two| two[1].2), "only at keyframes");
    let longest = shown.windows(2).map(|two| two[1].0 - two[0].0).max().unwrap();
    assert!(longest < Duration::from_millis(1_500), "nothing was taken for {longest:?}");
}

#[test]
fn who_comes_back_from_a_sidebar_is_taken_again_soon_and_from_a_keyframe_on() {
    let mut world = visit(11, 3, Line::GOOD);
    world.tap(ROOM, &[1, 2, 3]);
    world.run(seconds(3));
    world.arrange(ROOM, &[(1, 1), (2, 1)]);
    let aside = world.now;
    world.run(seconds(3));
    assert_eq!(taken_of(&world, aside), both(&[3]), "the one who is left");
    world.arrange(ROOM, &[(1, 0), (2, 0)]);
    let back = world.now;
    world.run(seconds(2));
    for person in [1, 2] {
        let shown = pictures(&world, person, back);
        assert!(shown[0].2, "what was shown in the sidebar is no beginning");
        assert!(shown[0].0 - back < Duration::from_millis(600), "{:?}", shown[0].0 - back);
        assert!(words(&world, person, back).len() > 80);
    }
}

#[test]
fn a_reload_brings_nothing_along_from_where_somebody_was() {
    let near = Line { delay: Duration::from_millis(1), ..Line::GOOD };
    let mut world = visit(12, 2, near);
    world.tap(ROOM, &[1, 2]);
    world.run(seconds(2));
    for back in [false, true] {
        world.arrange(ROOM, &[(1, 1)]);
        world.run(seconds(2));
        let returned = world.now;
        if back {
            world.arrange(ROOM, &[(1, 0)]);
            world.run(Duration::from_millis(10));
        }
        // What the device held when the new connection was up was said before.
        world.admit_to((ROOM, 1), near, EVERYTHING, 0);
        world.run(seconds(2));
        assert_eq!(taken_of(&world, returned), both(&[1, 2]));
        world.check_circles((ROOM, 2));
    }
}

#[test]
fn a_poor_line_is_asked_for_nothing_that_the_visit_does_not_look_at() {
    let mut world = visit(5, 2, Line::GOOD);
    world.show((ROOM, 2), 180);
    world.run(seconds(4));
    world.line((ROOM, 1), Line { kbps: 500, buffer_bytes: 100_000, ..Line::GOOD });
    world.run(seconds(3));
    world.tap(ROOM, &[1]);
    world.run(seconds(12));
    let since = world.now;
    world.run(seconds(8));
    assert_eq!(world.seat_by_person[&(ROOM, 1)].client.active, [true, false, false]);
    let layers: BTreeSet<u8> = pictures(&world, 1, since).iter().map(|taken| taken.1).collect();
    assert_eq!(layers, BTreeSet::from([0]), "what flows is taken");
    let heard = world.received((ROOM, 2), since);
    let heard = heard.iter().filter(|packet| packet.descriptor.is_none()).count();
    assert!(heard >= 395, "only {heard} of 400 words");
}

#[test]
fn a_voice_is_taken_without_its_copies_and_what_was_lost_comes_from_them() {
    let mut world = World::new(6);
    world.admit((ROOM, 1), Line { loss_permille: 80, ..Line::GOOD });
    world.seat_by_person.get_mut(&(ROOM, 1)).unwrap().client.copies = 3;
    world.tap(ROOM, &[1]);
    world.run(seconds(20));
    let mut said = words(&world, 1, world.start);
    let taken = said.len();
    said.sort_unstable();
    said.dedup();
    assert_eq!(said.len(), taken, "each word once");
    let span = usize::try_from(said.last().unwrap() - said.first().unwrap() + 1).unwrap();
    assert!(span > 900 && taken * 1_000 > span * 990, "{taken} of {span} words");
}

#[test]
fn each_stream_is_dated_by_its_sender() {
    let mut world = visit(7, 2, Line::GOOD);
    world.tap(ROOM, &[1]);
    world.run(seconds(30));
    let mut reports_by_source: BTreeMap<Source, Vec<TappedReport>> = BTreeMap::new();
    for (at, tapped) in &world.tapped {
        if let Tapped::Report(report) = tapped {
            assert!(report.arrival <= *at);
            reports_by_source.entry(report.stream.source).or_default().push(*report);
        }
    }
    for (source, rate) in [(Source::Microphone, 48_000.0), (Source::Camera, 90_000.0)] {
        let reports = &reports_by_source[&source];
        assert!(reports.len() >= 3, "{source:?}: {} reports", reports.len());
        assert!(reports.windows(2).all(|two| two[0] != two[1]), "{source:?}: each once");
        let of = |report: &&TappedReport| report.stream.ssrc == reports[0].stream.ssrc;
        let (first, last) = (reports[0], reports.iter().rfind(of).unwrap());
        let ticks = f64::from(last.timestamp.wrapping_sub(first.timestamp));
        let passed = (last.ntp - first.ntp) as f64 / 2_f64.powi(32);
        assert!(passed > 10.0, "{source:?}: {passed} s");
        assert!((ticks / passed / rate - 1.0).abs() < 0.01, "{source:?}: {ticks} in {passed} s");
        let packets = packets(&world, world.start);
        let mut of = packets.iter().filter(|(_, packet)| packet.stream == last.stream);
        assert!(of.any(|(_, packet)| packet.timestamp.wrapping_sub(last.timestamp) < 90_000));
    }
}

#[test]
fn a_tap_waits_for_people_outlives_a_reload_and_ends_with_a_removal() {
    let mut world = World::new(8);
    world.tap(ROOM, &[1, 2]);
    world.run(seconds(1));
    world.admit((ROOM, 1), Line::GOOD);
    world.run(seconds(3));
    assert_eq!(taken_of(&world, world.start), both(&[1]));
    world.admit((ROOM, 2), Line::GOOD);
    let came = world.now;
    world.run(seconds(3));
    assert_eq!(taken_of(&world, came), both(&[1, 2]));
    world.admit((ROOM, 2), Line::GOOD);
    let reloaded = world.now;
    world.run(seconds(3));
    assert_eq!(taken_of(&world, reloaded), both(&[1, 2]));
    world.remove((ROOM, 2));
    world.run(seconds(1));
    world.admit((ROOM, 2), Line::GOOD);
    let removed = world.now;
    world.run(seconds(3));
    assert_eq!(taken_of(&world, removed), both(&[1]), "agreed, but not since");
    let room = room_id(ROOM);
    world.close(ROOM);
    world.admit((ROOM, 1), Line::GOOD);
    let closed = world.now;
    world.run(seconds(3));
    assert_eq!(taken_of(&world, closed), both(&[]), "{room} is over");
}

#[test]
fn what_no_grant_allows_is_not_taken() {
    let mut world = World::new(9);
    let silent = Grant { publish: Sources::NONE, ..EVERYTHING };
    world.admit_with((ROOM, 1), Line::GOOD, silent);
    world.admit((ROOM, 2), Line::GOOD);
    world.camera((ROOM, 2), false);
    world.tap(ROOM, &[1, 2]);
    world.run(seconds(4));
    assert!(world.shard.stats().rtp_not_granted > 100, "it was sent all the same");
    assert_eq!(taken_of(&world, world.start), BTreeSet::from([(2, Source::Microphone)]));
}

/// What somebody was made to hear and see: of whom, which layer, which frame.
type Heard = BTreeSet<(u64, u8, u32)>;

/// Everything that three people were made to hear and see in twenty seconds.
fn received(seed: u64, tap: bool, listens: bool) -> (World, Vec<Heard>) {
    let mut world = visit(seed, 3, Line::GOOD);
    world.listens = listens;
    (1..=3).for_each(|person| world.show((ROOM, person), 720));
    world.run(seconds(8));
    if tap {
        world.tap(ROOM, &[1, 2, 3]);
    }
    let since = world.now;
    world.run(seconds(20));
    let of = |person| {
        let received = world.received((ROOM, person), since).into_iter();
        received
            .map(|packet| (packet.tag.participant, packet.tag.layer, packet.tag.frame))
            .collect()
    };
    let all = (1..=3).map(of).collect();
    (world, all)
}

#[test]
fn a_recorder_that_never_listens_costs_the_visit_nothing_and_is_told_what_it_missed() {
    let (_, without) = received(10, false, true);
    let (heard, with) = received(10, true, true);
    let (mut unheard, stalled) = received(10, true, false);
    assert!(without[0].len() > 2_000 && without == with && with == stalled);
    assert_eq!(heard.shard.stats().rtp_tap_missed, 0);
    let stats = unheard.shard.stats();
    let (mut waiting, mut missed) = (0, 0);
    while let Some(tapped) = unheard.shard.poll_tapped() {
        match tapped {
            Tapped::Packet(_) => waiting += 1,
            Tapped::Missed { turn, packets, .. } => {
                assert_eq!(turn, Turn(1));
                missed += packets;
            }
            Tapped::Report(_) => {}
        }
    }
    assert!((1_000..=2_048).contains(&waiting), "{waiting} packets wait: no more than may");
    assert!(missed > 5_000, "only {missed} were missed: the test has lost its point");
    assert_eq!((missed, waiting + missed), (stats.rtp_tap_missed, stats.rtp_tapped));
}
