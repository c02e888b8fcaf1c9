//! Who hears and sees whom, told to the media plane.
//!
//! In: the visit as it stands. Out: an arrangement, whenever somebody's circle has changed, or
//! whose voice is not for whom; both at the same moment.
//! Never: an offer passed on with another circle than the visit says; an arrangement that is
//! refused, for it must not be lost.

use super::live::Live;
use crate::visit::Circle;
use bedside_sfu_api as sfu;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

impl Live {
    /// Tells the media plane who has changed circles, and whose voice is kept from whom.
    pub(super) fn arrange(&mut self) {
        let circle_by_participant: BTreeMap<Uuid, sfu::Circle> =
            self.visit.circles().into_iter().map(|(id, circle)| (id, number(circle))).collect();
        let changed = |(id, circle): &(&Uuid, &sfu::Circle)| {
            self.circle_by_participant.get(*id).copied().unwrap_or(sfu::Circle::MAIN) != **circle
        };
        let circles: Vec<_> = circle_by_participant
            .iter()
            .filter(changed)
            .map(|(id, circle)| (sfu::ParticipantId(*id), *circle))
            .collect();
        let silences = self.visit.silences();
        let news = self.silences.as_ref().map_or(!silences.is_empty(), |told| *told != silences);
        if !circles.is_empty() || news {
            self.tell_arrangement(circles, silences);
        }
        self.circle_by_participant = circle_by_participant;
        self.note_company();
    }

    /// Tells the media plane whose voice is kept from whom, before anybody comes: what an earlier
    /// actor of this visit said, if there was one, need not be so any more.
    pub(super) fn arrange_first(&mut self) {
        if self.silences.is_none() && self.visit.interpretation().is_steered() {
            self.tell_arrangement(Vec::new(), self.visit.silences());
        }
    }

    fn tell_arrangement(
        &mut self,
        circles: Vec<(sfu::ParticipantId, sfu::Circle)>,
        silences: BTreeSet<(Uuid, Uuid)>,
    ) {
        let told = silences.iter().map(|(listener, speaker)| sfu::Silence {
            listener: sfu::ParticipantId(*listener),
            speaker: sfu::ParticipantId(*speaker),
        });
        let room = sfu::RoomId(self.id);
        self.owed.insist(sfu::Command::Arrange { room, circles, silences: told.collect() });
        self.silences = Some(silences);
    }

    /// The circle of somebody who offers.
    pub(super) fn circle_of(&self, participant: Uuid) -> sfu::Circle {
        let circles = self.visit.circles();
        let own = circles.into_iter().find(|(id, _)| *id == participant);
        own.map_or(sfu::Circle::MAIN, |(_, circle)| number(circle))
    }
}

/// The media plane's number of a circle.
const fn number(circle: Circle) -> sfu::Circle {
    match circle {
        Circle::Main => sfu::Circle::MAIN,
        Circle::Sidebar => sfu::Circle(1),
        Circle::Alone(seat) => sfu::Circle(seat.saturating_add(2)),
    }
}
