//! Whom each person hears how loud, and the channels there are, as their page is told.
//!
//! In: the visit as it stands. Out: a message, once there is somebody who interprets.
//! Never: a level the media plane does not keep to: both are worked out from the same rules.

use crate::role::may;
use crate::visit::{Place, Seat, Visit};
use bedside_signaling_api::interpreting::{Direction, Heard};
use bedside_signaling_api::socket::{Capability, ServerMessage};

/// What somebody is told; `None` to whoever is not in the visit, and in one without interpreters.
pub(super) fn hearing(visit: &Visit, seat: &Seat) -> Option<ServerMessage> {
    let interpreted = visit
        .seats()
        .iter()
        .any(|seat| seat.place != Place::Removed && may(seat.role, Capability::Interpret));
    if !interpreted || !visit.is_here(seat.id) {
        return None;
    }
    let interpretation = visit.interpretation();
    let heard = visit.levels(seat.id).into_iter();
    let direction = interpretation.direction(seat.id).map(|direction| Direction {
        from: direction.from.as_str().to_owned(),
        into: direction.into.as_str().to_owned(),
    });
    Some(ServerMessage::Hearing {
        mode: interpretation.mode(),
        channels: visit.channels(),
        listens: visit.listens(seat).map(|tongue| tongue.as_str().to_owned()),
        heard: heard.map(|(participant, level)| Heard { participant, level }).collect(),
        direction,
        offered_by: interpretation.offered_by(seat.id),
    })
}
