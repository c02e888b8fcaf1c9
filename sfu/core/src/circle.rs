//! Who shares media with whom: the second door of privacy inside a visit.
//!
//! In: who was in which circle, who goes where, when something was said. Out: where everybody
//! is, who came together, and whether something may reach somebody.
//! Never: media from one circle to another, not even what was under way when somebody moved.

use bedside_sfu_api::Circle;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// Round trip of a line that was not measured yet: that of a slow one.
const ROUND_TRIP_UNKNOWN: Duration = Duration::from_millis(250);
/// What a device holds back before it sends: sound card, camera and encoder, and the 60 ms that an
/// Opus packet may repeat of the one before it (in-band FEC). Longer cuts off who speaks the moment
/// they are back; shorter lets the end of a private word out.
const HELD_BACK: Duration = Duration::from_millis(150);

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

/// Viewer and publisher of each two who were apart and share a circle now. Two who move side by
/// side are not among them: nothing is said between them that either should not have.
pub(crate) fn newly_together<P: Copy + Ord>(
    before: &BTreeMap<P, Circle>,
    after: &BTreeMap<P, Circle>,
) -> Vec<(P, P)> {
    let pairs = after.iter().flat_map(|viewer| after.iter().map(move |other| (viewer, other)));
    pairs
        .filter(|((viewer, here), (publisher, there))| viewer != publisher && here == there)
        .map(|((viewer, _), (publisher, _))| (*viewer, *publisher))
        .filter(|(viewer, publisher)| before.get(viewer) != before.get(publisher))
        .collect()
}

/// From when on what comes of a publisher is for those they came together with at `moved`: from
/// when they can have known of it. Their page is told within half a round trip, and what they
/// say then needs the other half; what comes sooner was said before.
pub(crate) fn shared_from(moved: Instant, round_trip: Option<Duration>) -> Instant {
    moved + round_trip.unwrap_or(ROUND_TRIP_UNKNOWN) + HELD_BACK
}

/// Something said or shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Said {
    /// Where whoever said it is now.
    pub(crate) circle: Circle,
    /// When it would have come, had it waited nowhere on its way.
    pub(crate) earliest: Instant,
}

impl Said {
    /// Whether it may reach somebody: only within the circle, and only if it was said since they
    /// came together.
    pub(crate) fn may_reach(self, viewer: Circle, shared_from: Instant) -> bool {
        self.circle == viewer && self.is_since(shared_from)
    }

    /// Whether it was said since.
    pub(crate) fn is_since(self, from: Instant) -> bool {
        self.earliest >= from
    }
}

#[cfg(test)]
mod tests;
