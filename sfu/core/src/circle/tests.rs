//! Proves who comes together by a move, and what may not come along.

use super::*;
use proptest::prelude::*;
use std::collections::BTreeSet;

const MAIN: Circle = Circle::MAIN;
const ASIDE: Circle = Circle(1);

fn places(places: &[(u8, Circle)]) -> BTreeMap<u8, Circle> {
    places.iter().copied().collect()
}

#[test]
fn all_move_at_once_and_strangers_are_passed_over() {
    let before = places(&[(1, MAIN), (2, MAIN), (3, MAIN)]);
    let after = arranged(&before, &[(2, ASIDE), (9, ASIDE), (3, Circle(7)), (3, ASIDE)]);
    assert_eq!(after, places(&[(1, MAIN), (2, ASIDE), (3, ASIDE)]));
    assert_eq!(arranged(&before, &[]), before);
}

#[test]
fn who_moves_side_by_side_was_together_all_along() {
    let (visit, sidebar) =
        (places(&[(1, MAIN), (2, MAIN), (3, MAIN)]), places(&[(1, MAIN), (2, ASIDE), (3, ASIDE)]));
    assert_eq!(newly_together(&visit, &sidebar), []);
    assert_eq!(newly_together(&sidebar, &visit), [(1, 2), (1, 3), (2, 1), (3, 1)]);
    // One goes as the other comes: they were apart, and are.
    let swapped = places(&[(1, ASIDE), (2, MAIN), (3, ASIDE)]);
    assert_eq!(newly_together(&sidebar, &swapped), [(1, 3), (3, 1)]);
}

#[test]
fn what_was_said_before_anybody_could_know_of_the_move_stays_behind() {
    let moved = crate::some_instant();
    let from = shared_from(moved, Some(Duration::from_millis(80)));
    assert_eq!(from, moved + Duration::from_millis(230));
    assert!(shared_from(moved, None) > from, "an unknown line is taken for a slow one");
    let late = from - Duration::from_millis(1);
    let said = |earliest| Said { circle: MAIN, earliest };
    assert!(!said(late).may_reach(MAIN, from));
    assert!(said(from).may_reach(MAIN, from));
    assert!(!said(from).may_reach(ASIDE, from) && !said(from).may_reach(ASIDE, moved));
}

proptest! {
    /// Two are newly together if and only if they share a circle and did not before.
    #[test]
    fn newly_together_is_what_it_says(
        circles in proptest::collection::vec((0_u32..4, 0_u32..4), 0..7),
    ) {
        let at = |place: fn(&(u32, u32)) -> u32| -> BTreeMap<usize, Circle> {
            circles.iter().enumerate().map(|(n, both)| (n, Circle(place(both)))).collect()
        };
        let (before, after) = (at(|both| both.0), at(|both| both.1));
        let told: BTreeSet<_> = newly_together(&before, &after).into_iter().collect();
        for viewer in 0..circles.len() {
            for publisher in 0..circles.len() {
                let share = |places: &BTreeMap<usize, Circle>| places[&viewer] == places[&publisher];
                let new = viewer != publisher && share(&after) && !share(&before);
                prop_assert_eq!(told.contains(&(viewer, publisher)), new);
            }
        }
    }
}
