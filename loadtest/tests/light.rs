//! Light people before the real media plane: it opens what they seal, and they open what it seals.

use bedside_loadtest::light::hall::{Hall, Work};
use bedside_loadtest::light::{Lines, TOLD_WITHIN};
use std::time::Duration;

#[test]
fn a_visit_of_four_hears_and_sees_each_other() {
    let mut hall = Hall::new(10);
    let work: Work<'_> = &mut |shard, round, out| round.work(shard, out);
    for person in 0..4 {
        assert!(hall.admit(1, Lines { audio: 3, video: 3 }, work));
        hall.open_every(person, 1);
        hall.send(person, true);
    }
    hall.run(Duration::from_secs(3), work);
    let before: Vec<_> = (0..4).map(|person| hall.delivered(person)).collect();
    hall.run(Duration::from_secs(2), work);
    for (person, before) in before.into_iter().enumerate() {
        let after = hall.delivered(person);
        let packets = after.packets - before.packets;
        assert!((1_010..=1_030).contains(&packets), "{packets} of 3 times 340");
        assert_eq!(after.opened, after.packets);
        assert_eq!(after.broken, 0);
    }
    let stats = hall.shard().stats();
    assert_eq!((stats.datagrams_unknown, stats.rtp_not_granted), (0, 0));
}

#[test]
fn after_a_silence_everybody_hears_and_sees_as_before() {
    let mut hall = Hall::new(10);
    let work: Work<'_> = &mut |shard, round, out| round.work(shard, out);
    for visit in [1, 1, 1, 1, 2, 2, 2, 2] {
        assert!(hall.admit(visit, Lines { audio: 3, video: 3 }, work));
    }
    let everybody = |hall: &mut Hall, sends| (0..8).for_each(|person| hall.send(person, sends));
    everybody(&mut hall, true);
    hall.run(Duration::from_secs(6), work);
    for turn in 0..20 {
        everybody(&mut hall, false);
        hall.run(TOLD_WITHIN, work);
        // As people behind sockets, whose thread is busy elsewhere.
        hall.doze(Duration::from_millis(1_100 + 10 * turn), work);
        everybody(&mut hall, true);
        hall.run(Duration::from_millis(500), work);
        let before: Vec<u64> = (0..8).map(|person| hall.delivered(person).packets).collect();
        hall.run(Duration::from_secs(1), work);
        for (person, before) in before.into_iter().enumerate() {
            let packets = hall.delivered(person).packets - before;
            assert!((500..=520).contains(&packets), "turn {turn}: {packets} of 3 times 170");
        }
    }
}

#[test]
fn a_shard_that_is_full_says_so() {
    let mut hall = Hall::new(1);
    let work: Work<'_> = &mut |shard, round, out| round.work(shard, out);
    assert!(hall.admit(1, Lines { audio: 1, video: 1 }, work));
    assert!(!hall.admit(1, Lines { audio: 1, video: 1 }, work));
    assert_eq!(hall.shard().stats().participants, 1);
}
