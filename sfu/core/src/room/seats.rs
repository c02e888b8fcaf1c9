//! Who plays in which slot: everybody of a viewer's own circle, and nobody else.
//!
//! In: what is published, the viewers' slots, the circles. Out: slots bound, and said so.
//! Never: a slot bound to somebody of another circle.

use super::Room;
use crate::bind::{Play, bind};
use crate::participant::Participant;
use bedside_sfu_api::{Circle, Event, Slot, Source};

impl Room {
    /// Binds what is published to everybody's slots, and says what changed.
    pub(super) fn rebind(&mut self) {
        let published: Vec<(Circle, Play)> = self
            .participant_by_id
            .iter()
            .flat_map(|(id, publisher)| {
                let sources = Source::ALL.into_iter();
                let published = sources.filter(|source| publisher.publishes(*source));
                published.map(|source| (publisher.circle, (*id, source)))
            })
            .collect();
        for (id, viewer) in &mut self.participant_by_id {
            let available: Vec<Play> = published
                .iter()
                .filter(|(circle, _)| *circle == viewer.circle)
                .map(|(_, play)| *play)
                .filter(|play| play.0 != *id && viewer.may_receive(play.1.kind()))
                .collect();
            let slots: Vec<_> = viewer.slots.iter().map(|slot| (slot.kind, slot.bound)).collect();
            let bound = bind(&slots, &available);
            let mut changed = false;
            for (index, bound) in bound.into_iter().enumerate() {
                if viewer.slots.get(index).is_some_and(|slot| slot.bound != bound) {
                    viewer.rebind(index, bound);
                    changed = true;
                }
            }
            if changed {
                self.events.push_back(Event::Slots {
                    room: self.id,
                    participant: *id,
                    slots: named_slots(viewer),
                });
            }
        }
    }
}

fn named_slots(viewer: &Participant) -> Vec<Slot> {
    let lines = viewer.peer.lines();
    viewer
        .slots
        .iter()
        .filter_map(|slot| {
            let line = lines.get(usize::from(slot.line.0))?;
            Some(Slot { mid: line.mid().to_owned(), bound: slot.bound })
        })
        .collect()
}
