//! What must come out of a world in which nothing is wrong, and of one that is silent.

use super::*;
use crate::link::Loss;
use crate::sim::camera::Lens;
use crate::sim::scenario::Person;
use crate::sim::vp8;

fn scenario(people: Vec<Person>, seconds: u64) -> Scenario {
    Scenario {
        name: "x".to_owned(),
        about: "x".to_owned(),
        people,
        changes: Vec::new(),
        lasts: Duration::from_secs(seconds),
        goals: Vec::new(),
        seeds_min: 0,
    }
}

#[test]
fn on_good_lines_everybody_hears_everybody_and_sees_the_large_picture() {
    let record = live(&scenario(vec![Person::seen(); 3], 12), 1);
    assert_eq!(record.faults, [""; 0]);
    for viewer in 0..3 {
        for voice in record.journeys(viewer) {
            // What was said in the last tenth of a second is still on its way.
            let came = voice.iter().filter(|journey| journey.came.is_some()).count();
            assert!(voice.len() >= 598 && came + 6 >= voice.len(), "{came} of {}", voice.len());
        }
        let last: Vec<u8> = record
            .shown(viewer)
            .filter_map(|shown| shown.last())
            .map(|shown| shown.picture.layer)
            .collect();
        assert_eq!(last, [2, 2], "viewer {viewer}");
        assert_eq!(vp8::height(2), 720);
    }
}

#[test]
fn who_shows_nobody_is_sent_no_picture_and_who_has_no_camera_sends_none() {
    let blind = Person { shows: 0, ..Person::seen() };
    let hidden = Person { camera: None, ..blind };
    let record = live(&scenario(vec![blind, hidden], 6), 1);
    assert!((0..2).all(|viewer| record.shown(viewer).all(<[_]>::is_empty)));
    let late = |seat: &SeatRecord| seat.up.iter().skip(200).map(|sample| sample.bytes).sum::<u64>();
    // Nobody watches: after a few seconds only a voice of some 60 kbit/s is left of either.
    for seat in &record.seats {
        let kbps = late(seat) * 8 / 2_000;
        assert!((45..90).contains(&kbps), "{kbps}");
    }
}

#[test]
fn a_line_that_is_gone_for_good_is_a_departure_and_so_a_fault() {
    let mut scenario = scenario(vec![Person::seen(); 2], 45);
    let gone = Profile { down: true, ..Line::GOOD.down };
    let at = Duration::from_secs(5);
    scenario.changes.push(Change { at, who: 0, line: Line::same(gone) });
    let record = live(&scenario, 1);
    assert!(record.faults.iter().any(|fault| fault.contains("Departed")), "{:?}", record.faults);
}

#[test]
fn a_small_camera_on_a_lossy_line_is_seen_all_the_same() {
    let lossy = Profile { loss: Loss::Random { permille: 50 }, ..Line::GOOD.down };
    let small = Person { camera: Some(Lens::SMALL), shows: 360, ..Person::seen() };
    let record = live(&scenario(vec![small.on(Line::same(lossy)), small], 12), 1);
    let shown = record.shown(0).flatten().filter(|shown| shown.picture.layer == 1).count();
    assert!(shown > 140, "{shown} pictures of 240");
}
