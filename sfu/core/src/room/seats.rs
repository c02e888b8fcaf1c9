//! Who plays in which slot: everybody of a viewer's own circle, and nobody else. Where more is
//! published than a viewer has slots, those who speak have them.
//!
//! In: what is published, the viewers' slots, the circles, who speaks. Out: slots bound, and said so.
//! Never: a slot bound to somebody of another circle.

use super::Room;
use crate::bind::{Play, bind};
use crate::participant::Participant;
use bedside_sfu_api::{Circle, Event, Kind, Slot, Source};

/// What somebody publishes.
#[derive(Debug, Clone, Copy)]
struct Published {
    circle: Circle,
    play: Play,
    /// Their voice is heard in a visit of any size.
    kept: bool,
    /// Their place among who speaks and spoke; lower is louder or more lately.
    rank: usize,
}

impl Room {
    /// Binds what is published to everybody's slots, and says what changed.
    pub(super) fn rebind(&mut self) {
        let published = self.published();
        self.crowded = false;
        for (id, viewer) in &mut self.participant_by_id {
            let others = published.iter().filter(|other| {
                let (publisher, source) = other.play;
                let for_them = other.circle == viewer.circle && publisher != *id;
                for_them && viewer.may_receive(source.kind())
            });
            let mut others: Vec<Published> = others.copied().collect();
            self.crowded |= seat(viewer, &mut others);
            let available: Vec<Play> = others.iter().map(|other| other.play).collect();
            let slots: Vec<_> =
                viewer.slots.iter().map(|(bound, slot)| (slot.kind, bound)).collect();
            let bound = bind(&slots, &available);
            let mut changed = false;
            for (index, bound) in bound.into_iter().enumerate() {
                if viewer.slots.bound(index) != bound {
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

    fn published(&self) -> Vec<Published> {
        let people = self.participant_by_id.iter();
        let published = people.flat_map(|(id, publisher)| {
            let sources = { Source::ALL.into_iter() }.filter(|source| publisher.publishes(*source));
            sources.map(|source| Published {
                circle: publisher.circle,
                play: (*id, source),
                kept: publisher.grant.precedence.voice_kept,
                rank: self.rank(publisher.circle, *id),
            })
        });
        published.collect()
    }
}

/// Leaves of what others publish as much as a viewer has slots for: what they chose to see and
/// whoever has to be heard, then whoever speaks or was the last to. Whether any was left out.
fn seat(viewer: &Participant, others: &mut Vec<Published>) -> bool {
    let slots = |kind| viewer.slots.iter().filter(move |(_, slot)| slot.kind == kind).count();
    let (audio, video) = (slots(Kind::Audio), slots(Kind::Video));
    let of = |kind| others.iter().filter(|other| other.play.1.kind() == kind).count();
    if of(Kind::Audio) <= audio && of(Kind::Video) <= video {
        return false;
    }
    let plays = |play| viewer.slots.playing(play).is_some();
    others.sort_by_cached_key(|other| {
        let chosen = viewer.view_of(other.play).is_chosen() || other.play.1 == Source::Screen;
        (!chosen, !other.kept, other.rank, !plays(other.play), other.play)
    });
    let mut left = (audio, video);
    others.retain(|other| {
        let left = match other.play.1.kind() {
            Kind::Audio => &mut left.0,
            Kind::Video => &mut left.1,
        };
        let has_slot = *left > 0;
        *left = left.saturating_sub(1);
        has_slot
    });
    true
}

fn named_slots(viewer: &Participant) -> Vec<Slot> {
    let lines = viewer.peer.lines();
    viewer
        .slots
        .iter()
        .filter_map(|(bound, slot)| {
            let line = lines.get(usize::from(slot.line.0))?;
            Some(Slot { mid: line.mid().to_owned(), bound })
        })
        .collect()
}
