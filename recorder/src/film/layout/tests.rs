//! Every number of people in every layout.

use super::{Place, Scene, TILES_MAX, arrange, letterbox};
use crate::film::picture::{Rect, Size};
use bedside_sfu_api::{ParticipantId, Source};
use bedside_signaling_api::recorder::Layout;
use uuid::Uuid;

const SIZE: Size = Size::new(1280, 720);

fn people(count: u128) -> Vec<ParticipantId> {
    (0..count).map(|number| ParticipantId(Uuid::from_u128(number))).collect()
}

fn scene(count: u128, speaker: Option<usize>, screens: &[usize]) -> Scene {
    let people = people(count);
    Scene {
        recent: people.clone(),
        screens: screens.iter().map(|at| people[*at]).collect(),
        speaker: speaker.map(|at| people[at]),
        people,
    }
}

fn overlap(a: Rect, b: Rect) -> bool {
    let apart = |a: usize, a_len: usize, b: usize, b_len: usize| a + a_len <= b || b + b_len <= a;
    !apart(a.x, a.size.width, b.x, b.size.width) && !apart(a.y, a.size.height, b.y, b.size.height)
}

fn hold(places: &[Place], size: Size) {
    for (at, place) in places.iter().enumerate() {
        let Rect { x, y, size: cell } = place.cell;
        assert!([x, y, cell.width, cell.height].iter().all(|side| side % 2 == 0), "{place:?}");
        assert!(x + cell.width <= size.width && y + cell.height <= size.height, "{place:?}");
        assert!(cell.width >= 2 && cell.height >= 2, "{place:?}");
        for other in &places[at + 1..] {
            assert!(!overlap(place.cell, other.cell), "{place:?} {other:?}");
            assert_ne!(place.tile, other.tile);
        }
    }
}

#[test]
fn nobody_overlaps_or_leaves_the_picture() {
    for size in [SIZE, Size::new(640, 360), Size::new(1920, 1080), Size::new(854, 480)] {
        for layout in [Layout::Speaker, Layout::Grid] {
            for count in 0..=20 {
                for screens in [vec![], vec![0], vec![0, 1]] {
                    let screens: Vec<usize> =
                        screens.into_iter().filter(|at| *at < count as usize).collect();
                    let places = arrange(layout, size, &scene(count, None, &screens));
                    hold(&places, size);
                    assert!(places.len() <= TILES_MAX);
                    assert_eq!(places.is_empty(), count == 0);
                }
            }
        }
    }
}

#[test]
fn four_people_in_a_grid_fill_the_picture_without_scaling_360_lines() {
    let places = arrange(Layout::Grid, SIZE, &scene(4, None, &[]));
    let cells: Vec<Rect> = places.iter().map(|place| place.cell).collect();
    let cell = |x, y| Rect::new(x, y, 640, 360);
    assert_eq!(cells, [cell(0, 0), cell(640, 0), cell(0, 360), cell(640, 360)]);
}

#[test]
fn the_speaker_is_large_and_the_others_stay_in_their_order() {
    let scene = scene(4, Some(2), &[]);
    let places = arrange(Layout::Speaker, SIZE, &scene);
    let ids: Vec<ParticipantId> = places.iter().map(|place| place.tile.participant).collect();
    assert_eq!(ids, [2, 0, 1, 3].map(|at: usize| scene.people[at]));
    assert_eq!(places[0].cell, Rect::new(0, 72, 1024, 576));
    assert_eq!(places[1].cell.size, Size::new(256, 144));
}

#[test]
fn a_shared_screen_takes_the_large_place_in_both_layouts() {
    for layout in [Layout::Speaker, Layout::Grid] {
        let scene = scene(3, Some(2), &[1]);
        let places = arrange(layout, SIZE, &scene);
        assert_eq!(places[0].tile.source, Source::Screen);
        assert_eq!(places[0].tile.participant, scene.people[1]);
        assert_eq!(places.len(), 4, "everybody's face is still there");
    }
}

#[test]
fn of_many_those_are_seen_who_spoke_last() {
    let mut scene = scene(20, None, &[]);
    scene.recent.rotate_right(1);
    let places = arrange(Layout::Grid, SIZE, &scene);
    assert_eq!(places.len(), TILES_MAX);
    assert!(places.iter().any(|place| place.tile.participant == scene.people[19]));
    assert_eq!(places[0].tile.participant, scene.people[0], "nobody moves without need");
}

#[test]
fn somebody_alone_fills_the_picture() {
    for layout in [Layout::Speaker, Layout::Grid] {
        let places = arrange(layout, SIZE, &scene(1, Some(0), &[]));
        assert_eq!(places[0].cell, Rect::new(0, 0, 1280, 720));
    }
}

#[test]
fn pictures_keep_their_shape() {
    let cell = Rect::new(640, 360, 640, 360);
    assert_eq!(letterbox(Size::new(320, 180), cell), cell);
    assert_eq!(letterbox(Size::new(640, 480), cell), Rect::new(720, 360, 480, 360));
    let upright = letterbox(Size::new(360, 640), cell);
    assert_eq!((upright.size, upright.y), (Size::new(202, 360), 360));
    assert_eq!(letterbox(Size::new(1, 4_000), cell).size, Size::new(2, 360));
    assert_eq!(letterbox(Size::new(4_000, 1), cell).size, Size::new(640, 2));
}
