//! Who shares media with whom: the second door of privacy inside a visit.
//!
//! In: who was in which circle, and who goes where. Out: where everybody is.
//! Never: a move that is half done.

use bedside_sfu_api::Circle;
use std::collections::BTreeMap;

/// Where everybody is after these moves. Who is not named stays; who is not here is passed over;
/// of two words on one person the last counts.
pub(crate) fn arranged<P: Copy + Ord>(
    before: &BTreeMap<P, Circle>,
    moves: &[(P, Circle)],
) -> BTreeMap<P, Circle> {
    let mut after = before.clone();
    for (person, circle) in moves {
        if let Some(place) = after.get_mut(person) {
            *place = *circle;
        }
    }
    after
}
