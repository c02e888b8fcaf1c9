//! Whom each person hears how loud, whose hands they see, and the channels there are, as their
//! page is told.
//!
//! In: the visit as it stands, and whose connection is gone. Out: a message, once there is
//! somebody who interprets.
//! Never: a level the media plane does not keep to: both are worked out from the same rules.

use crate::role::may;
use crate::visit::{self, Place, Seat, Tongue, Visit};
use bedside_signaling_api::interpreting::{Direction, Heard, SignLanguage, Worked};
use bedside_signaling_api::socket::{Capability, ServerMessage};
use std::collections::BTreeSet;
use uuid::Uuid;

/// What somebody is told; `None` to whoever is not in the visit, and in one without interpreters.
pub(super) fn hearing(
    visit: &Visit,
    seat: &Seat,
    cut_off: &BTreeSet<Uuid>,
) -> Option<ServerMessage> {
    let interprets = |seat: &Seat| may(seat.role, Capability::Interpret);
    let interpreted =
        visit.seats().iter().any(|seat| seat.place != Place::Removed && interprets(seat));
    if !interpreted || !visit.is_here(seat.id) {
        return None;
    }
    let interpretation = visit.interpretation();
    let heard = visit.levels(seat.id, cut_off).into_iter();
    let direction = interpretation.direction(seat.id).map(|direction| Direction {
        from: direction.from.as_str().to_owned(),
        into: direction.into.as_str().to_owned(),
    });
    Some(ServerMessage::Hearing {
        mode: interpretation.mode(),
        channels: visit.channels(cut_off),
        listens: visit.listens(seat).map(|tongue| tongue.as_str().to_owned()),
        heard: heard.map(|(participant, level)| Heard { participant, level }).collect(),
        direction,
        offered_by: interpretation.offered_by(seat.id),
        sign_languages: sign_languages(visit),
        signers: visit.signers(seat.id),
        worked: interprets(seat).then(|| worked(visit, seat.id)),
    })
}

/// Those that people in the visit use, or interpret.
fn sign_languages(visit: &Visit) -> Vec<SignLanguage> {
    let own = visit.seats().iter().filter(|seat| visit.is_here(seat.id));
    let own = own.map(|seat| Tongue::of(&seat.language));
    let directions = visit.interpretation().directions();
    let used = directions.flat_map(|(_, way)| [way.from.clone(), way.into.clone()]);
    let all: BTreeSet<Tongue> = own.chain(used).collect();
    let named = all.iter().filter_map(|tongue| {
        let name = tongue.signed_name()?.to_owned();
        Some(SignLanguage { language: tongue.as_str().to_owned(), name })
    });
    named.collect()
}

fn worked(visit: &Visit, interpreter: Uuid) -> Worked {
    match visit.worked(interpreter) {
        visit::Worked::Since(since) => Worked { seconds: 0, since: Some(since) },
        visit::Worked::Paused(time) => {
            Worked { seconds: u32::try_from(time.as_secs()).unwrap_or(u32::MAX), since: None }
        }
    }
}
